// That a run is under way in a process: two of them must not write into one folder. The lock is a file that names the process;
// one that was killed leaves it behind, and is known to be gone by its number and the time of its start.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { wrongValue } from '../errors.js';
import { saving } from './whole-file.js';

const NAME = 'lock';

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When it began, as the system counts; undefined where it does not tell. */
  readonly began: string | undefined;
}

/**
 * Says that this process is at work in a run's folder.
 * @throws {RangeError} where another one is
 * @throws {NablaError} NOT_SAVED
 */
export function lock(run: string): void {
  const path = join(run, NAME);
  const { pid } = process;
  const holder: Holder = { host: hostname(), pid, began: statOf(pid)?.began };
  const take = (): void => writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
  const other = holderOf(run);
  if (other && isAlive(other)) throw busy(run, other);
  saving(path, () => {
    if (existsSync(path)) rmSync(path);
  });
  try {
    take();
  } catch (error) {
    const first = (error as NodeJS.ErrnoException).code === 'EEXIST' ? holderOf(run) : undefined;
    if (first) throw busy(run, first);
    saving(path, () => {
      throw error;
    });
  }
}

function busy(run: string, { pid }: Holder): RangeError {
  const next = `Process ${pid} is; wait for it, or end it. If it is none of nabla's, remove ${join(run, NAME)}.`;
  return wrongValue('resume', 'a run that nobody is at work on', run, next);
}

/** Harmless where another process has the lock. */
export function unlock(run: string): void {
  const holder = holderOf(run);
  if (holder?.pid === process.pid && holder.host === hostname()) rmSync(join(run, NAME), { force: true });
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
  // In a container that was started again, the same number may be another process, even this one; and one that has ended may
  // still be listed, until its parent asks how (a zombie, Z).
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
