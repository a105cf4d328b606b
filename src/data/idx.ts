// Folders of IDX files, the format in which MNIST and its relatives are published, gzipped or not. A file is read as a
// stream into an array of the size its header states, and not a byte more: a truncated, oversized or mislabelled file is
// refused with its name and the byte where it goes wrong.

import { basename, join } from 'node:path';
import { NablaError, wrongValue } from '../errors.js';
import { badAt, type NamedPicture, transpose } from '../pictures/picture.js';
import { kindOf } from '../system/file-kinds.js';
import { entryAt, whyUnknown } from '../system/folders.js';
import { streamInput, type Wanted } from '../system/input-file.js';
import { nameOfPath } from '../system/path-name.js';
import { listed } from '../text.js';
import type { Dataset, Samples } from './dataset.js';
import { countClasses } from './labels.js';
import { type Reading, readingOfImages } from './reading.js';

/** Values that one file may hold: what fits the trainer's memory with room for the rest. */
const MAX_VALUES = 2 ** 31;

/** Most that deflate can shrink: no memory is taken for values that the file cannot hold. */
const MAX_RATIO = 1032;

/** A file's header says how long it is. */
const WANTED: Wanted = { what: 'an IDX file', most: Number.POSITIVE_INFINITY };

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
  const { size, chunks } = streamInput(path, WANTED);
  return idxFrom(path, chunks, MAX_RATIO * size);
}

/**
 * The same from anything that gives bytes.
 * @param name of the file, for errors
 * @param holds how many values there can be at most: no memory is taken for more
 */
async function idxFrom(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, holds: number): Promise<IdxFile> {
  const bad = (byte: number, what: string): NablaError => new NablaError('BAD_DATA', `${name}: byte ${byte}: ${what}`);
  let head = Buffer.alloc(0);
  let dimensions: number[] | undefined;
  let values = new Uint8Array(0);
  let filled = 0;
  let headBytes = 4;
  try {
    for await (const chunk of chunks) {
      let rest: Uint8Array = chunk;
      if (!dimensions) {
        head = Buffer.concat([head, chunk]);
        if (head.length >= 4) headBytes = 4 + 4 * checkMagic(head, bad);
        if (head.length < headBytes) continue;
        dimensions = Array.from({ length: head[3] }, (_, d) => head.readUInt32BE(4 + 4 * d));
        const size = dimensions.reduce((a, b) => a * b, 1);
        if (size > MAX_VALUES) throw bad(4, `the header states ${dimensions.join(' × ')} values, more than the ${MAX_VALUES} that can be read.`);
        if (size > holds) throw bad(4, `the header states ${dimensions.join(' × ')} values, more than this file can hold.`);
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
    // Where the file cannot be read, or unpacked, any further.
    if (error instanceof NablaError && !error.message.startsWith(`${name}: byte `))
      throw bad(dimensions ? headBytes + filled : head.length, error.message.slice(name.length + 2));
    throw error;
  }
  if (!dimensions && head.length === 0) throw bad(0, `expected ${WANTED.what}, got an empty file.`);
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
  const file = await idxFrom(name, [bytes], bytes.length);
  const { dimensions, values } = columns ? transposed(name, file) : file;
  const bad = badAt(name);
  const [count, height, width = 1, depth = 1] = dimensions;
  if (dimensions.length < 2) throw bad(3, 'one dimension, as in a file of labels; images have at least two.');
  if (values.length === 0) throw bad(4, 'no values.');
  const pixels = height * width * depth;
  return (function* () {
    for (let k = 0; k < count; k++) {
      yield { name: `${name}, image ${k + 1}`, width: width * depth, height, values: values.subarray(k * pixels, (k + 1) * pixels) };
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

/** Checks the first four bytes; returns the number of dimensions. */
function checkMagic(head: Buffer, bad: (byte: number, what: string) => NablaError): number {
  if (head[0] !== 0 || head[1] !== 0) {
    const kind = kindOf(head);
    if (kind) throw bad(0, `expected ${WANTED.what}, got ${kind.what}.${kind.next ? ` ${kind.next}` : ''}`);
    throw bad(0, 'this is no IDX file (it must start with two zero bytes).');
  }
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
export async function loadIdxFolder(folder: string, reading: Reading = {}): Promise<Dataset> {
  const { validation, scale } = readingOfImages('a folder of IDX files', reading);
  const { transpose: columns = false } = reading;
  const { trainingImages, trainingLabels, testImages, testLabels } = filesIn(folder);
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
    name: nameOfPath(folder),
    inputs: training.inputs,
    ...countClasses(files),
    transposed: columns,
    scale,
    training: cut(training, 0, count - held),
    validation: cut(training, count - held, count),
    test: { values: test.values, labels: test.labels },
  };
}

/** The four files; all that are missing are named at once, in this order. */
function filesIn(folder: string): Record<keyof typeof NAMES, string> {
  const parts = Object.entries(NAMES).map(([part, names]) => ({ part, names, path: find(folder, names) }));
  const missing = parts.filter(({ path }) => path === undefined).map(({ names }) => names[0]);
  if (missing.length === 0) return Object.fromEntries(parts.map(({ part, path }) => [part, path])) as Record<keyof typeof NAMES, string>;
  const below = FOLDERS.map((name) => join(folder, name)).find((path) => Object.values(NAMES).every((names) => find(path, names) !== undefined));
  const next = below === undefined ? "Give --data a folder of IDX files, or 'mnist'." : `They are in ${below}: give --data that.`;
  throw new NablaError('BAD_DATA', `${folder}: there is no ${listed(missing, 'or')} in this folder, plain or gzipped (.gz). ${next}`);
}

/** Folders within the one that people name, in which torchvision keeps the files. */
const FOLDERS = ['raw', 'MNIST/raw', 'FashionMNIST/raw', 'KMNIST/raw'];

/**
 * The file of one of these names, plain or gzipped; or in a folder of its name, as archives of single files are unpacked. Where there
 * is something else of such a name, or nothing can be known of it, that: it is for the reader to say what.
 */
function find(folder: string, names: readonly string[]): string | undefined {
  const paths = names.flatMap((plain) => [plain, `${plain}.gz`]).map((name) => join(folder, name));
  const within = paths.map((path) => join(path, basename(path)));
  return [...paths, ...within].find((path) => entryAt(path)?.isFile()) ?? paths.find((path) => entryAt(path) ?? whyUnknown(path));
}

interface Pair {
  readonly values: Uint8Array;
  readonly labels: Uint16Array;
  readonly inputs: number;
}

/** @param columns whether images are stored column by column */
async function readPair(images: string, labels: string, columns: boolean): Promise<Pair> {
  // One after the other: of two broken files it is always the same that is named.
  const stored = await readIdx(images);
  const classes = await readIdx(labels);
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
