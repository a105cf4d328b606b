// The digits of the package `mnist` as a data set: how they are split, wherever they come from. In Node that is the package (mnist.ts), in a page
// a file that was made of it.

import { Random } from '../random.js';
import type { Dataset, Samples } from './dataset.js';
import { BYTE_SCALE } from './reading.js';
import { stratifiedSplit } from './split.js';

export const DIGIT_INPUTS = 28 * 28;
export const DIGIT_CLASSES = 10;
const HELD_OUT = 1_000;

export interface LabelledDigits {
  /** [count][784] bytes. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** 8,000 of the 10,000 for training, 1,000 for validation and 1,000 for the test. */
export function splitDigits({ pixels, labels }: LabelledDigits, seed: number, scale = BYTE_SCALE): Dataset {
  const { training, validation, test } = stratifiedSplit(labels, DIGIT_CLASSES, HELD_OUT, HELD_OUT, Random.stream(seed, 'split'));
  const pick = (indices: readonly number[]): Samples => {
    const values = new Uint8Array(indices.length * DIGIT_INPUTS);
    indices.forEach((sample, row) => {
      values.set(pixels.subarray(sample * DIGIT_INPUTS, (sample + 1) * DIGIT_INPUTS), row * DIGIT_INPUTS);
    });
    return { values, labels: Uint16Array.from(indices, (sample) => labels[sample]) };
  };
  return {
    name: 'mnist',
    inputs: DIGIT_INPUTS,
    classes: DIGIT_CLASSES,
    scale,
    training: pick(training),
    validation: pick(validation),
    test: pick(test),
  };
}
