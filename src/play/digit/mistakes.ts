// The next digit of the test set that a network takes for another. Of a good network hundreds are right between two that are not: so they are
// tried some at a time, and the page goes on in between.

import { testDigit } from '../digits.js';
import { foremostOf, outputsOf } from '../exact.js';
import type { Digits, Shown } from '../store.js';

/** Milliseconds of a part: half of a frame. */
const PART = 8;

/**
 * @param after number of the digit after which it begins, from 1; it goes around, and comes to that digit last
 * @param goesOn waits between two parts; false ends it
 * @returns its number; undefined where all are right, or it was ended
 */
export async function nextMistake(shown: Shown, digits: Digits, after: number, goesOn: () => Promise<boolean>): Promise<number | undefined> {
  let since = performance.now();
  for (let k = 0; k < digits.test; k++) {
    const number = ((after + k) % digits.test) + 1;
    const { input, label } = testDigit(digits, number);
    if (foremostOf(outputsOf(shown, input)) !== label) return number;
    if (performance.now() - since < PART) continue;
    if (!(await goesOn())) return undefined;
    since = performance.now();
  }
  return undefined;
}
