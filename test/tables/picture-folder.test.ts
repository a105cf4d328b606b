// Folders of pictures by class as tables: what is in them, in which order, in which size and colours; the same pixels as those of IDX
// files; one picture of a table; and folders that are wrong in one way each.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { natural } from '#src/system/folder-list.js';
import { readTables } from '#src/tables/formats.js';
import { readIdx } from '#src/tables/idx/idx-file.js';
import type { TableOptions } from '#src/tables/options.js';
import { pictureAt, whiteOf } from '#src/tables/picture-at.js';
import { isPictureFolder } from '#src/tables/pictures/folder.js';
import { readPictureFolder } from '#src/tables/pictures/read.js';
import { bytesSource } from '#src/tables/source.js';
import type { Tables } from '#src/tables/table.js';
import { seeded } from '../support/bound-kernels.js';
import { idxBytes, temporaryFolder } from '../support/idx-folder.js';
import { greyPgm, greyPng, pngBytes, pngChunk, pngHeader, SIGNATURE } from '../support/pictures.js';
import { refusal } from '../support/refused.js';
import { parquetBytes, parquetValues, TABLE_OPTIONS, valuesOf } from '../support/tables.js';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A folder with these files, by their paths; null for a folder with nothing in it. */
function folderOf(files: Readonly<Record<string, Uint8Array | string | null>>): string {
  const folder = join(root, `f${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(content === null ? path : dirname(path), { recursive: true });
    if (content !== null) writeFileSync(path, content);
  }
  return folder;
}

const read = (folder: string, options: Partial<TableOptions> = {}): Promise<Tables> => readPictureFolder(folder, { ...TABLE_OPTIONS, ...options });

const random = seeded('picture folders');
const levels = (count = 6): number[] => Array.from({ length: count }, () => random.below(256));
const png = (values = levels(), width = 3): Buffer => greyPng(width, values.length / width, values);
const colourPng = (pixels: readonly (readonly number[])[], width = 3): Buffer =>
  pngBytes({ width, height: pixels.length / width, depth: 8, colours: 2, pixels });

describe('a folder by class', () => {
  it('has a row for each picture: classes by their names, pictures by the numbers in theirs; pixels first, the class last', async () => {
    const own = [levels(), levels(), levels(), levels()];
    const folder = folderOf({
      'b/10.png': png(own[1]),
      'b/9.png': png(own[0]),
      'B/x.pgm': greyPgm(3, 2, own[2]),
      'a/1.png.gz': gzipSync(png(own[3])),
    });
    const { training, ...rest } = await read(folder);
    expect(rest).toEqual({});
    expect(Array.from({ length: 4 }, (_, row) => training.place(row))).toEqual(
      ['B/x.pgm', 'a/1.png.gz', 'b/9.png', 'b/10.png'].map((name) => join(folder, name)),
    );
    expect(training.columns.map(({ name }) => name)).toEqual(['pixel[1]', 'pixel[2]', 'pixel[3]', 'pixel[4]', 'pixel[5]', 'pixel[6]', 'class']);
    expect(training.columns[6]).toEqual({ name: 'class', kind: 'words', words: ['B', 'a', 'b'] });
    expect(training.picture).toEqual({ first: 0, width: 3, height: 2, channels: 1 });
    expect(training.cells).toEqual(Uint8Array.from([...own[2], 0, ...own[3], 1, ...own[0], 2, ...own[1], 2]));
    expect(training.cells.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('may be split, in the words that people use', async () => {
    const files = {
      'train/a/1.png': png(),
      'train/b/1.png': png(),
      'Validation/a/1.png': png(),
      'Validation/b/1.png': png(),
      'test/a/1.png': png(),
      'test/b/1.png': png(),
    };
    const { training, validation, test } = await read(folderOf({ ...files, 'train/a/2.png': png() }));
    expect([training.rows, validation?.rows, test?.rows]).toEqual([3, 2, 2]);
  });

  it('may have classes of these names, links, and hidden files, which are not there', async () => {
    const folder = folderOf({
      'train/1.png': png(),
      'test/1.png': png(),
      'plane/1.png': png(),
      'plane/.DS_Store': 'x',
      'plane/Thumbs.db': 'x',
      '.git/a': 'x',
    });
    symlinkSync(join(folder, 'plane'), join(folder, 'flight'));
    const { training, warnings } = await read(folder);
    expect(training.columns.at(-1)?.words).toEqual(['flight', 'plane', 'test', 'train']);
    expect(warnings).toBeUndefined();
  });

  it('names what is in it and no picture of a class once, and goes on', async () => {
    const beside = { 'notes.txt': 'x', 'a/labels.csv': '1,2', 'a/x.json': '{}', 'b/y.json': '{}' };
    const { training, warnings } = await read(folderOf({ 'a/1.png': png(), 'b/1.png': png(), ...beside }));
    expect(training.rows).toBe(2);
    expect(training.cells.length).toBe(14);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^4 files in 'f\d+' are no pictures of a class and were passed over: 'notes.txt', 'a\/labels.csv', 'a\/x.json' and 1 more\.$/,
      ),
    ]);
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, k) => [`${k % 2 ? 'a' : 'b'}/${k}.png`, png()]));
    await read(folderOf(many), { progress: ({ done, of, unit }) => told.push(done, of ?? 0, unit.length) });
    expect(told).toEqual([64, 130, 8, 128, 130, 8, 130, 130, 8]);
    await expect(read(folderOf(many), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it.each([
    ['2.png', '10.png'],
    ['a2b3', 'a2b10'],
    ['007', '7'],
    ['img', 'img1'],
    ['99999999999999999998', '99999999999999999999'],
    ['A', 'a'],
  ])('%s before %s', (first, second) => {
    expect([natural(first, second), natural(second, first), natural(first, first)].map(Math.sign)).toEqual([-1, 1, 0]);
  });
});

describe('pixels', () => {
  it('are those of IDX files and of Parquet, to the bit', async () => {
    const pictures = parquetValues<number[][]>('grey pictures');
    const path = join(root, 'images');
    writeFileSync(path, idxBytes([6, 4, 5], pictures.flat()));
    const { training } = await readTables(bytesSource('a.parquet', parquetBytes('grey pictures')), TABLE_OPTIONS);
    const labels = valuesOf(training, 'label') as number[];
    const files = Object.fromEntries(pictures.map((values, k) => [`${labels[k]}/${k}.png`, png(values, 5)]));
    const folder = (await read(folderOf(files))).training;
    const { values } = await readIdx(path);
    for (let row = 0; row < 6; row++) {
      const own = Number(/(\d+)\.png$/.exec(folder.place(row))?.[1]);
      const expected = [...values.subarray(20 * own, 20 * own + 20)];
      expect([...folder.cells.subarray(21 * row, 21 * row + 20)]).toEqual(expected);
      expect([...training.cells.subarray(21 * own, 21 * own + 20)]).toEqual(expected);
    }
  });

  const colours = [9, 200, 30, 4, 5, 6, 77, 8, 9, 10, 11, 12, 0, 0, 255, 1, 2, 3];
  const rgb = Array.from({ length: 6 }, (_, k) => colours.slice(3 * k, 3 * k + 3));
  const grey = levels();

  it.each<[string, Partial<TableOptions>, number[], number[]]>([
    ['colours where one has some', {}, grey.flatMap((v) => [v, v, v]), colours],
    ['grey on request', { channels: 1 }, grey, rgb.map(([r, g, b]) => Math.round(0.299 * r + 0.587 * g + 0.114 * b))],
  ])('%s', async (_, options, first, second) => {
    const { training } = await read(folderOf({ 'a/1.png': png(grey), 'b/1.png': colourPng(rgb) }), options);
    const channels = first.length / 6;
    expect(training.picture?.channels).toBe(channels);
    expect(training.cells).toEqual(Uint8Array.from([...first, 0, ...second, 1]));
  });

  it('stay grey where a picture has colours that are all grey, and have three channels on request', async () => {
    const folder = folderOf({ 'a/1.png': png(grey), 'b/1.png': colourPng(grey.map((v) => [v, v, v])) });
    expect((await read(folder)).training.cells).toEqual(Uint8Array.from([...grey, 0, ...grey, 1]));
    expect((await read(folder, { channels: 3 })).training.columns.length).toBe(19);
  });

  it('are as in the training set in all others', async () => {
    const folder = folderOf({ 'train/a/1.png': png(), 'train/b/1.png': png(), 'test/a/1.png': colourPng(rgb), 'test/b/1.png': png() });
    expect((await read(folder)).test?.picture?.channels).toBe(1);
    const other = folderOf({ 'train/a/1.png': png(), 'train/b/1.png': png(), 'test/a/1.png': png(levels(8), 4), 'test/b/1.png': png() });
    expect(await refusal(() => read(other))).toMatch(
      /test\/a\/1\.png: a picture of 4 × 2 pixels; the first has 3 × 2\. --size 3x2 scales them all\.$/,
    );
  });

  it('have one size on request', async () => {
    const folder = folderOf({ 'a/1.png': png([0, 0, 200, 200], 4), 'b/1.png': png([10, 30], 2) });
    const { training } = await read(folder, { size: { width: 2, height: 1 } });
    // Half of a sharp edge lies within reach of each new pixel: 7/8 of one side, 1/8 of the other.
    expect(training.cells).toEqual(Uint8Array.from([29, 171, 0, 10, 30, 1]));
  });
});

describe('one picture of a table', () => {
  it('is its pixels, whatever cells there are', async () => {
    const { training } = await readTables(bytesSource('a.parquet', parquetBytes('mixed pictures')), TABLE_OPTIONS);
    const third = parquetValues<number[][]>('mixed pictures')[2];
    expect(pictureAt(training, 2)).toEqual({ width: 5, height: 4, channels: 3, pixels: Uint8Array.from(third) });
    const floats = { ...training, cells: Float32Array.from(training.cells, (v) => v / 255) };
    expect([whiteOf(training), whiteOf(floats), whiteOf({ ...floats, cells: Float32Array.from(training.cells) })]).toEqual([255, 1, 255]);
    expect(pictureAt(floats, 2, whiteOf(floats)).pixels).toEqual(Uint8Array.from(third));
  });

  it('is there for rows that hold pictures only', async () => {
    const { training } = await readTables(bytesSource('a.parquet', parquetBytes('grey pictures')), TABLE_OPTIONS);
    expect(() => pictureAt(training, 6)).toThrow(/^row: expected a whole number from 0 to 5, got 6\.$/);
    expect(() => pictureAt({ ...training, picture: undefined }, 0)).toThrow(/^table: expected a table whose rows hold pictures/);
  });
});

describe('refused', () => {
  const two = { 'a/1.png': png(), 'b/1.png': png() };
  const huge = Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', pngHeader({ width: 60_000, height: 60_000, depth: 8, colours: 0 })),
    pngChunk('IDAT', Buffer.alloc(900)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
  const jpeg = (createRequire(import.meta.url)('jpeg-js') as typeof import('jpeg-js')).encode(
    { width: 8, height: 8, data: Buffer.alloc(256, 9) },
    90,
  ).data;

  it.each<[string, Record<string, Buffer | string | null>, RegExp]>([
    ['nothing in it', { '.hidden': 'x' }, /^\S+: there are no folders in it, and each class of pictures has one\. Expected FOLDER\/CLASS\/PICTURE/],
    [
      'pictures of no class',
      { '1.png': png(), '2.png': png() },
      /there are no folders in it, and each class of pictures has one \(2 files of none\)/,
    ],
    ['one class', { 'a/1.png': png(), 'a/2.png': png() }, /expected a folder for each of two or more classes, got only one, 'a'/],
    ['a set without classes', { 'train/1.png': png(), 'train/2.png': png() }, /train: expected a folder for each of two or more classes, got none/],
    ['an empty class', { ...two, c: null }, /\/c: there are no pictures of the class 'c' in it\. Remove the folder, or fill it/],
    ['a class without pictures', { ...two, 'c/x.txt': 'x' }, /no file of the class 'c' is a picture \(PNG, JPEG or PGM\)/],
    ['a folder in a class', { ...two, 'b/more/1.png': png() }, /\/b\/more: a folder within the class 'b'\. Expected/],
    [
      'two training sets',
      { 'train/a/1.png': png(), 'train/b/1.png': png(), 'Training/a/1.png': png(), 'Training/b/1.png': png() },
      /both 'train' and another folder would be the training set/,
    ],
    [
      'a class that the training set has not',
      { 'train/a/1.png': png(), 'train/b/1.png': png(), 'test/a/1.png': png(), 'test/c/1.png': png() },
      /the test set has a class 'c' that the training set has not/,
    ],
    [
      'another size',
      { ...two, 'b/2.png': png(levels(8), 4) },
      /\/b\/2\.png: a picture of 4 × 2 pixels; the first has 3 × 2\. --size 3x2 scales them all\.$/,
    ],
    [
      'a truncated PNG',
      { ...two, 'b/2.png': png().subarray(0, -9) },
      /\/b\/2\.png: byte \d+: the file ends here|\/b\/2\.png: byte \d+: the chunk IEND/,
    ],
    ['a truncated JPEG', { ...two, 'b/2.jpg': jpeg.subarray(0, -20) }, /\/b\/2\.jpg: byte \d+: the file ends here/],
    ['a truncated PGM', { ...two, 'b/2.pgm': greyPgm(3, 2, levels()).subarray(0, -1) }, /\/b\/2\.pgm: byte \d+: the file ends here/],
    [
      '60,000 × 60,000 pixels in a kilobyte',
      { ...two, 'b/2.png': huge },
      /\/b\/2\.png: byte 16: the header states 60000 × 60000 pixels, more than the \d+ that can be read/,
    ],
    ['an empty file', { ...two, 'b/2': '' }, /\/b\/2: expected a picture \(PNG, JPEG or PGM\), got an empty file/],
    [
      'a page in place of a picture',
      { ...two, 'b/2.png': '<!doctype html><p>404' },
      /\/b\/2\.png: expected a picture \(PNG, JPEG or PGM\), got an HTML page/,
    ],
    ['a picture of another format', { ...two, 'b/2': 'GIF89a......' }, /\/b\/2: expected a picture \(PNG, JPEG or PGM\), got a GIF picture/],
  ])('%s', async (_, files, says) => {
    const folder = folderOf(files);
    const message = await refusal(() => read(folder));
    expect(message.startsWith(folder)).toBe(true);
    expect(message).toMatch(says);
  });

  it('more pixels than a table has columns, unless they are scaled', async () => {
    const large = greyPng(1100, 1000, new Uint8Array(1_100_000));
    const folder = folderOf({ 'a/1.png': large, 'b/1.png': large });
    expect(await refusal(() => read(folder))).toMatch(
      /a picture of 1100 × 1000 pixels, more than the 1048576 columns of a table\. --size 28x28 scales them all/,
    );
    expect((await read(folder, { size: { width: 4, height: 4 } })).training.columns.length).toBe(17);
  });

  it('no folder, or one of files', async () => {
    expect(await refusal(() => read(join(root, 'nowhere')))).toMatch(/nowhere: this folder cannot be read: there is no such file or folder/);
    expect([isPictureFolder(folderOf(two)), isPictureFolder(folderOf({ 'x-idx3-ubyte': 'x' }))]).toEqual([true, false]);
  });
});
