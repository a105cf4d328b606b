// What is kept of a run while it goes: its metrics and log, and checkpoints when they are due. Writing them never stops the
// run: what cannot be written is said once and tried again with the next.

import { asError, NablaError } from '../errors.js';
import { toBookOrder } from '../model/layout.js';
import type { TrainEvent } from '../options/events.js';
import type { Configuration } from '../options/options.js';
import type { Session, Snapshot } from '../parallel/session.js';
import { type Checkpoint, type History, type Position, type RateState, weightsOf } from '../runs/checkpoint.js';
import type { BestNetwork } from '../runs/checkpoint-files.js';
import { CheckpointSchedule } from '../runs/checkpoint-schedule.js';
import type { RunFolder } from '../runs/folder.js';
import { logLine } from '../runs/log-lines.js';

/** A state that a run can go on from. */
export interface Standing {
  readonly snapshot: Snapshot;
  readonly position: Position;
  readonly pace: RateState;
  /** Undefined where nothing is kept. */
  readonly history: History | undefined;
}

export class RunRecorder {
  readonly #folder: RunFolder;
  readonly #layers: readonly number[];
  readonly #session: Session;
  readonly #schedule: CheckpointSchedule;
  /** Hears of what happens here. */
  readonly #tell: (event: TrainEvent) => void;
  /** Of the best epoch so far, until it is on the disk. */
  #best: BestNetwork | undefined;
  #checked: { readonly epoch: number; readonly samples: number };
  #writing: Promise<void> = Promise.resolve();
  #isBusy = false;
  /** What a listener threw while a checkpoint was written. */
  #thrown: Error | undefined;
  #complained = false;

  /** @param from where the run begins, or goes on */
  constructor(
    folder: RunFolder,
    configuration: Configuration,
    session: Session,
    training: number,
    from: Position,
    tell: (event: TrainEvent) => void,
  ) {
    this.#folder = folder;
    this.#layers = configuration.network.layers;
    this.#session = session;
    this.#schedule = new CheckpointSchedule(configuration.checkpointEvery, training, configuration.batch);
    this.#checked = from;
    this.#tell = tell;
  }

  get path(): string {
    return this.#folder.path;
  }

  get history(): History {
    return this.#folder.history;
  }

  /** Up to which sample of an epoch to train before it comes back here. */
  stop({ epoch, samples }: Position): number {
    return this.#schedule.stop(epoch, samples);
  }

  /** Whether a checkpoint is due by the clock; not before the last one is on the disk. */
  get isDue(): boolean {
    return this.#schedule.isDue && !this.#isBusy;
  }

  /** Writes a line of what happens into the log and, of an epoch or a diagnosis, into the metrics. */
  note(event: TrainEvent): void {
    const line = logLine(event);
    this.#try(() => {
      if (event.event === 'epoch' || event.event === 'diagnosis') this.#folder.addMetrics(event);
      if (line !== undefined) this.#folder.log(line);
    });
  }

  /** Keeps the parameters as they are as those of the best epoch so far. */
  noteBest({ epoch, figure }: NonNullable<RateState['best']>): void {
    const metadata = { epoch: String(epoch), figure: String(figure) };
    this.#best = { parameters: this.#session.parameters, metadata };
  }

  /** Writes a checkpoint where one is due, while the run goes on. Returns whether it keeps the snapshot for that. */
  check(standing: Standing): boolean {
    if (this.#thrown) throw this.#thrown;
    const { epoch, samples } = standing.position;
    if (this.#isBusy || !(this.#schedule.isDue || this.#schedule.isBetween(this.#checked, { epoch, samples }))) return false;
    this.#schedule.note();
    this.#checked = { epoch, samples };
    this.#isBusy = true;
    this.#writing = this.#writeLater(standing);
    return true;
  }

  async #writeLater(standing: Standing): Promise<void> {
    try {
      // The copy is made; all the rest waits until the workers are at work again.
      await new Promise((resolve) => setImmediate(resolve));
      const checkpoint = this.#checkpointOf(standing);
      const path = await this.#write(checkpoint);
      this.#complained = false;
      const { epoch, samples, steps } = checkpoint.position;
      this.#tell({ event: 'checkpoint', epoch, samples, steps, path });
    } catch (error) {
      this.#thrown = this.#complain(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Writes what a run can go on from, or ends with, and waits for it. @throws {NablaError} NOT_SAVED */
  async save(standing: Standing): Promise<void> {
    await this.#writing;
    const checkpoint = this.#checkpointOf(standing);
    // The checkpoint first: weights without one could not be gone on from. Whatever becomes of it, they are tried.
    const failure = await this.#write(checkpoint).then(() => undefined, asError);
    this.#folder.saveParameters(weightsOf(checkpoint));
    if (failure ?? this.#thrown) throw failure ?? this.#thrown;
  }

  /** Says in the record how the run ended. @throws {NablaError} NOT_SAVED */
  finish(state: 'done' | 'interrupted' | 'diverged' | 'failed', outcome: unknown): void {
    this.#folder.finish(state, outcome);
  }

  /** Nothing more is kept by this process. */
  close(): void {
    this.#folder.close();
  }

  /** Says in the record, if the disk can take that, that the run failed and why. Never throws. */
  giveUp(error: string): void {
    this.#try(() => this.#folder.finish('failed', { error }));
  }

  async #write(checkpoint: Checkpoint): Promise<string> {
    const best = this.#best;
    const path = await this.#folder.saveCheckpoint(checkpoint, best);
    if (this.#best === best) this.#best = undefined;
    this.#try(() => this.#folder.log(`checkpoint ${path}`));
    return path;
  }

  #checkpointOf({ snapshot, position, pace, history }: Standing): Checkpoint {
    const inBookOrder = (values: Float32Array): Float32Array => toBookOrder(this.#session.layout, values);
    return {
      layers: this.#layers,
      position,
      pace,
      parameters: inBookOrder(snapshot.parameters),
      states: snapshot.states.map(inBookOrder),
      history: history ?? this.history,
    };
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      const thrown = this.#complain(error);
      if (thrown) throw thrown;
    }
  }

  /** Says what could not be written; once, lest a full disk fills the terminal. Returns any other error. */
  #complain(error: unknown): Error | undefined {
    if (!(error instanceof NablaError && error.code === 'NOT_SAVED')) return asError(error);
    if (this.#complained) return undefined;
    this.#complained = true;
    try {
      this.#tell({ event: 'warning', text: `${error.message} The run goes on; what was saved before is as it was.` });
      return undefined;
    } catch (thrown) {
      return asError(thrown);
    }
  }
}
