// A table in memory, as readers of files make it: columns with names and kinds, and one matrix of cells, before anything is decided
// about what the columns are for (see data/ for that). Cells are float32, or bytes where all are whole numbers from 0 to 255 and none
// is missing, and lie in shared memory, so that several threads can fill them and workers can train on them where they are.

import { NablaError } from '../errors.js';
import { freeMemory } from '../system/memory.js';
import { count, megabytes, plural, printable } from '../text.js';

/**
 * What a column holds.
 * number: cells are the numbers. boolean: 0 or 1. words: cells are numbers of entries of `words`. date: cells are not used.
 */
export type ColumnKind = 'number' | 'boolean' | 'words' | 'date';

export interface Column {
  /** As its header says; where there is none, its number from 1. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of a column of words: each that occurs, once, in the order of its code units; so that their numbers depend on no thread. */
  readonly words?: readonly string[];
  /** Of a column of dates: one of them, for messages. */
  readonly example?: string;
  /** Of a column of whole numbers from 0 that stand for classes: what each is called, where the file says so. */
  readonly classNames?: readonly string[];
}

export interface Table {
  /** What messages and runs call it: the name of its file, without folders. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Whether the columns have names of their own. */
  readonly named: boolean;
  /** [rows][columns], row after row without padding. A value that is missing is NaN; no other cell is NaN or infinite. */
  readonly cells: Uint8Array | Float32Array;
  /** Of rows that hold a picture: where in the row, and its sides. Pixels lie row by row, the colours of a pixel side by side. */
  readonly picture?: PictureColumns;
  /** How many of the last columns the file itself keeps apart, as what is to be learnt. */
  readonly targets?: number;
  /** Where a row stands, for messages; rows count from 0 here and from 1 in the text: 'people.csv: line 13'. */
  place(row: number): string;
}

export interface PictureColumns {
  /** Column of its first pixel. */
  readonly first: number;
  readonly width: number;
  readonly height: number;
  /** Numbers of a pixel: 1 for grey, 3 for colours. */
  readonly channels: number;
}

/** The tables that one source holds: split already, or not. */
export interface Tables {
  readonly training: Table;
  readonly validation?: Table;
  readonly test?: Table;
  /** What was passed over, or is doubtful: whole sentences. */
  readonly warnings?: readonly string[];
}

/** Columns that a table may have: what a mini-batch's rows can be planned for. */
export const MOST_COLUMNS = 1 << 20;
/** Rows: their numbers are 32-bit. */
export const MOST_ROWS = 2 ** 31 - 1;
/** Different words of a column: float32 holds these numbers exactly. */
export const MOST_WORDS = 1 << 24;
/** Characters of a column's name, or of a word, that a message repeats. */
const LONGEST = 40;

/** A text from a file, as messages have it. */
export const quoted = (text: string): string => `'${printable(text, LONGEST)}'`;

/** An error about one cell, as all readers word it. @param column counted from 0 */
export function badCell({ name, columns, named, place }: TablePlaces, row: number, column: number, what: string): NablaError {
  const called = named ? ` (${quoted(columns[column].name)})` : '';
  return new NablaError('BAD_DATA', `${place(row) || name}, column ${column + 1}${called}: ${what}`);
}

/** What is said of a number, as its file has it, that no cell can hold. */
export const tooLarge = (text: string): string => `expected a number that float32 can hold, got ${quoted(text)}.`;

export const tooManyWords = (words: number): string => `expected at most ${count(MOST_WORDS)} different words, got ${count(words)}.`;

type TablePlaces = Pick<Table, 'name' | 'columns' | 'named' | 'place'>;

/** Memory that threads share, for cells. @throws {NablaError} NO_MEMORY */
export function cellsFor(rows: number, columns: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(sharedFor(rows, columns, Float32Array.BYTES_PER_ELEMENT));
}

/** The same for cells that are known to be bytes. @throws {NablaError} NO_MEMORY */
export function byteCellsFor(rows: number, columns: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(sharedFor(rows, columns, 1));
}

function sharedFor(rows: number, columns: number, bytes: number): SharedArrayBuffer {
  const [length, free] = [rows * columns * bytes, freeMemory()];
  const refused = (why: string): NablaError =>
    new NablaError('NO_MEMORY', `${count(rows)} rows of ${plural(columns, 'column')} take ${megabytes(length)}; ${why}.`);
  if (length > free.bytes) throw refused(`${megabytes(free.bytes)} ${free.whose}`);
  try {
    return new SharedArrayBuffer(length);
  } catch {
    throw refused('the system does not give that much in one piece');
  }
}

/** Names of columns where a file has none: 1, 2, … */
export const numberedNames = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k + 1));

/** The largest value of a byte. */
const MOST_BYTE = 255;

/** The same table with cells that are bytes, where all of them can be. */
export function narrowed(table: Table): Table {
  const { cells } = table;
  if (cells instanceof Uint8Array) return table;
  for (let k = 0; k < cells.length; k++) {
    const cell = cells[k];
    if (!(cell >= 0 && cell <= MOST_BYTE && Math.trunc(cell) === cell)) return table;
  }
  const bytes = byteCellsFor(table.rows, table.columns.length);
  bytes.set(cells);
  return { ...table, cells: bytes };
}
