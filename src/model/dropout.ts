// Dropout (Hinton et al. 2012; book, chapter 3): in training, each hidden unit is left out with probability p and the others
// are multiplied with 1 / (1 - p), so that nothing changes in evaluation. Whether a unit is left out is a function of seed,
// step, sample, layer and unit alone: not of the worker that asks, nor of the mini-batch's other samples.

import { type Kernels, UNIT_STEP } from '../kernels/kernels.js';
import { mix32 } from '../random.js';
import type { Dropout } from './network.js';

/** The key of layer l + 2 in step t: a 32-bit word with sign, which V8 keeps without boxing. */
export function dropoutKey(seed: number, t: number, l: number): number {
  const step = mix32(mix32(t >>> 0) ^ Math.floor(t / 2 ** 32));
  return mix32(mix32(mix32(seed >>> 0) ^ mix32(Math.floor(seed / 2 ** 32)) ^ l) ^ step) | 0;
}

/** The threshold that `dropout` compares with, as a word with sign. */
export function dropoutThreshold(p: number): number {
  return Math.round(p * 2 ** 32) | 0;
}

/** What the activation of a unit is multiplied with: 0 or 1 / (1 - p). */
export function dropoutFactor(key: number, sample: number, unit: number, p: number): number {
  const word = mix32(mix32(key ^ mix32(sample)) + Math.imul(unit, UNIT_STEP));
  return word >= dropoutThreshold(p) >>> 0 ? 1 / (1 - p) : 0;
}

/** Dropout of the steps of a run. */
export class StepDropout implements Dropout {
  readonly #kernels: Kernels;
  readonly #seed: number;
  readonly #shares: readonly number[];
  readonly #thresholds: readonly number[];
  readonly #scales: readonly number[];
  readonly #keys: Int32Array;
  #order = 0;

  /** @param shares p of each hidden layer */
  constructor(kernels: Kernels, shares: readonly number[], seed: number) {
    this.#kernels = kernels;
    this.#seed = seed;
    this.#shares = shares;
    this.#thresholds = shares.map(dropoutThreshold);
    this.#scales = shares.map((p) => 1 / (1 - p));
    this.#keys = new Int32Array(shares.length);
  }

  /** Sets step t of the run, whose samples' numbers begin at the address `order`. */
  aim(t: number, order: number): void {
    this.#order = order;
    for (let l = 0; l < this.#keys.length; l++) if (this.#shares[l] > 0) this.#keys[l] = dropoutKey(this.#seed, t, l);
  }

  apply(l: number, S: number, O: number, begin: number, from: number, to: number): void {
    this.#kernels.dropout(S, O, this.#order + begin * 4, this.#keys[l], this.#thresholds[l], this.#scales[l], from, to);
  }
}
