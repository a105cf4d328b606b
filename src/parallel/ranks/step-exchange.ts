// What travels between the ranks of a run within a step, as one worker of each rank sends and receives it:
//
//   a^l of the hidden layers and δ^l, whose rows lie one after another: where they are, in place
//   a head of each rank: step, why to stop, hits, where it diverged; C_x of its rows; and rows too short for an exchange of their own
//
// What layers that are sliced need besides stands in slice-exchange.ts.
//
// Inputs need not travel, because every rank has the samples; nor do gradients, because every rank computes those of its parameters from
// all rows, in sample order, as one process would. So the bits are those of one process, whatever the number of ranks.
//
// Whatever hangs on a clock is decided by rank 0: of all interrupts only its own counts, and it is told in the head.

import { NablaError } from '../../errors.js';
import { stride } from '../../kernels/kernels.js';
import type { Layout } from '../../model/layout.js';
import type { Collectives, Parts } from '../../mpi/collectives.js';
import { type Barrier, type Reports, STOP_DIVERGED } from '../barrier.js';
import { GRADIENTS } from '../modes.js';
import type { SessionOptions } from '../protocol.js';
import type { Range } from '../step/partition.js';
import type { Link } from './link.js';
import { rowsOfRanks, travelsAlone } from './rows.js';

/** Words of a head before the costs. */
const HEAD = 16;
const STEP = 0;
const STOPPED = 1;
const HITS = 2;
/** Row, layer and worker where it diverged, the row counted from 1; 0 where it did not. */
const ROW = 3;
const LAYER = 4;
const WORKER = 5;

/** Where a cost was not finite. */
interface Divergence {
  readonly row: number;
  readonly layer: number;
  readonly worker: number;
  readonly rank: number;
}

/** A matrix of the mini-batch's rows. */
interface Matrix {
  /** Address in the session's memory, and floats of a row. */
  readonly at: number;
  readonly floats: number;
}

/** A matrix whose rows travel from and to where they are. */
interface InPlace {
  readonly at: number;
  readonly parts: Parts;
}

/** How the rows of a mini-batch of m samples travel. */
interface Travel {
  /** Where each rank's head begins, in words. */
  readonly heads: readonly number[];
  readonly headParts: Parts;
  /** Short matrices: what of a head is copied from or to where; by rank. */
  readonly copies: readonly (readonly { readonly head: Float32Array; readonly rows: Float32Array }[])[];
  /** The others, in place, by layer: d^l of hidden layers, and δ^l. */
  readonly activations: readonly (InPlace | undefined)[];
  readonly errors: readonly (InPlace | undefined)[];
  /** Floats that this rank sends. */
  readonly floats: number;
}

export class StepExchange {
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #barrier: Barrier;
  readonly #collectives: Collectives;
  /** Where ranks have whole shards: how many there are. */
  readonly #shards: number | undefined;
  /** d^l of hidden layers, as far as they travel, and δ^l. */
  readonly #activations: readonly Matrix[];
  readonly #errors: readonly Matrix[];
  /** What of the current mini-batch has been sent ahead of its head. */
  #isAhead = false;
  readonly #travels = new Map<number, Travel>();
  readonly #heads: Float32Array;
  readonly #words: Int32Array;
  readonly #headsAt: number;
  /** What is waited for, said only where it does not come: a function made in each step would be garbage. */
  readonly #awaited = (): string => `in step ${this.#step + 1} for the rows of ${this.#link.others}`;
  #step = 0;
  /** Where any rank diverged in the last step, the first of their rows. */
  divergence: Divergence | undefined;
  /** Hits of all other ranks' workers in this part of an epoch. */
  hits = 0;
  readonly #reports: Reports = { hits: 0, row: 0, layer: 0, worker: 0 };

  /** @param from the first layer whose activations travel: 0, or 1 where every rank computes those of all rows */
  constructor(options: SessionOptions, link: Link, layout: Layout, barrier: Barrier, from: 0 | 1) {
    const { arena, batch } = options;
    this.#options = options;
    this.#link = link;
    this.#barrier = barrier;
    // Where sums travel, nobody needs the rows of others.
    this.#shards = GRADIENTS[options.gradient].travels === 'sums' ? options.shards : undefined;
    const travelling = this.#shards === undefined ? layout.layers : [];
    this.#activations = travelling.slice(from, -1).map(({ O }, l) => ({ at: arena.rows.d[from + l], floats: stride(O) }));
    this.#errors = travelling.map(({ O }, l) => ({ at: arena.rows.delta[l], floats: stride(O) }));
    const matrices = [...this.#activations, ...this.#errors];
    this.#collectives = link.collectives(matrices.length + 1);
    const row = matrices.reduce((sum, { floats }) => sum + floats, 1);
    this.#heads = new Float32Array(link.size * HEAD + batch * row);
    this.#words = new Int32Array(this.#heads.buffer);
    this.#headsAt = link.addressOf(this.#heads);
  }

  /** A part of an epoch begins. */
  begin(): void {
    this.divergence = undefined;
    this.hits = 0;
    this.#link.spent.fill(0);
  }

  /** What all exchanges of this thread took, those of slices too: milliseconds, and bytes that this rank has sent. */
  get spent(): { readonly milliseconds: number; readonly bytes: number } {
    const [milliseconds, floats] = this.#link.spent;
    return { milliseconds, bytes: 4 * floats };
  }

  /** Long rows of d^l of the mini-batch begin to travel ahead of the rest, once all workers of this rank have them; after them `postError`. */
  postActivations(m: number): void {
    const begin = performance.now();
    this.#isAhead = true;
    this.#postAll(this.#travelOf(m).activations);
    this.#link.spend(begin);
  }

  /** The same for δ of layer l, for every layer, the last first. */
  postError(m: number, l: number): void {
    const begin = performance.now();
    const error = this.#travelOf(m).errors[l];
    if (error) this.#post(error);
    this.#link.spend(begin);
  }

  #postAll(matrices: readonly (InPlace | undefined)[]): void {
    for (let k = 0; k < matrices.length; k++) {
      const matrix = matrices[k];
      if (matrix) this.#post(matrix);
    }
  }

  #post({ at, parts }: InPlace): void {
    this.#collectives.post('floats', this.#link.at(at), parts);
  }

  /** Moves on what is under way; whoever computes meanwhile calls it now and then. */
  poll(): void {
    const begin = performance.now();
    this.#collectives.test();
    this.#link.spend(begin);
  }

  /**
   * All of this rank's rows of the mini-batch that have not been sent ahead begin to travel, once all of its workers have them.
   * @param step of the epoch, from 0
   */
  post(m: number, step: number): void {
    const begin = performance.now();
    const travel = this.#travelOf(m);
    const { rank } = this.#link;
    const at = travel.heads[rank];
    const words = this.#words;
    words[at + STEP] = step;
    // Rank 0 alone may stop a run for a reason of its own.
    const { stopped } = this.#barrier;
    words[at + STOPPED] = rank === 0 || stopped === STOP_DIVERGED ? stopped : 0;
    this.#barrier.readReports(this.#reports);
    words[at + HITS] = this.#reports.hits;
    words[at + ROW] = this.#reports.row;
    words[at + LAYER] = this.#reports.layer;
    words[at + WORKER] = this.#reports.worker;
    const copies = travel.copies[rank];
    for (let k = 0; k < copies.length; k++) copies[k].head.set(copies[k].rows);
    if (!this.#isAhead) {
      this.#postAll(travel.activations);
      this.#postAll(travel.errors);
    }
    this.#isAhead = false;
    this.#collectives.post('floats', this.#headsAt, travel.headParts);
    this.#link.spend(begin, travel.floats);
  }

  /** Waits until the rows of all ranks are here. @throws {NablaError} RANK_LOST */
  finish(m: number, step: number): void {
    const begin = performance.now();
    const travel = this.#travelOf(m);
    const { rank, size, limit } = this.#link;
    this.#step = step;
    this.#collectives.finish(limit, this.#awaited);
    let stop = 0;
    let hits = 0;
    for (let r = 0; r < size; r++) {
      const at = travel.heads[r];
      if (this.#words[at + STEP] !== step) throw this.#parted(r, step, this.#words[at + STEP]);
      stop = Math.max(stop, this.#words[at + STOPPED]);
      if (this.#words[at + ROW] !== 0) this.#note(at, r);
      if (r === rank) continue;
      hits += this.#words[at + HITS];
      const copies = travel.copies[r];
      for (let k = 0; k < copies.length; k++) copies[k].rows.set(copies[k].head);
    }
    this.hits = hits;
    this.#barrier.stop(stop);
    this.#link.spend(begin);
  }

  /** Rows of ranks follow one another, and so do these. */
  #note(at: number, rank: number): void {
    const words = this.#words;
    this.divergence ??= { row: words[at + ROW] - 1, layer: words[at + LAYER], worker: words[at + WORKER], rank };
  }

  #parted(rank: number, step: number, got: number): NablaError {
    const { hosts } = this.#link;
    return new NablaError('RANK_LOST', `In step ${step + 1} of the epoch, rank ${rank} on ${hosts[rank]} was in step ${got + 1}.`);
  }

  #travelOf(m: number): Travel {
    const known = this.#travels.get(m);
    if (known) return known;
    const travel = this.#planTravel(m);
    this.#travels.set(m, travel);
    return travel;
  }

  #planTravel(m: number): Travel {
    const { rank, size } = this.#link;
    const rows = rowsOfRanks(m, size, this.#shards);
    const isShort = ({ floats }: Matrix): boolean => !travelsAlone(m, floats, size);
    const inHead: readonly Matrix[] = [{ at: this.#options.arena.rows.c, floats: 1 }, ...[...this.#activations, ...this.#errors].filter(isShort)];
    const count = ({ begin, end }: Range, floats: number): number => (end - begin) * floats;
    const lengths = rows.map((range) => inHead.reduce((sum, { floats }) => sum + count(range, floats), HEAD));
    const heads = lengths.map((_, r) => lengths.slice(0, r).reduce((sum, length) => sum + length, 0));
    const copies = rows.map((range, r) => {
      let at = heads[r] + HEAD;
      return inHead.map(({ at: matrix, floats }) => {
        const length = count(range, floats);
        at += length;
        return {
          head: this.#heads.subarray(at - length, at),
          rows: new Float32Array(this.#link.memory.buffer, matrix + range.begin * floats * 4, length),
        };
      });
    });
    const inPlace = (matrix: Matrix): InPlace | undefined => {
      const { at, floats } = matrix;
      if (isShort(matrix)) return undefined;
      const counts = rows.map((range) => count(range, floats));
      return {
        at,
        parts: this.#link.parts(
          counts,
          rows.map(({ begin }) => begin * floats),
        ),
      };
    };
    const activations = this.#activations.map(inPlace);
    const errors = this.#errors.map(inPlace);
    const long = [...activations, ...errors].reduce((sum, matrix) => sum + (matrix?.parts.countOf(rank) ?? 0), 0);
    return {
      heads,
      headParts: this.#link.parts(lengths, heads),
      copies,
      activations,
      errors,
      floats: lengths[rank] + long,
    };
  }
}
