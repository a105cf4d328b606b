// The worker count is a speed knob, never a mathematical one: one hash for any number of workers, on the digits of the
// `mnist` package, with mini-batches that divide nothing. And the recorded hash of a reproducible run, which every
// version of Node and every machine must meet.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Dataset, loadDataset, type TrainOptions, train } from '#src/index.js';
import { pooledTraining } from '../support/pooled-training.js';

const WORKERS = [1, 2, 3, 5, 8];
const pooledTrain = pooledTraining(8);

/** 1,000 = 7 · 142 + 6, and 8,000 = 7 · 1142 + 6: a short last mini-batch; with 8 shards of 7 samples one shard is always empty. */
const data = await loadDataset('mnist', { seed: 1 });
const common = { data, layers: [784, 30, 10], epochs: 1, batch: 7, eta: 0.5, lambda: 0.1, seed: 4 };

async function hashes(options: TrainOptions & { data: Dataset }, counts: readonly number[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const workers of counts) found.add((await pooledTrain({ ...options, workers })).weightsSha256);
  return found;
}

const SETS = (['simd', 'relaxed'] as const).flatMap((kernels) => (['dense', 'sparse'] as const).map((input) => ({ kernels, input })));

describe.each(SETS)('kernels $kernels, input $input: one hash with any number of workers', ({ kernels, input }) => {
  // Threads take longer to start than these runs take: three of the five counts each.
  const few = input === 'dense' ? [1, 2, 8] : [1, 3, 5];
  const some = { ...common, kernels, input, data: first(data, 1000) };

  test('gradient owned', async () => {
    expect(await hashes({ ...some, gradient: 'owned' }, few)).toHaveLength(1);
  });

  test('gradient partial with 8 shards', async () => {
    expect(await hashes({ ...some, gradient: 'partial', shards: 8 }, few)).toHaveLength(1);
  });

  test('both, on all 8,000 digits, with 1, 2, 3, 5 and 8 workers', { tags: ['slow'] }, async () => {
    expect(await hashes({ ...some, data, gradient: 'owned' }, WORKERS)).toHaveLength(1);
    expect(await hashes({ ...some, data, gradient: 'partial', shards: 8 }, WORKERS)).toHaveLength(1);
  });

  test('mini-batches of 50 into 150 neurons: large enough for the update that goes by inputs', async () => {
    const wide = { ...common, layers: [784, 150, 10], batch: 50, kernels, input, data: first(data, 330) };
    expect(await hashes({ ...wide, gradient: 'partial', shards: 8 }, few)).toHaveLength(1);
    expect(await hashes({ ...wide, gradient: 'owned' }, few)).toHaveLength(1);
  });

  test('mini-batches of 3: most shards and some workers have nothing', async () => {
    const short = { ...common, batch: 3, kernels, input, data: first(data, 200) };
    expect(await hashes({ ...short, gradient: 'partial', shards: 8 }, few)).toHaveLength(1);
    expect(await hashes({ ...short, gradient: 'owned' }, few)).toHaveLength(1);
  });
});

test('the default, one shard per worker, gives the same bits again with as many workers', async () => {
  const options = { ...common, workers: 3, data: first(data, 1000) };
  const again = (await pooledTrain(options)).weightsSha256;
  expect((await pooledTrain(options)).weightsSha256).toBe(again);
  expect((await pooledTrain({ ...options, seed: 5 })).weightsSha256).not.toBe(again);
});

test('costs and accuracies do not depend on the worker count either', async () => {
  const epochs = await Promise.all(
    [1, 3].map(async (workers) => {
      const lines: unknown[] = [];
      await train({
        ...common,
        data: { ...data, training: first(data, 500).training },
        gradient: 'owned',
        workers,
        onEvent: (e) => {
          if (e.event === 'epoch') lines.push([e.trainingCost, e.validationCost, e.validationAccuracy, e.testAccuracy]);
        },
      });
      return lines;
    }),
  );
  expect(epochs[0]).toEqual(epochs[1]);
});

test('--reproducible: the recorded bits, on every machine and every version of Node', async () => {
  const result = await train({ ...common, reproducible: true, workers: 2, layers: [784, 30, 20, 10], activation: ['tanh', 'sigmoid'] });
  const relu = await train({ ...common, reproducible: true, workers: 3, activation: 'relu', cost: 'log-likelihood', eta: 0.1 });
  const wide = await train({ ...common, reproducible: true, workers: 2, layers: [784, 150, 10], batch: 50 });
  expect({ sigmoid: result.weightsSha256, relu: relu.weightsSha256, wide: wide.weightsSha256 }).toMatchInlineSnapshot(`
    {
      "relu": "04d7d9ab6f74efe1019dae642144bd1b75688ee4883c6e79fb4879479b4b8cb8",
      "sigmoid": "8c2f81aab07e63bb46847231dc3b6cbaa13add36b4eb0cc9fe0b5934389e6b28",
      "wide": "d2d1cc3ab4c69909601cf16f61b2e468b62eb015f75946cb91f46bdc7f8b6b25",
    }
  `);
});

test('the hash is that of the parameters in the book’s order, as little-endian float32', async () => {
  const { weightsSha256, parameters } = await train({ ...common, data: first(data, 50) });
  expect(createHash('sha256').update(new Uint8Array(parameters.buffer)).digest('hex')).toBe(weightsSha256);
});

/** The data set with its first n training samples, and the same few for the rest. */
function first({ training, ...rest }: Dataset, n: number): Dataset {
  const some = { values: training.values.slice(0, n * rest.inputs), labels: training.labels.slice(0, n) };
  return { ...rest, training: some, validation: some, test: some };
}
