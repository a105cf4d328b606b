// The gradients of shards are added up in one tree, whoever adds them: the list of additions against the tree as it is written down, shared
// among any number of ranks; and a step's sum, bit by bit, against the naive tree over the blocks of `partial`. That several processes come
// to the same is tested in test/mpi.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TrainingStep } from '#src/insight/training-step.js';
import { bindKernels } from '#src/kernels/bind.js';
import { KERNEL_NAMES, type KernelName } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { specifyLearning } from '#src/model/learning.js';
import { specifyNetwork } from '#src/model/specification.js';
import { rowsOfRanks } from '#src/parallel/ranks/rows.js';
import { partition } from '#src/parallel/step/partition.js';
import { shareAdditions, subtreesOf } from '#src/parallel/step/shard-tree.js';
import { pooledTraining } from '../support/pooled-training.js';
import { randomData } from '../support/reference-training.js';

/** The tree over shards first…first + span, in words, for those of the first `filled`; undefined where there are none. */
function naive<T>(leaves: readonly (T | undefined)[], first: number, span: number, add: (a: T, b: T) => T): T | undefined {
  if (span === 1) return leaves[first];
  const left = naive(leaves, first, span / 2, add);
  const right = naive(leaves, first + span / 2, span / 2, add);
  return left === undefined || right === undefined ? (left ?? right) : add(left, right);
}

const brackets = (a: string, b: string): string => `(${a} + ${b})`;
const POWERS = [1, 2, 4, 8, 16, 32] as const;

test('eight shards, as the tree is written down', () => {
  const leaves = Array.from({ length: 8 }, (_, s) => String(s));
  expect(naive(leaves, 0, 8, brackets)).toBe('(((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)))');
  expect(naive([...leaves.slice(0, 5), undefined, undefined, undefined], 0, 8, brackets)).toBe('(((0 + 1) + (2 + 3)) + 4)');
});

test('any number of ranks makes the same tree: each its own subtrees, whose roots are all that travels, and any of them the rest', () => {
  const arbitrary = fc
    .constantFrom(...POWERS)
    .chain((shards) =>
      fc.record({ shards: fc.constant(shards), size: fc.integer({ min: 1, max: shards }), filled: fc.integer({ min: 1, max: shards }) }),
    );
  fc.assert(
    fc.property(arbitrary, ({ shards, size, filled }) => {
      const leaves = Array.from({ length: shards }, (_, s) => (s < filled ? String(s) : undefined));
      const expected = naive(leaves, 0, shards, brackets);
      // Blocks of each rank, in which it has its own shards alone.
      const blocks = Array.from({ length: size }, (_, rank) => {
        const { begin, end } = partition(shards, size, rank);
        const own = leaves.map((leaf, s) => (s >= begin && s < end ? leaf : undefined));
        for (const { to, from } of shareAdditions(filled, shards, { rank, size }).own) own[to] = brackets(`${own[to]}`, `${own[from]}`);
        return { own, roots: subtreesOf({ begin, end }).filter((first) => first < filled) };
      });
      for (let rank = 0; rank < size; rank++) {
        const received: (string | undefined)[] = leaves.map(() => undefined);
        for (const { own, roots } of blocks) for (const first of roots) received[first] = own[first];
        for (const { to, from } of shareAdditions(filled, shards, { rank, size }).across)
          received[to] = brackets(`${received[to]}`, `${received[from]}`);
        expect(received[0]).toBe(expected);
      }
    }),
  );
});

test('a rank that has a power of two of shards, from a multiple of it on, sends one sum', () => {
  expect(subtreesOf({ begin: 8, end: 16 })).toEqual([8]);
  expect(subtreesOf({ begin: 3, end: 6 })).toEqual([3, 4]);
  expect(subtreesOf({ begin: 1, end: 8 })).toEqual([1, 2, 4]);
});

test('ranks with whole shards: their rows follow one another, and cover the mini-batch', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.constantFrom(...POWERS), fc.integer({ min: 1, max: 8 }), (m, shards, ranks) => {
      const rows = rowsOfRanks(m, Math.min(ranks, shards), shards);
      expect(rows[0].begin).toBe(0);
      expect(rows[rows.length - 1].end).toBe(m);
      for (let r = 1; r < rows.length; r++) expect(rows[r].begin).toBe(rows[r - 1].end);
    }),
  );
});

const LAYERS = [9, 37, 4];
const NETWORK = specifyNetwork({ layers: LAYERS, activation: 'tanh' });

async function stepOf(gradient: 'partial' | 'tree', shards: number, count: number, kernels: KernelName): Promise<TrainingStep> {
  const choice = await loadKernels(kernels);
  const learning = specifyLearning({ clipNorm: 1e9 }, 1, { counts: [] });
  const bind = (memory: WebAssembly.Memory, scratch: number) => bindKernels(choice, memory, scratch);
  const data = { ...randomData(9, 4, count, 3), validation: NONE, test: NONE };
  const step = await TrainingStep.open({ network: NETWORK, data, input: 'dense', gradient, bind, learning, shards });
  step.attach(learning, shards);
  step.workspace.parameters = initialParameters(NETWORK, 2);
  expect(step.run({ eta: 0 })).toBe(true);
  return step;
}

const NONE = { values: new Float32Array(0), labels: new Uint16Array(0) };

describe.each(KERNEL_NAMES)('kernels %s: the sum of a step is that of the naive tree over the shards, bit by bit', (kernels) => {
  test.each(POWERS)('%i shards', async (shards) => {
    // More samples than shards, fewer, and one.
    for (const count of [45, Math.max(1, shards - 3), 1]) {
      const partial = await stepOf('partial', shards, count, kernels);
      const { blocks, blockStep, gradient } = partial.workspace.arena;
      const leaves = Array.from({ length: shards }, (_, s) => (s < count ? partial.workspace.floats(blocks + s * blockStep) : undefined));
      const expected = naive(leaves, 0, shards, (a, b) => a.map((v, k) => v + b[k]));
      const tree = await stepOf('tree', shards, count, kernels);
      const got = tree.workspace.floats(tree.workspace.arena.gradient);
      expect([...got].filter((v) => v !== 0).length).toBeGreaterThan(100);
      // 0 and -0 are the same number here.
      expect([...got].findIndex((v, k) => v !== expected?.[k])).toBe(-1);
      if (shards < 4 || count < 4) continue;
      // And not that of the shards in their order.
      const inOrder = partial.workspace.floats(gradient);
      expect([...inOrder].some((v, k) => v !== got[k])).toBe(true);
    }
  });
});

const pooledTrain = pooledTraining(5);

describe('one hash with any number of workers', () => {
  const data = randomData(9, 4, 61, 5);
  const common = { data, layers: LAYERS, gradient: 'tree' as const, epochs: 2, batch: 14, seed: 3, eta: 0.1 };

  test.each([
    { shards: 1 },
    { shards: 2, kernels: 'scalar' },
    // Of 14 samples two shards have none, and of the last mini-batch, of 5, eleven.
    { shards: 16 },
    { optimiser: 'adam', eta: 0.01, clipNorm: 0.3, maxNorm: 0.8, dropout: 0.3 },
  ] as const)('%o', async (options) => {
    const found = new Set<string>();
    for (const workers of [1, 2, 3, 5]) found.add((await pooledTrain({ ...common, ...options, workers })).weightsSha256);
    expect(found.size).toBe(1);
  });

  test('the number of shards is what they hang on, and eight of them are usual', async () => {
    const hashOf = async (options: object): Promise<string> => (await pooledTrain({ ...common, ...options, workers: 2 })).weightsSha256;
    expect(await hashOf({})).toBe(await hashOf({ shards: 8 }));
    expect(await hashOf({})).not.toBe(await hashOf({ shards: 16 }));
    expect(await hashOf({})).not.toBe(await hashOf({ gradient: 'partial', shards: 8 }));
  });
});
