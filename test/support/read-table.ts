// Tables for tests: files in memory read as the command line reads them, with the options of a user who says nothing, and their rows as
// plain values.

import { readTables } from '#src/tables/formats.js';
import type { TableOptions } from '#src/tables/options.js';
import { bytesSource } from '#src/tables/source.js';
import type { Table, Tables } from '#src/tables/table.js';

export const TABLE_OPTIONS: TableOptions = { categorical: [], header: 'auto', transpose: false };

export function readBytes(name: string, bytes: Uint8Array | string, options: Partial<TableOptions> = {}): Promise<Tables> {
  return readTables(bytesSource(name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes), { ...TABLE_OPTIONS, ...options });
}

/** Rows as people would write them: words as words, null where a value is missing or a date. */
export function rowsOf({ rows, columns, cells }: Table): (number | string | boolean | null)[][] {
  return Array.from({ length: rows }, (_, row) =>
    columns.map(({ kind, words }, k) => {
      const cell = cells[row * columns.length + k];
      if (Number.isNaN(cell)) return null;
      return kind === 'words' ? (words as readonly string[])[cell] : kind === 'boolean' ? cell === 1 : cell;
    }),
  );
}

export const namesOf = ({ columns }: Table): string[] => columns.map(({ name }) => name);
export const kindsOf = ({ columns }: Table): string[] => columns.map(({ kind }) => kind);
