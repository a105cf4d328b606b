// Whose turn it is to speak for a rank: a heart speaks only where it has had the turn all the time that it waited, however often the turn was
// taken and given back meanwhile.

import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Turn } from '#src/mpi/turn.js';

/** Milliseconds that the heart waits before it speaks. */
const PACE = 1000;
const TURN = import.meta.resolve('#src/mpi/turn.js');
/** A heart that speaks in vain: so that it shows when it has spoken. */
const HEART = `import { workerData } from 'node:worker_threads';
const { Turn } = await import(${JSON.stringify(TURN)});
const turn = new Turn(workerData);
turn.await(${PACE});
turn.lost();`;

test('a turn that was taken and given again begins anew', async () => {
  const turn = new Turn();
  const heart = new Worker(new URL(`data:text/javascript,${encodeURIComponent(HEART)}`), { workerData: turn.shared });
  try {
    turn.give(0);
    await pause(0.6 * PACE);
    expect(turn.take()).toBe(true);
    const given = performance.now();
    turn.give(0);
    await pause(0.7 * PACE);
    const spoke = turn.isLost;
    // Where this thread has slept too long, it may have.
    expect(spoke && performance.now() - given < PACE).toBe(false);
    while (!turn.isLost) await pause(20);
    expect(performance.now() - given).toBeGreaterThan(0.9 * PACE);
  } finally {
    await heart.terminate();
  }
});
