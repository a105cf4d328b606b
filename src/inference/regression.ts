// How near a network comes to targets that are numbers: R², RMSE and MAE over a split, of each output and of all, and some of the samples
// with what was predicted for them. The outputs come from the calling thread as for classes (assessment.ts), which such targets have none of.

import { checkSignal } from '../check.js';
import { type Dataset, isRegression, type Split } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { loadKernels } from '../kernels/load.js';
import { optionsOf } from '../model/specification.js';
import { configure } from '../options/options.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import type { Way } from './assessment.js';
import { eachOutputs } from './forward.js';

export interface FitFigures {
  /** 1 - Σ(a - y)² / Σ(y - ȳ)²: 1 where every target is met, 0 where the mean would do as well; null where all targets are the same. */
  readonly r2: number | null;
  /** √ of the mean of (a - y)². */
  readonly rmse: number;
  /** Mean of |a - y|. */
  readonly mae: number;
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

/** Of all outputs together: r2 is the mean of those of the outputs, as in scikit-learn; the others are over all values. */
export interface Fit extends FitFigures {
  readonly samples: number;
  readonly outputs: readonly FitFigures[];
  /** Of samples all over the split, at most MOST_PAIRS in all. */
  readonly pairs: readonly Pair[];
  /** Those farthest off, the farthest first; at most as many as asked for. */
  readonly farthest: readonly Pair[];
}

/** Enough for a picture of a split, and few enough to be drawn in a file of some kilobytes. */
export const MOST_PAIRS = 2000;

/**
 * @param way `mistakes` is how many of the farthest are listed
 * @throws {RangeError} where data and network do not fit each other, or the data have classes as targets
 */
export async function assessFit({ network, parameters }: SavedNetwork, data: Dataset, split: Split, way: Way): Promise<Fit> {
  const { targets } = data[split];
  if (!isRegression(data) || !targets) throw wrongValue('data', 'numbers as targets', 'classes');
  const input = way.input ?? configure({ ...optionsOf(network), functions: network.functions, workers: 1 }, data).input;
  const kernels = way.kernels ?? (await loadKernels('auto'));
  const predicted = new Float32Array(targets.length);
  for await (const { first, outputs } of eachOutputs({ network, parameters, data, input, kernels }, split)) {
    checkSignal(way.signal, 'all samples were assessed');
    predicted.set(outputs, first * data.classes);
  }
  return fitOf(targets, predicted, data.classes, way.mistakes);
}

/** @param targets [samples][K], as `predicted` is */
export function fitOf(targets: Float32Array, predicted: Float32Array, K: number, most: number): Fit {
  const samples = targets.length / K;
  const sums = Array.from({ length: K }, (_, k) => sumsOf(targets, predicted, k, K));
  const outputs = sums.map((sum) => figuresOf(sum, samples));
  const all = (of: 'squares' | 'sizes'): number => sums.reduce((total, sum) => total + sum[of], 0) / targets.length;
  const known = outputs.flatMap(({ r2 }) => (r2 === null ? [] : [r2]));
  const pair = (at: number): Pair => ({ index: Math.floor(at / K), output: at % K, target: targets[at], predicted: predicted[at] });
  const off = (at: number): number => Math.abs(predicted[at] - targets[at]);
  const every = Math.ceil(targets.length / MOST_PAIRS);
  const shown = Array.from({ length: samples }, (_, s) => s).filter((s) => s % every === 0);
  return {
    samples,
    r2: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length,
    rmse: Math.sqrt(all('squares')),
    mae: all('sizes'),
    outputs,
    pairs: shown.flatMap((s) => Array.from({ length: K }, (_, k) => pair(s * K + k))).slice(0, MOST_PAIRS),
    farthest: Array.from(targets.keys())
      .sort((a, b) => off(b) - off(a) || a - b)
      .slice(0, most)
      .map(pair),
  };
}

interface Sums {
  /** Σ(a - y)², Σ|a - y| and Σ(y - ȳ)². */
  readonly squares: number;
  readonly sizes: number;
  readonly spread: number;
}

/** Over the samples of output k. */
function sumsOf(targets: Float32Array, predicted: Float32Array, k: number, K: number): Sums {
  let mean = 0;
  for (let at = k; at < targets.length; at += K) mean += targets[at];
  mean /= targets.length / K;
  let [squares, sizes, spread] = [0, 0, 0];
  for (let at = k; at < targets.length; at += K) {
    const off = predicted[at] - targets[at];
    squares += off * off;
    sizes += Math.abs(off);
    spread += (targets[at] - mean) ** 2;
  }
  return { squares, sizes, spread };
}

function figuresOf({ squares, sizes, spread }: Sums, samples: number): FitFigures {
  return { r2: spread > 0 ? 1 - squares / spread : null, rmse: Math.sqrt(squares / samples), mae: sizes / samples };
}
