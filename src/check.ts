// Checks of single values, each one line at the place of use. They throw errors that `errors.ts` marks as bad input.

import { closest } from 'fastest-levenshtein';
import { wrongKind, wrongValue } from './errors.js';

/** A whole number of at least `min` and at most `max`. */
export function checkInteger(what: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const expected = max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`;
  if (typeof value !== 'number') throw wrongKind(what, expected, value);
  if (!Number.isInteger(value) || value < min || value > max) throw wrongValue(what, expected, value);
  return value;
}

/** A finite number of at least `min` (above `min` where `exclusive`). */
export function checkNumber(what: string, value: unknown, min = Number.NEGATIVE_INFINITY, exclusive = false): number {
  const bound = min === Number.NEGATIVE_INFINITY ? '' : exclusive ? ` above ${min}` : ` of at least ${min}`;
  if (typeof value !== 'number') throw wrongKind(what, `a finite number${bound}`, value);
  if (!Number.isFinite(value) || value < min || (exclusive && value === min)) throw wrongValue(what, `a finite number${bound}`, value);
  return value;
}

/** The name that is most like one that is not among them. */
export function nearest(value: string, names: readonly string[]): string {
  return closest(value, names);
}

/** One of a list of names; the error proposes the nearest. */
export function checkOneOf<T extends string>(what: string, value: unknown, names: readonly T[]): T {
  if (typeof value !== 'string') throw wrongKind(what, `one of ${names.join(', ')}`, value);
  if (!(names as readonly string[]).includes(value)) {
    throw wrongValue(what, `one of ${names.join(', ')}`, value, `Did you mean '${closest(value, names)}'?`);
  }
  return value as T;
}
