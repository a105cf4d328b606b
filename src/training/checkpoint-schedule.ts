// When a run writes checkpoints: every so many epochs, or parts of one, or every so many seconds of the clock.

import { wrongKind, wrongValue } from '../errors.js';

/** Between checkpoints: epochs or seconds; neither for none but at the end. */
type Every = { readonly epochs: number } | { readonly seconds: number } | undefined;

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const EXPECTED = "epochs or time between checkpoints such as '5e', '0.5e', '30s', '10m' or '1h', or 'never'";

/** Reads '5e', '0.5e', '30s', '10m', '1h' or 'never'. @throws {TypeError | RangeError} for anything else */
function parseEvery(text: string): Every {
  if (typeof text !== 'string') throw wrongKind('checkpointEvery', EXPECTED, text);
  if (text === 'never') return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)([esmh])$/.exec(text) ?? [];
  const value = Number(number);
  if (unit === undefined || !(value > 0)) throw wrongValue('checkpointEvery', EXPECTED, text);
  return unit === 'e' ? { epochs: value } : { seconds: value * SECONDS[unit as keyof typeof SECONDS] };
}

/** The text itself, where it can be read. @throws {TypeError | RangeError} */
export function checkEvery(text: string): string {
  parseEvery(text);
  return text;
}

/** So many samples of this epoch, from 1. */
interface Point {
  readonly epoch: number;
  readonly samples: number;
}

export class CheckpointSchedule {
  readonly #every: Every;
  readonly #training: number;
  readonly #batch: number;
  #last = performance.now();

  /** @param training samples of an epoch */
  constructor(every: string, training: number, batch: number) {
    this.#every = parseEvery(every);
    this.#training = training;
    this.#batch = batch;
  }

  /** Up to which sample of an epoch to train, having trained on so many: where the next checkpoint falls, or its end. */
  stop(epoch: number, samples: number): number {
    const due = this.#next(epoch, samples) - (epoch - 1) * this.#training;
    return Math.min(this.#training, Math.ceil(due / this.#batch) * this.#batch);
  }

  /** Whether one is due by the clock. */
  get isDue(): boolean {
    return this.#every !== undefined && 'seconds' in this.#every && performance.now() - this.#last >= 1000 * this.#every.seconds;
  }

  /** Whether one falls between these points of a run, the first not counted. */
  isBetween(from: Point, upTo: Point): boolean {
    return this.#next(from.epoch, from.samples) <= (upTo.epoch - 1) * this.#training + upTo.samples;
  }

  /** One has been made. */
  note(): void {
    this.#last = performance.now();
  }

  /** After how many samples of the run the next one falls; by the clock, nobody knows. */
  #next(epoch: number, samples: number): number {
    if (this.#every === undefined || 'seconds' in this.#every) return Number.POSITIVE_INFINITY;
    const each = Math.max(1, this.#every.epochs * this.#training);
    const done = (epoch - 1) * this.#training + samples;
    let k = Math.floor(done / each) + 1;
    // Rounded to a sample, and for what a fraction such as 0.1 is not.
    while (Math.round(k * each) <= done) k++;
    return Math.round(k * each);
  }
}
