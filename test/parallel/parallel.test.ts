// Partition, and the training step on real worker threads against the reference: random sizes, mini-batches, worker
// counts, all ways to the gradient, every set of kernels.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { type EpochEvent, type TrainEvent, train } from '#src/index.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { initialParameters } from '#src/model/initialisers.js';
import { costOf, feedForward, parametersFrom } from '#src/model/reference.js';
import { GRADIENT_MODES, GRADIENTS } from '#src/parallel/modes.js';
import { partition } from '#src/parallel/step/partition.js';
import { pooledTraining } from '../support/pooled-training.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';
import { SLOW } from '../support/slow.js';

const pooledTrain = pooledTraining(4);

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

describe.each(KERNEL_NAMES)('a step of %s', (kernels) => {
  test('is the step of the reference, below 1e-4', { tags: ['longer'] }, async () => {
    const heads = COST_NAMES.flatMap((cost) => COSTS[cost].outputs.map((output) => ({ cost, output })));
    const arbitrary = fc.record({
      index: fc.nat(1_000_000),
      inputs: fc.integer({ min: 1, max: 40 }),
      hidden: fc.array(fc.integer({ min: 1, max: 35 }), { maxLength: 3 }),
      classes: fc.integer({ min: 2, max: 12 }),
      count: fc.integer({ min: 1, max: 40 }),
      workers: fc.integer({ min: 1, max: 4 }),
      shards: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      gradient: fc.constantFrom(...GRADIENT_MODES),
      input: fc.constantFrom('dense' as const, 'sparse' as const),
      activation: fc.constantFrom(...ACTIVATION_NAMES.filter((name) => name !== 'softmax')),
      head: fc.constantFrom(...heads),
      eta: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      lambda: fc.constantFrom(0, 0.1),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ index, inputs, hidden, classes, count, head, shards, gradient, input, ...rest }) => {
        const data = randomData(inputs, classes, count, index);
        // One step: the mini-batch is the whole training set at the most.
        const { hasBlocks, takesSparse } = GRADIENTS[gradient];
        const options = {
          ...rest,
          ...head,
          gradient,
          input: takesSparse ? input : ('dense' as const),
          kernels,
          data,
          epochs: 1,
          batch: count,
          layers: [inputs, ...hidden, classes],
        };
        const result = await pooledTrain({
          ...options,
          shards: hasBlocks ? shards && (gradient === 'tree' ? 2 ** (shards % 5) : shards) : undefined,
        });
        expect(worstDifference(result.parameters, trainReference(options, data))).toBeLessThan(1e-4);
      }),
      { numRuns: SLOW ? 100 : 15, seed: 7 },
    );
  });

  test.each(['dense', 'sparse'] as const)('three epochs with a short last mini-batch and decay stay with the reference, %s', async (input) => {
    const data = randomData(11, 5, 37, 3);
    // λ so large that the factor of sparse weights halves, and is folded, within an epoch.
    const options = { data, layers: [11, 9, 5], epochs: 3, batch: 7, eta: 0.3, lambda: 20, kernels, input };
    for (const more of [{ workers: 2 }, { workers: 3, shards: 5 }, { workers: 2, gradient: 'owned' as const }]) {
      const result = await pooledTrain({ ...options, ...more });
      expect(worstDifference(result.parameters, trainReference(options, data))).toBeLessThan(1e-4);
    }
  });
});

test.each([1, 3])('the training cost that an epoch reports is the mean of C_x, each before its step; %i workers', async (workers) => {
  const data = randomData(6, 3, 20, 5);
  // One step: all costs are those of the initial parameters.
  const { trainingCost, network } = await pooledTrain({ data, layers: [6, 4, 3], epochs: 1, batch: 20, workers });
  const parameters = parametersFrom(network, initialParameters(network, 1));
  const costs = [...data.training.labels].map((label, k) => {
    const x = [...data.training.values.subarray(k * 6, (k + 1) * 6)];
    const y = [0, 1, 2].map((j) => (j === label ? 1 : 0));
    return costOf(network, parameters, x, y);
  });
  expect(trainingCost).toBeCloseTo(costs.reduce((sum, c) => sum + c, 0) / 20, 5);
});

test.each([1, 3])('an epoch’s cost and accuracy, and those of an evaluation in several chunks, are the reference’s; %i workers', async (workers) => {
  const made = randomData(6, 3, 250, 6);
  const data = { ...made, validation: made.training };
  // So small a learning rate leaves the initial parameters as they are.
  let epoch: EpochEvent | undefined;
  const { network } = await pooledTrain({
    data,
    layers: [6, 4, 3],
    epochs: 1,
    batch: 90,
    eta: 1e-30,
    workers,
    onEvent: (e) => {
      if (e.event === 'epoch') epoch = e;
    },
  });
  const parameters = parametersFrom(network, initialParameters(network, 1));
  let correct = 0;
  made.training.labels.forEach((label, k) => {
    const { activations } = feedForward(network, parameters, [...made.training.values.subarray(k * 6, (k + 1) * 6)]);
    const output = activations[2];
    if (output.indexOf(Math.max(...output)) === label) correct++;
  });
  // Those of training are of the same samples with the same parameters.
  expect([epoch?.trainingAccuracy, epoch?.validationAccuracy]).toEqual([correct / 250, correct / 250]);
  expect(epoch?.validationCost).toBeCloseTo(epoch?.trainingCost ?? 0, 6);
});

test('targets that are numbers have costs and no accuracy', async () => {
  const data = randomData(6, 3, 40, 7, true);
  const events: TrainEvent[] = [];
  await train({ data, layers: [6, 4, 3], epochs: 1, onEvent: (e) => events.push(e) });
  expect(events.find(({ event }) => event === 'epoch')).toMatchObject({
    trainingCost: expect.any(Number),
    trainingAccuracy: null,
    validationAccuracy: null,
    testAccuracy: null,
  });
});
