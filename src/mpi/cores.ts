// The cores of one process of several: those of its host, which it shares with the other processes there, unless the launcher has bound
// it to some of its own.

import { countCores } from '../system/cores.js';
import type { World } from './world.js';

/** How many cores this process may use; at least 1. */
export function coresOfRank({ hosts, rank, ranksByHost }: Pick<World, 'hosts' | 'rank' | 'ranksByHost'>): number {
  const { usable, granted, machine } = countCores();
  // Bound, it has its cores for itself.
  const sharing = granted < machine ? 1 : (ranksByHost.get(hosts[rank]) ?? 1);
  return Math.max(1, Math.floor(usable / sharing));
}
