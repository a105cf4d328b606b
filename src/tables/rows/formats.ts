// How the rows of a file are come by, told by its first bytes: one by one where its format allows that, else from the tables that it holds.

import { NablaError } from '../../errors.js';
import { readTables, tableFormatOf } from '../formats.js';
import { isOneList } from '../json/json-values.js';
import type { TableOptions } from '../options.js';
import type { Source } from '../source.js';
import { csvRows } from './csv-rows.js';
import { jsonRows } from './json-rows.js';
import type { RowReader } from './row-reader.js';
import { tableRows } from './table-rows.js';

/** @throws {NablaError} BAD_DATA where no format matches */
export async function openRows(source: Source, options: TableOptions): Promise<RowReader> {
  const bytes = await source.start();
  if (bytes.length === 0) throw new NablaError('BAD_DATA', `${source.name}: the file is empty.`);
  const format = tableFormatOf(bytes);
  if (format === 'csv') return csvRows(source, options);
  if (format === 'json' && !isOneList(bytes)) return jsonRows(source);
  const { training, validation, test } = await readTables(source, options);
  return tableRows(
    source.name,
    [training, validation, test].filter((table) => table !== undefined),
  );
}
