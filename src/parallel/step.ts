// One worker's walk through an epoch: the training step of the README's drawing, in lockstep with the other workers.
// Nothing is sent and nothing is allocated between the first step of an epoch and its last.
// What differs between the two ways to the gradient stands in partial.ts and owned.ts.

import { type Kernels, stride } from '../kernels/kernels.js';
import { StepDropout } from '../model/dropout.js';
import { layoutOf } from '../model/layout.js';
import { Network } from '../model/network.js';
import { Barrier, STOP_DIVERGED } from './barrier.js';
import { evaluate } from './evaluation.js';
import { BACKWARD, FORWARD, Laps, WAIT } from './laps.js';
import { lockstep } from './lockstep.js';
import { OwnedGradient } from './owned.js';
import { PartialGradient } from './partial.js';
import type { Range } from './partition.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, LockstepOptions, SessionOptions } from './protocol.js';
import { type Shares, setRate, sharesOf } from './shares.js';
import { Targets } from './targets.js';

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

/** What a worker has bound to the memory of a session. */
export interface Bound {
  readonly options: SessionOptions;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  readonly barrier: Barrier;
  readonly targets: Targets;
}

export class Stepper implements Bound {
  readonly options: SessionOptions;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  readonly barrier: Barrier;
  readonly targets: Targets;
  readonly #way: GradientWay;
  readonly #dropout: StepDropout | undefined;
  readonly #costs: Float32Array;
  readonly #laps = new Laps();
  /** Training cost summed over the epoch's samples: worker 0 adds it up, in sample order. */
  readonly #total = new Float64Array(1);
  /** Hits of this worker's rows in the part of an epoch at hand; none where targets are numbers. */
  #correct = 0;

  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory) {
    const { arena, spec, index, workers, gradient, samples, input, learning } = options;
    const layout = layoutOf(spec.layers);
    this.options = options;
    this.memory = memory;
    this.network = new Network(kernels, spec, layout, arena.parameters, input, samples, arena.neurons[index]);
    this.barrier = new Barrier(memory, arena.control, options.alone ? 1 : workers, index, options.waiting);
    if (learning.dropout.some((p) => p > 0)) {
      this.#dropout = new StepDropout(kernels, learning.dropout, options.seed);
      this.network.dropout = this.#dropout;
    }
    const Way = gradient === 'owned' ? OwnedGradient : PartialGradient;
    this.#way = new Way(options, layout, this.network, this.barrier, this.#laps, kernels, memory);
    this.#costs = new Float32Array(memory.buffer, arena.rows.c, options.batch);
    this.targets = new Targets(options, kernels, memory, this.#costs);
  }

  /** Walks an epoch or a part of it, as far as the control words let it. */
  runEpoch({ order, from, upTo, ends, eta, t, epochs, cost, correct, factor, timing }: EpochOptions): EpochPart {
    const { batch, index, arena, learning } = this.options;
    const steps = Math.ceil((upTo - from) / batch);
    const full = sharesOf(this.options, Math.min(batch, upTo - from), eta);
    const last = sharesOf(this.options, Math.max(0, upTo - from - (steps - 1) * batch), eta);
    const changes = learning.schedule.kind === 'step' || learning.schedule.kind === 'cosine';
    const first = arena.orders[order] + from * 4;
    const laps = this.#laps;
    this.#total[0] = cost;
    this.#correct = index === 0 ? correct : 0;
    if (this.network.sparse) this.network.sparse.factor = factor;
    laps.start(timing);
    let divergence: EpochPart['divergence'];
    const before = from / batch;
    let step = 0;
    for (; step < steps; step++) {
      const shares = step < steps - 1 ? full : last;
      shares.t = t + step;
      if (changes) setRate(shares, this.options, eta, epochs);
      laps.step();
      this.barrier.enter(1, before + step);
      if (!this.#forwardAndBackward(shares, first + step * batch * 4)) {
        divergence = { step, ...this.#locate(shares.rows) };
        this.barrier.stop(STOP_DIVERGED);
      }
      this.#way.gradient(shares);
      if (index === 0) this.barrier.heedInterrupt();
      laps.lap(BACKWARD);
      this.barrier.cross();
      laps.lap(WAIT);
      const { stopped } = this.barrier;
      if (stopped === STOP_DIVERGED) break;
      this.barrier.enter(2, before + step);
      if (index === 0) this.#addCosts(shares.m);
      this.barrier.count(shares.rows.end - shares.rows.begin);
      this.#way.update(shares);
      // An interrupt ends the epoch after this step: what has been computed of it is not thrown away.
      if (stopped !== 0) {
        step++;
        break;
      }
    }
    const timings = laps.read();
    const { stopped } = this.barrier;
    this.#way.end(ends && step === steps);
    const state = { cost: this.#total[0], correct: this.#correct, factor: this.network.sparse?.factor ?? 1 };
    return { steps: step, stopped, state, divergence, timings };
  }

  /** Gather, forward, BP1 and BP2 of my rows; returns whether their costs are finite. */
  #forwardAndBackward(shares: Shares, order: number): boolean {
    this.#way.forward(shares, order);
    const { begin, end } = shares.rows;
    if (begin === end) return true;
    const { rows } = this.options.arena;
    this.targets.gather(rows.y, begin, end - begin, order + begin * 4);
    this.#dropout?.aim(shares.t, order);
    this.network.forwardFromZ(rows, begin, end);
    const finite = this.network.cost(rows, begin, end);
    if (this.targets.areClasses) this.#correct += this.network.hits(rows, begin, end);
    this.targets.weigh(begin, end, order);
    this.#laps.lap(FORWARD);
    this.network.backward(rows, begin, end);
    return finite;
  }

  #addCosts(m: number): void {
    let sum = this.#total[0];
    for (let s = 0; s < m; s++) sum += this.#costs[s];
    this.#total[0] = sum;
  }

  /** The first of my rows whose cost is not finite, and the first layer after the input whose z shows that. */
  #locate({ begin, end }: Range): { row: number; layer: number } {
    const { rows } = this.options.arena;
    let row = begin;
    while (row < end - 1 && Number.isFinite(this.#costs[row])) row++;
    const { layers } = this.network;
    const l = layers.findIndex(({ O }, k) => {
      const z = new Float32Array(this.memory.buffer, rows.z[k] + row * stride(O) * 4, O);
      return !z.every(Number.isFinite);
    });
    return { row, layer: (l < 0 ? layers.length - 1 : l) + 2 };
  }

  evaluate(evaluation: EvaluationOptions): EvaluationPart {
    return evaluate(this, evaluation);
  }

  lockstep(lockstepOptions: LockstepOptions): number {
    return lockstep(this, lockstepOptions);
  }

  /** Frees the siblings, because this worker cannot go on. */
  poison(): void {
    this.barrier.poison();
  }
}
