// The stop-watch on a clock that is made up: what the clock itself takes is taken off, and a core that is taken away for some
// milliseconds hides nothing of where a step spends its time.

import { afterEach, expect, test, vi } from 'vitest';
import { BACKWARD, byPhase, EXCHANGE, FORWARD, GATHER, PhaseTimer, phasesOf, STEP_PHASES, UPDATE, WAIT } from '#src/parallel/step/phase-timer.js';

afterEach(() => vi.restoreAllMocks());

const PHASES = [GATHER, FORWARD, BACKWARD, UPDATE, WAIT, EXCHANGE];
/** Milliseconds of each phase of a step; one process exchanges nothing. */
const STEP = [0.001, 0.003, 0.002, 0.002, 0.001, 0];

/** Walks steps on a clock whose reading takes so long itself, with a pause in a phase of some of them. */
function walk({ steps, every, reading = 0, pauses = {} }: { steps: number; every: number; reading?: number; pauses?: Record<number, number> }) {
  let now = 5;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += reading;
    return now;
  });
  const timer = new PhaseTimer();
  timer.start({ traced: 0, every });
  for (let step = 0; step < steps; step++) {
    timer.step();
    for (const phase of PHASES.filter((phase) => STEP[phase] > 0)) {
      now += STEP[phase] + (phase === UPDATE ? (pauses[step] ?? 0) : 0);
      timer.lap(phase);
    }
  }
  const timings = timer.read();
  if (!timings) throw new Error('The watch was off.');
  const all = timings.usual.reduce((sum, ms) => sum + ms, 0);
  return { ...timings, shares: timings.usual.map((ms) => ms / all), elapsed: now - 5 };
}

const SHARES = STEP.map((ms) => ms / STEP.reduce((sum, t) => sum + t, 0));

test.each([
  { steps: 800, every: 28 },
  { steps: 100_000, every: 28 },
  { steps: 800, every: 1 },
  { steps: 5, every: 28 },
  // A reading takes 0.1 µs: seven of them, of a step of 9 µs.
  { steps: 800, every: 28, reading: 0.0001 },
])('shares of a step, %o', (options) => {
  const { shares, phases, steps } = walk(options);
  expect(steps).toBe(options.steps);
  for (const [k, share] of shares.entries()) expect(share, STEP_PHASES[k]).toBeCloseTo(SHARES[k], 2);
  expect(phases.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(0.009 * options.steps, -Math.log10(0.0002 * options.steps));
});

test('a pause of 8 ms in a timed step is in the time that was spent, and not in where a step spends it', () => {
  const { shares, phases } = walk({ steps: 800, every: 28, reading: 0.0001, pauses: { 226: 8 } });
  for (const [k, share] of shares.entries()) expect(share, STEP_PHASES[k]).toBeCloseTo(SHARES[k], 2);
  // One timed step stands for 25 others.
  expect(phases[UPDATE]).toBeGreaterThan(8);
  for (const phase of [GATHER, FORWARD, BACKWARD, WAIT]) expect(phases[phase]).toBeCloseTo(800 * STEP[phase], 0);
});

test('pauses between timed steps do not make the clock look free', () => {
  const { shares } = walk({ steps: 800, every: 28, reading: 0.0001, pauses: { 50: 8, 300: 8 } });
  for (const [k, share] of shares.entries()) expect(share, STEP_PHASES[k]).toBeCloseTo(SHARES[k], 1);
});

test('off, it says nothing; without a timed step, nothing either', () => {
  const timer = new PhaseTimer();
  timer.start(undefined);
  timer.step();
  timer.lap(FORWARD);
  expect(timer.read()).toBeUndefined();
  timer.start({ traced: 0, every: 3 });
  expect(timer.read()).toMatchObject({ phases: [0, 0, 0, 0, 0, 0], usual: [0, 0, 0, 0, 0, 0], steps: 0 });
});

test('there is an exchange among the phases only where there was one', () => {
  const alone = byPhase([1, 2, 3, 4, 5, 0]);
  expect(alone).toEqual({ gather: 1, forward: 2, backward: 3, update: 4, wait: 5 });
  expect(phasesOf([alone])).toEqual(['gather', 'forward', 'backward', 'update', 'wait']);
  const shared = byPhase([1, 2, 3, 4, 5, 6]);
  expect(shared).toEqual({ gather: 1, forward: 2, backward: 3, update: 4, wait: 5, exchange: 6 });
  expect(phasesOf([alone, shared])).toEqual(STEP_PHASES);
});
