// What started this process, up to what the launcher has on this host: mpirun itself, its daemon, or that of a scheduler. npx, npm and
// shells may stand between them, and these live on where the launcher is killed.

import { readFileSync, readlinkSync } from 'node:fs';
import { rankVariable } from './launcher.js';

/** Processes from the parent on, the last of them the launcher's. Where the system does not tell, the parent alone. */
export function startersOf(variable = rankVariable()): number[] {
  const starters = [process.ppid];
  if (variable === undefined) return starters;
  // What the launcher has started knows its rank; the launcher does not.
  for (let pid = process.ppid; hasVariable(pid, variable); ) {
    const parent = parentOf(pid);
    if (parent === undefined || starters.length > 32) break;
    starters.push(parent);
    pid = parent;
  }
  return starters;
}

/** Whether all of them are still there: a process whose parent has gone gets another one. */
export function areThere(starters: readonly number[]): boolean {
  if (process.ppid !== starters[0]) return false;
  for (let k = 1; k < starters.length; k++) if (parentOf(starters[k - 1]) !== starters[k]) return false;
  return true;
}

/** Open MPI's daemons, of version 4 and 5. */
const DAEMONS: ReadonlySet<string> = new Set(['orted', 'prted']);

/**
 * Ends Open MPI's daemon on this host, where it is that which has started this process: with messages under way to a host that does not
 * answer it would wait for as long as the kernel sends them again, a quarter of an hour. Ranks that it has started see it gone.
 */
export function endDaemon(starters: readonly number[]): void {
  const daemon = starters[starters.length - 1];
  if (!DAEMONS.has(read(daemon, 'comm')?.trim() ?? '')) return;
  try {
    process.kill(daemon, 'SIGKILL');
  } catch {
    // It has ended, or is another user's.
  }
}

/** Whether the launcher itself writes to a terminal: it may give its processes one, whatever it does with what they write. Undefined where the system does not tell. */
export function launcherHasTerminal(fd: 1 | 2): boolean | undefined {
  const starters = startersOf();
  try {
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/${starters[starters.length - 1]}/fd/${fd}`));
  } catch {
    return undefined;
  }
}

function hasVariable(pid: number, name: string): boolean {
  return (
    read(pid, 'environ')
      ?.split('\0')
      .some((line) => line.startsWith(`${name}=`)) ?? false
  );
}

/** Undefined where it has ended. */
function parentOf(pid: number): number | undefined {
  const status = read(pid, 'stat');
  // "123 (name that may hold anything) S 122 …"
  const parent = Number(status?.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  return Number.isInteger(parent) ? parent : undefined;
}

/** Of another user's process, or on another system, nothing can be read. */
function read(pid: number, file: 'comm' | 'environ' | 'stat'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
