// The events of a training run as lines: JSON for programs, or text for people, with a progress line where standard
// output is a terminal and none where it is a pipe. On a terminal lines are as long as it is wide, in a pipe 80 characters
// where they are many: those of epochs.

import type {
  BestEpoch,
  CheckpointEvent,
  DiagnosisEvent,
  DoneEvent,
  EpochEvent,
  Finding,
  ProgressEvent,
  ReadingEvent,
  RecoveryEvent,
  StartEvent,
  TrainEvent,
} from '../options/events.js';
import { bestText } from '../options/figure.js';
import { ranksText, slicedText } from '../options/ranks.js';
import { GRADIENTS } from '../parallel/modes.js';
import { labelled } from '../report/terminal/columns.js';
import { columnsText } from '../report/terminal/columns-table.js';
import { fitFigures } from '../report/terminal/fit-table.js';
import { functionsText, TEXT_WIDTH } from '../report/words.js';
import { shellPath } from '../system/shell-word.js';
import { count, duration, noun, percent, plural, printable, secondsText, sentText } from '../text.js';
import { calledAs } from './called.js';
import { StatusLine } from './status-line.js';
import { broken, type Environment, fitted, type Painter, type Piece, painter, piece, roomOn, type Screen } from './terminal.js';

export class TrainPrinter {
  readonly #json: boolean;
  readonly #screen: Screen;
  readonly #paint: Painter;
  /** The last epoch that was finished. */
  #epoch: EpochEvent | undefined;
  /** What the last diagnosis found. */
  #found = new Set<string>();
  readonly #progress: StatusLine;
  readonly #rate = new Rate();

  constructor(format: 'text' | 'json', screen: Screen = process.stdout, environment: Environment = process.env) {
    this.#json = format === 'json';
    this.#screen = screen;
    this.#paint = painter(screen, environment);
    this.#progress = new StatusLine(screen, environment);
  }

  print(event: TrainEvent): void {
    if (event.event === 'progress') this.#showProgress(event);
    else if (event.event === 'reading') this.#showReading(event);
    else if (this.#json) this.#printJson(event);
    else if (event.event !== 'checkpoint') this.#progress.print(this.#coloured(this.#text(event)));
  }

  /** A hint is for people. */
  #printJson(event: TrainEvent): void {
    if (event.event !== 'hint') this.#screen.write(`${JSON.stringify(event)}\n`);
  }

  /** Takes a progress line away. */
  end(): void {
    this.#progress.end();
  }

  /** How much of a file is read. */
  #showReading({ file, done, of, unit }: ReadingEvent): void {
    if (this.#json) return;
    const amount = unit === 'bytes' ? `${count(done / 1e6)} MB` : `${count(done)} ${unit}`;
    this.#progress.show([
      piece(0, 'reading'),
      ...(of ? [piece(1, `${Math.floor((100 * done) / of)} %`)] : []),
      piece(2, amount),
      piece(3, printable(file, 60)),
    ]);
  }

  /** What is most important stays on the narrowest terminal: where the run is, and how long it will take. */
  #showProgress(event: ProgressEvent): void {
    if (this.#json) return;
    const { epoch, epochs, samples, of } = event;
    const last = this.#epoch;
    const rate = this.#rate.at(event) ?? last?.samplesPerSecond;
    const left = (rate: number): number => (of - samples) / rate + (epochs - epoch) * Math.max(of / rate, last?.seconds ?? 0);
    this.#progress.show([
      piece(0, `epoch ${epoch}/${epochs}`, `${epoch}/${epochs}`),
      piece(1, `${Math.floor((100 * samples) / of)} %`),
      ...(rate ? [piece(3, `${count(rate)} samples/s`, `${count(rate)}/s`), piece(2, `${duration(left(rate))} left`)] : []),
      ...(last ? [piece(4, `cost ${costText(last.trainingCost)}`), ...pieceOf(5, validationText(last))] : []),
    ]);
  }

  /** What is not as it should be, and how it ended, to be found at a glance. */
  #coloured(text: string): string {
    return text
      .replace(/^(warning|note|ended) /gm, (label) => this.#paint('yellow', label))
      .replace(/^done /m, (label) => this.#paint(['bold', 'green'], label));
  }

  /** The speeds of all layers, and what was not found the last time. */
  #diagnosisText({ layers, findings }: DiagnosisEvent): string {
    const speeds = layers.map(({ layer, speed }) => `${layer}: ${speed.toPrecision(2)}`).join(', ');
    const before = this.#found;
    this.#found = new Set(findings.map(({ finding }) => finding));
    const fresh = findings.filter(({ finding }) => !before.has(finding));
    return [...labelled('speed', `‖∂C/∂b‖ of layer ${speeds}`, this.#textWidth), ...this.#foundLines(fresh)].join('\n');
  }

  #foundLines(findings: readonly Finding[]): string[] {
    return findings.flatMap(({ text, advice }) => labelled('found', `${text} ${advice}`, this.#textWidth));
  }

  get #textWidth(): number {
    return Math.min(TEXT_WIDTH, roomOn(this.#screen));
  }

  #text(event: Exclude<TrainEvent, ReadingEvent | ProgressEvent | CheckpointEvent>): string {
    if (event.event === 'diagnosis') return this.#diagnosisText(event);
    if (event.event === 'epoch') {
      this.#epoch = event;
      return fitted(epochPieces(event), '  ', roomOn(this.#screen)).trimEnd();
    }
    if (event.event === 'workers') return this.#wrapped(`workers   ${event.workers}, chosen by ${event.why}`);
    if (event.event === 'hint') return this.#wrapped(`hint      ${event.text}`);
    if (event.event === 'warning') return this.#wrapped(`warning   ${event.text}`);
    if (event.event === 'recovery') return this.#wrapped(`lost      ${event.text} ${goingOn(event)}`);
    if (event.event === 'start') return `${columnsText(event, roomOn(this.#screen))}${this.#wrapped(startText(event))}`;
    const found = this.#foundLines(event.nothingLearnt?.findings ?? []);
    return [this.#wrapped(endText(event)), ...found, this.#wrapped(doneText(event)), ...keptLines(event)].join('\n');
  }

  #wrapped(text: string): string {
    return broken(text, LABEL, this.#screen);
  }
}

/** Samples per second over the last seconds of an epoch: the first steps, which try out workers, are soon forgotten. */
class Rate {
  #epoch = 0;
  #points: ProgressEvent[] = [];

  /** The rate at this point; undefined in an epoch's first moments. */
  at(event: ProgressEvent): number | undefined {
    if (event.epoch !== this.#epoch) this.#points = [];
    this.#epoch = event.epoch;
    this.#points = [...this.#points.filter(({ seconds }) => seconds >= event.seconds - RATE_SECONDS), event];
    const [first] = this.#points;
    const seconds = event.seconds - first.seconds;
    return seconds < LEAST_SECONDS ? undefined : (event.samples - first.samples) / seconds;
  }
}

/** How far a rate looks back, and from when on it says something, in seconds. */
const RATE_SECONDS = 3;
const LEAST_SECONDS = 0.3;

/** Columns of the label that a line begins with. */
const LABEL = 10;

function goingOn({ epoch, samples }: RecoveryEvent): string {
  return `Its threads are replaced; going on from sample ${count(samples)} of epoch ${epoch}.`;
}

function startText(e: StartEvent): string {
  const cores = e.cores === e.machineCores ? `${e.cores}` : `${e.cores} of ${e.machineCores}`;
  const workers = e.ranks
    ? `${ranksText(e.ranks)}, ${e.ranks.mpi}${slicedText(e.ranks)}`
    : `${plural(e.workers, 'worker')} on ${cores} ${noun(e.machineCores, 'core')}`;
  const gradient = `gradient ${e.gradient}${GRADIENTS[e.gradient].hasBlocks ? ` (${plural(e.shards, 'shard')})` : ''}`;
  const bits = {
    'any machine': `on any machine with any workers${e.ranks ? ' and ranks' : ''}`,
    'this machine': e.ranks ? 'on these hosts with any workers and ranks' : 'on this machine with any workers',
    'this worker count': `with as many workers${e.ranks ? ' and ranks' : ''}`,
  }[e.bits];
  const memory = `${count(e.memoryBytes / 2 ** 20)} MB ${e.ranks ? 'shared per rank' : 'shared'}`;
  return [
    `network   ${e.network.join('-')}, ${functionsText(e.activations)}${neuronsText(e)}, ${e.cost}, ${count(e.parameters)} parameters`,
    ...(e.from === undefined ? [] : [`from      ${e.from}`]),
    ...(e.resumed ? [`resumed   in epoch ${e.resumed.epoch}, after ${count(e.resumed.samples)} of ${count(e.samples)} samples`] : []),
    `data      ${e.data}: ${count(e.samples)} training, ${count(e.validationSamples)} validation, ${count(e.testSamples)} test`,
    `training  mini-batch ${e.batch}, η ${e.eta}, λ ${e.lambda}, ${plural(e.epochs, 'epoch')}, seed ${e.seed}`,
    ...(e.preset === undefined ? [] : [`preset    ${e.preset}`]),
    ...(e.learning === undefined ? [] : [`learning  ${e.learning}`]),
    `machine   ${workers}, ${gradient}, ${e.input} input, kernels ${e.kernels}, ${memory}; same bits again ${bits}`,
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

/**
 * In columns, one epoch under the other: each piece is as wide as that of other epochs, so that the same ones are shown of each. The
 * time is left out first, then the exchange of several ranks, then the training's accuracy, and the rate is shortened: the progress line
 * has time and rate. What a launcher of MPI passes on is 80 columns wide, and with both the exchange would never be seen.
 */
function epochPieces(e: EpochEvent): Piece[] {
  const epoch = `${String(e.epoch).padStart(String(e.epochs).length)}/${e.epochs}`;
  const rate = count(e.samplesPerSecond).padStart(9);
  const validation = validationText(e);
  const exchange = e.exchange && percent(e.exchange.share, 0).padStart(4);
  // At the figure that it is the best by.
  const mark = e.best ? ' *' : '  ';
  return [
    piece(0, `epoch ${epoch}`, epoch),
    piece(1, `cost ${costText(e.trainingCost)}${validation === undefined ? mark : ''}`),
    ...(e.trainingAccuracy === null ? [] : [piece(4, `train ${shareText(e.trainingAccuracy)}`)]),
    ...pieceOf(2, validation && `${validation}${mark}`),
    piece(3, `${rate} samples/s`, `${rate}/s`),
    ...(exchange === undefined ? [] : [piece(5, `exchange ${exchange}`, `exch ${exchange}`)]),
    piece(6, (e.epoch < e.epochs ? `${duration(e.secondsLeft)} left` : '').padEnd(LEFT)),
  ];
}

/** Columns of the time that is left: '99.9 h left'. */
const LEFT = 11;

/** Accuracy on the validation samples, or the cost where there is no accuracy; undefined where there are no samples. */
function validationText({ validationCost, validationAccuracy }: EpochEvent): string | undefined {
  if (validationCost === null) return undefined;
  return validationAccuracy === null ? `val cost ${costText(validationCost)}` : `val ${shareText(validationAccuracy)}`;
}

/** A piece, where there is a text for it. */
const pieceOf = (rank: number, text: string | undefined): Piece[] => (text === undefined ? [] : [piece(rank, text)]);

/** In seven columns: '97.71 %', ' 9.80 %', '100.0 %'. */
function shareText(share: number): string {
  return percent(share, share < 0.99995 ? 2 : 1).padStart(7);
}

/** Four decimals, or four digits where it is very large. */
function costText(cost: number): string {
  return cost < 10_000 ? cost.toFixed(4) : cost.toPrecision(4);
}

/** What is to be known before the outcome: why the run ended early, and whether it has learnt nothing. */
function endText({ stopped, nothingLearnt }: DoneEvent): string {
  return ['', ...(stopped === undefined ? [] : [`ended     early: ${stopped}`]), ...(nothingLearnt ? [`warning   ${nothingLearnt.text}`] : [])].join(
    '\n',
  );
}

/** Whether the best network is the one that the run ended with. */
function whichNetwork({ epochs, restored }: DoneEvent, { epoch }: BestEpoch): string {
  if (epoch === epochs) return ', the last';
  return restored ? '; the run ends with its network' : '';
}

function doneText(e: DoneEvent): string {
  const cost = e.testCost === null ? 'no test samples' : `test cost ${e.testCost.toPrecision(4)}`;
  const { r2, rmse, mae } = e.testFigures ?? {};
  const fit = rmse === undefined || mae === undefined ? cost : `test ${fitFigures({ r2: r2 ?? null, rmse, mae }).join(', ')}`;
  const test = e.testAccuracy === null ? fit : `test accuracy ${percent(e.testAccuracy, 2)}`;
  const trace = e.trace === undefined ? [] : [`trace     ${e.trace}; open it in ui.perfetto.dev or chrome://tracing`];
  const best = e.best === undefined ? [] : [`best      ${bestText(e.best)}${whichNetwork(e, e.best)}`];
  return [
    `done      ${test} after ${plural(e.epochs, 'epoch')} in ${secondsText(e.seconds)}; peak memory ${count(e.peakBytes / 2 ** 20)} MB${exchangeText(e)}`,
    ...best,
    ...trace,
  ].join('\n');
}

/** What several ranks have spent on one another. */
function exchangeText({ exchange }: DoneEvent): string {
  return exchange ? `; exchange ${percent(exchange.share)} of the time, ${sentText(exchange.bytesPerStep)} a step and rank` : '';
}

/** Where the run is kept, and how to look at its networks. No line of it is broken: what is to be typed again must be one. */
function keptLines({ run, best, epochs, restored }: DoneEvent): string[] {
  if (!run) return [];
  const evaluate = (path: string): string => `${calledAs()} evaluate ${shellPath(path)}`;
  const other = best !== undefined && best.epoch !== epochs && !restored;
  return [`kept in   ${run}`, `          again: ${evaluate(run)}`, ...(other ? [`          best:  ${evaluate(`${run}@best`)}`] : [])];
}
