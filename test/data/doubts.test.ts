// What is said of data that can be used but look odd: scales that do not fit their values, and those that do, of which nothing may be
// said; classes that no training sample is of; and the one check of labels and of sizes, wherever data come from.

import { describe, expect, it } from 'vitest';
import type { Dataset, Samples } from '#src/data/dataset.js';
import { dataDoubts } from '#src/data/doubts.js';
import { datasetOfProgram } from '#src/data/given.js';
import { checkLabels, countClasses, rangesText } from '#src/data/labels.js';
import { checkReading, readingOf, scaleText } from '#src/data/reading.js';
import { scaleDoubt } from '#src/data/scale-doubt.js';
import { checkFits, misfitOf } from '#src/data/sizes.js';
import { Random } from '#src/random.js';

const SAMPLES = 20;
const INPUTS = 30;
const random = Random.stream(1, 'doubts');
/** Values of 20 samples, each made from a number from 0 to 1. */
const made = (of: (share: number) => number): number[] => Array.from({ length: SAMPLES * INPUTS }, () => of(random.uniform()));
const whole = (most: number) => made((share) => Math.round(share * most));
const bytesOf = (values: readonly number[]): Uint8Array => Uint8Array.from(values);
const floatsOf = (values: readonly number[]): Float32Array => Float32Array.from(values);
/** About normal: mean 0, deviation 1, and an outlier. */
const zScores = [...made((share) => Math.sqrt(12) * (share - 0.5)).slice(1), 60];

describe('a scale', () => {
  it.each<[string, Uint8Array | Float32Array, number, RegExp]>([
    ['1/255, of 0 and 1', bytesOf(whole(1)), 1 / 255, /^No value is above 1, so that with scale 1\/255 no input is above 0\.00392\. .*--scale 1\.$/],
    ['1/255, of fractions', floatsOf(made((s) => 0.9 * s)), 1 / 255, /^No value is above 0\.[89]\d*, so that/],
    ['1/255, of percentages', bytesOf(whole(100)), 1 / 255, /^No value is above 100, .* 0\.392\. If they are percentages, say --scale 1\/100\.$/],
    ['1/255, of 16 levels', bytesOf(whole(15)), 1 / 255, /^No value is above 15, .* If 15 is the most there can be, say --scale 1\/15\.$/],
    ['1/65535, of bytes', bytesOf(whole(255)), 1 / 65_535, /^No value is above 255, .*--scale 1\/255\.$/],
    ['1, of bytes', bytesOf(whole(255)), 1, /^Inputs go up to 255, taken as they are; .*If they are bytes, say --scale 1\/255\.$/],
    ['10³⁰, of bytes', bytesOf(whole(255)), 1e30, /^Inputs go up to 2\.5\de\+32 with scale 1e\+30; /],
    ['1, of percentages', bytesOf(whole(100)), 1, /^Inputs go up to 100, taken as they are; .*percentages, say --scale 1\/100\.$/],
    [
      '1, of numbers divided twice',
      floatsOf(made((s) => s / 255)),
      1,
      /^No value is above 0\.0039\d, so that with scale 1 .* multiply the values\.$/,
    ],
  ])('%s is doubted', (_, values, scale, says) => {
    expect(scaleDoubt(values, { scale, samples: SAMPLES, scalable: true })?.text).toMatch(says);
  });

  it.each<[string, Uint8Array | Float32Array, number]>([
    ['1/255, of bytes', bytesOf(whole(255)), 1 / 255],
    ['1/255, of few bytes among zeros', bytesOf(whole(40).map((v, k) => (k === 77 ? 200 : v && 0))), 1 / 255],
    ['1/255, of nothing but zeros', bytesOf(made(() => 0)), 1 / 255],
    ['1, of 0 and 1', bytesOf(whole(1)), 1],
    ['1, of a single 1 among zeros', bytesOf(made(() => 0).fill(1, 5, 6)), 1],
    ['1/100, of percentages', bytesOf(whole(100)), 1 / 100],
    ['1, of numbers from 0 to 1', floatsOf(made((s) => s)), 1],
    ['1, of standardised numbers with an outlier', floatsOf(zScores), 1],
    ['1, of centimetres', floatsOf(made((s) => 8 * s)), 1],
  ])('%s is not', (_, values, scale) => {
    expect(scaleDoubt(values, { scale, samples: SAMPLES, scalable: true })).toBeUndefined();
  });

  it('is not doubted where a network was trained on values as small', () => {
    for (const most of [1, 100]) {
      const values = bytesOf(whole(most));
      const usual = (0.5 * most) / 255;
      expect(scaleDoubt(values, { scale: 1 / 255, samples: SAMPLES, scalable: true, usual })).toBeUndefined();
      expect(scaleDoubt(values, { scale: 1 / 255, samples: SAMPLES, scalable: true, usual: 0.5 * 2.55 })).toBeDefined();
    }
  });

  it('is doubted less where a network was trained on as much, and where a sample alone is dark', () => {
    const [many, dark] = [floatsOf(whole(255)), floatsOf(whole(90))];
    expect(scaleDoubt(many, { scale: 1, samples: SAMPLES, scalable: true, usual: 140 })).toBeUndefined();
    expect(scaleDoubt(many, { scale: 1, samples: SAMPLES, scalable: true, usual: 1 })?.kind).toBe('large');
    expect(scaleDoubt(dark.subarray(0, INPUTS), { scale: 1 / 255, samples: 1, scalable: true })).toBeUndefined();
  });

  it.each([
    [1 / 255, '1/255'],
    [1 / 65_535, '1/65535'],
    [0.01, '1/100'],
    [1, '1'],
    [0.3, '0.3'],
    [2, '2'],
  ])('%d is written %s, and read to the same bits', (scale, text) => {
    expect(scaleText(scale)).toBe(text);
    const [over, under = 1] = text.split('/').map(Number);
    expect(over / under).toBe(scale);
  });
});

const split = (labels: readonly number[], of: (k: number) => number = (k) => 40 * (k % 7)): Samples => ({
  values: Uint8Array.from({ length: 2 * labels.length }, (_, k) => of(k)),
  labels: Uint16Array.from(labels),
});
const dataOf = (training: readonly number[], test: readonly number[], classes: number): Dataset => {
  return { name: 'small', inputs: 2, classes, scale: 1 / 255, training: split(training), validation: split([]), test: split(test) };
};

describe('classes without a training sample', () => {
  it.each<[string, Dataset, string[]]>([
    ['none', dataOf([0, 1, 2], [0], 3), []],
    [
      'the first: labels from 1',
      dataOf([1, 2, 3], [3], 4),
      ['No training sample is of class 0: the network has 1 output for what never occurs. The labels are 1 to 3; classes count from 0 here.'],
    ],
    [
      'one that the test has',
      dataOf([0, 1, 2], [3, 3, 0], 4),
      ['No training sample is of class 3, but 2 samples for validation or test are: nothing teaches the network what that is.'],
    ],
    [
      'most: a label that is far off',
      dataOf([0, 1, 200], [0], 201),
      ['No training sample is of class 2 to 199: the network has 198 outputs for what never occurs.'],
    ],
  ])('%s', (_, data, expected) => expect(dataDoubts(data)).toEqual(expected));

  it('are no matter where targets are numbers, whose values are looked at all the same', () => {
    const numbers = { values: new Float32Array(24).fill(200), labels: new Uint16Array(0), targets: new Float32Array(12) };
    const data = { ...dataOf([], [], 1), scale: 1, training: numbers, validation: numbers, test: numbers };
    expect(dataDoubts(data)).toEqual([expect.stringMatching(/^Inputs go up to 200.* divide them by 255, or standardise each column\.$/)]);
  });

  it.each([
    [[3], '3'],
    [[0, 7, 8, 9], '0 and 7 to 9'],
    [[1, 3, 5, 7, 9, 11, 13], '1, 3, 5, 7 and 3 more'],
  ])('are listed: %j', (numbers, text) => expect(rangesText(numbers)).toBe(text));
});

describe('labels', () => {
  const place = (sample: number): string => `a, row ${sample}`;
  it.each<[number[], number, string | undefined]>([
    [[0, 3, 1], 4, undefined],
    [[0, 4], 4, 'a, row 1: expected a label from 0 to 3, one of 4 classes, got 4.'],
    [[0, -1], 4, 'a, row 1: expected a label from 0 to 3, one of 4 classes, got -1.'],
    [[0, Number.NaN], 4, 'a, row 1: expected a label from 0 to 3, one of 4 classes, got NaN.'],
    [
      [1, 2, 3, 4],
      4,
      'a, row 3: expected a label from 0 to 3, one of 4 classes, got 4. No label is 0: those that count from 1 must be made to count from 0.',
    ],
    [[0, 1], 1, 'a, row 1: expected label 0, the only class, got 1.'],
  ])('%j of %d classes', (labels, classes, message) => {
    const check = (): void => checkLabels(labels, classes, place);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'BAD_DATA', message }));
  });

  it('are counted over all files, and where the largest stands is known', () => {
    const files = [
      { name: 'a', labels: [1, 2, 5] },
      { name: 'b', labels: [3, 7, 7] },
    ];
    expect(countClasses(files)).toEqual({ classes: 8, counted: 'labels are 1 to 7 and classes count from 0; sample 2 of b has the largest' });
    expect(countClasses(files.slice(0, 1)).counted).toMatch(/^labels are 1 to 5 .*sample 3 of a has the largest$/);
  });
});

describe('a network', () => {
  const data = { ...dataOf([0, 1, 2], [0], 3), counted: 'labels are 0 to 2; sample 2 of labels has the largest' };
  it.each([
    [[2, 3], undefined],
    [[2, 5, 9], undefined],
    [[3, 3], { expected: "2 inputs, as many as the samples of 'small' have values", got: 3 }],
    [[2, 2], { expected: "at least 3 outputs, one for each class of 'small' (labels are 0 to 2; sample 2 of labels has the largest)", got: 2 }],
  ])('of %j has inputs and outputs for the samples, or not', (layers, misfit) => {
    expect(misfitOf(layers, data)).toEqual(misfit);
    if (misfit) expect(() => checkFits('run', layers, data)).toThrow(`run: 'small' has 2 inputs and 3 classes (labels are 0 to 2; `);
  });
});

it.each([1e-320, 1e37, 1e300])('a scale of %s makes inputs that float32 cannot hold', (scale) => {
  for (const check of [
    () => checkReading({ scale }),
    () => datasetOfProgram({ inputs: 1, classes: 1, scale, training: { values: Uint8Array.of(1), labels: [0] } }),
  ])
    expect(check).toThrow(/scale: expected a scale whose inputs float32 can hold, got 1e[+-]\d+\.$/);
});

it('options of reading are told from others', () => {
  const others = { seed: 3, data: 'x', scale: 1, transpose: true };
  expect(readingOf(others)).toEqual({ validation: undefined, scale: 1, transpose: true });
});
