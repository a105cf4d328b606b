// What is computed once for each object.

import { expect, it, vi } from 'vitest';
import { density } from '#src/data/dataset.js';
import { oncePer } from '#src/data/once-per.js';

it('computes once for each object, also what comes to nothing', () => {
  const compute = vi.fn(({ size }: { size: number }) => (size > 1 ? size : undefined));
  const once = oncePer(compute);
  const [small, large] = [{ size: 1 }, { size: 2 }];
  expect([small, large, small, large, { size: 2 }].map(once)).toEqual([undefined, 2, undefined, 2, 2]);
  expect(compute).toHaveBeenCalledTimes(3);
});

it('the density of samples is that of each of them', () => {
  const samples = (...values: number[]) => ({ values: Float32Array.from(values), labels: new Uint16Array(1) });
  expect([samples(0, 1), samples(1, 1), samples(0, 0)].map(density)).toEqual([0.5, 1, 0]);
});
