// What a search trains, before anything is trained: rungs by hand, what all their epochs come to, and budgets.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bracketOf, checkPlan, epochsOf, type PlanOptions, rungsOf } from '#src/experiments/search/plan.js';
import { Space } from '#src/experiments/search/space.js';

const SPACE = new Space({ eta: { from: 0.1, to: 1 } });
const rungs = (runs: number, epochs: number, factor: number): string =>
  rungsOf(runs, epochs, factor)
    .map((rung) => `${rung.runs}@${rung.epochs}`)
    .join(' ');

describe('rungs', () => {
  it.each([
    [27, 27, 3, '27@1 9@3 3@9 1@27'],
    [27, 30, 3, '27@1 9@3 3@10 1@30'],
    [27, 9, 3, '27@1 9@3 3@9'],
    [27, 2, 3, '27@2'],
    [26, 27, 3, '26@3 8@9 2@27'],
    [16, 8, 2, '16@1 8@2 4@4 2@8'],
    [10, 100, 4, '10@25 2@100'],
    [1, 30, 3, '1@30'],
    [243, 243, 3, '243@1 81@3 27@9 9@27 3@81 1@243'],
    [1000, 1000, 10, '1000@1 100@10 10@100 1@1000'],
    // Some keep all of their runs, or train them no further.
    [3, 3, 1.2, '3@1 1@3'],
    [5, 5, 1.5, '5@1 3@2 2@3 1@5'],
  ])('%i runs for %i epochs by %d: %s', (runs, epochs, factor, expected) => {
    expect(rungs(runs, epochs, factor)).toBe(expected);
  });

  it('of any: fewer runs and more epochs from one to the next, all runs first and all epochs last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 1.1, max: 12, noNaN: true }),
        (runs, epochs, factor) => {
          const all = rungsOf(runs, epochs, factor);
          expect([all[0].runs, all.at(-1)?.epochs]).toEqual([runs, epochs]);
          for (const [k, rung] of all.entries()) {
            const before = all[k - 1];
            if (before) expect(rung.runs < before.runs && rung.epochs > before.epochs, JSON.stringify(all)).toBe(true);
            expect(rung.runs >= 1 && rung.epochs >= 1).toBe(true);
          }
        },
      ),
    );
  });
});

describe('epochs of all runs', () => {
  it('count those that go on once', () => {
    expect(epochsOf(rungsOf(27, 27, 3))).toBe(27 + 9 * 2 + 3 * 6 + 18);
    expect(epochsOf([{ runs: 4, epochs: 30 }])).toBe(120);
  });

  it('are at most those allowed, and with one run more too many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom<PlanOptions['strategy']>('halving', 'random'),
        (totalEpochs, epochs, strategy) => {
          fc.pre(totalEpochs >= epochs);
          const { settings, rungs } = bracketOf(SPACE, checkPlan({ strategy, totalEpochs }), epochs, 1);
          expect(epochsOf(rungs)).toBeLessThanOrEqual(totalEpochs);
          const more = strategy === 'random' ? [{ runs: settings.length + 1, epochs }] : rungsOf(settings.length + 1, epochs, 3);
          expect(epochsOf(more)).toBeGreaterThan(totalEpochs);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('may do for many short runs where they do not for fewer', () => {
    // Eight runs begin with nine epochs, nine with three: 108 epochs, and 63.
    expect([epochsOf(rungsOf(8, 27, 3)), epochsOf(rungsOf(9, 27, 3))]).toEqual([108, 63]);
    expect(bracketOf(SPACE, checkPlan({ totalEpochs: 70 }), 27, 1).settings).toHaveLength(11);
  });
});

describe('brackets', () => {
  it('have settings of their own, one after another', () => {
    const plan = checkPlan({ strategy: 'random', runs: 5 });
    const all = SPACE.draw(15, 7);
    expect([0, 1, 2].flatMap((number) => bracketOf(SPACE, plan, 1, 7, number).settings)).toEqual(all);
  });

  it('end where a space does', () => {
    const small = new Space({ eta: [1, 2, 3, 4, 5] });
    const plan = checkPlan({ runs: 3 });
    expect([0, 1, 2].map((number) => bracketOf(small, plan, 9, 1, number).settings.length)).toEqual([3, 2, 0]);
    expect(bracketOf(small, checkPlan({ strategy: 'grid' }), 9, 1)).toEqual({
      settings: [1, 2, 3, 4, 5].map((eta) => ({ eta })),
      rungs: [{ runs: 5, epochs: 9 }],
    });
  });
});
