// The parts of bench/results/README.md about long and large runs: what a checkpoint costs them, whether their memory grows, and what
// samples cost that lie outside the arena.

import type { CheckpointResult } from '../checkpoint.js';
import type { LargeResult } from '../large.js';
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

export function largeSection(results: readonly LargeResult[]): string {
  return results
    .map(({ gib, samples, workers, making, starting, samplesPerSecond, testAccuracy, peak, places }) => {
      const made = `${gib} GiB of float32, ${figure(samples)} samples, made in ${making.toFixed(1)} s`;
      const epoch = `one epoch with ${workers} workers at ${figure(samplesPerSecond)} samples/s, ${starting.toFixed(1)} s after the call`;
      const cells = (['inside', 'outside'] as const).map((place) => [place, range(places[place], 0)]);
      const compared = table([`samples of the first ${places.gib} GiB`, 'samples/s'], [...cells, ['outside to inside', range(places.ratio)]]);
      return `${made}; ${epoch}. Test accuracy ${(100 * testAccuracy).toFixed(2)} %, peak memory ${peak.toFixed(2)} GiB.\n\n${compared}`;
    })
    .join('\n\n');
}
