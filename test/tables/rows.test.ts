// Rows of files one after another: the same as a table of them has, wherever the pieces end in which they come; what is wrong with one
// row is an error of that row alone; and no row is waited for longer than it has to be.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPlainly } from '#src/tables/csv/plain.js';
import type { TableOptions } from '#src/tables/options.js';
import { openRows } from '#src/tables/rows/formats.js';
import type { RowGroup, RowReader } from '#src/tables/rows/row-reader.js';
import { tableRows } from '#src/tables/rows/table-rows.js';
import { bytesSource, pipeSource } from '#src/tables/source.js';
import { refusal } from '../support/refused.js';

const OPTIONS: TableOptions = { categorical: [], header: 'auto', transpose: false };
const open = (text: string | Uint8Array, options: Partial<TableOptions> = {}): Promise<RowReader> =>
  openRows(bytesSource('a.csv', Buffer.from(text)), { ...OPTIONS, ...options });

async function all(reader: RowReader): Promise<{ columns: RowGroup['columns']; rows: (readonly [number, unknown])[] }> {
  let columns: RowGroup['columns'];
  const rows: (readonly [number, unknown])[] = [];
  for await (const group of reader.groups()) {
    columns ??= group.columns;
    for (const row of group.rows) rows.push([row.line, row.error ? row.error.message : row.values]);
  }
  return { columns, rows };
}

async function* pieces(bytes: Uint8Array, ends: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [k, end] of [...ends, bytes.length].entries()) yield bytes.subarray(k === 0 ? 0 : ends[k - 1], end);
}

const QUOTED = '\ufeffname;height;"the ""note"""\r\n"Ada; Countess";1,5;"two\nlines"\r\n\r\n  Bob  ; 2 ;ä€\r\n;3;""';

describe('CSV', () => {
  it('has names, rows and lines', async () => {
    expect(await all(await open('a,b\n1,x\n\n 2 , y y\n'))).toEqual({
      columns: { names: ['a', 'b'], named: true },
      rows: [
        [2, ['1', 'x']],
        [4, ['2', 'y y']],
      ],
    });
    expect((await all(await open('1\t2\n3\t4'))).columns).toEqual({ names: ['1', '2'], named: false });
    expect((await all(await open('a b\n1  2\n', { separator: ' ' }))).rows).toEqual([[2, ['1', '2']]]);
    expect((await all(await open(gzipSync('a,b\r1,2\r3,4')))).rows.map(([, values]) => values)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('has the same rows wherever its pieces end', async () => {
    const bytes = Buffer.from(QUOTED);
    const whole = await all(await open(bytes));
    expect(whole.columns?.names).toEqual(['name', 'height', 'the "note"']);
    expect(whole.rows).toEqual([
      [2, ['Ada; Countess', '1,5', 'two\nlines']],
      [5, ['Bob', '2', 'ä€']],
      [6, ['', '3', '']],
    ]);
    // A separator is seen in the first line; the pieces end behind it.
    const first = bytes.indexOf('\n') + 1;
    for (let end = first; end < bytes.length; end++) {
      for (const ends of [[end], [end, Math.min(end + 1, bytes.length)]]) {
        expect(await all(await openRows(pipeSource('a.csv', pieces(bytes, ends)), OPTIONS)), String(ends)).toEqual(whole);
      }
    }
  });

  it('is split as the reader of tables splits it', async () => {
    const text = 'w,x\n"a,b",1\nc, 2.5\n"d ""e""",-3e2\n';
    const table = await readPlainly({ name: 'a.csv', title: 'a.csv' }, Buffer.from(text), OPTIONS);
    const [ours, theirs] = [await all(await open(text)), await all(tableRows('a.csv', [table]))];
    expect(ours.columns).toEqual(theirs.columns);
    expect(ours.rows.map(([, values]) => (values as string[]).map((v, k) => (k === 1 ? Number(v) : v)))).toEqual(
      theirs.rows.map(([, values]) => values),
    );
  });

  it.each([
    ['too few fields', '1', /^a\.csv: line 3: expected 2 columns, as in the first row, got 1\.$/],
    ['too many', '1,2,3', /line 3: expected 2 columns.*got 3/],
    ['a quote inside', '1,2"', /line 3, column 2: .*quote stands inside|line 3: a quote stands inside/],
    ['text behind a quote', '"1"2,3', /line 3: text follows the quote/],
    ['no UTF-8', '1,\xff', /line 3: .*no text in UTF-8/],
  ])('goes on behind a row with %s', async (_, row, says) => {
    const { rows } = await all(await open(Buffer.from(`a,b\n1,2\n${row}\n3,4\n`, 'latin1')));
    expect(rows.map(([line]) => line)).toEqual([2, 3, 4]);
    expect(rows[1][1]).toMatch(says);
    expect(rows[2][1]).toEqual(['3', '4']);
  });

  it.each<[string, string, Partial<TableOptions>, RegExp]>([
    ['an empty file', '', {}, /^a\.csv: the file is empty\.$/],
    ['a name twice', 'a,b,a\n1,2,3', {}, /line 1: columns 1 and 3 are both called 'a'/],
    ['a quote without an end', 'a,b\n1,"2\n3,4\n', {}, /line 2: the quote that this field begins with is never closed/],
  ])('refuses %s', async (_, text, options, says) => {
    expect(
      await refusal(async () => {
        for (const [, values] of (await all(await open(text, options))).rows)
          if (typeof values === 'string') throw Object.assign(new RangeError(values));
      }).catch((error: Error) => error.message),
    ).toMatch(says);
  });
});

describe('JSON Lines', () => {
  it('has objects and lists, and goes on behind what is neither', async () => {
    const { columns, rows } = await all(await open('\ufeff{"a":1,"b":"x"}\n\n[1,2]\r\n{"a":\n3\n{"b":null}'));
    expect(columns).toBeUndefined();
    expect(rows).toEqual([
      [1, { a: 1, b: 'x' }],
      [3, [1, 2]],
      [4, 'a.csv: line 4, column 6: expected a value, got the end of the line.'],
      [5, 'a.csv: line 5: expected an object with values by the names of columns, or a list of values.'],
      [6, { b: null }],
    ]);
  });
});

it('a pipe is asked for no more than the answer to a row needs', async () => {
  const asked: string[] = [];
  const source = pipeSource(
    'standard input',
    (async function* () {
      for (const text of ['a,b\n', '1,2\n3', ',4\n']) {
        asked.push(text);
        yield Buffer.from(text);
      }
    })(),
  );
  const seen: unknown[] = [];
  for await (const { rows } of (await openRows(source, OPTIONS)).groups()) {
    for (const row of rows) seen.push([asked.length, row.line]);
  }
  expect(seen).toEqual([
    [2, 2],
    [3, 3],
  ]);
});
