// Describes a data set before anything is trained on it: `nabla data`, and describeData of the library. It trains nothing and writes
// nothing.

import { checkInteger, checkOptions } from '../check.js';
import type { DatasetLike } from '../data/given.js';
import { type DatasetOptions, datasetOf, readSource } from '../data/load.js';
import { READING } from '../data/reading.js';
import { augmentationOf } from '../model/augmentation-text.js';
import type { DataProfile } from './data-profile.js';
import { describeDataset } from './describe-dataset.js';
import { describeTables } from './describe-tables.js';

export interface DescribeOptions extends DatasetOptions {
  /** How training shall change the samples, as `train` takes it: the description then has pictures before and after. */
  augment?: string;
}

/**
 * Rows, columns, balance of the classes, rows that are the same, what is odd, and what `train` would do with the data.
 * @param data as `train` takes it: 'mnist', a file of rows or several by a pattern with *, a folder; or a data set of the program's
 * @throws {NablaError} BAD_DATA for what cannot be read, or for a column that an option names and that is not there; what `train` alone
 * would refuse is part of the result (train.refused)
 */
export async function describeData(data: string | DatasetLike, options: DescribeOptions = {}): Promise<DataProfile> {
  const { augment, ...checked } = checkOptions(options, ['seed', 'augment', ...READING]);
  const seed = checkInteger('seed', checked.seed ?? 1, 0);
  if (augment !== undefined) augmentationOf(augment);
  if (typeof data !== 'string') return describeDataset(await datasetOf(data, checked), {}, seed, augment);
  const { name, dataset, tables, reading } = await readSource(data, checked);
  return dataset ? describeDataset(dataset, reading, seed, augment) : describeTables({ name, tables, reading, seed, augment });
}
