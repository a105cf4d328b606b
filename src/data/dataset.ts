// A data set in memory: three splits of labelled samples. Inputs stay as they were read, bytes or floats; the workers
// scale bytes when they gather a mini-batch. A plain object, so that a program can bring its own.

import { checkInteger } from '../check.js';
import { NablaError, wrongKind, wrongValue } from '../errors.js';
import type { PictureShape } from '../functions/augmentations.js';
import type { ColumnDecision, Preparation } from './columns/preparation.js';
import { checkLabels } from './labels.js';
import { oncePer } from './once-per.js';
import { checkScale } from './reading.js';
import { firstNotFinite } from './row-blocks.js';

export interface Samples {
  /**
   * [samples][inputs], sample after sample without padding. Bytes are multiplied with the data set's scale. Sets beyond 4 GiB, or what is
   * free, are read where they are if that is a SharedArrayBuffer; else they are copied to one first.
   */
  readonly values: Uint8Array | Float32Array;
  /** The class of each sample; empty where the targets are numbers. */
  readonly labels: Uint16Array;
  /** [samples][classes], for targets that are numbers: a regression. */
  readonly targets?: Float32Array;
}

export interface Dataset {
  readonly name: string;
  /** Values of a sample: n_1. */
  readonly inputs: number;
  /** Classes: n_L. Labels are 0 to classes - 1. Of a regression: how many numbers a target has. */
  readonly classes: number;
  /** How a reader came to that number, for messages; none where a program says it. */
  readonly counted?: string;
  /** Whether a reader swapped rows and columns of its images. */
  readonly transposed?: boolean;
  /** What its inputs are as pictures, where a reader knows it. */
  readonly picture?: PictureShape;
  /** What the classes are called, in the order of their numbers, where they have names. */
  readonly classNames?: readonly string[];
  /** What a byte is multiplied with to become an input; 1 for floats. */
  readonly scale: number;
  /** How columns of a file became these inputs and answers, where they did. */
  readonly preparation?: Preparation;
  /** What was decided for each column, where it was decided for these data. */
  readonly decisions?: readonly ColumnDecision[];
  /** What a reader has to say of its files: whole sentences. */
  readonly warnings?: readonly string[];
  readonly training: Samples;
  readonly validation: Samples;
  readonly test: Samples;
}

/** Samples of a split. */
export function countSamples({ inputs, ...data }: Dataset, split: Split): number {
  return data[split].values.length / inputs;
}

/** What its inputs are as pictures: what a reader says, or a square of grey levels with a background of 0; undefined where it is neither. */
export function pictureOf({ picture, inputs, preparation, ...data }: Dataset): PictureShape | undefined {
  if (picture) return picture;
  const side = Math.sqrt(inputs);
  const areLevels = data.training.values instanceof Uint8Array || preparation === undefined;
  return areLevels && Number.isInteger(side) && side >= LEAST_SIDE ? { height: side, width: side, channels: 1 } : undefined;
}

/** Of the smallest square that is taken for a picture. */
const LEAST_SIDE = 8;

/** Whether the targets are numbers instead of classes. */
export function isRegression({ training }: Dataset): boolean {
  return training.targets !== undefined;
}

/** y of one sample for so many outputs: its numbers, or its class one-hot. */
export function targetOf({ classes, ...data }: Dataset, split: Split, sample: number, outputs: number): number[] {
  const { labels, targets } = data[split];
  if (targets) return [...targets.subarray(sample * classes, (sample + 1) * classes)];
  return Array.from({ length: outputs }, (_, j) => (j === labels[sample] ? 1 : 0));
}

/** The same data set with at most so many samples to train on, and none to evaluate. */
export function firstSamples(data: Dataset, count: number): Dataset {
  const first = ({ values, labels, targets }: Samples, n: number): Samples => ({
    values: values.subarray(0, n * data.inputs),
    labels: labels.subarray(0, n),
    targets: targets?.subarray(0, n * data.classes),
  });
  return { ...data, training: first(data.training, count), validation: first(data.validation, 0), test: first(data.test, 0) };
}

export const SPLITS = ['training', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];
/** What other tools call them. */
export const SPLIT_WORDS: Readonly<Record<Split, { readonly also: readonly string[] }>> = {
  training: { also: ['train', 'fit'] },
  validation: { also: ['val', 'valid', 'dev', 'development'] },
  test: { also: ['testing', 'eval', 'holdout'] },
};

/** Labels are 16 bits. */
export const MOST_CLASSES = 65_536;

/** Checks a data set that a program brought (see given.ts): sizes that agree, labels in range, finite inputs, one kind of values. */
export function checkDataset(data: Dataset): void {
  if (typeof data !== 'object' || data === null) throw wrongKind('data', "a data set (see loadDataset), or 'mnist', or a folder", data);
  const inputs = checkInteger('data.inputs', data.inputs, 1);
  const classes = checkInteger('data.classes', data.classes, 1, MOST_CLASSES);
  checkScale('data.scale', data.scale);
  if (data.picture !== undefined) checkPicture(data.picture, inputs);
  for (const split of SPLITS) {
    const { values, labels } = data[split] ?? {};
    if (!(values instanceof Uint8Array || values instanceof Float32Array)) {
      throw wrongKind(`data.${split}.values`, 'a Uint8Array or a Float32Array', values);
    }
    const bytes = data.training.values instanceof Uint8Array;
    if (values instanceof Uint8Array !== bytes) {
      throw wrongKind(`data.${split}.values`, `a ${bytes ? 'Uint8Array' : 'Float32Array'}, like data.training.values`, values);
    }
    if (!bytes && data.scale !== 1) throw wrongValue('data.scale', '1 for inputs that are floats', data.scale, 'Scale the values themselves.');
    if (!(labels instanceof Uint16Array)) throw wrongKind(`data.${split}.labels`, 'a Uint16Array', labels);
    if (isRegression(data)) checkTargets(data, split);
    else if (values.length !== labels.length * inputs) {
      throw wrongValue(`data.${split}.values`, `${labels.length} samples of ${inputs} values (${labels.length * inputs})`, values.length);
    }
    checkLabels(labels, classes, (sample) => `data.${split}, sample ${sample + 1}`);
    const bad = values instanceof Float32Array ? firstNotFinite(values) : -1;
    if (bad >= 0)
      throw new NablaError(
        'BAD_DATA',
        `data.${split}: value ${(bad % inputs) + 1} of sample ${Math.floor(bad / inputs) + 1} is ${values[bad]}; inputs must be finite.`,
      );
  }
  if (countSamples(data, 'training') === 0) throw wrongValue('data.training', 'at least one sample', 0);
}

/** Pixels that the inputs do not have would be read and written beyond them. */
function checkPicture({ height, width, channels }: PictureShape, inputs: number): void {
  for (const [name, side] of Object.entries({ height, width, channels })) checkInteger(`data.picture.${name}`, side, 1, inputs);
  const pixels = height * width * channels;
  if (pixels !== inputs) throw wrongValue('data.picture', `height · width · channels of ${inputs}, as many as there are inputs`, pixels);
}

/** Targets that are numbers: as many as the samples need, all finite, and no labels beside them. */
function checkTargets({ inputs, classes, ...data }: Dataset, split: Split): void {
  const { values, labels, targets } = data[split];
  if (!(targets instanceof Float32Array)) throw wrongKind(`data.${split}.targets`, 'a Float32Array, like data.training.targets', targets);
  if (labels.length > 0) throw wrongValue(`data.${split}.labels`, 'none beside targets that are numbers', labels.length);
  const samples = targets.length / classes;
  if (values.length !== samples * inputs || !Number.isInteger(samples)) {
    throw wrongValue(`data.${split}.targets`, `${classes} for each sample (${(values.length / inputs) * classes})`, targets.length);
  }
  const bad = firstNotFinite(targets);
  if (bad >= 0)
    throw new NablaError(
      'BAD_DATA',
      `data.${split}: target ${(bad % classes) + 1} of sample ${Math.floor(bad / classes) + 1} is ${targets[bad]}; targets must be finite.`,
    );
}

/** Values that are looked at to estimate a density: enough for two digits. */
const DENSITY_VALUES = 1 << 18;

/** The share of inputs that are not zero, estimated from values all over the samples. */
export const density = oncePer(({ values }: Samples): number => {
  // An odd step visits every column of every kind of picture.
  const step = Math.max(1, Math.floor(values.length / DENSITY_VALUES) | 1);
  let looked = 0;
  let found = 0;
  for (let k = 0; k < values.length; k += step) {
    looked++;
    if (values[k] !== 0) found++;
  }
  return found / looked;
});
