// What a parameter of a search explains, beside the ratio as its paper writes it, worked out apart; that chance explains nothing; and
// what runs that failed, equal values and words do to it.

import { describe, expect, it } from 'vitest';
import { type FirstOutcome, importanceOf } from '#src/experiments/search/importance.js';
import type { Figure } from '#src/options/events.js';
import { Random } from '#src/random.js';

/** What a run with these options came to; without a figure it failed. */
function outcome(options: Record<string, unknown>, value?: number, by: Figure = 'validation accuracy'): FirstOutcome {
  if (value === undefined) return { options };
  const accuracy = by === 'validation accuracy' ? value : null;
  return { options, figures: { epochs: 1, trainingCost: 1, validationCost: value, validationAccuracy: accuracy, weightsSha256: '' } };
}

/** ε² = (η² (n - 1) - (k - 1)) / (n - k) of places that are all different, with η² = 1 - SSW / SST by the sums of squares themselves. */
function ratio(groups: readonly (readonly number[])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);
  const all = groups.flat();
  const eta = 1 - groups.reduce((sum, group) => sum + squares(group), 0) / squares(all);
  return (eta * (all.length - 1) - (groups.length - 1)) / (all.length - groups.length);
}

describe('importance', () => {
  it('is the ratio of the paper, of the places of the runs, over five groups of numbers by their size', () => {
    const stream = Random.stream(1, 'test');
    const runs = Array.from({ length: 25 }, (_, k) => ({ eta: k / 10, value: 1 - Math.abs(k - 9) / 40 + stream.uniform() / 8 }));
    const sorted = runs.map(({ value }) => value).sort((a, b) => a - b);
    const places = runs.map(({ value }) => sorted.indexOf(value));
    const groups = Array.from({ length: 5 }, (_, k) => places.slice(5 * k, 5 * k + 5));
    const order = Random.stream(2, 'test');
    const shuffled = Array.from({ length: 25 }, (_, k) => k);
    order.shuffle(shuffled);
    const [found] = importanceOf(
      ['eta'],
      shuffled.map((k) => outcome({ eta: runs[k].eta }, runs[k].value)),
      'validation accuracy',
      1,
    );
    expect(found.share).toBeCloseTo(ratio(groups), 12);
    expect(found.share).toBeGreaterThan(found.chance);
  });

  it('takes words as they are, and entries of a list by their names', () => {
    const runs = Array.from({ length: 12 }, (_, k) => outcome({ optimiser: ['sgd', 'adam'][k % 2], layers: [4, 10 * (k % 3), 2] }, k % 2 ? k : -k));
    const found = importanceOf(['layers[1]', 'optimiser'], runs, 'validation accuracy', 1);
    expect(found.map(({ parameter }) => parameter)).toEqual(['optimiser', 'layers[1]']);
    const [odd, even] = [
      [6, 7, 8, 9, 10, 11],
      [0, 1, 2, 3, 4, 5],
    ];
    expect(found[0].share).toBeCloseTo(ratio([odd, even]), 12);
    expect(found[1].share).toBe(0);
  });

  it('puts runs that failed last, whatever the others came to, and of a cost the least first', () => {
    // A cost that became infinite, or nothing at all, is no better than a failure.
    for (const failed of [undefined, Number.POSITIVE_INFINITY, Number.NaN]) {
      const values = [failed, failed, 5, 6, 7, 1, 2, 3, 4, 8];
      const runs = values.map((value, k) => outcome({ batch: k < 5 ? 10 : 20 }, value, 'validation cost'));
      const [found] = importanceOf(['batch'], runs, 'validation cost', 1);
      // Two share the last place.
      const [small, large] = [
        [0.5, 0.5, 5, 4, 3],
        [9, 8, 7, 6, 2],
      ];
      expect(found.share).toBeCloseTo(ratio([small, large]), 12);
    }
  });

  it('of parameters without any effect passes what is called chance about once in twenty times, whatever their groups', () => {
    const stream = Random.stream(3, 'test');
    const names = Array.from({ length: 30 }, (_, k) => `p${k}`);
    let passed = 0;
    for (let round = 0; round < 10; round++) {
      const draw = (k: number): number => (k % 2 ? stream.uniform() : stream.below(4));
      const runs = Array.from({ length: 27 }, () => outcome(Object.fromEntries(names.map((name, k) => [name, draw(k)])), stream.uniform()));
      passed += importanceOf(names, runs, 'validation accuracy', round).filter(({ share, chance }) => share > chance).length;
    }
    // Of 300; the deviation of their number is 3.8 where all are independent.
    expect(passed).toBeGreaterThan(3);
    expect(passed).toBeLessThan(30);
  });

  it.each<[string, FirstOutcome[]]>([
    ['nine runs', Array.from({ length: 9 }, (_, k) => outcome({ eta: 'ab'[k % 2] }, k))],
    ['runs that all came to the same', Array.from({ length: 20 }, (_, k) => outcome({ eta: k }, 0.5))],
    ['runs that all failed', Array.from({ length: 20 }, (_, k) => outcome({ eta: k }))],
    ['a parameter that never changed', Array.from({ length: 20 }, (_, k) => outcome({ eta: 1 }, k))],
    ['words too many for the runs', Array.from({ length: 20 }, (_, k) => outcome({ eta: `word ${k % 7}` }, k))],
  ])('says nothing of %s', (_, runs) => {
    expect(importanceOf(['eta'], runs, 'validation accuracy', 1)).toEqual([]);
  });
});
