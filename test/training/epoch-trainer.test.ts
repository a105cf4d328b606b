// A part of an epoch in stretches, on a session that is made up: what ends a stretch does not end the part, what ends the part does;
// samples are counted on from one stretch to the next; and a trial's workers are gone when it ends.

import { afterEach, expect, test, vi } from 'vitest';
import type { Configuration } from '#src/options/options.js';
import { STOP_INTERRUPTED } from '#src/parallel/barrier.js';
import type { Session } from '#src/parallel/session.js';
import { AutoWorkers } from '#src/scaling/auto.js';
import { EpochTrainer } from '#src/training/epoch-trainer.js';

afterEach(() => vi.restoreAllMocks());

const BATCH = 10;
const STEPS = 7;

/** A session whose stretches are interrupted after seven steps; `during` is called in the middle of each. */
function fakeSession(during: () => void): { session: Session; interrupts: () => number } {
  let interrupts = 0;
  const session = {
    workers: 2,
    batch: BATCH,
    progress: 0,
    interrupt: () => interrupts++,
    divide: async ({ workers }: { workers: number }) => {
      session.workers = workers;
    },
    runEpoch: async (_: number, { from, upTo }: { from: number; upTo: number }) => {
      session.progress = 0;
      during();
      const steps = Math.min(STEPS, Math.ceil((upTo - from) / BATCH));
      session.progress = Math.min(STEPS * BATCH, upTo - from);
      during();
      return [{ steps, stopped: from + steps * BATCH < upTo ? STOP_INTERRUPTED : 0, divergence: undefined }];
    },
  };
  return { session: session as unknown as Session, interrupts: () => interrupts };
}

function trainerOf(session: Session, isTrial = true): EpochTrainer {
  const configuration = { workers: 2, batch: BATCH, network: { layers: [784, 30, 10] } } as unknown as Configuration;
  // One worker trains all the time, in a trial or not, and two are the choice.
  vi.spyOn(AutoWorkers.prototype, 'next').mockImplementation(() => ({ workers: 1, milliseconds: 1000, isTrial }));
  return new EpochTrainer({}, configuration, session, true, () => {});
}

test('stretches follow one another to the end of the part, and samples are counted on', async () => {
  const seen: number[] = [];
  const { session } = fakeSession(() => seen.push(trainer.samples));
  const trainer = trainerOf(session);
  const { from, upTo, parts } = await trainer.trainPart(0, 20, 205, BATCH);
  expect(seen).toEqual([20, 90, 90, 160, 160, 205]);
  expect({ from, upTo, steps: parts?.[0].steps }).toEqual({ from: 160, upTo: 205, steps: 5 });
});

test.each([
  [false, 2],
  [true, 1],
])('what comes between parts has the workers that were chosen, but in a trial, which goes on: %s', async (isTrial, workers) => {
  const { session } = fakeSession(() => {});
  await trainerOf(session, isTrial).trainPart(0, 0, 100, BATCH);
  expect(session.workers).toBe(workers);
});

test('a part that is told to stop ends with its stretch, and the next one goes on from there', async () => {
  let times = 0;
  const { session, interrupts } = fakeSession(() => {
    if (++times === 3) trainer.stop();
  });
  const trainer = trainerOf(session);
  const { from, parts } = await trainer.trainPart(0, 0, 1000, BATCH);
  expect({ from, steps: parts?.[0].steps }).toEqual({ from: 70, steps: 7 });
  expect(interrupts()).toBe(1);
  expect((await trainer.trainPart(0, 140, 200, BATCH)).from).toBe(140);
});
