// Compares two gradients: the largest difference inside one layer, and whether it is allowed.

import { parameterName } from './parameter-name.js';

/** Two gradients of one layer. `error` and `allowed` are shares of the layer's largest |∂C/∂w|. */
export interface Deviation {
  readonly error: number;
  readonly allowed: number;
  /** Where it is, in the book's notation: w^2_{5,3} is layer 2, to neuron 5, from neuron 3. */
  readonly worst: string;
  /** ∂C/∂w there: as expected, and as it was got. */
  readonly expected: number;
  readonly got: number;
  readonly passed: boolean;
}

/** Smaller than any gradient that float32 arithmetic carries on: products with it underflow. */
export const NOTHING = 1e-30;

/** One value of two gradients: parameter k of the book's order. */
export interface Compared {
  readonly k: number;
  readonly expected: number;
  readonly got: number;
}

/** The place from begin to end where two lists differ most; NaN differs more than all. -1 for nothing to compare. */
export function worstPlace(expected: ArrayLike<number>, got: ArrayLike<number>, begin = 0, end = expected.length): number {
  let worst = -1;
  let most = -1;
  for (let k = begin; k < end && !Number.isNaN(most); k++) {
    const error = Math.abs(got[k] - expected[k]);
    if (!(error <= most)) [worst, most] = [k, error];
  }
  return worst;
}

/**
 * The deviation of a layer whose worst value this is.
 * @param largest |∂C/∂w| of the layer
 * @param allowed as a slope, not as a share
 */
export function deviation(sizes: readonly number[], { k, expected, got }: Compared, largest: number, allowed: number): Deviation {
  const scale = Math.max(largest, NOTHING);
  const [error, limit] = [Math.abs(got - expected) / scale, (allowed + NOTHING) / scale];
  return { error, allowed: limit, worst: parameterName(sizes, k), expected, got, passed: error <= limit };
}

/** The worse of two deviations: one that did not pass before one that did, then the larger error. */
export function worse<T extends Deviation>(a: T, b: T): T {
  if (a.passed !== b.passed) return a.passed ? b : a;
  return b.error <= a.error ? a : b;
}
