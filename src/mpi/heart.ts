// The heart of a rank: a thread that tells the others once a second that this rank is there, while its main thread has something else to
// do, such as reading files of some gigabytes, and may not even get to its timers. Its own file is workers/heart.ts.

import { Worker } from 'node:worker_threads';
import { asError, NablaError } from '../errors.js';
import { ownFile } from '../system/own-file.js';
import type { RankOptions } from './rank-options.js';
import { Turn } from './turn.js';

/** Milliseconds between two messages of a rank that has nothing else to say. */
export const ALIVE = 1000;

/** What the heart's thread is given. */
export interface HeartOptions {
  readonly ranks: RankOptions;
  readonly turn: SharedArrayBuffer;
  readonly texts: readonly string[];
}

export class Heart {
  readonly #turn = new Turn();
  /** Why it has stopped. */
  #error: NablaError | undefined;

  /** @param texts that it may be asked to speak */
  constructor(ranks: RankOptions, texts: readonly string[]) {
    const workerData: HeartOptions = { ranks, turn: this.#turn.shared, texts };
    const thread = new Worker(ownFile('dist/workers/heart.js'), { workerData });
    const stops = (error: Error): void => {
      this.#error ??= new NablaError('RANK_LOST', error.message);
    };
    thread.on('message', (message: string) => stops(new Error(message)));
    thread.on('error', (error) => {
      stops(asError(error));
      this.#turn.lost();
    });
    thread.unref();
  }

  /** From now on it speaks, until `rest`; the main thread exchanges nothing meanwhile. @param text its number */
  beat(text: number): void {
    this.#turn.give(text);
  }

  get isLost(): boolean {
    return this.#turn.isLost;
  }

  /** It speaks no more. @throws {NablaError} RANK_LOST where the others have not answered it */
  async rest(): Promise<void> {
    while (!this.#turn.take()) {
      // Its message may still be under way.
      if (this.isLost && this.#error) throw this.#error;
      await new Promise((resolve) => void setTimeout(resolve, 1));
    }
  }
}
