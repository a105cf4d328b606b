// What a training run comes to.

import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent } from '../options/events.js';

export interface TrainResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Output activations a^L for one sample, its inputs scaled as in training. In float64, on this thread. */
  predict(x: readonly number[]): number[];
}
