// The events of a training run as lines: JSON for programs, or text for people, with a progress line where standard
// output is a terminal and none where it is a pipe.

import { labelled } from '../report/text.js';
import { count, functionsText, TEXT_WIDTH } from '../report/words.js';
import type { DiagnosisEvent, DoneEvent, EpochEvent, ProgressEvent, StartEvent, TrainEvent, WorkersEvent } from '../training/events.js';
import { StatusLine } from './status-line.js';

export class TrainPrinter {
  readonly #json: boolean;
  #epochSeconds = 0;
  /** What the last diagnosis found. */
  #found = new Set<string>();
  readonly #progress = new StatusLine(process.stdout);

  /** Where a page shows the run, if one does. */
  readonly #page: string | undefined;

  constructor(format: 'text' | 'json', page?: string) {
    this.#json = format === 'json';
    this.#page = page;
  }

  print(event: TrainEvent): void {
    if (event.event === 'start' && this.#page !== undefined) {
      (this.#json ? process.stderr : process.stdout).write(`watch     ${this.#page}\n`);
    }
    if (event.event === 'progress') this.#showProgress(event);
    else if (this.#json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else {
      this.end();
      process.stdout.write(`${this.#text(event)}\n`);
    }
  }

  /** Takes a progress line away. */
  end(): void {
    this.#progress.end();
  }

  #showProgress({ epoch, epochs, samples, of, seconds }: ProgressEvent): void {
    if (this.#json) return;
    const rate = samples / seconds;
    const left = rate > 0 ? `, ${duration((of - samples) / rate + (epochs - epoch) * Math.max(of / rate, this.#epochSeconds))} left` : '';
    this.#progress.show(`epoch ${epoch}/${epochs}: ${Math.floor((100 * samples) / of)} %, ${count(rate)} samples/s${left}`);
  }

  /** The speeds of all layers, and what was not found the last time. */
  #diagnosisText({ layers, findings }: DiagnosisEvent): string {
    const speeds = layers.map(({ layer, speed }) => `${layer}: ${speed.toPrecision(2)}`).join('  ');
    const before = this.#found;
    this.#found = new Set(findings.map(({ finding }) => finding));
    const fresh = findings.filter(({ finding }) => !before.has(finding));
    const found = fresh.flatMap(({ text, advice }) => labelled('found', `${text} ${advice}`, TEXT_WIDTH));
    return [...labelled('speed', `‖∂C/∂b‖ by layer  ${speeds}`, TEXT_WIDTH), ...found].join('\n');
  }

  #text(event: StartEvent | WorkersEvent | EpochEvent | DiagnosisEvent | DoneEvent): string {
    if (event.event === 'diagnosis') return this.#diagnosisText(event);
    if (event.event === 'start') return startText(event);
    if (event.event === 'workers') return `workers   ${event.workers}, chosen by ${event.why}`;
    if (event.event === 'done') return doneText(event);
    this.#epochSeconds = event.seconds;
    return epochText(event);
  }
}

function startText(e: StartEvent): string {
  const cores = e.cores === e.machineCores ? `${e.cores}` : `${e.cores} of ${e.machineCores}`;
  const workers = `${e.workers} ${e.workers === 1 ? 'worker' : 'workers'} on ${cores} ${e.machineCores === 1 ? 'core' : 'cores'}`;
  const gradient = e.gradient === 'partial' ? `gradient partial (${e.shards} ${e.shards === 1 ? 'shard' : 'shards'})` : 'gradient owned';
  const bits = {
    'any machine': 'on any machine with any workers',
    'this machine': 'on this machine with any workers',
    'this worker count': 'with as many workers',
  }[e.bits];
  return [
    `network   ${e.network.join('-')}, ${functionsText(e.activations)}${neuronsText(e)}, ${e.cost}, ${count(e.parameters)} parameters`,
    ...(e.from === undefined ? [] : [`from      ${e.from}`]),
    `data      ${e.data}: ${count(e.samples)} training, ${count(e.validationSamples)} validation, ${count(e.testSamples)} test`,
    `training  mini-batch ${e.batch}, η ${e.eta}, λ ${e.lambda}, ${e.epochs} epochs, seed ${e.seed}`,
    ...(e.learning === undefined ? [] : [`learning  ${e.learning}`]),
    `machine   ${workers}, ${gradient}, ${e.input} input, kernels ${e.kernels}, ${count(e.memoryBytes / 2 ** 20)} MB shared; same bits again ${bits}`,
    ...(e.workersWhy === undefined ? [] : [`settings  ${e.workersWhy}`]),
    ...(e.warnings ?? []).map((warning) => `warning   ${warning}`),
    ...(e.kernelsNote === undefined ? [] : [`note      ${e.kernelsNote}; going on with ${e.kernels}`]),
    '',
  ].join('\n');
}

/** Single neurons with another f: the first of them, and how many more there are. */
function neuronsText({ neurons = [] }: StartEvent): string {
  if (neurons.length === 0) return '';
  const [{ layer, neuron, f }] = neurons;
  const more = neurons.length === 1 ? '' : ` and ${neurons.length - 1} more`;
  return ` (but neuron ${layer}:${neuron} ${f}${more})`;
}

function epochText(e: EpochEvent): string {
  const validation =
    e.validationCost === null
      ? ''
      : `validation ${e.validationAccuracy === null ? e.validationCost.toPrecision(4) : percent(e.validationAccuracy)}  `;
  const left = e.epoch < e.epochs ? `  ${duration(e.secondsLeft)} left` : '';
  return `epoch ${String(e.epoch).padStart(String(e.epochs).length)}/${e.epochs}  cost ${e.trainingCost.toFixed(4)}  ${validation}${count(e.samplesPerSecond).padStart(9)} samples/s${left}`;
}

function doneText(e: DoneEvent): string {
  const cost = e.testCost === null ? 'no test samples' : `test cost ${e.testCost.toPrecision(4)}`;
  const test = e.testAccuracy === null ? cost : `test accuracy ${percent(e.testAccuracy)}`;
  const stopped = e.stopped === undefined ? [] : [`ended     early: ${e.stopped}`];
  const trace = e.trace === undefined ? [] : [`trace     ${e.trace}; open it in ui.perfetto.dev or chrome://tracing`];
  const kept = e.run ? [`kept in   ${e.run}`, `          again: nabla evaluate ${e.run}`] : [];
  return [
    '',
    ...stopped,
    `done      ${test} after ${e.epochs} epochs in ${e.seconds.toFixed(1)} s; peak memory ${count(e.peakBytes / 2 ** 20)} MB`,
    ...trace,
    ...kept,
  ].join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
