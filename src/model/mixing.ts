// Mixing of samples, mixup (H. Zhang, M. Cissé, Y. Dauphin and D. Lopez-Paz, mixup: Beyond Empirical Risk Minimization, 2018): instead of a
// sample a network is trained on x ← λ x + (1 - λ) x', and likewise y, with a partner x', y' among the other training samples. λ and the partner are
// functions of seed, epoch and sample alone. Inputs are mixed where they are gathered (augmented-input.ts), targets in parallel/step/targets.ts.
//
// λ ~ Beta(α, α) by a formula of two uniform numbers: T = √(2α (U^(-1/α) - 1)) cos 2πV has Student's distribution with 2α degrees of freedom
// (R. Bailey, Polar generation of random variates with the t-distribution, 1994), and ½ + ½ T/√(2α + T²) then Beta(α, α) (L. Devroye,
// Random variate generation in one line of code, 1996). It takes no rejection, whatever α is. Of λ and 1 - λ the larger one is the
// sample's own: where partners are drawn from all, a pair with λ is as likely as the same pair, its roles exchanged, with 1 - λ, so
// that what is trained on has the same distribution as in the paper; and each sample is for the most part itself once in each epoch.

import { columns, type Kernels } from '../kernels/kernels.js';
import { naturalLogarithm } from '../random.js';
import { decay, inner, sampleKey, sine, uniform } from './draws.js';
import type { GatheredRows } from './input.js';

/** Where the training samples are: numbers first, first + 1, …, and after of - 1 again from 0; so many of them. */
export interface TrainingSamples {
  readonly first: number;
  readonly of: number;
  readonly count: number;
}

/** Addresses in a worker's own memory: the number of a partner, and its inputs, a dense row. */
export interface MixingPlaces {
  readonly partner: number;
  readonly partnerRow: number;
}

/** What is mixed. */
export interface MixingPlan {
  readonly alpha: number;
  /** n_1 */
  readonly inputs: number;
  readonly training: TrainingSamples;
}

/** Numbers of the draws of a sample's key, which no other augmentation has: U and V for λ, and the partner. */
const [DRAW_U, DRAW_V, DRAW_PARTNER] = [11, 12, 13];

/** The larger of λ and 1 - λ, λ ~ Beta(α, α), of U and V between 0 and 1. */
export function largerShare(alpha: number, u: number, v: number): number {
  // U^(1/α), and a cos² that is distributed like that of 2πV.
  const q = decay(-naturalLogarithm(u) / alpha);
  const cosine = sine((Math.PI / 2) * v);
  const d = (1 - q) * cosine * cosine;
  return 0.5 + 0.5 * Math.sqrt(d / (d + q));
}

export class Mixing {
  readonly #kernels: Kernels;
  readonly #words: Uint32Array;
  readonly #places: MixingPlaces;
  readonly #plan: MixingPlan;
  /** Where the inputs of a partner are to come. */
  readonly row: GatheredRows;
  #epoch = 0;

  constructor(kernels: Kernels, memory: WebAssembly.Memory, places: MixingPlaces, plan: MixingPlan) {
    this.#kernels = kernels;
    this.#words = new Uint32Array(memory.buffer);
    this.#places = places;
    this.#plan = plan;
    this.row = { x: places.partnerRow, spans: 0 };
  }

  /** Samples are mixed from now on as in the epoch with this key. */
  begin(epoch: number): void {
    this.#epoch = epoch;
  }

  /** λ, what of a mixture is the sample itself, in float32. */
  shareOf(sample: number): number {
    const key = sampleKey(this.#epoch, sample);
    return Math.fround(largerShare(this.#plan.alpha, inner(key, DRAW_U), inner(key, DRAW_V)));
  }

  /** Any other training sample. */
  partnerOf(sample: number): number {
    const { first, of, count } = this.#plan.training;
    const place = sample >= first ? sample - first : sample - first + of;
    const drawn = Math.floor(uniform(sampleKey(this.#epoch, sample), DRAW_PARTNER) * (count - 1));
    const partner = first + (drawn >= place ? drawn + 1 : drawn);
    return partner >= of ? partner - of : partner;
  }

  /** Address of an order of one sample, its partner. */
  orderOf(sample: number): number {
    this.#words[this.#places.partner / 4] = this.partnerOf(sample);
    return this.#places.partner;
  }

  /** x ← λ x + (1 - λ) x', once x' is there. */
  mix(sample: number, x: number): void {
    const share = this.shareOf(sample);
    // As w ← keep·w - rate·g, with one block.
    this.#kernels.reduceBlocks(columns(this.#plan.inputs), x, this.#places.partnerRow, 1, 0, share - 1, share);
  }
}
