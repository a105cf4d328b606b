// Pictures as grey levels or colours, whatever file they come from: bytes from 0, black, to 255, white, row by row from the top, as in
// MNIST's files. And the limits that hold for all of them before any memory is taken.

import { NablaError } from '../errors.js';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height][width] */
  readonly values: Uint8Array;
}

/** A picture in grey levels where all of its pixels are grey, and else in colours. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Numbers of a pixel: 1 for grey, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** [height][width][channels] */
  readonly values: Uint8Array;
}

/** A picture, and what messages call it. */
export interface NamedPicture extends Picture {
  readonly name: string;
}

/** How large a picture may be for what becomes of it, and what to do about a larger one: a whole sentence. */
export interface SizeLimit {
  readonly pixels: number;
  readonly next?: string;
}

/** 2,048 × 2,048 pixels of a picture that is read as it is, and 8,192 × 8,192 of one that is scaled down. */
const [MAX_PIXELS, MAX_SCALED_PIXELS] = [1 << 22, 1 << 26];
const SCALED: SizeLimit = { pixels: MAX_SCALED_PIXELS };

/** For a digit that is to be recognised. @param fit whether it will be scaled down */
export const limitOfDigit = (fit: boolean): SizeLimit =>
  fit ? SCALED : { pixels: MAX_PIXELS, next: '--fit scales it down, and crops and centres it as MNIST was made.' };

/** For a row of a table. @param sized whether it will be scaled */
export const limitOfRow = (sized: boolean): SizeLimit => (sized ? SCALED : { pixels: MAX_PIXELS, next: '--size 28x28 scales it down.' });

/** What is wrong with a file, and where. */
export type BadAt = (byte: number, what: string) => NablaError;

export function badAt(name: string): BadAt {
  return (byte, what) => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
}

/** @param byte where the size stands */
export function checkSize(width: number, height: number, byte: number, bad: BadAt, limit: SizeLimit): void {
  if (width === 0 || height === 0) throw bad(byte, `a picture of ${width} × ${height} pixels.`);
  const pixels = width * height;
  const next = limit.next && pixels <= MAX_SCALED_PIXELS ? ` ${limit.next}` : '';
  if (pixels > limit.pixels) throw bad(byte, `the header states ${width} × ${height} pixels, more than the ${limit.pixels} that can be read.${next}`);
}

/**
 * Grey levels of colours, with the weights of ITU-R BT.601, so that a grey stays what it is. Transparent pixels become what the
 * visible ones stand out from: black where those are light, white where they are dark.
 * @param pixels [pixels][samples]: red, green, blue, and of four samples opacity
 */
export function greyOf(pixels: Uint8Array, samples: 3 | 4): Uint8Array {
  const values = new Uint8Array(pixels.length / samples);
  for (let k = 0; k < values.length; k++) {
    const at = samples * k;
    values[k] = Math.round(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
  }
  const behind = samples === 4 ? behindOf(values, pixels) : undefined;
  if (behind !== undefined) for (let k = 0; k < values.length; k++) values[k] = over(behind, values[k], pixels[samples * k + 3]);
  return values;
}

/** Grey levels where all pixels are grey, and else colours; transparent pixels as in `greyOf`. @param pixels as there */
export function greyOrColours(pixels: Uint8Array, samples: 3 | 4): Pick<Pixels, 'channels' | 'values'> {
  if (isGrey(pixels, samples)) return { channels: 1, values: greyOf(pixels, samples) };
  if (samples === 3) return { channels: 3, values: pixels };
  const behind = behindOf(greyOf(withoutOpacity(pixels), 3), pixels) ?? 0;
  const values = new Uint8Array((pixels.length / 4) * 3);
  for (let k = 0; 4 * k < pixels.length; k++) for (let c = 0; c < 3; c++) values[3 * k + c] = over(behind, pixels[4 * k + c], pixels[4 * k + 3]);
  return { channels: 3, values };
}

function withoutOpacity(pixels: Uint8Array): Uint8Array {
  const values = new Uint8Array((pixels.length / 4) * 3);
  for (let k = 0; 4 * k < pixels.length; k++) for (let c = 0; c < 3; c++) values[3 * k + c] = pixels[4 * k + c];
  return values;
}

function isGrey(pixels: Uint8Array, samples: 3 | 4): boolean {
  for (let at = 0; at < pixels.length; at += samples) if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false;
  return true;
}

/** What stands behind transparent pixels; undefined where there are none. @param levels [pixels] @param pixels [pixels][4] */
function behindOf(levels: Uint8Array, pixels: Uint8Array): number | undefined {
  let [light, opaque] = [0, 0];
  for (let k = 0; k < levels.length; k++) {
    light += levels[k] * pixels[4 * k + 3];
    opaque += pixels[4 * k + 3];
  }
  if (opaque === 255 * levels.length) return undefined;
  return light < 127.5 * opaque ? 255 : 0;
}

const over = (behind: number, value: number, opacity: number): number => Math.round(behind + ((value - behind) * opacity) / 255);

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
