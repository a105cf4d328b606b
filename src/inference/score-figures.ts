// What the sizes of the outputs say of a network, beyond which of them is the largest: whether the right class is among the first few,
// the log-loss, calibration, and for two classes the ROC curve. Outputs are read as probabilities by model/probabilities.ts; where
// nothing has fitted them to be any, log-loss and calibration are left out, and ROC, which asks only for an order, is not.

import { classNamed, type ProbabilityReading, probabilityReading, readProbabilities } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import { type Calibration, CalibrationTally } from './calibration.js';
import { type RocCurve, rocOf } from './roc.js';

/** The curve for one of two classes against the other. */
export interface Roc extends RocCurve {
  /** The class that is to be found: the second, as in scikit-learn. */
  readonly positive: number;
  /** What it is called; absent where it has no name. */
  readonly name?: string;
}

/** Each is null where it has no meaning or no value, and `whyNot` says why. */
export interface ScoreFigures {
  /** Share of the samples whose class is among the k largest outputs, of equal ones the first first. */
  readonly topK: { readonly k: number; readonly accuracy: number } | null;
  /** Mean of -ln p of the right class, in float64, with p kept from 0 and 1 by 2⁻⁵²: scikit-learn's log_loss of the same probabilities. */
  readonly logLoss: number | null;
  readonly roc: Roc | null;
  readonly calibration: Calibration | null;
  readonly whyNot: Readonly<Partial<Record<'topK' | 'logLoss' | 'roc' | 'calibration', string>>>;
}

/** Classes from which on the first 3, or the first 5, say something. */
const FEW: readonly (readonly [classes: number, k: number])[] = [
  [20, 5],
  [6, 3],
];

/** The k of `topK` where none is asked for; undefined where the classes are too few for one. */
function usualTop(K: number): number | undefined {
  return FEW.find(([classes]) => K >= classes)?.[1];
}

export class ScoreTally {
  readonly #K: number;
  readonly #k: number | undefined;
  readonly #output: string;
  readonly #reading: ProbabilityReading;
  /** Probabilities of one sample. */
  readonly #p: Float64Array;
  readonly #calibration = new CalibrationTally();
  /** Of two classes: the scores of the second's samples from the beginning on, of the first's from the end. */
  readonly #scores: Float64Array;
  #positives = 0;
  #samples = 0;
  #among = 0;
  #loss = 0;
  #hasNaN = false;

  /**
   * @param samples that will come in
   * @param top how many of the largest outputs count; by default by the number of classes
   */
  constructor(network: NetworkSpecification, samples: number, top?: number) {
    const { layers, activations } = network;
    this.#K = layers[layers.length - 1];
    this.#k = top ?? usualTop(this.#K);
    this.#output = activations[activations.length - 1];
    this.#reading = probabilityReading(network);
    this.#p = new Float64Array(this.#K);
    this.#scores = new Float64Array(this.#K === 2 ? samples : 0);
  }

  /** @param outputs [samples][K] */
  add(labels: ArrayLike<number>, outputs: Float32Array): void {
    for (let s = 0; s < labels.length; s++) this.#addOne(labels[s], outputs, s * this.#K);
  }

  #addOne(label: number, outputs: Float32Array, from: number): void {
    const K = this.#K;
    const right = outputs[from + label];
    let before = 0;
    for (let j = 0; j < K; j++) {
      const a = outputs[from + j];
      if (a > right || (a === right && j < label)) before++;
      if (Number.isNaN(a)) this.#hasNaN = true;
    }
    if (this.#k !== undefined && before < this.#k) this.#among++;
    const p = readProbabilities(this.#reading, outputs, from, this.#p);
    this.#loss -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p[label])));
    if (K === 2) {
      this.#calibration.add(p[1], label === 1);
      const score = this.#reading === 'softmax' ? outputs[from + 1] - outputs[from] : p[1];
      this.#scores[label === 1 ? this.#positives++ : this.#scores.length - 1 - (this.#samples - this.#positives)] = score;
    } else {
      const named = classNamed(outputs, from, K);
      this.#calibration.add(p[named], named === label);
    }
    this.#samples++;
  }

  /** What has come in so far. @param names of the classes, where they have some */
  figures(names?: readonly string[]): ScoreFigures {
    const n = this.#samples;
    const none = n === 0 ? 'there are no samples' : this.#hasNaN ? 'an output is not a number' : undefined;
    const unfitted = this.#reading === 'softmax' ? `nothing has fitted ${this.#output} outputs to be probabilities` : undefined;
    const whyNot = {
      topK: none ?? (this.#k === undefined ? `of ${this.#K} classes the first few would say little` : undefined),
      logLoss: none ?? unfitted,
      calibration: none ?? unfitted,
      roc: none ?? this.#whyNoRoc(),
    };
    const called = this.#K === 2 && names?.[1] !== undefined ? { name: names[1] } : {};
    return {
      topK: whyNot.topK === undefined ? { k: this.#k as number, accuracy: this.#among / n } : null,
      logLoss: whyNot.logLoss === undefined ? this.#loss / n : null,
      roc: whyNot.roc === undefined ? { positive: 1, ...called, ...this.#roc() } : null,
      calibration: whyNot.calibration === undefined ? { of: this.#K === 2 ? 1 : null, ...called, ...this.#calibration.figures } : null,
      whyNot: Object.fromEntries(Object.entries(whyNot).filter(([, why]) => why !== undefined)),
    };
  }

  #whyNoRoc(): string | undefined {
    if (this.#K !== 2) return `it is for two classes, and there are ${this.#K}`;
    const isOne = this.#positives === 0 || this.#positives === this.#samples;
    return isOne ? `all samples are of class ${this.#positives === 0 ? 0 : 1}` : undefined;
  }

  #roc(): RocCurve {
    const negatives = this.#samples - this.#positives;
    return rocOf(this.#scores.subarray(0, this.#positives), this.#scores.subarray(this.#scores.length - negatives));
  }
}
