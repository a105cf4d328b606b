// Numbers as programs have them: typed arrays, and lists of numbers or of rows where they are small enough, made into the two kinds
// that a data set holds, bytes and floats. Every value is looked at here but for those of a Uint8Array or a Float32Array.

import { reading } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { count, plural } from '../text.js';

/** The numbers of one sample. */
export type Row = readonly number[] | NumberArray;
/** Those of many: one after another, or a row for each sample. */
export type Rows = readonly number[] | NumberArray | readonly Row[];

type NumberArray = Uint8Array | Uint8ClampedArray | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/**
 * Numbers of the longest list that is no typed array. Ten million take 0.1 s to read and 80 MB in the program that has them, four
 * times as much as in a Float32Array, or more.
 */
export const MOST_LISTED = 10_000_000;
const EXPECTED = 'numbers, or rows of numbers: a Uint8Array, a Float32Array, an array';

/**
 * Numbers as bytes or floats: a typed array as it is where it is one of these, anything else as a copy.
 * @param width numbers of a row; without it rows are as long as the first
 * @throws {TypeError | RangeError} naming the entry that is no number, or the row that has not as many
 */
export function numbersOf(what: string, given: unknown, width?: number): Uint8Array | Float32Array {
  return reading(what, given, () => {
    const typed = typedNumbers(given);
    if (typed) return typed;
    if (!Array.isArray(given)) throw wrongKind(what, EXPECTED, given);
    return isRow(given[0]) ? joined(what, given, width) : listed(what, given);
  });
}

/** How many rows a value has if it is a list of rows; undefined for numbers one after another. */
export function rowCount(what: string, given: unknown): number | undefined {
  return reading(what, given, () => (Array.isArray(given) && isRow(given[0]) ? given.length : undefined));
}

/** The numbers of one sample, checked: bytes as a Uint8Array, all others as they are. @param unit what they are, for errors */
export function rowOf(what: string, given: unknown, width: number, unit = 'number'): ArrayLike<number> {
  return reading(what, given, () => {
    const row = numberArray(given) ?? (Array.isArray(given) ? given : undefined);
    if (row === undefined) throw wrongKind(what, `an array of ${plural(width, unit)}`, given);
    if (row.length !== width) throw wrongValue(what, plural(width, unit), row.length);
    if (Array.isArray(row)) checkNumbers(what, row);
    return row;
  });
}

function isRow(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** A typed array of numbers, bytes as a Uint8Array; undefined for anything else, such as big integers. */
function numberArray(given: unknown): NumberArray | undefined {
  if (!ArrayBuffer.isView(given) || given instanceof DataView || given instanceof BigInt64Array || given instanceof BigUint64Array) return undefined;
  // A Buffer has a slice() of its own, which is none.
  const isBytes = given instanceof Uint8Array || given instanceof Uint8ClampedArray;
  return isBytes ? new Uint8Array(given.buffer, given.byteOffset, given.length) : (given as NumberArray);
}

function typedNumbers(given: unknown): Uint8Array | Float32Array | undefined {
  const numbers = numberArray(given);
  return numbers === undefined || numbers instanceof Uint8Array || numbers instanceof Float32Array ? numbers : new Float32Array(numbers);
}

function listed(what: string, given: readonly unknown[]): Float32Array {
  checkLength(what, given.length);
  return Float32Array.from(checkNumbers(what, given));
}

function checkNumbers(what: string, given: readonly unknown[]): readonly number[] {
  // Holes too are no numbers.
  for (let k = 0; k < given.length; k++) if (typeof given[k] !== 'number') throw wrongKind(`${what}[${k}]`, 'a number', given[k]);
  return given as readonly number[];
}

/** Rows one after another: bytes where all rows are. */
function joined(what: string, rows: readonly unknown[], width?: number): Uint8Array | Float32Array {
  if (rows.length > MOST_LISTED) throw wrongValue(what, `at most ${count(MOST_LISTED)} rows`, rows);
  const first = rows[0] as Row;
  const length = width ?? first.length;
  const bytes = numberArray(first) instanceof Uint8Array;
  if (!ArrayBuffer.isView(first)) checkLength(what, rows.length * length);
  // All of them before memory is taken.
  const read = Array.from(rows, (row, k) => rowOf(`${what}[${k}]`, row, length));
  const other = read.findIndex((row) => row instanceof Uint8Array !== bytes);
  if (other >= 0) throw wrongKind(`${what}[${other}]`, `${bytes ? 'bytes' : 'numbers'}, like the first row`, rows[other]);
  const values = bytes ? new Uint8Array(rows.length * length) : new Float32Array(rows.length * length);
  for (const [k, row] of read.entries()) values.set(row, k * length);
  return values;
}

function checkLength(what: string, numbers: number): void {
  if (!(numbers <= MOST_LISTED)) {
    throw wrongValue(
      what,
      `at most ${count(MOST_LISTED)} numbers in a plain array`,
      numbers,
      'More of them: a Float32Array, or a Uint8Array of bytes.',
    );
  }
}
