// Checks the options of a training run against each other and against the data, and makes the `Configuration` of the run from them.
// The one place for that, for the command line and the library alike; each option by itself is described in table.ts.

import { absolutePath, moduleUrl } from '#platform';
import { checkInteger, checkList, checkNumber, checkOneOf, checkPath } from '../check.js';
import { countSamples, type Dataset, density, isRegression, pictureOf } from '../data/dataset.js';
import { misfitOf } from '../data/sizes.js';
import { wrongKind, wrongValue } from '../errors.js';
import { keepsZeros, onlyForPictures } from '../functions/augmentations.js';
import { COST_NAMES, COSTS, costRow } from '../functions/costs.js';
import { OPTIMISERS } from '../functions/optimisers/index.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { augmentationOf } from '../model/augmentation-text.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { type Learning, specifyLearning } from '../model/learning.js';
import { type NetworkSpecification, specifyNetwork } from '../model/specification.js';
import { plainValues, yesOrNo } from '../option-row.js';
import { haveRoomAsRecords } from '../parallel/memory/workspace.js';
import { ACROSS, fixedShards, GRADIENT_MODES, GRADIENTS, type GradientMode, TRIED_GRADIENTS } from '../parallel/modes.js';
import { countCores } from '../system/cores.js';
import { plural } from '../text.js';
import { OPTIONS, RUN_ROWS, type RunValues, type TrainOptions } from './table.js';
import { checkKnown } from './unknown-option.js';

export type { TrainOptions } from './table.js';

/** A checked run: what it computes. Plain data, kept with the run. The plain values of its options are in it by their names. */
export interface Configuration extends RunValues {
  readonly network: NetworkSpecification;
  /** Where its first parameters were read; without it, they were drawn as the network says. */
  readonly from?: string;
  /** Whether it ends with the network of its best epoch. Runs of older versions do not say. */
  readonly restoreBest: boolean;
  readonly eta: number;
  readonly learning: Learning;
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly input: InputFormat;
  readonly kernels: KernelName | 'auto';
  readonly blas?: string;
}

/** What was asked for beside a configuration, and changes no bit of the result. */
export type Asked = Pick<TrainOptions, 'workers' | 'diagnose'>;

/** More threads than this help nobody, and each takes some 5 MB. */
export const MAX_WORKERS = 1024;

/** The number of worker threads that a number stands for, or the most that 'auto' does: one per core. */
export function workersOf(workers: TrainOptions['workers'] = 'auto'): number {
  return workers === 'auto' ? countCores().usable : checkInteger('workers', workers, 1, MAX_WORKERS);
}

/** The options, read once; refuses a name that is no option, and folders and listeners that are none. */
export function checkOptionNames(given: TrainOptions): TrainOptions {
  const options = checkKnown(given, Object.keys(OPTIONS));
  for (const name of ['run', 'runs', 'resume', 'from', 'trace'] as const) {
    const what = { trace: 'of a file', from: "of a run's folder, or of a file in the book's JSON" }[name as string] ?? 'of a folder';
    if (options[name] !== undefined) checkPath(name, options[name], `the path ${what}`);
  }
  const { diagnose, onEvent, mpi = 'auto', across = 'auto' } = options;
  if (typeof mpi !== 'string' || mpi === '') throw wrongKind('mpi', "'auto', 'off', or the path of a library", mpi);
  checkOneOf('across', across, ACROSS);
  if (diagnose !== undefined) yesOrNo('diagnose', diagnose);
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  checkInteger('traceSteps', options.traceSteps ?? 100, 1, 100_000);
  return options;
}

/** The modules with own functions that options name, as URLs that any thread can import. */
export function functionUrls({ functions = [] }: Pick<TrainOptions, 'functions'>): string[] {
  const expected = 'the path of a module, or a list of them';
  const list = typeof functions === 'string' ? [functions] : checkList('functions', functions, expected);
  for (const path of list) checkPath('functions', path, expected);
  return list.map(moduleUrl);
}

/** Checks options against each other and against the data. Own functions that they name are loaded before (`loadFunctions`). */
export function configure(options: TrainOptions, data: Dataset): Configuration {
  const workers = workersOf(options.workers);
  const regression = isRegression(data);
  // The defaults for targets that are numbers: the quadratic cost, and outputs of any size.
  const usual = regression ? { cost: 'quadratic', output: 'linear' } : {};
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const network = specifyNetwork({ ...usual, ...given, layers: layersOf(options, data) }, functionUrls(options));
  const misfit = misfitOf(network.layers, data);
  if (misfit) throw wrongValue('layers', misfit.expected, misfit.got);
  const { gradient, kernels } = arithmetic(options);
  if (options.shards !== undefined && gradient === 'owned') {
    throw wrongValue('shards', "none with gradient 'owned', whose bits never depend on the workers", options.shards);
  }
  const values = plainValues(RUN_ROWS, options);
  if (options.classWeights !== undefined && regression) throw wrongValue('classWeights', 'none for targets that are numbers', options.classWeights);
  const learning = specifyLearning(options, network.layers.length - 2, { counts: countClasses(data, network), picture: pictureOf(data) });
  checkSmooth(learning, network, regression);
  checkMix(learning, network, data);
  const { schedule } = learning;
  if (schedule.kind === 'cosine' && schedule.warmUp >= values.epochs)
    throw wrongValue('warm-up of the schedule', `fewer than the ${plural(values.epochs, 'epoch')}`, schedule.warmUp);
  if (learning.average !== undefined && learning.average > values.epochs)
    throw wrongValue('average', `at most the ${plural(values.epochs, 'epoch')}`, learning.average);
  if (regression) checkRange(data, network);
  const batch = Math.min(values.batch, countSamples(data, 'training'));
  const shards = shardsOf(options, gradient, workers);
  return {
    network,
    from: options.from,
    ...values,
    restoreBest: options.restoreBest === undefined ? values.patience !== undefined : yesOrNo('restoreBest', options.restoreBest),
    batch,
    eta: checkNumber('eta', options.eta ?? OPTIMISERS[learning.optimiser].eta, 0, true),
    learning,
    workers,
    shards,
    gradient,
    input: inputFormat(options.input, data, { network, learning, gradient, workers, shards, batch, epochs: values.epochs }),
    kernels,
    blas: blasPath(options),
  };
}

function shardsOf(options: TrainOptions, gradient: GradientMode, workers: number): number {
  const shards = checkInteger('shards', fixedShards(gradient, options.shards) ?? workers, 1);
  // Then as many ranks have parts of the tree that are whole, and send one sum each.
  const isPower = Number.isInteger(Math.log2(shards));
  if (gradient === 'tree' && !isPower) throw wrongValue('shards', "a power of two with gradient 'tree', such as 8", shards);
  return shards;
}

const USUAL_HIDDEN = [100];

/** Sizes of all layers: as they are said, or those of the hidden ones between inputs and outputs of the data. */
function layersOf({ layers, hidden }: TrainOptions, { inputs, classes }: Dataset): readonly number[] {
  if (layers !== undefined && hidden !== undefined) throw wrongValue('hidden', "none beside 'layers', which has them", hidden);
  const sizes = checkList('hidden', hidden ?? USUAL_HIDDEN, 'a list of sizes').map((size, k) => checkInteger(`hidden[${k}]`, size, 1));
  return layers ?? [inputs, ...sizes, classes];
}

/** Refuses costs that have no meaning for targets that are numbers: those for classes alone, and those for [0, 1] where one is outside. */
function checkRange({ name, training }: Dataset, { cost }: NetworkSpecification): void {
  const kind = costRow(cost)?.targets;
  const ofNumbers = COST_NAMES.filter((other) => COSTS[other].targets === 'numbers');
  if (kind === 'classes' || kind === 'distributions')
    throw wrongValue('cost', `one for the numbers of '${name}': ${ofNumbers.join(', ')}, or your own`, cost);
  const outside = kind === 'shares' ? training.targets?.find((y) => y < 0 || y > 1) : undefined;
  if (outside !== undefined) throw wrongValue('cost', `${ofNumbers.join(' or ')} for targets outside [0, 1], such as ${outside}`, cost);
}

/** Refuses to mix a sample with none, and beside a cost that asks on which side of a class an output stands. */
function checkMix({ augment }: Learning, { cost }: NetworkSpecification, data: Dataset): void {
  if (augment === undefined || !augmentationOf(augment).mix) return;
  const samples = countSamples(data, 'training');
  if (samples < 2) throw wrongValue('augment', "no 'mix' without a second training sample", augment);
  if (costRow(cost)?.targets === 'classes') throw wrongValue('augment', `no 'mix' with ${knowsOneClass(cost)}`, augment, OTHER_COSTS);
}

/** A cost for classes alone, and those that it is refused for. */
const knowsOneClass = (cost: string): string => `the cost '${cost}', which knows a class only as its own or another`;
const OTHER_COSTS = `Those that have: ${COST_NAMES.filter((name) => COSTS[name].targets !== 'classes').join(', ')}.`;

/** Refuses smoothed targets where there are no classes, and beside such a cost. */
function checkSmooth({ smooth }: Learning, { cost }: NetworkSpecification, regression: boolean): void {
  if (smooth === 0) return;
  if (regression) throw wrongValue('smooth', 'none for targets that are numbers', smooth);
  if (costRow(cost)?.targets !== 'classes') return;
  throw wrongValue('smooth', `none with ${knowsOneClass(cost)}`, smooth, OTHER_COSTS);
}

/** Training samples of each class: of a network, the outputs say how many there are. */
function countClasses({ training }: Dataset, { layers }: NetworkSpecification): number[] {
  const counts = new Array<number>(layers[layers.length - 1]).fill(0);
  for (const label of training.labels) counts[label]++;
  return counts;
}

/** The gradient strategies that the options leave open; where they choose none, a run takes the configuration's. */
export function openGradients({ gradient, reproducible, shards }: TrainOptions, chosen: GradientMode): readonly GradientMode[] {
  return gradient === undefined && !reproducible && shards === undefined ? TRIED_GRADIENTS : [chosen];
}

/**
 * Above this share of non-zero inputs, dense products are faster. Measured on one core of a Zen 4, relaxed: a vector's
 * multiply-add takes 0.29 to 0.46 ns over sparse entries, 0.18 in a dense product (45 GFLOP/s).
 */
const SPARSE_BELOW = 0.4;
/** How many pixels are not zero any more, for one that was not, where a picture was moved: values between two pixels are in both (MNIST: 0.19 and 0.25). */
const MOVED_SHARE = 1.3;
/** Inputs that the 16-bit indices of sparse entries can tell apart. */
export const SPARSE_INPUTS = 65_536;

/** Sparse where that is faster and all samples have room as records; there is always room for dense ones, which may lie outside. */
function inputFormat(wanted: TrainOptions['input'] = 'auto', data: Dataset, session: Parameters<typeof haveRoomAsRecords>[2]): InputFormat {
  const format = checkOneOf('input', wanted, ['auto', ...INPUT_FORMATS]);
  if (format === 'sparse' && data.inputs > SPARSE_INPUTS) throw wrongValue('input', `at most ${SPARSE_INPUTS} inputs for 'sparse'`, data.inputs);
  const { gradient, learning } = session;
  const changes = learning?.augment === undefined ? undefined : augmentationOf(learning.augment);
  if (changes && !keepsZeros(changes)) {
    if (format === 'sparse') throw wrongValue('input', "'dense' or 'auto' beside an augmentation that leaves no zeros", format);
    return 'dense';
  }
  if (gradient && !GRADIENTS[gradient].takesSparse) {
    if (format === 'sparse') throw wrongValue('input', `'dense' or 'auto' with gradient '${gradient}'`, format);
    return 'dense';
  }
  if (format !== 'auto') return format;
  if (data.inputs > SPARSE_INPUTS) return 'dense';
  const share = density(data.training);
  // Of a mixture an input is not zero where one of the two samples' is not.
  const mixed = changes?.mix ? share * (2 - share) : share;
  return mixed * (changes && onlyForPictures(changes).length > 0 ? MOVED_SHARE : 1) < SPARSE_BELOW && haveRoomAsRecords(data, share, session)
    ? 'sparse'
    : 'dense';
}

/** Absolute where it is a path, so that a run that is resumed in another folder finds it; a bare name is looked for by the system. */
function blasPath({ blas, kernels }: TrainOptions): string | undefined {
  if (blas === undefined) return undefined;
  if (typeof blas !== 'string') throw wrongKind('blas', 'the path of a library', blas);
  if (kernels !== undefined && kernels !== 'blas') throw wrongValue('blas', `none with kernels '${kernels}'`, blas);
  return /[/\\]/.test(blas) ? absolutePath(blas) : blas;
}

function arithmetic({ gradient, kernels, blas, reproducible, shards }: TrainOptions): Pick<Configuration, 'gradient' | 'kernels'> {
  if (reproducible === undefined || !yesOrNo('reproducible', reproducible)) {
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
