// How many cores this process may use: what the scheduler grants it (affinity), and what a container's quota leaves of it.

import { grantedParallelism, processors } from '#platform';
import { quotaOfGroups } from './cgroup.js';
import { type ReadText, readSystemFile } from './system-files.js';

export interface Cores {
  /** Cores to use: granted ones, cut to the quota (at least 1). */
  readonly usable: number;
  /** Cores that the scheduler grants. */
  readonly granted: number;
  /** Cores of the machine. */
  readonly machine: number;
}

/** Read once in a process: they are asked for in each attachment of workers, and cpus() reads a long file. */
let quota: number | undefined;
let machine: number | undefined;

export function countCores(): Cores {
  const granted = grantedParallelism();
  quota ??= quotaOfGroups();
  machine ??= processors().length;
  return { usable: usableCores(granted, quota), granted, machine: machine || granted };
}

/** Whole cores of those that are granted, at least one: with a quota of 1.5 a second worker would stand still for half of the time. */
export function usableCores(granted: number, quota: number): number {
  return Math.max(1, Math.min(granted, Math.floor(quota)));
}

/** Which cores the scheduler grants this process, as Linux writes it: '0-3,8'; undefined elsewhere. */
export function grantedCores(read: ReadText = readSystemFile): string | undefined {
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(read('/proc/self/status') ?? '')?.[1];
}
