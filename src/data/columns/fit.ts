// Fits a preparation on the training rows of a table: means, deviations, ranges and medians of numbers, counts of words. Nothing of the
// rows for validation and test enters it.

import type { Table } from '../../tables/table.js';
import type { MissingName, PreparedColumn, PreparedNumber, PreparedOutput, PreparedWords, ScaleName } from './preparation.js';

/** A word that fewer training rows have than this, and less than this share of them, has no input of its own. */
const RARE_ROWS = 10;
const RARE_SHARE = 0.01;
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
    if (kind === 'words') return fitWords(name, words ?? [], wordCounts(table, rows, k), missing);
    const figure = figures[f];
    const middle = missing === 'median' ? medianOf(table, rows, k) : figure.mean;
    return {
      name,
      kind: kind === 'boolean' ? kind : 'number',
      ...scalingOf(kind === 'boolean' ? 'none' : scale, figure),
      ...fillOf(missing, middle),
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
}

/** Two passes in float64: the second sums squares of differences from the mean, which loses no digits to a large mean. */
function figuresOf({ cells, columns }: Table, rows: Uint32Array, wanted: readonly number[]): Figures[] {
  const C = columns.length;
  const n = wanted.length;
  const [sums, counts, squares] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
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
      if (!Number.isNaN(x)) squares[f] += (x - means[f]) ** 2;
    }
  }
  return wanted.map((_, f) => ({ mean: means[f], deviation: Math.sqrt(squares[f] / Math.max(1, counts[f])), least: least[f], most: most[f] }));
}

function scalingOf(scale: Fitting['scale'], { mean, deviation, least, most }: Figures): Pick<PreparedNumber, 'subtract' | 'divide'> {
  if (typeof scale === 'number') return { subtract: 0, divide: 1 / scale };
  if (scale === 'standard') return { subtract: mean, divide: deviation || 1 };
  if (scale === 'minmax') return { subtract: Number.isFinite(least) ? least : 0, divide: most - least > 0 ? most - least : 1 };
  return { subtract: 0, divide: scale === '255' ? 255 : 1 };
}

function fillOf(missing: MissingName | undefined, middle: number): Pick<PreparedNumber, 'fill' | 'indicator'> {
  if (missing === undefined || missing === 'drop') return {};
  return { fill: missing === 'zero' ? 0 : middle, ...(missing === 'indicator' && { indicator: true }) };
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
function fitWords(name: string, words: readonly string[], counts: Uint32Array, missing: MissingName | undefined): PreparedWords {
  const rows = counts.reduce((a, b) => a + b, 0);
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const isRare = (w: number): boolean => counts[w] === 0 || (counts[w] < RARE_ROWS && counts[w] < RARE_SHARE * rows);
  const own = frequent.filter((w, place) => place < MOST_OWN && !isRare(w)).sort((a, b) => a - b);
  const rare = counts.some((n, w) => n > 0 && !own.includes(w));
  const fill = missing === 'zero' || missing === 'indicator' ? -1 : own.indexOf(frequent[0]);
  return {
    name,
    kind: 'words',
    words: own.map((w) => words[w]),
    ...(rare && { other: true }),
    ...(missing !== undefined && missing !== 'drop' && { fill }),
    ...(missing === 'indicator' && { indicator: true }),
  };
}
