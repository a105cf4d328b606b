// A table from rows, one by one, as a program has them: objects with the same keys, or lists as long as each other.

import { checkSignal, reading } from '../check.js';
import { NablaError } from '../errors.js';
import { Collector } from './collect.js';
import type { TableOptions } from './options.js';
import { numberedNames, quoted, type Table } from './table.js';

/** What a program can say of its rows. */
export type RowsOptions = Partial<Pick<TableOptions, 'categorical' | 'signal'>>;

/** Rows that are taken between looks at the signal. */
const LOOKS = 10_000;

/**
 * A table of a program's rows. A key that a row lacks is missing there; texts are words, whatever they look like.
 * @param name what messages and runs call it
 * @throws {NablaError} BAD_DATA, naming row and column; INTERRUPTED
 */
export async function rowsTable(name: string, rows: Iterable<unknown> | AsyncIterable<unknown>, options: RowsOptions = {}): Promise<Table> {
  const { categorical = [], signal } = options;
  const taken = new RowsTaken(name, categorical);
  for await (const row of rows) {
    if (taken.rows % LOOKS === 0) checkSignal(signal, `all rows of ${name} were read`);
    reading(`row ${taken.rows + 1}`, row, () => taken.add(row));
  }
  return taken.table();
}

class RowsTaken {
  readonly #name: string;
  readonly #categorical: readonly string[];
  #collector: Collector | undefined;
  /** Of objects; undefined where rows are lists. */
  #keys: readonly string[] | undefined;
  #width = 0;

  constructor(name: string, categorical: readonly string[]) {
    this.#name = name;
    this.#categorical = categorical;
  }

  get rows(): number {
    return this.#collector?.rows ?? 0;
  }

  add(row: unknown): void {
    const isList = Array.isArray(row) || ArrayBuffer.isView(row);
    if (!isList && (typeof row !== 'object' || row === null || row instanceof Date)) throw this.#bad('expected an object or a list.');
    this.#collector ??= this.#begin(isList ? undefined : Object.keys(row as object), isList ? (row as ArrayLike<unknown>).length : 0);
    if (isList === (this.#keys !== undefined)) throw this.#bad(`expected ${isList ? 'an object' : 'a list'}, as the first row is.`);
    this.#collector.add(this.#keys ? this.#valuesOf(row as object, this.#keys) : this.#listOf(row as ArrayLike<unknown>));
  }

  /** @throws {NablaError} BAD_DATA */
  table(): Table {
    if (!this.#collector) throw new NablaError('BAD_DATA', `${this.#name}: there are no rows in it.`);
    return this.#collector.table();
  }

  #begin(keys: readonly string[] | undefined, width: number): Collector {
    this.#keys = keys;
    this.#width = keys?.length ?? width;
    if (this.#width === 0) throw this.#bad('expected a row with values, got none.');
    return new Collector({
      name: this.#name,
      names: keys ?? numberedNames(width),
      named: keys !== undefined,
      categorical: this.#categorical,
      texts: 'words',
      place: (row) => `${this.#name}: row ${row + 1}`,
    });
  }

  #valuesOf(row: object, keys: readonly string[]): unknown[] {
    const other = Object.keys(row).find((key) => !keys.includes(key));
    if (other !== undefined) throw this.#bad(`expected the keys of the first row, got ${quoted(other)}.`);
    return keys.map((key) => (Object.hasOwn(row, key) ? (row as Readonly<Record<string, unknown>>)[key] : null));
  }

  #listOf(row: ArrayLike<unknown>): unknown[] {
    if (row.length !== this.#width) throw this.#bad(`expected ${this.#width} values, as the first row has, got ${row.length}.`);
    return Array.from(row);
  }

  #bad(what: string): NablaError {
    return new NablaError('BAD_DATA', `${this.#name}: row ${this.rows + 1}: ${what}`);
  }
}
