// Whether two sets of values differ by more than luck: in pairs, or each set by itself. By the means, with Student's t; of few pairs also
// by the ranks of their differences, which takes nothing for granted of how they are spread.

import { around, deviationOf, meanOf } from './spread.js';
import { bothTails, quantile } from './student.js';

/** The mean of B less that of A. */
export interface Difference {
  readonly mean: number;
  /** Where it lies with 95 % confidence; null where nothing is known of the spread. */
  readonly interval: readonly [number, number] | null;
  /** How likely one so far from 0 is by luck alone; null where that cannot be said. */
  readonly p: number | null;
  /** Degrees of freedom, and the standard error. */
  readonly freedom: number;
  readonly error: number;
}

/** Student's test of paired values. @param a, b of the same length, at least 1 */
export function pairedDifference(a: readonly number[], b: readonly number[]): Difference {
  const differences = differencesOf(a, b);
  const mean = meanOf(differences);
  if (a.length < 2) return { mean, interval: null, p: null, freedom: 0, error: Number.NaN };
  return tested(mean, deviationOf(differences, mean) / Math.sqrt(a.length), a.length - 1);
}

/** Digits of a difference below this share of the largest value are the rounding of float64. */
const ROUNDING = 1e-14;

/** Of each pair B less A, so that those are equal that would be without rounding. */
export function differencesOf(a: readonly number[], b: readonly number[]): number[] {
  const unit = ROUNDING * [...a, ...b].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return b.map((value, k) => (unit === 0 ? 0 : Math.round((value - a[k]) / unit) * unit + 0));
}

/** Welch's test of two sets that have no pairs, and whose spreads may differ. @param a, b of at least one value */
export function separateDifference(a: readonly number[], b: readonly number[]): Difference {
  const mean = meanOf(b) - meanOf(a);
  if (a.length < 2 || b.length < 2) return { mean, interval: null, p: null, freedom: 0, error: Number.NaN };
  const [u, v] = [a, b].map((values) => deviationOf(values) ** 2 / values.length);
  const error = Math.sqrt(u + v);
  // Welch's and Satterthwaite's degrees of freedom.
  const freedom = error === 0 ? a.length + b.length - 2 : (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  return tested(mean, error, freedom);
}

function tested(mean: number, error: number, freedom: number): Difference {
  // Without any spread t says nothing: a difference that is the same every time may still be that of a few pairs.
  if (error === 0) return { mean, interval: [mean, mean], p: mean === 0 ? 1 : null, freedom, error };
  return { mean, interval: around(mean, error, freedom), p: bothTails(mean / error, freedom), freedom, error };
}

/** More pairs are told well enough by their means. */
const MOST_RANKED = 200;

/**
 * Wilcoxon's signed-rank test on both sides, exact also where differences are equal: over all signs that these ranks could have. Pairs
 * without a difference count for nothing.
 * @returns p; null where there are too many pairs for it
 */
export function signedRanks(differences: readonly number[]): number | null {
  const sizes = differences.filter((difference) => difference !== 0);
  if (sizes.length === 0) return 1;
  if (sizes.length > MOST_RANKED) return null;
  const ranks = doubledRanks(sizes.map(Math.abs));
  const positive = ranks.reduce((sum, rank, k) => sum + (sizes[k] > 0 ? rank : 0), 0);
  const all = ranks.reduce((sum, rank) => sum + rank, 0);
  const likely = likelihoods(ranks, all);
  // The distribution is the same from both ends.
  const end = Math.min(positive, all - positive);
  const tail = likely.subarray(0, end + 1).reduce((sum, one) => sum + one, 0);
  return Math.min(1, 2 * tail);
}

/** Twice the rank of each, from the least on: whole numbers also where equal ones share theirs. */
function doubledRanks(sizes: readonly number[]): number[] {
  return sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length;
    const equal = sizes.filter((other) => other === size).length;
    return 2 * below + equal + 1;
  });
}

/** How likely each sum of ranks is, from 0 to that of all, where every rank counts or does not with the same likelihood. */
function likelihoods(ranks: readonly number[], all: number): Float64Array {
  const likely = new Float64Array(all + 1);
  likely[0] = 1;
  let most = 0;
  for (const rank of ranks) {
    most += rank;
    for (let sum = most; sum >= 0; sum--) likely[sum] = (likely[sum] + (sum >= rank ? likely[sum - rank] : 0)) / 2;
  }
  return likely;
}

/** How often a difference that is there shall be found. */
const POWER = 0.8;
const MOST_NEEDED = 100_000;

/**
 * How many pairs, or values in each set, it takes for a test at 0.05 to find a difference of this size four times out of five, with this
 * much spread: the least n with n ≥ ((t_0.975 + t_0.8) deviation / difference)².
 * @param deviation of the differences of pairs; of two sets the root of the sum of their variances
 * @param freedom degrees of freedom of so many
 * @returns undefined where there is no difference, or it takes more than anybody has
 */
export function neededCount(difference: number, deviation: number, freedom: (n: number) => number): number | undefined {
  const isEnough = (n: number): boolean => {
    const t = quantile(0.05, freedom(n)) + quantile(2 * (1 - POWER), freedom(n));
    return n >= ((t * deviation) / difference) ** 2;
  };
  if (difference === 0 || !isEnough(MOST_NEEDED)) return undefined;
  let [low, high] = [1, MOST_NEEDED];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
