// What a network is given of a drawn digit: what `nabla predict --fit` makes of a picture, 28 × 28 pixels as MNIST's authors prepared theirs. Paper
// and dust need not be looked for, as in a photograph: whatever is there was drawn.

import { centred } from '../../data/fit.js';
import type { Picture } from '../../pictures/picture.js';
import { fromBytes } from '../digits.js';
import { SIDE } from '../pixels.js';
import { pictureOf, type Stroke } from './strokes.js';

/** The level from which on a grey edge counts as ink when its box is found: a tenth of the strongest, as in pictures. */
const FAINTEST = 25.5;

/** [784] of a drawing; undefined where there is nothing on the pad. */
export function drawnInput(strokes: readonly Stroke[]): Float32Array | undefined {
  return strokes.length === 0 ? undefined : fromBytes(centred(inkIn(pictureOf(strokes)), SIDE));
}

/** The smallest rectangle that holds all ink, and what is in it, from 0 to 1. */
function inkIn({ width, height, values }: Picture) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const [k, v] of values.entries()) {
    if (v < FAINTEST) continue;
    const [x, y] = [k % width, Math.floor(k / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  const box = { width: right - left + 1, height: bottom - top + 1 };
  const at = (k: number): number => (top + Math.floor(k / box.width)) * width + left + (k % box.width);
  return { ...box, values: Float64Array.from({ length: box.width * box.height }, (_, k) => values[at(k)] / 255) };
}
