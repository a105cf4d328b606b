// How fast this browser trains with one worker, with two, and so on: the options of the page, as many epochs as take about a second, each count
// in turn and all of them twice, the best of each. With the hash of each count's network, which has to be the same.

import { type Training, train } from '../../browser/train.js';
import type { Dataset } from '../../data/dataset.js';
import type { EpochEvent } from '../../options/events.js';
import type { PlayOptions } from '../address.js';

/** What a count of workers came to. */
export interface Measured {
  readonly workers: number;
  readonly samplesPerSecond: number;
  readonly sha256: string;
}

const ROUNDS = 2;
/** Seconds of a run, and the bounds of its epochs: of each, the first is passed over. */
const SECONDS = 1;
const [LEAST_EPOCHS, MOST_EPOCHS] = [3, 30];

export class ScalingMeasurement {
  readonly #options: PlayOptions;
  readonly #data: Dataset;
  #training: Training | undefined;
  #isStopped = false;

  constructor(options: PlayOptions, data: Dataset) {
    this.#options = options;
    this.#data = data;
  }

  stop(): void {
    this.#isStopped = true;
    this.#training?.stop();
  }

  /** Tells what there is after each run. @throws what ended a run */
  async run(counts: readonly number[], tell: (measured: readonly Measured[]) => void): Promise<void> {
    const epochs = await this.#epochs();
    const best = new Map<number, Measured>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const workers of counts) {
        if (this.#isStopped) return;
        const measured = await this.#one(workers, epochs);
        if (measured.samplesPerSecond > (best.get(workers)?.samplesPerSecond ?? 0)) best.set(workers, measured);
        tell([...best.values()]);
      }
    }
  }

  /** Epochs that take about as long as a run shall. */
  async #epochs(): Promise<number> {
    const { samplesPerSecond } = await this.#one(1, LEAST_EPOCHS);
    const seconds = this.#data.training.labels.length / samplesPerSecond;
    return Math.max(LEAST_EPOCHS, Math.min(MOST_EPOCHS, Math.ceil(SECONDS / seconds)));
  }

  async #one(workers: number, epochs: number): Promise<Measured> {
    const heard: EpochEvent[] = [];
    const onEvent = (event: { readonly event: string }): void => {
      if (event.event === 'epoch') heard.push(event as EpochEvent);
    };
    this.#training = train({ ...this.#options, data: this.#data, workers, epochs, onEvent });
    const { weightsSha256 } = await this.#training.ended;
    const later = heard.slice(1);
    const seconds = later.reduce((sum, epoch) => sum + epoch.seconds, 0);
    return { workers, samplesPerSecond: (later.length * this.#data.training.labels.length) / seconds, sha256: weightsSha256 };
  }
}
