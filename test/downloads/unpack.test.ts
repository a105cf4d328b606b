// What is made of published files: out of archives that Python's zipfile and tarfile have written, and of tables as scikit-learn has them;
// and archives that are damaged or lie about what they hold. The table of sets holds together.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Unpacked } from '#src/downloads/public-set.js';
import { PUBLIC_SETS } from '#src/downloads/sets.js';
import { californiaCsv, classCsv, emnistFolders } from '#src/downloads/unpack.js';
import { inFolder } from '../support/command.js';
import { needs } from '../support/needs.js';
import { placeOfPythonPackage } from '../support/python.js';
import { refusal } from '../support/refused.js';

/**
 * with zipfile.ZipFile(o, 'w') as z:
 *   for k, n in enumerate(['train-images-idx3', 'train-labels-idx1', 'test-images-idx3', 'test-labels-idx1']):
 *     i = zipfile.ZipInfo(f'gzip/emnist-letters-{n}-ubyte.gz', (2017, 1, 1, 0, 0, 0)); i.compress_type = [8, 0][k % 2]
 *     z.writestr(i, f'{n} {"x" * 40}'.encode())
 */
const ZIP = Buffer.from(
  'UEsDBBQAAAAIAAAAIUqyA8dyFwAAADoAAAAuAAAAZ3ppcC9lbW5pc3QtbGV0dGVycy10cmFpbi1pbWFnZXMtaWR4My11Ynl0ZS5neispSszM083MTUxPLdbNTKkwVqggEgAAUEsDBBQA' +
    'AAAAAAAAIUoMv7weOgAAADoAAAAuAAAAZ3ppcC9lbW5pc3QtbGV0dGVycy10cmFpbi1sYWJlbHMtaWR4MS11Ynl0ZS5nenRyYWluLWxhYmVscy1pZHgxIHh4eHh4eHh4eHh4eHh4eHh4' +
    'eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHhQSwMEFAAAAAgAAAAhSmbiIfUWAAAAOQAAAC0AAABnemlwL2VtbmlzdC1sZXR0ZXJzLXRlc3QtaW1hZ2VzLWlkeDMtdWJ5dGUuZ3orSS0u0c3M' +
    'TUxPLdbNTKkwVqggEgAAUEsDBBQAAAAAAAAAIUrYXlqZOQAAADkAAAAtAAAAZ3ppcC9lbW5pc3QtbGV0dGVycy10ZXN0LWxhYmVscy1pZHgxLXVieXRlLmd6dGVzdC1sYWJlbHMtaWR4' +
    'MSB4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4UEsBAhQDFAAAAAgAAAAhSrIDx3IXAAAAOgAAAC4AAAAAAAAAAAAAAIABAAAAAGd6aXAvZW1uaXN0LWxldHRl' +
    'cnMtdHJhaW4taW1hZ2VzLWlkeDMtdWJ5dGUuZ3pQSwECFAMUAAAAAAAAACFKDL+8HjoAAAA6AAAALgAAAAAAAAAAAAAAgAFjAAAAZ3ppcC9lbW5pc3QtbGV0dGVycy10cmFpbi1sYWJl' +
    'bHMtaWR4MS11Ynl0ZS5nelBLAQIUAxQAAAAIAAAAIUpm4iH1FgAAADkAAAAtAAAAAAAAAAAAAACAAekAAABnemlwL2VtbmlzdC1sZXR0ZXJzLXRlc3QtaW1hZ2VzLWlkeDMtdWJ5dGUu' +
    'Z3pQSwECFAMUAAAAAAAAACFK2F5amTkAAAA5AAAALQAAAAAAAAAAAAAAgAFKAQAAZ3ppcC9lbW5pc3QtbGV0dGVycy10ZXN0LWxhYmVscy1pZHgxLXVieXRlLmd6UEsFBgAAAAAEAAQA' +
    'bgEAAM4BAAAAAA==',
  'base64',
);
/** The first two districts: tarfile.open(fileobj=o, mode='w:gz', format=tarfile.USTAR_FORMAT), with a file before the data. */
const TGZ = Buffer.from(
  'H4sIAPn0CmsC/+3TwY6DIBAGYM59ij5Alw4DqO3Vy75FQ+xul8RC0ur7L2rEpofdQ5Ne/L8Lk4nwJ+DUrvXf8Ra8+4z93YfLvnHt6Weq5TlenQ/iRZQUxoxr8rwScbnUQ19Z0kZsSbxB' +
    'f+/cLcWLdWpjuPiuP38dt00MnQ99enq5EbAO9d/z7zr3esZ/868VP82/MaXG/L/Dh2KWrId73+lSVtVYGSWnt9ilxlwqPsylTptyt8jfSs2Wh+2WC5r3baYIzhHFWHGOKOmQD1aK8nFs' +
    'SC19XT3EpD9kOMxWdonBLAMAAAAAAAAAAAAAAAAAAMA6/QJAhn7HACgAAA==',
  'base64',
);
const NAMES = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'];

async function textOf({ pieces }: Unpacked): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

/** Gives a file with these bytes to what reads it. */
const withFile = <T>(bytes: Uint8Array | string, use: (path: string) => Promise<T>): Promise<T> =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'published'), bytes);
    return use(join(folder, 'published'));
  });

describe('a ZIP archive of zipfile', () => {
  it('gives each file under the name that is read, stored or deflated', () =>
    withFile(ZIP, async (path) => {
      const made = [...emnistFolders(path, ['letters'], NAMES)];
      expect(made.map(({ name }) => name)).toEqual(NAMES.map((name) => `letters/${name}`));
      const texts = await Promise.all(made.map(textOf));
      expect(texts).toEqual(
        ['train-images-idx3', 'train-labels-idx1', 'test-images-idx3', 'test-labels-idx1'].map((name) => `${name} ${'x'.repeat(40)}`),
      );
    }));

  /** The place of the first file's entry in the directory. */
  const ENTRY = ZIP.indexOf('PK\x01\x02');
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(ZIP);
    change(bytes);
    return bytes;
  };
  it.each([
    ['nothing', Buffer.alloc(0), /this ZIP archive has no end: it is cut short/],
    ['its first half', ZIP.subarray(0, 300), /this ZIP archive has no end: it is cut short/],
    ['all but its first bytes', ZIP.subarray(30), /the directory of this ZIP archive should end at byte 828, but the file has 820/],
    [
      'a directory elsewhere',
      changed((b) => b.writeUInt32LE(2 ** 31, b.length - 6)),
      /directory of this ZIP archive should end at byte 2,147,484,014/,
    ],
    ['a file that holds more than it says', changed((b) => b.writeUInt32LE(20, ENTRY + 24)), /unpacks to more than the 20 bytes that it states/],
    ['a file that holds less', changed((b) => b.writeUInt32LE(1000, ENTRY + 24)), /ends after 58 bytes of 1,000/],
    [
      'a file of 4 GB in 23 bytes',
      changed((b) => b.writeUInt32LE(2 ** 32 - 1, ENTRY + 24)),
      /states 4,294,967,295 bytes, more than can be packed into 23/,
    ],
    [
      'a file that ends after the archive',
      changed((b) => b.writeUInt32LE(1e6, ENTRY + 20)),
      /should have 1,000,000 bytes, more than there is room for/,
    ],
    ['a file that begins elsewhere', changed((b) => b.writeUInt32LE(5, ENTRY + 42)), /does not begin where the archive says/],
    ['a file that begins nowhere', changed((b) => b.writeUInt32LE(2 ** 32 - 1, ENTRY + 42)), /more than there is room for in this ZIP archive/],
    ['a file with a password', changed((b) => b.writeUInt16LE(1, ENTRY + 8)), /is encrypted/],
    ['a file in another compression', changed((b) => b.writeUInt16LE(12, ENTRY + 10)), /is packed with bzip2; deflate can be read/],
    ['a byte of a stored file that has changed', changed((b) => (b[b.indexOf('labels-idx1 x')] ^= 8)), /has another checksum/],
    ['a byte that has changed', changed((b) => (b[80] ^= 8)), /cannot be unpacked|has another checksum/],
  ])('%s is refused', (_, bytes, says) =>
    withFile(bytes, async (path) => {
      const message = await refusal(async () => {
        for (const made of emnistFolders(path, ['letters'], NAMES)) await textOf(made);
      });
      expect(message).toMatch(says);
      expect(message).toContain(path);
    }),
  );

  it('without a file that is wanted is refused', () =>
    withFile(ZIP, async (path) => {
      expect(await refusal(() => [...emnistFolders(path, ['digits'], NAMES)])).toMatch(
        /there is no gzip\/emnist-digits-train-images-idx3-ubyte\.gz in this archive/,
      );
    }));
});

describe('the California districts', () => {
  it('have the columns and the numbers of scikit-learn', () =>
    withFile(TGZ, async (path) => {
      const [header, ...rows] = (await textOf(californiaCsv(path, 'c.csv'))).trimEnd().split('\n');
      expect(header).toBe('MedInc,HouseAge,AveRooms,AveBedrms,Population,AveOccup,Latitude,Longitude,MedHouseVal');
      // The arithmetic of its fetch_california_housing, in NumPy, on the same lines.
      expect(rows).toEqual([
        '8.3252,41,6.984126984126984,1.0238095238095237,322,2.5555555555555554,37.88,-122.23,4.526',
        '8.3014,21,6.238137082601054,0.9718804920913884,2401,2.109841827768014,37.86,-122.22,3.585',
      ]);
    }));

  it.each([
    ['half an archive', TGZ.subarray(0, 100), /this gzip file cannot be unpacked/],
    ['no archive', 'longitude,latitude\n'.repeat(100), /ends before that does/],
    ['an empty file', '', /there is no CaliforniaHousing\/cal_housing\.data/],
  ])('%s is refused', (_, bytes, says) =>
    withFile(bytes, async (path) => {
      expect(await refusal(() => californiaCsv(path, 'c.csv'))).toMatch(says);
    }),
  );
});

describe("a table of scikit-learn's", () => {
  const table = (path: string): Unpacked => classCsv(path, 't.csv', ['a', 'b'], 'kind');

  it('gets a header and the names of its classes', () =>
    withFile('3,2,red,blue\n1.0,2,0\n3,4.5,1\r\n5,6,0\n', async (path) => {
      expect(await textOf(table(path))).toBe('a,b,kind\n1.0,2,red\n3,4.5,blue\n5,6,red\n');
    }));

  it.each([
    ['3,2,red,blue\n1,2,0\n', /line 1: expected the numbers of rows and columns.*got '3,2,red,blue'/],
    ['1,3,red,blue\n1,2,0\n', /line 1: expected the numbers/],
    ['1,2,red,blue\n1,2,3,0\n', /line 2: expected 2 numbers and a class, got '1,2,3,0'/],
    ['1,2,red,blue\n1,2,2\n', /line 2: expected 2 numbers and a class/],
    ['', /line 1: expected/],
    ['<html><body>no</body></html>', /got an HTML page/],
  ])('%j is refused', (text, says) =>
    withFile(text, async (path) => {
      expect(await refusal(() => table(path))).toMatch(says);
    }),
  );

  const package_ = placeOfPythonPackage('sklearn');
  it.each([
    ['iris', 'iris.csv', 'sepal_length,sepal_width,petal_length,petal_width,species', '5.1,3.5,1.4,0.2,setosa', 150],
    [
      'wine',
      'wine_data.csv',
      /^alcohol,malic_acid,.*,proline,class$/,
      '14.23,1.71,2.43,15.6,127,2.8,3.06,0.28,2.29,5.64,1.04,3.92,1065,class_0',
      178,
    ],
  ])('%s: its own has the hash that is published', needs(package_, 'no python3 with scikit-learn'), async (name, file, header, row, rows) => {
    const path = join(dirname(String(package_)), 'datasets', 'data', file);
    const set = PUBLIC_SETS.find((one) => one.name === name)!;
    const bytes = readFileSync(path);
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([set.files[0].bytes, set.files[0].sha256]);
    const [made] = set.unpack!(path);
    const lines = (await textOf(made)).trimEnd().split('\n');
    expect(lines[0]).toMatch(header);
    expect([lines[1], lines.length]).toEqual([row, rows + 1]);
  });
});

it.each(PUBLIC_SETS.map((set) => [set.name, set] as const))('%s: names, addresses, sizes and hashes hold together', (name, set) => {
  expect(name).toMatch(/^[a-z]+(-[a-z]+)?$/);
  expect(PUBLIC_SETS.filter((one) => one.name === name)).toEqual([set]);
  for (const { urls, bytes, sha256 } of set.files) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(bytes).toBeGreaterThan(1000);
    for (const url of urls) expect(new URL(url).protocol).toMatch(/^https?:$/);
  }
  const hashes = PUBLIC_SETS.flatMap(({ files }) => files.map(({ sha256 }) => sha256));
  expect(new Set(hashes).size).toBe(hashes.length);
  if (set.unpack) expect(set.files.length).toBe(1);
  else expect(set.results).toEqual(set.files.map((file) => file.name));
  for (const part of set.parts ?? ['']) expect(set.results.some((file) => file.startsWith(part))).toBe(true);
});
