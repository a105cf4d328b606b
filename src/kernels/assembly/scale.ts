// Scaling of matrices: by one factor per row, or by one for all.

import { stride } from './vector';

/** e[s] ← e[s]·factors[s] */
export function scaleRows(S: i32, O: i32, factors: usize, e: usize): void {
  const bytes = <usize>stride(O) << 2;
  for (let s = 0; s < S; s++) {
    const factor = v128.load32_splat(factors + (<usize>s << 2));
    for (let k: usize = 0; k < bytes; k += 16) v128.store(e + k, f32x4.mul(v128.load(e + k), factor));
    e += bytes;
  }
}

/** w ← factor · w for columns [begin, end) of I rows: of a sparse first layer, what `sparseForward` was given as factor becomes part of w. */
export function scaleColumns(I: i32, begin: i32, end: i32, O: i32, w: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let i = 0; i < I; i++) {
    const row = w + ((<usize>i * <usize>stride(O)) << 2);
    for (let o = begin; o < end; o += 4) {
      const at = row + (<usize>o << 2);
      v128.store(at, f32x4.mul(f, v128.load(at)));
    }
  }
}
