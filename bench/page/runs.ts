// The parts of bench/results/README.md about long and large runs: what a checkpoint costs them, whether their memory grows, and what
// samples cost that lie outside the arena.

import type { CheckpointResult } from '../checkpoint.js';
import type { LargeResult } from '../large.js';
import { figure, range, type Summary } from '../measure.js';
import type { FailureResult } from '../ranks-failures.js';
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

export function failureSection(results: readonly FailureResult[]): string {
  const head = ['library', 'what fails', 'cases', 'in time', 'median s until all are gone', 'maximum s', 'later than 10 s', 'other weights'];
  const cells = results.map(({ library, blow, cases, hit, median, maximum, late, wrong }) => {
    const seconds = [median.toFixed(1), maximum.toFixed(1)];
    return [library, FAILURES[blow], String(cases), String(hit), ...seconds, String(late), String(wrong)];
  });
  return table(head, cells);
}

const FAILURES: Readonly<Record<FailureResult['blow'], string>> = {
  rank: 'a rank is killed',
  launcher: 'the launcher is killed',
  proxy: "the launcher's daemon is killed",
  stopped: 'a rank is stopped',
  down: 'an interface is taken down',
  silent: 'packets are lost',
  SIGTERM: 'SIGTERM',
  SIGUSR1: 'SIGUSR1',
};

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
