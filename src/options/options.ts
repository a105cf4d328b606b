// The options of a training run: what a user may say, with defaults, and what a run then works with. The one place where
// they are checked, for the command line and the library alike.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkInteger, checkNumber, checkOneOf } from '../check.js';
import { countSamples, type Dataset, density, isRegression } from '../data/dataset.js';
import { wrongKind, wrongValue } from '../errors.js';
import { COST_NAMES, COSTS, costRow } from '../functions/costs.js';
import { OPTIMISERS } from '../functions/optimisers/index.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { LEARNING_OPTIONS, type Learning, type LearningOptions, specifyLearning } from '../model/learning.js';
import { NETWORK_OPTIONS, type NetworkOptions, type NetworkSpecification, specifyNetwork } from '../model/specification.js';
import { GRADIENT_MODES, type GradientMode } from '../parallel/modes.js';
import { countCores } from '../system/cores.js';
import { plural } from '../text.js';
import { checkEvery } from './checkpoint-every.js';
import type { TrainEvent } from './events.js';

export interface TrainOptions extends Omit<NetworkOptions, 'layers'>, LearningOptions {
  /** Modules with activations and costs of your own, as paths or URLs (see functions/custom.ts). Every worker imports them. */
  functions?: string | readonly string[];
  /** A data set, 'mnist', or a folder of IDX files. Default: 'mnist'. */
  data?: Dataset | string;
  /** Samples of a folder's training files kept back for validation. Default: a sixth, at most 10,000. */
  validation?: number;
  /** Sizes of the layers, inputs first. Default: inputs of the data, 100, classes of the data. */
  layers?: readonly number[];
  /** Folder of a run, or file in the book's JSON: the network starts with its sizes, activations, cost and parameters. */
  from?: string;
  /** Default: 30. */
  epochs?: number;
  /** Samples per step: m. Default: 10. */
  batch?: number;
  /** Learning rate η. Default: 0.5; 0.1 with momentum; 0.001 for rmsprop, adam and adamw. */
  eta?: number;
  /** Epochs without a better validation, after which the run ends before its time. Default: never. */
  patience?: number;
  /** Seed of everything random. Default: 1. */
  seed?: number;
  /** Worker threads, or 'auto': what `nabla tune` found for this network, or else what is fastest in the first steps. Default: 'auto'. */
  workers?: number | 'auto';
  /** Shards of a mini-batch, for gradient 'partial'. A fixed number makes the bits independent of the workers. Default: one per worker. */
  shards?: number;
  /** How ∇w is made: each worker its own slice, or partial sums per shard. Default: 'owned'; 'partial' where shards are given. */
  gradient?: GradientMode;
  /** gradient 'owned' with kernels 'simd': the same bits on any machine, with any number of workers. */
  reproducible?: boolean;
  /** How the first layer takes its inputs. Default: 'auto', sparse where enough of the data are zeros. */
  input?: InputFormat | 'auto';
  /** Default: 'auto', the fastest whose bits do not depend on the workers; 'blas' where a library is given. */
  kernels?: KernelName | 'auto';
  /** Path of the library for kernels 'blas'. Default: the usual names are tried. */
  blas?: string;
  /** Folder to keep the run in; it must not hold a run yet. Default: nothing is kept. */
  run?: string;
  /** Or: a folder in which a new one is made for the run, named after the date and the network. */
  runs?: string;
  /** Folder of a run that was stopped, by whatever: it goes on where its last checkpoint was, with the options that it had. */
  resume?: string;
  /** When a run that is kept writes a checkpoint: '5e' for every five epochs, '0.5e', '30s', '10m', '1h', or 'never' before its end. Default: '30s'. */
  checkpointEvery?: string;
  /** How many of the newest checkpoints stay. Default: 2. */
  keepCheckpoints?: number;
  /** Milliseconds that a worker may wait for another one, or take for one step. Default: 60,000. */
  timeout?: number;
  /** Tells how fast each layer learns, before the first epoch and after each. Default: false. */
  diagnose?: boolean;
  /** File for a trace of the first steps, phase by phase and worker by worker, as Chrome and Perfetto read it. */
  trace?: string;
  /** Steps of a trace. Default: 100. */
  traceSteps?: number;
  /** Hears of every event as it happens. */
  onEvent?: (event: TrainEvent) => void;
  /** Stops the run after the step at hand. */
  signal?: AbortSignal;
}

/** A checked run: what it computes. Plain data, kept with the run. */
export interface Configuration {
  readonly network: NetworkSpecification;
  /** Where its first parameters were read; without it, they were drawn as the network says. */
  readonly from?: string;
  readonly epochs: number;
  readonly batch: number;
  readonly eta: number;
  readonly learning: Learning;
  /** Epochs without a better validation after which the run ends. */
  readonly patience?: number;
  readonly seed: number;
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly input: InputFormat;
  readonly kernels: KernelName | 'auto';
  readonly blas?: string;
  readonly timeout: number;
  readonly checkpointEvery: string;
  readonly keepCheckpoints: number;
}

/** What was asked for beside a configuration, and changes no bit. */
export type Asked = Pick<TrainOptions, 'workers' | 'diagnose'>;

/** More threads than this help nobody, and each takes some 5 MB. */
export const MAX_WORKERS = 1024;

/** The number of worker threads that a number stands for, or the most that 'auto' does: one per core. */
export function workersOf(workers: TrainOptions['workers'] = 'auto'): number {
  return workers === 'auto' ? countCores().usable : checkInteger('workers', workers, 1, MAX_WORKERS);
}

/** Every option there is beside those of the network and of learning; the type sees to it that none is missing. */
const OPTION_NAMES: Readonly<Record<Exclude<keyof TrainOptions, keyof NetworkOptions | keyof LearningOptions>, true>> = {
  data: true,
  validation: true,
  functions: true,
  from: true,
  epochs: true,
  batch: true,
  eta: true,
  patience: true,
  seed: true,
  workers: true,
  shards: true,
  gradient: true,
  reproducible: true,
  input: true,
  kernels: true,
  blas: true,
  run: true,
  runs: true,
  resume: true,
  checkpointEvery: true,
  keepCheckpoints: true,
  timeout: true,
  diagnose: true,
  trace: true,
  traceSteps: true,
  onEvent: true,
  signal: true,
};

/** Refuses an object with a name that is no option, and folders that are no text. */
export function checkOptionNames(options: TrainOptions): void {
  if (typeof options !== 'object' || options === null) throw wrongKind('options', 'an object', options);
  for (const name of Object.keys(options)) checkOneOf('option', name, [...Object.keys(OPTION_NAMES), ...NETWORK_OPTIONS, ...LEARNING_OPTIONS]);
  for (const name of ['run', 'runs', 'resume', 'trace'] as const) {
    const what = name === 'trace' ? 'a file' : 'a folder';
    if (options[name] !== undefined && typeof options[name] !== 'string') throw wrongKind(name, `the path of ${what}`, options[name]);
  }
  if (options.diagnose !== undefined && typeof options.diagnose !== 'boolean') throw wrongKind('diagnose', 'true or false', options.diagnose);
  checkInteger('traceSteps', options.traceSteps ?? 100, 1, 100_000);
}

/** The modules with own functions that options name, as URLs that any thread can import. */
export function functionUrls({ functions = [] }: Pick<TrainOptions, 'functions'>): string[] {
  const list: readonly string[] = typeof functions === 'string' ? [functions] : functions;
  if (!Array.isArray(list) || list.some((path) => typeof path !== 'string')) {
    throw wrongKind('functions', 'the path of a module, or a list of them', functions);
  }
  return list.map((path) => (/^(file|data|node):/.test(path) ? path : pathToFileURL(path).href));
}

/** Checks options against each other and against the data. Own functions that they name are loaded before (`loadFunctions`). */
export function configure(options: TrainOptions, data: Dataset): Configuration {
  const workers = workersOf(options.workers);
  const regression = isRegression(data);
  // What fits numbers: their distance, and outputs of any size.
  const usual = regression ? { cost: 'quadratic', output: 'linear' } : {};
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const network = specifyNetwork({ ...usual, ...given, layers: options.layers ?? [data.inputs, 100, data.classes] }, functionUrls(options));
  const { layers } = network;
  if (layers[0] !== data.inputs) {
    throw wrongValue('layers', `${plural(data.inputs, 'input')}, as many as the samples of '${data.name}' have values`, layers[0]);
  }
  const outputs = layers[layers.length - 1];
  if (regression && outputs !== data.classes) {
    throw wrongValue('layers', `${plural(data.classes, 'output')}, as many as the targets of '${data.name}' have numbers`, outputs);
  }
  if (outputs < data.classes) throw wrongValue('layers', `at least ${plural(data.classes, 'output')}, one for each class of '${data.name}'`, outputs);
  const { gradient, kernels } = arithmetic(options);
  if (options.shards !== undefined && gradient === 'owned') {
    throw wrongValue('shards', "none with gradient 'owned', whose bits never depend on the workers", options.shards);
  }
  const batch = checkInteger('batch', options.batch ?? 10, 1);
  if (options.classWeights !== undefined && regression) throw wrongValue('classWeights', 'none for targets that are numbers', options.classWeights);
  const epochs = checkInteger('epochs', options.epochs ?? 30, 1);
  const learning = specifyLearning(options, layers.length - 2, { counts: countClasses(data) });
  const { schedule } = learning;
  if (schedule.kind === 'cosine' && schedule.warmUp >= epochs)
    throw wrongValue('warm-up of the schedule', `fewer than the ${plural(epochs, 'epoch')}`, schedule.warmUp);
  if (regression) checkRange(data, network);
  return {
    network,
    from: options.from,
    epochs,
    batch: Math.min(batch, countSamples(data, 'training')),
    eta: checkNumber('eta', options.eta ?? OPTIMISERS[learning.optimiser].eta, 0, true),
    learning,
    patience: options.patience === undefined ? undefined : checkInteger('patience', options.patience, 1),
    seed: checkInteger('seed', options.seed ?? 1, 0),
    workers,
    shards: checkInteger('shards', options.shards ?? workers, 1),
    gradient,
    input: inputFormat(options.input, data),
    kernels,
    blas: blasPath(options),
    timeout: checkInteger('timeout', options.timeout ?? 60_000, 1, 2 ** 31 - 1),
    checkpointEvery: checkEvery(options.checkpointEvery ?? '30s'),
    keepCheckpoints: checkInteger('keepCheckpoints', options.keepCheckpoints ?? 2, 1, 1000),
  };
}

/** Costs that numbers outside [0, 1], or none but classes, would make meaningless. */
function checkRange({ name, training }: Dataset, { cost }: NetworkSpecification): void {
  const kind = costRow(cost)?.targets;
  const ofNumbers = COST_NAMES.filter((other) => COSTS[other].targets === 'numbers');
  if (kind === 'classes') throw wrongValue('cost', `one for the numbers of '${name}': ${ofNumbers.join(', ')}, or your own`, cost);
  const outside = kind === 'shares' ? training.targets?.find((y) => y < 0 || y > 1) : undefined;
  if (outside !== undefined) throw wrongValue('cost', `${ofNumbers.join(' or ')} for targets outside [0, 1], such as ${outside}`, cost);
}

/** What of how a network learns changes the work of a step, in words: what is fast for one is not for another. */
export function stepKind({ learning, network }: Pick<Configuration, 'learning' | 'network'>): string {
  const { optimiser, l1, clipNorm, maxNorm, dropout, classWeights } = learning;
  const parts = [
    optimiser,
    l1 > 0 && 'λ₁',
    clipNorm !== undefined && 'limit on ∇C',
    maxNorm !== undefined && 'limit on norms',
    dropout.some((p) => p > 0) && 'dropout',
    classWeights !== undefined && 'class weights',
    network.neurons.length > 0 && `${network.neurons.length} neurons with another f`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** Training samples of each class. */
function countClasses({ classes, training }: Dataset): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of training.labels) counts[label]++;
  return counts;
}

/** The ways to the gradient that the options leave open; without any choice of theirs, a run takes the configuration's. */
export function openGradients({ gradient, reproducible, shards }: TrainOptions, chosen: GradientMode): readonly GradientMode[] {
  return gradient === undefined && !reproducible && shards === undefined ? GRADIENT_MODES : [chosen];
}

/**
 * Above this share of non-zero inputs, dense products are faster. Measured on one core of a Zen 4, relaxed: a vector's
 * multiply-add takes 0.29 to 0.46 ns over sparse entries, 0.18 in a dense product (45 GFLOP/s).
 */
const SPARSE_BELOW = 0.4;
/** Inputs that the 16-bit indices of sparse entries can tell apart. */
export const SPARSE_INPUTS = 65_536;

function inputFormat(wanted: TrainOptions['input'] = 'auto', data: Dataset): InputFormat {
  const format = checkOneOf('input', wanted, ['auto', ...INPUT_FORMATS]);
  if (format === 'sparse' && data.inputs > SPARSE_INPUTS) throw wrongValue('input', `at most ${SPARSE_INPUTS} inputs for 'sparse'`, data.inputs);
  if (format !== 'auto') return format;
  return data.inputs <= SPARSE_INPUTS && density(data.training) < SPARSE_BELOW ? 'sparse' : 'dense';
}

/** Whole where it is a path, so that a run that goes on elsewhere finds it; a bare name is looked for by the system. */
function blasPath({ blas, kernels }: TrainOptions): string | undefined {
  if (blas === undefined) return undefined;
  if (typeof blas !== 'string') throw wrongKind('blas', 'the path of a library', blas);
  if (kernels !== undefined && kernels !== 'blas') throw wrongValue('blas', `none with kernels '${kernels}'`, blas);
  return /[/\\]/.test(blas) ? resolve(blas) : blas;
}

function arithmetic({ gradient, kernels, blas, reproducible, shards }: TrainOptions): Pick<Configuration, 'gradient' | 'kernels'> {
  if (reproducible !== undefined && typeof reproducible !== 'boolean') throw wrongKind('reproducible', 'true or false', reproducible);
  if (!reproducible) {
    return {
      gradient: checkOneOf('gradient', gradient ?? (shards === undefined ? 'owned' : 'partial'), GRADIENT_MODES),
      kernels: checkOneOf('kernels', kernels ?? (blas === undefined ? 'auto' : 'blas'), ['auto', ...KERNEL_NAMES]),
    };
  }
  if (gradient !== undefined && gradient !== 'owned') throw wrongValue('gradient', "'owned' or nothing beside reproducible", gradient);
  if (blas !== undefined) throw wrongValue('blas', 'none beside reproducible', blas);
  if (kernels !== undefined && kernels !== 'simd') throw wrongValue('kernels', "'simd' or nothing beside reproducible", kernels);
  return { gradient: 'owned', kernels: 'simd' };
}
