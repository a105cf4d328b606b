// The table of bench:csv.

import type { CsvResult } from '../csv.js';
import { range } from '../measure.js';
import { table } from './markdown.js';

export function csvSection(results: readonly CsvResult[]): string {
  return table(
    ['reader', 'MB/s', 'seconds', 'peak memory, MB', 'as a multiple of the floats'],
    results.map(({ side, speed, seconds, peakMegabytes, floats }) => [
      side,
      range(speed, 0),
      range(seconds),
      peakMegabytes.toFixed(0),
      floats.toFixed(2),
    ]),
  );
}
