// The book's published runs, run again with several seeds, and whether the results are those that the book states. Accuracies are
// in per cent here, as in the book, and distances between them in points.

import { checkInteger, checkOneOf } from '../check.js';
import { checkDataset, countSamples, type Dataset, SPLITS } from '../data/dataset.js';
import { NablaError, wrongValue } from '../errors.js';
import { MAX_WORKERS } from '../options/options.js';
import { countCores } from '../system/cores.js';
import type { MachineRecord } from '../system/machine.js';
import { describeMachine } from '../system/machine.js';
import { version } from '../system/version.js';
import { Lanes } from '../training/lane.js';
import { isMnist } from './mnist-hash.js';
import { configurationOf, type PublishedJob, publishedJobs, type SeedRun } from './published-jobs.js';
import { PUBLISHED_RUNS, type PublishedRun } from './published-runs.js';
import { runJobs } from './run-queue.js';
import { bandOf, judge, layersOf, meanOf, type Verdict } from './run-rules.js';

export interface ReproduceOptions {
  /** Rows of the table. Default: all. */
  ids?: readonly string[];
  /** Seeds a row, from `seed` on. Default: 3. */
  seeds?: number;
  /** Default: 1. */
  seed?: number;
  /** Runs at a time. Default: one per core. */
  jobs?: number;
  /** Hears how far all runs are: how many have ended, of how many, and the share of the work that is done. */
  onProgress?: (done: number, of: number, share: number) => void;
  /** Hears of every run as it ends. */
  onRun?: (id: string, run: SeedRun) => void;
  /** Stops all runs. */
  signal?: AbortSignal;
}

export interface Row {
  readonly run: PublishedRun;
  /** Sizes of all layers. */
  readonly layers: readonly number[];
  readonly seeds: readonly SeedRun[];
  /** Over the seeds, per cent. */
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
  /** mean - the book's figure, points. */
  readonly difference: number;
  readonly band: readonly [low: number, high: number];
  readonly verdict: Verdict;
  /** Of one run, mean. */
  readonly seconds: number;
}

export interface Reproduction {
  /** ISO 8601 */
  readonly created: string;
  readonly version: string;
  readonly machine: MachineRecord;
  /** 'MNIST', or the name of what else it is. */
  readonly data: string;
  /** Samples for training, validation and test. */
  readonly samples: readonly [number, number, number];
  /** Whether the data are MNIST; nothing is compared where they are not. */
  readonly mnist: boolean;
  readonly kernels: string;
  readonly firstSeed: number;
  readonly jobs: number;
  /** Of all runs together, side by side. */
  readonly seconds: number;
  readonly rows: readonly Row[];
}

/** The rows of the table with these ids, in its order. */
function chooseRuns(ids: readonly string[]): readonly PublishedRun[] {
  const known = PUBLISHED_RUNS.map(({ id }) => id);
  for (const id of ids) checkOneOf('id', id, known);
  return ids.length === 0 ? PUBLISHED_RUNS : PUBLISHED_RUNS.filter(({ id }) => ids.includes(id));
}

/** Checks what can be checked before the data are read. */
export function checkReproduceOptions({ ids = [], seeds = 3, seed = 1, jobs = countCores().usable }: ReproduceOptions) {
  checkInteger('seed', seed, 0);
  return { runs: chooseRuns(ids), seeds: checkInteger('seeds', seeds, 1, 1000), seed, jobs: checkInteger('jobs', jobs, 1, MAX_WORKERS) };
}

/**
 * Runs rows of the book's table on a data set.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} INTERRUPTED, or what ended a run, with its row and seed
 */
export async function reproduce(data: Dataset, options: ReproduceOptions = {}): Promise<Reproduction> {
  const { runs, seeds, seed, jobs } = checkReproduceOptions(options);
  checkDataset(data);
  for (const split of SPLITS) if (countSamples(data, split) === 0) throw wrongValue(`data.${split}`, 'at least one sample', 0);
  const began = performance.now();
  const created = new Date().toISOString();
  const published = publishedJobs(runs, seeds, seed, data);
  const lanes = Math.min(jobs, published.length);
  const ended = await runAll(published, data, lanes, options);
  const mnist = isMnist(data);
  return {
    created,
    version: version(),
    machine: describeMachine(),
    data: mnist ? 'MNIST' : data.name,
    samples: [countSamples(data, 'training'), countSamples(data, 'validation'), countSamples(data, 'test')],
    mnist,
    kernels: ended[0].kernels,
    firstSeed: seed,
    jobs: lanes,
    seconds: (performance.now() - began) / 1000,
    rows: runs.map((run) => {
      const ofRow = ended.filter((_, k) => published[k].row === run).map(({ result }) => result);
      return summarise(run, layersOf(run, data), ofRow, mnist);
    }),
  };
}

async function runAll(jobs: readonly PublishedJob[], data: Dataset, count: number, { signal, onProgress, onRun }: ReproduceOptions) {
  const configurations = jobs.map(({ row }) => configurationOf(row, data));
  const lanes = new Lanes({ data }, configurations, count, 1);
  try {
    const outcomes = await runJobs(jobs, lanes.all, {
      failTogether: true,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
      onEnded: (k, { value }) => value && onRun?.(jobs[k].row.id, value.result),
    });
    const failure = outcomes.find((outcome) => outcome?.error)?.error;
    if (failure) throw failure;
    const ended = outcomes.flatMap((outcome) => outcome?.value ?? []);
    if (ended.length === jobs.length) return ended;
    throw new NablaError('INTERRUPTED', `Stopped after ${ended.length} of ${jobs.length} runs. Nothing is kept.`);
  } finally {
    await lanes.close();
  }
}

function summarise(run: PublishedRun, layers: readonly number[], seeds: readonly SeedRun[], compared: boolean): Row {
  const accuracies = seeds.map(({ accuracy }) => accuracy);
  const mean = meanOf(accuracies);
  return {
    run,
    layers,
    seeds,
    mean,
    minimum: Math.min(...accuracies),
    maximum: Math.max(...accuracies),
    difference: mean - run.book,
    band: bandOf(run),
    verdict: compared ? judge(run, accuracies) : 'not compared',
    seconds: meanOf(seeds.map((one) => one.seconds)),
  };
}
