// The costs C_x of S samples and their gradients ∂C_x/∂a, for targets y[S][O]. Each `…Cost` writes C_x of sample s to
// c[s] and returns whether all are finite. Two pairs of output activation and cost have forms of their own, from the weighted inputs z:
// sigmoid with cross-entropy and softmax with log-likelihood. There δ = a - y, and the cost stays right where a has
// rounded to 0 or 1 and its logarithm no longer knows by how much the network is wrong.

import { clearPadding, columns, constants, exp, laneSum, log, madd, stride } from './vector';

const TINY: f32 = 1.17549435e-38;

/** All ones in the lanes of a row's last vector that lie past column O. */
// @ts-ignore: decorator
@inline
function paddingOf(O: i32): v128 {
  return i32x4.gt_s(i32x4(1, 2, 3, 4), i32x4.splat(O - (columns(O) - 4)));
}

/** e = a - y: ∂C_x/∂a of the quadratic cost, and δ^L itself for the two matched pairs. */
export function difference(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  for (; e < end; e += 16) {
    v128.store(e, f32x4.sub(v128.load(a), v128.load(y)));
    a += 16;
    y += 16;
  }
}

/** ∂C_x/∂a_j = -y_j / a_j + (1 - y_j) / (1 - a_j), the divisors kept above zero. */
export function crossEntropyGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY);
  for (let to = e; to < end; to += 16) {
    const p = v128.load(a);
    const t = v128.load(y);
    const off = f32x4.div(f32x4.sub(one, t), f32x4.pmax(f32x4.sub(one, p), tiny));
    v128.store(to, f32x4.sub(off, f32x4.div(t, f32x4.pmax(p, tiny))));
    a += 16;
    y += 16;
  }
  clearPadding(S, O, e);
}

/** ∂C_x/∂a_j = -y_j / a_j */
export function logLikelihoodGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const tiny = f32x4.splat(TINY);
  for (; e < end; e += 16) {
    v128.store(e, f32x4.neg(f32x4.div(v128.load(y), f32x4.pmax(v128.load(a), tiny))));
    a += 16;
    y += 16;
  }
}

/** ∂C_x/∂a_j = a_j - y_j, cut off at -1 and 1; pmin and pmax with the difference first let a NaN through. */
export function huberGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  for (; e < end; e += 16) {
    const d = f32x4.sub(v128.load(a), v128.load(y));
    v128.store(e, f32x4.pmax(f32x4.pmin(d, f32x4.splat(1)), f32x4.splat(-1)));
    a += 16;
    y += 16;
  }
}

/** ∂C_x/∂a_j = -t_j where t_j a_j < 1, else 0, with t = 2y - 1. */
export function hingeGradient(S: i32, O: i32, a: usize, y: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const one = f32x4.splat(1);
  for (let to = e; to < end; to += 16) {
    const t = f32x4.sub(f32x4.mul(v128.load(y), f32x4.splat(2)), one);
    v128.store(to, v128.and(f32x4.neg(t), f32x4.lt(f32x4.mul(t, v128.load(a)), one)));
    a += 16;
    y += 16;
  }
  clearPadding(S, O, e);
}

/** C_x = Σ_j h(d_j), d = a - y: with m = min(|d|, 1), h = m (|d| - m/2), which is ½ d² up to 1 and |d| - ½ beyond. */
export function huberCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const d = f32x4.abs(f32x4.sub(v128.load(a), v128.load(y)));
      const m = f32x4.pmin(d, f32x4.splat(1));
      sum = madd(m, f32x4.sub(d, f32x4.mul(m, f32x4.splat(0.5))), sum);
      a += 16;
      y += 16;
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    a += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** C_x = Σ_j max(0, 1 - t_j a_j) with t = 2y - 1; pmax with the difference first lets a NaN through. */
export function hingeCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  const padding = paddingOf(O);
  const one = f32x4.splat(1);
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const t = f32x4.sub(f32x4.mul(v128.load(y), f32x4.splat(2)), one);
      let term = f32x4.pmax(f32x4.sub(one, f32x4.mul(t, v128.load(a))), f32x4.splat(0));
      if (v == vectors - 1) term = v128.andnot(term, padding);
      sum = f32x4.add(sum, term);
      a += 16;
      y += 16;
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    a += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** C_x = ½ Σ_j (a_j - y_j)² */
export function quadraticCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const d = f32x4.sub(v128.load(a), v128.load(y));
      sum = madd(d, d, sum);
      a += 16;
      y += 16;
    }
    const cost: f32 = 0.5 * laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    a += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** C_x = -Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)] (book, chapter 3, equation 57) */
export function crossEntropyCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  const padding = paddingOf(O);
  const one = f32x4.splat(1);
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const p = v128.load(a);
      const t = v128.load(y);
      const hit = f32x4.mul(t, log(table, p));
      let term = madd(f32x4.sub(one, t), log(table, f32x4.sub(one, p)), hit);
      if (v == vectors - 1) term = v128.andnot(term, padding);
      sum = f32x4.sub(sum, term);
      a += 16;
      y += 16;
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    a += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** The same for a = σ(z), from z: C_x = Σ_j [max(z, 0) - z y + ln(1 + e^{-|z|})]. */
export function sigmoidCrossEntropyCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  const padding = paddingOf(O);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      const t = v128.load(z);
      const soft = log(table, f32x4.add(one, exp(table, f32x4.neg(f32x4.abs(t)))));
      const hard = f32x4.sub(f32x4.pmax(t, zero), f32x4.mul(t, v128.load(y)));
      let term = f32x4.add(hard, soft);
      if (v == vectors - 1) term = v128.andnot(term, padding);
      sum = f32x4.add(sum, term);
      z += 16;
      y += 16;
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    z += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** C_x = -Σ_j y_j ln a_j (book, chapter 3, equation 80) */
export function logLikelihoodCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const vectors = columns(O) >> 2;
  const gap = <usize>(stride(O) - columns(O)) << 2;
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      sum = f32x4.sub(sum, f32x4.mul(v128.load(y), log(table, v128.load(a))));
      a += 16;
      y += 16;
    }
    const cost = laneSum(sum);
    f32.store(c + (<usize>s << 2), cost);
    total += cost;
    a += gap;
    y += gap;
  }
  return <i32>isFinite(total);
}

/** The same for a = softmax(z), from z: C_x = Σ_j y_j (ln Σ_k e^{z_k} - z_j), the sum taken after subtracting the largest z. */
export function softmaxLogLikelihoodCost(S: i32, O: i32, z: usize, a: usize, y: usize, c: usize): i32 {
  const table = constants();
  const vectors = columns(O) >> 2;
  const padding = paddingOf(O);
  const ld = <usize>stride(O) << 2;
  let total: f64 = 0;
  for (let s = 0; s < S; s++) {
    let top = f32x4.splat(-f32.MAX_VALUE);
    for (let v = 0; v < vectors; v++) {
      let value = v128.load(z + (<usize>v << 4));
      if (v == vectors - 1) value = v128.bitselect(top, value, padding);
      top = f32x4.pmax(top, value);
    }
    top = f32x4.pmax(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
    top = f32x4.pmax(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2));
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
