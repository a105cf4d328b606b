// The only worker on the thread of the run, in parts: the bits, costs and hits of a thread of its own, whatever a part of an epoch has to hand
// to the next one; and a thread that others still reach.

import { describe, expect, it } from 'vitest';
import type { TrainEvent, TrainOptions } from '#src/index.js';
import { startOwnThread } from '#src/parallel/threads/own-thread.js';
import { smallData } from '../support/insight-data.js';
import { pooledTraining } from '../support/pooled-training.js';

const DATA = smallData({ count: 333, inputs: 20, classes: 4, bytes: true });
const onThread = pooledTraining(1);
const onOwn = pooledTraining(1, startOwnThread);

const CASES: Readonly<Record<string, Omit<TrainOptions, 'data'>>> = {
  'the book': {},
  'sparse inputs with decay': { input: 'sparse', lambda: 0.5 },
  'Adam and dropout, which count steps': { activation: 'relu', optimiser: 'adam', eta: 0.002, dropout: [0.3] },
  'a schedule': { schedule: { kind: 'cosine', warmUp: 1 }, epochs: 4 },
  'blocks of a gradient': { gradient: 'tree', shards: 4, input: 'dense' },
};

describe('one thread', () => {
  it.each(Object.entries(CASES))('comes to the same with %s', async (_, options) => {
    const given = { data: DATA, layers: [20, 9, 4], epochs: 3, batch: 10, workers: 1, kernels: 'simd', ...options } as const;
    const [one, other] = [await onThread(given), await onOwn(given)];
    const lasting = ({ weightsSha256, trainingCost, validationCost, testCost, validationAccuracy, testAccuracy }: typeof one) => ({
      ...{ weightsSha256, trainingCost, validationCost, testCost, validationAccuracy, testAccuracy },
    });
    expect(lasting(other)).toEqual(lasting(one));
  });

  it('has turns for others within an epoch, and stops when one of them asks', async () => {
    const large = smallData({ count: 60_000, inputs: 20, classes: 4 });
    const stopping = new AbortController();
    // Told by a timer of the thread, in its first turn after a tenth of a second; the epoch takes one or so.
    const onEvent = ({ event }: TrainEvent): void => {
      if (event === 'progress') stopping.abort();
    };
    const training = onOwn({ data: large, layers: [20, 1600, 4], epochs: 1, workers: 1, signal: stopping.signal, onEvent });
    await expect(training).rejects.toThrow(/^Stopped in epoch 1 after \d+ steps\.$/);
  });

  it('is one worker and no more', () => {
    expect(() => startOwnThread(2)).toThrow('One thread cannot be 2 workers.');
  });
});
