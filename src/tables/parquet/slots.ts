// Where the values of a column of a Parquet file go: one column of the table, or several side by side for pictures and lists. A slot takes
// the values row by row and says at the end what its columns are.

import { isPicture, PICTURE_TITLES, readPixels } from '../../pictures/read.js';
import { count, listed } from '../../text.js';
import type { Cells } from '../cells.js';
import type { TableOptions } from '../options.js';
import { PictureRows } from '../picture-rows.js';
import { type Column, MOST_WORDS, type PictureColumns, quoted } from '../table.js';
import type { Leaf, ParquetColumn } from './columns.js';
import { richValues } from './values.js';

/** Where in the cells a value goes, and what is said of it where it cannot. */
export interface Place {
  readonly cells: Cells;
  readonly row: number;
  /** Of the slot. */
  readonly first: number;
  /** 'mnist.parquet: row 12, column 1 ('image')'. @param k column of the slot, from 0 */
  where(k?: number): string;
  bad(what: string, k?: number): Error;
}

export interface Slot {
  readonly leaf: Leaf;
  /** Columns of the table. */
  readonly width: number;
  /** @param value as the library has it, a list's values as an array; null where it is missing */
  put(value: unknown, place: Place): void;
  /** @param first of them */
  columns(cells: Cells, first: number): Column[];
  picture?(first: number): PictureColumns;
}

/** @param example the first value that is there; undefined where none is @param place of that value */
export function slotOf({ name, leaf }: ParquetColumn, example: unknown, place: Pick<Place, 'where' | 'bad'>, options: TableOptions): Slot {
  if (leaf.repeated > 0) return listSlot(name, leaf, (example as readonly unknown[] | undefined)?.length ?? 0, place);
  if (leaf.use === 'bytes' && example !== undefined) return bytesSlot(name, leaf, example as Uint8Array, place, options);
  const isWords = options.categorical.includes(name);
  if (leaf.use === 'date') return isWords ? wordsSlot(name, leaf, (value) => dateText(leaf, value)) : dateSlot(name, leaf);
  if (leaf.use === 'words' || isWords) return wordsSlot(name, leaf, String);
  return { leaf, width: 1, put: (value, at) => putNumber(value, at), columns: () => [{ name, kind: leaf.use === 'boolean' ? 'boolean' : 'number' }] };
}

function putNumber(value: unknown, place: Place, k = 0): void {
  const number = value === null ? Number.NaN : Number(value);
  // NaN is how columns of floats say that a value is missing.
  if (!(Number.isFinite(Math.fround(number)) || Number.isNaN(number))) throw place.bad(`expected a number that float32 can hold, got ${number}.`, k);
  place.cells.set(place.row, place.first + k, number);
}

function listSlot(name: string, leaf: Leaf, width: number, place: Pick<Place, 'bad'>): Slot {
  if (width === 0) throw place.bad('expected lists of numbers, got lists with nothing in them.');
  return {
    leaf,
    width,
    put(value, at) {
      const list = value as readonly unknown[] | null;
      if (list && list.length !== width) throw at.bad(`expected a list of ${width} numbers, as the first is, got one of ${list.length}.`);
      for (let k = 0; k < width; k++) putNumber(list ? list[k] : null, at, k);
    },
    columns: () => Array.from({ length: width }, (_, k) => ({ name: `${name}[${k + 1}]`, kind: leaf.use === 'boolean' ? 'boolean' : 'number' })),
  };
}

function dateSlot(name: string, leaf: Leaf): Slot {
  let example: unknown;
  return {
    leaf,
    width: 1,
    put(value, { cells, row, first }) {
      example ??= value;
      cells.set(row, first, Number.NaN);
    },
    columns: () => [{ name, kind: 'date', example: example === undefined || example === null ? '' : dateText(leaf, example) }],
  };
}

/** As ISO 8601 has it; a time of day as the number that it is stored as. */
function dateText(leaf: Leaf, value: unknown): string {
  const [date] = richValues({ ...leaf, use: 'words' }, [value] as never) as ArrayLike<unknown> as readonly unknown[];
  if (!(date instanceof Date)) return String(date);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

function wordsSlot(name: string, leaf: Leaf, textOf: (value: unknown, place: Place) => string): Slot {
  const numbers = new Map<string, number>();
  return {
    leaf,
    width: 1,
    put(value, place) {
      const { cells, row, first, bad } = place;
      if (value === null) return cells.set(row, first, Number.NaN);
      const text = textOf(value, place);
      const known = numbers.get(text);
      if (known === undefined && numbers.size === MOST_WORDS) throw bad(`expected at most ${count(MOST_WORDS)} different words, got more.`);
      if (known === undefined) numbers.set(text, numbers.size);
      cells.set(row, first, known ?? numbers.size - 1);
    },
    columns(cells, first) {
      const words = [...numbers.keys()].sort();
      // Numbered as they came until now.
      const sorted = new Uint32Array(words.length);
      for (const [k, word] of words.entries()) sorted[numbers.get(word) as number] = k;
      for (let row = 0; row < cells.rows; row++) {
        const cell = cells.get(row, first);
        if (!Number.isNaN(cell)) cells.set(row, first, sorted[cell]);
      }
      return [{ name, kind: 'words', words }];
    },
  };
}

/** Pictures, or texts of which the schema does not say that they are. */
function bytesSlot(name: string, leaf: Leaf, example: Uint8Array, { where }: Pick<Place, 'where'>, options: TableOptions): Slot {
  if (!isPicture(example)) {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return wordsSlot(name, leaf, (value, { bad }) => {
      try {
        return decoder.decode(value as Uint8Array);
      } catch {
        throw bad(
          `expected a picture (${listed(PICTURE_TITLES, 'or')}) or a text, got bytes that are neither. Write the file without column ${quoted(name)}.`,
        );
      }
    });
  }
  const rows = new PictureRows(readPixels(where(), example, options.size), options, where());
  return {
    leaf,
    get width() {
      return rows.columns;
    },
    put(value, at) {
      if (value === null) throw at.bad('expected a picture, got nothing. Leave rows without one out.');
      rows.put(at.cells, at.row, at.first, readPixels(at.where(), value as Uint8Array, options.size), at.where());
    },
    columns: () => rows.columnsOf(name),
    picture: (first) => rows.at(first),
  };
}
