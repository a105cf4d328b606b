// Chooses the workers of a run where they are 'auto' as a profile of `nabla tune` says for this network and machine, where there is one.

import { type Dataset, density } from '../data/dataset.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { haveRoomAsRecords } from '../parallel/memory/workspace.js';
import { bestFor, readProfile, withSetting } from '../scaling/profile.js';
import { countCores } from '../system/cores.js';
import { describeMachine } from '../system/machine.js';
import { type ChosenWorkers, workersAsAsked } from './worker-choice.js';

/** The configuration with the workers that were asked for, or with those of a profile of `nabla tune` where they are 'auto'. */
export function chooseWorkers(options: TrainOptions, configuration: Configuration, data: Dataset): ChosenWorkers {
  if (typeof options.workers === 'number') return workersAsAsked(options, configuration);
  const { network, batch } = configuration;
  const { layers, activations } = network;
  const step = stepKind(configuration);
  const subject = { machine: describeMachine(), layers, activations, batch, step, density: density(data.training) };
  const { ranking = [], warning } = readProfile(subject);
  const warnings = warning === undefined ? [] : [warning];
  // Of sparse inputs there may be too many to fit.
  const open = ranking.filter(({ input }) => input === 'dense' || haveRoomAsRecords(data, subject.density, configuration));
  const best = bestFor(options, open, countCores().usable);
  if (!best) return { ...workersAsAsked(options, configuration), warnings };
  return {
    configuration: withSetting(configuration, best),
    why: `the fastest of ${ranking.length} that nabla tune tried`,
    measureWorkers: false,
    warnings,
  };
}
