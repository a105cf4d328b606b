// Which trial is better: one order of any trials, whatever their figures are.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ranked, type Trial } from '#src/experiments/search/ranking.js';

const figures = (epochs: number, validationAccuracy: number | null, validationCost: number | null): Trial['figures'] => ({
  ...{ epochs, validationAccuracy, validationCost, trainingCost: 1, weightsSha256: '' },
});
const order = (trials: readonly Trial[], by: 'validation accuracy' | 'validation cost' = 'validation accuracy'): number[] =>
  ranked(trials, by, ({ rung }) => rung).map(({ index }) => index);

it('goes by rung, figure, cost and number; failures are last', () => {
  const trials: Trial[] = [
    { index: 0, rung: 0, failure: { code: 'DIVERGED', text: '' } },
    { index: 1, rung: 0, figures: figures(1, 0.9, 1) },
    { index: 2, rung: 1, figures: figures(3, 0.5, 1) },
    { index: 3, rung: 1, figures: figures(3, 0.5, 0.5) },
    { index: 4, rung: 1, figures: figures(3, 0.7, 9) },
    { index: 5, rung: 1, figures: figures(3, 0.5, 1) },
    { index: 6, rung: 2, failure: { code: 'WORKER_LOST', text: '' } },
  ];
  expect(order(trials)).toEqual([4, 3, 2, 5, 1, 6, 0]);
  expect(order(trials.slice(1, 6), 'validation cost')).toEqual([3, 2, 5, 4, 1]);
});

it('is the same whatever order they come in, also of figures that are no numbers', () => {
  const figure = fc.constantFrom(0.1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null);
  const trial = fc.record({ rung: fc.nat(2), fails: fc.boolean(), accuracy: figure, cost: figure });
  fc.assert(
    fc.property(fc.array(trial, { maxLength: 12 }), fc.infiniteStream(fc.nat(1000)), (all, keys) => {
      const trials = all.map(({ rung, fails, accuracy, cost }, index): Trial => {
        return fails ? { index, rung, failure: { code: 'DIVERGED', text: '' } } : { index, rung, figures: figures(1, accuracy, cost) };
      });
      const shuffled = trials.map((one) => [keys.next().value as number, one] as const).toSorted(([a], [b]) => a - b);
      expect(order(shuffled.map(([, one]) => one))).toEqual(order(trials));
    }),
  );
});
