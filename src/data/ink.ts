// The ink of a picture: which pixels are a digit, and not the noise of a camera, dust, or light that drifts; the smallest
// rectangle that holds them; and what makes an answer that rests on them doubtful. Called by fit.ts, which makes a picture like
// MNIST's of it.

import type { Picture } from '../pictures/picture.js';
import { listed, plural } from '../text.js';
import { overPaper, quantile } from './paper.js';

/** What counts as ink, as a share of the strongest: a tenth, as in a scan without noise; and in noise, so many standard deviations. */
const [FAINTEST, DEVIATIONS] = [0.1, 4];
/** A shape of less ink, or weaker at its strongest, than these shares of the heaviest shape's is dust. */
const [DUST, WEAK] = [0.02, 0.4];
/** Where a shape that does not touch the border has this share of the heaviest shape's ink, nothing that touches it is the digit. */
const INSIDE = 0.2;
/** Levels between paper and ink below which nothing is seen, and below which there is a warning. In noise more is asked for. */
const LEAST_CONTRAST = 16;
const [LOW_CONTRAST, LEAST_DEVIATIONS, LOW_DEVIATIONS] = [48, 6, 10];
/** A digit of fewer pixels on its longer side is less than half of what the network was trained on. */
const SMALL = 10;
/** Shapes are far apart from this share of the longer side of all ink on: more than the strokes of one digit of MNIST ever are. */
const FAR = 0.25;
/** What is left out may belong to the digit up to this share of its longer side away. */
const NEAR = 0.1;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Ink extends Box {
  /** [height][width], from 0: how far each pixel is from paper towards the lightest there can be. */
  readonly values: Float64Array;
  /** What makes it doubtful, each in a sentence with what to do. */
  readonly warnings: readonly string[];
}

/** What was seen where there is no ink. */
export interface NoInk {
  /** Levels by which the strongest pixel stands out, and those by which it must. */
  readonly contrast: number;
  readonly needed: number;
}

interface Shape extends Box {
  readonly pixels: readonly number[];
  readonly mass: number;
  readonly peak: number;
}

/** @param picture light on dark, whatever is on it and however it is lit */
export function inkOf(picture: Picture): Ink | NoInk {
  const { ink, paper } = overPaper(picture);
  const noise = withoutNoise(ink);
  const contrast = ink.reduce((most, v) => Math.max(most, v), 0);
  const needed = Math.max(LEAST_CONTRAST, LEAST_DEVIATIONS * noise);
  if (contrast < needed) return { contrast, needed };
  const shapes = shapesOf(ink, picture, Math.max(FAINTEST * contrast, DEVIATIONS * noise));
  const kept = digitOf(shapes, picture);
  const left = shapes.filter((shape) => !kept.includes(shape));
  for (const { pixels } of left) for (const k of pixels) ink[k] = 0;
  const box = kept.reduce<Box>(union, kept[0]);
  return { ...box, values: cut(ink, paper, picture.width, box), warnings: warningsOf({ picture, kept, left, box, noise }) };
}

/**
 * The shapes of the digit: neither dust, nor what touches the border where there is enough that does not: the edge of the sheet,
 * of a shadow, of a frame.
 */
function digitOf(shapes: readonly Shape[], picture: Picture): Shape[] {
  const heaviest = heaviestOf(shapes);
  const inside = shapes.filter((shape) => sidesTouched(shape, picture).length === 0);
  const body = inside.some(({ mass }) => mass >= INSIDE * heaviest.mass) ? inside : shapes;
  const main = heaviestOf(body);
  return body.filter(({ mass, peak }) => mass >= DUST * main.mass && peak >= WEAK * main.peak);
}

const heaviestOf = (shapes: readonly Shape[]): Shape => shapes.reduce((most, shape) => (shape.mass > most.mass ? shape : most));

/** Takes the level of bare paper from all values, and gives the standard deviation of its noise: more than half of a picture is paper. */
function withoutNoise(ink: Float32Array): number {
  const sorted = ink.slice().sort();
  const level = quantile(sorted, 0.5);
  // Of normal noise, a twentieth lies more than 1.645 standard deviations below the middle.
  const noise = (level - quantile(sorted, 0.05)) / 1.645;
  for (let k = 0; k < ink.length; k++) ink[k] = Math.max(0, ink[k] - level - 2 * noise);
  return noise;
}

/** All sets of pixels that hang together, also by corners, and are at least `least`. */
function shapesOf(ink: Float32Array, { width, height }: Picture, least: number): Shape[] {
  const seen = new Uint8Array(ink.length);
  const shapes: Shape[] = [];
  for (let k = 0; k < ink.length; k++) {
    if (seen[k] || ink[k] < least) continue;
    const pixels = [k];
    seen[k] = 1;
    let [mass, peak, left, right, top, bottom] = [0, 0, width, 0, height, 0];
    // The list grows while it is walked.
    for (const at of pixels) {
      const [x, y] = [at % width, Math.floor(at / width)];
      mass += ink[at];
      peak = Math.max(peak, ink[at]);
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || ink[next] < least) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    shapes.push({ pixels, mass, peak, left, top, width: right - left + 1, height: bottom - top + 1 });
  }
  return shapes;
}

function union(a: Box, b: Box): Box {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  const [right, bottom] = [Math.max(a.left + a.width, b.left + b.width), Math.max(a.top + a.height, b.top + b.height)];
  return { left, top, width: right - left, height: bottom - top };
}

/** The ink in the box, as a share of the light on the paper under it: a stroke in a shadow is as black as one in the light. */
function cut(ink: Float32Array, paper: Float32Array, width: number, box: Box): Float64Array {
  return Float64Array.from({ length: box.width * box.height }, (_, k) => {
    const at = (box.top + Math.floor(k / box.width)) * width + box.left + (k % box.width);
    return ink[at] / Math.max(LEAST_CONTRAST, 255 - paper[at]);
  });
}

interface Seen {
  readonly picture: Picture;
  readonly kept: readonly Shape[];
  readonly left: readonly Shape[];
  readonly box: Box;
  readonly noise: number;
}

function warningsOf({ picture, kept, left, box, noise }: Seen): string[] {
  const size = Math.max(box.width, box.height);
  const { mass, peak } = heaviestOf(kept);
  const touched = sidesTouched(box, picture);
  const cutOff = left.filter((shape) => shape.mass >= DUST * mass && shape.peak >= WEAK * peak && distance(shape, box) < NEAR * size);
  const warnings: string[] = [];
  if (touched.length > 0)
    warnings.push(
      `the ink touches the border (${listed(touched)}): if the digit is cut off, or something else is in the picture, crop it anew with paper all around; if ink is taken for paper, see --invert.`,
    );
  else if (cutOff.length > 0)
    warnings.push(`what touches the border beside the digit was left out: if it is a part of the digit, crop the picture with paper all around.`);
  if (size < SMALL) warnings.push(`the answer rests on ink that is only ${plural(size, 'pixel')} long: take a larger picture.`);
  if (isScattered(kept, FAR * size)) warnings.push(`${kept.length} shapes lie far apart: crop the picture to one digit.`);
  if (peak < Math.max(LOW_CONTRAST, LOW_DEVIATIONS * noise)) {
    const grain = noise < 1 ? '' : `, and the noise is ${noise.toFixed(0)}`;
    warnings.push(`low contrast: the ink stands out by ${Math.round(peak)} of 255 levels${grain}: take more light, or a thicker pen.`);
  }
  return warnings;
}

function sidesTouched(box: Box, { width, height }: Picture): string[] {
  const touches = { left: box.left === 0, right: box.left + box.width === width, top: box.top === 0, bottom: box.top + box.height === height };
  return Object.entries(touches).flatMap(([side, yes]) => (yes ? [side] : []));
}

/** Whether the shapes fall into two groups with a gap between them. */
function isScattered(shapes: readonly Shape[], gap: number): boolean {
  const near = new Set([shapes[0]]);
  for (const shape of near) {
    for (const other of shapes) if (distance(shape, other) < gap) near.add(other);
  }
  return near.size < shapes.length;
}

/** Between two rectangles, along the axis on which they are further apart; 0 where they overlap. */
function distance(a: Box, b: Box): number {
  const along = (from: number, length: number, to: number, toLength: number): number => Math.max(0, to - from - length, from - to - toLength);
  return Math.max(along(a.left, a.width, b.left, b.width), along(a.top, a.height, b.top, b.height));
}
