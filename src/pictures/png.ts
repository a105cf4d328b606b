// PNG pictures (W3C, Portable Network Graphics, third edition), read from files and written for pages. What is read may have any
// colour type and depth, interlaced or not, and becomes grey levels or colours. `pngjs` undoes interlacing, palettes and depths; but it
// trusts a file, so everything that decides how much memory is taken is checked here before: the chunks, the header, and how
// long the image data are once they are inflated.

import { createRequire } from 'node:module';
import { crc32, inflateSync } from 'node:zlib';
import { asError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { megabytes } from '../text.js';
import { type BadAt, badAt, checkSize, greyOf, greyOrColours, limitOfDigit, type Picture, type Pixels, type SizeLimit } from './picture.js';
import { unfiltered } from './png-rows.js';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Samples of a pixel and the depths there are, by colour type: grey, colours, palette, grey and alpha, colours and alpha. */
const COLOUR_TYPES: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** Bytes of the largest image data, inflated: 64 megapixels of colours and opacity. The library takes about four times as much. */
const MAX_IMAGE_BYTES = 1 << 28;

/** First column and row, and steps, of the passes of an interlaced picture (Adam7). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colours: number;
  readonly interlaced: boolean;
}

interface Chunk {
  readonly type: string;
  /** Byte of the file at which it begins. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** Loaded only where there is a picture to read or to write. */
const library = (): typeof import('pngjs') => createRequire(import.meta.url)('pngjs');

/**
 * A picture as a data: URL, so that a page can hold it.
 * @param pixels [height][width] grey levels from 0, black, to 255, white; or [height][width][4] red, green, blue and opacity
 * @param samples of each pixel
 */
export function pngUrl(pixels: Uint8Array, width: number, samples: 1 | 4): string {
  const { PNG } = library();
  const colorType = samples === 1 ? 0 : 6;
  const picture = { width, height: pixels.length / (samples * width), data: Buffer.from(pixels) } as InstanceType<typeof PNG>;
  // Rows as they are, and zlib's usual strategy: smallest for pictures of 28 × 28, by a fifth against what the library would choose.
  const bytes = PNG.sync.write(picture, { colorType, inputColorType: colorType, filterType: 0, deflateStrategy: 0 });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

/**
 * @param fit whether it will be scaled down, so that it may be large
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export function readPng(name: string, bytes: Uint8Array, fit = false): Picture {
  const { width, height, samples, pixels } = decoded(name, bytes, limitOfDigit(fit));
  return { width, height, values: samples === 1 ? pixels : greyOf(pixels, samples) };
}

/** @throws {NablaError} BAD_DATA, naming file and byte */
export function readPngPixels(name: string, bytes: Uint8Array, limit: SizeLimit): Pixels {
  const { width, height, samples, pixels } = decoded(name, bytes, limit);
  return { width, height, ...(samples === 1 ? { channels: 1, values: pixels } : greyOrColours(pixels, samples)) };
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Of a pixel: grey; red, green and blue; or these and opacity. */
  readonly samples: 1 | 3 | 4;
  /** [height][width][samples] */
  readonly pixels: Uint8Array;
}

function decoded(name: string, bytes: Uint8Array, limit: SizeLimit): Decoded {
  const bad = badAt(name);
  const chunks = chunksOf(bytes, bad);
  const header = headerOf(chunks[0], bad, limit);
  const data = chunks.filter(({ type }) => type === 'IDAT');
  if (data.length === 0) throw bad(bytes.length, 'there are no image data.');
  const inflated = imageData(header, data, bad);
  const { width, height, depth, colours, interlaced } = header;
  const { samples } = COLOUR_TYPES[colours];
  const isPlain = depth === 8 && !interlaced && colours !== 3 && samples !== 2 && !chunks.some(({ type }) => type === 'tRNS');
  try {
    if (isPlain) return { width, height, samples: samples as 1 | 3 | 4, pixels: unfiltered(inflated, width, height, samples) };
    return { width, height, samples: 4, pixels: library().PNG.sync.read(rebuilt(chunks), { checkCRC: false }).data };
  } catch (error) {
    throw bad(data[0].at, `the picture cannot be decoded: ${asError(error).message}.`);
  }
}

/** All chunks up to the last, whole and with sound checksums; the first is the header. */
function chunksOf(bytes: Uint8Array, bad: BadAt): Chunk[] {
  if (PNG_SIGNATURE.some((byte, k) => bytes[k] !== byte)) throw bad(0, 'this is no PNG file, or one that was changed on its way.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = PNG_SIGNATURE.length; chunks.at(-1)?.type !== 'IEND'; ) {
    if (at + 12 > bytes.length) throw bad(bytes.length, 'the file ends here, before its last chunk.');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw bad(at + 4, 'this is no chunk of a PNG file.');
    if (length > bytes.length - at - 12) throw bad(at, `the chunk ${type} states ${length} bytes, more than there are.`);
    const end = at + 8 + length;
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) throw bad(at, `the checksum of the chunk ${type} is wrong.`);
    // A capital first letter: a critical chunk, which must not be skipped.
    if (/^[A-Z]/.test(type) && !['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)) throw bad(at, `the chunk ${type} is not known.`);
    if ((chunks.length === 0) !== (type === 'IHDR')) throw bad(at, 'the header must be the first chunk, and the only one of its kind.');
    chunks.push({ type, at, data: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function headerOf({ at, data }: Chunk, bad: BadAt, limit: SizeLimit): Header {
  if (data.length !== 13) throw bad(at, `a header of ${data.length} bytes; it has 13.`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colours, compression, filter, interlace] = data.subarray(8);
  checkSize(width, height, at + 8, bad, limit);
  if (!COLOUR_TYPES[colours]?.depths.includes(depth)) throw bad(at + 16, `there are no pictures of ${depth} bits and colour type ${colours}.`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw bad(at + 18, `compression ${compression}, filter ${filter}, interlacing ${interlace}: there are only 0, 0, and 0 or 1.`);
  return { width, height, depth, colours, interlaced: interlace === 1 };
}

/** Bytes of the image data, inflated: of every row of every pass, with the byte that names its filter. */
function imageBytes({ width, height, depth, colours, interlaced }: Header): number {
  const bits = depth * COLOUR_TYPES[colours].samples;
  const bytes = (w: number, h: number): number => (w <= 0 || h <= 0 ? 0 : h * (1 + Math.ceil((w * bits) / 8)));
  if (!interlaced) return bytes(width, height);
  return PASSES.reduce((sum, [x, y, dx, dy]) => sum + bytes(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)), 0);
}

/** Image data, which inflate to what the header says, and not to a byte more. */
function imageData(header: Header, data: readonly Chunk[], bad: BadAt): Uint8Array {
  const expected = imageBytes(header);
  const { at } = data[0];
  if (expected > MAX_IMAGE_BYTES) throw bad(at, `image data of ${megabytes(expected)}, more than ${megabytes(MAX_IMAGE_BYTES)}.`);
  let inflated: Uint8Array;
  try {
    // By itself zlib takes 16 KiB for a picture of 800 bytes.
    inflated = inflateSync(joined(data), { maxOutputLength: expected, chunkSize: Math.min(1 << 14, Math.max(64, expected + 1)) });
  } catch (error) {
    const longer = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw bad(
      at,
      longer ? `the image data are longer than the ${expected} bytes of this picture.` : `the image data cannot be inflated: ${systemText(error)}.`,
    );
  }
  if (inflated.length < expected) throw bad(at, `${inflated.length} bytes of image data, but this picture has ${expected}.`);
  return inflated;
}

function joined(chunks: readonly Chunk[]): Uint8Array {
  return chunks.length === 1 ? chunks[0].data : Buffer.concat(chunks.map(({ data }) => data));
}

/** The same picture without anything that is not needed for it, such as texts and profiles. */
function rebuilt(chunks: readonly Chunk[]): Buffer {
  const of = (wanted: string): Chunk[] => chunks.filter(({ type }) => type === wanted);
  const parts = [of('IHDR'), of('PLTE'), of('tRNS'), of('IDAT'), of('IEND')].flatMap((list) =>
    list.length === 0 ? [] : [chunk(list[0].type, joined(list))],
  );
  return Buffer.concat([PNG_SIGNATURE, ...parts]);
}

/** A chunk without a sound checksum, which the decoder is told not to look at. */
function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8, 0);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}
