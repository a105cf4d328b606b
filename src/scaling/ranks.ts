// What a step costs that several processes share (ranks: one on each host), as formulas: for a plan before a run, for the run that
// chooses how each layer travels, and for tests. Pure; what it is told is measured elsewhere (calibrate.ts, mpi/measure.ts).
//
//   replicated   cB((1 - g)/K + g) + α + 4BA(K - 1)/(Kβ)     a and δ of each rank's rows travel, and all ranks update all weights
//   sliced       cB/K + 2α + 4(BA + W)(K - 1)/(Kβ)           the same, and each rank updates its slice of a layer, which then travels
//   tree         cB/K + 2α + 8P(K - 1)/(Kβ)                  the way of gradient 'tree': sums of the gradient travel, then the weights
//
// K ranks; B samples a step; c seconds a sample on one of them alone; g the share of a step that every rank does for all samples: the
// gradient with the update of what is not sliced, and the inputs of all rows. A floats of a and δ a sample; W weights of sliced layers; P
// parameters. α seconds of a collective that carries next to nothing; β bytes a second that a rank sends while it receives.
// Of what computes and what travels at the same time, half the shorter one is hidden behind the other, but in a tree, whose sums travel when
// all is computed. Measured on two hosts with 1 Gbit/s between them: 784-512-512-10 computes for 3.3 ms and sends for 4.5, and takes 5.8.
// A sparse first layer is sliced by its neurons: z² of all rows travels in place of a², before the rest, and its weights stay (parallel/ranks/slices.ts).

import type { KernelName } from '../kernels/kernels.js';

/** How the work of a step is shared among ranks, the same for all layers. */
export type Way = 'replicated' | 'sliced' | 'tree';

/** By so much a further host must be faster: one costs more than a core does. */
export const WORTH_A_HOST = 1.1;

/** α and β of a link, in seconds and in bytes a second. */
export interface Link {
  readonly latency: number;
  readonly bandwidth: number;
}

/** Layers that share a step: sizes of all, inputs first, and whether the inputs are sparse. */
export interface Layers {
  readonly layers: readonly number[];
  readonly sparse: boolean;
}

/** What of a step travels. Bytes are those that would go to one place if it had nothing: a rank sends (K - 1)/K of them. */
export interface Traffic {
  readonly bytes: number;
  readonly bytesOfSample: number;
  /** Collectives that wait for one another. */
  readonly collectives: number;
  /** What of the shorter of computing and travelling is hidden behind the other. */
  readonly hidden: number;
}

/** Between waiting for all that travels before anything else is computed, and never waiting. */
const HIDDEN = 0.5;

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Whether each layer after the inputs is sliced. */
export function slicedBy(way: Way, layers: readonly number[]): boolean[] {
  return layers.slice(1).map(() => way === 'sliced');
}

/** @param cut which layers after the inputs are sliced; or how all of them are shared */
export function trafficOf({ layers, sparse }: Layers, cut: Way | readonly boolean[]): Traffic {
  const outputs = layers.slice(1);
  if (cut === 'tree') return { bytes: 8 * sum(outputs.map((O, l) => layers[l] * O + O)), bytesOfSample: 0, collectives: 2, hidden: 0 };
  const sliced = typeof cut === 'string' ? slicedBy(cut, layers) : cut;
  const weights = outputs.map((O, l) => (sliced[l] && !(sparse && l === 0) ? layers[l] * O : 0));
  return {
    bytes: 4 * sum(weights),
    bytesOfSample: 4 * (sum(outputs) + sum(outputs.slice(0, -1))),
    collectives: 1 + (sum(weights) > 0 ? 1 : 0) + (sparse && sliced[0] ? 1 : 0),
    hidden: HIDDEN,
  };
}

/** A step of one rank alone. */
export interface RankStep {
  /** c: seconds a sample. */
  readonly sample: number;
  /** g: the share of it that each of several does for all samples. */
  readonly whole: number;
}

/** Some ranks and how they are linked. */
export interface Ranks {
  readonly ranks: number;
  readonly link: Link;
}

/** Bytes that each of so many ranks sends in a step. */
export function sentBytes({ bytes, bytesOfSample }: Traffic, batch: number, ranks: number): number {
  return ((bytes + bytesOfSample * batch) * (ranks - 1)) / ranks;
}

/** Seconds of a step that the exchange takes. */
export function exchangeSeconds(traffic: Traffic, batch: number, { ranks, link }: Ranks): number {
  return ranks === 1 ? 0 : traffic.collectives * link.latency + sentBytes(traffic, batch, ranks) / link.bandwidth;
}

/** The share of a step of one rank that each of so many does. */
const shareOf = ({ whole }: RankStep, ranks: number): number => (1 - whole) / ranks + whole;

/** Seconds of a step. */
export function stepSeconds(step: RankStep, traffic: Traffic, batch: number, ranks: Ranks): number {
  const computing = step.sample * batch * shareOf(step, ranks.ranks);
  const travelling = exchangeSeconds(traffic, batch, ranks);
  return computing + travelling - traffic.hidden * Math.min(computing, travelling);
}

/**
 * The smallest mini-batch with which so many ranks are faster than one by `WORTH_A_HOST`; undefined where none is, because what a sample
 * sends takes longer than sharing its work saves.
 * @param most the largest that there can be
 * @param alone seconds a sample of what they are compared with
 */
export function payingBatch(step: RankStep, traffic: Traffic, ranks: Ranks, most: number, alone = step.sample): number | undefined {
  // What a sample takes only falls with the mini-batch, which shares out what is sent once a step.
  const pays = (batch: number): boolean => WORTH_A_HOST * stepSeconds(step, traffic, batch, ranks) < alone * batch;
  // Each of them has at least one sample.
  let [least, enough] = [ranks.ranks - 1, most];
  if (enough <= least || !pays(enough)) return undefined;
  while (enough - least > 1) {
    const middle = Math.floor((least + enough) / 2);
    if (pays(middle)) enough = middle;
    else least = middle;
  }
  return enough;
}

/**
 * 10⁹ multiplications and additions a second of one worker in the gradient of a layer: 100 × 784 × 100 on a Zen 5
 * (bench/results/README.md), and `scalar` by the plain loops' forty times. Only which layers are worth slicing hangs on it.
 */
const GRADIENT_GFLOPS: Readonly<Record<KernelName, number>> = { scalar: 1.5, simd: 72, relaxed: 63, wide: 99, blas: 113 };

/** What tells which layers to slice. */
export interface SlicingRequest extends Ranks {
  /** Sizes of all layers, inputs first. */
  readonly layers: readonly number[];
  /** Share of the inputs that are not zero, where they are sparse. */
  readonly density?: number;
  /** B */
  readonly batch: number;
  /** Of one rank. */
  readonly kernels: KernelName;
  readonly workers: number;
}

/**
 * Which layers after the inputs are worth slicing. It saves all but a K-th of the 2·B·I·O operations of a layer's gradient, and sends its
 * weights: 4·I·O·(K - 1)/(Kβ) + α; of a sparse first layer nothing but α. Given the same numbers, all ranks come to the same.
 */
export function worthSlicing({ layers, density, batch, kernels, workers, ranks, link }: SlicingRequest): boolean[] {
  const others = (ranks - 1) / ranks;
  const flops = 1e9 * GRADIENT_GFLOPS[kernels] * workers;
  return layers.slice(1).map((O, l) => {
    const weights = layers[l] * O;
    const isSparse = l === 0 && density !== undefined;
    const saved = (others * 2 * batch * weights * (isSparse ? density : 1)) / flops;
    const sent = isSparse ? 0 : (others * 4 * weights) / link.bandwidth;
    return saved > sent + link.latency;
  });
}
