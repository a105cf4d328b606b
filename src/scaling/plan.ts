// `nabla plan`: the curve of speed over workers before a run, from a calibration of some seconds, and what it recommends:
// workers, the way to the gradient, and from which mini-batch on another worker pays. What further hosts would bring stands in hosts.ts.

import { countSamples, type Dataset } from '../data/dataset.js';
import { loadFunctions } from '../functions/custom.js';
import type { KernelName } from '../kernels/kernels.js';
import { configure, functionUrls, type TrainOptions } from '../options/options.js';
import { GRADIENTS } from '../parallel/modes.js';
import { countCores } from '../system/cores.js';
import type { MachineRecord } from '../system/machine.js';
import { describeMachine, usualWorkerCounts } from '../system/machine.js';
import { Calibration, type PhaseRate } from './calibrate.js';
import { checkHosts, type HostMeasured, type HostsPlan, type HostsRequest, hostMeasured, planHosts } from './hosts.js';
import type { Company, Prediction } from './predict.js';
import { WORTHWHILE } from './verdict.js';

/** Mini-batches that are tried in search of the one from which on another worker pays: doublings, then halvings of the gap. */
const DOUBLINGS = 7;
const HALVINGS = 3;
/** Seconds after which that search stops where it is. */
const SEARCH_SECONDS = 1.5;
/** Memory for the rows of the largest mini-batch that is tried, and for what each worker may keep of all of them: the entries of their inputs. */
const MOST_ROW_BYTES = 2 ** 28;
const MOST_ENTRY_BYTES = 2 ** 30;

export interface Plan {
  readonly machine: MachineRecord;
  /** Cores planned for. */
  readonly cores: number;
  readonly layers: readonly number[];
  readonly batch: number;
  readonly kernels: KernelName;
  readonly input: string;
  /** Seconds that the calibration took. */
  readonly seconds: number;
  /** What the workers lose to each other, with the recommended way to the gradient: by the counts that were measured. */
  readonly company: readonly Company[];
  readonly rates: readonly PhaseRate[];
  /** By way to the gradient, then by workers. */
  readonly predictions: readonly Prediction[];
  readonly best: Prediction;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The smallest mini-batch found from which on so many workers are faster than the next smaller count; absent where none was found. */
  readonly pays?: { readonly workers: number; readonly than: number; readonly batch: number };
  /** What several hosts would do, where that was asked. */
  readonly hosts?: HostsPlan;
}

export interface PlanOptions {
  /** Cores to plan for. Default: those of this machine. */
  readonly cores?: number;
  /** Further hosts to predict. */
  readonly hosts?: HostsRequest;
}

/** Predicts the speed of each worker count for the network and mini-batch of `options`, both ways to the gradient unless one is given. */
export async function makePlan(options: TrainOptions, data: Dataset, { cores, hosts }: PlanOptions = {}): Promise<Plan> {
  if (hosts) checkHosts(hosts, configure({ ...options, workers: 1 }, data));
  const { plan, measured } = await planHost(options, data, cores);
  return hosts ? { ...plan, hosts: planHosts(measured, hosts) } : plan;
}

/** The plan of one host, and what further ones are predicted from. */
export async function planHost(options: TrainOptions, data: Dataset, cores = countCores().usable): Promise<{ plan: Plan; measured: HostMeasured }> {
  await loadFunctions(functionUrls(options));
  const began = performance.now();
  const configuration = configure({ ...options, workers: 1 }, data);
  const counts = usualWorkerCounts(cores);
  const { layers } = configuration.network;
  const { batch, input } = configuration;
  // In `owned`, every worker has entries of its own for all samples of a sparse mini-batch.
  const entries =
    input === 'sparse' && options.gradient !== 'partial' ? MOST_ENTRY_BYTES / (16 * layers[0] * Math.max(...counts)) : Number.POSITIVE_INFINITY;
  const rows = Math.min(MOST_ROW_BYTES / (16 * layers.reduce((sum, n) => sum + n, 0)), entries);
  const largest = Math.max(batch, Math.min(countSamples(data, 'training'), batch * 2 ** DOUBLINGS, Math.floor(rows)));
  const calibration = await Calibration.open(options, data, { steps: counts.map((workers) => ({ workers, batch })), largest });
  try {
    const predictions: Prediction[] = [];
    for (const gradient of calibration.gradients) for (const n of counts) predictions.push(await calibration.predict(gradient, n, batch));
    const best = recommended(predictions);
    const pays = await payingBatch(calibration, best, counts, largest);
    const fastest = calibration.gradients.map((gradient) => recommended(predictions.filter((one) => one.gradient === gradient)));
    const measured = await hostMeasured(calibration, fastest, best, { layers, input, samples: countSamples(data, 'training') });
    const plan = {
      machine: describeMachine(),
      cores,
      layers,
      batch,
      kernels: calibration.kernels,
      input,
      seconds: (performance.now() - began) / 1000,
      company: await calibration.company(best.gradient, batch),
      rates: await calibration.rates(best.gradient, batch),
      predictions,
      best,
      reason: reasonFor(best, predictions, counts),
      ...(pays && { pays }),
    };
    return { plan, measured };
  } finally {
    await calibration.close();
  }
}

/** The fastest, but no more workers than pay: from one up, each next count must be worth it. */
export function recommended(predictions: readonly Prediction[]): Prediction {
  const byWorkers = [...new Set(predictions.map(({ workers }) => workers))].sort((a, b) => a - b);
  const fastest = byWorkers.map((n) => predictions.filter(({ workers }) => workers === n).reduce((a, b) => (b.step < a.step ? b : a)));
  return fastest.reduce((best, next) => (best.step / next.step > WORTHWHILE ? next : best));
}

/** From which mini-batch on the worker count after the recommended one pays; where that is the largest, from which on it does. */
async function payingBatch(calibration: Calibration, best: Prediction, counts: readonly number[], largest: number): Promise<Plan['pays']> {
  const at = counts.indexOf(best.workers);
  const more = at < counts.length - 1 ? at + 1 : at;
  if (more === 0) return undefined;
  const [than, workers] = [counts[more - 1], counts[more]];
  const until = performance.now() + 1000 * SEARCH_SECONDS;
  const inTime = (): boolean => performance.now() < until;
  const pays = async (batch: number): Promise<boolean> =>
    (await calibration.step(best.gradient, than, batch)) / (await calibration.step(best.gradient, workers, batch)) > WORTHWHILE;
  let low = 0;
  let high = best.batch;
  if (more === at) {
    for (let k = 0; k < DOUBLINGS && high > 1 && inTime() && (await pays(Math.max(1, high >> 1))); k++) high = Math.max(1, high >> 1);
    low = high >> 1;
  } else {
    let found = false;
    for (let k = 0; k < DOUBLINGS && !found && high < largest && inTime(); k++) {
      [low, high] = [high, Math.min(largest, 2 * high)];
      found = await pays(high);
    }
    if (!found) return undefined;
  }
  for (let k = 0; k < HALVINGS && high - low > 1 && inTime(); k++) {
    const middle = (low + high) >> 1;
    if (await pays(middle)) high = middle;
    else low = middle;
  }
  return { workers, than, batch: high };
}

const time = (microseconds: number): string => {
  if (microseconds < 100) return `${microseconds.toFixed(1)} µs`;
  return microseconds < 1e5 ? `${(microseconds / 1000).toPrecision(3)} ms` : `${(microseconds / 1e6).toPrecision(3)} s`;
};

function size(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 2 ** 20).toPrecision(3)} MB`;
}

/** One sentence: what the recommended count saves and costs, or why the next one does not pay. */
export function reasonFor(best: Prediction, predictions: readonly Prediction[], counts: readonly number[]): string {
  const like = (n: number): Prediction => predictions.find(({ gradient, workers }) => gradient === best.gradient && workers === n) as Prediction;
  const at = counts.indexOf(best.workers);
  const cost = ({ contention, barriers, moving }: Prediction): number => contention + barriers + moving;
  const moves = (p: Prediction): string => (GRADIENTS[p.gradient].hasBlocks ? 'the reduce moves' : 'a step moves');
  if (at < counts.length - 1) {
    const next = like(counts[at + 1]);
    const [saved, paid] = [best.work - next.work, cost(next) - cost(best)];
    return `${moves(next)} ${size(next.movedBytes)} between ${next.workers} workers, and their company costs ${time(paid)} where sharing the work saves ${time(saved)}`;
  }
  if (best.workers === 1) return 'there is one core';
  const one = like(1);
  return `${best.workers} workers share ${time(one.work)} of work a step into ${time(best.work)} each and pay ${time(cost(best))} for barriers, moved cache lines (${size(best.movedBytes)}) and each other's company`;
}
