// The slope of the cost by finite differences: C at five values of one parameter, in float64. BP1 to BP4 are judged by it, and it
// shares no step with them: nothing here is differentiated, only computed forward.
//
// The five-point formula (8 [C(w+h) - C(w-h)] - [C(w+2h) - C(w-2h)]) / 12h is off by h⁴/30 of C's fifth derivative and by
// about ε/h, ε the rounding error of C. Alone they would balance at h = ⁵√ε = 7e-4; but a kink of f (ReLU) inside ±2h spoils
// a difference, and the chance of one grows with h. At 1e-4 a difference is good to some 1e-11.

import { costNamed } from '../functions/custom.js';
import { activate, feedForward, type GivenParameters, weightedInputs } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { type LayerRange, placeOf } from './parameter-name.js';

/** h for |w| up to 1; beyond it h grows with |w|. */
export const STEP = 1e-4;

/** One sample as the reference takes it. */
export interface Example {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** ∂C/∂w of one parameter by finite differences. */
export interface Difference {
  /** In the book's order. */
  readonly parameter: number;
  readonly slope: number;
  /**
   * How far the five costs are from lying on a curve of third degree, as a slope: the larger of their third and fourth
   * differences, over h. A kink of f between them makes it more than twice the error that it puts into `slope`.
   */
  readonly roughness: number;
  /** |fourth difference| of C: where C is smooth, rounding alone. */
  readonly noise: number;
}

/** Mean cost over a few samples as a function of one parameter, the others held. */
export class CostAlong {
  readonly #spec: NetworkSpecification;
  readonly #parameters: GivenParameters;
  readonly #passes: readonly { readonly zs: number[][]; readonly activations: number[][]; readonly y: readonly number[] }[];

  constructor(spec: NetworkSpecification, parameters: GivenParameters, samples: readonly Example[]) {
    this.#spec = spec;
    this.#parameters = parameters;
    this.#passes = samples.map(({ x, y }) => ({ ...feedForward(spec, parameters, x), y }));
  }

  /** C with parameter k of the book's order moved by t. What lies before its layer stays as it is. */
  cost(k: number, t: number): number {
    const { layer, to, from } = placeOf(this.#spec.layers, k);
    const l = layer - 2;
    let sum = 0;
    for (const { zs, activations, y } of this.#passes) {
      const z = [...zs[l]];
      z[to - 1] += t * (from === undefined ? 1 : activations[l][from - 1]);
      sum += this.#onward(l, z, y);
    }
    return sum / this.#passes.length;
  }

  /** C_x from z of layer l on. */
  #onward(l: number, z: number[], y: readonly number[]): number {
    const { w, b } = this.#parameters;
    let a = activate(this.#spec, l, z);
    for (let next = l + 1; next < w.length; next++) a = activate(this.#spec, next, weightedInputs(w[next], b[next], a));
    return a.reduce((sum, aj, j) => sum + costNamed(this.#spec.cost).term(aj, y[j]), 0);
  }

  /** What C must be expected to be rounded by: ε |C|, and ε |a_j ∂C_x/∂a_j| for each rounded output. */
  get rounding(): number {
    const { term, gradient } = costNamed(this.#spec.cost);
    let sum = 0;
    for (const { activations, y } of this.#passes) {
      activations[activations.length - 1].forEach((a, j) => {
        sum += Math.abs(term(a, y[j])) + Math.abs(a * gradient(a, y[j]));
      });
    }
    return Number.EPSILON * (1 + sum / this.#passes.length);
  }

  /** The slope along parameter k, whose value is w; `step` is h for |w| up to 1. */
  difference(k: number, w: number, step: number): Difference {
    const h = step * Math.max(1, Math.abs(w));
    const [m2, m1, c, p1, p2] = [-2 * h, -h, 0, h, 2 * h].map((t) => this.cost(k, t));
    const third = p2 - 2 * p1 + 2 * m1 - m2;
    const fourth = p2 - 4 * p1 + 6 * c - 4 * m1 + m2;
    return {
      parameter: k,
      slope: (8 * (p1 - m1) - (p2 - m2)) / (12 * h),
      roughness: Math.max(Math.abs(third), Math.abs(fourth)) / h,
      noise: Math.abs(fourth),
    };
  }
}

/**
 * Multiply-adds that all differences of a network may take together: about two seconds. Of a very large network only a few
 * parameters per layer are tried out then; all of them are still compared with the kernels.
 */
const WORK = 1e9;
/** Every neuron's f costs about as much as so many multiply-adds. */
const ACTIVATION_WORK = 20;

/** How many parameters of each layer are tried out over S samples: what is wanted, what there is, or what the work allows; at least two. */
export function countDifferences(sizes: readonly number[], ranges: readonly LayerRange[], S: number, wanted: number): number[] {
  return ranges.map(({ layer, weights, biases }) => {
    const onward = sizes.slice(layer - 1).reduce((sum, n, l, later) => sum + n * (ACTIVATION_WORK + (later[l + 1] ?? 0)), 0);
    const affordable = Math.floor(WORK / ranges.length / (5 * S * onward));
    return Math.min(weights + biases, wanted, Math.max(2, affordable));
  });
}
