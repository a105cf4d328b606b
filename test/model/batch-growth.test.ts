// Mini-batches that grow: how large they are in which epoch, and what that means for a run: its steps, memory, events, whatever the workers and
// wherever it was stopped. Training with them against the float64 reference: learning.test.ts.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type EpochEvent, type StartEvent, type TrainOptions, train } from '#src/index.js';
import { batchesOf, batchGrowthOf, batchGrowthText } from '#src/model/batch-growth.js';
import { configure } from '#src/options/options.js';
import { Workspace } from '#src/parallel/memory/workspace.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { pooledTraining } from '../support/pooled-training.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';

const pooledTrain = pooledTraining(3);
const DATA = randomData(150, 6, 203, 9);
const OPTIONS = { data: DATA, layers: [150, 130, 6], batch: 7, epochs: 6, growBatch: '2,3', eta: 0.2 } as const satisfies TrainOptions;
const SIZES = [7, 7, 21, 21, 63, 63];

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

describe('how large they are', () => {
  test.each<[growBatch: string | undefined, batch: number, training: number, sizes: number[]]>([
    [undefined, 10, 1000, [10, 10, 10, 10, 10, 10, 10]],
    ['2,2', 10, 1000, [10, 10, 20, 20, 40, 40, 80]],
    ['1,1.5', 10, 1000, [10, 15, 23, 34, 51, 76, 114]],
    ['1,2,50', 10, 1000, [10, 20, 40, 50, 50, 50, 50]],
    ['1,2', 10, 70, [10, 20, 40, 70, 70, 70, 70]],
    ['1,2,50', 10, 30, [10, 20, 30, 30, 30, 30, 30]],
    ['1,1e300', 3, 1000, [3, 1000, 1000, 1000, 1000, 1000, 1000]],
    // A most that the first one is above.
    ['1,2,5', 10, 1000, [10, 10, 10, 10, 10, 10, 10]],
  ])('%s of %i, of %i samples', (growBatch, batch, training, sizes) => {
    const batchAt = batchesOf({ batch, learning: { growBatch } }, training);
    expect(sizes.map((_, k) => batchAt(k + 1))).toEqual(sizes);
  });

  test.each([' 20, 2 ', '20,2.0', '2e1,2'])("'%s' is written in one way", (text) => expect(batchGrowthText(batchGrowthOf(text))).toBe('20,2'));
});

test('the memory is that of the largest', () => {
  const configuration = configure({ ...OPTIONS, workers: 1 }, DATA);
  const bytes = (options: object): number => new Workspace({ ...configuration, data: DATA, ...options }).arena.bytes;
  const plain = { ...configuration.learning, growBatch: undefined };
  expect(bytes({})).toBe(bytes({ batch: 63, learning: plain }));
  expect(bytes({ epochs: 4 })).toBe(bytes({ batch: 21, learning: plain }));
});

test('a run says them, and takes as many steps', async () => {
  const told: EpochEvent[] = [];
  let start: StartEvent | undefined;
  const path = join(folder, 'whole');
  await train({
    ...OPTIONS,
    workers: 1,
    run: path,
    onEvent: (e) => {
      if (e.event === 'start') start = e;
      if (e.event === 'epoch') told.push(e);
    },
  });
  expect([start?.batch, start?.learning]).toEqual([7, 'mini-batches times 3 every 2 epochs']);
  expect(told.map(({ batch }) => batch)).toEqual(SIZES);
  const steps = SIZES.reduce((sum, m) => sum + Math.ceil(203 / m), 0);
  expect(SavedRun.open(path).newestCheckpoint().checkpoint?.position.steps).toBe(steps);
});

test('up to their most they are those of the reference', async () => {
  const all = { ...OPTIONS, growBatch: '1,2,24', epochs: 4, schedule: { kind: 'cosine', warmUp: 1 }, workers: 2 } as const;
  const expected = trainReference(all, DATA);
  expect(worstDifference((await pooledTrain(all)).parameters, expected)).toBeLessThan(1e-4);
  expect(worstDifference((await pooledTrain({ ...all, growBatch: '1,2' })).parameters, expected)).toBeGreaterThan(1e-3);
});

// From 32 rows on into 128 neurons a sparse step sorts its entries.
describe.each([
  { input: 'sparse', schedule: { kind: 'cosine', warmUp: 1 } },
  { input: 'sparse', shards: 4, schedule: { kind: 'step', every: 1, factor: 0.7 } },
  { input: 'dense', optimiser: 'adam', eta: 0.004, dropout: 0.2 },
  { input: 'dense', gradient: 'tree', schedule: { kind: 'restarts', first: 1, factor: 2 } },
] as readonly Omit<TrainOptions, 'data'>[])('%o', (options) => {
  const all = { ...OPTIONS, ...options };

  test('the same bits with 1, 2 and 3 workers', async () => {
    const hashes = new Set<string>();
    for (const workers of [1, 2, 3]) hashes.add((await pooledTrain({ ...all, workers })).weightsSha256);
    expect(hashes.size).toBe(1);
    expect(hashes).not.toContain((await pooledTrain({ ...all, growBatch: undefined, workers: 1 })).weightsSha256);
  });

  test('a run that is stopped, also within an epoch, goes on to the same bits', async () => {
    const whole = await pooledTrain({ ...all, workers: 1 });
    const path = join(folder, JSON.stringify(options).replaceAll(/\W/g, ''));
    const stop = new AbortController();
    const tell = (e: { event: string; epoch?: number }) => void (e.event === 'epoch' && e.epoch === 3 && stop.abort());
    await expect(
      train({ ...all, workers: 2, run: path, checkpointEvery: '0.4e', keepCheckpoints: 100, signal: stop.signal, onEvent: tell }),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect((await train({ resume: path, data: DATA, workers: 3 })).weightsSha256).toBe(whole.weightsSha256);
  });

  test('parts of epochs end with mini-batches', async () => {
    const whole = await pooledTrain({ ...all, workers: 1 });
    const path = join(folder, `parts${JSON.stringify(options).replaceAll(/\W/g, '')}`);
    const parts: number[][] = [];
    const onEvent = (e: { event: string; epoch?: number; samples?: number }) =>
      void (e.event === 'checkpoint' && parts.push([e.epoch ?? 0, e.samples ?? 0]));
    const found = await train({ ...all, workers: 1, run: path, checkpointEvery: '0.4e', onEvent });
    expect(found.weightsSha256).toBe(whole.weightsSha256);
    const within = parts.filter(([, samples]) => samples > 0);
    expect(within.length).toBeGreaterThan(4);
    for (const [epoch, samples] of within) expect(samples % SIZES[epoch - 1]).toBe(0);
  });
});
