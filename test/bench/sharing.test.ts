// The layouts that bench:sharing compares: in each, what the two threads write is apart, and lies as its name says.

import { expect, test } from 'vitest';
import { type Desk, deskOf, SHARED, sharedMemory } from '#bench/sharing/memory.js';
import { LAYOUTS, TRIALS } from '#bench/sharing/trials.js';
import { loadKernels } from '#src/kernels/load.js';

const LINE_FLOATS = 16;
const memory = sharedMemory();
const desks = await loadKernels('auto').then((choice) => Promise.all([0, 1].map((index) => deskOf(choice, memory, index))));
const floats = new Float32Array(memory.buffer, SHARED.w, (SHARED.tags - SHARED.w) / 4);

/** Numbers of the shared cache lines that a call changes. */
function written(call: () => void): number[] {
  floats.fill(1e-4); // small, so that the smallest of updates shows
  call();
  const lines = new Set<number>();
  for (let k = 0; k < floats.length; k++) if (floats[k] !== Math.fround(1e-4)) lines.add(Math.floor(k / LINE_FLOATS));
  return [...lines];
}

const cases = TRIALS.flatMap(({ id, layouts }) =>
  LAYOUTS.flatMap((layout) => {
    const prepare = layouts[layout];
    return prepare ? [1, 2, 3, 4].map((L) => ({ id, layout, L, prepare })) : [];
  }),
);

test.each(cases)('$id, $layout, $L lines each', ({ layout, L, prepare }) => {
  const [a, b] = desks.map((desk: Desk) => written(prepare(desk, L)));
  expect(a.length).toBeGreaterThan(0);
  expect(b.length).toBe(a.length);
  expect(a.filter((line) => b.includes(line))).toEqual([]);
  const next = a.filter((line) => b.includes(line + 1) || b.includes(line - 1)).length;
  // Of a row of L lines one at least lies beside the other thread's; of pieces, those where a panel's halves meet.
  if (layout === 'neighbours') expect(next).toBeGreaterThanOrEqual(a.length / L);
  else expect(next).toBeLessThanOrEqual(2 * L);
});
