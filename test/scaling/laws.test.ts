// The laws of scaling: curves made from a law must be fitted with that law's numbers, whatever was measured must give finite
// ones, and a step that was measured, or is predicted, must be the sum of its parts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '#src/model/layout.js';
import { fitGrowing, fitLaw, type SpeedUp, speedUpOf } from '#src/scaling/laws.js';
import { reasonFor, recommended } from '#src/scaling/plan.js';
import { companyOf, explain, extrapolate, type Model } from '#src/scaling/predict.js';
import type { StepTime } from '#src/scaling/step-times.js';

/** Speed-ups of one worker, two, four and so on. */
const curve = (...speedUps: readonly number[]): SpeedUp[] => speedUps.map((speedUp, k) => ({ workers: 2 ** k, speedUp }));

describe('fitting a law', () => {
  it('finds the numbers of the curve that it was made from', () => {
    const law = { name: 'universal', sigma: 0.05, kappa: 0.01 } as const;
    const points = [1, 2, 4, 8, 16].map((workers) => ({ workers, speedUp: speedUpOf(law, workers) }));
    const fitted = fitLaw(points);
    expect(fitted).toMatchObject({ name: 'universal', sigma: expect.closeTo(0.05, 10), kappa: expect.closeTo(0.01, 10) });
    // dS/dN = 0 at N = √((1 - σ)/κ): Gunther's formula 4.35.
    expect(fitted?.best).toBeCloseTo(Math.sqrt(95), 8);
    // Of counts below that one it is no measured figure.
    expect(fitLaw(points.slice(0, 4))).toEqual({ name: 'universal', sigma: expect.closeTo(0.05, 10), kappa: expect.closeTo(0.01, 10) });
  });

  it('takes Amdahl’s law where pairs of workers cost nothing', () => {
    // Half the work shared by N: S = 1 / (0.5 + 0.5/N).
    const points = [1, 2, 4].map((workers) => ({ workers, speedUp: 1 / (0.5 + 0.5 / workers) }));
    expect(fitLaw(points)).toEqual({ name: 'Amdahl', sigma: expect.closeTo(0.5, 12), kappa: 0 });
  });

  it('says nothing of two worker counts, and fits growing mini-batches with Gustafson’s law', () => {
    for (const lawOf of [fitLaw, fitGrowing]) {
      expect(lawOf(curve(1))).toBeUndefined();
      expect(lawOf(curve(1, 4 / 3))).toBeUndefined();
    }
    const growing = fitGrowing([1, 2, 4].map((workers) => ({ workers, speedUp: workers - 0.3 * (workers - 1) })));
    expect(growing).toEqual({ name: 'Gustafson', sigma: expect.closeTo(0.3, 12), kappa: 0 });
  });

  it.each([
    ['784-100-10, mini-batch 100, partial', [1, 1.52, 2.53, 3.5, 3.4], undefined],
    ['784-30-10, mini-batch 10, owned', [1, 0.75, 0.81, 0.76, 0.63], undefined],
    ['784-30-10, mini-batch 10, partial', [1, 1.08, 1.17, 1.26, 1.29], { name: 'Amdahl', sigma: 0.763 }],
    ['784-512-512-10, mini-batch 128, owned', [1, 1.79, 3.29, 5.5, 7.81], { name: 'universal', sigma: 0.066 }],
    ['two workers at a fifth of one, as a busy machine measures them', [1, 0.214], undefined],
    ['four workers at a quarter of one', [1, 0.6, 0.25], undefined],
    ['more than twice the speed of one', [1, 2.4, 5], undefined],
  ])('of what was measured, %s: %j', (_, speedUps, law) => {
    expect(fitLaw(curve(...speedUps))).toEqual(law && expect.objectContaining({ ...law, sigma: expect.closeTo(law.sigma, 3) }));
  });

  it('states a law within its range and near to all that was measured, or none', () => {
    const growth = fc.array(fc.double({ min: 0.5, max: 2.2, noNaN: true }), { minLength: 2, maxLength: 7 });
    let stated = 0;
    fc.assert(
      fc.property(growth, (list) => {
        const points = curve(...[1, ...list].map((_, k) => list.slice(0, k).reduce((product, by) => product * by, 1)));
        for (const law of [fitLaw(points), fitGrowing(points)]) {
          if (!law) continue;
          stated++;
          expect(law.sigma).toBeGreaterThanOrEqual(0);
          expect(law.sigma).toBeLessThanOrEqual(1);
          expect(law.kappa >= 0 && law.kappa <= 1).toBe(true);
          if (law.best !== undefined) expect(law.best >= 1 && law.best <= 2 ** list.length).toBe(true);
          for (const { workers, speedUp } of points) expect(Math.abs(speedUp / speedUpOf(law, workers) - 1)).toBeLessThanOrEqual(0.1);
        }
      }),
    );
    expect(stated).toBeGreaterThan(0);
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
