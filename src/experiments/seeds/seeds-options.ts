// The options of a training with several seeds, checked before anything is read: those of all its runs, and which seeds.

import { checkInteger, checkOptions, checkPath, checkSignal } from '../../check.js';
import { wrongKind } from '../../errors.js';
import type { Rows } from '../../option-row.js';
import { OPTIONS, type TrainOptions } from '../../options/table.js';
import { proposedOption } from '../../options/unknown-option.js';
import { checkSideBySide, type SideBySideOptions } from '../side-by-side.js';
import type { SeedsEvent } from './events.js';
import { checkSeedsFolder } from './seeds-folder.js';

/** What belongs to a run by itself. */
const NOT_OF_RUNS = ['resume', 'diagnose', 'trace', 'traceSteps', 'mpi', 'across', 'onEvent'] as const;

/** More of them say nothing new. */
const MOST_SEEDS = 1000;
const USUAL_SEEDS = 5;

/** Options that all runs have; `run` and `runs` are of the folder that theirs are in, and `seed` is the first of the seeds. */
type OfRuns = Omit<TrainOptions, (typeof NOT_OF_RUNS)[number] | 'workers'>;

export interface SeedsOptions extends OfRuns, SideBySideOptions {
  /** How many seeds, from `seed` on: 2 to 1000. Default: 5. */
  seeds?: number;
  /** Called with every event as it happens. What throws ends all runs with that error. */
  onEvent?: (event: SeedsEvent) => unknown;
}

export interface CheckedSeeds extends SideBySideOptions {
  readonly seeds: readonly number[];
  /** Of each run, but its seed and its folder. */
  readonly shared: Omit<OfRuns, 'run' | 'runs' | 'seed' | 'signal'>;
  /** Where the runs are kept, or a folder in which one is made for them. */
  readonly folder: string | undefined;
  readonly parent: string | undefined;
  readonly signal: AbortSignal | undefined;
  tell(event: SeedsEvent): void;
}

const ROWS: Rows = OPTIONS;

/** @throws {TypeError | RangeError} for options that do not fit */
export function checkSeeds(options: SeedsOptions): CheckedSeeds {
  const ofRuns = Object.keys(OPTIONS).filter((name) => !(NOT_OF_RUNS as readonly string[]).includes(name));
  const names = [...new Set(['seeds', 'jobs', 'onEvent', ...ofRuns])];
  const given = checkOptions(options, names, (word) => proposedOption(word, names, ROWS));
  const { seeds: count = USUAL_SEEDS, jobs, workers, onEvent, run, runs, signal, seed = 1, ...shared } = given;
  checkSignal(signal, 'the runs began');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  checkInteger('seeds', count, 2, MOST_SEEDS);
  checkInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS);
  checkSideBySide('seeds', { jobs, workers });
  if (run !== undefined) checkSeedsFolder(checkPath('run', run, 'the path of a folder'));
  if (runs !== undefined) checkPath('runs', runs, 'the path of a folder');
  return {
    seeds: Array.from({ length: count }, (_, k) => seed + k),
    shared,
    folder: run,
    parent: run === undefined ? runs : undefined,
    jobs,
    workers,
    signal,
    tell: (event) => void onEvent?.(event),
  };
}
