// Trains an epoch with the workers, part by part as its caller asks: each part at once, or where workers are 'auto' in stretches,
// with as many workers as are chosen or being tried; the first with a trace, where one is asked for.

import { writeOutput } from '#platform';
import { asError } from '../errors.js';
import type { Exchange, WarningEvent, WorkersEvent } from '../options/events.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { STOP_DIVERGED } from '../parallel/barrier.js';
import type { EpochPart } from '../parallel/protocol.js';
import type { Session } from '../parallel/session.js';
import { byPhase, type PhaseFigures, STEP_PHASES, type Timing, thinning } from '../parallel/step/phase-timer.js';
import { AutoWorkers, type WorkersTurn } from '../scaling/auto.js';
import { usualWorkerCounts } from '../system/machine.js';
import { ExchangeTally } from './exchange-tally.js';
import type { TrainedPart } from './outcome.js';
import { chromeTrace } from './trace.js';

/** Steps of a trace, where the options name no number. */
const TRACE_STEPS = 100;

export class EpochTrainer {
  readonly #options: TrainOptions;
  readonly #configuration: Configuration;
  readonly #session: Session;
  readonly #emit: (event: WorkersEvent | WarningEvent) => void;
  /** Set where the number of workers is chosen while they train. */
  #auto: AutoWorkers | undefined;
  #workers: number;
  /** Samples per step. */
  #batch: number;
  /** Where the stretch that runs began, or the next one begins. */
  #from = 0;
  #isRunning = false;
  #isStopping = false;
  #traced = false;
  #trace: string | undefined;
  /** Microseconds of a step, once known. */
  #stepTime: number | undefined;
  /** Milliseconds of all workers in each of STEP_PHASES since `takePhases`. */
  #phases = STEP_PHASES.map(() => 0);
  readonly #exchanges = new ExchangeTally();

  /** @param measureWorkers whether the steps themselves shall show how many workers are best */
  constructor(
    options: TrainOptions,
    configuration: Configuration,
    session: Session,
    measureWorkers: boolean,
    emit: (event: WorkersEvent | WarningEvent) => void,
  ) {
    this.#emit = emit;
    this.#options = options;
    this.#configuration = configuration;
    this.#session = session;
    this.#workers = configuration.workers;
    this.#batch = configuration.batch;
    if (measureWorkers) this.#auto = new AutoWorkers(usualWorkerCounts(configuration.workers));
  }

  /** Threads that were chosen to train. */
  get workers(): number {
    return this.#workers;
  }

  /** File with the trace, once it has been written. */
  get trace(): string | undefined {
    return this.#trace;
  }

  /** The share of the workers' time in each part of a step since this was last asked; undefined where none was timed. */
  takePhases(): PhaseFigures | undefined {
    const phases = this.#phases;
    const all = phases.reduce((sum, ms) => sum + ms, 0);
    this.#phases = STEP_PHASES.map(() => 0);
    return all > 0 ? byPhase(phases.map((ms) => ms / all)) : undefined;
  }

  /** What several ranks have exchanged since this was last asked. */
  takeExchange(): Exchange | undefined {
    return this.#exchanges.takeEpoch();
  }

  /** What they have exchanged in all. */
  get exchange(): Exchange | undefined {
    return this.#exchanges.run;
  }

  /** Samples of the epoch that are done, while a part of it is trained on. */
  get samples(): number {
    return this.#from + (this.#isRunning ? this.#session.progress : 0);
  }

  /** Asks for an end of the part after the current step. */
  stop(): void {
    this.#isStopping = true;
    this.#session.interrupt();
  }

  /** Trains on samples from…upTo of an order in mini-batches of so many, or on as many samples as workers and signal allow. */
  async trainPart(order: 0 | 1, from: number, upTo: number, batch: number): Promise<TrainedPart> {
    this.#isStopping = false;
    this.#setBatch(batch);
    let trained: TrainedPart = { from, upTo };
    for (this.#from = from; this.#from < upTo && !this.#isEnding; ) {
      const parts = await this.#trainStretch(order, this.#from, upTo);
      trained = { from: this.#from, upTo, parts };
      if (parts.some(({ stopped, divergence }) => stopped === STOP_DIVERGED || divergence)) return trained;
      this.#from = Math.min(upTo, this.#from + parts[0].steps * batch);
    }
    // What comes between two parts is shared out as was chosen; in a trial it may as well be shared out as it is.
    if (this.#session.workers !== this.#workers && !this.#auto?.next().isTrial) await this.#attach(this.#workers);
    return trained;
  }

  /** Larger mini-batches have more to share: how many workers pay is to be found out anew. */
  #setBatch(batch: number): void {
    if (batch === this.#batch) return;
    this.#batch = batch;
    this.#stepTime = undefined;
    if (this.#auto) this.#auto = new AutoWorkers(usualWorkerCounts(this.#configuration.workers));
  }

  get #isEnding(): boolean {
    return this.#isStopping || (this.#options.signal?.aborted ?? false);
  }

  /** Trains on with as many workers and about as long as `auto` says, or else to the end. */
  async #trainStretch(order: 0 | 1, from: number, upTo: number): Promise<readonly EpochPart[]> {
    const turn = this.#auto?.next();
    // Nothing is awaited before the workers are at work unless it must be: the caller has things to do meanwhile.
    const workers = turn?.workers ?? this.#workers;
    const begin = performance.now();
    if (this.#session.workers !== workers || this.#session.batch !== this.#batch) await this.#attach(workers);
    const { trace, traceSteps = TRACE_STEPS } = this.#options;
    const tracing = trace !== undefined && !this.#traced;
    const timing = tracing ? { traced: traceSteps, every: 0 } : this.#sampledTiming(turn);
    const timer = turn && setTimeout(() => this.#session.interrupt(), turn.milliseconds);
    this.#isRunning = true;
    try {
      const parts = await this.#session.runEpoch(order, { from, upTo, timing });
      // With what it took to change to so many workers: it is a cost of the trial.
      const took = performance.now() - begin;
      this.#exchanges.add(parts[0], took);
      if (tracing) this.#writeTrace(trace, parts);
      else if (!turn?.isTrial) this.#addPhases(parts, took);
      this.#noteStretch(Math.min(upTo - from, parts[0].steps * this.#batch), parts[0].steps, took);
      return parts;
    } finally {
      clearTimeout(timer);
      this.#isRunning = false;
    }
  }

  async #attach(workers: number): Promise<void> {
    await this.#session.divide({ ...this.#configuration, workers, batch: this.#batch });
  }

  /** Tells `auto` how far a stretch came, and everybody what it then chose. */
  #noteStretch(samples: number, steps: number, took: number): void {
    const choice = this.#auto?.note(samples, steps, took);
    if (!choice) return;
    this.#workers = choice.workers;
    const event: WorkersEvent = { event: 'workers', ...choice };
    this.#emit(event);
  }

  /** Which steps are timed: so few that it costs nothing, none of a trial, and none before it is known how long one takes. */
  #sampledTiming(turn: WorkersTurn | undefined): Timing | undefined {
    return turn?.isTrial || this.#stepTime === undefined ? undefined : { traced: 0, every: thinning(this.#stepTime) };
  }

  /** Adds what the timed steps of a part took. */
  #addPhases(parts: readonly EpochPart[], took: number): void {
    const { steps } = parts[0];
    if (steps > 0) this.#stepTime = (1000 * took) / steps;
    for (const { timings } of parts) {
      for (const [k, ms] of (timings?.usual ?? []).entries()) if (Number.isFinite(ms)) this.#phases[k] += ms;
    }
  }

  #writeTrace(path: string, parts: readonly EpochPart[]): void {
    const { layers } = this.#configuration.network;
    const timings = parts.flatMap((part) => part.timings ?? []);
    this.#traced = true;
    try {
      writeOutput('The trace', path, chromeTrace(layers, timings, parts[0].exchange && 0));
      this.#trace = path;
    } catch (error) {
      this.#emit({ event: 'warning', text: `${asError(error).message} The run goes on without it.` });
    }
  }
}
