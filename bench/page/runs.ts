// The parts of bench/results/README.md about long runs: what a checkpoint costs them, and whether their memory grows.

import type { CheckpointResult } from '../checkpoint.js';
import { figure, range, type Summary } from '../measure.js';
import type { SoakResult } from '../soak.js';
import { table } from './markdown.js';

/** Seconds as a share of a minute, in per cent. */
const ofMinute = ({ median, minimum, maximum }: Summary): string => {
  const [middle, low, high] = [median, minimum, maximum].map((seconds) => ((100 * seconds) / 60).toFixed(2));
  return `${middle} (${low} to ${high})`;
};

export function checkpointSection(results: readonly CheckpointResult[]): string {
  const rows = results.map(({ network, workers, seconds, checkpoints }) => [
    network,
    String(workers),
    figure(checkpoints.median),
    range(seconds),
    ofMinute(seconds),
  ]);
  return table(['network', 'workers', 'checkpoints a round', 'seconds of training for each', '% of a minute'], rows);
}

export function soakSection(results: readonly SoakResult[]): string {
  return results
    .map(({ workers, minutes, epochs, rss, heap }) => {
      const rows = [
        ['resident', rss],
        ['heap', heap],
      ] as const;
      const cells = rows.map(([name, { middle, end, slope }]) => [name, middle.toFixed(1), end.toFixed(1), slope.toFixed(0)]);
      return `${figure(epochs)} epochs in ${minutes} minutes, ${workers} workers.\n\n${table(['memory', 'MB, half-way', 'MB, end', 'KB a minute'], cells)}`;
    })
    .join('\n\n');
}
