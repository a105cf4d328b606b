// Parquet and folders of pictures under fuzzing (see fuzz.ts): each damaged file ends in a table that is sound or in a refusal that names
// it, and no more memory is asked for than the readers state.
// @module-tag longer

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readTables } from '#src/tables/formats.js';
import { readPictureFolder } from '#src/tables/pictures/read.js';
import { bytesSource } from '#src/tables/source.js';
import type { Tables } from '#src/tables/table.js';
import { fuzz } from '../support/fuzz.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { greyPgm, greyPng, pngBytes } from '../support/pictures.js';
import { SLOW } from '../support/slow.js';
import { PARQUET_FILES, parquetBytes, TABLE_OPTIONS } from '../support/tables.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASES = SLOW ? 10_000 : 120;

/** Cells for all rows, none infinite; words by number; pictures within the row. */
function expectSound({ training }: Tables): void {
  const { rows, columns, cells, picture } = training;
  expect(cells.length).toBe(rows * columns.length);
  if (cells instanceof Float32Array) expect(cells.some((cell) => Math.abs(cell) === Number.POSITIVE_INFINITY)).toBe(false);
  for (const [k, { words }] of columns.entries()) {
    if (!words) continue;
    expect(words).toEqual([...new Set(words)].sort());
    for (let row = 0; row < rows; row++) {
      const cell = cells[row * columns.length + k];
      expect(Number.isNaN(cell) || words[cell] !== undefined).toBe(true);
    }
  }
  if (picture) expect(picture.first + picture.width * picture.height * picture.channels).toBeLessThanOrEqual(columns.length);
}

const SOUND = [
  ...PARQUET_FILES.filter((name) => name.startsWith('few,')),
  'grey pictures',
  'mixed pictures',
  'photos as bytes',
  'pictures as bytes',
  'lists',
];

it('Parquet', async () => {
  const { read, refused } = await fuzz({
    name: 'parquet',
    sound: SOUND.map(parquetBytes),
    named: 'a.parquet: ',
    cases: CASES,
    // Sixteen million cells of what compresses well, in float32.
    most: 2 ** 26,
    read: (bytes) => readTables(bytesSource('a.parquet', Buffer.concat([Buffer.from('PAR1'), bytes.subarray(4)])), TABLE_OPTIONS),
    check: expectSound,
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(CASES / 2);
});

it('a folder of pictures', async () => {
  const { encode } = createRequire(import.meta.url)('jpeg-js') as typeof import('jpeg-js');
  const levels = Array.from({ length: 35 }, (_, k) => 7 * k);
  for (const name of ['a', 'b']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'a', '1.png'), greyPng(5, 7, levels));
  const { read, refused } = await fuzz({
    name: 'picture folder',
    sound: [
      greyPng(5, 7, levels),
      greyPgm(5, 7, levels),
      pngBytes({ width: 5, height: 7, depth: 8, colours: 6, pixels: levels.map((v) => [v, 255 - v, 9, v]) }),
      encode({ width: 5, height: 7, data: Uint8Array.from({ length: 140 }, (_, k) => (7 * k) % 256) }, 60).data,
    ],
    named: join(folder, 'b', '1.png: '),
    cases: CASES,
    most: 2 ** 20,
    read(bytes) {
      writeFileSync(join(folder, 'b', '1.png'), bytes);
      return readPictureFolder(folder, TABLE_OPTIONS);
    },
    check: expectSound,
  });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(CASES / 2);
});
