// One step of each optimiser on a slice of the parameters, and what goes with it: norms, their limit, dropout. The equations
// and their sources stand in functions/optimisers/. `kind` is a constant in every call of an inlined function here.

import { columns, madd, stride } from './vector';

const SGD: i32 = 0;
const MOMENTUM: i32 = 1;
const NESTEROV: i32 = 2;
const RMSPROP: i32 = 3;
const ADAM: i32 = 4;
const ADAMW: i32 = 5;

/** Byte offsets of the hyperparameters: HYPER in kernels.ts. */
const SCALE: usize = 0;
const ETA: usize = 4;
const L2: usize = 8;
const L1: usize = 12;
const FIRST: usize = 16;
const FIRST_REST: usize = 20;
const SECOND: usize = 24;
const SECOND_REST: usize = 28;
const EPSILON: usize = 32;
const FIRST_CORRECTION: usize = 36;
const SECOND_CORRECTION: usize = 40;

/** l1·sgn w: the bits of l1 with the sign of w, and 0 where w is 0. */
// @ts-ignore: decorator
@inline
function signed(l1: v128, w: v128): v128 {
  const sign = v128.bitselect(w, l1, i32x4.splat(0x80000000));
  return v128.andnot(sign, f32x4.eq(w, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function update(kind: i32, R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  const scale = v128.load32_splat(h, SCALE);
  const eta = v128.load32_splat(h, ETA);
  const l2 = v128.load32_splat(h, L2);
  const l1 = v128.load32_splat(h, L1);
  const first = v128.load32_splat(h, FIRST);
  const bytes = <usize>n << 2;
  for (let r = 0; r < R; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      let x = v128.load(w + k);
      let d = f32x4.mul(v128.load(g + k), scale);
      if (kind != ADAMW) d = madd(l2, x, d);
      d = f32x4.add(d, signed(l1, x));
      if (kind == SGD) {
        x = madd(f32x4.neg(eta), d, x);
      } else if (kind == MOMENTUM) {
        const v = madd(f32x4.neg(eta), d, f32x4.mul(first, v128.load(s + k)));
        v128.store(s + k, v);
        x = f32x4.add(x, v);
      } else if (kind == NESTEROV) {
        const v = madd(f32x4.neg(eta), d, f32x4.mul(first, v128.load(s + k)));
        v128.store(s + k, v);
        x = f32x4.add(x, madd(first, v, f32x4.neg(f32x4.mul(eta, d))));
      } else if (kind == RMSPROP) {
        const v = madd(first, v128.load(s + k), f32x4.mul(v128.load32_splat(h, FIRST_REST), f32x4.mul(d, d)));
        v128.store(s + k, v);
        x = f32x4.sub(x, f32x4.div(f32x4.mul(eta, d), f32x4.add(f32x4.sqrt(v), v128.load32_splat(h, EPSILON))));
      } else {
        if (kind == ADAMW) x = f32x4.sub(x, f32x4.mul(f32x4.mul(eta, l2), x));
        const v = madd(first, v128.load(s + k), f32x4.mul(v128.load32_splat(h, FIRST_REST), d));
        const u = madd(v128.load32_splat(h, SECOND), v128.load(q + k), f32x4.mul(v128.load32_splat(h, SECOND_REST), f32x4.mul(d, d)));
        v128.store(s + k, v);
        v128.store(q + k, u);
        const root = f32x4.sqrt(f32x4.mul(u, v128.load32_splat(h, SECOND_CORRECTION)));
        const mean = f32x4.mul(v, v128.load32_splat(h, FIRST_CORRECTION));
        x = f32x4.sub(x, f32x4.div(f32x4.mul(eta, mean), f32x4.add(root, v128.load32_splat(h, EPSILON))));
      }
      v128.store(w + k, x);
    }
    w += step;
    g += step;
    s += step;
    q += step;
  }
}

export function sgdUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(SGD, R, n, step, w, g, s, q, h);
}

export function momentumUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(MOMENTUM, R, n, step, w, g, s, q, h);
}

export function nesterovUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(NESTEROV, R, n, step, w, g, s, q, h);
}

export function rmspropUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(RMSPROP, R, n, step, w, g, s, q, h);
}

export function adamUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(ADAM, R, n, step, w, g, s, q, h);
}

export function adamwUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(ADAMW, R, n, step, w, g, s, q, h);
}

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

/** A bijection of 32-bit words: mix32 of random.ts. */
// @ts-ignore: decorator
@inline
function mix(x: u32): u32 {
  let z = x + 0x9e3779b9;
  z = (z ^ (z >> 16)) * 0x21f0aaad;
  z = (z ^ (z >> 15)) * 0x735a2d97;
  return z ^ (z >> 15);
}

// @ts-ignore: decorator
@inline
function mixLanes(x: v128): v128 {
  let z = i32x4.add(x, i32x4.splat(0x9e3779b9));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 16)), i32x4.splat(0x21f0aaad));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(z, i32x4.shr_u(z, 15));
}

const UNIT_STEP: i32 = 0x9e3779b1;

/** to = scale·from, or 0 where the unit is dropped (see kernels.ts). */
export function dropout(S: i32, O: i32, order: usize, key: u32, threshold: i32, scale: f32, from: usize, to: usize): void {
  const ld = <usize>stride(O) << 2;
  const bytes = <usize>columns(O) << 2;
  const factor = f32x4.splat(scale);
  const limit = i32x4.splat(threshold);
  for (let s = 0; s < S; s++) {
    const row = mix(key ^ mix(load<u32>(order + (<usize>s << 2))));
    let x = i32x4.add(i32x4.splat(row), i32x4(0, UNIT_STEP, 2 * UNIT_STEP, 3 * UNIT_STEP));
    for (let k: usize = 0; k < bytes; k += 16) {
      const kept = i32x4.ge_u(mixLanes(x), limit);
      v128.store(to + k, v128.and(f32x4.mul(v128.load(from + k), factor), kept));
      x = i32x4.add(x, i32x4.splat(4 * UNIT_STEP));
    }
    from += ld;
    to += ld;
  }
}

/** e[s] ← e[s]·factors[s] */
export function scaleRows(S: i32, O: i32, factors: usize, e: usize): void {
  const bytes = <usize>stride(O) << 2;
  for (let s = 0; s < S; s++) {
    const factor = v128.load32_splat(factors + (<usize>s << 2));
    for (let k: usize = 0; k < bytes; k += 16) v128.store(e + k, f32x4.mul(v128.load(e + k), factor));
    e += bytes;
  }
}
