// The data of a saved run, read again and split as they were. Where the user names no data, they must be the samples that the run
// was trained on: a program may have brought others under any name, and files change. Figures of other samples would pass for
// the run's.

import type { Prepared } from '../data/columns/preparation.js';
import type { Dataset } from '../data/dataset.js';
import type { DatasetLike } from '../data/given.js';
import { datasetOf, isSameSource, loadPrepared } from '../data/load.js';
import { READING_BESIDE, type Reading, type ReadingBeside, readingOf } from '../data/reading.js';
import { areBytes, type DataRecord } from '../data/record.js';
import { NablaError, wrongValue } from '../errors.js';
import type { TrainOptions } from '../options/options.js';
import { shellPath } from '../system/shell-word.js';
import { dataFingerprint } from './fingerprints.js';
import type { RunRecord } from './record.js';

/**
 * The data that are named, whatever they hold; or else those that the run was trained on.
 * @param path of the run, for errors
 * @throws {NablaError} BAD_DATA where they cannot be read, or are not known to be the same
 */
export async function dataOfRun(path: string, record: RunRecord, { data, ...said }: DataOptions): Promise<Dataset> {
  // Older runs had fewer fields.
  const trained: Partial<DataRecord> = record.data ?? {};
  const { splitSeed: seed = record.configuration.seed } = trained;
  if (data !== undefined) return dataBeside(trained, data, said, seed);
  const vain = READING_BESIDE.find((name) => said[name] !== undefined);
  if (vain) throw wrongValue(vain, `none without data: those of ${path} are read as they were`, said[vain]);
  return ownData(path, trained, seed);
}

/** What is said of data beside a run. */
export type DataOptions = Pick<TrainOptions, 'data'> & ReadingBeside;

/** Columns of a file are prepared as those were that the network was trained on. */
async function dataBeside(trained: Partial<DataRecord>, data: DatasetLike | string, said: ReadingBeside, seed: number): Promise<Dataset> {
  const prepared = preparedOf(trained);
  if (typeof data !== 'string') checkPreparedAlike(data, prepared);
  if (!prepared || typeof data !== 'string') return datasetOf(data, { seed, ...readingBeside(trained, data, said) });
  const own = { seed, ...readingAgain(trained), scale: undefined };
  if (trained.brought !== true && isSameSource(data, trained.source)) return loadPrepared(data, prepared, { ...own, ...given(said) }, 'split');
  return loadPrepared(data, prepared, { ...fileReading(trained), ...given(said) }, 'whole');
}

/** How a run's columns became its inputs; undefined where its data had none. */
export function preparedOf({ preparation, scale = 1 }: Partial<DataRecord>): Prepared | undefined {
  return preparation && { preparation, scale };
}

/** Samples that a program has loaded for itself are inputs already, which must mean what they meant in training. @throws {RangeError} */
export function checkPreparedAlike(data: DatasetLike, prepared: Prepared | undefined): void {
  const { preparation } = data as Partial<Dataset>;
  if (!preparation || !prepared || JSON.stringify(preparation) === JSON.stringify(prepared.preparation)) return;
  throw wrongValue('data', 'samples that are prepared as those were that the network was trained on', 'others', 'Name their file instead.');
}

const given = (said: ReadingBeside): ReadingBeside => Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));

/** How files are read that are like a run's own. */
function fileReading({ separator, decimal, header, transpose, missing, drop }: Partial<DataRecord>): Reading {
  return { separator, decimal, header, transpose, drop, ...(missing === 'drop' && { missing }) };
}

/** How the data of a run were read, to read them again. */
function readingAgain(trained: Partial<DataRecord>): Reading {
  return readingOf({ ...trained, scale: trained.scaling ?? trained.scale });
}

/**
 * How data that are named beside a run are read: bytes scaled as its network was trained, and images transposed as its own were,
 * unless something else is said; split as they were, where they are the same.
 */
export function readingBeside(trained: Partial<DataRecord>, data: DatasetLike | string, said: Reading): Reading {
  if (typeof data !== 'string') return readingOf(said);
  const { validation, scale, transpose } = said;
  const isSame = isSameSource(data, trained.source);
  return {
    ...readingOf(said),
    validation: validation ?? (isSame ? trained.validation : undefined),
    splitSeed: isSame ? trained.splitSeed : undefined,
    scale: scale ?? (areBytes(trained) ? trained.scale : undefined),
    transpose: transpose ?? (data === 'mnist' ? undefined : trained.transpose),
  };
}

async function ownData(path: string, trained: Partial<DataRecord>, seed: number): Promise<Dataset> {
  const { source, brought, sha256 } = trained;
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);
  if (typeof source !== 'string') throw bad('this run does not say what it was trained on. Say --data.');
  if (brought) throw bad(`a program brought '${source}' to this run, and no file holds it. Say --data.`);
  const prepared = preparedOf(trained);
  const reading = { seed, ...readingAgain(trained) };
  const data = await (prepared ? loadPrepared(source, prepared, { ...reading, scale: undefined }, 'split') : datasetOf(source, reading));
  if (sha256 !== undefined && sha256 !== dataFingerprint(data)) {
    throw bad(`'${source}' no longer holds the samples that this run was trained on. Say --data ${shellPath(source)} to use it all the same.`);
  }
  return data;
}
