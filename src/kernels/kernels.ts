// The interface between arithmetic and everything else. A set of kernels works on one memory; every argument that names a
// matrix is a byte address in it, so that TypeScript, WebAssembly and a native library share the same arrays without a
// copy. Kernels know no network and no thread, allocate nothing and check nothing: the floors above pass what fits.
//
// Matrices are row-major float32; a row of n columns takes `stride(n)` floats, and the floats past n are zero. Weights
// lie input-major, w[I][O]: then a forward pass reads w along its rows, and an input of zero is a row that can be skipped.
// The symbols are those of the book: x the inputs a^{l-1} of a layer, z = w x + b, a = f(z), δ = ∂C/∂z, y the targets.

import type { ActivationName } from '../functions/activations.js';
import type { CostName } from '../functions/costs.js';
import type { OptimiserName } from '../functions/optimisers/index.js';

export const KERNEL_NAMES = ['scalar', 'simd', 'relaxed', 'wide', 'blas'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** Whether two sets make the same bits: `wide` is the arithmetic of `relaxed`, so a run of one goes on with the other. */
export function haveSameBits(a: KernelName | 'auto', b: KernelName | 'auto'): boolean {
  return a === b || (LIKE_RELAXED.includes(a) && LIKE_RELAXED.includes(b));
}

const LIKE_RELAXED: readonly string[] = ['relaxed', 'wide'];

/**
 * What an update kernel reads: a row of floats in the shared memory, because a fraction that is passed to a function may be boxed.
 * The fields' numbers:
 */
export const HYPER = {
  /** What the summed gradient is multiplied with: 1/m, less where it is clipped. */
  scale: 0,
  eta: 1,
  /** λ/n and λ₁/n: 0 for biases, which do not decay. */
  l2: 2,
  l1: 3,
  /** μ, ρ or β₁, and what is left of it to 1. */
  first: 4,
  firstRest: 5,
  /** β₂, and what is left of it to 1. */
  second: 6,
  secondRest: 7,
  epsilon: 8,
  /** 1 / (1 - β₁^t) and 1 / (1 - β₂^t) */
  firstCorrection: 9,
  secondCorrection: 10,
} as const;
export const HYPER_FLOATS = 16;

/**
 * One step of an optimiser (equations in functions/optimisers/) on R rows of n floats, n a multiple of four and the rows `step` bytes
 * apart: w from the summed gradient g and the optimiser's state s, q, which lie like w. With g ← scale·g + l2·w + l1·sgn w first;
 * a decoupled optimiser decays w by η·l2 instead.
 */
export type UpdateKernel = (R: number, n: number, step: number, w: number, g: number, s: number, q: number, hyper: number) => void;

/**
 * The same step over a sparse first layer's weights, from the entries by `groupEntries` (factor 1) and δ instead of a summed gradient:
 * w, s and q in panels, for o in [begin, end), and at most MOST_PACKED_ROWS samples. It goes over memory once, where a gradient would be
 * cleared, written and read as well.
 */
export type SparseUpdateKernel = (
  I: number,
  S: number,
  begin: number,
  end: number,
  O: number,
  groupSpans: number,
  delta: number,
  w: number,
  s: number,
  q: number,
  hyper: number,
) => void;

/**
 * Floats from one row of n columns to the next: whole SIMD vectors up to a cache line, whole cache lines beyond it, so that
 * a worker's share of the columns need not share a line with another worker's; from LONG_ROW floats on an odd number of
 * lines, because the same columns of rows a power of two apart fall on few sets of a cache and push each other out.
 */
export function stride(n: number): number {
  if (n <= 16) return columns(n);
  const lines = (n + 15) >> 4;
  return (n < LONG_ROW ? lines : lines | 1) << 4;
}

const LONG_ROW = 256;

/** The part of a row that kernels compute: n columns in whole vectors. */
export function columns(n: number): number {
  return (n + 3) & ~3;
}

/** What tells the units of a row apart in `dropout`: 2³² divided by the golden ratio. */
export const UNIT_STEP = 0x9e3779b1;

/** Bytes of scratch memory that every set of kernels may use for itself (packed panels of large products). */
export const SCRATCH_BYTES = 1 << 19;

/**
 * Floats of a row of a panel: the weights of a sparse first layer lie in panels of so many columns, [panel][I][PANEL_FLOATS]. It is a
 * cache line: so what a worker owns of them is one piece of memory, and no row of it lies beside another worker's.
 */
export const PANEL_FLOATS = 16;

/** Panels that n columns take. */
export function panelsOf(n: number): number {
  return Math.ceil(n / PANEL_FLOATS);
}

/** Index of column o of row i, from the first of panels of I rows. */
export function inPanels(I: number, i: number, o: number): number {
  return (Math.floor(o / PANEL_FLOATS) * I + i) * PANEL_FLOATS + (o % PANEL_FLOATS);
}

/** Bytes of a row of δ that `groupedUpdate` packs, and how many of them the scratch memory holds beside other things. */
export const PACKED_ROW = 128;
export const MOST_PACKED_ROWS = SCRATCH_BYTES / PACKED_ROW - 3;

/** Bytes past the last record of sparse samples that a gather may read. */
export const RECORD_READ_AHEAD = 512;

/** f and its part in BP1 and BP2, over S rows of O columns. */
export interface ActivationKernel {
  /** a = f(z) */
  forward(S: number, O: number, z: number, a: number): void;
  /** e ← e ⊙ f'(z): turns ∂C/∂a into δ, in place. For the softmax, which couples a row, e ← (∂a/∂z)ᵀ e. */
  backward(S: number, O: number, z: number, a: number, e: number): void;
}

/** C_x and its gradient, over S rows of O outputs and targets y. */
export interface CostKernel {
  /** Writes C_x of each sample to c[S]; returns 1 where all are finite, else 0 (an integer: V8 may box a fraction that is returned). */
  value(S: number, O: number, z: number, a: number, y: number, c: number): number;
  /** e = ∂C_x/∂a; for a matched pair δ^L itself. Floats of e past O become zero. */
  gradient(S: number, O: number, a: number, y: number, e: number): void;
}

/** Kernels of functions that a user brings, elementwise and in TypeScript; f' is a function of z. */
export interface OwnKernels {
  activation(f: (z: number) => number, derivative: (z: number) => number): ActivationKernel;
  cost(term: (a: number, y: number) => number, gradient: (a: number, y: number) => number): CostKernel;
}

/** How a gradient is applied: w ← keep·w - rate·Σ_x ∂C_x/∂w. */
export interface Descent {
  readonly rate: number;
  readonly keep: number;
}

/** The sparse first layer's part of the shards' gradient blocks. */
export interface TaggedBlocks {
  /** Of the first block, and the bytes from block to block. */
  readonly address: number;
  readonly step: number;
  /** One 32-bit word per input and block, the step in which the block last wrote that row; and the bytes from block to block. */
  readonly tags: number;
  readonly tagStep: number;
  /** Blocks of the current mini-batch, and the number of the step. */
  count: number;
  tag: number;
}

/**
 * One implementation of all kernels, in the order of the files that hold them in scalar/ and assembly/. Arguments are numbers; what
 * belongs together and would make more than ten of them is an object, which wasm.ts takes apart. That is free: with objects for
 * layer and descent in every product of a step, 784-30-10 and 784-100-10 ran at 1.00 to 1.01 times the speed, within what runs differ by.
 */
export interface Kernels {
  readonly name: KernelName;

  /** z[S][O] = x[S][I] w[I][O] + b[O] */
  forward(S: number, I: number, O: number, x: number, w: number, b: number, z: number): void;
  /** e[S][I] = δ[S][O] wᵀ, the first factor of BP2. Floats of e past I are not written. */
  backward(S: number, I: number, O: number, delta: number, w: number, e: number): void;
  /** dw[end - begin][O] = Σ_s x[s][i] δ[s][o] for i in [begin, end), in sample order: BP4. */
  weightGradient(begin: number, end: number, S: number, I: number, O: number, x: number, delta: number, dw: number): void;
  /** w[i] ← keep·w[i] - rate·Σ_s x[s][i] δ[s] for i in [begin, end): BP4 and its step at once. w points at row `begin`. */
  weightUpdate(begin: number, end: number, S: number, I: number, O: number, x: number, delta: number, w: number, descent: Descent): void;
  /** db[end - begin] = Σ_s δ[s][o] for o in [begin, end), multiples of four, in sample order: BP3. */
  biasGradient(begin: number, end: number, S: number, O: number, delta: number, db: number): void;
  /** b[o] -= rate · Σ_s δ[s][o] for o in [begin, end), multiples of four: BP3 and its step at once. b points at the bias `begin`. */
  biasUpdate(begin: number, end: number, S: number, O: number, delta: number, b: number, rate: number): void;

  readonly activations: Readonly<Record<ActivationName, ActivationKernel>>;

  readonly costs: Readonly<Record<CostName, CostKernel>>;
  /** Costs with the output that they match, from z: finite and right where a has rounded to 0 or 1, and δ^L = a - y at once. */
  readonly matched: Readonly<Partial<Record<CostName, CostKernel>>>;
  readonly own: OwnKernels;
  /** For how many of S samples the first of the largest outputs is the one with the target: classes, y one-hot. */
  hits(S: number, O: number, a: number, y: number): number;

  /** x[s] = scale · bytes[order[s]], for samples of I bytes and an order of 32-bit indices. */
  gatherBytes(S: number, I: number, order: number, bytes: number, scale: number, x: number): void;
  /** x[s] = floats[order[s]], for samples of I floats without padding. */
  gatherFloats(S: number, I: number, order: number, floats: number, x: number): void;
  /** to[s] = from[s·step], step in bytes, for S floats: a column of a matrix. */
  gatherColumn(S: number, step: number, from: number, to: number): void;
  /** The inverse: to[s·step] = from[s]. */
  scatterColumn(S: number, step: number, from: number, to: number): void;
  /** y[s] = one-hot of labels[order[s]], 16-bit labels. */
  gatherOneHot(S: number, O: number, order: number, labels: number, y: number): void;

  /**
   * The entries of S samples, for a first layer over sparse inputs: compressed sparse rows. An entry is a byte offset (32 bits: of the
   * input's row in a panel of w) and a float value; row after row they are written to `entries`, and `spans`
   * gets two addresses a row, of its first entry and of the end of its last. Sample k lies at records + starts[k] as its count of
   * non-zero inputs (32-bit), their numbers (16-bit each) and their values (bytes, times `scale`; or floats). Up to
   * RECORD_READ_AHEAD bytes past the last record are read, and up to seven entries past the last one written.
   */
  gatherSparseBytes(S: number, order: number, starts: number, records: number, scale: number, entries: number, spans: number): void;
  gatherSparseFloats(S: number, order: number, starts: number, records: number, entries: number, spans: number): void;
  /** x[0..columns(I)) = a dense row of the entries of the row whose span lies at `span`. */
  spreadEntries(I: number, span: number, x: number): void;
  /** The inverse: the entries of what is not zero in x[0..I) to `entries`, and their span to `span`; one more entry may be written past the last. */
  packEntries(I: number, x: number, entries: number, span: number): void;
  /**
   * Such entries of S rows by inputs: for each of I inputs the rows that have it, in their order, with values times `factor`, to
   * `groups`; `groupSpans` gets two addresses an input. Their offsets are those of packed rows of δ.
   */
  groupEntries(S: number, I: number, factor: number, spans: number, groups: number, groupSpans: number): void;

  /**
   * z[s][o] = b[o] + factor · Σ_entries value · w[input][o] for S rows and o in [begin, end): the forward pass. Here and below w lies in
   * panels of I rows, begin is a multiple of PANEL_FLOATS and end one of four.
   */
  sparseForward(S: number, begin: number, end: number, I: number, O: number, spans: number, w: number, b: number, factor: number, z: number): void;
  /**
   * w[i][o] += Σ_entries value · δ[s][o] for I inputs and their entries by `groupEntries`, o in [begin, end): BP4
   * and its update at once, -rate being part of the values. δ has S rows, at most MOST_PACKED_ROWS, and is packed panel by panel.
   */
  groupedUpdate(I: number, S: number, begin: number, end: number, O: number, groupSpans: number, delta: number, w: number): void;
  /** w[input][o] -= rate · value · δ[s][o] for every entry, in sample order, o in [begin, end): BP4 and its update at once. */
  sparseUpdate(S: number, begin: number, end: number, I: number, O: number, spans: number, delta: number, w: number, rate: number): void;
  /** dw[input] = Σ_s value · δ[s], in sample order, for rows that have an entry; their tags become `tag`, other rows stay as they are. */
  sparseGradient(S: number, I: number, O: number, spans: number, delta: number, dw: number, tags: number, tag: number): void;

  /** w ← keep·w - rate·Σ_c g_c over n floats (a multiple of four), for `count` blocks g, `step` bytes apart, added in block order. */
  reduceBlocks(n: number, w: number, blocks: number, count: number, step: number, rate: number, keep: number): void;
  /**
   * w[i] -= rate · Σ_c g_c[i] for rows i in [begin, end) of the I of a sparse first layer, in block order, over the blocks that have
   * written the row in this step.
   */
  reduceSparseBlocks(begin: number, end: number, I: number, O: number, w: number, blocks: TaggedBlocks, rate: number): void;

  /** e[s] ← e[s]·factors[s] for S rows of O columns. */
  scaleRows(S: number, O: number, factors: number, e: number): void;
  /** w ← factor · w for n floats, a multiple of four. */
  scale(n: number, w: number, factor: number): void;
  /** Subnormal numbers of R rows of n floats, n a multiple of four and the rows `step` bytes apart, become 0. */
  settle(R: number, n: number, step: number, w: number): void;

  readonly updates: Readonly<Record<OptimiserName, UpdateKernel>>;
  readonly sparseUpdates: Readonly<Record<OptimiserName, SparseUpdateKernel>>;

  /** sums[c] = Σ g² over R rows of n floats, n a multiple of four, for C cells: 64-bit sums. Cells lie stepC bytes apart, rows stepR. */
  squareSums(C: number, R: number, n: number, stepC: number, stepR: number, g: number, sums: number): void;
  /** Scales every column of w[I][begin…end) whose norm √Σ_i w² is above `most` down to it. begin and end are multiples of four. */
  maxNorm(I: number, begin: number, end: number, O: number, w: number, most: number): void;
  /**
   * Dropout of S rows: to = scale·from, or 0 where unit o of sample order[s] is dropped: where mix32(row + o·UNIT_STEP) <
   * threshold, both 32-bit without sign, row = mix32(key ⊕ mix32(order[s])). `to` may be `from`.
   */
  dropout(S: number, O: number, order: number, key: number, threshold: number, scale: number, from: number, to: number): void;

  /**
   * x = x seen through a map: pixel (r, c) of a picture of H × W pixels with C values each, [H][W][C], becomes what lies at row
   * m₀r + m₁c + m₂ + field[0][r][c] and column m₃r + m₄c + m₅ + field[1][r][c], between four pixels by their distances; outside it is 0.
   * `map` has six floats, `field` two planes [H][columns(W)], or is 0 for none; `padded` has room for (H + 3)(W + 3)C floats, zeros at first.
   */
  warp(H: number, W: number, C: number, map: number, field: number, padded: number, x: number): void;
  /**
   * field[p] = amount · rows[H][R] N_p cols[Q][columns(W)] for two planes p, [H][columns(W)] each. N_p[R][Q] are draws of `key`, uniform in
   * [-1, 1): the n-th is mix32(key + n·UNIT_STEP), with sign, over 2³¹. `temporary` has room for [R][columns(W)] floats,
   * for those 2RQ draws, and for three more.
   */
  elasticField(
    H: number,
    W: number,
    R: number,
    Q: number,
    rows: number,
    cols: number,
    key: number,
    amount: number,
    temporary: number,
    field: number,
  ): void;
  /** x[i] += amount · the sum of draws 4i to 4i + 3 of `key`, for n floats, a multiple of four. */
  addNoise(n: number, key: number, amount: number, x: number): void;
}
