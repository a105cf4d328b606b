// The same run with several seeds, side by side over the same samples: what of a figure is the setting's, and what is luck. The data are
// read, and split, by the first seed; each run has its own weights, order of samples and dropout.

import { countSamples } from '../../data/dataset.js';
import { dataDoubts } from '../../data/doubts.js';
import { NablaError } from '../../errors.js';
import { settingWarnings } from '../../options/doubts/index.js';
import type { TrainOptions } from '../../options/options.js';
import { isRun } from '../../runs/files.js';
import { RunFolder } from '../../runs/folder.js';
import { shellPath } from '../../system/shell-word.js';
import { type OpenedData, openData } from '../../training/plan.js';
import type { TrainResult } from '../../training/result.js';
import { startOf } from '../../training/start.js';
import type { Outcome } from '../run-queue.js';
import { configurationOn, laneCounts, trainSeveral } from '../side-by-side.js';
import { spreadOf } from '../statistics/spread.js';
import type { FigureSpread, SeedRun, SeedsResult } from './events.js';
import { decidingFigure, FIGURE_NAMES, figuresOf } from './figures.js';
import { checkSeedsFolder, runOfSeed, type SeedsRecord, writeSeeds } from './seeds-folder.js';
import { type CheckedSeeds, checkSeeds, type SeedsOptions } from './seeds-options.js';

/**
 * Trains the same network with several seeds. A seed whose run fails, or diverges, is reported, and the rest goes on.
 * @throws {TypeError | RangeError} for options that do not fit, before anything is trained
 * @throws {NablaError} INTERRUPTED; BAD_DATA, NOT_SAVED; what ended the first run, where none has come to its end
 */
export async function trainSeeds(options: SeedsOptions): Promise<SeedsResult> {
  const checked = checkSeeds(options);
  return (await SeedsUnderWay.begin(checked)).toEnd();
}

type Given = Omit<SeedsRecord, 'format' | 'created' | 'state' | 'runs' | 'figures'>;

class SeedsUnderWay {
  readonly #checked: CheckedSeeds;
  readonly #opened: OpenedData;
  readonly #options: TrainOptions;
  readonly #folder: string | undefined;
  readonly #record: Given;
  readonly #created = new Date().toISOString();
  readonly #startTime = performance.now();
  readonly #runs: SeedRun[] = [];

  private constructor(checked: CheckedSeeds, opened: OpenedData, options: TrainOptions, folder: string | undefined, record: Given) {
    this.#checked = checked;
    this.#opened = opened;
    this.#options = options;
    this.#folder = folder;
    this.#record = record;
  }

  static async begin(checked: CheckedSeeds): Promise<SeedsUnderWay> {
    const { seeds, shared, folder, parent, signal, tell } = checked;
    const isKept = (folder ?? parent) !== undefined;
    const splitSeed = typeof shared.data === 'object' ? undefined : (shared.splitSeed ?? seeds[0]);
    const options: TrainOptions = { ...shared, ...(splitSeed !== undefined && { splitSeed }) };
    const watched: TrainOptions = { ...options, signal, onEvent: (event) => event.event === 'reading' && tell(event) };
    const start = await startOf({ ...watched, seed: seeds[0], run: isKept ? '.' : undefined });
    const opened = await openData(start);
    const { data, record } = opened;
    const configuration = configurationOn(opened, start.options);
    const { layers } = configuration.network;
    const own = folder ?? (parent === undefined ? undefined : RunFolder.fresh(parent, layers, `-x${seeds.length}`));
    if (own !== undefined) checkSeedsFolder(own);
    tell({
      event: 'seeds',
      seeds,
      ...(splitSeed !== undefined && { splitSeed }),
      network: layers,
      epochs: configuration.epochs,
      data: data.name,
      samples: [countSamples(data, 'training'), countSamples(data, 'validation'), countSamples(data, 'test')],
      warnings: [...start.warnings, ...dataDoubts(data), ...settingWarnings(start.options, configuration, data)],
      ...(own !== undefined && { folder: own }),
    });
    const about = { seeds, ...(splitSeed !== undefined && { splitSeed }), network: layers, data: { name: data.name, sha256: record.sha256 } };
    return new SeedsUnderWay(checked, opened, options, own, about);
  }

  async toEnd(): Promise<SeedsResult> {
    const { seeds, signal, jobs, workers, tell } = this.#checked;
    this.#write('running');
    try {
      const outcomes = await trainSeveral(
        this.#opened,
        seeds.map((seed) => ({ name: `seed ${seed}`, options: { ...this.#options, seed, run: this.#runOf(seed) }, opened: this.#opened })),
        {
          jobs,
          workers,
          signal,
          onProgress: (done, of, share) => tell({ event: 'progress', done, of, share }),
          onOutcome: (k, outcome) => this.#end(seeds[k], outcome),
        },
      );
      if (outcomes.includes(undefined)) {
        // Those that have ended while one before them has not are told of, too.
        const told = this.#runs.length;
        for (const [k, outcome] of outcomes.entries()) if (k >= told && outcome) this.#end(seeds[k], outcome);
        throw this.#interrupted();
      }
      const failed = outcomes.find((outcome) => outcome?.error);
      if (failed?.error && outcomes.every((outcome) => outcome?.error)) throw failed.error;
      return this.#finish();
    } catch (error) {
      this.#write(signal?.aborted ? 'interrupted' : 'failed');
      throw error;
    }
  }

  /** Tells of a run that has ended, those before it first. @throws what is the user's to mend, or a mistake of nabla's */
  #end(seed: number, { value, error }: Outcome<TrainResult>): void {
    if (error && !(error instanceof NablaError && error.code !== 'BAD_DATA')) throw error;
    const run = error ? { seed, ...this.#placeOf(seed), failure: { code: error.code, text: error.message } } : { seed, ...ofTheNetwork(value) };
    this.#runs.push(run);
    this.#checked.tell({ event: 'run', ...run });
  }

  #finish(): SeedsResult {
    const counts = laneCounts(this.#checked.seeds.length, this.#checked);
    const result: SeedsResult = {
      runs: this.#runs,
      figures: this.#spreads(),
      workers: counts.lanes * counts.workers,
      jobs: counts.lanes,
      seconds: (performance.now() - this.#startTime) / 1000,
      ...(this.#folder !== undefined && { folder: this.#folder }),
    };
    this.#write('done');
    this.#checked.tell({ event: 'trained', ...result });
    return result;
  }

  /** Of each figure that there is; the one that decides first. */
  #spreads(): FigureSpread[] {
    const all = this.#runs.map((run) => (run.failure ? {} : figuresOf(run)));
    const deciding = decidingFigure(all);
    return [deciding, ...FIGURE_NAMES.filter((name) => name !== deciding)].flatMap((figure) => {
      const spread = spreadOf(all.flatMap((figures) => figures[figure] ?? []));
      return spread ? [{ figure, ...spread }] : [];
    });
  }

  #runOf(seed: number): string | undefined {
    return this.#folder === undefined ? undefined : runOfSeed(this.#folder, seed);
  }

  #placeOf(seed: number): { run?: string } {
    const run = this.#runOf(seed);
    return run !== undefined && isRun(run) ? { run } : {};
  }

  #write(state: SeedsRecord['state']): void {
    if (this.#folder === undefined) return;
    const ended = state === 'running' ? {} : { runs: this.#runs.map(({ run, ...rest }) => rest), figures: this.#spreads() };
    writeSeeds(this.#folder, { created: this.#created, state, ...this.#record, ...ended });
  }

  #interrupted(): NablaError {
    const { seeds } = this.#checked;
    const text = `Stopped after ${this.#runs.length} of ${seeds.length} seeds.`;
    if (this.#folder === undefined) return new NablaError('INTERRUPTED', `${text} Nothing is kept.`);
    const stopped = seeds.find((seed) => !this.#runs.some((run) => run.seed === seed) && this.#placeOf(seed).run !== undefined);
    const kept = `${text} They are kept in ${this.#folder}`;
    if (stopped === undefined) return new NablaError('INTERRUPTED', `${kept}.`);
    const next = { command: 'train', options: `--resume ${shellPath(runOfSeed(this.#folder, stopped))}` };
    return new NablaError('INTERRUPTED', `${kept}; each that was stopped goes on by itself: ${next.options}`, { next });
  }
}

/** Of a run's result what does not hang on the clock. */
function ofTheNetwork(result: TrainResult): Omit<SeedRun, 'seed'> {
  const { epochs, trainingCost, validationCost, validationAccuracy, testCost, testAccuracy, testFigures } = result;
  const { best, restored, nothingLearnt, stopped, weightsSha256, run } = result;
  return {
    epochs,
    trainingCost,
    validationCost,
    validationAccuracy,
    testCost,
    testAccuracy,
    ...(testFigures && { testFigures }),
    ...(best && { best }),
    ...(restored && { restored }),
    ...(nothingLearnt && { nothingLearnt }),
    ...(stopped !== undefined && { stopped }),
    weightsSha256,
    ...(run !== undefined && { run }),
  };
}
