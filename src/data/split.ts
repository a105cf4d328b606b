// Splitting labelled samples into training, validation and test, stratified: each class keeps its share in every split.

import type { Random } from '../random.js';

/** Indices of the samples in each split. */
export interface SplitIndices {
  readonly training: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Takes `validation` and `test` samples out of all, class by class in proportion, at random; the rest are for training. */
export function stratifiedSplit(labels: ArrayLike<number>, classes: number, validation: number, test: number, random: Random): SplitIndices {
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (let k = 0; k < labels.length; k++) members[labels[k]].push(k);
  for (const list of members) random.shuffle(list);
  const sizes = members.map((list) => list.length);
  const forTest = apportion(sizes, test);
  const forValidation = apportion(sizes, validation);
  return {
    test: members.flatMap((list, c) => list.slice(0, forTest[c])),
    validation: members.flatMap((list, c) => list.slice(forTest[c], forTest[c] + forValidation[c])),
    training: members.flatMap((list, c) => list.slice(forTest[c] + forValidation[c])),
  };
}

/** Whole numbers in proportion to `sizes` that add up to `total`: rounded down, then one more to the largest remainders. */
export function apportion(sizes: readonly number[], total: number): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (size * total) / sum);
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((value, k) => ({ k, remainder: value - whole[k] })).sort((a, b) => b.remainder - a.remainder || a.k - b.k);
  for (const { k } of byRemainder.slice(0, left)) whole[k]++;
  return whole;
}
