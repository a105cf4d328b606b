// The cores of one process of several: those that it may use, which it shares with the other processes of its host that may use the same.
// A launcher may have bound it to some of its own.

import { countCores } from '../system/cores.js';
import type { World } from './world.js';

/** How many cores this process may take for itself; at least 1. */
export function coresOfRank({ sharing }: Pick<World, 'sharing'>): number {
  return Math.max(1, Math.floor(countCores().usable / sharing));
}
