// The plan from given measurements: up to the cores it says what was measured in lockstep, whatever one worker's share takes by itself;
// beyond them it says what follows from that. The times are made up; the threads are real.

import { afterEach, expect, test, vi } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { makePlan } from '#src/scaling/plan.js';
import { type StepTime, StepTimes } from '#src/scaling/step-times.js';
import { countCores } from '#src/system/cores.js';

afterEach(() => vi.restoreAllMocks());

const split = (n: number) => ({ values: new Float32Array(6 * n).fill(1), labels: new Uint16Array(n) });
const DATA: Dataset = { name: 'made up', inputs: 6, classes: 4, scale: 1, training: split(40), validation: split(0), test: split(0) };

/** Microseconds of a step of 100 µs of work, of so many samples in four, that are shared out, with so many at barriers. */
const stepOf = (workers: number, batch: number, wait: number): StepTime => {
  const work = (100 * batch) / 4 / workers;
  return { step: work + wait, time: { gather: 0.1 * work, forward: 0.5 * work, backward: 0.1 * work, update: 0.3 * work, wait } };
};
const CROSSING = 2;

/** Every worker beside the first costs `company` microseconds at barriers, whatever the mini-batch. */
function pretendTimes(company: number): void {
  vi.spyOn(StepTimes, 'open').mockImplementation(async ({ layers }, _data, _gradient, _most, pool) => {
    const bare = layers?.length === 2;
    const of = async (workers: number, batch: number): Promise<StepTime> => {
      if (bare) return stepOf(1, 1, workers === 1 ? 0 : 2 * CROSSING);
      return stepOf(workers, batch, pool instanceof WorkerPool ? company * (workers - 1) : 0);
    };
    return { kernels: 'relaxed', again: async () => {}, of } as unknown as StepTimes;
  });
}

test('says what steps in lockstep took, and puts only those together that have more workers than cores', async () => {
  pretendTimes(500);
  const { usable } = countCores();
  const plan = await makePlan({ layers: [6, 5, 4], batch: 4, gradient: 'owned' }, DATA, { cores: 4 * usable });
  // With all cores: two crossings, which grow with the workers, and the rest of the wait, which goes with the work.
  const wait = 500 * (usable - 1);
  const crossings = Math.min(wait, 2 * CROSSING);
  for (const { workers, step, work, barriers, extrapolated } of plan.predictions) {
    expect([workers, extrapolated]).toEqual([workers, workers > usable]);
    expect(work).toBeCloseTo(100 / workers, 9);
    if (!extrapolated) {
      expect(step).toBeCloseTo(100 / workers + 500 * (workers - 1), 9);
      expect(barriers).toBeCloseTo(500 * (workers - 1), 9);
    } else expect(barriers).toBeCloseTo((crossings * workers) / usable + ((wait - crossings) * usable) / workers, 9);
  }
  if (usable > 1) expect(plan.best.workers).toBe(1);
  expect(plan.company.map(({ workers, crossing }) => [workers, crossing])).toEqual(
    plan.predictions.filter(({ workers }) => workers <= usable).map(({ workers }) => [workers, 250 * (workers - 1)]),
  );
});

test('says from which mini-batch on more workers pay', async () => {
  pretendTimes(500);
  const { usable } = countCores();
  const { best, pays } = await makePlan({ layers: [6, 5, 4], batch: 4, gradient: 'owned' }, DATA, { cores: Math.min(2, usable) });
  expect(best.workers).toBe(1);
  // Half of the work is more than 500 µs, by 3 %, from 43 samples on; there are 40.
  expect(pays).toBeUndefined();
  pretendTimes(100);
  const cheaper = await makePlan({ layers: [6, 5, 4], batch: 4, gradient: 'owned' }, DATA, { cores: Math.min(2, usable) });
  // 25 m / (12.5 m + 100) is above 1.03 from m = 8.5 on.
  if (usable > 1) expect(cheaper.pays).toEqual({ workers: 2, than: 1, batch: 9 });
});
