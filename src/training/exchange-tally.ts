// What the exchange with other ranks takes of the training's time: added up from what the worker that speaks for rank 0 reports of each
// stretch, for the current epoch and for the run. It stays empty where the run is one process.

import type { Exchange } from '../options/events.js';
import type { EpochPart } from '../parallel/protocol.js';

interface Sum {
  /** Of the training, and of its exchanges. */
  readonly milliseconds: number;
  readonly exchanging: number;
  readonly bytes: number;
  readonly steps: number;
}

const NONE: Sum = { milliseconds: 0, exchanging: 0, bytes: 0, steps: 0 };

export class ExchangeTally {
  #epoch = NONE;
  #run = NONE;

  /** @param milliseconds that the stretch took as a whole */
  add({ exchange, steps }: Pick<EpochPart, 'exchange' | 'steps'>, milliseconds: number): void {
    if (!exchange) return;
    const stretch = { milliseconds, exchanging: exchange.milliseconds, bytes: exchange.bytes, steps };
    this.#epoch = sumOf(this.#epoch, stretch);
    this.#run = sumOf(this.#run, stretch);
  }

  /** Of what has been added since this was last asked; undefined where there was no exchange. */
  takeEpoch(): Exchange | undefined {
    const sum = this.#epoch;
    this.#epoch = NONE;
    return exchangeOf(sum);
  }

  /** Of all that has been added. */
  get run(): Exchange | undefined {
    return exchangeOf(this.#run);
  }
}

function sumOf(a: Sum, b: Sum): Sum {
  return {
    milliseconds: a.milliseconds + b.milliseconds,
    exchanging: a.exchanging + b.exchanging,
    bytes: a.bytes + b.bytes,
    steps: a.steps + b.steps,
  };
}

function exchangeOf({ milliseconds, exchanging, bytes, steps }: Sum): Exchange | undefined {
  if (steps === 0 || milliseconds <= 0) return undefined;
  return { share: exchanging / milliseconds, microsecondsPerStep: (1000 * exchanging) / steps, bytesPerStep: bytes / steps };
}
