// The first event of a run: all that is known of it before its first step.

import { countSamples, type Dataset } from '../data/dataset.js';
import { OPTIMISERS } from '../functions/optimisers/index.js';
import type { Schedule } from '../functions/schedules.js';
import type { StartEvent } from '../options/events.js';
import type { Configuration } from '../options/options.js';
import type { Session } from '../parallel/session.js';
import { countCores } from '../system/cores.js';
import { plural } from '../text.js';
import type { WorkerChoice } from './worker-choice.js';

/**
 * @param fixedShards whether the user said how many shards there are
 * @param run folder of the run, if it is kept
 */
export function startEvent(
  configuration: Configuration,
  session: Session,
  data: Dataset,
  { why, warnings }: WorkerChoice,
  fixedShards: boolean,
  run: string | undefined,
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
    lambda: learning.lambda,
    learning: describeLearning(configuration),
    seed,
    bits: bitsOf(configuration, kernels, fixedShards),
    memoryBytes,
    run,
  };
}

/** What differs from plain stochastic gradient descent, in words. */
function describeLearning({ learning, patience }: Configuration): string | undefined {
  const { optimiser, l1, dropout, maxNorm, clipNorm, classWeights, schedule } = learning;
  const parts = [
    optimiser === 'sgd' ? '' : `${optimiser} ${OPTIMISERS[optimiser].describe(learning)}`.trim(),
    l1 === 0 ? '' : `λ₁ ${l1}`,
    dropout.some((p) => p > 0) ? `dropout ${new Set(dropout).size === 1 ? dropout[0] : dropout.join(', ')}` : '',
    maxNorm === undefined ? '' : `norms of weights up to ${maxNorm}`,
    clipNorm === undefined ? '' : `norm of ∇C up to ${clipNorm}`,
    classWeights === undefined ? '' : 'classes weighted',
    schedule.kind === 'constant' ? '' : `η ${describeSchedule(schedule)}`,
    patience === undefined ? '' : `ends after ${plural(patience, 'epoch')} without a better validation`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join('; ');
}

function describeSchedule(schedule: Exclude<Schedule, { kind: 'constant' }>): string {
  if (schedule.kind === 'step') return `times ${schedule.factor} every ${plural(schedule.every, 'epoch')}`;
  if (schedule.kind === 'halve') return `halved after ${plural(schedule.patience, 'epoch')} without a better validation`;
  const { warmUp } = schedule;
  return warmUp === 0 ? 'along a cosine' : `rising for ${plural(warmUp, 'epoch')}, then along a cosine`;
}

function bitsOf({ gradient, network }: Configuration, kernels: string, fixedShards: boolean): StartEvent['bits'] {
  // A BLAS may add in another order for another number of rows.
  if (kernels === 'blas' || (gradient === 'partial' && !fixedShards)) return 'this worker count';
  // What an own function computes with Math may differ in its last bit between versions of V8.
  return kernels === 'simd' && network.functions.length === 0 ? 'any machine' : 'this machine';
}
