// The options of a search, checked before anything is read: those of all its runs, the space, the plan, and where it is kept.

import { checkInteger, checkOptions, checkPath, checkSignal } from '../../check.js';
import { wrongKind, wrongValue } from '../../errors.js';
import type { Rows } from '../../option-row.js';
import { OPTIONS, type TrainOptions } from '../../options/table.js';
import { proposedOption } from '../../options/unknown-option.js';
import { checkSideBySide, type SideBySideOptions } from '../side-by-side.js';
import type { SearchEvent } from './events.js';
import { SearchFolder } from './journal.js';
import { type CheckedPlan, checkPlan, type PlanOptions } from './plan.js';
import { type SearchSpace, Space } from './space.js';

/** What a search says of its runs in words of its own, or not at all. */
export const NOT_OF_RUNS = [
  'run',
  'runs',
  'resume',
  'checkpointEvery',
  'keepCheckpoints',
  'diagnose',
  'trace',
  'traceSteps',
  'mpi',
  'across',
  'onEvent',
] as const;

/** Options that all runs of a search have. */
export type FixedOptions = Omit<TrainOptions, (typeof NOT_OF_RUNS)[number]>;

export interface SearchOptions extends FixedOptions, PlanOptions, SideBySideOptions {
  /** What is looked for, and among which values. */
  space?: SearchSpace;
  /** New folder to keep the search in, with the run of each trial. Default: nothing is kept. */
  folder?: string;
  /** Folder of a search that was stopped: it goes on, with the options that it had, to the same result. */
  resume?: string;
  /** Of how many trials, the best ones, the runs stay in the folder when the search is done. Default: 10. */
  keep?: number;
  /** Called with every event as it happens. What throws ends the search with that error. */
  onEvent?: (event: SearchEvent) => unknown;
}

/** What a search that goes on may be told anew: nothing that changes its result. */
const BESIDE_RESUME = ['resume', 'jobs', 'workers', 'keep', 'data', 'timeout', 'onEvent', 'signal'];
const OWN = ['space', 'folder', 'resume', 'jobs', 'keep', 'strategy', 'runs', 'factor', 'totalEpochs', 'forTime', 'onEvent'] as const;

const USUAL_KEEP = 10;
/** What other tools call these. */
const ROWS: Rows = OPTIONS;

/** What a search was asked for, as its folder keeps it. */
export interface Asked {
  readonly space: SearchSpace;
  readonly plan: PlanOptions;
  readonly fixed: FixedOptions;
  /** SHA-256 of the data. */
  readonly sha256: string;
}

/** How a search goes about it: nothing of that changes its result. */
interface Conduct extends SideBySideOptions {
  readonly keep: number;
  readonly signal: AbortSignal | undefined;
  tell(event: SearchEvent): void;
}

export interface CheckedSearch {
  readonly space: Space;
  readonly given: Omit<Asked, 'sha256'>;
  readonly plan: CheckedPlan;
  readonly conduct: Conduct;
  /** Where it is kept, or goes on. */
  readonly folder: string | undefined;
  readonly resumed: SearchFolder<Asked> | undefined;
}

/**
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA where there is no search that can go on
 */
export function checkSearch(options: SearchOptions): CheckedSearch {
  const own: readonly string[] = OWN;
  const ofRuns = Object.keys(OPTIONS).filter((name) => !(NOT_OF_RUNS as readonly string[]).includes(name));
  const names = [...new Set([...own, ...ofRuns])];
  const given = checkOptions(options, names, (word) => proposedOption(word, names, ROWS));
  const { space, folder, resume, jobs, keep = USUAL_KEEP, strategy, runs, factor, totalEpochs, forTime, onEvent, ...fixed } = given;
  checkCaller(given);
  checkInteger('keep', keep, 1);
  const { workers, signal, ...shared } = fixed;
  checkSideBySide('search', { jobs, workers });
  const conduct = { jobs, workers, keep, signal, tell: (event: SearchEvent) => void onEvent?.(event) };
  if (resume !== undefined) return resumed(resume, given, conduct);
  if (folder !== undefined) SearchFolder.check(checkPath('folder', folder, 'the path of a folder'));
  if (space === undefined) throw wrongValue('space', 'what to look for, such as { eta: { from: 0.01, to: 1, log: true } }', 'none');
  const plan = { strategy, runs, factor, totalEpochs, forTime };
  return { ...understood({ space, plan, fixed: shared }), conduct, folder, resumed: undefined };
}

/** What the caller brings to hear of a search, and to stop it. @throws {TypeError} {NablaError} INTERRUPTED */
export function checkCaller({ signal, onEvent }: Pick<SearchOptions, 'signal' | 'onEvent'>): void {
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  checkSignal(signal, 'the search began');
}

function understood(given: Omit<Asked, 'sha256'>): Pick<CheckedSearch, 'space' | 'plan' | 'given'> {
  const space = new Space(given.space);
  const plan = checkPlan(given.plan);
  const twice = Object.keys(given.space).find((name) => given.fixed[name as keyof FixedOptions] !== undefined);
  if (twice !== undefined) throw wrongValue(twice, 'either a value for all runs or some to look among', 'both');
  if (plan.strategy === 'halving' && given.space.epochs !== undefined)
    throw wrongValue(
      'space.epochs',
      "none with strategy 'halving', which says how many epochs a run is trained for",
      given.space.epochs,
      'Use strategy random or grid.',
    );
  return { space, plan, given };
}

function resumed(path: string, given: SearchOptions, conduct: Conduct): CheckedSearch {
  const other = Object.entries(given).find(([name, value]) => value !== undefined && !BESIDE_RESUME.includes(name));
  if (other) throw wrongValue(other[0], 'none beside a search to resume, which has its own', other[1]);
  const folder = SearchFolder.open<Asked>(checkPath('resume', path, 'the folder of a search'));
  try {
    const { sha256: _, ...asked } = folder.asked;
    const { data, timeout } = given;
    const fixed = { ...asked.fixed, ...(data !== undefined && { data }), ...(timeout !== undefined && { timeout }) };
    return { ...understood({ ...asked, fixed }), conduct, folder: path, resumed: folder };
  } catch (error) {
    folder.close();
    throw error;
  }
}
