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

/** p of each class, [n_L], from the output activations a^L of one sample, [n_L]. They add up to 1, or are NaN where an output is. */
export function probabilitiesOf(network: NetworkSpecification, outputs: ArrayLike<number>): number[] {
  const a = Array.from(outputs);
  return { 'as they are': () => a, 'by their shares': () => sharesOf(a), 'by a softmax': () => softmax(a) }[outputsRead(network)]();
}

/** How the outputs of a network are read as probabilities. */
export function outputsRead({ layers, activations, neurons }: NetworkSpecification): 'as they are' | 'by their shares' | 'by a softmax' {
  const reading = activationProperties(activations[activations.length - 1])?.probabilities ?? 'by a softmax';
  const alone = neurons.every(({ layer }) => layer !== layers.length);
  return reading === 'by their shares' && !alone ? 'by a softmax' : reading;
}

function sharesOf(a: readonly number[]): number[] {
  const sum = a.reduce((s, v) => s + v, 0);
  // Sigmoids far on the left are zero in float32: then nothing is known.
  return a.map((v) => (sum === 0 ? 1 / a.length : v / sum));
}

function softmax(a: readonly number[]): number[] {
  const top = Math.max(...a);
  // An infinite output is as sure as can be; two of them share it.
  const powers = a.map((v) => (v === top ? 1 : Math.exp(v - top)));
  const sum = powers.reduce((s, v) => s + v, 0);
  return Number.isNaN(top) ? a.map(() => Number.NaN) : powers.map((v) => v / sum);
}
