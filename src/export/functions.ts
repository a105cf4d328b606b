// The built-in activations for readers that have only the file: as expressions in JavaScript, which the JSON quotes and the
// module runs. Functions of a user's own are not among them, and a network that has some is refused.

import { wrongValue } from '../errors.js';
import type { ActivationName } from '../functions/activations.js';
import { GELU_CUBE, LEAK } from '../functions/activations.js';
import { ownActivation } from '../functions/custom.js';
import type { NetworkSpecification } from '../model/specification.js';

/** f(z) in the form of ACTIVATIONS (functions/activations.ts), so that it gives the same float64. */
export const FORMULAS: Readonly<Record<Exclude<ActivationName, 'softmax'>, string>> = {
  sigmoid: '1 / (1 + Math.exp(-z))',
  tanh: 'Math.tanh(z)',
  relu: 'Math.max(z, 0)',
  'leaky-relu': `z > 0 ? z : ${LEAK} * z`,
  elu: 'z > 0 ? z : Math.expm1(z)',
  gelu: `0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + ${GELU_CUBE} * z ** 3)))`,
  silu: 'z * (1 / (1 + Math.exp(-z)))',
  softplus: 'Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))',
  linear: 'z',
};

/** Names of the activations that a network has, each once. */
export function functionsOf({ activations, neurons }: NetworkSpecification): ActivationName[] {
  return [...new Set([...activations, ...neurons.map(({ f }) => f)])] as ActivationName[];
}

/** Neurons of layer l + 2 whose f is another than their layer's: columns from 0 by f. */
export function otherNeurons({ activations, neurons }: NetworkSpecification, l: number): [f: ActivationName, columns: number[]][] {
  const others = new Map<string, number[]>();
  for (const { layer, neuron, f } of neurons) {
    if (layer === l + 2 && f !== activations[l]) others.set(f, [...(others.get(f) ?? []), neuron - 1]);
  }
  return [...others] as [ActivationName, number[]][];
}

/** @throws {RangeError} naming the activations that only this user's modules define */
export function checkBuiltIn(format: string, { activations, neurons }: NetworkSpecification): void {
  const own = [
    ...activations.map((f, l) => ({ f, where: `layer ${l + 2}` })),
    ...neurons.map(({ layer, neuron, f }) => ({ f, where: `neuron ${layer}:${neuron}` })),
  ].filter(({ f }) => ownActivation(f) !== undefined);
  if (own.length === 0) return;
  const next = "The format 'safetensors' takes it: weights, biases, and the functions by name alone.";
  throw wrongValue(
    'the network',
    `activations that nabla itself has, for ${format}`,
    own.map(({ f, where }) => `${f} of ${where}`),
    next,
  );
}
