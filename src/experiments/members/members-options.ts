// The options of several networks that are trained to be averaged, checked before anything is read: those of all members, how many there are,
// and where they are kept or go on.

import { isDeepStrictEqual } from 'node:util';
import { checkInteger, checkOptions, checkPath, checkSignal } from '../../check.js';
import { sourceOf } from '../../data/load.js';
import { wrongKind, wrongValue } from '../../errors.js';
import type { Rows } from '../../option-row.js';
import { OPTIONS, type TrainOptions } from '../../options/table.js';
import { proposedOption } from '../../options/unknown-option.js';
import { EnsembleFolder, MOST_MEMBERS } from '../../runs/ensemble.js';
import { checkSideBySide, type SideBySideOptions } from '../side-by-side.js';
import type { MembersEvent } from './events.js';

/** What has no meaning for several runs, or what they are told in other words. `from` would give all of them the same start. */
const NOT_OF_MEMBERS = ['resume', 'from', 'diagnose', 'trace', 'traceSteps', 'mpi', 'across', 'onEvent'] as const;

export interface MembersOptions extends Omit<TrainOptions, (typeof NOT_OF_MEMBERS)[number]>, SideBySideOptions {
  /** How many networks, with the seeds `seed`, `seed` + 1, …; all over the samples as the first splits them. */
  members?: number;
  /** New folder to keep the ensemble in. Default: nothing is kept. */
  run?: string;
  /** Folder of an ensemble whose training was stopped: it goes on, to the same bits. */
  resume?: string;
  /** Called with every event as it happens. What throws ends all with that error. */
  onEvent?: (event: MembersEvent) => unknown;
}

/** What the members have in common, and what their folder keeps of it. */
export type SharedOptions = Omit<MembersOptions, 'members' | 'run' | 'runs' | 'resume' | 'jobs' | 'workers' | 'onEvent' | 'signal'>;

export interface CheckedMembers {
  readonly members: number;
  readonly shared: SharedOptions;
  readonly conduct: SideBySideOptions & { readonly signal: AbortSignal | undefined; tell(event: MembersEvent): void };
  /** Where it is to be kept: a new folder, or a folder for one. */
  readonly run: string | undefined;
  readonly runs: string | undefined;
  /** The folder that goes on, locked. */
  readonly resumed: EnsembleFolder | undefined;
}

/** Options that a training that goes on may be told anew, as they change none of its results. */
const MAY_CHANGE: readonly string[] = ['data', 'timeout'];

/**
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA where there is no ensemble that can go on
 */
export function checkMembers(options: MembersOptions): CheckedMembers {
  const names = [...Object.keys(OPTIONS), 'members', 'resume', 'jobs', 'onEvent'];
  const rows: Rows = OPTIONS;
  const given = checkOptions(options, names, (word) => proposedOption(word, names, rows));
  for (const name of NOT_OF_MEMBERS) {
    const value: unknown = given[name as keyof MembersOptions];
    if (name !== 'resume' && name !== 'onEvent' && value !== undefined) throw wrongValue(name, 'none beside members', value);
  }
  const { members, run, runs, resume, jobs, workers, onEvent, signal, ...shared } = given;
  checkSignal(signal, 'the first member began');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  if (members !== undefined) checkInteger('members', members, 1, MOST_MEMBERS);
  checkSideBySide('members', { jobs, workers });
  const conduct = { jobs, workers, signal, tell: (event: MembersEvent) => void onEvent?.(event) };
  if (resume !== undefined) {
    if (run !== undefined) throw wrongValue('run', 'none beside the folder to resume', run);
    return { ...resumed(checkPath('resume', resume, 'the folder of an ensemble'), members, shared), conduct };
  }
  if (members === undefined) throw wrongValue('members', `how many networks, from 1 to ${MOST_MEMBERS}`, 'nothing');
  if (runs !== undefined) checkPath('runs', runs, 'the path of a folder');
  if (run !== undefined) EnsembleFolder.check(checkPath('run', run, 'the path of a folder'));
  return { members, shared, conduct, run, runs, resumed: undefined };
}

/** All of it as its folder says; what was said again must be the same. */
function resumed(path: string, members: number | undefined, shared: SharedOptions): Omit<CheckedMembers, 'conduct'> {
  const folder = EnsembleFolder.open(path);
  try {
    const { record } = folder;
    if (members !== undefined && members !== record.members) throw wrongValue('members', `${record.members}, as in ${path}, or nothing`, members);
    const asked = record.asked as SharedOptions;
    for (const [name, value] of Object.entries(lasting(shared)) as [keyof SharedOptions, unknown][]) {
      if (value === undefined || MAY_CHANGE.includes(name) || isDeepStrictEqual(value, asked[name])) continue;
      throw wrongValue(name, `${asked[name] === undefined ? 'none' : JSON.stringify(asked[name])}, as in ${path}, or nothing`, value);
    }
    const { data, timeout } = shared;
    const all = { ...asked, ...(data !== undefined && { data }), ...(timeout !== undefined && { timeout }) };
    return { members: record.members, shared: all, run: path, runs: undefined, resumed: folder };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Options as a folder keeps them: paths are absolute, and what a program brought is left out. */
export function lasting({ data, ...shared }: SharedOptions): SharedOptions {
  return { ...shared, ...(typeof data === 'string' && { data: sourceOf(data) }) };
}
