// Pictures as grey levels, whatever file they come from: bytes from 0, black, to 255, white, row by row from the top, as in
// MNIST's files. And the limit that holds for all of them before any memory is taken.

import { NablaError } from '../errors.js';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height][width] */
  readonly values: Uint8Array;
}

/** A picture, and what messages call it. */
export interface NamedPicture extends Picture {
  readonly name: string;
}

/** Pixels of the largest picture that is read as it is, 2,048 × 2,048, and of one that is scaled down, 8,192 × 8,192. */
const [MAX_PIXELS, MAX_SCALED_PIXELS] = [1 << 22, 1 << 26];

/** What is wrong with a file, and where. */
export type BadAt = (byte: number, what: string) => NablaError;

export function badAt(name: string): BadAt {
  return (byte, what) => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
}

/**
 * @param byte where the size stands
 * @param fit whether the picture will be scaled down
 */
export function checkSize(width: number, height: number, byte: number, bad: BadAt, fit: boolean): void {
  if (width === 0 || height === 0) throw bad(byte, `a picture of ${width} × ${height} pixels.`);
  const [pixels, most] = [width * height, fit ? MAX_SCALED_PIXELS : MAX_PIXELS];
  const next = !fit && pixels <= MAX_SCALED_PIXELS ? ' --fit scales it down, and crops and centres it as MNIST was made.' : '';
  if (pixels > most) throw bad(byte, `the header states ${width} × ${height} pixels, more than the ${most} that can be read.${next}`);
}

/**
 * Grey levels of colours, with the weights of ITU-R BT.601, so that a grey stays what it is. Transparent pixels become what the
 * visible ones stand out from: black where those are light, white where they are dark.
 * @param pixels [pixels][samples]: red, green, blue, and of four samples opacity
 */
export function greyOf(pixels: Uint8Array, samples: 3 | 4): Uint8Array {
  const values = new Uint8Array(pixels.length / samples);
  let [light, opaque] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const at = samples * k;
    const opacity = samples === 4 ? pixels[at + 3] : 255;
    values[k] = Math.round(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
    light += values[k] * opacity;
    opaque += opacity;
  }
  if (opaque === 255 * values.length) return values;
  const behind = light < 127.5 * opaque ? 255 : 0;
  for (let k = 0; k < values.length; k++) values[k] = Math.round(behind + ((values[k] - behind) * pixels[samples * k + 3]) / 255);
  return values;
}

/**
 * Swaps rows and columns of pictures that lie one after another, in place.
 * @param values [pictures][height][width]; afterwards [pictures][width][height]
 */
export function transpose(values: Uint8Array | Float32Array, height: number, width: number): void {
  const pixels = height * width;
  for (let at = 0; at < values.length; at += pixels) {
    const one = values.slice(at, at + pixels);
    for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) values[at + c * height + r] = one[r * width + c];
  }
}
