// BP3: the bias gradient, alone or with its step of gradient descent.

import { madd, stride } from './vector';

/** db[o] = Σ_s δ[s][o] for o in [begin, end), in sample order: BP3 summed over S samples. begin and end are multiples of four. */
export function biasGradient(begin: i32, end: i32, S: i32, O: i32, delta: usize, db: usize): void {
  biasSums(begin, end, S, O, delta, db, false, 0);
}

/** b[o] -= rate · Σ_s δ[s][o] for o in [begin, end): BP3 and its step at once. b points at the bias `begin`. */
export function biasUpdate(begin: i32, end: i32, S: i32, O: i32, delta: usize, b: usize, rate: f32): void {
  biasSums(begin, end, S, O, delta, b, true, rate);
}

/** A cache line of columns at a time: rows of a wide layer lie pages apart. */
// @ts-ignore: decorator
@inline
function biasSums(begin: i32, end: i32, S: i32, O: i32, delta: usize, to: usize, descend: bool, rate: f32): void {
  const ld = <usize>stride(O) << 2;
  let o = begin;
  for (; o + 16 <= end; o += 16) {
    columnSums(4, S, delta + (<usize>o << 2), ld, to, descend, rate);
    to += 64;
  }
  for (; o < end; o += 4) {
    columnSums(1, S, delta + (<usize>o << 2), ld, to, descend, rate);
    to += 16;
  }
}

// @ts-ignore: decorator
@inline
function columnSums(V: i32, S: i32, from: usize, ld: usize, to: usize, descend: bool, rate: f32): void {
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero;
  const end = from + <usize>S * ld;
  for (; from < end; from += ld) {
    a = f32x4.add(a, v128.load(from));
    if (V > 1) {
      b = f32x4.add(b, v128.load(from, 16));
      c = f32x4.add(c, v128.load(from, 32));
      d = f32x4.add(d, v128.load(from, 48));
    }
  }
  storeSum(a, to, descend, rate);
  if (V > 1) {
    storeSum(b, to + 16, descend, rate);
    storeSum(c, to + 32, descend, rate);
    storeSum(d, to + 48, descend, rate);
  }
}

// @ts-ignore: decorator
@inline
function storeSum(sum: v128, to: usize, descend: bool, rate: f32): void {
  v128.store(to, descend ? madd(f32x4.splat(-rate), sum, v128.load(to)) : sum);
}
