// NumPy's files as tables: those that NumPy has written, value by value; the same pixels as the IDX files give; and files that are wrong
// in one way each, put together byte by byte.

import { appendFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readTables } from '#src/tables/formats.js';
import type { ReadingProgress } from '#src/tables/options.js';
import { fileSource, type Source, unchanged } from '#src/tables/source.js';
import { byteCellsFor, cellsFor } from '#src/tables/table.js';
import { largestAllocation } from '../support/fuzz.js';
import { idxBytes, temporaryFolder } from '../support/idx-folder.js';
import { byteArray, NUMPY_FILES, npyBytes, npyHeader, numpyFile, type ZipMember, zipBytes } from '../support/numpy-files.js';
import { kindsOf, namesOf, readBytes, rowsOf, TABLE_OPTIONS } from '../support/read-table.js';
import { refusal } from '../support/refused.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const decoded = (base64: string): Buffer => Buffer.from(base64, 'base64');
const { pixels, labels } = NUMPY_FILES;
/** Six samples to train on, three to test on, each with its label. */
const TRAINING = Array.from({ length: 6 }, (_, k) => [...pixels.slice(12 * k, 12 * (k + 1)), labels[k]]);
const TEST = Array.from({ length: 3 }, (_, k) => [...pixels.slice(12 * (k + 6), 12 * (k + 7)), labels[k + 6]]);

describe('arrays that NumPy has written', () => {
  it.each(NUMPY_FILES.numbers)('$dtype', async ({ file, values }) => {
    const { training } = await readBytes('a.npy', decoded(file));
    const expected = values.map((value) => (typeof value === 'number' ? Math.fround(value) : value));
    expect(rowsOf(training)).toEqual([expected.slice(0, 3), expected.slice(3)]);
    expect([namesOf(training), training.named, training.place(1)]).toEqual([['1', '2', '3'], false, 'a.npy: row 2']);
  });

  it.each([0, 1, 2])('version %d + 1 of the format', async (k) => {
    expect(rowsOf((await readBytes('a.npy', decoded(NUMPY_FILES.versions[k]))).training)).toEqual([[0], [1], [2], [3]]);
  });

  it('in the order of Fortran, also pictures', async () => {
    const { file, flat } = NUMPY_FILES.fortran;
    const { training } = await readBytes('a.npy', decoded(file));
    expect(rowsOf(training)).toEqual([0, 36].map((first) => Array.from({ length: 36 }, (_, k) => first + k)));
    expect(training.picture).toEqual({ first: 0, width: 4, height: 3, channels: 3 });
    expect(rowsOf((await readBytes('a.npy', decoded(flat))).training)).toEqual([0, 4, 8].map((first) => [0, 1, 2, 3].map((k) => first + k)));
  });

  it('texts are words, in the order of their code units', async () => {
    const { unicode, bytes, big } = NUMPY_FILES.words;
    const { training } = await readBytes('a.npy', decoded(unicode));
    expect(rowsOf(training)).toEqual([
      ['b', 'a'],
      ['', 'é\u{1d11e}'],
    ]);
    expect(training.columns.map(({ words }) => words)).toEqual([
      ['', 'b'],
      ['a', 'é\u{1d11e}'],
    ]);
    expect(rowsOf((await readBytes('a.npy', decoded(bytes))).training)).toEqual([['no'], ['yes'], ['no']]);
    expect(rowsOf((await readBytes('a.npy', decoded(big))).training)).toEqual([['q'], ['p']]);
  });

  it('named fields are columns; lists and fields within them too', async () => {
    const { training } = await readBytes('a.npy', numpyFile('records'));
    expect(namesOf(training)).toEqual(['age', 'name', 'code', 'well', 'px[1]', 'px[2]', 'px[3]', 'px[4]', 'day', 'in.a', 'in.b']);
    expect(kindsOf(training).slice(0, 4)).toEqual(['number', 'words', 'words', 'boolean']);
    expect(training.columns[8]).toEqual({ name: 'day', kind: 'date', example: '2020-01-02T00:00:00.000Z' });
    expect(rowsOf(training)[1]).toEqual([-2, 'b', 'yy', false, 4, 5, 6, 7, null, 2, null]);
    expect(namesOf((await readBytes('a.npy', numpyFile('padded'))).training)).toEqual(['a', 'b']);
  });

  it.each([
    ['objects', /^a\.npy: the elements are of type '\|O': Python objects .* a\.astype\('float32'\)/],
    ['complex', /^a\.npy: the elements are of type '<c16': complex numbers .*a\.real/],
  ])('%s are refused with what to do in NumPy', async (name, says) => {
    expect(await refusal(() => readBytes('a.npy', numpyFile(name)))).toMatch(says);
  });
});

describe('archives that NumPy has written', () => {
  it.each(['keras', 'compressed', 'ordered', 'sklearn'])('%s: training and test, pixels as bytes, labels last', async (name) => {
    const { training, test, validation } = await readBytes('m.npz', numpyFile(name));
    expect(rowsOf(training)).toEqual(TRAINING);
    expect(rowsOf(test as never)).toEqual(TEST);
    expect(validation).toBeUndefined();
    for (const table of [training, test]) {
      expect(table?.cells).toBeInstanceOf(Uint8Array);
      expect(table).toMatchObject({ name: 'm.npz', targets: 1, picture: { first: 0, width: 3, height: 4, channels: 1 } });
      expect(table?.columns.at(-1)).toEqual({ name: 'label', kind: 'number' });
    }
    expect(training.place(4)).toMatch(/^m\.npz: \w+: row 5$/);
  });

  it('the same from the disk, gzipped too, and piece by piece', async () => {
    for (const [name, bytes] of [
      ['m.npz', numpyFile('compressed')],
      ['m.npz.gz', gzipSync(numpyFile('keras'))],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      expect(rowsOf((await readTables(fileSource(path), TABLE_OPTIONS)).training)).toEqual(TRAINING);
    }
  });

  it('classes one-hot become numbers, and whole floats bytes', async () => {
    const { training } = await readBytes('m.npz', numpyFile('one hot'));
    expect(rowsOf(training)).toEqual([...TRAINING, ...TEST]);
    expect(training.cells).toBeInstanceOf(Uint8Array);
  });

  it('colours of a pixel stand side by side, whether they came first or last', async () => {
    const [first, last] = [await readBytes('c.npz', numpyFile('channels first')), await readBytes('c.npz', numpyFile('channels last'))];
    const values = rowsOf(last.training);
    expect(rowsOf(first.training)).toEqual(values.map((row, k) => [...row.slice(0, -1), ['cat', 'dog'][k]]));
    expect(values.map((row) => row.at(-1))).toEqual([1, 0]);
    expect([first, last].map(({ training }) => training.picture)).toEqual(Array(2).fill({ first: 0, width: 4, height: 2, channels: 3 }));
    const turned = rowsOf((await readBytes('c.npz', numpyFile('channels first'), { transpose: true })).training);
    const column = (at: number): number => 3 * (4 * (at % 2) + Math.floor(at / 2));
    for (let at = 0; at < 8; at++) expect(turned[0].slice(3 * at, 3 * at + 3)).toEqual(values[0].slice(column(at), column(at) + 3));
  });

  it('targets that are numbers stay numbers', async () => {
    const { training } = await readBytes('r.npz', numpyFile('regression'));
    expect([namesOf(training).slice(-2), training.targets]).toEqual([['label[1]', 'label[2]'], 2]);
    expect(rowsOf(training)[8].slice(-2)).toEqual([Math.fround(16 / 17), 1]);
  });

  it('names of classes beside are passed over', async () => {
    expect(rowsOf((await readBytes('m.npz', numpyFile('names beside'))).training)).toHaveLength(9);
  });

  it.each([
    ['unknown', /^m\.npz: expected arrays such as x_train and y_train, got 'foo' \(3 × 4\), 'bar' \(7\)\.$/],
    ['lengths', /^m\.npz: 'x_train' has 9 × 4 × 3 values, and 'y_train' 5: not as many samples\.$/],
    ['weights', /^m\.npz: 'w' has as many values as there are samples, .* got 'w' \(9\), 'x_train' \(9 × 4 × 3\), 'y_train' \(9\)/],
  ])('%s: what was understood is said', async (name, says) => {
    expect(await refusal(() => readBytes('m.npz', numpyFile(name)))).toMatch(says);
  });
});

it('the same pixels give the same bytes as NPZ, as IDX and as JSON Lines', async () => {
  const [images, classes] = [join(folder, 'train-images-idx3-ubyte'), join(folder, 'train-labels-idx1-ubyte')];
  writeFileSync(images, idxBytes([6, 4, 3], pixels.slice(0, 72)));
  writeFileSync(classes, idxBytes([6], labels.slice(0, 6)));
  const lines = TRAINING.map((row) => `${JSON.stringify({ label: row.at(-1), pixels: row.slice(0, -1) })}\n`).join('');
  const npz = (await readBytes('m.npz', numpyFile('compressed'))).training;
  const idx = (await readTables(fileSource(images), TABLE_OPTIONS)).training;
  const json = (await readBytes('m.jsonl', lines)).training;
  expect(Buffer.from(idx.cells).equals(Buffer.from(npz.cells))).toBe(true);
  expect(idx.cells).toBeInstanceOf(Uint8Array);
  expect([idx.picture, idx.targets, namesOf(idx).at(-1)]).toEqual([npz.picture, 1, 'label']);
  expect(rowsOf(json).map(([label, ...rest]) => [...rest, label])).toEqual(rowsOf(npz));
  expect(json.cells).toBeInstanceOf(Uint8Array);
});

describe('names and shapes of arrays', () => {
  const archive = (shapes: Readonly<Record<string, readonly number[]>>): Buffer =>
    zipBytes(
      Object.entries(shapes).map(([name, shape]) => ({
        name: `${name}.npy`,
        bytes: byteArray(shape, new Uint8Array(shape.reduce((a, b) => a * b, 1))),
      })),
    );

  it.each<[Record<string, number[]>, string]>([
    [{ X: [4, 3], y: [4] }, 'training 4 + 1'],
    [{ data: [4, 3], target: [4, 1] }, 'training 4 + 1'],
    [{ images: [4, 2, 2], labels: [4] }, 'training 4 + 1'],
    [{ X_train: [4, 3], X_test: [2, 3], y_train: [4], y_test: [2] }, 'training 4 + 1, test 2 + 1'],
    [
      { train_images: [4, 3], train_labels: [4], val_images: [2, 3], val_labels: [2], test_images: [1, 3], test_labels: [1] },
      'training 4 + 1, validation 2 + 1, test 1 + 1',
    ],
    [{ x_train: [4, 3], y_train: [4], x_valid: [2, 3], y_valid: [2] }, 'training 4 + 1, validation 2 + 1'],
    [{ trainX: [4, 3], trainY: [4], 'test-x': [2, 3], 'test-y': [2] }, 'training 4 + 1, test 2 + 1'],
    [{ xtrain: [4, 3], ytrain: [4] }, 'training 4 + 1'],
    [{ X: [4, 3], y: [4], X_test: [2, 3] }, 'training 4 + 1, test 2 + 0'],
    [{ foo: [4, 3] }, 'training 4 + 0'],
    [{ arr_0: [4, 3] }, 'training 4 + 0'],
    [{ arr_1: [4], arr_0: [4, 3] }, 'training 4 + 1'],
    [{ arr_0: [4, 3], arr_1: [4], arr_2: [2, 3], arr_3: [2], arr_4: [1, 3], arr_5: [1] }, 'training 4 + 1, validation 2 + 1, test 1 + 1'],
    [{ arr_0: [4, 3], arr_1: [4, 3] }, 'expected arrays such as x_train and y_train'],
    [{ arr_0: [4, 3], arr_1: [5] }, 'expected arrays such as x_train and y_train'],
    [{ arr_0: [4, 3], arr_1: [4], arr_2: [4] }, 'expected arrays such as x_train and y_train'],
    [{ x_test: [4, 3], y_test: [4] }, 'expected arrays such as x_train and y_train'],
    [{ y: [4], foo: [4, 3] }, "there is 'y', and no inputs beside it"],
    [{ x: [4, 3], images: [4, 3] }, "both 'x' and 'images' are the inputs of training"],
    [{ x_train: [4, 3], y_train: [4], x_test: [4, 2], y_test: [4] }, "'x_train' has 4 × 3 values, and 'x_test' 4 × 2: samples of another size"],
    [{ x_train: [4, 3], y_train: [4, 2], x_test: [4, 3], y_test: [4] }, 'targets of 2 values in one split, and of 1 in another'],
  ])('%j: %s', async (shapes, says) => {
    const told = readBytes('m.npz', archive(shapes)).then(
      (tables) =>
        Object.entries(tables)
          .map(([split, { rows, targets = 0 }]) => `${split} ${rows} + ${targets}`)
          .join(', '),
      (error: Error) => error.message,
    );
    expect(await told).toContain(says);
  });
});

const SOUND = byteArray([2, 3], [1, 2, 3, 4, 5, 6]);
const floats = (values: readonly number[], shape = `(${values.length},)`): Buffer =>
  npyBytes(npyHeader("'<f8'", shape), new Uint8Array(Float64Array.from(values).buffer));

describe('an array that is refused:', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['cut short in its signature', SOUND.subarray(0, 7), /a\.npy: the file ends inside its header/],
    ['cut short in its header', SOUND.subarray(0, 30), /the file ends inside its header of 61 bytes/],
    ['cut short in its values', SOUND.subarray(0, -1), /the header states 2 × 3 values, more than this file can hold/],
    ['with more behind it', Buffer.concat([SOUND, Buffer.from('x')]), /states 2 × 3 values, but the file goes on after them/],
    ['of another version', Buffer.from(SOUND).fill(9, 6, 7), /version 9 of the format; 1 to 3/],
    ['with a header of another language', npyBytes('{"shape": [2]}', new Uint8Array(2)), /the header is damaged: expected descr, .* got '\{"shape"/],
    ['with a size below 0', npyBytes(npyHeader("'|u1'", '(-2,)'), new Uint8Array(2)), /header is damaged/],
    [
      'with sizes that memory would hold',
      npyBytes(npyHeader("'<f8'", '(10000, 1000)'), new Uint8Array(2)),
      /10000 × 1000 values, more than this file can hold/,
    ],
    ['with sizes beyond all', npyBytes(npyHeader("'<f8'", '(4294967296, 4294967296)'), new Uint8Array(2)), /more than this file can hold/],
    ['with a header beyond all', npyBytes(`{${' '.repeat(1 << 20)}}`, new Uint8Array(2), 2), /a header of 1,048,579 bytes; 1,048,576 can be read/],
    ['of one value', npyBytes(npyHeader("'|u1'", '()'), new Uint8Array(1)), /a single value; expected an array/],
    ['of none', npyBytes(npyHeader("'|u1'", '(0, 3)'), new Uint8Array(0)), /0 × 3 values: there are no samples/],
    ['of rows too long', npyBytes(npyHeader("'|u1'", '(1, 1048577)'), new Uint8Array(1048577)), /samples of 1,048,577 values; 1,048,576 can be read/],
    ['of a type that is none', npyBytes(npyHeader("'<q8'", '(1,)'), new Uint8Array(8)), /type '<q8'/],
    ['of long doubles', npyBytes(npyHeader("'<f16'", '(1,)'), new Uint8Array(16)), /type '<f16': .*astype\('float32'\)/],
    ['with infinity', floats([1, 2, 3, -1 / 0], '(2, 2)'), /a\.npy: row 2, column 2: expected a number that float32 can hold, got -Infinity/],
    ['beyond float32', floats([1e39]), /row 1, column 1: .* got 1e\+39/],
    [
      'with two fields of one name',
      npyBytes(npyHeader("[('a', '|u1'), ('a', '|u1')]", '(1,)'), new Uint8Array(2)),
      /columns 1 and 2 are both called 'a'/,
    ],
    [
      'with infinity in a field',
      npyBytes(npyHeader("[('a', '|u1'), ('b', '<f4')]", '(1,)'), new Uint8Array([1, 0, 0, 0x80, 0x7f])),
      /row 1, column 2 \('b'\): .*'Infinity'/,
    ],
  ])('%s', async (_, bytes, says) => {
    let message = '';
    const asked = await largestAllocation(async () => {
      message = await refusal(() => readBytes('a.npy', bytes));
    });
    expect(message).toMatch(says);
    expect(asked).toBeLessThan(4e6);
  });

  it('that is no picture where it is to be transposed', async () => {
    expect(await refusal(() => readBytes('a.npy', SOUND, { transpose: true }))).toContain('samples of 3 are no pictures');
  });
});

describe('an archive that is refused:', () => {
  const x = { name: 'x.npy', bytes: byteArray([4, 3], new Uint8Array(12)) };
  const y = { name: 'y.npy', bytes: byteArray([4], new Uint8Array(4)) };
  const sound = zipBytes([x, y]);
  const changedX = (change: Partial<ZipMember>): Buffer => zipBytes([{ ...x, ...change }, y]);
  const bomb = byteArray([10_000, 1000], new Uint8Array(1e7));

  it.each<[string, Uint8Array, RegExp]>([
    ['cut short', sound.subarray(0, -30), /m\.npz: this ZIP archive has no end: it is cut short/],
    ['with something behind it', Buffer.concat([sound, Buffer.from('x')]), /has no end/],
    ['without its middle', Buffer.concat([sound.subarray(0, 100), sound.subarray(150)]), /directory of this ZIP archive should end at byte/],
    [
      'with a directory that is damaged',
      Buffer.from(sound).fill(0, sound.length - 60, sound.length - 40),
      /directory of this ZIP archive is damaged|more than there is room for/,
    ],
    ['with another checksum', changedX({ says: { crc: 1 } }), /'x\.npy' in it has another checksum/],
    ['encrypted', changedX({ says: { flags: 1 } }), /'x\.npy' in it is encrypted/],
    ['packed in another way', changedX({ says: { method: 14 } }), /'x\.npy' in it is packed with LZMA/],
    ['that states less than it unpacks to', changedX({ deflated: true, says: { size: 80 } }), /more than this file can hold|unpacks to more/],
    [
      'that states more than deflate can make',
      changedX({ deflated: true, says: { size: 1e8 } }),
      /states 100,000,000 bytes, more than can be packed into/,
    ],
    [
      'that states more than its header does',
      changedX({ deflated: true, says: { size: 200 } }),
      /'x' in it: the header states 4 × 3 values, but \d+ bytes follow them/,
    ],
    [
      'with entries in each other',
      zipBytes([x, { ...y, says: { at: 0, packed: x.bytes.length, size: x.bytes.length } }]),
      /more than there is room for/,
    ],
    [
      'with an array cut short',
      zipBytes([{ ...x, bytes: x.bytes.subarray(0, -1) }, y]),
      /'x' in it: the header states 4 × 3 values, more than this file can hold/,
    ],
    ['with what is no array', zipBytes([{ ...x, bytes: Buffer.from('hello world') }, y]), /'x' in it: this is no NumPy array/],
    [
      'a bomb that unpacks to more than it states',
      zipBytes([{ name: 'x.npy', bytes: bomb, deflated: true, says: { size: 90 } }]),
      /'x\.npy' in it unpacks to more than the 90 bytes/,
    ],
    [
      'with deflate that is damaged',
      zipBytes([{ ...x, bytes: Buffer.alloc(90, 0xff), says: { method: 8 } }, y]),
      /'x\.npy' in it cannot be unpacked/,
    ],
  ])('%s', async (_, bytes, says) => {
    let message = '';
    const asked = await largestAllocation(async () => {
      message = await refusal(() => readBytes('m.npz', bytes));
    });
    expect(message).toMatch(says);
    expect(asked).toBeLessThan(1 << 20);
  });

  it('sizes and places of 64 bits are read', async () => {
    expect((await readBytes('m.npz', changedX({ wide: true }))).training.rows).toBe(4);
  });

  it('archives of anything else are said to be that', async () => {
    const xlsx = zipBytes([{ name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') }]);
    expect(await refusal(() => readBytes('m.xlsx', xlsx))).toMatch(/this is an Excel workbook, .*Save a sheet of it as CSV\.$/);
    expect(await refusal(() => readBytes('m.zip', zipBytes([{ name: 'a.txt', bytes: Buffer.from('a') }])))).toContain('this is a ZIP archive;');
  });
});

it.each([
  ['NPY', 'a.npy', byteArray([2, 2], [1, 2, 3, 4])],
  ['NPZ', 'm.npz', numpyFile('compressed')],
  ['IDX', 'a.idx', idxBytes([2, 2], [1, 2, 3, 4])],
  ['JSON', 'a.json', Buffer.from('[1]\n'.repeat(4096))],
])('%s: who asked is told how far it is, and can give up', async (_, name, bytes) => {
  const told: ReadingProgress[] = [];
  await readBytes(name, bytes, { progress: (at) => told.push(at) });
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ file, done, of = done }) => file.startsWith(name) && done <= of)).toBe(true);
  await expect(readBytes(name, bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

it('what does not fit into memory is refused with both numbers, before it is taken', () => {
  for (const take of [cellsFor, byteCellsFor]) {
    expect(() => take(2 ** 31 - 1, 2 ** 20)).toThrow(/^2,147,483,647 rows of 1048576 columns take [\d,]+ MB; [\d,]+ MB (this machine has|is left)/);
  }
});

describe('a file that changes while it is read', () => {
  const path = join(folder, 'changing.npy');
  const source = (): Source => fileSource(path);

  it.each<[string, () => void]>([
    ['is longer', () => appendFileSync(path, 'x')],
    ['has another time', () => utimesSync(path, new Date(0), new Date(0))],
    [
      'is another',
      () => {
        rmSync(path);
        writeFileSync(path, SOUND);
      },
    ],
    ['is gone', () => rmSync(path)],
  ])('%s: refused, whether it could be read or not', async (_, change) => {
    for (const end of ['read', 'fails']) {
      writeFileSync(path, SOUND);
      const message = await refusal(() =>
        unchanged(source(), async () => {
          change();
          if (end === 'fails') throw new Error('damaged');
        }),
      );
      expect(message).toBe(`${path}: the file has changed while it was read. Read it again when nothing writes to it.`);
    }
  });

  it('reading a file itself does not change it', async () => {
    writeFileSync(path, SOUND);
    expect(rowsOf((await readTables(source(), TABLE_OPTIONS)).training)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('formats of all kinds are looked at twice', async () => {
    writeFileSync(path, SOUND);
    const changing: Source = {
      ...source(),
      stream: (wanted) => {
        const stream = source().stream(wanted);
        utimesSync(path, new Date(0), new Date(0));
        return stream;
      },
    };
    expect(await refusal(() => readTables(changing, TABLE_OPTIONS))).toContain('has changed while it was read');
  });
});
