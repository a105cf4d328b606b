// A run that is going on, put together from what it tells: always as much of a report as there is so far. A page that is opened
// late, or again, finds everything in it.

import type { DiagnosisEvent, EpochEvent, ProgressEvent, StartEvent, TrainEvent } from '../../options/events.js';
import type { RunLog } from '../../runs/log.js';
import { passedOn } from '../../runs/passed-on.js';
import { SavedRun } from '../../runs/saved-run.js';
import type { RunReport } from './run-report.js';

export class LiveRun {
  /** The run as its folder had it when it began, with the epochs of an earlier part of it. */
  readonly #log: RunLog;
  /** Of the run as it is now: the lines of an earlier part may name fewer. */
  readonly #ofEpochs: number;
  readonly #epochs = new Map<number, EpochEvent>();
  readonly #diagnoses = new Map<number, DiagnosisEvent>();
  #progress: ProgressEvent | undefined;

  /**
   * @param start the first event of a run that is kept in a folder
   * @throws {NablaError} BAD_DATA where that folder has no record
   */
  constructor({ run, epochs }: StartEvent) {
    this.#ofEpochs = epochs;
    const log = SavedRun.openFolder(run ?? '').log();
    this.#log = { ...log, record: passedOn(log.record, log.path) };
    for (const event of [...this.#log.epochs, ...this.#log.diagnoses]) this.hear(event);
  }

  hear(event: TrainEvent): void {
    if (event.event === 'progress') this.#progress = event;
    if (event.event === 'epoch') this.#epochs.set(event.epoch, event);
    if (event.event === 'diagnosis') this.#diagnoses.set(event.epoch, event);
  }

  get path(): string {
    return this.#log.path;
  }

  /** How far the current epoch is, or the last one where the next has told nothing yet; undefined before the first. */
  get progress(): ProgressEvent | undefined {
    const last = [...this.#epochs.values()].at(-1);
    if (last === undefined || (this.#progress && this.#progress.epoch > last.epoch)) return this.#progress;
    const { epoch, seconds, samplesPerSecond } = last;
    const samples = samplesPerSecond * seconds;
    return { event: 'progress', epoch, epochs: this.#ofEpochs, samples, of: samples, seconds };
  }

  /** Seconds that are left at the pace so far; undefined before there is one. */
  get secondsLeft(): number | undefined {
    const last = [...this.#epochs.values()].at(-1);
    const progress = this.progress;
    if (!progress || progress.samples === 0) return undefined;
    const toCome = this.#ofEpochs - progress.epoch + 1 - progress.samples / progress.of;
    if (last && last.epochs > last.epoch) return (toCome * last.secondsLeft) / (last.epochs - last.epoch);
    return last ? toCome * last.seconds : (toCome * progress.seconds * progress.of) / progress.samples;
  }

  /** What is known so far. */
  get report(): RunReport {
    return {
      ...this.#log,
      epochs: [...this.#epochs.values()],
      diagnoses: [...this.#diagnoses.values()],
      goingOn: { epochs: this.#ofEpochs },
      missing: [],
    };
  }
}
