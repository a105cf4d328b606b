// Makes a picture that was drawn, scanned or photographed like those of MNIST: light on dark, and prepared as
// MNIST's authors describe (http://yann.lecun.com/exdb/mnist/): scaled so that the digit fits a box of 20 × 20 pixels with its
// proportions kept, grey where an edge runs through a pixel, and put into 28 × 28 with its centre of mass in the middle. Other
// sides than 28 get a box in proportion.

import type { Picture } from './picture.js';

/** MNIST's side and box. */
const [SIDE, BOX] = [28, 20];
/** Share of the border that must be light where a picture is dark on light. */
const LIGHT_BORDER = 0.9;
/** Levels between background and brightest pixel below which there is nothing in a picture. */
const LEAST_CONTRAST = 32;
/** What counts as ink: a tenth of white. Less is the noise of a scan. */
const INK = 25.5;

/** Whether nine tenths of the border and the mean of all pixels are light. Of the 70,000 digits of MNIST it holds for none. */
export function isDarkOnLight(picture: Picture): boolean {
  const border = borderOf(picture);
  const light = border.reduce((count, v) => count + (v > 127 ? 1 : 0), 0);
  const { values } = picture;
  return light >= LIGHT_BORDER * border.length && values.reduce((sum, v) => sum + v, 0) > 127.5 * values.length;
}

export function inverted({ values, ...size }: Picture): Picture {
  return { ...size, values: values.map((v) => 255 - v) };
}

/**
 * A picture of side × side pixels, prepared like MNIST's. What lies around the digit becomes black, the brightest pixel white.
 * @param picture light on dark
 * @returns nothing where there is nothing in it
 */
export function fitted(picture: Picture, side: number): Picture | undefined {
  const ink = stretched(picture);
  const box = ink && inkBox(ink, picture);
  if (!box) return undefined;
  const scale = Math.max(1, Math.round((BOX * side) / SIDE)) / Math.max(box.width, box.height);
  const [width, height] = [box.width, box.height].map((n) => Math.max(1, Math.round(n * scale)));
  const values = resized(box.values, box.width, box.height, width, height);
  const top = values.reduce((largest, v) => Math.max(largest, v), 0);
  const centre = centreOfMass(values, width);
  const x = begin(side, width, centre.x);
  const y = begin(side, height, centre.y);
  const out = new Uint8Array(side * side);
  values.forEach((v, k) => {
    out[(y + Math.floor(k / width)) * side + x + (k % width)] = Math.round((255 * v) / top);
  });
  return { width: side, height: side, values: out };
}

/**
 * Where n pixels begin on a side so that `centre` lies in its middle pixel, and none is lost. Measured on MNIST's test
 * digits, it lies at 14.51 ± 0.5 of 28 pixels from the left and 14.49 ± 0.5 from the top: that pixel is number 14 from 0.
 */
function begin(side: number, n: number, centre: number): number {
  return Math.min(side - n, Math.max(0, Math.round(side / 2 + 0.5 - centre)));
}

/** The pixels of all four sides, corners twice. */
function borderOf({ width, height, values }: Picture): Uint8Array {
  const row = (y: number): Uint8Array => values.subarray(y * width, (y + 1) * width);
  const column = (x: number): number[] => Array.from({ length: height }, (_, y) => values[y * width + x]);
  return Uint8Array.from([...row(0), ...row(height - 1), ...column(0), ...column(width - 1)]);
}

/** Levels from the background, the median of the border, to the brightest, as 0 to 255. */
function stretched(picture: Picture): Float64Array | undefined {
  const border = borderOf(picture).sort();
  const background = border[border.length >> 1];
  const contrast = picture.values.reduce((top, v) => Math.max(top, v), 0) - background;
  return contrast < LEAST_CONTRAST ? undefined : Float64Array.from(picture.values, (v) => (255 * Math.max(0, v - background)) / contrast);
}

interface Box {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/** The smallest rectangle that holds all ink. */
function inkBox(ink: Float64Array, { width }: Picture): Box {
  let [left, right, top, bottom] = [width, 0, ink.length, 0];
  for (let k = 0; k < ink.length; k++) {
    if (ink[k] < INK) continue;
    const x = k % width;
    const y = Math.floor(k / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const [w, h] = [right - left + 1, bottom - top + 1];
  return { width: w, height: h, values: Float64Array.from({ length: w * h }, (_, k) => ink[(top + Math.floor(k / w)) * width + left + (k % w)]) };
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
