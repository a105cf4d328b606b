// How the run of the page stands, in words and figures; the command that trains the same in Node; and the runs before it.

import { html, nothing, type TemplateResult } from 'lit-html';
import { count, fixed, percent, plural, secondsText } from '../../text.js';
import { commandOf, type PlayOptions } from '../address.js';
import type { PlayRun, PlayState } from '../store.js';
import { runNames } from './run-names.js';

/** A sentence. */
export function stateText({ runs, isTraining, shown }: PlayState): string {
  const run = runs.at(-1);
  if (!run) return shown ? `A network of ${shown.network.layers.join('-')}, not trained yet.` : '';
  const { epochs, start, done, error, progress } = run;
  if (isTraining && !start) return 'Starting …';
  if (isTraining) return `Training: epoch ${Math.max(epochs.length + 1, progress?.epoch ?? 1)} of ${start?.epochs}.`;
  if (done) return `Trained for ${plural(done.epochs, 'epoch')} in ${secondsText(done.seconds)}.${done.stopped ? ` It ended early: ${done.stopped}.` : ''}`;
  return error ?? 'Stopped.';
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
    ['samples/s', speedOf(run)],
    ['workers', run?.start ? String(run.done?.workers ?? workersOf(run)) : '–'],
    ['kernels', run?.start?.kernels ?? '–'],
  ];
  return html`<dl class="figures">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd data-figure=${name}>${value}</dd></div>`)}</dl>`;
}

function speedOf(run: PlayRun | undefined): string {
  const { progress, epochs = [] } = run ?? {};
  const last = epochs.at(-1);
  if (last) return count(last.samplesPerSecond);
  return progress && progress.seconds > 0 ? count(progress.samples / progress.seconds) : '–';
}

const workersOf = ({ start }: PlayRun): number => start?.workers ?? 1;

/** What the run was warned of when it began. */
export function warnings(run: PlayRun | undefined): readonly string[] {
  return run?.start?.warnings ?? [];
}

/** The same run in Node, with the hash to expect. */
export function inNode(run: PlayRun): TemplateResult | typeof nothing {
  const { start, done, goesOn, options } = run;
  if (!done || !start || goesOn) return nothing;
  const { workers: _, ...same }: PlayOptions = { ...options, kernels: start.kernels };
  const where = start.bits === 'any machine' ? 'on any machine' : 'on this machine';
  return html`<h3>The same in Node</h3>
    <p>This command gives the same network to the last bit, ${where}:</p>
    <code class="command" tabindex="0" role="region" aria-label="command">${commandOf(same)}</code>
    <p class="note">SHA-256 of the weights: <span id="hash">${done.weightsSha256}</span></p>`;
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

function row({ epochs, done }: PlayRun, name: string): TemplateResult {
  const last = epochs.at(-1);
  const cells = [
    last?.testAccuracy == null ? '–' : percent(last.testAccuracy, 2),
    String(epochs.length),
    done ? fixed(done.seconds, 2) : '–',
    last ? count(last.samplesPerSecond) : '–',
    done ? `${done.weightsSha256.slice(0, 12)}…` : 'stopped',
  ];
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
