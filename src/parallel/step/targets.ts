// The targets y of a worker's rows, classes or numbers; what training alone makes of them: label smoothing; and the class weights, which
// their costs and errors are multiplied with.

import { type Kernels, stride } from '../../kernels/kernels.js';
import type { SessionOptions } from '../protocol.js';

/** What class weights are worked out from. */
interface RowWeights {
  readonly ofClass: Float64Array;
  readonly ofRow: Float32Array;
  /** The whole memory as 32-bit words, and the labels of all samples. */
  readonly words: Uint32Array;
  readonly labels: Uint16Array;
}

export class Targets {
  readonly #kernels: Kernels;
  readonly #options: SessionOptions;
  /** Outputs. */
  readonly #O: number;
  readonly #costs: Float32Array;
  readonly #weights: RowWeights | undefined;
  /** The whole memory, where classes are smoothed. */
  readonly #smoothed: Float32Array | undefined;

  /** @param costs C_x of the rows of a mini-batch */
  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory, costs: Float32Array) {
    const { arena, spec, learning, batch } = options;
    this.#kernels = kernels;
    this.#options = options;
    this.#O = spec.layers[spec.layers.length - 1];
    this.#costs = costs;
    if (learning.smooth > 0) this.#smoothed = new Float32Array(memory.buffer);
    if (learning.classWeights) {
      this.#weights = {
        ofClass: Float64Array.from(learning.classWeights),
        ofRow: new Float32Array(memory.buffer, arena.rows.weights, batch),
        words: new Uint32Array(memory.buffer),
        labels: new Uint16Array(memory.buffer, arena.labels),
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

  /**
   * Label smoothing of rows begin to end at y: y ← (1 - ε) y + ε/n_L. Rows sum to 1 as before, so that δ^L of the matched pairs stays a - y.
   * What lies past n_L stays 0.
   */
  smooth(y: number, begin: number, end: number): void {
    const floats = this.#smoothed;
    if (!floats) return;
    const { smooth } = this.#options.learning;
    const O = this.#O;
    for (let s = begin; s < end; s++) {
      const row = y / 4 + s * stride(O);
      for (let k = row; k < row + O; k++) floats[k] = (1 - smooth) * floats[k] + smooth / O;
    }
  }

  /** Weights of rows begin to end of a mini-batch by their classes; their costs are multiplied with them at once, their δ^L later. */
  weigh(begin: number, end: number, order: number): void {
    if (!this.#weights) return;
    const { ofClass, ofRow, words, labels } = this.#weights;
    for (let s = begin; s < end; s++) {
      ofRow[s] = ofClass[labels[words[order / 4 + s]]];
      this.#costs[s] *= ofRow[s];
    }
  }
}
