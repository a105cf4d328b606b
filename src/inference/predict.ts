// What a saved network says of new samples: pictures, images in IDX files, rows of CSV. Inputs are scaled as in training, and
// the outputs come from the kernels of an evaluation, with the bits that the same samples have there. All files are read and
// checked before the first is judged.

import { createReadStream } from 'node:fs';
import { checkInteger, checkNumber, checkOneOf } from '../check.js';
import { CSV_HEADERS, CSV_LABELS, type CsvOptions } from '../data/csv.js';
import { SAMPLE_FORMATS } from '../data/formats.js';
import { BYTE_SCALE, checkReading, scaleText } from '../data/reading.js';
import { areBytes } from '../data/record.js';
import { collect, type FileSamples, INVERT, readSamplesFile, type SamplesFileOptions } from '../data/samples-file.js';
import { scaleDoubt } from '../data/scale-doubt.js';
import { NablaError, wrongKind, wrongValue } from '../errors.js';
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
  /** PNG, PGM, IDX or CSV, gzipped or not; their first bytes say which. */
  files: readonly (string | NamedBytes)[];
  /** Classes to name, the likeliest first. Default: 3. */
  top?: number;
  /** What values are multiplied with to become inputs. Default: what the run's data were, 1/255 for the book's JSON. */
  scale?: number;
  /** Whether IDX and CSV hold pictures column by column. Default: as the files were that the run was trained on. */
  transpose?: boolean;
  /** Whether pictures become their negatives: 'auto' where they are dark on light. Default: 'auto'. */
  invert?: SamplesFileOptions['invert'];
  /** Crops, scales and centres pictures as MNIST was made. Default: false. */
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
  /** What is odd about the samples, though they can be judged. */
  readonly warnings: readonly string[];
  readonly predictions: readonly Prediction[];
}

/** Labels that are compared before anything is said of how they count. */
const FEWEST_LABELS = 10;

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
  const reading = fileOptions(options);
  const { network, parameters, run } = await readSavedNetwork(options.run);
  const record = run?.record;
  const regression = record?.data?.regression ?? false;
  if (regression && reading.label !== 'none') throw wrongValue('label', "'none' for a network whose targets were numbers", reading.label);
  const read = await readFiles(files, network, {
    ...reading,
    transpose: reading.transpose ?? record?.data?.transpose ?? false,
    bytes: options.scale === undefined && (record === undefined || areBytes(record.data ?? {})),
  });
  const scale = scaleOf(options, record, read);
  const inputs = network.layers[0];
  const warnings = options.scale === undefined ? read.flatMap((samples) => scaleWarnings(samples, inputs, scale, record)) : [];
  const choice = await loadKernels(kernels);
  const input = record?.configuration.input ?? 'dense';
  const forward = await Forward.open({ network, parameters, values: { bytes: false, scale: 1 }, input, kernels: choice });
  const judge = { network, regression, top, scale, forward };
  const predictions = read.flatMap((samples) => judged(samples, judge));
  return {
    run: options.run,
    network: network.layers,
    kernels: choice.name,
    scale,
    warnings: [...warnings, ...labelWarnings(predictions)],
    predictions,
  };
}

type NamedSamples = FileSamples & { readonly file: string };

function fileOptions({ invert = 'auto', fit = false, header = 'auto', label = 'none', transpose }: PredictOptions) {
  if (typeof fit !== 'boolean') throw wrongKind('fit', 'true or false', fit);
  checkReading({ transpose });
  return {
    invert: checkOneOf('invert', invert, INVERT),
    fit,
    header: checkOneOf('header', header, CSV_HEADERS),
    label: checkOneOf('label', label, CSV_LABELS),
    transpose,
  };
}

/**
 * What speaks against the scale of training for the samples of a file. A picture may be dark: whatever is in it, it has bytes.
 * @throws {NablaError} BAD_DATA where they can hardly be meant so
 */
function scaleWarnings({ file, values, kind }: NamedSamples, inputs: number, scale: number, record: RunRecord | undefined): string[] {
  const doubt = scaleDoubt(values, { scale, samples: values.length / inputs, scalable: true, usual: record?.data?.rms });
  if (!doubt || (SAMPLE_FORMATS[kind].drawn && doubt.kind !== 'large')) return [];
  if (doubt.kind === 'none above 1') {
    const got = 'expected numbers from 0 to 255, as the network was trained on, got none above 1';
    throw new NablaError('BAD_DATA', `${file}: ${got}. Say --scale 1 to take them as they are, or --scale ${scaleText(scale)}.`);
  }
  return [`${file}: ${doubt.text}`];
}

/** Labels that count from 1, where they are classes of the network all the same. */
function labelWarnings(predictions: readonly Prediction[]): string[] {
  const labelled = predictions.filter(({ label, top }) => label !== null && top.length > 0);
  const rightBy = (more: number): number => labelled.filter(({ label, top }) => label === top[0].label + more).length;
  const [asTheyAre, from1] = [rightBy(0), rightBy(1)];
  if (labelled.length < FEWEST_LABELS || labelled.some(({ label }) => label === 0) || from1 <= asTheyAre) return [];
  return [`No label is 0, and ${from1} of ${labelled.length} would be right if they counted from 1, instead of ${asTheyAre}: classes count from 0.`];
}

type Reading = Omit<SamplesFileOptions, 'inputs' | 'classes'>;

/** The samples of all files, for a network with so many inputs and outputs. */
async function readFiles(files: PredictOptions['files'], { layers }: NetworkSpecification, reading: Reading): Promise<NamedSamples[]> {
  const expected = { ...reading, inputs: layers[0], classes: layers[layers.length - 1] };
  const read: NamedSamples[] = [];
  for (const file of files) {
    const { name, bytes } = await bytesOf(file);
    read.push({ file: name, ...(await readSamplesFile(name, bytes, expected)) });
  }
  return read;
}

async function bytesOf(file: string | NamedBytes): Promise<NamedBytes> {
  if (typeof file === 'string') return { name: file, bytes: await collect(file, createReadStream(file, { highWaterMark: 1 << 18 })) };
  if (typeof file?.name !== 'string' || !(file.bytes instanceof Uint8Array)) throw wrongKind('files', 'paths, or names with bytes', file);
  return file;
}

/** What values are multiplied with: what is said, or what was done in training. */
function scaleOf({ scale }: PredictOptions, record: RunRecord | undefined, read: readonly NamedSamples[]): number {
  if (scale !== undefined) return checkNumber('scale', scale, 0, true);
  if (!record) return BYTE_SCALE;
  if (record.data?.scale === undefined)
    throw wrongValue('scale', 'one, because this run does not say how its inputs were read', scale, 'Bytes of MNIST take --scale 1/255.');
  const trained = checkNumber('data.scale of the run', record.data.scale, 0, true);
  const picture = read.find(({ values }) => values instanceof Uint8Array);
  if (picture && !areBytes(record.data))
    throw wrongValue(
      'scale',
      `one for the pixels of ${picture.file}, because this run was trained on numbers, not on pictures`,
      scale,
      'From 0 to 1: --scale 1/255.',
    );
  return trained;
}

interface Judge {
  readonly network: NetworkSpecification;
  readonly regression: boolean;
  readonly top: number;
  readonly scale: number;
  readonly forward: Forward;
}

function judged({ file, kind, values, labels, inverted }: NamedSamples, { network, regression, top, scale, forward }: Judge): Prediction[] {
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
      predictions.push({ file, kind, index, of, inverted, label: labels?.[index] ?? null, ...says });
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
