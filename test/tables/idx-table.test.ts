// An IDX file by itself as a table: rows and pictures, with the labels that lie beside it, and what is refused. How files are read at all
// is tested in test/data/idx.test.ts.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTables } from '#src/tables/formats.js';
import type { TableOptions } from '#src/tables/options.js';
import { fileSource } from '#src/tables/source.js';
import type { Table } from '#src/tables/table.js';
import { idxBytes, images, labels, temporaryFolder } from '../support/idx-folder.js';
import { namesOf, readBytes, rowsOf, TABLE_OPTIONS } from '../support/read-table.js';
import { refusal } from '../support/refused.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async (name: string, options: Partial<TableOptions> = {}): Promise<Table> =>
  (await readTables(fileSource(join(folder, name)), { ...TABLE_OPTIONS, ...options })).training;

it.each([
  [[6], undefined],
  [[2, 3], undefined],
  [[1, 2, 3], { first: 0, width: 3, height: 2, channels: 1 }],
  [[1, 1, 2, 3], { first: 0, width: 2, height: 1, channels: 3 }],
  [[1, 2, 1, 3, 1], undefined],
])('of sizes %j: a row for each sample', async (sizes, picture) => {
  const { training } = await readBytes('a', idxBytes(sizes, [9, 8, 7, 6, 5, 4]));
  expect([training.rows, training.columns.length, training.picture, training.targets]).toEqual([sizes[0], 6 / sizes[0], picture, undefined]);
  expect(rowsOf(training).flat()).toEqual([9, 8, 7, 6, 5, 4]);
  expect(training.cells).toBeInstanceOf(Uint8Array);
});

it('NaN is missing, and whole floats are bytes', async () => {
  const floats = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [k, value] of values.entries()) bytes.writeFloatBE(value, 4 * k);
    return idxBytes([2, values.length / 2], bytes, 0x0d);
  };
  expect(rowsOf((await readBytes('a', floats(1, Number.NaN, 2.5, 3))).training)).toEqual([
    [1, null],
    [2.5, 3],
  ]);
  expect((await readBytes('a', floats(0, 255, 1, 2))).training.cells).toBeInstanceOf(Uint8Array);
});

describe('labels beside images', () => {
  it.each([
    ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
    ['train-images.idx3-ubyte', 'train-labels.idx1-ubyte.gz'],
    ['emnist-letters-test-images-idx3-ubyte.gz', 'emnist-letters-test-labels-idx1-ubyte.gz'],
    ['x-images-idx3-float.gz', 'x-labels-idx1-ubyte'],
  ])('%s and %s: they are the last column', async (image, label) => {
    for (const [name, bytes] of [
      [image, images(4)],
      [label, labels(4, 3)],
    ] as const) {
      writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    }
    const table = await read(image, { transpose: true });
    expect([namesOf(table).at(-1), table.targets, table.picture]).toEqual(['label', 1, { first: 0, width: 3, height: 2, channels: 1 }]);
    expect(rowsOf(table).map((row) => row.at(-1))).toEqual([0, 1, 2, 0]);
    expect(rowsOf(table)[0].slice(0, 6)).toEqual([0, 14, 28, 7, 21, 35]);
    expect(table.place(3)).toBe(`${join(folder, image)}: image 4`);
  });

  it('none is needed, and one of another file is none', async () => {
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(4));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels(4));
    mkdirSync(join(folder, 'train-labels-idx1-ubyte'));
    expect((await read('train-images-idx3-ubyte')).columns).toHaveLength(6);
  });

  it.each([
    ['too few', labels(3), /train-labels-idx1-ubyte: byte 4: 3 labels, but .*train-images-idx3-ubyte has 4 images/],
    ['images', images(4), /train-labels-idx1-ubyte: byte 3: 3 dimensions, as in a file of images/],
    ['cut short', labels(4).subarray(0, -1), /train-labels-idx1-ubyte: byte 11: the file ends here/],
  ])('%s: refused', async (_, bytes, says) => {
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(4));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), bytes);
    expect(await refusal(() => read('train-images-idx3-ubyte'))).toMatch(says);
  });
});

it.each<[string, Buffer, RegExp, Partial<TableOptions>?]>([
  ['rows as pictures', idxBytes([2, 3], [1, 2, 3, 4, 5, 6]), /a: byte 3: samples of 3 are no pictures/, { transpose: true }],
  ['labels as pictures', idxBytes([2], [1, 2]), /a: byte 3: samples of one value are no pictures/, { transpose: true }],
  ['no values', idxBytes([2, 0], []), /a: byte 4: no values/],
  ['rows too long', idxBytes([1, 2 ** 20], new Uint8Array(2 ** 20)), /a: byte 4: samples of 1,048,576 values/],
  [
    'infinity',
    idxBytes([1, 2], Buffer.from('000000007f800000', 'hex'), 0x0d),
    /a: byte 12: sample 1, value 2: expected a number that float32 can hold, got Infinity/,
  ],
])('%s: refused', async (_, bytes, says, options) => {
  expect(await refusal(() => readBytes('a', bytes, options))).toMatch(says);
});

it.each([
  ['an Arrow file', 'ARROW1\0\0\xff\xff\xff\xff', /a: this is an Arrow or Feather file; .*pd\.read_feather\(path\)\.to_parquet\(path\)/],
  ['an Arrow stream', '\xff\xff\xff\xff\x60\x02\0\0\x10\0\0\0\0\0\x0a\0', /a: this is an Arrow stream; .* Save it as Parquet/],
  ['a Feather file of version 1', 'FEA1\0\0\0\0', /a: this is a Feather file/],
])('%s is said to be that', async (_, text, says) => {
  expect(await refusal(() => readBytes('a', Buffer.from(text, 'latin1')))).toMatch(says);
});
