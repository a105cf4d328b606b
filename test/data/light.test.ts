// Ink in whatever light: the same digit on grey paper and boards, under light that drifts, falls off or ends at a shadow, and in
// noise; what makes an answer doubtful, and what is said where nothing is seen; large pictures, scaled down.

import { expect, it } from 'vitest';
import { fitted, inverted, scaledDown } from '#src/data/fit.js';
import { isDarkOnLight } from '#src/data/paper.js';
import { readSamplesFile } from '#src/data/samples-file.js';
import { loadDataset } from '#src/index.js';
import type { Picture } from '#src/pictures/picture.js';
import { seeded } from '../support/bound-kernels.js';
import { greyPng } from '../support/pictures.js';

const [WIDTH, HEIGHT, BY] = [170, 150, 4];

/** A picture from the level at x and y, both from 0 to 1, with `ink` from 0 to 1 of a digit four times as large, off the centre. */
function lit(digit: ArrayLike<number>, level: (ink: number, x: number, y: number) => number): Picture {
  const values = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, k) => {
    const [x, y] = [k % WIDTH, Math.floor(k / WIDTH)];
    const [column, row] = [Math.floor((x - 40) / BY), Math.floor((y - 12) / BY)];
    const ink = column >= 0 && column < 28 && row >= 0 && row < 28 ? digit[28 * row + column] / 255 : 0;
    return Math.min(255, Math.max(0, Math.round(level(ink, x / WIDTH, y / HEIGHT))));
  });
  return { width: WIDTH, height: HEIGHT, values };
}

const upright = (picture: Picture): Picture => (isDarkOnLight(picture) ? inverted(picture) : picture);
const random = seeded('light');
const noise = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, v) => sum + v, -6);
const shadow = (at: number): number => 1 - 0.4 / (1 + Math.exp(-40 * at));

it.each<[string, 'dark' | 'light', (ink: number, x: number, y: number) => number]>([
  ['light from the right, by 40 levels', 'dark', (ink, x) => 170 - 110 * ink + 40 * x],
  ['light from a corner, by 80 levels', 'dark', (ink, x, y) => 170 - 110 * ink + 40 * (x + y)],
  ['grey paper', 'dark', (ink) => 110 - 90 * ink],
  ['grey paper, light from below, by 60 levels', 'dark', (ink, _, y) => 100 - 90 * ink + 60 * y],
  ['less light towards the corners', 'dark', (ink, x, y) => (230 - 170 * ink) * (1 - 0.8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))],
  ['the edge of a shadow through the digit', 'dark', (ink, x) => (220 - 150 * ink) * shadow(x - 0.6)],
  ['the edge of a shadow, slanting', 'dark', (ink, x, y) => (220 - 150 * ink) * shadow(x + y - 0.7)],
  ['noise', 'dark', (ink) => 200 - 120 * ink + 8 * noise()],
  ['noise, and light from the left', 'dark', (ink, x) => 200 - 120 * ink - 60 * x + 4 * noise()],
  ['a grey board', 'light', (ink) => 90 + 110 * ink],
  ['a grey board, light from a corner', 'light', (ink, x, y) => 70 + 90 * ink + 40 * (x + y)],
])('%s: the same digit, and no warning', async (_, kind, level) => {
  const { test } = await loadDataset('mnist');
  for (let k = 0; k < 3; k++) {
    const digit = (test.values as Uint8Array).subarray(784 * k, 784 * (k + 1));
    const picture = lit(digit, level);
    expect(isDarkOnLight(picture)).toBe(kind === 'dark');
    const [found, straight] = [fitted(upright(picture), 28), fitted({ width: 28, height: 28, values: digit }, 28)];
    if (!('values' in found && 'values' in straight)) return expect.fail('nothing was seen');
    const distance = found.values.reduce((sum, v, at) => sum + Math.abs(v - straight.values[at]), 0) / 784;
    expect(distance).toBeLessThan(25);
    expect(found.warnings).toEqual([]);
  }
});

/** 28 × 28 pixels with one stroke. */
const stroke = (paper: number, ink: number): Picture => ({
  width: 28,
  height: 28,
  values: Uint8Array.from({ length: 784 }, (_, k) => (k % 28 > 12 && k % 28 < 16 && k > 140 && k < 640 ? ink : paper)),
});

it.each([
  [255, 0, true],
  [110, 20, true],
  [60, 10, true],
  [90, 200, false],
  [0, 60, false],
  [200, 250, false],
  [255, 255, true],
  [0, 0, false],
])('28 × 28 pixels, paper of %i and ink of %i: dark on light is %s', (paper, ink, dark) => {
  expect(isDarkOnLight(stroke(paper, ink))).toBe(dark);
});

/** 120 × 90 pixels of light paper with dark rectangles, each [left, top, width, height]. */
const drawn = (paper: number, ink: number, ...boxes: readonly (readonly number[])[]): Buffer =>
  greyPng(
    120,
    90,
    Array.from({ length: 120 * 90 }, (_, k) => {
      const [x, y] = [k % 120, Math.floor(k / 120)];
      return boxes.some(([left, top, width, height]) => x >= left && x < left + width && y >= top && y < top + height) ? ink : paper;
    }),
  );
const read = (bytes: Buffer, invert: 'auto' | 'yes' | 'no' = 'auto') =>
  readSamplesFile('a.png', bytes, { inputs: 784, header: 'auto', label: 'none', bytes: true, transpose: false, classes: 10, invert, fit: true });

it.each<[string, Buffer, RegExp[]]>([
  ['nothing doubtful', drawn(200, 50, [50, 20, 9, 50]), []],
  ['ink at the left border', drawn(200, 50, [0, 20, 9, 50]), [/^the ink touches the border \(left\): .*crop it anew/]],
  ['ink at two borders', drawn(200, 50, [50, 0, 9, 90]), [/touches the border \(top and bottom\)/]],
  ['a piece at the border beside it', drawn(200, 50, [40, 3, 9, 60], [50, 0, 30, 6]), [/^what touches the border beside the digit was left out/]],
  ['a shadow at the border, far away', drawn(200, 50, [50, 30, 9, 40], [110, 0, 10, 20]), []],
  ['a few pixels', drawn(200, 50, [50, 30, 2, 6]), [/rests on ink that is only 6 pixels long: take a larger picture/]],
  ['two shapes', drawn(200, 50, [20, 20, 9, 50], [80, 20, 9, 50]), [/^2 shapes lie far apart: crop the picture to one digit/]],
  ['two strokes of one digit', drawn(200, 50, [20, 20, 9, 50], [35, 20, 9, 50]), []],
  ['a speck of dust', drawn(200, 50, [50, 20, 9, 50], [100, 80, 2, 2]), []],
  ['faint ink', drawn(200, 165, [50, 20, 9, 50]), [/^low contrast: the ink stands out by 35 of 255 levels: take more light/]],
])('%s is said or not', async (_, bytes, warnings) => {
  const {
    warnings: [found],
  } = await read(bytes);
  expect(found).toEqual(warnings.map((says) => expect.stringMatching(says)));
});

it.each([
  ['auto', /no stroke is more than 10 levels of 255 darker than what is around it, and 16 are needed\. .*--invert no where ink is lighter/],
  ['no', /no stroke is more than \d+ levels of 255 lighter .*--invert yes where ink is darker/],
] as const)('nothing to be seen, --invert %s: what was seen, and what helps', async (invert, says) => {
  await expect(read(drawn(200, 190, [50, 20, 9, 50]), invert)).rejects.toMatchObject({ code: 'BAD_DATA', message: expect.stringMatching(says) });
});

it('a picture above a megapixel is scaled down by means of whole squares', () => {
  const [width, height] = [2051, 1501];
  const values = Uint8Array.from({ length: width * height }, (_, k) => ((k % width) % 7) + 5 * (Math.floor(k / width) % 11));
  const small = scaledDown({ width, height, values });
  expect([small.width, small.height]).toEqual([1026, 751]);
  const mean = (left: number, top: number): number => {
    const square = [0, 1].flatMap((y) => [0, 1].map((x) => [left + x, top + y])).filter(([x, y]) => x < width && y < height);
    return Math.round(square.reduce((sum, [x, y]) => sum + values[y * width + x], 0) / square.length);
  };
  for (const [x, y] of [
    [0, 0],
    [500, 333],
    [1025, 20],
    [7, 750],
    [1025, 750],
  ])
    expect(small.values[y * small.width + x]).toBe(mean(2 * x, 2 * y));
  expect(scaledDown(small)).toBe(small);
});
