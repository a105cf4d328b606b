// Everything that a report on a run shows, as plain data: its record and metrics, and what can still be found out with its
// weights and data, which are read once more. What cannot be had is left out, and said in words: a report on a run that was
// interrupted, that is going on, or whose data have gone is still a report.

import { countSamples, type Dataset, isRegression, type Split } from '../../data/dataset.js';
import type { DatasetLike } from '../../data/given.js';
import { BESIDE_NAMES, type ReadingBeside, readingBesideOf } from '../../data/reading.js';
import { isBadInput, NablaError } from '../../errors.js';
import { diagnose, type Stage } from '../../experiments/diagnose.js';
import { type Assessment, assessSplit } from '../../inference/assessment.js';
import { assessFit, type Fit } from '../../inference/regression.js';
import { METRICS } from '../../runs/files.js';
import type { RunLog } from '../../runs/log.js';
import { passedOn, passedOnText } from '../../runs/passed-on.js';
import type { SavedNetwork } from '../../runs/saved-network.js';
import { SavedRun } from '../../runs/saved-run.js';
import { plural } from '../../text.js';

/** Mistakes that are shown as pictures. */
const MISTAKES = 24;
/** Neurons whose weights are shown as pictures. */
const NEURONS = 48;
/** Inputs are taken for a square picture from 8 by 8 on; fewer say nothing to the eye. */
const LEAST_SIDE = 8;
/** Training samples that the layers' speeds are measured on, as while a network trains. */
const SAMPLES = 300;
const UNTIMED = 'No chart of where the time of a step went: no step was timed, as in a run of one short epoch.';

export interface ReportOptions extends ReadingBeside {
  /** Data to assess the runs on. Default: what each was trained on. */
  data?: DatasetLike | string;
  /** Gives up before the next run. */
  signal?: AbortSignal;
}

export const REPORT_OPTIONS: Readonly<Record<keyof ReportOptions, true>> = {
  data: true,
  ...BESIDE_NAMES,
  signal: true,
};

/** A sample as a picture: [side][side], 0 black to 255 white. */
interface Picture {
  readonly side: number;
  readonly pixels: Uint8Array;
}

/** The weights into some neurons of layer 2, each [side][side] as the inputs are. */
export interface FirstLayer {
  readonly side: number;
  /** Neurons of the layer. */
  readonly of: number;
  /** The shown ones by number, from 1: all, or those with the largest ‖w‖. */
  readonly neurons: readonly { readonly neuron: number; readonly weights: Float32Array }[];
}

/** How the classes of a split were told apart. */
export interface Assessed extends Assessment {
  readonly data: string;
  readonly split: Split;
  /** Of the mistakes, in their order; none where the inputs are no square pictures. */
  readonly pictures: readonly Picture[];
}

/** How near the outputs came to the targets of a split that are numbers. */
export interface Fitted extends Fit {
  readonly data: string;
  readonly split: Split;
}

/** It holds names where the run has paths: pages are passed on. */
export interface RunReport extends RunLog {
  readonly assessed?: Assessed;
  readonly regression?: Fitted;
  readonly firstLayer?: FirstLayer;
  /** How fast the layers learn at the run's weights; where the metrics have that after each epoch, it is not measured again. */
  readonly speeds?: Stage;
  /** Of a run that is known to be running, which its folder alone cannot tell from one that was killed: the epochs that it is to have. */
  readonly goingOn?: { readonly epochs: number };
  /** What was left out and why, a sentence each. */
  readonly missing: readonly string[];
}

/**
 * Reads all there is of a run.
 * @param path its folder
 * @throws {NablaError} BAD_DATA where there is no record of a run, or where the data that the options name cannot be used
 */
export async function collectRun(path: string, options: ReportOptions = {}): Promise<RunReport> {
  const run = SavedRun.openFolder(path);
  const log = run.log();
  const missing = log.unread === 0 ? [] : [`${log.unread} of the lines of ${METRICS} could not be read.`];
  if (log.epochs.length > 0 && !log.epochs.some(({ phases }) => phases)) missing.push(UNTIMED);
  const attempt = <T>(what: string, action: () => Promise<T> | T): Promise<T | undefined> => attempted(missing, what, action);
  const saved = await attempt('Its weights are not there', () => readFinite(run));
  const firstLayer = saved && (await attempt('No pictures of the first layer', () => firstLayerOf(saved)));
  const opened = (): Promise<Dataset> => run.data({ data: options.data, ...readingBesideOf(options) });
  // Data that are asked for are used or refused; what the run says of its own may be out of date.
  const data = options.data === undefined ? saved && (await attempt('Nothing that needs the data', opened)) : await opened();
  const assessed =
    saved && data && !isRegression(data) ? await attempt('No confusion matrix and no mistakes', () => assessClasses(saved, data)) : undefined;
  const regression = saved && data && isRegression(data) ? await attempt('No predictions', () => assessNumbers(saved, data)) : undefined;
  const speeds = saved && data && log.diagnoses.length === 0 ? await attempt('No speeds of the layers', () => speedsOf(path, data)) : undefined;
  const said = missing.map((why) => passedOnText(why, path, log.record));
  return { ...log, record: passedOn(log.record, path), firstLayer, assessed, regression, speeds, missing: said };
}

/** What an action gives; where it fails for a reason that a user can know, that reason goes into `missing`. */
export async function attempted<T>(missing: string[], what: string, action: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!isBadInput(error) && !(error instanceof NablaError)) throw error;
    missing.push(`${what}: ${error.message}`);
    return undefined;
  }
}

/** For what a report says it leaves out; the command line never shows it by itself. */
const without = (reason: string): NablaError => new NablaError('BAD_DATA', reason);

async function readFinite(run: SavedRun): Promise<SavedNetwork> {
  const { parameters } = run;
  const network = await run.network();
  if (!parameters.every(Number.isFinite)) throw without('a weight or bias is infinite or NaN.');
  return { network, parameters };
}

export async function assessClasses(saved: SavedNetwork, data: Dataset): Promise<Assessed> {
  const split = splitOf(data);
  const assessment = await assessSplit(saved, data, split, { mistakes: MISTAKES });
  const side = sideOf(data.inputs);
  const pictures = side === undefined ? [] : assessment.mistakes.map(({ index }) => pictureOf(data, split, index, side));
  return { ...assessment, data: data.name, split, pictures };
}

/** The split that tells most of a network: the first that has samples. */
function splitOf(data: Dataset): Split {
  return (['test', 'validation', 'training'] as const).find((name) => countSamples(data, name) > 0) as Split;
}

export async function assessNumbers(saved: SavedNetwork, data: Dataset): Promise<Fitted> {
  const split = splitOf(data);
  return { ...(await assessFit(saved, data, split, { mistakes: MISTAKES })), data: data.name, split };
}

async function speedsOf(run: string, data: Dataset): Promise<Stage> {
  const { stages } = await diagnose({ run, data, samples: Math.min(SAMPLES, countSamples(data, 'training')) });
  return stages[0];
}

/** The side of a square picture of so many inputs, if they can be one. */
function sideOf(inputs: number): number | undefined {
  const side = Math.sqrt(inputs);
  return Number.isInteger(side) && side >= LEAST_SIDE ? side : undefined;
}

/** Bytes are shown as they are; floats in [0, 1] from black to white, and others from the sample's least to its largest. */
function pictureOf({ inputs, ...data }: Dataset, split: Split, index: number, side: number): Picture {
  const values = data[split].values.subarray(index * inputs, (index + 1) * inputs);
  if (values instanceof Uint8Array) return { side, pixels: values.slice() };
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
  const [least, most] = low === 0 && high === 1 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  return { side, pixels: Uint8Array.from(values, (v) => Math.round((255 * (v - least)) / (most - least || 1))) };
}

function firstLayerOf({ network: { layers }, parameters }: SavedNetwork): FirstLayer {
  const [I, O] = layers;
  const side = sideOf(I);
  if (side === undefined) throw without(`${plural(I, 'input')} cannot be a square picture.`);
  const all = Array.from({ length: O }, (_, j) => ({ neuron: j + 1, weights: parameters.slice(j * I, (j + 1) * I) }));
  const norms = all.map(({ weights }) => weights.reduce((sum, w) => sum + w * w, 0));
  const largest = all.sort((a, b) => norms[b.neuron - 1] - norms[a.neuron - 1]).slice(0, NEURONS);
  return { side, of: O, neurons: largest.sort((a, b) => a.neuron - b.neuron) };
}
