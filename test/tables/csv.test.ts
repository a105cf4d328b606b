// CSV as a table: the plain reader and the fast one, by the same cases, since they must agree: cell by cell to the bit, columns, words,
// the lines that rows stand in, and what they refuse. The fast one with pieces of a few bytes, so that every kind of cut occurs.

import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, test } from 'vitest';
import { Random } from '#src/random.js';
import { Crew } from '#src/tables/csv/crew.js';
import { dialectOf } from '#src/tables/csv/dialect.js';
import { type FastSettings, readFast } from '#src/tables/csv/fast.js';
import { decimalOf } from '#src/tables/csv/numbers.js';
import { BLOCK } from '#src/tables/csv/pieces.js';
import { readPlainly } from '#src/tables/csv/plain.js';
import { readTables } from '#src/tables/formats.js';
import type { TableOptions } from '#src/tables/options.js';
import { bytesSource, fileSource } from '#src/tables/source.js';
import type { Table } from '#src/tables/table.js';
import { fuzz, largestAllocation } from '../support/fuzz.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { refusal } from '../support/refused.js';
import { SLOW } from '../support/slow.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAME = { name: 'data/f.csv', title: 'f.csv' };
const DEFAULTS: TableOptions = { categorical: [], header: 'auto', transpose: false };
type Some = Partial<TableOptions>;

const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text);

const plainly = (text: string | Uint8Array, options: Some = {}): Promise<Table> => readPlainly(NAME, bytesOf(text), { ...DEFAULTS, ...options });

async function fast(text: string | Uint8Array, options: Some = {}, settings: FastSettings = { threads: 0, piece: 7 }): Promise<Table> {
  const bytes = bytesOf(text);
  const blocks = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, k) => shared(bytes.subarray(k * BLOCK, (k + 1) * BLOCK)));
  return readFast({ ...NAME, pieces: { blocks }, size: bytes.length }, { ...DEFAULTS, ...options }, settings);
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const block = new SharedArrayBuffer(bytes.length);
  new Uint8Array(block).set(bytes);
  return block;
}

/** All of a table as plain data; cells by their bits. */
const plainData = ({ cells, place, ...table }: Table) => ({
  ...table,
  type: cells.constructor.name,
  cells: Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength).toString('hex'),
  places: Array.from({ length: table.rows }, (_, row) => place(row)),
});

/** What both readers make of a text, which must be the same. */
async function both(text: string | Uint8Array, options: Some = {}, piece = 7): Promise<Table> {
  const table = await fast(text, options, { threads: 0, piece });
  expect(plainData(table)).toEqual(plainData(await plainly(text, options)));
  return table;
}

/** What both refuse a text with, in the same words. */
async function bothRefuse(text: string | Uint8Array, options: Some = {}): Promise<string> {
  const message = await refusal(() => plainly(text, options));
  expect(await refusal(() => fast(text, options))).toBe(message);
  return message;
}

const rowsOf = ({ cells, columns: { length: width } }: Table): number[][] =>
  Array.from({ length: cells.length / width }, (_, row) => [...cells.subarray(row * width, (row + 1) * width)]);
const namesOf = (table: Table): string[] => table.columns.map(({ name }) => name);

describe('a text', () => {
  it.each<[what: string, text: string, names: string[], rows: number[][], options?: Some]>([
    [
      'with commas',
      'a,b\n1,2\n3,4.5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'without an end of its last line',
      'a,b\n1,2\n3,4.5',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'of Windows, with a byte order mark',
      '\ufeffa,b\r\n1,2\r\n3,4.5\r\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'of an old Mac',
      'a,b\r1,2\r3,4.5\r',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'with semicolons',
      'a;b\n1;2\n3;4.5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'with semicolons and decimal commas',
      'a;b\n1;2\n3;4,5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
      { decimal: ',' },
    ],
    [
      'with tabs, and values missing at both ends',
      'a\tb\n\t2\n3\t\n',
      ['a', 'b'],
      [
        [Number.NaN, 2],
        [3, Number.NaN],
      ],
    ],
    [
      'with bars',
      'a|b\n1|2\n3|4.5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'with blanks, any number of them',
      ' a   b\n1 \t2 \n  3 4.5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'with a separator of its own',
      'a:b\n1:2\n3:4.5\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
      { separator: ':' },
    ],
    ['with a tab as a shell takes it', 'a,b\tc\n1\t2\n', ['a,b', 'c'], [[1, 2]], { separator: '\\t' }],
    [
      'with blank lines and blanks around',
      '\n a , b \n\n1 , 2\n  \n3,\t4.5\n\n',
      ['a', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'without names',
      '1,2\n3,4.5\n',
      ['1', '2'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    ['with numbers for names', '1,2\n3,4.5\n', ['1', '2'], [[3, 4.5]], { header: 'yes' }],
    [
      'with words that are no names',
      'x,2\ny,4.5\n',
      ['1', '2'],
      [
        [0, 2],
        [1, 4.5],
      ],
      { header: 'no' },
    ],
    [
      'with a column without a name',
      ',b\n1,2\n3,4.5\n',
      ['1', 'b'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    [
      'with quoted names and numbers',
      '"a ""1""","b,c"\n"1","2"\n3,"4.5"\n',
      ['a "1"', 'b,c'],
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
    ['of one column', 'a\n1\n2.5\n', ['a'], [[1], [2.5]]],
  ])('%s', async (_, text, names, rows, options = {}) => {
    for (const piece of [1, 5, 1000]) {
      const table = await both(text, options, piece);
      expect([namesOf(table), rowsOf(table)]).toEqual([names, rows]);
    }
  });

  it('has words in sorted order, quoted ones with separators, quotes and line ends in them', async () => {
    const table = await both('who,n\n"Ä, B",1\n"say ""hi""",2\n"two\r\nlines",3\nÄ,4\n"Ä, B",5\nNA,6\n');
    expect(table.columns[0]).toEqual({ name: 'who', kind: 'words', words: ['say "hi"', 'two\r\nlines', 'Ä', 'Ä, B'] });
    expect(rowsOf(table).map(([who]) => who)).toEqual([3, 0, 1, 2, 3, Number.NaN]);
    expect([0, 2, 3, 5].map(table.place)).toEqual([2, 4, 6, 8].map((line) => `data/f.csv: line ${line}`));
  });

  it('has kinds of columns by all of its rows, whatever the first thousands look like', async () => {
    const most = Array.from({ length: 3000 }, (_, k) => `${k},${k % 7},2020-01-01,true,1`).join('\n');
    const text = `a,b,c,d,e\n${most}\n${'1.5,x,n.d.,maybe,\n'.repeat(3000)}`;
    const table = await fast(text, {}, { threads: 0, piece: 5000 });
    expect(plainData(table)).toEqual(plainData(await plainly(text)));
    expect(table.columns.map(({ kind }) => kind)).toEqual(['number', 'words', 'words', 'words', 'number']);
  });

  it('may hold words that look like numbers', async () => {
    const { columns } = await both('code,zip\n1e999,010\ninf,020\nabc,30\n', { categorical: ['zip'] });
    expect(columns.map(({ words }) => words)).toEqual([
      ['1e999', 'abc', 'inf'],
      ['010', '020', '30'],
    ]);
  });

  it('is told by content: also gzipped, larger, from memory or from a file', async () => {
    const rows = Array.from({ length: 60_000 }, (_, k) => `${k % 250},${k / 8},w${k % 3}`);
    const text = Buffer.from(`a,b,c\n${rows.join('\n')}\n`);
    const expected = plainData(await plainly(text));
    const path = join(folder, 'larger');
    for (const bytes of [text, gzipSync(text)]) {
      writeFileSync(path, bytes);
      for (const source of [fileSource(path), bytesSource(path, bytes)]) {
        const { training } = await readTables(source, DEFAULTS);
        const read = plainData(training);
        expect(read.places[59_999]).toBe(`${path}: line 60001`);
        expect({ ...read, name: 'f.csv', places: 0 }).toEqual({ ...expected, places: 0 });
      }
    }
  });
});

describe('what is refused', () => {
  const line = (where: string, what: string): RegExp => new RegExp(`^data/f\\.csv: ${where}: ${what}`);
  it.each<[what: string, text: string | Uint8Array, says: RegExp, options?: Some]>([
    ['a row with more columns', 'a,b\n1,2\n1,2,3\n', line('line 3', 'expected 2 columns, as in the first row, got 3\\.')],
    ['a row with fewer', 'a,b\n1,2\n\n1\n', line('line 4', 'expected 2 columns, as in the first row, got 1\\.')],
    ['a row with fewer behind one of two lines', 'a,b\n1,"x\ny"\n1\n', line('line 4', 'expected 2 columns')],
    ['a row with more between blanks', '1 2\n1 2 3\n1 2\n', line('line 2', 'expected 2 columns'), { separator: ' ' }],
    [
      'a word among numbers',
      `a,b\n${'1,2\n'.repeat(20)}1,oops\n`,
      line('line 22, column 2 \\(.b.\\)', 'expected a number, as 95 % of the column are, got .oops.\\.'),
    ],
    ['true among numbers', `a\n${'1\n'.repeat(20)}true\n`, line('line 22, column 1 \\(.a.\\)', 'expected a number')],
    ['a word among numbers without names', `${'1,2\n'.repeat(20)}1,oops\n`, line('line 21, column 2', 'expected a number')],
    ['infinity', 'a,b\n1,2\n1,-inf\n', line('line 3, column 2 \\(.b.\\)', 'expected a number that float32 can hold, got .-inf.\\.')],
    ['a number beyond float32', 'a\n1\n\n4e38\n', line('line 4, column 1 \\(.a.\\)', 'expected a number that float32 can hold, got .4e38.\\.')],
    ['a number beyond float64', 'a\n1\n1e999\n', line('line 3, column 1 \\(.a.\\)', 'expected a number that float32 can hold, got .1e999.\\.')],
    ['an end of a line only', '\r', /^data\/f\.csv: there are no samples in it\.$/],
    ['blanks only', '\n  \n\n', /^data\/f\.csv: there are no samples in it\.$/],
    ['names only', 'a,b\n', /^data\/f\.csv: there are no samples in it, only a row of names\.$/],
    ['names that occur twice', 'a,b,a\n1,2,3\n', line('line 1', 'columns 1 and 3 are both called .a.')],
    ['a number without a name that another column has', '2,,\n1,2,3\n', line('line 1', 'columns 1 and 2 are both called .2.'), { header: 'yes' }],
    ['a quote that is never closed', 'a,b\n1,2\n1,"x\n1,2\n', line('line 3, column 2', 'the quote that this field begins with is never closed')],
    ['a quote in the middle', 'a,b\n1,2\n1,x"y\n', line('line 3, column 2', 'a quote stands inside a field')],
    ['text behind a quote', 'a,b\n1,2\n"x"y,2\n', line('line 3, column 1', 'text follows the quote that ends a field')],
    ['Latin-1', Buffer.from('a,b\n1,x\n2,Zürich\n', 'latin1'), line('line 3', 'bytes that are no text in UTF-8')],
    ['Latin-1 in names', Buffer.from('a,Größe\n1,2\n', 'latin1'), line('line 1', 'bytes that are no text in UTF-8')],
    ['half a character at the end', Buffer.from('a,b\n1,x\n2,Zü', 'utf8').subarray(0, -1), line('line 3', 'bytes that are no text in UTF-8')],
    ['too many columns', `${'1,'.repeat(2 ** 20)}1\n`, line('line 1', 'expected at most 1,048,576 columns, got 1,048,577')],
    ['a separator that is a letter', 'axb\n', /^separator: expected one character/, { separator: 'x' }],
    ['a separator of two characters', 'a::b\n', /^separator: expected one character/, { separator: '::' }],
    ['a comma for both', '1,2\n', /^separator: expected another character/, { separator: ',', decimal: ',' }],
  ])('%s', async (_, text, says, options = {}) => expect(await bothRefuse(text, options)).toMatch(says));

  it.each<[what: string, text: string, says: RegExp, options?: Some]>([
    ['an empty file', '', /f\.csv: the file is empty/],
    ['UTF-16', Buffer.from('a,b\n1,2\n', 'utf16le').toString('latin1'), /f\.csv: this is text in UTF-16.* Save it as UTF-8/],
    ['decimal commas', 'a;b\n1,5;2\n2,5;3\n', /f\.csv: column 1 \('a'\): '1,5' is a number with a decimal comma: --decimal , reads it/],
    ['decimal commas in quotes', '"1,5",2\n"7",3\n"2,5",3\n', /f\.csv: column 1: '1,5' is a number with a decimal comma/],
    ['decimal points where commas are', 'a;b\n1.5;2\n2.5;3\n', /f\.csv: column 1 \('a'\): '1\.5' is a number with a decimal point/, { decimal: ',' }],
  ])('%s, with what to do', async (_, text, says, options = {}) => {
    const source = bytesSource('f.csv', Buffer.from(text, 'latin1'));
    expect(await refusal(() => readTables(source, { ...DEFAULTS, ...options }))).toMatch(says);
  });

  it('decimal commas that are words stay words', async () => {
    const { training } = await readTables(bytesSource('f.csv', Buffer.from('a;b\n1,5;2\n2,5;3\n')), { ...DEFAULTS, categorical: ['a'] });
    expect(training.columns[0].words).toEqual(['1,5', '2,5']);
  });

  it('a table that does not fit, from its first rows', async () => {
    const text = `a,b\n${'1,2\n'.repeat(100_000)}`;
    const free = { bytes: 2 ** 19, whose: 'this machine has free' };
    const message = await refusal(() => fast(text, {}, { threads: 0, free }));
    expect(message).toMatch(/^data\/f\.csv: about 100,000 rows of 2 columns take about 1 MB as float32, and 1 MB this machine has free\./);
  });

  it('a line, or a quote, that does not end within 32 MB, with no more memory than that', async () => {
    const long = Buffer.alloc(36 * 2 ** 20, 'x');
    const refused = async (begin: string): Promise<string> => {
      long.write(begin);
      const bytes = shared(long);
      const blocks = Array.from({ length: long.length / BLOCK }, (_, k) => bytes.slice(k * BLOCK, (k + 1) * BLOCK));
      let message = '';
      const most = await largestAllocation(async () => {
        message = await refusal(() => readFast({ ...NAME, pieces: { blocks }, size: long.length }, DEFAULTS, { threads: 0 }));
      });
      expect(most).toBeLessThanOrEqual(33 * 2 ** 20 + 1);
      return message;
    };
    expect(await refused('a,b\n1,2\n')).toMatch(/line 3: the row that begins here has no end within 32 MB/);
    expect(await refused('a,b\n1,2\n1,"')).toMatch(/line 3, column 2: the quote .* is never closed.* within 32 MB/);
    expect(await refused('1,1,1,1,1,1,1,1,1,1')).toMatch(/line 1: the row that begins here has no end within 32 MB/);
  });
});

describe('the separator', () => {
  it.each([
    ['that divides most evenly', 'name;x\nDoe, Jane;1\nRoe;2\n', ';'],
    ['that makes numbers, where several are even', '1,5;2,5\n1,7;3,5\n', ';'],
    ['that makes numbers, the other way round', '1.5,2;5,3\n1.7,3;5,4\n', ','],
    ['outside quotes', '"a;b;c",1\n"d;e;f",2\n', ','],
    ['not blanks in words, where a row is ragged', 'New York,1\nLos Angeles,2\nLas Vegas,2,3\n', ','],
    ['tabs before commas in numbers', '1,000\t2\n3,000\t4\n', '\t'],
    ['a comma, where there is nothing to divide', 'a\n1\n2\n', ','],
  ])('is the one %s', (_, text, separator) => expect(dialectOf(Buffer.from(text), {}).separator).toBe(separator));
});

describe('numbers', () => {
  it('are what Number makes of their text, as float32, from any digits', () => {
    const random = Random.stream(1, 'digits');
    const digits = (most: number): string => Array.from({ length: random.below(most + 1) }, () => random.below(10)).join('');
    const asked: string[] = [];
    for (let k = 0; k < 5_000; k++) {
      const exponent = random.below(2) === 0 ? '' : `${'eE'[random.below(2)]}${['', '-', '+'][random.below(3)]}${random.below(50)}`;
      const text = `${['', '-', '+'][random.below(3)]}${digits(22)}.${digits(22)}${exponent}`;
      const bytes = Buffer.from(text);
      const number = decimalOf(bytes, 0, bytes.length, 0x2e);
      if (number === undefined) asked.push(text);
      else expect(Object.is(Math.fround(number), Math.fround(Number(text))), `${text}: ${number}`).toBe(true);
    }
    // Halfway between two float32, beyond 10^22, or none.
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(2_500);
  });

  it.each(['', '-', '.', '-.', '1e', '1e+', 'e5', '1.2.3', '0x10', '1_000', '1,5', ' 1', '--1', '1e5.5', '∞'])('%s is none', (text) => {
    const bytes = Buffer.from(text);
    expect(decimalOf(bytes, 0, bytes.length, 0x2e)).toBeUndefined();
  });

  it.each([
    '16777217',
    '1.00000005960464495',
    '16777217.0000000000000001',
    '1.00000005960464477539062',
    '1.00000005960464477539063',
    '123456789012345678901234567890',
    '1e-46',
  ])('%s is rounded as Number does it', async (text) => expect((await both(`${text}\n0.5\n`)).cells[0]).toBe(Math.fround(Number(text))));
});

/** A sound file, or nearly one, of columns of several kinds. */
function randomFile(random: Random): string {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)];
  const [separator, end] = [pick([',', ';', '\t', '|', ' ']), pick(['\n', '\r\n', '\r'])];
  const numbers = [
    () => String(random.below(300)),
    () => (random.uniform() * 10 ** (random.below(30) - 15)).toString(),
    () => (random.uniform() - 0.5).toFixed(18),
    () => (random.uniform() - 0.5).toExponential(random.below(20)),
    () => pick(['.5', '5.', '+3', '-0', '00012.50', '1e5']),
  ];
  const kinds = [
    ...numbers,
    () => pick(['a', 'b', 'New York', 'x"y', '', 'NA', 'naïve', '\u00a0z\u00a0']),
    () => pick(['1', '2', '3', 'NA', '', random.below(9) === 0 ? 'oops' : '4']),
    () => pick(['true', 'False', 'TRUE', '']),
    () => pick(['2020-01-02', '1/2/2020', '']),
    () => pick(['line\nline', 'a,b;c', 'say "hi"', 'x\r\ny', ' padded ']),
    () => pick(['1', '2', random.below(9) === 0 ? '1e39' : '7']),
  ];
  const isUneasy = (text: string): boolean => /["\n\r ]/.test(text) || text.includes(separator) || (separator === ' ' && /\s|^$/.test(text));
  const written = (text: string): string => {
    if (isUneasy(text) || random.below(12) === 0) return `"${text.replaceAll('"', '""')}"`;
    return random.below(8) === 0 ? ` ${text} ` : text;
  };
  const columns = Array.from({ length: 1 + random.below(6) }, () => pick(kinds));
  const blank = (): string => (random.below(15) === 0 ? pick([end, `  ${end}`, end + end]) : '');
  const rows = Array.from({ length: random.below(40) }, () => columns.map((value) => written(value())).join(separator) + end + blank());
  const names = random.below(2) === 0 ? `${columns.map((_, k) => `n${k}`).join(separator)}${end}` : '';
  const text = `${random.below(6) === 0 ? '\ufeff' : ''}${names}${rows.join('')}`;
  return random.below(2) === 0 ? text : text.trimEnd();
}

test('random files: any pieces give what the plain reader gives', { tags: ['longer'] }, async () => {
  let read = 0;
  for (let k = 0; k < (SLOW ? 10_000 : 200); k++) {
    const random = Random.stream(k, 'CSV files');
    const text = randomFile(random);
    const piece = 1 + random.below(random.below(2) === 0 ? 30 : 400);
    const [plain, pieces] = await Promise.all([plainly(text), fast(text, {}, { threads: 0, piece })].map(outcome));
    expect(pieces, `file ${k}`).toEqual(plain);
    if (typeof plain !== 'string') read++;
  }
  expect(read).toBeGreaterThan(100);
});

/** Data, or the message. */
const outcome = (table: Promise<Table>): Promise<ReturnType<typeof plainData> | string> => table.then(plainData, (error: Error) => error.message);

test('damaged files and noise: read alike, or refused by both', { tags: ['longer'] }, async () => {
  const sound = [Buffer.from('a,b,c\n1,x,"2"\n3.5,"y ""z""",4\n'), Buffer.from('1;2\r\n3;4\r\n')];
  for (let k = 0; sound.length < 6; k++) {
    const bytes = Buffer.from(randomFile(Random.stream(k, 'CSV to damage')));
    if (typeof (await outcome(plainly(bytes))) !== 'string') sound.push(bytes);
  }
  const counts = await fuzz({
    name: 'CSV',
    sound,
    named: 'f.csv',
    most: 1 << 20,
    cases: SLOW ? 10_000 : 200,
    read: async (bytes) => {
      const plain = await plainly(bytes).then(plainData, (error: Error) => error);
      const pieces = await fast(bytes).then(plainData, (error: Error) => error);
      if (plain instanceof Error && pieces instanceof Error) throw pieces;
      expect(pieces).toEqual(plain);
    },
  });
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(20);
});

describe('threads', () => {
  const rows = Array.from(
    { length: 4000 },
    (_, k) => `${k / 3},w${(k * 7) % 11},${k % 2 === 0},"${k % 5 === 0 ? 'two\nlines' : 'one'}",${k < 3000 ? k : 'x'}`,
  );
  const text = `a,b,c,d,e\n${rows.join('\n')}\n`;

  it.each([1, 2, 3])('%i of them give the same', async (threads) => {
    expect(plainData(await fast(text, {}, { threads, piece: 3000 }))).toEqual(plainData(await plainly(text)));
  });

  it('say the first fault of several', async () => {
    const faulty = text.replace('\n600,', '\n600,7,').replace('\n900,', '\n"900,');
    expect(await refusal(() => fast(faulty, {}, { threads: 2, piece: 500 }))).toMatch(/line 2162: expected 5 columns, as in the first row, got 6/);
  });

  it('one that dies is an error', async () => {
    const crew = new Crew(2, { pieces: { blocks: [] }, dialect: { separator: ',', decimal: '.' } });
    try {
      await crew.all({ do: 'count', from: 0, to: 1 });
      await crew.endThread(1);
      const tasks = Array.from({ length: 4 }, () => ({ do: 'count' as const, from: 0, to: 1 }));
      await expect(
        crew.each(
          tasks,
          () => {},
          () => false,
        ),
      ).rejects.toMatchObject({ code: 'WORKER_LOST', message: expect.stringMatching(/^Thread 2 of 2, /) });
    } finally {
      await crew.end();
    }
  });

  it('what the system does not read is said, by whichever thread', async () => {
    const pieces = { file: 2 ** 20 };
    const reading = readFast({ ...NAME, pieces, size: 100 }, DEFAULTS, { threads: 0 });
    expect(await refusal(() => reading)).toMatch(/^data\/f\.csv: this file cannot be read: .*EBADF/);
    const crew = new Crew(1, { pieces, dialect: { separator: ',', decimal: '.' } });
    await expect(crew.all({ do: 'count', from: 0, to: 1 }).finally(() => crew.end())).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('are stopped by a signal, and say how far they are', async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const progress = ({ done, of, unit, file }: { done: number; of?: number; unit: string; file: string }): void => {
      expect([of, unit, file]).toEqual([Buffer.byteLength(text), 'bytes', NAME.name]);
      if (told.push(done) === 20) stop.abort();
    };
    await expect(fast(text, { progress, signal: stop.signal }, { threads: 2, piece: 1000 })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(told.slice(0, 20)).toEqual([...told.slice(0, 20)].sort((a, b) => a - b));
    await fast(text, { progress: ({ done }) => told.push(done) }, { threads: 0, piece: 1000 });
    expect(Math.max(...told)).toBeGreaterThan(0.9 * text.length);
  });
});

describe('a file that changes while it is read', () => {
  it.each<[what: string, change: (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, '1,2\n')],
    ['is cut', (path) => truncateSync(path, 600_000)],
    ['is written anew', (path) => writeFileSync(path, '1,3\n'.repeat(200_000))],
  ])('is refused when it %s', async (_, change) => {
    const path = join(folder, 'changes.csv');
    writeFileSync(path, '1,2\n'.repeat(200_000));
    let isChanged = false;
    const progress = ({ done }: { done: number }): void => {
      if (done > 0 && !isChanged) change(path);
      isChanged ||= done > 0;
    };
    const message = await refusal(() => readTables(fileSource(path), { ...DEFAULTS, progress }));
    expect(message).toBe(`${path}: the file has changed while it was read. Read it again when nothing writes to it.`);
    expect(isChanged).toBe(true);
  });
});
