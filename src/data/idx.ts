// Folders of IDX files, the format in which MNIST and its relatives are published, gzipped or not: images and labels to train and to
// test on, of one data set. How a file is read stands in tables/idx.

import { NablaError, wrongValue } from '../errors.js';
import type { PictureShape } from '../functions/augmentations.js';
import { badAt, type NamedPicture, transpose } from '../pictures/picture.js';
import { nameOfPath } from '../system/path-name.js';
import { type IdxFile, idxFrom, readIdx, typeText } from '../tables/idx/idx-file.js';
import type { CsvSamples } from './csv.js';
import { type Dataset, MOST_CLASSES, type Samples } from './dataset.js';
import { idxFilesIn } from './idx-files.js';
import { countClasses } from './labels.js';
import { BYTE_SCALE, type Reading, readingOfImages } from './reading.js';

/** How samples of a file are to be read for a network that is trained already. */
interface Asked {
  /** Values of a sample. */
  readonly inputs: number;
  /** Whether the network was trained on bytes. */
  readonly bytes: boolean;
  /** Whether images are stored column by column. */
  readonly transpose: boolean;
}

/**
 * The samples of a file: images, made one by one as they are asked for; or rows, where values are no bytes.
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export async function readIdxSamples(
  name: string,
  bytes: Uint8Array,
  asked: Asked,
): Promise<{ readonly pictures: Iterable<NamedPicture> } | CsvSamples> {
  const read = await idxFrom(name, { size: bytes.length, holds: bytes.length, chunks: [bytes] });
  const { type, dimensions, values } = asked.transpose ? transposed(name, read) : read;
  const bad = badAt(name);
  const [count, height] = dimensions;
  if (dimensions.length < 2) throw bad(3, 'one dimension, as in a file of labels; images have at least two.');
  if (values.length === 0) throw bad(4, 'no values.');
  const pixels = values.length / count;
  if (values instanceof Float32Array) {
    if (asked.bytes) throw bad(2, `the values are of type ${typeText(type)}, but the network was trained on bytes, 0x08.`);
    if (pixels !== asked.inputs) throw bad(4, `samples of ${pixels} values, but the network has ${asked.inputs} inputs.`);
    checkFinite(name, values, pixels);
    return { values, labels: undefined };
  }
  return {
    pictures: (function* () {
      for (let k = 0; k < count; k++) {
        yield { name: `${name}, image ${k + 1}`, width: pixels / height, height, values: values.subarray(k * pixels, (k + 1) * pixels) };
      }
    })(),
  };
}

/** Refuses what is missing: there is nothing in its place. */
function checkFinite(name: string, values: Float32Array, pixels: number): void {
  const at = values.findIndex(Number.isNaN);
  if (at < 0) return;
  throw new NablaError('BAD_DATA', `${name}: image ${Math.floor(at / pixels) + 1}, value ${(at % pixels) + 1}: expected a number, got NaN.`);
}

/** The images with rows and columns swapped, in the same memory. */
function transposed(name: string, { dimensions, values, type }: IdxFile): IdxFile {
  const [count, height, width] = dimensions;
  if (dimensions.length !== 3) {
    const what = `${dimensions.length} ${dimensions.length === 1 ? 'dimension' : 'dimensions'}`;
    throw badAt(name)(3, `${what}; only pictures can be transposed, and their files have three: images, rows, columns.`);
  }
  transpose(values, height, width);
  return { type, dimensions: [count, width, height], values };
}

/**
 * A folder of four IDX files: training images and labels, test images and labels.
 * Samples are kept back for validation from the end of the training file; by default a sixth, at most 10,000: for MNIST
 * 50,000 / 10,000 / 10,000, as in the book. Classes are counted over all files.
 */
export async function loadIdxFolder(folder: string, reading: Reading = {}): Promise<Dataset> {
  const { validation, scale } = readingOfImages('a folder of IDX files', reading);
  const { transpose: columns = false } = reading;
  const { trainingImages, trainingLabels, testImages, testLabels } = idxFilesIn(folder);
  const training = await readPair(trainingImages, trainingLabels, columns);
  const test = await readPair(testImages, testLabels, columns);
  if (test.inputs !== training.inputs) {
    throw new NablaError(
      'BAD_DATA',
      `${testImages}: byte 8: images of ${test.inputs} pixels, but those of ${trainingImages} have ${training.inputs}.`,
    );
  }
  const areBytes = training.values instanceof Uint8Array;
  if (test.values instanceof Uint8Array !== areBytes) {
    const bad = badAt(testImages);
    throw bad(2, `the values are of type ${typeText(test.type)}, but those of ${trainingImages} are of type ${typeText(training.type)}.`);
  }
  if (!areBytes && scale !== undefined && scale !== 1) {
    throw wrongValue('scale', `1 for ${trainingImages}, whose values are no bytes`, scale, 'Scale the values themselves.');
  }
  const count = training.labels.length;
  const held = validation ?? Math.min(10_000, Math.floor(count / 6));
  if (held >= count) throw wrongValue('validation', `fewer than the ${count} samples of ${trainingImages}`, held);
  const files = [
    { name: nameOfPath(trainingLabels), labels: training.labels },
    { name: nameOfPath(testLabels), labels: test.labels },
  ];
  return {
    name: nameOfPath(folder),
    inputs: training.inputs,
    ...countClasses(files),
    transposed: columns,
    ...(training.picture && { picture: training.picture }),
    scale: areBytes ? (scale ?? BYTE_SCALE) : 1,
    training: cut(training, 0, count - held),
    validation: cut(training, count - held, count),
    test: { values: test.values, labels: test.labels },
  };
}

interface Pair extends Pick<IdxFile, 'type' | 'values'> {
  readonly labels: Uint16Array;
  readonly inputs: number;
  /** Of images with rows and columns. */
  readonly picture?: PictureShape;
}

/** @param columns whether images are stored column by column */
async function readPair(images: string, labels: string, columns: boolean): Promise<Pair> {
  // One after the other: of two broken files it is always the same that is named.
  const stored = await readIdx(images);
  const classes = await readIdx(labels);
  const bad = (path: string, byte: number, what: string): NablaError => badAt(path)(byte, what);
  if (stored.dimensions.length < 2) throw bad(images, 3, 'one dimension, as in a file of labels; images have at least two.');
  const pictures = columns ? transposed(images, stored) : stored;
  if (classes.dimensions.length !== 1) throw bad(labels, 3, `${classes.dimensions.length} dimensions, as in a file of images; labels have one.`);
  const { type, values } = pictures;
  const [count, ...shape] = pictures.dimensions;
  const inputs = shape.reduce((a, b) => a * b, 1);
  if (count === 0 || inputs === 0) throw bad(images, 4, 'no values.');
  if (classes.dimensions[0] !== count) throw bad(labels, 4, `${classes.dimensions[0]} labels, but ${images} has ${count} images.`);
  if (values instanceof Float32Array) checkFinite(images, values, inputs);
  const [height, width, channels = 1] = shape;
  const picture = shape.length > 1 && shape.length < 4 ? { height, width, channels } : undefined;
  return { type, values, labels: classesOf(labels, classes.values), inputs, ...(picture && { picture }) };
}

/** Labels of any type that are numbers of classes. */
function classesOf(name: string, values: Uint8Array | Float32Array): Uint16Array {
  const at = values.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < MOST_CLASSES));
  if (at >= 0) throw new NablaError('BAD_DATA', `${name}: label ${at + 1}: expected a class, 0 to ${MOST_CLASSES - 1}, got ${values[at]}.`);
  return Uint16Array.from(values);
}

function cut({ values, labels, inputs }: Pair, begin: number, end: number): Samples {
  return { values: values.subarray(begin * inputs, end * inputs), labels: labels.subarray(begin, end) };
}
