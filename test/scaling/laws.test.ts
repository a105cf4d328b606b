// The laws of scaling: curves made from a law must be fitted with that law's numbers, whatever was measured must give finite
// ones, and a step that was measured, or is predicted, must be the sum of its parts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '#src/model/layout.js';
import { fitGrowing, fitLaw, speedUpOf } from '#src/scaling/laws.js';
import { reasonFor, recommended } from '#src/scaling/plan.js';
import { companyOf, explain, extrapolate, type Model } from '#src/scaling/predict.js';
import type { StepTime } from '#src/scaling/step-times.js';

describe('fitting a law', () => {
  it('finds the numbers of the curve that it was made from', () => {
    const law = { name: 'universal', sigma: 0.05, kappa: 0.01 } as const;
    const points = [1, 2, 4, 8, 16].map((workers) => ({ workers, speedUp: speedUpOf(law, workers) }));
    const fitted = fitLaw(points);
    expect(fitted).toMatchObject({ name: 'universal', sigma: expect.closeTo(0.05, 10), kappa: expect.closeTo(0.01, 10) });
    // dS/dN = 0 at N = √((1 - σ)/κ): Gunther's formula 4.35.
    expect(fitted?.best).toBeCloseTo(Math.sqrt(95), 8);
  });

  it('takes Amdahl’s law for two worker counts: one number', () => {
    // Half the work shared by two: S = 1 / (0.5 + 0.5/2) = 4/3.
    expect(
      fitLaw([
        { workers: 1, speedUp: 1 },
        { workers: 2, speedUp: 4 / 3 },
      ]),
    ).toEqual({ name: 'Amdahl', sigma: expect.closeTo(0.5, 12), kappa: 0 });
  });

  it('says nothing of one worker count, and fits growing mini-batches with Gustafson’s law', () => {
    expect(fitLaw([{ workers: 1, speedUp: 1 }])).toBeUndefined();
    expect(fitGrowing([{ workers: 1, speedUp: 1 }])).toBeUndefined();
    const growing = fitGrowing([1, 2, 4].map((workers) => ({ workers, speedUp: workers - 0.3 * (workers - 1) })));
    expect(growing).toEqual({ name: 'Gustafson', sigma: expect.closeTo(0.3, 12), kappa: 0 });
  });

  it('gives finite numbers, never below zero, for whatever was measured', () => {
    const speedUps = fc.array(fc.double({ min: 0.01, max: 64, noNaN: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(speedUps, (list) => {
        const points = [{ workers: 1, speedUp: 1 }, ...list.map((speedUp, k) => ({ workers: 2 ** (k + 1), speedUp }))];
        for (const law of [fitLaw(points), fitGrowing(points)]) {
          if (!law) throw new Error('no law');
          expect(law.sigma).toBeGreaterThanOrEqual(0);
          expect(law.kappa).toBeGreaterThanOrEqual(0);
          if (law.best !== undefined) expect(law.best).toBeGreaterThanOrEqual(1);
          expect([law.sigma, law.kappa, law.best ?? 1].every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });
});

const MODEL: Model = { layout: layoutOf([784, 30, 10]), crossings: 2, gradient: 'owned', input: 'sparse', density: 0.2 };
/** A step of so many microseconds, a tenth of it in phases that read nothing of other workers, and so long at barriers. */
const stepOf = (step: number, wait = 0, own = 0.1 * (step - wait)): StepTime => {
  const rest = step - wait - own;
  return { step, time: { gather: own / 2, forward: rest / 2, backward: own / 2, update: rest / 2, wait } };
};

describe('a measured step', () => {
  it('is taken apart into parts that add up to it', () => {
    // 30 µs in lockstep, 6 of them at barriers; its work by itself takes 20. Gather and backward take 2.2 µs where by themselves they took 2:
    // a slow-down of 1.1, so 2 µs; and what is left of the time at work, 2 µs, is for moved lines.
    const p = explain(MODEL, stepOf(30, 6, 2.2), stepOf(20), 2, 10);
    expect(p).toMatchObject({ work: 20, barriers: 6, contention: expect.closeTo(2, 10), moving: expect.closeTo(2, 10), extrapolated: false });
    expect(p.step).toBeCloseTo(30, 10);
    expect(p.samplesPerSecond).toBeCloseTo(1e7 / 30, 5);
    expect(companyOf(MODEL, p)).toEqual({
      workers: 2,
      crossing: 3,
      slowdown: expect.closeTo(1.1, 10),
      line: expect.closeTo(2 / (p.movedBytes / 64), 10),
    });
  });

  it('keeps its length whatever was measured, with no part below zero', () => {
    const time = fc.double({ min: 0, max: 1e6, noNaN: true });
    const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positive, time, time, positive, time, fc.constantFrom(2, 16), (step, wait, own, alone, by, n) => {
        const lockstep: StepTime = { step, time: { gather: own, forward: 1, backward: 0, update: 0, wait } };
        const itself: StepTime = { step: alone, time: { gather: by, forward: 1, backward: 0, update: 0, wait: 0 } };
        const p = explain(MODEL, lockstep, itself, n, 10);
        expect(p.step / step).toBeCloseTo(1, 6);
        for (const part of [p.work, p.contention, p.barriers, p.moving]) expect(part).toBeGreaterThanOrEqual(-1e-9 * step);
      }),
    );
  });

  it('of one worker is its work', () => {
    expect(explain(MODEL, stepOf(20, 0.1), stepOf(19), 1, 10)).toMatchObject({
      ...{ step: 20, work: 20, contention: 0, barriers: 0, moving: 0, movedBytes: 0 },
    });
  });

  it('counts the cache lines that others wrote: 784-30-10, two workers, mini-batch 10, by hand', () => {
    // z²: my 5 rows of 2 lines, half of them the other's: 5. w³, b³: 30 rows of 12 floats are 23 lines and 1, half: 12. δ² of
    // 5 rows: 1 line each. Of layer 3: a² (2 lines, half mine: 1) and δ³ (1 line) of 5 rows: 10. Together 32 lines of 64 bytes.
    expect(explain(MODEL, stepOf(1), stepOf(1), 2, 10).movedBytes).toBe(32 * 64);
  });
});

describe('a prediction beyond the cores', () => {
  const most = explain(MODEL, stepOf(30, 6, 2.2), stepOf(20), 2, 10);

  it('is put together from what was measured with the most workers', () => {
    // A barrier of two workers takes 0.5 µs: 1 µs of the 6 are crossings, and grow eightfold; 5 are waiting, a quarter of the work. The
    // slow-down stays 1.1.
    const p = extrapolate(MODEL, most, 0.5, stepOf(4), 16, 10);
    expect(p).toMatchObject({ workers: 16, work: 4, contention: expect.closeTo(0.4, 10), barriers: expect.closeTo(8 + 1, 10), extrapolated: true });
    expect(p.moving).toBeCloseTo((p.movedBytes / most.movedBytes) * most.moving, 10);
    expect(p.step).toBeCloseTo(p.work + p.contention + p.barriers + p.moving, 10);
  });

  it('meets the measurement where it begins', () => {
    for (const crossing of [0, 0.5, 100]) {
      const p = extrapolate(MODEL, most, crossing, stepOf(20), 2, 10);
      for (const part of ['step', 'work', 'contention', 'barriers', 'moving'] as const) expect(p[part]).toBeCloseTo(most[part], 10);
    }
  });

  it('of a machine with one core knows of work only', () => {
    const one = explain(MODEL, stepOf(20), stepOf(20), 1, 10);
    expect(extrapolate(MODEL, one, 0, stepOf(11), 2, 10)).toMatchObject({ step: 11, work: 11, extrapolated: true });
  });
});

describe('the recommendation', () => {
  const like = (workers: number, step: number) => explain(MODEL, stepOf(step), stepOf(step), workers, 10);

  it('takes no worker that does not pay', () => {
    expect(recommended([like(1, 20), like(2, 19.9), like(4, 19.8)]).workers).toBe(1);
    expect(recommended([like(1, 20), like(2, 12), like(4, 11.9)]).workers).toBe(2);
    expect(recommended([like(1, 20), like(2, 21), like(4, 10)]).workers).toBe(4);
  });

  it('says in a sentence what moves and what it costs', () => {
    const all = [explain(MODEL, stepOf(20), stepOf(20), 1, 10), explain(MODEL, stepOf(22.2, 1, 2.09), stepOf(19), 2, 10)];
    expect(reasonFor(all[0], all, [1, 2])).toBe(
      'a step moves 2 KB between 2 workers, and their company costs 3.2 µs where sharing the work saves 1.0 µs',
    );
    expect(reasonFor(all[1], all, [1, 2])).toMatch(/^2 workers share 20\.0 µs of work a step into 19\.0 µs each and pay 3\.2 µs for barriers/);
  });
});
