// The thread of a page that has a run: it owns the session, starts the workers, or is the only one itself, and tells the page each event. So
// the page's own thread has nothing to do but to show them.

import { datasetOfProgram } from '../data/given.js';
import { asError } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { functionUrls, type TrainOptions } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { nameSharedBuffers } from '../system/shared-memory.js';
import { live } from '../system/worker-life.js';
import type { Ended } from '../training/ending.js';
import { openRun, taskOf } from '../training/open.js';
import type { Run } from '../training/run.js';
import { whyOneCore } from './isolation.js';
import { checkPageOptions, type PageOptions } from './page-options.js';
import { failureOf, type News, type Order } from './protocol.js';

nameSharedBuffers();
const end = live();
const stopping = new AbortController();
let stopsAfterEpoch = false;

const tell = (news: News): void => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data.order === 'train') void begin(data.options);
  else if (data.when === 'now') stopping.abort();
  else stopsAfterEpoch = true;
});

async function begin(options: PageOptions): Promise<void> {
  try {
    tell({ news: 'ended', ended: await trained(options) });
  } catch (error) {
    tell({ news: 'failed', failure: failureOf(asError(error)) });
  }
  end();
}

async function trained(given: PageOptions): Promise<Ended> {
  const oneCore = whyOneCore();
  const options = { ...checkPageOptions(given), ...(oneCore !== undefined && { workers: 1 }) };
  const data = datasetOfProgram(given.data);
  await loadFunctions(functionUrls(options));
  const onEvent = (event: Parameters<NonNullable<TrainOptions['onEvent']>>[0]): unknown => {
    tell({ news: 'event', event });
    return stopsAfterEpoch ? 'stop' : undefined;
  };
  const task = taskOf({ ...options, data, onEvent, signal: stopping.signal }, data);
  const pool = new WorkerPool(task.configuration.workers);
  let run: Run | undefined;
  try {
    run = await openRun(oneCore === undefined ? task : { ...task, warnings: [oneCore, ...task.warnings] }, pool);
    return await run.toEnd();
  } finally {
    await pool.close();
    await run?.pool.close();
  }
}
