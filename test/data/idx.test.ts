// Folders of IDX files: what a sound one gives, plain and gzipped; a table of files that are broken in one way each, which
// must be refused with the file's name and the byte where it goes wrong; and fuzzing, where an independent reading of the
// bytes says whether a file is sound.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDataset } from '#src/data/load.js';
import { readSamplesFile } from '#src/data/samples-file.js';
import { isBadInput, NablaError } from '#src/errors.js';
import { Random } from '#src/random.js';
import { readIdx } from '#src/tables/idx/idx-file.js';
import { IDX_NAMES, type IdxPart, idxBytes, images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The error that a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<NablaError> {
  const error = await promise.then(
    (value) => expect.fail(`expected an error, got ${JSON.stringify(value)?.slice(0, 100)}`),
    (e) => e,
  );
  expect(error).toBeInstanceOf(NablaError);
  expect(error.code).toBe('BAD_DATA');
  expect(isBadInput(error)).toBe(true);
  return error;
}

describe.each([
  ['plain', false],
  ['gzipped', true],
])('a sound folder, %s', (_, gzipped) => {
  beforeEach(() => writeIdxFolder(folder, {}, gzipped));

  it('gives the bytes of its files, the last sixth of the training files kept back for validation', async () => {
    const data = await loadDataset(folder);
    expect(data).toMatchObject({ name: basename(folder), inputs: 6, classes: 4, scale: 1 / 255 });
    expect(data.training.values).toEqual(new Uint8Array(images(24).subarray(16, 16 + 20 * 6)));
    expect(data.validation.values).toEqual(new Uint8Array(images(24).subarray(16 + 20 * 6)));
    expect(data.test.values).toEqual(new Uint8Array(images(8, 3, 2, 100).subarray(16)));
    expect(Array.from(data.training.labels)).toEqual(Array.from({ length: 20 }, (_, k) => k % 4));
    expect(Array.from(data.validation.labels)).toEqual([0, 1, 2, 3]);
    expect(Array.from(data.test.labels)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  it.each([
    [0, 24],
    [1, 23],
    [23, 1],
  ])('keeps back as many as asked: validation %d leaves %d for training', async (validation, training) => {
    const data = await loadDataset(folder, { validation });
    expect([data.training, data.validation, data.test].map((s) => [s.labels.length, s.values.length])).toEqual([
      [training, 6 * training],
      [validation, 6 * validation],
      [8, 48],
    ]);
  });

  it.each([24, 25, -1, 1.5, Number.NaN])('refuses validation %d', async (validation) => {
    const error = await loadDataset(folder, { validation }).catch((e) => e);
    expect(error).toBeInstanceOf(RangeError);
    expect(isBadInput(error)).toBe(true);
    expect(error.message).toMatch(/^validation: expected .*, got /);
  });
});

describe('read in another way', () => {
  it('bytes keep their values, times another scale', async () => {
    writeIdxFolder(folder);
    const [usual, said] = [await loadDataset(folder), await loadDataset(folder, { scale: 1 })];
    expect(said).toEqual({ ...usual, scale: 1 });
    for (const scale of [0, -1, Number.NaN, '1']) await expect(loadDataset(folder, { scale: scale as number })).rejects.toThrow(/^scale: expected/);
  });

  it('rows and columns of every image are swapped', async () => {
    writeIdxFolder(folder);
    const [usual, turned] = [await loadDataset(folder), await loadDataset(folder, { transpose: true })];
    for (const split of ['training', 'validation', 'test'] as const) {
      const [from, to] = [usual[split].values, turned[split].values];
      expect(turned[split].labels).toEqual(usual[split].labels);
      // [3][2] becomes [2][3].
      const swapped = from.map((_, at) => from[6 * Math.floor(at / 6) + 2 * (at % 3) + (Math.floor(at / 3) % 2)]);
      expect(to).toEqual(swapped);
      expect(to).not.toEqual(from);
    }
  });

  it.each<[string, Partial<Record<IdxPart, Buffer>>, number]>([
    ['rows', { trainingImages: idxBytes([24, 6], new Uint8Array(144)) }, 2],
    ['colours', { testImages: idxBytes([8, 1, 2, 3], new Uint8Array(48)) }, 4],
  ])('%s are no pictures to be transposed', async (_, files, dimensions) => {
    writeIdxFolder(folder, files);
    expect((await loadDataset(folder)).inputs).toBe(6);
    const { message } = await failure(loadDataset(folder, { transpose: true }));
    expect(message).toMatch(new RegExp(`images-idx3-ubyte: byte 3: ${dimensions} dimensions; only pictures can be transposed`));
  });

  it("'mnist' is stored row by row", async () => {
    await expect(loadDataset('mnist', { transpose: true })).rejects.toThrow(/^transpose: expected a folder of IDX files as data/);
    await expect(loadDataset(folder, { transpose: 'yes' as never })).rejects.toThrow(/^transpose: expected true or false/);
  });
});

it('classes are counted over the labels of all files', async () => {
  writeIdxFolder(folder, { trainingLabels: labels(24, 3) });
  expect(await loadDataset(folder)).toMatchObject({ classes: 4, counted: 'labels are 0 to 3; sample 4 of t10k-labels-idx1-ubyte has the largest' });
  writeIdxFolder(folder);
  expect(await loadDataset(folder)).toMatchObject({ classes: 4, counted: 'labels are 0 to 3; sample 4 of train-labels-idx1-ubyte has the largest' });
});

it('takes at most 10,000 for validation by default', async () => {
  writeIdxFolder(folder, { trainingImages: images(66_000, 1, 2), trainingLabels: labels(66_000), testImages: images(8, 2, 1) });
  const data = await loadDataset(folder);
  expect([data.training.labels.length, data.validation.labels.length]).toEqual([56_000, 10_000]);
});

it.each([1, 2, 3, 4, 5, 8])('reads a file of %d dimensions', async (count) => {
  const dimensions = Array.from({ length: count }, (_, d) => (d % 3) + 2);
  const values = Uint8Array.from({ length: dimensions.reduce((a, b) => a * b, 1) }, (_, k) => (k * 31) % 256);
  writeFileSync(join(folder, 'file'), idxBytes(dimensions, values));
  expect(await readIdx(join(folder, 'file'))).toMatchObject({ dimensions, values });
});

const gz = (bytes: Buffer): Buffer => gzipSync(bytes);
const changed = (bytes: Buffer, at: number, to: number): Buffer => Buffer.from(bytes).fill(to, at, at + 1);
const extended = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from([1])]);

/** One broken file in an otherwise sound folder: which, its bytes (undefined: missing), the byte to be named, and what is said of it. */
const BROKEN: [what: string, part: IdxPart, bytes: Buffer | undefined, byte: number | undefined, says: RegExp][] = [
  ['an empty file', 'trainingImages', Buffer.alloc(0), 0, /expected an IDX file, got an empty file/],
  ['a magic number cut short', 'trainingLabels', labels(24).subarray(0, 3), 3, /ends inside its header/],
  ['sizes cut short', 'trainingImages', images(24).subarray(0, 13), 13, /ends inside its header of 16 bytes/],
  ['a header without data', 'trainingImages', images(24).subarray(0, 16), 16, /ends here.* 160 bytes in all/],
  ['data cut short by a byte', 'testImages', images(8).subarray(0, -1), 16 + 47, /ends here.* 64 bytes in all/],
  ['labels cut short', 'testLabels', labels(8).subarray(0, -3), 13, /ends here.* 16 bytes in all/],
  ['a byte after the end', 'trainingImages', extended(images(24)), 160, /24 × 3 × 2 values, but the file goes on/],
  ['a byte after the labels', 'testLabels', extended(labels(8)), 16, /goes on/],
  ['another magic number', 'trainingImages', changed(images(24), 0, 0x89), 0, /no IDX file/],
  ['another second byte', 'trainingImages', changed(images(24), 1, 1), 0, /no IDX file/],
  [
    'a type that is none',
    'trainingImages',
    changed(images(24), 2, 0x0a),
    2,
    /type 0xa; 0x08 \(unsigned bytes\), .* and 0x0E \(doubles\) can be read/,
  ],
  ['floats, a quarter of them', 'trainingImages', changed(images(24), 2, 0x0d), 160, /ends here, .* 24 × 3 × 2 values, 592 bytes/],
  ['no dimension', 'trainingImages', changed(images(24), 3, 0), 3, /0 dimensions/],
  ['nine dimensions', 'trainingImages', changed(images(24), 3, 9), 3, /9 dimensions; 1 to 8/],
  ['gzip in gzip', 'trainingImages', gz(gz(images(24))), 0, /expected an IDX file, got a gzip file in a gzip file\. Unpack it once/],
  ['labels in the place of images', 'trainingImages', labels(24), 3, /one dimension/],
  ['images in the place of labels', 'trainingLabels', images(24), 3, /3 dimensions/],
  ['too few labels', 'trainingLabels', labels(23), 4, /23 labels, but .*train-images-idx3-ubyte has 24 images/],
  ['too many test labels', 'testLabels', labels(9), 4, /9 labels, but .*t10k-images-idx3-ubyte has 8 images/],
  ['test images of another size', 'testImages', images(8, 3, 3), 8, /images of 9 pixels, but those of .*train-images-idx3-ubyte have 6/],
  ['no image', 'trainingImages', images(0), 4, /no values/],
  ['no test image', 'testImages', images(0), 4, /no values/],
  ['images without pixels', 'trainingImages', images(24, 0, 2), 4, /no values/],
  ['no labels', 'trainingLabels', labels(0), 4, /0 labels/],
  ['a huge header', 'trainingImages', idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []), 4, /4294967295 × 4294967295 × 4294967295 values/],
  ['no training images', 'trainingImages', undefined, undefined, /there is no train-images-idx3-ubyte in this folder, plain or gzipped \(\.gz\)/],
  ['no test labels', 'testLabels', undefined, undefined, /there is no t10k-labels-idx1-ubyte/],
];

/** Values of each type but bytes, as its files have them. */
const WIDER: [code: number, write: (view: DataView, at: number, value: number) => void, bytes: number, values: number[]][] = [
  [0x09, (view, at, value) => view.setInt8(at, value), 1, [-128, -1, 0, 127]],
  [0x0b, (view, at, value) => view.setInt16(at, value), 2, [-32_768, -1, 258, 32_767]],
  [0x0c, (view, at, value) => view.setInt32(at, value), 4, [-(2 ** 31), -2, 66_051, 2 ** 24]],
  [0x0d, (view, at, value) => view.setFloat32(at, value), 4, [-0.5, 1.25, 2 ** -140, 3e38]],
  [0x0e, (view, at, value) => view.setFloat64(at, value), 8, [-0.1, Math.PI, 1e-300, -3e38]],
];

/** The bytes of a file of any type. */
function typed(dimensions: readonly number[], [code, write, each]: (typeof WIDER)[number], values: readonly number[]): Buffer {
  const bytes = new Uint8Array(each * values.length);
  for (const [k, value] of values.entries()) write(new DataView(bytes.buffer), k * each, value);
  return idxBytes(dimensions, bytes, code);
}

describe('values of other types than bytes', () => {
  const cycled = (values: readonly number[], length: number): number[] => Array.from({ length }, (_, k) => values[k % values.length]);

  it.each(WIDER)('type %d: big-endian numbers become floats, in a folder as in a file', async (...type) => {
    const [, , , values] = type;
    writeFileSync(join(folder, 'file'), typed([2, 2], type, values));
    expect(await readIdx(join(folder, 'file'))).toMatchObject({ dimensions: [2, 2], values: Float32Array.from(values) });
    writeIdxFolder(folder, {
      trainingImages: typed([24, 3, 2], type, cycled(values, 144)),
      trainingLabels: typed([24], WIDER[1], cycled([0, 1, 2, 3], 24)),
      testImages: typed([8, 3, 2], type, cycled(values, 48)),
    });
    const data = await loadDataset(folder);
    expect(data).toMatchObject({ inputs: 6, classes: 4, scale: 1 });
    expect(data.test.values).toEqual(Float32Array.from(cycled(values, 48)));
    expect(Array.from(data.training.labels.subarray(0, 4))).toEqual([0, 1, 2, 3]);
    await expect(loadDataset(folder, { scale: 0.5 })).rejects.toThrow(/^scale: expected 1 for .*train-images-idx3-ubyte, whose values are no bytes/);
  });

  it.each<[string, Partial<Record<IdxPart, Buffer>>, RegExp]>([
    [
      'bytes beside floats',
      { testImages: typed([8, 3, 2], WIDER[3], cycled([1], 48)) },
      /t10k-images-idx3-ubyte: byte 2: .* 0x0D \(floats\), but those of .*train-images.* 0x08/,
    ],
    [
      'NaN',
      { trainingImages: typed([24, 3, 2], WIDER[3], cycled([1, 2, 3, 4, 5, Number.NaN], 144)) },
      /train-images-idx3-ubyte: image 1, value 6: expected a number, got NaN/,
    ],
    [
      'infinity',
      { trainingImages: typed([24, 3, 2], WIDER[3], cycled([1, 2, 3, 4, 5, 6, -1 / 0], 144)) },
      /byte 40: sample 2, value 1: .*float32 can hold, got -Infinity/,
    ],
    ['what is beyond float32', { testImages: typed([8, 3, 2], WIDER[4], cycled([1, 1e39], 48)) }, /byte 16: sample 1, value 2: .* got 1e\+39/],
    [
      'labels below 0',
      { trainingLabels: typed([24], WIDER[0], cycled([0, -1], 24)) },
      /train-labels-idx1-ubyte: label 2: expected a class, 0 to 65535, got -1/,
    ],
    ['labels that are fractions', { testLabels: typed([8], WIDER[3], cycled([0, 1, 0.5], 8)) }, /label 3: .* got 0\.5/],
    ['a value cut in two', { testImages: typed([8, 3, 2], WIDER[4], cycled([1], 48)).subarray(0, -3) }, /byte 397: the file ends here/],
  ])('%s is refused', async (_, files, says) => {
    writeIdxFolder(folder, files);
    expect((await failure(loadDataset(folder))).message).toMatch(says);
  });
});

describe('samples for a network that is trained already', () => {
  const asked = { inputs: 4, header: 'auto', label: 'none', invert: 'auto', fit: false, bytes: false, classes: 10, transpose: false } as const;
  const [floats] = WIDER.filter(([code]) => code === 0x0d);
  const file = typed([2, 2, 2], floats, [0.5, 1, 2, 3, 4, 5, 6, 7]);

  it('are rows where values are no bytes', async () => {
    const { values, labels: none } = await readSamplesFile('a', file, asked);
    expect([values, none]).toEqual([Float32Array.of(0.5, 1, 2, 3, 4, 5, 6, 7), undefined]);
    const turned = await readSamplesFile('a', file, { ...asked, transpose: true });
    expect(turned.values).toEqual(Float32Array.of(0.5, 2, 1, 3, 4, 6, 5, 7));
  });

  it.each<[string, Buffer, object, RegExp]>([
    ['other inputs', file, { inputs: 5 }, /a: byte 4: samples of 4 values, but the network has 5 inputs/],
    ['a network of bytes', file, { bytes: true }, /a: byte 2: the values are of type 0x0D \(floats\), but the network was trained on bytes/],
    ['NaN', typed([1, 4], floats, [1, 2, Number.NaN, 4]), {}, /a: image 1, value 3: expected a number, got NaN/],
  ])('%s: refused', async (_, bytes, changes, says) => {
    expect((await failure(readSamplesFile('a', bytes, { ...asked, ...changes }))).message).toMatch(says);
  });
});

describe('sets that are published with a name of their own', () => {
  const NAMES = Object.values(IDX_NAMES).map((name) => name.replace('t10k', 'test'));
  const writeSet = (set: string): void => {
    for (const [name, bytes] of [images(24), labels(24), images(8, 3, 2, 100), labels(8)].entries()) {
      writeFileSync(join(folder, `${set}-${NAMES[name]}.gz`), gz(bytes));
    }
  };

  it.each(['emnist-letters', 'qmnist', 'train-of-mine'])('%s: the same samples as under plain names', async (set) => {
    writeIdxFolder(join(folder, '.'));
    const plain = await loadDataset(folder, { transpose: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    writeSet(set);
    expect({ ...(await loadDataset(folder, { transpose: true })), counted: undefined }).toEqual({ ...plain, counted: undefined });
  });

  it('several in one folder are named', async () => {
    for (const set of ['emnist-letters', 'emnist-digits']) writeSet(set);
    expect((await failure(loadDataset(folder))).message).toBe(
      `${folder}: expected the files of one data set, got those of 2: 'emnist-digits' and 'emnist-letters'. Put the four files of one into a folder of their own.`,
    );
    writeIdxFolder(folder);
    expect((await failure(loadDataset(folder))).message).toContain("got those of 3: 'train-…' without a name, 'emnist-digits' and 'emnist-letters'.");
  });

  it('what is missing is named as the others are', async () => {
    writeSet('emnist-letters');
    rmSync(join(folder, `emnist-letters-${NAMES[3]}.gz`));
    expect((await failure(loadDataset(folder))).message).toContain('there is no emnist-letters-t10k-labels-idx1-ubyte in this folder');
  });

  it('other dimensions and types may stand in a name', async () => {
    const [wide, narrow] = [typed([24, 6], WIDER[3], Array(144).fill(0.5)), typed([8, 6], WIDER[3], Array(48).fill(0.5))];
    const files = {
      'train-images-idx2-float': wide,
      'train-labels-idx1-ubyte': labels(24),
      'test-images-idx2-float': narrow,
      'test-labels-idx1-ubyte': labels(8),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    expect(await loadDataset(folder)).toMatchObject({ inputs: 6, classes: 4, scale: 1 });
  });
});

describe('the four files', () => {
  const NAMES = Object.values(IDX_NAMES);
  const training = async (): Promise<number> => (await loadDataset(folder)).training.labels.length;

  it.each([
    ['gzipped under plain names', (name: string) => name, gz],
    ['plain under gzipped names', (name: string) => `${name}.gz`, (bytes: Buffer) => bytes],
    ['with a point in their names', (name: string) => name.replace('-idx', '.idx'), (bytes: Buffer) => bytes],
    ['each in a folder of its name', (name: string) => `${name}/${name}`, (bytes: Buffer) => bytes],
  ])('%s are read', async (_, named, packed) => {
    const sound = { [NAMES[0]]: images(24), [NAMES[1]]: labels(24), [NAMES[2]]: images(8), [NAMES[3]]: labels(8) };
    for (const [name, bytes] of Object.entries(sound)) {
      mkdirSync(dirname(join(folder, named(name))), { recursive: true });
      writeFileSync(join(folder, named(name)), packed(bytes));
    }
    expect(await training()).toBe(20);
  });

  it('that are missing are named at once, in one order', async () => {
    const says = "in this folder, plain or gzipped (.gz). Give --data a folder of IDX files, or 'mnist'.";
    expect((await failure(loadDataset(folder))).message).toBe(`${folder}: there is no ${NAMES.slice(0, 3).join(', ')} or ${NAMES[3]} ${says}`);
    writeIdxFolder(folder, { testImages: undefined, trainingLabels: undefined });
    expect((await failure(loadDataset(folder))).message).toBe(`${folder}: there is no ${NAMES[1]} or ${NAMES[2]} ${says}`);
  });

  it('are found for the user where torchvision keeps them', async () => {
    const raw = join(folder, 'MNIST', 'raw');
    mkdirSync(raw, { recursive: true });
    writeIdxFolder(raw, {}, true);
    expect((await failure(loadDataset(folder))).message).toMatch(`They are in ${raw}: give --data that.`);
  });

  it.each([
    ['a web page', '<!DOCTYPE html><p>not found</p>', 'an HTML page. A server'],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer'],
    ['an archive', 'PK\x03\x04\x14\0', 'a ZIP archive. Unpack it first.'],
  ])('%s in place of one is said to be that, gzipped or not', async (_, text, says) => {
    for (const bytes of [Buffer.from(text), gz(Buffer.from(text))]) {
      writeIdxFolder(folder, { testLabels: bytes });
      expect((await failure(loadDataset(folder))).message).toContain(`${NAMES[3]}: byte 0: expected an IDX file, got ${says}`);
    }
  });
});

describe('a broken folder is refused:', () => {
  it.each(BROKEN)('%s (%s)', async (_, part, bytes, byte, says) => {
    writeIdxFolder(folder, { [part]: bytes });
    const { message } = await failure(loadDataset(folder));
    expect(message).toContain(bytes ? join(folder, IDX_NAMES[part]) : folder);
    if (byte !== undefined) expect(message).toContain(`: byte ${byte}: `);
    expect(message).toMatch(says);
  });

  /** Broken .gz files; the byte is that of the unpacked data. */
  const BROKEN_GZ: [what: string, bytes: Buffer, byte: number | undefined][] = [
    ['an empty .gz', Buffer.alloc(0), 0],
    ['gzip cut short in its header', gz(images(24)).subarray(0, 7), 0],
    ['gzip cut short in its data', gz(images(24)).subarray(0, -20), undefined],
    ['gzip without its last byte', gz(images(24)).subarray(0, -1), undefined],
    ['gzip with a wrong checksum', changed(gz(images(24)), gz(images(24)).length - 7, 0), undefined],
    ['gzip of a file cut short', gz(images(24).subarray(0, -1)), 159],
    ['gzip of a file that goes on', gz(extended(images(24))), 160],
  ];

  it.each(BROKEN_GZ)('%s', async (_, bytes, byte) => {
    const file = `${IDX_NAMES.trainingImages}.gz`;
    writeIdxFolder(folder, { trainingImages: undefined });
    writeFileSync(join(folder, file), bytes);
    const { message } = await failure(loadDataset(folder));
    expect(message).toContain(join(folder, file));
    expect(message).toMatch(byte === undefined ? /: byte \d+: / : new RegExp(`: byte ${byte}: `));
  });

  it('a folder that is not there', async () => {
    expect((await failure(loadDataset(join(folder, 'no')))).message).toBe(
      `${join(folder, 'no')}: there is no such file or folder. Give --data a file of rows, a folder of IDX files or pictures, or 'mnist'.`,
    );
  });

  it('a folder in the place of a file', async () => {
    writeIdxFolder(folder, { testLabels: undefined });
    mkdirSync(join(folder, IDX_NAMES.testLabels));
    expect((await failure(loadDataset(folder))).message).toContain(join(folder, IDX_NAMES.testLabels));
  });
});

describe('a header that promises more than the file holds', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  it.each([
    ['plain', 'file'],
    ['gzipped', 'file.gz'],
  ])('takes no memory for it: %s', async (kind, name) => {
    const path = join(folder, name);
    const bytes = idxBytes([2 ** 31], [1, 2, 3]);
    writeFileSync(path, kind === 'plain' ? bytes : gz(bytes));
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const error = await failure(readIdx(path));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
    expect(error.message).toContain(`${path}: byte `);
  });
});

it('leaves no file open after a refusal', needs(process.platform === 'linux', 'only Linux tells open files in /proc'), async () => {
  const random = Random.stream(1, 'noise');
  const noise = Buffer.from(Uint8Array.from({ length: 600_000 }, () => random.next()));
  const files = { 'noise.gz': noise, 'cut.gz': gz(idxBytes([600_000], noise)).subarray(0, 300_000), noise, long: idxBytes([3], noise) };
  const open = (): string[] => readdirSync('/proc/self/fd');
  const before = open().length;
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, name), bytes);
    for (let k = 0; k < 10; k++) await failure(readIdx(join(folder, name)));
  }
  await expect.poll(() => open().length, { timeout: 5_000 }).toBeLessThan(before + 5);
});

/** What an independent reader makes of the bytes: dimensions and values, or undefined where they are no sound file. */
function soundly(bytes: Buffer): { dimensions: number[]; values: Uint8Array | Float32Array } | undefined {
  const { [bytes[2]]: size } = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 } as Record<number, number>;
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0 || size === undefined || bytes[3] < 1 || bytes[3] > 8) return undefined;
  const begin = 4 + 4 * bytes[3];
  if (bytes.length < begin) return undefined;
  const dimensions = Array.from({ length: bytes[3] }, (_, d) => bytes.readUInt32BE(4 + 4 * d));
  const stated = dimensions.reduce((product, one) => product * BigInt(one), BigInt(size));
  if (stated !== BigInt(bytes.length - begin)) return undefined;
  const values = new Uint8Array(bytes.subarray(begin));
  // Of wider ones, none is looked at: a damage to the type alone cannot make the length right.
  return { dimensions, values: bytes[2] === 8 ? values : Float32Array.from(new Int8Array(values.buffer)) };
}

/** Bytes flipped in a small file (half of them in its header), then cut or lengthened. */
const damage = fc.record({
  flips: fc.array(fc.tuple(fc.oneof(fc.nat(15), fc.nat(80)), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
  length: fc.option(fc.nat(100), { nil: undefined }),
});

describe('fuzzed files', () => {
  it.each([
    ['plain', 500],
    ['gzipped', 250],
  ])('are read as the header says, or refused: %s', async (kind, numRuns) => {
    const sound = kind === 'plain' ? images(5, 3, 4) : gz(images(5, 3, 4));
    const path = join(folder, kind === 'plain' ? 'file' : 'file.gz');
    let [read, refused] = [0, 0];
    const property = fc.asyncProperty(damage, async ({ flips, length }) => {
      const bytes = Buffer.concat([sound, Buffer.alloc(100)]).subarray(0, length ?? sound.length);
      for (const [at, by] of flips) if (at < bytes.length) bytes[at] ^= by;
      writeFileSync(path, bytes);
      const expected = kind === 'plain' ? soundly(bytes) : unpacked(bytes);
      if (expected) {
        expect(await readIdx(path)).toMatchObject(expected);
        read++;
      } else {
        expect((await failure(readIdx(path))).message).toMatch(/\/file(\.gz)?: byte \d+: ./);
        refused++;
      }
    });
    await fc.assert(property, { numRuns, examples: [[{ flips: [], length: undefined }], [{ flips: [], length: 3 }]] });
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(numRuns / 4);
  });

  function unpacked(bytes: Buffer): ReturnType<typeof soundly> {
    try {
      return soundly(gunzipSync(bytes));
    } catch {
      return undefined;
    }
  }
});
