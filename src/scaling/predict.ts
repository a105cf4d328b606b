// The time of a step with N workers, before any of them has run:
//
//   T(N) = W(N)·s(N) + 2·c(N) + k(N)·l(N)
//
// W is the work of one worker's share, timed by itself; s how many times slower it gets when all N work at once; c a
// crossing of the barrier, two to a step; k the cache lines that a worker needs and another one wrote last; l what each of
// them costs. The speed-up W(1) / T(N) has the shape of Gunther's universal law (see laws.ts): the work that every worker
// repeats and s are its contention σ, and what grows with every further worker, c and k·l, is its coherence κ.

import { stride } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import { type Layout, LINE_FLOATS } from '../model/layout.js';
import type { GradientMode } from '../parallel/modes.js';
import type { Contention, Share } from './calibrate.js';

const LINE_BYTES = 64;
/** Lines beyond this do not stay in a core's own cache anyway: their way from memory is in the share's time already. */
const MOST_LINES = (256 * 1024) / LINE_BYTES;

/** What the model needs to know of a network. */
export interface Model {
  readonly layout: Layout;
  /** Barriers that a step crosses: two in both ways to the gradient, and one for each limit on norms. */
  readonly crossings: number;
  readonly gradient: GradientMode;
  readonly input: InputFormat;
  /** Share of the inputs that are not zero. */
  readonly density: number;
}

export interface Prediction {
  readonly gradient: GradientMode;
  readonly workers: number;
  /** Samples per step. */
  readonly batch: number;
  /** Microseconds a step, and its parts: one worker's share alone, what contention adds to it, barriers, moved cache lines. */
  readonly step: number;
  readonly work: number;
  readonly contention: number;
  readonly barriers: number;
  readonly moving: number;
  /** Bytes that a worker reads in a step and another one wrote. */
  readonly movedBytes: number;
  readonly samplesPerSecond: number;
  /** Whether the contention of so many workers was extrapolated from that of fewer. */
  readonly extrapolated: boolean;
}

export function predict(model: Model, share: Share, measured: readonly Contention[], workers: number, batch: number): Prediction {
  const { crossing, slowdown, line, extrapolated } = contentionOf(measured, workers);
  const moved = workers === 1 ? 0 : movedLines(model, workers, batch);
  const work = share.step;
  const contention = work * (slowdown - 1);
  const barriers = workers === 1 ? 0 : model.crossings * crossing;
  const moving = Math.min(moved, MOST_LINES) * line;
  const step = work + contention + barriers + moving;
  return {
    gradient: model.gradient,
    workers,
    batch,
    step,
    work,
    contention,
    barriers,
    moving,
    movedBytes: moved * LINE_BYTES,
    samplesPerSecond: (1e6 * batch) / step,
    extrapolated,
  };
}

/**
 * What contention between so many workers costs: measured, or between two measured counts on the line through both. Beyond the
 * largest, a crossing grows in proportion to the workers, since each of them adds to one counter; the rest stays.
 */
function contentionOf(measured: readonly Contention[], workers: number): Contention & { readonly extrapolated: boolean } {
  const last = measured[measured.length - 1];
  if (workers > last.workers) {
    return { ...last, workers, crossing: last.crossing * (workers / last.workers), extrapolated: true };
  }
  const above = measured.findIndex((contention) => contention.workers >= workers);
  const upper = measured[above];
  if (upper.workers === workers) return { ...upper, extrapolated: false };
  const lower = measured[above - 1];
  const at = (workers - lower.workers) / (upper.workers - lower.workers);
  const between = (of: (contention: Contention) => number): number => of(lower) + at * (of(upper) - of(lower));
  return { workers, crossing: between((c) => c.crossing), slowdown: between((c) => c.slowdown), line: between((c) => c.line), extrapolated: false };
}

const lines = (floats: number): number => Math.ceil(floats / LINE_FLOATS);

/** Cache lines that one of N workers reads in a step of m samples and another one wrote: see the drawings in owned.ts and partial.ts. */
function movedLines({ layout, gradient, input, density }: Model, N: number, m: number): number {
  const others = (N - 1) / N;
  const mine = Math.ceil(m / N);
  const [first, ...later] = layout.layers.map(({ I, O }, l) => ({ I, O, w: lines(I * stride(O)) + lines(O), first: l === 0 }));
  const sparse = input === 'sparse';
  // The weights that others updated, read by the forward pass; of a sparse first layer in `partial`, the rows that are hit.
  const hit = sparse ? 1 - (1 - density) ** mine : 1;
  const laterWeights = later.reduce((sum, { w }) => sum + w, 0) * others;
  if (gradient === 'partial') {
    const blocks = (first.w * hit + later.reduce((sum, { w }) => sum + w, 0)) * others;
    return first.w * hit * others + laterWeights + blocks;
  }
  // z² of my rows that the owners of other neurons wrote; or, over dense inputs, w² itself.
  const forward = sparse ? mine * lines(stride(first.O)) * others : first.w * others;
  // For my slices: the errors, and the activations below them, of other workers' rows.
  const errors = (sparse ? lines(stride(first.O)) / N : lines(first.O)) * (m - mine);
  const update = later.reduce((sum, { I, O }) => sum + (m - mine) * (lines(stride(I)) / N + lines(stride(O))), 0);
  const inputs = sparse ? 0 : ((m - mine) * lines(stride(first.I))) / N;
  return forward + laterWeights + errors + update + inputs;
}
