// Pictures for tests, written by hand: PNG of any colour type, depth, filter and interlacing, straight from the specification
// and without the library that reads them, and PGM.

import { crc32, deflateSync } from 'node:zlib';

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** Colour type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colours: 0 | 2 | 3 | 4 | 6;
  /** Samples of each pixel, [height · width][samples]. */
  readonly pixels: readonly (readonly number[])[];
  /** Filter of every row, 0 to 4; by default one after another. */
  readonly filter?: number;
  readonly interlaced?: boolean;
  readonly palette?: readonly (readonly number[])[];
  readonly transparency?: readonly number[];
  /** In so many IDAT chunks. */
  readonly split?: number;
}

const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

export const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export function pngHeader({ width, height, depth, colours, interlaced }: Omit<PngParts, 'pixels'>): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colours, 0, 0, interlaced ? 1 : 0], 8);
  return header;
}

/** The image data before they are compressed. */
export function imageData(parts: PngParts): Buffer {
  const { width, height, pixels, interlaced } = parts;
  return Buffer.concat(
    (interlaced ? PASSES : [[0, 0, 1, 1]]).flatMap(([x0, y0, dx, dy]) => {
      const columns = Array.from({ length: Math.max(0, Math.ceil((width - x0) / dx)) }, (_, k) => x0 + k * dx);
      const lines = Array.from({ length: Math.max(0, Math.ceil((height - y0) / dy)) }, (_, k) => y0 + k * dy);
      if (columns.length === 0) return [];
      return filtered(
        lines.map((y) =>
          packed(
            columns.flatMap((x) => [...pixels[y * width + x]]),
            parts.depth,
          ),
        ),
        parts,
      );
    }),
  );
}

export function pngBytes(parts: PngParts): Buffer {
  const { palette, transparency, split = 1 } = parts;
  const data = deflateSync(imageData(parts));
  const size = Math.ceil(data.length / split);
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', pngHeader(parts)),
    pngChunk('tEXt', Buffer.from('Comment\0a test')),
    ...(palette ? [pngChunk('PLTE', Buffer.from(palette.flat()))] : []),
    ...(transparency ? [pngChunk('tRNS', Buffer.from(transparency))] : []),
    ...Array.from({ length: split }, (_, k) => pngChunk('IDAT', data.subarray(k * size, (k + 1) * size))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Samples of a row, the first in the highest bits. */
function packed(samples: readonly number[], depth: number): Buffer {
  if (depth === 16) return Buffer.from(samples.flatMap((v) => [v >> 8, v & 255]));
  const row = Buffer.alloc(Math.ceil((samples.length * depth) / 8));
  samples.forEach((v, k) => {
    const bit = k * depth;
    row[bit >> 3] |= v << (8 - depth - (bit & 7));
  });
  return row;
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Each row behind its filter's number, less what the filter predicts. */
function filtered(rows: readonly Buffer[], { depth, colours, filter }: PngParts): Buffer[] {
  const step = Math.max(1, (depth * SAMPLES[colours]) / 8);
  return rows.map((row, y) => {
    const kind = filter ?? y % 5;
    const above = rows[y - 1];
    const predicted = (k: number): number => {
      const [a, b, c] = [k < step ? 0 : row[k - step], above?.[k] ?? 0, k < step ? 0 : (above?.[k - step] ?? 0)];
      return [0, a, b, (a + b) >> 1, paeth(a, b, c)][kind];
    };
    return Buffer.from([kind, ...row.map((v, k) => v - predicted(k))]);
  });
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** 8-bit grey. */
export const greyPng = (width: number, height: number, values: ArrayLike<number>): Buffer =>
  pngBytes({ width, height, depth: 8, colours: 0, pixels: Array.from(values, (v) => [v]) });

/** P5 with levels of one byte. */
export const greyPgm = (width: number, height: number, values: ArrayLike<number>): Buffer =>
  Buffer.concat([Buffer.from(`P5\n# a comment\n${width} ${height}\n255\n`), Uint8Array.from(values)]);

/** A JPEG file with one more segment, right after its first two bytes. */
export function withSegment(jpeg: Uint8Array, marker: number, data: Uint8Array): Buffer {
  const head = Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}
