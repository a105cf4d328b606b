// How long a worker polls before it sleeps, on a clock that is made up: long as long as nobody stalls, briefly for a growing time
// after each stall, and long again when the siblings have their cores back.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Patience, SPINS_WITH_A_CORE } from '#src/parallel/patience.js';

const BRIEF = 200;

/** Sleeps of so many milliseconds each, one after the other, from `begin` on; the time when the last has ended. */
function sleep(patience: Patience, begin: number, milliseconds: number, times = 1): number {
  for (let k = 0; k < times; k++) patience.noteSleep(begin + k * milliseconds, begin + (k + 1) * milliseconds);
  return begin + times * milliseconds;
}

test('short sleeps leave it as it is: a sibling that has a core is late at times', () => {
  const patience = new Patience(SPINS_WITH_A_CORE);
  sleep(patience, 0, 0.9, 1000);
  expect(patience.spins).toBe(SPINS_WITH_A_CORE);
});

test('after a stall polls are brief for 4 ms, then long; where stalls follow one another, for four times as long each time', () => {
  const patience = new Patience(SPINS_WITH_A_CORE);
  // The first one after a calm time; each of the others as soon as polls are long again.
  let now = 1000;
  for (const pause of [4, 16, 64, 256, 256]) {
    now = sleep(patience, now, 3);
    expect(patience.spins).toBe(BRIEF);
    sleep(patience, now + pause - 0.03, 0.02);
    expect(patience.spins).toBe(BRIEF);
    now = sleep(patience, now + pause, 0.02);
    expect(patience.spins).toBe(SPINS_WITH_A_CORE);
  }
  // Calm again for long enough: the next stall is a first one.
  now = sleep(patience, now + 60, 3);
  sleep(patience, now + 4, 0.02);
  expect(patience.spins).toBe(SPINS_WITH_A_CORE);
});

test('it never polls more than it may, and never less than that or 200', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.array(fc.double({ min: 0, max: 400, noNaN: true })), (most, lengths) => {
      const patience = new Patience(most);
      let now = 0;
      for (const length of lengths) {
        now = sleep(patience, now, length);
        expect(patience.spins).toBeLessThanOrEqual(most);
        expect(patience.spins).toBeGreaterThanOrEqual(Math.min(most, BRIEF));
      }
    }),
    { seed: 1 },
  );
});
