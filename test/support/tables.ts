// Tables for tests: options by default, a column's values as they were written, and the Parquet files of test/fixtures.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TableOptions } from '#src/tables/options.js';
import type { Table } from '#src/tables/table.js';

export const TABLE_OPTIONS: TableOptions = { categorical: [], header: 'auto', transpose: false };

/** Values of a column by its name: numbers, true and false, words; null where one is missing. */
export function valuesOf({ rows, columns, cells }: Table, name: string): unknown[] {
  const k = columns.findIndex((column) => column.name === name);
  const { kind, words } = columns[k];
  return Array.from({ length: rows }, (_, row) => {
    const cell = cells[row * columns.length + k];
    if (Number.isNaN(cell)) return null;
    return kind === 'words' ? words?.[cell] : kind === 'boolean' ? cell === 1 : cell;
  });
}

interface Fixtures {
  /** In base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const { files, values }: Fixtures = JSON.parse(readFileSync(fileURLToPath(new URL('../fixtures/parquet.json', import.meta.url)), 'utf8'));

/** Names of the Parquet files that fixtures/parquet.py has made. */
export const PARQUET_FILES = Object.keys(files);

export const parquetBytes = (name: string): Buffer => Buffer.from(files[name], 'base64');

/** What was written into some of them. */
export const parquetValues = <T>(name: string): T => values[name] as T;
