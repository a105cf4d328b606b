// Training like `train`, on threads that other trainings have run on: some 10 ms where threads of its own take 80 each. It is for
// what does not hang on how a run begins and ends: which weights and costs come out. Options are not checked, there is no folder.

import { afterAll } from 'vitest';
import { type Dataset, type StartEvent, type TrainOptions, type TrainResult, train } from '#src/index.js';
import { initialParameters } from '#src/model/initialisers.js';
import { configure } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import type { StartThreads } from '#src/parallel/threads/threads.js';
import { Listener } from '#src/training/listener.js';
import { trainResult } from '#src/training/result.js';
import { Run } from '#src/training/run.js';
import { SLOW } from './slow.js';

type Pooled = TrainOptions & { data: Dataset };

/** Threads keep what each session has built, so that they are replaced after so many. */
const SESSIONS = 60;
const BEGINNING = { epoch: 1, samples: 0, cost: 0, correct: 0, factor: 1, steps: 0, seconds: 0, epochSeconds: 0 };

/**
 * A `train` for the tests of a file, one training at a time, each with some or all of these threads ('auto': as many as there are
 * cores, nothing is tried). NABLA_SLOW=1 gives each threads of its own.
 * @param start where the threads come from, if not from Node
 */
export function pooledTraining(threads: number, start?: StartThreads): (options: Pooled) => Promise<TrainResult> {
  let pool: WorkerPool | undefined;
  let sessions = 0;
  const renew = async (): Promise<void> => {
    await pool?.close();
    [pool, sessions] = [undefined, 0];
  };
  afterAll(renew);

  return async (options) => {
    if (SLOW && !start) return train(options);
    if (++sessions > SESSIONS) await renew();
    pool ??= new WorkerPool(threads, start);
    try {
      return await runOn(pool, options);
    } catch (error) {
      // After a failure nothing is left of a pool but its end.
      await renew();
      throw error;
    }
  };
}

async function runOn(pool: WorkerPool, options: Pooled): Promise<TrainResult> {
  const { data } = options;
  const configuration = configure(options, data);
  if (configuration.workers > pool.threads) throw new RangeError(`${configuration.workers} workers need a pool of as many threads.`);
  const drawn = (): Float32Array => initialParameters(configuration.network, configuration.seed);
  const session = await Session.start(configuration, data, drawn, pool);
  const none = {
    rateState: undefined,
    averaged: undefined,
    last: undefined,
    together: false,
    recorder: undefined,
    diagnosis: undefined,
    hint: undefined,
  };
  const listener = new Listener(options.onEvent);
  const start = { event: 'start' } as StartEvent;
  const parts = { options, configuration, data, session, pool, position: BEGINNING, measureWorkers: false, listener, start };
  const run = new Run({ ...parts, ...none });
  const result = trainResult(await run.toEnd());
  // A worker that is lost would be replaced by a pool that nobody closes.
  if (run.pool !== pool) {
    await run.pool.close();
    throw new Error('A worker was lost.');
  }
  return result;
}
