// The time of a step with N workers, taken apart:
//
//   T(N) = W(N)·s(N) + k(N)·l(N) + n·c(N)
//
// W is the work of one worker's share, timed by itself; s how many times slower it gets when all N work at once; k the cache
// lines that a worker needs and another one wrote last; l what each of them costs; c a crossing of the barrier with the wait for
// the others before it, n to a step. Up to the cores of this machine T is measured, in lockstep, and the terms only say where it
// goes: `explain`. Beyond them it is put together from what its terms came to there: `extrapolate`. The speed-up W(1) / T(N) has the
// shape of Gunther's universal law (see laws.ts): the work that every worker repeats and s are its contention σ, and what
// grows with every further worker, c and k·l, is its coherence κ.

import { stride } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import { type Layout, LINE_FLOATS } from '../model/layout.js';
import { GRADIENTS, type GradientMode } from '../parallel/modes.js';
import type { WorkerTime } from './results.js';
import type { StepTime } from './step-times.js';

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
  /** Microseconds a step, and its parts: one worker's share by itself, what contention adds to it, barriers with the wait at them, moved cache lines. */
  readonly step: number;
  readonly work: number;
  readonly contention: number;
  readonly barriers: number;
  readonly moving: number;
  /** Bytes that a worker reads in a step and another one wrote. */
  readonly movedBytes: number;
  readonly samplesPerSecond: number;
  /** Whether so many workers were not measured, but inferred from fewer. */
  readonly extrapolated: boolean;
}

/** What each of so many workers loses to the others. */
export interface Company {
  readonly workers: number;
  /** Microseconds a crossing of the barrier, with the wait for the others before it. */
  readonly crossing: number;
  /** How many times longer the same work takes than it takes a single worker. */
  readonly slowdown: number;
  /** Microseconds for a cache line that another worker wrote last. */
  readonly line: number;
}

/** The parts of a step, without what follows from them. */
type Parts = Pick<Prediction, 'work' | 'contention' | 'barriers' | 'moving'>;

/**
 * A step as it was measured, taken apart. What a phase that reads nothing of other workers (gather, backward) takes longer than by
 * itself is the slow-down; what is then left of the time at work is put down to moved lines.
 * @param lockstep the first worker's time beside N - 1 others
 * @param alone the same share by itself
 */
export function explain(model: Model, lockstep: StepTime, alone: StepTime, workers: number, batch: number): Prediction {
  const { step, time } = lockstep;
  if (workers === 1) return prediction(model, { work: step, contention: 0, barriers: 0, moving: 0 }, workers, batch);
  const barriers = (step * time.wait) / (busyIn(time) + time.wait);
  const work = Math.min(alone.step, step - barriers);
  const lost = step - barriers - work;
  const byItself = alone.time.gather + alone.time.backward;
  const slowdown = byItself > 0 ? (time.gather + time.backward) / byItself : 1;
  const contention = Math.min(lost, Math.max(0, work * (slowdown - 1)));
  return prediction(model, { work, contention, barriers, moving: lost - contention }, workers, batch);
}

/**
 * A step with more workers than were measured, from what it was with the most of them. The slow-down and the cost of a line stay the
 * same; a crossing grows in proportion to the workers, since each of them adds to one counter; and the wait for the others in
 * proportion to the work, some of which falls to one worker before another.
 * @param most the same step with the most workers that were measured
 * @param crossing microseconds that a barrier takes so many of them who arrive together
 * @param alone one worker's share of it by itself
 */
export function extrapolate(model: Model, most: Prediction, crossing: number, alone: StepTime, workers: number, batch: number): Prediction {
  const work = alone.step;
  const contention = (work * most.contention) / most.work;
  const crossings = Math.min(most.barriers, model.crossings * crossing);
  const barriers = (crossings * workers) / most.workers + ((most.barriers - crossings) * work) / most.work;
  const moving = paidLines(movedLines(model, workers, batch)) * companyOf(model, most).line;
  return { ...prediction(model, { work, contention, barriers, moving }, workers, batch), extrapolated: true };
}

/** What the terms of a measured step come to for each crossing, each piece of work, and each line. */
export function companyOf({ crossings }: Model, { workers, work, contention, barriers, moving, movedBytes }: Prediction): Company {
  const lines = paidLines(movedBytes / LINE_BYTES);
  return { workers, crossing: barriers / crossings, slowdown: 1 + contention / work, line: lines === 0 ? 0 : moving / lines };
}

function prediction(model: Model, parts: Parts, workers: number, batch: number): Prediction {
  const step = parts.work + parts.contention + parts.barriers + parts.moving;
  const movedBytes = movedLines(model, workers, batch) * LINE_BYTES;
  return { gradient: model.gradient, workers, batch, step, ...parts, movedBytes, samplesPerSecond: (1e6 * batch) / step, extrapolated: false };
}

function busyIn({ gather, forward, backward, update }: WorkerTime): number {
  return gather + forward + backward + update;
}

const paidLines = (moved: number): number => Math.min(moved, MOST_LINES);

const lines = (floats: number): number => Math.ceil(floats / LINE_FLOATS);

/** Cache lines that one of N workers reads in a step of m samples and another one wrote: see the drawings in owned.ts and partial.ts. */
function movedLines({ layout, gradient, input, density }: Model, N: number, m: number): number {
  if (N === 1) return 0;
  const others = (N - 1) / N;
  const mine = Math.ceil(m / N);
  const [first, ...later] = layout.layers.map(({ I, O }, l) => ({ I, O, w: lines(I * stride(O)) + lines(O), first: l === 0 }));
  const sparse = input === 'sparse';
  // The weights that others updated, read by the forward pass; of a sparse first layer in `partial`, the rows that are hit.
  const hit = sparse ? 1 - (1 - density) ** mine : 1;
  const laterWeights = later.reduce((sum, { w }) => sum + w, 0) * others;
  if (GRADIENTS[gradient].hasBlocks) {
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
