// Small data sets for the tests of the gradient check and the diagnosis: random inputs with many zeros, as bytes or floats.

import type { Dataset, Samples } from '#src/data/dataset.js';
import type { Random } from '#src/random.js';
import { seeded } from './bound-kernels.js';

function samples(random: Random, count: number, inputs: number, classes: number, bytes: boolean): Samples {
  const value = (): number => (random.uniform() < 0.4 ? 0 : bytes ? random.below(256) : 2 * random.uniform() - 0.5);
  const values = Array.from({ length: count * inputs }, value);
  return { values: bytes ? Uint8Array.from(values) : Float32Array.from(values), labels: Uint16Array.from({ length: count }, (_, s) => s % classes) };
}

/** `count` training samples, and as many for validation and test. */
export function smallData({ count = 12, inputs = 7, classes = 4, bytes = false } = {}): Dataset {
  const split = (k: number): Samples => samples(seeded('insight', k), count, inputs, classes, bytes);
  return { name: 'small', inputs, classes, scale: bytes ? 1 / 255 : 1, training: split(0), validation: split(1), test: split(2) };
}
