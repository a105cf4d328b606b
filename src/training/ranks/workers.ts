// How many worker threads a rank has: as many as were asked for, or its cores. A launcher may have bound it to fewer.

import { coresOfRank } from '../../mpi/cores.js';
import type { World } from '../../mpi/world.js';
import { type TrainOptions, workersOf } from '../../options/options.js';
import { plural } from '../../text.js';

export interface RankWorkers {
  readonly count: number;
  /** What stands in the way of more. */
  readonly warning?: string;
}

/** @param wanted as the options have it */
export function workersOfRank(wanted: TrainOptions['workers'], world: World): RankWorkers {
  const { usable, granted, host, isBound } = coresOfRank(world);
  const count = wanted === undefined || wanted === 'auto' ? usable : workersOf(wanted);
  const cores = plural(granted, 'core');
  const remedy = `${world.launcher} has bound ${world.nameOf(world.rank)} to ${cores} of ${host}: mpirun --bind-to none gives it all of them.`;
  return { count, ...(isBound && (count > granted || granted === 1) && { warning: remedy }) };
}
