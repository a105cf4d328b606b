// The gradient of the mean cost by the float64 reference, and how sensitive it is: how far it moves when every weight moves by a
// float32's rounding, which no float32 arithmetic can undercut.

import { type Parameters, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { Range } from '../parallel/step/partition.js';
import { Random } from '../random.js';
import type { Example } from './differences.js';
import type { LayerRange } from './parameter-name.js';

/** What computes ∇b and ∇w of C_x; `backpropagate` of model/reference.ts. */
export type Backpropagate = (spec: NetworkSpecification, parameters: Parameters, x: readonly number[], y: readonly number[]) => Parameters;

/** Half of a float32's last bit, relative. */
export const ROUNDING = 2 ** -24;

export interface ExactGradient {
  /** Mean over the samples, [P] in the book's order. */
  readonly mean: Float64Array;
  /** Of each layer: the largest |∂C/∂w| or |∂C/∂b|. */
  readonly largest: readonly number[];
  /** Of each layer: the largest mean of |∂C_x/∂w| over the samples, which terms that cancel do not lower. */
  readonly mass: readonly number[];
  /** Of each layer: how far its gradient moves at most when every parameter is multiplied with 1 ± ROUNDING at random, a few times. */
  readonly moves: readonly number[];
}

/** The gradient over all samples, and over the parts that they are cut into: mini-batches. */
export interface ExactGradients {
  readonly whole: ExactGradient;
  readonly parts: readonly (Range & ExactGradient)[];
}

/**
 * @param values [P] in the book's order
 * @param cuts ranges of the samples, one after another, that make up all of them
 * @param draws how many times the parameters are rounded: where a sample or two are all, one draw may happen to move little
 */
export function exactGradients(
  spec: NetworkSpecification,
  ranges: readonly LayerRange[],
  values: Float32Array,
  samples: readonly Example[],
  backpropagate: Backpropagate,
  cuts: readonly Range[],
  draws: number,
): ExactGradients {
  const random = Random.stream(0, 'rounding');
  const roundings = Array.from({ length: draws }, () => {
    const rounded = new Float64Array(values);
    for (let k = 0; k < rounded.length; k++) rounded[k] *= 1 + ROUNDING * (random.next() & 1 ? 1 : -1);
    return rounded;
  });
  const found = cuts.map(({ begin, end }): Found => {
    const some = samples.slice(begin, end);
    const { mean, mass } = meanGradient(spec, values, some, backpropagate);
    const moved = roundings.map((rounded) => {
      const difference = meanGradient(spec, rounded, some, backpropagate).mean;
      for (let k = 0; k < difference.length; k++) difference[k] -= mean[k];
      return difference;
    });
    return { mean, mass, moved, share: (end - begin) / samples.length };
  });
  const largestOf = (of: Float64Array): number[] => ranges.map(({ begin, end }) => largest(of, begin, end));
  const exact = ({ mean, mass, moved }: Found): ExactGradient => ({
    mean,
    largest: largestOf(mean),
    mass: largestOf(mass),
    moves: moved.map(largestOf).reduce((a, b) => a.map((layer, l) => Math.max(layer, b[l]))),
  });
  return { whole: exact(together(found)), parts: found.map((part, i) => ({ ...cuts[i], ...exact(part) })) };
}

/** Means over some of the samples, and their share of all. */
interface Found {
  readonly mean: Float64Array;
  readonly mass: Float64Array;
  /** By how much each rounding of the parameters moves the mean. */
  readonly moved: readonly Float64Array[];
  readonly share: number;
}

function together(parts: readonly Found[]): Found {
  if (parts.length === 1) return parts[0];
  const sum = (of: (part: Found) => Float64Array): Float64Array =>
    of(parts[0]).map((_, k) => parts.reduce((total, part) => total + part.share * of(part)[k], 0));
  const moved = parts[0].moved.map((_, i) => sum((part) => part.moved[i]));
  return { mean: sum(({ mean }) => mean), mass: sum(({ mass }) => mass), moved, share: 1 };
}

function meanGradient(
  spec: NetworkSpecification,
  values: ArrayLike<number>,
  samples: readonly Example[],
  backpropagate: Backpropagate,
): { mean: Float64Array; mass: Float64Array } {
  const parameters = parametersFrom(spec, values);
  const mean = new Float64Array(values.length);
  const mass = new Float64Array(values.length);
  for (const { x, y } of samples) {
    const { w, b } = backpropagate(spec, parameters, x, y);
    let at = 0;
    for (const row of w.flatMap((matrix, l) => [...matrix, b[l]])) {
      for (let k = 0; k < row.length; k++, at++) {
        mean[at] += row[k] / samples.length;
        mass[at] += Math.abs(row[k]) / samples.length;
      }
    }
  }
  return { mean, mass };
}

/** The largest magnitude of values begin to end; NaN where one is NaN. */
function largest(values: Float64Array, begin: number, end: number): number {
  let most = 0;
  for (let k = begin; k < end && !Number.isNaN(most); k++) if (!(Math.abs(values[k]) <= most)) most = Math.abs(values[k]);
  return most;
}
