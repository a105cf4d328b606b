// When a run writes checkpoints: every so many epochs, or parts of one, or every so many seconds of the clock.

import { type Every, parseEvery } from '../options/checkpoint-every.js';

/** So many samples of this epoch, from 1. */
interface Point {
  readonly epoch: number;
  readonly samples: number;
}

export class CheckpointSchedule {
  readonly #every: Every;
  readonly #training: number;
  readonly #batchAt: (epoch: number) => number;
  #last = performance.now();

  /** @param training samples of an epoch @param batchAt samples per step in each of them, from 1 */
  constructor(every: string, training: number, batchAt: (epoch: number) => number) {
    this.#every = parseEvery(every);
    this.#training = training;
    this.#batchAt = batchAt;
  }

  /** Up to which sample of an epoch to train, having trained on so many: where the next checkpoint falls, or its end. */
  stop(epoch: number, samples: number): number {
    const due = this.#next(epoch, samples) - (epoch - 1) * this.#training;
    const batch = this.#batchAt(epoch);
    return Math.min(this.#training, Math.ceil(due / batch) * batch);
  }

  /** Whether a checkpoint is due by the clock. */
  get isDue(): boolean {
    return this.#every !== undefined && 'seconds' in this.#every && performance.now() - this.#last >= 1000 * this.#every.seconds;
  }

  /** Whether a checkpoint falls between these points of a run, the first not counted. */
  isBetween(from: Point, upTo: Point): boolean {
    return this.#next(from.epoch, from.samples) <= (upTo.epoch - 1) * this.#training + upTo.samples;
  }

  /** A checkpoint has been made. */
  note(): void {
    this.#last = performance.now();
  }

  /** After how many samples of the run the next one falls; by the clock, that is not known. */
  #next(epoch: number, samples: number): number {
    if (this.#every === undefined || 'seconds' in this.#every) return Number.POSITIVE_INFINITY;
    const each = Math.max(1, this.#every.epochs * this.#training);
    const done = (epoch - 1) * this.#training + samples;
    let k = Math.floor(done / each) + 1;
    // Rounded to a sample; the loop corrects k where a fraction such as 0.1 is not exact.
    while (Math.round(k * each) <= done) k++;
    return Math.round(k * each);
  }
}
