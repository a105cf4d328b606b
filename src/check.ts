// Checks of single values, each one line at the place of use. They throw errors that `errors.ts` marks as bad input. Objects and
// lists of a user are copied by them: a getter or a proxy that throws is then bad input too, and what was checked stays as it was.

import { closest } from 'fastest-levenshtein';
import { isBadInput, NablaError, wrongKind, wrongValue } from './errors.js';

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

/** Characters of a list of names in a message, and of a name that is worth looking for one like it. */
const MOST_LISTED = 150;
const MOST_LIKE = 100;

/** One of a list of names; the error proposes the nearest. */
export function checkOneOf<T extends string>(what: string, value: unknown, names: readonly T[]): T {
  if (typeof value !== 'string') throw wrongKind(what, oneOf(names), value);
  if (!(names as readonly string[]).includes(value)) {
    throw wrongValue(what, oneOf(names), value, value.length > MOST_LIKE ? '' : `Did you mean '${closest(value, names)}'?`);
  }
  return value as T;
}

/** 'one of a, b, c', or of a long list its beginning and how many there are. */
function oneOf(names: readonly string[]): string {
  const all = names.join(', ');
  return all.length <= MOST_LISTED ? `one of ${all}` : `one of ${all.slice(0, all.lastIndexOf(',', MOST_LISTED))}, … (${names.length} names)`;
}

/** The fields of an object, read once; a list, a map or a date is none. */
export function checkObject<T extends object>(what: string, value: T, expected = 'an object'): T {
  return reading(what, value, () => {
    if (Object.prototype.toString.call(value) !== '[object Object]') throw wrongKind(what, expected, value);
    return { ...value };
  });
}

/** The options of a function, read once. @param names every option that there is */
export function checkOptions<T extends object>(options: T, names: readonly string[]): T {
  const given = checkObject('options', options);
  for (const name of Object.keys(given)) checkOneOf('option', name, names);
  return given;
}

/** The entries of a list, read once. */
export function checkList<T>(what: string, value: readonly T[], expected: string, most = MOST_ENTRIES): T[] {
  return reading(what, value, () => {
    if (!Array.isArray(value)) throw wrongKind(what, expected, value);
    if (value.length > most) throw wrongValue(what, `at most ${most} of them`, value);
    return Array.from(value);
  });
}

/** Entries of the longest list of options: layers, names, weights of classes. */
const MOST_ENTRIES = 65_536;

/** What is read of a user's value, which may throw anything. @throws {TypeError} where it does */
export function reading<T>(what: string, value: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isBadInput(error) ? error : wrongKind(what, 'a value that can be read', value);
  }
}

/** A path of a file or a folder, as the system takes it. */
export function checkPath(what: string, value: unknown, expected = 'a path'): string {
  if (typeof value !== 'string') throw wrongKind(what, expected, value);
  if (value.includes('\0')) throw wrongValue(what, expected, value);
  return value;
}

/** Gives up what a signal stops, before `what` is done. @throws {NablaError} INTERRUPTED */
export function checkSignal(signal: AbortSignal | undefined, what: string): void {
  if (signal === undefined) return;
  if (!reading('signal', signal, () => signal instanceof AbortSignal)) throw wrongKind('signal', 'an AbortSignal', signal);
  if (signal.aborted) throw new NablaError('INTERRUPTED', `Stopped before ${what}.`);
}
