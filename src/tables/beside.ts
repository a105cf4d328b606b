// Two tables of the same rows side by side, inputs and what is to be learnt of them: the columns of one, then those of the other.

import { checkNamesOnce } from './names.js';
import { byteCellsFor, cellsFor, type Table } from './table.js';

/** @param right what is to be learnt @param bad what a name that both have is refused with */
export function beside(left: Table, right: Table, bad: (what: string) => Error): Table {
  const columns = [...left.columns, ...right.columns];
  checkNamesOnce(
    columns.map(({ name }) => name),
    bad,
  );
  const [a, b] = [left.columns.length, right.columns.length];
  const areBytes = left.cells instanceof Uint8Array && right.cells instanceof Uint8Array;
  const cells = areBytes ? byteCellsFor(left.rows, a + b) : cellsFor(left.rows, a + b);
  for (let row = 0; row < left.rows; row++) {
    cells.set(left.cells.subarray(row * a, (row + 1) * a), row * (a + b));
    cells.set(right.cells.subarray(row * b, (row + 1) * b), row * (a + b) + a);
  }
  return { ...left, columns, cells, targets: b };
}
