// The one table of the options of a run: every option of `nabla train` and of `train` with its key, kind, help and checks. To add one:
// a line in the interface of its part, and its row beside it; the compiler asks for both.

import type { Reading } from '../data/reading.js';
import { LEARNING_OPTIONS, type LearningOptions } from '../model/learning-options.js';
import { NETWORK_OPTIONS, type NetworkOptions } from '../model/specification.js';
import { type PlainValues, type Rows, type RowsOf, rowsForPeople } from '../option-row.js';
import { BASIC_OPTIONS, type BasicOptions } from './basic-options.js';
import { READING_OPTIONS } from './reading-options.js';
import { RUN_OPTIONS, type RunOptions } from './run-options.js';
import { STEP_OPTIONS, type StepOptions } from './step-options.js';

export interface TrainOptions extends Omit<NetworkOptions, 'layers'>, LearningOptions, Reading, BasicOptions, StepOptions, RunOptions {
  /** Sizes of the layers, inputs first. Default: inputs of the data, 100, classes of the data. */
  layers?: readonly number[];
}

export type OptionName = keyof TrainOptions;

const { data, hidden, preset, eta, seed, ...training } = BASIC_OPTIONS;
const { test, validation, split, splitSeed, scale, transpose, size, colours, ...columns } = READING_OPTIONS;
const { layers, ...functions } = NETWORK_OPTIONS;
const { optimiser, ...learning } = LEARNING_OPTIONS;

/** All options, in the order of `nabla train --help`. */
export const OPTIONS = {
  data,
  test,
  validation,
  split,
  splitSeed,
  scale,
  transpose,
  size,
  colours,
  layers,
  hidden,
  ...columns,
  ...functions,
  preset,
  ...training,
  optimiser,
  eta,
  ...learning,
  seed,
  ...STEP_OPTIONS,
  ...RUN_OPTIONS,
} satisfies RowsOf<TrainOptions>;

/** The rows whose plain values stand in the configuration itself, not in its network or learning. */
export const RUN_ROWS = { ...BASIC_OPTIONS, ...STEP_OPTIONS, ...RUN_OPTIONS };
export type RunValues = PlainValues<typeof RUN_ROWS>;

/** Whether a run that is resumed may be given another value of an option. */
export function mayResumeWith(name: string, rows: Rows = OPTIONS): boolean {
  return Object.hasOwn(rows, name) && rows[name].resume === true;
}

/** Long options of `nabla train` that say where a run goes and how it is shown, and have no place in a file. */
export const COMMAND_LINE_ONLY: readonly string[] = [
  ...rowsForPeople(OPTIONS).flatMap(([, { key, commandLineOnly }]) => (commandLineOnly ? [key] : [])),
  ...['config', 'format', 'watch', 'watch-port', 'help'],
  // Several runs.
  ...['folds', 'group', 'out-of-fold', 'members', 'seeds', 'jobs'],
];
