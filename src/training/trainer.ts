// A training run from options to result: data, a session, epochs with their evaluations, events, and the run's folder.
// It prints nothing and handles no signals; the command line does that.

import { createHash } from 'node:crypto';
import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { datasetOf } from '../data/load.js';
import { fillOrder } from '../data/order.js';
import { asError, NablaError } from '../errors.js';
import { initialParameters } from '../model/initialisers.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { WorkerPool } from '../parallel/pool.js';
import type { Walked } from '../scaling/auto.js';
import { describeMachine } from '../scaling/machine.js';
import { checkWeights, interrupted, type Standing, stateOf } from './endings.js';
import { EpochWalk } from './epoch-walk.js';
import type { DoneEvent, EpochEvent } from './events.js';
import { LiveDiagnosis } from './live-diagnosis.js';
import { type Configuration, checkOptionNames, configure, type TrainOptions, workersOf } from './options.js';
import { checkOutputPath } from './output-file.js';
import { Pace } from './pace.js';
import { type DataRecord, RunFolder } from './run-folder.js';
import { littleEndian } from './safetensors.js';
import { Session } from './session.js';
import { type Settled, settle } from './settle.js';
import { startOf } from './start.js';
import { startEvent } from './start-event.js';

/** How often a run reports its progress, in milliseconds. */
const PROGRESS_INTERVAL = 100;

export interface TrainResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Output activations a^L for one sample, its inputs scaled as in training. In float64, on this thread. */
  predict(x: readonly number[]): number[];
}

/**
 * Trains a network on worker threads.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, DIVERGED, WORKER_LOST, TIMED_OUT, INTERRUPTED, NOT_SAVED
 */
export async function train(options: TrainOptions = {}): Promise<TrainResult> {
  checkOptionNames(options);
  if (options.run !== undefined) RunFolder.check(options.run);
  if (options.trace !== undefined) checkOutputPath('trace', options.trace);
  const start = await startOf(options);
  // The threads boot while the data are read.
  const pool = new WorkerPool(workersOf(options.workers));
  try {
    const { data, record } = await dataOf(options);
    const { configuration, warnings, ...settled } = settle(start.options, configure(start.options, data), data);
    const drawn = (): Float32Array => initialParameters(configuration.network, configuration.seed);
    const session = await Session.start(configuration, data, start.parameters ?? drawn, pool);
    const all = { ...settled, warnings: [...warnings, ...start.warnings] };
    const diagnosis = options.diagnose ? await LiveDiagnosis.open(configuration, data) : undefined;
    return await new Run(options, configuration, data, record, session, all, diagnosis).toEnd();
  } finally {
    await pool.close();
  }
}

async function dataOf({ data = 'mnist', validation, seed }: TrainOptions): Promise<{ data: Dataset; record: DataRecord }> {
  const opened = await datasetOf(data, { seed, validation });
  const { name, inputs, classes, scale } = opened;
  const origin = typeof data === 'string' ? { source: data, validation } : { source: name };
  return { data: opened, record: { ...origin, name, inputs, classes, scale, regression: isRegression(opened) } };
}

/** One run under way. */
class Run {
  readonly #options: TrainOptions;
  readonly #configuration: Configuration;
  readonly #data: Dataset;
  readonly #session: Session;
  readonly #folder: RunFolder | undefined;
  readonly #began = performance.now();
  readonly #settled: Settled;
  readonly #walk: EpochWalk;
  readonly #pace: Pace;
  readonly #diagnosis: LiveDiagnosis | undefined;
  /** Why the run ends before its last epoch, if it does. */
  #stopped: string | undefined;
  /** The epoch at hand, counted from 1. */
  #epoch = 0;

  constructor(
    options: TrainOptions,
    configuration: Configuration,
    data: Dataset,
    record: DataRecord,
    session: Session,
    settled: Settled,
    diagnosis: LiveDiagnosis | undefined,
  ) {
    this.#diagnosis = diagnosis;
    this.#options = options;
    this.#settled = settled;
    this.#walk = new EpochWalk(options, configuration, session, countSamples(data, 'training'), settled.undecided);
    this.#pace = new Pace(configuration, countSamples(data, 'training'));
    this.#configuration = configuration;
    this.#data = data;
    this.#session = session;
    const path = options.run ?? (options.runs === undefined ? undefined : RunFolder.fresh(options.runs, configuration.network.layers));
    if (path !== undefined) {
      const created = new Date().toISOString();
      this.#folder = new RunFolder(path, { created, configuration, data: record, environment: { ...describeMachine(), kernels: session.kernels } });
    }
  }

  async toEnd(): Promise<TrainResult> {
    const interrupt = (): void => this.#session.interrupt();
    this.#options.signal?.addEventListener('abort', interrupt);
    try {
      const { shards, onEvent } = this.#options;
      onEvent?.(startEvent(this.#configuration, this.#session, this.#data, this.#settled, shards !== undefined, this.#folder?.path));
      this.#diagnose(0);
      const last = await this.#epochs();
      return this.#finish(last);
    } catch (error) {
      this.#saveFailure(asError(error));
      throw error;
    } finally {
      this.#options.signal?.removeEventListener('abort', interrupt);
    }
  }

  async #epochs(): Promise<EpochEvent> {
    const { epochs, seed } = this.#configuration;
    fillOrder(this.#session.order(1), seed, 1);
    let last: EpochEvent | undefined;
    for (this.#epoch = 1; this.#epoch <= epochs && this.#stopped === undefined; this.#epoch++) {
      last = await this.#trainEpoch(this.#epoch);
      this.#folder?.addMetrics(last);
      this.#options.onEvent?.(last);
      this.#diagnose(this.#epoch);
      if (this.#epoch < epochs) this.#stopped = this.#pace.note(last);
    }
    return last as EpochEvent;
  }

  /** Where the run stands, for those that judge it. */
  get #at(): Standing {
    return { epoch: this.#epoch, configuration: this.#configuration, session: this.#session, folder: this.#folder };
  }

  #diagnose(epoch: number): void {
    const looked = this.#diagnosis?.look(epoch, this.#session.parameters, this.#pace.largestEta(Math.max(1, epoch)));
    if (!looked) return;
    this.#folder?.addMetrics(looked);
    this.#options.onEvent?.(looked);
  }

  async #trainEpoch(epoch: number): Promise<EpochEvent> {
    const { epochs, seed } = this.#configuration;
    const samples = countSamples(this.#data, 'training');
    this.#checkInterrupt();
    const start = performance.now();
    const progress = setInterval(() => this.#emitProgress(start), PROGRESS_INTERVAL);
    let walked: Walked;
    try {
      const which = (epoch % 2) as 0 | 1;
      this.#session.eta = this.#pace.eta;
      const running = this.#walk.epoch(which);
      // The next order is drawn while the workers train on this one.
      if (epoch < epochs) fillOrder(this.#session.order(which === 0 ? 1 : 0), seed, epoch + 1);
      walked = await running;
    } finally {
      clearInterval(progress);
    }
    const seconds = (performance.now() - start) / 1000;
    const { cost } = stateOf(walked, this.#at);
    checkWeights(this.#at);
    const validation = await this.#session.evaluate('validation');
    const test = await this.#session.evaluate('test');
    this.#checkInterrupt();
    return {
      event: 'epoch',
      epoch,
      epochs,
      eta: this.#pace.etaAfter(epoch),
      seconds,
      samplesPerSecond: samples / seconds,
      trainingCost: cost / samples,
      validationCost: validation.cost,
      validationAccuracy: validation.accuracy,
      testCost: test.cost,
      testAccuracy: test.accuracy,
      secondsLeft: ((performance.now() - this.#began) / 1000 / epoch) * (epochs - epoch),
    };
  }

  #checkInterrupt(): void {
    if (this.#options.signal?.aborted) throw interrupted(this.#epoch, this.#folder);
  }

  #emitProgress(start: number): void {
    this.#options.onEvent?.({
      event: 'progress',
      epoch: this.#epoch,
      epochs: this.#configuration.epochs,
      samples: this.#session.progress,
      of: countSamples(this.#data, 'training'),
      seconds: (performance.now() - start) / 1000,
    });
  }

  #finish(last: EpochEvent): TrainResult {
    const { network } = this.#configuration;
    const parameters = this.#session.parameters;
    const done: DoneEvent = {
      event: 'done',
      epochs: last.epoch,
      trainingCost: last.trainingCost,
      validationAccuracy: last.validationAccuracy,
      testCost: last.testCost,
      testAccuracy: last.testAccuracy,
      stopped: this.#stopped,
      weightsSha256: createHash('sha256').update(littleEndian(parameters)).digest('hex'),
      seconds: (performance.now() - this.#began) / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      workers: this.#walk.workers,
      trace: this.#walk.trace,
      run: this.#folder?.path,
    };
    this.#folder?.saveParameters(parameters);
    this.#folder?.finish('done', done);
    this.#options.onEvent?.(done);
    const forPrediction = parametersFrom(network, parameters);
    return {
      ...done,
      network,
      parameters,
      predict: (x) => feedForward(network, forPrediction, x).activations[network.layers.length - 1],
    };
  }

  /** Keeps what can be kept of a run that ends early; the error that ended it matters more than one while saving. */
  #saveFailure(error: Error): void {
    const code = error instanceof NablaError ? error.code : undefined;
    const state = code === 'INTERRUPTED' ? 'interrupted' : code === 'DIVERGED' ? 'diverged' : 'failed';
    try {
      if (state !== 'failed') this.#folder?.saveParameters(this.#session.parameters);
      this.#folder?.finish(state, { error: error.message });
    } catch {
      // The disk that cannot take this is often the very reason for the error.
    }
  }
}
