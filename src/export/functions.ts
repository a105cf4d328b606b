// Which activations a network has, for the writers of exported files: they quote and run the rows in functions/activations.ts.
// Functions of a user's own have none, and a network that has some is refused.

import { wrongValue } from '../errors.js';
import type { ActivationName } from '../functions/activations.js';
import { ownActivation } from '../functions/custom.js';
import type { NetworkSpecification } from '../model/specification.js';

type Functions = Pick<NetworkSpecification, 'activations' | 'neurons'>;

/** Names of the activations that a network has, each once. */
export function functionsOf({ activations, neurons }: Functions): ActivationName[] {
  return [...new Set([...activations, ...neurons.map(({ f }) => f)])] as ActivationName[];
}

/** Neurons of layer l + 2 whose f is another than their layer's: columns from 0 by f. */
export function otherNeurons({ activations, neurons }: Functions, l: number): [f: ActivationName, columns: number[]][] {
  const others = new Map<string, number[]>();
  for (const { layer, neuron, f } of neurons) {
    if (layer === l + 2 && f !== activations[l]) others.set(f, [...(others.get(f) ?? []), neuron - 1]);
  }
  return [...others] as [ActivationName, number[]][];
}

/** @throws {RangeError} naming the activations that only this user's modules define */
export function checkBuiltIn(format: string, { activations, neurons }: Functions): void {
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
