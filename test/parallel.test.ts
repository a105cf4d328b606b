// Partition, and the training step on real worker threads against the reference: random sizes, mini-batches, worker
// counts, both ways to the gradient, every set of kernels.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { fillOrder } from '#src/data/order.js';
import { type TrainOptions, train } from '#src/index.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { initialParameters } from '#src/model/initialisers.js';
import { costOf, descend, feedForward, type Parameters, parametersFrom, valuesOf } from '#src/model/reference.js';
import type { NetworkSpecification } from '#src/model/specification.js';
import { partition } from '#src/parallel/partition.js';
import { seeded } from './bound-kernels.js';

test('partition: disjoint, in order, covering, fair to one unit', () => {
  const numbers = { total: fc.nat(5000), parts: fc.integer({ min: 1, max: 40 }), unit: fc.integer({ min: 1, max: 16 }) };
  fc.assert(
    fc.property(fc.record(numbers), ({ total, parts, unit }) => {
      const ranges = Array.from({ length: parts }, (_, k) => partition(total, parts, k, unit));
      expect(ranges[0].begin).toBe(0);
      expect(ranges[parts - 1].end).toBe(total);
      ranges.slice(1).forEach((range, k) => {
        expect(range.begin).toBe(ranges[k].end);
      });
      const units = ranges.map(({ begin, end }) => Math.ceil((end - begin) / unit));
      expect(Math.max(...units) - Math.min(...units)).toBeLessThanOrEqual(1);
      ranges
        .filter(({ begin, end }) => begin < end)
        .forEach(({ begin }) => {
          expect(begin % unit).toBe(0);
        });
      // Empty parts come last: then the filled shards of a short mini-batch are the first ones.
      const empty = units.indexOf(0);
      if (empty >= 0) expect(units.slice(empty).every((n) => n === 0)).toBe(true);
    }),
  );
});

/** A made-up data set of floats; targets are random classes. */
function randomData(inputs: number, classes: number, count: number, index: number): Dataset {
  const random = seeded('data', index);
  const samples = (n: number): Dataset['training'] => ({
    values: Float32Array.from({ length: n * inputs }, () => (random.below(3) === 0 ? 2 * random.uniform() - 1 : 0)),
    labels: Uint16Array.from({ length: n }, () => random.below(classes)),
  });
  return { name: 'random', inputs, classes, scale: 1, training: samples(count), validation: samples(0), test: samples(0) };
}

/** The same epochs by the reference. */
function trainReference(
  spec: NetworkSpecification,
  data: Dataset,
  { seed = 1, epochs = 1, batch = 10, eta = 0.5, lambda = 0 }: TrainOptions,
): number[] {
  const { values, labels } = data.training;
  const n = labels.length;
  const outputs = spec.layers[spec.layers.length - 1];
  const sample = (k: number): { x: number[]; y: number[] } => ({
    x: [...values.subarray(k * data.inputs, (k + 1) * data.inputs)],
    y: Array.from({ length: outputs }, (_, j) => (j === labels[k] ? 1 : 0)),
  });
  let parameters: Parameters = parametersFrom(spec, initialParameters(spec, seed));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = new Uint32Array(n);
    fillOrder(order, seed, epoch);
    for (let from = 0; from < n; from += batch) {
      const chosen = [...order.subarray(from, from + batch)].map(sample);
      parameters = descend(spec, parameters, chosen, { eta, lambda, n });
    }
  }
  return valuesOf(parameters);
}

describe.each(KERNEL_NAMES)('a step of %s', (kernels) => {
  test('is the step of the reference, below 1e-4', async () => {
    const heads = [
      { cost: 'quadratic', output: 'sigmoid' },
      { cost: 'quadratic', output: 'softmax' },
      { cost: 'cross-entropy', output: 'sigmoid' },
      { cost: 'cross-entropy', output: 'softmax' },
      { cost: 'log-likelihood', output: 'softmax' },
      { cost: 'log-likelihood', output: 'sigmoid' },
    ] as const;
    const arbitrary = fc.record({
      index: fc.nat(1_000_000),
      inputs: fc.integer({ min: 1, max: 40 }),
      hidden: fc.array(fc.integer({ min: 1, max: 35 }), { maxLength: 3 }),
      classes: fc.integer({ min: 2, max: 12 }),
      count: fc.integer({ min: 1, max: 40 }),
      workers: fc.integer({ min: 1, max: 4 }),
      shards: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      gradient: fc.constantFrom('partial' as const, 'owned' as const),
      input: fc.constantFrom('dense' as const, 'sparse' as const),
      activation: fc.constantFrom('sigmoid' as const, 'tanh' as const, 'relu' as const, 'linear' as const),
      head: fc.constantFrom(...heads),
      eta: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      lambda: fc.constantFrom(0, 0.1),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ index, inputs, hidden, classes, count, head, shards, gradient, ...rest }) => {
        const data = randomData(inputs, classes, count, index);
        // One step: the mini-batch is the whole training set at the most.
        const options = { ...rest, ...head, gradient, kernels, data, epochs: 1, batch: count, layers: [inputs, ...hidden, classes] };
        const result = await train({ ...options, shards: gradient === 'owned' ? undefined : shards });
        const expected = trainReference(result.network, data, options);
        const worst = Math.max(...expected.map((v, k) => Math.abs(v - result.parameters[k]) / Math.max(1, Math.abs(v))));
        expect(worst).toBeLessThan(1e-4);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test.each(['dense', 'sparse'] as const)('three epochs with a short last mini-batch and decay stay with the reference, %s', async (input) => {
    const data = randomData(11, 5, 37, 3);
    // λ so large that the factor of sparse weights halves, and is folded, within an epoch.
    const options: TrainOptions = { data, layers: [11, 9, 5], epochs: 3, batch: 7, eta: 0.3, lambda: 20, kernels, input };
    for (const more of [{ workers: 2 }, { workers: 3, shards: 5 }, { workers: 2, gradient: 'owned' as const }]) {
      const result = await train({ ...options, ...more });
      const expected = trainReference(result.network, data, options);
      const worst = Math.max(...expected.map((v, k) => Math.abs(v - result.parameters[k])));
      expect(worst).toBeLessThan(1e-4);
    }
  });
});

test.each([1, 3])('the training cost that an epoch reports is the mean of C_x, each before its step; %i workers', async (workers) => {
  const data = randomData(6, 3, 20, 5);
  // One step: all costs are those of the initial parameters.
  const { trainingCost, network } = await train({ data, layers: [6, 4, 3], epochs: 1, batch: 20, workers });
  const parameters = parametersFrom(network, initialParameters(network, 1));
  const costs = [...data.training.labels].map((label, k) => {
    const x = [...data.training.values.subarray(k * 6, (k + 1) * 6)];
    const y = [0, 1, 2].map((j) => (j === label ? 1 : 0));
    return costOf(network, parameters, x, y);
  });
  expect(trainingCost).toBeCloseTo(costs.reduce((sum, c) => sum + c, 0) / 20, 5);
});

test.each([1, 3])('an evaluation of several chunks gives mean cost and accuracy of the reference; %i workers', async (workers) => {
  const made = randomData(6, 3, 250, 6);
  const data = { ...made, validation: made.training };
  // So small a learning rate leaves the initial parameters as they are.
  let validationCost: number | null = null;
  const { validationAccuracy, trainingCost, network } = await train({
    data,
    layers: [6, 4, 3],
    epochs: 1,
    batch: 250,
    eta: 1e-30,
    workers,
    onEvent: (e) => {
      if (e.event === 'epoch') validationCost = e.validationCost;
    },
  });
  const parameters = parametersFrom(network, initialParameters(network, 1));
  let correct = 0;
  made.training.labels.forEach((label, k) => {
    const { activations } = feedForward(network, parameters, [...made.training.values.subarray(k * 6, (k + 1) * 6)]);
    const output = activations[2];
    if (output.indexOf(Math.max(...output)) === label) correct++;
  });
  expect(validationAccuracy).toBe(correct / 250);
  // The training cost of the one step is that of the same samples with the same parameters.
  expect(validationCost).toBeCloseTo(trainingCost, 6);
});
