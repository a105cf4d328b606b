// Pictures for tables, from any of their formats: colours as they are and grey where all is grey, what is behind transparent pixels, the
// way up; and pictures in another size, held against Pillow's.

import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readJpegPixels } from '#src/pictures/jpeg.js';
import { limitOfRow } from '#src/pictures/picture.js';
import { isPicture, readPixels } from '#src/pictures/read.js';
import { resized } from '#src/pictures/resize.js';
import { seeded } from '../support/bound-kernels.js';
import { greyPgm, greyPng, pngBytes, withSegment } from '../support/pictures.js';
import { refusal } from '../support/refused.js';

const random = seeded('pixels');
const drawn = (count: number, samples: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: samples }, () => random.below(256)));

describe('colours', () => {
  it.each([
    ['as most have them', 8, false, 1],
    ['of 16 bits', 16, false, 257],
    ['interlaced', 8, true, 1],
  ] as const)('of PNG, %s, are as they are', (_, depth, interlaced, times) => {
    const pixels = drawn(35, 3);
    const bytes = pngBytes({ width: 5, height: 7, depth, colours: 2, interlaced, pixels: pixels.map((rgb) => rgb.map((v) => times * v)) });
    expect(readPixels('a.png', bytes)).toEqual({ width: 5, height: 7, channels: 3, values: Uint8Array.from(pixels.flat()) });
  });

  it('of a palette', () => {
    const palette = [
      [1, 2, 3],
      [9, 8, 7],
    ];
    const bytes = pngBytes({ width: 3, height: 1, depth: 1, colours: 3, pixels: [[1], [0], [1]], palette });
    expect(readPixels('a.png', bytes).values).toEqual(Uint8Array.from([9, 8, 7, 1, 2, 3, 9, 8, 7]));
  });

  it.each([
    ['dark ones have white behind them', [30, 0, 0], [255, 255, 255], [143, 128, 128]],
    ['light ones have black behind them', [250, 255, 255], [0, 0, 0], [125, 127, 127]],
  ])('where some are transparent, %s', (_, colour, nothing, half) => {
    const pixels = [255, 0, 127, 255].map((opacity) => [...colour, opacity]);
    const { values, channels } = readPixels('a.png', pngBytes({ width: 2, height: 2, depth: 8, colours: 6, pixels }));
    expect(channels).toBe(3);
    const [full, none, some] = [values.subarray(0, 3), values.subarray(3, 6), values.subarray(6, 9)].map((rgb) => [...rgb]);
    expect([full, none]).toEqual([colour, nothing]);
    for (const [k, v] of some.entries()) expect(Math.abs(v - half[k])).toBeLessThanOrEqual(1);
  });

  it.each([
    [
      'PNG',
      pngBytes({
        width: 2,
        height: 1,
        depth: 8,
        colours: 2,
        pixels: [
          [7, 7, 7],
          [200, 200, 200],
        ],
      }),
      [7, 200],
    ],
    [
      'PNG with opacity',
      pngBytes({
        width: 2,
        height: 1,
        depth: 8,
        colours: 6,
        pixels: [
          [7, 7, 7, 255],
          [200, 200, 200, 255],
        ],
      }),
      [7, 200],
    ],
    ['PGM', greyPgm(2, 1, [7, 200]), [7, 200]],
  ])('are grey levels where all are grey: %s', (_, bytes, values) => {
    expect(readPixels('a', bytes)).toEqual({ width: 2, height: 1, channels: 1, values: Uint8Array.from(values) });
  });

  it('of a photo, the way up that its camera says', () => {
    const { encode } = createRequire(import.meta.url)('jpeg-js') as typeof import('jpeg-js');
    // Red to the left, blue to the right, 16 × 8 pixels each of one colour, so that nothing runs over.
    const data = Uint8Array.from({ length: 4 * 32 * 8 }, (_, k) => (k % 4 === 3 || (k % 128 < 64 ? k % 4 === 0 : k % 4 === 2) ? 255 : 0));
    const jpeg = encode({ width: 32, height: 8, data }, 95).data;
    const near = (values: Uint8Array, pixel: number): number[] => [...values.subarray(3 * pixel, 3 * pixel + 3)].map((v) => Math.round(v / 255));
    const stored = readJpegPixels('a.jpg', jpeg, limitOfRow(false));
    expect([stored.width, near(stored.values, 0), near(stored.values, 31)]).toEqual([32, [1, 0, 0], [0, 0, 1]]);
    const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0', 'latin1');
    const turned = readPixels('a.jpg', withSegment(jpeg, 0xe1, exif));
    expect([turned.width, turned.height, near(turned.values, 0), near(turned.values, 255)]).toEqual([8, 32, [1, 0, 0], [0, 0, 1]]);
  });

  it('are told by content', async () => {
    expect([greyPng(1, 1, [3]), greyPgm(1, 1, [3]), Buffer.of(0xff, 0xd8, 0xff), Buffer.from('GIF89a'), Buffer.alloc(0)].map(isPicture)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(await refusal(() => readPixels('x', Buffer.from('GIF89a')))).toBe('x: byte 0: expected a picture (PNG, JPEG or PGM), got something else.');
  });
});

/** Width, height and levels; the same in another size by Pillow 12: resize((width, height), Image.BILINEAR). */
const PILLOW: readonly [number, number, string, number, number, string][] = [
  [
    10,
    7,
    '7942bdf22106f0847762f0f3cb4d764dc7072051159a0f89f2c6dacae344bb311245fd6f84df9ad7c5b3d076ac0e8f53a7356c88913f20f6f72db022d24d0a96dad43c1617c1',
    4,
    3,
    '9c85886578819c99857b8a61',
  ],
  [
    5,
    4,
    'a98e78129e0327371065d095864f15ada0b846c1',
    12,
    9,
    'a9a69a8f867d633818528d9e8d8c847d77715a34174d849444454a4e5050432916416e7b0e13202b32393323173757616a69645e5e5f554231363b3dc5bea7918a8477604a341f19c2bdac9b999989694c515658b3b0a89fa5ac9a6f4b7299a4adaba6a1a9b3a0714b7eb2c1',
  ],
  [
    9,
    8,
    'c0ebc5348adc799adf849bad05d4a10ac0441eaaeeb4b48efa0b1f0abd80e998a35aba5ea0bd8799c1350d439e71897aa75fde3134a4aa72e05628ac6fe68a733d1161a15d8eae2b',
    9,
    3,
    '74b8c04eb2ae698a6a54af97b39f875563738c6e85726498629f76',
  ],
];

describe('another size', () => {
  it.each(PILLOW)('%d × %d as Pillow makes it', (width, height, from, toWidth, toHeight, to) => {
    const values = Uint8Array.from(Buffer.from(from, 'hex'));
    const expected = [...Buffer.from(to, 'hex')];
    const grey = resized({ width, height, channels: 1, values }, toWidth, toHeight);
    expect([grey.width, grey.height, grey.values.length]).toEqual([toWidth, toHeight, expected.length]);
    // Pillow rounds after the rows, and after the columns.
    for (const [k, v] of grey.values.entries()) expect(Math.abs(v - expected[k])).toBeLessThanOrEqual(1);
    const colours = resized({ width, height, channels: 3, values: Uint8Array.from([...values].flatMap((v) => [v, 255 - v, 0])) }, toWidth, toHeight);
    expect(colours.values.filter((_, k) => k % 3 === 0)).toEqual(grey.values);
    expect(colours.values.some((v, k) => k % 3 === 2 && v > 0)).toBe(false);
  });

  it('keeps a level that is the same everywhere, and a picture that has the size', () => {
    const flat = { width: 7, height: 3, channels: 1, values: new Uint8Array(21).fill(201) } as const;
    for (const [w, h] of [
      [3, 2],
      [20, 1],
      [1, 50],
    ])
      expect(new Set(resized(flat, w, h).values)).toEqual(new Set([201]));
    expect(resized(flat, 7, 3)).toBe(flat);
  });
});
