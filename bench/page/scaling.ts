// The parts of bench/results/README.md about scaling: what the plan expects, what tune and auto choose, and whether the phases
// add up.

import { percent } from '../../src/text.js';
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

export function phasesSection(results: readonly PhasesResult[]): string {
  const rows = results.map(({ network, workers, sum, cost }) => [network, String(workers), range(sum, 3), range(cost, 3)]);
  return table(['network', 'workers', 'sum of the phases / clock', 'time with timing / without'], rows);
}
