// JSON as tables, in lines and in one list: what rows, keys and nested lists become, samples of brain.js, rows of programs; and text that is
// wrong in one way each, which must be refused with the line and the key.

import { describe, expect, it } from 'vitest';
import { readTables } from '#src/tables/formats.js';
import { rowsTable } from '#src/tables/rows.js';
import { bytesSource, type Source } from '#src/tables/source.js';
import { kindsOf, namesOf, readBytes, rowsOf, TABLE_OPTIONS } from '../support/read-table.js';
import { refusal } from '../support/refused.js';

const read = async (text: string) => (await readBytes('a.json', text)).training;

describe('rows', () => {
  it.each([
    ['in lines', '{"a":1,"b":"x","c":true,"d":null}\n{"c":false,"b":"y","a":2.5,"d":7}\n'],
    ['in lines with blank ones, and none at the end', '\n{"a":1,"b":"x","c":true,"d":null}\r\n\n  {"c":false,"b":"y","a":2.5,"d":7}'],
    ['in one list', '[{"a":1,"b":"x","c":true,"d":null},{"c":false,"b":"y","a":2.5,"d":7}]'],
    ['in one list over many lines', '\ufeff[\n  {\n "a": 1, "b": "x",\n "c": true, "d": null\n },\n {"c":false,"b":"y","a":2.5,"d":7}\n]\n'],
  ])('%s: columns by their keys, in any order', async (_, text) => {
    const table = await read(text);
    expect(rowsOf(table)).toEqual([
      [1, 'x', true, null],
      [2.5, 'y', false, 7],
    ]);
    expect([namesOf(table), kindsOf(table), table.named]).toEqual([['a', 'b', 'c', 'd'], ['number', 'words', 'boolean', 'number'], true]);
  });

  it.each([
    ['in lines', '[1,"x"]\n[2,"y"]\n'],
    ['in one list', '[[1,"x"],\n[2,"y"]]'],
    ['in one list over lines', '[\n[1,"x"],[2,\n"y"]\n]'],
  ])('that are lists, %s: columns by their places', async (_, text) => {
    const table = await read(text);
    expect(rowsOf(table)).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect([namesOf(table), table.named]).toEqual([['1', '2'], false]);
  });

  it('a key that a row lacks is missing there, also where a later row is the first to have it', async () => {
    const table = await read('{"a":1}\n{"b":[1,2],"a":null}\n{"c":null,"a":3}\n');
    expect(rowsOf(table)).toEqual([
      [1, null, null, null],
      [null, 1, 2, null],
      [3, null, null, null],
    ]);
    expect(namesOf(table)).toEqual(['a', 'b[1]', 'b[2]', 'c']);
  });

  it('lists within rows are a column for each of their values, however deep', async () => {
    const table = await read('{"px":[[1,2],[3,[4]]],"y":"a"}\n{"px":[[5,6],[7,[8]]],"y":"b"}\n');
    expect(namesOf(table)).toEqual(['px[1]', 'px[2]', 'px[3]', 'px[4]', 'y']);
    expect(rowsOf(table)[1]).toEqual([5, 6, 7, 8, 'b']);
    expect(await refusal(() => read(`{"a":${'['.repeat(10_000)}1}\n`))).toMatch(/line 1, column 10007: expected a comma or \]/);
    expect(rowsOf(await read(`{"a":${'['.repeat(5000)}1${']'.repeat(5000)}}\n`))).toEqual([[1]]);
  });

  it('NaN, as Python writes it, is missing; within a text it is text', async () => {
    const table = await read('{"a":NaN,"b":"NaN"}\n{"a":2,"b":"x Infinity"}\n');
    expect(rowsOf(table)).toEqual([
      [null, 'NaN'],
      [2, 'x Infinity'],
    ]);
  });

  it('texts stay words, whatever they look like', async () => {
    expect(kindsOf(await read('{"a":"1","b":"true","c":"2020-01-02","d":""}\n'))).toEqual(Array(4).fill('words'));
  });

  it('whole numbers up to 255 are bytes', async () => {
    expect((await read('{"a":0,"b":255}\n')).cells).toBeInstanceOf(Uint8Array);
    expect((await read('{"a":0,"b":256}\n')).cells).toBeInstanceOf(Float32Array);
  });

  it.each([1, 2, 3, 7, 64])('come in pieces of %d bytes', async (size) => {
    for (const text of ['{"a":"é,\\"]","b":[1,2]}\n\n{"b":[3,4],"a":"}{"}\n', '[ {"a":"é,\\"]","b":[1,2]} ,\n\n {"b":[3,4],"a":"}{"} ]\n']) {
      const bytes = Buffer.from(text);
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      };
      const source: Source = { ...bytesSource('a.json', bytes), stream: () => ({ size: bytes.length, holds: bytes.length, chunks: pieces() }) };
      const { training } = await readTables(source, TABLE_OPTIONS);
      expect(rowsOf(training)).toEqual([
        ['é,"]', 1, 2],
        ['}{', 3, 4],
      ]);
      expect(training.place(1)).toBe('a.json: line 3');
    }
  });
});

describe('samples of brain.js', () => {
  const sample = (input: unknown, output: unknown): string => JSON.stringify({ input, output });

  it.each<[string, [unknown, unknown][], string[], unknown[][], number]>([
    [
      'lists, and a number each',
      [
        [[0, 1], [1]],
        [[1, 1], [0]],
      ],
      ['1', '2', 'label'],
      [
        [0, 1, 1],
        [1, 1, 0],
      ],
      1,
    ],
    [
      'lists, and classes one-hot',
      [
        [
          [0, 1],
          [0, 1, 0],
        ],
        [
          [1, 1],
          [1, 0, 0],
        ],
      ],
      ['1', '2', 'label'],
      [
        [0, 1, 1],
        [1, 1, 0],
      ],
      1,
    ],
    [
      'lists, and numbers',
      [
        [
          [0, 1],
          [0.5, 1],
        ],
        [
          [1, 1],
          [1, 0],
        ],
      ],
      ['1', '2', 'label[1]', 'label[2]'],
      [
        [0, 1, 0.5, 1],
        [1, 1, 1, 0],
      ],
      2,
    ],
    [
      'objects, and classes by name',
      [
        [{ r: 0.5 }, { white: 1 }],
        [{ g: 1 }, { black: 1 }],
      ],
      ['r', 'g', 'label'],
      [
        [0.5, 0, 'white'],
        [0, 1, 'black'],
      ],
      1,
    ],
    [
      'objects, and classes by name, zeros written out',
      [
        [{ r: 1 }, { b: 0, a: 1 }],
        [{ r: 0 }, { a: 0, b: 1 }],
      ],
      ['r', 'label'],
      [
        [1, 'a'],
        [0, 'b'],
      ],
      1,
    ],
    [
      'objects, and numbers by name',
      [
        [{ r: 1 }, { p: 1, q: 0.5 }],
        [{ r: 0 }, { q: 1 }],
      ],
      ['r', 'p', 'q'],
      [
        [1, 1, 0.5],
        [0, 0, 1],
      ],
      2,
    ],
    [
      'objects, and one number',
      [
        [{ r: 1 }, { spam: 1 }],
        [{ r: 0 }, { spam: 0 }],
      ],
      ['r', 'spam'],
      [
        [1, 1],
        [0, 0],
      ],
      1,
    ],
  ])('%s', async (_, samples, names, rows, targets) => {
    const texts = samples.map(([input, output]) => sample(input, output));
    for (const text of [texts.join('\n'), `[${texts.join(',\n')}]`]) {
      const table = await read(text);
      expect([namesOf(table), rowsOf(table), table.targets]).toEqual([names, rows, targets]);
    }
  });

  it.each([
    ['another row among them', `${sample([1], [1])}\n{"a":1}`, /line 2: expected input and output, as the first row has/],
    ['a list of another length', `${sample([1], [1])}\n${sample([1, 2], [1])}`, /line 2: expected 1 value, as the first row has, got 2/],
    ['an output of the name of an input', sample({ a: 1 }, { a: 1 }), /line 1: columns 1 and 2 are both called 'a'/],
  ])('%s is refused', async (_, text, says) => {
    expect(await refusal(() => read(text))).toMatch(says);
  });
});

describe('JSON that is refused:', () => {
  it.each([
    ['a row cut short', '{"a":1}\n{"a":', /^a\.json: line 2, column 6: expected a value, got the end of the row\. A row stands in one line/],
    ['a list cut short', '[{"a":1},\n{"a":2}', /line 2: expected a comma or \], got the end of the file: the list is cut short/],
    ['a list that goes on', '[{"a":1}]\n{"a":2}', /line 2: expected the end of the file after the list/],
    ['a comma too many', '[{"a":1},\n]', /line 2: expected a row before and after each comma, got none/],
    ['no value', '{"a":1}\n{"a":}\n', /line 2, column 6: expected a value, got '}'/],
    ['a word in no quotes', '[{"a":1},\n{"a":\n b}]', /line 3, column 2: expected a value, got 'b'/],
    ['a row over lines', '{\n"a":1}\n', /line 1, column 2: .* the end of the row\. A row stands in one line, or all rows in one list/],
    ['bytes that are no text', Buffer.from('{"a":1}\n{"a":"\xff"}\n', 'latin1'), /line 2: expected JSON, got bytes that are no text in UTF-8/],
    ['infinity', '{"a":1}\n{"a":Infinity}\n', /line 2, column 1 \('a'\): expected a number that float32 can hold, got 'Infinity'/],
    ['a number beyond float32', '{"a":1}\n\n{"a":-1e39}\n', /line 3, column 1 \('a'\): .* got '-1e\+39'/],
    [
      'one text among numbers',
      `${'{"a":1}\n'.repeat(20)}{"a":"x"}\n`,
      /line 21, column 1 \('a'\): expected a number, as 95 % of the column are, got 'x'/,
    ],
    ['an object within a row', '{"a":{"b":1},"c":1}\n', /line 1: 'a': expected a number, .*, got an object/],
    ['an object within a list', '{"a":[1,{}]}\n', /line 1: 'a': expected a number, .*, got an object/],
    ['a shorter list', '{"a":[1,2]}\n{"a":[1]}\n', /line 2: 'a': expected a list of 2 values, as in the rows above, got a list of 1/],
    ['a value for a list', '{"a":[1,2]}\n{"a":1}\n', /line 2: 'a': expected a list of 2 values, .* got '1'/],
    ['a shorter row', '[1,2]\n[1]\n', /line 2: expected 2 values, as the first row has, got 1/],
    ['an object after a list', '[1,2]\n{"a":1}\n', /line 2: expected a list, as the first row is, got an object/],
    ['a number for a row', '{"a":1}\n5\n', /line 2: expected an object or a list, got '5'/],
    ['a key that is there twice', '{"a":1,"b":{},"a":2}\n', /line 1: there are two values of 'a'/],
    ['a key like the name of a list', '{"a":[1],"a[1]":2}\n', /line 1: both 'a' and 'a\[1\]' make a column 'a\[1\]'/],
    ['columns in place of rows', '{"a":{"0":1},"b":{"0":2}}', /line 1: expected a row, got an object of objects\. .*orient='records', lines=True/],
    ['two commas', '[{"a":1},\n,{"a":1}]', /line 2: expected a row before and after each comma, got none/],
    ['an empty list', '[]', /a\.json: there are no rows in it/],
    ['rows of nothing', '{}\n', /line 1: expected a row with values, got none/],
  ])('%s', async (_, text, says) => {
    expect(await refusal(() => readBytes('a.json', text))).toMatch(says);
  });
});

describe('rows of a program', () => {
  it.each<[string, () => Iterable<unknown> | AsyncIterable<unknown>]>([
    [
      'arrays',
      () => [
        [1, 2],
        [3, 4],
      ],
    ],
    ['typed arrays', () => [Uint8Array.of(1, 2), Float32Array.of(3, 4)]],
    [
      'a generator',
      function* () {
        yield [1, 2];
        yield [3, 4];
      },
    ],
    [
      'an async generator',
      async function* () {
        yield [1, 2];
        yield BigInt64Array.of(3n, 4n);
      },
    ],
  ])('%s', async (_, rows) => {
    const table = await rowsTable('mine', rows());
    expect(rowsOf(table)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([table.name, table.named, table.place(1)]).toEqual(['mine', false, 'mine: row 2']);
  });

  it('objects, with words, dates, and columns that are to be words', async () => {
    const rows = [
      { a: 1, b: 'x', day: new Date(0), n: 7 },
      { b: undefined, n: 8, a: Number.NaN },
    ];
    const table = await rowsTable('mine', rows, { categorical: ['n'] });
    expect(kindsOf(table)).toEqual(['number', 'words', 'date', 'words']);
    expect(rowsOf(table)).toEqual([
      [1, 'x', null, '7'],
      [null, null, null, '8'],
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^rows: expected a list of rows/],
    ['a text', 'rows', /^rows: expected a list of rows/],
    ['no rows', [], /^mine: there are no rows in it/],
    ['a row that is none', [[1], null], /^mine: row 2: expected an object or a list, got null/],
    ['a function in a row', [[() => 1]], /^mine: row 1, column 1 .*got function/],
    ['infinity', [[1], [1 / 0]], /^mine: row 2, column 1 .*'Infinity'/],
    [
      'a row that throws',
      [
        {
          get a() {
            throw new Error('no');
          },
        },
      ],
      /^row 1: expected a value that can be read/,
    ],
  ])('%s is refused', async (_, rows, says) => {
    expect(await refusal(() => rowsTable('mine', rows as never))).toMatch(says);
  });

  it('stops where a signal says so, and tells how far it is', async () => {
    const told: number[] = [];
    await rowsTable('mine', Array(10_001).fill([1]), { progress: ({ done }) => told.push(done) });
    expect(told).toEqual([0, 10_000]);
    await expect(rowsTable('mine', [[1]], { signal: AbortSignal.abort() })).rejects.toThrow('Stopped before all rows of mine were read');
  });
});
