// Cores as a container sees them: the text of a cgroup's cpu.max, and the count that a run uses.

import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { cgroupQuota, countCores } from '#src/system/cores.js';

test.each([
  ['max 100000\n', Number.POSITIVE_INFINITY],
  ['150000 100000\n', 1.5],
  ['50000 100000', 0.5],
  ['', Number.POSITIVE_INFINITY],
  ['nonsense', Number.POSITIVE_INFINITY],
])('a quota of %j is %f cores', (text, cores) => {
  expect(cgroupQuota(text)).toBe(cores);
});

test('at least one core, never more than the scheduler grants', () => {
  const { usable, machine } = countCores();
  expect(usable).toBeGreaterThanOrEqual(1);
  expect(usable).toBeLessThanOrEqual(availableParallelism());
  expect(machine).toBeGreaterThanOrEqual(usable);
});
