// The predicted class and the probability of each class, from a network's outputs, whatever their activation. The one place
// where outputs are turned into probabilities.
//
//   softmax   p_j = a_j: the outputs are a distribution already, and trained as one
//   sigmoid   p_j = a_j / Σ_k a_k: each output answers for itself (chapter 3 of the book), so they are scaled to a sum of 1
//   others    p_j = e^{a_j} / Σ_k e^{a_k}: outputs without a range are read like the weighted inputs of a softmax; they keep
//             their order, but nothing has fitted their size to a probability
//
// An output layer in which single neurons have another f counts among the others, unless all are sigmoids.

import { activationProperties } from '../functions/activations.js';
import type { NetworkSpecification } from './specification.js';

/** The class of the largest output; the first of equal ones. `from` is where a row of n outputs begins. */
export function classNamed(outputs: ArrayLike<number>, from = 0, n = outputs.length): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (outputs[from + j] > outputs[from + best]) best = j;
  return best;
}

/** How the outputs of a network become probabilities; `softmax` where nothing has fitted their size to one. */
export type ProbabilityReading = 'as they are' | 'by their shares' | 'softmax';

export function probabilityReading({ layers, activations, neurons }: NetworkSpecification): ProbabilityReading {
  const reading = activationProperties(activations[activations.length - 1])?.probabilities;
  if (reading === 'as they are') return reading;
  const alone = neurons.every(({ layer }) => layer !== layers.length);
  return reading === 'by their shares' && alone ? reading : 'softmax';
}

/** p of each class, [n_L], from the output activations a^L of one sample, [n_L]. They add up to 1, or are NaN where an output is. */
export function probabilitiesOf(network: NetworkSpecification, outputs: ArrayLike<number>): number[] {
  return Array.from(readProbabilities(probabilityReading(network), outputs, 0, new Float64Array(outputs.length)));
}

/**
 * The same of one row of many, into memory that is there.
 * @param outputs of which those of the sample begin at `from`
 * @param p [n_L], which is returned
 */
export function readProbabilities(reading: ProbabilityReading, outputs: ArrayLike<number>, from: number, p: Float64Array): Float64Array {
  for (let j = 0; j < p.length; j++) p[j] = outputs[from + j];
  if (reading === 'by their shares') toShares(p);
  if (reading === 'softmax') toSoftmax(p);
  return p;
}

function toShares(a: Float64Array): void {
  const sum = sumOf(a);
  // Sigmoids far on the left are zero in float32: then nothing is known.
  for (let j = 0; j < a.length; j++) a[j] = sum === 0 ? 1 / a.length : a[j] / sum;
}

function toSoftmax(a: Float64Array): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < a.length; j++) top = Math.max(top, a[j]);
  // An infinite output is as sure as can be; two of them share it.
  for (let j = 0; j < a.length; j++) a[j] = a[j] === top ? 1 : Math.exp(a[j] - top);
  const sum = sumOf(a);
  for (let j = 0; j < a.length; j++) a[j] = Number.isNaN(top) ? Number.NaN : a[j] / sum;
}

/** A loop: with `reduce` the assessment of a million samples in ten classes took 1.9 s instead of 0.9 s. */
function sumOf(a: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j];
  return sum;
}
