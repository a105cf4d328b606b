// Rows that are the same are found among any, against a comparison of all with all; hashes decide nothing by themselves.

import { describe, expect, it } from 'vitest';
import { DistinctValues, MOST_DISTINCT } from '#src/profile/distinct.js';
import { numberIn, patternOf } from '#src/profile/patterns.js';
import { byteReader, type RowReader, readerOf, sameRows, translated } from '#src/profile/same-rows.js';
import { Random } from '#src/random.js';

const columns = (n: number) => Array.from({ length: n }, (_, k) => ({ name: `c${k}`, kind: 'number' as const }));
const table = (cells: Float32Array | Uint8Array, C: number) => ({ rows: cells.length / C, columns: columns(C), cells });

/** For each row the first row that is the same, itself if it is the first: by comparing all with all. */
function firstSame(rows: readonly string[]): number[] {
  return rows.map((row) => rows.indexOf(row));
}

/** The same from groups. */
function firstOf(groups: Uint32Array): number[] {
  return [...groups].map((group, row) => (group === 0 ? row : groups.indexOf(group)));
}

describe('rows that are the same', () => {
  it.each([2, 3, 50])('are those that a comparison of all finds, of %i values', (values) => {
    const random = Random.stream(values, 'rows');
    const cells = Float32Array.from({ length: 400 * 3 }, () => random.below(values) / 7);
    const { groups, count } = sameRows([readerOf(table(cells, 3), [0, 1, 2])]);
    const rows = Array.from({ length: 400 }, (_, r) => cells.slice(3 * r, 3 * r + 3).join());
    expect(firstOf(groups)).toEqual(firstSame(rows));
    expect(count).toBe(new Set([...groups].filter((g) => g > 0)).size);
  });

  it('differ in one cell of the last column, or by a permutation', () => {
    const cells = Float32Array.of(1, 2, 3, 1, 2, 4, 3, 2, 1, 1, 2, 3);
    expect([...sameRows([readerOf(table(cells, 3), [0, 1, 2])]).groups]).toEqual([1, 0, 0, 1]);
  });

  it('have 0 and -0 as one value, and all that is missing as one', () => {
    const cells = Float32Array.of(0, Number.NaN, -0, Number.NaN, 0, 0);
    new Uint32Array(cells.buffer)[3] = 0xffc12345;
    expect([...sameRows([readerOf(table(cells, 2), [0, 1])]).groups]).toEqual([1, 1, 0]);
  });

  it('are compared by the columns that are asked for, between bytes and floats too', () => {
    const bytes = readerOf(table(Uint8Array.of(9, 1, 255, 8, 2, 0), 3), [1, 2]);
    const floats = readerOf(table(Float32Array.of(1, 255, 2, 0.5), 2), [0, 1]);
    expect([...sameRows([bytes, floats]).groups]).toEqual([1, 0, 1, 0]);
  });

  it('have words of another table in the numbers of the first', () => {
    const here = readerOf(table(Float32Array.of(0, 1, 2), 1), [0]);
    const words = translated(['b', 'z', 'c'], ['a', 'b', 'c']);
    const there = readerOf(table(Float32Array.of(0, 1, 2, Number.NaN), 1), [0], [words]);
    const { groups } = sameRows([here, there]);
    expect(firstOf(groups)).toEqual([0, 1, 2, 1, 4, 2, 6]);
  });

  it.each([1, 3, 4, 5, 8])('are found among rows of %i bytes, four to a pattern', (bytes) => {
    const random = Random.stream(bytes, 'bytes');
    const values = Uint8Array.from({ length: 300 * bytes }, () => 254 + random.below(2));
    const rows = Array.from({ length: 300 }, (_, r) => values.slice(r * bytes, (r + 1) * bytes).join());
    expect(firstOf(sameRows([byteReader(values.subarray(0, 100 * bytes), bytes), byteReader(values.subarray(100 * bytes), bytes)]).groups)).toEqual(
      firstSame(rows),
    );
  });

  it('are told apart where their hashes agree', () => {
    // Rows that differ only in what the hash of this reader's first two patterns cannot see: the reader lies about the hashed row once.
    let calls = 0;
    const liar: RowReader = {
      rows: 2,
      width: 1,
      read: (row, out) => {
        calls++;
        // Each row is read to be hashed, and the first again to be compared: then it is another.
        out[0] = row === 0 && calls > 2 ? 7 : 5;
      },
    };
    expect([...sameRows([liar]).groups]).toEqual([0, 0]);
    expect(calls).toBe(3);
  });
});

describe('different values', () => {
  it('are counted exactly up to the limit, with how often each occurs', () => {
    const values = new DistinctValues();
    for (let k = 0; k < 3000; k++) values.add(patternOf(k % MOST_DISTINCT));
    expect(values.size).toBe(MOST_DISTINCT);
    expect(values.entries().map(({ times }) => times)).toEqual(Array.from({ length: MOST_DISTINCT }, () => 3));
    values.add(patternOf(0.5));
    expect(values.size).toBe(MOST_DISTINCT + 1);
    values.add(patternOf(0.25));
    expect(values.size).toBe(MOST_DISTINCT + 1);
  });

  it('of patterns are numbers again', () => {
    expect([0, -0, 1.5, -2, 1e-40].map((x) => numberIn(patternOf(x)))).toEqual([0, 0, 1.5, -2, Math.fround(1e-40)]);
  });
});
