// The part of bench/results/README.md about whether runs with an optimiser stay as fast as they began.

import { percent } from '../../src/text.js';
import type { EpochsResult } from '../epochs.js';
import { figure } from '../measure.js';
import { table } from './markdown.js';

export function epochsSection(results: readonly EpochsResult[]): string {
  const count = Math.max(...results.map(({ epochs }) => epochs.length));
  const headings = ['samples/s of processor time in epoch', ...Array.from({ length: count }, (_, k) => String(k + 1)), 'farthest from the median'];
  const rows = results.map(({ network, epochs, deviation }) => [network, ...epochs.map(({ median }) => figure(median)), percent(deviation, 0)]);
  return table(headings, rows);
}
