// How training scales with workers: nabla's own sides of the comparison with its peers, one process for each number of
// workers and each way to the gradient, all alive at once and run in turns (see peers/orchestrate.ts), up to one worker
// more than there are cores. Run: npm run bench:scaling

import { loadKernels } from '../src/kernels/load.js';
import { TRIED_GRADIENTS } from '../src/parallel/modes.js';
import { describeMachine, figure, formatMachine, range, row, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS } from './networks.js';
import { oneLine, readOptions } from './options.js';
import type { PeerEntry } from './peers/catalogue.js';
import { compareOn, type PeerResult, type Settings } from './peers/orchestrate.js';
import { killAllPeers } from './peers/peer.js';
import { today, writeRecord } from './record.js';

export interface ScalingSide {
  readonly workers: number;
  readonly gradient: string;
  readonly kernels: string;
  /** Samples per second. */
  readonly speed: Summary;
  /** Over one worker of the same gradient and kernels, round by round. */
  readonly speedUp: Summary;
}

export interface ScalingResult {
  readonly network: string;
  /** How it was measured, where that was otherwise than the record's settings say. */
  readonly note?: string;
  readonly sides: readonly ScalingSide[];
}

/** More workers than this are not tried: the networks are too small for them. */
const MOST = 16;
/** The networks whose products are large enough for a BLAS. */
const LARGE: readonly string[] = ['N3', 'N4', 'N3-adam'];

/** Powers of two up to the cores, the cores themselves, and one more, which is a core short. */
function workerCounts(cores: number): number[] {
  const top = Math.min(cores, MOST);
  const powers = [1, 2, 4, 8, 16].filter((n) => n <= top);
  return [...new Set([...powers, top, ...(cores <= MOST ? [cores + 1] : [])])];
}

function entriesFor({ id }: BenchNetwork, cores: number, blas: boolean): PeerEntry[] {
  const sets = blas && LARGE.includes(id) ? (['auto', 'blas'] as const) : (['auto'] as const);
  return sets.flatMap((kernels) =>
    TRIED_GRADIENTS.flatMap((gradient) =>
      workerCounts(cores).map((threads) => ({ id: `${kernels} ${gradient} ${threads}`, program: 'nabla' as const, threads, kernels, gradient })),
    ),
  );
}

/** Throws where a side has no figure: then the network has none. */
function sidesOf(peers: readonly PeerResult[]): ScalingSide[] {
  const sides = peers.map(({ id, state, reason, ready, rounds, summary }) => {
    if (state !== 'measured' || !ready || !rounds || !summary) throw new Error(`${id} ${state}: ${reason}`);
    return { workers: ready.workers ?? 0, gradient: ready.gradient ?? '', kernels: ready.kernels ?? '', speed: summary, rounds };
  });
  return sides.map(({ rounds, ...side }) => {
    const one = sides.find(({ workers, gradient, kernels }) => workers === 1 && gradient === side.gradient && kernels === side.kernels);
    return { ...side, speedUp: summarise(rounds.map((rate, round) => rate / (one?.rounds[round] ?? Number.NaN))) };
  });
}

function print(network: BenchNetwork, sides: readonly ScalingSide[]): void {
  console.log(`\n${describeNetwork(network)}`);
  console.log(`  ${row('workers', 'kernels', 'gradient', 'samples/s', 'min', 'max')}   speed-up over one worker`);
  for (const { workers, gradient, kernels, speed, speedUp } of sides) {
    const rates = [speed.median, speed.minimum, speed.maximum].map(figure);
    console.log(`  ${row(String(workers), kernels, gradient, ...rates)}   ${range(speedUp)}`);
  }
  for (const workers of new Set(sides.map((side) => side.workers))) {
    const best = bestSetting(sides, workers);
    console.log(`  best with ${workers}: ${best.kernels} ${best.gradient}, ${figure(best.speed.median)} samples/s`);
  }
}

function bestSetting(sides: readonly ScalingSide[], workers: number): ScalingSide {
  return sides.filter((side) => side.workers === workers).reduce((best, side) => (side.speed.median > best.speed.median ? side : best));
}

const { data, only, quick, record } = readOptions(
  "nabla's speed for each number of workers, both ways to the gradient.",
  NETWORKS.map(({ id }) => id),
  OPTIMISER_NETWORKS.map(({ id }) => id),
);
const turns = { rounds: quick ? 3 : 7, seconds: quick ? 0.2 : 0.7, samples: data === 'mnist' ? 8_000 : 50_000, seed: 1 };
const settings: Settings = { ...turns, data, pythons: [] };
const blas = (await loadKernels('blas')).note === undefined;
const machine = describeMachine();
console.log(formatMachine(machine));
process.on('exit', killAllPeers);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const results: ScalingResult[] = [];
for (const network of ALL_NETWORKS.filter(({ id }) => only.includes(id))) {
  const { peers } = await compareOn(network, entriesFor(network, machine.cores, blas), settings, () => {});
  try {
    const sides = sidesOf(peers);
    print(network, sides);
    results.push({ network: network.id, sides });
  } catch (error) {
    console.error(`${network.id}: ${oneLine(error)}`);
    process.exitCode = 1;
  }
}
if (record) writeRecord({ bench: 'scaling', date: today(), machine, settings: turns, results });
