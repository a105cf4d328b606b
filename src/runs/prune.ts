// Removes runs that are not wanted any more, and ensembles: the files that nabla has written into their folders, by their names, and the folders
// where nothing else is in them. The record goes last, so that what is left of a run whose removal was cut short is still a run, which
// can be removed again.

import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { saving } from '../system/atomic-file.js';
import { isAtWork } from '../system/folder-lock.js';
import { isOfCheckpoints } from './checkpoint-files.js';
import { CHECKPOINTS, CONFIG, ENSEMBLE, isEnsemble, LOG, METRICS, memberFolder, RECORD, WEIGHTS } from './files.js';
import type { RunSummary } from './list.js';
import { lock } from './lock.js';

/** Files beside checkpoints, in the order in which they go; locks are no part of it. */
const FILES = [WEIGHTS, LOG, METRICS, CONFIG, RECORD];

interface OwnFile {
  readonly path: string;
  readonly bytes: number;
}

/** What nabla has written of a run, its record last; of an ensemble that of its members before. */
function ownFiles(run: string): OwnFile[] {
  if (isEnsemble(run)) return [...memberFolders(run).flatMap(ownFiles), ...filesAt([join(run, ENSEMBLE)])];
  const checkpoints = join(run, CHECKPOINTS);
  const inCheckpoints = isFolderItself(checkpoints) ? readdirSync(checkpoints).filter(isOfCheckpoints) : [];
  const names = FILES.flatMap((name) => [`${name}.part`, name]);
  return filesAt([...inCheckpoints.map((name) => join(checkpoints, name)), ...names.map((name) => join(run, name))]);
}

/** Those that are there. */
function filesAt(paths: readonly string[]): OwnFile[] {
  return paths.flatMap((path) => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    return entry?.isFile() ? [{ path, bytes: entry.size }] : [];
  });
}

/** Of an ensemble, by their numbers; no links. */
function memberFolders(ensemble: string): string[] {
  const folder = memberFolder(ensemble);
  const names = isFolderItself(folder) ? readdirSync(folder).filter((name) => /^[1-9]\d*$/.test(name)) : [];
  return names.map((name) => join(folder, name)).filter(isFolderItself);
}

/** No link to one: what is behind it is not the run's. */
function isFolderItself(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export interface Pruning {
  /** With the bytes that each takes. */
  readonly remove: readonly { readonly run: RunSummary; readonly bytes: number }[];
  /** Runs that were meant, too, and stay. */
  readonly keep: readonly { readonly run: RunSummary; readonly why: string }[];
}

/**
 * What the removal of some runs would take away; nothing is removed.
 * @param best runs that stay in any case
 * @throws {NablaError} NOT_SAVED where a folder cannot be read
 */
export function planPruning(runs: readonly RunSummary[], best: readonly RunSummary[]): Pruning {
  const all = runs.map((run) => ({ run, why: whyKept(run, best) }));
  const remove = all.flatMap(({ run, why }) => (why === undefined ? [{ run, bytes: sizeOf(run.path) }] : []));
  return { remove, keep: all.flatMap(({ run, why }) => (why === undefined ? [] : [{ run, why }])) };
}

function whyKept(run: RunSummary, best: readonly RunSummary[]): string | undefined {
  if (run.state === 'running' || isAtWork(run.path)) return 'a process is at work on it';
  return best.some(({ path }) => path === run.path) ? 'the best run on its data' : undefined;
}

function sizeOf(run: string): number {
  let bytes = 0;
  saving(run, () => {
    bytes = ownFiles(run).reduce((sum, file) => sum + file.bytes, 0);
  });
  return bytes;
}

/**
 * Removes a run, or an ensemble.
 * @returns whether its folder has gone too, because there was nothing else in it
 * @throws {RangeError} where a process is at work on it
 * @throws {NablaError} NOT_SAVED where a file cannot be removed
 */
export function removeRun(run: string): boolean {
  const unlock = lock(run);
  try {
    for (const member of isEnsemble(run) ? memberFolders(run) : []) removeRun(member);
    saving(run, () => {
      for (const { path } of ownFiles(run)) unlinkSync(path);
    });
  } finally {
    unlock();
  }
  removeIfEmpty(join(run, CHECKPOINTS));
  removeIfEmpty(memberFolder(run));
  return removeIfEmpty(run);
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
