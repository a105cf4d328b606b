// The threads of one process of several that share a run, as a session sees them. Rank 0 leads: what its session asks of the threads it
// first tells all other ranks, whose threads then do the same with their part. The others follow: they do what they are told until the end
// of the run. Within an epoch the threads exchange by themselves (step-exchange.ts) and nothing is told.
//
//   rank 0     tell train ─ own threads ─ … tell evaluate ─ own threads ─ gather ─ …  tell end
//   others     hear train ─ own threads ─ … hear evaluate ─ own threads ─ gather ─ …  hear end
//
// Of a rank that has nothing to say the others hear once a second that it is there (mpi/heart.ts): who does not answer is lost.

import { createHash } from 'node:crypto';
import { fillOrder } from '../../data/order.js';
import { NablaError } from '../../errors.js';
import type { KernelChoice } from '../../kernels/bind.js';
import { type Layout, layoutOf } from '../../model/layout.js';
import { STAYS } from '../../mpi/rank-options.js';
import type { World } from '../../mpi/world.js';
import type { Control } from '../barrier.js';
import type { WorkerPool } from '../pool.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, RankShare, SessionOptions, Usage } from '../protocol.js';
import type { Division, SessionPool } from '../session-plan.js';

type Command =
  | { readonly do: 'stay' }
  | { readonly do: 'take'; readonly run?: string }
  | { readonly do: 'divide'; readonly division: Division }
  | { readonly do: 'train'; readonly options: EpochOptions }
  | { readonly do: 'evaluate'; readonly options: EvaluationOptions }
  | { readonly do: 'stand'; readonly in: boolean }
  | { readonly do: 'end'; readonly last: string };

/** What a rank has found in an evaluation, and the hash of its parameters after the last step. */
interface Found extends EvaluationPart {
  readonly sha256: string;
}

interface Attached {
  readonly options: Omit<SessionOptions, 'index'>;
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
}

export class RankPool implements SessionPool {
  /** What its threads need to take part. */
  readonly ranks: RankShare;
  /** Where rank 0 keeps the run; the others know it from the first part of an epoch on. */
  run: string | undefined;
  readonly #local: WorkerPool;
  readonly #world: World;
  #attached: Attached | undefined;
  /** Whether the other ranks have rank 0's parameters. */
  #isShared = false;
  #sha256: string | undefined;
  /** Of a rank that follows: its parameters, while others stand in for them. */
  #own: Float32Array | undefined;
  /** Epochs whose orders are in the two places of a rank that follows. */
  readonly #orders = [0, 0];

  /** @param sliced which layers are sliced among the ranks */
  constructor(local: WorkerPool, world: World, sliced: readonly boolean[]) {
    this.#local = local;
    this.#world = world;
    this.ranks = { ...world.options, sliced };
  }

  get control(): Control {
    return this.#local.control;
  }

  measure(): Promise<Usage[]> {
    return this.#local.measure();
  }

  async attach(options: Omit<SessionOptions, 'index'>, kernels: KernelChoice, memory: WebAssembly.Memory): Promise<void> {
    await this.#local.attach(options, kernels, memory);
    const { spec, input } = options;
    this.#attached = { options, memory, layout: layoutOf(spec.layers, input === 'sparse') };
  }

  /** On rank 0. */
  async runEpoch(options: EpochOptions): Promise<EpochPart[]> {
    if (options.drawn === undefined) throw new Error('Ranks train on orders that each of them draws.');
    await this.#share();
    await this.#tell({ do: 'train', options });
    this.#sha256 = undefined;
    return this.#quietly(() => this.#local.runEpoch(options));
  }

  /** On rank 0: what all ranks have found, in their order. */
  async evaluate(options: EvaluationOptions): Promise<EvaluationPart[]> {
    await this.#share();
    await this.#tell({ do: 'evaluate', options });
    return this.#quietly(() => this.#evaluate(options));
  }

  /** On rank 0: the parameters that `put` brings are those of all ranks until `standDown`; each keeps its own, whose hash it says meanwhile. */
  async standIn(put: () => void): Promise<void> {
    await this.#share();
    await this.#tell({ do: 'stand', in: true });
    this.#hash();
    put();
    await this.#quietly(() => this.#world.fromFirst(this.#parameters));
  }

  /** On rank 0: each rank puts its own parameters back; its own session does it here. */
  async standDown(): Promise<void> {
    await this.#tell({ do: 'stand', in: false });
    this.stay();
  }

  /** On rank 0: the others share out their work in this way from the next step on; its own session does it beside them. */
  async divide({ workers, shards, batch }: Division): Promise<void> {
    await this.#tell({ do: 'divide', division: { workers, shards, batch } });
    this.stay();
  }

  /** On rank 0: what the other ranks' `follow` returns. */
  async end(last: string): Promise<void> {
    await this.#tell({ do: 'end', last });
    await this.#world.hush();
  }

  /** On rank 0: from here on the others hear that it is there, until `end`. */
  stay(): void {
    this.#world.stay(STAYS);
  }

  /** Afterwards nobody says that this rank is there: the others wait for what the command is about. */
  async #tell(command: Command): Promise<void> {
    await this.#world.together(JSON.stringify(command));
  }

  /**
   * The threads have the word, or the main threads about one thing; nothing else is told meanwhile. Nor is it after a failure, in which the
   * others may still be in the middle of that.
   */
  async #quietly<T>(action: () => Promise<T>): Promise<T> {
    await this.#world.hush();
    const result = await action();
    this.stay();
    return result;
  }

  /** Parameters and optimiser states of rank 0 to all. */
  async #share(): Promise<void> {
    if (this.#isShared) return;
    this.#isShared = true;
    await this.#tell({ do: 'take', run: this.run });
    await this.#quietly(() => this.#take());
  }

  async #take(): Promise<void> {
    const { arena } = this.#session.options;
    for (const address of [arena.parameters, ...arena.states]) await this.#world.fromFirst(this.#floats(address));
  }

  get #session(): Attached {
    if (!this.#attached) throw new Error('The pool is not attached.');
    return this.#attached;
  }

  get #parameters(): Float32Array {
    return this.#floats(this.#session.options.arena.parameters);
  }

  #floats(address: number): Float32Array {
    const { memory, layout } = this.#session;
    return new Float32Array(memory.buffer, address, layout.floats);
  }

  /**
   * On all others: does what rank 0 says, until the end of the run.
   * @param divide shares the work out anew, where rank 0 may say that
   * @returns what rank 0 has said of the end
   */
  async follow(divide?: (division: Division) => Promise<void>): Promise<string> {
    for (;;) {
      const [text] = await this.#world.together('');
      const command = JSON.parse(text) as Command;
      if (command.do === 'end') return command.last;
      if (command.do === 'take') {
        this.run = command.run;
        await this.#take();
      }
      if (command.do === 'divide') await divide?.(command.division);
      if (command.do === 'train') await this.#train(command.options);
      if (command.do === 'stand') await this.#stand(command.in);
      if (command.do === 'evaluate') await this.#evaluate(command.options);
    }
  }

  async #stand(isIn: boolean): Promise<void> {
    if (!isIn) return this.#parameters.set(this.#own ?? []);
    this.#hash();
    this.#own = this.#parameters.slice();
    await this.#world.fromFirst(this.#parameters);
  }

  async #train(options: EpochOptions): Promise<void> {
    const { order, drawn = 0 } = options;
    this.#draw(order, drawn);
    const running = this.#local.runEpoch(options);
    // As on rank 0, the next order is drawn while the workers train on this one.
    if (drawn < options.epochs) this.#draw(order === 0 ? 1 : 0, drawn + 1);
    this.#sha256 = undefined;
    await running;
  }

  #draw(which: 0 | 1, epoch: number): void {
    if (this.#orders[which] === epoch) return;
    const { memory, options } = this.#session;
    fillOrder(new Uint32Array(memory.buffer, options.arena.orders[which], options.training), options.seed, epoch);
    this.#orders[which] = epoch;
  }

  /** Ranks may take as long as they need, one longer than the other. */
  async #evaluate(options: EvaluationOptions): Promise<EvaluationPart[]> {
    const foundIn = (parts: readonly EvaluationPart[]): Found => ({
      costs: parts.flatMap(({ costs }) => costs),
      correct: parts.reduce((sum, { correct }) => sum + correct, 0),
      sha256: this.#hash(),
    });
    const { texts } = await this.#world.whileAll(this.#local.evaluate(options), (parts) => JSON.stringify(foundIn(parts)));
    const found = texts.map((text) => JSON.parse(text) as Found);
    this.#checkSame(found);
    return found;
  }

  /** Of the parameters; computed once after each part of an epoch. */
  #hash(): string {
    this.#sha256 ??= createHash('sha256').update(this.#parameters).digest('hex');
    return this.#sha256;
  }

  #checkSame(found: readonly Found[]): void {
    const other = found.findIndex(({ sha256 }) => sha256 !== found[0].sha256);
    if (other < 0) return;
    const names = `${this.#world.nameOf(other)} and ${this.#world.nameOf(0)}`;
    throw new NablaError('RANK_LOST', `${names} have other weights after the same steps: an arithmetic unit or a memory has failed, or nabla has.`);
  }
}
