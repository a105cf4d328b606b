// How many worker threads a rank has: as many as were asked for, or the cores of its host, which it shares with the other ranks there.
// A launcher may have bound it to fewer.

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

/** @param wanted as the options have it */
export function workersOfRank(wanted: TrainOptions['workers'], world: World): RankWorkers {
  const granted = availableParallelism();
  const isBound = granted < cpus().length;
  const here = world.ranksByHost.get(world.hosts[world.rank]) ?? 1;
  const { usable } = countCores();
  // Bound, it has its cores for itself.
  const count = wanted === undefined || wanted === 'auto' ? Math.max(1, isBound ? usable : Math.floor(usable / here)) : workersOf(wanted);
  const cores = plural(granted, 'core');
  const remedy = `${world.launcher} has bound ${world.nameOf(world.rank)} to ${cores} of ${cpus().length}: mpirun --bind-to none gives it all of them.`;
  return { count, ...(isBound && (count > granted || granted === 1) && { warning: remedy }) };
}
