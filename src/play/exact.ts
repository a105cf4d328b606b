// What a network says, in float64 by the reference, which is fast enough for one digit at a time: a third of a millisecond for 784-100-10.

import { feedForward, type GivenParameters, parametersWithin } from '../model/reference.js';
import type { Shown } from './store.js';

/** The parameters as the reference takes them: of what is shown itself, since copies took 2 to 15 ms a drawing. */
export const exactParameters = ({ network, parameters }: Shown): GivenParameters => parametersWithin(network, parameters);

/** a^L for one digit. */
export function outputsOf(shown: Shown, input: ArrayLike<number>): number[] {
  const { activations } = feedForward(shown.network, exactParameters(shown), Array.from(input));
  return activations[activations.length - 1];
}

/** The class of the largest output, the first of equals. */
export function foremostOf(outputs: readonly number[]): number {
  return outputs.reduce((best, value, k) => (value > outputs[best] ? k : best), 0);
}
