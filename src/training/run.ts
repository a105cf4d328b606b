// One run under way: its epochs part by part, their evaluations, events, and what happens when something goes wrong. The run
// always knows a last good state: from there it goes on when a worker is lost, and that is what is kept when it ends early.
//
//   part of an epoch ─▶ … ─▶ its last sample ─▶ evaluation ─▶ next epoch … ─▶ done
//     │  ▲                                        │  ▲
//     ▼  └─ from the good state ─┐                ▼  └── again ──┐
//   a worker is lost ─▶ all are replaced        a worker is lost ─▶ all are replaced     (the third time in a row: failed)

import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { asError, NablaError } from '../errors.js';
import { testFigures } from '../inference/test-figures.js';
import { loadKernels } from '../kernels/load.js';
import { batchesOf } from '../model/batch-growth.js';
import type { EpochEvent, StartEvent, TrainEvent } from '../options/events.js';
import { figureOf } from '../options/figure.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import type { Session } from '../parallel/session.js';
import type { Snapshot } from '../parallel/session-plan.js';
import type { Position, RateState } from '../runs/checkpoint.js';
import { type Averaged, withNetwork } from './averaged-network.js';
import { BestNetwork } from './best-network.js';
import { keepLastGood } from './early-end.js';
import { doneEvent, type Ended, endedWith } from './ending.js';
import { EpochTrainer } from './epoch-trainer.js';
import type { Listener } from './listener.js';
import type { LiveDiagnosis } from './live-diagnosis.js';
import { nothingLearnt } from './nothing-learnt.js';
import { checkWeights, interrupted, positionAfter } from './outcome.js';
import { withProgress } from './progress.js';
import { type Measured, RateAndStopping } from './rate-and-stopping.js';
import type { RunRecorder, TrainingState } from './run-recorder.js';

/** How many times in a row workers may be lost. */
const MOST_LOSSES = 3;
/** Errors of workers after which others can go on from the last good state. */
const RECOVERABLE: ReadonlySet<string> = new Set(['WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT', 'FREED']);

export interface RunParts {
  readonly options: TrainOptions;
  readonly configuration: Configuration;
  readonly data: Dataset;
  readonly session: Session;
  readonly pool: WorkerPool;
  /** Where the run begins, or goes on. */
  readonly position: Position;
  readonly rateState: RateState | undefined;
  /** The mean of networks there, where the run takes one. */
  readonly averaged: Averaged | undefined;
  /** The last epoch before that. */
  readonly last: EpochEvent | undefined;
  /** Whether the steps themselves shall show how many workers are best. */
  readonly measureWorkers: boolean;
  readonly recorder: RunRecorder | undefined;
  readonly listener: Listener;
  readonly diagnosis: LiveDiagnosis | undefined;
  /** Whether other processes share it: a worker that is lost then ends it. */
  readonly together: boolean;
  readonly start: StartEvent;
  /** What would make it faster. */
  readonly hint: string | undefined;
}

export class Run {
  readonly #parts: RunParts;
  readonly #epochTrainer: EpochTrainer;
  readonly #rates: RateAndStopping;
  readonly #best: BestNetwork;
  /** Training samples. */
  readonly #training: number;
  /** Samples per step in each epoch. */
  readonly #batchAt: (epoch: number) => number;
  readonly #startTime: number;
  #pool: WorkerPool;
  #position: Position;
  #averaged: Averaged | undefined;
  #last: EpochEvent | undefined;
  #lastGood: TrainingState | undefined;
  /** Memory for the next good state. */
  #spareSnapshot: Snapshot | undefined;

  constructor(parts: RunParts) {
    const { options, configuration, session, data, measureWorkers, recorder, pool, position, rateState, averaged, last } = parts;
    this.#parts = parts;
    this.#training = countSamples(data, 'training');
    this.#batchAt = batchesOf(configuration, this.#training);
    this.#epochTrainer = new EpochTrainer(options, configuration, session, measureWorkers, (event) => this.#emit(event));
    this.#rates = new RateAndStopping(configuration, this.#training, figureOf(data), rateState);
    this.#best = new BestNetwork(recorder, configuration.restoreBest);
    this.#startTime = performance.now() - 1000 * position.seconds;
    this.#pool = pool;
    this.#position = position;
    this.#averaged = averaged;
    this.#last = last;
  }

  /** The threads at work now. */
  get pool(): WorkerPool {
    return this.#pool;
  }

  /** Where it is kept, if it is. */
  get path(): string | undefined {
    return this.#parts.recorder?.path;
  }

  async toEnd(): Promise<Ended> {
    const { options, start, hint } = this.#parts;
    const interrupt = (): void => this.#epochTrainer.stop();
    options.signal?.addEventListener('abort', interrupt);
    try {
      this.#emit(start);
      if (hint !== undefined) this.#emit({ event: 'hint', text: hint });
      if (this.#position.steps === 0) this.#diagnose(0);
      await this.#trainAllEpochs();
      return await this.#finish();
    } catch (error) {
      throw await this.#fail(asError(error));
    } finally {
      options.signal?.removeEventListener('abort', interrupt);
      this.#parts.recorder?.close();
    }
  }

  #emit(event: TrainEvent): void {
    if (event.event !== 'progress') this.#parts.recorder?.record(event);
    this.#parts.listener.tell(event);
  }

  async #trainAllEpochs(): Promise<void> {
    let losses = 0;
    while (!this.#isOver()) {
      try {
        if (losses > 0) await this.#replaceWorkers();
        if (this.#position.samples < this.#training) await this.#train();
        else await this.#evaluate();
        losses = 0;
      } catch (error) {
        if (this.#parts.together || !(error instanceof NablaError && RECOVERABLE.has(error.code))) throw error;
        if (++losses === MOST_LOSSES) throw new NablaError(error.code, `${error.message} This was the third time in a row.`, { cause: error });
        const { epoch, samples } = this.#position;
        this.#emit({ event: 'recovery', epoch, samples, attempt: losses, code: error.code, text: error.message });
      }
    }
  }

  #isOver(): boolean {
    const { samples } = this.#position;
    if (this.#isComplete) return true;
    if (samples === 0) this.#rates.judge();
    // Not before there is an epoch to tell of.
    const isAsked = samples === 0 && this.#last !== undefined && this.#parts.listener.stopped !== undefined;
    return isAsked || this.#rates.state.stopped !== undefined;
  }

  get #isComplete(): boolean {
    return this.#position.epoch > this.#parts.configuration.epochs;
  }

  /** New threads for all that were there: none of the old ones may still write when the good state is put back. */
  async #replaceWorkers(): Promise<void> {
    const { configuration, session } = this.#parts;
    this.#checkInterrupt();
    if (!(await this.#pool.close())) {
      throw new NablaError(
        'THREAD_STUCK',
        'A thread of a lost worker does not end, in code that is not JavaScript; the run cannot go on in this process.',
      );
    }
    this.#pool = new WorkerPool(configuration.workers);
    // Lost in an evaluation, they have changed nothing.
    await session.revive(this.#pool, this.#lastGood?.position === this.#position ? this.#lastGood.snapshot : undefined);
  }

  /** Trains the next part of the current epoch. */
  async #train(): Promise<void> {
    const { recorder, session, configuration } = this.#parts;
    this.#checkInterrupt();
    const good = this.#state(this.#spareSnapshot);
    this.#lastGood = good;
    // While a checkpoint is written from it, the next good state gets memory of its own.
    this.#spareSnapshot = (await recorder?.writeCheckpointIfDue(good)) ? undefined : good.snapshot;
    const { epoch, samples, epochSeconds } = this.#position;
    const which = (epoch % 2) as 0 | 1;
    this.#drawOrder(epoch);
    session.eta = this.#rates.eta;
    const start = performance.now();
    const running = this.#epochTrainer.trainPart(which, samples, recorder?.nextStop(this.#position) ?? this.#training, this.#batchAt(epoch));
    // The next order is drawn while the workers train on this one.
    if (epoch < configuration.epochs) this.#drawOrder(epoch + 1);
    const trained = await withProgress(
      running,
      () => this.#reportProgress(start),
      () => this.#epochTrainer.stop(),
    );
    const took = (performance.now() - start) / 1000;
    const seconds = { seconds: this.#seconds, epochSeconds: epochSeconds + took };
    const after = positionAfter(trained, this.#parts, epoch);
    checkWeights(this.#parts, epoch, after.samples);
    this.#position = { ...this.#position, ...after, ...seconds, steps: session.steps };
  }

  /** What the run could go on from, as it is now. */
  #state(into?: Snapshot): TrainingState {
    const { session, recorder } = this.#parts;
    const snapshot = session.snapshot(into);
    return { snapshot, position: this.#position, rateState: this.#rates.state, averaged: this.#averaged, history: recorder?.history };
  }

  /** The network that the run stands for: the mean, once there is one. [P] in the book's order. */
  get #network(): Float32Array {
    return this.#averaged?.parameters ?? this.#parts.session.parameters;
  }

  get #seconds(): number {
    return (performance.now() - this.#startTime) / 1000;
  }

  #drawOrder(epoch: number): void {
    this.#parts.session.drawOrder((epoch % 2) as 0 | 1, epoch);
  }

  /** While workers train: reports how far they are, and stops them for a checkpoint that is due. */
  #reportProgress(start: number): void {
    const { configuration, recorder } = this.#parts;
    const { epoch, epochSeconds } = this.#position;
    if (recorder?.isDue) this.#epochTrainer.stop();
    const seconds = epochSeconds + (performance.now() - start) / 1000;
    this.#emit({ event: 'progress', epoch, epochs: configuration.epochs, samples: this.#epochTrainer.samples, of: this.#training, seconds });
  }

  /** After the last sample of an epoch. */
  async #evaluate(): Promise<void> {
    const { session, configuration, data } = this.#parts;
    this.#checkInterrupt();
    const { epochs, learning } = configuration;
    const isAveraged = learning.average !== undefined && this.#position.epoch >= learning.average;
    const averaged = isAveraged ? withNetwork(this.#averaged, session.parameters, learning.ema) : undefined;
    const evaluation = async () => ({ validation: await session.evaluate('validation'), test: await session.evaluate('test') });
    const { validation, test } = averaged ? await session.standIn(averaged.parameters, evaluation) : await evaluation();
    this.#checkInterrupt();
    // Not before the epoch is done: an evaluation that is taken up again takes the mean again.
    this.#averaged = averaged;
    const { epoch, epochSeconds, cost, correct } = this.#position;
    const measured: Measured = {
      epoch,
      trainingCost: cost / this.#training,
      trainingAccuracy: isRegression(data) ? null : correct / this.#training,
      validationCost: validation.cost,
      validationAccuracy: validation.accuracy,
      testCost: test.cost,
      testAccuracy: test.accuracy,
    };
    const best = this.#rates.note(measured);
    if (best) this.#best.keep(this.#rates.state, this.#network);
    const event: EpochEvent = {
      event: 'epoch',
      ...measured,
      epochs,
      eta: this.#rates.etaAfter(epoch),
      ...(learning.growBatch !== undefined && { batch: this.#batchAt(epoch) }),
      seconds: epochSeconds,
      samplesPerSecond: this.#training / epochSeconds,
      ...(best && { best }),
      secondsLeft: (this.#seconds / epoch) * (epochs - epoch),
      phases: this.#epochTrainer.takePhases(),
      exchange: this.#epochTrainer.takeExchange(),
    };
    this.#last = event;
    this.#position = { ...this.#position, epoch: epoch + 1, samples: 0, cost: 0, correct: 0, factor: 1, seconds: this.#seconds, epochSeconds: 0 };
    this.#emit(event);
    this.#diagnose(epoch);
  }

  #diagnose(epoch: number): void {
    const { diagnosis, session } = this.#parts;
    if (diagnosis) this.#emit(diagnosis.measure(epoch, session.parameters, this.#rates.largestEta(Math.max(1, epoch))));
  }

  #checkInterrupt(): void {
    if (this.#parts.options.signal?.aborted) throw interrupted(this.#position, this.#batchAt(this.#position.epoch));
  }

  async #finish(): Promise<Ended> {
    const { recorder, configuration, data, listener } = this.#parts;
    const { network, input, kernels, blas } = configuration;
    const last = this.#last as EpochEvent;
    const { measured, parameters, restored, warning } = this.#best.ending(last, this.#rates.state, this.#network);
    if (warning !== undefined) this.#emit({ event: 'warning', text: warning });
    const { best } = this.#rates;
    const seconds = this.#seconds;
    await recorder?.save(this.#state(), restored && parameters);
    const done = doneEvent(measured, parameters, {
      epochs: last.epoch,
      testFigures: await testFigures({ network, parameters }, data, { input, kernels: await loadKernels(kernels, blas) }),
      best,
      restored,
      nothingLearnt: await nothingLearnt(this.#parts, { measured, best }, parameters, this.#rates.largestEta(last.epoch)),
      stopped: this.#rates.state.stopped ?? (this.#isComplete ? undefined : listener.stopped),
      seconds,
      workers: this.#epochTrainer.workers,
      exchange: this.#epochTrainer.exchange,
      trace: this.#epochTrainer.trace,
      run: recorder?.path,
    });
    recorder?.finish('done', done);
    this.#emit(done);
    return endedWith(done, { network, parameters, input }, data);
  }

  /** Keeps the last good state of a run that ends early. Returns the error to throw. */
  async #fail(error: Error): Promise<Error> {
    const { recorder } = this.#parts;
    if (!recorder) return error;
    return keepLastGood(error, recorder, () => (this.#lastGood?.position === this.#position ? this.#lastGood : this.#state()));
  }
}
