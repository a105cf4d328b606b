// Means, spreads and tests against SciPy's, and what has no spread, no pairs, or no difference.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differencesOf, neededCount, pairedDifference, separateDifference, signedRanks } from '#src/experiments/statistics/difference.js';
import { mcNemar, pairedShares } from '#src/experiments/statistics/mcnemar.js';
import { spreadOf } from '#src/experiments/statistics/spread.js';
import { bothTails, quantile } from '#src/experiments/statistics/student.js';

interface Reference {
  readonly tails: readonly [t: number, freedom: number, p: number][];
  readonly quantiles: readonly [p: number, freedom: number, t: number][];
  readonly pairs: readonly { a: number[]; b: number[]; mean: number; p: number; interval: [number, number]; deviations: [number, number] }[];
  readonly sets: readonly { a: number[]; b: number[]; p: number; df: number; interval: [number, number] }[];
  readonly ranks: readonly [differences: number[], p: number][];
}
const scipy: Reference = JSON.parse(readFileSync(new URL('../../fixtures/statistics/with_scipy.json', import.meta.url), 'utf8'));

/** How far a value is from what it should be, as a share of that. */
const off = (value: number | null | undefined, right: number): number => Math.abs((value ?? Number.NaN) - right) / Math.abs(right);
const CLOSE = 1e-9;

describe("Student's t", () => {
  it('has the tails of SciPy', () => {
    expect(scipy.tails).toHaveLength(88);
    for (const [t, freedom, p] of scipy.tails) expect([t, freedom, off(bothTails(t, freedom), p) < CLOSE]).toEqual([t, freedom, true]);
  });

  it('has the quantiles of SciPy', () => {
    for (const [p, freedom, t] of scipy.quantiles) expect([p, freedom, off(quantile(p, freedom), t) < CLOSE]).toEqual([p, freedom, true]);
  });

  it('is the same on both sides, and ends at 0 and 1', () => {
    expect([bothTails(-2, 5), bothTails(0, 5), bothTails(Number.POSITIVE_INFINITY, 5), bothTails(Number.NaN, 5)]).toEqual([
      bothTails(2, 5),
      1,
      0,
      Number.NaN,
    ]);
  });
});

describe('the spread of some values', () => {
  it('has the deviation of NumPy, and an interval that is theirs', () => {
    for (const { a, b, deviations } of scipy.pairs) {
      const spreads = [spreadOf(a), spreadOf(b)];
      spreads.forEach((spread, k) => void expect(off(spread?.deviation, deviations[k])).toBeLessThan(CLOSE));
    }
    // By hand: 1 to 5 have a mean of 3 and a variance of 2.5; t_0.975 of 4 degrees of freedom is 2.776445105.
    const { count, mean, deviation, least, most, interval } = spreadOf([1, 2, 3, 4, 5])!;
    expect([count, mean, deviation, least, most]).toEqual([5, 3, Math.sqrt(2.5), 1, 5]);
    expect(interval?.[1]).toBeCloseTo(3 + 2.776445105 * Math.sqrt(0.5), 8);
    expect(interval?.[0]).toBeCloseTo(3 - 2.776445105 * Math.sqrt(0.5), 8);
  });

  it('is nothing of no value, unknown of one, and 0 of equal ones whatever their rounding', () => {
    expect(spreadOf([])).toBeUndefined();
    expect(spreadOf([0.9])).toEqual({ count: 1, mean: 0.9, deviation: null, least: 0.9, most: 0.9, interval: null });
    expect(spreadOf([0.1 + 0.2, 0.3, 0.3])).toMatchObject({ deviation: 0 });
  });
});

describe('a difference', () => {
  it("of pairs is SciPy's", () => {
    for (const { a, b, mean, p, interval } of scipy.pairs) {
      const found = pairedDifference(a, b);
      expect([off(found.mean, mean), off(found.p, p), off(found.interval?.[0], interval[0]), off(found.interval?.[1], interval[1])]).toSatisfy(
        (all: number[]) => all.every((one) => one < CLOSE),
      );
    }
  });

  it("of two sets is SciPy's", () => {
    for (const { a, b, p, df, interval } of scipy.sets) {
      const found = separateDifference(a, b);
      expect([off(found.freedom, df), off(found.p, p), off(found.interval?.[0], interval[0]), off(found.interval?.[1], interval[1])]).toSatisfy(
        (all: number[]) => all.every((one) => one < CLOSE),
      );
    }
  });

  it('of pairs that all have the same is not told by its spread, which is none', () => {
    const same = pairedDifference([0.94, 0.95, 0.96], [0.95, 0.96, 0.97]);
    expect(same).toMatchObject({ p: null, error: 0 });
    expect(same.mean).toBeCloseTo(0.01, 12);
    expect(same.interval).toEqual([same.mean, same.mean]);
    expect(pairedDifference([1, 2], [1, 2])).toMatchObject({ mean: 0, p: 1, interval: [0, 0] });
    expect(pairedDifference([0, 0], [0, 0])).toMatchObject({ mean: 0, p: 1 });
    expect(separateDifference([1, 1], [2, 2])).toMatchObject({ mean: 1, p: null });
  });

  it('of one pair, or of a set of one, says nothing of luck', () => {
    expect(pairedDifference([0.9], [0.95])).toMatchObject({ interval: null, p: null });
    expect(separateDifference([0.9], [0.95, 0.96])).toMatchObject({ interval: null, p: null });
  });

  it('is the same where only rounding tells it apart', () => {
    const [first, second] = differencesOf([0.94, 0.95], [0.95, 0.96]);
    expect(first).toBe(second);
    expect(differencesOf([0.1 + 0.2], [0.3])).toEqual([0]);
  });
});

describe("Wilcoxon's signed ranks", () => {
  it("give SciPy's p over all signs, with ties and without", () => {
    for (const [differences, p] of scipy.ranks) expect([differences, off(signedRanks(differences), p) < CLOSE]).toEqual([differences, true]);
  });

  it('say nothing of no difference, and are not taken of very many', () => {
    expect(signedRanks([0, 0])).toBe(1);
    expect(signedRanks(Array.from({ length: 201 }, (_, k) => k + 1))).toBeNull();
  });
});

describe('how many seeds it takes', () => {
  const pairs = (n: number): number => n - 1;

  it('is the least number at which the formula holds', () => {
    // A difference as large as its spread: 10 pairs, as tables of power say (80 %, 5 %, both sides).
    expect(neededCount(1, 1, pairs)).toBe(10);
    expect(neededCount(0.5, 1, pairs)).toBe(34);
    expect(neededCount(-0.5, 1, pairs)).toBe(34);
  });

  it('is unknown where nothing differs, or where it is more than anybody trains', () => {
    expect(neededCount(0, 1, pairs)).toBeUndefined();
    expect(neededCount(1e-6, 1, pairs)).toBeUndefined();
  });
});

describe("McNemar's test", () => {
  /** Σ C(n, k) / 2^n in whole numbers, from the definition. */
  function exact(first: number, second: number): number {
    const n = BigInt(first + second);
    let [sum, term] = [0n, 1n];
    for (let k = 0n; k <= BigInt(Math.min(first, second)); k++) {
      sum += term;
      term = (term * (n - k)) / (k + 1n);
    }
    const digits = 10n ** 40n;
    return Math.min(1, Number((2n * sum * digits) / 2n ** n) / 1e40);
  }

  it('is that of whole numbers', () => {
    for (const [first, second] of [
      [0, 4],
      [4, 0],
      [1, 9],
      [7, 12],
      [40, 80],
      [3, 100],
      [450, 550],
      [600, 400],
      [2, 1],
    ] as const)
      expect([first, second, off(mcNemar(first, second), exact(first, second)) < CLOSE]).toEqual([first, second, true]);
    expect(mcNemar(0, 4)).toBeCloseTo(0.125, 12);
  });

  it('is 1 where there is no difference, or no sample that tells', () => {
    expect([mcNemar(0, 0), mcNemar(1, 0), mcNemar(5, 5), mcNemar(5, 6)]).toEqual([1, 1, 1, 1]);
    expect(mcNemar(0, 5000)).toBe(0);
  });

  it('has an interval around the difference that says the same', () => {
    // Agresti and Min (2005): (b + ½ - c - ½) / (n + 2) ± 1.96 √(b + c + 1 - (b - c)² / (n + 2)) / (n + 2).
    const [low, high] = pairedShares(0, 4, 1000);
    expect([low, high]).toEqual([
      expect.closeTo(-4 / 1002 - (1.959964 * Math.sqrt(5 - 16 / 1002)) / 1002, 8),
      expect.closeTo(-4 / 1002 + (1.959964 * Math.sqrt(5 - 16 / 1002)) / 1002, 8),
    ]);
    expect(low < 0 && high > 0).toBe(true);
    expect(pairedShares(30, 4, 1000)[0]).toBeGreaterThan(0);
    expect(pairedShares(4, 0, 1000)).toEqual([expect.closeTo(-high, 12), expect.closeTo(-low, 12)]);
    expect(pairedShares(5, 0, 5)[1]).toBeLessThanOrEqual(1);
  });
});
