// The runs of a reproduction as jobs: a training run with one worker for each row of the book's table and each seed.

import type { Dataset } from '../data/dataset.js';
import type { TrainEvent } from '../options/events.js';
import { type Configuration, configure, type TrainOptions } from '../options/options.js';
import { recordOf } from '../training/plan.js';
import { trainIn } from '../training/trainer.js';
import type { PublishedRun } from './published-runs.js';
import type { Job } from './run-queue.js';
import { dataFor, type EpochAccuracy, epochsOf, layersOf, measure, perfectEpoch } from './run-rules.js';

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

/** What a run gives. */
interface Ended {
  readonly result: SeedRun;
  readonly kernels: string;
}

export interface PublishedJob extends Job<Ended> {
  readonly row: PublishedRun;
}

/** Rows by seeds. */
export function publishedJobs(rows: readonly PublishedRun[], seeds: number, seed: number, data: Dataset): PublishedJob[] {
  return rows.flatMap((row) => Array.from({ length: seeds }, (_, k) => jobOf(row, seed + k, data)));
}

function jobOf(row: PublishedRun, seed: number, data: Dataset): PublishedJob {
  return {
    row,
    name: `${row.id}, seed ${seed}`,
    work: workOf(row, data),
    run: async (lane, { signal, progress }) => {
      const epochs: EpochAccuracy[] = [];
      let kernels = '';
      const onEvent = (event: TrainEvent): void => {
        if (event.event === 'start') kernels = event.kernels;
        if (event.event !== 'epoch') return;
        epochs.push({ validation: event.validationAccuracy, test: event.testAccuracy });
        progress(event.epoch / event.epochs);
      };
      const samples = dataFor(row, data);
      const record = recordOf(samples, { source: data.name, brought: true, sha256: '' });
      const { seconds } = await trainIn(lane, { ...optionsOf(row, data), seed, signal, onEvent }, { data: samples, record });
      const result = { seed, ...measure(row, epochs), ...(row.images === undefined ? {} : { perfect: perfectEpoch(epochs) }), seconds };
      return { result, kernels };
    },
  };
}

function optionsOf(row: PublishedRun, data: Dataset): TrainOptions {
  const { cost, init, eta, lambda } = row;
  return { layers: layersOf(row, data), activation: 'sigmoid', cost, init, epochs: epochsOf(row), batch: 10, eta, lambda };
}

/** What a row computes, for the memory that it takes. */
export function configurationOf(row: PublishedRun, data: Dataset): Configuration {
  return configure(optionsOf(row, data), dataFor(row, data));
}

/** Weights times samples: a sample that is trained on counts threefold (forward, BP2, BP4), one that is evaluated once. */
function workOf(row: PublishedRun, data: Dataset): number {
  const { training, validation, test } = dataFor(row, data);
  const layers = layersOf(row, data);
  const weights = layers.slice(1).reduce((sum, n, l) => sum + n * layers[l], 0);
  return epochsOf(row) * weights * (3 * training.labels.length + validation.labels.length + test.labels.length);
}
