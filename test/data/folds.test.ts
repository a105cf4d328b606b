// Who is in which fold: counts of classes and sizes of folds beside what scikit-learn gives (scikit-learn/folds.py, which says what stands in
// folds.json); what holds of any samples; and what is refused.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOfEach, orderOfFolds } from '#src/data/folds.js';
import { Random } from '#src/random.js';
import { refusal } from '../support/refused.js';

interface Case {
  readonly labels: number[];
  readonly groups?: number[];
  readonly folds: number;
  /** [folds][classes] */
  readonly stratified: number[][];
  readonly sizes: number[];
}

const RECORDED: Readonly<Record<'classes' | 'groups', Case[]>> = JSON.parse(
  readFileSync(fileURLToPath(new URL('scikit-learn/folds.json', import.meta.url)), 'utf8'),
);

function sizesOf(foldOf: Uint16Array, folds: number): number[] {
  const sizes = new Array<number>(folds).fill(0);
  for (const fold of foldOf) sizes[fold]++;
  return sizes;
}

function countsOf(foldOf: Uint16Array, { labels, folds }: Pick<Case, 'labels' | 'folds'>): number[][] {
  const counts = Array.from({ length: folds }, () => new Array<number>(Math.max(...labels) + 1).fill(0));
  for (const [k, fold] of foldOf.entries()) counts[fold][labels[k]]++;
  return counts;
}

describe('as scikit-learn deals them out', () => {
  it.each(RECORDED.classes.map((one) => [one.folds, one] as const))('classes, and numbers, into %i folds', (folds, { labels, stratified, sizes }) => {
    const samples = labels.length;
    for (const random of [undefined, Random.stream(1, 'a'), Random.stream(2, 'b')]) {
      expect(countsOf(foldOfEach({ folds, samples, labels, ...(random && { random }) }), { labels, folds })).toEqual(stratified);
      expect(sizesOf(foldOfEach({ folds, samples, ...(random && { random }) }), folds)).toEqual(sizes);
    }
  });

  it.each(RECORDED.groups.map((one) => [one.folds, one] as const))('groups into %i folds', (folds, { labels, groups = [], stratified, sizes }) => {
    const request = { folds, samples: labels.length, groups: Uint32Array.from(groups) };
    expect(countsOf(foldOfEach({ ...request, labels }), { labels, folds })).toEqual(stratified);
    expect(sizesOf(foldOfEach(request), folds).sort()).toEqual(sizes.toSorted());
  });
});

describe('of any samples', () => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 120 });

  it('each class and each fold differ by one at the most, and the seed draws who is where', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 6 }), fc.nat(), (given, folds, seed) => {
        // So many of each class that there is.
        const all = given.flatMap((label) => new Array<number>(folds).fill(label));
        const draw = (stream: number): Uint16Array => foldOfEach({ folds, samples: all.length, labels: all, random: Random.stream(stream, 'folds') });
        const counts = countsOf(draw(seed), { labels: all, folds });
        for (const label of new Set(all)) {
          const ofClass = counts.map((fold) => fold[label]);
          expect(Math.max(...ofClass) - Math.min(...ofClass)).toBeLessThanOrEqual(1);
        }
        const sizes = sizesOf(draw(seed), folds);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(draw(seed)).toEqual(draw(seed));
      }),
    );
    const draws = [1, 2].map((seed) => foldOfEach({ folds: 5, samples: 50, random: Random.stream(seed, 'folds') }).join());
    expect(draws[0]).not.toBe(draws[1]);
  });

  it('a group is in one fold, and none is empty; where the classes of the groups leave one empty, that is refused', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 4 }), fc.nat(), fc.boolean(), (given, folds, seed, areNumbers) => {
        const groups = Uint32Array.from(given, (_, k) => (k * 7) % Math.max(folds, Math.ceil(given.length / 3)));
        const random = Random.stream(seed, 'folds');
        let foldOf: Uint16Array;
        try {
          foldOf = foldOfEach({ folds, samples: given.length, groups, random, ...(!areNumbers && { labels: given }) });
        } catch (error) {
          // Dealt out by their classes, as StratifiedGroupKFold does it, as many groups as folds may share one.
          expect(areNumbers).toBe(false);
          expect(String(error)).toMatch(/folds: expected at most \d, for which groups so different fill folds, got \d\./);
          return;
        }
        const where = new Map<number, number>();
        for (const [k, group] of groups.entries()) {
          expect(where.get(group) ?? foldOf[k]).toBe(foldOf[k]);
          where.set(group, foldOf[k]);
        }
        expect(new Set(foldOf).size).toBe(folds);
      }),
    );
  });

  it('their order is fold after fold, each sample once', () => {
    const foldOf = Uint16Array.of(1, 0, 2, 1, 0, 1);
    expect(orderOfFolds(foldOf, 3)).toEqual({ order: Uint32Array.of(1, 4, 0, 3, 5, 2), starts: [0, 2, 5, 6] });
  });
});

describe('refused', () => {
  it.each([
    ['more folds than samples', { folds: 4, samples: 3 }, 'folds: expected at most 3, as there are samples, got 4.'],
    [
      'more folds than a class has members',
      { folds: 3, samples: 6, labels: [0, 0, 0, 0, 1, 1] },
      "folds: expected at most 2, as class 'b' has samples, so that each fold has one of them, got 3.",
    ],
    [
      'more folds than groups',
      { folds: 3, samples: 4, groups: Uint32Array.of(0, 0, 1, 1) },
      'folds: expected at most 2, as there are groups, got 3.',
    ],
  ])('%s', async (_, request, says) => {
    expect(await refusal(() => foldOfEach(request, (label) => 'ab'[label]))).toBe(says);
  });
});
