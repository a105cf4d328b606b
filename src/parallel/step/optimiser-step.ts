// A step that is more than w ← keep·w - rate·∇C: the optimiser with its state, decay by L1, the limit on the norm of ∇C and that on
// the norm of a neuron's weights. Both gradient strategies put ∇C of their slices into the arena's `gradient` and call
// `apply`; the plain step does without it, and so does a sparse first layer in `owned` where no norm is asked for.
//
//   ∇C of my slices ─ (norms │ barrier │ sum) ─ optimiser on my slices ─ (│ barrier │ limit of my columns)
//
// The norm of ∇C is added up from cells whose sums and order do not depend on who computed them (see memory/pieces.ts). So its bits,
// and with them those of the run, do not depend on the number of workers.

import { hyperparameters, OPTIMISERS } from '../../functions/optimisers/index.js';
import {
  columns,
  HYPER,
  HYPER_FLOATS,
  type Kernels,
  PANEL_FLOATS,
  panelsOf,
  type SparseUpdateKernel,
  type UpdateKernel,
} from '../../kernels/kernels.js';
import { LINE_FLOATS } from '../../model/layout.js';

import type { Learning } from '../../model/learning.js';
import type { Barrier } from '../barrier.js';
import { cellCount, type Piece } from '../memory/pieces.js';
import { columnsOfRank } from '../ranks/slices.js';
import type { StepContext } from './contract.js';
import { type Range, within } from './partition.js';
import { type PhaseTimer, UPDATE, WAIT } from './phase-timer.js';
import { Settling } from './settling.js';

/** What a gradient strategy does within a step of the optimiser. */
export interface OwnGradient {
  /** Between ranks: cells and weights of the others, after this rank's. */
  moveSums(): void;
  moveWeights(): void;
  /**
   * A slice of the parameters whose gradient is not in the arena: it is computed and applied at once. Only where it is to be fused.
   * @param update, s, q and hyper: see SparseUpdateKernel; s and q are of all parameters
   */
  optimise?(m: number, update: SparseUpdateKernel, s: number, q: number, hyper: number): void;
}

export class OptimiserStep {
  readonly #kernels: Kernels;
  readonly #barrier: Barrier;
  readonly #timer: PhaseTimer;
  readonly #learning: Learning;
  readonly #training: number;
  readonly #addresses: { readonly parameters: number; readonly gradient: number; readonly s: number; readonly q: number };
  readonly #pieces: readonly Piece[];
  readonly #update: UpdateKernel;
  readonly #sparseUpdate: SparseUpdateKernel;
  readonly #settling: Settling;
  readonly #own: OwnGradient | undefined;
  /** Whether it applies the gradient of a slice besides #pieces by itself. */
  readonly #fused: boolean;
  /** Of weights and of biases, and where they lie. */
  readonly #hypers: readonly [Float32Array, Float32Array];
  readonly #hyper: number;
  readonly #sums: Float64Array;
  readonly #sumsAt: number;
  /** My columns of every layer, or panels of them, for the limit on norms. */
  readonly #columns: readonly { readonly I: number; readonly O: number; readonly w: number; readonly range: Range }[];

  /**
   * @param pieces the slices of the parameters that this worker updates
   * @param fused whether `own` applies the gradient of the first of them by itself
   */
  constructor(context: StepContext, pieces: readonly Piece[], own?: OwnGradient, fused = false) {
    const { options, layout, kernels, barrier, timer, memory } = context;
    const { arena, learning, index, workers, training, ranks } = options;
    this.#kernels = kernels;
    this.#barrier = barrier;
    this.#timer = timer;
    this.#learning = learning;
    this.#training = training;
    this.#pieces = (fused ? pieces.slice(1) : pieces).filter(({ floats }) => floats > 0);
    this.#settling = new Settling(context, pieces);
    this.#update = kernels.updates[learning.optimiser];
    this.#sparseUpdate = kernels.sparseUpdates[learning.optimiser];
    this.#own = own;
    this.#fused = fused;
    const [s = arena.gradient, q = s] = arena.states;
    this.#addresses = { parameters: arena.parameters, gradient: arena.gradient, s, q };
    this.#hyper = arena.hypers[index];
    this.#hypers = [0, 1].map((k) => new Float32Array(memory.buffer, this.#hyper + k * HYPER_FLOATS * 4, HYPER_FLOATS)) as [
      Float32Array,
      Float32Array,
    ];
    this.#sums = new Float64Array(memory.buffer, arena.sums, cellCount(layout));
    this.#sumsAt = arena.sums;
    this.#columns = layout.layers.flatMap(({ I, O, w, panels }, l) => {
      const mineOfAll = panels && ranks?.sliced[l] ? columnsOfRank({ O }, ranks) : { begin: 0, end: columns(O) };
      const range = within(mineOfAll, workers, index, LINE_FLOATS);
      const first = arena.parameters + w * 4;
      if (!panels) return [{ I, O, w: first, range }];
      const mine = Array.from({ length: panelsOf(range.end) - panelsOf(range.begin) }, (_, p) => panelsOf(range.begin) + p);
      return mine.map((p) => ({ I, O: PANEL_FLOATS, w: first + p * I * PANEL_FLOATS * 4, range: { begin: 0, end: PANEL_FLOATS } }));
    });
  }

  /**
   * One step on my pieces, whose summed gradients lie in the arena.
   * @param m samples of the mini-batch
   * @param t number of the step, from 0
   */
  apply(m: number, eta: number, t: number): void {
    const { clipNorm, maxNorm } = this.#learning;
    this.#setHypers(clipNorm === undefined ? 1 / m : this.#clip(clipNorm, m), eta, t);
    const { parameters, gradient, s, q } = this.#addresses;
    const update = this.#update;
    for (let k = 0; k < this.#pieces.length; k++) {
      const { offset, rows, floats, step, decays } = this.#pieces[k];
      const at = offset * 4;
      update(rows, floats, step, parameters + at, gradient + at, s + at, q + at, this.#hyper + (decays ? 0 : HYPER_FLOATS * 4));
    }
    if (this.#fused) this.#own?.optimise?.(m, this.#sparseUpdate, s, q, this.#hyper);
    this.#settling.after(t);
    this.#own?.moveWeights();
    if (maxNorm !== undefined) this.#limit(maxNorm);
  }

  /** What the summed gradient is to be multiplied with, so that its mean has a norm of `most` at the most. */
  #clip(most: number, m: number): number {
    const { gradient } = this.#addresses;
    for (let k = 0; k < this.#pieces.length; k++) {
      const { offset, cells } = this.#pieces[k];
      const { first, count, rows, floats, stepCell, stepRow } = cells;
      this.#kernels.squareSums(count, rows, floats, stepCell, stepRow, gradient + offset * 4, this.#sumsAt + first * 8);
    }
    this.#cross();
    this.#own?.moveSums();
    let sum = 0;
    for (let k = 0; k < this.#sums.length; k++) sum += this.#sums[k];
    const norm = Math.sqrt(sum) / m;
    return norm > most ? most / (norm * m) : 1 / m;
  }

  #setHypers(scale: number, eta: number, t: number): void {
    const { optimiser, lambda, l1 } = this.#learning;
    const numbers = hyperparameters(OPTIMISERS[optimiser], this.#learning, eta, t + 1);
    for (let k = 0; k < 2; k++) {
      const h = this.#hypers[k];
      h[HYPER.scale] = scale;
      h[HYPER.eta] = numbers.eta;
      h[HYPER.l2] = k === 0 ? lambda / this.#training : 0;
      h[HYPER.l1] = k === 0 ? l1 / this.#training : 0;
      h[HYPER.first] = numbers.first;
      h[HYPER.firstRest] = numbers.firstRest;
      h[HYPER.second] = numbers.second;
      h[HYPER.secondRest] = numbers.secondRest;
      h[HYPER.epsilon] = numbers.epsilon;
      h[HYPER.firstCorrection] = numbers.firstCorrection;
      h[HYPER.secondCorrection] = numbers.secondCorrection;
    }
  }

  /** Brings the weights into each neuron down to the limit, once all workers have updated theirs. */
  #limit(most: number): void {
    this.#cross();
    for (let l = 0; l < this.#columns.length; l++) {
      const { I, O, w, range } = this.#columns[l];
      if (range.begin < range.end) this.#kernels.maxNorm(I, range.begin, range.end, O, w, most);
    }
  }

  #cross(): void {
    this.#timer.lap(UPDATE);
    this.#barrier.cross();
    this.#timer.lap(WAIT);
  }
}
