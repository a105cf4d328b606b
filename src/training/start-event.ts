// The first event of a run: all that is known of it before its first step.

import type { Dataset } from '../data/dataset.js';
import { countCores } from '../scaling/cores.js';
import type { StartEvent } from './events.js';
import type { Configuration } from './options.js';
import type { Session } from './session.js';
import type { Settled } from './settle.js';

/**
 * @param fixedShards whether the user said how many shards there are
 * @param run folder of the run, if it is kept
 */
export function startEvent(
  configuration: Configuration,
  session: Session,
  data: Dataset,
  { why, warnings }: Settled,
  fixedShards: boolean,
  run: string | undefined,
): StartEvent {
  const { network, epochs, batch, eta, lambda, seed, workers, shards, gradient, input } = configuration;
  const { kernels, note, layout, memoryBytes } = session;
  const { usable, machine } = countCores();
  return {
    event: 'start',
    network: network.layers,
    activations: network.activations,
    cost: network.cost,
    from: configuration.from,
    parameters: layout.parameters,
    data: data.name,
    samples: data.training.labels.length,
    validationSamples: data.validation.labels.length,
    testSamples: data.test.labels.length,
    workers,
    cores: usable,
    machineCores: machine,
    workersWhy: why,
    warnings: warnings.length > 0 ? warnings : undefined,
    shards,
    gradient,
    input,
    kernels,
    kernelsNote: note,
    batch,
    epochs,
    eta,
    lambda,
    seed,
    bits: bitsOf(configuration, kernels, fixedShards),
    memoryBytes,
    run,
  };
}

function bitsOf({ gradient }: Configuration, kernels: string, fixedShards: boolean): StartEvent['bits'] {
  // A BLAS may add in another order for another number of rows.
  if (kernels === 'blas' || (gradient === 'partial' && !fixedShards)) return 'this worker count';
  return kernels === 'simd' ? 'any machine' : 'this machine';
}
