// An epoch walked in parts, by fewer or more workers from part to part, is the same epoch: same parameters, same cost, to
// the last bit. And a session's workers tell where their time went, without a gap.

import { describe, expect, test, vi } from 'vitest';
import { type Dataset, loadDataset, type TrainEvent, type TrainOptions, train } from '#src/index.js';
import { initialParameters } from '#src/model/initialisers.js';
import { configure } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { STEP_PHASES, TRACE_FIELDS } from '#src/parallel/step/phase-timer.js';
import { AutoWorkers } from '#src/scaling/auto.js';
import { SoloPool } from '#src/scaling/solo.js';
import { Trial } from '#src/scaling/trials.js';
import { chromeTrace } from '#src/training/trace.js';

const full = await loadDataset('mnist', { seed: 1 });
const data = first(full, 500);
const ORDER = Uint32Array.from({ length: 500 }, (_, k) => (k * 7) % 500);

/** Parameters, cost, hits and validation cost after two epochs, each in parts that end at these samples and have so many workers. */
async function walk(options: TrainOptions, parts: readonly (readonly [upTo: number, workers: number])[]): Promise<unknown> {
  const configuration = configure({ batch: 7, eta: 0.5, lambda: 50, seed: 3, ...options, workers: 3 }, data);
  const pool = new WorkerPool(3);
  try {
    const session = await Session.start(configuration, data, initialParameters(configuration.network, 3), pool);
    const sums: number[][] = [];
    for (const order of [0, 1] as const) {
      session.order(order).set(ORDER);
      let from = 0;
      for (const [upTo, workers] of parts) {
        await session.attach({ ...configuration, workers });
        await session.runEpoch(order, { from, upTo });
        from = upTo;
        if (upTo === 500) sums.push([session.state.cost, session.state.correct]);
      }
      // Evaluated by another number of workers than ended the epoch: some that have trained on an earlier part, or none.
      await session.attach({ ...configuration, workers: 2 });
      sums.push([(await session.evaluate('validation')).cost ?? 0]);
    }
    return { sums, parameters: [...session.parameters] };
  } finally {
    await pool.close();
  }
}

const CASES = (['dense', 'sparse'] as const).flatMap((input) => [
  { input, gradient: 'owned' as const },
  { input, gradient: 'partial' as const, shards: 3 },
]);

describe.each(CASES)('$gradient, $input input', (options) => {
  test('parts with 1, 3, 2, 1 and 3 workers make the same epoch as one part with 3', async () => {
    const small = { layers: [784, 20, 10], ...options };
    const parts = [
      [70, 1],
      [77, 3],
      [280, 2],
      [455, 1],
      [500, 3],
    ] as const;
    expect(await walk(small, parts)).toEqual(await walk(small, [[500, 3]]));
  });
});

describe('timings', () => {
  const phases = async (workers: number, traced: number) => {
    const configuration = configure({ layers: [784, 20, 10], batch: 10, workers }, data);
    const pool = new WorkerPool(workers);
    try {
      const session = await Session.start(configuration, data, initialParameters(configuration.network, 3), pool);
      session.order(0).set(ORDER);
      const timed = await session.runEpoch(0, { timing: { traced, every: 1 } });
      const plain = await session.runEpoch(0);
      expect(plain.map(({ timings }) => timings)).toEqual(plain.map(() => undefined));
      return timed.map(({ timings }) => timings!);
    } finally {
      await pool.close();
    }
  };

  test.each([1, 2])('%i workers: every phase of every traced step, one after another without a gap', async (workers) => {
    const timings = await phases(workers, 5);
    expect(timings).toHaveLength(workers);
    for (const { steps, phases: sums, trace } of timings) {
      expect(steps).toBe(50);
      expect(sums).toHaveLength(STEP_PHASES.length);
      expect(sums.every((t) => t >= 0 && Number.isFinite(t))).toBe(true);
      const laps = Array.from({ length: trace.length / TRACE_FIELDS }, (_, k) => [...trace.subarray(k * TRACE_FIELDS, (k + 1) * TRACE_FIELDS)]);
      expect(new Set(laps.map(([step]) => step))).toEqual(new Set([0, 1, 2, 3, 4]));
      // owned over sparse inputs: gather, forward, wait, forward, backward, wait, update.
      expect(laps.filter(([step]) => step === 2).map(([, phase]) => STEP_PHASES[phase])).toEqual([
        'gather',
        'forward',
        'wait',
        'forward',
        'backward',
        'wait',
        'update',
      ]);
      for (const [k, [step, , begin]] of laps.entries()) if (k > 0 && laps[k - 1][0] === step) expect(begin).toBe(laps[k - 1][3]);
    }
  });

  test('a trace is what Chrome and Perfetto read: a thread a worker, microseconds from the first lap', async () => {
    const timings = await phases(2, 3);
    const { traceEvents } = JSON.parse(chromeTrace([784, 20, 10], timings));
    const complete = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X');
    expect(complete).toHaveLength(2 * 3 * 7);
    expect(new Set(complete.map(({ tid }: { tid: number }) => tid))).toEqual(new Set([1, 2]));
    expect(complete.every(({ ts, dur, name }: { ts: number; dur: number; name: never }) => ts >= 0 && dur >= 0 && STEP_PHASES.includes(name))).toBe(
      true,
    );
    expect(traceEvents.filter(({ ph }: { ph: string }) => ph === 'M').map(({ args }: { args: { name: string } }) => args.name)).toEqual([
      'nabla 784-20-10',
      'worker 1',
      'worker 2',
    ]);
  });

  test('a turn of one worker’s share, alone, among three: it neither waits nor hangs', async () => {
    const configuration = configure({ layers: [784, 20, 10], batch: 9, workers: 3, eta: 1e-6 }, data);
    const trial = await Trial.open(configuration, data, new SoloPool());
    const { samples, steps, seconds, time } = await trial.turn({ workers: 3, shards: 3, batch: 9 }, { seconds: 0.01 });
    expect(time).toHaveLength(1);
    expect(samples).toBeGreaterThan(0);
    expect(samples).toBeLessThanOrEqual(9 * steps);
    expect(seconds).toBeGreaterThan(0);
  });
});

describe('workers auto', () => {
  const run = async (options: TrainOptions): Promise<TrainEvent[]> => {
    const events: TrainEvent[] = [];
    await train({
      data: first(full, 2000),
      layers: [784, 20, 10],
      batch: 10,
      lambda: 5,
      seed: 2,
      epochs: 3,
      ...options,
      onEvent: (e) => events.push(e),
    });
    return events;
  };

  const seen = (events: TrainEvent[]): unknown[] =>
    events.flatMap<unknown>((e) =>
      e.event === 'epoch' ? [e.trainingCost, e.trainingAccuracy, e.validationCost] : e.event === 'done' ? [e.weightsSha256] : [],
    );

  test('the bits and costs are those of any fixed number of workers', async () => {
    const [auto, one] = [await run({ workers: 'auto' }), await run({ workers: 1 })];
    expect(seen(auto)).toEqual(seen(one));
  });

  test.each(CASES)('$gradient, $input input: nor do changes in the middle of epochs alter a bit', async (options) => {
    const one = await run({ ...options, workers: 1 });
    // One worker and two by turns, a few steps each; every third of them is a choice.
    let turns = 0;
    vi.spyOn(AutoWorkers.prototype, 'next').mockImplementation(() => ({ workers: 1 + (++turns % 2), milliseconds: 1, isTrial: turns % 3 !== 0 }));
    vi.spyOn(AutoWorkers.prototype, 'note').mockImplementation((samples, steps) => {
      expect(samples).toBeGreaterThan(10 * (steps - 1));
      return turns % 3 === 0 ? { workers: 1 + (turns % 2), why: 'its turn' } : undefined;
    });
    const auto = await run({ ...options, workers: 'auto' });
    vi.restoreAllMocks();
    expect(seen(auto)).toEqual(seen(one));
    if (auto[0].event !== 'start' || auto[0].cores === 1) return;
    expect(turns).toBeGreaterThan(6);
    expect(new Set(auto.flatMap((e) => (e.event === 'workers' ? [e.workers] : [])))).toEqual(new Set([1, 2]));
  });

  test('it says what it chose, and goes on with that', { tags: ['slow'] }, async () => {
    const events = await run({ workers: 'auto', epochs: 3000, lambda: 0 });
    const chosen = events.findLast((e) => e.event === 'workers');
    const [start] = events;
    // On one core there is nothing to choose.
    if (start.event === 'start' && start.cores > 1) {
      expect(chosen).toMatchObject({ workers: expect.any(Number), why: expect.stringMatching(/\d/) });
      expect(events.at(-1)).toMatchObject({ event: 'done', workers: chosen?.event === 'workers' ? chosen.workers : 0 });
    }
  });

  test('more workers than cores are allowed, with a warning', async () => {
    const [start] = await run({ workers: 9, epochs: 1 });
    const turns = expect.stringMatching(/take turns/);
    expect(start).toMatchObject({ workers: 9, warnings: expect.arrayContaining([expect.stringMatching(/^9 workers on \d+ cores? take turns/)]) });
    const [fitting] = await run({ workers: 1, epochs: 1 });
    expect(fitting).toMatchObject({ warnings: expect.not.arrayContaining([turns]) });
  });
});

/** The data set with its first n training samples, and few for the rest. */
function first({ training, ...rest }: Dataset, n: number): Dataset {
  const some = (count: number) => ({ values: training.values.slice(0, count * rest.inputs), labels: training.labels.slice(0, count) });
  return { ...rest, training: some(n), validation: some(50), test: some(50) };
}
