// Fits a preparation on the training rows of a table: means, deviations, ranges and medians of numbers, counts of words. Nothing of the
// rows for validation and test enters it.

import type { Table } from '../../tables/table.js';
import type { MissingName, PreparedColumn, PreparedNumber, PreparedOutput, PreparedWords, ScaleName } from './preparation.js';

/** A word is rare, and has no input of its own, where fewer training rows have it than each of these says. */
const RARE_ROWS = 10;
const RARE_SHARE = 0.01;
/** Times as many as a word of the column has on average: of many words none is frequent. */
const RARE_BESIDE_MEAN = 0.5;
/** Words of a column that have inputs of their own: the most frequent. */
const MOST_OWN = 200;

export interface Fitting {
  readonly table: Table;
  /** Its training rows. */
  readonly rows: Uint32Array;
  /** Columns, by their numbers. */
  readonly features: readonly number[];
  readonly scale: Exclude<ScaleName, 'auto'> | number;
  /** Absent: missing values are refused. */
  readonly missing?: MissingName;
}

/** @returns one for each feature, in their order */
export function fitColumns({ table, rows, features, scale, missing }: Fitting): PreparedColumn[] {
  const figures = figuresOf(table, rows, features);
  return features.map((k, f) => {
    const { name, kind, words } = table.columns[k];
    const figure = figures[f];
    if (kind === 'words') return fitWords(name, words ?? [], wordCounts(table, rows, k), missing, figure.missing > 0);
    const middle = missing === 'median' ? medianOf(table, rows, k) : figure.mean;
    return {
      name,
      kind: kind === 'boolean' ? kind : 'number',
      ...scalingOf(kind === 'boolean' ? 'none' : scale, figure),
      ...fillOf(missing, middle, figure.missing > 0),
    };
  });
}

/** The mean of a column's training rows and their deviation, for targets that are numbers. */
export function fitOutputs(table: Table, rows: Uint32Array, targets: readonly number[]): PreparedOutput[] {
  return figuresOf(table, rows, targets).map(({ mean, deviation }, t) => ({ name: table.columns[targets[t]].name, mean, deviation: deviation || 1 }));
}

interface Figures {
  readonly mean: number;
  /** √ of the mean of (x - mean)². */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** Rows without a value. */
  readonly missing: number;
}

/**
 * Two passes in float64: the second sums differences from the mean of the first, and their squares, which lose no digits to a large mean,
 * and mend what the first has lost (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983, eq. 1.7).
 */
function figuresOf({ cells, columns }: Table, rows: Uint32Array, wanted: readonly number[]): Figures[] {
  const C = columns.length;
  const n = wanted.length;
  const [sums, counts, differences, squares] = Array.from({ length: 4 }, () => new Float64Array(n));
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const at = Uint32Array.from(wanted);
  for (const row of rows) {
    const first = row * C;
    for (let f = 0; f < n; f++) {
      const x = cells[first + at[f]];
      if (Number.isNaN(x)) continue;
      counts[f]++;
      sums[f] += x;
      if (x < least[f]) least[f] = x;
      if (x > most[f]) most[f] = x;
    }
  }
  const means = sums.map((sum, f) => sum / Math.max(1, counts[f]));
  for (const row of rows) {
    const first = row * C;
    for (let f = 0; f < n; f++) {
      const x = cells[first + at[f]];
      if (Number.isNaN(x)) continue;
      const difference = x - means[f];
      differences[f] += difference;
      squares[f] += difference * difference;
    }
  }
  return wanted.map((_, f) => {
    const there = Math.max(1, counts[f]);
    const variance = (squares[f] - differences[f] ** 2 / there) / there;
    const mean = means[f] + differences[f] / there;
    return { mean, deviation: Math.sqrt(Math.max(0, variance)), least: least[f], most: most[f], missing: rows.length - counts[f] };
  });
}

function scalingOf(scale: Fitting['scale'], { mean, deviation, least, most }: Figures): Pick<PreparedNumber, 'subtract' | 'divide'> {
  if (typeof scale === 'number') return { subtract: 0, divide: 1 / scale };
  if (scale === 'standard') return { subtract: mean, divide: deviation || 1 };
  if (scale === 'minmax') return { subtract: Number.isFinite(least) ? least : 0, divide: most - least > 0 ? most - least : 1 };
  return { subtract: 0, divide: scale === '255' ? 255 : 1 };
}

/** @param isMissed whether a training row has no value: an input that says so would else be 0 throughout */
function fillOf(missing: MissingName | undefined, middle: number, isMissed: boolean): Pick<PreparedNumber, 'fill' | 'indicator'> {
  if (missing === undefined || missing === 'drop') return {};
  return { fill: missing === 'zero' ? 0 : middle, ...(missing === 'indicator' && isMissed && { indicator: true }) };
}

function medianOf({ cells, columns }: Table, rows: Uint32Array, k: number): number {
  const values = Float32Array.from(rows, (row) => cells[row * columns.length + k])
    .filter((x) => !Number.isNaN(x))
    .sort();
  const half = values.length >> 1;
  return values.length === 0 ? 0 : values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

function wordCounts({ cells, columns }: Table, rows: Uint32Array, k: number): Uint32Array {
  const counts = new Uint32Array(columns[k].words?.length ?? 0);
  for (const row of rows) {
    const word = cells[row * columns.length + k];
    if (!Number.isNaN(word)) counts[word]++;
  }
  return counts;
}

/** The words with inputs in their order, and how missing ones are taken: 'zero' as none, 'indicator' as an input, all else as the most frequent. */
function fitWords(name: string, words: readonly string[], counts: Uint32Array, missing: MissingName | undefined, isMissed: boolean): PreparedWords {
  const frequent = [...counts.keys()].filter((w) => counts[w] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  const rows = frequent.reduce((sum, w) => sum + counts[w], 0);
  const least = Math.min(RARE_ROWS, RARE_SHARE * rows, (RARE_BESIDE_MEAN * rows) / frequent.length);
  const own = frequent.slice(0, MOST_OWN).filter((w) => counts[w] >= least);
  const inputs = own.toSorted((a, b) => a - b);
  const isIndicated = missing === 'indicator' && isMissed;
  const fill = missing === 'zero' || isIndicated ? -1 : inputs.indexOf(frequent[0]);
  return {
    name,
    kind: 'words',
    words: inputs.map((w) => words[w]),
    ...(own.length < frequent.length && { other: true }),
    ...(missing !== undefined && missing !== 'drop' && { fill }),
    ...(isIndicated && { indicator: true }),
  };
}
