// Columns of tables as inputs and answers: what each is for, what becomes of missing values, scales, words and splits, and the figures of a
// preparation, which are of the training part alone. Files are read as users have them, from their text.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { applied, reorderRows } from '#src/data/columns/apply.js';
import { fitColumns } from '#src/data/columns/fit.js';
import { inputsOf, type Preparation } from '#src/data/columns/preparation.js';
import { splitRows } from '#src/data/columns/rows.js';
import type { Dataset } from '#src/data/dataset.js';
import { isBadInput } from '#src/errors.js';
import { type DatasetOptions, datasetOfRows, loadDataset } from '#src/index.js';
import { numberedNames, type Table } from '#src/tables/table.js';
import { temporaryFolder } from '../support/idx-folder.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A file with this text, and its path. */
function file(text: string, name = `${++files}.csv`): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
/** What a file is read as; its column 'kind', if it has one, is to be predicted unless something else is said. */
const read = (text: string, options: DatasetOptions = {}): Promise<Dataset> =>
  loadDataset(file(text), { ...(/^[^\n]*\bkind\b/.test(text) && { target: 'kind' }), ...options });
const lines = (...rows: (readonly unknown[])[]): string => `${rows.map((row) => row.join(',')).join('\n')}\n`;
/** A file with a header of so many rows. */
const csv = (header: string, rows: number, row: (k: number) => readonly unknown[]): string =>
  lines(header.split(','), ...Array.from({ length: rows }, (_, k) => row(k)));

/** All inputs of a row of the training part that is found by its first input. */
function inputsWhere({ inputs, training: { values } }: Dataset, isIt: (first: number) => boolean): number[] | undefined {
  for (let at = 0; at < values.length; at += inputs) if (isIt(values[at])) return [...values.subarray(at, at + inputs)];
  return undefined;
}
const usedOf = ({ preparation }: Dataset): string[] => preparation?.columns.map(({ name }) => name) ?? [];
const decided = ({ decisions = [] }: Dataset): Record<string, string> => Object.fromEntries(decisions.map(({ column, use }) => [column, use]));
const sizes = ({ inputs, ...data }: Dataset): number[] =>
  (['training', 'validation', 'test'] as const).map((part) => data[part].values.length / inputs);
/** How often each class occurs in a part. */
const counts = (labels: Uint16Array, classes: number): number[] => Array.from({ length: classes }, (_, c) => labels.filter((l) => l === c).length);

const word = (k: number): string => (k % 2 ? 'yes' : 'no');
/** Twenty rows of two numbers and a word. */
const PLAIN = csv('a,b,kind', 20, (k) => [k * 1.5, 100 - k * k, word(k)]);

describe('roles', () => {
  it.each<[string, string, DatasetOptions, string[]]>([
    ['the last column, if it alone holds words', PLAIN, { target: undefined }, ['a', 'b']],
    [
      'and of those that have no other purpose',
      csv('name,a,kind', 20, (k) => [`n${k}`, k / 2, word(k)]),
      { target: undefined, drop: ['name'] },
      ['a'],
    ],
    ['a column called label, wherever it is', csv('Label,a,b', 20, (k) => [k % 3, k / 2, -k / 4]), {}, ['a', 'b']],
    ['one by its name', PLAIN, { target: 'kind' }, ['a', 'b']],
    ['one by its number', PLAIN, { target: 3 }, ['a', 'b']],
    ['one by its number as a text', PLAIN, { target: '3' }, ['a', 'b']],
    ['one from the end', PLAIN, { target: -1 }, ['a', 'b']],
    ['several', csv('a,b,c', 20, (k) => [k / 2, k / 3, k / 7]), { target: ['b', 3] }, ['a']],
    ['and features alone', PLAIN, { features: ['b'] }, ['b']],
    ['and none that is dropped', PLAIN, { drop: [1] }, ['b']],
    ['features and drop together', csv('a,b,c,kind', 20, (k) => [k / 2, k / 3, k / 7, word(k)]), { features: ['a', 'c'], drop: ['b'] }, ['a', 'c']],
    ['a name that objects have', csv('__proto__,constructor,kind', 20, (k) => [k / 2, -k / 3, word(k)]), {}, ['__proto__', 'constructor']],
    ['a name that is a number comes before the number', csv('2,1,kind', 20, (k) => [k / 2, -k / 3, word(k)]), { drop: [2], header: 'yes' }, ['1']],
  ])('are taken: %s', async (_, text, options, used) => {
    expect(usedOf(await read(text, options))).toEqual(used);
  });

  it('leave out what teaches nothing, and say why', async () => {
    const text = csv('id,same,none,name,fine,kind', 40, (k) => [k + 1, 7, '', `n${k}`, k / 3, word(k)]);
    expect(decided(await read(text))).toMatchObject({
      id: 'left out: it counts the rows',
      same: 'left out: all its values are the same',
      none: 'left out: all its values are missing',
      name: 'left out: 40 different words, nearly one for each row',
      fine: expect.stringMatching(/^\(x - 6\.\d+\) \/ \d\.\d+$/),
      kind: 'to be predicted: 2 classes, no, yes',
    });
    const asked = await read(text, { features: ['id', 'same'] });
    expect([usedOf(asked), decided(asked).name]).toEqual([['id', 'same'], 'left out: not among --features']);
    expect(decided(await read(PLAIN, { drop: ['a'] })).a).toBe('left out: --drop');
  });

  it('keep pixels that are always the same, with a header and without', async () => {
    const pixels = (k: number): number[] => Array.from({ length: 64 }, (_, p) => (p === 0 || p === 63 ? 0 : (k * 37 + p * 11) % 256));
    const names = ['label', ...Array.from({ length: 64 }, (_, p) => `pixel${p}`)].join();
    const titled = await read(csv(names, 40, (k) => [k % 10, ...pixels(k)]));
    const bare = await read(lines(...Array.from({ length: 40 }, (_, k) => [k % 10, ...pixels(k)])));
    for (const data of [titled, bare]) {
      expect([data.inputs, data.classes, data.scale, data.training.values.constructor]).toEqual([64, 10, 1 / 255, Uint8Array]);
    }
    expect(decided(titled)['pixel0 to pixel63']).toBe('as they are, times 1/255');
    const numbered = await read(csv(`ImageId,${names}`, 300, (k) => [k + 1, k % 10, ...pixels(k)]));
    expect([numbered.inputs, numbered.scale, numbered.training.values.constructor]).toEqual([64, 1 / 255, Uint8Array]);
  });

  it('are those of tabs, where they are said to be', async () => {
    const text = PLAIN.replaceAll(',', '\t').replace('a\tb', 'a,c\tb');
    expect(usedOf(await read(text, { separator: 'tab' }))).toEqual(['a,c', 'b']);
  });

  it('of true and false are one input each', async () => {
    const data = await read(csv('a,flag,kind', 20, (k) => [k / 2, k % 3 ? 'True' : 'FALSE', word(k)]));
    expect(data.preparation?.columns[1]).toEqual({ name: 'flag', kind: 'boolean', subtract: 0, divide: 1 });
  });

  it('are the same of a thousand columns, and of one', async () => {
    const names = Array.from({ length: 1000 }, (_, k) => `c${k}`);
    const wide = await read(csv(`${names},kind`, 6, (k) => [...names.map((_, c) => ((k * 31 + c * 7) % 100) / 3), word(k)]));
    expect([wide.inputs, usedOf(wide)[999]]).toEqual([1000, 'c999']);
    await expect(read(csv('kind', 10, (k) => [word(k)]))).rejects.toThrow(
      "no column is left as an input beside 'kind'. It is the only one: of rows with more, --separator",
    );
  });

  it.each<[string, string, DatasetOptions, RegExp]>([
    [
      'a date',
      csv('a,day,kind', 20, (k) => [k / 2, `2024-03-${10 + k}`, word(k)]),
      {},
      /column 2 \('day'\) holds dates such as '2024-03-10'.* --drop day\.$/,
    ],
    ['a date, with rows left out', csv('day,kind', 20, (k) => [`2024-03-${10 + k}`, word(k)]), { missing: 'drop' }, /holds dates/],
    ['a date to be predicted', csv('a,day', 20, (k) => [k / 2, `1.${(k % 12) + 1}.2024`]), { target: 'day' }, /column 2 \('day'\) holds dates/],
    ['no target', csv('a,b', 20, (k) => [k / 2, k / 3]), {}, /which column is to be predicted\? Say --target NAME\. Its columns are 'a' and 'b'\.$/],
    ['two called so', csv('label,y,a', 20, (k) => [k % 2, k % 3, k / 2]), {}, /which column is to be predicted/],
    ['a target that is none', PLAIN, { target: 'kinf' }, /target: expected one of its columns .* got 'kinf'\. Did you mean 'kind'\?$/],
    ['a number beyond', PLAIN, { target: 4 }, /a number from 1 to 3, got '4'/],
    ['a number beyond, from the end', PLAIN, { drop: [-4] }, /a number from 1 to 3, got '-4'/],
    ['a number in other digits', PLAIN, { drop: ['1e0'] }, /got '1e0'/],
    ['words that are no column', PLAIN, { categorical: ['c'] }, /categorical: expected one of its columns .* got 'c'/],
    ['a target twice', csv('a,b', 20, (k) => [k / 2, k / 3]), { target: ['a', 1] }, /target: expected each column once, got 'a'/],
    ['a target that is dropped', PLAIN, { target: 'kind', drop: ['kind'] }, /drop: expected columns that are neither target nor features/],
    ['a feature that is dropped', PLAIN, { features: ['a'], drop: ['a'] }, /drop: expected columns that are neither target nor features/],
    ['a target that is a feature', PLAIN, { features: ['a', 'kind'] }, /features: expected columns beside the target, got 'kind'/],
    ['no target at all', PLAIN, { target: [] }, /target: expected at least one column/],
    ['words for a regression', PLAIN, { task: 'regression' }, /task: expected columns of numbers for a regression, got 'kind'\. That holds words/],
    [
      'several targets of classes',
      csv('a,b,c', 20, (k) => [k / 2, k % 2, k % 3]),
      { target: ['b', 'c'], task: 'classification' },
      /one column for a classification/,
    ],
    ['one class', csv('a,kind', 20, (k) => [k / 2, 'x']), { target: 'kind' }, /the target 'kind' has one class \('x'\)/],
    ['one class, with rows left out', csv('a,kind', 20, (k) => [k % 2 ? '' : k, word(k)]), { missing: 'drop' }, /has one class \('no'\)/],
    ['one class of true and false', csv('a,y', 20, (k) => [k / 2, 'true']), {}, /the target 'y' has one class \('true'\)/],
    [
      'broken classes',
      csv('a,y', 20, (k) => [k / 2, k / 2]),
      { task: 'classification' },
      /task: expected whole numbers in 'y', or words, for classes/,
    ],
    [
      'no answer',
      csv('a,kind', 20, (k) => [k / 2, k === 6 ? 'NA' : word(k)]),
      {},
      /line 8, column 2 \('kind'\): expected a value to be predicted, got none/,
    ],
    [
      'no value',
      csv('a,kind', 20, (k) => [k === 6 ? 'NA' : k / 2, word(k)]),
      {},
      /line 8, column 1 \('a'\): expected a value, got none\. .*--missing mean/,
    ],
    [
      'nothing but missing values',
      csv('a,b,kind', 20, (k) => [k % 2 ? '' : k, k % 2 ? k : '', word(k)]),
      { missing: 'drop' },
      /each of its 20 rows misses a value/,
    ],
    [
      'a word among numbers',
      csv('a,kind', 20, (k) => [k === 6 ? 'six' : k / 2, word(k)]),
      {},
      /line 8, column 1 \('a'\): expected a number, as 95 % of the column are, got 'six'/,
    ],
  ])('refuse %s', async (_, text, options, message) => {
    const error = await read(text, options).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toMatch(message);
    expect(isBadInput(error)).toBe(true);
    expect(error?.message.length).toBeLessThanOrEqual(300);
  });

  it('may be none for a column that no one could read', async () => {
    const text = csv('a,b,kind', 20, (k) => [k / 2, k === 6 ? 'six' : k, word(k)]);
    expect(usedOf(await read(text, { drop: ['b'] }))).toEqual(['a']);
    await expect(read(`${text}1,2\n`, { drop: ['b'] })).rejects.toThrow(/line 22/);
  });
});

describe('what is to be predicted', () => {
  const target = (rows: number, value: (k: number) => unknown, options: DatasetOptions = {}): Promise<Dataset> =>
    read(
      csv('a,y', rows, (k) => [k / 7, value(k)]),
      { target: 'y', ...options },
    );

  it.each<[string, Promise<Dataset>, string[] | undefined, number]>([
    ['words, in the order of their letters', target(30, (k) => ['b', 'a', 'C'][k % 3]), ['C', 'a', 'b'], 3],
    ['true and false', target(30, (k) => k % 2 === 0), ['false', 'true'], 2],
    ['0, 1, 2, which need no names', target(30, (k) => k % 3), undefined, 3],
    ['whole numbers, by their size', target(30, (k) => [10, -1, 9][k % 3]), ['-1', '9', '10'], 3],
    ['whole numbers far apart', target(30, (k) => (k % 2) * 1e6, { task: 'classification' }), ['0', '1000000'], 2],
    ['20 whole numbers', target(40, (k) => k % 20), undefined, 20],
    ['21 whole numbers, if they are said to be', target(42, (k) => k % 21, { task: 'classification' }), undefined, 21],
    ['300 words', target(600, (k) => `w${100 + (k % 300)}`), Array.from({ length: 300 }, (_, k) => `w${100 + k}`), 300],
  ])('is a class: %s', async (_, loading, names, classes) => {
    const { classNames, classes: found, training } = await loading;
    expect([classNames, found, training.targets]).toEqual([names, classes, undefined]);
  });

  it.each<[string, Promise<Dataset>, number]>([
    ['21 whole numbers', target(42, (k) => k % 21), 1],
    ['broken numbers', target(42, (k) => (k % 3) / 2), 1],
    ['whole numbers that are said to be', target(42, (k) => k % 3, { task: 'regression' }), 1],
    [
      'several columns',
      read(
        csv('a,b,c', 30, (k) => [k / 3, k % 2, k % 3]),
        { target: [-1, 2] },
      ),
      2,
    ],
  ])('is an amount: %s', async (_, loading, outputs) => {
    const { classes, training, inputs, preparation } = await loading;
    expect([classes, training.labels.length, training.targets?.length]).toEqual([outputs, 0, (outputs * training.values.length) / inputs]);
    // Standardised on the training part.
    const targets = [...(training.targets ?? [])].filter((__, k) => k % outputs === 0);
    const mean = targets.reduce((a, b) => a + b, 0) / targets.length;
    expect([mean, targets.reduce((a, b) => a + (b - mean) ** 2, 0) / targets.length]).toEqual([expect.closeTo(0, 5), expect.closeTo(1, 5)]);
    expect(preparation?.target.kind).toBe('numbers');
  });

  it('keeps the classes of rows that are left, and no others', async () => {
    const data = await read(
      csv('a,kind', 30, (k) => [k === 4 ? '' : k / 2, k === 4 ? 'rare' : word(k)]),
      { missing: 'drop' },
    );
    expect(data.classNames).toEqual(['no', 'yes']);
  });
});

describe('missing values', () => {
  /** a is missing in one row, and 0, 3, 6, … in the others; flag and word too. */
  const holes = (missing: string): string =>
    csv('a,flag,word,kind', 40, (k) => (k === 8 ? [missing, missing, missing, 'no'] : [k * 3, k % 4 !== 0, k % 4 ? 'often' : 'seldom', word(k)]));
  const whole = { split: [1, 0] };

  it.each(['', 'NA', 'n/a', 'nan', 'NaN', 'NULL', 'none', '?', '-', '#N/A', '<NA>', ' '])("may be '%s'", async (text) => {
    await expect(read(holes(text))).rejects.toThrow("line 10, column 1 ('a'): expected a value, got none");
    expect(sizes(await read(holes(text), { missing: 'drop', ...whole }))).toEqual([39, 0, 0]);
  });

  // a is scaled by 1, so that the fill is the input.
  it.each<['mean' | 'median' | 'zero' | 'indicator', number[]]>([
    ['mean', [(3 * 780 - 24) / 39, 30 / 39, 1, 0]],
    ['median', [60, 1, 1, 0]],
    ['zero', [0, 0, 0, 0]],
    ['indicator', [(3 * 780 - 24) / 39, 1, 30 / 39, 1, 0, 0, 1]],
  ])('are filled: %s', async (missing, expected) => {
    const data = await read(holes('?'), { missing, scale: 'none', ...whole });
    const filled = Math.fround(expected[0]);
    const rows = Array.from({ length: 40 }, (_, k) => [...data.training.values.subarray(k * data.inputs, (k + 1) * data.inputs)]);
    const found = rows.filter((row) => row[0] === filled && (row[1] === Math.fround(expected[1]) || row[2] === Math.fround(expected[2])));
    expect(found).toContainEqual(expected.map(Math.fround));
  });

  it('have an input of their own only where the training has any', async () => {
    const data = await read(
      csv('a,b,kind', 40, (k) => [k === 8 ? '' : k / 2, k / 3, word(k)]),
      { missing: 'indicator', ...whole },
    );
    expect(data.inputs).toBe(3);
  });

  it('of other files are filled with what the training had', async () => {
    const test = file(lines(['a', 'word', 'kind'], ['', '', 'no'], [2, 'new', 'yes']));
    const text = csv('a,word,kind', 20, (k) => [2 * k, k % 4 ? 'often' : 'seldom', word(k)]);
    const data = await read(text, { missing: 'mean', scale: 'none', test, split: [1, 0] });
    expect([...data.test.values]).toEqual([19, 1, 0, 2, 0, 0]);
    await expect(read(text, { test })).rejects.toThrow(/line 2, column 1 \('a'\): expected a value, got none/);
    expect(sizes(await read(text, { missing: 'drop', test }))).toEqual([18, 2, 1]);
  });
});

describe('scales', () => {
  const scaled = async (scale: DatasetOptions['scale'], values: readonly number[]): Promise<number[]> => {
    const data = await read(
      csv('a,kind', values.length, (k) => [values[k], word(k)]),
      { scale, split: [1, 0] },
    );
    return [...data.training.values].map((value) => value * data.scale).sort((a, b) => a - b);
  };

  it.each<[DatasetOptions['scale'], number[], number[]]>([
    ['none', [-1.5, 0, 2, 4], [-1.5, 0, 2, 4]],
    ['255', [-1.5, 0, 51, 102], [-1.5 / 255, 0, 0.2, 0.4]],
    ['255', [0, 51, 102, 255], [0, 0.2, 0.4, 1]],
    ['minmax', [-1, 0, 2, 3], [0, 0.25, 0.75, 1]],
    ['standard', [-1.5, 0.5, 0.5, 2.5], [-2, 0, 0, 2].map((x) => x / Math.SQRT2)],
    ['auto', [-1.5, 0.5, 0.5, 2.5], [-2, 0, 0, 2].map((x) => x / Math.SQRT2)],
    ['auto', [0, 200, 200, 0], [-1, -1, 1, 1]],
    [0.01, [-1.5, 0, 50, 100], [-0.015, 0, 0.5, 1]],
    [0.01, [0, 1, 50, 100], [0, 0.01, 0.5, 1]],
    ['minmax', [5, 5, 5, 5.5], [0, 0, 0, 1]],
  ])('%s of %j', async (scale, values, expected) => {
    const inputs = await scaled(scale, values);
    expect(inputs).toEqual(expected.map((x) => expect.closeTo(x, 6)));
  });

  it('of a column that is the same throughout are harmless', async () => {
    for (const scale of ['standard', 'minmax'] as const) {
      const data = await read(
        csv('a,b,kind', 20, (k) => [7.5, k, word(k)]),
        { features: ['a'], scale },
      );
      expect(new Set(data.training.values)).toEqual(new Set([0]));
    }
  });

  it('refuse what float32 cannot hold', async () => {
    const test = file(lines(['a', 'kind'], [1e38, 'no']));
    await expect(
      read(
        csv('a,kind', 20, (k) => [k * 1e-38, word(k)]),
        { test },
      ),
    ).rejects.toThrow(/line 2, column 1 \('a'\): expected a number that float32 can hold as \(x - /);
  });

  it('make the same inputs of bytes and floats, where parts differ', async () => {
    const pixels = (k: number): number[] => Array.from({ length: 64 }, (_, p) => (k * 37 + p * 11) % 256);
    const names = `${Array.from({ length: 64 }, (_, p) => `p${p}`)},kind`;
    const text = csv(names, 20, (k) => [...pixels(k), word(k)]);
    const [bytes, floats] = [pixels(1), pixels(1).map((x) => x + 0.5)].map((row) => file(lines(names.split(','), [...row, 'no'])));
    const plain = await read(text, { test: bytes });
    const mixed = await read(text, { test: floats });
    expect([plain.scale, plain.preparation?.plain?.count]).toEqual([1 / 255, 64]);
    expect([mixed.scale, mixed.preparation?.plain, mixed.preparation?.columns[63]]).toEqual([
      1,
      undefined,
      { name: 'p63', kind: 'number', subtract: 0, divide: 255 },
    ]);
    expect([...mixed.training.values]).toEqual([...plain.training.values].map((x) => Math.fround(x / 255)));
    expect(mixed.test.values[0]).toBe(Math.fround(37.5 / 255));
  });

  // What columns.py prints.
  it.each<[string, (step: number, k: number) => number, number, number]>([
    ['plain', (step) => step - 60, 2.4375, 36.08437378215119],
    ['a large offset', (step) => step + 1e6, 1000062.4375, 36.08437378215119],
    ['one value far away', (step, k) => (k === 700 ? 3e7 : step), 30062.4, 948206.8641943895],
    ['tiny', (step) => (step + 1) * 2 ** -80, 5.2474270108832693e-23, 2.984829440871223e-23],
    ['large', (step) => (step - 60) * 2 ** 100, 3.089898338056309e30, 4.574237808380374e31],
    ['of all sizes', (step, k) => (step - 60) * 2 ** ((k % 60) - 30), -18392845.07656137, 2735504849.5774994],
  ])("have NumPy's mean and deviation of values that are %s", (_, value, mean, deviation) => {
    const cells = Float32Array.from({ length: 1000 }, (__, k) => value(((k * 7919) % 1000) / 8, k));
    const [column] = fitColumns({ table: tableOf(cells, 1), rows: Uint32Array.from(cells.keys()), features: [0], scale: 'standard' });
    const { subtract, divide } = column as { subtract: number; divide: number };
    expect(Math.abs(subtract / mean - 1)).toBeLessThan(1e-12);
    expect(Math.abs(divide / deviation - 1)).toBeLessThan(1e-12);
  });
});

describe('words', () => {
  it('have an input each; rare and unknown ones have one together', async () => {
    const text = csv('w,kind', 200, (k) => [k === 0 ? 'once' : k % 3 ? 'often' : 'less', word(k)]);
    const test = file(lines(['w', 'kind'], ['often', 'no'], ['once', 'no'], ['never', 'yes'], ['less', 'yes']));
    const data = await read(text, { test, split: [1, 0] });
    expect(data.preparation?.columns).toEqual([{ name: 'w', kind: 'words', words: ['less', 'often'], other: true }]);
    expect([...data.test.values]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0]);
  });

  it('that training does not know are none of them, where it knows no rare ones', async () => {
    const test = file(lines(['w', 'kind'], ['c', 'no']));
    const data = await read(
      csv('w,kind', 20, (k) => [k % 3 ? 'a' : 'b', word(k)]),
      { test },
    );
    expect([...data.test.values]).toEqual([0, 0]);
  });

  it('are frequent beside others, where there are many', async () => {
    const many = await read(
      csv('w,kind', 450, (k) => [`w${k % 150}`, word(k)]),
      { split: [1, 0] },
    );
    expect(many.inputs).toBe(150);
  });

  it('are at most 200; the others are rare', async () => {
    const data = await read(
      csv('w,kind', 1200, (k) => [`w${k % 300}`, word(k)]),
      { split: [1, 0] },
    );
    expect([data.inputs, data.preparation?.columns[0]]).toEqual([201, expect.objectContaining({ other: true })]);
  });

  it('may look like numbers', async () => {
    const text = csv('code,kind', 40, (k) => [['01', '1', '2'][k % 3], word(k)]);
    const data = await read(text, { categorical: ['code'] });
    expect(data.preparation?.columns[0]).toMatchObject({ kind: 'words', words: ['01', '1', '2'] });
    expect((await read(text)).preparation?.columns[0]).toMatchObject({ kind: 'number' });
  });

  it('are words in a test file too, where all look like numbers', async () => {
    const test = file(lines(['w', 'kind'], ['01', '5'], ['1', '5']));
    const data = await read(
      csv('w,kind', 40, (k) => [k % 3 ? '01' : 'x', k % 2 ? '5' : 'six']),
      { test, split: [1, 0] },
    );
    expect([...data.test.values]).toEqual([1, 0, 0, 0]);
    expect([...data.test.labels]).toEqual([0, 0]);
  });
});

describe('other files', () => {
  const train = csv('a,b,kind', 20, (k) => [k * 1.5, 100 - k, word(k)]);
  const beside = (...rows: (readonly unknown[])[]): Promise<Dataset> => read(train, { scale: 'none', test: file(lines(...rows)), split: [1, 0] });

  it('may have their columns in another order, and others beside them', async () => {
    const data = await beside(['kind', 'more', 'b', 'a'], ['yes', 'x', 2, 1], ['no', 'y', 4, 3]);
    expect([[...data.test.values], [...data.test.labels]]).toEqual([
      [1, 2, 3, 4],
      [1, 0],
    ]);
  });

  it('may have no names, if their columns are in order', async () => {
    expect([...(await beside([1, 2, 'yes'])).test.values]).toEqual([1, 2]);
    const first = await read(
      csv('label,a,b', 20, (k) => [word(k), k / 2, k / 3]),
      { scale: 'none', test: file(lines(['yes', 1, 2])) },
    );
    expect([[...first.test.values], [...first.test.labels]]).toEqual([[1, 2], [1]]);
    const middle = lines(...Array.from({ length: 20 }, (_, k) => [`n${k}`, k / 2, word(k), k / 3]));
    const numbered = await read(middle, { scale: 'none', target: 3, drop: [1], test: file(lines(['x', 1, 'yes', 2])) });
    expect([[...numbered.test.values], [...numbered.test.labels]]).toEqual([[1, 2], [1]]);
  });

  it.each<[string, (readonly unknown[])[], RegExp]>([
    [
      'without a column',
      [
        ['a', 'kind'],
        [1, 'no'],
      ],
      /\d+\.csv: expected a column 'b' as an input, as in training; its columns are 'a', 'kind'\.$/,
    ],
    [
      'without the target',
      [
        ['a', 'b'],
        [1, 2],
      ],
      /expected a column 'kind' to be predicted, as in training/,
    ],
    [
      'with a class that training has not',
      [
        ['a', 'b', 'kind'],
        [1, 2, 'may'],
      ],
      /line 2, column 3 \('kind'\): expected one of the 2 classes 'no' and 'yes', got 'may'/,
    ],
    [
      'with words for numbers',
      [
        ['a', 'b', 'kind'],
        [1, 'two', 'no'],
        [2, 'one', 'no'],
      ],
      /line 2, column 2 \('b'\): expected a number, as in training, got 'two'/,
    ],
    [
      'with dates for numbers',
      [
        ['a', 'b', 'kind'],
        [1, '2024-01-01', 'no'],
      ],
      /column 2 \('b'\): expected a number, as in training, got '2024-01-01'/,
    ],
    ['with too few columns and no names', [[1, 'no']], /expected 2 columns|expected a column 'kind'/],
  ])('are refused %s', async (_, rows, message) => {
    await expect(beside(...rows)).rejects.toThrow(message);
  });
});

describe('a split', () => {
  const classes = (...rows: number[]): string =>
    lines(['a', 'kind'], ...rows.flatMap((n, c) => Array.from({ length: n }, (_, k) => [c + k / 100, `class${c}`])));

  it.each<[string, string, DatasetOptions, number[]]>([
    ['is a tenth and a tenth', classes(50, 50), {}, [80, 10, 10]],
    ['of three shares', classes(50, 50), { split: [0.6, 0.3, 0.1] }, [60, 30, 10]],
    ['of two shares has no test', classes(50, 50), { split: [0.7, 0.3] }, [70, 30, 0]],
    ['without validation', classes(50, 50), { validation: 0 }, [90, 0, 10]],
    ['with so many for validation', classes(50, 50), { validation: 25 }, [65, 25, 10]],
    ['of five rows', classes(3, 2), {}, [3, 1, 1]],
    ['of three rows', classes(2, 1), {}, [3, 0, 0]],
  ])('%s', async (_, text, options, expected) => {
    expect(sizes(await read(text, options))).toEqual(expected);
  });

  it('keeps the share of each class', async () => {
    const { training, validation, test } = await read(classes(100, 50, 50));
    expect([training, validation, test].map(({ labels }) => counts(labels, 3))).toEqual([
      [80, 40, 40],
      [10, 5, 5],
      [10, 5, 5],
    ]);
  });

  it('leaves a row of each class in the training', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const data = await read(classes(30, 1, 2), { split: [0.2, 0.4, 0.4], seed });
      expect(counts(data.training.labels, 3).every((n) => n > 0)).toBe(true);
      expect(sizes(data).reduce((a, b) => a + b)).toBe(33);
    }
  });

  it('goes by its seed alone', async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => read(classes(50, 50), { seed })));
    expect(again.training.values).toEqual(one.training.values);
    expect(other.training.values).not.toEqual(one.training.values);
  });

  it.each<[string, DatasetOptions, RegExp]>([
    ['shares that are not all', { split: [0.5, 0.3] }, /split: expected shares for training, validation and test that add up to 1/],
    ['one share', { split: [1] }, /split: expected shares/],
    ['four shares', { split: [0.4, 0.2, 0.2, 0.2] }, /split/],
    ['no training', { split: [0, 0.5, 0.5] }, /split: expected shares/],
    ['too many for validation', { validation: 95 }, /validation: expected fewer samples than the 100 of/],
    ['a number beside shares', { split: [0.8, 0.2], validation: 5 }, /validation: expected none beside a split, got 5/],
  ])('is refused with %s', async (_, options, message) => {
    await expect(read(classes(50, 50), options)).rejects.toThrow(message);
  });

  it('is refused where a part is there already', async () => {
    const other = file(classes(3, 3));
    await expect(read(classes(50, 50), { test: other, split: [0.8, 0.1, 0.1] })).rejects.toThrow(/split: expected two shares/);
    await expect(read(classes(50, 50), { validation: other, split: [0.8, 0.1, 0.1] })).rejects.toThrow();
    expect(sizes(await read(classes(50, 50), { test: other, split: [0.8, 0.2] }))).toEqual([80, 20, 6]);
    expect(sizes(await read(classes(50, 50), { validation: other, test: other }))).toEqual([100, 6, 6]);
  });
});

describe('a preparation', () => {
  /** Rows of a number, a word and a class; those that `wild` names are other rows altogether. */
  const rows = (wild: ReadonlySet<number>) => (k: number) =>
    wild.has(k) ? [1e9 + k, `wild${k}`, k % 3 ? '' : -1e9, word(k)] : [Math.sin(k), k % 4 ? 'often' : 'seldom', k % 7 ? k / 3 : '', word(k)];

  it.each(['standard', 'minmax'] as const)('is of the training rows alone: %s', async (scale) => {
    const labels = Uint16Array.from({ length: 60 }, (_, k) => k % 2);
    const parts = { name: '', rows: 60, labels, classes: 2, hasValidation: false, hasTest: false, inOrder: false, seed: 1 };
    const { validation, test } = splitRows(parts);
    const wild = new Set([...validation, ...test]);
    expect(wild.size).toBe(12);
    for (const missing of ['mean', 'median', 'indicator'] as const) {
      const options = { scale, missing } as const;
      const tame = await read(csv('a,w,b,kind', 60, rows(new Set())), options);
      const other = await read(csv('a,w,b,kind', 60, rows(wild)), options);
      expect(other.preparation).toEqual(tame.preparation);
      expect(other.training).toEqual(tame.training);
      expect(other.test).not.toEqual(tame.test);
    }
  });

  it('of targets that are numbers too', async () => {
    const values = (wild: boolean) => csv('a,y', 30, (k) => [k / 2, k < 24 ? Math.sin(k) : wild ? 1e6 : 0]);
    const [training, others] = [values(false), values(true)].map((text) => text.split('\n'));
    const test = (from: string[]): string => file([from[0], ...from.slice(25)].join('\n'));
    const own = [training[0], ...training.slice(1, 25)].join('\n');
    const [tame, wild] = await Promise.all([training, others].map((from) => read(own, { target: 'y', test: test(from), split: [1, 0] })));
    expect(wild.preparation).toEqual(tame.preparation);
  });
});

const tableOf = (cells: Uint8Array | Float32Array, width: number): Table => ({
  name: 't',
  rows: cells.length / width,
  columns: numberedNames(width).map((name) => ({ name, kind: 'number' })),
  named: false,
  cells,
  place: (row) => `row ${row + 1}`,
});

describe('rows in place', () => {
  it('go into another order as into fresh rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), fc.integer(), (width, count, seed) => {
        const order = shuffled(count, seed);
        const values = Float32Array.from({ length: count * width }, (_, k) => k);
        const expected = Float32Array.from({ length: count * width }, (_, k) => order[Math.floor(k / width)] * width + (k % width));
        reorderRows(values, width, Uint32Array.from(order));
        expect(values).toEqual(expected);
      }),
    );
  });

  const prepared = fc.oneof(
    fc.record({
      subtract: fc.integer({ min: -9, max: 9 }),
      divide: fc.integer({ min: 1, max: 9 }),
      fill: fc.integer({ min: -9, max: 9 }),
      indicator: fc.boolean(),
    }),
    fc.record({ words: fc.integer({ min: 0, max: 4 }), other: fc.boolean(), fill: fc.integer({ min: -1, max: 0 }), indicator: fc.boolean() }),
  );
  const WORDS = ['a', 'b', 'c', 'd'];

  it('become inputs as in fresh rows, of columns in any order', () => {
    fc.assert(
      fc.property(fc.array(prepared, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 12 }), fc.integer(), (made, count, seed) => {
        const columns = made.map((one, k) => {
          const indicator = one.indicator ? { indicator: true as const } : {};
          if (!('words' in one)) return { name: String(k), kind: 'number' as const, ...one, ...indicator, indicator: one.indicator || undefined };
          const words = WORDS.slice(0, one.words);
          return {
            name: String(k),
            kind: 'words' as const,
            words,
            ...(one.other && { other: true as const }),
            fill: words.length > 0 ? one.fill : -1,
            ...indicator,
          };
        }) as unknown as Preparation['columns'];
        // A column more than are used, so that inputs may be fewer than cells.
        const from = shuffled(columns.length + 1, seed).slice(1);
        const width = columns.length + 1;
        const cells = Float32Array.from({ length: count * width }, (_, k) => ((k * 7 + seed) % 5 === 0 ? Number.NaN : Math.abs((k * 3 + seed) % 4)));
        const table = {
          ...tableOf(cells, width),
          columns: numberedNames(width).map((name, k) => {
            const f = from.indexOf(k);
            return f >= 0 && columns[f].kind === 'words' ? { name, kind: 'words' as const, words: WORDS } : { name, kind: 'number' as const };
          }),
        };
        const preparation: Preparation = { named: false, columns, target: { kind: 'classes', name: 'y', names: ['0', '1'] } };
        const expected = plainInputs(Float32Array.from(cells), width, preparation, from);
        expect([...applied(table, preparation, from)]).toEqual(expected);
        expect(expected.length).toBe(count * inputsOf(preparation));
      }),
    );
  });
});

/** 0 to n - 1 in an order that the seed gives. */
function shuffled(n: number, seed: number): number[] {
  const key = (k: number): number => Math.sin(k * 12.9898 + (seed % 1000)) * 43758.5453;
  return Array.from({ length: n }, (_, k) => k).sort((a, b) => (key(a) % 1) - (key(b) % 1) || a - b);
}

/** The plain version: value by value, into a list. */
function plainInputs(cells: Float32Array, width: number, { columns }: Preparation, from: readonly number[]): number[] {
  const inputs: number[] = [];
  for (let row = 0; row < cells.length / width; row++) {
    for (const [f, column] of columns.entries()) {
      const cell = cells[row * width + from[f]];
      const isMissing = Number.isNaN(cell);
      if (column.kind === 'words') {
        const of = isMissing ? (column.fill as number) : column.words.indexOf(['a', 'b', 'c', 'd'][cell]);
        for (const k of column.words.keys()) inputs.push(k === of ? 1 : 0);
        if (column.other) inputs.push(!isMissing && of < 0 ? 1 : 0);
      } else inputs.push(Math.fround(((isMissing ? (column.fill as number) : cell) - column.subtract) / column.divide));
      if (column.indicator) inputs.push(isMissing ? 1 : 0);
    }
  }
  return inputs;
}

describe('rows of a program', () => {
  const people = [
    { age: 20, town: 'Ulm', member: true, income: 'low' },
    { age: null, town: 'Ulm', member: false, income: 'high' },
    { age: 40, town: 'Kiel', income: 'low', member: true },
    { town: 'Kiel', age: 60, member: false, income: 'high' },
  ];

  it('are objects of mixed values, from any iterable', async () => {
    async function* slowly(): AsyncGenerator<(typeof people)[number]> {
      yield* people;
    }
    const options = { target: 'income', missing: 'median', scale: 'none', split: [1, 0], name: 'people' } as const;
    const [listed, made, late] = await Promise.all([people, new Set(people), slowly()].map((rows) => datasetOfRows(rows, options)));
    expect(made).toEqual(listed);
    expect(late).toEqual(listed);
    expect([listed.name, listed.classNames, listed.inputs]).toEqual(['people', ['high', 'low'], 4]);
    expect(inputsWhere(listed, (age) => age === 20)).toEqual([20, 0, 1, 1]);
    expect(inputsWhere(listed, (age) => age === 40 || age === Math.fround(40))).toBeDefined();
  });

  it('are lists, whose columns have numbers', async () => {
    const data = await datasetOfRows(
      Array.from({ length: 20 }, (_, k) => [k / 2, word(k)]),
      { target: 2, test: [[1, 'yes']], validation: [[3, 'no']] },
    );
    expect(sizes(data)).toEqual([20, 1, 1]);
    expect(data.preparation?.named).toBe(false);
  });

  it('keep texts that look like numbers as words', async () => {
    const data = await datasetOfRows(Array.from({ length: 20 }, (_, k) => ({ a: String(k % 2), y: word(k) })));
    expect(data.preparation?.columns[0]).toMatchObject({ kind: 'words', words: ['0', '1'] });
  });

  it.each<[string, readonly unknown[], RegExp]>([
    [
      'an odd one',
      [
        { a: 1, y: 'x' },
        { b: 2, y: 'z' },
      ],
      /own data: row 1, column 3 \('b'\): expected a value, got none/,
    ],
    ['a list among objects', [{ a: 1, y: 'x' }, [1, 'x']], /row 2: expected an object, as the first row is/],
    [
      'a list within',
      [
        { a: 1, y: 'x' },
        { a: {}, y: 'x' },
      ],
      /row 2/,
    ],
    ['a number that is none', [[1, 'x'], 5], /row 2: expected an object or a list/],
    ['infinity', [{ a: Number.POSITIVE_INFINITY, y: 'x' }], /row 1, column 1 \('a'\)/],
    ['none', [], /own data: there are no rows in it/],
  ])('are refused: %s', async (_, rows, message) => {
    await expect(datasetOfRows(rows as [], { target: 'y' })).rejects.toThrow(message);
  });
});
