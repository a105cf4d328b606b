// The order in which an epoch visits its samples: a function of the seed and the epoch alone, so that a run can go on from
// any point without a stored generator.

import { Random } from '../random.js';

/** Fills `order` with a random order of 0 … order.length - 1. Epochs count from 1. */
export function fillOrder(order: Uint32Array, seed: number, epoch: number): void {
  for (let k = 0; k < order.length; k++) order[k] = k;
  Random.stream(seed, 'order', epoch).shuffle(order);
}
