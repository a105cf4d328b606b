// Chooses the workers of a run where they are 'auto': as a profile of `nabla tune` says for this network and machine, or
// else it is left to be measured in the steps themselves (see scaling/auto.ts).

import { type Dataset, density } from '../data/dataset.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { haveRoomAsRecords } from '../parallel/memory/workspace.js';
import { bestFor, readProfile, withSetting } from '../scaling/profile.js';
import { countCores } from '../system/cores.js';
import { describeMachine } from '../system/machine.js';
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

/** The configuration with the workers that were asked for, or with those of a profile of `nabla tune` where they are 'auto'. */
export function chooseWorkers(options: TrainOptions, configuration: Configuration, data: Dataset): ChosenWorkers {
  const cores = countCores().usable;
  if (typeof options.workers === 'number') {
    const oversubscribed = `${options.workers} workers on ${plural(cores, 'core')} take turns, and wait for each other asleep.`;
    return { configuration, measureWorkers: false, warnings: options.workers > cores ? [oversubscribed] : [] };
  }
  const { network, batch } = configuration;
  const { layers, activations } = network;
  const step = stepKind(configuration);
  const subject = { machine: describeMachine(), layers, activations, batch, step, density: density(data.training) };
  const { ranking = [], warning } = readProfile(subject);
  const warnings = warning === undefined ? [] : [warning];
  // Of sparse inputs there may be too many to fit.
  const open = ranking.filter(({ input }) => input === 'dense' || haveRoomAsRecords(data, subject.density, configuration));
  const best = bestFor(options, open, cores);
  if (best)
    return {
      configuration: withSetting(configuration, best),
      why: `the fastest of ${ranking.length} that nabla tune tried`,
      measureWorkers: false,
      warnings,
    };
  // A BLAS may add in another order for another number of rows: then the count must not depend on the moment.
  const measureWorkers = cores > 1 && configuration.kernels !== 'blas' && options.trace === undefined;
  return { configuration, measureWorkers, warnings };
}
