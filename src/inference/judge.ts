// What a network says of the samples of one file, and what is odd about them: values that its scale does not fit, labels that seem to
// count from 1. Reading files, and the network, is for predict.ts.

import { SAMPLE_FORMATS } from '../data/formats.js';
import { scaleText } from '../data/reading.js';
import { areBytes, type DataRecord } from '../data/record.js';
import type { FileSamples } from '../data/samples-file.js';
import { scaleDoubt } from '../data/scale-doubt.js';
import { NablaError, wrongValue } from '../errors.js';
import { probabilitiesOf } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { RowFormat } from '../tables/rows/row-reader.js';
import { Forward } from './forward.js';

export interface NamedClass {
  readonly label: number;
  /** What the class is called; absent where it has no name. */
  readonly name?: string;
  /** See model/probabilities.ts for what it is where the outputs are no distribution. */
  readonly probability: number;
  /** a^L_label */
  readonly output: number;
}

export interface Prediction {
  readonly file: string;
  /** Its format; 'table' where rows are read as a whole. */
  readonly kind: FileSamples['kind'] | RowFormat;
  /** Index of the sample within its file, from 0, and how many there are in it; null while they come. Texts count samples from 1. */
  readonly index: number;
  readonly of: number | null;
  /** Whether the picture was turned into its negative. */
  readonly inverted: boolean;
  /** What makes the answer doubtful: a sentence for each, with what to do. Only of pictures that were fitted. */
  readonly warnings: readonly string[];
  /** The class that the file states. */
  readonly label: number | null;
  /** The likeliest classes; none for a network whose targets were numbers. */
  readonly top: readonly NamedClass[];
  /** The outputs of such a network, [n_L]: of one that was trained on the columns of a file in the targets' own units. */
  readonly outputs: readonly number[] | null;
  /** What those targets are called, and what the file states for them. */
  readonly outputNames?: readonly string[];
  readonly targets?: readonly number[] | null;
}

/** What is said of a file's samples, in order, and what is odd about them. */
export interface JudgedFile {
  readonly predictions: readonly Prediction[];
  readonly warnings: readonly string[];
  readonly error?: undefined;
}

/** A network, and how values become its inputs. */
export interface Judge {
  readonly network: NetworkSpecification;
  readonly regression: boolean;
  readonly classNames: readonly string[] | undefined;
  readonly top: number;
  readonly scale: number;
  readonly forward: Forward;
  /** Whether the user said the scale. */
  readonly given: boolean;
  /** What the network was trained on, where a run says it. */
  readonly trained: Partial<DataRecord> | undefined;
}

/** Labels that are compared before anything is said of how they count. */
const FEWEST_LABELS = 10;

/**
 * What a network says of the samples of a file.
 * @throws {RangeError} for pixels, where the network was trained on numbers
 * @throws {NablaError} BAD_DATA where the values can hardly be meant as they would be scaled
 */
export function judged(file: string, samples: FileSamples, judge: Judge): JudgedFile {
  refusePixels(file, samples, judge);
  const warnings = scaleWarnings(file, samples, judge);
  const predictions = predictionsOf(file, samples, judge);
  return { predictions, warnings: [...warnings, ...labelWarnings(file, predictions)] };
}

function predictionsOf(
  file: string,
  { kind, values, labels, inverted, warnings }: FileSamples,
  { network, regression, classNames, top, scale, forward }: Judge,
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
      const says = regression ? { top: [], outputs: Array.from(a) } : { top: likeliest(network, a, top, classNames), outputs: null };
      predictions.push({ file, kind, index, of, inverted, warnings: warnings[index] ?? [], label: labels?.[index] ?? null, ...says });
    }
  }
  return predictions;
}

/** As the kernels scale bytes: the product of two float32, rounded once. */
export function scaled(values: Uint8Array | Float32Array, scale: number): Float32Array {
  const factor = Math.fround(scale);
  return Float32Array.from(values, (v) => v * factor);
}

/** The first of equal outputs first, as in an evaluation. */
export function likeliest(network: NetworkSpecification, a: Float32Array, top: number, names?: readonly string[]): NamedClass[] {
  const probabilities = probabilitiesOf(network, a);
  const order = Array.from(a.keys()).sort((i, j) => a[j] - a[i] || i - j);
  return order
    .slice(0, top)
    .map((label) => ({ label, ...(names?.[label] !== undefined && { name: names[label] }), probability: probabilities[label], output: a[label] }));
}

/** Pixels need a scale of their own where the network was trained on numbers. */
function refusePixels(file: string, { values }: FileSamples, { given, trained }: Judge): void {
  if (given || trained === undefined || areBytes(trained) || !(values instanceof Uint8Array)) return;
  throw wrongValue(
    'scale',
    `one for the pixels of ${file}, because this run was trained on numbers, not on pictures`,
    undefined,
    'From 0 to 1: --scale 1/255.',
  );
}

/**
 * What speaks against the scale of training for the samples of a file. A picture may be dark: whatever is in it, it has bytes.
 * @throws {NablaError} BAD_DATA where they can hardly be meant so
 */
function scaleWarnings(file: string, { values, kind }: FileSamples, { network, scale, given, trained }: Judge): string[] {
  if (given) return [];
  const doubt = scaleDoubt(values, { scale, samples: values.length / network.layers[0], scalable: true, usual: trained?.rms });
  if (!doubt || (SAMPLE_FORMATS[kind].drawn && doubt.kind !== 'large')) return [];
  if (doubt.kind === 'none above 1') {
    const got = 'expected numbers from 0 to 255, as the network was trained on, got none above 1';
    throw new NablaError('BAD_DATA', `${file}: ${got}. Say --scale 1 to take them as they are, or --scale ${scaleText(scale)}.`);
  }
  return [`${file}: ${doubt.text}`];
}

/** Labels that count from 1, where they are classes of the network all the same. */
function labelWarnings(file: string, predictions: readonly Prediction[]): string[] {
  const labelled = predictions.filter(({ label, top }) => label !== null && top.length > 0);
  const rightBy = (more: number): number => labelled.filter(({ label, top }) => label === top[0].label + more).length;
  const [asTheyAre, from1] = [rightBy(0), rightBy(1)];
  if (labelled.length < FEWEST_LABELS || labelled.some(({ label }) => label === 0) || from1 <= asTheyAre) return [];
  const would = `${from1} of ${labelled.length} would be right if they counted from 1, instead of ${asTheyAre}`;
  return [`${file}: No label is 0, and ${would}: classes count from 0.`];
}
