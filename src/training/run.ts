// One run under way: its epochs part by part, their evaluations, events, and what happens when something goes wrong. The run
// always knows a last good state: from there it goes on when a worker is lost, and that is what is kept when it ends early.
//
//   part of an epoch ─▶ … ─▶ its last sample ─▶ evaluation ─▶ next epoch … ─▶ done
//     │  ▲                                        │  ▲
//     ▼  └─ from the good state ─┐                ▼  └── again ──┐
//   a worker is lost ─▶ all are replaced        a worker is lost ─▶ all are replaced     (the third time in a row: failed)

import { createHash } from 'node:crypto';
import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { fillOrder } from '../data/order.js';
import { asError, NablaError } from '../errors.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { DoneEvent, EpochEvent, StartEvent, TrainEvent } from '../options/events.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import type { Session, Snapshot } from '../parallel/session.js';
import type { Position, RateState } from '../runs/checkpoint.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import { EpochWalk } from './epoch-walk.js';
import type { LiveDiagnosis } from './live-diagnosis.js';
import { checkWeights, interrupted, keptText, positionAfter } from './outcome.js';
import { RateAndStopping } from './rate-and-stopping.js';
import type { TrainResult } from './result.js';
import type { RunRecorder, Standing } from './run-recorder.js';

/** How often a run reports its progress, and looks whether a checkpoint is due, in milliseconds. */
const PROGRESS_INTERVAL = 100;
/** How many times in a row workers may be lost. */
const MOST_LOSSES = 3;
/** What workers can do to a run that others can go on with. */
const LOSSES: ReadonlySet<string> = new Set(['WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT', 'FREED']);

export interface RunParts {
  readonly options: TrainOptions;
  readonly configuration: Configuration;
  readonly data: Dataset;
  readonly session: Session;
  readonly pool: WorkerPool;
  /** Where the run begins, or goes on. */
  readonly position: Position;
  readonly pace: RateState | undefined;
  /** The last epoch before that. */
  readonly last: EpochEvent | undefined;
  /** Whether the first steps shall show how many workers are best. */
  readonly undecided: boolean;
  readonly recorder: RunRecorder | undefined;
  readonly diagnosis: LiveDiagnosis | undefined;
  readonly start: StartEvent;
}

export class Run {
  readonly #parts: RunParts;
  readonly #walk: EpochWalk;
  readonly #rates: RateAndStopping;
  /** Training samples. */
  readonly #training: number;
  readonly #began: number;
  #pool: WorkerPool;
  #position: Position;
  #last: EpochEvent | undefined;
  #good: Standing | undefined;
  /** Room for the next good state. */
  #spare: Snapshot | undefined;
  /** Which epochs' orders are in the session's two places. */
  readonly #orders = [0, 0];

  constructor(parts: RunParts) {
    const { options, configuration, session, data, undecided, pool, position, pace, last } = parts;
    this.#parts = parts;
    this.#training = countSamples(data, 'training');
    this.#walk = new EpochWalk(options, configuration, session, undecided, (event) => this.#tell(event));
    this.#rates = new RateAndStopping(configuration, this.#training, pace);
    this.#began = performance.now() - 1000 * position.seconds;
    this.#pool = pool;
    this.#position = position;
    this.#last = last;
  }

  /** The threads at work now. */
  get pool(): WorkerPool {
    return this.#pool;
  }

  async toEnd(): Promise<TrainResult> {
    const { options, session, start } = this.#parts;
    const interrupt = (): void => session.interrupt();
    options.signal?.addEventListener('abort', interrupt);
    try {
      this.#tell(start);
      if (this.#position.steps === 0) this.#diagnose(0);
      await this.#walkAll();
      return await this.#finish();
    } catch (error) {
      throw await this.#fail(asError(error));
    } finally {
      options.signal?.removeEventListener('abort', interrupt);
      this.#parts.recorder?.close();
    }
  }

  #tell(event: TrainEvent): void {
    if (event.event !== 'progress') this.#parts.recorder?.note(event);
    this.#parts.options.onEvent?.(event);
  }

  async #walkAll(): Promise<void> {
    let losses = 0;
    while (!this.#isOver()) {
      try {
        if (losses > 0) await this.#replaceWorkers();
        if (this.#position.samples < this.#training) await this.#train();
        else await this.#evaluate();
        losses = 0;
      } catch (error) {
        if (!(error instanceof NablaError && LOSSES.has(error.code))) throw error;
        if (++losses === MOST_LOSSES) throw new NablaError(error.code, `${error.message} This was the third time in a row.`, { cause: error });
        const { epoch, samples } = this.#position;
        this.#tell({ event: 'recovery', epoch, samples, attempt: losses, code: error.code, text: error.message });
      }
    }
  }

  #isOver(): boolean {
    const { epoch, samples } = this.#position;
    if (epoch > this.#parts.configuration.epochs) return true;
    if (samples === 0) this.#rates.judge();
    return this.#rates.state.stopped !== undefined;
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
    await session.revive(this.#pool, this.#good?.position === this.#position ? this.#good.snapshot : undefined);
  }

  /** The next part of the epoch at hand. */
  async #train(): Promise<void> {
    const { recorder, session, configuration } = this.#parts;
    this.#checkInterrupt();
    const good = this.#standing(this.#spare);
    this.#good = good;
    // While a checkpoint is written from it, the next good state gets room of its own.
    this.#spare = recorder?.check(good) ? undefined : good.snapshot;
    const { epoch, samples, epochSeconds } = this.#position;
    const which = (epoch % 2) as 0 | 1;
    this.#drawOrder(epoch);
    session.eta = this.#rates.eta;
    const start = performance.now();
    const watch = { thrown: undefined as unknown };
    const progress = setInterval(() => this.#watch(start, watch), PROGRESS_INTERVAL);
    try {
      const running = this.#walk.part(which, samples, recorder?.stop(this.#position) ?? this.#training);
      // The next order is drawn while the workers train on this one.
      if (epoch < configuration.epochs) this.#drawOrder(epoch + 1);
      const walked = await running;
      if (watch.thrown !== undefined) throw watch.thrown;
      const took = (performance.now() - start) / 1000;
      const seconds = { seconds: this.#seconds, epochSeconds: epochSeconds + took };
      const after = positionAfter(walked, this.#parts, epoch);
      checkWeights(this.#parts, epoch, after.samples);
      this.#position = { ...this.#position, ...after, ...seconds, steps: session.steps };
    } finally {
      clearInterval(progress);
    }
  }

  #standing(into?: Snapshot): Standing {
    const { session, recorder } = this.#parts;
    return { snapshot: session.snapshot(into), position: this.#position, pace: this.#rates.state, history: recorder?.history };
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #drawOrder(epoch: number): void {
    const which = (epoch % 2) as 0 | 1;
    if (this.#orders[which] === epoch) return;
    fillOrder(this.#parts.session.order(which), this.#parts.configuration.seed, epoch);
    this.#orders[which] = epoch;
  }

  /** While workers train: says how far they are, and stops them for a checkpoint that is due. */
  #watch(start: number, watch: { thrown: unknown }): void {
    const { session, configuration, recorder } = this.#parts;
    const { epoch, samples, epochSeconds } = this.#position;
    if (recorder?.isDue) session.interrupt();
    const seconds = epochSeconds + (performance.now() - start) / 1000;
    try {
      this.#tell({ event: 'progress', epoch, epochs: configuration.epochs, samples: samples + session.progress, of: this.#training, seconds });
    } catch (error) {
      // Thrown from a timer it would end the process.
      watch.thrown = asError(error);
      session.interrupt();
    }
  }

  /** After the last sample of an epoch. */
  async #evaluate(): Promise<void> {
    const { session, configuration, recorder, data } = this.#parts;
    this.#checkInterrupt();
    const validation = await session.evaluate('validation');
    const test = await session.evaluate('test');
    this.#checkInterrupt();
    const { epochs } = configuration;
    const { epoch, epochSeconds, cost, correct } = this.#position;
    const event: EpochEvent = {
      event: 'epoch',
      epoch,
      epochs,
      eta: this.#rates.etaAfter(epoch),
      seconds: epochSeconds,
      samplesPerSecond: this.#training / epochSeconds,
      trainingCost: cost / this.#training,
      trainingAccuracy: isRegression(data) ? null : correct / this.#training,
      validationCost: validation.cost,
      validationAccuracy: validation.accuracy,
      testCost: test.cost,
      testAccuracy: test.accuracy,
      secondsLeft: (this.#seconds / epoch) * (epochs - epoch),
      phases: this.#walk.takePhases(),
    };
    this.#rates.note(event);
    const { best } = this.#rates.state;
    if (best?.epoch === epoch) recorder?.noteBest(best);
    this.#last = event;
    this.#position = { ...this.#position, epoch: epoch + 1, samples: 0, cost: 0, correct: 0, factor: 1, seconds: this.#seconds, epochSeconds: 0 };
    this.#tell(event);
    this.#diagnose(epoch);
  }

  #diagnose(epoch: number): void {
    const { diagnosis, session } = this.#parts;
    if (diagnosis) this.#tell(diagnosis.look(epoch, session.parameters, this.#rates.largestEta(Math.max(1, epoch))));
  }

  #checkInterrupt(): void {
    if (this.#parts.options.signal?.aborted) throw interrupted(this.#position, this.#parts.configuration.batch);
  }

  async #finish(): Promise<TrainResult> {
    const { session, recorder, configuration } = this.#parts;
    const { network } = configuration;
    const { trainingCost, validationAccuracy, testCost, testAccuracy, epoch } = this.#last as EpochEvent;
    const parameters = session.parameters;
    const done: DoneEvent = {
      event: 'done',
      epochs: epoch,
      trainingCost,
      validationAccuracy,
      testCost,
      testAccuracy,
      stopped: this.#rates.state.stopped,
      weightsSha256: createHash('sha256').update(littleEndian(parameters)).digest('hex'),
      seconds: this.#seconds,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      workers: this.#walk.workers,
      trace: this.#walk.trace,
      run: recorder?.path,
    };
    await recorder?.save(this.#standing());
    recorder?.finish('done', done);
    this.#tell(done);
    const forPrediction = parametersFrom(network, parameters);
    return {
      ...done,
      network,
      parameters,
      predict: (x) => feedForward(network, forPrediction, x).activations[network.layers.length - 1],
    };
  }

  /** Keeps the last good state of a run that ends early, and says how to go on from there. */
  async #fail(error: Error): Promise<Error> {
    const { recorder } = this.#parts;
    if (!recorder) return error;
    const code = error instanceof NablaError ? error.code : undefined;
    const state = code === 'INTERRUPTED' ? 'interrupted' : code === 'DIVERGED' ? 'diverged' : 'failed';
    try {
      const good = this.#good?.position === this.#position ? this.#good : this.#standing();
      await recorder.save(good);
      const said =
        error instanceof NablaError
          ? new NablaError(error.code, `${error.message} ${keptText(good, state, recorder.path)}`, { cause: error })
          : error;
      recorder.finish(state, { error: said.message });
      return said;
    } catch (thrown) {
      const what = code === 'NOT_SAVED' ? error.message : `${error.message} It could not be saved: ${asError(thrown).message}`;
      const lost = `${what} What was saved before is as it was; go on from there: nabla train --resume ${recorder.path}`;
      recorder.giveUp(lost);
      // What was asked for, a run that can go on, has failed.
      if (error instanceof NablaError) return new NablaError(code === 'INTERRUPTED' ? 'NOT_SAVED' : error.code, lost, { cause: error });
      return error;
    }
  }
}
