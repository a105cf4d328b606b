// Applies a preparation: rows of a table become inputs. Where a row's inputs are no more than its cells, they are written over the cells,
// so that no second copy of the data is held.

import { badCell, cellsFor, type Table } from '../../tables/table.js';
import { inputsOf, inputsOfColumn, type Preparation, type PreparedColumn, type PreparedNumber } from './preparation.js';
import { isOfBytes, summarise } from './summary.js';

/** A prepared column with where its cells stand in a table. */
interface Source {
  readonly column: PreparedColumn;
  /** Column of the table, from 0. */
  readonly at: number;
  /** Its first input. */
  readonly to: number;
  readonly width: number;
  /** Of a column of words: the input of each of the table's words; that of other words, or -1 for none. */
  readonly inputs?: Int32Array;
}

/** What a missing value is refused with. */
export const REFUSED =
  'expected a value, got none. Mend it, or train with missing values filled (--missing mean, median, zero or indicator) or such rows left out (drop).';

/**
 * Inputs of rows of a table, in its own order; the table's cells are used up.
 * @param from for each column of the preparation, or plain column, that of the table
 * @returns [rows][inputs]: bytes for plain columns of bytes, else floats; over the table's own cells where they are large enough
 * @throws {NablaError} BAD_DATA for a missing value that has no fill, and for one that is too large once it is scaled
 */
export function applied(table: Table, preparation: Preparation, from: readonly number[]): Uint8Array | Float32Array {
  const { rows, columns, cells } = table;
  if (preparation.plain) return plainInputs(table, from);
  const C = columns.length;
  const I = inputsOf(preparation);
  const out = cells instanceof Float32Array && I <= C ? cells : cellsFor(rows, I);
  const sources = sourcesOf(table, preparation, from);
  const row = new Float32Array(C);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < C; k++) row[k] = cells[r * C + k];
    for (const source of sources) write(source, row[source.at], out, r * I, table, r);
  }
  return out.subarray(0, rows * I);
}

function sourcesOf({ columns }: Table, preparation: Preparation, from: readonly number[]): Source[] {
  let to = 0;
  return preparation.columns.map((column, k) => {
    const width = inputsOfColumn(column);
    const source = { column, at: from[k], to, width };
    to += width;
    if (column.kind !== 'words') return source;
    const numbers = new Map(column.words.map((word, n) => [word, n]));
    const other = column.other ? column.words.length : -1;
    return { ...source, inputs: Int32Array.from(columns[from[k]].words ?? [], (word) => numbers.get(word) ?? other) };
  });
}

function write({ column, at, to, width, inputs }: Source, x: number, out: Float32Array, first: number, table: Table, r: number): void {
  const isMissing = Number.isNaN(x);
  if (isMissing && column.fill === undefined) throw badCell(table, r, at, REFUSED);
  writeInputs(column, isMissing || !inputs ? x : inputs[x], out, first + to, width);
  if (column.kind !== 'words' && !Number.isFinite(out[first + to])) throw badCell(table, r, at, tooLarge(x, column));
}

const tooLarge = (x: number, { subtract, divide }: PreparedNumber): string =>
  `expected a number that float32 can hold as (x - ${subtract}) / ${divide}, got ${x}. Leave the column out (--drop), or scale it in another way (--scale).`;

/**
 * The inputs of one value.
 * @param x the number, as float32 has it, or the input that a word has among those of its column, -1 for none; NaN where it is missing and has a fill
 * @param place of the column's first input in `out`
 */
export function writeInputs(column: PreparedColumn, x: number, out: Float32Array | Uint8Array, place: number, width: number): void {
  const isMissing = Number.isNaN(x);
  const value = isMissing ? (column.fill as number) : x;
  if (column.kind === 'words') {
    out.fill(0, place, place + width);
    if (value >= 0) out[place + value] = 1;
  } else {
    out[place] = (value - column.subtract) / column.divide;
  }
  if (column.indicator) out[place + width - 1] = isMissing ? 1 : 0;
}

/** The cells of these columns as they are, moved together: as bytes where all of them can be. */
function plainInputs(table: Table, from: readonly number[]): Uint8Array | Float32Array {
  const { rows, columns, cells } = table;
  const [C, I] = [columns.length, from.length];
  const at = Uint32Array.from(from);
  const row = cells.slice(0, C);
  const out = placeFor(table, from);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < C; k++) row[k] = cells[r * C + k];
    for (let i = 0; i < I; i++) {
      const x = row[at[i]];
      if (Number.isNaN(x)) throw badCell(table, r, from[i], REFUSED);
      out[r * I + i] = x;
    }
  }
  return out.subarray(0, rows * I);
}

function placeFor(table: Table, from: readonly number[]): Uint8Array | Float32Array {
  const { rows, cells } = table;
  if (cells instanceof Uint8Array) return cells;
  const summaries = summarise(table);
  return from.every((k) => isOfBytes(summaries[k])) ? new Uint8Array(new SharedArrayBuffer(rows * from.length)) : cells;
}

/**
 * Puts rows into another order, in place: row k becomes what was row order[k]. Each cycle is walked once, with one row held.
 * @param order each row once; used up
 */
export function reorderRows(values: Uint8Array | Float32Array, width: number, order: Uint32Array): void {
  const held = values.slice(0, width);
  for (let start = 0; start < order.length; start++) {
    if (order[start] === start) continue;
    held.set(values.subarray(start * width, (start + 1) * width));
    let to = start;
    for (;;) {
      const from = order[to];
      order[to] = to;
      if (from === start) break;
      values.copyWithin(to * width, from * width, (from + 1) * width);
      to = from;
    }
    values.set(held, to * width);
  }
}
