// Whether this process is one of several that share a run: what the launcher says, and what the option `mpi` says about that.

import { wrongKind } from '../errors.js';
import { launchedBy } from './launcher.js';
import type { World } from './world.js';

/** What the options of a run or of a measurement say of it. */
export interface JoinOptions {
  /** 'auto', 'off', or the path of a library. */
  readonly mpi?: string;
  /** Milliseconds that an exchange may take. */
  readonly timeout?: number;
}

/** Milliseconds that an exchange with other processes may take, where `timeout` says nothing else. */
const EXCHANGE_LIMIT = 5000;

/** The same of measurements, whose steps of one thread keep the one that speaks with the others: a long step must not look like a lost rank. */
export const MEASURING_LIMIT = 30_000;

let isAsked = false;

/** Whether this process has joined the others, or tried to. */
export function hasJoined(): boolean {
  return isAsked;
}

/**
 * The processes that share a run, all of which call this first; undefined where this is the only one.
 * @throws {TypeError | RangeError} where a launcher has started several, and no library fits it
 */
export async function worldOf(options: JoinOptions): Promise<World | undefined> {
  const launched = launchedBy();
  // One alone needs no library: the run is as it is without a launcher, and nothing of the options has been looked at.
  if (!launched || launched.size === 1) return undefined;
  const { mpi = 'auto', timeout } = options;
  if (typeof mpi !== 'string') throw wrongKind('mpi', "'auto', 'off', or the path of a library", mpi);
  if (mpi === 'off') return undefined;
  isAsked = true;
  const limit = typeof timeout === 'number' && timeout >= 1 ? timeout : EXCHANGE_LIMIT;
  // Alone, nothing that calls MPI is loaded.
  const { joinWorld } = await import('./world.js');
  return joinWorld(launched, mpi === 'auto' ? undefined : mpi, limit);
}
