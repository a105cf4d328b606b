// What a saved network says of new samples: pictures, images in IDX files, rows of CSV. Inputs are scaled as in training, and
// the outputs come from the kernels of an evaluation, with the bits that the same samples have there. All files are read and
// checked before the first is judged.

import { createReadStream } from 'node:fs';
import { checkInteger, checkNumber, checkOneOf } from '../check.js';
import { CSV_HEADERS, CSV_LABELS, type CsvOptions } from '../data/csv.js';
import { collect, type FileSamples, INVERT, readSamplesFile, type SamplesFileOptions } from '../data/samples-file.js';
import { wrongKind, wrongValue } from '../errors.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { probabilitiesOf } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { RunRecord } from '../runs/record.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import { Forward } from './forward.js';

/** A file that is in memory already, with the name that errors and results have for it. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PredictOptions {
  /** Folder of a run, or a file in the book's JSON. */
  run: string;
  /** PNG, JPEG, PGM, IDX or CSV, gzipped or not; their first bytes say which. */
  files: readonly (string | NamedBytes)[];
  /** Classes to name, the likeliest first. Default: 3. */
  top?: number;
  /** What values are multiplied with to become inputs. Default: what the run's data were, 1/255 for the book's JSON. */
  scale?: number;
  /** Whether pictures become their negatives: 'auto' where they are dark on light. Default: 'auto'. */
  invert?: SamplesFileOptions['invert'];
  /** Crops, scales and centres pictures, of up to 64 megapixels, as MNIST was made. Default: false. */
  fit?: boolean;
  /** Whether the first row of CSV holds names: 'auto' where none of its fields is a number, or those that are count from 0. Default: 'auto'. */
  header?: CsvOptions['header'];
  /** Which column of CSV holds the class. Default: 'none'. */
  label?: CsvOptions['label'];
  /** Default: 'auto', the fastest WebAssembly here. */
  kernels?: KernelName | 'auto';
}

export interface NamedClass {
  readonly label: number;
  /** See model/probabilities.ts for what it is where the outputs are no distribution. */
  readonly probability: number;
  /** a^L_label */
  readonly output: number;
}

export interface Prediction {
  readonly file: string;
  readonly kind: FileSamples['kind'];
  /** Number of the sample within its file, from 0, and how many there are in it. */
  readonly index: number;
  readonly of: number;
  /** Whether the picture was turned into its negative. */
  readonly inverted: boolean;
  /** What makes the answer doubtful: a sentence for each, with what to do. Only of pictures that were fitted. */
  readonly warnings: readonly string[];
  /** The class that the file states. */
  readonly label: number | null;
  /** The likeliest classes; none for a network whose targets were numbers. */
  readonly top: readonly NamedClass[];
  /** The outputs of such a network, [n_L]. */
  readonly outputs: readonly number[] | null;
}

export interface PredictResult {
  readonly run: string;
  readonly network: readonly number[];
  readonly kernels: KernelName;
  /** What values were multiplied with. */
  readonly scale: number;
  readonly predictions: readonly Prediction[];
}

/** What becomes of a byte where nothing else is known. */
const BYTE_SCALE = 1 / 255;

/**
 * What a saved network says of the samples in these files.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA for a run or a file that cannot be used, naming it and byte, or line and column
 */
export async function predict(options: PredictOptions): Promise<PredictResult> {
  const { files, top = 3, kernels = 'auto' } = options;
  if (typeof options.run !== 'string') throw wrongKind('run', 'the folder of a run', options.run);
  if (!Array.isArray(files) || files.length === 0) throw wrongKind('files', 'a list of files', files);
  checkInteger('top', top, 1);
  checkOneOf('kernels', kernels, ['auto', ...KERNEL_NAMES]);
  const reading = readingOf(options);
  const { network, parameters, run } = await readSavedNetwork(options.run);
  const record = run?.record;
  const bytes = options.scale === undefined && isScaled(record);
  const read: (FileSamples & { file: string })[] = [];
  for (const file of files) {
    const { name, bytes: content } = await bytesOf(file);
    read.push({ file: name, ...(await readSamplesFile(name, content, { ...reading, bytes, inputs: network.layers[0] })) });
  }
  const scale = scaleOf(options, record, read);
  const choice = await loadKernels(kernels);
  const input = record?.configuration.input ?? 'dense';
  const forward = await Forward.open({ network, parameters, values: { bytes: false, scale: 1 }, input, kernels: choice });
  const judge = { network, regression: record?.data?.regression ?? false, top, scale, forward };
  return { run: options.run, network: network.layers, kernels: choice.name, scale, predictions: read.flatMap((samples) => judged(samples, judge)) };
}

function readingOf({ invert = 'auto', fit = false, header = 'auto', label = 'none' }: PredictOptions): Omit<SamplesFileOptions, 'inputs' | 'bytes'> {
  if (typeof fit !== 'boolean') throw wrongKind('fit', 'true or false', fit);
  return {
    invert: checkOneOf('invert', invert, INVERT),
    fit,
    header: checkOneOf('header', header, CSV_HEADERS),
    label: checkOneOf('label', label, CSV_LABELS),
  };
}

async function bytesOf(file: string | NamedBytes): Promise<NamedBytes> {
  if (typeof file === 'string') return { name: file, bytes: await collect(file, createReadStream(file, { highWaterMark: 1 << 18 })) };
  if (typeof file?.name !== 'string' || !(file.bytes instanceof Uint8Array)) throw wrongKind('files', 'paths, or names with bytes', file);
  return file;
}

/** Whether the network was trained on bytes, each times a scale. */
function isScaled(record: RunRecord | undefined): boolean {
  const scale = record === undefined ? BYTE_SCALE : record.data?.scale;
  return scale !== undefined && scale !== 1;
}

/** What values are multiplied with: what is said, or what was done in training. */
function scaleOf({ scale }: PredictOptions, record: RunRecord | undefined, read: readonly (FileSamples & { file: string })[]): number {
  if (scale !== undefined) return checkNumber('scale', scale, 0, true);
  if (!record) return BYTE_SCALE;
  const trained = record.data?.scale;
  if (trained === undefined)
    throw wrongValue('scale', 'one, because this run does not say how its inputs were read', scale, 'Bytes of MNIST take --scale 1/255.');
  const picture = read.find(({ values }) => values instanceof Uint8Array);
  if (trained === 1 && picture)
    throw wrongValue(
      'scale',
      `one for the pixels of ${picture.file}, because this run was trained on numbers, not on pictures`,
      scale,
      'From 0 to 1: --scale 1/255.',
    );
  return checkNumber('data.scale of the run', trained, 0, true);
}

interface Judge {
  readonly network: NetworkSpecification;
  readonly regression: boolean;
  readonly top: number;
  readonly scale: number;
  readonly forward: Forward;
}

function judged(
  { file, kind, values, labels, inverted, warnings }: FileSamples & { file: string },
  { network, regression, top, scale, forward }: Judge,
): Prediction[] {
  const { layers } = network;
  const [inputs, K] = [layers[0], layers[layers.length - 1]];
  const of = values.length / inputs;
  const predictions: Prediction[] = [];
  for (let first = 0; first < of; first += Forward.rows) {
    const S = Math.min(Forward.rows, of - first);
    const outputs = forward.outputs(scaled(values.subarray(first * inputs, (first + S) * inputs), scale));
    for (let s = 0; s < S; s++) {
      const a = outputs.subarray(s * K, (s + 1) * K);
      const index = first + s;
      const says = regression ? { top: [], outputs: Array.from(a) } : { top: likeliest(network, a, top), outputs: null };
      predictions.push({ file, kind, index, of, inverted, warnings: warnings[index] ?? [], label: labels?.[index] ?? null, ...says });
    }
  }
  return predictions;
}

/** As the kernels scale bytes: the product of two float32, rounded once. */
function scaled(values: Uint8Array | Float32Array, scale: number): Float32Array {
  const factor = Math.fround(scale);
  return Float32Array.from(values, (v) => v * factor);
}

/** The first of equal outputs first, as in an evaluation. */
function likeliest(network: NetworkSpecification, a: Float32Array, top: number): NamedClass[] {
  const probabilities = probabilitiesOf(network, a);
  const order = Array.from(a.keys()).sort((i, j) => a[j] - a[i] || i - j);
  return order.slice(0, top).map((label) => ({ label, probability: probabilities[label], output: a[label] }));
}
