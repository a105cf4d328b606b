// How samples are read from a source: what a user can say of it beside its name, and what a run keeps so that later commands read
// the same. These options travel together, from the table of options to the readers, and from a run's record back to them.

import { checkInteger, checkList, checkNumber, checkOneOf, checkPath, reading } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { MISSING, type MissingName, SCALES, type ScaleName } from './columns/preparation.js';

export const TASKS = ['classification', 'regression'] as const;
export const HEADERS = ['auto', 'yes', 'no'] as const;
export const DECIMALS = ['.', ','] as const;
export const COLOURS = ['grey', 'rgb'] as const;

export interface Reading {
  /**
   * Samples kept back for validation, or a file of them. Default: of a folder of IDX files, and of pictures that have a test part, the
   * last sixth of those for training, at most 10,000; else a tenth, drawn.
   */
  validation?: number | string;
  /** A file of samples for the test. Default: that of the source; else a tenth of its samples, drawn. */
  test?: string;
  /** Shares for training and validation, and test where there is none yet, drawn so that each class keeps its share. Default: 0.8, 0.1, 0.1. */
  split?: readonly number[];
  /** Seed by which samples are drawn for validation and test. Default: the seed of everything else. */
  splitSeed?: number;
  /** What is to be predicted: a column's name or number (from 1; -1 is the last), or several for a regression. Default: the column called label, class, target or y; else the last, if it alone holds words. */
  target?: string | number | readonly (string | number)[];
  /** Whether the target's values are classes or numbers. Default: words, and whole numbers of which there are at most 20, are classes. */
  task?: (typeof TASKS)[number];
  /** Columns that are no inputs. */
  drop?: readonly (string | number)[];
  /** Columns that are inputs. Default: all that can be, but the target's. */
  features?: readonly (string | number)[];
  /** Columns of words that look like numbers, by their names. */
  categorical?: readonly string[];
  /** What becomes of missing values. Default: they are refused. */
  missing?: MissingName;
  /** What values are multiplied with to become inputs, or how they are brought to one scale. Default: 'auto', bytes by 1/255 and columns standardised. */
  scale?: number | ScaleName;
  /** Whether the files hold pictures column by column, as EMNIST's do: rows and columns are then swapped. Default: false. */
  transpose?: boolean;
  /** What pictures are scaled to, such as '28x28'. Default: they must have one size. */
  size?: string;
  /** Default: as the pictures are. */
  colours?: (typeof COLOURS)[number];
  /** What divides the columns of a text: a character, or 'tab'. Default: found. */
  separator?: string;
  /** Default: '.'. */
  decimal?: (typeof DECIMALS)[number];
  /** Whether the first row of a text holds names. Default: 'auto', where none of its fields is a number. */
  header?: (typeof HEADERS)[number];
}

/** What stands for a tab on a command line. */
export const TAB = 'tab';

type Checks = { readonly [Name in keyof Reading]-?: (value: NonNullable<Reading[Name]>) => unknown };

const columns = (name: string) => (value: readonly unknown[]) => {
  for (const one of checkList(name, value, 'a list of columns')) checkColumn(name, one);
};

/** The check of each. */
const CHECKS: Checks = {
  validation: (value) => (typeof value === 'string' ? checkPath('validation', value) : checkInteger('validation', value, 0)),
  test: (value) => checkPath('test', value),
  split: checkSplit,
  splitSeed: (value) => checkInteger('splitSeed', value, 0),
  target: (value) => {
    const isList = reading('target', value, () => Array.isArray(value));
    const wanted = isList ? checkList('target', value as readonly (string | number)[], 'a column, or a list of columns') : [value];
    if (wanted.length === 0) throw wrongValue('target', 'at least one column', wanted.length);
    for (const one of wanted) checkColumn('target', one);
  },
  task: (value) => checkOneOf('task', value, TASKS),
  drop: columns('drop'),
  features: columns('features'),
  categorical: (value) => {
    for (const one of checkList('categorical', value, 'a list of names of columns'))
      if (typeof one !== 'string' || one === '') throw wrongKind('categorical', "a column's name", one);
  },
  missing: (value) => checkOneOf('missing', value, MISSING),
  scale: (value) => (typeof value === 'string' ? checkOneOf('scale', value, SCALES) : checkScale('scale', value)),
  transpose: (value) => {
    if (typeof value !== 'boolean') throw wrongKind('transpose', 'true or false', value);
  },
  size: sizeOf,
  colours: (value) => checkOneOf('colours', value, COLOURS),
  separator: (value) => {
    if (typeof value !== 'string' || (value !== TAB && (value.length !== 1 || /["\r\n]/.test(value))))
      throw wrongValue('separator', `one character, such as ';', or '${TAB}'`, value);
  },
  decimal: (value) => checkOneOf('decimal', value, DECIMALS),
  header: (value) => checkOneOf('header', value, HEADERS),
};

/** The names of these options. */
export const READING = Object.keys(CHECKS) as (keyof Reading)[];

/** Those that a folder of IDX files, and the digits of the `mnist` package, know. */
const OF_IDX: readonly (keyof Reading)[] = ['validation', 'scale', 'transpose', 'splitSeed'];

/** Those that are said of data beside a saved run; all else is as in training. */
export const READING_BESIDE = ['validation', 'scale', 'transpose', 'separator', 'decimal', 'header'] as const satisfies readonly (keyof Reading)[];
export type ReadingBeside = Pick<Reading, (typeof READING_BESIDE)[number]>;

/** Their names, for whoever takes them beside options of its own and refuses all others. */
export const BESIDE_NAMES = Object.fromEntries(READING_BESIDE.map((name) => [name, true])) as Readonly<Record<keyof ReadingBeside, true>>;

/** What bytes are multiplied with where nothing is said. */
export const BYTE_SCALE = 1 / 255;
const MOST_BYTE = 255;

/** These options alone, of any that hold them. */
export function readingOf(options: Reading): Reading {
  return Object.fromEntries(READING.map((name) => [name, options[name]]));
}

/** The same of those beside a saved run. */
export function readingBesideOf(options: ReadingBeside): ReadingBeside {
  return Object.fromEntries(READING_BESIDE.map((name) => [name, options[name]]));
}

/** Refuses what a source of images with labels has no use for. @returns what values are multiplied with, where that is said, and how many samples are for validation */
export function readingOfImages(what: string, reading: Reading): { scale?: number; validation?: number } {
  const vain = READING.find((name) => reading[name] !== undefined && !OF_IDX.includes(name));
  if (vain !== undefined) throw wrongValue(vain, `none for ${what}`, reading[vain]);
  const { scale = 'auto', validation } = reading;
  if (typeof validation === 'string') throw wrongValue('validation', `a number of samples for ${what}`, validation);
  const factors = { auto: undefined, '255': BYTE_SCALE, none: 1 };
  if (scale === 'minmax' || scale === 'standard') throw wrongValue('scale', `a number, 'none', '255' or 'auto' for ${what}`, scale);
  return { scale: typeof scale === 'number' ? scale : factors[scale], ...(validation !== undefined && { validation }) };
}

/** @throws {TypeError | RangeError} for a value that cannot be */
export function checkReading(reading: Reading): void {
  for (const name of READING) if (reading[name] !== undefined) (CHECKS[name] as (value: unknown) => unknown)(reading[name]);
}

function checkColumn(what: string, value: unknown): void {
  const isName = typeof value === 'string' && value !== '';
  if (!isName && !(typeof value === 'number' && Number.isInteger(value) && value !== 0))
    throw wrongKind(what, "a column's name, or its number from 1", value);
}

function checkSplit(value: readonly number[]): void {
  const shares = checkList('split', value, 'two or three shares', 3).map((share) => checkNumber('split', share, 0));
  const sum = shares.reduce((a, b) => a + b, 0);
  if (shares.length < 2 || Math.abs(sum - 1) > 1e-6 || shares[0] === 0)
    throw wrongValue('split', 'shares for training, validation and test that add up to 1, such as 0.8,0.1,0.1', shares.join(','));
}

/** Sides of a picture. */
export function sizeOf(size: string): { width: number; height: number } {
  const match = typeof size === 'string' ? /^(\d{1,4})(?:[x×](\d{1,4}))?$/.exec(size) : null;
  const [width, height] = match ? [Number(match[1]), Number(match[2] ?? match[1])] : [0, 0];
  if (width === 0 || height === 0) throw wrongValue('size', 'width and height in pixels, such as 28x28', size);
  return { width, height };
}

/** What bytes are multiplied with, as the kernels do it: a number above 0 in float32 too. @throws {TypeError | RangeError} */
export function checkScale(what: string, scale: unknown): number {
  const checked = checkNumber(what, scale, 0, true);
  const inFloat32 = Math.fround(MOST_BYTE * checked);
  if (inFloat32 === 0 || !Number.isFinite(inFloat32)) throw wrongValue(what, 'a scale whose inputs float32 can hold', checked);
  return checked;
}

/** A scale as people write it: 1/255 for 0.00392156862745098; names as they are. */
export function scaleText(scale: number | string): string {
  if (typeof scale === 'string') return scale;
  const under = Math.round(1 / scale);
  return under > 1 && 1 / under === scale ? `1/${under}` : String(scale);
}
