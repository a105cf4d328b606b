// Pictures in another size: weighted means of the pixels around each new one, first along the rows, then along the columns. The weights
// fall off in a straight line (a triangle), over one pixel where a picture grows, which is bilinear interpolation, and over as many as a
// new pixel covers where it shrinks, so that nothing between is left out: what Pillow's resize(…, BILINEAR) does. Sides are scaled each by
// its own factor. Levels are taken as they are stored, not as the light that they stand for.

import type { Pixels } from './picture.js';

/** Of one new pixel: the first old one that counts, and the weight of each from there on; they sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** @returns the picture itself where it has that size already */
export function resized(picture: Pixels, width: number, height: number): Pixels {
  if (picture.width === width && picture.height === height) return picture;
  const { channels } = picture;
  const [across, down] = [tapsOf(picture.width, width), tapsOf(picture.height, height)];
  const rows = new Float64Array(picture.height * width * channels);
  for (let y = 0; y < picture.height; y++) {
    const from = y * picture.width * channels;
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) rows[(y * width + x) * channels + c] = mean(picture.values, from + c, channels, across[x]);
  }
  const values = new Uint8Array(height * width * channels);
  const stride = width * channels;
  for (let y = 0; y < height; y++) for (let k = 0; k < stride; k++) values[y * stride + k] = Math.round(mean(rows, k, stride, down[y]));
  return { width, height, channels, values };
}

function mean(values: Uint8Array | Float64Array, from: number, step: number, { first, weights }: Taps): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * values[from + (first + k) * step];
  return sum;
}

/** For each of `to` new pixels in place of `from` old ones. */
function tapsOf(from: number, to: number): Taps[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const raw = Float64Array.from({ length: end - first }, (_, n) => Math.max(0, 1 - Math.abs(first + n + 0.5 - centre) / reach));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}
