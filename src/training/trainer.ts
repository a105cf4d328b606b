// A training run from options to result: data, a session, epochs with their evaluations, events, and the run's folder.
// It prints nothing and handles no signals; the command line does that.

import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { checkDataset, type Dataset } from '../data/dataset.js';
import { loadDataset } from '../data/load.js';
import { fillOrder } from '../data/order.js';
import { asError, NablaError } from '../errors.js';
import { initialParameters } from '../model/initialisers.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { STOP_DIVERGED } from '../parallel/barrier.js';
import { WorkerPool } from '../parallel/pool.js';
import type { EpochPart } from '../parallel/protocol.js';
import { AutoWorkers, type Walked } from '../scaling/auto.js';
import { countCores } from '../scaling/cores.js';
import { usualWorkerCounts } from '../scaling/machine.js';
import type { DoneEvent, EpochEvent, StartEvent } from './events.js';
import { type Configuration, checkOptionNames, configure, type TrainOptions, workersOf } from './options.js';
import { type DataRecord, RunFolder } from './run-folder.js';
import { littleEndian } from './safetensors.js';
import { Session } from './session.js';
import { type Settled, settle } from './settle.js';
import { checkTracePath, writeTrace } from './trace.js';

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
  if (options.trace !== undefined) checkTracePath(options.trace);
  // The threads boot while the data are read.
  const pool = new WorkerPool(workersOf(options.workers));
  try {
    const { data, record } = await dataOf(options);
    const { configuration, ...settled } = settle(options, configure(options, data), data);
    const session = await Session.start(configuration, data, () => initialParameters(configuration.network, configuration.seed), pool);
    return await new Run(options, configuration, data, record, session, settled).toEnd();
  } finally {
    await pool.close();
  }
}

async function dataOf({ data = 'mnist', validation, seed }: TrainOptions): Promise<{ data: Dataset; record: DataRecord }> {
  if (typeof data !== 'string') {
    checkDataset(data);
    return { data, record: { source: data.name } };
  }
  return { data: await loadDataset(data, { seed, validation }), record: { source: data, validation } };
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
  readonly #auto: AutoWorkers | undefined;
  #workers: number;
  #traced = false;
  /** The epoch at hand, counted from 1. */
  #epoch = 0;

  constructor(options: TrainOptions, configuration: Configuration, data: Dataset, record: DataRecord, session: Session, settled: Settled) {
    this.#options = options;
    this.#settled = settled;
    this.#workers = configuration.workers;
    if (settled.undecided) this.#auto = new AutoWorkers(session, configuration, usualWorkerCounts(configuration.workers));
    this.#configuration = configuration;
    this.#data = data;
    this.#session = session;
    const path = options.run ?? (options.runs === undefined ? undefined : RunFolder.fresh(options.runs, configuration.network.layers));
    if (path !== undefined) {
      const created = new Date().toISOString();
      this.#folder = new RunFolder(path, { created, configuration, data: record, environment: environment(session.kernels) });
    }
  }

  async toEnd(): Promise<TrainResult> {
    const interrupt = (): void => this.#session.interrupt();
    this.#options.signal?.addEventListener('abort', interrupt);
    try {
      this.#emitStart();
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
    for (this.#epoch = 1; this.#epoch <= epochs; this.#epoch++) {
      last = await this.#trainEpoch(this.#epoch);
      this.#folder?.addMetrics(last);
      this.#options.onEvent?.(last);
    }
    return last as EpochEvent;
  }

  async #trainEpoch(epoch: number): Promise<EpochEvent> {
    const { epochs, seed } = this.#configuration;
    const samples = this.#data.training.labels.length;
    this.#checkInterrupt();
    const start = performance.now();
    const progress = setInterval(() => this.#emitProgress(start), PROGRESS_INTERVAL);
    let walked: Required<Walked>;
    try {
      const which = (epoch % 2) as 0 | 1;
      const running = this.#walkEpoch(which);
      // The next order is drawn while the workers train on this one.
      if (epoch < epochs) fillOrder(this.#session.order(which === 0 ? 1 : 0), seed, epoch + 1);
      walked = await running;
    } finally {
      clearInterval(progress);
    }
    this.#checkParts(walked);
    const { parts } = walked;
    const seconds = (performance.now() - start) / 1000;
    this.#checkWeights();
    const validation = await this.#session.evaluate('validation');
    const test = await this.#session.evaluate('test');
    this.#checkInterrupt();
    return {
      event: 'epoch',
      epoch,
      epochs,
      seconds,
      samplesPerSecond: samples / seconds,
      trainingCost: parts[0].state.cost / samples,
      validationCost: validation.cost,
      validationAccuracy: validation.accuracy,
      testAccuracy: test.accuracy,
      secondsLeft: ((performance.now() - this.#began) / 1000 / epoch) * (epochs - epoch),
    };
  }

  /** Trains an epoch, the first ones in stretches until the number of workers is settled. */
  async #walkEpoch(order: 0 | 1): Promise<Required<Walked>> {
    const training = this.#data.training.labels.length;
    const auto = this.#auto?.choice ? undefined : this.#auto;
    const walked = await auto?.walk(order, training, () => this.#options.signal?.aborted ?? false);
    if (auto?.choice) {
      this.#workers = auto.choice.workers;
      this.#options.onEvent?.({ event: 'workers', ...auto.choice });
    }
    const { upTo = 0, parts } = walked ?? {};
    if (parts && (upTo === training || isStopped(parts))) return { from: walked?.from ?? 0, upTo, parts };
    if (this.#options.signal?.aborted) await this.#session.endEpoch();
    this.#checkInterrupt();
    const traced = this.#options.trace === undefined || this.#traced ? 0 : (this.#options.traceSteps ?? 100);
    const timing = traced > 0 ? { traced, every: 0 } : undefined;
    const rest = await this.#session.runEpoch(order, { from: upTo, timing });
    if (timing) this.#writeTrace(rest);
    return { from: upTo, upTo: training, parts: rest };
  }

  #writeTrace(parts: readonly EpochPart[]): void {
    this.#traced = true;
    writeTrace(
      this.#options.trace as string,
      this.#configuration.network.layers,
      parts.flatMap(({ timings }) => timings ?? []),
    );
  }

  #checkInterrupt(): void {
    if (this.#options.signal?.aborted) throw new NablaError('INTERRUPTED', `Stopped in epoch ${this.#epoch}.${this.#kept()}`);
  }

  /** Where the weights are that a run which ends early leaves behind. */
  #kept(): string {
    return this.#folder ? ` The weights so far are kept in ${this.#folder.path}.` : '';
  }

  /** Throws where the workers stopped before the end of the epoch. */
  #checkParts({ from, parts }: Required<Walked>): void {
    const { batch } = this.#configuration;
    const before = from / batch;
    const seen = parts.flatMap(({ divergence }, i) => (divergence ? [{ ...divergence, worker: i + 1 }] : []));
    if (parts[0].stopped === STOP_DIVERGED || seen.length > 0) {
      const first = seen.reduce((a, b) => (b.row < a.row ? b : a));
      const sample = this.#session.order((this.#epoch % 2) as 0 | 1)[from + first.step * batch + first.row];
      throw this.#diverged(
        `the cost of sample ${sample} became infinite or NaN in step ${before + first.step + 1}, first seen in layer ${first.layer} (worker ${first.worker})`,
      );
    }
    if (parts[0].stopped !== 0)
      throw new NablaError('INTERRUPTED', `Stopped in epoch ${this.#epoch} after ${before + parts[0].steps} steps.${this.#kept()}`);
  }

  #checkWeights(): void {
    const layer = this.#session.nonFiniteLayer();
    if (layer === undefined) return;
    const steps = Math.ceil(this.#data.training.labels.length / this.#configuration.batch);
    throw this.#diverged(`a weight or bias of layer ${layer} was infinite or NaN after step ${steps}`);
  }

  #diverged(what: string): NablaError {
    const { eta } = this.#configuration;
    return new NablaError(
      'DIVERGED',
      `Diverged in epoch ${this.#epoch}: ${what}. Try a smaller learning rate than η = ${eta}, for example ${eta / 10}.`,
    );
  }

  #emitStart(): void {
    const { network, epochs, batch, eta, lambda, seed, workers, shards, gradient, input } = this.#configuration;
    const { kernels, note, layout, memoryBytes } = this.#session;
    const event: StartEvent = {
      event: 'start',
      network: network.layers,
      activations: network.activations,
      cost: network.cost,
      parameters: layout.parameters,
      data: this.#data.name,
      samples: this.#data.training.labels.length,
      validationSamples: this.#data.validation.labels.length,
      testSamples: this.#data.test.labels.length,
      workers,
      cores: countCores().usable,
      machineCores: countCores().machine,
      workersWhy: this.#settled.why,
      warnings: this.#settled.warnings.length > 0 ? this.#settled.warnings : undefined,
      shards,
      gradient,
      input,
      kernels,
      kernelsNote: note,
      batch,
      epochs,
      eta,
      lambda,
      seed,
      bits: bitsOf(this.#configuration, kernels, this.#options.shards !== undefined),
      memoryBytes,
      run: this.#folder?.path,
    };
    this.#options.onEvent?.(event);
  }

  #emitProgress(start: number): void {
    this.#options.onEvent?.({
      event: 'progress',
      epoch: this.#epoch,
      epochs: this.#configuration.epochs,
      samples: this.#session.progress,
      of: this.#data.training.labels.length,
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
      testAccuracy: last.testAccuracy,
      weightsSha256: createHash('sha256').update(littleEndian(parameters)).digest('hex'),
      seconds: (performance.now() - this.#began) / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      workers: this.#workers,
      trace: this.#traced ? this.#options.trace : undefined,
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

function isStopped(parts: readonly EpochPart[]): boolean {
  return parts.some(({ stopped, divergence }) => stopped !== 0 || divergence);
}

function bitsOf({ gradient }: Configuration, kernels: string, fixedShards: boolean): StartEvent['bits'] {
  // A BLAS may add in another order for another number of rows.
  if (kernels === 'blas' || (gradient === 'partial' && !fixedShards)) return 'this worker count';
  return kernels === 'simd' ? 'any machine' : 'this machine';
}

function environment(kernels: string): Record<string, unknown> {
  return { node: process.version, platform: `${process.platform} ${process.arch}`, processor: cpus()[0]?.model, cores: countCores(), kernels };
}
