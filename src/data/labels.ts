// Labels, wherever they come from: which classes there are, and whether a label is one of them. The one place that says so, for
// the files of a data set, rows of CSV, and data that a program brings. Classes count from 0.

import { NablaError } from '../errors.js';
import { listed } from '../text.js';

/** Most ranges of classes that a message lists. */
const MOST_RANGES = 4;

/**
 * Refuses a label that is no class.
 * @param classes how many there are, from 0 on
 * @param place where the label of a sample stands, for the message
 * @throws {NablaError} BAD_DATA
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, place: (sample: number) => string): void {
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    const expected = classes === 1 ? 'label 0, the only class' : `a label from 0 to ${classes - 1}, one of ${classes} classes`;
    const from1 = Array.prototype.every.call(labels, (one) => one >= 1)
      ? ' No label is 0: those that count from 1 must be made to count from 0.'
      : '';
    throw new NablaError('BAD_DATA', `${place(sample)}: expected ${expected}, got ${label}.${from1}`);
  }
}

/** How many classes there are where nothing but the labels says so. */
export interface CountedClasses {
  /** One more than the largest label. */
  readonly classes: number;
  /** How they were counted, for messages. */
  readonly counted: string;
}

/** @param files with labels, at least one of them */
export function countClasses(files: readonly { readonly name: string; readonly labels: ArrayLike<number> }[]): CountedClasses {
  let [least, most, where] = [Number.POSITIVE_INFINITY, -1, ''];
  for (const { name, labels } of files) {
    for (let sample = 0; sample < labels.length; sample++) {
      least = Math.min(least, labels[sample]);
      if (labels[sample] <= most) continue;
      most = labels[sample];
      where = `sample ${sample + 1} of ${name}`;
    }
  }
  const from0 = least > 0 ? ' and classes count from 0' : '';
  return { classes: most + 1, counted: `labels are ${least} to ${most}${from0}; ${where} has the largest` };
}

/** '3', '0 and 7 to 9'. @param numbers rising */
export function rangesText(numbers: readonly number[]): string {
  const starts = numbers.filter((n, k) => numbers[k - 1] !== n - 1);
  const ends = numbers.filter((n, k) => numbers[k + 1] !== n + 1);
  const ranges = starts.map((from, k) => (from === ends[k] ? String(from) : `${from} to ${ends[k]}`));
  const more = ranges.length - MOST_RANGES;
  return listed(more > 0 ? [...ranges.slice(0, MOST_RANGES), `${more} more`] : ranges);
}
