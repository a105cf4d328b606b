// Several training runs over the same data, side by side: how many at a time and with how many workers each, and their results in order.

import { checkInteger } from '../check.js';
import { isRegression } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { layoutOf } from '../model/layout.js';
import { forAllApart } from '../mpi/agreement.js';
import { launchedBy } from '../mpi/launcher.js';
import type { TrainEvent } from '../options/events.js';
import { type Configuration, configure, MAX_WORKERS, type TrainOptions } from '../options/options.js';
import { withPreset } from '../options/presets.js';
import type { StoredData } from '../parallel/memory/sample-store.js';
import { isRun } from '../runs/files.js';
import { countCores } from '../system/cores.js';
import { type LaneCounts, Lanes } from '../training/lane.js';
import { type OpenedData, openData } from '../training/plan.js';
import type { TrainResult } from '../training/result.js';
import { startOf } from '../training/start.js';
import { trainIn } from '../training/trainer.js';
import { type Outcome, type QueueOptions, runJobs } from './run-queue.js';

/** How many runs there are at a time: options of all that train several. */
export interface SideBySideOptions {
  /** Runs at a time. Default: one per core, or as many as the workers of each leave cores for. */
  jobs?: number;
  /** Threads of each run. Default: 1, and more where there are fewer runs than cores, as many of them as pay. */
  workers?: number | 'auto';
}

/**
 * @param what asks for several runs: 'folds'
 * @throws {TypeError | RangeError} for what cannot be, and where a launcher has started several processes, which would all train the same
 */
export function checkSideBySide(what: string, { jobs, workers = 'auto' }: SideBySideOptions): void {
  if (jobs !== undefined) checkInteger('jobs', jobs, 1, MAX_WORKERS);
  if (workers !== 'auto') checkInteger('workers', workers, 1, MAX_WORKERS);
  const { size = 1, rank = 0, launcher = '' } = launchedBy() ?? {};
  if (size === 1) return;
  const next = 'The runs are on the cores of one host: start it without a launcher.';
  throw forAllApart(rank, wrongValue(what, 'one process, whose cores train several networks', `${size} that ${launcher} has started`, next));
}

/** One worker a run as long as the runs are as many as the cores: so none waits for another. */
export function laneCounts(runs: number, { jobs, workers = 'auto' }: SideBySideOptions): LaneCounts {
  const cores = countCores().usable;
  const lanes = Math.min(runs, jobs ?? Math.max(1, Math.floor(cores / (workers === 'auto' ? 1 : workers))));
  return { lanes, workers: workers === 'auto' ? Math.max(1, Math.floor(cores / lanes)) : workers };
}

/** The data that options name, read once for all runs. @param kept whether runs are kept, with a hash of the data */
export async function openOnce(options: TrainOptions, kept: boolean): Promise<OpenedData> {
  return openData(await startOf({ ...options, run: kept ? '.' : undefined }));
}

/** Options with what a saved network says of itself, where they name one to start from. @throws as `startOf` */
export async function completed(options: TrainOptions): Promise<TrainOptions> {
  return options.from === undefined ? options : (await startOf(options)).options;
}

/** What options compute on some data, their preset included. @throws {TypeError | RangeError} */
export function configurationOn({ data }: Pick<OpenedData, 'data'>, options: TrainOptions): Configuration {
  return configure(withPreset(options, isRegression(data)), data);
}

/** One of several runs. */
export interface OneOfSeveral {
  /** What messages call it: 'seed 3'. */
  readonly name: string;
  /** Where its folder `run` holds it already, begun here or by an earlier process, it goes on from there. */
  readonly options: TrainOptions;
  /** Samples that are stored, or some of them, and their record. */
  readonly opened: OpenedData;
}

export interface SeveralOptions extends SideBySideOptions, Pick<QueueOptions<TrainResult>, 'signal' | 'onProgress' | 'onOutcome' | 'failTogether'> {
  /** Hears what happens in each run, beside those of the others. */
  onEvent?: (index: number, event: TrainEvent) => void;
}

/** Trains some runs over stored samples. What came of each, in their order; undefined where all were stopped before. */
export async function trainSeveral(
  stored: StoredData,
  runs: readonly OneOfSeveral[],
  { jobs, workers, onEvent, ...queue }: SeveralOptions,
): Promise<(Outcome<TrainResult> | undefined)[]> {
  const configurations = await Promise.all(runs.map(async ({ options, opened }) => configurationOn(opened, await completed(options))));
  const counts = laneCounts(runs.length, { jobs, workers });
  const lanes = new Lanes(stored, configurations, counts.lanes, counts.workers);
  const work = (k: number): number => {
    const { network, epochs } = configurations[k];
    return layoutOf(network.layers).parameters * epochs;
  };
  try {
    return await runJobs(
      runs.map(({ name, options, opened }, k) => ({
        name,
        work: work(k),
        run: (lane, { signal, progress }) =>
          trainIn(
            lane,
            {
              ...(options.run !== undefined && isRun(options.run) ? { resume: options.run } : options),
              signal,
              onEvent: (event) => {
                if (event.event === 'epoch') progress(event.epoch / event.epochs);
                onEvent?.(k, event);
              },
            },
            opened,
          ),
      })),
      lanes.all,
      queue,
    );
  } finally {
    await lanes.close();
  }
}
