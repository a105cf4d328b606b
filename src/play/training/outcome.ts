// How the run of the page stands, in words and figures; the command that trains the same in Node; and the runs before it.

import { html, nothing, type TemplateResult } from 'lit-html';
import { count, fixed, percent, plural, secondsText } from '../../text.js';
import { commandOf, type PlayOptions } from '../address.js';
import type { PlayRun, PlayState, Shown } from '../store.js';
import { runNames } from './run-names.js';

/** A sentence. */
export function stateText({ runs, isTraining, shown }: PlayState): string {
  const run = runs.at(-1);
  if (!run) return shown ? networkText(shown) : '';
  const { epochs, start, done, error, progress } = run;
  if (isTraining && !start) return 'Starting …';
  if (isTraining) return `Training: epoch ${Math.max(epochs.length + 1, progress?.epoch ?? 1)} of ${start?.epochs}.`;
  if (done)
    return `Trained for ${plural(done.epochs, 'epoch')} in ${secondsText(done.seconds)}.${done.stopped ? ` It ended early: ${done.stopped}.` : ''}`;
  return error ?? 'Stopped.';
}

function networkText({ network, epoch, saved }: Shown): string {
  const sizes = network.layers.join('-');
  return epoch === 0 ? `A network of ${sizes}, not trained yet.` : `The network of ${saved}: ${sizes}, trained for ${plural(epoch, 'epoch')}.`;
}

/** 0 to 1. */
export function shareDone({ runs }: PlayState): number {
  const run = runs.at(-1);
  if (!run?.start) return 0;
  if (run.done) return 1;
  const { progress, epochs, start } = run;
  const within = progress && progress.epoch > epochs.length ? progress.samples / progress.of : 0;
  return (epochs.length + within) / start.epochs;
}

export function figures({ runs }: PlayState): TemplateResult {
  const run = runs.at(-1);
  const last = run?.epochs.at(-1);
  const pairs: (readonly [name: string, value: string])[] = [
    ['test digits right', last?.testAccuracy == null ? '–' : percent(last.testAccuracy, 2)],
    ['training cost', last ? fixed(last.trainingCost, 4) : '–'],
    ['samples/s', run ? speedOf(run) : '–'],
    ['workers', run?.start ? String(run.done?.workers ?? workersOf(run)) : '–'],
    ['kernels', run?.start?.kernels ?? '–'],
  ];
  return html`<dl class="figures">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd data-figure=${name}>${value}</dd></div>`)}</dl>`;
}

/** Of all epochs so far: single ones of a few milliseconds tell little. */
function speedOf({ progress, epochs }: PlayRun): string {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  if (seconds > 0) return count(epochs.reduce((sum, epoch) => sum + epoch.samplesPerSecond * epoch.seconds, 0) / seconds);
  return progress && progress.seconds > 0 ? count(progress.samples / progress.seconds) : '–';
}

const workersOf = ({ start }: PlayRun): number => start?.workers ?? 1;

/** What the run was warned of when it began. */
export function warnings(run: PlayRun | undefined): readonly string[] {
  return run?.start?.warnings ?? [];
}

/** The same run in Node, with the hash to expect; and how Node goes on from a network that is saved. */
export function inNode({ runs, shown }: PlayState): TemplateResult {
  const run = runs.at(-1);
  const isKnown = run?.done && run.start && (!run.goesOn || run.from !== undefined);
  return html`${isKnown ? sameRun(run) : nothing}${shown?.saved === undefined ? nothing : goingOn(shown.saved, run?.options ?? {})}`;
}

function sameRun({ start, done, options, from }: PlayRun): TemplateResult {
  const { workers: _, ...same }: PlayOptions = { ...options, kernels: start?.kernels ?? 'auto' };
  const where = start?.bits === 'any machine' ? 'on any machine' : 'on this machine';
  return html`<h3>The same in Node</h3>
    <p>This command gives the same network to the last bit, ${where}:</p>
    ${command('same', commandOf(same, from))}
    <p class="note">SHA-256 of the weights: <span id="hash">${done?.weightsSha256}</span></p>`;
}

function goingOn(saved: string, { workers: _, ...options }: PlayOptions): TemplateResult {
  return html`<h3>Going on in Node</h3>
    <p>From ${saved}. <q>Train on from here</q> does the same in this page, and then shows the hash to expect.</p>
    ${command('going-on', commandOf(options, saved))}`;
}

function command(id: string, text: string): TemplateResult {
  return html`<code class="command" id=${id} tabindex="0" role="region" aria-label="command">${text}</code>`;
}

/** The runs of the page, the latest first. */
export function runTable(runs: readonly PlayRun[], forget: () => void, isTraining: boolean): TemplateResult | typeof nothing {
  if (runs.length < 2) return nothing;
  const names = runNames(runs);
  return html`<h3>Runs of this page</h3>
    <div class="scroll" role="region" aria-label="runs of this page" tabindex="0"><table><thead><tr>
    ${['run', 'test digits right', 'epochs', 'seconds', 'samples/s', 'SHA-256'].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${[...runs.keys()].reverse().map((k) => row(runs[k], names[k]))}</tbody></table></div>
    <div class="buttons"><button type="button" id="forget" ?disabled=${isTraining} @click=${forget}>Forget the earlier ones</button></div>`;
}

function row(run: PlayRun, name: string): TemplateResult {
  const { epochs, done } = run;
  const last = epochs.at(-1);
  const cells = [
    last?.testAccuracy == null ? '–' : percent(last.testAccuracy, 2),
    String(epochs.length),
    done ? fixed(done.seconds, 2) : '–',
    speedOf(run),
    done ? `${done.weightsSha256.slice(0, 12)}…` : 'stopped',
  ];
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
