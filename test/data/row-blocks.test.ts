// Passes over large arrays in blocks: nothing is left out at their edges, and nothing is said of what is not there.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { firstNotFinite, rowBlocks } from '#src/data/row-blocks.js';
import { scaleDoubt } from '#src/data/scale-doubt.js';
import { dataFingerprint } from '#src/runs/fingerprints.js';

/** Numbers of a block. */
const BLOCK = 1 << 18;

test.each([
  ['none', 0, 1, []],
  ['less than a block', 10, 1, [10]],
  ['whole blocks', 2 * BLOCK, 1, [BLOCK, BLOCK]],
  ['whole rows', 3 * (BLOCK - 1), 3, [BLOCK - 1, BLOCK - 1, BLOCK - 1]],
  ['rows longer than a block', 3 * (BLOCK + 1), BLOCK + 1, [BLOCK + 1, BLOCK + 1, BLOCK + 1]],
])('%s', (_, length, width, lengths) => {
  const blocks = [...rowBlocks(new Uint8Array(length), width)];
  expect(blocks.map((block) => block.length)).toEqual(lengths);
  expect(blocks.map(({ byteOffset }) => byteOffset)).toEqual(lengths.map((_, k) => k * lengths[0]));
});

test.each([0, 1, 4, BLOCK - 1, BLOCK, BLOCK + 2, 2 * BLOCK + 2])('a number that is not finite is found at %i', (at) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const values = new Float32Array(2 * BLOCK + 3).fill(-3e38);
    expect(firstNotFinite(values)).toBe(-1);
    values[at] = bad;
    values[values.length - 1] = bad;
    expect(firstNotFinite(values)).toBe(at);
  }
});

test('the largest value is looked for to the end', () => {
  const values = new Uint8Array(BLOCK + 1).fill(1);
  const scaled = { scale: 1 / 255, samples: 100, scalable: true };
  expect(scaleDoubt(values, scaled)?.kind).toBe('none above 1');
  values[BLOCK] = 200;
  expect(scaleDoubt(values, scaled)).toBeUndefined();
});

/** Zeros, but for the last value. */
const dataOf = (values: Float32Array) => {
  values[values.length - 1] = 1;
  const labels = new Uint16Array(values.length / 1024);
  const none = { values: new Float32Array(0), labels: new Uint16Array(0) };
  return { name: 'zeros', inputs: 1024, classes: 1, scale: 1, training: { values, labels }, validation: none, test: none };
};

test('the fingerprint is that of all bytes at once', () => {
  const data = dataOf(new Float32Array(3 * BLOCK + 1024));
  const { values, labels } = data.training;
  const part = (array: Uint8Array): (string | Uint8Array)[] => [`\n${array.byteLength}\n`, array];
  const parts = [new Uint8Array(values.buffer), new Uint8Array(labels.buffer), ...Array.from({ length: 7 }, () => new Uint8Array(0))].flatMap(part);
  const hash = createHash('sha256').update('1024 1 1');
  for (const piece of parts) hash.update(piece);
  expect(dataFingerprint(data)).toBe(hash.digest('hex'));
});

test('more than 2 GiB, to the last value', { tags: ['slow'] }, () => {
  const values = new Float32Array(new SharedArrayBuffer(2.5 * 2 ** 30));
  const data = dataOf(values);
  const found = dataFingerprint(data);
  values[values.length - 1] = Number.NaN;
  expect(dataFingerprint(data)).not.toBe(found);
  expect(firstNotFinite(values)).toBe(values.length - 1);
});
