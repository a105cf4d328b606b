// The rows of several tables, made comparable: those of a table for validation or test by the columns that the first one has, with its
// words in the numbers of the first one's.

import type { Split } from '../data/dataset.js';
import type { Table, Tables } from '../tables/table.js';
import { type RowReader, readerOf, translated } from './same-rows.js';

export interface ComparedTable {
  readonly table: Table;
  /** What a table of its own is for; undefined for the first, whose rows are split. */
  readonly part?: Split;
  readonly reader: RowReader;
}

/** The first table, and the others that have the same columns. @param at columns of the first */
export function comparedTables({ training: first, validation, test }: Tables, at: readonly number[]): ComparedTable[] {
  const others = [
    { table: validation, part: 'validation' },
    { table: test, part: 'test' },
  ] as const;
  return [
    { table: first, reader: readerOf(first, at) },
    ...others.flatMap(({ table, part }) => {
      const reader = table && readerLike(first, at, table);
      return reader ? [{ table, part, reader }] : [];
    }),
  ];
}

/** Undefined where a column is missing, or holds something else. */
function readerLike(first: Table, at: readonly number[], other: Table): RowReader | undefined {
  const byName = first.named && other.named;
  const places = at.map((k) => (byName ? other.columns.findIndex(({ name }) => name === first.columns[k].name) : k < other.columns.length ? k : -1));
  const isWords = (table: Table, k: number): boolean => table.columns[k].kind === 'words';
  if (places.some((place, f) => place < 0 || isWords(other, place) !== isWords(first, at[f]))) return undefined;
  const patterns = places.map((place, f) => {
    const words = other.columns[place].words;
    return words && translated(words, first.columns[at[f]].words ?? []);
  });
  return readerOf(other, places, patterns);
}
