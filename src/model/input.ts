// The first layer's inputs, dense or sparse: how samples become rows, and the products of the first layer with them. In a
// picture of a digit four pixels of five are zero; over sparse rows neither forward pass nor gradient touches what they
// would multiply. Which of the two it is shows only here and in the two gradient strategies (parallel/step/partial.ts, owned.ts).
// Dense samples may also lie outside the memory that the kernels work on: outside-input.ts.

import {
  columns,
  type Descent,
  type Kernels,
  MOST_PACKED_ROWS,
  PANEL_FLOATS,
  panelsOf,
  type SparseUpdateKernel,
  stride,
  type TaggedBlocks,
} from '../kernels/kernels.js';
import type { Layout } from './layout.js';
import type { Rows } from './rows.js';

export const INPUT_FORMATS = ['dense', 'sparse'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** Samples of a split in a buffer of their own: numbers, not a view, so that it may be posted whatever the offset. */
export interface OutsideSplit {
  readonly buffer: SharedArrayBuffer;
  /** Where its first value is. */
  readonly byteOffset: number;
  readonly samples: number;
}

/** Where the samples lie, in either format. */
export interface Samples {
  /** Bytes that a value takes: 1 for bytes, 4 for floats. */
  readonly valueBytes: 1 | 4;
  /** What a byte is multiplied with. */
  readonly scale: number;
  /** Dense samples outside the memory, split after split; they are numbered through. Absent where they are in it. */
  readonly outside?: readonly OutsideSplit[];
  /** dense: [samples][I] values, none where they are outside. sparse: the samples' records (see gatherSparseBytes in kernels.ts). */
  readonly values: number;
  /** sparse: where each sample's record starts, 32-bit byte offsets from `values`. */
  readonly starts: number;
}

/** Bytes of an entry and of a row's span in kernels.ts. */
const ENTRY_BYTES = 8;
export const SPAN_BYTES = 8;

/**
 * Rows of a mini-batch, and outputs, from which on sorting its entries by input pays. Measured: 128 rows into 512
 * outputs, the update takes 0.9 ms and the sort 0.08 instead of 1.75 together; 100 rows into 100 outputs, what it saves it costs.
 */
const LARGE_ROWS = 32;
const LARGE_OUTPUTS = 128;

/** Sparse rows with room for their entries by inputs. */
export interface GroupedRows extends Rows {
  readonly groups: number;
  /** [I] spans */
  readonly groupSpans: number;
}

/** Where inputs come, dense or as entries. */
export type GatheredRows = Pick<Rows, 'x' | 'spans'>;

/** What the forward pass needs of either. */
export interface Input {
  /** Inputs of samples order[0 … end - begin) to rows begin to end. */
  gather(rows: GatheredRows, begin: number, end: number, order: number): void;
  /** z² = w² x + b² for rows begin to end. */
  forward(rows: Rows, begin: number, end: number): void;
}

export class DenseInput implements Input {
  readonly #kernels: Kernels;
  readonly #samples: Samples;
  readonly #layer: { I: number; O: number; w: number; b: number };

  constructor(kernels: Kernels, samples: Samples, { layers }: Layout, parameters: number) {
    const { I, O, w, b } = layers[0];
    this.#kernels = kernels;
    this.#samples = samples;
    this.#layer = { I, O, w: parameters + w * 4, b: parameters + b * 4 };
  }

  gather(rows: GatheredRows, begin: number, end: number, order: number): void {
    const { I } = this.#layer;
    const { valueBytes, values, scale } = this.#samples;
    const to = rows.x + begin * stride(I) * 4;
    if (valueBytes === 1) this.#kernels.gatherBytes(end - begin, I, order, values, scale, to);
    else this.#kernels.gatherFloats(end - begin, I, order, values, to);
  }

  forward(rows: Rows, begin: number, end: number): void {
    const { I, O, w, b } = this.#layer;
    this.#kernels.forward(end - begin, I, O, rows.x + begin * stride(I) * 4, w, b, rows.z[0] + begin * stride(O) * 4);
  }
}

/**
 * Weight decay would touch every weight in every step. So w is kept as factor · v: a decay changes only the factor, and an
 * update of v is divided by it. Exact in real numbers; every worker keeps the same factor, and `fold` makes it part of w
 * again, when it has halved and at the end of an epoch (S. Shalev-Shwartz et al., Pegasos, 2007, section 2.2).
 */
export class SparseInput implements Input {
  readonly #kernels: Kernels;
  readonly #samples: Samples;
  readonly #I: number;
  readonly #O: number;
  readonly #parameters: number;
  readonly #w: number;
  readonly #b: number;
  /** What w has yet to be multiplied with. Part of the state of an epoch that is trained in parts. */
  factor = 1;

  constructor(kernels: Kernels, samples: Samples, { layers }: Layout, parameters: number) {
    const { I, O, w, b } = layers[0];
    this.#kernels = kernels;
    this.#samples = samples;
    this.#I = I;
    this.#O = O;
    this.#parameters = parameters;
    this.#w = parameters + w * 4;
    this.#b = parameters + b * 4;
  }

  /** Bytes of the record of a sample with `count` entries, a multiple of four. */
  static recordBytes(count: number, valueBytes: number): number {
    return (4 + count * (2 + valueBytes) + 3) & ~3;
  }

  /** Bytes that the entries of so many rows may take, with what a gather writes past the last one. */
  static entryBytes(inputs: number, rows: number): number {
    return rows * ((inputs + 7) & ~7) * ENTRY_BYTES;
  }

  gather(rows: GatheredRows, begin: number, end: number, order: number): void {
    const { starts, values, scale, valueBytes } = this.#samples;
    const entries = rows.x + SparseInput.entryBytes(this.#I, begin);
    const spans = rows.spans + begin * SPAN_BYTES;
    if (valueBytes === 1) this.#kernels.gatherSparseBytes(end - begin, order, starts, values, scale, entries, spans);
    else this.#kernels.gatherSparseFloats(end - begin, order, starts, values, entries, spans);
  }

  forward(rows: Rows, begin: number, end: number): void {
    const z = rows.z[0] + begin * stride(this.#O) * 4;
    const spans = rows.spans + begin * SPAN_BYTES;
    this.#kernels.sparseForward(end - begin, 0, columns(this.#O), this.#I, this.#O, spans, this.#w, this.#b, this.factor, z);
  }

  /** z² of rows begin to end, for the columns from to upTo only: from is a multiple of LINE_FLOATS, as below. */
  forwardColumns(rows: Rows, begin: number, end: number, from: number, upTo: number): void {
    const z = rows.z[0] + begin * stride(this.#O) * 4;
    this.#kernels.sparseForward(end - begin, from, upTo, this.#I, this.#O, rows.spans + begin * SPAN_BYTES, this.#w, this.#b, this.factor, z);
  }

  /**
   * BP4 of a whole mini-batch and its update for the columns from to upTo: w ← keep·w - rate·Σ_s x δ. Where many rows share an
   * input, the entries are first sorted by input: then a row of w is loaded and stored once for all of them.
   */
  update(rows: GroupedRows, m: number, from: number, upTo: number, descent: Descent): void {
    const { delta, spans, groups, groupSpans } = rows;
    const [I, O] = [this.#I, this.#O];
    this.factor *= descent.keep;
    const rate = descent.rate / this.factor;
    if (this.#isLarge(m)) {
      this.#kernels.groupEntries(m, I, -rate, spans, groups, groupSpans);
      this.#kernels.groupedUpdate(I, m, from, upTo, O, groupSpans, delta[0], this.#w);
    } else {
      this.#kernels.sparseUpdate(m, from, upTo, I, O, spans, delta[0], this.#w, rate);
    }
    if (this.factor < 0.5) this.fold(from, upTo);
  }

  /**
   * BP4 of a whole mini-batch for the columns from to upTo, and a step of an optimiser by it, at once.
   * @param s and q: its states, which lie like all parameters
   */
  optimise(rows: GroupedRows, m: number, from: number, upTo: number, update: SparseUpdateKernel, s: number, q: number, hyper: number): void {
    const { delta, spans, groups, groupSpans } = rows;
    const [I, O, w] = [this.#I, this.#O, this.#w];
    const shift = w - this.#parameters;
    this.#kernels.groupEntries(m, I, 1, spans, groups, groupSpans);
    update(I, m, from, upTo, O, groupSpans, delta[0], w, s + shift, q + shift, hyper);
  }

  /** BP4 of a whole mini-batch for the columns from to upTo, to dw, which lies like w. */
  gradientColumns(rows: GroupedRows, m: number, from: number, upTo: number, dw: number): void {
    const { delta, spans, groups, groupSpans } = rows;
    const [I, O] = [this.#I, this.#O];
    this.#scaleColumns(from, upTo, dw, 0);
    if (this.#isLarge(m)) {
      this.#kernels.groupEntries(m, I, 1, spans, groups, groupSpans);
      this.#kernels.groupedUpdate(I, m, from, upTo, O, groupSpans, delta[0], dw);
    } else {
      this.#kernels.sparseUpdate(m, from, upTo, I, O, spans, delta[0], dw, -1);
    }
  }

  /** Whether the entries of m rows are sorted by input. */
  #isLarge(m: number): boolean {
    return m >= LARGE_ROWS && this.#O >= LARGE_OUTPUTS && m <= MOST_PACKED_ROWS;
  }

  /** BP4 of rows begin to end, to the rows of dw that they touch; `tags` tells which those are. */
  gradient(rows: Rows, begin: number, end: number, dw: number, tags: number, tag: number): void {
    const delta = rows.delta[0] + begin * stride(this.#O) * 4;
    this.#kernels.sparseGradient(end - begin, this.#I, this.#O, rows.spans + begin * SPAN_BYTES, delta, dw, tags, tag);
  }

  /** w ← keep·w - rate·Σ blocks for inputs from to upTo, over the blocks that have written them. */
  apply(from: number, upTo: number, blocks: TaggedBlocks, { rate, keep }: Descent): void {
    this.factor *= keep;
    this.#kernels.reduceSparseBlocks(from, upTo, this.#I, this.#O, this.#w, blocks, rate / this.factor);
    if (this.factor < 0.5) this.foldRows(from, upTo);
  }

  /** dw = Σ blocks for inputs from to upTo, over the blocks that have written them. */
  reduce(from: number, upTo: number, blocks: TaggedBlocks, dw: number): void {
    this.#scaleRows(from, upTo, dw, 0);
    this.#kernels.reduceSparseBlocks(from, upTo, this.#I, this.#O, dw, blocks, -1);
  }

  /** Makes the factor part of the columns from to upTo. Each worker folds its own, all of them in the same step. */
  fold(from: number, upTo: number): void {
    if (this.factor !== 1) this.#scaleColumns(from, upTo, this.#w, this.factor);
    this.factor = 1;
  }

  /** The same for whole rows from to upTo. */
  foldRows(from: number, upTo: number): void {
    if (this.factor !== 1) this.#scaleRows(from, upTo, this.#w, this.factor);
    this.factor = 1;
  }

  /** The panels of columns from to upTo, of w or of what lies like it. */
  #scaleColumns(from: number, upTo: number, w: number, factor: number): void {
    const panel = this.#I * PANEL_FLOATS;
    const [first, last] = [panelsOf(from), panelsOf(upTo)];
    this.#kernels.scale((last - first) * panel, w + first * panel * 4, factor);
  }

  /** Rows from to upTo of every panel. */
  #scaleRows(from: number, upTo: number, w: number, factor: number): void {
    for (let p = 0; p < panelsOf(this.#O); p++) {
      this.#kernels.scale((upTo - from) * PANEL_FLOATS, w + (p * this.#I + from) * PANEL_FLOATS * 4, factor);
    }
  }
}
