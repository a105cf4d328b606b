// A table from rows of values of any kind, one after another: what readers use whose values come one by one (JSON Lines, Parquet,
// Arrow, rows of a program), and the plain way to read CSV, by which the fast one is judged. What a column is shows only at its end,
// so all values are held until then, texts as they stand.

import { booleanOf, isMissingText, kindOfColumn, kindOfText, notANumber, nothingSeen, numberOf, type Seen } from './kinds.js';
import { badCell, type Column, type ColumnKind, cellsFor, MOST_WORDS, narrowed, quoted, type Table, tooLarge, tooManyWords } from './table.js';

export interface Collecting {
  /** What the table is called. */
  readonly name: string;
  readonly names: readonly string[];
  /** Whether these are names, or numbers of columns in place of names. */
  readonly named: boolean;
  /** Columns that hold words, whatever they look like. */
  readonly categorical: readonly string[];
  /** Whether texts that look like numbers, dates, true, false or missing values are those, as in CSV; or words like all others, as in JSON. */
  readonly texts: 'parsed' | 'words';
  /** Of numbers in texts. Default: '.'. */
  readonly decimal?: '.' | ',';
  place(row: number): string;
}

/** A value as it is held; null where it is missing. */
type Value = number | string | boolean | Date | null;

/** Takes rows in and makes them a table. */
export class Collector {
  readonly #how: Collecting & { readonly names: string[] };
  readonly #values: Value[][];
  readonly #seen: Seen[];
  #rows = 0;

  constructor(how: Collecting) {
    this.#how = { ...how, names: [...how.names] };
    this.#values = how.names.map(() => []);
    this.#seen = how.names.map(nothingSeen);
  }

  get rows(): number {
    return this.#rows;
  }

  /** A column more, which has this value in all rows so far. */
  addColumn(name: string, value: null | 0): void {
    this.#how.names.push(name);
    this.#values.push(new Array<Value>(this.#rows).fill(value));
    this.#seen.push({ ...nothingSeen(), [value === null ? 'missing' : 'numbers']: this.#rows });
  }

  /** @param row as many values as there are columns; undefined, NaN and dates that are none are missing @throws {NablaError} BAD_DATA for what can be no value */
  add(row: readonly unknown[]): void {
    for (const [k, given] of row.entries()) {
      const value = this.#held(given, k);
      this.#values[k].push(value);
      this.#seen[k][this.#whatIs(value, k)]++;
    }
    this.#rows++;
  }

  /** @throws {NablaError} BAD_DATA for a column of numbers with something else in it */
  table(): Table {
    const { name, names, named, place } = this.#how;
    const [rows, width] = [this.#rows, names.length];
    const columns = names.map((_, k) => this.#column(k));
    const cells = cellsFor(rows, width);
    for (const [k, { kind, words }] of columns.entries()) {
      const entries = new Map(words?.map((word, n) => [word, n]));
      for (const [row, value] of this.#values[k].entries()) {
        cells[row * width + k] = this.#cell(value, kind, entries);
        if (kind === 'number' && value !== null && !Number.isFinite(cells[row * width + k])) throw this.#tooLarge(row, k, value);
      }
    }
    return narrowed({ name, rows, columns, named, cells, place });
  }

  #column(k: number): Column {
    const name = this.#how.names[k];
    const [values, seen] = [this.#values[k], this.#seen[k]];
    const kind = kindOfColumn(seen, this.#isWords(k));
    if (kind === 'faulty') {
      const row = values.findIndex((value) => !['numbers', 'missing'].includes(this.#whatIs(value, k)));
      throw this.#bad(row, k, notANumber(quoted(textOf(values[row])), name, seen));
    }
    if (kind === 'date') return { name, kind, example: textOf(values.find((value) => value !== null) ?? null) };
    if (kind !== 'words') return { name, kind };
    const words = [...new Set(values.filter((value) => value !== null).map(textOf))].sort();
    if (words.length > MOST_WORDS) throw this.#bad(0, k, tooManyWords(words.length));
    return { name, kind, words };
  }

  #isWords(k: number): boolean {
    return this.#how.categorical.includes(this.#how.names[k]);
  }

  #whatIs(value: Value, k: number): keyof Seen {
    if (value === null) return 'missing';
    if (typeof value === 'number') return 'numbers';
    if (typeof value === 'boolean') return 'booleans';
    if (typeof value === 'object') return 'dates';
    return this.#how.texts === 'words' ? 'words' : kindOfText(value, this.#isWords(k), this.#how.decimal);
  }

  #cell(value: Value, kind: ColumnKind, words: ReadonlyMap<string, number>): number {
    if (value === null || kind === 'date') return Number.NaN;
    if (kind === 'words') return words.get(textOf(value)) as number;
    if (typeof value !== 'string') return Number(value);
    return (kind === 'boolean' ? booleanOf(value) : numberOf(value, this.#how.decimal)) as number;
  }

  #held(given: unknown, k: number): Value {
    if (given === null || given === undefined || (typeof given === 'number' && Number.isNaN(given))) return null;
    const value = typeof given === 'bigint' ? Number(given) : given;
    if (typeof value === 'number') {
      if (Number.isFinite(Math.fround(value))) return value;
      throw this.#tooLarge(this.#rows, k, value);
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value;
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') throw this.#bad(this.#rows, k, `expected a number, a text, true, false or null, got ${whatElse(value)}.`);
    return this.#how.texts === 'parsed' && isMissingText(value) ? null : value;
  }

  /** A text may look like a number that no float32 holds, 'Infinity' or '1e999', and be a word among words: texts are checked at the end. */
  #tooLarge(row: number, k: number, value: Value): Error {
    return this.#bad(row, k, tooLarge(textOf(value)));
  }

  #bad(row: number, k: number, what: string): Error {
    const { name, names, named, place } = this.#how;
    return badCell({ name, columns: names.map((one) => ({ name: one, kind: 'number' as const })), named, place }, row, k, what);
  }
}

const textOf = (value: Value): string => (value instanceof Date ? value.toISOString() : String(value));

const whatElse = (value: unknown): string => (Array.isArray(value) ? 'a list' : ArrayBuffer.isView(value) ? 'a list of numbers' : typeof value);
