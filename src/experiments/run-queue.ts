// The runs of a reproduction, side by side: every job is a training run with one worker, so as many go at once as there are
// cores, over one copy of the data set. That is faster than several workers in each run, which would wait for one another.

import { setMaxListeners } from 'node:events';
import type { Dataset } from '../data/dataset.js';
import { asError, NablaError } from '../errors.js';
import { train } from '../training/trainer.js';
import type { PublishedRun } from './published-runs.js';
import { dataFor, type EpochAccuracy, epochsOf, layersOf, measure, perfectEpoch } from './run-rules.js';

/** One run of one row. */
export interface RunJob {
  readonly run: PublishedRun;
  readonly seed: number;
  /** How long it takes, in units of its own. */
  readonly work: number;
}

/** All runs, longest first: so that no long one is left for the end, when the other cores have nothing to do. */
export function jobsOf(runs: readonly PublishedRun[], seeds: number, seed: number, data: Dataset): RunJob[] {
  const jobs = runs.flatMap((run) => Array.from({ length: seeds }, (_, k) => ({ run, seed: seed + k, work: workOf(run, data) })));
  return jobs.sort((a, b) => b.work - a.work);
}

/** Weights times samples: a sample that is trained on counts threefold (forward, BP2, BP4), one that is evaluated once. */
function workOf(run: PublishedRun, data: Dataset): number {
  const { training, validation, test } = dataFor(run, data);
  const layers = layersOf(run, data);
  const weights = layers.slice(1).reduce((sum, n, l) => sum + n * layers[l], 0);
  return epochsOf(run) * weights * (3 * training.labels.length + validation.labels.length + test.labels.length);
}

/** One training run. */
export interface SeedRun {
  readonly seed: number;
  /** What the row measures, and the same of the last epoch; per cent. */
  readonly accuracy: number;
  readonly last: number;
  /** The first epoch with all training images right, of a row that trains on few; null where there is none. */
  readonly perfect?: number | null;
  /** From the first step to the last evaluation, beside the other runs. */
  readonly seconds: number;
}

export interface QueueOptions {
  /** Hears how far all runs are: how many have ended, of how many, and the share of the work that is done. */
  onProgress?: (done: number, of: number, share: number) => void;
  /** Hears of every run that has ended. */
  onRun?: (id: string, run: SeedRun) => void;
  /** Stops all runs. */
  signal?: AbortSignal;
}

/** Jobs, taken one after another by as many lanes as run side by side. */
export class RunQueue {
  readonly #jobs: readonly RunJob[];
  readonly #data: Dataset;
  readonly #options: QueueOptions;
  /** Stops the other runs when one has failed. */
  readonly #failed = new AbortController();
  #failure: Error | undefined;
  readonly #signal: AbortSignal;
  readonly #ended: { readonly job: RunJob; readonly result: SeedRun }[] = [];
  /** Work done of each run under way. */
  readonly #under = new Map<RunJob, number>();
  #next = 0;
  kernels = '';

  constructor(jobs: readonly RunJob[], data: Dataset, options: QueueOptions) {
    this.#jobs = jobs;
    this.#data = data;
    this.#options = options;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#failed.signal]) : this.#failed.signal;
    // Every run under way listens; Node takes more than ten for a leak.
    setMaxListeners(0, this.#signal);
  }

  /** The runs of a row, by seed. */
  ended(run: PublishedRun): SeedRun[] {
    return this.#ended
      .filter(({ job }) => job.run === run)
      .map(({ result }) => result)
      .sort((a, b) => a.seed - b.seed);
  }

  async run(lanes: number): Promise<void> {
    await Promise.all(Array.from({ length: lanes }, () => this.#lane()));
    if (this.#options.signal?.aborted && this.#ended.length < this.#jobs.length) {
      throw new NablaError('INTERRUPTED', `Stopped after ${this.#ended.length} of ${this.#jobs.length} runs. Nothing is kept.`);
    }
    if (this.#failure) throw this.#failure;
  }

  async #lane(): Promise<void> {
    while (this.#next < this.#jobs.length && !this.#signal.aborted) {
      const job = this.#jobs[this.#next++];
      try {
        const result = await this.#train(job);
        this.#ended.push({ job, result });
        this.#options.onRun?.(job.run.id, result);
      } catch (error) {
        this.#failure ??= named(job, asError(error));
        this.#failed.abort();
      } finally {
        this.#under.delete(job);
      }
    }
  }

  async #train(job: RunJob): Promise<SeedRun> {
    const { run, seed } = job;
    const { cost, init, eta, lambda } = run;
    const epochs: EpochAccuracy[] = [];
    const { seconds } = await train({
      data: dataFor(run, this.#data),
      layers: layersOf(run, this.#data),
      ...{ activation: 'sigmoid', cost, init, epochs: epochsOf(run), batch: 10, eta, lambda, seed },
      workers: 1,
      signal: this.#signal,
      onEvent: (event) => {
        if (event.event === 'start') this.kernels = event.kernels;
        if (event.event !== 'epoch') return;
        epochs.push({ validation: event.validationAccuracy, test: event.testAccuracy });
        this.#progress(job, event.epoch / event.epochs);
      },
    });
    return { seed, ...measure(run, epochs), ...(run.images === undefined ? {} : { perfect: perfectEpoch(epochs) }), seconds };
  }

  #progress(job: RunJob, share: number): void {
    this.#under.set(job, share * job.work);
    const all = this.#jobs.reduce((sum, { work }) => sum + work, 0);
    const ended = this.#ended.reduce((sum, { job: { work } }) => sum + work, 0);
    const under = [...this.#under.values()].reduce((sum, work) => sum + work, 0);
    this.#options.onProgress?.(this.#ended.length, this.#jobs.length, (ended + under) / all);
  }
}

/** An error with the run that it ended. */
function named({ run, seed }: RunJob, error: Error): Error {
  if (error instanceof NablaError) return new NablaError(error.code, `${run.id}, seed ${seed}: ${error.message}`, { cause: error });
  return error;
}
