// What the exchange of several ranks takes, added up over the stretches of epochs.

import { expect, test } from 'vitest';
import { ExchangeTally } from '#src/training/exchange-tally.js';

test('shares and means are of the epoch, and of the whole run', () => {
  const tally = new ExchangeTally();
  tally.add({ steps: 10, exchange: { milliseconds: 20, bytes: 5000 } }, 100);
  // A stretch of another length counts as long as it took.
  tally.add({ steps: 30, exchange: { milliseconds: 40, bytes: 15_000 } }, 300);
  expect(tally.takeEpoch()).toEqual({ share: 0.15, microsecondsPerStep: 1500, bytesPerStep: 500 });
  tally.add({ steps: 40, exchange: { milliseconds: 340, bytes: 20_000 } }, 400);
  expect(tally.takeEpoch()).toEqual({ share: 0.85, microsecondsPerStep: 8500, bytesPerStep: 500 });
  expect(tally.run).toEqual({ share: 0.5, microsecondsPerStep: 5000, bytesPerStep: 500 });
});

test('one process has none, and neither has an epoch of which nothing was trained', () => {
  const tally = new ExchangeTally();
  tally.add({ steps: 10 }, 100);
  expect([tally.takeEpoch(), tally.run]).toEqual([undefined, undefined]);
  tally.add({ steps: 0, exchange: { milliseconds: 0, bytes: 0 } }, 0);
  expect([tally.takeEpoch(), tally.run]).toEqual([undefined, undefined]);
});
