// Training by the reference, to hold real runs against: made-up data, and the same epochs in float64 by the same options.

import { type Dataset, isRegression } from '#src/data/dataset.js';
import { fillOrder } from '#src/data/order.js';
import type { TrainOptions } from '#src/index.js';
import { augmentationOf } from '#src/model/augmentation-text.js';
import { initialParameters } from '#src/model/initialisers.js';
import { ReferenceDescent, type ReferenceSample } from '#src/model/reference-descent.js';
import { configure } from '#src/options/options.js';
import { seeded } from './bound-kernels.js';
import { mixture, referenceMixture } from './reference-mixing.js';

/** A made-up data set of floats, a third of them not zero; targets are random classes, or numbers. */
export function randomData(inputs: number, classes: number, count: number, index: number, numbers = false): Dataset {
  const random = seeded('data', index);
  const samples = (n: number): Dataset['training'] => ({
    values: Float32Array.from({ length: n * inputs }, () => (random.below(3) === 0 ? 2 * random.uniform() - 1 : 0)),
    labels: Uint16Array.from({ length: numbers ? 0 : n }, () => random.below(classes)),
    targets: numbers ? Float32Array.from({ length: n * classes }, () => 2 * random.uniform() - 1) : undefined,
  });
  return { name: 'random', inputs, classes, scale: 1, training: samples(count), validation: samples(0), test: samples(0) };
}

/** [P] in the book's order after the epochs of `options` on `data`, by the reference. */
export function trainReference(options: TrainOptions, data: Dataset): readonly number[] {
  const { network, learning, eta, epochs, batch, seed } = configure({ ...options, workers: 1, shards: undefined, gradient: 'owned' }, data);
  const { values, labels, targets } = data.training;
  const n = values.length / data.inputs;
  const outputs = network.layers[network.layers.length - 1];
  const sampleAt = (k: number): ReferenceSample => ({
    x: [...values.subarray(k * data.inputs, (k + 1) * data.inputs)],
    y: isRegression(data)
      ? [...(targets?.subarray(k * outputs, (k + 1) * outputs) ?? [])]
      : Array.from({ length: outputs }, (_, j) => (j === labels[k] ? 1 : 0)),
    sample: k,
    label: labels[k],
  });
  const alpha = learning.augment === undefined ? undefined : augmentationOf(learning.augment).mix?.alpha;
  const mixedAt = (k: number, epoch: number): ReferenceSample => {
    if (alpha === undefined) return sampleAt(k);
    const { share, partner } = referenceMixture(alpha, n, seed, epoch, k);
    const weightOf = (j: number): number => learning.classWeights?.[labels[j]] ?? 1;
    return { ...mixture(share, sampleAt(k), sampleAt(partner)), weight: share * weightOf(k) + (1 - share) * weightOf(partner) };
  };
  const descent = new ReferenceDescent(network, initialParameters(network, seed), { eta, learning, n, seed, epochs });
  const order = new Uint32Array(n);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    fillOrder(order, seed, epoch);
    const m = grownBatch(batch, learning.growBatch, epoch, n);
    const of = Math.ceil(n / m);
    for (let step = 0; step < of; step++) {
      const samples = [...order.subarray(step * m, (step + 1) * m)].map((k) => mixedAt(k, epoch));
      descent.step(samples, { epoch: epoch - 1, step, of });
    }
  }
  return descent.values;
}

/** Samples per step in an epoch, from 1: multiplied once for every so many epochs before it. */
function grownBatch(batch: number, growBatch: string | undefined, epoch: number, n: number): number {
  const [every, factor, most = n] = growBatch?.split(',').map(Number) ?? [Number.POSITIVE_INFINITY, 1];
  return Math.min(Math.round(batch * factor ** Math.trunc((epoch - 1) / every)), most, n);
}

/** The largest difference between two sets of parameters, relative to the larger of 1 and the expected value. */
export function worstDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((v, k) => Math.abs(v - found[k]) / Math.max(1, Math.abs(v))));
}
