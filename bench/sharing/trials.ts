// What two threads write side by side in a training step, each as a call of the trainer's own kernel, and in the layouts that are
// compared: where both write neighbouring lines of the same rows, and where each has one piece of memory. The two layouts of a
// trial differ in addresses only. A kernel for panels writes rows of L neighbouring lines where it is told that a panel has
// one input, and entries point at rows as far apart as is wished.
//
//   neighbours   a a b b | a a b b | …         rows of 2 L lines, the first L of thread a
//   pieces       a a | a a | …  b b | b b | …
//   panels       a | a | …  a | a | …  b | …   as the weights of a sparse first layer lie: pieces of one line a row

import { type Kernels, PANEL_FLOATS, type TaggedBlocks } from '../../src/kernels/kernels.js';
import { type Desk, INPUTS, ROWS, SHARED } from './memory.js';

export const LAYOUTS = ['neighbours', 'pieces', 'panels'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

const LINE = 64;
/** Small enough for weights to stay of a usual size, however often they are updated. */
const RATE = 1e-6;
/** A row for each sample of a large mini-batch, of a kernel that is called row by row. */
const SHORT_ROWS = 100;

/** Makes thread 0's or 1's call, for L lines a row each. */
type Prepare = (desk: Desk, L: number) => () => void;

export interface Trial {
  readonly id: string;
  readonly what: string;
  /** Which of them the trainer has. */
  readonly trained: LayoutName;
  readonly layouts: Readonly<Partial<Record<LayoutName, Prepare>>>;
}

/** w -= rate · x δ over the entries of a mini-batch. */
function update({ kernels, own }: Desk, w: number, L: number, pitch: number): () => void {
  const spans = own.entries(pitch);
  return () => kernels.sparseUpdate(ROWS, 0, L * PANEL_FLOATS, 1, L * PANEL_FLOATS, spans, own.delta, w, RATE);
}

const UPDATE: Trial = {
  id: 'update',
  what: 'w² of a sparse first layer, `owned`: its update',
  trained: 'panels',
  layouts: {
    neighbours: (desk, L) => update(desk, SHARED.w + desk.index * L * LINE, L, 2 * L * LINE),
    pieces: (desk, L) => update(desk, SHARED.w + desk.index * INPUTS * L * LINE, L, L * LINE),
    panels: ({ kernels, own, index }, L) => {
      const [O, spans] = [2 * L * PANEL_FLOATS, own.entries(LINE)];
      return () => kernels.sparseUpdate(ROWS, (index * O) / 2, ((index + 1) * O) / 2, INPUTS, O, spans, own.delta, SHARED.w, RATE);
    },
  },
};

/** z = b + Σ x w over the entries of a mini-batch, of the same columns in either layout. */
function forward({ kernels, own, index }: Desk, z: number, L: number, O: number, begin: number): () => void {
  const end = begin + L * PANEL_FLOATS;
  const w = SHARED.w + (index * L * PANEL_FLOATS - begin) * INPUTS * 4;
  const spans = own.entries(LINE);
  return () => kernels.sparseForward(ROWS, begin, end, INPUTS, O, spans, w, own.biases, 1, z);
}

const Z: Trial = {
  id: 'z',
  what: 'z² of a sparse first layer, `owned`: its forward pass',
  trained: 'neighbours',
  layouts: {
    neighbours: (desk, L) => forward(desk, SHARED.rows, L, 2 * L * PANEL_FLOATS, desk.index * L * PANEL_FLOATS),
    pieces: (desk, L) => forward(desk, SHARED.rows + desk.index * ROWS * L * LINE, L, L * PANEL_FLOATS, 0),
  },
};

/** Load, multiply, store: what is least done to a row. One call of a kernel for each row. */
function writeRows({ kernels }: Desk, at: number, L: number, step: number): () => void {
  return () => {
    for (let s = 0; s < SHORT_ROWS; s++) kernels.scale(L * PANEL_FLOATS, at + s * step, -1);
  };
}

const ROWS_OF_LAYERS: Trial = {
  id: 'rows',
  what: 'z, a and δ of dense layers: their rows',
  trained: 'pieces',
  layouts: {
    neighbours: (desk, L) => writeRows(desk, SHARED.rows + desk.index * L * LINE, L, 2 * L * LINE),
    pieces: (desk, L) => writeRows(desk, SHARED.rows + desk.index * SHORT_ROWS * L * LINE, L, L * LINE),
  },
};

/** ∇w of a mini-batch's entries, to a block of the thread's own with `inputs` rows a panel. */
function gradient({ kernels, own }: Desk, block: number, L: number, pitch: number): () => void {
  const spans = own.entries(pitch);
  const inputs = (INPUTS * pitch) / LINE;
  let tag = 0;
  return () => kernels.sparseGradient(ROWS, inputs, L * PANEL_FLOATS, spans, own.delta, block, own.tags, ++tag);
}

const GRADIENT: Trial = {
  id: 'gradient',
  what: '∇w² of `partial`: to a block for each',
  trained: 'pieces',
  layouts: {
    neighbours: (desk, L) => gradient(desk, SHARED.blocks + desk.index * LINE, L, 2 * LINE),
    pieces: (desk, L) => gradient(desk, SHARED.blocks + desk.index * INPUTS * L * LINE, L, LINE),
  },
};

/** w -= rate · (block 0 + block 1) for half of the rows, one call for each. */
function sum(kernels: Kernels, L: number, first: number, step: number): () => void {
  const [address, bytes] = [SHARED.blocks, INPUTS * L * LINE];
  const blocks: TaggedBlocks = { address, step: bytes, tags: SHARED.tags, tagStep: INPUTS * 4, count: 2, tag: SHARED.tag };
  return () => {
    for (let k = 0, i = first; k < INPUTS / 2; k++, i += step) {
      kernels.reduceSparseBlocks(i, i + 1, INPUTS, L * PANEL_FLOATS, SHARED.w, blocks, RATE);
    }
  };
}

const SUM: Trial = {
  id: 'sum',
  what: 'w² of `partial`: the sum over both blocks, every other row or half of them',
  trained: 'pieces',
  layouts: {
    neighbours: ({ kernels, index }, L) => sum(kernels, L, index, 2),
    pieces: ({ kernels, index }, L) => sum(kernels, L, (index * INPUTS) / 2, 1),
  },
};

export const TRIALS: readonly Trial[] = [UPDATE, Z, ROWS_OF_LAYERS, GRADIENT, SUM];
