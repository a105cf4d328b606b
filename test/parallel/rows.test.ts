// How a mini-batch is cut among ranks: all of its rows, each once, in order; and what a rank's workers share of the others' rows.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOfOthers, rowsOfRank, rowsOfRanks } from '#src/parallel/ranks/rows.js';
import type { Range } from '#src/parallel/step/partition.js';

const rowsIn = (ranges: readonly Range[]): number[] => ranges.flatMap(({ begin, end }) => Array.from({ length: end - begin }, (_, k) => begin + k));
const allBelow = (m: number): number[] => Array.from({ length: m }, (_, k) => k);

test('ranks have all rows, each once, in order, and none more than one row more than another', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 1, max: 40 }), (m, size) => {
      const ranges = rowsOfRanks(m, size);
      expect(ranges).toHaveLength(size);
      expect(rowsIn(ranges)).toEqual(allBelow(m));
      const lengths = ranges.map(({ begin, end }) => end - begin);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      // What travels with a head is decided by the longest, which is that of rank 0.
      expect(lengths[0]).toBe(Math.max(...lengths));
      expect(ranges.map((_, rank) => rowsOfRank(m, { rank, size }))).toEqual(ranges);
    }),
  );
});

test('the parts of what others have are all of it, each row once, in order, in at most two ranges, none empty', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.integer({ min: 1, max: 9 }), fc.nat(8), fc.integer({ min: 1, max: 7 }), (m, size, k, parts) => {
      const mine = rowsOfRank(m, { rank: k % size, size });
      const cut = Array.from({ length: parts }, (_, index) => partOfOthers(m, mine, parts, index));
      expect(rowsIn(cut.flat())).toEqual(allBelow(m).filter((row) => row < mine.begin || row >= mine.end));
      const lengths = cut.map((ranges) => rowsIn(ranges).length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      expect(cut.every((ranges) => ranges.length <= 2 && ranges.every(({ begin, end }) => begin < end))).toBe(true);
    }),
  );
});
