// The workers of a run where nothing is known of this network on this machine: as many as were asked for; or, where they are 'auto', it is
// left to be measured in the steps themselves (see scaling/auto.ts).

import type { Configuration, TrainOptions } from '../options/options.js';
import { countCores } from '../system/cores.js';
import { plural } from '../text.js';

export interface WorkerChoice {
  readonly why?: string;
  /** Whether the steps themselves shall show how many workers are best. */
  readonly measureWorkers: boolean;
  readonly warnings: readonly string[];
}

export interface ChosenWorkers extends WorkerChoice {
  readonly configuration: Configuration;
}

export function workersAsAsked(options: TrainOptions, configuration: Configuration): ChosenWorkers {
  const cores = countCores().usable;
  if (typeof options.workers === 'number') {
    const oversubscribed = `${options.workers} workers on ${plural(cores, 'core')} take turns, and wait for each other asleep.`;
    return { configuration, measureWorkers: false, warnings: options.workers > cores ? [oversubscribed] : [] };
  }
  // A BLAS may add in another order for another number of rows: then the count must not depend on the moment.
  const measureWorkers = cores > 1 && configuration.kernels !== 'blas' && options.trace === undefined;
  return { configuration, measureWorkers, warnings: [] };
}
