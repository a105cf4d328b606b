// Data sets that a program brings: from arrays with splits made, and split already in plain arrays.

import { describe, expect, it } from 'vitest';
import { type Dataset, type DatasetLike, datasetFrom, isBadInput, type RowsOptions, train } from '#src/index.js';

const SPLITS = ['training', 'validation', 'test'] as const;
const rows = Array.from({ length: 100 }, (_, k) => [k, k + 0.5]);
const sizes = (data: Dataset) => SPLITS.map((split) => data[split].values.length / data.inputs);

describe('datasetFrom', () => {
  it('keeps a tenth back twice, each class in its proportion, every sample once with its class', () => {
    const data = datasetFrom({ inputs: rows, labels: rows.map((_, k) => (k % 10 === 0 ? 'rare' : 'common')) });
    expect(data).toMatchObject({ name: 'own data', inputs: 2, classes: 2, classNames: ['common', 'rare'], scale: 1 });
    expect(sizes(data)).toEqual([80, 10, 10]);
    expect(SPLITS.map((split) => data[split].labels.filter((label) => label === 1).length)).toEqual([8, 1, 1]);
    const all = SPLITS.flatMap((split) => Array.from(data[split].labels, (label, s) => [data[split].values[2 * s], label]));
    expect(all.sort((a, b) => a[0] - b[0])).toEqual(rows.map(([k]) => [k, k % 10 === 0 ? 1 : 0]));
  });

  it('splits by the seed alone', () => {
    const of = (seed: number) => datasetFrom({ inputs: rows, labels: rows.map((_, k) => k % 2), seed });
    expect(of(1)).toEqual(of(1));
    expect(of(1).test).not.toEqual(of(2).test);
  });

  it.each<[string, RowsOptions, number[], Partial<Dataset>]>([
    [
      'rows of bytes',
      { inputs: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], labels: [0, 1], validation: 0, test: 0 },
      [2, 0, 0],
      { scale: 1 / 255, inputs: 2 },
    ],
    [
      'numbers one after another',
      { inputs: Float32Array.of(1, 2, 3, 4), labels: [0, 2], validation: 0, test: 0.5 },
      [1, 0, 1],
      { inputs: 2, classes: 3 },
    ],
    ['targets that are numbers', { inputs: [1, 2, 3, 4], targets: [2, 4, 6, 8], validation: 0.25, test: 0 }, [3, 1, 0], { inputs: 1, classes: 1 }],
    [
      'targets that are rows',
      {
        inputs: [1, 2],
        targets: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        validation: 0,
        test: 0,
      },
      [2, 0, 0],
      { classes: 3 },
    ],
    [
      'names in an order of their own',
      { inputs: [1, 2], labels: ['b', 'a'], classNames: ['b', 'a', 'c'], validation: 0, test: 0 },
      [2, 0, 0],
      { classes: 3 },
    ],
  ])('takes %s', (_, options, expected, fields) => {
    const data = datasetFrom(options);
    expect(sizes(data)).toEqual(expected);
    expect(data).toMatchObject(fields);
  });

  it.each<[string, RowsOptions, RegExp]>([
    ['a row that is too short', { inputs: [[1, 2], [3]], labels: [0, 1] }, /^inputs\[1\]: expected 2 numbers, got 1\.$/],
    ['a row too few', { inputs: [[1], [2]], labels: [0, 1, 1] }, /^inputs: expected 3 rows, one for each of the answers, got 2\.$/],
    ['neither labels nor targets', { inputs: [[1]] }, /^labels: expected labels or targets/],
    [
      'a label that is no name',
      { inputs: [1, 2], labels: ['a', 'b'], classNames: ['a'] },
      /^labels\[1\]: expected one of the class names, got 'b'\.$/,
    ],
    ['shares of everything', { inputs: [1, 2], labels: [0, 1], validation: 0.5, test: 0.5 }, /^test: expected less than validation leaves/],
    ['a fraction for a class', { inputs: [1, 2], labels: [0, 0.5] }, /^labels\[1\]: expected a whole number from 0 to 65535, got 0\.5\.$/],
    ['a name in two lines', { inputs: [1, 2], labels: ['a\nb', 'c'], classNames: ['a\nb', 'c'] }, /^classNames\[0\]: expected a text in one line/],
    ['infinity', { inputs: [1, Number.POSITIVE_INFINITY], labels: [0, 1], validation: 0, test: 0 }, /inputs must be finite/],
  ])('refuses %s', (_, options, says) => {
    expect(() => datasetFrom(options)).toThrow(says);
  });
});

describe('a data set that is split already', () => {
  const training = {
    values: [
      [0, 1],
      [1, 0],
    ],
    labels: [0, 1],
  };

  it('in plain arrays gives the bits of typed ones, and needs no validation, no test, no name', async () => {
    const typed: DatasetLike = {
      name: 'x',
      inputs: 2,
      classes: 2,
      scale: 1,
      training: { values: Float32Array.of(0, 1, 1, 0), labels: Uint16Array.of(0, 1) },
    };
    const events: unknown[] = [];
    const [plain, other] = await Promise.all(
      [{ inputs: 2, classes: 2, training }, typed].map((data) =>
        train({
          data,
          layers: [2, 2],
          epochs: 2,
          workers: 1,
          onEvent: (e) => e.event === 'start' && events.push([e.data, e.validationSamples, e.testSamples]),
        }),
      ),
    );
    expect(plain.weightsSha256).toBe(other.weightsSha256);
    expect([plain.testAccuracy, plain.validationAccuracy]).toEqual([null, null]);
    expect(events.sort()).toEqual([
      ['own data', 0, 0],
      ['x', 0, 0],
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['no training', { inputs: 2, classes: 2 }, /^data\.training: expected samples: an object with values/],
    [
      'names for other classes',
      { inputs: 2, classes: 2, classNames: ['a'], training },
      /^data\.classNames: expected 2 of them, as there are classes, got 1\.$/,
    ],
    [
      'bytes and floats',
      { inputs: 2, classes: 2, training, test: { values: Uint8Array.of(1, 2), labels: [0] } },
      /^data\.test\.values: expected a Float32Array, like data\.training\.values, got a Uint8Array of 2\.$/,
    ],
    [
      'a hole',
      { inputs: 2, classes: 2, training: { values: [[0, 1], new Array(2)], labels: [0, 1] } },
      /^data\.training\.values\[1\]\[0\]: expected a number, got undefined\.$/,
    ],
    [
      'a split that is spelt wrongly',
      { inputs: 2, classes: 2, training, validaton: training },
      /^data, field: expected one of name, .*, test, got 'validaton'\. Did you mean 'validation'\?$/,
    ],
    ['a split as others call it', { inputs: 2, classes: 2, training, val: training }, /got 'val'\. nabla calls it 'validation'\.$/],
    ['arrays', { inputs: training.values, labels: training.labels }, /got 'labels'\. datasetFrom makes a data set of arrays\.$/],
    ['x and y', { inputs: 2, classes: 2, training: { x: [], y: [] } }, /^data\.training, field: .* got 'x'\. nabla calls it 'values'\.$/],
    [
      'classes as rows of 0 and 1',
      { inputs: 2, classes: 2, training: { ...training, labels: training.values } },
      /^data\.training\.labels: expected a list with one class for each sample, got an array of 2\.$/,
    ],
  ])('is refused with %s', async (_, data, says) => {
    const error = await train({ data: data as DatasetLike, layers: [2, 2] }).catch((e) => e);
    expect(error.message).toMatch(says);
    expect(isBadInput(error)).toBe(true);
  });
});
