// Looks for a learning rate: trains while η rises exponentially from far too small to far too large, and reads in the cost where it falls
// fastest and where it blows up (L. N. Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3, the range
// test). A session of its own, of which nothing is kept; that it diverges in the end is what it is for. The same answer whatever the
// number of workers, for the same options.

import { checkInteger, checkList, checkNumber, checkSignal } from '../../check.js';
import { countSamples } from '../../data/dataset.js';
import { wrongKind, wrongValue } from '../../errors.js';
import { OPTIMISERS } from '../../functions/optimisers/index.js';
import type { KernelName } from '../../kernels/kernels.js';
import { initialParameters } from '../../model/initialisers.js';
import { type Configuration, checkOptionNames, type TrainOptions } from '../../options/options.js';
import { OPTIONS } from '../../options/table.js';
import { checkKnown } from '../../options/unknown-option.js';
import { WorkerPool } from '../../parallel/pool.js';
import { Session } from '../../parallel/session.js';
import { planOf } from '../../training/plan.js';
import { startOf } from '../../training/start.js';
import { RateRise } from './rate-rise.js';
import { type RatePoint, type RateReading, readRates } from './read-rates.js';

/** What a test of rates has no use for: it sets η itself, and keeps nothing. */
const NOT_OF_RATES = [
  'eta',
  'schedule',
  'epochs',
  'patience',
  'restoreBest',
  'average',
  'ema',
  'growBatch',
  'run',
  'runs',
  'resume',
  'trace',
  'onEvent',
] as const;

const OWN_OPTIONS = ['range', 'rates', 'onProgress'];

export interface FindRateOptions extends Omit<TrainOptions, (typeof NOT_OF_RATES)[number]> {
  /** The least and the largest η. Default: a thousandth and a thousand times of what the optimiser has by default. */
  range?: readonly [number, number];
  /** So many rates between them, evenly in their logarithm. Default: 200. */
  rates?: number;
  onProgress?: (done: number, of: number) => void;
}

export interface FoundRate extends RateReading {
  readonly layers: readonly number[];
  readonly data: string;
  readonly samples: number;
  readonly batch: number;
  readonly optimiser: string;
  readonly kernels: KernelName;
  readonly workers: number;
  readonly seed: number;
  readonly range: readonly [number, number];
  /** Rates, how many steps each of them had, and how many samples were trained on in all. */
  readonly rates: number;
  readonly stepsOfRate: number;
  readonly trained: number;
  readonly seconds: number;
  /** Rates with the mean cost of their samples, each before its step; null where it was infinite or NaN. */
  readonly points: readonly RatePoint[];
}

const RATES = 200;
const MOST_RATES = 10_000;
/** The range around the default of the optimiser. */
const AROUND = 1000;
/** Samples that each rate has at least: the cost of ten of them says little. */
const SAMPLES_OF_RATE = 100;

/**
 * Looks for a learning rate.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, NO_KERNELS, NO_MEMORY, INTERRUPTED, WORKER_LOST, WORKER_FAILED, TIMED_OUT
 */
export async function findRate(given: FindRateOptions = {}): Promise<FoundRate> {
  const { range, rates = RATES, onProgress, ...rest } = checkKnown(given, [...OWN_OPTIONS, ...Object.keys(OPTIONS)]);
  for (const name of NOT_OF_RATES) {
    const value = (rest as TrainOptions)[name];
    if (value !== undefined) throw wrongValue(name, 'none: η rises here from step to step, and nothing is kept', value);
  }
  checkInteger('rates', rates, 10, MOST_RATES);
  if (onProgress !== undefined && typeof onProgress !== 'function') throw wrongKind('onProgress', 'a function', onProgress);
  const ends = range === undefined ? undefined : checkRange(range);
  const options = checkOptionNames(rest);
  checkSignal(options.signal, 'the first step');
  const start = await startOf(options);
  const { data, configuration } = await planOf(start);
  checkSignal(options.signal, 'the first step');
  const around = OPTIMISERS[configuration.learning.optimiser].eta;
  const [least, most] = ends ?? [around / AROUND, around * AROUND];
  const samples = countSamples(data, 'training');
  const stepsOfRate = Math.ceil(SAMPLES_OF_RATE / configuration.batch);
  const begin = performance.now();
  const pool = new WorkerPool(configuration.workers);
  try {
    const session = await Session.start(constant(configuration, least), data, start.parameters ?? drawn(configuration), pool);
    const rise = new RateRise(session, samples, stepsOfRate * configuration.batch);
    const points = await rise.through(etasOf(least, most, rates), { signal: options.signal, onProgress });
    const { network, batch, learning, workers, seed } = configuration;
    return {
      ...readRates(points, rates),
      ...{ layers: network.layers, data: data.name, samples, batch, optimiser: learning.optimiser, kernels: session.kernels, workers, seed },
      ...{ range: [least, most], rates, stepsOfRate, trained: rise.trained, seconds: (performance.now() - begin) / 1000, points },
    };
  } finally {
    await pool.close();
  }
}

const drawn =
  ({ network, seed }: Configuration) =>
  (): Float32Array =>
    initialParameters(network, seed);

/** Without what would change η beside us. */
function constant(configuration: Configuration, eta: number): Configuration {
  return { ...configuration, eta, learning: { ...configuration.learning, schedule: { kind: 'constant' } } };
}

function checkRange(range: readonly [number, number]): readonly [number, number] {
  const list = checkList('range', range, 'the least and the largest η');
  if (list.length !== 2) throw wrongValue('range', 'the least and the largest η, such as 0.001,10', list);
  const [least, most] = list.map((eta) => checkNumber('range', eta, 0, true));
  if (!(least < most)) throw wrongValue('range', 'a largest η above the least', `${least},${most}`);
  return [least, most];
}

/** Evenly in their logarithm. */
function etasOf(least: number, most: number, rates: number): number[] {
  return Array.from({ length: rates }, (_, k) => least * (most / least) ** (k / (rates - 1)));
}
