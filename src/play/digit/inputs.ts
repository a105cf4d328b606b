// What a network is given of a drawn digit: what `nabla predict --fit` makes of a picture, 28 × 28 pixels as MNIST's authors prepared theirs.

import { fitted } from '../../data/fit.js';
import { fromBytes } from '../digits.js';
import { SIDE } from '../pixels.js';
import { pictureOf, type Stroke } from './strokes.js';

/** [784] of a drawing; undefined where there is nothing on the pad. */
export function drawnInput(strokes: readonly Stroke[]): Float32Array | undefined {
  if (strokes.length === 0) return undefined;
  const made = fitted(pictureOf(strokes), SIDE);
  return 'values' in made ? fromBytes(made.values) : undefined;
}
