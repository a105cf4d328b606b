// The configuration of a run by the options that make it again: as the file that starts it, and as what reports say of it.
// `nabla train --config runs/NAME/config.json` comes to the same bits, wherever it is called from. Everything that has a default
// is written out, so that later defaults change nothing; what the run does not read is left out.

import { resolve } from 'node:path';
import type { DataRecord } from '../data/record.js';
import type { KernelName } from '../kernels/kernels.js';
import { type Learning, optionsOfLearning } from '../model/learning.js';
import { optionsOf } from '../model/specification.js';
import type { ConfigKey } from './config-keys.js';
import { scheduleText } from './option-text.js';
import type { Asked, Configuration } from './options.js';

/** Options by their long names. */
export type ConfigTable = Readonly<Partial<Record<ConfigKey, unknown>>>;

/**
 * @param kernels that the run computes with
 * @param asked workers as the user said: but for `blas` they change no bits, and a number would only bind the next run to this machine
 */
export function configTable(configuration: Configuration, data: DataRecord, kernels: KernelName, asked: Asked): ConfigTable {
  const { epochs, batch, patience, eta, learning, seed, gradient, shards, input, blas, timeout, checkpointEvery, keepCheckpoints } = configuration;
  return {
    ...dataKeys(data),
    ...networkKeys(configuration),
    epochs,
    batch,
    patience,
    eta,
    ...learningKeys(learning),
    seed,
    workers: kernels === 'blas' ? configuration.workers : asked.workers,
    gradient,
    shards: gradient === 'partial' ? shards : undefined,
    input,
    kernels,
    // One that could not be loaded is left behind with its kernels.
    blas: kernels === 'blas' ? blas : undefined,
    diagnose: asked.diagnose,
    timeout: timeout / 1000,
    'checkpoint-every': checkpointEvery,
    'keep-checkpoints': keepCheckpoints,
  };
}

/** JSON that `readConfig` reads. */
export function configText(...run: Parameters<typeof configTable>): string {
  const note = 'The same run again: nabla train --config FILE, with this file.';
  return `${spread({ '#': note, ...configTable(...run) })}\n`;
}

function dataKeys(data: DataRecord): ConfigTable {
  const { source, validation, brought } = data;
  if (brought) return { data: { brought: source } };
  return { data: source === 'mnist' ? source : resolve(source), validation };
}

/** The network; beside a saved one, which brings them, without initialiser and single neurons. */
function networkKeys({ network, from }: Configuration): ConfigTable {
  const { layers, activation, output, neurons, cost, init } = optionsOf(network);
  const neuron = neurons.map(({ layer, neuron, f }) => `${layer}:${neuron}=${f}`);
  const drawn = { init, neuron: neuron.length > 0 ? neuron : undefined };
  const functions = network.functions.length > 0 ? network.functions : undefined;
  return { layers, activation, output, cost, functions, ...(from === undefined ? drawn : { from: resolve(from) }) };
}

/** The optimiser with those of its numbers that it reads, and what else was said of learning. */
function learningKeys(learning: Learning): ConfigTable {
  const { maxNorm, clipNorm, classWeights, ...rest } = optionsOfLearning(learning);
  return { ...rest, 'max-norm': maxNorm, 'clip-norm': clipNorm, 'class-weights': classWeights, schedule: scheduleText(learning.schedule) };
}

/** JSON with a line for each key, and its value on that line. */
function spread(table: object): string {
  const lines = Object.entries(table).filter(([, value]) => value !== undefined);
  return `{\n${lines.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
}
