// Readers of arrays and rows under fuzzing (see fuzz.ts): NPY, NPZ, IDX and JSON. Each case is a table whose cells are as many as it
// states and none infinite, or a refusal that names the file; and no memory is asked for that the file could not fill.
// @module-tag longer

import { expect, it } from 'vitest';
import { MOST_COLUMNS, type Table, type Tables } from '#src/tables/table.js';
import { type FuzzOptions, fuzz } from '../support/fuzz.js';
import { idxBytes } from '../support/idx-folder.js';
import { byteArray, NUMPY_FILES, npyBytes, npyHeader, numpyFile, zipBytes } from '../support/numpy-files.js';
import { readBytes } from '../support/read-table.js';
import { SLOW } from '../support/slow.js';

const CASES = SLOW ? 10_000 : 250;
/** A block of the CSV reader, which meets what is damaged beyond its own kind; and more than the pieces in which deflate unpacks. */
const MOST = 2 ** 20;

const decoded = (base64: string): Buffer => Buffer.from(base64, 'base64');

function checkTables(tables: Tables): void {
  for (const { rows, columns, cells, picture } of Object.values(tables) as Table[]) {
    expect(cells.length).toBe(rows * columns.length);
    expect(rows).toBeGreaterThan(0);
    expect(columns.length).toBeLessThanOrEqual(MOST_COLUMNS + 1);
    expect(cells.some((cell: number) => cell === Number.POSITIVE_INFINITY || cell === Number.NEGATIVE_INFINITY)).toBe(false);
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    for (const [k, { kind, words = [] }] of columns.entries()) {
      for (let at = k; at < cells.length; at += columns.length) {
        const cell = cells[at];
        if (Number.isNaN(cell)) continue;
        if (kind === 'words') expect(words[cell]).toBeTypeOf('string');
        else if (kind === 'boolean') expect([0, 1]).toContain(cell);
      }
    }
    if (picture) expect(picture.first + picture.width * picture.height * picture.channels).toBeLessThanOrEqual(columns.length);
  }
}

/** Damaged arrays in sound archives: checksums and sizes agree. */
const zipped = (bytes: Buffer): Buffer =>
  zipBytes([
    { name: 'x.npy', bytes, deflated: true },
    { name: 'y.npy', bytes: byteArray([4], [0, 1, 1, 0]) },
  ]);

const ARRAYS = [
  byteArray([4, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  decoded(NUMPY_FILES.numbers[19].file),
  decoded(NUMPY_FILES.fortran.flat),
  decoded(NUMPY_FILES.words.unicode),
  numpyFile('records'),
  npyBytes(npyHeader("'>f8'", '(4, 2, 2)', 'True'), new Uint8Array(Float64Array.from({ length: 16 }, (_, k) => k).buffer)),
];

const LINES = '{"a":1,"b":"x","c":[1,2]}\n{"c":[3,4.5],"a":-2e3,"b":null}\n{"a":NaN,"b":"\\u00e9]"}\n';
const LIST = '[{"a":1,"b":true},\n {"b":false,\n"a":-0.5}]';
const BRAIN = '{"input":{"r":0.5},"output":{"p":1}}\n{"input":{"g":1},"output":{"q":1}}';

const SUITES: readonly (Pick<FuzzOptions<Tables>, 'name' | 'sound'> & { readonly file: string; readonly written?: (bytes: Buffer) => Buffer })[] = [
  { name: 'npy', file: 'a.npy', sound: ARRAYS },
  { name: 'npz', file: 'm.npz', sound: ['keras', 'compressed', 'channels first', 'one hot'].map(numpyFile) },
  { name: 'arrays in npz', file: 'm.npz', sound: [ARRAYS[0], ARRAYS[5]], written: zipped },
  {
    name: 'idx table',
    file: 'a.idx',
    sound: [
      idxBytes([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      idxBytes([3, 1], new Uint8Array(12), 0x0d),
      idxBytes([2], new Uint8Array(16), 0x0e),
    ],
  },
  { name: 'json', file: 'a.json', sound: [LINES, LIST, BRAIN, '[[1,2],[3,4]]', '[1,[2,3]]\n[4,[5,6]]\n'].map((text) => Buffer.from(text)) },
];

it.each(SUITES)('$name: tables, or refusals', async ({ name, sound, file, written = (bytes) => bytes }) => {
  const { read, refused } = await fuzz({
    name,
    sound,
    named: file,
    most: MOST,
    cases: CASES,
    read: (bytes) =>
      readBytes(file, written(bytes), { transpose: bytes.length % 5 === 0 && name !== 'json' && !sound.some((one) => one.length === bytes.length) }),
    check: checkTables,
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(CASES / 4);
});
