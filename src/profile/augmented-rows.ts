// Samples of the training part as a run trains on them: what the workers do with a row (model/augmenter.ts), on the fastest kernels here and
// on a memory of this function's own. It starts no thread.

import { countSamples, type Dataset } from '../data/dataset.js';
import { bindKernels } from '../kernels/bind.js';
import { SCRATCH_BYTES, stride } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { Augmenter, augmenterBytes, augmentPlanOf } from '../model/augmenter.js';
import type { Learning } from '../model/learning.js';
import { sharedMemory } from '../system/shared-memory.js';

/** What a run with this seed does to its samples: kinds with their numbers, as text, and the pictures that they are. */
export interface RowChanges extends Required<Pick<Learning, 'augment'>>, Pick<Learning, 'picture'> {
  readonly seed: number;
}

/** The inputs of a training sample, [n_1], as they are or as an epoch, from 1, trains on them. */
export type ChangedRow = (sample: number, epoch?: number) => Float32Array;

const LINE = 64;
const lines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** @throws {NablaError} NO_MEMORY, NO_KERNELS */
export async function augmentedRows(data: Dataset, { seed, ...changes }: RowChanges): Promise<ChangedRow> {
  const { inputs, scale, training } = data;
  const { values } = training;
  const count = countSamples(data, 'training');
  const plan = augmentPlanOf(changes, inputs);
  // [ line | scratch of the kernels | index of the sample, 0 | its values as they were read | the row | the augmenter's own | line ]
  const order = LINE + SCRATCH_BYTES;
  const read = order + LINE;
  const row = read + lines(inputs * values.BYTES_PER_ELEMENT + LINE);
  const own = row + lines(stride(inputs) * 4);
  const memory = sharedMemory(own + (plan ? augmenterBytes(plan) : 0) + LINE);
  const kernels = await bindKernels(await loadKernels('auto'), memory, LINE);
  const augmenter = plan && new Augmenter(kernels, memory, own, plan, { seed, training: { first: 0, of: Number.POSITIVE_INFINITY, count } });
  const gather = (sample: number, to: number): void => {
    const x = values.subarray(sample * inputs, (sample + 1) * inputs);
    if (x instanceof Uint8Array) {
      new Uint8Array(memory.buffer, read, inputs).set(x);
      kernels.gatherBytes(1, inputs, order, read, scale, to);
    } else {
      new Float32Array(memory.buffer, read, inputs).set(x);
      kernels.gatherFloats(1, inputs, order, read, to);
    }
  };
  return (sample, epoch) => {
    gather(sample, row);
    if (augmenter && epoch !== undefined) {
      const { mixing } = augmenter;
      augmenter.begin(epoch);
      if (mixing) {
        gather(mixing.partnerOf(sample), mixing.row.x);
        mixing.mix(sample, row);
      }
      augmenter.change(sample, row);
    }
    return new Float32Array(memory.buffer, row, inputs).slice();
  };
}
