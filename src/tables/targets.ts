// What is to be learnt, where a file keeps it apart from the inputs: its columns, called 'label', last in the table. Classes one-hot
// become numbers.

import { byteCellsFor, type Table } from './table.js';

/** What such a column is called; of several, each with its number. */
export const LABEL = 'label';

/** Whether each row of a table has a single 1 and zeros else, in two columns or more. */
export function isOneHot({ rows, columns, cells }: Table): boolean {
  const width = columns.length;
  if (width < 2 || columns.some(({ kind }) => kind !== 'number' && kind !== 'boolean')) return false;
  for (let row = 0; row < rows; row++) {
    let ones = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      if (cells[at] === 1) ones++;
      else if (cells[at] !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return true;
}

/** The number of each row's 1, from 0. */
export function fromOneHot(table: Table): Table {
  const width = table.columns.length;
  const classes = Float32Array.from({ length: table.rows }, (_, row) => table.cells.subarray(row * width, (row + 1) * width).indexOf(1));
  const cells = width > 256 ? classes : byteCellsFor(table.rows, 1);
  cells.set(classes);
  return { ...table, columns: [{ name: LABEL, kind: 'number' }], cells };
}

/** The same columns under the names of targets. */
export function asLabels(table: Table): Table {
  const isOne = table.columns.length === 1;
  return { ...table, columns: table.columns.map((column, k) => ({ ...column, name: isOne ? LABEL : `${LABEL}[${k + 1}]` })) };
}
