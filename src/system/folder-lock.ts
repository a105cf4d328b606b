// Locks a folder, so that two processes do not write into it: a run's, and one that public data are fetched into. A lock is a file that
// names its process, and each new one has a higher number: lock-1, lock-2. One that was killed leaves its lock behind, and is known to
// be gone by its number and the time of its start. What is said of a folder that is locked, the caller knows.
//
// A process writes its lock first and looks for others then. Of two that start at once, at least one sees the other's lock, and
// removes its own: never do both go on. A lock that is there already, or half written, is never replaced: the next
// number is taken, which only one process can get.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { saving } from './atomic-file.js';

const NAME = /^lock-(\d{1,9})$/;
const nameOf = (number: number): string => `lock-${number}`;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, as the system counts; undefined where it does not tell. */
  readonly began: string | undefined;
}

/** The error for a folder that another process has locked: who that is, '123', and the path of its lock. */
type Busy = (who: string, path: string) => Error;

/**
 * Locks a folder for this process.
 * @returns a function that releases the lock
 * @throws what `busy` makes, where another process holds it
 * @throws {NablaError} NOT_SAVED
 */
export function lockFolder(folder: string, busy: Busy): () => void {
  const before = numbersIn(folder);
  refuseWhereHeld(folder, before, busy);
  const number = Math.max(0, ...before) + 1;
  const path = join(folder, nameOf(number));
  if (!create(path)) throw busyAt(path, busy);
  const release = (): void => remove(path);
  const others = numbersIn(folder).filter((other) => other !== number);
  try {
    refuseWhereHeld(folder, others, busy);
  } catch (error) {
    release();
    throw error;
  }
  for (const other of others) remove(join(folder, nameOf(other)));
  return release;
}

/**
 * Whether a process is at work in a folder, or may be: one on another machine cannot be asked.
 * @throws {NablaError} NOT_SAVED where the folder cannot be read
 */
export function isAtWork(folder: string): boolean {
  const paths = numbersIn(folder).map((number) => join(folder, nameOf(number)));
  return paths.some((path) => isHeld(path) || (readHolder(path)?.host ?? hostname()) !== hostname());
}

/** Writes this process into a file that was not there; returns whether that was so. */
function create(path: string): boolean {
  const { pid } = process;
  const holder: Holder = { host: hostname(), pid, began: statOf(pid)?.began };
  let isNew = true;
  saving(path, () => {
    try {
      writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      isNew = false;
    }
  });
  return isNew;
}

function numbersIn(folder: string): number[] {
  let names: string[] = [];
  saving(folder, () => {
    names = readdirSync(folder);
  });
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
}

/** Where it cannot be removed any more it stays: a process that has ended holds nothing. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function refuseWhereHeld(folder: string, numbers: readonly number[], busy: Busy): void {
  const held = numbers.map((number) => join(folder, nameOf(number))).find(isHeld);
  if (held !== undefined) throw busyAt(held, busy);
}

const busyAt = (path: string, busy: Busy): Error => busy(String(readHolder(path)?.pid ?? 'that has just begun'), path);

/** Undefined where the file is gone, or was not yet written when its process ended or the power went. */
function readHolder(path: string): Holder | undefined {
  try {
    const { host, pid, began } = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? { host, pid, began } : undefined;
  } catch {
    return undefined;
  }
}

/** A process elsewhere cannot be asked: in a folder that several machines share the users must take care. */
function isHeld(path: string): boolean {
  const holder = readHolder(path);
  if (holder === undefined || holder.host !== hostname()) return false;
  const { pid, began } = holder;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // In a container that was started again, the same number may be another process, even this one; and one that has ended may
  // still be listed, until its parent has waited for it (a zombie, Z).
  const now = statOf(pid);
  return now === undefined ? began === undefined : began === now.began && now.state !== 'Z' && now.state !== 'X';
}

/** State and start of a process, in ticks since the system's: fields 3 and 22 of its stat (proc(5)); Linux only. */
function statOf(pid: number): { state: string; began: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], began: fields[19] };
  } catch {
    return undefined;
  }
}
