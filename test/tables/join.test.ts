// Tables of the same columns as one: order of columns, kinds that agree and kinds that do not, words of all parts, and places of rows.

import { expect, it } from 'vitest';
import { joined } from '#src/tables/join.js';
import type { Table } from '#src/tables/table.js';
import { numpyFile } from '../support/numpy-files.js';
import { readBytes, rowsOf } from '../support/read-table.js';
import { refusal } from '../support/refused.js';

const parts = (texts: readonly string[]): Promise<Table[]> =>
  Promise.all(texts.map(async (text, k) => (await readBytes(`part-${k + 1}.json`, text)).training));
const join = async (...texts: string[]): Promise<Table> => joined(await parts(texts));

it('columns agree by name, whatever their order; rows know their files', async () => {
  const table = await join('{"a":1,"b":"x"}\n{"a":2,"b":"z"}', '{"b":"y","a":3}', '{"a":4,"b":"x"}\n\n{"a":5,"b":null}');
  expect(rowsOf(table)).toEqual([
    [1, 'x'],
    [2, 'z'],
    [3, 'y'],
    [4, 'x'],
    [5, null],
  ]);
  expect(table).toMatchObject({ name: 'part-1.json and 2 more', rows: 5, named: true });
  expect(table.columns[1].words).toEqual(['x', 'y', 'z']);
  expect([0, 1, 2, 3, 4].map(table.place)).toEqual([
    'part-1.json: line 1',
    'part-1.json: line 2',
    'part-2.json: line 1',
    'part-3.json: line 1',
    'part-3.json: line 3',
  ]);
});

it('without names, by their places', async () => {
  expect(rowsOf(await join('[1,2]', '[3,4]'))).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

it.each([
  ['bytes', ['{"a":1}', '{"a":255}'], Uint8Array, [[1], [255]]],
  ['bytes and floats', ['{"a":1}', '{"a":0.5}'], Float32Array, [[1], [0.5]]],
  ['bytes and none', ['{"a":1}', '{"a":null}'], Float32Array, [[1], [null]]],
  ['none and words', ['{"a":null}', '{"a":"x"}'], Float32Array, [[null], ['x']]],
  ['words and none', ['{"a":"x"}', '{"a":null}'], Float32Array, [['x'], [null]]],
  ['none and booleans', ['{"a":null}', '{"a":true}'], Float32Array, [[null], [true]]],
  ['words', ['{"a":"y"}', '{"a":"x"}'], Uint8Array, [['y'], ['x']]],
])('%s become one kind', async (_, texts, kind, rows) => {
  const table = await join(...texts);
  expect(table.cells).toBeInstanceOf(kind);
  expect(rowsOf(table)).toEqual(rows);
});

it('many words of bytes become numbers that no byte holds', async () => {
  const lines = (first: number): string => Array.from({ length: 200 }, (_, k) => `{"a":"w${first + k}"}\n`).join('');
  const table = await join(lines(100), lines(300));
  expect(table.cells).toBeInstanceOf(Float32Array);
  expect(rowsOf(table)[399]).toEqual(['w499']);
});

it.each([
  ['a column that is missing', ['{"a":1,"b":2}', '{"a":1}'], /^part-2\.json: there is no column 'b', which 'part-1\.json' has\.$/],
  ['a column more', ['{"a":1}', '{"a":1,"b":2}'], /^part-2\.json: there is a column 'b', which 'part-1\.json' has not\.$/],
  ['another number of columns', ['[1,2]', '[1]'], /^part-2\.json: expected 2 columns, as 'part-1\.json' has, got 1\.$/],
  ['names and none', ['{"a":1}', '[1]'], /^part-2\.json: it has no names of columns, and 'part-1\.json' has\./],
  [
    'numbers and words',
    ['{"a":1}', '{"a":null}', '{"a":"x"}'],
    /^part-3\.json: column 'a': expected numbers, as in 'part-1\.json', got words\. Words in both: --categorical a\.$/,
  ],
  ['booleans and numbers', ['{"a":true}', '{"a":1}'], /^part-2\.json: column 'a': expected true and false, .* got numbers\.$/],
  ['columns of targets', ['{"input":{"a":1},"output":{"b":2}}', '{"a":1,"b":2}'], /^part-2\.json: expected 1 column of labels, .* got 0\.$/],
])('%s: refused', async (_, texts, says) => {
  expect(await refusal(() => join(...texts))).toMatch(says);
});

it('pictures are of one size', async () => {
  const [grey, colour] = [await readBytes('g.npz', numpyFile('keras')), await readBytes('c.npz', numpyFile('channels last'))];
  expect(joined([grey.training, grey.test as Table])).toMatchObject({ rows: 9, targets: 1, picture: { width: 3, height: 4 } });
  expect(await refusal(() => joined([grey.training, colour.training]))).toMatch(/^c\.npz: expected 13 columns, as 'g\.npz' has, got 25/);
});

it('one table is as it was', async () => {
  const [table] = await parts(['{"a":1}']);
  expect(joined([table])).toBe(table);
});

it('numbers of classes stand for the same ones in all files', async () => {
  const [one] = await parts(['{"a":0}\n{"a":1}']);
  const called = (...classNames: string[]): Table => ({ ...one, columns: [{ ...one.columns[0], classNames }] });
  expect(joined([called('cat', 'dog'), called('cat', 'dog')]).columns[0].classNames).toEqual(['cat', 'dog']);
  for (const other of [called('dog', 'cat'), one])
    expect(await refusal(() => joined([called('cat', 'dog'), other]))).toMatch(
      /^part-1\.json: column 'a': expected classes called as in 'part-1\.json' \('cat' and 'dog'\), got ('dog' and 'cat'|none)\.$/,
    );
});
