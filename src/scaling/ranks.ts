// What a step costs that several processes share (ranks: one on each host), as formulas: for a plan before a run, for the run that
// chooses how each layer travels, and for tests. Pure; what it is told is measured elsewhere (calibrate.ts, mpi/measure.ts).
//
//   replicated   cB((1 - g)/K + g) + α + 4BA(K - 1)/(Kβ)     a and δ of each rank's rows travel, and all ranks update all weights
//   sliced       cB/K + 2α + 4(BA + P)(K - 1)/(Kβ)           the same, and each rank updates its slice of a dense layer, which then travels
//   tree         cB/K + 2α + 8P(K - 1)/(Kβ)                  the way of `partial`: blocks of the gradient travel, then the weights
//
// K ranks; B samples a step; c seconds a sample on one of them alone; g the share of a step that every rank does for all samples: the
// gradient with the update, and the inputs of all rows. A floats of a and δ a sample; P parameters. α seconds of a collective that
// carries next to nothing; β bytes a second that a rank sends while it receives. A sparse first layer is never sliced: it is
// part of g in both ways.

/** How the work of a step is shared among ranks. */
export type Way = 'replicated' | 'sliced' | 'tree';

/** By so much a further host must be faster: one costs more than a core does. */
export const WORTH_A_HOST = 1.1;

/** α and β of a link, in seconds and in bytes a second. */
export interface Link {
  readonly latency: number;
  readonly bandwidth: number;
}

/** What of a network travels, in floats. */
export interface Traffic {
  /** A: a of the hidden layers and δ of all after the input, of one sample. */
  readonly rows: number;
  /** P: all parameters, and those of the layers that can be sliced. */
  readonly parameters: number;
  readonly slices: number;
}

/** @param layers sizes of all layers, inputs first */
export function trafficOf(layers: readonly number[], sparse: boolean): Traffic {
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const each = layers.slice(1).map((O, l) => layers[l] * O + O);
  return { rows: sum(layers.slice(1)) + sum(layers.slice(1, -1)), parameters: sum(each), slices: sum(sparse ? each.slice(1) : each) };
}

/** A step of one rank alone. */
export interface RankStep {
  /** c: seconds a sample. */
  readonly sample: number;
  /** g, by way. */
  readonly whole: Readonly<Record<Way, number>>;
}

/** Some ranks and how they are linked. */
export interface Ranks {
  readonly ranks: number;
  readonly link: Link;
}

/** Bytes that travel whatever the mini-batch, and for each sample, if all went to one place: `(K - 1)/K` of it is what a rank sends. */
function bytesOf(way: Way, { rows, parameters, slices }: Traffic): { fixed: number; sample: number } {
  if (way === 'tree') return { fixed: 8 * parameters, sample: 0 };
  return { fixed: way === 'sliced' ? 4 * slices : 0, sample: 4 * rows };
}

/** Bytes that each of so many ranks sends in a step. */
export function sentBytes(way: Way, traffic: Traffic, batch: number, ranks: number): number {
  const { fixed, sample } = bytesOf(way, traffic);
  return ((fixed + sample * batch) * (ranks - 1)) / ranks;
}

/** Collectives of a step that wait for one another. */
function collectivesOf(way: Way, { slices }: Traffic): number {
  return way === 'replicated' || (way === 'sliced' && slices === 0) ? 1 : 2;
}

/** Seconds of a step that the exchange takes. */
export function exchangeSeconds(way: Way, traffic: Traffic, batch: number, { ranks, link }: Ranks): number {
  return ranks === 1 ? 0 : collectivesOf(way, traffic) * link.latency + sentBytes(way, traffic, batch, ranks) / link.bandwidth;
}

/** Share of a step of one rank that each of so many does. */
function shareOf(way: Way, { whole }: RankStep, ranks: number): number {
  return (1 - whole[way]) / ranks + whole[way];
}

/** Seconds of a step. */
export function stepSeconds(way: Way, step: RankStep, traffic: Traffic, batch: number, ranks: Ranks): number {
  return step.sample * batch * shareOf(way, step, ranks.ranks) + exchangeSeconds(way, traffic, batch, ranks);
}

/**
 * The smallest mini-batch with which so many ranks are faster than one by `WORTH_A_HOST`; undefined where none is, because what a sample
 * sends takes longer than sharing its work saves.
 * @param alone seconds a sample of what they are compared with
 */
export function payingBatch(way: Way, step: RankStep, traffic: Traffic, { ranks, link }: Ranks, alone = step.sample): number | undefined {
  const { fixed, sample } = bytesOf(way, traffic);
  const travel = (bytes: number): number => (bytes * (ranks - 1)) / ranks / link.bandwidth;
  const once = WORTH_A_HOST * (collectivesOf(way, traffic) * link.latency + travel(fixed));
  const saved = alone - WORTH_A_HOST * (step.sample * shareOf(way, step, ranks) + travel(sample));
  // Each of them has at least one sample.
  return saved > 0 ? Math.max(ranks, Math.ceil(once / saved)) : undefined;
}

/** What tells which layers to slice. */
export interface SlicingRequest extends Ranks {
  /** I and O of each layer after the input. */
  readonly layers: readonly { readonly I: number; readonly O: number }[];
  /** Whether the first of them has sparse inputs. */
  readonly sparse: boolean;
  /** B */
  readonly batch: number;
  /** Multiplications and additions a second of all workers of a rank, in a layer's gradient. */
  readonly flops: number;
}

/**
 * The better way of each layer after the input. Slicing one saves all but a K-th of the 2·B·I·O operations of its gradient, and its weights travel:
 * 4·I·O·(K - 1)/(Kβ) + α. Given the same numbers, all ranks come to the same.
 */
export function bestWay({ layers, sparse, batch, ranks, flops, link }: SlicingRequest): ('replicated' | 'sliced')[] {
  const others = (ranks - 1) / ranks;
  return layers.map(({ I, O }, l) => {
    if (sparse && l === 0) return 'replicated';
    const saved = (others * 2 * batch * I * O) / flops;
    const sent = (others * 4 * I * O) / link.bandwidth + link.latency;
    return saved > sent ? 'sliced' : 'replicated';
  });
}
