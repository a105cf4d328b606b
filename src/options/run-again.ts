// The options that make a run again, from what it computes and where its data came from: with them a stopped run goes on, and
// they are written beside the run as a file that starts it anew. What a run does not read is left out; what has a default is in,
// so that later defaults change nothing.

import type { DataRecord } from '../data/record.js';
import type { KernelName } from '../kernels/kernels.js';
import { optionsOfLearning } from '../model/learning.js';
import { optionsOf } from '../model/specification.js';
import { type Rows, rowsForPeople } from '../option-row.js';
import type { Asked, Configuration } from './options.js';
import { RUN_ROWS, type TrainOptions } from './table.js';

/** The options that make this configuration again, beside data, workers and kernels. */
export function optionsOfConfiguration(configuration: Configuration, rows: Rows = RUN_ROWS): TrainOptions {
  const { network, learning, from, eta, gradient, shards, input } = configuration;
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
    eta,
    gradient,
    shards: gradient === 'partial' ? shards : undefined,
    input,
  };
}

/**
 * The options that make a run again, with the same bits.
 * @param kernels that the run computes with
 * @param asked workers as the user said: but for `blas` they change no bits, and a number would only bind the next run to this machine
 */
export function optionsOfRun(configuration: Configuration, data: DataRecord, kernels: KernelName, asked: Asked): TrainOptions {
  return {
    ...optionsOfConfiguration(configuration),
    data: data.source,
    validation: data.validation,
    // A BLAS may add in another order for another number of rows.
    workers: kernels === 'blas' ? configuration.workers : asked.workers,
    diagnose: asked.diagnose,
    kernels,
    // One that could not be loaded is left behind with its kernels.
    blas: kernels === 'blas' ? configuration.blas : undefined,
  };
}
