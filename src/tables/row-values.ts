// Rows as programs and JSON have them, objects or lists, one after another into a table: columns by their keys, in any order, or by their
// places; lists within a row as a column for each of their values, 'name[1]', 'name[2]', …

import { NablaError } from '../errors.js';
import { count, plural } from '../text.js';
import { Collector } from './collect.js';
import { byteCellsFor, cellsFor, MOST_COLUMNS, quoted, type Table } from './table.js';

export interface RowsOf {
  /** What the table is called. */
  readonly name: string;
  readonly categorical: readonly string[];
  /** What a key is that a row lacks: missing, or 0. */
  readonly missing: null | 0;
  place(row: number): string;
}

/** Where the values of a key stand: one column, or one for each entry of its lists. */
interface Place {
  readonly first: number;
  /** Entries of its lists; undefined where it has none. */
  readonly entries?: number;
}

const FLAT = 'a number, a text, true, false, null or a list of them';

export class RowValues {
  readonly #how: RowsOf;
  readonly #collector: Collector;
  readonly #places = new Map<string, Place>();
  readonly #names = new Map<string, string>();
  /** In the order in which they first occur, also those that were null in all rows so far: they may turn out to be lists. */
  readonly #keys = new Set<string>();
  /** The values of a row, by column. */
  readonly #row: unknown[] = [];
  readonly #numbers: string[] = [];
  /** Values of a row that is a list; undefined where rows are objects. */
  #listed: number | undefined;

  constructor(how: RowsOf) {
    this.#how = how;
    // Its rows get their columns as they come.
    this.#collector = new Collector({ ...how, names: [], named: true, texts: 'words' });
  }

  get rows(): number {
    return this.#collector.rows;
  }

  /** @throws {NablaError} BAD_DATA */
  add(row: unknown): void {
    const isList = Array.isArray(row) || ArrayBuffer.isView(row);
    if (!isList && (typeof row !== 'object' || row === null || row instanceof Date))
      throw this.#bad(`expected an object or a list, got ${whatIs(row)}.`);
    const keys = isList ? undefined : Object.keys(row as object);
    const length = keys?.length ?? (row as ArrayLike<unknown>).length;
    if (this.rows === 0) this.#listed = isList ? length : undefined;
    else if (isList !== (this.#listed !== undefined))
      throw this.#bad(`expected ${isList ? 'an object' : 'a list'}, as the first row is, got ${whatIs(row)}.`);
    if (isList && length !== this.#listed)
      throw this.#bad(`expected ${plural(this.#listed as number, 'value')}, as the first row has, got ${length}.`);
    if (length === 0 && this.rows === 0) throw this.#bad('expected a row with values, got none.');
    this.#row.fill(this.#how.missing);
    if (keys) for (const key of keys) this.#take(key, (row as Readonly<Record<string, unknown>>)[key]);
    else for (let k = 0; k < length; k++) this.#take(this.#number(k), (row as ArrayLike<unknown>)[k]);
    this.#collector.add(this.#row);
  }

  /** What the k-th value of a list is called. */
  #number(k: number): string {
    while (this.#numbers.length <= k) this.#numbers.push(String(this.#numbers.length + 1));
    return this.#numbers[k];
  }

  /** @throws {NablaError} BAD_DATA */
  table(): Table {
    for (const key of this.#keys) if (!this.#places.has(key)) this.#newPlace(key, undefined);
    const order = [...this.#keys].flatMap((key) => {
      const { first, entries = 1 } = this.#places.get(key) as Place;
      return Array.from({ length: entries }, (_, k) => first + k);
    });
    const table = inOrder(this.#collector.table(), order);
    return this.#listed === undefined ? table : { ...table, named: false };
  }

  #take(key: string, value: unknown): void {
    const known = this.#places.get(key);
    if (!known) this.#keys.add(key);
    if (value === null || value === undefined) return;
    const entries = Array.isArray(value) || ArrayBuffer.isView(value) ? flattened(value as unknown as Iterable<unknown>) : undefined;
    const place = known ?? this.#newPlace(key, entries?.length);
    if (place.entries !== entries?.length) {
      const expected = place.entries === undefined ? 'one value' : `a list of ${plural(place.entries, 'value')}`;
      throw this.#bad(`${quoted(key)}: expected ${expected}, as in the rows above, got ${entries ? `a list of ${entries.length}` : whatIs(value)}.`);
    }
    if (entries) for (const [k, one] of entries.entries()) this.#row[place.first + k] = this.#flat(key, one);
    else this.#row[place.first] = this.#flat(key, value);
  }

  #flat(key: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    throw this.#bad(`${quoted(key)}: expected ${FLAT}, got ${whatIs(value)}.`);
  }

  #newPlace(key: string, entries: number | undefined): Place {
    const place = { first: this.#row.length, entries };
    const wanted = entries ?? 1;
    if (this.#row.length + wanted > MOST_COLUMNS) throw this.#bad(`${quoted(key)}: more than the ${count(MOST_COLUMNS)} columns that can be read.`);
    for (let k = 0; k < wanted; k++) {
      const name = entries === undefined ? key : `${key}[${k + 1}]`;
      const other = this.#names.get(name);
      if (other !== undefined)
        throw this.#bad(`both ${quoted(other)} and ${quoted(key)} make a column ${quoted(name)}. Give each a name of its own.`);
      this.#names.set(name, key);
      this.#row.push(this.#how.missing);
      this.#collector.addColumn(name, this.#how.missing);
    }
    this.#places.set(key, place);
    return place;
  }

  #bad(what: string): NablaError {
    return new NablaError('BAD_DATA', `${this.#how.place(this.rows)}: ${what}`);
  }
}

/** The same table with its columns in another order. */
function inOrder(table: Table, order: readonly number[]): Table {
  if (order.every((from, to) => from === to)) return table;
  const width = order.length;
  const cells = table.cells instanceof Uint8Array ? byteCellsFor(table.rows, width) : cellsFor(table.rows, width);
  for (let at = 0; at < cells.length; at += width) for (const [to, from] of order.entries()) cells[at + to] = table.cells[at + from];
  return { ...table, columns: order.map((from) => table.columns[from]), cells };
}

/**
 * A row as its columns have it: lists within it as a value for each entry, those of an object by 'name[1]', 'name[2]', ….
 */
export function flatRow(row: readonly unknown[] | Readonly<Record<string, unknown>>): readonly unknown[] | Readonly<Record<string, unknown>> {
  if (Array.isArray(row)) return row.some(isList) ? flattened(row) : row;
  const entries = Object.entries(row);
  if (!entries.some(([, value]) => isList(value))) return row;
  const flat: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    // Where a column of that name is looked for, the list is there, but it is no column among the others.
    Object.defineProperty(flat, key, { value, enumerable: !isList(value) });
    if (isList(value)) for (const [k, one] of flattened(value).entries()) flat[`${key}[${k + 1}]`] = one;
  }
  return flat;
}

const isList = (value: unknown): value is Iterable<unknown> => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Entries of lists within each other, without calling itself: they may be a million deep; more than a table has columns are cut off. */
function flattened(list: Iterable<unknown>): unknown[] {
  const flat: unknown[] = [];
  const open: Iterator<unknown>[] = [list[Symbol.iterator]()];
  for (let last = open.at(-1); last && flat.length <= MOST_COLUMNS && open.length <= MOST_COLUMNS; last = open.at(-1)) {
    const { value, done } = last.next();
    if (done) open.pop();
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) open.push((value as unknown as Iterable<unknown>)[Symbol.iterator]());
    else flat.push(value);
  }
  return flat;
}

function whatIs(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? quoted(value) : typeof value === 'function' ? 'a function' : quoted(String(value));
}
