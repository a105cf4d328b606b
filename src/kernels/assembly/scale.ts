// Scaling of matrices, by one factor per row or by one for all, and zeros for what has become too small.

import { PAIRED, stride } from './vector';

/** e[s] ← e[s]·factors[s] */
export function scaleRows(S: i32, O: i32, factors: usize, e: usize): void {
  const bytes = <usize>stride(O) << 2;
  for (let s = 0; s < S; s++) {
    const factor = v128.load32_splat(factors + (<usize>s << 2));
    let k: usize = 0;
    if (PAIRED) {
      for (; k + 16 < bytes; k += 32) {
        const first = f32x4.mul(v128.load(e + k), factor);
        const second = f32x4.mul(v128.load(e + k, 16), factor);
        v128.store(e + k, first);
        v128.store(e + k, second, 16);
      }
    }
    for (; k < bytes; k += 16) v128.store(e + k, f32x4.mul(v128.load(e + k), factor));
    e += bytes;
  }
}

/** w ← factor · w for n floats: of a sparse first layer, what `sparseForward` was given as factor becomes part of w. */
export function scale(n: i32, w: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  const end = w + (<usize>n << 2);
  if (PAIRED) {
    for (; w + 16 < end; w += 32) {
      const first = f32x4.mul(f, v128.load(w));
      const second = f32x4.mul(f, v128.load(w, 16));
      v128.store(w, first);
      v128.store(w, second, 16);
    }
  }
  for (; w < end; w += 16) v128.store(w, f32x4.mul(f, v128.load(w)));
}

/** Subnormal numbers of R rows of n floats become 0. */
export function settle(R: i32, n: i32, step: usize, w: usize): void {
  for (let r = 0; r < R; r++) {
    const end = w + (<usize>n << 2);
    let at = w;
    if (PAIRED) {
      for (; at + 16 < end; at += 32) {
        const first = settled(v128.load(at));
        const second = settled(v128.load(at, 16));
        v128.store(at, first);
        v128.store(at, second, 16);
      }
    }
    for (; at < end; at += 16) v128.store(at, settled(v128.load(at)));
    w += step;
  }
}

/** v, with zeros for subnormal numbers. A NaN, smaller than nothing, stays. */
// @ts-ignore: decorator
@inline
function settled(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1.17549435e-38)));
}
