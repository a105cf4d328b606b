// The reference for learning: a step of any optimiser with decay, dropout, class weights, smoothed labels and limits on norms, in float64 and one
// parameter at a time. Like reference.ts it is slow, and the tests judge the trainer by it.

import { hyperparameters, OPTIMISERS } from '../functions/optimisers/index.js';
import { type ParameterState, settle, settles } from '../functions/optimisers/optimiser.js';
import { rateFactor } from '../functions/schedules.js';
import { dropoutFactor, dropoutKey } from './dropout.js';
import type { Learning } from './learning.js';
import { backpropagate, type Parameters, parametersFrom, valuesOf } from './reference.js';
import type { NetworkSpecification } from './specification.js';

/** One sample of a mini-batch. */
export interface ReferenceSample {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Its number in the training set, which dropout depends on. */
  readonly sample?: number;
  /** What its cost is multiplied with. Default: the class weight of its class. */
  readonly weight?: number;
  /** Its class, for class weights. */
  readonly label?: number;
}

interface DescentOptions {
  readonly eta: number;
  readonly learning: Learning;
  /** n: training samples. */
  readonly n: number;
  readonly seed?: number;
  readonly epochs?: number;
}

/** Where a step is in the schedule of η: in an epoch, from 0, and which of how many of its steps, from 0. */
interface ReferencePlace {
  readonly epoch: number;
  readonly step: number;
  readonly of: number;
}

/** Gives the new value of one parameter whose ∂C/∂w is g, without decay; `state` is changed. */
export type ParameterUpdate = (value: number, g: number, isWeight: boolean, state: ParameterState) => number;

/**
 * The step of one parameter: the decay terms, which weights have, then the optimiser's own.
 * @param step η, the training samples n, and the number t of the step, from 0
 */
export function parameterUpdate(learning: Learning, { eta, n, t }: { eta: number; n: number; t: number }): ParameterUpdate {
  const { lambda, l1 } = learning;
  const optimiser = OPTIMISERS[learning.optimiser];
  const { step, decoupled } = optimiser;
  const hyper = hyperparameters(optimiser, learning, eta, t + 1);
  return (value, gradient, isWeight, state) => {
    const decay = isWeight ? lambda / n : 0;
    const sign = isWeight ? (l1 / n) * Math.sign(value) : 0;
    const g = gradient + sign + (decoupled ? 0 : decay * value);
    const moved = step(decoupled ? value - eta * decay * value : value, g, state, hyper);
    if (!settles(t)) return moved;
    state.s = settle(state.s);
    state.q = settle(state.q);
    return settle(moved);
  };
}

export class ReferenceDescent {
  readonly #spec: NetworkSpecification;
  readonly #options: DescentOptions;
  readonly #states: ParameterState[];
  /** Whether a parameter, in the book's order, is a weight. */
  readonly #isWeight: readonly boolean[];
  #values: number[];
  #t = 0;

  /** @param values [P] in the book's order */
  constructor(spec: NetworkSpecification, values: ArrayLike<number>, options: DescentOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#values = Array.from(values);
    this.#states = this.#values.map(() => ({ s: 0, q: 0 }));
    this.#isWeight = valuesOf(mapParameters(parametersFrom(spec, values), 1, 0)).map((v) => v === 1);
  }

  /** [P] in the book's order. */
  get values(): readonly number[] {
    return this.#values;
  }

  /** One step on a mini-batch. @param place default: every step is an epoch */
  step(batch: readonly ReferenceSample[], { epoch, step, of }: ReferencePlace = { epoch: this.#t, step: 0, of: 1 }): void {
    const { learning, n, epochs = 1 } = this.#options;
    const eta = this.#options.eta * rateFactor(learning.schedule, epoch * of + step, epochs, of);
    const update = parameterUpdate(learning, { eta, n, t: this.#t });
    const gradient = this.#gradient(batch);
    this.#values = this.#values.map((value, k) => update(value, gradient[k], this.#isWeight[k], this.#states[k]));
    this.#limitNorms();
    this.#t++;
  }

  /** The mean of ∇C_x over the mini-batch, shortened where it is too long. */
  #gradient(batch: readonly ReferenceSample[]): number[] {
    const { learning } = this.#options;
    const parameters = parametersFrom(this.#spec, this.#values);
    const sum = this.#values.map(() => 0);
    for (const sample of batch) {
      const weight = sample.weight ?? learning.classWeights?.[sample.label ?? 0] ?? 1;
      const gradient = valuesOf(backpropagate(this.#spec, parameters, sample.x, this.#smoothed(sample), this.#dropout(sample)));
      gradient.forEach((g, k) => {
        sum[k] += (weight * g) / batch.length;
      });
    }
    const norm = Math.hypot(...sum);
    const most = learning.clipNorm ?? Number.POSITIVE_INFINITY;
    return norm > most ? sum.map((g) => (g * most) / norm) : sum;
  }

  /** Label smoothing: y ← (1 - ε) y + ε/n_L (C. Szegedy et al. 2016, section 7). */
  #smoothed({ y }: ReferenceSample): readonly number[] {
    const { smooth } = this.#options.learning;
    return y.map((share) => (1 - smooth) * share + smooth / y.length);
  }

  #dropout({ sample = 0 }: ReferenceSample) {
    const { learning, seed = 1 } = this.#options;
    const keys = learning.dropout.map((_, l) => dropoutKey(seed, this.#t, l));
    return (l: number, j: number): number => (learning.dropout[l] > 0 ? dropoutFactor(keys[l], sample, j, learning.dropout[l]) : 1);
  }

  #limitNorms(): void {
    const { maxNorm } = this.#options.learning;
    if (maxNorm === undefined) return;
    const { w, b } = parametersFrom(this.#spec, this.#values);
    const limited = w.map((matrix) =>
      matrix.map((row) => {
        const norm = Math.hypot(...row);
        return norm > maxNorm ? row.map((v) => (v * maxNorm) / norm) : row;
      }),
    );
    this.#values = valuesOf({ w: limited, b });
  }
}

function mapParameters({ w, b }: Parameters, weight: number, bias: number): Parameters {
  return { w: w.map((matrix) => matrix.map((row) => row.map(() => weight))), b: b.map((row) => row.map(() => bias)) };
}
