// Runs one network on several peers within one run and gives the figures. Each side must first learn (its cost must fall),
// then warms up, then every side runs for the same time in each of R rounds, in an order that rotates, so that a slow
// minute of the machine falls on all. A side that fails gives no number. Prints nothing; called by main.ts and, for nabla's
// sides alone, by scaling.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { rotated, type Summary, summarise } from '../measure.js';
import type { BenchNetwork } from '../networks.js';
import { BASELINES, commandOf, extraFields, type PeerEntry, whyLeftOut } from './catalogue.js';
import { watchOthers } from './others.js';
import { Peer, type Ran, type Ready } from './peer.js';

export interface Settings {
  /** Folder of the four IDX files; nabla's sides also take 'mnist'. */
  readonly data: string;
  /** Seconds of a peer's turn. */
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  /** Training samples, from the first on. */
  readonly samples: number;
  /** Pythons to look for packages in, in this order. */
  readonly pythons: readonly string[];
}

export interface PeerResult {
  readonly id: string;
  readonly state: 'measured' | 'unavailable' | 'left out' | 'failed';
  /** Why there is no figure. */
  readonly reason?: string;
  readonly ready?: Ready;
  /** Cost before the first step, once it had fallen, and at the end; on the first 1,000 training samples. */
  readonly costs?: readonly number[];
  /** Samples per second, round by round. */
  readonly rounds?: readonly number[];
  /** Share of the machine's time that other processes used, round by round; empty where it cannot be told. */
  readonly others?: readonly number[];
  /** The most memory that the process had in use until its last turn ended. */
  readonly peakMegabytes?: number | null;
  readonly summary?: Summary;
}

export interface Ratio extends Summary {
  readonly of: string;
  /** The sides of a list of baselines that were measured; in each round the fastest of them counts. */
  readonly against: readonly string[];
  readonly rounds: readonly number[];
}

export interface NetworkResult {
  readonly network: BenchNetwork;
  readonly peers: readonly PeerResult[];
  readonly ratios: readonly Ratio[];
}

/** Seconds for `prepare`: libraries load from a cold disk, 47 MB are unpacked. */
const PREPARE_LIMIT = 180;
/** Seconds that a run may take beyond twice its time: the last step of a slow peer, and two costs over 1,000 samples. */
const RUN_EXTRA = 60;
/** Milliseconds between turns, in which the threads of the peer before go to sleep: OpenBLAS's spin for about 100 ms. */
const PAUSE = 200;
/** Stretches of two turns within which a side's cost must have fallen. */
const STRETCHES = 5;

/** One peer's process, and what became of it so far. */
interface Side {
  readonly entry: PeerEntry;
  peer?: Peer;
  state: PeerResult['state'];
  reason?: string;
  ready?: Ready;
  costs: number[];
  rounds: number[];
  others: number[];
  peakMegabytes?: number | null;
}

export async function compareOn(
  network: BenchNetwork,
  entries: readonly PeerEntry[],
  settings: Settings,
  tell: (progress: string) => void,
): Promise<NetworkResult> {
  const sides: Side[] = entries.map((entry) => ({ entry, state: 'measured', costs: [], rounds: [], others: [] }));
  const racing = (): Side[] => sides.filter((side) => side.state === 'measured');
  try {
    for (const side of sides) {
      tell(`${network.id}: starting ${side.entry.id}`);
      await guarded(side, () => start(side, network, settings));
      await guarded(side, () => learn(side, settings));
    }
    for (const side of racing()) await guarded(side, async () => void (await turn(side, settings))); // warm up
    for (let round = 0; round < settings.rounds && racing().length > 0; round++) {
      tell(`${network.id}: round ${round + 1} of ${settings.rounds}`);
      for (const side of rotated(racing(), round)) {
        await guarded(side, () => measure(side, settings));
      }
    }
  } finally {
    await Promise.all(sides.map((side) => side.peer?.quit()));
  }
  const peers = sides.map(resultOf);
  return { network, peers, ratios: BASELINES.flatMap((baselines) => ratiosOf(sides, baselines)) };
}

/** Runs a stage of a side that is still in the race; whatever it throws takes the side out, with its reason. */
async function guarded(side: Side, stage: () => Promise<void>): Promise<void> {
  if (side.state !== 'measured') return;
  try {
    await stage();
  } catch (error) {
    side.state = 'failed';
    side.reason = error instanceof Error ? error.message : String(error);
    await side.peer?.quit();
  }
}

async function start(side: Side, network: BenchNetwork, settings: Settings): Promise<void> {
  const { entry } = side;
  const reason = whyLeftOut(entry, network);
  if (reason !== undefined) return takeOut(side, 'left out', reason);
  const command = commandOf(entry, settings.pythons);
  if ('unavailable' in command) return takeOut(side, 'unavailable', command.unavailable);
  side.peer = new Peer(command);
  const { id: _, ...shape } = network;
  const { data, seed, samples } = settings;
  const answer = await side.peer.prepare({ data, ...shape, seed, samples, ...extraFields(entry) }, PREPARE_LIMIT);
  if (answer.event === 'unavailable') return takeOut(side, 'unavailable', answer.reason);
  side.ready = answer;
}

function takeOut(side: Side, state: PeerResult['state'], reason: string): void {
  side.state = state;
  side.reason = reason;
}

/**
 * The first stretches: a side whose cost does not fall is doing something else than training. One stretch is enough for
 * most; on N4 with biases from N(0, 1) the cost rises from 3.3 to 8.2 in the first step and is below 2.4 after eight.
 */
async function learn(side: Side, settings: Settings): Promise<void> {
  let [before, after, samples] = [Number.NaN, Number.NaN, 0];
  for (let stretch = 0; stretch < STRETCHES && !(after < before); stretch++) {
    const ran = await turn(side, settings, 2);
    if (stretch === 0) before = costOf(ran.costBefore);
    after = costOf(ran.costAfter);
    samples += ran.samples;
  }
  if (!(after < before)) throw new Error(`it does not learn: cost ${before} before, ${after} after ${samples} samples`);
  side.costs = [before, after];
}

/** One turn of a round: what counts. */
async function measure(side: Side, settings: Settings): Promise<void> {
  const othersSoFar = watchOthers(side.peer?.pid);
  const ran = await turn(side, settings);
  const others = othersSoFar();
  side.rounds.push(ran.samples / ran.seconds);
  side.costs[2] = costOf(ran.costAfter);
  side.peakMegabytes = ran.peakMegabytes;
  if (others !== undefined) side.others.push(others);
}

async function turn(side: Side, settings: Settings, turns = 1): Promise<Ran> {
  if (!side.peer) throw new Error('it was not started');
  await sleep(PAUSE);
  const seconds = settings.seconds * turns;
  return side.peer.run(seconds, 2 * seconds + RUN_EXTRA);
}

function costOf(cost: number | null): number {
  if (cost === null || !Number.isFinite(cost)) throw new Error('its cost is not finite: it diverged');
  return cost;
}

function resultOf(side: Side): PeerResult {
  const { state, reason, ready, costs, rounds, others, peakMegabytes } = side;
  const result = { id: side.entry.id, state, reason, ready };
  return state === 'measured' ? { ...result, costs, rounds, others, peakMegabytes, summary: summarise(rounds) } : result;
}

/** nabla's sides against the fastest of the baselines in the same round. */
function ratiosOf(sides: readonly Side[], baselines: readonly string[]): Ratio[] {
  const measured = sides.filter(({ state }) => state === 'measured');
  const others = measured.filter(({ entry }) => baselines.includes(entry.id));
  if (others.length === 0) return [];
  return measured
    .filter(({ entry }) => entry.program === 'nabla')
    .map(({ entry, rounds }) => {
      const ratios = rounds.map((speed, round) => speed / Math.max(...others.map((side) => side.rounds[round])));
      return { of: entry.id, against: others.map((side) => side.entry.id), rounds: ratios, ...summarise(ratios) };
    });
}
