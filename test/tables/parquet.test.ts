// Parquet as tables, from files that Apache Arrow's own library has written (fixtures/parquet.py): every type, encoding, compression and
// version of pages, several row groups, pictures that are embedded; and files that are wrong in one way each.

import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readTables } from '#src/tables/formats.js';
import type { TableOptions } from '#src/tables/options.js';
import { bytesSource, fileSource } from '#src/tables/source.js';
import type { Table } from '#src/tables/table.js';
import { largestAllocation } from '../support/fuzz.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { refusal } from '../support/refused.js';
import { PARQUET_FILES, parquetBytes, parquetValues, TABLE_OPTIONS, valuesOf } from '../support/tables.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (bytes: Uint8Array, options: Partial<TableOptions> = {}): Promise<Table> =>
  (await readTables(bytesSource('data/a.parquet', bytes), { ...TABLE_OPTIONS, ...options })).training;

const named = (name: string, options?: Partial<TableOptions>): Promise<Table> => read(parquetBytes(name), options);

type Columns = Readonly<Record<string, readonly unknown[] | null>>;

const inFloat32 = (value: unknown): unknown => (typeof value === 'number' ? Math.fround(value) : value);

/** Every value of every column as it was written; lists as columns of their own. */
function expectColumns(table: Table, expected: Columns): void {
  for (const { name, kind } of table.columns) {
    const [, list, k] = /^(.*)\[(\d+)\]$/.exec(name) ?? [];
    const written = expected[list ?? name];
    if (!written) expect([name, kind]).toEqual([name, 'date']);
    else {
      const own = list === undefined ? written : written.map((entry) => (entry as readonly unknown[] | null)?.[Number(k) - 1] ?? null);
      expect(valuesOf(table, name), name).toEqual(own.map(inFloat32));
    }
  }
}

describe('values', () => {
  it.each(['types', 'types, older'])('%s: every type of column, with values missing', async (name) => {
    const table = await named(name);
    expectColumns(table, parquetValues('types'));
    const kinds = Object.fromEntries(table.columns.map((column) => [column.name, column.kind]));
    expect(kinds).toMatchObject({
      i8: 'number',
      money: 'number',
      yes: 'boolean',
      word: 'words',
      category: 'words',
      bytes: 'words',
      nothing: 'number',
    });
    expect(table.columns.map((column) => column.name)).toEqual(expect.arrayContaining(['list[1]', 'list[3]', 'fixed[1]', 'fixed[2]']));
    const dates = table.columns.filter(({ kind }) => kind === 'date').map((column) => [column.name, column.example]);
    const start = '2020-01-01T00:00:00.000Z';
    expect(dates.slice(0, 3)).toEqual([
      ['day', start],
      ['moment', start],
      ['finer', start],
    ]);
    expect([table.name, table.rows, table.named, table.place(11)]).toEqual(['a.parquet', 30, true, 'data/a.parquet: row 12']);
  });

  it.each(PARQUET_FILES.filter((name) => name.startsWith('few,')))('%s', async (name) => expectColumns(await named(name), parquetValues('few')));

  it('the same table from the disk, from memory, and gzipped', async () => {
    const [plain, packed] = [join(folder, 'few.parquet'), join(folder, 'few.parquet.gz')];
    const bytes = parquetBytes('few, ZSTD, pages 2.0');
    writeFileSync(plain, bytes);
    writeFileSync(packed, gzipSync(bytes));
    const expected = await read(bytes);
    for (const path of [plain, packed]) {
      const { training } = await readTables(fileSource(path), TABLE_OPTIONS);
      expect([training.cells, training.columns]).toEqual([expected.cells, expected.columns]);
    }
  });

  it('words are those that occur, in the order of their code units; numbers become words on request', async () => {
    const { columns } = await named('types', { categorical: ['u8', 'yes', 'day'] });
    const wordsOf = (name: string) => columns.find((column) => column.name === name)?.words;
    expect(wordsOf('category')).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    expect(wordsOf('u8')).toEqual(Array.from({ length: 30 }, (_, k) => String(8 * k)).sort());
    expect(wordsOf('yes')).toEqual(['false', 'true']);
    expect(wordsOf('day')?.[1]).toBe('2020-01-02T00:00:00.000Z');
  });

  it('cells are bytes where all of them can be', async () => {
    expect((await named('lists of two lengths').catch(() => named('constant'))).cells).toBeInstanceOf(Uint8Array);
    expect((await named('few, differences')).cells).toBeInstanceOf(Float32Array);
  });

  it('NaN is a missing value', async () => expect(valuesOf(await named('not a number'), 'a')).toEqual([1, null, 3]));

  it('tells how far it is, row group by row group', async () => {
    const told: unknown[] = [];
    await named('few, NONE, pages 1.0', { progress: (at) => told.push(at) });
    expect(told).toEqual([50, 90].map((done) => ({ file: 'data/a.parquet', done, of: 90, unit: 'rows' })));
  });

  it('gives up when it is told to', async () => {
    await expect(named('types', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('pictures', () => {
  const pixels = (table: Table): number[][] => {
    const { first = 0, width = 0, height = 0, channels = 0 } = table.picture ?? {};
    return Array.from({ length: table.rows }, (_, row) => {
      const from = row * table.columns.length + first;
      return [...table.cells.subarray(from, from + width * height * channels)];
    });
  };

  it('as public hubs embed them: pixels to the bit, labels, and what classes are called', async () => {
    const table = await named('grey pictures');
    expect(pixels(table)).toEqual(parquetValues('grey pictures'));
    expect(table.picture).toEqual({ first: 0, width: 5, height: 4, channels: 1 });
    expect(table.cells).toBeInstanceOf(Uint8Array);
    expect([table.columns.length, table.columns[0].name, table.columns[19].name]).toEqual([21, 'image[1]', 'image[20]']);
    expect(table.columns[20]).toEqual({ name: 'label', kind: 'number', classNames: ['ant', 'bee', 'cat'] });
    expect(valuesOf(table, 'label')).toEqual([2, 0, 1, 1, 0, 2]);
  });

  it('all have colours from the first that has some, and labels stay beside them', async () => {
    const table = await named('mixed pictures');
    const [first, second, third] = parquetValues<number[][]>('mixed pictures');
    const three = (levels: readonly number[]): number[] => levels.flatMap((v) => [v, v, v]);
    expect(pixels(table)).toEqual([three(first), three(second), third]);
    expect([table.picture?.channels, table.columns.length]).toEqual([3, 61]);
    expect(valuesOf(table, 'label')).toEqual([0, 1, 1]);
  });

  it('are grey, have colours, and have another size on request', async () => {
    const grey = await named('mixed pictures', { channels: 1 });
    const [first, , third] = parquetValues<number[][]>('mixed pictures');
    const levels = Array.from({ length: 20 }, (_, k) => Math.round(0.299 * third[3 * k] + 0.587 * third[3 * k + 1] + 0.114 * third[3 * k + 2]));
    expect([pixels(grey)[0], pixels(grey)[2]]).toEqual([first, levels]);
    expect((await named('grey pictures', { channels: 3 })).columns.length).toBe(61);
    expect((await named('pictures of two sizes', { size: { width: 3, height: 2 } })).picture).toEqual({ first: 0, width: 3, height: 2, channels: 1 });
  });

  it('stand in plain columns of bytes too, behind others', async () => {
    const png = await named('pictures as bytes');
    expect(pixels(png)).toEqual(parquetValues<number[][]>('grey pictures').slice(0, 2));
    expect([png.picture?.first, valuesOf(png, 'label')]).toEqual([1, ['no', 'yes']]);
    expect((await named('photos as bytes')).picture).toEqual({ first: 1, width: 16, height: 8, channels: 3 });
  });
});

describe('refused', () => {
  it.each([
    ['infinity', /^data\/a\.parquet: row 3, column 1 \('a'\): expected a number that float32 can hold, got -Infinity\.$/],
    ['too large for float32', /row 2, column 2 \('b'\): expected a number that float32 can hold, got 1e\+300/],
    ['structures', /column 'b' holds structures of 'x' and 'y'; a cell of a table holds one value\. Write the file without it/],
    ['maps', /column 'b' holds maps/],
    ['lists of texts', /column 'b' holds lists of other than numbers/],
    ['lists of lists', /column 'b' holds lists of other than numbers/],
    ['lists of two lengths', /row 3, column 2 \('b\[1\]'\): expected a list of 2 numbers, as the first is, got one of 1/],
    ['twice the same name', /columns 1 and 2 are both called 'a'/],
    ['no rows', /there are no samples in it/],
    ['no columns', /there are no (columns|samples) in it/],
    ['pictures of two sizes', /row 2, column 1 \('image'\): a picture of 6 × 4 pixels; the first has 5 × 4\. --size 5x4 scales them all/],
    ['a picture missing', /row 2, column 1 \('image'\): expected a picture, got nothing/],
    ['a picture damaged', /row 2, column 1 \('image'\): byte \d+: /],
    ['a picture too large', /row 1, column 1 \('image'\): byte 16: the header states 60000 × 60000 pixels, more than/],
    ['neither pictures nor texts', /row 1, column 1 \('image'\): expected a picture \(PNG, JPEG or PGM\) or a text, got bytes that are neither/],
    ['encrypted', /this Parquet file is encrypted\. Write it without encryption/],
    ['encrypted columns', /row group 1 has columns that are encrypted/],
    ['zeros, ZSTD', /a page cannot be read: [\d,]+ bytes would unpack to 20 MB, and 16 MB is the most of them/],
    ['zeros, BROTLI', /a page cannot be read: [\d,]+ bytes would unpack to 20 MB, and 16 MB is the most of them/],
  ])('%s', async (name, says) => {
    const message = await refusal(() => named(name));
    expect(message).toMatch(/^data\/a\.parquet: /);
    expect(message).toMatch(says);
  });

  /** The same file with another footer's length, or cut, or with bytes changed. */
  const few = parquetBytes('few, NONE, pages 1.0');
  const footer = few.readUInt32LE(few.length - 8);
  const withLength = (length: number): Buffer => {
    const copy = Buffer.from(few);
    copy.writeUInt32LE(length, few.length - 8);
    return copy;
  };
  /** Another footer, behind the same pages. */
  const withFooter = (bytes: Buffer, change: (footer: string) => string): Buffer => {
    const [end, length] = [bytes.length - 8, bytes.readUInt32LE(bytes.length - 8)];
    const changed = Buffer.from(change(bytes.toString('latin1', end - length, end)), 'latin1');
    const tail = Buffer.from('\0\0\0\0PAR1');
    tail.writeUInt32LE(changed.length);
    return Buffer.concat([bytes.subarray(0, end - length), changed, tail]);
  };
  /** 90 rows in all, before the list of row groups, as a zigzag number in Thrift; and 91. */
  const rows = (footer: string): string => footer.replace('\x16\xb4\x01\x19', '\x16\xb6\x01\x19');

  it.each<[string, Buffer, RegExp]>([
    ['cut short', few.subarray(0, few.length / 2), /ends without its footer: it was cut short, or is still being written/],
    ['a byte short', few.subarray(0, -1), /ends without its footer/],
    ['four bytes', few.subarray(0, 4), /has 4 bytes, fewer than any has/],
    ['a footer longer than the file', withLength(few.length), /its footer would have [\d,]+ bytes, more than the [\d,]+ of the whole file/],
    ['a footer of nothing', withLength(0), /its footer cannot be read/],
    ['a footer that begins too late', withLength(footer - 1), /its footer cannot be read/],
    [
      'the pages taken out',
      Buffer.concat([few.subarray(0, 4), few.subarray(-8 - footer)]),
      /row group 1 has a column at bytes \d+ to \d+, where this file/,
    ],
    ['rows that no row group has', withFooter(few, rows), /its footer states 91 rows, but its row groups have 90 together/],
  ])('%s', async (_, bytes, says) => expect(await refusal(() => read(bytes))).toMatch(says));

  it('a million equal values in a file of few bytes are read, and a thousand times that are not taken memory for', async () => {
    const bytes = parquetBytes('constant');
    expect((await read(bytes)).rows).toBe(1_000_000);
    // Of the whole file and of its row group, as zigzag numbers: a million becomes 100 million.
    const lying = withFooter(bytes, (text) => text.replaceAll('\x80\x89\x7a', '\x80\x84\xaf\x5f'));
    let message = '';
    const most = await largestAllocation(async () => {
      message = await refusal(() => read(lying));
    });
    expect(message).toMatch(/its footer states 100,000,000 rows of 1 column, more than 1,000 times the bytes of this file/);
    expect(most).toBeLessThan(2 ** 23);
  });

  it('a file that changes while it is read', async () => {
    const path = join(folder, 'changing.parquet');
    const bytes = parquetBytes('few, NONE, pages 1.0');
    for (const change of [
      () => writeFileSync(path, bytes.subarray(0, 40)),
      () => writeFileSync(path, Buffer.concat([bytes, bytes])),
      () => utimesSync(path, 1, 1),
    ]) {
      writeFileSync(path, bytes);
      let changed = false;
      const progress = (): void => {
        if (!changed) change();
        changed = true;
      };
      const message = await refusal(() => readTables(fileSource(path), { ...TABLE_OPTIONS, progress }));
      expect(message).toBe(`${path}: the file has changed while it was read. Read it again when nothing writes to it.`);
    }
  });
});
