// A training run from options to result. It prints nothing and handles no signals; the command line does that. What its parts do:
// start.ts, plan.ts, prepare.ts, run.ts; where several processes share it, ranks/.

import { checkSignal } from '../check.js';
import { checkBrought } from '../data/load.js';
import { worldOf } from '../mpi/join.js';
import { launchedApart } from '../mpi/launcher.js';
import { checkOptionNames, configure, type TrainOptions, workersOf } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { isRun } from '../runs/files.js';
import { RunFolder } from '../runs/folder.js';
import { lock } from '../runs/lock.js';
import { checkOutputPath } from '../system/output-file.js';
import type { Lane } from './lane.js';
import { type OpenedData, planOf } from './plan.js';
import { prepare } from './prepare.js';
import { trainTogether } from './ranks/together.js';
import { type TrainResult, trainResult } from './result.js';
import type { Run } from './run.js';
import { type Start, startOf } from './start.js';

/**
 * Trains a network on worker threads; where a launcher of MPI has started several processes, on those of all of them, and each gets the
 * same result.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, DIVERGED, WORKER_LOST, WORKER_FAILED, TIMED_OUT, RANK_LOST, INTERRUPTED, NOT_SAVED; NO_KERNELS,
 *   NO_MEMORY, NO_THREADS, INCOMPLETE where it cannot begin here
 */
export async function train(given: TrainOptions = {}): Promise<TrainResult> {
  // Before anything is checked: what is wrong with one rank is refused by all.
  const world = await worldOf(given);
  if (world) return trainTogether(world, () => checkedOptions(given), begun);
  const { start, unlock } = await begun(checkedOptions(given));
  const apart = given.mpi === 'off' ? undefined : launchedApart();
  try {
    return await runFrom(apart === undefined ? start : { ...start, warnings: [apart, ...start.warnings] });
  } finally {
    unlock?.();
  }
}

/**
 * Trains a network on threads that have trained others before, over samples that are in their memory already, where the lane has one: as
 * many workers as pay, of those that the lane has.
 * @param opened samples that lie in the lane's memory, or those of this run alone, and the record of the data that they are of
 * @param lasting whether what it keeps is on the disk at once; not where a run that the end of the power takes is only trained again
 * @throws as `train`
 */
export async function trainIn(lane: Lane, given: TrainOptions, opened: OpenedData, lasting = true): Promise<TrainResult> {
  // They are not read again; of a run that goes on, only its name is looked at.
  const { source, brought } = opened.record;
  const data = brought ? (given.resume === undefined ? undefined : opened.data) : source;
  const { start, unlock } = await begun(checkedOptions({ ...given, data, workers: lane.workers === 1 ? 1 : 'auto' }));
  try {
    const plan = await planOf(start, opened);
    checkSignal(start.options.signal, 'the run began');
    // A profile of this machine may name another input and another gradient; the lane has room for what the options say, on any machine.
    const configuration = { ...configure(plan.options, plan.data), workers: Math.min(plan.configuration.workers, lane.workers) };
    return await lane.run(configuration, plan.data, (pool, place) => prepare(start, { ...plan, configuration }, { pool, place, lasting }));
  } finally {
    unlock?.();
  }
}

function checkedOptions(given: TrainOptions): TrainOptions {
  const checked = checkOptionNames(given);
  const options = { ...checked, ...(checked.data !== undefined && { data: checkBrought(checked.data) }) };
  checkSignal(options.signal, 'the run began');
  if (options.run !== undefined) RunFolder.check(options.run);
  if (options.trace !== undefined) checkOutputPath('trace', options.trace);
  return options;
}

/** Where a run starts; one that goes on is locked before anything of it is read. */
async function begun(options: TrainOptions): Promise<{ start: Start; unlock?: () => void }> {
  if (options.resume === undefined) return { start: await startOf(options) };
  const unlock = isRun(options.resume) ? lock(options.resume) : undefined;
  try {
    return { start: await startOf(options), unlock };
  } catch (error) {
    unlock?.();
    throw error;
  }
}

async function runFrom(start: Start): Promise<TrainResult> {
  const boot = (): WorkerPool => new WorkerPool(workersOf(start.options.workers));
  // The threads boot while the data are read. Where these are there already, all is checked before a thread starts.
  let pool = typeof start.options.data === 'object' ? undefined : boot();
  let run: Run | undefined;
  try {
    const plan = await planOf(start);
    checkSignal(start.options.signal, 'the run began');
    pool ??= boot();
    run = await prepare(start, plan, { pool });
    return trainResult(await run.toEnd());
  } finally {
    await pool?.close();
    await run?.pool.close();
  }
}
