// How many worker threads a rank has: as many as were asked for, or the cores that it may use, which it shares with the
// other ranks that may use the same. A launcher may have bound it to fewer than its host has.

import { coresOfRank } from '../../mpi/cores.js';
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
  const count = wanted === undefined || wanted === 'auto' ? coresOfRank(world) : workersOf(wanted);
  const { granted, machine } = countCores();
  // One core of many is hardly meant.
  if (granted >= machine || (granted >= count && granted > 1)) return { count };
  const remedy = world.library.family === 'openmpi' ? ' (mpirun --bind-to none lets it use all of them)' : '';
  return {
    count,
    warning: `${world.nameOf(world.rank)} may use ${plural(granted, 'core')} of ${machine}, and has ${plural(count, 'worker')}${remedy}.`,
  };
}
