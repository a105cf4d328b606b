// How near a network comes to targets that are numbers: R², RMSE and MAE over a split, of each output and of all, and some of the samples
// with what was predicted for them, in the targets' own units where they were standardised for training. The outputs come from the calling
// thread as for classes (assessment.ts), which such targets have none of.

import { checkSignal } from '../check.js';
import { type Dataset, isRegression, type Split } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { loadKernels } from '../kernels/load.js';
import { optionsOf } from '../model/specification.js';
import { configure } from '../options/options.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import type { Way } from './assessment.js';
import { Foremost } from './foremost.js';
import { eachOutputs } from './forward.js';

export interface FitFigures {
  /**
   * 1 - Σ(a - y)² / Σ(y - ȳ)²: 1 where every target is met, 0 where the mean would do as well; null where all targets are the same, for
   * which scikit-learn has 1 where they are met and else 0.
   */
  readonly r2: number | null;
  /** √ of the mean of (a - y)². */
  readonly rmse: number;
  /** Mean of |a - y|. */
  readonly mae: number;
}

/** Of one output. */
export interface OutputFigures extends FitFigures {
  /** What its target is called; absent where it has no name. */
  readonly name?: string;
}

/** A sample with one of its targets. */
export interface Pair {
  /** Number of the sample within the split, from 0. */
  readonly index: number;
  /** Number of the output, from 0. */
  readonly output: number;
  readonly target: number;
  readonly predicted: number;
}

/** Of all outputs together: the means of those of the outputs, as in scikit-learn; of r2 of those that have one. */
export interface Fit extends FitFigures {
  readonly samples: number;
  readonly outputs: readonly OutputFigures[];
  /** Of samples all over the split, at most MOST_PAIRS in all. */
  readonly pairs: readonly Pair[];
  /** Those farthest off, the farthest first; at most as many as asked for. */
  readonly farthest: readonly Pair[];
}

/** What a target of 0 and a step of 1 are in the unit that figures are wanted in: y = mean + deviation · target. */
export interface TargetUnit {
  readonly mean: number;
  readonly deviation: number;
  /** What the target is called, where it has a name. */
  readonly name?: string;
}

/** How a split with numbers as targets is assessed; `mistakes` is how many of the farthest are listed. */
export type FitWay = Omit<Way, 'top'>;

/** Enough for a picture of a split, and few enough to be drawn in a file of some kilobytes. */
export const MOST_PAIRS = 2000;

/**
 * @throws {RangeError} where data and network do not fit each other, or the data have classes as targets
 */
export async function assessFit(saved: SavedNetwork, data: Dataset, split: Split, way: FitWay): Promise<Fit> {
  const { network } = saved;
  const { targets } = data[split];
  if (!isRegression(data) || !targets) throw wrongValue('data', 'numbers as targets', 'classes');
  const input = way.input ?? configure({ ...optionsOf(network), functions: network.functions, workers: 1 }, data).input;
  const kernels = way.kernels ?? (await loadKernels('auto'));
  const predicted = new Float32Array(targets.length);
  for await (const { first, outputs } of eachOutputs({ ...saved, data, input, kernels }, split)) {
    checkSignal(way.signal, 'all samples were assessed');
    predicted.set(outputs, first * data.classes);
  }
  return fitOf(targets, predicted, data.classes, way.mistakes, unitsOf(data));
}

/** Those of targets that were standardised for training. */
function unitsOf({ preparation }: Dataset): readonly TargetUnit[] | undefined {
  return preparation?.target.kind === 'numbers' ? preparation.target.columns : undefined;
}

/** Reads the values of an output, in its unit. */
type Column = (values: Float32Array, at: number) => number;

/**
 * @param targets [samples][K], as `predicted` is
 * @param most of the farthest
 * @throws {RangeError} for units of another number of outputs
 */
export function fitOf(targets: Float32Array, predicted: Float32Array, K: number, most: number, units?: readonly TargetUnit[]): Fit {
  if (units && units.length !== K) throw wrongValue('units', `${K}, one for each output`, units.length);
  const samples = targets.length / K;
  const columns = Array.from({ length: K }, (_, k) => columnOf(units?.[k]));
  const outputs = columns.map((column, k): OutputFigures => {
    const name = units?.[k].name;
    return { ...(name !== undefined && { name }), ...figuresOf(targets, predicted, k, K, column) };
  });
  const known = outputs.flatMap(({ r2 }) => (r2 === null ? [] : [r2]));
  const pair = (at: number): Pair => {
    const column = columns[at % K];
    return { index: Math.floor(at / K), output: at % K, target: column(targets, at), predicted: column(predicted, at) };
  };
  return {
    samples,
    r2: known.length === 0 ? null : meanOf(known),
    rmse: meanOf(outputs.map(({ rmse }) => rmse)),
    mae: meanOf(outputs.map(({ mae }) => mae)),
    outputs,
    pairs: shownOf(samples, K).map(pair),
    farthest: farthestOf(targets, predicted, columns, most).map(pair),
  };
}

function columnOf({ mean, deviation }: TargetUnit = { mean: 0, deviation: 1 }): Column {
  return (values, at) => mean + deviation * values[at];
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Places of values that are shown: all outputs of samples all over the split. */
function shownOf(samples: number, K: number): number[] {
  const every = Math.ceil((samples * K) / MOST_PAIRS);
  const shown = Array.from({ length: Math.ceil(samples / every) }, (_, s) => s * every);
  return shown.flatMap((s) => Array.from({ length: K }, (_, k) => s * K + k)).slice(0, MOST_PAIRS);
}

/** Places of the values that are farthest off. */
function farthestOf(targets: Float32Array, predicted: Float32Array, columns: readonly Column[], most: number): readonly number[] {
  const off = (at: number): number => {
    const column = columns[at % columns.length];
    return Math.abs(column(predicted, at) - column(targets, at));
  };
  const first = new Foremost<number>(most, (a, b) => off(b) - off(a) || a - b);
  for (let at = 0; at < targets.length; at++) first.add(at);
  return first.first;
}

/** Over the samples of output k. */
function figuresOf(targets: Float32Array, predicted: Float32Array, k: number, K: number, column: Column): FitFigures {
  const samples = targets.length / K;
  let mean = 0;
  let varies = false;
  for (let at = k; at < targets.length; at += K) {
    mean += column(targets, at);
    // Compared as they are: their mean may be rounded, and then seem to differ from each of them.
    if (targets[at] !== targets[k]) varies = true;
  }
  mean /= samples;
  let [squares, sizes, spread] = [0, 0, 0];
  for (let at = k; at < targets.length; at += K) {
    const off = column(predicted, at) - column(targets, at);
    squares += off * off;
    sizes += Math.abs(off);
    spread += (column(targets, at) - mean) ** 2;
  }
  return { r2: varies ? 1 - squares / spread : null, rmse: Math.sqrt(squares / samples), mae: sizes / samples };
}
