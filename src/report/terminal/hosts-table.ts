// What `nabla plan` says of several hosts, as text for a terminal: a line for each number of hosts and way to share a step, what the ways are,
// and what was assumed or measured of the link between them.

import type { HostLink, HostsPlan } from '../../scaling/hosts.js';
import type { Way } from '../../scaling/ranks.js';
import { count, fixed, plural } from '../../text.js';
import { measureOf, TEXT_WIDTH, TIME_UNITS, times } from '../words.js';
import { textTable, wrap } from './columns.js';

const MEANINGS: Readonly<Record<Way, string>> = {
  replicated: 'activations and errors travel, and all hosts update all weights',
  sliced: 'each host updates its slice of every layer, and the weights of dense layers travel too',
  tree: 'gradients travel, are added up in a fixed order, and the weights travel back (--gradient tree)',
};

const BYTE_UNITS = ['bytes', 'KB', 'MB'];

/** The table and what stands below it, in lines of at most 80 characters. */
export function hostLines({ predictions, samplesPerSecond, link, batch }: HostsPlan): string[] {
  const duration = measureOf(
    predictions.map(({ step }) => step),
    TIME_UNITS,
  );
  const bytes = measureOf(
    predictions.map(({ sentBytes }) => sentBytes),
    BYTE_UNITS,
  );
  const of = link.between ? 'processes' : 'hosts';
  const ways = [...new Set(predictions.map(({ way }) => way))];
  return [
    `several ${of}, mini-batch ${count(batch)} in all (one alone: ${count(samplesPerSecond)} samples/s)`,
    '',
    ...textTable([
      { head: of, cells: predictions.map(({ hosts }) => String(hosts)) },
      { head: 'way', cells: predictions.map(({ way }) => way) },
      { head: 'workers each', cells: predictions.map(({ workers }) => String(workers)) },
      { head: 'samples/s', cells: predictions.map((p) => count(p.samplesPerSecond)) },
      { head: 'times one', cells: predictions.map((p) => times(p.times)) },
      { top: duration.unit, head: 'step', cells: predictions.map((p) => duration.show(p.step)) },
      { head: 'exchange', cells: predictions.map((p) => duration.show(p.exchange)) },
      { top: bytes.unit, head: 'sent', cells: predictions.map((p) => bytes.show(p.sentBytes)) },
    ]),
    '',
    ...ways.flatMap((way) => wrap(`${way}: ${MEANINGS[way]}.`, TEXT_WIDTH)),
    ...wrap(linkInWords(link, Math.max(...predictions.map(({ hosts }) => hosts))), TEXT_WIDTH),
  ];
}

/** @param most how many processes or hosts are predicted */
function linkInWords({ latency, bandwidth, gigabits, between }: HostLink, most: number): string {
  const figures = `${fixed(1e6 * latency, 0)} µs for a collective of next to nothing in a step, and ${fixed(bandwidth / 1e9, 2)} GB/s`;
  if (between) {
    const more = most > between.ranks ? ' More of them are taken to be linked in the same way.' : '';
    const where =
      between.hosts === 1 ? 'on one host, whose cores they share, so that this is about further processes there' : `on ${between.hosts} hosts`;
    return `Measured between ${plural(between.ranks, 'process', 'processes')} ${where} (${between.library}): ${figures}.${more}`;
  }
  return `Assumed, not measured: hosts like this one, a line of ${gigabits} Gbit/s of which 80 % are reached; that is, ${figures}. Under mpirun (mpirun -n 2 nabla plan) the link is measured.`;
}
