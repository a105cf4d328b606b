// Words that no training row had, or too few: what is said where rows hold such, because a column that is written in another way (1.0
// for 1) would else pass for one of which nothing is known. For tables here, for rows as they come by the preparer of rows.

import { quoted, type Table } from '../../tables/table.js';
import { count } from '../../text.js';
import type { Preparation, PreparedWords } from './preparation.js';

/** @param other whether rare words have a place of their own, as which it is taken */
export function unknownWordsText(name: string, { rows, example }: { readonly rows: number; readonly example: string }, other: boolean): string {
  const words = `column ${quoted(name)}: ${rows === 1 ? 'a word' : `words of ${count(rows)} rows`}, such as ${quoted(example)}, training did not know`;
  return `${words}; ${rows === 1 ? 'it is' : 'they are'} taken as ${other ? 'one of its rare words' : 'none of its words'}.`;
}

/** Rare words of training are not told from unknown ones: said is what more than this share of the rows have. */
const HARDLY_RARE = 0.5;

/**
 * A sentence for each column of words of which training did not know some.
 * @param from for each column of the preparation, that of the table
 */
export function unknownWords(table: Table, { columns }: Preparation, from: readonly number[]): string[] {
  return columns.flatMap((column, f) => {
    if (column.kind !== 'words') return [];
    const found = unknownRows(table, column, from[f]);
    if (found.rows <= (column.other ? HARDLY_RARE * table.rows : 0)) return [];
    return [`${table.name}: ${unknownWordsText(column.name, found, column.other === true)}`];
  });
}

function unknownRows({ cells, columns, rows }: Table, column: PreparedWords, k: number): { rows: number; example: string } {
  const known = new Set(column.words);
  const { words = [] } = columns[k];
  const isKnown = words.map((word) => known.has(word));
  const found = { rows: 0, example: '' };
  for (let row = 0; row < rows; row++) {
    const word = cells[row * columns.length + k];
    if (Number.isNaN(word) || isKnown[word]) continue;
    if (found.rows++ === 0) found.example = words[word];
  }
  return found;
}
