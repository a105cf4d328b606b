// Readers of files under fuzzing (see fuzz.ts): IDX, PNG, JPEG, PGM, CSV, and the book's JSON. And the fuzzer itself: that it would
// notice a reader that crashes, says nothing useful, or takes too much memory.
// @module-tag longer

import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCsv } from '#src/data/csv.js';
import { readSamplesFile } from '#src/data/samples-file.js';
import { NablaError } from '#src/errors.js';
import { layoutOf } from '#src/model/layout.js';
import { readJpeg } from '#src/pictures/jpeg.js';
import { readPgm } from '#src/pictures/pgm.js';
import type { Picture } from '#src/pictures/picture.js';
import { readPng } from '#src/pictures/png.js';
import { decodeBookJson } from '#src/runs/formats/book-json.js';
import { readIdx } from '#src/tables/idx/idx-file.js';
import { damaged, FUZZ_CASES, type FuzzOptions, fuzz, largestAllocation } from '../support/fuzz.js';
import { idxBytes, images, labels, temporaryFolder } from '../support/idx-folder.js';
import { greyPgm, greyPng, pngBytes, withSegment } from '../support/pictures.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (bytes: Buffer): Buffer => bytes;
const gzip = (bytes: Buffer): Buffer => gzipSync(bytes);

const refusal = (message: string) => (): never => {
  // As it is: the error itself would mend it.
  throw Object.assign(new NablaError('BAD_DATA', ''), { message });
};

describe('the fuzzer', () => {
  const run = (read: FuzzOptions<unknown>['read']) =>
    fuzz({
      name: 'itself',
      sound: [Buffer.from('sound')],
      named: 'net.json',
      most: 1000,
      cases: 20,
      read: (bytes) => (bytes.toString() === 'sound' ? 'read' : read(bytes)),
    }).then(
      () => 'nothing wrong',
      (error: Error) => error.message,
    );

  it.each<[string, FuzzOptions<unknown>['read'], RegExp]>([
    ['a plain refusal', refusal('net.json: byte 3: no.'), /^nothing wrong$/],
    ['a result', () => new Uint8Array(1000), /^nothing wrong$/],
    ['a crash', () => JSON.parse('{'), /SyntaxError/],
    ['an error that is no Error', () => Promise.reject(undefined), /nothing was thrown/],
    ['a refusal that names no file', refusal('byte 3: no.'), /net\.json/],
    ['a refusal of two lines', refusal('net.json: no.\nReally.'), /to match/],
    ['a refusal with control characters', refusal('net.json: \u001b[2J.'), /to match/],
    ['an array that is too long', () => new Float32Array(251), /asked for memory/],
    ['a buffer that is too long', () => Buffer.alloc(1001), /asked for memory/],
    ['bytes changed', (bytes) => bytes.fill(77), /its bytes were changed/],
  ])('notices %s', async (_, read, says) => expect(await run(read)).toMatch(says));

  it('needs sound files to be read', async () => {
    const error = await fuzz({ name: 'itself', sound: [Buffer.from('x')], named: 'x', most: 0, read: refusal('x') }).catch((e) => e);
    expect(error.message).toContain('sound file 0');
  });

  it('draws the same cases again, and many different ones', () => {
    const sound = [images(3), Buffer.from('12 34 56')];
    const cases = Array.from({ length: 300 }, (_, k) => damaged('a', k, sound).toString('latin1'));
    expect(damaged('a', 7, sound).toString('latin1')).toBe(cases[7]);
    expect(new Set(cases).size).toBeGreaterThan(250);
    expect(cases.filter((text) => text === sound[0].toString('latin1')).length).toBeLessThan(10);
  });

  it('leaves arrays as they were', async () => {
    const [before, alloc] = [Uint8Array, Buffer.alloc];
    expect(await largestAllocation(async () => [new Float64Array(4), Uint8Array.from([1, 2]), new ArrayBuffer(40)])).toBe(40);
    expect([Uint8Array, Buffer.alloc]).toEqual([before, alloc]);
  });
});

describe('IDX', () => {
  it.each([
    ['plain', 'file', plain, plain],
    ['gzipped, then damaged', 'file.gz', gzip, plain],
    ['damaged, then gzipped', 'file.gz', plain, gzip],
  ])('%s: values as stated, or a refusal that names file and byte', async (kind, name, packed, written) => {
    const path = join(folder, name);
    const sound = [images(5, 3, 4), labels(20), idxBytes([2, 1, 3, 2], [...Buffer.alloc(12, 9)])].map((bytes) => packed(bytes));
    const { read, refused } = await fuzz({
      name: `idx ${kind}`,
      sound,
      named: path,
      // A file of some hundred bytes could hold a thousand times as many, gzipped; streams ask for a quarter of a megabyte.
      most: 1032 * 400,
      read(bytes) {
        writeFileSync(path, written(bytes));
        return readIdx(path);
      },
      check: ({ dimensions, values }) => expect(values.length).toBe(dimensions.reduce((a, b) => a * b, 1)),
    });
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
  });
});

it("the book's JSON: finite parameters for its sizes, or a refusal", async () => {
  const sound = [
    '{"sizes": [3, 2, 1], "weights": [[[0.5, -1.0, 2.25], [0.001, -0.0, -4e21]], [[3.0, -0.125]]], "biases": [[[0.1], [0.2]], [[-0.3]]], "cost": "CrossEntropyCost"}',
    '{"cost":"QuadraticCost","biases":[[[1],[2]]],"weights":[[[1e3],[7]]],"sizes":[1,2]}',
  ].map((text) => Buffer.from(text));
  const { read, refused } = await fuzz({
    name: 'book json',
    sound,
    named: 'net.json',
    most: 4 * 600,
    read: (bytes) => decodeBookJson('net.json', bytes),
    check({ network, parameters }) {
      expect(parameters.length).toBe(layoutOf(network.layers).parameters);
      expect(parameters.every(Number.isFinite)).toBe(true);
    },
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
});

/** Grey levels of a picture of its size; its memory is a small multiple of what the file holds. */
const SOUND_PICTURE = ({ width, height, values }: Picture): void => expect(values.length).toBe(width * height);
const LEVELS = Array.from({ length: 35 }, (_, k) => 7 * k);

/** The same file with the checksums that its chunks should have, as far as there are chunks. */
function mended(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}

describe('PNG', () => {
  const palette = Array.from({ length: 16 }, (_, k) => [k, 2 * k, 3 * k]);
  const sound = [
    greyPng(5, 7, LEVELS),
    pngBytes({ width: 7, height: 5, depth: 4, colours: 3, pixels: LEVELS.map((v) => [v % 16]), palette, transparency: [0, 9], interlaced: true }),
    pngBytes({ width: 5, height: 7, depth: 16, colours: 6, pixels: LEVELS.map((v) => [v, 257 * v, 9 * v, 300 * v]), split: 2 }),
    pngBytes({ width: 35, height: 1, depth: 1, colours: 0, pixels: LEVELS.map((v) => [v % 2]), transparency: [0, 1] }),
  ];
  it.each([
    ['as it is', plain],
    ['with checksums mended', mended],
  ])('%s: a picture, or a refusal', async (kind, written) => {
    const { read, refused } = await fuzz({
      name: `png ${kind}`,
      sound,
      named: 'a.png: byte ',
      most: 2 ** 17,
      read: (bytes) => readPng('a.png', written(bytes)),
      check: SOUND_PICTURE,
    });
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
  });
});

it('JPEG: a picture, or a refusal', async () => {
  const { encode } = createRequire(import.meta.url)('jpeg-js') as typeof import('jpeg-js');
  const jpeg = (width: number, height: number): Buffer =>
    encode({ width, height, data: Uint8Array.from({ length: 4 * width * height }, (_, k) => (7 * k) % 256) }, 60).data;
  const { read, refused } = await fuzz({
    name: 'jpeg',
    sound: [jpeg(5, 7), withSegment(jpeg(17, 9), 0xe1, Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0', 'latin1'))],
    named: 'a.jpg: byte ',
    // A block of 64 coefficients for each bit of the file, and all that is made of them.
    most: 2 ** 20,
    read: (bytes) => readJpeg('a.jpg', bytes),
    check: SOUND_PICTURE,
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(FUZZ_CASES / 4);
});

it('PGM: a picture, or a refusal', async () => {
  const words = Buffer.from('P2 # levels\n5 2 # size\n31\n0 1 2 3 31\n9 8 7 6 5\n');
  const { read, refused } = await fuzz({
    name: 'pgm',
    sound: [greyPgm(5, 7, LEVELS), words, Buffer.from('P5 2 1 1000 \x01\x02\x03\x04', 'latin1')],
    named: 'a.pgm: byte ',
    most: 2 ** 10,
    read: (bytes) => readPgm('a.pgm', bytes),
    check: SOUND_PICTURE,
  });
  expect(read).toBeGreaterThan(FUZZ_CASES / 50);
  expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
});

it('CSV: numbers of whole rows, or a refusal', async () => {
  const sound = ['label,a,b,c\n1,2.5,3,4e2\n0,-1,"2",3\n', '7;1;2;3\r\n8;4;5;6\r\n', '\ufeff1\t2\t3\t4'].map((text) => Buffer.from(text));
  const { read, refused } = await fuzz({
    name: 'csv',
    sound,
    named: 'a.csv: ',
    // Its first call loads csv-parse.
    most: 2 ** 16,
    read: (bytes) => readCsv('a.csv', bytes, { inputs: 3, header: 'auto', label: 'first', bytes: false, classes: 65_536, transpose: false }),
    check({ values, labels: classes }) {
      expect(values.length).toBe(3 * (classes?.length ?? 0));
      expect(values.every(Number.isFinite)).toBe(true);
      expect(classes?.every((label) => Number.isInteger(label) && label >= 0 && label < 65_536)).toBe(true);
    },
  });
  expect(read).toBeGreaterThan(FUZZ_CASES / 50);
  expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
});

it('files of any kind, told apart by their first bytes: samples of the size wanted, or a refusal', async () => {
  const values = [3, 0, 1, 0, 224, 2, 0, 5, 0];
  const rows = Buffer.from(`${values.join(',')}\n${values.join(',')}\n`);
  const sound = [greyPng(3, 3, values), greyPgm(3, 3, values), idxBytes([2, 3, 3], [...values, ...values]), rows];
  const { read, refused } = await fuzz({
    name: 'any kind',
    sound: [...sound, ...sound.map(gzip)],
    named: 'file',
    most: 2 ** 17,
    read: (bytes) =>
      readSamplesFile('file', bytes, {
        inputs: 9,
        header: 'auto',
        label: 'none',
        invert: 'auto',
        fit: bytes.length % 2 === 0,
        bytes: true,
        classes: 10,
        transpose: bytes.length % 3 === 0,
      }),
    check: ({ values: found }) => expect(found.length % 9).toBe(0),
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(FUZZ_CASES / 2);
});
