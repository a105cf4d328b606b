// Folders of IDX files, the format in which MNIST and its relatives are published, gzipped or not. A file is read as a
// stream into an array of the size its header states, and not a byte more: a truncated, oversized or mislabelled file is
// refused with its name and the byte where it goes wrong.

import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asError, NablaError, wrongValue } from '../errors.js';
import type { Dataset, Samples } from './dataset.js';
import { countClasses } from './labels.js';
import { badAt, type NamedPicture, transpose } from './picture.js';
import { BYTE_SCALE, type Reading } from './reading.js';

/** Values that one file may hold: what fits the trainer's memory with room for the rest. */
const MAX_VALUES = 2 ** 31;

/** Most that deflate can shrink: no memory is taken for values that the file cannot hold. */
const MAX_RATIO = 1032;

/** An IDX file of unsigned bytes: sizes of its dimensions, and its values. */
export interface IdxFile {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads one IDX file of unsigned bytes.
 * Format: two zero bytes, a type byte (8: unsigned bytes), the number of dimensions, each size as a big-endian 32-bit
 * number, then the values.
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export async function readIdx(path: string): Promise<IdxFile> {
  return idxFrom(path, bytesOf(path), async () => MAX_RATIO * (await stat(path)).size);
}

/**
 * The same from anything that gives bytes.
 * @param name of the file, for errors
 * @param holds how many values there can be at most: no memory is taken for more
 */
async function idxFrom(name: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>, holds: () => Promise<number> | number): Promise<IdxFile> {
  const bad = (byte: number, what: string): NablaError => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
  let head = Buffer.alloc(0);
  let dimensions: number[] | undefined;
  let values = new Uint8Array(0);
  let filled = 0;
  let headBytes = 4;
  try {
    for await (const chunk of chunks) {
      let rest: Buffer = chunk;
      if (!dimensions) {
        head = Buffer.concat([head, chunk]);
        if (head.length >= 4) headBytes = 4 + 4 * checkMagic(head, bad);
        if (head.length < headBytes) continue;
        dimensions = Array.from({ length: head[3] }, (_, d) => head.readUInt32BE(4 + 4 * d));
        const size = dimensions.reduce((a, b) => a * b, 1);
        if (size > MAX_VALUES) throw bad(4, `the header states ${dimensions.join(' × ')} values, more than the ${MAX_VALUES} that can be read.`);
        if (size > (await holds())) throw bad(4, `the header states ${dimensions.join(' × ')} values, more than this file can hold.`);
        values = new Uint8Array(size);
        rest = head.subarray(headBytes);
      }
      if (filled + rest.length > values.length) {
        throw bad(headBytes + values.length, `the header states ${dimensions.join(' × ')} values, but the file goes on after them.`);
      }
      values.set(rest, filled);
      filled += rest.length;
    }
  } catch (error) {
    if (error instanceof NablaError) throw error;
    throw bad(dimensions ? headBytes + filled : head.length, `the file cannot be read: ${asError(error).message}.`);
  }
  if (!dimensions) throw bad(head.length, `the file ends inside its header of ${headBytes} bytes.`);
  if (filled < values.length)
    throw bad(
      headBytes + filled,
      `the file ends here, but its header states ${dimensions.join(' × ')} values, ${headBytes + values.length} bytes in all.`,
    );
  return { dimensions, values };
}

/**
 * The images of a file, made one by one as they are asked for.
 * @param columns whether they are stored column by column
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export async function readIdxPictures(name: string, bytes: Uint8Array, columns: boolean): Promise<Iterable<NamedPicture>> {
  const file = await idxFrom(name, [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)], () => bytes.length);
  const { dimensions, values } = columns ? transposed(name, file) : file;
  const bad = badAt(name);
  const [count, height, width = 1, depth = 1] = dimensions;
  if (dimensions.length < 2) throw bad(3, 'one dimension, as in a file of labels; images have at least two.');
  if (values.length === 0) throw bad(4, 'no values.');
  const pixels = height * width * depth;
  return (function* () {
    for (let k = 0; k < count; k++) {
      yield { name: `${name}, image ${k}`, width: width * depth, height, values: values.subarray(k * pixels, (k + 1) * pixels) };
    }
  })();
}

/** The images with rows and columns swapped, in the same memory. */
function transposed(name: string, { dimensions, values }: IdxFile): IdxFile {
  const [count, height, width] = dimensions;
  if (dimensions.length !== 3) {
    const what = `${dimensions.length} ${dimensions.length === 1 ? 'dimension' : 'dimensions'}`;
    throw badAt(name)(3, `${what}; only pictures can be transposed, and their files have three: images, rows, columns.`);
  }
  transpose(values, height, width);
  return { dimensions: [count, width, height], values };
}

function bytesOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  if (!path.endsWith('.gz')) return file;
  // Unlike pipe(), it closes the file when the reader stops; errors reach the reader through the last stream.
  return pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => {});
}

/** Checks the first four bytes; returns the number of dimensions. */
function checkMagic(head: Buffer, bad: (byte: number, what: string) => NablaError): number {
  if (head[0] === 0x1f && head[1] === 0x8b) throw bad(0, 'this is gzip data; name the file .gz.');
  if (head[0] !== 0 || head[1] !== 0) throw bad(0, 'this is no IDX file (it must start with two zero bytes).');
  if (head[2] !== 8) throw bad(2, `the values are of type 0x${head[2].toString(16)}; only unsigned bytes (0x8) can be read.`);
  if (head[3] < 1 || head[3] > 4) throw bad(3, `${head[3]} dimensions; 1 to 4 can be read.`);
  return head[3];
}

const NAMES = {
  trainingImages: ['train-images-idx3-ubyte', 'train-images.idx3-ubyte'],
  trainingLabels: ['train-labels-idx1-ubyte', 'train-labels.idx1-ubyte'],
  testImages: ['t10k-images-idx3-ubyte', 't10k-images.idx3-ubyte', 'test-images-idx3-ubyte'],
  testLabels: ['t10k-labels-idx1-ubyte', 't10k-labels.idx1-ubyte', 'test-labels-idx1-ubyte'],
} as const;

/**
 * A folder of four IDX files: training images and labels, test images and labels.
 * Samples are kept back for validation from the end of the training file; by default a sixth, at most 10,000: for MNIST
 * 50,000 / 10,000 / 10,000, as in the book. Classes are counted over all files.
 */
export async function loadIdxFolder(folder: string, { validation, scale = BYTE_SCALE, transpose: columns = false }: Reading = {}): Promise<Dataset> {
  // One after another, so that it is always the first missing one that is named.
  const trainingImages = await find(folder, NAMES.trainingImages);
  const trainingLabels = await find(folder, NAMES.trainingLabels);
  const testImages = await find(folder, NAMES.testImages);
  const testLabels = await find(folder, NAMES.testLabels);
  const training = await readPair(trainingImages, trainingLabels, columns);
  const test = await readPair(testImages, testLabels, columns);
  if (test.inputs !== training.inputs) {
    throw new NablaError(
      'BAD_DATA',
      `${testImages}: byte 8: images of ${test.inputs} pixels, but those of ${trainingImages} have ${training.inputs}.`,
    );
  }
  const count = training.labels.length;
  const held = validation ?? Math.min(10_000, Math.floor(count / 6));
  if (held >= count) throw wrongValue('validation', `fewer than the ${count} samples of ${trainingImages}`, held);
  const files = [
    { name: basename(trainingLabels), labels: training.labels },
    { name: basename(testLabels), labels: test.labels },
  ];
  return {
    name: folder,
    inputs: training.inputs,
    ...countClasses(files),
    transposed: columns,
    scale,
    training: cut(training, 0, count - held),
    validation: cut(training, count - held, count),
    test: { values: test.values, labels: test.labels },
  };
}

/** The file of one of these names, plain or gzipped. */
async function find(folder: string, names: readonly string[]): Promise<string> {
  for (const name of names.flatMap((plain) => [plain, `${plain}.gz`])) {
    const path = join(folder, name);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  throw new NablaError(
    'BAD_DATA',
    `${folder}: there is no ${names[0]} or ${names[0]}.gz in this folder. Give --data a folder of IDX files, or 'mnist'.`,
  );
}

interface Pair {
  readonly values: Uint8Array;
  readonly labels: Uint16Array;
  readonly inputs: number;
}

/** @param columns whether images are stored column by column */
async function readPair(images: string, labels: string, columns: boolean): Promise<Pair> {
  const [stored, classes] = await Promise.all([readIdx(images), readIdx(labels)]);
  const bad = (path: string, byte: number, what: string): NablaError => new NablaError('BAD_DATA', `${path}: byte ${byte}: ${what}`);
  if (stored.dimensions.length < 2) throw bad(images, 3, 'one dimension, as in a file of labels; images have at least two.');
  const pictures = columns ? transposed(images, stored) : stored;
  if (classes.dimensions.length !== 1) throw bad(labels, 3, `${classes.dimensions.length} dimensions, as in a file of images; labels have one.`);
  const [count, ...shape] = pictures.dimensions;
  const inputs = shape.reduce((a, b) => a * b, 1);
  if (count === 0 || inputs === 0) throw bad(images, 4, 'no values.');
  if (classes.dimensions[0] !== count) throw bad(labels, 4, `${classes.dimensions[0]} labels, but ${images} has ${count} images.`);
  return { values: pictures.values, labels: Uint16Array.from(classes.values), inputs };
}

function cut({ values, labels, inputs }: { values: Uint8Array; labels: Uint16Array; inputs: number }, begin: number, end: number): Samples {
  return { values: values.subarray(begin * inputs, end * inputs), labels: labels.subarray(begin, end) };
}
