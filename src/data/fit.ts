// Makes a picture that was drawn, scanned or photographed like those of MNIST: light on dark, and prepared as
// MNIST's authors describe (http://yann.lecun.com/exdb/mnist/): scaled so that the digit fits a box of 20 × 20 pixels with its
// proportions kept, grey where an edge runs through a pixel, and put into 28 × 28 with its centre of mass in the middle. Other
// sides than 28 get a box in proportion. What is ink is found in ink.ts, and what is paper in paper.ts.

import type { Picture } from '../pictures/picture.js';
import { type Ink, inkOf, type NoInk } from './ink.js';

/** MNIST's side and box. */
const [SIDE, BOX] = [28, 20];
/** Pixels from which on a picture is scaled down before its ink is looked for: a digit that is a fiftieth as high still has twenty. */
const MOST_PIXELS = 1 << 20;

export function inverted({ values, ...size }: Picture): Picture {
  return { ...size, values: values.map((v) => 255 - v) };
}

/**
 * A picture of at most a megapixel: means of squares of n × n levels, of all of them as they are stored (not of the light that they
 * stand for: MNIST's own grey edges were made in the same way). The last row and column of squares may be cut.
 */
export function scaledDown(picture: Picture): Picture {
  const n = Math.ceil(Math.sqrt(picture.values.length / MOST_PIXELS));
  if (n <= 1) return picture;
  const [width, height] = [Math.ceil(picture.width / n), Math.ceil(picture.height / n)];
  const values = new Uint8Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const rows = Math.min(n, picture.height - y * n);
    sums.fill(0);
    for (let k = 0; k < rows * picture.width; k++) sums[Math.floor((k % picture.width) / n)] += picture.values[y * n * picture.width + k];
    for (let x = 0; x < width; x++) values[y * width + x] = Math.round(sums[x] / (rows * Math.min(n, picture.width - x * n)));
  }
  return { width, height, values };
}

export interface Fitted extends Picture {
  /** What makes an answer that rests on it doubtful. */
  readonly warnings: readonly string[];
}

/**
 * A picture of side × side pixels, prepared like MNIST's. What lies around the digit becomes black, the brightest pixel white.
 * @param picture light on dark
 * @returns what was seen, where there is nothing in it
 */
export function fitted(picture: Picture, side: number): Fitted | NoInk {
  const ink = inkOf(picture);
  return 'values' in ink ? { width: side, height: side, values: centred(ink, side), warnings: ink.warnings } : ink;
}

/** [side][side] of the ink in its box. */
export function centred(ink: Pick<Ink, 'width' | 'height' | 'values'>, side: number): Uint8Array {
  const scale = Math.max(1, Math.round((BOX * side) / SIDE)) / Math.max(ink.width, ink.height);
  const [width, height] = [ink.width, ink.height].map((n) => Math.max(1, Math.round(n * scale)));
  const values = resized(ink.values, ink.width, ink.height, width, height);
  const top = values.reduce((largest, v) => Math.max(largest, v), 0);
  const centre = centreOfMass(values, width);
  const x = begin(side, width, centre.x);
  const y = begin(side, height, centre.y);
  const out = new Uint8Array(side * side);
  values.forEach((v, k) => {
    out[(y + Math.floor(k / width)) * side + x + (k % width)] = Math.round((255 * v) / top);
  });
  return out;
}

/**
 * Where n pixels begin on a side so that `centre` lies in its middle pixel, and none is lost. Measured on MNIST's test
 * digits, it lies at 14.51 ± 0.5 of 28 pixels from the left and 14.49 ± 0.5 from the top: that pixel is number 14 from 0.
 */
function begin(side: number, n: number, centre: number): number {
  return Math.min(side - n, Math.max(0, Math.round(side / 2 + 0.5 - centre)));
}

/** Means over the area that each new pixel covers: first along the rows, then along the columns. */
function resized(values: Float64Array, width: number, height: number, toWidth: number, toHeight: number): Float64Array {
  return transposed(resizedRows(transposed(resizedRows(values, width, toWidth), toWidth), height, toHeight), toHeight);
}

function resizedRows(values: Float64Array, width: number, toWidth: number): Float64Array {
  const out = new Float64Array((values.length / width) * toWidth);
  const step = width / toWidth;
  for (let k = 0; k < out.length; k++) {
    const row = Math.floor(k / toWidth) * width;
    const [from, to] = [(k % toWidth) * step, ((k % toWidth) + 1) * step];
    for (let x = Math.floor(from); x < Math.min(width, Math.ceil(to)); x++) {
      out[k] += (values[row + x] * (Math.min(to, x + 1) - Math.max(from, x))) / step;
    }
  }
  return out;
}

function transposed(values: Float64Array, width: number): Float64Array {
  const height = values.length / width;
  return Float64Array.from({ length: values.length }, (_, k) => values[(k % height) * width + Math.floor(k / height)]);
}

/** In pixels from the left and the top edge. */
function centreOfMass(values: Float64Array, width: number): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (const [k, v] of values.entries()) {
    sum += v;
    x += v * ((k % width) + 0.5);
    y += v * (Math.floor(k / width) + 0.5);
  }
  return { x: x / sum, y: y / sum };
}
