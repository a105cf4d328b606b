// Cores as a container sees them, and the count that a run uses.

import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { countCores, usableCores } from '#src/system/cores.js';

test.each([
  [8, Number.POSITIVE_INFINITY, 8],
  [8, 3, 3],
  [8, 1.5, 1],
  [8, 0.5, 1],
  [2, 7.9, 2],
])('%i cores with a quota of %f: %i workers', (granted, quota, usable) => {
  expect(usableCores(granted, quota)).toBe(usable);
});

test('at least one core, never more than the scheduler grants', () => {
  const { usable, machine } = countCores();
  expect(usable).toBeGreaterThanOrEqual(1);
  expect(usable).toBeLessThanOrEqual(availableParallelism());
  expect(machine).toBeGreaterThanOrEqual(usable);
});
