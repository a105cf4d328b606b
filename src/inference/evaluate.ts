// Evaluation of a saved run on a data set, with the same workers and kernels as in training; and, for classes, what lies
// behind the accuracy (see assessment.ts).

import { checkInteger, checkOneOf } from '../check.js';
import { countSamples, type Dataset, isRegression, SPLIT_WORDS, SPLITS, type Split } from '../data/dataset.js';
import { type Reading, readingOf } from '../data/reading.js';
import { wrongKind, wrongValue } from '../errors.js';
import type { KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { type NetworkSpecification, optionsOf } from '../model/specification.js';
import { type Configuration, configure, workersOf } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { type Evaluation, Session } from '../parallel/session.js';
import { SavedRun } from '../runs/saved-run.js';
import { type Assessment, assess } from './assessment.js';
import { assessFit, type Fit } from './regression.js';

export interface EvaluateOptions extends Reading {
  /** Folder of the run. */
  run: string;
  /** Default: the data that the run was trained on, split in the same way. */
  data?: Dataset | string;
  /** Default: 'test'. */
  split?: Split;
  workers?: number | 'auto';
  kernels?: KernelName | 'auto';
  /** Most confident mistakes to list. Default: 10. */
  mistakes?: number;
}

export interface EvaluateResult extends Evaluation {
  readonly run: string;
  readonly data: string;
  /** Whether rows and columns of its images were swapped: said, or as in training. */
  readonly transposed: boolean;
  readonly split: Split;
  readonly network: readonly number[];
  readonly workers: number;
  readonly kernels: KernelName;
  /** What lies behind the accuracy; null for targets that are numbers. */
  readonly assessment: Assessment | null;
  /** How near the outputs come to targets that are numbers; null for classes. */
  readonly fit: Fit | null;
}

/** Cost, accuracy and mistakes of a saved run on one split of a data set. */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  if (typeof options.run !== 'string') throw wrongKind('run', 'the folder of a run', options.run);
  const split = checkOneOf('split', options.split ?? 'test', SPLITS, SPLIT_WORDS);
  const mistakes = checkInteger('mistakes', options.mistakes ?? 10, 0);
  const run = SavedRun.open(options.run);
  const { parameters } = run;
  const network = await run.network();
  const pool = new WorkerPool(workersOf(options.workers));
  try {
    const data = await run.data({ data: options.data, ...readingOf(options) });
    if (countSamples(data, split) === 0) throw wrongValue('split', `one with samples in '${data.name}'`, split);
    const configuration = configurationOf(options, network, data);
    const session = await Session.start(configuration, data, parameters, pool);
    const result = await session.evaluate(split);
    const { input } = configuration;
    const own = { mistakes, input, kernels: await loadKernels(configuration.kernels, configuration.blas) };
    return {
      run: options.run,
      data: data.name,
      transposed: data.transposed ?? false,
      split,
      network: configuration.network.layers,
      workers: configuration.workers,
      kernels: session.kernels,
      ...result,
      assessment: isRegression(data) ? null : await assess(network, parameters, data, split, own),
      fit: isRegression(data) ? await assessFit(network, parameters, data, split, own) : null,
    };
  } finally {
    await pool.close();
  }
}

function configurationOf({ workers, kernels }: EvaluateOptions, network: NetworkSpecification, data: Dataset): Configuration {
  return configure({ ...optionsOf(network), functions: network.functions, workers, kernels, gradient: 'owned', batch: 1 }, data);
}
