// Cross-validation: the samples for training and validation are dealt out to folds, and for each of them a network is trained on all others
// and measured on it, as many at a time as there are cores. Nothing is selected on a fold, and the test samples are not looked at. What
// comes out hangs on the options and the seed alone, not on the cores or the clock.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataDoubts } from '../../data/doubts.js';
import { NablaError } from '../../errors.js';
import { layoutOf } from '../../model/layout.js';
import { settingWarnings } from '../../options/doubts/index.js';
import { NO_VALIDATION } from '../../options/doubts/learning.js';
import type { Configuration } from '../../options/options.js';
import { dataFingerprint } from '../../runs/fingerprints.js';
import { type Lane, Lanes } from '../../training/lane.js';
import { recordOf } from '../../training/plan.js';
import type { TrainResult } from '../../training/result.js';
import { startOf } from '../../training/start.js';
import { trainIn } from '../../training/trainer.js';
import { type During, type Outcome, runJobs } from '../run-queue.js';
import { configurationOn, laneCounts } from '../side-by-side.js';
import type { CrossValidation, FoldResult } from './events.js';
import { type FoldData, openFolds } from './fold-data.js';
import { type CheckedFolds, type CrossValidateOptions, checkFolds } from './folds-options.js';
import { figuresOf, spreadsOf } from './metrics.js';
import { OutOfFoldOutputs } from './out-of-fold.js';

/**
 * Trains and measures a network for each fold.
 * @throws {TypeError | RangeError} for options that do not fit, before anything is trained
 * @throws {NablaError} BAD_DATA; INTERRUPTED; what ended the first run, where none has come to its end
 */
export async function crossValidate(options: CrossValidateOptions = {}): Promise<CrossValidation> {
  const began = performance.now();
  const checked = checkFolds(options);
  // Functions of the user's own are known from here on.
  await startOf(checked.options);
  const data = await openFolds(checked);
  return new CrossValidationUnderWay(checked, data).toEnd(began);
}

class CrossValidationUnderWay {
  readonly #checked: CheckedFolds;
  readonly #data: FoldData;
  readonly #configurations: readonly Configuration[];
  readonly #outputs: OutOfFoldOutputs | undefined;
  readonly #results: FoldResult[] = [];
  /** Folds whose folders this process has made. */
  readonly #begun = new Set<number>();

  constructor(checked: CheckedFolds, data: FoldData) {
    const { folds, options, outOfFold } = checked;
    this.#checked = checked;
    this.#data = data;
    // One after another: each may have data of its own.
    this.#configurations = Array.from({ length: folds }, (_, fold) => configurationOn({ data: data.of(fold) }, options));
    const { layers } = this.#configurations[0].network;
    if (outOfFold) this.#outputs = new OutOfFoldOutputs(data, layers[layers.length - 1]);
  }

  async toEnd(began: number): Promise<CrossValidation> {
    const { folds, jobs, workers, signal, tell } = this.#checked;
    const { stored } = this.#data;
    const counts = laneCounts(folds, { jobs, workers });
    this.#tellStart();
    const lanes = new Lanes(stored, this.#configurations, counts.lanes, counts.workers);
    let outcomes: (Outcome<TrainResult> | undefined)[];
    try {
      outcomes = await runJobs(
        this.#configurations.map(({ network, epochs }, fold) => ({
          name: titleOf(fold),
          work: layoutOf(network.layers).parameters * epochs,
          run: (lane, during) => this.#run(fold, lane, during),
        })),
        lanes.all,
        {
          ...(signal && { signal }),
          onOutcome: (fold, outcome) => this.#tell(fold, outcome),
          onProgress: (done, of, share) => tell({ event: 'progress', done, of, share }),
        },
      );
    } finally {
      await lanes.close();
    }
    if (outcomes.includes(undefined)) throw this.#interrupted(outcomes);
    const first = outcomes.find((outcome) => outcome?.error)?.error;
    if (first && outcomes.every((outcome) => outcome?.error)) throw first;
    const result = {
      folds: this.#results,
      metrics: spreadsOf(this.#results.flatMap(({ failure, figures }) => (failure ? [] : [figures]))),
      jobs: counts.lanes,
      workers: counts.lanes * counts.workers,
      seconds: (performance.now() - began) / 1000,
    };
    tell({ event: 'cross-validated', ...result });
    return { ...result, ...(this.#outputs && { outOfFold: this.#outputs.result }) };
  }

  #tellStart(): void {
    const { folds, options, folder, tell } = this.#checked;
    const { name, samples, testSamples, labels, groups, warnings } = this.#data;
    const [configuration] = this.#configurations;
    const first = this.#data.of(0);
    const doubts = [...dataDoubts(first), ...settingWarnings(options, configuration, first)];
    tell({
      event: 'folds',
      folds,
      stratified: labels !== undefined,
      ...(groups && { groups: groups.count }),
      seed: configuration.seed,
      data: name,
      samples,
      sizes: Array.from({ length: folds }, (_, fold) => this.#sizeOf(fold)),
      testSamples,
      network: configuration.network.layers,
      epochs: configuration.epochs,
      warnings: [...warnings, ...doubts.map((text) => (text === NO_VALIDATION ? BY_TRAINING_COST : text))],
      ...(folder !== undefined && { run: folder }),
    });
  }

  #sizeOf(fold: number): number {
    const { starts } = this.#data.order;
    return starts[fold + 1] - starts[fold];
  }

  async #run(fold: number, lane: Lane, { signal, progress }: During): Promise<TrainResult> {
    const { options } = this.#checked;
    const run = this.#folderOf(fold);
    // It was lost with its threads.
    if (run !== undefined && this.#begun.has(fold)) rmSync(run, { recursive: true, force: true });
    this.#begun.add(fold);
    const data = this.#data.of(fold);
    // Its samples stand in no file: a run that is kept is told apart from one of the data themselves.
    const record = recordOf(data, { source: data.name, brought: true, sha256: run === undefined ? '' : dataFingerprint(data) });
    const onEvent = (event: { event: string; epoch?: number; epochs?: number }): void => {
      if (event.event === 'epoch') progress((event.epoch ?? 0) / (event.epochs ?? 1));
    };
    const result = await trainIn(lane, { ...options, signal, onEvent, ...(run !== undefined && { run }) }, { data, record });
    await this.#outputs?.add(fold, data, result, this.#configurations[fold]);
    return result;
  }

  #folderOf(fold: number): string | undefined {
    const { folder } = this.#checked;
    return folder === undefined ? undefined : join(folder, nameOf(fold));
  }

  #tell(fold: number, { value, error }: Outcome<TrainResult>): void {
    const samples = this.#sizeOf(fold);
    const about = { fold: fold + 1, samples, trainingSamples: this.#data.samples - samples };
    const run = this.#folderOf(fold);
    const result: FoldResult = value
      ? {
          ...about,
          epochs: value.epochs,
          figures: figuresOf(value),
          weightsSha256: value.weightsSha256,
          ...(value.stopped !== undefined && { stopped: value.stopped }),
          ...(value.nothingLearnt && { nothingLearnt: value.nothingLearnt.text }),
          ...(run !== undefined && { run }),
        }
      : {
          ...about,
          figures: {},
          failure: { code: error instanceof NablaError ? error.code : 'ERROR', text: withoutName(fold, error?.message ?? '') },
        };
    this.#results.push(result);
    this.#checked.tell({ event: 'fold', ...result });
  }

  /** Those that have ended while one before them has not are told of, too. */
  #interrupted(outcomes: readonly (Outcome<TrainResult> | undefined)[]): NablaError {
    const from = this.#results.length;
    for (const [fold, outcome] of outcomes.entries()) if (fold >= from && outcome) this.#tell(fold, outcome);
    const { folder, folds } = this.#checked;
    const kept = folder === undefined ? 'Nothing is kept.' : `Their runs are in ${folder}.`;
    return new NablaError('INTERRUPTED', `Stopped after ${this.#results.length} of ${folds} folds. ${kept}`);
  }
}

/** The queue begins messages with the name of the run. */
function withoutName(fold: number, text: string): string {
  const name = `${titleOf(fold)}: `;
  return text.startsWith(name) ? text.slice(name.length) : text;
}

const titleOf = (fold: number): string => `fold ${fold + 1}`;
const nameOf = (fold: number): string => `fold-${fold + 1}`;

const BY_TRAINING_COST =
  'Nothing is selected on a fold: what goes by validation samples goes by the training cost here, which falls on where a network only learns its samples by heart.';
