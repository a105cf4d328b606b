// The parts of bench/results/README.md about runs that several processes share: beside one process on one machine, and what the plan
// expects of two hosts beside what they do.

import { figure, median, range } from '../measure.js';
import type { LinkResult } from '../ranks/links.js';
import type { RanksResult } from '../ranks/main.js';
import { table } from './markdown.js';

export function ranksSection(results: readonly RanksResult[]): string {
  const rows = results.map(({ network, side, samplesPerSecond, ratio }) => [network, side, range(samplesPerSecond, 0), range(ratio)]);
  const text =
    '2 × 1: two processes of one worker each on one machine; 1 × 2: one process of two workers under mpirun. All sides come to the same weights.';
  return `${text}\n\n${table(['network', 'side', 'samples/s', 'to 2 workers'], rows)}`;
}

export function linksSection(results: readonly LinkResult[]): string {
  const rows = results.map(({ gigabits, library, network, way, predicted, measured, error }) => [
    String(gigabits),
    library,
    network,
    way,
    figure(predicted),
    figure(measured),
    (100 * error).toFixed(0),
  ]);
  const middle = (100 * median(results.map(({ error }) => error))).toFixed(0);
  const text = `Two network namespaces with a cable of so many Gbit/s, one process of one worker on each. Median error ${middle} %.`;
  return `${text}\n\n${table(['Gbit/s', 'library', 'network', 'way', 'predicted, samples/s', 'measured', 'error, %'], rows)}`;
}
