// Describes a data set before anything is trained on it: `nabla data`, and describeData of the library. It trains nothing and writes
// nothing.

import { checkOptions } from '../check.js';
import type { DatasetLike } from '../data/given.js';
import { type DatasetOptions, datasetOf, readSource } from '../data/load.js';
import { READING } from '../data/reading.js';
import type { DataProfile } from './data-profile.js';
import { describeDataset } from './describe-dataset.js';
import { describeTables } from './describe-tables.js';

/**
 * Rows, columns, balance of the classes, rows that are the same, what is odd, and what `train` would do with the data.
 * @param data as `train` takes it: 'mnist', a file of rows or several by a pattern with *, a folder; or a data set of the program's
 * @throws {NablaError} BAD_DATA for what cannot be read, or for a column that an option names and that is not there; what `train` alone
 * would refuse is part of the result (train.refused)
 */
export async function describeData(data: string | DatasetLike, options: DatasetOptions = {}): Promise<DataProfile> {
  const checked = checkOptions(options, ['seed', ...READING]);
  if (typeof data !== 'string') return describeDataset(await datasetOf(data, checked), {}, checked.seed ?? 1);
  const { name, dataset, tables, reading, seed } = await readSource(data, checked);
  return dataset ? describeDataset(dataset, reading, seed) : describeTables({ name, tables, reading, seed });
}
