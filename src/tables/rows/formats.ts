// How the rows of a file are come by, told by its first bytes: one by one where its format allows that, else from the tables that it holds.

import { NablaError } from '../../errors.js';
import { readTables, TABLE_FORMATS } from '../formats.js';
import type { TableOptions } from '../options.js';
import type { Source } from '../source.js';
import { csvRows } from './csv-rows.js';
import { jsonRows } from './json-rows.js';
import type { RowReader } from './row-reader.js';
import { tableRows } from './table-rows.js';

interface RowFormat {
  readonly title: string;
  /** @param start the first bytes, each as a character */
  matches(start: string, bytes: Uint8Array): boolean;
  rows(source: Source, options: TableOptions): RowReader;
}

const START = 64;

/** In the order in which a file is tried. */
export const ROW_FORMATS = {
  // A list of rows, as a whole file of JSON may be, is none: [{ or [[.
  jsonl: { title: 'JSON Lines', matches: (start) => /^(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*(?:["\d\-tfn\]]|$))/.test(start), rows: jsonRows },
  csv: { title: 'CSV', matches: TABLE_FORMATS.csv.matches, rows: csvRows },
} as const satisfies Readonly<Record<string, RowFormat>>;

const ROWS: readonly RowFormat[] = Object.values(ROW_FORMATS);

/** @throws {NablaError} BAD_DATA where no format matches */
export async function openRows(source: Source, options: TableOptions): Promise<RowReader> {
  const bytes = await source.start();
  if (bytes.length === 0) throw new NablaError('BAD_DATA', `${source.name}: the file is empty.`);
  const start = String.fromCharCode(...bytes.subarray(0, START));
  const format = ROWS.find(({ matches }) => matches(start, bytes));
  if (format) return format.rows(source, options);
  const { training, validation, test } = await readTables(source, options);
  return tableRows(
    source.name,
    [training, validation, test].filter((table) => table !== undefined),
  );
}
