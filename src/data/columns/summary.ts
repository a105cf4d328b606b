// What the cells of each column are, in figures: how many are missing, the least and the largest, whether all are whole. One pass over
// the rows, so that a table of any width is read once. And what these figures say of columns together: that they are bytes, or pixels.

import type { Table } from '../../tables/table.js';

export interface ColumnSummary {
  readonly missing: number;
  /** Infinity and -Infinity where all are missing. */
  readonly least: number;
  readonly most: number;
  /** Whether all that are there are whole numbers. */
  readonly whole: boolean;
  /** Whether they are n, n + 1, n + 2, … with n of 0 or 1: the rows' own numbers. */
  readonly counts: boolean;
}

export function summarise({ rows, columns, cells }: Table): ColumnSummary[] {
  const C = columns.length;
  const missing = new Uint32Array(C);
  const least = new Float64Array(C).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(C).fill(Number.NEGATIVE_INFINITY);
  const whole = new Uint8Array(C).fill(1);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < C; k++, at++) {
      const cell = cells[at];
      if (cell < least[k]) least[k] = cell;
      if (cell > most[k]) most[k] = cell;
      if (Number.isNaN(cell)) missing[k]++;
      else if (whole[k] === 1 && cell !== Math.trunc(cell)) whole[k] = 0;
    }
  }
  return columns.map((_, k) => ({
    missing: missing[k],
    least: least[k],
    most: most[k],
    whole: whole[k] === 1,
    counts: countsRows(cells, k, C, rows),
  }));
}

const MOST_BYTE = 255;

/** Whether all values of a column, none missing, are bytes. */
export const isOfBytes = ({ missing, least, most, whole }: ColumnSummary): boolean => missing === 0 && whole && least >= 0 && most <= MOST_BYTE;

/** Pictures have at least 8 × 8 pixels, some of them brighter than any percentage. */
const FEWEST_PIXELS = 64;
const BRIGHT = 128;

/** Whether columns of numbers are the pixels of square pictures, grey or coloured. Columns of other things are hardly ever so many bytes. */
export function arePixels(summaries: readonly ColumnSummary[]): boolean {
  const n = summaries.length;
  const isSquare = Number.isInteger(Math.sqrt(n)) || Number.isInteger(Math.sqrt(n / 3));
  return n >= FEWEST_PIXELS && isSquare && summaries.every(isOfBytes) && summaries.some(({ most }) => most >= BRIGHT);
}

/** Fewer rows may be numbers by chance. */
const FEWEST_COUNTED = 10;

function countsRows(cells: Uint8Array | Float32Array, k: number, C: number, rows: number): boolean {
  const first = cells[k];
  if (rows < FEWEST_COUNTED || (first !== 0 && first !== 1)) return false;
  for (let row = 1; row < rows; row++) if (cells[row * C + k] !== first + row) return false;
  return true;
}
