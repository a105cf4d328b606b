// Writes a run to disk while it trains: its metrics and log, and checkpoints when they are due. Writing them never stops the
// run: what cannot be written gives one warning, and is tried again with the next.

import { asError, NablaError } from '../errors.js';
import { batchesOf } from '../model/batch-growth.js';
import { toBookOrder } from '../model/layout.js';
import type { TrainEvent } from '../options/events.js';
import type { Configuration } from '../options/options.js';
import type { Session } from '../parallel/session.js';
import type { Snapshot } from '../parallel/session-plan.js';
import { type Checkpoint, type History, type Position, type RateState, weightsOf } from '../runs/checkpoint.js';
import type { BestNetwork } from '../runs/checkpoint-files.js';
import { CheckpointSchedule } from '../runs/checkpoint-schedule.js';
import type { RunFolder } from '../runs/folder.js';
import { logLine } from '../runs/log-lines.js';
import type { EndState } from '../runs/record.js';
import type { Averaged } from './averaged-network.js';

/** Everything that a run needs to go on, while it is under way; on disk it is a Checkpoint. */
export interface TrainingState {
  readonly snapshot: Snapshot;
  readonly position: Position;
  readonly rateState: RateState;
  /** Where the run takes a mean of networks, that. */
  readonly averaged: Averaged | undefined;
  /** Undefined where nothing is kept. */
  readonly history: History | undefined;
}

export class RunRecorder {
  readonly #folder: RunFolder;
  readonly #layers: readonly number[];
  readonly #session: Session;
  readonly #schedule: CheckpointSchedule;
  readonly #emit: (event: TrainEvent) => void;
  /** Of the best epoch so far, until it is on the disk. */
  #best: BestNetwork | undefined;
  /** Where the last checkpoint was due. */
  #lastDue: { readonly epoch: number; readonly samples: number };
  #writing: Promise<void> = Promise.resolve();
  #isBusy = false;
  /** What a listener threw while a checkpoint was written. */
  #listenerError: Error | undefined;
  #warned = false;

  /** @param from where the run begins, or goes on */
  constructor(
    folder: RunFolder,
    configuration: Configuration,
    session: Session,
    training: number,
    from: Position,
    emit: (event: TrainEvent) => void,
  ) {
    this.#folder = folder;
    this.#layers = configuration.network.layers;
    this.#session = session;
    this.#schedule = new CheckpointSchedule(configuration.checkpointEvery, training, batchesOf(configuration, training));
    this.#lastDue = from;
    this.#emit = emit;
  }

  get path(): string {
    return this.#folder.path;
  }

  get history(): History {
    return this.#folder.history;
  }

  /** Up to which sample of an epoch to train before it comes back here. */
  nextStop({ epoch, samples }: Position): number {
    return this.#schedule.stop(epoch, samples);
  }

  /** Whether a checkpoint is due by the clock; not before the last one is on the disk. */
  get isDue(): boolean {
    return this.#schedule.isDue && !this.#isBusy;
  }

  /** Writes a line of what happens into the log and, of an epoch or a diagnosis, into the metrics. */
  record(event: TrainEvent): void {
    const line = logLine(event);
    this.#try(() => {
      if (event.event === 'epoch' || event.event === 'diagnosis') this.#folder.addMetrics(event);
      if (line !== undefined) this.#folder.log(line);
    });
  }

  /** Keeps the network of the best epoch so far, [P] in the book's order. */
  keepBest({ epoch, figure }: NonNullable<RateState['best']>, parameters: Float32Array): void {
    const metadata = { epoch: String(epoch), figure: String(figure) };
    this.#best = { parameters, metadata };
  }

  /** The parameters of the best epoch, which is this one; undefined where they are not kept any more. [P] in the book's order. */
  bestParameters(epoch: number): Float32Array | undefined {
    return this.#best?.parameters ?? this.#folder.readBest(epoch);
  }

  /**
   * Writes a checkpoint where one is due, while the run goes on. One that falls on these samples waits for the last to be on the disk,
   * so that none is left out where epochs are short.
   * @returns whether it keeps the snapshot for that
   */
  async writeCheckpointIfDue(state: TrainingState): Promise<boolean> {
    const { epoch, samples } = state.position;
    const fallsHere = this.#schedule.isBetween(this.#lastDue, { epoch, samples });
    if (fallsHere) await this.#writing;
    if (this.#listenerError) throw this.#listenerError;
    if (!(fallsHere || this.isDue)) return false;
    this.#schedule.note();
    this.#lastDue = { epoch, samples };
    this.#isBusy = true;
    this.#writing = this.#writeLater(state);
    return true;
  }

  async #writeLater(state: TrainingState): Promise<void> {
    try {
      // The copy is made; all the rest waits until the workers are at work again.
      await new Promise((resolve) => setImmediate(resolve));
      const checkpoint = this.#checkpointOf(state);
      const path = await this.#write(checkpoint);
      this.#warned = false;
      const { epoch, samples, steps } = checkpoint.position;
      this.#emit({ event: 'checkpoint', epoch, samples, steps, path });
    } catch (error) {
      this.#listenerError = this.#warnOnce(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Writes what a run can go on from, and the network that it ends with, and waits for it.
   * @param parameters of that network where it is not the last, [P] in the book's order
   * @throws {NablaError} NOT_SAVED
   */
  async save(state: TrainingState, parameters?: Float32Array): Promise<void> {
    await this.#writing;
    const checkpoint = this.#checkpointOf(state);
    // The checkpoint first: weights without one could not be gone on from. Whether it fails or not, they are tried.
    const failure = await this.#write(checkpoint).then(() => undefined, asError);
    this.#folder.saveParameters(parameters ?? weightsOf(checkpoint));
    if (failure ?? this.#listenerError) throw failure ?? this.#listenerError;
  }

  /** Says in the record how the run ended. @throws {NablaError} NOT_SAVED */
  finish(state: EndState, outcome: unknown): void {
    this.#folder.finish(state, outcome);
  }

  /** Nothing more is kept by this process. */
  close(): void {
    this.#folder.close();
  }

  /** Says in the record, if the disk can take that, that the run failed and why. Never throws. */
  recordFailure(error: string): void {
    this.#try(() => this.#folder.finish('failed', { error }));
  }

  async #write(checkpoint: Checkpoint): Promise<string> {
    const best = this.#best;
    const path = await this.#folder.saveCheckpoint(checkpoint, best);
    if (this.#best === best) this.#best = undefined;
    this.#try(() => this.#folder.log(`checkpoint ${path}`));
    return path;
  }

  #checkpointOf({ snapshot, position, rateState, averaged, history }: TrainingState): Checkpoint {
    const inBookOrder = (values: Float32Array): Float32Array => toBookOrder(this.#session.layout, values);
    return {
      layers: this.#layers,
      position,
      pace: rateState,
      parameters: inBookOrder(snapshot.parameters),
      states: snapshot.states.map(inBookOrder),
      ...(averaged && { averaged }),
      history: history ?? this.history,
    };
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      const thrown = this.#warnOnce(error);
      if (thrown) throw thrown;
    }
  }

  /** Warns of what could not be written; once, lest a full disk fills the terminal. Returns any other error. */
  #warnOnce(error: unknown): Error | undefined {
    if (!(error instanceof NablaError && error.code === 'NOT_SAVED')) return asError(error);
    if (this.#warned) return undefined;
    this.#warned = true;
    try {
      this.#emit({ event: 'warning', text: `${error.message} The run goes on; what was saved before is as it was.` });
      return undefined;
    } catch (thrown) {
      return asError(thrown);
    }
  }
}
