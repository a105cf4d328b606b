// A table from rows, one by one, wherever they come from: objects, lists, or samples as brain.js has them, {input, output}. Rows of
// programs come in here; those of JSON too.

import { checkSignal, reading } from '../check.js';
import { NablaError, wrongKind } from '../errors.js';
import { beside } from './beside.js';
import type { TableOptions } from './options.js';
import { RowValues } from './row-values.js';
import type { Table } from './table.js';
import { asLabels, fromOneHot, isOneHot, LABEL } from './targets.js';

/** What a program can say of its rows. */
export type RowsOptions = Partial<Pick<TableOptions, 'categorical' | 'progress' | 'signal'>>;

/** Rows that are told of at a time. */
const TOLD = 10_000;

/**
 * A table of a program's rows: arrays, typed arrays, or objects with the same keys in any order. A key that a row lacks is missing there.
 * @param name what messages and runs call it
 * @throws {TypeError} for what is no list of rows
 * @throws {NablaError} BAD_DATA, naming row and column; INTERRUPTED
 */
export async function rowsTable(name: string, rows: Iterable<unknown> | AsyncIterable<unknown>, options: RowsOptions = {}): Promise<Table> {
  const { categorical = [], progress, signal } = options;
  const isRows = reading('rows', rows, () => typeof rows === 'object' && rows !== null && (Symbol.iterator in rows || Symbol.asyncIterator in rows));
  if (!isRows) throw wrongKind('rows', 'a list of rows, or an (async) iterable of them', rows);
  const taking = new RowsTaken({ name, categorical, place: (row) => `${name}: row ${row + 1}` });
  for await (const row of rows) {
    if (taking.rows % TOLD === 0) {
      checkSignal(signal, `all rows of ${name} were read`);
      progress?.({ file: name, done: taking.rows, unit: 'rows' });
    }
    reading(`row ${taking.rows + 1}`, row, () => taking.add(row));
  }
  return taking.table();
}

/** Takes rows, of which the first says whether they are samples of brain.js. */
export class RowsTaken {
  readonly #how: { readonly name: string; readonly categorical: readonly string[]; place(row: number): string };
  #rows = 0;
  #inputs: RowValues | undefined;
  #outputs: RowValues | undefined;

  constructor(how: { readonly name: string; readonly categorical: readonly string[]; place(row: number): string }) {
    this.#how = how;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @throws {NablaError} BAD_DATA */
  add(row: unknown): void {
    const sample = isSample(row) ? row : undefined;
    if (this.#rows === 0) {
      // There, a key that is left out is 0.
      const how = { ...this.#how, missing: sample ? 0 : null } as const;
      this.#inputs = new RowValues(how);
      if (sample) this.#outputs = new RowValues(how);
    }
    if (this.#outputs === undefined) this.#inputs?.add(row);
    else if (sample === undefined) throw this.#bad('expected input and output, as the first row has, and nothing else.');
    else {
      this.#inputs?.add(sample.input);
      this.#outputs.add(sample.output);
    }
    this.#rows++;
  }

  /** @throws {NablaError} BAD_DATA */
  table(): Table {
    const inputs = this.#inputs?.table();
    if (!inputs) throw new NablaError('BAD_DATA', `${this.#how.name}: there are no rows in it.`);
    if (!this.#outputs) return inputs;
    return beside(inputs, labelsOf(this.#outputs.table()), (what) => this.#bad(what, 0));
  }

  #bad(what: string, row = this.#rows): Error {
    return new NablaError('BAD_DATA', `${this.#how.place(row)}: ${what}`);
  }
}

interface Sample {
  readonly input: object;
  readonly output: object;
}

/** A sample of brain.js: an object of input and output, each with several values. */
export function isSample(row: unknown): row is Sample {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return false;
  const keys = Object.keys(row);
  if (keys.length !== 2 || !keys.includes('input') || !keys.includes('output')) return false;
  return Object.values(row).every((value) => typeof value === 'object' && value !== null && !(value instanceof Date));
}

/** Outputs as classes where each row has a single 1 and zeros else: called by their keys, where they have any. */
function labelsOf(outputs: Table): Table {
  if (!isOneHot(outputs)) return outputs.named ? outputs : asLabels(outputs);
  const classes = fromOneHot(outputs);
  if (!outputs.named) return classes;
  const names = outputs.columns.map(({ name }) => name);
  const words = [...names].sort();
  const cells = classes.cells.map((k) => words.indexOf(names[k]));
  return { ...classes, columns: [{ name: LABEL, kind: 'words', words }], cells };
}
