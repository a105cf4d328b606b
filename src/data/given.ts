// A data set that a program brought, as it may be written by hand: plain arrays, rows, names for classes, no validation, no test.
// What comes out is complete and checked (see dataset.ts). It copies nothing that is as a data set has it already.

import { checkFields, checkInteger, checkList, checkObject, type NamedRows, type OtherWords, proposal, reading } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { checkDataset, type Dataset, MOST_CLASSES, type Samples, SPLIT_WORDS } from './dataset.js';
import { MOST_LISTED, numbersOf, type Rows, rowCount } from './numbers.js';
import { BYTE_SCALE } from './reading.js';

/** The classes of samples: numbers from 0, or names. */
export type Labels = ArrayLike<number> | readonly string[];

export interface SamplesLike {
  /** [samples][inputs]: numbers one after another, or a row for each sample. Bytes are multiplied with the data set's scale. */
  readonly values: Rows;
  /** The class of each sample, a number or one of the class names; left out where the targets are numbers. */
  readonly labels?: Labels;
  /** [samples][classes], for targets that are numbers: a regression. */
  readonly targets?: Rows;
}

export interface DatasetLike {
  /** Default: 'own data'. */
  readonly name?: string;
  /** Values of a sample: n_1. */
  readonly inputs: number;
  /** Classes: n_L. Of a regression: how many numbers a target has. Default: as many as there are class names. */
  readonly classes?: number;
  /** What the classes are called, in the order of their numbers. */
  readonly classNames?: readonly string[];
  /** What a byte is multiplied with to become an input. Default: 1/255; 1 for inputs that are no bytes. */
  readonly scale?: number;
  readonly training: SamplesLike;
  /** Default: none. */
  readonly validation?: SamplesLike;
  readonly test?: SamplesLike;
}

/** What the fields of both are called elsewhere. */
const DATA_FIELDS: Readonly<Record<keyof DatasetLike, OtherWords>> = {
  name: {},
  inputs: { also: ['features', 'input-size'] },
  classes: { also: ['outputs', 'num-classes', 'n-classes'] },
  classNames: { also: ['names', 'target-names', 'class-labels'] },
  scale: {},
  ...SPLIT_WORDS,
};
/** Those of a data set that a reader made, which are passed over. */
const OF_READERS: readonly string[] = [
  'counted',
  'transposed',
  'picture',
  'preparation',
  'decisions',
  'warnings',
] satisfies readonly (keyof Dataset)[];
const SAMPLE_FIELDS: Readonly<Record<keyof SamplesLike, OtherWords>> = {
  values: { also: ['x', 'xs', 'inputs', 'data', 'features', 'images'] },
  labels: { also: ['y', 'ys', 'classes', 'label'] },
  targets: { also: ['target', 'outputs'] },
};

export const OWN_NAME = 'own data';

/**
 * The data set, complete and checked.
 * @throws {TypeError | RangeError} naming what does not fit
 * @throws {NablaError} BAD_DATA for a value that is not finite, or a label that is no class
 */
export function datasetOfProgram(brought: DatasetLike): Dataset {
  const given = checkObject('data', brought, "a data set (see loadDataset and datasetFrom), or 'mnist', or a folder");
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => !OF_READERS.includes(name)));
  checkNoOther('data, field', own, DATA_FIELDS, 'datasetFrom makes a data set of arrays.');
  const { name = OWN_NAME } = given;
  if (typeof name !== 'string') throw wrongKind('data.name', 'a text', name);
  const inputs = checkInteger('data.inputs', given.inputs, 1);
  const classNames = given.classNames === undefined ? undefined : checkNames('data.classNames', given.classNames);
  const classes = checkInteger('data.classes', given.classes ?? classNames?.length, 1, MOST_CLASSES);
  if (classNames && classNames.length !== classes) throw wrongValue('data.classNames', `${classes} of them, as there are classes`, classNames.length);
  const training = samplesOf('data.training', given.training, inputs, classes, classNames);
  const [validation, test] = (['validation', 'test'] as const).map((split) =>
    given[split] === undefined ? emptyLike(training) : sameKind(samplesOf(`data.${split}`, given[split], inputs, classes, classNames), training),
  );
  const scale = given.scale ?? (training.values instanceof Uint8Array ? BYTE_SCALE : 1);
  const data: Dataset = { name, inputs, classes, ...(classNames && { classNames }), scale, training, validation, test, ...preparedBefore(given) };
  checkDataset(data);
  if (classNames && training.targets) throw wrongValue('data.classNames', 'none for targets that are numbers', classNames.length);
  return data;
}

/** How a reader made it of columns stays with a data set that a program has loaded. */
function preparedBefore(given: DatasetLike): Pick<Dataset, 'picture' | 'preparation' | 'decisions'> {
  const { picture, preparation, decisions } = given as Partial<Dataset>;
  return { ...(picture && { picture }), ...(preparation && { preparation }), ...(decisions && { decisions }) };
}

function samplesOf(what: string, brought: SamplesLike, inputs: number, width: number, names: readonly string[] | undefined): Samples {
  const given = checkObject(what, brought, 'samples: an object with values, and labels or targets');
  checkNoOther(`${what}, field`, given, SAMPLE_FIELDS);
  const targets = given.targets === undefined ? undefined : floats(numbersOf(`${what}.targets`, given.targets, width));
  if (given.labels === undefined && !targets) throw wrongKind(`${what}.labels`, 'a list of classes, or targets in their place', given.labels);
  const labels = given.labels === undefined ? new Uint16Array(0) : labelsOf(`${what}.labels`, given.labels, names);
  return { values: numbersOf(`${what}.values`, given.values, inputs), labels, ...(targets && { targets }) };
}

/** A field of another name would be passed over without a word: a split that is spelt wrongly, for example. */
function checkNoOther(what: string, given: object, rows: NamedRows, next = ''): void {
  const names = Object.keys(rows);
  checkFields(what, given, names, (word) => proposal(word, names, rows) || next);
}

const floats = (numbers: Uint8Array | Float32Array): Float32Array => (numbers instanceof Float32Array ? numbers : Float32Array.from(numbers));

function emptyLike({ values, labels, targets }: Samples): Samples {
  return { values: values.subarray(0, 0), labels: labels.subarray(0, 0), ...(targets && { targets: targets.subarray(0, 0) }) };
}

/** An empty list says nothing of its kind. */
function sameKind(samples: Samples, training: Samples): Samples {
  return samples.values.length === 0 && samples.labels.length === 0 ? emptyLike(training) : samples;
}

/** Characters of the longest name of a class: it stands in tables. */
const MOST_NAME = 100;

/** Names of classes, each once and in one line. */
export function checkNames(what: string, given: readonly string[]): string[] {
  const names = checkList(what, given, 'a list of names', MOST_CLASSES);
  const seen = new Set<string>();
  for (const [k, name] of names.entries()) {
    if (typeof name !== 'string') throw wrongKind(`${what}[${k}]`, 'a text', name);
    if (name === '' || name.length > MOST_NAME || /[\p{C}\p{Zl}\p{Zp}]/u.test(name)) {
      throw wrongValue(`${what}[${k}]`, `a text in one line, of 1 to ${MOST_NAME} characters`, name);
    }
    if (seen.has(name)) throw wrongValue(what, 'each name once', `${name} twice`);
    seen.add(name);
  }
  return names;
}

/** Classes by their numbers. @param names what they are called, where labels may be names */
export function labelsOf(what: string, given: Labels, names?: readonly string[]): Uint16Array {
  const named = namedLabels(what, given);
  if (named) return numbersOfNames(what, named, names ?? []);
  if (!isList(what, given) || rowCount(what, given) !== undefined) throw wrongKind(what, 'a list with one class for each sample', given);
  return reading(what, given, () =>
    given instanceof Uint16Array
      ? given
      : Uint16Array.from(numbersOf(what, given), (label, k) => checkInteger(`${what}[${k}]`, label, 0, MOST_CLASSES - 1)),
  );
}

const isList = (what: string, given: unknown): boolean => reading(what, given, () => Array.isArray(given) || ArrayBuffer.isView(given));

/** Labels that are names; undefined where the first is none. */
export function namedLabels(what: string, given: Labels): string[] | undefined {
  const isNamed = reading(what, given, () => Array.isArray(given) && typeof given[0] === 'string');
  if (!isNamed) return undefined;
  const labels = checkList(what, given as readonly string[], 'a list of classes', MOST_LISTED);
  const other = labels.findIndex((label) => typeof label !== 'string');
  if (other >= 0) throw wrongKind(`${what}[${other}]`, 'the name of a class, like the first', labels[other]);
  return labels;
}

function numbersOfNames(what: string, labels: readonly string[], names: readonly string[]): Uint16Array {
  const numbers = new Map(names.map((name, k) => [name, k]));
  return Uint16Array.from(labels, (label, k) => {
    const number = numbers.get(label);
    if (number === undefined)
      throw wrongValue(`${what}[${k}]`, names.length === 0 ? 'a number, or class names beside it' : 'one of the class names', label);
    return number;
  });
}
