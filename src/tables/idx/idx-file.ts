// An IDX file, the format in which MNIST and its relatives are published: its header, and its values as bytes or floats. It is read as
// a stream into memory of the size that its header states, and not a byte more: a truncated, oversized or mislabelled file is refused
// with its name and the byte where it goes wrong.

import { NablaError } from '../../errors.js';
import { kindOf } from '../../system/file-kinds.js';
import { type InputStream, streamInput, type Wanted } from '../../system/input-file.js';
import { listed } from '../../text.js';
import { NUMBER_TYPES, type NumberType } from '../arrays/element-types.js';
import { type Filled, fill, type Stored } from '../arrays/fill.js';
import { Pieces } from '../pieces.js';

/** A header's type of values. */
export interface IdxType {
  /** As a header has it. */
  readonly code: number;
  /** For messages. */
  readonly what: string;
  readonly numbers: NumberType;
}

/** By its byte in the header; all big-endian. */
const TYPES: readonly IdxType[] = [
  { code: 0x08, what: 'unsigned bytes', numbers: NUMBER_TYPES.u1 },
  { code: 0x09, what: 'signed bytes', numbers: NUMBER_TYPES.i1 },
  { code: 0x0b, what: '16-bit numbers', numbers: NUMBER_TYPES.i2 },
  { code: 0x0c, what: '32-bit numbers', numbers: NUMBER_TYPES.i4 },
  { code: 0x0d, what: 'floats', numbers: NUMBER_TYPES.f4 },
  { code: 0x0e, what: 'doubles', numbers: NUMBER_TYPES.f8 },
];

/** Values that one file may hold: what fits the trainer's memory with room for the rest. */
const MAX_VALUES = 2 ** 31;
const MAX_DIMENSIONS = 8;

/** A file's header says how long it is. */
export const IDX_WANTED: Wanted = { what: 'an IDX file', most: Number.POSITIVE_INFINITY };

interface IdxHeader {
  readonly type: IdxType;
  readonly dimensions: readonly number[];
  readonly headBytes: number;
  /** Of the whole file. */
  readonly bytes: number;
}

/** Bytes of a file, and how many there can be: no memory is taken for more. */
export type IdxStream = Pick<InputStream, 'size' | 'holds'> & { readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

/** Sizes of a file's dimensions, and its values: bytes as they are, all others as floats. */
export interface IdxFile {
  readonly type: IdxType;
  readonly dimensions: readonly number[];
  readonly values: Uint8Array | Float32Array;
}

type Bad = (byte: number, what: string) => NablaError;

/** A file whose header is read. */
export interface OpenIdx extends IdxHeader {
  /** @param into what is filled with its values, of the size that the header states @throws {NablaError} BAD_DATA */
  fill(into: Filled): Promise<void>;
}

/** '0x0D (floats)'. */
export const typeText = ({ code, what }: IdxType): string => `0x${code.toString(16).toUpperCase().padStart(2, '0')} (${what})`;

/** Reads one IDX file. @throws {NablaError} BAD_DATA, naming file and byte */
export function readIdx(path: string): Promise<IdxFile> {
  return idxFrom(path, streamInput(path, IDX_WANTED));
}

/** The same from anything that gives bytes. @param name of the file, for errors */
export function idxFrom(name: string, stream: IdxStream): Promise<IdxFile> {
  return openIdx(name, stream, async ({ type, dimensions, fill: fillInto }) => {
    const [rows, width] = [dimensions[0], product(dimensions.slice(1))];
    const values = type.numbers.isByte ? new Uint8Array(rows * width) : new Float32Array(rows * width);
    await fillInto({ cells: values, rows, width, stride: width, first: 0, fortran: false });
    return { type, dimensions, values };
  });
}

/**
 * Reads the header of a file, and hands it on, so that something is filled with its values.
 * Format: two zero bytes, a type byte, the number of dimensions, each size as a big-endian 32-bit number, then the values.
 */
export async function openIdx<T>(name: string, { size, holds, chunks }: IdxStream, use: (file: OpenIdx) => Promise<T>): Promise<T> {
  const bad: Bad = (byte, what) => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
  const pieces = new Pieces(chunks);
  try {
    const header = await headerOf(pieces, bad);
    const { dimensions, bytes } = header;
    const stated = `the header states ${dimensions.join(' × ')} values`;
    if (product(dimensions) > MAX_VALUES) throw bad(4, `${stated}, more than the ${MAX_VALUES} that can be read.`);
    if (bytes > holds) throw holds === size ? endsAt(size, header, bad) : bad(4, `${stated}, more than this file can hold.`);
    return await use({ ...header, fill: (into) => fillFrom(pieces, header, into, bad) });
  } catch (error) {
    // Where the file cannot be read, or unpacked, any further.
    const { message } = error as Error;
    if (error instanceof NablaError && message.startsWith(`${name}: `) && !message.startsWith(`${name}: byte `))
      throw bad(pieces.taken + pieces.held, message.slice(name.length + 2));
    throw error;
  } finally {
    await pieces.close();
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

const endsAt = (byte: number, { dimensions, bytes }: IdxHeader, bad: Bad): NablaError =>
  bad(byte, `the file ends here, but its header states ${dimensions.join(' × ')} values, ${bytes} bytes in all.`);

async function headerOf(pieces: Pieces, bad: Bad): Promise<IdxHeader> {
  const magic = await pieces.take(4);
  if (magic.length === 0) throw bad(0, `expected ${IDX_WANTED.what}, got an empty file.`);
  if (magic[0] !== 0 || (magic.length > 1 && magic[1] !== 0)) {
    const kind = kindOf(Buffer.concat([magic, await pieces.take(508)]));
    if (kind) throw bad(0, `expected ${IDX_WANTED.what}, got ${kind.what}.${kind.next ? ` ${kind.next}` : ''}`);
    throw bad(0, 'this is no IDX file (it must start with two zero bytes).');
  }
  if (magic.length < 4) throw bad(magic.length, 'the file ends inside its header of 4 bytes.');
  const type = TYPES.find(({ code }) => code === magic[2]);
  if (!type) throw bad(2, `the values are of type 0x${magic[2].toString(16)}; ${listed(TYPES.map(typeText))} can be read.`);
  const count = magic[3];
  if (count < 1 || count > MAX_DIMENSIONS) throw bad(3, `${count} dimensions; 1 to ${MAX_DIMENSIONS} can be read.`);
  const sizes = await pieces.take(4 * count);
  const headBytes = 4 + 4 * count;
  if (sizes.length < 4 * count) throw bad(4 + sizes.length, `the file ends inside its header of ${headBytes} bytes.`);
  const dimensions = Array.from({ length: count }, (_, d) => sizes.readUInt32BE(4 * d));
  return { type, dimensions, headBytes, bytes: headBytes + product(dimensions) * type.numbers.bytes };
}

function fillFrom(pieces: Pieces, header: IdxHeader, into: Filled, bad: Bad): Promise<void> {
  const { dimensions, headBytes, bytes, type } = header;
  const sampleBytes = into.width * type.numbers.bytes;
  const stored: Stored = { numbers: type.numbers, little: false, chunks: pieces.rest() };
  return fill(into, stored, {
    bad: (row, column, value) =>
      bad(headBytes + row * sampleBytes, `sample ${row + 1}, value ${column + 1}: expected a number that float32 can hold, got ${value}.`),
    length: (_, goesOn) =>
      goesOn ? bad(bytes, `the header states ${dimensions.join(' × ')} values, but the file goes on after them.`) : endsAt(pieces.taken, header, bad),
  });
}
