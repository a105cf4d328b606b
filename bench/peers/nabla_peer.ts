// nabla's own side of the comparison: the engine that `nabla train` runs, behind the protocol of the other peers (see
// common.py). A `run` is made of whole epochs, the last one interrupted when its time is up; orders are drawn while the
// workers train, as in a real run.

import { createInterface } from 'node:readline';
import { loadDataset } from '../../src/data/load.js';
import { fillOrder } from '../../src/data/order.js';
import { asError } from '../../src/errors.js';
import type { KernelName } from '../../src/kernels/kernels.js';
import { initialParameters } from '../../src/model/initialisers.js';
import { configure } from '../../src/options/options.js';
import type { GradientMode } from '../../src/parallel/modes.js';
import { WorkerPool } from '../../src/parallel/pool.js';
import { Session } from '../../src/parallel/session.js';
import { type BenchNetwork, trainOptions } from '../networks.js';

type Request = { command: 'prepare' | 'run' | 'quit'; seconds: number } & Omit<BenchNetwork, 'id'> & {
    data: string;
    seed: number;
    samples: number;
    workers: number;
    gradient?: GradientMode;
    kernels: KernelName | 'auto';
  };

/** Samples that the cost is measured on, outside the timed part. */
const COST_SAMPLES = 1000;

let pool: WorkerPool | undefined;
let session: Session;
let options: Request;
let epoch = 1;

async function prepare(request: Request): Promise<object> {
  await pool?.close();
  options = request;
  const full = await loadDataset(request.data);
  const first = (n: number): typeof full.training => ({
    values: full.training.values.subarray(0, n * full.inputs),
    labels: full.training.labels.subarray(0, n),
  });
  const data = { ...full, training: first(request.samples), validation: first(COST_SAMPLES), test: first(0) };
  const { hidden, seed, workers, gradient, kernels } = request;
  const init = hidden === 'relu' ? 'he' : 'scaled';
  const configuration = configure({ ...trainOptions(request), seed, workers, gradient, kernels, init }, data);
  pool = new WorkerPool(configuration.workers);
  session = await Session.start(configuration, data, initialParameters(configuration.network, seed), pool);
  // Figures of other kernels than those asked for would stand under the wrong name.
  if (kernels !== 'auto' && session.kernels !== kernels) return { event: 'unavailable', reason: session.note };
  epoch = 1;
  return {
    event: 'ready',
    peer: 'nabla',
    version: '0.1.0',
    blas: null,
    threads: configuration.workers,
    differs: null,
    kernels: session.kernels,
    workers: configuration.workers,
    gradient: configuration.gradient,
  };
}

async function run(seconds: number): Promise<object> {
  const costBefore = (await session.evaluate('validation')).cost;
  let samples = 0;
  const orders = [session.order(0), session.order(1)];
  const start = performance.now();
  fillOrder(orders[epoch % 2], options.seed, epoch);
  let timer: NodeJS.Timeout | undefined;
  while (performance.now() - start < seconds * 1000) {
    const running = session.runEpoch((epoch % 2) as 0 | 1);
    timer ??= setTimeout(() => session.interrupt(), seconds * 1000 - (performance.now() - start));
    epoch++;
    fillOrder(orders[epoch % 2], options.seed, epoch);
    const [{ steps }] = await running;
    samples += Math.min(steps * options.batch, options.samples);
  }
  clearTimeout(timer);
  const elapsed = (performance.now() - start) / 1000;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  return { event: 'ran', samples, seconds: elapsed, costBefore, costAfter: (await session.evaluate('validation')).cost, peakMegabytes };
}

const answer = (fields: object): unknown => process.stdout.write(`${JSON.stringify(fields)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const request = JSON.parse(line) as Request;
    if (request.command === 'quit') break;
    answer(request.command === 'prepare' ? await prepare(request) : await run(request.seconds));
  } catch (error) {
    answer({ event: 'failed', reason: asError(error).message });
    process.exitCode = 1;
    break;
  }
}
await pool?.close();
// An open standard input would keep the process alive.
process.stdin.destroy();
