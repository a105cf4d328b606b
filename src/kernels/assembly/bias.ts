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
  if (descend) {
    const r = f32x4.splat(-rate);
    a = madd(r, a, v128.load(to));
    if (V > 1) {
      b = madd(r, b, v128.load(to, 16));
      c = madd(r, c, v128.load(to, 32));
      d = madd(r, d, v128.load(to, 48));
    }
  }
  v128.store(to, a);
  if (V > 1) {
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}
