// How configuration files write each kind of value: its shape, and the conversion from and to the option's value. Which numbers
// make sense is checked with the options; here only the kind.

import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { sourceOf } from '../data/load.js';
import { scaleText } from '../data/reading.js';
import { namedSet } from '../downloads/fetched.js';
import type { NeuronFunction } from '../model/specification.js';
import type { Kind } from '../option-row.js';
import { entryAt } from '../system/folders.js';
import { milliseconds, scheduleText, toNeuron, toScale, toSchedule } from './option-text.js';

/** A kind of value: its shape in a file, its name in messages, and the conversions to the option's value and back. */
export interface FileKind {
  readonly shape: v.GenericSchema;
  readonly expected: string;
  /** @param file the configuration file, whose folder paths begin at */
  convert?(value: never, file: string): unknown;
  write?(value: never): unknown;
}

const listOf = (item: v.GenericSchema) => v.array(item);
const oneOrMore = (item: v.GenericSchema) => v.union([item, listOf(item)]);
const all = <U>(value: string | string[], convert: (one: string) => U): U[] => [value].flat().map(convert);

const TEXT: FileKind = { shape: v.string(), expected: 'a text' };
const TEXTS: FileKind = { shape: oneOrMore(v.string()), expected: 'a text or a list of texts' };
const NUMBER: FileKind = { shape: v.number(), expected: 'a number' };
const SCALE: FileKind = {
  shape: v.union([v.number(), v.string()]),
  expected: "a number, or a text such as '1/255' or 'standard'",
  convert: (given: number | string) => (typeof given === 'string' ? toScale('scale')(given) : given),
  write: scaleText,
};
const NUMBERS: FileKind = { shape: listOf(v.number()), expected: 'a list of numbers' };
const SHARES: FileKind = { shape: oneOrMore(v.number()), expected: 'a number or a list of numbers' };
const FLAG: FileKind = { shape: v.boolean(), expected: 'true or false' };
const COUNT: FileKind = { shape: v.union([v.number(), v.literal('auto')]), expected: "a number or 'auto'" };
const WEIGHTS: FileKind = { shape: v.union([listOf(v.number()), v.literal('balanced')]), expected: "a list of numbers or 'balanced'" };

const SECONDS: FileKind = {
  shape: v.number(),
  expected: 'a number of seconds',
  convert: (seconds: number) => milliseconds('timeout', seconds),
  write: (milliseconds: number) => milliseconds / 1000,
};

const inFolder = (path: string, file: string): string => resolve(dirname(file), path);
/** A text that a system can take for a path. */
const path = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\0')),
);
const PATH: FileKind = { shape: path, expected: 'a path', convert: inFolder, write: (path: string) => resolve(path) };
const NUMBER_OR_PATH: FileKind = {
  shape: v.union([v.number(), path]),
  expected: 'a number or a path',
  convert: (given: number | string, file) => (typeof given === 'number' ? given : inFolder(given, file)),
  write: (given: number | string) => (typeof given === 'number' ? given : resolve(given)),
};
/** A name without a slash is looked for where the system keeps its libraries. */
const LIBRARY: FileKind = {
  shape: path,
  expected: 'a path',
  convert: (path: string, file) => (/[/\\]/.test(path) ? inFolder(path, file) : path),
};
const MODULES: FileKind = {
  shape: oneOrMore(path),
  expected: 'a path or a list of paths',
  convert: (paths: string | string[], file) => all(paths, (path) => (/^(file|data|node):/.test(path) ? path : inFolder(path, file))),
};

/** How a run's file names data that a program brought, and no file holds. */
const BROUGHT = v.strictObject({ brought: v.string() });
/** The name of a public data set stays one, unless something beside the file is called like it. */
const placeOfData = (source: string, place: string): string => (namedSet(source) && !entryAt(place) ? source : place);
const DATA: FileKind = {
  shape: v.union([path, BROUGHT]),
  expected: "'mnist', a file or a folder",
  convert: (source: string | v.InferOutput<typeof BROUGHT>, file) =>
    typeof source !== 'string' || source === 'mnist' ? source : placeOfData(source, inFolder(source, file)),
  write: (source: string | v.InferOutput<typeof BROUGHT>) => (typeof source === 'string' ? sourceOf(source) : source),
};

const NEURONS: FileKind = {
  shape: oneOrMore(v.string()),
  expected: "a text such as '2:5=tanh' or a list of them",
  convert: (texts: string | string[]) => all(texts, toNeuron),
  write: (neurons: readonly NeuronFunction[]) => neurons.map(({ layer, neuron, f }) => `${layer}:${neuron}=${f}`),
};

const maybe = v.optional(v.number());
const SCHEDULE: FileKind = {
  shape: v.union([
    v.string(),
    v.strictObject({ kind: v.literal('constant') }),
    v.strictObject({ kind: v.literal('step'), every: maybe, factor: maybe }),
    v.strictObject({ kind: v.literal('halve'), patience: maybe }),
    v.strictObject({ kind: v.literal('cosine'), 'warm-up': maybe }),
    v.strictObject({ kind: v.literal('restarts'), first: maybe, factor: maybe }),
  ]),
  expected:
    "a text such as 'step:10,0.5', or a table with kind and every, factor (step), patience (halve), warm-up (cosine) or first, factor (restarts)",
  convert: (given: string | { kind: string; 'warm-up'?: number }) => {
    if (typeof given === 'string') return toSchedule(given);
    const { 'warm-up': warmUp, ...rest } = given;
    return warmUp === undefined ? rest : { ...rest, warmUp };
  },
  write: scheduleText,
};

/** Kinds by their names in the rows. */
export const FILE_KINDS: Readonly<Record<Kind, FileKind>> = {
  number: NUMBER,
  scale: SCALE,
  numberOrPath: NUMBER_OR_PATH,
  numbers: NUMBERS,
  shares: SHARES,
  count: COUNT,
  seconds: SECONDS,
  flag: FLAG,
  text: TEXT,
  texts: TEXTS,
  path: PATH,
  library: LIBRARY,
  modules: MODULES,
  data: DATA,
  neurons: NEURONS,
  weights: WEIGHTS,
  schedule: SCHEDULE,
};

/** Whether a value is of a kind. */
export function isKind({ shape }: FileKind, value: unknown): boolean {
  return v.is(shape, value);
}
