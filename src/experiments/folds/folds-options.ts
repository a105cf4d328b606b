// The options of a cross-validation, checked before anything is read: those of all its runs, and how many folds of which samples.

import { checkInteger, checkOptions, checkPath, checkSignal, reading } from '../../check.js';
import { MOST_FOLDS } from '../../data/folds.js';
import { checkBrought } from '../../data/load.js';
import { MOST_LISTED } from '../../data/numbers.js';
import { wrongKind, wrongValue } from '../../errors.js';
import type { Rows } from '../../option-row.js';
import { OPTIONS, type TrainOptions } from '../../options/table.js';
import { proposedOption } from '../../options/unknown-option.js';
import { checkFolder, isFolder, namesIn } from '../../system/folders.js';
import { checkSideBySide, type SideBySideOptions } from '../side-by-side.js';
import type { FoldsEvent } from './events.js';

/** What is none of several runs side by side, and why. */
const REFUSED = {
  from: 'none beside folds: a network must not have seen the samples that it is tested on',
  resume: 'none beside folds: each begins anew',
  runs: 'none beside folds: run names the folder of all of them',
  diagnose: 'none beside folds',
  trace: 'none beside folds',
  traceSteps: 'none beside folds',
  mpi: 'none beside folds, whose runs are of one process',
  across: 'none beside folds, whose runs are of one process',
} as const satisfies Partial<Record<keyof TrainOptions, string>>;

/** Options that all runs have. */
type FoldRunOptions = Omit<TrainOptions, keyof typeof REFUSED | 'onEvent'>;

export interface CrossValidateOptions extends FoldRunOptions, SideBySideOptions {
  /** How many folds, and networks. Default: 5. */
  folds?: number;
  /**
   * What belongs together, and is in one fold: a column of files, by its name or number, which is then no input; or for a data set of the
   * program's a value for each of its samples, those for training first and then those for validation.
   */
  group?: string | number | readonly (string | number)[];
  /** Whether the result holds what each network says of its own fold. Default: false. */
  outOfFold?: boolean;
  /** New folder to keep the runs in, as fold-1, fold-2, … Default: nothing is kept. */
  run?: string;
  /** Called with every event as it happens. What throws ends all with that error. */
  onEvent?: (event: FoldsEvent) => unknown;
}

const OWN = ['folds', 'group', 'outOfFold', 'jobs', 'onEvent'] as const;
const USUAL_FOLDS = 5;
/** What other tools call these. */
const ROWS: Rows = OPTIONS;

export interface CheckedFolds extends SideBySideOptions {
  readonly folds: number;
  readonly group: CrossValidateOptions['group'];
  readonly outOfFold: boolean;
  /** Folder of all runs. */
  readonly folder: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Of each run, but for its folder. */
  readonly options: Omit<FoldRunOptions, 'run' | 'signal' | 'workers'>;
  tell(event: FoldsEvent): void;
}

/** @throws {TypeError | RangeError} for options that do not fit */
export function checkFolds(options: CrossValidateOptions): CheckedFolds {
  const names = [...OWN, ...Object.keys(OPTIONS)];
  const all: CrossValidateOptions & Partial<Record<keyof typeof REFUSED, unknown>> = checkOptions(options, names, (word) =>
    proposedOption(word, names, ROWS),
  );
  for (const [name, expected] of Object.entries(REFUSED)) {
    const value = all[name as keyof typeof REFUSED];
    if (value !== undefined) throw wrongValue(name, expected, value);
  }
  const { folds = USUAL_FOLDS, group, outOfFold = false, jobs, onEvent, run, signal, workers, ...rest } = all;
  checkSignal(signal, 'the first fold began');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  checkInteger('folds', folds, 2, MOST_FOLDS);
  if (rest.seed !== undefined) checkInteger('seed', rest.seed, 0);
  if (typeof outOfFold !== 'boolean') throw wrongKind('outOfFold', 'true or false', outOfFold);
  checkSideBySide('folds', { jobs, workers });
  if (run !== undefined) checkEmpty(checkPath('run', run, 'the path of a folder'));
  const data = rest.data === undefined ? undefined : checkBrought(rest.data);
  return {
    folds,
    group: group === undefined ? undefined : checkGroup(group),
    outOfFold,
    jobs,
    workers,
    signal,
    folder: run,
    options: { ...rest, ...(data !== undefined && { data }) } as CheckedFolds['options'],
    tell: (event) => void onEvent?.(event),
  };
}

function checkGroup(group: NonNullable<CrossValidateOptions['group']>): NonNullable<CrossValidateOptions['group']> {
  const isOne = (value: unknown): value is string | number => typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));
  if (isOne(group)) return group;
  return reading('group', group, () => {
    if (!Array.isArray(group) && !(ArrayBuffer.isView(group) && !(group instanceof DataView)))
      throw wrongKind('group', 'a column, or a list with a value for each sample', group);
    if (Array.isArray(group) && group.length > MOST_LISTED) throw wrongValue('group', `a list of at most ${MOST_LISTED}, or a typed array`, group);
    const values = Array.from(group as ArrayLike<string | number>);
    const other = values.findIndex((value) => !isOne(value));
    if (other >= 0) throw wrongKind(`group[${other}]`, 'a text or a number', values[other]);
    return values;
  });
}

/** Runs of something else there would be taken for folds, or folds for them. */
function checkEmpty(folder: string): void {
  checkFolder('run', folder);
  if (isFolder(folder) && namesIn(folder).length > 0) throw wrongValue('run', 'a new folder, or an empty one', folder);
}
