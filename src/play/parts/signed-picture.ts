// Signed numbers as the pixels of a picture: blue for negative ones, vermilion for positive ones, the clearer the nearer to zero. Free of the page but
// for `paint`: what is seen is in ImageData's own bytes, one write per pixel, so that a hundred pictures of 784 take a few milliseconds.

import { NEGATIVE, POSITIVE } from '../../report/charts/sign-hues.js';

/** Levels on either side of zero. */
const LEVELS = 127;
/** Red, green, blue and opacity of each level, from -LEVELS to LEVELS, as one number in this machine's order of bytes. */
const COLOURS = new Uint32Array(2 * LEVELS + 1);
const bytes = new Uint8ClampedArray(COLOURS.buffer);
for (let level = -LEVELS; level <= LEVELS; level++)
  bytes.set([...(level < 0 ? NEGATIVE : POSITIVE), Math.round((255 * Math.abs(level)) / LEVELS)], 4 * (level + LEVELS));

/** Fills pixels, each [4] bytes, with the colours of values. @param scale the |value| that has the full colour */
export function colourInto(pixels: Uint32Array, values: ArrayLike<number>, scale: number): void {
  const rate = scale > 0 ? LEVELS / scale : 0;
  for (let k = 0; k < values.length; k++) {
    const level = values[k] * rate;
    // Neither Math.round nor a clamp by Math.min: together they took three times as long.
    pixels[k] = COLOURS[level >= LEVELS ? 2 * LEVELS : level > -LEVELS ? (level + LEVELS + 0.5) | 0 : 0];
  }
}

/** Of all |value|, this share is within the scale: single ones beyond it would leave the rest pale. */
const WITHIN = 0.995;
const BINS = 1024;

/** The |value| that stands for the full colour, to a thousandth of the largest. */
export function scaleOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k]);
    if (size > largest) largest = size;
  }
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 1;
  const counts = new Uint32Array(BINS + 1);
  for (let k = 0; k < values.length; k++) counts[((Math.abs(values[k]) / largest) * BINS) | 0]++;
  let [bin, within] = [0, 0];
  for (const enough = WITHIN * values.length; bin < BINS && within < enough; bin++) within += counts[bin];
  return (bin / BINS) * largest;
}

/** A picture of values, its side the root of their number; where `at` is given, that one of several that lie one after another. */
export function paint(canvas: HTMLCanvasElement, image: ImageData, at = 0): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  context?.putImageData(image, 0, -at * height, 0, at * height, width, height);
}

/** The side of a square picture with so many pixels; undefined where there is none. */
export function sideOf(inputs: number): number | undefined {
  const side = Math.round(Math.sqrt(inputs));
  return side * side === inputs ? side : undefined;
}

/** 'row 7, column 15', both from 1, of the pixel with this number from 0. */
export const pixelName = (k: number, side: number): string => `row ${Math.floor(k / side) + 1}, column ${(k % side) + 1}`;
