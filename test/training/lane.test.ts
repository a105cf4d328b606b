// Lanes: one run after another on the same threads and in the same memory comes to the bits of `train`, whatever ran there before: a larger
// network, one that diverged, one whose threads were lost; and however the lanes are arranged.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Dataset, firstSamples } from '#src/data/dataset.js';
import { openOnce } from '#src/experiments/side-by-side.js';
import type { TrainOptions } from '#src/index.js';
import { type Configuration, configure } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { type Lane, Lanes } from '#src/training/lane.js';
import type { OpenedData } from '#src/training/plan.js';
import { trainIn } from '#src/training/trainer.js';
import { seeded } from '../support/bound-kernels.js';
import { pooledTraining } from '../support/pooled-training.js';

const random = seeded('lane');
const samples = (count: number): Dataset['training'] => ({
  values: Uint8Array.from({ length: 8 * count }, () => (random.below(2) === 0 ? 0 : random.below(256))),
  labels: Uint16Array.from({ length: count }, () => random.below(3)),
});
const DATA: Dataset = { name: 'lane', inputs: 8, classes: 3, scale: 1 / 255, training: samples(50), validation: samples(15), test: samples(10) };
const BASE: TrainOptions & { data: Dataset } = { data: DATA, hidden: [5], epochs: 2, workers: 1 };
const LARGE: typeof BASE = { ...BASE, hidden: [90, 60], optimiser: 'adam', eta: 0.01, batch: 50 };
const WILD: typeof BASE = { ...BASE, activation: 'relu', output: 'linear', cost: 'quadratic', eta: 1e30 };

const trained = pooledTraining(2);
const hashOf = async (options: Omit<TrainOptions, 'data'> & { data?: Dataset }): Promise<string> =>
  (await trained({ ...BASE, ...options })).weightsSha256;
const configurationOf = (options: TrainOptions): Configuration => configure({ ...BASE, ...options }, DATA);

/** Lanes for some options, closed after use. */
async function withLanes<T>(
  all: readonly TrainOptions[],
  lanes: number,
  workers: number,
  use: (lanes: Lanes, opened: OpenedData) => Promise<T>,
): Promise<T> {
  const opened = await openOnce(BASE, false);
  const made = new Lanes({ data: opened.data }, all.map(configurationOf), lanes, workers, [{ lanes: 1, workers: 3 }]);
  try {
    return await use(made, opened);
  } finally {
    await made.close();
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

it('runs one after another, of other sizes and kinds of input, and after some that failed', async () => {
  const all = [LARGE, BASE, { ...BASE, input: 'sparse' as const }, WILD];
  const [large, base] = [await hashOf(LARGE), await hashOf(BASE)];
  const sparse = await hashOf({ ...BASE, input: 'sparse' });
  await withLanes(all, 2, 1, async ({ all: [lane] }, opened) => {
    const hash = async (options: TrainOptions): Promise<string> => (await trainIn(lane, options, opened)).weightsSha256;
    const pool = lane.boot();
    expect([await hash(LARGE), await hash(BASE), await hash(LARGE), await hash({ ...BASE, input: 'sparse' })]).toEqual([large, base, large, sparse]);
    await expect(hash(WILD)).rejects.toMatchObject({ code: 'DIVERGED' });
    const stopped = { ...BASE, epochs: 10_000, signal: AbortSignal.timeout(50) };
    await expect(hash(stopped)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect([await hash(BASE), await hash(LARGE)]).toEqual([base, large]);
    // On the threads that it had at first.
    expect(lane.boot()).toBe(pool);
  });
});

it('has other threads after some were lost in a run, or before one', async () => {
  const [large, base] = [await hashOf(LARGE), await hashOf(BASE)];
  await withLanes([LARGE], 1, 2, async ({ all: [lane] }, opened) => {
    const hash = async (options: TrainOptions): Promise<string> => (await trainIn(lane, options, opened)).weightsSha256;
    const real = WorkerPool.prototype.runEpoch;
    let calls = 0;
    let losses = 1;
    vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, options) {
      if (++calls <= losses) await this.endThread(0);
      return real.call(this, options);
    });
    const before = lane.boot();
    expect(await hash(LARGE)).toBe(large);
    expect(lane.boot()).not.toBe(before);
    expect(await hash(BASE)).toBe(base);
    [calls, losses] = [0, 3];
    await expect(hash(LARGE)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect([await hash(BASE), await hash(LARGE)]).toEqual([base, large]);
    await lane.boot().endThread(1);
    await expect(hash(BASE)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect([await hash(BASE), lane.isStuck]).toEqual([base, false]);
  });
});

it('is told apart from one whose threads do not end, which is used no more', async () => {
  await withLanes([BASE], 2, 1, async (lanes, opened) => {
    const [lane, other] = lanes.all;
    lane.boot();
    const close = vi.spyOn(WorkerPool.prototype, 'close').mockResolvedValueOnce(false);
    await lane.close();
    expect([lane.isStuck, other.isStuck]).toEqual([true, false]);
    await expect(lanes.arrange({ lanes: 1, workers: 2 })).rejects.toMatchObject({ code: 'THREAD_STUCK' });
    expect((await trainIn(other, BASE, opened)).weightsSha256).toBe(await hashOf(BASE));
    // The thread of this test does end.
    const [pool] = close.mock.contexts as WorkerPool[];
    await pool.close();
  });
});

describe('lanes that are arranged anew', () => {
  it('stay in the memory that they have, and come to the same', async () => {
    const hashes = [await hashOf(LARGE), await hashOf(BASE)];
    await withLanes([LARGE, BASE], 3, 1, async (lanes, opened) => {
      const both = async ([first, second = first]: readonly Lane[]): Promise<string[]> => {
        const runs = [trainIn(first, LARGE, opened), ...(second === first ? [] : [trainIn(second, BASE, opened)])];
        const [one, two = await trainIn(second, BASE, opened)] = await Promise.all(runs);
        return [one.weightsSha256, two.weightsSha256];
      };
      const { bytes } = lanes;
      const [kept] = lanes.all;
      const pool = kept.boot();
      expect(await both(lanes.all)).toEqual(hashes);
      const fewer = await lanes.arrange({ lanes: 2, workers: 1 });
      expect([fewer.length, fewer[0] === kept, kept.boot() === pool]).toEqual([2, true, true]);
      expect(await both(fewer)).toEqual(hashes);
      const one = await lanes.arrange({ lanes: 1, workers: 3 });
      expect([one.length, one[0].workers]).toEqual([1, 3]);
      expect(await both(one)).toEqual(hashes);
      expect(await both(await lanes.arrange({ lanes: 3, workers: 1 }))).toEqual(hashes);
      expect([lanes.bytes, lanes.all.length]).toEqual([bytes, 3]);
    });
  });

  it('know what they have room for', async () => {
    await withLanes([BASE], 2, 1, async (lanes) => {
      const has = (options: TrainOptions, counts = { lanes: 2, workers: 1 }): boolean => lanes.hasRoomFor([configurationOf(options)], counts);
      expect([has(BASE), has({ ...BASE, hidden: [2] }), has(LARGE), has({ ...BASE, input: 'sparse' })]).toEqual([true, true, false, false]);
      expect([has(BASE, { lanes: 1, workers: 3 }), has(BASE, { lanes: 20, workers: 1 }), has(BASE, { lanes: 1, workers: 400 })]).toEqual([
        true,
        false,
        false,
      ]);
    });
  });

  it('are refused where they do not fit into memory', async () => {
    const opened = await openOnce(BASE, false);
    const huge = configurationOf({ ...BASE, hidden: [16_000_000, 4] });
    expect(() => new Lanes({ data: opened.data }, [huge], 1000, 1)).toThrow(/^memory: expected at most/);
  });
});

it('trains on some of the samples that are stored, as on a data set of their own', async () => {
  const few = firstSamples(DATA, 20);
  const expected = await hashOf({ data: few });
  await withLanes([BASE], 1, 1, async ({ all: [lane] }, opened) => {
    const part = await openOnce({ ...BASE, data: few }, false);
    expect((await trainIn(lane, { ...BASE, data: few }, part)).weightsSha256).toBe(expected);
    expect((await trainIn(lane, BASE, opened)).weightsSha256).toBe(await hashOf(BASE));
  });
});
