// What several hosts would do with a network, one process of mpirun on each: predicted from what one of them does (calibrate.ts) by the
// formulas in ranks.ts, with a link that is assumed, or was measured between the processes that are there (together.ts).

import { checkInteger, checkList, checkNumber } from '../check.js';
import { wrongValue } from '../errors.js';
import type { InputFormat } from '../model/input.js';
import type { MeasuredLink } from '../mpi/measure.js';
import type { GradientMode } from '../parallel/modes.js';
import type { Calibration } from './calibrate.js';
import type { Prediction } from './predict.js';
import {
  exchangeSeconds,
  type Link,
  payingBatch,
  type RankStep,
  sentBytes,
  slicedBy,
  stepSeconds,
  type Traffic,
  trafficOf,
  type Way,
  WORTH_A_HOST,
} from './ranks.js';
import type { WorkerTime } from './results.js';

/** Gbit/s where nothing is said, what of a line TCP brings, and what a collective of next to nothing takes between hosts, in seconds. */
const USUAL_GIGABITS = 10;
const LINE_SHARE = 0.8;
const USUAL_LATENCY = 40e-6;

/** More processes than that are not tried. */
const MOST_HOSTS = 4096;

/** In which ways ranks share a step, by the way to the gradient; of `partial` in none, whose sum has an order of its own. */
const WAYS: Readonly<Record<GradientMode, readonly Way[]>> = { owned: ['replicated', 'sliced'], partial: [], tree: ['tree'] };

export interface HostsRequest {
  /** How many hosts. */
  readonly counts: readonly number[];
  /** Gbit/s of the line between them. Default: 10. */
  readonly gigabits?: number;
}

/** One way to share a step, and what one host does alone with it, with the workers that are best there. */
interface MeasuredWay {
  readonly way: Way;
  readonly gradient: GradientMode;
  readonly workers: number;
  readonly step: RankStep;
  readonly traffic: Traffic;
}

/** One host: all that further ones are predicted from. Plain data. */
export interface HostMeasured {
  readonly batch: number;
  /** Training samples: no mini-batch has more. */
  readonly samples: number;
  readonly ways: readonly MeasuredWay[];
  /** Seconds a sample of what is fastest on it. */
  readonly sample: number;
}

interface HostPrediction {
  readonly hosts: number;
  readonly way: Way;
  readonly gradient: GradientMode;
  readonly workers: number;
  readonly samplesPerSecond: number;
  /** Over one host. */
  readonly times: number;
  /** Microseconds a step, and those of them that the exchange takes. */
  readonly step: number;
  readonly exchange: number;
  /** Bytes that each host sends in a step. */
  readonly sentBytes: number;
}

/** Whether so many hosts pay, in their best way. */
export interface HostVerdict {
  readonly hosts: number;
  readonly way: Way;
  readonly times: number;
  /** Whether they are faster than one by enough to be worth it. */
  readonly pays: boolean;
  /** Where they do not: the smallest mini-batch with which they would, and how. Absent where there is none. */
  readonly from?: { readonly batch: number; readonly way: Way };
}

/** How the hosts are linked, and how that is known. */
export interface HostLink extends Link {
  /** Gbit/s of the line that is assumed; absent where the link was measured. */
  readonly gigabits?: number;
  /** Between whom it was measured. */
  readonly between?: { readonly ranks: number; readonly hosts: number; readonly library: string };
}

export interface HostsPlan {
  readonly batch: number;
  /** Samples/s of one host. */
  readonly samplesPerSecond: number;
  readonly link: HostLink;
  /** By hosts, then by way. */
  readonly predictions: readonly HostPrediction[];
  /** By hosts. */
  readonly verdicts: readonly HostVerdict[];
}

/** @throws {TypeError | RangeError} for what cannot be */
export function checkHosts(
  { counts, gigabits }: HostsRequest,
  { batch, gradient }: { readonly batch: number; readonly gradient: GradientMode },
): void {
  const list = checkList('hosts', counts, 'numbers of hosts');
  if (list.length === 0) throw wrongValue('hosts', 'a number of hosts, or several', list);
  for (const n of list) checkInteger('hosts', n, 1, MOST_HOSTS);
  if (gigabits !== undefined) checkNumber('network', gigabits, 0, true);
  const most = Math.max(...list);
  if (most > batch) throw wrongValue('hosts', `at most ${batch}, one for each sample of a mini-batch`, most, 'Plan with a larger one: --batch.');
  if (WAYS[gradient].length === 0) throw wrongValue('gradient', "'owned' or 'tree' for several hosts", gradient);
}

/** The link that is assumed where none was measured. */
export function assumedLink(gigabits = USUAL_GIGABITS): HostLink {
  return { latency: USUAL_LATENCY, bandwidth: (LINE_SHARE * gigabits * 1e9) / 8, gigabits };
}

/**
 * Seconds that a collective takes in a step beside what it takes when nothing else is done: what travels is packed and unpacked, and one rank
 * waits for the other. Measured between two hosts, 784-30-10 in mini-batches of 10: 13 µs with one collective a step, 20 with three.
 */
const OWN_WORK = 10e-6;

/** A measured link as it is for exchanges of so many bytes in a step: β of the size next to that. */
export function linkFor({ latency, rates }: MeasuredLink, bytes: number): Link {
  const far = (size: number): number => Math.abs(Math.log(size / Math.max(1, bytes)));
  const { bandwidth } = rates.reduce((best, next) => (far(next.bytes) < far(best.bytes) ? next : best));
  return { latency: latency + OWN_WORK, bandwidth };
}

/** @param fastest the prediction to use, for each way to the gradient */
export async function hostMeasured(
  calibration: Calibration,
  fastest: readonly Prediction[],
  best: Prediction,
  { layers, input, samples }: { readonly layers: readonly number[]; readonly input: InputFormat; readonly samples: number },
): Promise<HostMeasured> {
  const ways: MeasuredWay[] = [];
  for (const { gradient, workers, batch, step } of fastest) {
    const time = await calibration.time(gradient, workers, batch);
    for (const way of WAYS[gradient]) {
      const whole = way === 'tree' ? 0 : wholeOf(time, calibration.gradientShares, slicedBy(way, layers));
      const traffic = trafficOf({ layers, sparse: input === 'sparse' }, way);
      ways.push({ way, gradient, workers, step: { sample: step / 1e6 / batch, whole }, traffic });
    }
  }
  return { batch: best.batch, samples, ways, sample: best.step / 1e6 / best.batch };
}

/**
 * The share of a step of `owned` that each rank does for all samples: the inputs of all rows, because every rank has them all, and the
 * gradient with the update of what is not sliced. Waits are taken to shrink as the work does.
 * @param gradientShares what of the gradient falls to each layer after the inputs
 */
export function wholeOf({ gather, forward, backward, update }: WorkerTime, gradientShares: readonly number[], sliced: readonly boolean[]): number {
  const replicated = gradientShares.reduce((sum, share, l) => (sliced[l] ? sum : sum + share), 0);
  return (gather + update * replicated) / (gather + forward + backward + update);
}

/** One way to share a step among so many hosts. */
interface Candidate extends MeasuredWay {
  readonly ranks: { readonly ranks: number; readonly link: HostLink };
}

/** @param link what it is for exchanges of so many bytes. Default: the line that is asked for, or the usual one */
export function planHosts(
  measured: HostMeasured,
  { counts, gigabits }: HostsRequest,
  link: (bytes: number) => HostLink = () => assumedLink(gigabits),
): HostsPlan {
  const { batch, ways, sample } = measured;
  const candidateOf = (hosts: number, one: MeasuredWay): Candidate => ({
    ...one,
    ranks: { ranks: hosts, link: link(sentBytes(one.traffic, batch, hosts)) },
  });
  const byHosts = [...new Set(counts)].sort((a, b) => a - b).map((hosts) => ways.map((one) => candidateOf(hosts, one)));
  return {
    batch,
    samplesPerSecond: 1 / sample,
    link: byHosts[byHosts.length - 1][0].ranks.link,
    predictions: byHosts.flatMap((candidates) => candidates.map((candidate) => predictionOf(measured, candidate))),
    verdicts: byHosts.filter(([{ ranks }]) => ranks.ranks > 1).map((candidates) => verdictOf(measured, candidates)),
  };
}

function predictionOf({ batch, sample }: HostMeasured, { way, gradient, workers, step, traffic, ranks }: Candidate): HostPrediction {
  const seconds = stepSeconds(step, traffic, batch, ranks);
  return {
    ...{ hosts: ranks.ranks, way, gradient, workers },
    samplesPerSecond: batch / seconds,
    times: (sample * batch) / seconds,
    step: 1e6 * seconds,
    exchange: 1e6 * exchangeSeconds(traffic, batch, ranks),
    sentBytes: sentBytes(traffic, batch, ranks.ranks),
  };
}

function verdictOf(measured: HostMeasured, candidates: readonly Candidate[]): HostVerdict {
  const { sample, samples } = measured;
  const best = candidates.map((candidate) => predictionOf(measured, candidate)).reduce((so, next) => (next.times > so.times ? next : so));
  const { hosts, way, times } = best;
  const pays = times >= WORTH_A_HOST;
  const found = candidates.flatMap(({ way, step, traffic, ranks }) => {
    const batch = payingBatch(step, traffic, ranks, samples, sample);
    return batch === undefined ? [] : [{ batch, way }];
  });
  const [from] = pays ? [] : found.toSorted((a, b) => a.batch - b.batch);
  return { hosts, way, times, pays, ...(from && { from }) };
}
