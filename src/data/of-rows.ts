// A data set from rows of values of any kind, as a program has them: numbers, words, true and false, missing ones. Their columns are
// prepared as those of a file are, and the run that is trained on them keeps how. Rows of numbers alone, with answers beside them, are
// what datasetFrom is for, which prepares nothing.

import { checkInteger, checkOptions, checkSignal, reading } from '../check.js';
import { asError, NablaError, wrongKind } from '../errors.js';
import { rowsTable } from '../tables/rows.js';
import type { Table } from '../tables/table.js';
import { printable } from '../text.js';
import { datasetOfTables } from './columns/from-tables.js';
import type { Dataset } from './dataset.js';
import { OWN_NAME } from './given.js';
import { checkReading, type Reading } from './reading.js';

/** A row: a value for each column by its name, or in order. null, undefined and NaN are missing. */
export type MixedRow = Readonly<Record<string, unknown>> | readonly unknown[];
export type MixedRows = Iterable<MixedRow> | AsyncIterable<MixedRow>;

type OfColumns = Pick<Reading, 'split' | 'target' | 'task' | 'drop' | 'features' | 'categorical' | 'missing' | 'scale'>;

export interface MixedRowsOptions extends OfColumns {
  /** How many samples are kept back for validation, or rows that are. Default: a tenth of the rows, drawn. */
  validation?: number | MixedRows;
  /** Rows for the test. Default: a tenth of the others, drawn. */
  test?: MixedRows;
  /** Seed of the split. Default: 1. */
  seed?: number;
  /** Default: 'own data'. */
  name?: string;
  /** Gives up between rows. */
  signal?: AbortSignal;
}

const NAMES: Readonly<Record<keyof MixedRowsOptions, true>> = {
  split: true,
  target: true,
  task: true,
  drop: true,
  features: true,
  categorical: true,
  missing: true,
  scale: true,
  validation: true,
  test: true,
  seed: true,
  name: true,
  signal: true,
};

/**
 * Makes a data set from rows of mixed values, one of whose columns is the target.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, naming row and column; INTERRUPTED
 */
export async function datasetOfRows(rows: MixedRows, options: MixedRowsOptions = {}): Promise<Dataset> {
  const { validation, test, seed = 1, name = OWN_NAME, signal, ...columns } = checkOptions(options, Object.keys(NAMES));
  if (typeof name !== 'string') throw wrongKind('name', 'a text', name);
  checkInteger('seed', seed, 0);
  checkSignal(signal, 'the rows were read');
  const how: Reading = { ...columns, ...(typeof validation === 'number' && { validation }) };
  checkReading(how);
  const { categorical = [] } = columns;
  const training = await rowsTable(name, readRows(name, rows), { categorical, signal });
  const words = training.columns.flatMap((column) => (column.kind === 'words' ? [column.name] : []));
  const beside = async (part: string, given: MixedRows | undefined): Promise<Table | undefined> =>
    given === undefined
      ? undefined
      : rowsTable(`${name}, ${part}`, readRows(`${name}, ${part}`, given), { categorical: [...categorical, ...words], signal });
  const own = await beside('validation', typeof validation === 'number' ? undefined : validation);
  const kept = await beside('test', test);
  return datasetOfTables({ training, ...(own && { validation: own }), ...(kept && { test: kept }) }, { name, reading: how, seed });
}

/** The rows one by one; what a program's own iterator throws is said with the place. @throws {NablaError} BAD_DATA */
async function* readRows(name: string, rows: MixedRows): AsyncGenerator<MixedRow> {
  if (!reading('rows', rows, () => typeof rows === 'object' && rows !== null && (Symbol.iterator in rows || Symbol.asyncIterator in rows)))
    throw wrongKind('rows', 'a list of rows, or an (async) iterable of them', rows);
  let row = 0;
  try {
    for await (const one of rows) {
      yield one;
      row++;
    }
  } catch (error) {
    throw new NablaError('BAD_DATA', `${name}: row ${row + 1} cannot be read: ${printable(asError(error).message, 100)}.`, { cause: error });
  }
}
