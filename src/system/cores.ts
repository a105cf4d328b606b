// How many cores this process may use: what the scheduler grants it (affinity), and what a container's quota leaves of it.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

export interface Cores {
  /** Cores to use: granted ones, cut to the quota (at least 1). */
  readonly usable: number;
  /** Cores of the machine. */
  readonly machine: number;
}

export function countCores(): Cores {
  const machine = cpus().length || availableParallelism();
  const quota = cgroupQuota(readQuietly('/sys/fs/cgroup/cpu.max'));
  return { usable: Math.max(1, Math.min(availableParallelism(), Math.floor(quota))), machine };
}

/** Cores' worth of time that a cgroup (version 2) grants, from the text of its cpu.max: "150000 100000" is 1.5, "max 100000" unlimited. */
export function cgroupQuota(text: string): number {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
