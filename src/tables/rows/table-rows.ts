// The rows of tables one after another, where a format can be read only as a whole: numbers as they are in it, words as texts, null for
// what is missing.

import type { Column, Table } from '../table.js';
import type { RawRow, RowReader } from './row-reader.js';

/** Rows of a group. */
const GROUP = 1024;

/** @param tables with the same columns, one after another */
export function tableRows(name: string, tables: readonly Table[]): RowReader {
  const firsts = tables.map((_, t) => tables.slice(0, t).reduce((sum, { rows }) => sum + rows, 0));
  const at = (line: number): number => firsts.findLastIndex((first) => first < line);
  return {
    name,
    format: 'table',
    texts: 'parsed',
    decimal: '.',
    place: (line) => tables[at(line)].place(line - 1 - firsts[at(line)]),
    async *groups() {
      for (const [t, table] of tables.entries()) {
        const columns = { names: table.columns.map((column) => column.name), named: table.named };
        for (let first = 0; first < table.rows; first += GROUP) {
          const rows: RawRow[] = [];
          for (let row = first; row < Math.min(first + GROUP, table.rows); row++)
            rows.push({ line: 1 + firsts[t] + row, values: valuesOf(table, row) });
          yield { columns, rows };
        }
      }
    },
  };
}

function valuesOf({ columns, cells }: Table, row: number): unknown[] {
  const C = columns.length;
  return columns.map((column, k) => cellValue(column, cells[row * C + k]));
}

function cellValue({ kind, words, example }: Column, cell: number): unknown {
  if (kind === 'date') return example;
  if (Number.isNaN(cell)) return null;
  if (kind === 'words') return words?.[cell];
  return kind === 'boolean' ? cell === 1 : cell;
}
