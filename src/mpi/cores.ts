// The cores of one process of several: those of its host, which it shares with the other processes there, unless the launcher has bound
// it to some of its own.

import { availableParallelism, cpus } from 'node:os';
import { countCores } from '../system/cores.js';
import type { World } from './world.js';

export interface RankCores {
  /** Cores to use, at least 1. */
  readonly usable: number;
  /** Cores that the scheduler grants it, and those of its host. */
  readonly granted: number;
  readonly host: number;
  /** Whether the launcher keeps it from some. */
  readonly isBound: boolean;
}

export function coresOfRank({ hosts, rank, ranksByHost }: Pick<World, 'hosts' | 'rank' | 'ranksByHost'>): RankCores {
  const [granted, host] = [availableParallelism(), cpus().length];
  const isBound = granted < host;
  const here = ranksByHost.get(hosts[rank]) ?? 1;
  const { usable } = countCores();
  // Bound, it has its cores for itself.
  return { usable: Math.max(1, isBound ? usable : Math.floor(usable / here)), granted, host, isBound };
}
