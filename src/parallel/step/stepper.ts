// One worker's walk through an epoch: the training step of the README's drawing, in lockstep with the other workers.
// Nothing is sent and nothing is allocated between the first step of an epoch and its last.
// What differs between the two ways to the gradient stands in partial.ts and owned.ts.

import { type Kernels, stride } from '../../kernels/kernels.js';
import { StepDropout } from '../../model/dropout.js';
import { layoutOf } from '../../model/layout.js';
import { Network } from '../../model/network.js';
import { Barrier, STOP_DIVERGED } from '../barrier.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, LockstepOptions, SessionOptions } from '../protocol.js';
import { lockstep } from './contention.js';
import type { Bound, GradientStrategy } from './contract.js';
import { evaluate } from './evaluation.js';
import { OwnedGradient } from './owned.js';
import { PartialGradient } from './partial.js';
import type { Range } from './partition.js';
import { BACKWARD, FORWARD, PhaseTimer, WAIT } from './phase-timer.js';
import { type Shares, setRate, sharesOf } from './shares.js';
import { Targets } from './targets.js';

export class Stepper implements Bound {
  readonly options: SessionOptions;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  readonly barrier: Barrier;
  readonly targets: Targets;
  readonly #strategy: GradientStrategy;
  readonly #dropout: StepDropout | undefined;
  readonly #costs: Float32Array;
  readonly #timer = new PhaseTimer();
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
    const Strategy = gradient === 'owned' ? OwnedGradient : PartialGradient;
    this.#strategy = new Strategy(options, layout, this.network, this.barrier, this.#timer, kernels, memory);
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
    const timer = this.#timer;
    this.#total[0] = cost;
    this.#correct = index === 0 ? correct : 0;
    if (this.network.sparse) this.network.sparse.factor = factor;
    timer.start(timing);
    let divergence: EpochPart['divergence'];
    const before = from / batch;
    let step = 0;
    for (; step < steps; step++) {
      const shares = step < steps - 1 ? full : last;
      shares.t = t + step;
      if (changes) setRate(shares, this.options, eta, epochs);
      timer.step();
      this.barrier.enter(1, before + step);
      if (!this.#forwardAndBackward(shares, first + step * batch * 4)) {
        divergence = { step, ...this.#locate(shares.rows) };
        this.barrier.stop(STOP_DIVERGED);
      }
      this.#strategy.gradient(shares);
      if (index === 0) this.barrier.heedInterrupt();
      timer.lap(BACKWARD);
      this.barrier.cross();
      timer.lap(WAIT);
      const { stopped } = this.barrier;
      if (stopped === STOP_DIVERGED) break;
      this.barrier.enter(2, before + step);
      if (index === 0) this.#addCosts(shares.m);
      this.barrier.count(shares.rows.end - shares.rows.begin);
      this.#strategy.update(shares);
      // An interrupt ends the epoch after this step: what has been computed of it is not thrown away.
      if (stopped !== 0) {
        step++;
        break;
      }
    }
    const timings = timer.read();
    const { stopped } = this.barrier;
    this.#strategy.end(ends && step === steps);
    const state = { cost: this.#total[0], correct: this.#correct, factor: this.network.sparse?.factor ?? 1 };
    return { steps: step, stopped, state, divergence, timings };
  }

  /** Gather, forward, BP1 and BP2 of my rows; returns whether their costs are finite. */
  #forwardAndBackward(shares: Shares, order: number): boolean {
    this.#strategy.forward(shares, order);
    const { begin, end } = shares.rows;
    if (begin === end) return true;
    const { rows } = this.options.arena;
    this.targets.gather(rows.y, begin, end - begin, order + begin * 4);
    this.#dropout?.aim(shares.t, order);
    this.network.forwardFromZ(rows, begin, end);
    const finite = this.network.cost(rows, begin, end);
    if (this.targets.areClasses) this.#correct += this.network.hits(rows, begin, end);
    this.targets.weigh(begin, end, order);
    this.#timer.lap(FORWARD);
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
