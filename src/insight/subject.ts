// The subject of `check` and `diagnose`: a network with its parameters, new or of a saved run, and its data. Made from options of
// a training run, which are checked in the same way.

import { checkPath } from '../check.js';
import type { Dataset } from '../data/dataset.js';
import { datasetOf } from '../data/load.js';
import { READING } from '../data/reading.js';
import { wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { initialParameters } from '../model/initialisers.js';
import { layoutOf } from '../model/layout.js';
import { LEARNING_OPTIONS, type LearningOptions } from '../model/learning-options.js';
import { NETWORK_OPTIONS, type NetworkOptions, optionsOf } from '../model/specification.js';
import { namesOf } from '../option-row.js';
import { type Configuration, configure, functionUrls, type TrainOptions } from '../options/options.js';
import { checkKnown } from '../options/unknown-option.js';
import { SavedRun } from '../runs/saved-run.js';
import { freeMemory } from '../system/memory.js';
import { megabytes } from '../text.js';

/** Options taken from training, beside those of the network and of learning. */
const OF_TRAINING = ['data', ...READING, 'seed', 'eta', 'input', 'gradient', 'kernels', 'blas'] as const;

/** Options of a training run that say which network, which data and which arithmetic. */
export interface SubjectOptions extends Partial<NetworkOptions>, LearningOptions, Pick<TrainOptions, (typeof OF_TRAINING)[number]> {
  /** Folder of a saved run, whose network, data and parameters are taken. Default: a network with initial parameters. */
  run?: string;
}

export interface Subject {
  readonly configuration: Configuration;
  /** All of the data set. */
  readonly data: Dataset;
  readonly kernels: KernelChoice;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Folder of the run that the parameters are of. */
  readonly run: string | undefined;
}

const OF_A_RUN = [...namesOf(NETWORK_OPTIONS), ...namesOf(LEARNING_OPTIONS)];
/** Every name of SubjectOptions. */
export const SUBJECT_OPTIONS: readonly string[] = [...OF_TRAINING, 'run', ...OF_A_RUN];

/**
 * Checks the options and loads what they name.
 * @param names every option that the caller knows; others are refused
 */
export async function subjectOf(given: SubjectOptions, names: readonly string[]): Promise<Subject> {
  const options = checkKnown(given, names);
  const { configuration, data, parameters } = options.run === undefined ? await newNetwork(options) : await networkOfRun(options.run, options);
  const { layers } = configuration.network;
  const bytes = 4 * layoutOf(layers).floats;
  const free = freeMemory();
  if (bytes > free.bytes) {
    throw wrongValue('layers', `weights that fit into the ${megabytes(free.bytes)} that ${free.whose}`, `${layers.join(',')}: ${megabytes(bytes)}`);
  }
  const kernels = await loadKernels(configuration.kernels, configuration.blas);
  return { configuration, data, kernels, parameters: parameters(), run: options.run };
}

type Found = Pick<Subject, 'configuration' | 'data'> & { parameters: () => Float32Array };

async function newNetwork(options: SubjectOptions): Promise<Found> {
  const data = await datasetOf(options.data ?? 'mnist', options);
  await loadFunctions(functionUrls(options));
  const configuration = configure({ ...options, workers: 1 }, data);
  return { configuration, data, parameters: () => initialParameters(configuration.network, configuration.seed) };
}

async function networkOfRun(path: string, options: SubjectOptions): Promise<Found> {
  checkPath('run', path, 'the folder of a run');
  for (const name of OF_A_RUN) {
    if (options[name] !== undefined) throw wrongValue(name, 'none beside a saved run, whose network it is', options[name]);
  }
  const run = SavedRun.open(path);
  const { parameters } = run;
  const network = await run.network();
  const { seed, eta } = run.configuration;
  const data = await run.data(options);
  const { functions } = network;
  const own = { ...optionsOf(network), functions, seed: options.seed ?? seed, eta: options.eta ?? eta };
  const checked = configure({ ...options, ...own, workers: 1 }, data);
  const { learning = checked.learning } = run.configuration;
  return { configuration: { ...checked, learning }, data, parameters: () => parameters };
}

/** The subject as results record it. */
export interface SubjectRecord {
  readonly network: readonly number[];
  readonly activations: readonly string[];
  readonly cost: string;
  readonly initialiser: string;
  /** Folder of the run, where the parameters are not initial ones. */
  readonly run: string | undefined;
  readonly data: string;
  readonly seed: number;
  readonly kernels: KernelName;
  readonly kernelsNote: string | undefined;
}

export function recordOf({ configuration: { network, seed }, data, kernels, run }: Subject): SubjectRecord {
  const { layers, activations, cost, initialiser } = network;
  return { network: layers, activations, cost, initialiser, run, data: data.name, seed, kernels: kernels.name, kernelsNote: kernels.note };
}
