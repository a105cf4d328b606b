// The targets y of a worker's rows, classes or numbers; what training alone makes of them: mixtures (model/mixing.ts), label smoothing; and the
// class weights, which their costs and errors are multiplied with.

import { type Kernels, stride } from '../../kernels/kernels.js';
import type { Mixing } from '../../model/mixing.js';
import type { SessionOptions } from '../protocol.js';

/** What class weights are worked out from. */
interface RowWeights {
  readonly ofClass: Float64Array;
  readonly ofRow: Float32Array;
}

export class Targets {
  readonly #kernels: Kernels;
  readonly #options: SessionOptions;
  /** Outputs. */
  readonly #O: number;
  readonly #costs: Float32Array;
  readonly #weights: RowWeights | undefined;
  /** The whole memory as floats and as 32-bit words, and the labels of all samples. */
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;
  readonly #labels: Uint16Array;
  readonly #mixing: Mixing | undefined;

  /**
   * @param costs C_x of the rows of a mini-batch
   * @param mixing what mixes the samples, where they are mixed
   */
  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory, costs: Float32Array, mixing?: Mixing) {
    const { arena, spec, learning, batch } = options;
    this.#floats = new Float32Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#labels = new Uint16Array(memory.buffer, arena.labels);
    this.#mixing = mixing;
    this.#kernels = kernels;
    this.#options = options;
    this.#O = spec.layers[spec.layers.length - 1];
    this.#costs = costs;
    if (learning.classWeights) {
      this.#weights = {
        ofClass: Float64Array.from(learning.classWeights),
        ofRow: new Float32Array(memory.buffer, arena.rows.weights, batch),
      };
    }
  }

  get areClasses(): boolean {
    return this.#options.arena.targets === 0;
  }

  /** Targets of S samples, whose numbers begin at the address `order`, to rows of y from `begin` on. */
  gather(y: number, begin: number, S: number, order: number): void {
    const { arena } = this.#options;
    const to = y + begin * stride(this.#O) * 4;
    if (this.areClasses) this.#kernels.gatherOneHot(S, this.#O, order, arena.labels, to);
    else this.#kernels.gatherFloats(S, this.#O, order, arena.targets, to);
  }

  /** Targets of rows begin to end of a mini-batch at y become those of mixtures: y ← λ y + (1 - λ) y'. Numbers of samples are at `order`. */
  mix(y: number, begin: number, end: number, order: number): void {
    const mixing = this.#mixing;
    if (!mixing) return;
    const O = this.#O;
    const floats = this.#floats;
    const { targets } = this.#options.arena;
    for (let s = begin; s < end; s++) {
      const sample = this.#words[order / 4 + s];
      const share = mixing.shareOf(sample);
      const partner = mixing.partnerOf(sample);
      const row = y / 4 + s * stride(O);
      for (let k = 0; k < O; k++) floats[row + k] *= share;
      if (this.areClasses) floats[row + this.#labels[partner]] += 1 - share;
      else for (let k = 0; k < O; k++) floats[row + k] += (1 - share) * floats[targets / 4 + partner * O + k];
    }
  }

  /**
   * Label smoothing of rows begin to end at y: y ← (1 - ε) y + ε/n_L. Rows sum to 1 as before, so that δ^L of the matched pairs stays a - y.
   * What lies past n_L stays 0.
   */
  smooth(y: number, begin: number, end: number): void {
    const { smooth } = this.#options.learning;
    if (smooth === 0) return;
    const floats = this.#floats;
    const O = this.#O;
    for (let s = begin; s < end; s++) {
      const row = y / 4 + s * stride(O);
      for (let k = row; k < row + O; k++) floats[k] = (1 - smooth) * floats[k] + smooth / O;
    }
  }

  /**
   * Weights of rows begin to end of a mini-batch by their classes, of a mixture in the shares of its two; their costs are multiplied with
   * them at once, their δ^L later.
   */
  weigh(begin: number, end: number, order: number): void {
    if (!this.#weights) return;
    const { ofClass, ofRow } = this.#weights;
    const mixing = this.#mixing;
    // No function of its own for a sample's weight: what it sees would be an object in every step, also where there are no weights.
    const labels = this.#labels;
    for (let s = begin; s < end; s++) {
      const sample = this.#words[order / 4 + s];
      const share = mixing?.shareOf(sample) ?? 1;
      const ofPartner = mixing ? (1 - share) * ofClass[labels[mixing.partnerOf(sample)]] : 0;
      ofRow[s] = share * ofClass[labels[sample]] + ofPartner;
      this.#costs[s] *= ofRow[s];
    }
  }
}
