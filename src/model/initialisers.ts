// Initial parameters, in the book's order: for each layer its weights row by row, then its biases. Random numbers come
// from a seeded stream per layer, so that a layer's start depends only on the seed, its place and its size.

import { Random } from '../random.js';
import { layoutOf } from './layout.js';
import type { InitialiserName, NetworkSpecification } from './specification.js';

interface Initialiser {
  /** One weight of a layer with I inputs and O outputs. */
  weight(random: Random, I: number, O: number): number;
  bias(random: Random): number;
}

const normal = (random: Random): number => random.normal();
const zero = (): number => 0;

const INITIALISERS: Readonly<Record<InitialiserName, Initialiser>> = {
  /** w, b ~ N(0, 1): the book's chapter 1. */
  normal: { weight: normal, bias: normal },
  /** w ~ N(0, 1/n_in), b ~ N(0, 1): the book's chapter 3, "1/√n_in". */
  scaled: { weight: (random, I) => random.normal() / Math.sqrt(I), bias: normal },
  /** w ~ N(0, 2/n_in), b = 0: He et al. 2015, for ReLU. */
  he: { weight: (random, I) => random.normal() * Math.sqrt(2 / I), bias: zero },
  /** w uniform in ±√(6 / (n_in + n_out)), b = 0: Glorot and Bengio 2010. */
  glorot: { weight: (random, I, O) => (2 * random.uniform() - 1) * Math.sqrt(6 / (I + O)), bias: zero },
};

/** Initial parameters of a network, [P] in the book's order. */
export function initialParameters({ layers, initialiser }: NetworkSpecification, seed: number): Float32Array<ArrayBuffer> {
  const { weight, bias } = INITIALISERS[initialiser];
  const values = new Float32Array(layoutOf(layers).parameters);
  let k = 0;
  for (let l = 1; l < layers.length; l++) {
    const I = layers[l - 1];
    const O = layers[l];
    const random = Random.stream(seed, 'parameters', l);
    for (let j = 0; j < I * O; j++) values[k++] = weight(random, I, O);
    for (let j = 0; j < O; j++) values[k++] = bias(random);
  }
  return values;
}
