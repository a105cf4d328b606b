// Some pictures of each class, drawn by a seed, so that a person sees at a glance what the samples are: upright or not, light on dark
// or dark on light, and whether the labels belong to them.

import { Random } from '../random.js';
import type { ContactSheet } from './data-profile.js';

/** Pictures of a class, and of all. */
const MOST_OF_CLASS = 10;
const MOST = 400;
/** Pixels of a side: larger pictures are scaled down by a whole number. */
const MOST_SIDE = 64;

export interface PictureRows {
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Numbers of a row: [height][width][channels]. */
  pixels(row: number): Uint8Array | Float32Array;
  /** The class of a row, from 0; undefined for a row that is passed over. */
  label(row: number): number | undefined;
  readonly names: readonly string[];
}

/** @param range of all pixels that are no bytes, which becomes black to white */
export function contactSheet(pictures: PictureRows, seed: number, range: Range): ContactSheet {
  const { names } = pictures;
  const { pixels, ...size } = shownPictures(pictures, range);
  const drawn = drawnRows(pictures, seed, { ofClass: MOST_OF_CLASS, all: MOST });
  return { ...size, pictures: drawn.flatMap((rows, c) => rows.map((row) => ({ label: names[c] ?? '', pixels: pixels(pictures.pixels(row)) }))) };
}

/** Rows of each class, each as likely as any other (reservoir sampling: Vitter, 1985), in their order. */
export function drawnRows(
  { rows, label, names }: Pick<PictureRows, 'rows' | 'label' | 'names'>,
  seed: number,
  most: { readonly ofClass: number; readonly all: number },
): number[][] {
  const random = Random.stream(seed, 'contact sheet');
  const classes = Math.min(Math.max(1, names.length), most.all);
  const each = Math.max(1, Math.min(most.ofClass, Math.floor(most.all / classes)));
  const drawn: number[][] = Array.from({ length: classes }, () => []);
  const seen = new Uint32Array(classes);
  for (let row = 0; row < rows; row++) {
    const c = label(row);
    if (c === undefined || c >= classes) continue;
    const place = random.below(++seen[c]);
    if (drawn[c].length < each) drawn[c].push(row);
    else if (place < each) drawn[c][place] = row;
  }
  return drawn.map((list) => list.sort((a, b) => a - b));
}

/** Values that are shown as black and as white. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

type Size = Pick<ContactSheet, 'width' | 'height' | 'channels'>;

/** How pictures of this shape are shown: their size, and pixels in levels of grey or colours from their values. */
export function shownPictures({ width, height, channels }: Size, range: Range): Size & { pixels(values: Uint8Array | Float32Array): Uint8Array } {
  const factor = Math.ceil(Math.max(width, height) / MOST_SIDE);
  const [w, h] = [Math.max(1, Math.floor(width / factor)), Math.max(1, Math.floor(height / factor))];
  const shown = channels === 3 ? 3 : 1;
  return {
    width: w,
    height: h,
    channels: shown,
    pixels: (values) => scaledDown(greyOf(levels(values, range), channels), { width, channels: shown, factor, w, h }),
  };
}

/** What lies outside of the range is black or white. */
function levels(values: Uint8Array | Float32Array, { least, most }: Range): Uint8Array {
  if (values instanceof Uint8Array) return values;
  return Uint8Array.from(Uint8ClampedArray.from(values, (x) => (255 * (x - least)) / (most - least || 1)));
}

/** Neither grey nor three colours: the mean of all channels. */
function greyOf(pixels: Uint8Array, channels: number): Uint8Array {
  if (channels === 1 || channels === 3) return pixels;
  const mean = (pixel: number): number => pixels.subarray(pixel * channels, (pixel + 1) * channels).reduce((a, b) => a + b, 0) / channels;
  return Uint8Array.from({ length: pixels.length / channels }, (_, pixel) => Math.round(mean(pixel)));
}

interface Scaling {
  readonly width: number;
  readonly channels: number;
  readonly factor: number;
  readonly w: number;
  readonly h: number;
}

/** Means of squares. */
function scaledDown(pixels: Uint8Array, { width, channels, factor, w, h }: Scaling): Uint8Array {
  if (factor === 1) return pixels.slice();
  const out = new Uint8Array(w * h * channels);
  for (let at = 0; at < out.length; at++) {
    const channel = at % channels;
    const pixel = (at - channel) / channels;
    const [x, y] = [(pixel % w) * factor, Math.floor(pixel / w) * factor];
    let sum = 0;
    for (let dy = 0; dy < factor; dy++) for (let dx = 0; dx < factor; dx++) sum += pixels[((y + dy) * width + x + dx) * channels + channel];
    out[at] = Math.round(sum / factor ** 2);
  }
  return out;
}
