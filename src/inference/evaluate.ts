// Evaluation of a saved run on a data set, with the same workers and kernels as in training, or of an average of several networks; and, for classes, what lies
// behind the accuracy (see assessment.ts).

import { checkInteger, checkOneOf, checkOptions, checkPath, checkSignal } from '../check.js';
import { countSamples, type Dataset, isRegression, SPLIT_WORDS, SPLITS, type Split } from '../data/dataset.js';
import { splitDoubts } from '../data/doubts.js';
import type { DatasetLike } from '../data/given.js';
import { checkBrought } from '../data/load.js';
import { BESIDE_NAMES, type ReadingBeside, readingBesideOf } from '../data/reading.js';
import { wrongValue } from '../errors.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import type { Networks } from '../model/parameter-sets.js';
import { type NetworkSpecification, optionsOf } from '../model/specification.js';
import { type Configuration, configure, workersOf } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { Session } from '../parallel/session.js';
import type { Evaluation } from '../parallel/session-plan.js';
import type { SavedEnsemble } from '../runs/ensemble.js';
import { isEnsemble } from '../runs/files.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import { SavedRun } from '../runs/saved-run.js';
import { type Assessment, assessSplit, checkTop } from './assessment.js';
import { evaluateOutputs } from './evaluate-outputs.js';
import { assessFit, type Fit } from './regression.js';

export interface EvaluateOptions extends ReadingBeside {
  /** Folder of the run, or of an ensemble. */
  run: string;
  /** Default: the data that the run was trained on, split in the same way. */
  data?: DatasetLike | string;
  /** Default: 'test'. */
  split?: Split;
  workers?: number | 'auto';
  kernels?: KernelName | 'auto';
  /** Most confident mistakes to list. Default: 10. */
  mistakes?: number;
  /** Largest outputs among which the right class counts as found. Default: 3 from six classes on, 5 from twenty on. */
  top?: number;
  /** Gives up before the next of its parts: data, evaluation, mistakes. */
  signal?: AbortSignal;
}

const NAMES: Readonly<Record<keyof EvaluateOptions, true>> = {
  run: true,
  data: true,
  ...BESIDE_NAMES,
  split: true,
  workers: true,
  kernels: true,
  mistakes: true,
  top: true,
  signal: true,
};

export interface EvaluateResult extends Evaluation {
  readonly run: string;
  readonly data: string;
  /** Whether rows and columns of its images were swapped: said, or as in training. */
  readonly transposed: boolean;
  readonly split: Split;
  /** What is odd about the samples, though they can be evaluated: a sentence for each, with what to do. */
  readonly warnings: readonly string[];
  readonly network: readonly number[];
  /** Networks whose outputs are averaged; absent where it is one. */
  readonly members?: number;
  /** Sizes of the layers of each, where they are not all alike. */
  readonly networks?: readonly (readonly number[])[];
  readonly workers: number;
  readonly kernels: KernelName;
  /** What lies behind the accuracy; null for targets that are numbers. */
  readonly assessment: Assessment | null;
  /** How near the outputs come to targets that are numbers; null for classes. */
  readonly fit: Fit | null;
}

/** Cost, accuracy and mistakes of a saved run on one split of a data set. */
export async function evaluate(given: EvaluateOptions): Promise<EvaluateResult> {
  const options = checkOptions(given, Object.keys(NAMES));
  const { signal } = options;
  checkPath('run', options.run, 'the folder of a run');
  const split = checkOneOf('split', options.split ?? 'test', SPLITS, SPLIT_WORDS);
  const mistakes = checkInteger('mistakes', options.mistakes ?? 10, 0);
  checkSignal(signal, 'the evaluation began');
  checkOneOf('kernels', options.kernels ?? 'auto', ['auto', ...KERNEL_NAMES]);
  const brought = checkBrought(options.data);
  const { run, members, ...saved } = await openRun(options.run);
  const { network } = saved;
  const { top } = options;
  if (top !== undefined) checkTop(top, network.layers);
  const { workers = 'auto' } = options;
  if (members !== undefined && workers !== 'auto' && workers !== 1)
    throw wrongValue('workers', 'none for an average of networks, which one thread computes', workers);
  const boot = (): WorkerPool => new WorkerPool(workersOf(options.workers));
  // The threads boot while the data are read, where they are not there already.
  let pool = typeof brought === 'object' || members !== undefined ? undefined : boot();
  try {
    const data = await run.data({ data: brought, ...readingBesideOf(options) });
    if (countSamples(data, split) === 0) throw wrongValue('split', `one with samples in '${data.name}'`, split);
    if (top !== undefined && isRegression(data)) throw wrongValue('top', 'none for targets that are numbers', top);
    const configuration = configurationOf(options, network, data);
    checkSignal(signal, 'the evaluation was done');
    const { input } = configuration;
    const choice = await loadKernels(configuration.kernels, configuration.blas);
    const own = { mistakes, top, input, signal, kernels: choice };
    let result: Evaluation;
    if (members === undefined) {
      pool ??= boot();
      result = await (await Session.start(configuration, data, saved.parameters, pool)).evaluate(split);
    } else result = await evaluateOutputs(saved, data, split, own);
    return {
      run: options.run,
      data: data.name,
      transposed: data.transposed ?? false,
      split,
      warnings: [...(data.warnings ?? []), ...splitDoubts(data, split, run.record.data?.rms)],
      network: configuration.network.layers,
      ...(members !== undefined && { members }),
      ...(saved.networks && { networks: saved.networks.map(({ layers }) => layers) }),
      workers: members === undefined ? configuration.workers : 1,
      kernels: choice.name,
      ...result,
      assessment: isRegression(data) ? null : await assessSplit(saved, data, split, own),
      fit: isRegression(data) ? await assessFit(saved, data, split, own) : null,
    };
  } finally {
    await pool?.close();
  }
}

/** Of a single network the weights may be infinite; what it then comes to is shown. */
async function openRun(path: string): Promise<Networks & { readonly run: SavedRun; readonly members?: number }> {
  if (!isEnsemble(path)) {
    const run = SavedRun.open(path);
    return { run, parameters: run.parameters, network: await run.network() };
  }
  const { network, networks, parameters, ensemble } = await readSavedNetwork(path);
  const { record, runs } = ensemble as SavedEnsemble;
  return { run: runs[0], network, networks, parameters, members: record.members };
}

function configurationOf({ workers, kernels }: EvaluateOptions, network: NetworkSpecification, data: Dataset): Configuration {
  return configure({ ...optionsOf(network), functions: network.functions, workers, kernels, gradient: 'owned', batch: 1 }, data);
}
