// The parts of bench/results/README.md about scaling: what the plan expects, what tune and auto choose, what auto does beside busy
// processes, and whether the phases add up.

import { percent, plural } from '../../src/text.js';
import type { AutoResult } from '../auto.js';
import { figure, median, range } from '../measure.js';
import type { PhasesResult } from '../phases.js';
import type { PlanResult } from '../plan.js';
import type { TuneBenchResult } from '../tune.js';
import { table } from './markdown.js';

export function planSection(results: readonly PlanResult[]): string {
  const rows = results.map(({ network, workers, batch, measured, predicted, error }) => [
    network,
    String(workers),
    String(batch),
    ...[measured, predicted].map((rate) => `${figure(rate.median)} (${figure(rate.minimum)} to ${figure(rate.maximum)})`),
    percent(error),
  ]);
  const errors = results.map(({ error }) => Math.abs(error));
  return `${table(['network', 'workers', 'mini-batch', 'measured, samples/s', 'predicted', 'error'], rows)}

Error: median ${percent(median(errors))}, worst ${percent(Math.max(...errors))}.`;
}

export function tuneSection(results: readonly TuneBenchResult[]): string {
  const rows = results.map(({ network, sweep, tuned, auto }) => [
    network,
    `${sweep[0].setting}: ${figure(sweep[0].samplesPerSecond.median)}`,
    tuned.setting,
    range(tuned.share),
    String(auto.workers),
    range(auto.share),
    range(auto.overOne),
  ]);
  const heads = [
    'network',
    'best of every setting, samples/s',
    'tune chose',
    'of the best',
    'auto chose workers',
    'of the best count',
    'of one worker',
  ];
  return table(heads, rows);
}

/** A row for each network and stage, in the order in which a run goes through them. */
export function autoSection(results: readonly AutoResult[]): string {
  const rows = results.flatMap(({ network, stages }) =>
    stages.map(({ busy, fixed, auto, ratio, chosen }) => [
      network,
      String(busy),
      ...[...fixed.map(({ samplesPerSecond }) => samplesPerSecond), auto].map((rate) => figure(rate.median)),
      chosen.join(' '),
      range(ratio),
    ]),
  );
  const counts = results[0].stages[0].fixed.map(({ workers }) => `${plural(workers, 'worker')}, samples/s`);
  return table(['network', 'busy processes', ...counts, 'auto', 'chosen in the end', 'auto to the better count'], rows);
}

export function phasesSection(results: readonly PhasesResult[]): string {
  const rows = results.map(({ network, workers, sum, cost }) => [network, String(workers), range(sum, 3), range(cost, 3)]);
  return table(['network', 'workers', 'sum of the phases / clock', 'time with timing / without'], rows);
}
