// The queue of runs, on lanes that train nothing: which run begins when, what is told in which order, and what becomes of the others
// when one fails, is lost, or a listener throws.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, NablaError } from '#src/errors.js';
import { type During, type Job, type Outcome, runJobs } from '#src/experiments/run-queue.js';
import type { Lane } from '#src/training/lane.js';

const lanes = (count: number): Lane[] => Array.from({ length: count }, () => ({ isStuck: false }) as Lane);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const lost = (code: ErrorCode, text = 'gone'): NablaError => new NablaError(code, text);

interface Given {
  readonly work?: number;
  /** How many turns of the event loop it takes. */
  readonly turns?: number;
  /** What each try ends with; the last one counts for all that follow. */
  readonly errors?: readonly (Error | undefined)[];
}

/** Jobs that give their numbers, and the order in which they were begun. */
function jobsOf(given: readonly Given[]): { jobs: Job<number>[]; begun: number[] } {
  const begun: number[] = [];
  const jobs = given.map(({ work = 1, turns = 1, errors = [undefined] }, k): Job<number> => {
    let tries = 0;
    const run = async (_: Lane, { signal, progress }: During): Promise<number> => {
      begun.push(k);
      const error = errors[Math.min(tries++, errors.length - 1)];
      for (let n = 1; n <= turns; n++) {
        await turn();
        if (signal.aborted) throw lost('INTERRUPTED', 'stopped');
        progress(n / turns);
      }
      if (error) throw error;
      return k;
    };
    return { name: `job ${k}`, work, run };
  });
  return { jobs, begun };
}

const valuesOf = (outcomes: readonly (Outcome<number> | undefined)[]): unknown[] =>
  outcomes.map((outcome) => outcome?.value ?? outcome?.error?.message);

it('gives and tells results in the order of the jobs, whatever order they end in; the longest begin first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ work: fc.integer({ min: 1, max: 9 }), turns: fc.integer({ min: 1, max: 6 }) }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (given, count) => {
        const { jobs, begun } = jobsOf(given);
        const [told, ended, shares]: number[][] = [[], [], []];
        const outcomes = await runJobs(jobs, lanes(count), {
          onOutcome: (index) => told.push(index),
          onEnded: (index) => ended.push(index),
          onProgress: (_, __, share) => shares.push(share),
        });
        const all = given.map((_, k) => k);
        expect([valuesOf(outcomes), told, ended.toSorted((a, b) => a - b)]).toEqual([all, all, all]);
        expect(begun).toEqual(all.toSorted((a, b) => given[b].work - given[a].work || a - b));
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect(shares.at(-1)).toBeCloseTo(1, 9);
      },
    ),
    { numRuns: 40 },
  );
});

describe('a run that fails', () => {
  it.each<ErrorCode>(['WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT'])('with its threads, %s, is tried once more', async (code) => {
    const { jobs, begun } = jobsOf([{ errors: [lost(code), undefined] }, { errors: [lost(code), lost(code, 'again')] }, {}]);
    expect(valuesOf(await runJobs(jobs, lanes(1)))).toEqual([0, 'job 1: again', 2]);
    expect(begun).toEqual([0, 0, 1, 1, 2]);
  });

  it.each([lost('DIVERGED'), lost('NOT_SAVED'), new Error('a fault')])('otherwise is reported, and the rest goes on (%s)', async (error) => {
    const { jobs, begun } = jobsOf([{}, { errors: [error] }, {}]);
    const outcomes = await runJobs(jobs, lanes(2));
    expect(valuesOf(outcomes)).toEqual([0, error instanceof NablaError ? 'job 1: gone' : 'a fault', 2]);
    expect(begun).toEqual([0, 1, 2]);
    if (error instanceof NablaError) expect(outcomes[1]?.error).toMatchObject({ code: error.code, cause: error });
  });

  it('stops the others where they fail together', async () => {
    const { jobs, begun } = jobsOf([{ turns: 50 }, { errors: [lost('DIVERGED')] }, {}, {}]);
    const outcomes = await runJobs(jobs, lanes(2), { failTogether: true });
    expect(valuesOf(outcomes)).toEqual([undefined, 'job 1: gone', undefined, undefined]);
    expect(begun).toEqual([0, 1]);
  });

  it('on a lane with a thread that does not end takes the lane with it; the others take its jobs, as long as there are any', async () => {
    const stuck = (lane: Lane): never => {
      Object.assign(lane, { isStuck: true });
      throw lost('THREAD_STUCK', 'stuck');
    };
    const jobs = Array.from(
      { length: 5 },
      (_, k): Job<number> => ({
        ...{ name: `job ${k}`, work: 1 },
        run: (lane) => turn().then(() => (k === 0 ? stuck(lane) : k)),
      }),
    );
    expect(valuesOf(await runJobs(jobs, lanes(2)))).toEqual(['job 0: stuck', 1, 2, 3, 4]);
    const told: number[] = [];
    const outcomes = await runJobs(jobs, lanes(1), { onOutcome: (index) => told.push(index) });
    expect(outcomes.map((outcome) => outcome?.error && 'code' in outcome.error && outcome.error.code)).toEqual(Array(5).fill('THREAD_STUCK'));
    expect(told).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('what stops all', () => {
  it('a signal, after which what was under way has not ended', async () => {
    const controller = new AbortController();
    const { jobs, begun } = jobsOf(Array.from({ length: 9 }, (_, k) => ({ turns: 1 + 5 * (k % 2) })));
    const ended: number[] = [];
    const onEnded = (index: number): void => void (ended.push(index) === 2 && controller.abort());
    const outcomes = await runJobs(jobs, lanes(2), { signal: controller.signal, onEnded });
    expect(outcomes.flatMap((outcome, k) => (outcome ? [k] : []))).toEqual(ended);
    expect([ended.length, begun.length]).toEqual([2, 3]);
    expect(await runJobs(jobs, lanes(2), { signal: AbortSignal.abort() })).toEqual(Array(9).fill(undefined));
  });

  it.each(['onEnded', 'onOutcome', 'onProgress'] as const)('a listener that throws: %s', async (name) => {
    const { jobs, begun } = jobsOf(Array.from({ length: 9 }, () => ({ turns: 3 })));
    let calls = 0;
    const ended: Outcome<number>[] = [];
    const throwing = (): void => {
      if (++calls === 2) throw new Error('no more');
    };
    const onEnded = (_: number, outcome: Outcome<number>): void => void ended.push(outcome);
    await expect(runJobs(jobs, lanes(2), { onEnded, [name]: throwing })).rejects.toThrow(/^no more$/);
    expect(begun.length).toBeLessThan(9);
    // It is no fault of a run.
    expect(ended.filter(({ error }) => error)).toEqual([]);
  });
});
