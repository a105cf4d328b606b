// What lies where a user says that data are: a folder of IDX files, files of rows, or pictures by class; and the tables of all that is no
// folder of IDX files. Several files are one table, row after row.

import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isBadInput, NablaError } from '../errors.js';
import { entryAt } from '../system/folders.js';
import { readTables } from '../tables/formats.js';
import { joined } from '../tables/join.js';
import type { TableOptions } from '../tables/options.js';
import { fileSource } from '../tables/source.js';
import type { Table, Tables } from '../tables/table.js';
import { listed } from '../text.js';
import type { Split } from './dataset.js';
import { type Reading, sizeOf, TAB } from './reading.js';

/** Who is told how far the reading of files is, and what makes it give up. */
export type Watching = Pick<TableOptions, 'progress' | 'signal'>;

/** idx: a folder of IDX files. pictures: a folder of pictures by class. files: of rows, in order. */
export type Found = { readonly kind: 'idx' | 'pictures'; readonly path: string } | { readonly kind: 'files'; readonly paths: readonly string[] };

const PATTERN = /[*?{}[\]]/;
/** Files that folders have beside their data. */
const IGNORED = /^\.|^(thumbs\.db|desktop\.ini|readme(\..*)?|license(\..*)?|.*\.md)$/i;
const IDX = /(^|[.-])idx\d?-u?byte|[.-]idx\d([.-]|$)|-ubyte(\.gz)?$/;

/** Several paths as one pattern that stands for them: 'folder/{a.csv,b.csv}'. @throws {NablaError} BAD_DATA for one where nothing is */
export function oneSource(paths: readonly string[]): string {
  if (paths.length === 1) return paths[0];
  const missing = paths.find((path) => entryAt(path) === undefined);
  if (missing !== undefined) throw new NablaError('BAD_DATA', `${missing}: there is no such file or folder.`);
  const folder = paths.map((path) => dirname(resolve(path))).reduce(commonFolder);
  return join(folder, `{${paths.map((path) => relative(folder, resolve(path)).replace(/[*?{}[\]\\,()!]/g, '\\$&')).join(',')}}`);
}

function commonFolder(a: string, b: string): string {
  return b === a || b.startsWith(a.endsWith('/') ? a : `${a}/`) ? a : a === dirname(a) ? a : commonFolder(dirname(a), b);
}

/** Undefined where there is nothing. @throws {NablaError} BAD_DATA for a pattern that no file matches */
export async function foundAt(path: string): Promise<Found | undefined> {
  const entry = entryAt(path);
  if (!entry) return PATTERN.test(path) ? { kind: 'files', paths: await matching(path) } : undefined;
  if (!entry.isDirectory()) return { kind: 'files', paths: [path] };
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !IGNORED.test(name));
  const isFolder = (name: string): boolean => entryAt(join(path, name))?.isDirectory() === true;
  const files = entries.filter(({ name }) => !isFolder(name)).map(({ name }) => name);
  if (files.some((name) => IDX.test(name)) || entries.length === 0) return { kind: 'idx', path };
  if (files.length > 0) return { kind: 'files', paths: files.sort().map((name) => join(path, name)) };
  return entries.some(({ name }) => /^(raw|mnist|fashionmnist|kmnist)$/i.test(name) || IDX.test(name))
    ? { kind: 'idx', path }
    : { kind: 'pictures', path };
}

async function matching(pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const paths = await glob(resolve(pattern), { absolute: true, onlyFiles: true, expandDirectories: false, dot: false });
  if (paths.length === 0) throw new NablaError('BAD_DATA', `${pattern}: no file matches this pattern.`);
  return paths.sort();
}

/**
 * The tables of a source, with those of the files for validation and test beside it, where columns of words are words too. A column that
 * is left out may hold anything: where a file cannot be read, it is read again with such columns as words.
 * @throws {NablaError} BAD_DATA
 */
export async function tablesAt(found: Found, reading: Reading, watching: Watching = {}): Promise<Tables> {
  const left = (reading.drop ?? []).map(String);
  try {
    return await tablesWith(found, reading, { ...tableOptions(reading, []), ...watching });
  } catch (error) {
    if (left.length === 0 || !isBadInput(error)) throw error;
    return tablesWith(found, reading, { ...tableOptions(reading, left), ...watching });
  }
}

async function tablesWith(found: Found, { validation, test }: Reading, options: TableOptions): Promise<Tables> {
  const tables = await ownTables(found, options);
  const words = tables.training.columns.flatMap(({ name, kind }) => (kind === 'words' ? [name] : []));
  const beside = { ...options, categorical: [...options.categorical, ...words] };
  const own = typeof validation === 'string' ? await otherTable(validation, beside) : undefined;
  const kept = test === undefined ? undefined : await otherTable(test, beside);
  return { ...tables, ...(own && { validation: own }), ...(kept && { test: kept }) };
}

async function ownTables(found: Found, options: TableOptions): Promise<Tables> {
  // Loaded where there is a folder of pictures, as the readers of files are.
  if (found.kind !== 'files') return (await import('../tables/pictures/read.js')).readPictureFolder(found.path, options);
  if (found.paths.length === 1) return readTables(fileSource(found.paths[0]), options);
  const parts = { training: [] as Table[], validation: [] as Table[], test: [] as Table[] };
  for (const path of found.paths) {
    const tables = await readTables(fileSource(path), options);
    if (tables.validation || tables.test)
      throw new NablaError(
        'BAD_DATA',
        `${path}: this file is split already: name it alone, not with ${basename(found.paths.find((other) => other !== path) ?? path)}.`,
      );
    parts[partOf(path)].push(tables.training);
  }
  if (parts.training.length === 0)
    throw new NablaError('BAD_DATA', `${listed(found.paths.slice(0, 4).map((path) => basename(path)))}: none of these files is for training.`);
  const { training, validation, test } = parts;
  return {
    training: joined(training),
    ...(validation.length > 0 && { validation: joined(validation) }),
    ...(test.length > 0 && { test: joined(test) }),
  };
}

/** What a file of several is for, by its name: 'test-00000-of-00001.parquet'. */
function partOf(path: string): Split {
  const name = basename(path).toLowerCase();
  if (/^(test|eval|holdout)([-_.]|$)|[-_.](test|eval|holdout)\./.test(name)) return 'test';
  return /^(validation|valid|val|dev)([-_.]|$)|[-_.](validation|valid|val|dev)\./.test(name) ? 'validation' : 'training';
}

async function otherTable(path: string, options: TableOptions): Promise<Table> {
  const found = await foundAt(path);
  if (!found || found.kind === 'idx')
    throw new NablaError('BAD_DATA', `${path}: ${found ? 'this is a folder of IDX files, not of rows' : 'there is no such file'}.`);
  return (await ownTables(found, options)).training;
}

/** @param words columns that are words beside those that the user says */
function tableOptions(
  { categorical = [], separator, decimal, header = 'auto', transpose = false, size, colours }: Reading,
  words: readonly string[],
): TableOptions {
  return {
    categorical: [...categorical, ...words],
    ...(separator !== undefined && { separator: separator === TAB ? '\t' : separator }),
    ...(decimal && { decimal }),
    header,
    transpose,
    ...(size !== undefined && { size: sizeOf(size) }),
    ...(colours && { channels: colours === 'rgb' ? 3 : 1 }),
  };
}
