// Figures of the columns of a table, in two passes over its rows: what is missing, ranges, means and different values; then, around these,
// deviations and histograms. Of words the table has the different ones already.

import type { Column, Table } from '../tables/table.js';
import type { ColumnProfile, NumberProfile, PixelProfile } from './data-profile.js';
import { DistinctValues, MOST_DISTINCT } from './distinct.js';
import { BYTE_PATTERNS, bitsOf, canonical, numberIn } from './patterns.js';

/** Columns of which there are figures: of a table with more, the first. */
export const MOST_DESCRIBED = 1000;
/** Frequent values that are named. */
const MOST_FREQUENT = 12;
/** Different numbers up to which the frequent ones are named. */
const FEW_NUMBERS = 20;
/** Parts of a histogram. */
const BINS = 24;
/** Rows that quartiles are taken from: of more, so many evenly among them. */
const MOST_SORTED = 1 << 15;

type Described = Pick<Table, 'rows' | 'columns' | 'cells'>;

/** @param wanted columns by their numbers */
export function profileColumns(table: Described, wanted: readonly number[]): ColumnProfile[] {
  const numeric = wanted.filter((k) => table.columns[k].kind === 'number');
  const figures = new Map(numericFigures(table, numeric).map((one, n) => [numeric[n], one]));
  return wanted.map((k) => {
    const column = table.columns[k];
    if (column.kind === 'number') return figures.get(k) as ColumnProfile;
    return column.kind === 'date' ? dates(column) : words(table, k);
  });
}

/** Cells of dates say nothing, not even which are missing. */
function dates({ name, kind, example }: Column): ColumnProfile {
  return { name, kind, missing: 0, distinct: 0, constant: false, example };
}

function words({ rows, columns, cells }: Described, k: number): ColumnProfile {
  const { name, kind, words: names = ['false', 'true'] } = columns[k];
  const counts = new Uint32Array(names.length);
  let missing = 0;
  for (let row = 0, at = k; row < rows; row++, at += columns.length) {
    if (Number.isNaN(cells[at])) missing++;
    else counts[cells[at]]++;
  }
  const there = [...counts.keys()].filter((n) => counts[n] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  const frequent = there.slice(0, MOST_FREQUENT).map((n) => ({ value: names[n], rows: counts[n] }));
  return { name, kind, missing, distinct: there.length, constant: there.length === 1 && missing === 0, frequent };
}

/** What the first pass finds, an entry for each column. */
interface FirstPass {
  readonly missing: Uint32Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly means: Float64Array;
  readonly distinct: readonly DistinctValues[];
}

function numericFigures(table: Described, wanted: readonly number[]): ColumnProfile[] {
  const first = firstPass(table, wanted);
  const { deviations, histograms } = secondPass(table, wanted, first);
  const sorted = sortedSample(table, wanted);
  return wanted.map((k, n) => {
    const missing = first.missing[n];
    const { size } = first.distinct[n];
    const numbers: NumberProfile = {
      least: first.least[n],
      most: first.most[n],
      mean: first.means[n],
      deviation: deviations[n],
      quartiles: [quantile(sorted[n], 0.25), quantile(sorted[n], 0.5), quantile(sorted[n], 0.75)],
      histogram: [...histograms.subarray(n * BINS, (n + 1) * BINS)],
    };
    const frequent =
      size > 0 && size <= FEW_NUMBERS
        ? first.distinct[n].entries().map(({ pattern, times }) => ({ value: String(numberIn(pattern)), rows: times }))
        : undefined;
    return {
      name: table.columns[k].name,
      kind: 'number',
      missing,
      distinct: Math.min(size, MOST_DISTINCT),
      ...(size > MOST_DISTINCT && { more: true }),
      constant: size === 1 && missing === 0,
      ...(missing < table.rows && { numbers }),
      ...(frequent && { frequent: frequent.slice(0, MOST_FREQUENT) }),
    };
  });
}

function firstPass({ rows, columns, cells }: Described, wanted: readonly number[]): FirstPass {
  const [C, n] = [columns.length, wanted.length];
  const at = Uint32Array.from(wanted);
  const [missing, sums] = [new Uint32Array(n), new Float64Array(n)];
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const distinct = wanted.map(() => new DistinctValues());
  const bits = cells instanceof Float32Array ? bitsOf(cells) : undefined;
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f < n; f++) {
      const cell = row * C + at[f];
      const x = cells[cell];
      if (Number.isNaN(x)) {
        missing[f]++;
        continue;
      }
      sums[f] += x;
      if (x < least[f]) least[f] = x;
      if (x > most[f]) most[f] = x;
      distinct[f].add(bits ? canonical(bits[cell]) : BYTE_PATTERNS[x]);
    }
  }
  return { missing, least, most, distinct, means: sums.map((sum, f) => sum / Math.max(1, rows - missing[f])) };
}

/** Squares of differences from the mean, which lose no digits to a large one, and the parts of the range that values lie in. */
function secondPass({ rows, columns, cells }: Described, wanted: readonly number[], { missing, least, most, means }: FirstPass) {
  const [C, n] = [columns.length, wanted.length];
  const at = Uint32Array.from(wanted);
  const squares = new Float64Array(n);
  const histograms = new Uint32Array(n * BINS);
  const perUnit = Float64Array.from(least, (low, f) => (most[f] > low ? BINS / (most[f] - low) : 0));
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f < n; f++) {
      const x = cells[row * C + at[f]];
      if (Number.isNaN(x)) continue;
      const off = x - means[f];
      squares[f] += off * off;
      // The largest value lies at the end of the last part. As whole numbers of 32 bits, which is twice as fast as Math.floor.
      const part = ((x - least[f]) * perUnit[f]) | 0;
      histograms[f * BINS + (part < BINS ? part : BINS - 1)]++;
    }
  }
  return { histograms, deviations: squares.map((sum, f) => Math.sqrt(sum / Math.max(1, rows - missing[f]))) };
}

/** Of each column the values of some rows, in order. */
function sortedSample({ rows, columns, cells }: Described, wanted: readonly number[]): Float32Array[] {
  const n = Math.min(rows, MOST_SORTED);
  const C = columns.length;
  const places = Float64Array.from({ length: n }, (_, i) => Math.floor((i * rows) / n) * C);
  return wanted.map((k) => {
    const values = new Float32Array(n);
    let there = 0;
    for (let i = 0; i < n; i++) {
      const x = cells[places[i] + k];
      if (!Number.isNaN(x)) values[there++] = x;
    }
    return values.subarray(0, there).sort();
  });
}

/** With linear interpolation between the two values beside it, as NumPy has it. */
function quantile(sorted: Float32Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below], sorted[Math.ceil(at)]];
  return low + (at - below) * (high - low);
}

/** Of the columns that are a picture, all together. */
export function profilePixels(
  { rows, columns, cells }: Described,
  first: number,
  sides: Pick<PixelProfile, 'width' | 'height' | 'channels'>,
): PixelProfile {
  const count = sides.width * sides.height * sides.channels;
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let pixel = 0, at = row * columns.length + first; pixel < count; pixel++, at++) {
      const x = cells[at];
      if (x < least[pixel]) least[pixel] = x;
      if (x > most[pixel]) most[pixel] = x;
      sum += x;
      squares += x * x;
    }
  }
  const n = rows * count;
  const mean = sum / n;
  return {
    count,
    ...sides,
    least: least.reduce((a, b) => Math.min(a, b)),
    most: most.reduce((a, b) => Math.max(a, b)),
    mean,
    deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)),
    constant: least.filter((low, pixel) => low === most[pixel]).length,
  };
}
