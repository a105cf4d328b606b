// What was decided for each column of a file, as a table for a terminal: at the start of a run, and wherever else it is asked for.

import type { ColumnDecision } from '../../data/columns/preparation.js';
import { plural } from '../../text.js';
import { textTable } from './columns.js';

/** Rows that are shown: of more, those that say something of their own come first. */
const MOST_ROWS = 24;

/** The table with an empty line after it, in lines of at most `width` characters; nothing where there are no columns. */
export function columnsText({ columns = [] }: { readonly columns?: readonly ColumnDecision[] }, width: number): string {
  if (columns.length === 0) return '';
  const shown = columns.length <= MOST_ROWS ? columns : [...columns.slice(0, MOST_ROWS - 2), columns[columns.length - 1]];
  const table = textTable([
    { head: 'column', left: true, cells: shown.map(({ column }) => printableName(column)) },
    { head: 'holds', left: true, cells: shown.map(({ holds }) => holds) },
    { head: 'use', left: true, cells: shown.map(({ use }) => use) },
  ])
    .map((line) => line.replace(/\p{C}/gu, '?'))
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
  const more = columns.length - shown.length;
  if (more > 0) table.splice(MOST_ROWS - 1, 0, `… and ${plural(more, 'more column')}`);
  return `${table.join('\n')}\n\n`;
}

const LONGEST_NAME = 30;
const printableName = (name: string): string => {
  const clean = name.replace(/\p{C}/gu, '?');
  return clean.length > LONGEST_NAME ? `${clean.slice(0, LONGEST_NAME - 1)}…` : clean;
};
