// What travels between the ranks of a run because layers are sliced (slices.ts), as one worker of each rank sends and receives it: the
// weights after a step, sums of squares where the norm of ∇C is limited, z² of a sparse first layer, and at the end of a part of an epoch
// whatever only its owner has, so that evaluation, checkpoints and the other ranks find all of it.

import { PANEL_FLOATS, panelsOf, stride } from '../../kernels/kernels.js';
import { type Layout, LINE_FLOATS } from '../../model/layout.js';
import type { Collectives, Parts } from '../../mpi/collectives.js';
import type { Arena } from '../memory/arena.js';
import type { Range } from '../step/partition.js';
import type { Link } from './link.js';
import { columnsOfRank, inputsOfRank } from './slices.js';

/** A stretch of memory of which each rank has a part. */
interface Stretch {
  /** Address as the library sees it, where counts are from. */
  readonly at: number;
  readonly parts: Parts;
}

/** z² of a mini-batch, packed: each rank's columns of all rows. */
interface PackedColumns {
  readonly parts: Parts;
  /** Where each rank's columns begin, in floats. */
  readonly begins: readonly number[];
}

const toLines = (floats: number): number => Math.ceil(floats / LINE_FLOATS);

export class SliceExchange {
  readonly #link: Link;
  readonly #collectives: Collectives;
  /** What is waited for, said only where it does not come: a function made in each step would be garbage. */
  readonly #awaited = (): string => `${this.#what} of ${this.#link.others}`;
  #what = '';
  readonly #layout: Layout;
  readonly #arena: Arena;
  /** Weights of dense layers that are sliced, by layer. */
  readonly #weights: readonly (Stretch | undefined)[];
  /** What only its owner has during a part of an epoch. */
  readonly #rest: readonly Stretch[];
  readonly #sums: readonly Stretch[];
  /** Each rank's columns of a sparse first layer; undefined where that is replicated or dense. */
  readonly #columns: readonly Range[] | undefined;
  readonly #packed: Float32Array;
  readonly #packedAt: number;
  readonly #packings = new Map<number, PackedColumns>();
  readonly #floats: Float32Array;

  /**
   * @param sliced which layers are
   * @param sparse whether the first one is over sparse inputs
   * @param batch the most rows of a mini-batch
   */
  constructor(link: Link, layout: Layout, arena: Arena, sliced: readonly boolean[], sparse: boolean, batch: number) {
    this.#link = link;
    this.#layout = layout;
    this.#arena = arena;
    const ranks = Array.from({ length: link.size }, (_, rank) => ({ rank, size: link.size }));
    const ofRanks = (range: (rank: number) => Range): Range[] => ranks.map(({ rank }) => range(rank));
    const [first] = layout.layers;
    if (sparse && sliced[0]) this.#columns = ofRanks((rank) => columnsOfRank(first, ranks[rank]));
    const isMoved = (l: number): boolean => sliced[l] && !(l === 0 && sparse);
    const dense = layout.layers.filter((_, l) => isMoved(l));

    // In floats from the first parameter: rows of w of a dense layer; panels and biases of a sparse one.
    const rows = dense.map((layer) => ({
      at: layer.w,
      ranges: ofRanks((rank) => scaled(inputsOfRank(layer, ranks[rank]), stride(layer.O))),
    }));
    const panel = first.I * PANEL_FLOATS;
    const neurons = this.#columns?.map(({ begin, end }) => ({ begin: panelsOf(begin) * panel, end: panelsOf(end) * panel }));
    const own =
      neurons && this.#columns
        ? [
            { at: first.w, ranges: neurons },
            { at: first.b, ranges: this.#columns },
          ]
        : [];
    const stretches = (address: number, pieces: readonly { readonly at: number; readonly ranges: readonly Range[] }[]): Stretch[] =>
      pieces.map(({ at, ranges }) => this.#stretch(address + at * 4, ranges));
    const weights = stretches(arena.parameters, rows);
    this.#weights = layout.layers.map((_, l) => (isMoved(l) ? weights[dense.indexOf(layout.layers[l])] : undefined));
    this.#rest = [...stretches(arena.parameters, own), ...arena.states.flatMap((state) => stretches(state, [...rows, ...own]))];

    // Cells are doubles; see memory/pieces.ts for their numbers.
    const doubles = (range: Range): Range => scaled(range, 2);
    const cells = rows.map(({ at, ranges }) => ({
      at: at / LINE_FLOATS,
      ranges: ranges.map(({ begin, end }) => doubles({ begin: toLines(begin), end: toLines(end) })),
    }));
    if (this.#columns) {
      const panels = this.#columns.map(({ begin, end }) => doubles({ begin: panelsOf(begin), end: panelsOf(end) }));
      const biases = this.#columns.map(({ begin, end }) => doubles({ begin: toLines(begin), end: toLines(end) }));
      cells.push({ at: layout.floats / LINE_FLOATS, ranges: panels }, { at: first.b / LINE_FLOATS, ranges: biases });
    }
    this.#sums = cells.map(({ at, ranges }) => this.#stretch(arena.sums + at * 8, ranges));
    this.#packed = new Float32Array(this.#columns ? batch * stride(first.O) : 0);
    this.#packedAt = link.addressOf(this.#packed);
    this.#floats = new Float32Array(link.memory.buffer);
    this.#collectives = link.collectives(Math.max(this.#weights.length, this.#rest.length, this.#sums.length, 1));
  }

  #stretch(address: number, ranges: readonly Range[]): Stretch {
    const counts = ranges.map(({ begin, end }) => end - begin);
    const displs = ranges.map(({ begin }) => begin);
    return { at: this.#link.at(address), parts: this.#link.parts(counts, displs) };
  }

  /** Whether weights of dense layers travel after each step. */
  get movesWeights(): boolean {
    return this.#weights.some((weights) => weights !== undefined);
  }

  /** Whether z² travels. */
  get movesColumns(): boolean {
    return this.#columns !== undefined;
  }

  /** The weights of a layer begin to travel, once this rank's slice is updated; each layer once, the first of the network first. */
  postWeights(l: number): void {
    const weights = this.#weights[l];
    if (!weights) return;
    const begin = performance.now();
    this.#collectives.post('floats', weights.at, weights.parts);
    this.#link.spend(begin, weights.parts.countOf(this.#link.rank));
  }

  /** Moves on what is under way. */
  poll(): void {
    const begin = performance.now();
    this.#collectives.test();
    this.#link.spend(begin);
  }

  /** Waits until the weights of all layers that were posted are here. */
  finishWeights(): void {
    const begin = performance.now();
    this.#finish('for weights');
    this.#link.spend(begin);
  }

  /** Sums of squares of all cells, after this rank's. */
  sums(): void {
    this.#exchange(this.#sums, 'for the sums of gradients');
  }

  /** After the last step of a part of an epoch. */
  rest(): void {
    this.#exchange(this.#rest, 'for the state');
  }

  /** z² of all columns of a mini-batch of m rows, after this rank's. */
  columns(m: number): void {
    if (!this.#columns) return;
    const begin = performance.now();
    const packing = this.#packings.get(m) ?? this.#plan(m, this.#columns);
    const { rank, size } = this.#link;
    this.#copy(m, this.#columns[rank], packing.begins[rank], true);
    this.#collectives.post('floats', this.#packedAt, packing.parts);
    this.#finish('for weighted inputs of the first layer');
    for (let r = 0; r < size; r++) if (r !== rank) this.#copy(m, this.#columns[r], packing.begins[r], false);
    this.#link.spend(begin, packing.parts.countOf(rank));
  }

  #plan(m: number, ranges: readonly Range[]): PackedColumns {
    const counts = ranges.map(({ begin, end }) => m * (end - begin));
    const begins = ranges.map(({ begin }) => m * begin);
    const packing = { parts: this.#link.parts(counts, begins), begins };
    this.#packings.set(m, packing);
    return packing;
  }

  /** Columns of z² to or from their packed place, row by row. */
  #copy(m: number, { begin, end }: Range, packed: number, pack: boolean): void {
    const row = stride(this.#layout.layers[0].O);
    const z = this.#arena.rows.z[0] / 4 + begin;
    const width = end - begin;
    for (let s = 0; s < m; s++) {
      const here = packed + s * width;
      const there = z + s * row;
      if (pack) this.#packed.set(this.#floats.subarray(there, there + width), here);
      else this.#floats.set(this.#packed.subarray(here, here + width), there);
    }
  }

  #exchange(stretches: readonly Stretch[], what: string): void {
    if (stretches.length === 0) return;
    const begin = performance.now();
    let floats = 0;
    for (let k = 0; k < stretches.length; k++) {
      this.#collectives.post('floats', stretches[k].at, stretches[k].parts);
      floats += stretches[k].parts.countOf(this.#link.rank);
    }
    this.#finish(what);
    this.#link.spend(begin, floats);
  }

  #finish(what: string): void {
    this.#what = what;
    this.#collectives.finish(this.#link.limit, this.#awaited);
  }
}

function scaled({ begin, end }: Range, by: number): Range {
  return { begin: begin * by, end: end * by };
}
