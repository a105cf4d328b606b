// Norms: of ∇C, added up cell by cell, and the limit on those of the weights into each neuron.

import { madd, stride } from './vector';

/** sums[c] = Σ g² over R rows of n floats, for C cells. Four 64-bit sums a cell, by lane, added in one order. */
export function squareSums(C: i32, R: i32, n: i32, stepC: usize, stepR: usize, g: usize, sums: usize): void {
  const bytes = <usize>n << 2;
  for (let c = 0; c < C; c++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let row = g;
    for (let r = 0; r < R; r++) {
      for (let k: usize = 0; k < bytes; k += 16) {
        const a = f64x2.promote_low_f32x4(v128.load64_zero(row + k));
        const b = f64x2.promote_low_f32x4(v128.load64_zero(row + k, 8));
        low = f64x2.add(low, f64x2.mul(a, a));
        high = f64x2.add(high, f64x2.mul(b, b));
      }
      row += stepR;
    }
    const both = f64x2.add(low, high);
    f64.store(sums + (<usize>c << 3), f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
    g += stepC;
  }
}

/** Four columns at a time: their norms in input order, and the factors that bring those above `most` down to it. */
export function maxNorm(I: i32, begin: i32, end: i32, O: i32, w: usize, most: f32): void {
  const ld = <usize>stride(O) << 2;
  const limit = f32x4.splat(most);
  const one = f32x4.splat(1);
  for (let o = begin; o < end; o += 4) {
    const column = w + (<usize>o << 2);
    const last = column + <usize>I * ld;
    let sum = f32x4.splat(0);
    for (let at = column; at < last; at += ld) {
      const v = v128.load(at);
      sum = madd(v, v, sum);
    }
    const norm = f32x4.sqrt(sum);
    const over = f32x4.gt(norm, limit);
    if (!v128.any_true(over)) continue;
    const factor = v128.bitselect(f32x4.div(limit, norm), one, over);
    for (let at = column; at < last; at += ld) v128.store(at, f32x4.mul(v128.load(at), factor));
  }
}
