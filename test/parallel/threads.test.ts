// What threads can do to each other: the barrier with more workers than cores, waits that end by a time-out that names
// the missing one, a poisoned barrier; and a run's worker that dies, stalls or is asked to stop. And what an epoch must
// not do: send, or allocate.

import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { type Dataset, NablaError } from '#src/index.js';
import { initialParameters } from '#src/model/initialisers.js';
import { configure, type TrainOptions } from '#src/options/options.js';
import { Control, controlBytes } from '#src/parallel/barrier.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { seeded } from '../support/bound-kernels.js';

/** Runs `crossings` crossings in each of `workers` threads, all but the `late` one, which comes `late.after` crossings and no more. */
async function cross(
  workers: number,
  { crossings = 2000, spins = 0, timeout = 10_000, late = -1, lateAfter = 0, poisonAfter = -1 } = {},
): Promise<{ errors: string[]; order: number[] }> {
  const pages = Math.ceil((controlBytes(workers) + 4096) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const control = new Control(memory, 0, workers);
  const counts = new Int32Array(memory.buffer, controlBytes(workers), workers);
  const code = `
    import { workerData, parentPort } from 'node:worker_threads';
    import { Barrier } from '${new URL('../../dist/src/parallel/barrier.js', import.meta.url).href}';
    const { memory, workers, index, crossings, spins, timeout, counts } = workerData;
    const barrier = new Barrier(memory, 0, workers, index, { spins, timeout });
    const shared = new Int32Array(memory.buffer, counts, workers);
    let error = '';
    let torn = 0;
    try {
      for (let k = 0; k < crossings; k++) {
        barrier.enter(1, k);
        shared[index]++;
        barrier.cross();
        // After the crossing everyone has counted k + 1, and nobody may count on before the next one.
        for (let i = 0; i < workers; i++) if (shared[i] !== k + 1) torn++;
        barrier.cross();
      }
    } catch (e) { error = e.code + ': ' + e.message; }
    parentPort.postMessage({ error, torn });
  `;
  const results = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const workerData = { memory, workers, index, crossings: index === late ? lateAfter : crossings, spins, timeout, counts: controlBytes(workers) };
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData });
      if (poisonAfter >= 0 && index === 0) setTimeout(() => control.poison(), poisonAfter);
      return new Promise<{ error: string; torn: number }>((resolve, reject) => {
        worker.on('message', resolve);
        worker.on('error', reject);
      });
    }),
  );
  expect(results.map(({ torn }) => torn)).toEqual(results.map(() => 0));
  return { errors: results.map(({ error }) => error).filter((error) => error !== ''), order: [...counts] };
}

describe('the barrier', () => {
  test.each([
    { workers: 1, spins: 0 },
    { workers: 2, spins: 20_000 },
    { workers: 2, spins: 0 },
    { workers: 4, spins: 100 },
    { workers: 8, spins: 0 },
  ])('$workers workers, $spins spins: nobody passes before all have come', async (options) => {
    const { errors, order } = await cross(options.workers, options);
    expect(errors).toEqual([]);
    expect(order).toEqual(order.map(() => 2000));
  });

  test('a wait that passes its limit names worker, step and phase', async () => {
    const { errors } = await cross(3, { late: 1, lateAfter: 5, timeout: 300 });
    expect(
      errors.some((e) =>
        /^TIMED_OUT: Worker [13] waited 0.3 s at step 6, forward and backward for .*worker 2 \(step 5, forward and backward\)/.test(e),
      ),
    ).toBe(true);
    expect(errors).toHaveLength(2);
  });

  test.each([
    ['frees all who wait', 1000],
    ['frees those who come after it', 0],
  ])('poison %s', async (_, poisonAfter) => {
    const { errors } = await cross(3, { late: 2, lateAfter: 0, timeout: 60_000, poisonAfter });
    expect(errors).toHaveLength(2);
    expect(errors.every((e) => e.startsWith('FREED: '))).toBe(true);
  });
});

function randomData(count: number): Dataset {
  const random = seeded('threads');
  const samples = (n: number): Dataset['training'] => ({
    values: Uint8Array.from({ length: n * 20 }, () => random.below(256)),
    labels: Uint16Array.from({ length: n }, () => random.below(3)),
  });
  return { name: 'random', inputs: 20, classes: 3, scale: 1 / 255, training: samples(count), validation: samples(0), test: samples(0) };
}

/** A session on made-up data, ready to run an epoch of `count` steps. */
async function open(count: number, options: TrainOptions): Promise<{ session: Session; pool: WorkerPool }> {
  const data = randomData(count);
  const configuration = configure({ layers: [20, 8, 3], batch: 1, ...options }, data);
  const pool = new WorkerPool(configuration.workers);
  const session = await Session.start(configuration, data, initialParameters(configuration.network, 1), pool);
  session.order(0).forEach((_, k, order) => {
    order[k] = k;
  });
  return { session, pool };
}

describe('a session', () => {
  test.each([1, 3])('with %i workers: one that dies ends the epoch at once, with its name', async (workers) => {
    const { session, pool } = await open(20_000_000 / 20, { workers, batch: 1 });
    try {
      const epoch = session.runEpoch(0);
      epoch.catch(() => {});
      while (session.progress === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await pool.endThread(workers - 1);
      await expect(epoch).rejects.toThrow(NablaError);
      await expect(epoch).rejects.toMatchObject({ code: 'WORKER_LOST', message: expect.stringMatching(/^Worker \d of \d was lost at step \d+, /) });
    } finally {
      await pool.close();
    }
  });

  test('an interrupt ends the epoch after the step at hand, for all workers at the same step', async () => {
    const { session, pool } = await open(1_000_000, { workers: 3 });
    try {
      const epoch = session.runEpoch(0);
      while (session.progress === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      session.interrupt();
      const parts = await epoch;
      expect(new Set(parts.map(({ steps }) => steps)).size).toBe(1);
      expect(parts[0].steps).toBeGreaterThan(0);
      expect(parts[0].steps).toBeLessThan(1_000_000);
      // The session is as good as before.
      expect((await session.evaluate('training')).samples).toBe(1_000_000);
    } finally {
      await pool.close();
    }
  });

  test.each(['partial', 'owned'] as const)('gradient %s: the step at hand is finished, not thrown away', async (gradient) => {
    const { session, pool } = await open(2_000, { workers: 2, batch: 2_000, gradient });
    try {
      const before = session.parameters;
      const epoch = session.runEpoch(0);
      session.interrupt(); // long before the first barrier: the workers have yet to hear of the epoch
      expect((await epoch).map(({ steps }) => steps)).toEqual([1, 1]);
      expect(session.progress).toBe(2_000);
      expect(session.parameters).not.toEqual(before);
    } finally {
      await pool.close();
    }
  });

  test('closing twice, and closing what never attached, is harmless', async () => {
    const pool = new WorkerPool(2);
    await pool.close();
    await pool.close();
  });

  test.each([1, 2])('nothing is sent inside an epoch; %i workers', async (workers) => {
    const { session, pool } = await open(1_000, { workers });
    try {
      const before = await session.measure();
      await session.runEpoch(0);
      // One message starts the epoch, one asks for the measure.
      expect((await session.measure()).map(({ messages }, i) => messages - before[i].messages)).toEqual(Array(workers).fill(2));
    } finally {
      await pool.close();
    }
  });

  // One worker: several wait for each other on a busy machine, and who waits looks at the clock, which takes room.
  test.each([{ gradient: 'partial', shards: 2 }, { gradient: 'owned' }] as const)(
    'gradient $gradient: nothing is allocated inside an epoch',
    async (options) => {
      const { session, pool } = await open(5_000, { workers: 1, ...options });
      try {
        // The first epochs compile; after them every epoch of 5,000 steps must be alike.
        for (let k = 0; k < 4; k++) await session.runEpoch(0);
        const growth: number[] = [];
        for (let k = 0, before = (await session.measure())[0].heapBytes; k < 15; k++) {
          await session.runEpoch(0);
          const [{ heapBytes }] = await session.measure();
          growth.push(heapBytes - before);
          before = heapBytes;
        }
        // The smallest object there is, once a step, would be 80 KB. A collection is a loss, and what the engine still compiles takes
        // room too: the epoch in the middle has neither.
        const [median] = growth.toSorted((a, b) => a - b).slice(7);
        expect(median, `growth ${growth}`).toBeGreaterThanOrEqual(0);
        expect(median, `growth ${growth}`).toBeLessThan(40_000);
      } finally {
        await pool.close();
      }
    },
  );
});
