// The first event of a run: all that is known of it before its first step.

import { countSamples, type Dataset } from '../data/dataset.js';
import type { StartEvent } from '../options/events.js';
import { figureOf } from '../options/figure.js';
import type { Configuration } from '../options/options.js';
import type { Ranks } from '../options/ranks.js';
import { learningText } from '../options/run-words.js';
import { GRADIENTS } from '../parallel/modes.js';
import type { Session } from '../parallel/session.js';
import { countCores } from '../system/cores.js';
import type { WorkerChoice } from './worker-choice.js';

interface StartedWith {
  /** Whether the number of shards does not depend on the workers. */
  readonly fixedShards: boolean;
  /** Folder of the run, if it is kept. */
  readonly run?: string;
  /** What its preset has chosen. */
  readonly preset?: string;
  /** The processes that share the run, where they are several. */
  readonly ranks?: Ranks;
}

export function startEvent(
  configuration: Configuration,
  session: Session,
  data: Dataset,
  { why, warnings }: WorkerChoice,
  { fixedShards, run, preset, ranks }: StartedWith,
): StartEvent {
  const { network, epochs, batch, eta, learning, seed, workers, shards, gradient, input } = configuration;
  const { kernels, note, layout, memoryBytes } = session;
  const { usable, machine } = countCores();
  return {
    event: 'start',
    network: network.layers,
    activations: network.activations,
    neurons: network.neurons.length > 0 ? network.neurons : undefined,
    cost: network.cost,
    from: configuration.from,
    parameters: layout.parameters,
    data: data.name,
    samples: countSamples(data, 'training'),
    validationSamples: countSamples(data, 'validation'),
    testSamples: countSamples(data, 'test'),
    columns: data.decisions,
    preset,
    workers,
    ranks,
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
    lambda: learning.lambda,
    learning: learningText(configuration, figureOf(data)),
    seed,
    bits: bitsOf(configuration, kernels, fixedShards),
    memoryBytes,
    run,
  };
}

function bitsOf({ gradient, network }: Configuration, kernels: string, fixedShards: boolean): StartEvent['bits'] {
  // A BLAS may add in another order for another number of rows.
  if (kernels === 'blas' || (GRADIENTS[gradient].hasBlocks && !fixedShards)) return 'this worker count';
  // What an own function computes with Math may differ in its last bit between versions of V8.
  return kernels === 'simd' && network.functions.length === 0 ? 'any machine' : 'this machine';
}
