// Columns that alone determine what is to be predicted. Such a column is often the answer in other words, one that was filled in after
// the fact, and a network that has it learns nothing else; so people are told. Looked at in some thousand rows.

import type { Table } from '../tables/table.js';

/** Rows that are looked at: of more, so many evenly among them. */
const MOST_ROWS = 20_000;
/** Of fewer, a column may tell them apart by chance. */
const FEWEST_ROWS = 30;
/** Rows for each value of a column, at least, for its values to be taken one by one. */
const ROWS_PER_VALUE = 10;
/** Where more of the rows have one class, hardly anything is left to be determined. */
const MOST_OF_ONE = 0.99;
/** Share of rows that a column must be right of, and of the mistakes of always naming the commonest class that it may leave. */
const RIGHT = 0.99;
const LEFT = 0.05;
/** |r| from which on a number is another one in other units. */
const SAME_NUMBER = 0.9999;

export interface LeakQuestion {
  readonly table: Pick<Table, 'rows' | 'columns' | 'cells'>;
  readonly features: readonly number[];
  /** The class of each row, or a number. NaN where there is none. */
  answer(row: number): number;
  /** Undefined for numbers. */
  readonly classes?: number;
}

/** The columns, by their numbers. */
export function leakingColumns(question: LeakQuestion): number[] {
  const { table, features, answer, classes } = question;
  const n = Math.min(table.rows, MOST_ROWS);
  const rows = Array.from({ length: n }, (_, i) => Math.floor((i * table.rows) / n)).filter((row) => !Number.isNaN(answer(row)));
  if (rows.length < FEWEST_ROWS) return [];
  const answers = Float64Array.from(rows, answer);
  const commonest = classes === undefined ? 0 : largestShare(answers, classes);
  if (commonest > MOST_OF_ONE) return [];
  const enough = Math.max(RIGHT, 1 - LEFT * (1 - commonest)) * answers.length;
  const C = table.columns.length;
  return features.filter((k) => {
    const values = Float64Array.from(rows, (row) => table.cells[row * C + k]);
    if (classes === undefined) return table.columns[k].kind === 'number' && Math.abs(correlation(values, answers)) > SAME_NUMBER;
    // A value that is missing may tell the class, too.
    return determines(
      values.map((x) => (Number.isNaN(x) ? Number.NEGATIVE_INFINITY : x)),
      answers,
      classes,
      enough,
    );
  });
}

function largestShare(labels: Float64Array, classes: number): number {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label]++;
  return Math.max(...counts) / labels.length;
}

/**
 * Whether the classes follow from one column: each of its values, of which there are few, has one class; or, of numbers, its range falls
 * into no more than twice as many stretches of one class as there are classes.
 * @param enough rows that it must be right of
 */
function determines(values: Float64Array, labels: Float64Array, classes: number, enough: number): boolean {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0) || labels[a] - labels[b]);
  let [groups, right, stretches] = [0, 0, 0];
  let last = -1;
  for (let from = 0; from < order.length; ) {
    let to = from;
    const value = values[order[from]];
    let [most, run] = [0, 0];
    // Rows of one value stand together, and within them those of one class.
    for (; to < order.length && values[order[to]] === value; to++) {
      const label = labels[order[to]];
      run = to > from && label === labels[order[to - 1]] ? run + 1 : 1;
      most = Math.max(most, run);
      if (label !== last) stretches++;
      last = label;
    }
    groups++;
    right += most;
    from = to;
  }
  const isFew = groups * ROWS_PER_VALUE <= order.length;
  return groups >= 2 && right >= enough && (isFew || stretches <= 2 * classes);
}

/** Pearson's r of the rows that have both. */
function correlation(xs: Float64Array, ys: Float64Array): number {
  let [n, meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < xs.length; k++) {
    if (Number.isNaN(xs[k])) continue;
    n++;
    const [dx, dy] = [xs[k] - meanX, ys[k] - meanY];
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (xs[k] - meanX);
    yy += dy * (ys[k] - meanY);
    xy += dx * (ys[k] - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
