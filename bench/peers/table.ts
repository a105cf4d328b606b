// The comparison as plain text: machine and settings, then per network one line per peer and nabla's ratio. Pure
// functions of the results; main.ts prints them.

import { count, percent, plural } from '../../src/text.js';
import { formatMachine, type Machine } from '../measure.js';
import { describeNetwork } from '../networks.js';
import type { NetworkResult, PeerResult, Ratio, Settings } from './orchestrate.js';
import type { Ready } from './peer.js';

export function formatHead(machine: Machine, settings: Settings): string {
  const { rounds, seconds, samples } = settings;
  return [
    'Whole training steps (gather, forward, backward, update), samples per second',
    `machine  ${formatMachine(machine)}`,
    `rounds   ${rounds}, each peer ${seconds} s per round, in rotating order; ${samples} MNIST training samples`,
  ].join('\n');
}

const HEADINGS = ['peer', 'minimum', 'median', 'maximum', 'spread', 'MB', 'cost', 'what'];

export function formatNetwork(result: NetworkResult): string {
  const measured = result.peers.filter((peer) => peer.state === 'measured');
  const lines = alignColumns([HEADINGS, ...measured.map(peerRow)]);
  for (const peer of measured) if (peer.ready?.differs) lines.push(`${peer.id} differs: ${peer.ready.differs}`);
  for (const peer of result.peers) if (peer.state !== 'measured') lines.push(`${peer.id} ${peer.state}: ${peer.reason}`);
  lines.push(...result.ratios.map(ratioLine), ...othersLine(measured));
  return [describeNetwork(result.network), ...lines.map((line) => `  ${line}`)].join('\n');
}

function peerRow({ id, summary, costs, ready, peakMegabytes }: PeerResult): string[] {
  if (!summary || !costs || !ready) throw new Error(`${id} is called measured but has no figures.`);
  return [
    id,
    ...[summary.minimum, summary.median, summary.maximum].map((speed) => count(speed)),
    percent(summary.spread, 0),
    peakMegabytes?.toFixed(0) ?? '',
    costs.map((cost) => cost.toFixed(3)).join(' > '),
    describePeer(ready),
  ];
}

export function describePeer({ peer, version, blas, kernels, threads, workers, gradient }: Ready): string {
  const parts = [`${peer} ${version}`, blas, kernels && `kernels ${kernels}`, gradient];
  if (workers !== undefined) parts.push(plural(workers, 'worker'));
  else if (threads !== undefined) parts.push(plural(threads, 'thread'));
  return parts.filter(Boolean).join(', ');
}

function ratioLine({ of, against, median, minimum, maximum }: Ratio): string {
  return `${of} / fastest of ${against.join(', ')}: median ${median.toFixed(2)}, range ${minimum.toFixed(2)} to ${maximum.toFixed(2)}`;
}

/** Share of the machine that others may use, on average, before the figures are called disturbed. */
const QUIET = 0.05;

function othersLine(measured: readonly PeerResult[]): string[] {
  const shares = measured.flatMap((peer) => peer.others ?? []);
  if (shares.length === 0) return [];
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const verdict = mean > QUIET ? ': disturbed, run it again on a quiet machine' : '';
  return [`other processes used ${percent(mean, 0)} of the machine during the turns, at most ${percent(Math.max(...shares), 0)} in one${verdict}`];
}

/** Text columns to the left, figures (columns 1 to 5) to the right. */
function alignColumns(rows: readonly string[][]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column >= 1 && column <= 5 ? cell.padStart(width) : cell.padEnd(width);
  };
  return rows.map((row) => row.map(align).join('  ').trimEnd());
}
