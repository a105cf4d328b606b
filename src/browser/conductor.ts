// The thread of a page that has a run: it owns the session, starts the workers, or is the only one itself, and tells the page each event. So
// the page's own thread has nothing to do but to show them.

import { datasetOfProgram } from '../data/given.js';
import { asError, wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { layoutOf } from '../model/layout.js';
import type { TrainEvent } from '../options/events.js';
import { functionUrls } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { nameSharedBuffers } from '../system/shared-memory.js';
import { live } from '../system/worker-life.js';
import type { Ended } from '../training/ending.js';
import { Listener } from '../training/listener.js';
import { beginRun, openDiagnosis, startSession, type Task, taskOf } from '../training/open.js';
import type { Run } from '../training/run.js';
import { whyOneCore } from './isolation.js';
import { networkNow } from './network-now.js';
import { checkPageOptions, type PageOptions } from './page-options.js';
import { failureOf, type News, type Order, type Showing } from './protocol.js';

nameSharedBuffers();
const end = live();
const stopping = new AbortController();
let stopsAfterEpoch = false;
/** Milliseconds that it stays when all has been said: those of its threads end in some tens. */
const LINGERS = 1000;

const tell = (news: News): void => postMessage(news, news.news === 'network' ? { transfer: [news.now.parameters.buffer] } : undefined);

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data.order === 'train') void begin(data.options, data.showing);
  else if (data.when === 'now') stopping.abort();
  else stopsAfterEpoch = true;
});

async function begin(options: PageOptions, showing?: Showing): Promise<void> {
  try {
    tell({ news: 'ended', ended: await trained(options, showing) });
  } catch (error) {
    tell({ news: 'failed', failure: failureOf(asError(error)) });
  }
  // Chromium never gives back the threads that a worker has started where that worker goes while they are on their way out: two a run.
  setTimeout(end, LINGERS);
}

async function trained(given: PageOptions, showing: Showing | undefined): Promise<Ended> {
  const oneCore = whyOneCore();
  const options = { ...checkPageOptions(given), ...(oneCore !== undefined && { workers: 1 }) };
  const data = datasetOfProgram(given.data);
  await loadFunctions(functionUrls(options));
  let show: ((event?: TrainEvent) => void) | undefined;
  const onEvent = (event: TrainEvent): unknown => {
    show?.(event);
    tell({ news: 'event', event });
    return stopsAfterEpoch ? 'stop' : undefined;
  };
  const task = taskOf({ ...options, data, onEvent, signal: stopping.signal }, data);
  const pool = new WorkerPool(task.configuration.workers);
  let run: Run | undefined;
  try {
    const session = await startSession(task, pool, checkedStart(showing?.from, task), { way: showing?.way });
    if (showing) show = networkNow(session, task.configuration, (now) => tell({ news: 'network', now }));
    const parts = { session, pool, diagnosis: await openDiagnosis(task), listener: new Listener(onEvent) };
    run = beginRun(oneCore === undefined ? task : { ...task, warnings: [oneCore, ...task.warnings] }, parts);
    return await run.toEnd();
  } catch (error) {
    if (stopping.signal.aborted) show?.();
    throw error;
  } finally {
    await pool.close();
    await run?.pool.close();
  }
}

/** Parameters to begin with, as many as the network has. */
function checkedStart(from: Float32Array | undefined, { configuration }: Task): Float32Array | undefined {
  const { parameters } = layoutOf(configuration.network.layers);
  if (from && from.length !== parameters)
    throw wrongValue('parameters', `the ${parameters} of ${configuration.network.layers.join('-')}`, from.length);
  return from;
}
