// Addresses of the matrices of a mini-batch, and of one thread's scratch memory. Planned by parallel/memory/arena.ts.

/** Addresses of the matrices of a set of rows, one row per sample. z, a and delta have one entry per layer after the first. */
export interface Rows {
  /** Inputs [rows][I]; over sparse inputs their entries, with the rows' `spans` beside them (see kernels.ts). */
  readonly x: number;
  readonly spans: number;
  /** Targets [rows][O] */
  readonly y: number;
  /** Costs C_x [rows] */
  readonly c: number;
  readonly z: readonly number[];
  readonly a: readonly number[];
  /** What the next layer takes: a itself, or a matrix of its own where dropout changes it. */
  readonly d: readonly number[];
  readonly delta: readonly number[];
  /** What C_x and δ^L of each row are multiplied with, [rows]; 0 for nothing. */
  readonly weights: number;
}

/** Memory of one thread for the columns of single neurons, see neurons.ts: enough for so many rows. */
export interface NeuronScratch {
  readonly address: number;
  readonly rows: number;
}
