// How many worker threads a rank has: as many as were asked for, or the cores that it may use, which it shares with the
// other ranks that may use the same. A launcher may have bound it to fewer than its host has.

import { coresOfRank } from '../../mpi/cores.js';
import type { World } from '../../mpi/world.js';
import { type TrainOptions, workersOf } from '../../options/options.js';
import { countCores } from '../../system/cores.js';
import { listed, plural } from '../../text.js';

/** A rank that may use fewer cores than its host has. */
export interface Bound {
  readonly granted: number;
  readonly machine: number;
  readonly workers: number;
}

export interface RankWorkers {
  readonly count: number;
  /** What stands in the way of more. */
  readonly bound?: Bound;
}

/** @param wanted as the options have it */
export function workersOfRank(wanted: TrainOptions['workers'], world: World): RankWorkers {
  const count = wanted === undefined || wanted === 'auto' ? coresOfRank(world) : workersOf(wanted);
  const { granted, machine } = countCores();
  // One core of many is hardly meant.
  if (granted >= machine || (granted >= count && granted > 1)) return { count };
  return { count, bound: { granted, machine, workers: count } };
}

/** One warning for all ranks that are bound alike. @param bounds by rank */
export function boundWarnings(world: World, bounds: readonly (Bound | undefined)[]): string[] {
  const alike = new Map<string, number[]>();
  for (const [rank, bound] of bounds.entries()) {
    if (!bound) continue;
    const key = Object.values(bound).join(' ');
    alike.set(key, [...(alike.get(key) ?? []), rank]);
  }
  const remedy = world.library.family === 'openmpi' ? ' (mpirun --bind-to none lets them use all)' : '';
  return [...alike.values()].map((ranks) => {
    const { granted, machine, workers } = bounds[ranks[0]] as Bound;
    const [one, each] = [ranks.length === 1, ranks.length === 1 ? '' : ' each'];
    const who = one ? world.nameOf(ranks[0]) : `ranks ${listed(ranks.map(String))}`;
    return `${who} may use ${plural(granted, 'core')} of ${machine}${each}, and ${one ? 'has' : 'have'} ${plural(workers, 'worker')}${each}${remedy}.`;
  });
}
