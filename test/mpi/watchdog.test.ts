// When the watchdog ends a process: by words that another thread writes while they are read.

import { expect, test } from 'vitest';
import { Deadline, newWatch, overdue } from '../../src/mpi/deadline.js';

const LOOKS = 1;

test('what has begun may last its limit and two seconds, what has ended is no wait, and who has given up has so long', () => {
  const watch = newWatch();
  const words = new Int32Array(watch);
  const deadline = new Deadline(watch, 5000);
  words[LOOKS] = 100;
  expect(overdue(words, 1000)).toBeUndefined();
  deadline.begin();
  expect([overdue(words, 114), overdue(words, 115)]).toEqual([undefined, expect.stringContaining('do not answer')]);
  deadline.end();
  expect(overdue(words, 1000)).toBeUndefined();
  deadline.giveUp(2000);
  deadline.begin();
  deadline.giveUp(60_000);
  expect([overdue(words, 104), overdue(words, 105)]).toEqual([undefined, expect.stringContaining('are lost')]);
});

test('a wait that ends between two readings of its word is none', () => {
  let readings = 0;
  // The worker writes the look by which it must be over, and takes it back at once.
  const words = new Proxy([0, 0, 0, 0], { get: (_, name) => (name === '0' && readings++ === 0 ? 14 : 0) });
  expect(overdue(words, 3)).toBeUndefined();
  expect(readings).toBe(1);
});
