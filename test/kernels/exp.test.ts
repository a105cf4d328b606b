// The accuracy of exp in the fast kernels, over bit patterns of float32 that reach from the smallest number to where exp
// overflows and underflows, both signs.

import { describe, expect, test } from 'vitest';
import { Bench } from '../support/bound-kernels.js';

/** 105 as bits: beyond it exp is 0 or ∞. A prime step visits all exponents and, over the run, all kinds of last bits. */
const LAST = 0x42d20000;
const STEP = 4001;
const AT_ONCE = 10_000;

/** Distance in units of the last place of float32, subnormal results included. */
function ulps(found: number, exact: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.max(exact, 2 ** -149))), -126);
  return Math.abs(found - exact) / 2 ** (exponent - 23);
}

describe.each(['simd', 'relaxed'] as const)('exp of %s', (name) => {
  test('at most 2 units in the last place over the whole range', async () => {
    const bench = await Bench.open(name);
    const x = bench.bytes(AT_ONCE * 4);
    const y = bench.bytes(AT_ONCE * 4);
    const bits = new Uint32Array(bench.memory.buffer, x, AT_ONCE);
    const [inputs, outputs] = [bench.floats(x, AT_ONCE), bench.floats(y, AT_ONCE)];
    const largest = 2 ** 128 - 2 ** 104;
    let worst = 0;
    let seen = 0;
    for (const sign of [0, 0x80000000]) {
      for (let first = 0; first < LAST; first += STEP * AT_ONCE) {
        for (let k = 0; k < AT_ONCE; k++) bits[k] = (sign | Math.min(first + k * STEP, LAST)) >>> 0;
        bench.kernels.exp(AT_ONCE, x, y);
        for (let k = 0; k < AT_ONCE; k++) {
          const exact = Math.exp(inputs[k]);
          if (exact > largest) expect(outputs[k]).toBe(Number.POSITIVE_INFINITY);
          else worst = Math.max(worst, ulps(outputs[k], exact));
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(500_000);
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('the ends: 0 far below, ∞ far above, NaN for NaN', async () => {
    const bench = await Bench.open(name);
    const inf = Number.POSITIVE_INFINITY;
    const x = bench.matrix(1, 8, [[-104, -1e30, -inf, 88.73, 1e30, inf, Number.NaN, 0]]);
    const y = bench.matrix(1, 8);
    bench.kernels.exp(8, x, y);
    expect(bench.rows(y, 1, 8)[0]).toEqual([0, 0, 0, inf, inf, inf, Number.NaN, 1]);
  });
});
