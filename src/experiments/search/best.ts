// What becomes of the best trial of a search: its network on the test samples, which no run has seen, and a file with the options that
// train it again.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countSamples, type Dataset, firstSamples } from '../../data/dataset.js';
import { testFigures } from '../../inference/test-figures.js';
import { loadKernels } from '../../kernels/load.js';
import { configToml } from '../../options/config-writer.js';
import { WorkerPool } from '../../parallel/pool.js';
import { Session } from '../../parallel/session.js';
import { CONFIG } from '../../runs/files.js';
import { SavedRun } from '../../runs/saved-run.js';
import { isWorthAnotherTry } from '../run-queue.js';
import type { SearchTest } from './events.js';

/** Keys of a trial's options that say how the search went about it, and nothing of its result. */
const OF_THE_SEARCH: ReadonlySet<string> = new Set(['#', 'workers', 'checkpoint-every']);

/** A run's network on the test samples; undefined where there are none. Where a thread is lost, others begin again, once. */
export async function testOf(folder: string, data: Dataset): Promise<SearchTest | undefined> {
  try {
    return await testedOnce(folder, data);
  } catch (error) {
    if (!isWorthAnotherTry(error)) throw error;
    return testedOnce(folder, data);
  }
}

async function testedOnce(folder: string, data: Dataset): Promise<SearchTest | undefined> {
  const samples = countSamples(data, 'test');
  if (samples === 0) return undefined;
  const { configuration, parameters } = SavedRun.openFolder(folder);
  const pool = new WorkerPool(1);
  try {
    const session = await Session.start({ ...configuration, workers: 1 }, { ...firstSamples(data, 1), test: data.test }, parameters, pool);
    const { cost, accuracy } = await session.evaluate('test');
    const { network, input, kernels, blas } = configuration;
    const figures = await testFigures({ network, parameters }, data, { input, kernels: await loadKernels(kernels, blas) });
    return { samples, cost: cost ?? Number.NaN, accuracy, ...(figures && { figures }) };
  } finally {
    await pool.close();
  }
}

/** The options that train the run of a folder again, as a configuration file. */
export function optionsText(folder: string, search: string): string {
  const table = JSON.parse(readFileSync(join(folder, CONFIG), 'utf8')) as Record<string, unknown>;
  const options = Object.fromEntries(Object.entries(table).filter(([key]) => !OF_THE_SEARCH.has(key)));
  return configToml(`The best network of ${search}: nabla train --config FILE, with this file, trains it again.`, options);
}
