// The choice of workers in the first steps of a run, on a clock that is made up: whatever the speeds and the length of an
// epoch, every count is measured, the fastest is taken, and no sample is left out or trained on twice.

import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { Session } from '#src/parallel/session.js';
import { AutoWorkers } from '#src/scaling/auto.js';

afterEach(() => vi.restoreAllMocks());

/** Trains at these samples per millisecond, by the number of workers, after a start that takes its time. */
function sessionOf(
  speeds: ReadonlyMap<number, number>,
  workers: number,
): { session: Session; stretches: [workers: number, from: number, upTo: number][] } {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const stretches: [number, number, number][] = [];
  const session = {
    attach: async (division: { workers: number }) => {
      workers = division.workers;
    },
    runEpoch: async (_: number, { from, upTo }: { from: number; upTo: number }) => {
      now += 0.1 + (upTo - from) / (speeds.get(workers) as number);
      stretches.push([workers, from, upTo]);
      return [{ stopped: 0 }];
    },
  };
  return { session: session as unknown as Session, stretches };
}

test('it is made soon, of epochs of any length', async () => {
  const speed = fc.integer({ min: 1, max: 2000 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60_000 }), fc.array(speed, { minLength: 2, maxLength: 5 }), async (training, rates) => {
      const counts = rates.map((_, k) => 2 ** k);
      const most = counts[counts.length - 1];
      const { session, stretches } = sessionOf(new Map(counts.map((n, k) => [n, rates[k]])), most);
      const auto = new AutoWorkers(session, { workers: most, shards: most, batch: 10 }, counts);
      for (let epoch = 0; epoch < 100_000 && !auto.choice; epoch++) {
        const begin = stretches.length;
        const { upTo } = await auto.train(0, 0, training, () => false);
        const walked = stretches.slice(begin);
        expect(walked.map(([, from]) => from)).toEqual([0, ...walked.slice(0, -1).map(([, , to]) => to)]);
        expect(walked.at(-1)?.[2]).toBe(upTo);
        if (!auto.choice) expect(upTo).toBe(training);
      }
      // Half a second, and what the slowest took to find out how long its stretches are to be.
      expect(performance.now()).toBeLessThan(1500);
      const { workers, why } = auto.choice as { workers: number; why: string };
      if (/length of a step/.test(why)) return;
      expect(why.match(/\d+: [\d,]+/g)).toHaveLength(counts.length);
      // Samples a millisecond with the start of a stretch of 10 ms, or of an epoch, in them: 2 % are worth it, and as much is forgiven.
      const rateOf = (n: number): number => rates[counts.indexOf(n)];
      const reached = (n: number): number => 1 / (0.1 / Math.min(training, 10 * rateOf(n)) + 1 / rateOf(n));
      expect(reached(workers)).toBeGreaterThan(0.9 * Math.max(...counts.map(reached)));
    }),
    { numRuns: 100, seed: 1 },
  );
});

test('a count whose stretches fall on what an epoch has left is measured all the same', async () => {
  // One worker does 900 samples in its 10 ms; two would want 2,000, and find 300 left of 1,200, each time.
  const { session } = sessionOf(
    new Map([
      [1, 90],
      [2, 200],
    ]),
    2,
  );
  const auto = new AutoWorkers(session, { workers: 2, shards: 2, batch: 10 }, [1, 2]);
  for (let epoch = 0; epoch < 100 && !auto.choice; epoch++) await auto.train(0, 0, 1200, () => false);
  expect(auto.choice).toEqual({ workers: 2, why: expect.stringMatching(/^the first steps: samples\/s by workers 1: [\d,]+, 2: [\d,]+$/) });
});
