// That a run is under way in a process: two of them must not write into one folder. The lock is a file that names the process;
// one that was killed leaves it behind, and is known to be gone by its number and the time of its start.

import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { wrongValue } from '../errors.js';
import { replaceFile } from './whole-file.js';

const NAME = 'lock';

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When it began, as the system counts; undefined where it does not tell. */
  readonly began: string | undefined;
}

/** @throws {RangeError} where another process is at work in a run's folder */
export function checkUnlocked(run: string): void {
  const holder = holderOf(run);
  if (holder && isAlive(holder)) {
    throw wrongValue('resume', 'a run that nobody is at work on', run, `Process ${holder.pid} is; wait for it, or end it.`);
  }
}

/** Says that this process is at work in a run's folder. @throws {NablaError} NOT_SAVED */
export function lock(run: string): void {
  const { pid } = process;
  const holder: Holder = { host: hostname(), pid, began: beginOf(pid) };
  replaceFile(join(run, NAME), `${JSON.stringify(holder)}\n`);
}

export function unlock(run: string): void {
  rmSync(join(run, NAME), { force: true });
}

function holderOf(run: string): Holder | undefined {
  try {
    const { host, pid, began } = JSON.parse(readFileSync(join(run, NAME), 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? { host, pid, began } : undefined;
  } catch {
    return undefined;
  }
}

/** A process elsewhere cannot be asked: a folder that several machines share is theirs to look after. */
function isAlive({ host, pid, began }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // In a container that was started again, the same number may be another process, even this one.
  return began === beginOf(pid);
}

/** The start of a process in ticks since the system's, field 22 of its stat (proc(5)); Linux only. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
