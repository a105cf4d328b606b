// A network, a data set and worker threads over one shared memory: what training and evaluation have in common. The caller
// starts the threads, as early as it can, and closes them.

import { countSamples, type Dataset, isRegression, type Split } from '../data/dataset.js';
import { fillOrder } from '../data/order.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import type { Layout } from '../model/layout.js';
import { countCores } from '../system/cores.js';
import type { Place, SplitPlace } from './memory/sample-store.js';
import { Workspace } from './memory/workspace.js';
import { GRADIENTS } from './modes.js';
import { SPINS_WITH_A_CORE } from './patience.js';
import { EPOCH_BEGINS, type EpochPart, type EpochState, type RankShare, type Usage } from './protocol.js';
import type { Division, EpochRequest, Evaluation, SessionConfiguration, SessionPlace, SessionPool, Snapshot } from './session-plan.js';

/** Cores of whoever shows a run: its own thread, and those of the browser that put on the screen what it draws. */
const CORES_TO_SHOW = 2;

let sessions = 0;

export class Session {
  readonly #number = ++sessions;
  readonly layout: Layout;
  readonly kernels: KernelName;
  /** Why these kernels and not the ones asked for. */
  readonly note: string | undefined;
  /** Bytes that its threads share. */
  readonly memoryBytes: number;
  readonly #configuration: SessionConfiguration;
  readonly #kernels: KernelChoice;
  readonly #workspace: Workspace;
  /** This process's place among several. */
  readonly #ranks: RankShare | undefined;
  readonly #place: Place | undefined;
  readonly #way: Int32Array | undefined;
  #pool: SessionPool;
  #division: Division;
  /** Which epochs' orders were drawn into the two places. */
  readonly #drawn: (number | undefined)[] = [undefined, undefined];
  /** State of the current epoch. */
  #state = EPOCH_BEGINS;
  /** Steps trained so far. */
  #t = 0;
  #eta: number;
  readonly #regression: boolean;
  readonly #splits: Readonly<Record<Split, SplitPlace>>;
  readonly #counts: Readonly<Record<Split, number>>;

  private constructor(
    configuration: SessionConfiguration,
    data: Dataset,
    pool: SessionPool,
    kernels: KernelChoice,
    { ranks, place, way }: SessionPlace,
  ) {
    this.#configuration = configuration;
    this.#ranks = ranks;
    this.#place = place;
    this.#way = way;
    this.#division = configuration;
    this.#eta = configuration.eta;
    this.#pool = pool;
    this.#kernels = kernels;
    this.kernels = kernels.name;
    this.note = kernels.note;
    this.#counts = { training: countSamples(data, 'training'), validation: countSamples(data, 'validation'), test: countSamples(data, 'test') };
    this.#regression = isRegression(data);
    this.#splits = place?.splits(data) ?? oneAfterAnother(this.#counts);
    this.#workspace = new Workspace({ ...configuration, data, place });
    this.layout = this.#workspace.layout;
    this.memoryBytes = this.#workspace.sharedBytes;
  }

  /**
   * Puts a network and data into shared memory and attaches the workers of `pool`, which the caller closes in the end.
   * @param parameters [P] in the book's order, or a function that makes them once they are known to fit
   */
  static async start(
    configuration: SessionConfiguration,
    data: Dataset,
    parameters: Float32Array | (() => Float32Array),
    pool: SessionPool,
    where: SessionPlace = {},
  ): Promise<Session> {
    const kernels = await loadKernels(configuration.kernels, configuration.blas);
    const session = new Session(configuration, data, pool, kernels, where);
    session.parameters = typeof parameters === 'function' ? parameters() : parameters;
    await session.attach(configuration);
    return session;
  }

  /** Shares out the work among so many of the pool's threads, from the next step on; between epochs, or parts of one. */
  async attach(division: Division): Promise<void> {
    const { network, learning, seed, gradient, input, timeout } = this.#configuration;
    const { workers, shards, batch } = division;
    this.#division = division;
    // Tags are numbers of steps, and each group of workers counts its own.
    const { arena, memory, samples } = this.#workspace;
    const { tags, tagStep } = arena;
    const { usable } = countCores();
    new Uint8Array(memory.buffer, tags, tagStep * this.#configuration.shards).fill(0);
    await this.#pool.attach(
      {
        session: this.#number,
        spec: network,
        learning,
        seed,
        training: this.#counts.training,
        workers,
        shards: GRADIENTS[gradient].hasBlocks ? shards : workers,
        gradient,
        batch,
        arena,
        input,
        samples,
        ...(this.#ranks && { ranks: this.#ranks }),
        ...(this.#place && { place: this.#place.number, trainingPlace: this.#splits.training }),
        ...(this.#way && workers > usable - CORES_TO_SHOW && { way: this.#way }),
        waiting: { spins: workers <= usable ? SPINS_WITH_A_CORE : 0, timeout },
      },
      this.#kernels,
      memory,
    );
  }

  /** The same on all processes that share the run. */
  async divide(division: Division): Promise<void> {
    await this.#pool.divide?.(division);
    await this.attach(division);
  }

  /** Threads that share the work now. */
  get workers(): number {
    return this.#division.workers;
  }

  /** Samples per step now. */
  get batch(): number {
    return this.#division.batch;
  }

  /** Goes on with new threads, after the old ones have ended; from a good state, where they may have left a bad one. */
  async revive(pool: SessionPool, good: Snapshot | undefined): Promise<void> {
    this.#pool = pool;
    if (good) this.restore(good);
    await this.attach(this.#division);
  }

  /**
   * A copy of all that training changes; between epochs, or parts of one.
   * @param into an older one of this session, whose memory is used again
   */
  snapshot(into?: Snapshot): Snapshot {
    const parameters = copy(this.#parameterMemory(), into?.parameters);
    const states = this.#stateMemories().map((state, k) => copy(state, into?.states[k]));
    return { parameters, states, state: this.#state, t: this.#t };
  }

  restore({ parameters, states, state, t }: Snapshot): void {
    this.#parameterMemory().set(parameters);
    for (const [k, memory] of this.#stateMemories().entries()) memory.set(states[k]);
    this.#state = state;
    this.#t = t;
  }

  /** Weights and biases, [P] in the book's order. */
  get parameters(): Float32Array<ArrayBuffer> {
    return this.#workspace.parameters;
  }

  set parameters(values: Float32Array) {
    this.#workspace.parameters = values;
  }

  /**
   * What is found with other parameters in the place of those that training goes on from, which are put back in any case.
   * @param values [P] in the book's order
   */
  async standIn<T>(values: Float32Array, action: () => Promise<T>): Promise<T> {
    const own = copy(this.#parameterMemory());
    const put = (): void => {
      this.parameters = values;
    };
    try {
      await (this.#pool.standIn ? this.#pool.standIn(put) : put());
      const found = await action();
      await this.#pool.standDown?.();
      return found;
    } finally {
      this.#parameterMemory().set(own);
    }
  }

  #parameterMemory(): Float32Array {
    return this.#workspace.floats(this.#workspace.arena.parameters);
  }

  #stateMemories(): Float32Array[] {
    return this.#workspace.arena.states.map((address) => this.#workspace.floats(address));
  }

  /** The book's number of the first layer with a weight or bias that is not finite. */
  nonFiniteLayer(): number | undefined {
    const values = this.#parameterMemory();
    // One pass over all: a sum of products with zero is NaN as soon as one of them is not finite.
    let sum = 0;
    for (let k = 0; k < values.length; k++) sum += values[k] * 0;
    if (sum === 0) return undefined;
    const { layers, floats } = this.layout;
    return layers.find(({ w }, l) => !values.subarray(w, layers[l + 1]?.w ?? floats).every(Number.isFinite))?.number;
  }

  /** One of the two sample orders, indices into the training split, to be filled between its epochs; or see `drawOrder`. */
  order(which: 0 | 1): Uint32Array {
    const { arena, memory } = this.#workspace;
    return new Uint32Array(memory.buffer, arena.orders[which], this.#counts.training);
  }

  /** Draws the order of an epoch, from 1, into one of the two places. */
  drawOrder(which: 0 | 1, epoch: number): void {
    if (this.#drawn[which] === epoch) return;
    const order = this.order(which);
    fillOrder(order, this.#configuration.seed, epoch);
    const { first, of } = this.#splits.training;
    if (first > 0) for (let k = 0; k < order.length; k++) order[k] = (order[k] + first) % of;
    this.#drawn[which] = epoch;
  }

  /** η from the next step on, before a schedule changes it from step to step. */
  set eta(eta: number) {
    this.#eta = eta;
  }

  /** Trains one epoch in the given order, or the next part of one. Reports what each worker saw. */
  async runEpoch(order: 0 | 1, { from = 0, upTo = this.#counts.training, timing }: EpochRequest = {}): Promise<EpochPart[]> {
    const { epochs } = this.#configuration;
    const { training } = this.#counts;
    const state = from === 0 ? EPOCH_BEGINS : this.#state;
    const ends = upTo === training;
    const drawn = this.#drawn[order];
    const at = drawn === undefined ? this.#t : (drawn - 1) * Math.ceil(training / this.batch) + Math.floor(from / this.batch);
    const parts = await this.#pool.runEpoch({ ...state, order, drawn, from, upTo, ends, eta: this.#eta, t: this.#t, at, epochs, timing });
    this.#state = { ...parts[0].state, correct: parts.reduce((sum, { state }) => sum + state.correct, 0) };
    this.#t += parts[0].steps;
    return parts;
  }

  /** Cost and accuracy over a split. The same numbers whatever the worker count: chunks are added in one order. */
  async evaluate(split: Split): Promise<Evaluation> {
    const samples = this.#counts[split];
    if (samples === 0) return { samples, cost: null, accuracy: null, correct: 0 };
    const parts = await this.#pool.evaluate({ first: this.#splits[split].first, count: samples });
    const cost = parts.flatMap((part) => part.costs).reduce((sum, c) => sum + c, 0);
    const correct = parts.reduce((sum, part) => sum + part.correct, 0);
    if (this.#regression) return { samples, cost: cost / samples, accuracy: null, correct: null };
    return { samples, cost: cost / samples, accuracy: correct / samples, correct };
  }

  /** Samples done in the part of an epoch or in the evaluation that runs. */
  get progress(): number {
    return this.#pool.control.samples;
  }

  /** Steps trained so far. */
  get steps(): number {
    return this.#t;
  }

  /** State of the current epoch. */
  get state(): EpochState {
    return this.#state;
  }

  /** Asks the workers to stop after the current step. */
  interrupt(): void {
    this.#pool.control.interrupt();
  }

  async measure(): Promise<Usage[]> {
    return this.#pool.measure();
  }
}

function oneAfterAnother({ training, validation }: Readonly<Record<Split, number>>): Readonly<Record<Split, SplitPlace>> {
  const from = (first: number): SplitPlace => ({ first, of: Number.POSITIVE_INFINITY });
  return { training: from(0), validation: from(training), test: from(training + validation) };
}

function copy(from: Float32Array, into = new Float32Array(from.length)): Float32Array<ArrayBuffer> {
  into.set(from);
  return into;
}
