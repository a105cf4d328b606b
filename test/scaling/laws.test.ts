// The laws of scaling: curves made from a law must be fitted with that law's numbers, whatever was measured must give finite
// ones, and a prediction must be the sum of its parts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '#src/model/layout.js';
import type { Contention } from '#src/scaling/calibrate.js';
import { fitGrowing, fitLaw, speedUpOf } from '#src/scaling/laws.js';
import { reasonFor, recommended } from '#src/scaling/plan.js';
import { type Model, predict } from '#src/scaling/predict.js';

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

const COMPANY: Contention[] = [
  { workers: 1, crossing: 0, slowdown: 1, line: 0 },
  { workers: 2, crossing: 0.5, slowdown: 1.1, line: 0.01 },
  { workers: 4, crossing: 1.5, slowdown: 1.3, line: 0.02 },
];
const MODEL: Model = { layout: layoutOf([784, 30, 10]), crossings: 2, gradient: 'owned', input: 'sparse', density: 0.2 };
const share = (step: number) => ({ step, time: { gather: 0, forward: step, backward: 0, update: 0, wait: 0 } });

describe('a prediction', () => {
  it('is the sum of its parts', () => {
    const p = predict(MODEL, share(20), COMPANY, 2, 10);
    expect(p).toMatchObject({ work: 20, contention: expect.closeTo(2, 10), barriers: 1, extrapolated: false });
    expect(p.moving).toBeCloseTo((p.movedBytes / 64) * 0.01, 10);
    expect(p.step).toBeCloseTo(p.work + p.contention + p.barriers + p.moving, 10);
    expect(p.samplesPerSecond).toBeCloseTo(1e7 / p.step, 5);
  });

  it('of one worker is its work', () => {
    expect(predict(MODEL, share(20), COMPANY, 1, 10)).toMatchObject({ step: 20, contention: 0, barriers: 0, moving: 0, movedBytes: 0 });
  });

  it('counts the cache lines that others wrote: 784-30-10, two workers, mini-batch 10, by hand', () => {
    // z²: my 5 rows of 2 lines, half of them the other's: 5. w³, b³: 30 rows of 12 floats are 23 lines and 1, half: 12. δ² of
    // 5 rows: 1 line each. Of layer 3: a² (2 lines, half mine: 1) and δ³ (1 line) of 5 rows: 10. Together 32 lines of 64 bytes.
    expect(predict(MODEL, share(1), COMPANY, 2, 10).movedBytes).toBe(32 * 64);
  });

  it('lies between measured counts where the count does, and says so beyond them', () => {
    expect(predict({ ...MODEL, crossings: 4 }, share(20), COMPANY, 3, 10)).toMatchObject({ barriers: 4 });
    expect(predict(MODEL, share(20), COMPANY, 3, 10)).toMatchObject({ barriers: 2, contention: expect.closeTo(4, 10), extrapolated: false });
    expect(predict(MODEL, share(20), COMPANY, 16, 10)).toMatchObject({ barriers: 2 * 6, contention: expect.closeTo(6, 10), extrapolated: true });
  });
});

describe('the recommendation', () => {
  const like = (workers: number, step: number) => ({ ...predict(MODEL, share(step), COMPANY, workers, 10), work: step, step });

  it('takes no worker that does not pay', () => {
    expect(recommended([like(1, 20), like(2, 19.9), like(4, 19.8)]).workers).toBe(1);
    expect(recommended([like(1, 20), like(2, 12), like(4, 11.9)]).workers).toBe(2);
    expect(recommended([like(1, 20), like(2, 21), like(4, 10)]).workers).toBe(4);
  });

  it('says in a sentence what moves and what it costs', () => {
    const all = [1, 2].map((workers) => predict(MODEL, share(workers === 1 ? 20 : 19), COMPANY, workers, 10));
    expect(reasonFor(all[0], all, [1, 2])).toBe(
      'a step moves 2 KB between 2 workers, and their company costs 3.2 µs where sharing the work saves 1.0 µs',
    );
    expect(reasonFor(all[1], all, [1, 2])).toMatch(/^2 workers share 20\.0 µs of work a step into 19\.0 µs each and pay 3\.2 µs for barriers/);
  });
});
