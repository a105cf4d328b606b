// Trains an epoch with the workers, part by part: in short stretches, until the number of workers is chosen; the first part after
// that with a trace, where one is asked for; the rest as its caller asks.

import { asError } from '../errors.js';
import type { WarningEvent, WorkersEvent } from '../options/events.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import type { EpochPart } from '../parallel/protocol.js';
import type { Session } from '../parallel/session.js';
import { STEP_PHASES, type StepPhase, type Timing, thinning } from '../parallel/step/phase-timer.js';
import { AutoWorkers, isStopped, type TrainedPart } from '../scaling/auto.js';
import { usualWorkerCounts } from '../system/machine.js';
import { writeOutput } from '../system/output-file.js';
import { chromeTrace } from './trace.js';

/** Steps of a trace, where the options name no number. */
const TRACE_STEPS = 100;

export class EpochTrainer {
  readonly #options: TrainOptions;
  readonly #configuration: Configuration;
  readonly #session: Session;
  readonly #emit: (event: WorkersEvent | WarningEvent) => void;
  /** Set until the number of workers is chosen. */
  #auto: AutoWorkers | undefined;
  #workers: number;
  #traced = false;
  #trace: string | undefined;
  /** Microseconds of a step, once known. */
  #stepTime: number | undefined;
  /** Milliseconds of all workers in each of STEP_PHASES since `takePhases`. */
  #phases = STEP_PHASES.map(() => 0);

  /** @param measureWorkers whether the first steps shall show how many workers are best */
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
    if (measureWorkers) this.#auto = new AutoWorkers(session, configuration, usualWorkerCounts(configuration.workers));
  }

  /** Threads that train now. */
  get workers(): number {
    return this.#workers;
  }

  /** File with the trace, once it has been written. */
  get trace(): string | undefined {
    return this.#trace;
  }

  /** The share of the workers' time in each part of a step since this was last asked; undefined where none was timed. */
  takePhases(): Record<StepPhase, number> | undefined {
    const all = this.#phases.reduce((sum, ms) => sum + ms, 0);
    const shares = STEP_PHASES.map((name, k) => [name, this.#phases[k] / all]);
    this.#phases = STEP_PHASES.map(() => 0);
    return all > 0 ? Object.fromEntries(shares) : undefined;
  }

  /** Trains on samples from…upTo of an order, or as many of them as workers and signal allow. */
  async trainPart(order: 0 | 1, from: number, upTo: number): Promise<TrainedPart> {
    const trained = await this.#chooseWorkers(order, from, upTo);
    if (trained.upTo === upTo || (trained.parts && isStopped(trained.parts)) || this.#isAborted()) return trained;
    const { trace, traceSteps = TRACE_STEPS } = this.#options;
    const tracing = trace !== undefined && !this.#traced;
    const timing = tracing ? { traced: traceSteps, every: 0 } : this.#sampledTiming();
    const begin = performance.now();
    const parts = await this.#session.runEpoch(order, { from: trained.upTo, upTo, timing });
    if (tracing) this.#writeTrace(trace, parts);
    else this.#addPhases(parts, performance.now() - begin);
    return { from: trained.upTo, upTo, parts };
  }

  /** Which steps are timed: so few that it costs nothing, and none before it is known how long one takes. */
  #sampledTiming(): Timing | undefined {
    return this.#stepTime === undefined ? undefined : { traced: 0, every: thinning(this.#stepTime) };
  }

  /** Adds what the timed steps of a part took. */
  #addPhases(parts: readonly EpochPart[], took: number): void {
    const { steps } = parts[0];
    if (steps > 0) this.#stepTime = (1000 * took) / steps;
    for (const { timings } of parts) {
      for (const [k, ms] of (timings?.usual ?? []).entries()) if (Number.isFinite(ms)) this.#phases[k] += ms;
    }
  }

  /** Trains stretches of the epoch, until the number of workers is chosen. */
  async #chooseWorkers(order: 0 | 1, from: number, upTo: number): Promise<TrainedPart> {
    if (!this.#auto) return { from, upTo: from };
    const trained = await this.#auto.train(order, from, upTo, () => this.#isAborted());
    const { choice } = this.#auto;
    if (choice) {
      this.#auto = undefined;
      this.#workers = choice.workers;
      const event: WorkersEvent = { event: 'workers', ...choice };
      this.#emit(event);
    }
    return trained;
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #writeTrace(path: string, parts: readonly EpochPart[]): void {
    const { layers } = this.#configuration.network;
    const timings = parts.flatMap((part) => part.timings ?? []);
    this.#traced = true;
    try {
      writeOutput('The trace', path, chromeTrace(layers, timings));
      this.#trace = path;
    } catch (error) {
      this.#emit({ event: 'warning', text: `${asError(error).message} The run goes on without it.` });
    }
  }
}
