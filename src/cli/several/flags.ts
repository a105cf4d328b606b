// The options of `nabla train` that make several runs of one: folds, members, seeds. One of them at a time; which is at work says
// what is trained, shown and kept.

import { type Command, Option } from 'commander';
import { wrongValue } from '../../errors.js';
import type { TrainOptions } from '../../options/options.js';
import { numberOption } from '../flags.js';

export interface SeveralFlags {
  folds?: number;
  group?: string;
  outOfFold?: string;
  members?: number;
  seeds?: number;
  jobs?: number;
}

export function addSeveral(command: Command): Command {
  return command
    .addOption(numberOption('--folds', 'cross-validation: so many networks, each tested on a fold of its own that it has not seen'))
    .addOption(new Option('--group <key>', 'with --folds: rows with the same value in this column are in the same fold'))
    .addOption(new Option('--out-of-fold <file>', 'with --folds: write what each network says of its own fold, a row for each sample, as CSV'))
    .addOption(numberOption('--members', 'so many networks from one seed on, whose average is one model'))
    .addOption(numberOption('--seeds', 'the same run with so many seeds: mean and spread of every figure'))
    .addOption(numberOption('--jobs', 'with --folds, --members, --seeds: runs at a time (default: one per core)'));
}

/** What the runs are asked for. */
export interface SeveralRun extends SeveralFlags {
  /** Of all runs, those of the configuration file among them; `run` is the new folder for all of them. */
  readonly options: TrainOptions;
  readonly format: 'text' | 'json';
  /** What the command line has to say of its options. */
  readonly warnings: readonly string[];
  readonly signal: AbortSignal;
}

const KINDS = ['folds', 'members', 'seeds'] as const;
export type Several = (typeof KINDS)[number];

/** What else belongs to which. */
const BESIDE: Readonly<Record<'group' | 'outOfFold' | 'jobs', readonly Several[]>> = { group: ['folds'], outOfFold: ['folds'], jobs: KINDS };

/** Which of them is asked for; undefined for a single run. @throws {RangeError} for two at once, and for what belongs to another */
export function severalOf(flags: SeveralFlags): Several | undefined {
  const [first, second] = KINDS.filter((kind) => flags[kind] !== undefined);
  if (second !== undefined) throw wrongValue(second, `none beside ${first}`, flags[second]);
  for (const name of ['group', 'outOfFold', 'jobs'] as const) {
    if (flags[name] === undefined || (first !== undefined && BESIDE[name].includes(first))) continue;
    const next = name === 'jobs' ? 'The threads of one run are its --workers.' : '';
    throw wrongValue(name === 'outOfFold' ? 'out-of-fold' : name, `none without --${BESIDE[name].join(' or --')}`, flags[name], next);
  }
  return first;
}
