// What travels between ranks that add up gradients in a fixed tree (step/tree.ts), as one worker of each rank sends and receives it. The
// parameters are cut into slices, one for each rank:
//
//   the roots of each rank's subtrees   to each rank those of its slice, into the blocks in which their sender has them
//   sums of cells                       each slice to all, where the norm of ∇C has a limit
//   the parameters                      each slice to all
//   the optimiser's states              the same, at the end of a part of an epoch: whoever saves them has all
//
// A rank that has a power of two of shards has one root; any other at most two for each level of the tree, each with an exchange of its own.

import { type Layout, LINE_FLOATS } from '../../model/layout.js';
import type { Collectives, Parts } from '../../mpi/collectives.js';
import type { SessionOptions } from '../protocol.js';
import { partition, type Range } from '../step/partition.js';
import { subtreesOf } from '../step/shard-tree.js';
import type { Link } from './link.js';
import type { Place } from './rows.js';

/** A rank's slice of the parameters, in floats, whole cache lines. */
export function sliceOfRank({ floats }: Layout, { rank, size }: Place): Range {
  return partition(floats, size, rank, LINE_FLOATS);
}

/** One exchange of roots. */
interface Roots {
  readonly sent: Parts;
  readonly received: Parts;
  readonly floats: number;
}

/** Floats that a sum of a cell takes: it has 64 bits. */
const CELL_FLOATS = 2;

export class TreeExchange {
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #layout: Layout;
  readonly #collectives: Collectives;
  /** What is waited for, said only where it does not come: a function made in each step would be garbage. */
  readonly #awaited = (): string => `for ${this.#what} of ${this.#link.others}`;
  #what = '';
  readonly #slices: readonly Range[];
  /** Each rank's subtrees. */
  readonly #subtrees: readonly (readonly number[])[];
  readonly #parameters: Parts;
  readonly #cells: Parts;
  /** By the number of shards that have samples. */
  readonly #roots = new Map<number, readonly Roots[]>();

  constructor(options: SessionOptions, link: Link, layout: Layout) {
    const { size } = link;
    this.#options = options;
    this.#link = link;
    this.#layout = layout;
    const each = Array.from({ length: size }, (_, rank) => rank);
    this.#slices = each.map((rank) => sliceOfRank(layout, { rank, size }));
    this.#subtrees = each.map((rank) => subtreesOf(partition(options.shards, size, rank)));
    const most = Math.max(options.arena.states.length, ...this.#subtrees.map((firsts) => firsts.length));
    this.#collectives = link.collectives(Math.max(1, most));
    this.#parameters = this.#sliced(1);
    this.#cells = this.#sliced(CELL_FLOATS / LINE_FLOATS);
  }

  /** A buffer of all ranks' slices, with so many floats for each parameter. */
  #sliced(floats: number): Parts {
    return this.#link.parts(
      this.#slices.map(({ begin, end }) => (end - begin) * floats),
      this.#slices.map(({ begin }) => begin * floats),
    );
  }

  /** The roots of this rank's subtrees, where it has their sums, to all others; `filled` shards of the mini-batch have samples. */
  roots(filled: number): void {
    const begin = performance.now();
    const roots = this.#rootsOf(filled);
    const [memory, blocks] = [this.#link.at(0), this.#link.at(this.#options.arena.blocks)];
    let sent = 0;
    for (let k = 0; k < roots.length; k++) {
      this.#collectives.postToEach('floats', memory, roots[k].sent, blocks, roots[k].received);
      sent += roots[k].floats;
    }
    this.#finish('the gradients');
    this.#link.spend(begin, sent);
  }

  #rootsOf(filled: number): readonly Roots[] {
    const known = this.#roots.get(filled);
    if (known) return known;
    const roots = this.#planRoots(filled);
    this.#roots.set(filled, roots);
    return roots;
  }

  #planRoots(filled: number): Roots[] {
    const { rank } = this.#link;
    const most = Math.max(...this.#subtrees.map((firsts) => firsts.length));
    const length = ({ begin, end }: Range): number => end - begin;
    const plan = (k: number): Roots | undefined => {
      // Of no shard with samples there is no sum.
      const firsts = this.#subtrees.map((subtrees) => (subtrees[k] < filled ? subtrees[k] : undefined));
      if (firsts.every((first) => first === undefined)) return undefined;
      const parts = (from: number, other: (r: number) => { first: number | undefined; slice: Range }): Parts => {
        const all = firsts.map((_, r) => ({ ...other(r), isOther: r !== rank }));
        return this.#link.parts(
          all.map(({ first, slice, isOther }) => (isOther && first !== undefined ? length(slice) : 0)),
          all.map(({ first = 0, slice }) => from + first * this.#layout.floats + slice.begin),
        );
      };
      // Of what is sent, counted from the begin of the memory: Open MPI takes two buffers with one address for one that is changed in place.
      const sent = parts(this.#options.arena.blocks / 4, (r) => ({ first: firsts[rank], slice: this.#slices[r] }));
      const received = parts(0, (r) => ({ first: firsts[r], slice: this.#slices[rank] }));
      return { sent, received, floats: sent.total };
    };
    return Array.from({ length: most }, (_, k) => plan(k)).filter((roots) => roots !== undefined);
  }

  /** Sums of the cells of each slice. */
  cells(): void {
    this.#gather([this.#options.arena.sums], this.#cells, 'the norms');
  }

  /** The parameters of each slice. */
  parameters(): void {
    this.#gather([this.#options.arena.parameters], this.#parameters, 'the parameters');
  }

  /** The optimiser's states of each slice. */
  states(): void {
    this.#gather(this.#options.arena.states, this.#parameters, "the optimiser's states");
  }

  #gather(addresses: readonly number[], parts: Parts, what: string): void {
    const begin = performance.now();
    for (let k = 0; k < addresses.length; k++) this.#collectives.post('floats', this.#link.at(addresses[k]), parts);
    this.#finish(what);
    this.#link.spend(begin, addresses.length * parts.countOf(this.#link.rank));
  }

  #finish(what: string): void {
    this.#what = what;
    this.#collectives.finish(this.#link.limit, this.#awaited);
  }
}
