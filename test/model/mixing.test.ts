// Mixing of samples: λ by the functions of Math and by its moments, and partners; whole runs beside the float64 reference, over dense and sparse
// inputs, classes and numbers; samples outside the memory; one hash for any number of workers and after a stop; what is told of an epoch.

import { join } from 'node:path';
import { afterEach, describe, expect, it, test } from 'vitest';
import { type Dataset, type EpochEvent, type TrainOptions, train } from '#src/index.js';
import { bindKernels } from '#src/kernels/bind.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { largerShare, Mixing, type TrainingSamples } from '#src/model/mixing.js';
import { costOf, feedForward, parametersFrom } from '#src/model/reference.js';
import { configure } from '#src/options/options.js';
import { addressable } from '#src/parallel/memory/arena.js';
import { SampleStore } from '#src/parallel/memory/sample-store.js';
import { bytesBeside } from '#src/parallel/memory/workspace.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { augmentedRows } from '#src/profile/augmented-rows.js';
import { inFolder } from '../support/command.js';
import { pooledTraining } from '../support/pooled-training.js';
import { mixture, referenceMixture, referenceShare } from '../support/reference-mixing.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';
import { refusal } from '../support/refused.js';

const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
const kernels = await bindKernels(await loadKernels('auto'), memory, 64);

/** Mixing with nothing to mix, to be asked for shares and partners. */
function drawing(alpha: number, training: TrainingSamples, epoch = 1): Mixing {
  const mixing = new Mixing(kernels, memory, { partner: 0, partnerRow: 0 }, { alpha, inputs: 1, training });
  mixing.begin(epoch);
  return mixing;
}
const MANY = 40_000;
const FIRST_ONES = { first: 0, of: Number.POSITIVE_INFINITY };
const ALPHAS = [0.05, 0.2, 0.5, 1, 2.5, 10];

describe('λ', () => {
  it('is what the functions of Math make of two uniform numbers', () => {
    for (const alpha of [1e-6, 0.01, ...ALPHAS])
      for (const u of [2 ** -33, 1e-4, 0.1, 0.5, 0.73, 1 - 2 ** -33])
        for (const v of [2 ** -33, 0.2, 0.5, 0.9, 1 - 2 ** -33])
          expect(Math.abs(largerShare(alpha, u, v) - referenceShare(alpha, u, v)), `α ${alpha}, ${u}, ${v}`).toBeLessThan(1e-10);
  });

  // Those of Beta(α, α) about ½ are even: the larger of λ and 1 - λ has them as well.
  it.each(ALPHAS)('has the second and the fourth moment of Beta(α, α) about ½, and is never less: α %d', (alpha) => {
    const mixing = drawing(alpha, { ...FIRST_ONES, count: MANY });
    const from = Array.from({ length: MANY }, (_, k) => mixing.shareOf(k) - 0.5);
    expect(Math.min(...from)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...from)).toBeLessThanOrEqual(0.5);
    const moment = (power: number): number => from.reduce((sum, d) => sum + d ** power, 0) / MANY;
    expect(moment(2) * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1.5);
    expect((moment(4) * 16 * (2 * alpha + 1) * (2 * alpha + 3)) / 3).toBeCloseTo(1, 1.2);
  });

  // Beta(1, 1) is uniform, Beta(½, ½) the law of the arc sine.
  it.each([
    [1, (x: number) => 2 * x - 1],
    [0.5, (x: number) => (4 / Math.PI) * Math.asin(Math.sqrt(x)) - 1],
  ] as const)('has the distribution function: α %d', (alpha, share) => {
    const mixing = drawing(alpha, { ...FIRST_ONES, count: MANY });
    const drawn = Array.from({ length: MANY }, (_, k) => mixing.shareOf(k)).sort((a, b) => a - b);
    // Kolmogorov's distance: one of ten thousand is more than 2.2/√n.
    const distance = Math.max(...drawn.map((x, k) => Math.abs(share(x) - (k + 0.5) / MANY)));
    expect(distance).toBeLessThan(2.2 / Math.sqrt(MANY));
  });
});

describe('a partner', () => {
  it('is any other training sample, each as often, wherever these are', () => {
    for (const training of [
      { ...FIRST_ONES, count: 7 },
      { first: 30, of: Number.POSITIVE_INFINITY, count: 7 },
      { first: 5, of: 9, count: 7 },
      { ...FIRST_ONES, count: 2 },
    ]) {
      const { first, of, count } = training;
      const samples = Array.from({ length: count }, (_, k) => (first + k < of ? first + k : first + k - of));
      const found = new Map<string, number>();
      for (let epoch = 1; epoch <= 3000; epoch++) {
        const mixing = drawing(1, training, epoch);
        for (const sample of samples) {
          const pair = `${sample} ${mixing.partnerOf(sample)}`;
          found.set(pair, (found.get(pair) ?? 0) + 1);
        }
      }
      const all = samples.flatMap((a) => samples.filter((b) => b !== a).map((b) => `${a} ${b}`));
      expect([...found.keys()].sort()).toEqual(all.sort());
      for (const times of found.values()) expect(Math.abs((times * (count - 1)) / 3000 - 1)).toBeLessThan(0.25);
    }
  });
});

const NETWORK = { layers: [23, 18, 5], activation: 'tanh', epochs: 3, batch: 7, workers: 2 } as const;
const DATA = randomData(23, 5, 40, 8);
/** Rows without a zero, which fill their room as entries. */
const FULL: Dataset = {
  ...DATA,
  inputs: 24,
  training: { ...DATA.training, values: Float32Array.from({ length: 24 * 40 }, (_, k) => Math.sin(k + 1)) },
};
const NUMBERS = randomData(23, 5, 40, 9, true);
const pooled = pooledTraining(3);

describe('a run is the one of the reference', () => {
  const cases: readonly (TrainOptions & { data: Dataset; name: string })[] = [
    { name: 'classes, dense', data: DATA, input: 'dense' },
    { name: 'classes, sparse', data: DATA, input: 'sparse' },
    { name: 'classes, sparse, partial', data: DATA, input: 'sparse', gradient: 'partial', shards: 3 },
    { name: 'classes, sparse, without zeros', data: FULL, layers: [24, 18, 5], input: 'sparse' },
    { name: 'numbers, dense', data: NUMBERS, input: 'dense', eta: 0.02 },
    { name: 'numbers, sparse', data: NUMBERS, input: 'sparse', eta: 0.02 },
    { name: 'softmax, class weights, label smoothing', data: DATA, cost: 'log-likelihood', classWeights: [0.2, 3, 1, 0.5, 1], smooth: 0.2 },
    { name: 'quadratic, dropout', data: DATA, cost: 'quadratic', dropout: 0.3, seed: 5 },
  ];
  it.each(cases)('$name', async ({ name: _, ...rest }) => {
    const options = { ...NETWORK, ...rest, augment: 'mix:0.7' };
    const found = await pooled(options);
    expect(worstDifference(found.parameters, trainReference(options, rest.data))).toBeLessThan(1e-4);
    const plain = trainReference({ ...options, augment: undefined }, rest.data);
    expect(worstDifference(found.parameters, plain)).toBeGreaterThan(1e-3);
  });
});

test('the cost of an epoch is that of mixtures, a hit is the own class, and evaluation has the samples as they are', async () => {
  const data = { ...DATA, validation: DATA.training };
  const epochs: EpochEvent[] = [];
  const onEvent = (e: { readonly event: string }) => {
    if (e.event === 'epoch') epochs.push(e as EpochEvent);
  };
  const options = { ...NETWORK, data, augment: 'mix:3', eta: 1e-30, epochs: 1 };
  await pooled({ ...options, onEvent });
  const { network } = configure(options, data);
  const parameters = parametersFrom(network, initialParameters(network, 1));
  const { values, labels } = DATA.training;
  const sampleAt = (k: number) => ({ x: [...values.subarray(23 * k, 23 * k + 23)], y: [0, 1, 2, 3, 4].map((j) => (j === labels[k] ? 1 : 0)) });
  const mixed = [...labels.keys()].map((k) => {
    const { share, partner } = referenceMixture(3, 40, 1, 1, k);
    return mixture(share, sampleAt(k), sampleAt(partner));
  });
  const mean = (found: readonly number[]): number => found.reduce((a, b) => a + b, 0) / found.length;
  const [{ trainingCost, trainingAccuracy, validationCost }] = epochs;
  expect(trainingCost).toBeCloseTo(mean(mixed.map(({ x, y }) => costOf(network, parameters, x, y))), 5);
  expect(validationCost).toBeCloseTo(mean(mixed.map((_, k) => costOf(network, parameters, sampleAt(k).x, sampleAt(k).y))), 5);
  const hits = mixed.map(({ x }, k) => {
    const a = feedForward(network, parameters, x).activations.at(-1)!;
    return Number(a.indexOf(Math.max(...a)) === labels[k]);
  });
  expect(trainingAccuracy).toBeCloseTo(mean(hits), 10);
});

describe('the bits', () => {
  const ALL = 'mix:0.4 brightness:0.2 noise:0.05';
  const options = { ...NETWORK, layers: [23, 9, 5], data: DATA, seed: 4 };

  it.each([
    ['owned', 'dense'],
    ['owned', 'sparse'],
    ['partial', 'dense'],
    ['partial', 'sparse'],
    ['tree', 'dense'],
  ] as const)('are the same for 1, 2 and 3 workers, and after a stop: %s, %s', async (gradient, input) => {
    const augment = input === 'sparse' ? 'mix:0.4 brightness:0.2' : ALL;
    const all = { ...options, gradient, input, augment, shards: gradient === 'owned' ? undefined : 4 };
    const hashes: string[] = [];
    for (const workers of [1, 2, 3]) hashes.push((await pooled({ ...all, workers })).weightsSha256);
    await inFolder(async (folder) => {
      const run = join(folder, 'run');
      const onEvent = ({ event }: { readonly event: string }) => (event === 'epoch' ? 'stop' : undefined);
      await train({ ...all, run, workers: 1, onEvent });
      hashes.push((await train({ resume: run, data: DATA, workers: 2 })).weightsSha256);
    });
    expect(new Set(hashes).size).toBe(1);
    const { weightsSha256 } = await pooled({ ...all, augment: all.augment.replace('mix:0.4 ', '') });
    expect(weightsSha256).not.toBe(hashes[0]);
  });

  const pool = new WorkerPool(2);
  const { bytes: WHOLE } = addressable;
  afterEach(() => {
    addressable.bytes = WHOLE;
  });

  /** What an epoch on two workers makes. */
  async function trained(data: Dataset, most = WHOLE, where: Parameters<typeof Session.start>[4] = {}) {
    const configuration = configure({ ...options, data, augment: 'mix:1', input: 'dense', workers: 2 }, data);
    addressable.bytes = most;
    const session = await Session.start(configuration, data, initialParameters(configuration.network, 4), pool, where);
    session.drawOrder(0, 1);
    const parts = await session.runEpoch(0);
    return { steps: parts[0].steps, cost: parts[0].state.cost, parameters: [...session.parameters], bytes: session.memoryBytes };
  }

  it.each(['bytes', 'floats'])('are the same where the samples are outside of the memory: %s', async (kind) => {
    const values = kind === 'bytes' ? Uint8Array.from(DATA.training.values, (x) => 255 * Math.abs(x)) : DATA.training.values;
    const data = { ...DATA, scale: kind === 'bytes' ? 1 / 255 : 1, training: { ...DATA.training, values } };
    const inside = await trained(data);
    expect((await trained(data, inside.bytes - 1)).parameters).toEqual(inside.parameters);
  });

  it('have no trace of samples that are kept back, where these lie among the others', async () => {
    const { values, labels } = DATA.training;
    // Twice the same, as in a ring; what is kept back are samples 10 to 24, which are not finite.
    const ring = Float32Array.from([...values, ...values], (x, k) =>
      (k % values.length) / 23 >= 10 && (k % values.length) / 23 < 25 ? Number.NaN : x,
    );
    const twice = Uint16Array.from([...labels, ...labels]);
    const part = (from: number, upTo: number) => ({ values: ring.subarray(from * 23, upTo * 23), labels: twice.subarray(from, upTo) });
    const stored = { ...DATA, training: part(0, 40) };
    const fold = { ...DATA, training: part(25, 50), validation: part(10, 25) };
    const configuration = configure({ ...options, data: fold, augment: 'mix:1', input: 'dense', workers: 2 }, fold);
    const division = { count: 1, bytes: bytesBeside({ ...configuration, data: fold }, false) };
    const [place] = new SampleStore({ data: stored, ring: true }, 'dense', () => [division]).divide(division);
    // A cost that is not finite would have ended the epoch.
    const { steps, cost, parameters } = await trained(fold, WHOLE, { place });
    expect([steps, Number.isFinite(cost), parameters.every(Number.isFinite)]).toEqual([4, true, true]);
    await pool.close();
  });
});

test('rows that are shown are the mixtures', async () => {
  const row = await augmentedRows(DATA, { augment: 'mix:2', seed: 6 });
  for (const epoch of [1, 2])
    for (const k of [0, 17, 39]) {
      const { share, partner } = referenceMixture(2, 40, 6, epoch, k);
      const [a, b] = [row(k), row(partner)];
      for (const [i, x] of row(k, epoch).entries()) expect(x).toBeCloseTo(share * a[i] + (1 - share) * b[i], 5);
    }
});

test('what moves a picture moves a mixture: both of its samples alike, and then they are mixed', async () => {
  const moved = 'shift:1 rotate:20 scale:0.2 shear:0.2 elastic:sigma=2,alpha=6 brightness:0.3 erase:0.2';
  const [I, n, seed] = [64, 9, 3];
  const picture = { height: 8, width: 8, channels: 1 };
  const values = Float32Array.from({ length: n * I }, (_, k) => Math.abs(Math.sin(k + 1)));
  const dataOf = (some: Float32Array<ArrayBuffer>): Dataset => ({ ...DATA, inputs: I, training: { values: some, labels: new Uint16Array(n) } });
  const mixtures = Array.from({ length: n }, (_, k) => referenceMixture(1, n, seed, 2, k));
  /** Each sample's partner in its place. */
  const partners = Float32Array.from(values, (_, k) => values[mixtures[Math.floor(k / I)].partner * I + (k % I)]);
  const together = await augmentedRows(dataOf(values), { augment: `mix:1 ${moved}`, picture, seed });
  const own = await augmentedRows(dataOf(values), { augment: moved, picture, seed });
  const other = await augmentedRows(dataOf(partners), { augment: moved, picture, seed });
  for (const [k, { share }] of mixtures.entries()) {
    const [a, b] = [own(k, 2), other(k, 2)];
    for (const [i, x] of together(k, 2).entries()) expect(x).toBeCloseTo(share * a[i] + (1 - share) * b[i], 5);
  }
});

describe('what is refused', () => {
  const few = (count: number): Dataset => {
    const training = { values: DATA.training.values.subarray(0, 23 * count), labels: DATA.training.labels.subarray(0, count) };
    return { ...DATA, training };
  };
  it.each<[TrainOptions, RegExp]>([
    [{ augment: 'mix:0' }, /^augment, alpha of mix: expected a finite number above 0, got 0\.$/],
    [{ augment: 'mix:-1' }, /^augment, alpha of mix: .* got -1\.$/],
    [{ augment: 'mix:11' }, /^augment, alpha of mix: expected a number above 0 and at most 10, got 11\.$/],
    [{ augment: 'mix' }, /^augment: expected mix:ALPHA, got 'mix:'/],
    [{ augment: 'mixup:0.2' }, /nabla calls it 'mix'/],
    [
      { augment: 'mix:0.2', cost: 'hinge' },
      /^augment: expected no 'mix' with the cost 'hinge', .*: quadratic, cross-entropy, log-likelihood, huber\.$/,
    ],
    [{ augment: 'mix:0.2', data: few(1) }, /^augment: expected no 'mix' without a second training sample, got 'mix:0\.2'\.$/],
  ])('%#', async (options, says) => expect(await refusal(() => train({ layers: [23, 5], data: DATA, ...options }))).toMatch(says));

  it('two samples are enough, and α is written in any way', async () => {
    for (const augment of ['mix:0.2', 'mix:alpha=0.2', 'mix:α=.2'])
      expect((await pooled({ ...NETWORK, data: few(2), augment, epochs: 1 })).epochs).toBe(1);
  });
});
