// What may stand in a configuration file: the one table from its keys, which are the long options of `nabla train`, to the
// options of a run and to the kind of their values. Which numbers make sense is checked where options are; here the kind alone.

import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { milliseconds, toNeuron, toSchedule } from './option-text.js';
import type { TrainOptions } from './options.js';

/** A kind of value: its shape, how a message calls it, and how it becomes the option's. */
interface Kind {
  readonly shape: v.GenericSchema;
  readonly expected: string;
  /** @param file the configuration file, whose folder paths begin at */
  convert?(value: never, file: string): unknown;
}

const listOf = (item: v.GenericSchema) => v.array(item);
const oneOrMore = (item: v.GenericSchema) => v.union([item, listOf(item)]);
const all = <U>(value: string | string[], convert: (one: string) => U): U[] => [value].flat().map(convert);

const TEXT: Kind = { shape: v.string(), expected: 'a text' };
const TEXTS: Kind = { shape: oneOrMore(v.string()), expected: 'a text or a list of texts' };
const NUMBER: Kind = { shape: v.number(), expected: 'a number' };
const NUMBERS: Kind = { shape: listOf(v.number()), expected: 'a list of numbers' };
const SHARES: Kind = { shape: oneOrMore(v.number()), expected: 'a number or a list of numbers' };
const FLAG: Kind = { shape: v.boolean(), expected: 'true or false' };
const COUNT: Kind = { shape: v.union([v.number(), v.literal('auto')]), expected: "a number or 'auto'" };
const WEIGHTS: Kind = { shape: v.union([listOf(v.number()), v.literal('balanced')]), expected: "a list of numbers or 'balanced'" };

const SECONDS: Kind = {
  shape: v.number(),
  expected: 'a number of seconds',
  convert: (seconds: number) => milliseconds('timeout', seconds),
};

const inFolder = (path: string, file: string): string => resolve(dirname(file), path);
/** What a system can look for. */
const path = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\0')),
);
const PATH: Kind = { shape: path, expected: 'a path', convert: inFolder };
/** A name without a slash is looked for where the system keeps its libraries. */
const LIBRARY: Kind = { ...PATH, convert: (path: string, file) => (/[/\\]/.test(path) ? inFolder(path, file) : path) };
const MODULES: Kind = {
  shape: oneOrMore(path),
  expected: 'a path or a list of paths',
  convert: (paths: string | string[], file) => all(paths, (path) => (/^(file|data|node):/.test(path) ? path : inFolder(path, file))),
};

/** What a run's file says of data that no file holds. */
const BROUGHT = v.strictObject({ brought: v.string() });
const DATA: Kind = {
  shape: v.union([path, BROUGHT]),
  expected: "'mnist' or a folder",
  convert: (source: string | v.InferOutput<typeof BROUGHT>, file) =>
    typeof source !== 'string' || source === 'mnist' ? source : inFolder(source, file),
};

const NEURONS: Kind = {
  shape: oneOrMore(v.string()),
  expected: "a text such as '2:5=tanh' or a list of them",
  convert: (texts: string | string[]) => all(texts, toNeuron),
};

const maybe = v.optional(v.number());
const SCHEDULE: Kind = {
  shape: v.union([
    v.string(),
    v.strictObject({ kind: v.literal('constant') }),
    v.strictObject({ kind: v.literal('step'), every: maybe, factor: maybe }),
    v.strictObject({ kind: v.literal('halve'), patience: maybe }),
    v.strictObject({ kind: v.literal('cosine'), 'warm-up': maybe }),
  ]),
  expected: "a text such as 'step:10,0.5', or a table with kind and every, factor (step), patience (halve) or warm-up (cosine)",
  convert: (given: string | { kind: string; 'warm-up'?: number }) => {
    if (typeof given === 'string') return toSchedule(given);
    const { 'warm-up': warmUp, ...rest } = given;
    return warmUp === undefined ? rest : { ...rest, warmUp };
  },
};

/** A key's option and kind. */
type Key = readonly [option: keyof TrainOptions, kind: Kind];

/** Every key there is, in the order of `nabla train --help`. */
export const CONFIG_KEYS = {
  data: ['data', DATA],
  validation: ['validation', NUMBER],
  layers: ['layers', NUMBERS],
  activation: ['activation', TEXTS],
  output: ['output', TEXT],
  neuron: ['neurons', NEURONS],
  functions: ['functions', MODULES],
  cost: ['cost', TEXT],
  init: ['init', TEXT],
  from: ['from', PATH],
  epochs: ['epochs', NUMBER],
  batch: ['batch', NUMBER],
  patience: ['patience', NUMBER],
  optimiser: ['optimiser', TEXT],
  eta: ['eta', NUMBER],
  momentum: ['momentum', NUMBER],
  rho: ['rho', NUMBER],
  beta1: ['beta1', NUMBER],
  beta2: ['beta2', NUMBER],
  epsilon: ['epsilon', NUMBER],
  lambda: ['lambda', NUMBER],
  l1: ['l1', NUMBER],
  dropout: ['dropout', SHARES],
  'max-norm': ['maxNorm', NUMBER],
  'clip-norm': ['clipNorm', NUMBER],
  'class-weights': ['classWeights', WEIGHTS],
  schedule: ['schedule', SCHEDULE],
  seed: ['seed', NUMBER],
  workers: ['workers', COUNT],
  shards: ['shards', NUMBER],
  gradient: ['gradient', TEXT],
  reproducible: ['reproducible', FLAG],
  input: ['input', TEXT],
  kernels: ['kernels', TEXT],
  blas: ['blas', LIBRARY],
  diagnose: ['diagnose', FLAG],
  trace: ['trace', PATH],
  'trace-steps': ['traceSteps', NUMBER],
  timeout: ['timeout', SECONDS],
  'checkpoint-every': ['checkpointEvery', TEXT],
  'keep-checkpoints': ['keepCheckpoints', NUMBER],
} as const satisfies Readonly<Record<string, Key>>;

export type ConfigKey = keyof typeof CONFIG_KEYS;

/** Long options of `nabla train` that say where a run goes and how it is shown, and have no place in a file. */
export const COMMAND_LINE_ONLY: readonly string[] = ['config', 'resume', 'run', 'format', 'watch', 'watch-port', 'help'];

/** A key's option and kind; undefined where there is no such key. */
export function configKey(key: string): Key | undefined {
  return Object.hasOwn(CONFIG_KEYS, key) ? CONFIG_KEYS[key as ConfigKey] : undefined;
}

/** Whether a value is of a kind. */
export function isKind({ shape }: Kind, value: unknown): boolean {
  return v.is(shape, value);
}
