// Checks of single values, each one line at the place of use. They throw errors that `errors.ts` marks as bad input. Objects and
// lists of a user are copied by them: a getter or a proxy that throws is then bad input too, and what was checked stays as it was.

import { distance } from 'fastest-levenshtein';
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

/** What a row of a table of names says of the words that other tools have for the same thing. */
export interface OtherWords {
  /** Those words; small and capital letters, dashes and underscores count for nothing, nor does s or z. */
  readonly also?: readonly string[];
  /** How ours differs from theirs, where the value must be another one. */
  readonly differs?: string;
}

/** Rows by their names. */
export type NamedRows = Readonly<Record<string, OtherWords>>;

/** Longer words are no misspelt names. */
const LONGEST = 40;

/**
 * The name that was meant by a word that is none: one that other tools call so, or else one spelt nearly so.
 * @param rows what the names are also called
 */
export function meantBy(word: string, names: readonly string[], rows: NamedRows = {}): { name: string; spelling: boolean } | undefined {
  const bare = bareWord(word);
  const same = names.find((name) => bareWord(name) === bare);
  if (same !== undefined) return { name: same, spelling: true };
  const called = names.find((name) => Object.hasOwn(rows, name) && rows[name].also?.some((other) => bareWord(other) === bare));
  if (called !== undefined) return { name: called, spelling: false };
  const near = word.length > LONGEST ? [] : names.filter((name) => isNear(bare, bareWord(name)));
  if (near.length === 0) {
    const [misspelt] = names.filter((name) => Object.hasOwn(rows, name) && rows[name].also?.some((other) => isMisspelt(bare, bareWord(other))));
    return misspelt === undefined ? undefined : { name: misspelt, spelling: false };
  }
  const [first] = near.toSorted((a, b) => distance(bare, bareWord(a)) - distance(bare, bareWord(b)));
  return { name: first, spelling: true };
}

/** A sentence that proposes what was meant; '' where nothing is likely. */
export function proposal(word: string, names: readonly string[], rows: NamedRows = {}, written = (name: string): string => `'${name}'`): string {
  const meant = meantBy(word, names, rows);
  if (!meant) return '';
  if (meant.spelling) return `Did you mean ${written(meant.name)}?`;
  const { differs } = rows[meant.name];
  return `nabla calls it ${written(meant.name)}${differs === undefined ? '' : `: ${differs}`}.`;
}

/** One of a list of names; the error proposes what was meant. */
export function checkOneOf<T extends string>(what: string, value: unknown, names: readonly T[], rows: NamedRows = {}): T {
  if (typeof value !== 'string') throw wrongKind(what, oneOf(names), value);
  if (!(names as readonly string[]).includes(value)) throw wrongValue(what, oneOf(names), value, proposal(value, names, rows));
  return value as T;
}

function bareWord(word: string): string {
  return word
    .slice(0, 2 * LONGEST)
    .toLowerCase()
    .replace(/[-_.\s]/g, '')
    .replaceAll('z', 's');
}

/** A letter in three may be wrong; letters that changed places are one, and the first half of a name stands for all of it. */
function isNear(word: string, name: string): boolean {
  const [less, more] = word.length < name.length ? [word, name] : [name, word];
  if (less.length < 2 || more.length < 3) return false;
  if (less.length > 2 && 2 * less.length >= more.length && more.startsWith(less)) return true;
  const sorted = (text: string): string => [...text].sort().join('');
  const wrong = sorted(word) === sorted(name) ? 1 : distance(word, name);
  return wrong <= Math.floor(more.length / 3);
}

/** A long word of other tools with a letter in six wrong; short ones would be like too much. */
function isMisspelt(word: string, other: string): boolean {
  return other.length >= 6 && word.length <= LONGEST && distance(word, other) <= Math.floor(other.length / 6);
}

/** Characters of a list of names in a message. */
const MOST_NAMED = 150;

/** 'one of a, b, c', or of a long list its beginning and how many there are. */
function oneOf(names: readonly string[]): string {
  const all = names.join(', ');
  return all.length <= MOST_NAMED ? `one of ${all}` : `one of ${all.slice(0, all.lastIndexOf(',', MOST_NAMED))}, … (${names.length} names)`;
}

/** The fields of an object, read once; a list, a map or a date is none. */
export function checkObject<T extends object>(what: string, value: T, expected = 'an object'): T {
  return reading(what, value, () => {
    if (Object.prototype.toString.call(value) !== '[object Object]') throw wrongKind(what, expected, value);
    return { ...value };
  });
}

/**
 * The options of a function, read once.
 * @param names every option that there is
 * @param propose what to write instead of one that there is not
 */
export function checkOptions<T extends object>(options: T, names: readonly string[], propose = (word: string) => proposal(word, names)): T {
  return checkFields('option', checkObject('options', options), names, propose);
}

/** An object that has no fields but these. */
export function checkFields<T extends object>(
  what: string,
  given: T,
  names: readonly string[],
  propose = (word: string) => proposal(word, names),
): T {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrongValue(what, oneOf(names), unknown, propose(unknown));
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
