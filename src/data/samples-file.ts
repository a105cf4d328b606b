// Samples for a network that is trained already, from a file of any kind that people have digits or rows in: PNG, PGM, IDX or
// CSV, gzipped or not. Its first bytes say which it is, never its name. What comes out are values as they stand in the file,
// bytes for pictures and numbers for CSV; scaling them is for the caller, who knows how the network was trained.

import { gunzipSync } from 'node:zlib';
import { asError, NablaError } from '../errors.js';
import { type CsvOptions, readCsv } from './csv.js';
import { fitted, inverted, isDarkOnLight } from './fit.js';
import { idxFrom } from './idx.js';
import { readPgm } from './pgm.js';
import type { Picture } from './picture.js';
import { PNG_SIGNATURE, readPng } from './png.js';

/** Bytes of the longest file that is read, and what it may be unpacked: enough for the 60,000 digits of MNIST as CSV. */
const MAX_FILE_BYTES = 1 << 27;

export const INVERT = ['auto', 'yes', 'no'] as const;

export interface SamplesFileOptions extends CsvOptions {
  /** Whether pictures become their negatives. 'auto': PNG and PGM pictures that are dark on light. */
  readonly invert: (typeof INVERT)[number];
  /** Whether pictures are prepared like MNIST's (see fit.ts). */
  readonly fit: boolean;
}

export interface FileSamples {
  readonly kind: 'png' | 'pgm' | 'idx' | 'csv';
  /** [samples][inputs]: bytes of pictures, or the numbers of rows. */
  readonly values: Uint8Array | Float32Array;
  /** The classes that a file of rows states. */
  readonly labels: readonly number[] | undefined;
  /** Whether its pictures were dark on light, or said to be, and are now their negatives. */
  readonly inverted: boolean;
}

/** All bytes of a stream. @throws {NablaError} BAD_DATA where there are too many, or they cannot be read */
export async function collect(name: string, chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of chunks) {
      length += part.length;
      if (length > MAX_FILE_BYTES) throw new NablaError('BAD_DATA', `${name}: byte ${MAX_FILE_BYTES}: the file goes on; longer ones cannot be read.`);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof NablaError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new NablaError('BAD_DATA', missing ? `${name}: there is no such file.` : `${name}: this file cannot be read: ${asError(error).message}.`);
  }
  return Buffer.concat(parts);
}

/** @throws {NablaError} BAD_DATA, naming file and byte, or line and column */
export async function readSamplesFile(name: string, packed: Uint8Array, options: SamplesFileOptions): Promise<FileSamples> {
  const bytes = isGzip(packed) ? unpacked(name, packed) : packed;
  const kind = kindOf(name, bytes);
  if (kind === 'csv') return { kind, inverted: false, ...(await readCsv(name, bytes, options)) };
  if (kind === 'idx') return readImages(name, bytes, options);
  const picture = kind === 'png' ? readPng(name, bytes) : readPgm(name, bytes);
  const negative = options.invert === 'yes' || (options.invert === 'auto' && isDarkOnLight(picture));
  return { kind, values: prepared(name, negative ? inverted(picture) : picture, options), labels: undefined, inverted: negative };
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpacked(name: string, packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_FILE_BYTES });
  } catch (error) {
    throw new NablaError('BAD_DATA', `${name}: byte 0: this gzip file cannot be unpacked: ${asError(error).message}.`);
  }
}

/** Files that are often taken for one that can be read, by how they begin. */
const OTHERS: readonly (readonly [begins: string, what: string])[] = [
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['RIFF', 'a WebP picture'],
  ['BM', 'a BMP picture'],
  ['II*\0', 'a TIFF picture'],
  ['MM\0*', 'a TIFF picture'],
  ['P1', 'a PBM picture'],
  ['P3', 'a PPM picture'],
  ['P4', 'a PBM picture'],
  ['P6', 'a PPM picture'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'a gzip file in a gzip file'],
];

function kindOf(name: string, bytes: Uint8Array): FileSamples['kind'] {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${name}: byte 0: ${what}`);
  if (bytes.length === 0) throw bad('the file is empty.');
  const begins = String.fromCharCode(...bytes.subarray(0, 8));
  if (begins.startsWith(String.fromCharCode(...PNG_SIGNATURE.subarray(0, 4)))) return 'png';
  if (/^P[25][\s#]/.test(begins)) return 'pgm';
  if (begins.startsWith('\0\0')) return 'idx';
  const other = OTHERS.find(([start]) => begins.startsWith(start));
  if (other) throw bad(`this is ${other[1]}; PNG, PGM, IDX and CSV can be read.`);
  // Rows are text: none of the bytes that no text has.
  if (bytes.subarray(0, 1024).some((byte) => byte < 0x09 || byte === 0x7f)) throw bad('this is none of PNG, PGM, IDX and CSV.');
  return 'csv';
}

async function readImages(name: string, bytes: Uint8Array, options: SamplesFileOptions): Promise<FileSamples> {
  const { dimensions, values } = await idxFrom(name, [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)], () => bytes.length);
  const bad = (byte: number, what: string): NablaError => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
  const [count, height, width = 1, depth = 1] = dimensions;
  if (dimensions.length < 2) throw bad(3, 'one dimension, as in a file of labels; images have at least two.');
  if (values.length === 0) throw bad(4, 'no values.');
  const pixels = height * width * depth;
  const negative = options.invert === 'yes';
  const pictures = Array.from({ length: count }, (_, k) => ({ width: width * depth, height, values: values.subarray(k * pixels, (k + 1) * pixels) }));
  const parts = pictures.map((picture, k) => prepared(`${name}, image ${k}`, negative ? inverted(picture) : picture, options));
  return { kind: 'idx', values: Buffer.concat(parts), labels: undefined, inverted: negative };
}

/** The pixels that the network takes: those of the picture, if they are as many, or those of one that is fitted. */
function prepared(name: string, picture: Picture, { inputs, fit }: SamplesFileOptions): Uint8Array {
  const side = Math.sqrt(inputs);
  const square = Number.isInteger(side);
  const { width, height, values } = picture;
  if (fit) {
    if (!square) throw new NablaError('BAD_DATA', `${name}: --fit makes square pictures, and ${inputs} inputs are none.`);
    const made = fitted(picture, side);
    if (!made) throw new NablaError('BAD_DATA', `${name}: there is nothing to be seen in this picture.`);
    return made.values;
  }
  if (values.length === inputs) return values;
  const expected = square ? `${side} × ${side} pixels` : `${inputs} pixels`;
  const next = square ? ' --fit crops, scales and centres it as MNIST was made.' : '';
  throw new NablaError('BAD_DATA', `${name}: expected ${expected}, as many as the network has inputs, got ${width} × ${height}.${next}`);
}
