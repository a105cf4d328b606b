// One worker's walk through an epoch: the training step of the README's drawing, in lockstep with the other workers, and
// its part of an evaluation. Nothing is sent and nothing is allocated between the first step of an epoch and its last.
// What differs between the two ways to the gradient stands in partial.ts and owned.ts.

import type { Kernels } from '../kernels/kernels.js';
import { stride } from '../kernels/kernels.js';
import { StepDropout } from '../model/dropout.js';
import { LINE_FLOATS, layoutOf } from '../model/layout.js';
import { Network } from '../model/network.js';
import { rateFactor } from '../model/schedules.js';
import { EVALUATION_ROWS } from './arena.js';
import { Barrier, STOP_DIVERGED } from './barrier.js';
import { BACKWARD, FORWARD, Laps, WAIT } from './laps.js';
import { OwnedGradient } from './owned.js';
import { PartialGradient } from './partial.js';
import { partition, type Range } from './partition.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, LockstepOptions, SessionOptions } from './protocol.js';

/**
 * Which rows a worker and its shards have in a mini-batch of m samples, and how its gradient is applied. Rate and decay
 * travel in this object: a fraction that is passed from function to function is boxed, 16 bytes of garbage a step.
 */
export interface Shares {
  /** η of the step at hand, η/m, and what weights are multiplied with, 1 - ηλ/n. */
  eta: number;
  rate: number;
  keep: number;
  /** Number of the step in its run, from 0. */
  t: number;
  readonly m: number;
  readonly rows: Range;
  /** My shards that are not empty, with their numbers. */
  readonly shards: readonly (Range & { readonly shard: number })[];
  /** Shards of all workers that are not empty: always the first ones. */
  readonly filled: number;
}

/**
 * A way to the gradient: its parts of a step, in this order. Between `gradient` and `update` stands a barrier of the step's own.
 * Each takes the laps of what it does.
 */
export interface GradientWay {
  /** Gathers what this worker needs and sees to it that z² of its rows is there. */
  forward(shares: Shares, order: number): void;
  /** After the errors δ of this worker's rows are there. */
  gradient(shares: Shares): void;
  /** After all workers' errors and gradients are there: w ← keep·w - rate·Σ_x ∂C_x/∂w. */
  update(shares: Shares): void;
  /** After the last step; where an epoch `ends` with it, the parameters are then as the layout says, for all to read. */
  end(ends: boolean): void;
}

/** What class weights are worked out from. */
interface RowWeights {
  readonly ofClass: Float64Array;
  readonly ofRow: Float32Array;
  /** The whole memory as 32-bit words, and the labels of all samples. */
  readonly orders: Uint32Array;
  readonly labels: Uint16Array;
}

export class Stepper {
  readonly #options: SessionOptions;
  readonly #kernels: Kernels;
  readonly #network: Network;
  readonly #barrier: Barrier;
  readonly #way: GradientWay;
  readonly #dropout: StepDropout | undefined;
  readonly #costs: Float32Array;
  readonly #weights: RowWeights | undefined;
  readonly #memory: WebAssembly.Memory;
  readonly #laps = new Laps();
  /** Training cost summed over the epoch's samples: worker 0 adds it up, in sample order. */
  readonly #total = new Float64Array(1);

  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory) {
    const { arena, spec, index, workers, gradient, samples, input, learning } = options;
    const layout = layoutOf(spec.layers);
    this.#options = options;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#network = new Network(kernels, spec, layout, arena.parameters, input, samples, arena.neurons[index]);
    this.#barrier = new Barrier(memory, arena.control, options.alone ? 1 : workers, index, options.waiting);
    if (learning.dropout.some((p) => p > 0)) {
      this.#dropout = new StepDropout(kernels, learning.dropout, options.seed);
      this.#network.dropout = this.#dropout;
    }
    const Way = gradient === 'owned' ? OwnedGradient : PartialGradient;
    this.#way = new Way(options, layout, this.#network, this.#barrier, this.#laps, kernels, memory);
    this.#costs = new Float32Array(memory.buffer, arena.rows.c, options.batch);
    if (learning.classWeights) {
      this.#weights = {
        ofClass: Float64Array.from(learning.classWeights),
        ofRow: new Float32Array(memory.buffer, arena.rows.weights, options.batch),
        orders: new Uint32Array(memory.buffer),
        labels: new Uint16Array(memory.buffer, arena.labels),
      };
    }
  }

  /** Walks an epoch or a part of it, as far as the control words let it. */
  runEpoch({ order, from, upTo, ends, eta, t, epochs, cost, factor, timing }: EpochOptions): EpochPart {
    const { batch, index, arena, learning } = this.#options;
    const steps = Math.ceil((upTo - from) / batch);
    const full = this.#share(Math.min(batch, upTo - from), eta);
    const last = this.#share(Math.max(0, upTo - from - (steps - 1) * batch), eta);
    const changes = learning.schedule.kind === 'step' || learning.schedule.kind === 'cosine';
    const first = arena.orders[order] + from * 4;
    const laps = this.#laps;
    this.#total[0] = cost;
    if (this.#network.sparse) this.#network.sparse.factor = factor;
    laps.start(timing);
    let divergence: EpochPart['divergence'];
    let step = 0;
    for (; step < steps; step++) {
      const shares = step < steps - 1 ? full : last;
      shares.t = t + step;
      if (changes) this.#setRate(shares, eta, epochs);
      laps.step();
      this.#barrier.enter(1, step);
      if (!this.#forwardAndBackward(shares, first + step * batch * 4)) {
        divergence = { step, ...this.#locate(shares.rows) };
        this.#barrier.stop(STOP_DIVERGED);
      }
      this.#way.gradient(shares);
      if (index === 0) this.#barrier.heedInterrupt();
      laps.lap(BACKWARD);
      this.#barrier.cross();
      laps.lap(WAIT);
      const { stopped } = this.#barrier;
      if (stopped === STOP_DIVERGED) break;
      this.#barrier.enter(2, step);
      if (index === 0) this.#addCosts(shares.m);
      this.#barrier.count(shares.rows.end - shares.rows.begin);
      this.#way.update(shares);
      // An interrupt ends the epoch after this step: what has been computed of it is not thrown away.
      if (stopped !== 0) {
        step++;
        break;
      }
    }
    const timings = laps.read();
    const { stopped } = this.#barrier;
    this.#way.end(ends || stopped !== 0);
    const state = { cost: this.#total[0], factor: this.#network.sparse?.factor ?? 1 };
    return { steps: step, stopped, state, divergence, timings };
  }

  /** η of the step that `shares` stands for, by the schedule. */
  #setRate(shares: Shares, eta: number, epochs: number): void {
    const { learning, training, batch } = this.#options;
    shares.eta = eta * rateFactor(learning.schedule, shares.t, epochs, Math.ceil(training / batch));
    shares.rate = shares.eta / shares.m;
    shares.keep = 1 - (shares.eta * learning.lambda) / training;
  }

  #share(m: number, eta: number): Shares {
    const { index, workers, shards, learning, training } = this.#options;
    const mine = partition(shards, workers, index);
    const own: (Range & { shard: number })[] = [];
    for (let shard = mine.begin; shard < mine.end; shard++) {
      const range = partition(m, shards, shard);
      if (range.begin < range.end) own.push({ ...range, shard });
    }
    const rows = { begin: own[0]?.begin ?? 0, end: own[own.length - 1]?.end ?? 0 };
    return { m, rows, shards: own, filled: Math.min(m, shards), eta, rate: eta / m, keep: 1 - (eta * learning.lambda) / training, t: 0 };
  }

  /** Gather, forward, BP1 and BP2 of my rows; returns whether their costs are finite. */
  #forwardAndBackward(shares: Shares, order: number): boolean {
    this.#way.forward(shares, order);
    const { begin, end } = shares.rows;
    if (begin === end) return true;
    const { rows } = this.#options.arena;
    this.#gatherTargets(rows.y, begin, end - begin, order + begin * 4);
    this.#dropout?.aim(shares.t, order);
    this.#network.forwardFromZ(rows, begin, end);
    const finite = this.#network.cost(rows, begin, end);
    if (this.#weights) this.#weigh(this.#weights, begin, end, order);
    this.#laps.lap(FORWARD);
    this.#network.backward(rows, begin, end);
    return finite;
  }

  /** Targets of S samples, to rows from `begin` on. */
  #gatherTargets(y: number, begin: number, S: number, order: number): void {
    const { arena, spec } = this.#options;
    const O = spec.layers[spec.layers.length - 1];
    const to = y + begin * stride(O) * 4;
    if (arena.targets !== 0) this.#kernels.gatherFloats(S, O, order, arena.targets, to);
    else this.#kernels.gatherOneHot(S, O, order, arena.labels, to);
  }

  /** Weights of rows begin to end by their classes; their costs are multiplied with them. */
  #weigh(weights: RowWeights, begin: number, end: number, order: number): void {
    const { ofClass, ofRow, orders, labels } = weights;
    for (let s = begin; s < end; s++) {
      ofRow[s] = ofClass[labels[orders[order / 4 + s]]];
      this.#costs[s] *= ofRow[s];
    }
  }

  #addCosts(m: number): void {
    let sum = this.#total[0];
    for (let s = 0; s < m; s++) sum += this.#costs[s];
    this.#total[0] = sum;
  }

  /** The first of my rows whose cost is not finite, and the first layer after the input whose z shows that. */
  #locate({ begin, end }: Range): { row: number; layer: number } {
    const { rows } = this.#options.arena;
    let row = begin;
    while (row < end - 1 && Number.isFinite(this.#costs[row])) row++;
    const { layers } = this.#network;
    const l = layers.findIndex(({ O }, k) => {
      const z = new Float32Array(this.#memory.buffer, rows.z[k] + row * stride(O) * 4, O);
      return !z.every(Number.isFinite);
    });
    return { row, layer: (l < 0 ? layers.length - 1 : l) + 2 };
  }

  /** Cost and hits of my share of the samples from `first` on, chunk by chunk, so that the caller can add them in one order. */
  evaluate({ first, count }: EvaluationOptions): EvaluationPart {
    const { arena, workers, index, spec } = this.#options;
    const { rows, order } = arena.evaluation[index];
    const outputs = spec.layers[spec.layers.length - 1];
    const chunks = partition(Math.ceil(count / EVALUATION_ROWS), workers, index);
    const indices = new Uint32Array(this.#memory.buffer, order, EVALUATION_ROWS);
    const labels = new Uint16Array(this.#memory.buffer, arena.labels);
    const a = new Float32Array(this.#memory.buffer, rows.a[rows.a.length - 1], EVALUATION_ROWS * stride(outputs));
    const c = new Float32Array(this.#memory.buffer, rows.c, EVALUATION_ROWS);
    const costs: number[] = [];
    let correct = 0;
    this.#barrier.enter(3, 0);
    for (let chunk = chunks.begin; chunk < chunks.end && !this.#barrier.interrupted; chunk++) {
      const begin = first + chunk * EVALUATION_ROWS;
      const S = Math.min(EVALUATION_ROWS, first + count - begin);
      for (let s = 0; s < S; s++) indices[s] = begin + s;
      this.#network.input.gather(rows, 0, S, order);
      this.#gatherTargets(rows.y, 0, S, order);
      this.#network.input.forward(rows, 0, S);
      this.#network.forwardFromZ(rows, 0, S);
      this.#network.cost(rows, 0, S);
      costs.push(c.subarray(0, S).reduce((sum, cost) => sum + cost, 0));
      for (let s = 0; s < S; s++) {
        if (argmax(a, s * stride(outputs), outputs) === labels[begin + s]) correct++;
      }
      this.#barrier.count(S);
    }
    this.#barrier.enter(0, 0);
    return { costs, correct };
  }

  /**
   * Crosses the barrier so many times, with work of the worker's own in between: the forward pass of some of its evaluation
   * rows. Trains nothing.
   */
  lockstep({ crossings, rows: S, lines, together }: LockstepOptions): number {
    const { arena, workers, index } = this.#options;
    if (!together && index > 0) return 0;
    const { rows } = arena.evaluation[index];
    const mine = this.#lines(index, lines);
    const other = this.#lines(together ? (index + 1) % workers : index, lines);
    const cross = (): void => {
      if (together) this.#barrier.cross();
    };
    let sum = 0;
    this.#network.input.gather(rows, 0, S, arena.orders[0]);
    this.#barrier.enter(3, 0);
    cross();
    const begin = performance.now();
    for (let k = 0; k < crossings; k++) {
      if (S > 0) {
        this.#network.input.forward(rows, 0, S);
        this.#network.forwardFromZ(rows, 0, S);
      }
      for (let at = 0; at < mine.length; at += LINE_FLOATS) mine[at] = 0;
      cross();
      for (let at = 0; at < other.length; at += LINE_FLOATS) sum += other[at];
      if (lines > 0) cross();
      this.#barrier.count(1);
    }
    const milliseconds = performance.now() - begin;
    this.#barrier.enter(0, 0);
    // The sum is used, so that no compiler leaves the reads away.
    return Number.isNaN(sum) ? 0 : milliseconds;
  }

  /** Cache lines of a worker's evaluation targets and what follows them; zeros there harm nothing, evaluation writes all of it anew. */
  #lines(worker: number, lines: number): Float32Array {
    const { rows } = this.#options.arena.evaluation[worker];
    return new Float32Array(this.#memory.buffer, rows.y, lines * LINE_FLOATS);
  }

  /** Frees the siblings, because this worker cannot go on. */
  poison(): void {
    this.#barrier.poison();
  }
}

function argmax(values: Float32Array, from: number, n: number): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
}
