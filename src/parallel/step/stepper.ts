// The training loop of one worker, step by step through an epoch (the drawing in ../README.md), in lockstep with the others.
// Nothing is sent and nothing is allocated between the first step of an epoch and its last.
// What differs between the gradient strategies stands in files of their own.

import { changesBySteps } from '../../functions/schedules.js';
import { type Kernels, stride } from '../../kernels/kernels.js';
import { AugmentedInput, AugmentedSparseInput } from '../../model/augmented-input.js';
import { Augmenter, augmentPlanOf } from '../../model/augmenter.js';
import { StepDropout } from '../../model/dropout.js';
import type { Input } from '../../model/input.js';
import { type Layout, layoutOf } from '../../model/layout.js';
import { Network } from '../../model/network.js';
import { inputOf } from '../../model/outside-input.js';
import { Barrier, STOP_DIVERGED } from '../barrier.js';
import type { GradientMode } from '../modes.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, SessionOptions } from '../protocol.js';
import { RankStep } from '../ranks/rank-step.js';
import { giveWay } from '../right-of-way.js';
import { type BatchShare, setRate, shareOf } from './batch-share.js';
import type { GradientStrategy, OpenExchange, StepContext } from './contract.js';
import { evaluate } from './evaluation.js';
import { OwnedGradient } from './owned.js';
import { PartialGradient } from './partial.js';
import type { Range } from './partition.js';
import { BACKWARD, FORWARD, PhaseTimer, WAIT } from './phase-timer.js';
import { Targets } from './targets.js';
import { TreeGradient } from './tree.js';

const STRATEGIES: Readonly<Record<GradientMode, new (context: StepContext) => GradientStrategy>> = {
  owned: OwnedGradient,
  partial: PartialGradient,
  tree: TreeGradient,
};

export class Stepper {
  readonly context: StepContext;
  readonly #strategy: GradientStrategy;
  readonly #dropout: StepDropout | undefined;
  /** Only where several ranks share the run. */
  readonly #ranks: RankStep | undefined;
  readonly #costs: Float32Array;
  /** Training cost summed over the epoch's samples: worker 0 adds it up, in sample order. */
  readonly #total = new Float64Array(1);
  /** Hits of this worker's rows in the current part of an epoch; none where targets are numbers. */
  #correct = 0;

  /** @param openExchange given where this worker speaks with other ranks */
  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory, openExchange?: OpenExchange) {
    const { arena, seed, gradient, learning, batch } = options;
    this.#costs = new Float32Array(memory.buffer, arena.rows.c, batch);
    this.context = contextOf(options, kernels, memory, this.#costs, openExchange);
    if (learning.dropout.some((p) => p > 0)) {
      this.#dropout = new StepDropout(kernels, learning.dropout, seed);
      this.context.network.dropout = this.#dropout;
    }
    this.#strategy = new STRATEGIES[gradient](this.context);
    if (options.ranks) this.#ranks = new RankStep(this.context, this.#strategy, options.ranks);
  }

  /** Trains an epoch or a part of it, until its end or until the control words stop it. */
  runEpoch({ order, from, upTo, ends, eta, t, at = t, epochs, cost, correct, factor, drawn, timing }: EpochOptions): EpochPart {
    const { options, network, barrier, timer, augmenter } = this.context;
    const { batch, index, arena, learning, way } = options;
    const steps = Math.ceil((upTo - from) / batch);
    const full = shareOf(options, Math.min(batch, upTo - from), eta);
    const last = shareOf(options, Math.max(0, upTo - from - (steps - 1) * batch), eta);
    const changes = changesBySteps(learning.schedule);
    const first = arena.orders[order] + from * 4;
    this.#total[0] = cost;
    this.#correct = index === 0 ? correct : 0;
    if (network.sparse) network.sparse.factor = factor;
    timer.start(timing);
    // Of epochs that nobody has drawn, as in some tests, all are the first.
    augmenter?.begin(drawn ?? 1);
    this.#ranks?.begin();
    const earlier = this.#correct;
    let divergence: EpochPart['divergence'];
    // Where a session was divided anew, a part may begin within one of its mini-batches.
    const before = Math.floor(from / batch);
    let step = 0;
    for (; step < steps; step++) {
      const share = step < steps - 1 ? full : last;
      share.t = t + step;
      if (changes) setRate(share, options, eta, at + step, epochs);
      timer.step();
      barrier.enter(1, before + step);
      if (!this.#forwardAndBackward(share, first + step * batch * 4)) {
        divergence = { step, ...this.#locate(share.rows) };
        barrier.stop(STOP_DIVERGED);
      }
      this.#ranks?.report(this.#correct - earlier, divergence);
      this.#strategy.gradient(share);
      if (index === 0) {
        giveWay(way);
        barrier.heedInterrupt();
      }
      timer.lap(BACKWARD);
      barrier.cross();
      timer.lap(WAIT);
      this.#ranks?.exchange(share, first + step * batch * 4, before + step);
      const { stopped } = barrier;
      if (stopped === STOP_DIVERGED) break;
      barrier.enter(2, before + step);
      if (index === 0) this.#addCosts(share.m);
      barrier.count(share.rows.end - share.rows.begin);
      this.#strategy.update(share);
      // An interrupt ends the epoch after this step: what has been computed of it is not thrown away.
      if (stopped !== 0) {
        step++;
        break;
      }
    }
    const timings = timer.read();
    const { stopped } = barrier;
    augmenter?.end();
    this.#strategy.end(ends && step === steps);
    const state = { cost: this.#total[0], correct: this.#correct, factor: network.sparse?.factor ?? 1 };
    const part = { steps: step, stopped, state, divergence, timings };
    return this.#ranks?.reports(part) ?? part;
  }

  /** Gather, forward, BP1 and BP2 of my rows; returns whether their costs are finite. */
  #forwardAndBackward(share: BatchShare, order: number): boolean {
    this.#dropout?.aim(share.t, order);
    this.#strategy.forward(share, order);
    const { begin, end } = share.rows;
    const finite = begin === end || this.#forward(begin, end, order);
    if (this.#ranks) this.#ranks.backward(share);
    else if (begin < end) this.context.network.backward(this.context.options.arena.rows, begin, end);
    return finite;
  }

  /** Forward pass of my rows, whose z² is there; returns whether their costs are finite. */
  #forward(begin: number, end: number, order: number): boolean {
    const { options, network, targets, timer } = this.context;
    const { rows } = options.arena;
    targets.gather(rows.y, begin, end - begin, order + begin * 4);
    network.forwardFromZ(rows, begin, end);
    // Hits are told by the class itself.
    if (targets.areClasses) this.#correct += network.hits(rows, begin, end);
    targets.mix(rows.y, begin, end, order);
    targets.smooth(rows.y, begin, end);
    const finite = network.cost(rows, begin, end);
    targets.weigh(begin, end, order);
    timer.lap(FORWARD);
    return finite;
  }

  #addCosts(m: number): void {
    let sum = this.#total[0];
    for (let s = 0; s < m; s++) sum += this.#costs[s];
    this.#total[0] = sum;
  }

  /** The first of my rows whose cost is not finite, and the first layer after the input whose z shows that. */
  #locate({ begin, end }: Range): { row: number; layer: number } {
    const { options, network, memory } = this.context;
    const { rows } = options.arena;
    const { layers } = network;
    let row = begin;
    while (row < end - 1 && Number.isFinite(this.#costs[row])) row++;
    const l = layers.findIndex(({ O }, k) => {
      const z = new Float32Array(memory.buffer, rows.z[k] + row * stride(O) * 4, O);
      return !z.every(Number.isFinite);
    });
    return { row, layer: (l < 0 ? layers.length - 1 : l) + 2 };
  }

  evaluate(evaluation: EvaluationOptions): EvaluationPart {
    return evaluate(this.context, evaluation);
  }

  /** Frees the siblings, because this worker cannot go on. */
  poison(): void {
    this.context.barrier.poison();
  }
}

/** Where training samples are that are the first ones. */
const THE_FIRST = { first: 0, of: Number.POSITIVE_INFINITY };

/** What changes the samples, where they are changed each time. */
function augmenterOf(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory) {
  const { learning, spec, arena, index, seed, training, trainingPlace = THE_FIRST } = options;
  const plan = augmentPlanOf(learning, spec.layers[0]);
  return plan && new Augmenter(kernels, memory, arena.augment[index], plan, { seed, training: { ...trainingPlace, count: training } });
}

/** The first layer's input. */
function firstInput(
  { arena, index, spec, samples, input }: SessionOptions,
  kernels: Kernels,
  memory: WebAssembly.Memory,
  layout: Layout,
  augmenter: Augmenter | undefined,
): Input {
  const { parameters } = arena;
  if (augmenter && input === 'sparse') return new AugmentedSparseInput(augmenter, memory, kernels, samples, layout, parameters);
  const plain = inputOf(kernels, input, samples, { memory, layout, parameters, staging: arena.staging[index] });
  return augmenter ? new AugmentedInput(plain, augmenter, memory, spec.layers[0]) : plain;
}

/** @param costs C_x of the rows of a mini-batch */
function contextOf(
  options: SessionOptions,
  kernels: Kernels,
  memory: WebAssembly.Memory,
  costs: Float32Array,
  openExchange: OpenExchange | undefined,
): StepContext {
  const { arena, spec, index, workers, solo, waiting, input } = options;
  const layout = layoutOf(spec.layers, input === 'sparse');
  const { parameters } = arena;
  const barrier = new Barrier(memory, arena.control, solo ? 1 : workers, index, waiting);
  const exchange = openExchange?.(options, layout, memory, barrier);
  const augmenter = augmenterOf(options, kernels, memory);
  const first = firstInput(options, kernels, memory, layout, augmenter);
  return {
    options,
    layout,
    kernels,
    memory,
    network: new Network(kernels, spec, layout, parameters, first, arena.neurons[index]),
    barrier,
    timer: new PhaseTimer(),
    targets: new Targets(options, kernels, memory, costs, augmenter?.mixing),
    ...(exchange && { exchange }),
    ...(augmenter && { augmenter }),
  };
}
