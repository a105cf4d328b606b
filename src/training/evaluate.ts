// Evaluation of a saved run on a data set, with the same workers and kernels as in training.

import { checkOneOf } from '../check.js';
import { checkDataset, type Dataset, SPLITS, type Split } from '../data/dataset.js';
import { loadDataset } from '../data/load.js';
import { wrongKind, wrongValue } from '../errors.js';
import type { KernelName } from '../kernels/kernels.js';
import { WorkerPool } from '../parallel/pool.js';
import { configure } from './options.js';
import { readRun } from './run-folder.js';
import { type Evaluation, Session } from './session.js';

export interface EvaluateOptions {
  /** Folder of the run. */
  run: string;
  /** Default: the data that the run was trained on, split in the same way. */
  data?: Dataset | string;
  /** Default: 'test'. */
  split?: Split;
  workers?: number | 'auto';
  kernels?: KernelName | 'auto';
}

export interface EvaluateResult extends Evaluation {
  readonly run: string;
  readonly data: string;
  readonly split: Split;
  readonly network: readonly number[];
  readonly workers: number;
  readonly kernels: KernelName;
}

/** Cost and accuracy of a saved run on one split of a data set. */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  if (typeof options.run !== 'string') throw wrongKind('run', 'the folder of a run', options.run);
  const split = checkOneOf('split', options.split ?? 'test', SPLITS);
  const { record, parameters } = readRun(options.run);
  const { network, seed } = record.configuration;
  const source = options.data ?? record.data.source;
  let data: Dataset;
  if (typeof source === 'string') {
    const same = source === record.data.source;
    data = await loadDataset(source, { seed, validation: same ? record.data.validation : undefined });
  } else {
    checkDataset(source);
    data = source;
  }
  if (data[split].labels.length === 0) throw wrongValue('split', `one with samples in '${data.name}'`, split);
  const configuration = configure(
    {
      layers: network.layers,
      activation: network.activations.slice(0, -1),
      output: network.activations[network.activations.length - 1],
      cost: network.cost,
      workers: options.workers,
      kernels: options.kernels,
      gradient: 'owned',
      batch: 1,
    },
    data,
  );
  const session = await Session.start(configuration, data, parameters, new WorkerPool(configuration.workers));
  try {
    const result = await session.evaluate(split);
    return { run: options.run, data: data.name, split, network: network.layers, workers: configuration.workers, kernels: session.kernels, ...result };
  } finally {
    await session.close();
  }
}
