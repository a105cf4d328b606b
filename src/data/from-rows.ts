// A data set made from arrays: rows of numbers with a class or numbers for each, split at random, every class in its proportion.
// For programs; a data set that is split already is written as a DatasetLike (see given.ts).

import { checkInteger, checkNumber, checkOptions } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { Random } from '../random.js';
import type { Dataset } from './dataset.js';
import { checkNames, datasetOfProgram, type Labels, labelsOf, namedLabels, OWN_NAME, type SamplesLike } from './given.js';
import { checkLabels } from './labels.js';
import { numbersOf, type Rows, rowCount } from './numbers.js';
import { stratifiedSplit } from './split.js';

export interface RowsOptions {
  /** A row of numbers for each sample; or all numbers one after another, as many for each of the labels or targets. */
  readonly inputs: Rows;
  /** The class of each sample: a number from 0, or a name. */
  readonly labels?: Labels;
  /** Or, for a regression, a number or a row of numbers for each sample. */
  readonly targets?: Rows;
  /** What the classes are called, in the order of their numbers. Default: of labels that are names, these in alphabetical order. */
  readonly classNames?: readonly string[];
  /** Shares of the samples that are kept back. Default: 0.1 each. */
  readonly validation?: number;
  readonly test?: number;
  /** Seed of the split. Default: 1. */
  readonly seed?: number;
  /** What a byte is multiplied with to become an input. Default: 1/255; 1 for inputs that are no bytes. */
  readonly scale?: number;
  /** Default: 'own data'. */
  readonly name?: string;
}

const NAMES: Readonly<Record<keyof RowsOptions, true>> = {
  inputs: true,
  labels: true,
  targets: true,
  classNames: true,
  validation: true,
  test: true,
  seed: true,
  scale: true,
  name: true,
};
const KEPT_BACK = 0.1;

/** What a sample is to give: its class, or its numbers. */
interface Answers {
  readonly samples: number;
  /** Of each sample, for a split in proportion; of a regression all 0. */
  readonly labels: Uint16Array;
  readonly classes: number;
  readonly classNames?: readonly string[];
  readonly targets?: Float32Array | Uint8Array;
}

/**
 * Makes a data set from arrays.
 * @throws {TypeError | RangeError} naming what does not fit
 * @throws {NablaError} BAD_DATA for a value that is not finite
 */
export function datasetFrom(options: RowsOptions): Dataset {
  const { inputs, validation = KEPT_BACK, test = KEPT_BACK, seed = 1, scale, name = OWN_NAME, ...rest } = checkOptions(options, Object.keys(NAMES));
  const shares = [shareOf('validation', validation), shareOf('test', test)];
  if (shares[0] + shares[1] >= 1) throw wrongValue('test', 'less than validation leaves', test);
  const answers = answersOf(rest);
  const { samples, labels, classes, classNames, targets } = answers;
  const values = numbersOf('inputs', inputs);
  const rows = rowCount('inputs', inputs);
  if (rows !== undefined && rows !== samples) throw wrongValue('inputs', `${samples} rows, one for each of the answers`, rows);
  const width = values.length / samples;
  if (width === 0 || !Number.isInteger(width)) throw wrongValue('inputs', `as many numbers for each of the ${samples} samples`, values.length);
  const sizes = shares.map((share) => Math.round(share * samples));
  const split = stratifiedSplit(labels, targets ? 1 : classes, sizes[0], sizes[1], Random.stream(checkInteger('seed', seed, 0), 'split'));
  const pick = (indices: readonly number[]): SamplesLike => ({
    values: taken(values, indices, width),
    ...(targets ? { targets: taken(targets, indices, classes) } : { labels: taken(labels, indices, 1) }),
  });
  const parts = { training: pick(split.training), validation: pick(split.validation), test: pick(split.test) };
  return datasetOfProgram({ name, inputs: width, classes, ...(classNames && { classNames }), ...(scale !== undefined && { scale }), ...parts });
}

function shareOf(what: string, value: number): number {
  const share = checkNumber(what, value, 0);
  if (share >= 1) throw wrongValue(what, 'a share of the samples, of at least 0 and below 1', share);
  return share;
}

function answersOf({ labels, targets, classNames }: Pick<RowsOptions, 'labels' | 'targets' | 'classNames'>): Answers {
  if ((labels === undefined) === (targets === undefined)) throw wrongKind('labels', 'labels or targets, one of them', labels);
  if (labels !== undefined) return classesOf(labels, classNames);
  if (classNames !== undefined) throw wrongValue('classNames', 'none for targets that are numbers', classNames);
  const numbers = numbersOf('targets', targets);
  const samples = checkInteger('targets', rowCount('targets', targets) ?? numbers.length, 1);
  return { samples, labels: new Uint16Array(samples), classes: checkInteger('numbers of a target', numbers.length / samples, 1), targets: numbers };
}

function classesOf(given: Labels, classNames: readonly string[] | undefined): Answers {
  const named = namedLabels('labels', given);
  const names = classNames === undefined ? named && [...new Set(named)].sort() : checkNames('classNames', classNames);
  const labels = labelsOf('labels', named ?? given, names);
  const samples = checkInteger('labels', labels.length, 1);
  const classes = names?.length ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  checkLabels(labels, classes, (sample) => `labels[${sample}]`);
  return { samples, labels, classes, ...(names && { classNames: names }) };
}

/** Some rows of a matrix, in the order of their numbers. */
function taken<T extends Uint8Array | Float32Array | Uint16Array>(values: T, rows: readonly number[], width: number): T {
  const made = new (values.constructor as new (length: number) => T)(rows.length * width);
  for (const [k, row] of rows.entries()) made.set(values.subarray(row * width, (row + 1) * width), k * width);
  return made;
}
