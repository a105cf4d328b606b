// What travels between the ranks of a run within a step, as one worker of each rank sends and receives it:
//
//   a^l of the hidden layers and δ^l, whose rows lie one after another: where they are, in place
//   a head of each rank: step, phase, why to stop, hits, where it diverged; C_x of its rows; and rows too short for an exchange of their own
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
import { rowsOfRanks } from './rows.js';

/** Words of a head before the costs. */
const HEAD = 16;
const STEP = 0;
const PHASE = 1;
const STOPPED = 2;
const HITS = 3;
/** Row, layer and worker where it diverged, the row counted from 1; 0 where it did not. */
const ROW = 4;
const LAYER = 5;
const WORKER = 6;

/** Bytes of a rank's rows of a matrix up to which they travel with its head: copying them costs less than an exchange of their own. */
const SHORT = 8192;

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

/** How the rows of a mini-batch of m samples travel. */
interface Travel {
  readonly rows: readonly Range[];
  /** Where each rank's head begins, in words. */
  readonly heads: readonly number[];
  readonly headParts: Parts;
  /** Short matrices: what of a head is copied from or to where; by rank. */
  readonly copies: readonly (readonly { readonly head: Float32Array; readonly rows: Float32Array }[])[];
  /** The others, in place. */
  readonly long: readonly { readonly at: number; readonly parts: Parts }[];
  /** Floats that this rank sends. */
  readonly floats: number;
}

export class StepExchange {
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #barrier: Barrier;
  readonly #collectives: Collectives;
  readonly #matrices: readonly Matrix[];
  /** Where ranks have whole shards: how many there are. */
  readonly #shards: number | undefined;
  readonly #travels = new Map<number, Travel>();
  readonly #heads: Float32Array;
  readonly #words: Int32Array;
  readonly #headsAt: number;
  /** Where any rank diverged in the last step, the first of their rows. */
  divergence: Divergence | undefined;
  /** Hits of all other ranks' workers in this part of an epoch. */
  hits = 0;
  readonly #reports: Reports = { hits: 0, row: 0, layer: 0, worker: 0 };
  /** Milliseconds that exchanges have taken in this part of an epoch, and floats that this rank has sent. */
  readonly #spent = new Float64Array(2);

  /** @param from the first layer whose activations travel: 0, or 1 where every rank computes those of all rows */
  constructor(options: SessionOptions, link: Link, layout: Layout, barrier: Barrier, from: 0 | 1) {
    const { arena, batch } = options;
    this.#options = options;
    this.#link = link;
    this.#barrier = barrier;
    const hidden = layout.layers.slice(0, -1).map(({ O }, l) => ({ at: arena.rows.d[l], floats: stride(O) }));
    const errors = layout.layers.map(({ O }, l) => ({ at: arena.rows.delta[l], floats: stride(O) }));
    // Where sums travel, nobody needs the rows of others.
    this.#shards = GRADIENTS[options.gradient].travels === 'sums' ? options.shards : undefined;
    this.#matrices = this.#shards === undefined ? [...hidden.slice(from), ...errors] : [];
    this.#collectives = link.collectives(this.#matrices.length + 1);
    const row = this.#matrices.reduce((sum, { floats }) => sum + floats, 1);
    this.#heads = new Float32Array(link.size * HEAD + batch * row);
    this.#words = new Int32Array(this.#heads.buffer);
    this.#headsAt = link.addressOf(this.#heads);
  }

  /** A part of an epoch begins. */
  begin(): void {
    this.divergence = undefined;
    this.hits = 0;
    this.#spent.fill(0);
  }

  /** What its exchanges took: milliseconds, and bytes that this rank has sent. */
  get spent(): { readonly milliseconds: number; readonly bytes: number } {
    return { milliseconds: this.#spent[0], bytes: 4 * this.#spent[1] };
  }

  /**
   * This rank's rows of the mini-batch begin to travel, once all of its workers have them.
   * @param step of the epoch, from 0
   */
  post(m: number, step: number): void {
    const begin = performance.now();
    const travel = this.#travelOf(m);
    const { rank } = this.#link;
    const at = travel.heads[rank];
    const words = this.#words;
    words[at + STEP] = step;
    words[at + PHASE] = 1;
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
    for (let k = 0; k < travel.long.length; k++) this.#collectives.post('floats', this.#link.at(travel.long[k].at), travel.long[k].parts);
    this.#collectives.post('floats', this.#headsAt, travel.headParts);
    this.#spent[1] += travel.floats;
    this.#spent[0] += performance.now() - begin;
  }

  /** Waits until the rows of all ranks are here. @throws {NablaError} RANK_LOST */
  finish(m: number, step: number): void {
    const begin = performance.now();
    const travel = this.#travelOf(m);
    const { rank, size, limit } = this.#link;
    this.#collectives.finish(limit, () => `in step ${step + 1} for the rows of the other ${size - 1} processes`);
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
    this.#spent[0] += performance.now() - begin;
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
    const most = rows[0].end - rows[0].begin;
    // By the longest part, so that all ranks come to the same.
    const short = this.#matrices.filter(({ floats }) => most * floats * 4 <= SHORT);
    const long = this.#matrices.filter((matrix) => !short.includes(matrix));
    const inHead: readonly Matrix[] = [{ at: this.#options.arena.rows.c, floats: 1 }, ...short];
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
    const parts = ({ floats }: Matrix): Parts =>
      this.#link.parts(
        rows.map((range) => count(range, floats)),
        rows.map(({ begin }) => begin * floats),
      );
    return {
      rows,
      heads,
      headParts: this.#link.parts(lengths, heads),
      copies,
      long: long.map((matrix) => ({ at: matrix.at, parts: parts(matrix) })),
      floats: lengths[rank] + long.reduce((sum, { floats }) => sum + count(rows[rank], floats), 0),
    };
  }
}
