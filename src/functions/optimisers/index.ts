// The table of optimisers, and which of the user's numbers (μ, ρ, β₁ …) each of them reads. To add one: a file like those beside
// this, a name in the table, its loop in kernels/assembly/optimisers.ts.

import { power } from '../schedules.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { momentum } from './momentum.js';
import { nesterov } from './nesterov.js';
import type { Hyperparameters, Optimiser, OptimiserNumber } from './optimiser.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

const TABLE = { sgd, momentum, nesterov, rmsprop, adam, adamw };

export type OptimiserName = keyof typeof TABLE;
export const OPTIMISERS: Readonly<Record<OptimiserName, Optimiser>> = TABLE;
export const OPTIMISER_NAMES = Object.keys(TABLE) as readonly OptimiserName[];

/** The optimisers that read one of the numbers. */
export function readersOf(number: OptimiserNumber): OptimiserName[] {
  return OPTIMISER_NAMES.filter((name) => Object.values(OPTIMISERS[name].reads).includes(number));
}

/**
 * The numbers of one step of an optimiser.
 * @param numbers what the user has set, by name
 * @param t number of the step, from 1
 */
export function hyperparameters({ reads }: Optimiser, numbers: Readonly<Record<OptimiserNumber, number>>, eta: number, t: number): Hyperparameters {
  const first = reads.first === undefined ? 0 : numbers[reads.first];
  const second = reads.second === undefined ? 0 : numbers[reads.second];
  return {
    eta,
    first,
    firstRest: 1 - first,
    second,
    secondRest: 1 - second,
    epsilon: reads.epsilon === undefined ? 0 : numbers[reads.epsilon],
    firstCorrection: 1 / (1 - power(first, t)),
    secondCorrection: 1 / (1 - power(second, t)),
  };
}
