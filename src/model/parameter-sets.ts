// The networks of a model: one, or several whose average, the mean of their outputs a^L, is a model of its own (runs/ensemble.ts). Their
// parameters are one array, a set after another; they are of one specification, [K][P], or each has one of its own, with other hidden
// layers. All that holds, runs or writes a trained network takes it so.

import { layoutOf } from './layout.js';
import type { NetworkSpecification } from './specification.js';

/** What has to be known of a network to tell its parameters from those of the next. */
type Sized = Pick<NetworkSpecification, 'layers'>;

export interface Networks<N extends Sized = NetworkSpecification> {
  /** Of several, that of the first: its inputs, its outputs and its cost are those of all. */
  readonly network: N;
  /** Of each, where they are not all alike. */
  readonly networks?: readonly N[];
  /** Of one after another, each in the book's order. */
  readonly parameters: Float32Array;
}

/** One network with its parameters, [P] in the book's order. */
export interface OneNetwork<N extends Sized = NetworkSpecification> {
  readonly network: N;
  readonly parameters: Float32Array;
}

/** Each by itself, with a view of its parameters. */
export function networksOf<N extends Sized>({ network, networks, parameters }: Networks<N>): OneNetwork<N>[] {
  const sizes = networks ?? Array.from({ length: parameters.length / countParameters(network) }, () => network);
  let at = 0;
  return sizes.map((one) => {
    const begin = at;
    at += countParameters(one);
    return { network: one, parameters: parameters.subarray(begin, at) };
  });
}

/** How many networks there are. */
export function countNetworks<N extends Sized>({ network, networks, parameters }: Networks<N>): number {
  return networks?.length ?? parameters.length / countParameters(network);
}

const countParameters = ({ layers }: Sized): number => layoutOf(layers).parameters;

/** '784-30-10'; '784-…-10' where hidden layers differ. */
export function sizesText({ network: { layers }, networks }: Pick<Networks<Sized>, 'network' | 'networks'>): string {
  return networks ? `${layers[0]}-…-${layers[layers.length - 1]}` : layers.join('-');
}

/** Sets of parameters as one array. */
export function joined(sets: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(sets.reduce((sum, set) => sum + set.length, 0));
  let at = 0;
  for (const set of sets) {
    all.set(set, at);
    at += set.length;
  }
  return all;
}
