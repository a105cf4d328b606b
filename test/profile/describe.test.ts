// Data sets described: figures of columns against those of plain loops, rows that are the same in and between the parts, columns that give
// the answer away, classes, and what `train` would do, from tables that are made for it.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ColumnProfile, type DataProfile, describeData } from '#src/index.js';
import { profileColumns } from '#src/profile/columns.js';
import { describeTables } from '#src/profile/describe-tables.js';
import { leakingColumns } from '#src/profile/leaks.js';
import { Random } from '#src/random.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { refusal } from '../support/refused.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of rows. */
function file(name: string, rows: readonly (readonly (string | number)[])[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => row.join(',')).join('\n'));
  return path;
}
const of = ({ columns }: DataProfile, name: string): ColumnProfile => columns.find((column) => column.name === name) as ColumnProfile;

const random = Random.stream(1, 'people');
/** 300 people; `status` gives away who leaves, every tenth. */
const PEOPLE = Array.from({ length: 300 }, (_, k) => {
  const leaves = k % 10 === 3;
  const age = k % 7 === 0 ? '' : 18 + random.below(60);
  return [
    500 + 3 * k,
    `p${k}@x.no`,
    age,
    random.uniform().toFixed(5),
    ['Oslo', 'Bergen', 'Å'][random.below(3)],
    'NO',
    '2024-05-01',
    leaves ? 'closed' : 'open',
    leaves ? 'yes' : 'no',
  ];
});
const NAMES = ['id', 'email', 'age', 'income', 'city', 'country', 'signup', 'status', 'churn'];
const people = file('people.csv', [NAMES, ...PEOPLE]);

describe('columns', () => {
  it('have figures like those of plain loops', async () => {
    const profile = await describeData(people, { target: 'churn' });
    expect(profile).toMatchObject({ name: 'people.csv', rows: 300, width: 9, described: { rows: 300, what: 'all rows' }, drawn: true });
    const ages = PEOPLE.map((row) => row[2]).filter((age) => age !== '') as number[];
    const mean = ages.reduce((a, b) => a + b, 0) / ages.length;
    const age = of(profile, 'age');
    expect(age).toMatchObject({ kind: 'number', missing: 43, distinct: new Set(ages).size, constant: false });
    expect(age.numbers).toMatchObject({ least: Math.min(...ages), most: Math.max(...ages) });
    expect(age.numbers?.mean).toBeCloseTo(mean, 10);
    expect(age.numbers?.deviation).toBeCloseTo(Math.sqrt(ages.reduce((sum, x) => sum + (x - mean) ** 2, 0) / ages.length), 10);
    const sorted = ages.toSorted((a, b) => a - b);
    // 257 values: the quartiles are three of them.
    expect(age.numbers?.quartiles).toEqual([sorted[64], sorted[128], sorted[192]]);
    expect(age.numbers?.histogram.reduce((a, b) => a + b, 0)).toBe(ages.length);
    const [least, most] = [sorted[0], sorted[sorted.length - 1]];
    expect(age.numbers?.histogram[0]).toBe(ages.filter((x) => (x - least) / (most - least) < 1 / 24).length);
    expect(of(profile, 'city')).toMatchObject({ kind: 'words', distinct: 3, missing: 0 });
    const oslo = PEOPLE.filter((row) => row[4] === 'Oslo').length;
    expect(of(profile, 'city').frequent).toContainEqual({ value: 'Oslo', rows: oslo });
    expect(of(profile, 'country')).toMatchObject({ constant: true, distinct: 1 });
    expect(of(profile, 'signup')).toEqual({ name: 'signup', kind: 'date', missing: 0, distinct: 0, constant: false, example: '2024-05-01' });
  });

  it('of few values name the frequent ones, of many only that there are more', () => {
    const cells = Float32Array.from({ length: 4000 }, (_, at) => (at % 2 === 0 ? at : [7, 7, -0.5][(at >> 1) % 3]));
    const columns = ['many', 'few'].map((name) => ({ name, kind: 'number' as const }));
    const [many, few] = profileColumns({ rows: 2000, columns, cells }, [0, 1]);
    expect([many.distinct, many.more, many.frequent]).toEqual([1000, true, undefined]);
    expect([few.distinct, few.more]).toEqual([2, undefined]);
    expect(few.frequent).toEqual([
      { value: '7', rows: 1334 },
      { value: '-0.5', rows: 666 },
    ]);
  });

  it('of which all values are missing, or that are bytes', () => {
    const missing = Float32Array.from({ length: 5 }, () => Number.NaN);
    const column = [{ name: 'a', kind: 'number' as const }];
    expect(profileColumns({ rows: 5, columns: column, cells: missing }, [0])).toEqual([
      { name: 'a', kind: 'number', missing: 5, distinct: 0, constant: false },
    ]);
    const [bytes] = profileColumns({ rows: 4, columns: column, cells: Uint8Array.of(0, 255, 255, 10) }, [0]);
    expect(bytes).toMatchObject({ missing: 0, distinct: 3, numbers: { least: 0, most: 255, mean: 130, quartiles: [7.5, 132.5, 255] } });
  });
});

describe('columns that alone tell the answer', () => {
  const question = (columns: readonly ((row: number) => number)[], answer: (row: number) => number, classes?: number) => {
    const cells = Float32Array.from({ length: 200 * columns.length }, (_, at) => columns[at % columns.length](Math.floor(at / columns.length)));
    const table = { rows: 200, columns: columns.map((_, k) => ({ name: `c${k}`, kind: 'number' as const })), cells };
    return leakingColumns({ table, features: columns.map((_, k) => k), answer, classes });
  };
  const noise = (row: number) => Random.stream(row, 'noise').uniform();
  const label = (row: number) => (row % 5 === 0 ? 1 : 0);

  it.each<[string, (row: number) => number, boolean]>([
    ['the class by another number', (row) => 3 - label(row), true],
    ['a number that is larger for one class', (row) => noise(row) + 2 * label(row), true],
    ['a value that is missing for one class alone', (row) => (label(row) ? Number.NaN : noise(row)), true],
    ['one that is wrong of one row', (row) => (row === 7 ? 1 : label(row)), true],
    ['one that is wrong of every 20th', (row) => (row % 20 === 7 ? 1 : label(row)), false],
    ['noise', noise, false],
    ['a number of its own for each row', (row) => row, false],
    ['one value', () => 4, false],
    ['a number that is mostly larger', (row) => noise(row) + 0.8 * label(row), false],
  ])('%s', (_, column, leaks) => {
    expect(question([noise, column], label, 2)).toEqual(leaks ? [1] : []);
  });

  it('are not looked for where nearly all rows are of one class', () => {
    expect(question([(row) => (row === 9 ? 1 : 0)], (row) => (row === 9 ? 1 : 0), 2)).toEqual([]);
  });

  it('of numbers are the target in other units', () => {
    const target = (row: number) => 1000 * noise(row);
    expect(question([(row) => 32 - 1.8 * target(row), noise, (row) => noise(row + 500), (row) => target(row) ** 2], target)).toEqual([0, 1]);
  });
});

describe('what is odd', () => {
  it('is said of leaks, balance, numbers of rows, and what training needs', async () => {
    const profile = await describeData(people, { target: 'churn' });
    const all = profile.warnings.join('\n');
    expect(all).toContain("Column 'status' alone tells the class of nearly every row");
    expect(all).toContain("Column 'id' seems to number the rows");
    expect(all).not.toMatch(/training part too|another answer|fewer than 10/);
    expect(profile.train.added).toEqual([
      "--drop: 'signup' holds dates, which are no numbers",
      "--missing mean: values are missing in 'age'",
      '--preset tabular: defaults that fit columns',
    ]);
    expect(profile.train.options).toBe('--target churn --drop signup --missing mean --preset tabular');
    // Numbers: id, age, income; three cities, two kinds of status.
    const { layers } = profile.train.network!;
    expect([layers[0], layers[layers.length - 1]]).toEqual([8, 2]);
    const use = new Map(profile.train.decisions?.map((one) => [one.column, one.use]));
    expect([use.get('email'), use.get('country'), use.get('signup')]).toEqual([
      expect.stringContaining('nearly one for each row'),
      expect.stringContaining('all its values are the same'),
      'left out: --drop',
    ]);
    expect(profile.classes).toEqual([
      { name: 'no', training: 216, validation: 27, test: 27 },
      { name: 'yes', training: 24, validation: 3, test: 3 },
    ]);
  });

  it('a rare class, one that nearly all rows have, an empty column, a small test', async () => {
    const rows = Array.from({ length: 100 }, (_, k) => [(k * 37) % 101, k % 3 === 0 ? k : '', k < 95 ? 'no' : 'yes']);
    const { warnings } = await describeData(file('rare.csv', [['a', 'b', 'y'], ...rows]));
    expect(warnings).toEqual([
      expect.stringMatching(/^Class 'yes' has fewer than 10 rows/),
      expect.stringMatching(/^95.0 % of the rows are of class 'no'/),
      expect.stringMatching(/^More than half of the values are missing in 'b'/),
      expect.stringMatching(/^The test has 10 rows: one of them is 10.0 % of its accuracy/),
    ]);
  });
});

describe('rows that are the same', () => {
  const rows = Array.from({ length: 50 }, (_, k) => [k, k % 2 === 0 ? 'even' : 'odd', k % 3 === 0 ? 'a' : 'b']);
  const head = [['x', 'word', 'y']];

  it('in one file, with and without the same answer', async () => {
    const path = file('twice.csv', [...head, ...rows, rows[4], rows[4], [6, 'even', 'b'], rows[6]]);
    const { duplicates, warnings } = await describeData(path, { features: ['x', 'word'], split: [1, 0] });
    expect(duplicates).toMatchObject({ of: 'inputs', groups: 2, rows: 4, contradictions: 3, inTraining: { validation: 0, test: 0 } });
    expect(duplicates.examples).toEqual([
      [`${path}: line 6`, `${path}: line 52`, `${path}: line 53`],
      [`${path}: line 8`, `${path}: line 54`, `${path}: line 55`],
    ]);
    expect(warnings.join()).toContain('3 rows have the same inputs as others and another answer');
  });

  it('in a file for the test whose columns stand in another order, with words of its own', async () => {
    const training = file('a.csv', [...head, ...rows]);
    const test = file('b.csv', [
      ['y', 'word', 'x'],
      ['a', 'odd', 3],
      ['b', 'even', 4],
      ['b', 'other', 5],
      ['b', 'even', 400],
    ]);
    const { duplicates, warnings, splits } = await describeData(training, { test, target: 'y', split: [1, 0], features: ['x', 'word'] });
    expect(splits).toEqual({ training: 50, validation: 0, test: 4 });
    expect(duplicates).toMatchObject({ groups: 2, rows: 2, inTraining: { validation: 0, test: 2 } });
    expect(warnings.join()).toContain('2 of the 4 rows for test occur in the training part too');
  });

  it('between the parts that are drawn', async () => {
    // Each row twice: with nine in ten for training, most of the others have a twin there.
    const { duplicates, splits } = await describeData(file('double.csv', [...head, ...rows, ...rows]), {
      features: ['x', 'word'],
      split: [0.5, 0, 0.5],
    });
    const { test } = duplicates.inTraining;
    expect([duplicates.groups, duplicates.rows, splits.test]).toEqual([50, 50, 50]);
    expect(test).toBeGreaterThan(10);
    expect(test).toBeLessThan(40);
  });

  it('where rows are left out because a value is missing: those do not count', async () => {
    const path = file('gaps.csv', [...head, ...rows, ['', 'even', 'a'], ['', 'even', 'a'], rows[7]]);
    const options = { features: ['x', 'word'], split: [1, 0] };
    expect((await describeData(path, { ...options, missing: 'drop' })).duplicates).toMatchObject({ groups: 1, rows: 1 });
    expect((await describeData(path, options)).duplicates).toMatchObject({ groups: 2, rows: 2 });
  });

  it('by all columns where nothing is known to be a target', async () => {
    const path = file('plain.csv', [
      ['a', 'b'],
      [1, 2],
      [1, 3],
      [1, 2],
    ]);
    const { duplicates, target, classes, train: plan } = await describeData(path);
    expect(duplicates).toMatchObject({ of: 'all columns', groups: 1, rows: 1, contradictions: 0 });
    expect([target, classes, plan.network]).toEqual([undefined, undefined, undefined]);
    expect(plan.refused).toMatch(/which column is to be predicted\? Say --target NAME/);
  });
});

describe('other data', () => {
  it('pictures in IDX files', async () => {
    const path = join(folder, 'digits');
    mkdirSync(path);
    writeIdxFolder(path);
    const profile = await describeData(path, { seed: 3, validation: 4 });
    expect(profile).toMatchObject({ name: 'digits', drawn: false, described: { what: 'training' }, train: { options: '--validation 4 --seed 3' } });
    expect(profile.splits.validation).toBe(4);
    expect(profile.train.network?.layers[0]).toBe(profile.width);
  });

  it('pixels of CSV, with some pictures of each class, drawn by the seed', async () => {
    const pixel = (k: number, i: number) => (i === k % 64 ? 255 : (k * i) % 200);
    const rows = Array.from({ length: 60 }, (_, k) => [k % 3, ...Array.from({ length: 64 }, (_, i) => pixel(k, i))]);
    const path = file('pixels.csv', rows);
    const profile = await describeData(path);
    expect(profile.pixels).toMatchObject({ count: 64, width: 8, height: 8, channels: 1, least: 0, most: 255, constant: 0 });
    expect(profile.columns.map(({ name }) => name)).toEqual(['1']);
    expect(profile.train).toMatchObject({ options: '', network: { layers: [64, 100, 3] } });
    const { pictures } = profile.sheet!;
    expect(pictures.map(({ label }) => label)).toEqual(['0', '1', '2'].flatMap((name) => new Array(10).fill(name)));
    for (const { label, pixels } of pictures) {
      const row = rows.find((one) => one.slice(1).every((x, i) => x === pixels[i]));
      expect(String(row?.[0])).toBe(label);
    }
    const again = async (seed: number) => (await describeData(path, { seed })).sheet;
    expect(await again(1)).toEqual(profile.sheet);
    expect(await again(2)).not.toEqual(profile.sheet);
  });

  it('pixels with names, of which some are the same in every row', async () => {
    const names = ['label', ...Array.from({ length: 64 }, (_, i) => `pixel${i}`)];
    const rows = Array.from({ length: 40 }, (_, k) => [k % 2, ...Array.from({ length: 64 }, (_, i) => (i < 5 ? 0 : (k * i) % 256))]);
    const { pixels, sheet, train: plan } = await describeData(file('named.csv', [names, ...rows]));
    expect(pixels).toMatchObject({ count: 64, width: 8, constant: 5 });
    expect(sheet?.pictures.length).toBe(20);
    expect(plan.refused).toBeUndefined();
  });

  it('colours that are larger than a page needs are scaled down by means', async () => {
    const [rows, side] = [2, 128];
    const count = side * side * 3;
    const cells = Uint8Array.from({ length: rows * (count + 1) }, (_, at) =>
      at % (count + 1) === count ? Math.floor(at / (count + 1)) : (at % 3) * 100,
    );
    const columns = Array.from({ length: count + 1 }, (_, k) => ({ name: String(k + 1), kind: 'number' as const }));
    const picture = { first: 0, width: side, height: side, channels: 3 };
    const training = { name: 'p', rows, columns, named: false, cells, picture, place: (row: number) => `picture ${row + 1}` };
    const { sheet } = await describeTables({ name: 'p', tables: { training }, reading: { target: count + 1, split: [1, 0] }, seed: 1 });
    expect([sheet?.width, sheet?.height, sheet?.channels]).toEqual([64, 64, 3]);
    expect([...sheet!.pictures[0].pixels.subarray(0, 6)]).toEqual([0, 100, 200, 0, 100, 200]);
  });

  it('numbers of a program, and targets that are numbers', async () => {
    const values = Array.from({ length: 40 }, (_, k) => [k, (k * 7) % 11]);
    const profile = await describeData({ inputs: 2, classes: 1, training: { values, targets: values.map(([x]) => [2 * x]) } });
    expect(profile).toMatchObject({ name: 'own data', rows: 40, target: { kind: 'numbers' }, train: { network: { cost: 'quadratic' } } });
    expect(profile.warnings[0]).toContain("Column '1' alone is 'target' in other units");
    expect(profile.classes).toBeUndefined();
  });
});

describe('what cannot be described', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['no file', () => describeData(join(folder, 'none.csv')), /none\.csv: there is no such file/],
    ['an empty file', () => describeData(file('empty.csv', [])), /empty/],
    ['a ragged row', () => describeData(file('ragged.csv', [['a', 'b'], [1, 2], [1]])), /line 3: expected 2 columns/],
    [
      'infinity',
      () =>
        describeData(
          file('inf.csv', [
            ['a', 'b'],
            [1, 'inf'],
          ]),
        ),
      /column 2 \('b'\): expected a number/,
    ],
    ['a target that is not there', () => describeData(people, { target: 'nope' }), /target: expected one of its columns/],
    ['a column to drop that is not there', () => describeData(people, { drop: ['nope'] }), /drop: expected one of its columns/],
    ['a split that is none', () => describeData(people, { target: 'churn', split: [0.5, 0.4] }), /split: expected shares/],
    ['an option of another name', () => describeData(people, { tarket: 'churn' } as never), /tarket/],
  ])('%s', async (_, read, says) => {
    expect(await refusal(read)).toMatch(says);
  });

  it.each<[string, () => Promise<DataProfile>, RegExp]>([
    [
      'one class',
      () =>
        describeData(
          file('one.csv', [
            ['a', 'y'],
            [1, 'x'],
            [2, 'x'],
          ]),
        ),
      /has one class/,
    ],
    ['dates to be predicted', () => describeData(people, { target: 'signup' }), /holds dates/],
    [
      'a class that only the test has',
      () => describeData(people, { target: 'churn', test: file('t.csv', [NAMES, PEOPLE[0].with(-1, 'maybe')]) }),
      /expected one of the 2 classes/,
    ],
  ])('%s is described, with what train would say of it', async (_, read, says) => {
    const { train: plan, columns } = await read();
    expect(columns.length).toBeGreaterThan(1);
    expect(plan.refused).toMatch(says);
    expect(plan.network).toBeUndefined();
  });
});
