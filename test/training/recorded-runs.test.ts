// Twelve runs whose weights are recorded: across both gradient strategies, dense and sparse inputs, every optimiser, decay, limits,
// dropout, schedules, class weights, single neurons and regression, each with another number of workers. Whatever is rearranged in
// the code, their bits stay. The kernels are `simd`, whose arithmetic is the same on every machine.

import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset, type TrainOptions, train } from '#src/index.js';

interface RecordedRun {
  readonly options: TrainOptions;
  readonly weightsSha256: string;
}

/** y = (sin 3x, x²) on [-1, 1]: targets that are numbers. */
function curve(): Dataset {
  const split = (n: number) => {
    const values = Float32Array.from({ length: n }, (_, k) => (2 * k) / (n - 1) - 1);
    return { values, labels: new Uint16Array(0), targets: Float32Array.from([...values].flatMap((x) => [Math.fround(x * x), Math.fround(x / 2)])) };
  };
  return { name: 'curve', inputs: 1, classes: 2, scale: 1, training: split(300), validation: split(50), test: split(50) };
}

const RUNS: Readonly<Record<string, RecordedRun>> = {
  'owned, sparse, plain steps': {
    options: { layers: [784, 30, 10], cost: 'quadratic', eta: 3, workers: 1 },
    weightsSha256: '2102d3830bb26ba754cdefff336beafe9d0b2c386ade0861ca061a025c2b31db',
  },
  'owned, dense, L2': {
    options: { layers: [784, 20, 10], input: 'dense', lambda: 5, workers: 2, batch: 16 },
    weightsSha256: '50df67ab510a0dce1246f01420f2f86b3a21cf5d66f146dd0ec5bbf37565177d',
  },
  'partial, sparse, L2': {
    options: { layers: [784, 30, 10], gradient: 'partial', shards: 3, lambda: 5, workers: 2 },
    weightsSha256: '1e539bf6616d1f2d2fbd636bc649b8f23624574a31674e11d46ee9588f20b4e5',
  },
  'partial, dense, ReLU and softmax': {
    options: {
      layers: [784, 40, 24, 10],
      activation: 'relu',
      cost: 'log-likelihood',
      input: 'dense',
      gradient: 'partial',
      shards: 4,
      eta: 0.1,
      batch: 32,
      workers: 3,
    },
    weightsSha256: 'f3f8004a0aa65fadc84bb134d6b95ae9de115f8888dc98d39a7ea1e0ce008f29',
  },
  'owned, sparse, momentum and L1': {
    options: { layers: [784, 30, 10], optimiser: 'momentum', momentum: 0.8, l1: 0.5, workers: 3 },
    weightsSha256: '33ff9eee016cfe3b20e2547a3db0f850cdbb3cbf26e10fc55351fb8a45248607',
  },
  'partial, sparse, Nesterov and a limit on the gradient': {
    options: { layers: [784, 30, 10], optimiser: 'nesterov', clipNorm: 0.5, gradient: 'partial', shards: 2, workers: 1 },
    weightsSha256: '51755043d62b2822ec93f58ec7beefe2039d6de0a60e8d83a4347b23161c5a08',
  },
  'owned, dense, RMSProp and dropout': {
    options: {
      layers: [784, 24, 16, 10],
      activation: ['tanh', 'elu'],
      optimiser: 'rmsprop',
      dropout: [0.2, 0.5],
      input: 'dense',
      batch: 20,
      workers: 2,
    },
    weightsSha256: 'ddb9980f1e785704df9b8eed32f5b11d14200c926e2aee788cf1b1ec26d967a7',
  },
  'owned, sparse, Adam along a cosine': {
    options: { layers: [784, 30, 10], optimiser: 'adam', schedule: { kind: 'cosine', warmUp: 1 }, epochs: 2, workers: 2 },
    weightsSha256: '69bfada82c1d75b7ed0b5e08b5962e0d783b46749684fe1f5882ae39b285631d',
  },
  'partial, dense, AdamW and a limit on norms': {
    options: {
      layers: [784, 20, 10],
      optimiser: 'adamw',
      lambda: 10,
      maxNorm: 2,
      input: 'dense',
      gradient: 'partial',
      shards: 8,
      batch: 32,
      workers: 2,
    },
    weightsSha256: 'f9906a44d25eb2ea9d6f85b7938a01cd3a14f341523c80f001fe55bf28a1478d',
  },
  'owned, sparse, a wide layer in large mini-batches, class weights': {
    options: { layers: [784, 130, 10], activation: 'gelu', classWeights: 'balanced', batch: 100, workers: 2, schedule: 'halve' },
    weightsSha256: '9e062721f39b59c282c6f1e268292fa0a0bfffd31ac4bc29664632277aec4ac0',
  },
  'owned, hinge, other activations and single neurons': {
    options: {
      layers: [784, 30, 20, 10],
      activation: ['leaky-relu', 'softplus'],
      cost: 'hinge',
      eta: 0.01,
      init: 'glorot',
      neurons: [
        { layer: 2, neuron: 5, f: 'silu' },
        { layer: 3, neuron: 1, f: 'sigmoid' },
      ],
      batch: 7,
      workers: 3,
    },
    weightsSha256: '1e736e176b8abcf61b4ae519073ab85393930827d42e3ba282eed4a0027101ab',
  },
  'regression with Huber': {
    options: { data: curve(), layers: [1, 16, 2], activation: 'tanh', cost: 'huber', optimiser: 'adam', eta: 0.01, epochs: 5, workers: 2 },
    weightsSha256: '37ab642db6e2e16d3cbb9941b3c13d9de902dfb8a974a628a3d71dd187ef637e',
  },
};

describe('recorded runs', () => {
  let digits: Dataset;
  beforeAll(async () => {
    digits = await loadDataset('mnist', { seed: 1 });
  });

  it.each(Object.entries(RUNS))('%s', async (_, { options, weightsSha256 }) => {
    const result = await train({ data: digits, epochs: 1, kernels: 'simd', seed: 7, ...options });
    expect(result.weightsSha256).toBe(weightsSha256);
  });
});
