// How a run walks its epochs: the first ones in stretches, where the number of workers is still to be found; the first whole
// one with a trace, where one is asked for; all others in one piece.

import type { EpochPart } from '../parallel/protocol.js';
import { AutoWorkers, isStopped, type Walked } from '../scaling/auto.js';
import { usualWorkerCounts } from '../scaling/machine.js';
import type { WorkersEvent } from './events.js';
import type { Configuration, TrainOptions } from './options.js';
import { writeOutput } from './output-file.js';
import type { Session } from './session.js';
import { chromeTrace } from './trace.js';

/** Steps of a trace, where the options name no number. */
const TRACE_STEPS = 100;

export class EpochWalk {
  readonly #options: TrainOptions;
  readonly #configuration: Configuration;
  readonly #session: Session;
  readonly #training: number;
  /** Only until its choice is made. */
  #auto: AutoWorkers | undefined;
  #workers: number;
  #traced = false;

  /** @param undecided whether the first steps shall show how many workers are best */
  constructor(options: TrainOptions, configuration: Configuration, session: Session, training: number, undecided: boolean) {
    this.#options = options;
    this.#configuration = configuration;
    this.#session = session;
    this.#training = training;
    this.#workers = configuration.workers;
    if (undecided) this.#auto = new AutoWorkers(session, configuration, usualWorkerCounts(configuration.workers));
  }

  /** Threads that train now. */
  get workers(): number {
    return this.#workers;
  }

  /** File with the trace, once it has been written. */
  get trace(): string | undefined {
    return this.#traced ? this.#options.trace : undefined;
  }

  /** Trains one epoch in the given order, or as much of it as the workers or the options' signal allow. */
  async epoch(order: 0 | 1): Promise<Walked> {
    const walked = await this.#settle(order);
    const { upTo, parts } = walked;
    if (upTo === this.#training || (parts && isStopped(parts))) return walked;
    if (this.#isAborted()) {
      await this.#session.endEpoch();
      return walked;
    }
    const { trace, traceSteps = TRACE_STEPS } = this.#options;
    const tracing = trace !== undefined && !this.#traced;
    const rest = await this.#session.runEpoch(order, { from: upTo, timing: tracing ? { traced: traceSteps, every: 0 } : undefined });
    if (tracing) this.#writeTrace(trace, rest);
    return { from: upTo, upTo: this.#training, parts: rest };
  }

  /** Stretches of the epoch, until the number of workers is found. */
  async #settle(order: 0 | 1): Promise<Walked> {
    if (!this.#auto) return { from: 0, upTo: 0 };
    const walked = await this.#auto.walk(order, this.#training, () => this.#isAborted());
    const { choice } = this.#auto;
    if (choice) {
      this.#auto = undefined;
      this.#workers = choice.workers;
      const event: WorkersEvent = { event: 'workers', ...choice };
      this.#options.onEvent?.(event);
    }
    return walked;
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #writeTrace(path: string, parts: readonly EpochPart[]): void {
    const { layers } = this.#configuration.network;
    const timings = parts.flatMap((part) => part.timings ?? []);
    writeOutput('The trace', path, chromeTrace(layers, timings));
    this.#traced = true;
  }
}
