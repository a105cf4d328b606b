// The choice of workers while a run lasts, on a clock and a machine that are made up: the fastest count is taken whatever the speeds
// and the length of an epoch; when the machine changes, so does the choice, soon and for good; and trials cost little.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '#src/random.js';
import { AutoWorkers } from '#src/scaling/auto.js';

/** Samples a millisecond with so many workers, at a time of the run in milliseconds, so long after they took over. */
type Speed = (workers: number, now: number, since: number) => number;

interface Machine {
  readonly counts: readonly number[];
  readonly speed: Speed;
  readonly batch?: number;
  /** Samples of an epoch. */
  readonly training?: number;
  /** By how much a turn may be slower or faster than it should. */
  readonly noise?: number;
}

interface Simulated {
  readonly choices: { readonly at: number; readonly workers: number; readonly why: string }[];
  /** Milliseconds that other counts than the chosen one took after the first choice, and those of the longest trial. */
  readonly trials: number;
  readonly longest: number;
  /** Samples trained on between two times. */
  readonly samples: (from: number, to: number) => number;
}

/** Milliseconds that a message to the workers takes. */
const MESSAGE = 0.2;

/** Trains for so many milliseconds. */
function simulate({ counts, speed, batch = 10, training = 50_000, noise = 0 }: Machine, until: number): Simulated {
  const auto = new AutoWorkers(counts);
  const random = Random.stream(1, 'machine');
  const choices: Simulated['choices'] = [];
  const parts: { begin: number; end: number; samples: number }[] = [];
  let [now, from, attached, since] = [0, 0, counts[counts.length - 1], 0];
  let [trials, trial, longest] = [0, 0, 0];
  while (now < until) {
    const { workers, milliseconds, isTrial } = auto.next();
    if (workers !== attached) [attached, since, now] = [workers, now, now + MESSAGE];
    const begin = now;
    const [left, factor] = [training - from, 1 + noise * (2 * random.uniform() - 1)];
    let [samples, steps] = [0, 0];
    do {
      const m = Math.min(batch, left - samples);
      now += m / (speed(workers, now, now - since) * factor);
      samples += m;
      steps++;
    } while (samples < left && now - begin < milliseconds);
    now += MESSAGE;
    from = (from + samples) % training;
    parts.push({ begin, end: now, samples });
    if (isTrial && choices.length > 0 && workers !== auto.workers) trial += now - begin;
    const choice = auto.note(samples, steps, now - begin);
    if (choice) choices.push({ at: now, ...choice });
    if (!auto.next().isTrial) [trials, longest, trial] = [trials + trial, Math.max(longest, trial), 0];
  }
  const within = (a: number, b: number) => parts.reduce((sum, p) => (p.begin >= a && p.begin < b ? sum + p.samples : sum), 0);
  return { choices, trials, longest, samples: within };
}

/** What it reached in a time, as a share of the fastest count then. */
function share({ counts, speed }: Machine, run: Simulated, from: number, to: number): number {
  return run.samples(from, to) / ((to - from) * Math.max(...counts.map((workers) => speed(workers, from, 1000))));
}

describe('the first choice', () => {
  test('is made soon, and right, of epochs of any length', () => {
    const speed = fc.integer({ min: 1, max: 2000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.array(speed, { minLength: 2, maxLength: 5 }), (training, speeds) => {
        const counts = speeds.map((_, k) => 2 ** k);
        const speedOf = (workers: number): number => speeds[counts.indexOf(workers)];
        const { choices } = simulate({ counts, speed: speedOf, training }, 1000);
        const [{ at, workers, why }] = choices;
        expect(at).toBeLessThan(800);
        expect(why.match(/\d+: [\d,]+/g)).toHaveLength(counts.length);
        // With a message for each stretch or epoch in it: 2 % are worth another worker.
        const reached = (n: number): number => 1 / (MESSAGE / Math.min(training, 25 * speedOf(n)) + 1 / speedOf(n));
        expect(reached(workers)).toBeGreaterThan(0.9 * Math.max(...counts.map(reached)));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('is not taken in by the head start of a thread that was woken', () => {
    const speed: Speed = (workers, _, since) => (workers === 1 ? 300 : since < 4 ? 2000 : 250);
    expect(simulate({ counts: [1, 2], speed }, 1000).choices[0].workers).toBe(1);
  });

  test('is left out where a step takes long: the others are tried when the run has lasted longer', () => {
    // A step of the largest network: half a second with two workers, one with one.
    const steady = { counts: [1, 2], batch: 256, speed: (workers: number) => 0.256 * workers };
    const run = simulate(steady, 300_000);
    expect(run.choices).toEqual([{ at: expect.any(Number), workers: 2, why: expect.stringMatching(/^the length of a step: 500 ms/) }]);
    expect(run.trials).toBeGreaterThan(1000);
    expect(run.trials).toBeLessThan(0.03 * 300_000 + 1000);
  });
});

describe('when the machine changes', () => {
  /** Two workers are the better choice, but not from 3 to 10 s, where a busy process takes one of their cores. */
  const busy: Machine = { counts: [1, 2], speed: (workers, now) => (workers === 1 ? 300 : now > 3000 && now < 10_000 ? 25 : 500), noise: 0.05 };

  test('a count that has become slow is left within a second, one that has become fast is taken within three', () => {
    const run = simulate(busy, 20_000);
    expect(run.choices.map(({ workers }) => workers)).toEqual([2, 1, 2]);
    const [, slow, fast] = run.choices;
    expect(slow.at).toBeLessThan(4000);
    expect(slow.why).toMatch(
      /^a new trial, after the rate went from [45]\d\d,\d{3} to 2\d,\d{3} samples\/s: samples\/s by workers 1: \d+,\d{3}, 2: \d+,\d{3}$/,
    );
    expect(fast.at).toBeLessThan(13_000);
    expect(fast.why).toMatch(/^a new trial: samples\/s by workers /);
    for (const [from, to] of [
      [600, 3000],
      [4000, 10_000],
      [13_000, 20_000],
    ])
      expect(share(busy, run, from, to)).toBeGreaterThan(0.9);
  });

  test('the same in epochs of three milliseconds, and in one that never ends', () => {
    for (const training of [1000, 1e9]) {
      const run = simulate({ ...busy, training }, 20_000);
      expect(run.choices.map(({ workers }) => workers)).toEqual([2, 1, 2]);
    }
  });

  test('and where a step takes half a second', () => {
    const machine = { counts: [1, 2], batch: 256, speed: (workers: number, now: number) => (workers === 1 ? 0.3 : now < 60_000 ? 0.5 : 0.1) };
    const run = simulate(machine, 120_000);
    expect(run.choices.map(({ workers }) => workers)).toEqual([2, 1]);
    expect(run.choices[1].at).toBeLessThan(75_000);
  });

  test('whatever it becomes, three seconds later at least 0.8 of the best is reached, of two counts', () => {
    const speed = fc.integer({ min: 5, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(speed, speed), { minLength: 1, maxLength: 4 }), (stages) => {
        const machine: Machine = {
          counts: [1, 4],
          noise: 0.03,
          speed: (workers, now) => stages[Math.min(stages.length - 1, Math.floor(now / 8000))][workers >> 2],
        };
        const run = simulate(machine, 8000 * stages.length);
        for (const k of stages.keys()) expect(share(machine, run, 8000 * k + 3000, 8000 * (k + 1))).toBeGreaterThan(0.8);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('of many counts the way leads over several trials where it must', () => {
    // Sixteen workers until the 5th second; then one.
    const machine: Machine = {
      counts: [1, 2, 4, 8, 16],
      speed: (workers, now) => (now < 5000 ? 100 * workers ** 0.8 : 100 * workers ** -0.3),
      noise: 0.03,
    };
    const run = simulate(machine, 20_000);
    expect(run.choices[0].workers).toBe(16);
    expect(run.choices.at(-1)?.workers).toBe(1);
    expect(share(machine, run, 10_000, 20_000)).toBeGreaterThan(0.9);
  });

  test('a count that only looked faster is left again at once', () => {
    // From the third second on two workers are fast as long as they are only tried.
    const two = (now: number, since: number): number => (now < 3000 ? 200 : since < 40 ? 450 : 60);
    const machine: Machine = { counts: [1, 2], speed: (workers, now, since) => (workers === 1 ? 300 : two(now, since)) };
    const run = simulate(machine, 30_000);
    const [first, ...later] = run.choices;
    expect(first.workers).toBe(1);
    expect(later.length).toBeGreaterThan(2);
    for (const [k, { at, workers, why }] of later.entries()) {
      expect(workers).toBe(k % 2 === 0 ? 2 : 1);
      if (workers === 2) continue;
      expect(why).toMatch(/^the rate of 2: 59,\d{3} samples\/s, where 1 had 29\d,\d{3}$/);
      expect(at - later[k - 1].at).toBeLessThan(250);
    }
    expect(run.samples(3000, 30_000) / (27_000 * 300)).toBeGreaterThan(0.85);
  });
});

test('a run that collapses again soon after a trial does not wait until that one is paid for', () => {
  // Many workers collapse again and again, the last time for good, when trials have just taken more than was earned.
  const isBusy = (now: number): boolean => now > 2600 || Math.floor(now / 400) % 2 === 1;
  const machine: Machine = { counts: [1, 2, 4, 8, 16], speed: (workers, now) => (workers === 1 ? 300 : isBusy(now) ? 60 : 300 * workers) };
  const run = simulate(machine, 5600);
  expect(run.samples(2600, 5600) / (3000 * 300)).toBeGreaterThan(0.9);
});

describe('while nothing changes', () => {
  test('the choice stays, however alike the counts are, and trials take less than three parts of a hundred', () => {
    for (const [one, two] of [
      [300, 300],
      [300, 310],
      [310, 300],
      [300, 150],
      [150, 300],
    ]) {
      const run = simulate({ counts: [1, 2], speed: (workers) => (workers === 1 ? one : two), noise: 0.05 }, 60_000);
      expect(run.choices).toHaveLength(1);
      expect(run.trials).toBeLessThan(0.03 * 60_000);
      expect(run.trials).toBeGreaterThan(25 * 20);
    }
  });

  test('trials stay within their share, what may be owed, and what one of them takes, however wild the machine is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 3000 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer({ min: 2, max: 5 }),
        (period, noise, sides) => {
          const counts = Array.from({ length: sides }, (_, k) => 2 ** k);
          const speed: Speed = (workers, now) => (Math.floor(now / period) % 2 === 0 ? 100 * workers : 100 / workers);
          const run = simulate({ counts, speed, noise }, 30_000);
          // And what may be owed where a rate has collapsed.
          expect(run.trials).toBeLessThanOrEqual(0.03 * 30_000 + 2 * run.longest + 600);
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });
});
