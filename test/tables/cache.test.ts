// The cache of tables: the second reading takes from it what the first one gave, to the bit; and whatever is wrong with a file of it, or
// with its folder, the table is right and nothing is said.

import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { cachedTables, cachePath } from '#src/tables/cache.js';
import { readPlainly } from '#src/tables/csv/plain.js';
import type { TableOptions } from '#src/tables/options.js';
import { placeOfRuns, type Run, runsOf } from '#src/tables/places.js';
import { bytesSource, fileSource } from '#src/tables/source.js';
import type { Table, Tables } from '#src/tables/table.js';
import { temporaryFolder } from '../support/idx-folder.js';

const folder = temporaryFolder();
const cache = join(folder, 'cache');
const path = join(folder, 'people.csv');
const TEXT = 'who,n\nann,1.5\n\nbob,-2\n"c\nd",\nann,4\n';
const OPTIONS: TableOptions = { categorical: [], header: 'auto', transpose: false };
/** Everything is worth a file. */
const LIMITS = { slow: 0, most: 2 ** 20 };

vi.stubEnv('XDG_CACHE_HOME', cache);
beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  writeFileSync(path, TEXT);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const plainData = ({ cells, place, ...table }: Table) => ({
  ...table,
  type: cells.constructor.name,
  isShared: cells.buffer instanceof SharedArrayBuffer,
  cells: Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength).toString('hex'),
  places: Array.from({ length: table.rows }, (_, row) => place(row)),
});

/** Reads the file; says whether it was read anew. */
async function read(
  options: Partial<TableOptions> = {},
  limits = LIMITS,
  source = fileSource(path),
): Promise<{ isNew: boolean; table: Table; tables: Tables }> {
  let isNew = false;
  const all = { ...OPTIONS, ...options };
  const tables = await cachedTables(
    source,
    all,
    async () => {
      isNew = true;
      return { training: await readPlainly(source, await source.bytes({ what: 'CSV', most: 2 ** 20 }), all) };
    },
    limits,
  );
  return { isNew, table: tables.training, tables };
}

const files = (): string[] => (existsSync(join(cache, 'nabla/tables')) ? readdirSync(join(cache, 'nabla/tables')) : []);
const place = cachePath(path, OPTIONS);

test('the second reading takes what the first one gave', async () => {
  const [first, second] = [await read(), await read()];
  expect([first.isNew, second.isNew]).toEqual([true, false]);
  expect(plainData(second.table)).toEqual(plainData(first.table));
  expect([files(), statSync(place).mode & 0o777]).toEqual([[place.slice(dirname(place).length + 1)], 0o600]);
});

test('places are by the path that is given now', async () => {
  await read();
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { isNew, table } = await read({}, LIMITS, fileSource('people.csv'));
    expect([isNew, table.place(3)]).toEqual([false, 'people.csv: line 7']);
  } finally {
    process.chdir(before);
  }
});

test('bytes stay bytes, and several tables several', async () => {
  const cells = new Uint8Array(new SharedArrayBuffer(4));
  cells.set([0, 255, 7, 9]);
  const columns = [{ name: '1', kind: 'number' as const }];
  const table: Table = {
    name: 'x',
    rows: 4,
    columns,
    named: false,
    cells,
    picture: { first: 0, width: 1, height: 1, channels: 1 },
    place: (row) => `row ${row}`,
  };
  const tables = { training: table, test: { ...table, rows: 2, cells: cells.subarray(2), place: () => 'somewhere' } };
  await cachedTables(fileSource(path), OPTIONS, async () => tables, LIMITS);
  const again = await cachedTables(fileSource(path), OPTIONS, () => expect.fail('read anew'), LIMITS);
  expect([again.training, again.test].map((one) => plainData(one as Table))).toEqual([tables.training, tables.test].map(plainData));
});

describe('the file is read anew', () => {
  it.each<[what: string, change: () => void, options?: Partial<TableOptions>]>([
    ['when it has another length', () => appendFileSync(path, 'eve,5\n')],
    ['when it was written later', () => writeFileSync(path, TEXT.replace('4', '5'))],
    [
      'when it was written later, and its time set back',
      () => {
        const { mtime } = statSync(path);
        writeFileSync(path, TEXT.replace('4', '5'));
        utimesSync(path, mtime, mtime);
      },
    ],
    ['with other options', () => {}, { categorical: ['n'] }],
    ['without the cache', () => {}, { cache: false }],
    ['when the cache was cut short', () => truncateSync(place, statSync(place).size - 3)],
    ['when the cache is empty', () => writeFileSync(place, '')],
    [
      'when the cache is a folder',
      () => {
        rmSync(place);
        mkdirSync(place);
      },
    ],
  ])('%s', async (_, change, options = {}) => {
    await read();
    change();
    expect((await read(options)).isNew).toBe(true);
  });

  it('when any byte of the cache is wrong, and the next time from the cache again', async () => {
    const { table } = await read();
    const sound = readFileSync(place);
    for (let at = 0; at < sound.length; at += 7) {
      const damaged = Buffer.from(sound);
      damaged[at] ^= 1 << (at % 8);
      writeFileSync(place, damaged);
      const again = await read();
      expect([at, again.isNew, (await read()).isNew]).toEqual([at, true, false]);
      expect(plainData(again.table)).toEqual(plainData(table));
    }
  });
});

describe('nothing is kept', () => {
  it('of what was quick to read', async () => {
    await read({}, { ...LIMITS, slow: 60_000 });
    expect(files()).toEqual([]);
  });

  it('of what is larger than all may be', async () => {
    await read({}, { ...LIMITS, most: 10 });
    expect(files()).toEqual([]);
  });

  it('of what is in memory only', async () => {
    const { isNew } = await read({}, LIMITS, bytesSource('people.csv', Buffer.from(TEXT)));
    expect([isNew, files()]).toEqual([true, []]);
  });

  it('where the folder cannot be written, and nothing is said', async () => {
    writeFileSync(cache, 'a file');
    expect([(await read()).isNew, (await read()).isNew]).toEqual([true, true]);
    rmSync(cache);
    mkdirSync(cache);
    chmodSync(cache, 0o500);
    expect((await read()).table.rows).toBe(4);
    chmodSync(cache, 0o700);
  });

  it('of images whose labels have changed, come or gone', async () => {
    const images = join(folder, 'train-images-idx3-ubyte');
    const labels = join(folder, 'train-labels-idx1-ubyte');
    writeFileSync(images, TEXT);
    const isNew = async (): Promise<boolean> => (await read({}, LIMITS, fileSource(images))).isNew;
    const found = [await isNew(), await isNew()];
    for (const text of ['one', 'two']) {
      writeFileSync(labels, text);
      found.push(await isNew(), await isNew());
    }
    rmSync(labels);
    found.push(await isNew());
    rmSync(images);
    expect(found).toEqual([true, false, true, false, true, false, true]);
  });

  it('of a file that changes while it is read', async () => {
    const change = async (): Promise<Tables> => {
      appendFileSync(path, 'eve,5\n');
      return { training: {} as Table };
    };
    const reading = cachedTables(fileSource(path), OPTIONS, change, LIMITS);
    await expect(reading).rejects.toThrow(`${path}: the file has changed while it was read.`);
    expect(files()).toEqual([]);
  });
});

test('the files that were used last stay as long as there is room', async () => {
  const options = ['a', 'b', 'c'].map((separator) => ({ categorical: [separator] }));
  for (const [k, one] of options.entries()) {
    await read(one);
    const then = new Date(2026, 0, 1 + k);
    utimesSync(cachePath(path, { ...OPTIONS, ...one }), then, then);
  }
  const bytes = statSync(cachePath(path, { ...OPTIONS, ...options[0] })).size;
  // The first is used again, and then there is room for three, and a fourth comes.
  await read(options[0]);
  writeFileSync(join(cache, 'nabla/tables/x.1.part'), 'what somebody writes just now');
  const left = join(cache, 'nabla/tables/y.2.part');
  writeFileSync(left, 'what nobody has finished');
  utimesSync(left, new Date(2026, 0, 1), new Date(2026, 0, 1));
  await read({ categorical: ['d'] }, { slow: 0, most: 3 * bytes });
  const kept = [...options, { categorical: ['d'] }].map((one) => existsSync(cachePath(path, { ...OPTIONS, ...one })));
  expect([kept, files().filter((name) => name.endsWith('.part'))]).toEqual([[true, false, true, true], ['x.1.part']]);
});

describe('places', () => {
  const lines = [2, 3, 4, 7, 8, 9, 10, 11, 20, 21].map((line) => `f.csv: line ${line}`);
  it.each<[string, string[], number]>([
    ['that follow one another', Array.from({ length: 1000 }, (_, k) => `row ${k + 1}`), 1],
    ['with gaps', lines, 3],
    ['without numbers', ['a.png', 'b.png', 'c'], 3],
    ['with numbers that begin with 0', ['a 01', 'a 02', 'a 3', 'a 4'], 2],
    ['of several kinds', ['train 9', 'train 10', 'test 1', 'test 2'], 2],
    ['none', [], 0],
  ])('%s are the same again', (_, places, runs) => {
    const kept = runsOf(places.length, (row) => places[row], 10) as Run[];
    expect(kept.length).toBe(runs);
    expect(places.map((_, row) => placeOfRuns(kept)(row))).toEqual(places);
  });

  it('of too many kinds are not kept', () => {
    expect(runsOf(11, (row) => `${row} rows`, 10)).toBeUndefined();
  });
});
