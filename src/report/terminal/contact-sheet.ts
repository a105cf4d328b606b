// Pictures as characters: two pixels to a character, one over the other, in the colours of a terminal; or dots, where there are no
// colours. As many as there is room for, class by class; or each as it is, and beside it as it is trained on.

import type { AugmentedSheet, ContactSheet } from '../../profile/data-profile.js';
import { shortened } from '../data/data-words.js';
import { DOTS_ACROSS, DOTS_DOWN, Picture } from './braille.js';

type Colour = readonly [red: number, green: number, blue: number];

/** Two pixels in one character: a half block on a ground. */
export type PaintPixels = (upper: Colour, lower: Colour) => string;

/** Columns of a picture that is wider, and lines of pictures. */
const MOST_ACROSS = 14;
const MOST_LINES = 4;
/** Samples of which there is a line each. */
const MOST_CHANGED = 10;
const GAP = 2;
/** Levels from which on a dot is white, so that means of a square show as dots more or less dense (Bayer, 1973); of 16. */
const THRESHOLDS = [
  [0, 8, 2, 10],
  [12, 4, 14, 6],
  [3, 11, 1, 9],
  [15, 7, 13, 5],
];

/** @param width columns that a line may fill @param paint absent where there are no colours */
export function contactSheetText(sheet: ContactSheet, width: number, paint?: PaintPixels): string[] {
  const { perLine } = roomFor(sheet, width);
  const shown = evenly(sheet.pictures, perLine * MOST_LINES);
  const lines = Array.from({ length: Math.ceil(shown.length / perLine) }, (_, k) => shown.slice(k * perLine, (k + 1) * perLine));
  return spaced(lines.map((some) => lineOf(some, sheet, width, paint)));
}

/** A line for each sample: as it is under its label, and as it is in as many epochs as there is room for, one at least. */
export function augmentedSheetText(sheet: AugmentedSheet, width: number, paint?: PaintPixels): string[] {
  const { perLine } = roomFor(sheet, width);
  const epochs = sheet.epochs.slice(0, Math.max(1, perLine - 1));
  const lines = evenly(sheet.pictures, MOST_CHANGED).map(({ changed, ...picture }) => [
    picture,
    ...epochs.map((epoch, k) => ({ label: `epoch ${epoch}`, pixels: changed[k] })),
  ]);
  return spaced(lines.map((some) => lineOf(some, sheet, width, paint)));
}

const spaced = (blocks: readonly string[][]): string[] => blocks.flatMap((lines, k) => (k > 0 ? ['', ...lines] : lines));

/** Characters that a picture takes, and how many have room side by side. */
function roomFor(size: Size, width: number): { across: number; down: number; perLine: number } {
  const across = Math.min(size.width, MOST_ACROSS, width);
  // A character is twice as high as wide.
  const down = Math.max(1, Math.round((across * size.height) / size.width / 2));
  return { across, down, perLine: Math.max(1, Math.floor((width + GAP) / (across + GAP))) };
}

/** Pictures side by side under their labels. */
function lineOf(some: ContactSheet['pictures'], size: Size, width: number, paint?: PaintPixels): string[] {
  const { across, down } = roomFor(size, width);
  const drawn = some.map(({ pixels }) => (paint ? blocks({ ...size, pixels }, across, down, paint) : dots({ ...size, pixels }, across, down)));
  const beside = (texts: readonly string[]): string => texts.join(' '.repeat(GAP)).trimEnd();
  return [
    beside(some.map(({ label }) => shortened(label, across).padEnd(across))),
    ...Array.from({ length: down }, (_, y) => beside(drawn.map((rows) => rows[y]))),
  ];
}

/** As many of each class as there is room for, at least one of the first classes. */
function evenly<P extends { readonly label: string }>(pictures: readonly P[], most: number): P[] {
  const classes = [...new Set(pictures.map(({ label }) => label))];
  const each = Math.max(1, Math.floor(most / Math.max(1, classes.length)));
  return classes.flatMap((label) => pictures.filter((one) => one.label === label).slice(0, each)).slice(0, most);
}

type Size = Omit<ContactSheet, 'pictures'>;
type Pixels = Size & { readonly pixels: Uint8Array };

function blocks(picture: Pixels, across: number, down: number, paint: PaintPixels): string[] {
  const colour = meanIn(picture, across, 2 * down);
  return Array.from({ length: down }, (_, y) => Array.from({ length: across }, (_, x) => paint(colour(x, 2 * y), colour(x, 2 * y + 1))).join(''));
}

function dots(picture: Pixels, across: number, down: number): string[] {
  const colour = meanIn(picture, across * DOTS_ACROSS, down * DOTS_DOWN);
  const drawn = new Picture(across, down);
  for (let y = 0; y < down * DOTS_DOWN; y++) {
    for (let x = 0; x < across * DOTS_ACROSS; x++) {
      const level = colour(x, y).reduce((a, b) => a + b, 0) / (3 * 255);
      if (level > (THRESHOLDS[y % 4][x % 4] + 0.5) / 16) drawn.dot(x, y, 'gray');
    }
  }
  return Array.from({ length: down }, (_, y) => drawn.row(y, (_, text) => text));
}

/** Mean colours of a picture that is cut into so many equal parts. */
function meanIn({ width, height, channels, pixels }: Pixels, columns: number, rows: number): (x: number, y: number) => Colour {
  return (x, y) => {
    const [x0, y0] = [Math.floor((x * width) / columns), Math.floor((y * height) / rows)];
    const [x1, y1] = [Math.max(x0 + 1, Math.ceil(((x + 1) * width) / columns)), Math.max(y0 + 1, Math.ceil(((y + 1) * height) / rows))];
    const sums = [0, 0, 0];
    for (let v = y0; v < y1; v++)
      for (let u = x0; u < x1; u++) for (let c = 0; c < 3; c++) sums[c] += pixels[(v * width + u) * channels + (channels === 3 ? c : 0)];
    const n = (x1 - x0) * (y1 - y0);
    return [Math.round(sums[0] / n), Math.round(sums[1] / n), Math.round(sums[2] / n)];
  };
}
