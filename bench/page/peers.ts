// The comparison with other software as Markdown: a table per network, then the ratios and who is missing.

import { percent } from '../../src/text.js';
import { figure, range } from '../measure.js';
import { describeNetwork } from '../networks.js';
import type { NetworkResult, PeerResult, Ratio } from '../peers/orchestrate.js';
import { describePeer } from '../peers/table.js';
import { table } from './markdown.js';

const HEADINGS = ['side', 'samples/s', 'minimum', 'maximum', 'spread', 'peak MB', 'what'];

export function peersSection(results: readonly NetworkResult[]): string {
  return results.map(networkSection).join('\n\n');
}

function networkSection({ network, peers, ratios }: NetworkResult): string {
  const rows = peers.flatMap((peer) => (peer.summary ? [peerRow(peer, peer.summary)] : []));
  const missing = peers.filter(({ state }) => state !== 'measured').map(({ id, state, reason }) => `- ${id} ${state}: ${reason}`);
  const differing = peers.flatMap(({ id, ready }) => (ready?.differs ? [`- ${id} differs: ${ready.differs}`] : []));
  const parts = [
    `### ${describeNetwork(network)}`,
    table(HEADINGS, rows, ['side', 'what']),
    [...ratios.map(ratioLine), ...differing, ...missing].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function peerRow({ id, ready, peakMegabytes }: PeerResult, { minimum, median, maximum, spread }: NonNullable<PeerResult['summary']>): string[] {
  const speeds = [median, minimum, maximum].map(figure);
  return [id, ...speeds, percent(spread, 0), peakMegabytes?.toFixed(0) ?? '', ready ? describePeer(ready) : ''];
}

function ratioLine(ratio: Ratio): string {
  return `- ${ratio.of} / fastest of ${ratio.against.join(', ')}: ${range(ratio)}`;
}
