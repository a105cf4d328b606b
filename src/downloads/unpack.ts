// What is made of published files that nabla does not read as they are: the six divisions of EMNIST out of its ZIP archive, CSV files
// with a header out of scikit-learn's tables without one, and of the California districts the columns that scikit-learn computes.
// Each is a pure function of a file whose hash is right; who calls them writes what they give.

import { NablaError } from '../errors.js';
import { openParts } from '../system/file-parts.js';
import { readInput, readInputText, type Wanted } from '../system/input-file.js';
import { type ZipEntry, zipEntries } from '../system/zip.js';
import { printable } from '../text.js';
import type { Unpacked } from './public-set.js';
import { tarMember } from './tar.js';

const ARCHIVE: Wanted = { what: 'a ZIP archive', most: Number.POSITIVE_INFINITY };
/** Bytes of the longest table, packed or not: the districts have 2 MB. */
const MOST = 16_000_000;

/**
 * EMNIST's archive as a folder for each of its divisions, with the names that MNIST's files have. They stay gzipped, and hold their
 * images column by column, as they are published.
 */
export function* emnistFolders(path: string, parts: readonly string[], names: readonly string[]): Generator<Unpacked> {
  const archive = openParts(path, ARCHIVE);
  let listed: ReadonlySet<string>;
  try {
    listed = new Set(zipEntries(path, archive).map((entry) => entry.name));
  } finally {
    archive.close();
  }
  for (const part of parts) {
    for (const name of names) {
      const inside = `gzip/emnist-${part}-${name.replace('t10k', 'test')}`;
      if (!listed.has(inside)) throw new NablaError('BAD_DATA', `${path}: there is no ${inside} in this archive.`);
      yield { name: `${part}/${name}`, pieces: zipMember(path, inside) };
    }
  }
}

/** A file of the archive, which is open no longer than it is read. @throws {NablaError} BAD_DATA */
async function* zipMember(path: string, inside: string): AsyncGenerator<Uint8Array> {
  const archive = openParts(path, ARCHIVE);
  try {
    const entry = zipEntries(path, archive).find(({ name }) => name === inside) as ZipEntry;
    yield* entry.stream();
  } finally {
    archive.close();
  }
}

/**
 * A table of scikit-learn's: its first line has the number of rows, that of columns, and the names of the classes; the last number of
 * each row after it is its class. What comes of it has a line of names instead, and those of the classes.
 */
export function classCsv(path: string, name: string, columns: readonly string[], target: string): Unpacked {
  const lines = linesOf(readInputText(path, { what: "a table of scikit-learn's", most: MOST }));
  const [[rows, width, ...classes], ...cells] = lines.map((line) => line.split(','));
  const isHead = Number(rows) === cells.length && Number(width) === columns.length;
  const wrong = [isHead, ...cells.map((row) => row.length === columns.length + 1 && classes[Number(row.at(-1))] !== undefined)].indexOf(false);
  if (wrong >= 0) {
    const expected = wrong === 0 ? 'the numbers of rows and columns, and the names of the classes' : `${columns.length} numbers and a class`;
    throw new NablaError('BAD_DATA', `${path}: line ${wrong + 1}: expected ${expected}, got '${printable(lines[wrong], 40)}'.`);
  }
  return csv(
    name,
    [...columns, target],
    cells.map((row) => [...row.slice(0, -1), classes[Number(row.at(-1))]]),
  );
}

/** Columns of the districts as they are published, in the order of the file. */
const DISTRICT = ['longitude', 'latitude', 'age', 'rooms', 'bedrooms', 'population', 'households', 'income', 'value'] as const;

/**
 * The California districts as scikit-learn has them: median income in 10,000 $, median age of a house, rooms, bedrooms and persons per
 * household, population, latitude, longitude; and what is to be told, the median value of a house in 100,000 $.
 */
export function californiaCsv(path: string, name: string): Unpacked {
  const archive = readInput(path, { what: 'a gzipped tar archive', most: MOST });
  const text = new TextDecoder().decode(tarMember(path, archive, 'CaliforniaHousing/cal_housing.data'));
  const rows = linesOf(text).map((line, k) => {
    const cells = line.split(',').map(Number);
    if (cells.length !== DISTRICT.length || !cells.every(Number.isFinite)) {
      throw new NablaError('BAD_DATA', `${path}: line ${k + 1} of its data: expected ${DISTRICT.length} numbers, got '${printable(line, 40)}'.`);
    }
    const [longitude, latitude, age, total, bedrooms, population, households, income, value] = cells;
    return [income, age, total / households, bedrooms / households, population, population / households, latitude, longitude, value / 100_000];
  });
  return csv(name, ['MedInc', 'HouseAge', 'AveRooms', 'AveBedrms', 'Population', 'AveOccup', 'Latitude', 'Longitude', 'MedHouseVal'], rows);
}

const linesOf = (text: string): string[] => text.trimEnd().split(/\r?\n/);

function csv(name: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): Unpacked {
  return { name, pieces: [Buffer.from(`${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`)] };
}
