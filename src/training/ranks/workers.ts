// How many worker threads a rank has: as many as were asked for, or the cores that it may use, which it shares with the
// other ranks that may use the same. A launcher may have bound it to fewer than its host has.

import { availableParallelism, cpus } from 'node:os';
import type { World } from '../../mpi/world.js';
import { type TrainOptions, workersOf } from '../../options/options.js';
import { countCores } from '../../system/cores.js';
import { plural } from '../../text.js';

export interface RankWorkers {
  readonly count: number;
  /** What stands in the way of more. */
  readonly warning?: string;
}

/**
 * @param wanted as the options have it
 * @param granted which cores each rank may use; those with the same ones on one host share them
 */
export function workersOfRank(wanted: TrainOptions['workers'], world: World, granted: readonly (string | undefined)[]): RankWorkers {
  const { rank, hosts } = world;
  const sharing = hosts.filter((host, r) => host === hosts[rank] && granted[r] === granted[rank]).length;
  const { usable } = countCores();
  const count = wanted === undefined || wanted === 'auto' ? Math.max(1, Math.floor(usable / sharing)) : workersOf(wanted);
  const [own, all] = [availableParallelism(), cpus().length];
  // One core of many is hardly meant.
  if (own >= all || (own >= count && own > 1)) return { count };
  const remedy = world.library.family === 'openmpi' ? ' (mpirun --bind-to none lets it use all of them)' : '';
  return { count, warning: `${world.nameOf(rank)} may use ${plural(own, 'core')} of ${all}, and has ${plural(count, 'worker')}${remedy}.` };
}
