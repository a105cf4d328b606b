// Many runs at a glance: all that lie in some folders, each with its settings and what came of it. Of a run that is done only its
// record is read, of any other its metrics too, and of none its weights or data. An ensemble is listed as one, and its members where its
// own folder is asked for. One that is damaged is listed as such.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataNameOf } from '../data/record.js';
import { isBadInput, NablaError } from '../errors.js';
import type { BestEpoch, DoneEvent, EpochEvent } from '../options/events.js';
import { bestOf } from '../options/figure.js';
import { isAtWork } from '../system/folder-lock.js';
import { entryAt, isFolder, whyUnknown } from '../system/folders.js';
import { shellPath } from '../system/shell-word.js';
import { readEnsemble } from './ensemble.js';
import { isEnsemble, isRun, memberFolder } from './files.js';
import { type RunLog, readLog } from './log.js';
import { passedOn } from './passed-on.js';
import { readRecord } from './record.js';
import { settingsOf } from './settings.js';

/** How runs stand: as their record says, and of those that have not ended whether a process is at work on them. */
export const RUN_STATES = ['done', 'running', 'interrupted', 'killed', 'diverged', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Figures of the network that a run ended with, or has come to: shares and costs; null or absent where there is none. */
export interface RunFigures
  extends Partial<Pick<EpochEvent, 'testAccuracy' | 'validationAccuracy' | 'trainingAccuracy' | 'testCost' | 'validationCost' | 'trainingCost'>> {
  /** Of a run that is done and whose targets are numbers. */
  readonly testR2?: number;
}

export interface RunSummary {
  readonly path: string;
  readonly state: RunState;
  /** Why it ended as it did, where that was not its last epoch. */
  readonly why?: string;
  /** When it began, ISO 8601. */
  readonly created: string;
  readonly network: readonly number[];
  /** Of an ensemble: networks whose outputs are averaged. */
  readonly members?: number;
  /** Whether its networks have other hidden layers than the first, whose sizes stand here. */
  readonly differ?: true;
  /** What tells its data from others: their hash, or what is known of them. */
  readonly data: string;
  readonly regression: boolean;
  /** Epochs trained, and planned. */
  readonly epochs: number;
  readonly of: number;
  readonly best?: BestEpoch;
  readonly figures: RunFigures;
  /** Of all its parts; where the run does not say, of its epochs without their evaluations. */
  readonly seconds?: number;
  readonly settings: Readonly<Record<string, string>>;
}

export interface RunList {
  readonly runs: readonly RunSummary[];
  /** What looks like a run, or was named, and cannot be read. */
  readonly unreadable: readonly { readonly path: string; readonly error: Error }[];
}

/** Folders within folders that are looked into: runs/SWEEP/RUN. */
const DEPTH = 3;

/**
 * All runs in some folders, or that these folders are, in the order of their paths, each once.
 * @throws nothing for a run or folder that cannot be read: it is among the unreadable
 */
export function listRuns(folders: readonly string[]): RunList {
  const runs = new Map<string, RunSummary>();
  const unreadable = new Map<string, Error>();
  const attempt = (path: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!isBadInput(error) && !(error instanceof NablaError)) throw error;
      unreadable.set(path, error);
    }
  };
  const look = (folder: string, depth: number): void => {
    if (depth > 0 && isEnsemble(folder)) attempt(folder, () => runs.set(folder, ensembleSummary(folder)));
    else if (isRun(folder)) attempt(folder, () => runs.set(folder, readSummary(folder)));
    else for (const name of foldersIn(folder, depth)) look(join(folder, name), depth + 1);
  };
  for (const folder of folders) attempt(folder, () => look(existing(folder), 0));
  return { runs: [...runs.values()], unreadable: [...unreadable].map(([path, error]) => ({ path, error })) };
}

function existing(folder: string): string {
  if (isFolder(folder)) return join(folder);
  const why = whyUnknown(folder) ?? (entryAt(folder) ? 'this is no folder' : 'there is no such folder');
  throw new NablaError('BAD_DATA', `${folder}: ${why}. Name a folder with runs in it, or one of a run.`);
}

/** Links are not followed: a run behind one lies elsewhere. */
function foldersIn(folder: string, depth: number): string[] {
  if (depth >= DEPTH) return [];
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // What cannot be looked into holds no run that could be read.
  }
  return entries.flatMap((entry) => (entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name) ? [entry.name] : [])).sort();
}

/** @throws {NablaError} BAD_DATA where there is no record that can be used */
function readSummary(path: string): RunSummary {
  const record = readRecord(path);
  const { state, outcome } = record;
  const isWhole = state === 'done' && (outcome as Partial<DoneEvent> | undefined)?.best !== undefined;
  return summaryOf({ path, record, epochs: isWhole ? [] : readLog(path).epochs });
}

/** Of the average, with what its members have in common. @throws {NablaError} BAD_DATA where its record, or one of a member, cannot be used */
function ensembleSummary(path: string): RunSummary {
  const { members, state, average, created } = readEnsemble(path);
  const folders = Array.from({ length: members }, (_, k) => memberFolder(path, k + 1));
  const all = folders.filter(isRun).map(readSummary);
  if (all.length === 0)
    throw new NablaError('BAD_DATA', `${path}: no member of this ensemble has begun. It goes on with: train --resume ${shellPath(path)}`);
  const [{ network, data, regression }] = all;
  const of = Math.max(...all.map((member) => member.of));
  const differ = all.some((member) => member.network.join() !== network.join());
  const seconds = all.reduce((sum, member) => sum + (member.seconds ?? 0), 0);
  const epochs = all.length < members ? 0 : Math.min(...all.map((member) => member.epochs));
  const isDone = state === 'done';
  return {
    path,
    state: isDone ? 'done' : isAtWork(path) ? 'running' : 'interrupted',
    created,
    network,
    members,
    ...(differ && { differ: true as const }),
    data,
    regression,
    epochs: isDone ? Math.max(...all.map((member) => member.epochs)) : epochs,
    of,
    figures: figuresOf({ ...average, testR2: average?.testFigures?.r2 }),
    seconds,
    settings: inCommon(all.map(({ settings }) => settings)),
  };
}

/** Those that are the same for all. */
function inCommon([first, ...others]: readonly RunSummary['settings'][]): RunSummary['settings'] {
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((settings) => settings[key] === value)));
}

/** The same of a run that has been read. @param run its epochs may be left out where its record has its last event, with its best epoch */
export function summaryOf({ path, record: whole, epochs }: Pick<RunLog, 'path' | 'record' | 'epochs'>): RunSummary {
  const record = passedOn(whole, path);
  const { configuration, data, created, outcome } = record;
  const done: Partial<DoneEvent> & { error?: unknown } = typeof outcome === 'object' && outcome !== null ? outcome : {};
  const best = done.best ?? bestOf(epochs);
  const ending = done.restored ? epochs.find(({ epoch }) => epoch === best?.epoch) : epochs.at(-1);
  const trained = epochs.length > 0 ? epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) : undefined;
  const seconds = typeof done.seconds === 'number' ? done.seconds : trained;
  const why = [done.error, done.stopped].find((text) => typeof text === 'string');
  return {
    path,
    state: stateOf(path, record.state),
    ...(why !== undefined && { why }),
    created: typeof created === 'string' ? created : '',
    network: configuration.network.layers,
    data: data?.sha256 || (dataNameOf(data ?? {}) ?? ''),
    regression: data?.regression === true,
    epochs: record.state === 'done' && typeof done.epochs === 'number' ? done.epochs : epochs.length,
    of: configuration.epochs,
    ...(best && { best }),
    figures: { ...figuresOf(ending), ...figuresOf({ ...done, testR2: done.testFigures?.r2 }) },
    ...(seconds !== undefined && { seconds }),
    settings: Object.fromEntries(settingsOf(record)),
  };
}

function stateOf(path: string, state: string): RunState {
  if (state === 'running') return isAtWork(path) ? 'running' : 'killed';
  return RUN_STATES.find((known) => known === state) ?? 'failed';
}

const FIGURES = ['testAccuracy', 'validationAccuracy', 'trainingAccuracy', 'testR2', 'testCost', 'validationCost', 'trainingCost'] as const;

/** Those that are there. */
function figuresOf(event: RunFigures = {}): RunFigures {
  return Object.fromEntries(FIGURES.flatMap((name) => (Number.isFinite(event[name]) ? [[name, event[name]]] : [])));
}
