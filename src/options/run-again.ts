// The options that repeat a run, derived from its configuration and the source of its data: with them a stopped run is resumed, and
// they are written beside the run as a file that starts it again. Options that a run does not read are left out; defaults are
// written out, so that later defaults change nothing.

import { readingOf } from '../data/reading.js';
import type { DataRecord } from '../data/record.js';
import { haveSameBits, type KernelName } from '../kernels/kernels.js';
import { joinsVectors } from '../kernels/wide.js';
import { optionsOfLearning } from '../model/learning.js';
import { optionsOf } from '../model/specification.js';
import { type Rows, rowsForPeople } from '../option-row.js';
import { GRADIENTS } from '../parallel/modes.js';
import type { Asked, Configuration } from './options.js';
import { RUN_ROWS, type TrainOptions } from './table.js';

/** The options that give this configuration again, without data, workers and kernels. */
export function optionsOfConfiguration(configuration: Configuration, rows: Rows = RUN_ROWS): TrainOptions {
  const { network, learning, from, restoreBest, eta, gradient, shards, input } = configuration;
  const { neurons, ...drawn } = optionsOf(network);
  const { functions } = network;
  const values: Readonly<Record<string, unknown>> = { ...configuration };
  return {
    ...drawn,
    neurons: neurons.length > 0 ? neurons : undefined,
    functions: functions.length > 0 ? functions : undefined,
    ...optionsOfLearning(learning),
    ...Object.fromEntries(rowsForPeople(rows).flatMap(([name, { plain }]) => (plain ? [[name, values[name]]] : []))),
    from,
    restoreBest,
    eta,
    gradient,
    shards: GRADIENTS[gradient].hasBlocks ? shards : undefined,
    input,
  };
}

/**
 * The options that repeat a run, with the same bits.
 * @param kernels that the run computes with; it goes on with the faster of those with the same bits
 * @param asked workers as the user said: but for `blas` they change no bits, and a number would only bind the next run to this machine
 */
export function optionsOfRun(configuration: Configuration, data: DataRecord, kernels: KernelName, asked: Asked): TrainOptions {
  return {
    ...optionsOfConfiguration(configuration),
    data: data.source,
    ...(data.brought ? {} : { ...readingOf({ ...data, scale: data.scaling ?? data.scale }) }),
    // A BLAS may add in another order for another number of rows.
    workers: kernels === 'blas' ? configuration.workers : asked.workers,
    diagnose: asked.diagnose,
    kernels: kernelsAgain(configuration, kernels),
    // A library that could not be loaded is left out; the run computed with other kernels.
    blas: kernels === 'blas' ? configuration.blas : undefined,
  };
}

/** Of `wide` and `relaxed`, whose bits are the same, what there may be here, unless the run was to have `relaxed` by name. */
function kernelsAgain({ kernels: asked }: Configuration, kernels: KernelName): KernelName {
  if (asked === 'relaxed' || !haveSameBits(kernels, 'wide')) return kernels;
  return joinsVectors() ? 'wide' : 'relaxed';
}
