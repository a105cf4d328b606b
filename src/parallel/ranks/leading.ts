// The part of a run, or of a measurement, in which rank 0 leads and the others follow: however it ends, they hear of it, and all of them end
// in the same way.

import { asError, NablaError } from '../../errors.js';
import { forAll, type PackedError, packed, unpacked } from '../../mpi/agreement.js';
import type { World } from '../../mpi/world.js';
import type { Division } from '../session-plan.js';
import type { RankPool } from './rank-pool.js';

/** Errors after which the other ranks cannot be told anything: who does not hear it will end with this process. */
const PARTED: ReadonlySet<string> = new Set(['RANK_LOST', 'WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT', 'FREED', 'THREAD_STUCK']);

/** How it ended, as rank 0 tells the others. */
type Ending<T> = { readonly done: T } | { readonly error: PackedError };

/**
 * On rank 0: does the work, over threads that know of the others.
 * @param says what the others are told of its result, as plain data
 */
export async function leadTo<T, S>(world: World, ranked: RankPool, work: () => Promise<T>, says: (result: T) => S): Promise<T> {
  ranked.stay();
  try {
    const result = await work();
    await ranked.end(JSON.stringify({ done: says(result) } satisfies Ending<S>));
    return result;
  } catch (thrown) {
    const error = asError(thrown);
    const parted = error instanceof NablaError && PARTED.has(error.code);
    if (!parted)
      await ranked.end(JSON.stringify({ error: packed(error) } satisfies Ending<S>)).then(
        () => world.settle(),
        () => {},
      );
    throw error;
  }
}

/**
 * On all others: does what rank 0 says, until the end.
 * @param divide shares the work out anew, where rank 0 may say that
 * @returns what rank 0 says of its result
 * @throws what rank 0 has failed with
 */
export async function followTo<S>(world: World, ranked: RankPool, divide?: (division: Division) => Promise<void>): Promise<S> {
  const ending = JSON.parse(await ranked.follow(divide)) as Ending<S>;
  if ('error' in ending) throw forAll(world, unpacked(ending.error));
  return ending.done;
}
