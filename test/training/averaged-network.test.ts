// Weight averaging, stochastic and exponential: the mean against the float64 reference, what is evaluated, judged, kept and gone on from, and that training
// itself does not know of it.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { NablaError } from '#src/errors.js';
import { type EpochEvent, loadModel, type TrainOptions, type TrainResult, train } from '#src/index.js';
import { costOf, parametersFrom } from '#src/model/reference.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { withNetwork } from '#src/training/averaged-network.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { pooledTraining } from '../support/pooled-training.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';

const pooledTrain = pooledTraining(3);
const training = randomData(23, 5, 40, 8);
const DATA = { ...training, validation: randomData(23, 5, 30, 9).training, test: randomData(23, 5, 20, 10).training };
const OPTIONS = { data: DATA, layers: [23, 9, 5], activation: 'tanh', epochs: 5, batch: 7, lambda: 1 } as const satisfies TrainOptions;

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

async function run(options: TrainOptions): Promise<TrainResult & { told: EpochEvent[] }> {
  const told: EpochEvent[] = [];
  const { data = DATA } = options;
  const all = {
    ...OPTIONS,
    ...options,
    data: data as typeof DATA,
    onEvent: (e: { event: string }) => void (e.event === 'epoch' && told.push(e as EpochEvent)),
  };
  return { ...(await pooledTrain(all)), told };
}

/** What each of n networks counts: β times as much as the next, and all together 1. */
function sharesOf(n: number, beta = 1): number[] {
  const shares = Array.from({ length: n }, (_, k) => beta ** (n - 1 - k));
  const all = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / all);
}

/** [P] of the mean of the reference's networks at the end of these epochs. */
function referenceMean(epochs: readonly number[], options: TrainOptions): number[] {
  const networks = epochs.map((last) => trainReference({ ...OPTIONS, ...options, epochs: last }, DATA));
  const shares = sharesOf(epochs.length, options.ema);
  return networks[0].map((_, k) => networks.reduce((sum, network, n) => sum + shares[n] * network[k], 0));
}

describe('the mean of networks', () => {
  test('is that of all of them, each with the same weight', () => {
    const networks = [3, 6, -3, 10].map((v) => Float32Array.of(v, 1, -2 * v));
    let mean: ReturnType<typeof withNetwork> | undefined;
    const means = networks.map((one) => {
      mean = withNetwork(mean, one);
      return mean;
    });
    expect(means.map(({ networks, parameters }) => [networks, ...parameters])).toEqual([
      [1, 3, 1, -6],
      [2, 4.5, 1, -9],
      [3, 2, 1, -4],
      [4, 4, 1, -8],
    ]);
    expect([...networks[0]]).toEqual([3, 1, -6]);
  });

  test.each([0.1, 0.5, 0.9, 0.999, 1 - 1e-9])('is exponential with β = %d: each counts β times as much as the next', (beta) => {
    const values = [3, 6, -3, 10, 5, -7, 2];
    let mean: ReturnType<typeof withNetwork> | undefined;
    values.forEach((v, k) => {
      mean = withNetwork(mean, Float32Array.of(v, 1), beta);
      const expected = sharesOf(k + 1, beta).reduce((sum, share, n) => sum + share * values[n], 0);
      expect(mean.networks).toBe(k + 1);
      expect(mean.parameters[0]).toBeCloseTo(expected, 5);
      expect(mean.parameters[1]).toBe(1);
    });
  });

  test.each([
    { input: 'sparse', gradient: 'owned' },
    { input: 'sparse', gradient: 'owned', ema: 0.6 },
    { input: 'dense', gradient: 'partial', shards: 3, optimiser: 'adam', eta: 0.05 },
    { input: 'dense', gradient: 'tree', shards: 4, dropout: 0.2 },
  ] as readonly TrainOptions[])('is that of the reference, and the same bits with 1 and 3 workers: %o', async (options) => {
    const result = await run({ ...options, average: 3, workers: 3 });
    const expected = referenceMean([3, 4, 5], options);
    if (options.ema) expect(worstDifference(result.parameters, referenceMean([3, 4, 5], { ...options, ema: undefined }))).toBeGreaterThan(1e-3);
    expect(worstDifference(result.parameters, expected)).toBeLessThan(1e-4);
    expect(worstDifference(result.parameters, referenceMean([5], options))).toBeGreaterThan(1e-2);
    expect((await run({ ...options, average: 3, workers: 1 })).weightsSha256).toBe(result.weightsSha256);
  });
});

test('what is evaluated is the mean once there is one; training does not know of it', async () => {
  const plain = await run({ workers: 2 });
  const { told, network, testCost, validationCost } = await run({ workers: 2, average: 3 });
  expect(told.map((e) => [e.trainingCost, e.trainingAccuracy])).toEqual(plain.told.map((e) => [e.trainingCost, e.trainingAccuracy]));
  const meanCost = (epochs: readonly number[], { values, labels }: typeof DATA.test): number => {
    const parameters = parametersFrom(network, referenceMean(epochs, {}));
    const y = (label: number): number[] => [0, 1, 2, 3, 4].map((j) => (j === label ? 1 : 0));
    return (
      labels.reduce((sum, label, s) => sum + costOf(network, parameters, [...values.subarray(23 * s, 23 * s + 23)], y(label)), 0) / labels.length
    );
  };
  [[1], [2], [3], [3, 4], [3, 4, 5]].forEach((epochs, k) => {
    expect(told[k].validationCost).toBeCloseTo(meanCost(epochs, DATA.validation), 4);
    expect(told[k].testCost).toBeCloseTo(meanCost(epochs, DATA.test), 4);
  });
  expect([validationCost, testCost]).toEqual([told[4].validationCost, told[4].testCost]);
  expect(Math.abs(told[4].validationCost! - plain.told[4].validationCost!)).toBeGreaterThan(1e-3);
});

test('the best network is the best mean', async () => {
  // Without an η that falls the later means are the worse ones here.
  const whole = await run({ average: 2, epochs: 9, eta: 2, lambda: 0, restoreBest: true });
  const { best } = whole;
  expect(best?.epoch).toBeGreaterThan(2);
  expect(best?.epoch).toBeLessThan(9);
  const short = await run({ average: 2, epochs: best?.epoch, eta: 2, lambda: 0 });
  expect(whole.weightsSha256).toBe(short.weightsSha256);
  expect(whole.validationCost).toBe(short.validationCost);
});

test.each([{ average: 2 }, { average: 2, ema: 0.7 }])(
  'a run that is stopped between epochs, or before an evaluation, goes on to the same bits; its folder has the mean, and what training goes on from: %o',
  async (mean) => {
    const whole = await run({ ...mean, workers: 1 });
    const plain = await run({ workers: 1 });
    const path = join(folder, `stopped-${Object.keys(mean).length}`);
    const stop = new AbortController();
    // Stopped while it evaluates the third epoch: its mean is not yet taken.
    const { evaluate } = WorkerPool.prototype;
    let evaluations = 0;
    vi.spyOn(WorkerPool.prototype, 'evaluate').mockImplementation(function (this: WorkerPool, options) {
      if (++evaluations === 5) stop.abort();
      return evaluate.call(this, options);
    });
    await expect(train({ ...OPTIONS, ...mean, workers: 1, run: path, signal: stop.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(SavedRun.open(path).newestCheckpoint().checkpoint).toMatchObject({ position: { epoch: 3, samples: 40 }, averaged: { networks: 1 } });
    const resumed = await train({ resume: path, data: DATA, workers: 2 });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.validationCost).toBe(whole.validationCost);
    const saved = SavedRun.open(path);
    expect(saved.parameters).toEqual(whole.parameters);
    const { checkpoint } = saved.newestCheckpoint();
    expect(checkpoint?.averaged).toEqual({ networks: 4, parameters: whole.parameters });
    expect(checkpoint?.parameters).toEqual(plain.parameters);
    const model = await loadModel(path);
    expect(model.parameters).toEqual(whole.parameters);
  },
);

test('an exponential mean is from the first epoch on where no other is named', async () => {
  const { weightsSha256 } = await run({ ema: 0.6, workers: 1 });
  expect(weightsSha256).toBe((await run({ ema: 0.6, average: 1, workers: 1 })).weightsSha256);
});

test('a worker that is lost while the mean is evaluated leaves no trace of it in training', async () => {
  const whole = await run({ average: 2, workers: 1 });
  const { evaluate } = WorkerPool.prototype;
  let evaluations = 0;
  vi.spyOn(WorkerPool.prototype, 'evaluate').mockImplementation(function (this: WorkerPool, options) {
    if (++evaluations === 4) throw new NablaError('WORKER_LOST', 'Worker 1 is gone.');
    return evaluate.call(this, options);
  });
  const events: string[] = [];
  const result = await train({ ...OPTIONS, average: 2, workers: 1, onEvent: ({ event }) => void events.push(event) });
  expect(events).toContain('recovery');
  expect(result.weightsSha256).toBe(whole.weightsSha256);
});
