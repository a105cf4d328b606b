// The training step itself on the calling thread, to be inspected: the worker's own Stepper with its gradient strategy and
// its optimiser, as the only worker of a memory of its own, one step at a time. It computes nothing by itself; the check
// reads what a step did to the parameters, the probe what it left in the rows and in the gradient block.

import { countSamples, type Dataset } from '../data/dataset.js';
import { isBadInput, wrongValue } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import { isPlain, type Learning, specifyLearning } from '../model/learning.js';
import type { Network } from '../model/network.js';
import type { NetworkSpecification } from '../model/specification.js';
import { Control } from '../parallel/barrier.js';
import { Workspace } from '../parallel/memory/workspace.js';
import type { GradientMode } from '../parallel/modes.js';
import { EPOCH_BEGINS } from '../parallel/protocol.js';
import type { Range } from '../parallel/step/partition.js';
import { Stepper } from '../parallel/step/stepper.js';

export interface TrainingStepOptions {
  readonly network: NetworkSpecification;
  /** Steps are on its training samples, in their order; the other splits are best empty. */
  readonly data: Dataset;
  readonly input: InputFormat;
  readonly gradient: GradientMode;
  /** Binds kernels to the memory; `scratch` is the address of SCRATCH_BYTES there (see bindKernels). */
  readonly bind: (memory: WebAssembly.Memory, scratch: number) => Promise<Kernels>;
  /** What the memory has room for: an optimiser's states, and shards. Default: plain steps of one shard. */
  readonly learning?: Learning;
  readonly shards?: number;
  /** Bytes for the caller's own. */
  readonly spareBytes?: number;
}

/** One step: on samples begin to end, all by default. */
export interface StepRequest {
  readonly begin?: number;
  readonly end?: number;
  readonly eta: number;
  /** Number of the step, from 0, which bias corrections go by. Default: 0. */
  readonly t?: number;
  /** What the weights of a sparse first layer in memory are to be multiplied with before the step (see SparseInput). Default: 1. */
  readonly factor?: number;
}

export class TrainingStep {
  readonly workspace: Workspace;
  readonly kernels: Kernels;
  /** S: rows that a step takes at most. */
  readonly samples: number;
  readonly #options: TrainingStepOptions;
  readonly #control: Control;
  #stepper: Stepper;
  /** Where steps are more than plain: a step that stores ∇C. */
  #summing: Stepper | undefined;

  private constructor(options: TrainingStepOptions, workspace: Workspace, kernels: Kernels) {
    this.workspace = workspace;
    this.kernels = kernels;
    this.samples = countSamples(options.data, 'training');
    this.#options = options;
    this.#control = new Control(workspace.memory, workspace.arena.control, 1);
    this.#stepper = this.#bound(options.learning ?? plainLearning(options.network), options.shards ?? 1);
    new Uint32Array(workspace.memory.buffer, workspace.arena.orders[0], this.samples).forEach((_, s, order) => {
      order[s] = s;
    });
  }

  /**
   * Plans the memory, binds the kernels and copies the samples; the parameters are zeros until they are set.
   * @throws {RangeError} where so many samples do not fit into memory
   */
  static async open(options: TrainingStepOptions): Promise<TrainingStep> {
    const S = countSamples(options.data, 'training');
    try {
      const workspace = new Workspace({ ...options, batch: S });
      return new TrainingStep(options, workspace, await options.bind(workspace.memory, workspace.arena.scratch[0]));
    } catch (error) {
      if (!isBadInput(error)) throw error;
      throw wrongValue('samples', 'as many as fit into memory at once', S, 'Use fewer samples, or a smaller network.');
    }
  }

  /** From now on steps are by this optimiser, whose state is empty, and over so many shards. */
  attach(learning: Learning, shards = 1): void {
    for (const state of this.states) state.fill(0);
    this.#clearTags();
    this.#stepper = this.#bound(learning, shards);
    this.#summing = isPlain(learning) ? undefined : this.#bound({ ...plainLearning(this.#options.network), clipNorm: Number.MAX_VALUE }, shards);
  }

  /** Tags are numbers of steps, and every Stepper counts its own. */
  #clearTags(): void {
    const { arena, memory } = this.workspace;
    new Uint8Array(memory.buffer, arena.tags, arena.tagStep * (this.#options.shards ?? 1)).fill(0);
  }

  #bound(learning: Learning, shards: number): Stepper {
    const { network: spec, gradient, input } = this.#options;
    const { arena, memory, samples } = this.workspace;
    const S = this.samples;
    const alone = { session: 0, index: 0, workers: 1, waiting: { spins: 0, timeout: 0 } };
    return new Stepper({ ...alone, shards, gradient, batch: S, learning, seed: 0, training: S, spec, arena, input, samples }, this.kernels, memory);
  }

  /** One step of an epoch of which it is the last. Returns whether the costs were finite: where they were not, the parameters stay. */
  run(request: StepRequest): boolean {
    return this.#run(this.#stepper, request);
  }

  #run(stepper: Stepper, { begin = 0, end = this.samples, eta, t = 0, factor = 1 }: StepRequest): boolean {
    this.#control.clear();
    const { divergence } = stepper.runEpoch({ ...EPOCH_BEGINS, order: 0, from: begin, upTo: end, ends: true, eta, t, epochs: 1, factor });
    return divergence === undefined;
  }

  /** The network that the steps train, on its kernels. */
  get network(): Network {
    return this.#stepper.context.network;
  }

  /** The parameters in memory order, [layout.floats]. */
  get parameters(): Float32Array {
    return this.workspace.floats(this.workspace.arena.parameters);
  }

  /** The optimiser's states, likewise. */
  get states(): Float32Array[] {
    return this.workspace.arena.states.map((address) => this.workspace.floats(address));
  }

  /**
   * Σ_x ∂C_x/∂w that a step which is more than plain goes by, likewise. Not all of them store it: so a step with a limit on its norm,
   * which does, is taken by the same kernels, and the parameters are set back.
   */
  summed({ begin, end }: Range): Float32Array {
    const before = this.parameters.slice();
    this.#clearTags();
    if (this.#summing) this.#run(this.#summing, { begin, end, eta: 0 });
    this.#clearTags();
    this.parameters.set(before);
    return this.workspace.floats(this.workspace.arena.gradient);
  }
}

/** w ← w - η ∇C, and nothing else. */
export function plainLearning({ layers }: NetworkSpecification): Learning {
  return specifyLearning({}, layers.length - 2, { counts: [] });
}
