// What the networks of a cross-validation say of samples that they have not seen: each is written into its place as its fold ends.

import type { Dataset } from '../../data/dataset.js';
import { wrongValue } from '../../errors.js';
import { eachOutputs } from '../../inference/forward.js';
import { loadKernels } from '../../kernels/load.js';
import { probabilityReading, readProbabilities } from '../../model/probabilities.js';
import type { Configuration } from '../../options/options.js';
import { count } from '../../text.js';
import type { TrainResult } from '../../training/result.js';
import type { OutOfFold } from './events.js';
import type { FoldData } from './fold-data.js';

/** Outputs of all samples together: 1 GB. */
const MOST_OUTPUTS = 1 << 28;

export class OutOfFoldOutputs {
  readonly result: OutOfFold;
  readonly #data: FoldData;
  /** Outputs of a network. */
  readonly #width: number;

  /** @param width outputs of a network @throws {RangeError} for more outputs than are kept */
  constructor(data: FoldData, width: number) {
    const { samples, numbers, labels, targets, classNames, outputNames } = data;
    if (samples * width > MOST_OUTPUTS)
      throw wrongValue('outOfFold', `at most ${count(MOST_OUTPUTS)} outputs of all samples together`, samples * width, 'Leave it out.');
    const room = (): Float32Array => new Float32Array(samples * width).fill(Number.NaN);
    this.#data = data;
    this.#width = width;
    this.result = {
      rows: numbers.map((number) => number + 1),
      folds: new Uint16Array(samples),
      outputs: room(),
      ...(labels && { probabilities: room(), labels }),
      ...(targets && { targets }),
      ...(classNames && { classNames }),
      ...(outputNames && { outputNames }),
    };
  }

  /** @param data of the fold's run, whose test samples are the fold */
  async add(fold: number, data: Dataset, { network, parameters }: TrainResult, { input, kernels, blas }: Configuration): Promise<void> {
    const { order, starts } = this.#data.order;
    const { folds, outputs, probabilities } = this.result;
    const W = this.#width;
    const reading = probabilityReading(network);
    const p = new Float64Array(W);
    const units = data.preparation?.target.kind === 'numbers' ? data.preparation.target.columns : undefined;
    const way = { network, parameters, input, kernels: await loadKernels(kernels, blas), data };
    for await (const some of eachOutputs(way, 'test')) {
      for (let k = some.first; k < some.end; k++) {
        const sample = order[starts[fold] + k];
        const from = (k - some.first) * W;
        folds[sample] = fold + 1;
        for (let j = 0; j < W; j++) {
          const a = some.outputs[from + j];
          outputs[sample * W + j] = units ? a * units[j].deviation + units[j].mean : a;
        }
        if (probabilities) probabilities.set(readProbabilities(reading, some.outputs, from, p), sample * W);
      }
    }
  }
}
