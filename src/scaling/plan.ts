// `nabla plan`: the curve of speed over workers before anything is trained, from a calibration of some seconds, and what it
// recommends: workers, the way to the gradient, and from which mini-batch on another worker pays.

import { countSamples, type Dataset, density } from '../data/dataset.js';
import { loadFunctions } from '../functions/custom.js';
import type { KernelName } from '../kernels/kernels.js';
import { layoutOf } from '../model/layout.js';
import { type Configuration, configure, functionUrls, openGradients, type TrainOptions } from '../options/options.js';
import type { GradientMode } from '../parallel/modes.js';
import { WorkerPool } from '../parallel/pool.js';
import { countCores } from '../system/cores.js';
import type { MachineRecord } from '../system/machine.js';
import { describeMachine, usualWorkerCounts } from '../system/machine.js';
import { type Contention, measureContention, Shares } from './calibrate.js';
import { type Prediction, predict } from './predict.js';
import type { WorkerTime } from './results.js';

/** Another worker pays where it makes a step faster by more than this: less is not worth a core. */
const WORTHWHILE = 1.03;
/** Mini-batches that are tried in search of the one from which on another worker pays: doublings, then halvings of the gap. */
const DOUBLINGS = 7;
const HALVINGS = 3;
/** Turns of each share at the mini-batch asked for. */
const SHARE_ROUNDS = 4;
/** Memory for the rows of the largest mini-batch that is tried. */
const MOST_ROW_BYTES = 2 ** 28;

/** What one core does in a phase of a step. */
interface PhaseRate {
  readonly phase: keyof WorkerTime;
  readonly microseconds: number;
  /** 10⁹ multiplications and additions a second, of those that the input's zeros leave; absent where there are hardly any. */
  readonly gflops?: number;
}

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
  readonly company: readonly Contention[];
  readonly rates: readonly PhaseRate[];
  /** By way to the gradient, then by workers. */
  readonly predictions: readonly Prediction[];
  readonly best: Prediction;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The smallest mini-batch found from which on so many workers are faster than the next smaller count; absent where none was found. */
  readonly pays?: { readonly workers: number; readonly than: number; readonly batch: number };
}

export interface PlanOptions {
  /** Cores to plan for. Default: those of this machine. */
  readonly cores?: number;
}

/** Predicts the speed of each worker count for the network and mini-batch of `options`, both ways to the gradient unless one is given. */
export async function makePlan(options: TrainOptions, data: Dataset, { cores = countCores().usable }: PlanOptions = {}): Promise<Plan> {
  await loadFunctions(functionUrls(options));
  const began = performance.now();
  const configuration = configure({ ...options, workers: 1 }, data);
  const counts = usualWorkerCounts(cores);
  const { layers } = configuration.network;
  const rowBytes = 16 * layers.reduce((sum, n) => sum + n, 0);
  const roomFor = Math.min(countSamples(data, 'training'), configuration.batch * 2 ** DOUBLINGS, Math.floor(MOST_ROW_BYTES / rowBytes));
  const largest = Math.max(configuration.batch, roomFor);
  const calibration = await calibrate(options, data, { counts, batches: [configuration.batch], largest });
  const predictions: Prediction[] = [];
  for (const gradient of calibration.gradients) for (const n of counts) predictions.push(await calibration.predict(gradient, n, configuration.batch));
  const best = recommended(predictions);
  const pays = await payingBatch(calibration, best, counts, largest);
  const seconds = (performance.now() - began) / 1000;
  return {
    machine: describeMachine(),
    cores,
    layers,
    batch: configuration.batch,
    kernels: calibration.kernels,
    input: configuration.input,
    seconds,
    company: calibration.contention,
    rates: await calibration.rates(best.gradient, configuration.batch),
    predictions,
    best,
    reason: reasonFor(best, predictions, counts),
    ...(pays && { pays }),
  };
}

/** The fastest, but no more workers than pay: from one up, each next count must be worth it. */
export function recommended(predictions: readonly Prediction[]): Prediction {
  const byWorkers = [...new Set(predictions.map(({ workers }) => workers))].sort((a, b) => a - b);
  const fastest = byWorkers.map((n) => predictions.filter(({ workers }) => workers === n).reduce((a, b) => (b.step < a.step ? b : a)));
  return fastest.reduce((best, next) => (best.step / next.step > WORTHWHILE ? next : best));
}

/** What a calibration is to cover. */
export interface CalibrationRequest {
  /** Worker counts, and mini-batches whose shares are timed in turns. */
  readonly counts: readonly number[];
  readonly batches: readonly number[];
  /** The largest mini-batch that may be asked for later. */
  readonly largest: number;
}

/** A machine and a network, measured: predicts steps. */
export interface Calibration {
  readonly gradients: readonly GradientMode[];
  readonly kernels: KernelName;
  readonly contention: readonly Contention[];
  predict(gradient: GradientMode, workers: number, batch: number): Promise<Prediction>;
  rates(gradient: GradientMode, batch: number): Promise<PhaseRate[]>;
}

/** Calibrates for both ways to the gradient, unless the options fix one. */
export async function calibrate(options: TrainOptions, data: Dataset, { counts, batches, largest }: CalibrationRequest): Promise<Calibration> {
  const configuration = configure({ ...options, workers: 1 }, data);
  const cores = countCores().usable;
  const here = counts.filter((n) => n <= cores);
  const pool = new WorkerPool(Math.max(...here));
  let contentions: Map<number, Contention[]>;
  try {
    contentions = await measureContention(options, data, pool, here, batches);
  } finally {
    await pool.close();
  }
  const { input, network, learning } = configuration;
  const crossings = 2 + (learning.clipNorm === undefined ? 0 : 1) + (learning.maxNorm === undefined ? 0 : 1);
  const most = { workers: Math.max(...counts), batch: largest };
  const gradients = openGradients(options, configuration.gradient);
  const shares = new Map<GradientMode, Shares>();
  for (const gradient of gradients) shares.set(gradient, await Shares.open(options, data, gradient, most));
  const of = (gradient: GradientMode): Shares => shares.get(gradient) as Shares;
  for (let round = 0; round < SHARE_ROUNDS; round++) {
    for (const gradient of gradients) for (const n of counts) for (const batch of batches) await of(gradient).again(n, batch);
  }
  /** Of the mini-batches measured, the one nearest in proportion. */
  const contentionFor = (m: number): Contention[] => {
    const far = (batch: number): number => Math.abs(Math.log(batch / m));
    return contentions.get(batches.reduce((nearest, batch) => (far(batch) < far(nearest) ? batch : nearest))) as Contention[];
  };
  const layout = layoutOf(network.layers, input === 'sparse');
  const share = density(data.training);
  return {
    gradients,
    contention: contentionFor(batches[0]),
    kernels: of(gradients[0]).kernels,
    predict: async (gradient, workers, m) =>
      predict({ layout, crossings, gradient, input, density: share }, await of(gradient).of(workers, m), contentionFor(m), workers, m),
    rates: async (gradient, m) => ratesOf((await of(gradient).of(1, m)).time, configuration, gradient, m, share),
  };
}

/** 2·I·O operations a sample and layer, for each of forward pass, BP2 (not into the inputs) and BP4. */
function ratesOf(time: WorkerTime, { network, input }: Configuration, gradient: GradientMode, m: number, share: number): PhaseRate[] {
  const { layers } = network;
  const products = layers.slice(1).map((O, l) => 2 * m * layers[l] * O * (l === 0 && input === 'sparse' ? share : 1));
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const [all, behind] = [sum(products), sum(products.slice(1))];
  const operations: Partial<Record<keyof WorkerTime, number>> =
    gradient === 'owned' ? { forward: all, backward: behind, update: all } : { forward: all, backward: behind + all };
  return (['gather', 'forward', 'backward', 'update'] as const).map((phase) => {
    const flops = operations[phase];
    return { phase, microseconds: time[phase], ...(flops && { gflops: flops / time[phase] / 1000 }) };
  });
}

/** From which mini-batch on the worker count after the recommended one pays; where that is the largest, from which on it does. */
async function payingBatch(
  { predict: predictStep }: Calibration,
  best: Prediction,
  counts: readonly number[],
  largest: number,
): Promise<Plan['pays']> {
  const at = counts.indexOf(best.workers);
  const more = at < counts.length - 1 ? at + 1 : at;
  if (more === 0) return undefined;
  const [than, workers] = [counts[more - 1], counts[more]];
  const pays = async (batch: number): Promise<boolean> => {
    const [fewer, all] = [await predictStep(best.gradient, than, batch), await predictStep(best.gradient, workers, batch)];
    return fewer.step / all.step > WORTHWHILE;
  };
  let low = 0;
  let high = best.batch;
  if (more === at) {
    for (let k = 0; k < DOUBLINGS && high > 1 && (await pays(Math.max(1, high >> 1))); k++) high = Math.max(1, high >> 1);
    low = high >> 1;
  } else {
    let found = false;
    for (let k = 0; k < DOUBLINGS && !found && high < largest; k++) {
      [low, high] = [high, Math.min(largest, 2 * high)];
      found = await pays(high);
    }
    if (!found) return undefined;
  }
  for (let k = 0; k < HALVINGS && high - low > 1; k++) {
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
  const moves = (p: Prediction): string => (p.gradient === 'partial' ? 'the reduce moves' : 'a step moves');
  if (at < counts.length - 1) {
    const next = like(counts[at + 1]);
    const [saved, paid] = [best.work - next.work, cost(next) - cost(best)];
    return `${moves(next)} ${size(next.movedBytes)} between ${next.workers} workers, and their company costs ${time(paid)} where sharing the work saves ${time(saved)}`;
  }
  if (best.workers === 1) return 'there is one core';
  const one = like(1);
  return `${best.workers} workers share ${time(one.work)} of work a step into ${time(best.work)} each and pay ${time(cost(best))} for barriers, moved cache lines (${size(best.movedBytes)}) and each other's company`;
}
