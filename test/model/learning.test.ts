// Learning on real worker threads against the reference: every optimiser, everything that keeps weights small, dropout, class
// weights and schedules, on every set of kernels, both ways to the gradient; and the promise that no bit of it depends on the
// number of workers.

import { describe, expect, test } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { OPTIMISER_NAMES } from '#src/functions/optimisers/index.js';
import { type EpochEvent, type TrainOptions, train } from '#src/index.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { initialParameters } from '#src/model/initialisers.js';
import { specifyLearning } from '#src/model/learning.js';
import { costOf, parametersFrom } from '#src/model/reference.js';
import { ReferenceDescent } from '#src/model/reference-descent.js';
import { configure } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { RateAndStopping } from '#src/training/rate-and-stopping.js';
import { pooledTraining } from '../support/pooled-training.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';

const pooledTrain = pooledTraining(3);

type Case = TrainOptions & { name: string };

/** What goes with an optimiser. λ and norms are so large that they show in 18 steps. */
const REGULARISERS: readonly Case[] = [
  { name: 'nothing else' },
  { name: 'λ', lambda: 2 },
  { name: 'λ₁', l1: 0.5 },
  { name: 'a limit on norms', maxNorm: 0.8 },
  { name: 'a limit on ∇C', clipNorm: 0.05 },
  { name: 'dropout', dropout: 0.3 },
  { name: 'class weights', classWeights: [0.2, 3, 1, 0.5, 1] },
];
const CROSSED = OPTIMISER_NAMES.flatMap((optimiser) =>
  REGULARISERS.map((rest): Case => ({ ...rest, optimiser, name: `${optimiser}, ${rest.name}` })),
);

/** What has a form of its own, and much at once. */
const MORE: readonly Case[] = [
  { name: 'dropout, another share in each layer', dropout: [0, 0.5], optimiser: 'adam' },
  { name: 'balanced classes', classWeights: 'balanced' },
  ...(['cross-entropy', 'quadratic', 'huber'] as const).map((cost): Case => ({ name: `label smoothing, ${cost}`, cost, smooth: 0.3 })),
  { name: 'label smoothing, softmax with log-likelihood', cost: 'log-likelihood', smooth: 0.3, classWeights: 'balanced' },
  { name: 'η in steps', schedule: { kind: 'step', every: 1, factor: 0.3 }, lambda: 1 },
  { name: 'η along a cosine', schedule: { kind: 'cosine', warmUp: 0.5 }, optimiser: 'nesterov' },
  { name: 'η along a cosine again and again', schedule: { kind: 'restarts', first: 1, factor: 2 }, optimiser: 'momentum' },
  { name: 'mini-batches that grow', growBatch: '1,2', lambda: 1 },
  { name: 'mini-batches that grow by a part, η in steps', growBatch: '1,1.5', schedule: { kind: 'step', every: 1, factor: 0.3 } },
  { name: 'mini-batches that grow, η along a cosine', growBatch: '1,3', schedule: { kind: 'cosine', warmUp: 1 }, optimiser: 'adam', dropout: 0.2 },
  ...OPTIMISER_NAMES.map(
    (optimiser): Case => ({
      name: `${optimiser}, much at once`,
      ...{ optimiser, lambda: 3, l1: 0.1, dropout: [0.2, 0.1], maxNorm: 1, clipNorm: 0.1, classWeights: 'balanced' },
      schedule: { kind: 'cosine', warmUp: 1 },
    }),
  ),
];

/** Hidden layers around the cache line, and a sparse first one. */
const NETWORK = { layers: [23, 18, 7, 5], activation: 'tanh', epochs: 3, batch: 7, workers: 2 };
const DATA = randomData(23, 5, 40, 8);

const COMBINATIONS = [
  { input: 'sparse', gradient: 'owned' },
  { input: 'dense', gradient: 'partial' },
  { input: 'dense', gradient: 'owned' },
  { input: 'sparse', gradient: 'partial', shards: 3 },
] as const;

// A BLAS brings products only, and wide has the bits of relaxed (kernels/wide.test.ts).
const SETS = KERNEL_NAMES.filter((name) => name !== 'blas' && name !== 'wide');

describe.each(SETS)('%s', (kernels) => {
  const check = async ({ name, ...options }: Case, more: TrainOptions): Promise<void> => {
    const all = { ...NETWORK, ...options, ...more, kernels, data: DATA };
    const { parameters } = await pooledTrain(all);
    expect(worstDifference(parameters, trainReference(all, DATA)), JSON.stringify(more)).toBeLessThan(1e-4);
  };
  // Every second of the crossed cases, and each of the rest, on one set of kernels, half of them on the fastest, with one combination:
  // from case to case another.
  const all = [...CROSSED, ...MORE];
  const setOf = (k: number): string => (k % 2 === 0 ? 'relaxed' : SETS.filter((name) => name !== 'relaxed')[(k >> 1) % (SETS.length - 1)]);
  const some = [...CROSSED.filter((_, k) => k % 2 === 0), ...MORE].filter((_, k) => setOf(k) === kernels);
  const turns = some.map((one, k) => ({ ...one, turn: k % COMBINATIONS.length }));

  test.each(turns)('$name', ({ turn, ...one }) => check(one, COMBINATIONS[turn]));

  test.each(all)('$name, every combination', { tags: ['slow'] }, async (one) => {
    for (const more of COMBINATIONS) await check(one, more);
  });
});

test('each of them changes the result', async () => {
  const hashes = new Set<string>();
  const all = [...CROSSED, ...MORE];
  // Without λ, adamw is adam.
  const cases = all.filter(({ optimiser, lambda }) => optimiser !== 'adamw' || lambda !== undefined);
  for (const { name, ...options } of cases)
    hashes.add((await pooledTrain({ ...NETWORK, ...options, data: DATA, kernels: 'simd', workers: 1 })).weightsSha256);
  expect(hashes.size).toBe(cases.length);
});

describe('the same bits with 1 and 3 workers', () => {
  // The second network is large enough for entries to be sorted by input.
  const wide: Dataset = randomData(150, 6, 90, 9);
  const SHAPES = [
    { layers: [150, 40, 6], batch: 10, input: 'sparse' },
    { layers: [150, 40, 6], batch: 10, input: 'dense' },
    { layers: [150, 130, 6], batch: 45, input: 'sparse' },
    { layers: [150, 40, 6], batch: 10, input: 'sparse', shards: 4 },
    { layers: [150, 40, 6], batch: 10, input: 'dense', shards: 4 },
  ] as const;
  const check = async ({ name, classWeights, dropout, ...options }: Case, more: TrainOptions): Promise<void> => {
    const shares = dropout === undefined ? undefined : 0.4;
    const weights = classWeights === undefined ? undefined : 'balanced';
    const run = async (workers: number): Promise<string> =>
      (await pooledTrain({ ...options, ...more, dropout: shares, classWeights: weights, workers, epochs: 2, data: wide })).weightsSha256;
    expect(await run(3), JSON.stringify(more)).toBe(await run(1));
  };
  // One of the five shapes, another from case to case.
  const turns = [...REGULARISERS, ...MORE].map((one, k) => ({ ...one, shape: SHAPES[k % 5] }));

  test.each(turns.slice(REGULARISERS.length))('$name', ({ shape, ...one }) => check(one, shape));

  test.each(turns.slice(0, REGULARISERS.length))('$name', { tags: ['slow'] }, ({ shape, ...one }) => check(one, shape));

  test.each(turns)('$name, the other shapes', { tags: ['slow'] }, async ({ shape, ...one }) => {
    for (const more of SHAPES) if (more !== shape) await check(one, more);
  });
});

describe('single neurons with another f', () => {
  const neurons = [
    { layer: 2, neuron: 5, f: 'tanh' },
    { layer: 2, neuron: 18, f: 'gelu' },
    { layer: 3, neuron: 1, f: 'linear' },
    { layer: 4, neuron: 2, f: 'sigmoid' },
  ];
  const options: TrainOptions = { layers: [23, 18, 7, 5], activation: 'sigmoid', output: 'tanh', cost: 'quadratic', epochs: 3, batch: 7, neurons };

  test.each(KERNEL_NAMES)('train as the reference says, %s', async (kernels) => {
    for (const gradient of ['owned', 'partial'] as const) {
      const { parameters } = await pooledTrain({ ...options, data: DATA, kernels, gradient, workers: 2 });
      expect(worstDifference(parameters, trainReference(options, DATA))).toBeLessThan(1e-4);
      expect(worstDifference(parameters, trainReference({ ...options, neurons: [] }, DATA))).toBeGreaterThan(1e-2);
    }
  });

  test('have the bits of a layer whose f it is, when all of a layer have it', async () => {
    const all = Array.from({ length: 18 }, (_, j) => ({ layer: 2, neuron: j + 1, f: 'gelu' }));
    const layers = [23, 18, 5];
    const single = await pooledTrain({ layers, neurons: all, init: 'scaled', epochs: 2, data: DATA, workers: 2 });
    const whole = await pooledTrain({ layers, activation: 'gelu', init: 'scaled', epochs: 2, data: DATA, workers: 2 });
    expect(single.weightsSha256).toBe(whole.weightsSha256);
  });
});

describe('a regression', () => {
  const data = randomData(6, 2, 60, 10, true);

  test.each(KERNEL_NAMES)('trains as the reference says, %s', async (kernels) => {
    for (const cost of ['quadratic', 'huber'] as const) {
      const options = { layers: [6, 9, 2], activation: 'tanh', cost, epochs: 3, eta: 0.1, data, kernels, workers: 2 };
      expect(worstDifference((await pooledTrain(options)).parameters, trainReference(options, data))).toBeLessThan(1e-4);
    }
  });

  test('reports costs and no accuracies, and its outputs are linear unless told otherwise', async () => {
    const events: EpochEvent[] = [];
    const split = { ...data, validation: data.training, test: data.training };
    const result = await train({ data: split, layers: [6, 9, 2], epochs: 2, onEvent: (e) => e.event === 'epoch' && events.push(e) });
    expect(result.network.activations).toEqual(['sigmoid', 'linear']);
    expect(result.network.cost).toBe('quadratic');
    expect([result.testAccuracy, events[1].validationAccuracy]).toEqual([null, null]);
    expect(result.testCost).toBe(events[1].validationCost);
    expect(result.testCost).toBeGreaterThan(0);
  });

  test('refuses class weights, another number of outputs, and targets that do not fit', async () => {
    await expect(train({ data, classWeights: 'balanced' })).rejects.toThrow('classWeights: expected none for targets that are numbers');
    await expect(train({ data, smooth: 0.1 })).rejects.toThrow('smooth: expected none for targets that are numbers, got 0.1');
    await expect(train({ data, layers: [6, 3] })).rejects.toThrow(
      "layers: expected 2 outputs, as many as the targets of 'random' have numbers, got 3.",
    );
    await expect(train({ data, cost: 'hinge' })).rejects.toThrow("cost: expected one for the numbers of 'random'");
    await expect(train({ data, cost: 'cross-entropy', output: 'sigmoid' })).rejects.toThrow(
      'cost: expected quadratic or huber for targets outside [0, 1]',
    );
    const odd = { values: new Float32Array(9), labels: new Uint16Array(0), targets: new Float32Array(3) };
    await expect(train({ data: { ...data, training: odd } })).rejects.toThrow('data.training.targets: expected 2 for each sample');
    const targets = new Float32Array(119);
    await expect(train({ data: { ...data, training: { ...data.training, targets } } })).rejects.toThrow(
      'data.training.targets: expected 2 for each sample (120), got 119.',
    );
    const bad = (data.training.targets as Float32Array).slice();
    bad[7] = Number.NaN;
    await expect(train({ data: { ...data, training: { ...data.training, targets: bad } } })).rejects.toThrow(
      'data.training: target 2 of sample 4 is NaN; targets must be finite.',
    );
  });
});

test('the step of the run is counted through mini-batches of other sizes and from epoch to epoch', async () => {
  const pool = new WorkerPool(1);
  try {
    const configuration = configure({ ...NETWORK, optimiser: 'adam', workers: 1, batch: 10 }, DATA);
    const session = await Session.start(configuration, DATA, initialParameters(configuration.network, 1), pool);
    session.order(0).forEach((_, k, order) => {
      order[k] = k;
    });
    // One step of ten, then four of five, in the middle of the epoch; and another epoch.
    await session.runEpoch(0, { from: 0, upTo: 10 });
    await session.attach({ workers: 1, shards: 1, batch: 5 });
    await session.runEpoch(0, { from: 10, upTo: 30 });
    await session.runEpoch(0, { from: 30 });
    await session.attach({ workers: 1, shards: 1, batch: 10 });
    await session.runEpoch(0);
    const descent = new ReferenceDescent(configuration.network, initialParameters(configuration.network, 1), { ...configuration, n: 40 });
    const sample = (k: number) => ({
      x: [...DATA.training.values.subarray(23 * k, 23 * k + 23)],
      y: [0, 1, 2, 3, 4].map((j) => (j === DATA.training.labels[k] ? 1 : 0)),
    });
    const sizes = [10, 5, 5, 5, 5, 5, 5, 10, 10, 10, 10];
    let at = 0;
    for (const m of sizes) {
      descent.step(Array.from({ length: m }, (_, s) => sample((at + s) % 40)));
      at += m;
    }
    expect(worstDifference(session.parameters, descent.values)).toBeLessThan(1e-5);
  } finally {
    await pool.close();
  }
});

describe('the pace of a run', () => {
  const configuration = (options: TrainOptions) => configure({ epochs: 100, eta: 1, ...options }, DATA);
  const epoch = (validationAccuracy: number | null, trainingCost = 1): Parameters<RateAndStopping['note']>[0] => ({
    epoch: 1,
    validationAccuracy,
    validationCost: null,
    trainingCost,
    trainingAccuracy: null,
    testCost: null,
    testAccuracy: null,
  });
  /** Why the run ends after an epoch, if it does. */
  const endOf = (pace: RateAndStopping, seen: Parameters<RateAndStopping['note']>[0]): string | undefined => {
    pace.note(seen);
    pace.judge();
    return pace.state.stopped;
  };

  test('ends after n epochs without a better validation, counted from the best', () => {
    const pace = new RateAndStopping(configuration({ patience: 3 }), 40, 'validation accuracy');
    const accuracies = [0.5, 0.6, 0.6, 0.55, 0.61, 0.61, 0.6, 0.61];
    expect(accuracies.map((a) => endOf(pace, epoch(a)))).toEqual([...Array(7).fill(undefined), 'no better validation accuracy in 3 epochs']);
  });

  test('goes by the cost where there is no accuracy', () => {
    const pace = new RateAndStopping(configuration({ patience: 2 }), 40, 'training cost');
    expect([3, 2, 2.5, 1.9, 2, 2].map((cost) => endOf(pace, epoch(null, cost)))).toEqual([
      ...Array(5).fill(undefined),
      'no better training cost in 2 epochs',
    ]);
  });

  test('halves η whenever it stalls, and ends at a 128th', () => {
    const pace = new RateAndStopping(configuration({ schedule: { kind: 'halve', patience: 2 } }), 40, 'validation accuracy');
    const seen: [number, string | undefined][] = Array.from({ length: 15 }, () => [pace.eta, endOf(pace, epoch(0.5))]);
    expect(seen.map(([eta]) => 1 / eta)).toEqual([1, 1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64]);
    expect(seen.map(([, why]) => why)).toEqual([...Array(14).fill(undefined), 'η has been halved to 1/128 of what it was']);
  });

  test('a run that stalls ends early, and says so', async () => {
    const data = { ...DATA, validation: DATA.training };
    const events: EpochEvent[] = [];
    // So small an η changes nothing: no epoch is better than the first.
    const result = await pooledTrain({
      ...NETWORK,
      data,
      epochs: 30,
      eta: 1e-30,
      patience: 4,
      onEvent: (e) => e.event === 'epoch' && events.push(e),
    });
    expect(events).toHaveLength(5);
    expect([result.epochs, result.stopped]).toEqual([5, 'no better validation accuracy in 4 epochs']);
  });

  test('epochs tell the η they ended with', async () => {
    const etas: number[] = [];
    const schedule = { kind: 'step', every: 1, factor: 0.5 } as const;
    await pooledTrain({ ...NETWORK, data: DATA, eta: 0.4, schedule, onEvent: (e) => e.event === 'epoch' && etas.push(e.eta) });
    expect(etas).toEqual([0.4, 0.2, 0.1]);
  });

  test('the largest η of an epoch after a restart is that of its first step', () => {
    const pace = new RateAndStopping(configuration({ schedule: { kind: 'restarts', first: 2, factor: 2 }, batch: 10 }), 40, 'training cost');
    // Falls of 8 and of 16 steps.
    const at = (share: number): number => 0.5 + 0.5 * Math.cos(Math.PI * share);
    for (const [epoch, first, last] of [
      [1, 1, at(3 / 8)],
      [2, 0.5, at(7 / 8)],
      [3, 1, at(3 / 16)],
    ]) {
      expect(pace.largestEta(epoch)).toBeCloseTo(first, 12);
      expect(pace.etaAfter(epoch)).toBeCloseTo(last, 12);
    }
  });
});

test('the training cost is weighted by class, each sample before its step', async () => {
  const classWeights = [0.2, 3, 1, 0.5, 1];
  // One step: all costs are those of the initial parameters.
  const { trainingCost, network } = await pooledTrain({ ...NETWORK, data: DATA, epochs: 1, batch: 40, classWeights });
  const parameters = parametersFrom(network, initialParameters(network, 1));
  const costs = [...DATA.training.labels].map((label, k) => {
    const x = [...DATA.training.values.subarray(23 * k, 23 * k + 23)];
    return (
      classWeights[label] *
      costOf(
        network,
        parameters,
        x,
        [0, 1, 2, 3, 4].map((j) => (j === label ? 1 : 0)),
      )
    );
  });
  expect(trainingCost).toBeCloseTo(costs.reduce((sum, c) => sum + c, 0) / 40, 5);
});

test('the training cost is that of smoothed targets, hits and evaluation are those of the classes', async () => {
  const data = { ...DATA, validation: DATA.training };
  const epochs: EpochEvent[] = [];
  // So large an ε that a row's smallest target is nearly its largest, and so small an η that the parameters stay.
  for (const smooth of [0, 0.9])
    await pooledTrain({
      ...{ ...NETWORK, data, smooth, output: 'softmax', cost: 'log-likelihood', eta: 1e-30, epochs: 1 },
      onEvent: (e) => e.event === 'epoch' && epochs.push(e),
    });
  const [plain, smoothed] = epochs;
  expect(smoothed.validationCost).toBe(plain.validationCost);
  expect([smoothed.validationAccuracy, smoothed.trainingAccuracy]).toEqual([plain.validationAccuracy, plain.trainingAccuracy]);
  expect(plain.trainingAccuracy).toBeLessThan(1);
  const { network } = configure({ ...NETWORK, data, output: 'softmax', cost: 'log-likelihood' }, data);
  const parameters = parametersFrom(network, initialParameters(network, 1));
  const costs = [...DATA.training.labels].map((label, k) =>
    costOf(
      network,
      parameters,
      [...DATA.training.values.subarray(23 * k, 23 * k + 23)],
      [0, 1, 2, 3, 4].map((j) => 0.1 * (j === label ? 1 : 0) + 0.9 / 5),
    ),
  );
  expect(smoothed.trainingCost).toBeCloseTo(costs.reduce((sum, c) => sum + c, 0) / 40, 5);
});

test('balanced class weights are the inverse of the classes’ shares', () => {
  expect(specifyLearning({ classWeights: 'balanced' }, 1, { counts: [10, 30, 0, 20] }).classWeights).toEqual([2, 60 / 90, 0, 1]);
});

test('without dropout the same network evaluates alike: nothing is left out of an evaluation', async () => {
  const data = { ...DATA, validation: DATA.training };
  const costs: (number | null)[] = [];
  // So small an η leaves the initial parameters as they are.
  for (const dropout of [0, 0.5]) {
    await pooledTrain({ ...NETWORK, data, dropout, eta: 1e-30, epochs: 1, onEvent: (e) => e.event === 'epoch' && costs.push(e.validationCost) });
  }
  expect(costs[0]).toBe(costs[1]);
});
