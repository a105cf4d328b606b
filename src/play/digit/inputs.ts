// What a network is given of a digit: of a drawn one what `nabla predict --fit` makes of a picture, 28 × 28 pixels as MNIST's authors prepared
// theirs; of one of the test set the digit as it is.

import { fitted } from '../../data/fit.js';
import { PIXELS, SIDE } from '../pixels.js';
import type { Chosen, Digits } from '../store.js';
import { pictureOf, type Stroke } from './strokes.js';

/** [784] of a drawing; undefined where there is nothing on the pad. */
export function drawnInput(strokes: readonly Stroke[]): Float32Array | undefined {
  if (strokes.length === 0) return undefined;
  const made = fitted(pictureOf(strokes), SIDE);
  return 'values' in made ? fromBytes(made.values) : undefined;
}

/** @param number from 1, as pages count samples */
export function testDigit({ pixels, labels, training, validation }: Digits, number: number): Chosen {
  const at = training + validation + number - 1;
  return { input: fromBytes(pixels.subarray(at * PIXELS, (at + 1) * PIXELS)), label: labels[at], test: number };
}

/** As training scales them. */
function fromBytes(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 255);
}
