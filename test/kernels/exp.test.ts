// The accuracy of e^x in the fast kernels, over bit patterns of float32 that reach from the smallest number to where e^x overflows
// and underflows. It is seen through the functions that stand on it: for x ≤ 0 as the second output of a softmax of 0 and x, which
// is e^x / (1 + e^x), and for x ≥ 0 through a sigmoid of -x, which is 1 / (1 + e^x). Below -17 the softmax's sum is 1, and its
// output e^x to the bit.

import { describe, expect, test } from 'vitest';
import { stride } from '#src/kernels/kernels.js';
import { Bench } from '../support/bound-kernels.js';

/** 105 as bits: beyond it e^x is 0 or ∞. A prime step visits all exponents and, over the run, all kinds of last bits. */
const LAST = 0x42d20000;
const STEP = 4001;
const AT_ONCE = 10_000;
/** Up to here the sum of the softmax is 1. */
const SUM_IS_ONE = -17;

/** Distance in units of the last place of float32, subnormal results included. */
function ulps(found: number, exact: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.max(exact, 2 ** -149))), -126);
  return Math.abs(found - exact) / 2 ** (exponent - 23);
}

/** Rows of positive numbers, all kinds of bits, up to LAST. */
function* inputs(): Generator<Float32Array> {
  for (let first = 0; first < LAST; first += STEP * AT_ONCE) {
    yield new Float32Array(Uint32Array.from({ length: AT_ONCE }, (_, k) => Math.min(first + k * STEP, LAST)).buffer);
  }
}

describe.each(['simd', 'relaxed'] as const)('e^x of %s', (name) => {
  test('below 0: at most 2 units in the last place, and 2 more where the softmax divides', async () => {
    const bench = await Bench.open(name);
    const [z, a] = [bench.matrix(AT_ONCE, 2), bench.matrix(AT_ONCE, 2)];
    const [Z, A] = [bench.floats(z, AT_ONCE * stride(2)), bench.floats(a, AT_ONCE * stride(2))];
    const worst = { bare: 0, divided: 0 };
    let seen = 0;
    for (const x of inputs()) {
      for (let k = 0; k < AT_ONCE; k++) Z[k * stride(2) + 1] = -x[k];
      bench.kernels.activations.softmax.forward(AT_ONCE, 2, z, a);
      for (let k = 0; k < AT_ONCE; k++) {
        const exact = Math.exp(-x[k]);
        const off = ulps(A[k * stride(2) + 1], exact / (1 + exact));
        if (-x[k] < SUM_IS_ONE) worst.bare = Math.max(worst.bare, off);
        else worst.divided = Math.max(worst.divided, off);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(250_000);
    expect(worst.bare).toBeLessThanOrEqual(2);
    expect(worst.divided).toBeLessThanOrEqual(4);
  });

  test('above 0: at most 2 units in the last place, and 2 more for the sigmoid; ∞ where float32 ends', async () => {
    const bench = await Bench.open(name);
    const [z, a] = [bench.matrix(1, AT_ONCE), bench.matrix(1, AT_ONCE)];
    const [Z, A] = [bench.floats(z, AT_ONCE), bench.floats(a, AT_ONCE)];
    const largest = 2 ** 128 - 2 ** 104;
    let worst = 0;
    for (const x of inputs()) {
      Z.set(x.map((v) => -v));
      bench.kernels.activations.sigmoid.forward(1, AT_ONCE, z, a);
      for (let k = 0; k < AT_ONCE; k++) {
        const exact = Math.exp(x[k]);
        if (exact > largest) expect(A[k]).toBe(0);
        else worst = Math.max(worst, ulps(A[k], 1 / (1 + exact)));
      }
    }
    expect(worst).toBeLessThanOrEqual(4);
  });

  test('the ends: 0 far below, ∞ far above, NaN for NaN', async () => {
    const bench = await Bench.open(name);
    const inf = Number.POSITIVE_INFINITY;
    const [z, a] = [bench.matrix(1, 8, [[104, 1e30, inf, -88.73, -1e30, -inf, Number.NaN, 0]]), bench.matrix(1, 8)];
    bench.kernels.activations.sigmoid.forward(1, 8, z, a);
    expect(bench.rows(a, 1, 8)[0]).toEqual([1, 1, 1, 0, 0, 0, Number.NaN, 0.5]);
    const below = [-104, -1e30, -inf];
    bench.kernels.activations.softmax.forward(
      3,
      2,
      bench.matrix(
        3,
        2,
        below.map((x) => [0, x]),
      ),
      a,
    );
    expect(bench.rows(a, 3, 2)).toEqual(below.map(() => [1, 0]));
  });
});
