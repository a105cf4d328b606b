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
export function contactSheet(pictures: PictureRows, seed: number, range: { readonly least: number; readonly most: number }): ContactSheet {
  const { width, height, channels, names } = pictures;
  const factor = Math.ceil(Math.max(width, height) / MOST_SIDE);
  const [w, h] = [Math.max(1, Math.floor(width / factor)), Math.max(1, Math.floor(height / factor))];
  const drawn = drawnRows(pictures, seed);
  return {
    width: w,
    height: h,
    channels,
    pictures: drawn.flatMap((rows, c) =>
      rows.map((row) => ({ label: names[c] ?? '', pixels: scaledDown(levels(pictures.pixels(row), range), { width, channels, factor, w, h }) })),
    ),
  };
}

/** Rows of each class, each as likely as any other (reservoir sampling: Vitter, 1985), in their order. */
function drawnRows({ rows, label, names }: PictureRows, seed: number): number[][] {
  const random = Random.stream(seed, 'contact sheet');
  const classes = Math.min(Math.max(1, names.length), MOST);
  const each = Math.max(1, Math.min(MOST_OF_CLASS, Math.floor(MOST / classes)));
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

function levels(values: Uint8Array | Float32Array, { least, most }: { readonly least: number; readonly most: number }): Uint8Array {
  if (values instanceof Uint8Array) return values;
  return Uint8Array.from(values, (x) => Math.round((255 * (x - least)) / (most - least || 1)));
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
