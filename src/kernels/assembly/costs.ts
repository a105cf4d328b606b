// The costs C_x of S samples and their gradients ∂C_x/∂a, for targets y[S][O]; and hits, the samples whose class has the largest
// output. Each `…Cost` writes C_x of sample s to c[s] and returns whether all are finite. Two pairs of output activation and cost
// have forms of their own, from the weighted inputs z: sigmoid with cross-entropy and softmax with log-likelihood. There
// δ = a - y, and the cost stays right where a has rounded to 0 or 1 and its logarithm no longer knows by how much the network is
// wrong. `kind` is a constant in every call of an inlined function here, so that the compiler leaves one loop per cost.

import { clearPadding, columns, constants, exp, laneSum, log, madd, PAIRED, stride } from './vector';

const QUADRATIC: i32 = 0;
const CROSS_ENTROPY: i32 = 1;
const LOG_LIKELIHOOD: i32 = 2;
const HUBER: i32 = 3;
const HINGE: i32 = 4;
const SIGMOID_CROSS_ENTROPY: i32 = 5;

const TINY: f32 = 1.17549435e-38;

/** All ones in the lanes of a row's last vector that lie past column O. */
// @ts-ignore: decorator
@inline
function paddingOf(O: i32): v128 {
  return i32x4.gt_s(i32x4(1, 2, 3, 4), i32x4.splat(O - (columns(O) - 4)));
}

/** 2y - 1: 1 for the sample's class, -1 for all others. */
// @ts-ignore: decorator
@inline
function sideOf(y: v128): v128 {
  return f32x4.sub(f32x4.mul(y, f32x4.splat(2)), f32x4.splat(1));
}

/** sum + the terms of four outputs, at these addresses. A pmax or pmin with what may be NaN first lets the NaN through. */
// @ts-ignore: decorator
@inline
function addTerms(kind: i32, table: usize, z: usize, a: usize, y: usize, sum: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const t = v128.load(y);
  // (a - y)², halved in the end
  if (kind == QUADRATIC) {
    const d = f32x4.sub(v128.load(a), t);
    return madd(d, d, sum);
  }
  // -[y ln a + (1 - y) ln(1 - a)] (book, chapter 3, equation 57)
  if (kind == CROSS_ENTROPY) {
    const p = v128.load(a);
    const hit = f32x4.mul(t, log(table, p));
    return f32x4.sub(sum, madd(f32x4.sub(one, t), log(table, f32x4.sub(one, p)), hit));
  }
  // -y ln a (book, chapter 3, equation 80)
  if (kind == LOG_LIKELIHOOD) return f32x4.sub(sum, f32x4.mul(t, log(table, v128.load(a))));
  // with m = min(|d|, 1), d = a - y: m (|d| - m/2), which is ½ d² up to 1 and |d| - ½ beyond
  if (kind == HUBER) {
    const d = f32x4.abs(f32x4.sub(v128.load(a), t));
    const m = f32x4.pmin(d, one);
    return madd(m, f32x4.sub(d, f32x4.mul(m, f32x4.splat(0.5))), sum);
  }
  // max(0, 1 - (2y - 1) a)
  if (kind == HINGE) return f32x4.add(sum, f32x4.pmax(f32x4.sub(one, f32x4.mul(sideOf(t), v128.load(a))), zero));
  // the cross-entropy of a = σ(z): max(z, 0) - z y + ln(1 + e^{-|z|})
  const w = v128.load(z);
  const soft = log(table, f32x4.add(one, exp(table, f32x4.neg(f32x4.abs(w)))));
  const hard = f32x4.sub(f32x4.pmax(w, zero), f32x4.mul(w, t));
  return f32x4.add(sum, f32x4.add(hard, soft));
}

// @ts-ignore: decorator
@inline
function cost(kind: i32, S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const last = <usize>(columns(O) - 4) << 2;
  const ld = <usize>stride(O) << 2;
  const padding = paddingOf(O);
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < last; k += 16) sum = addTerms(kind, table, z + k, a + k, y + k, sum);
    sum = v128.bitselect(sum, addTerms(kind, table, z + last, a + last, y + last, sum), padding);
    const value: f32 = kind == QUADRATIC ? 0.5 * laneSum(sum) : laneSum(sum);
    f32.store(c + (<usize>s << 2), value);
    total += value;
    z += ld;
    a += ld;
    y += ld;
  }
  return <i32>isFinite(total);
}

/** ∂C_x/∂a of four outputs; of sigmoid with cross-entropy and of softmax with log-likelihood δ^L itself, which is that of the quadratic cost. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, a: v128, y: v128): v128 {
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY);
  if (kind == QUADRATIC) return f32x4.sub(a, y);
  // (1 - y) / (1 - a) - y / a, the divisors kept above zero
  if (kind == CROSS_ENTROPY) {
    const off = f32x4.div(f32x4.sub(one, y), f32x4.pmax(f32x4.sub(one, a), tiny));
    return f32x4.sub(off, f32x4.div(y, f32x4.pmax(a, tiny)));
  }
  // -y / a
  if (kind == LOG_LIKELIHOOD) return f32x4.neg(f32x4.div(y, f32x4.pmax(a, tiny)));
  // a - y, cut off at -1 and 1
  if (kind == HUBER) return f32x4.pmax(f32x4.pmin(f32x4.sub(a, y), one), f32x4.splat(-1));
  // -(2y - 1) where (2y - 1) a < 1, else 0
  const t = sideOf(y);
  return v128.and(f32x4.neg(t), f32x4.lt(f32x4.mul(t, a), one));
}

// @ts-ignore: decorator
@inline
function gradient(kind: i32, S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  let to = e;
  if (PAIRED) {
    for (; to + 16 < end; to += 32) {
      const first = slope(kind, v128.load(a), v128.load(y));
      const second = slope(kind, v128.load(a, 16), v128.load(y, 16));
      v128.store(to, first);
      v128.store(to, second, 16);
      a += 32;
      y += 32;
    }
  }
  for (; to < end; to += 16) {
    v128.store(to, slope(kind, v128.load(a), v128.load(y)));
    a += 16;
    y += 16;
  }
  // Of the others, a = y = 0 makes 0.
  if (kind == CROSS_ENTROPY || kind == HINGE) clearPadding(S, O, e);
}

export function quadraticCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(QUADRATIC, S, O, z, a, y, c);
}

export function crossEntropyCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(CROSS_ENTROPY, S, O, z, a, y, c);
}

export function logLikelihoodCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(LOG_LIKELIHOOD, S, O, z, a, y, c);
}

export function huberCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(HUBER, S, O, z, a, y, c);
}

export function hingeCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(HINGE, S, O, z, a, y, c);
}

export function sigmoidCrossEntropyCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  return cost(SIGMOID_CROSS_ENTROPY, S, O, z, a, y, c);
}

/** The largest of a row of so many vectors, in all lanes. Nothing is larger than a NaN: it counts as none. */
// @ts-ignore: decorator
@inline
function largest(vectors: i32, padding: v128, row: usize): v128 {
  let top = f32x4.splat(-f32.MAX_VALUE);
  for (let v = 0; v < vectors; v++) {
    let value = v128.load(row + (<usize>v << 4));
    if (v == vectors - 1) value = v128.bitselect(top, value, padding);
    top = f32x4.pmax(top, value);
  }
  top = f32x4.pmax(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
  return f32x4.pmax(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2));
}

/** For how many of S samples the first of the largest outputs is the one with the target. */
export function hits(S: i32, O: i32, a: usize, y: usize): i32 {
  const vectors = columns(O) >> 2;
  const padding = paddingOf(O);
  const ld = <usize>stride(O) << 2;
  let count = 0;
  for (let s = 0; s < S; s++) {
    const top = largest(vectors, padding, a);
    for (let v: usize = 0; v < <usize>vectors; v++) {
      // The padding comes last: a zero there is met only where no output is the largest, all being NaN.
      const found = i32x4.bitmask(f32x4.eq(v128.load(a + (v << 4)), top));
      if (found == 0) continue;
      count += i32(f32.load(y + (((v << 2) + ctz(found)) << 2)) != 0);
      break;
    }
    a += ld;
    y += ld;
  }
  return count;
}

/** The log-likelihood of a = softmax(z), from z: C_x = Σ_j y_j (ln Σ_k e^{z_k} - z_j), the sum taken after subtracting the largest z. */
export function softmaxLogLikelihoodCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const vectors = columns(O) >> 2;
  const padding = paddingOf(O);
  const ld = <usize>stride(O) << 2;
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    const top = largest(vectors, padding, z);
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      let value = exp(table, f32x4.sub(v128.load(z + (<usize>v << 4)), top));
      if (v == vectors - 1) value = v128.andnot(value, padding);
      sum = f32x4.add(sum, value);
    }
    const logSum = f32x4.add(log(table, f32x4.splat(laneSum(sum))), top);
    sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const gap = f32x4.sub(logSum, v128.load(z + (<usize>v << 4)));
      sum = madd(v128.load(y + (<usize>v << 4)), gap, sum);
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    z += ld;
    y += ld;
  }
  return <i32>isFinite(total);
}

/** δ^L of every matched pair. */
export function difference(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(QUADRATIC, S, O, a, y, e);
}

export function quadraticGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(QUADRATIC, S, O, a, y, e);
}

export function crossEntropyGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(CROSS_ENTROPY, S, O, a, y, e);
}

export function logLikelihoodGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(LOG_LIKELIHOOD, S, O, a, y, e);
}

export function huberGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(HUBER, S, O, a, y, e);
}

export function hingeGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  gradient(HINGE, S, O, a, y, e);
}
