// The register tile of all dense products, in the shape that the registers allow.
//
// `relaxed`: three rows by twelve columns keep nine vectors of sums in registers, beside three of the right factor and three broadcast
// values, which makes the fifteen that V8 has to give. Without a fused multiply-add each product needs a register of its own for a
// moment: `simd` has four rows by eight columns. `wide` has vectors of eight floats, each of two neighbours that V8 joins (see
// vector.ts): four rows by sixteen columns are eight sums, two of the right factor and one broadcast value; five rows are ten sums,
// which some processors need to hide the time that a multiply-add takes, and others have no registers to spare for. So it is tried at load.
//
// Measured in GFLOP/s. A Zen 3 core at 3.1 GHz, where four-lane multiply-adds end at 49.6 (128 × 512 × 512, relaxed): 44.6;
// tiles of 4 × 8 38.4, and 39.0 with a counter instead of an end address in the loop, whose general registers are as scarce.
// 2 × 20 and 3 × 16 spill (20 and 24 in the first-level cache), and so does a second round in the loop; so does 3 × 12 in `simd`
// (17 instead of 30). Joined, a Xeon at 2.8 GHz: 3 × 12 52 to 59, 4 × 16 98, 5 × 16 81 to 91, 6 × 16 91, 4 × 24 45 to 63. A Zen 5,
// same product: 3 × 12 73, 4 × 16 106, 5 × 16 114, 6 × 16 61 (spilled); 4 × 16 not joined 39.

import { madd, PAIRED } from './vector';

/** Rows of the largest tile. */
const MOST_ROWS: i32 = PAIRED ? 5 : ASC_FEATURE_RELAXED_SIMD ? 3 : 4;

let rows: i32 = PAIRED ? 4 : MOST_ROWS;

/** Makes tiles of `wide` so many rows high, four or five. Bits do not depend on it. */
export function setTileRows(count: i32): void {
  rows = count;
}

// @ts-ignore: decorator
@inline
export function tileRows(): i32 {
  return PAIRED ? rows : MOST_ROWS;
}

export const TILE_VECTORS: i32 = PAIRED ? 4 : ASC_FEATURE_RELAXED_SIMD ? 3 : 2;
export const TILE_COLUMNS: i32 = 4 * TILE_VECTORS;
export const TILE_BYTES: usize = <usize>TILE_VECTORS << 4;

/** `tileOf` for R rows and C vectors as literals, so that what is dead in a smaller tile, or in this module, vanishes. */
export function tile(R: i32, C: i32, K: i32, x: usize, rowStep: usize, step: usize, m: usize, ldm: usize, start: usize, ldStart: usize, y: usize, ldy: usize, descend: bool, rate: f32, keep: f32): void {
  if (TILE_VECTORS > 3 && C == 4) {
    if (MOST_ROWS > 4 && R == 5) tileOf(5, 4, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (MOST_ROWS > 3 && R == 4) tileOf(4, 4, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 3) tileOf(3, 4, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 4, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 4, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  } else if (TILE_VECTORS > 2 && C == 3) {
    if (MOST_ROWS > 4 && R == 5) tileOf(5, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (MOST_ROWS > 3 && R == 4) tileOf(4, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 3) tileOf(3, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  } else if (C == 2) {
    if (MOST_ROWS > 4 && R == 5) tileOf(5, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (MOST_ROWS > 3 && R == 4) tileOf(4, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 3) tileOf(3, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  } else {
    if (MOST_ROWS > 4 && R == 5) tileOf(5, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (MOST_ROWS > 3 && R == 4) tileOf(4, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 3) tileOf(3, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  }
}

/**
 * One tile: y[r][c] = start[r][c] + Σ_k x(r, k) m[k][c], or, where it descends, y ← keep·y - rate·Σ. x(r, k) lies at
 * x + r·rowStep + k·step; no start (0) means zero. R rows by C vectors.
 */
// @ts-ignore: decorator
@inline
function tileOf(R: i32, C: i32, K: i32, x: usize, rowStep: usize, step: usize, m: usize, ldm: usize, start: usize, ldStart: usize, y: usize, ldy: usize, descend: bool, rate: f32, keep: f32): void {
  const zero = f32x4.splat(0);
  let a0 = zero, b0 = zero, c0 = zero, d0 = zero;
  let a1 = zero, b1 = zero, c1 = zero, d1 = zero;
  let a2 = zero, b2 = zero, c2 = zero, d2 = zero;
  let a3 = zero, b3 = zero, c3 = zero, d3 = zero;
  let a4 = zero, b4 = zero, c4 = zero, d4 = zero;
  if (start) {
    a0 = v128.load(start);
    if (C > 1) b0 = v128.load(start, 16);
    if (C > 2) c0 = v128.load(start, 32);
    if (C > 3) d0 = v128.load(start, 48);
    if (R > 1) {
      a1 = v128.load(start + ldStart);
      if (C > 1) b1 = v128.load(start + ldStart, 16);
      if (C > 2) c1 = v128.load(start + ldStart, 32);
      if (C > 3) d1 = v128.load(start + ldStart, 48);
    }
    if (R > 2) {
      a2 = v128.load(start + 2 * ldStart);
      if (C > 1) b2 = v128.load(start + 2 * ldStart, 16);
      if (C > 2) c2 = v128.load(start + 2 * ldStart, 32);
      if (C > 3) d2 = v128.load(start + 2 * ldStart, 48);
    }
    if (R > 3) {
      a3 = v128.load(start + 3 * ldStart);
      if (C > 1) b3 = v128.load(start + 3 * ldStart, 16);
      if (C > 2) c3 = v128.load(start + 3 * ldStart, 32);
      if (C > 3) d3 = v128.load(start + 3 * ldStart, 48);
    }
    if (R > 4) {
      a4 = v128.load(start + 4 * ldStart);
      if (C > 1) b4 = v128.load(start + 4 * ldStart, 16);
      if (C > 2) c4 = v128.load(start + 4 * ldStart, 32);
      if (C > 3) d4 = v128.load(start + 4 * ldStart, 48);
    }
  }
  let x0 = x;
  let x1 = x0 + rowStep;
  let x2 = x1 + rowStep;
  let x3 = x2 + rowStep;
  let x4 = x3 + rowStep;
  const end = m + <usize>K * ldm;
  while (m < end) {
    const u = v128.load(m);
    const v = C > 1 ? v128.load(m, 16) : zero;
    const w = C > 2 ? v128.load(m, 32) : zero;
    const q = C > 3 ? v128.load(m, 48) : zero;
    let t = v128.load32_splat(x0);
    a0 = madd(t, u, a0);
    if (C > 1) b0 = madd(t, v, b0);
    if (C > 2) c0 = madd(t, w, c0);
    if (C > 3) d0 = madd(t, q, d0);
    if (R > 1) {
      t = v128.load32_splat(x1);
      a1 = madd(t, u, a1);
      if (C > 1) b1 = madd(t, v, b1);
      if (C > 2) c1 = madd(t, w, c1);
      if (C > 3) d1 = madd(t, q, d1);
    }
    if (R > 2) {
      t = v128.load32_splat(x2);
      a2 = madd(t, u, a2);
      if (C > 1) b2 = madd(t, v, b2);
      if (C > 2) c2 = madd(t, w, c2);
      if (C > 3) d2 = madd(t, q, d2);
    }
    if (R > 3) {
      t = v128.load32_splat(x3);
      a3 = madd(t, u, a3);
      if (C > 1) b3 = madd(t, v, b3);
      if (C > 2) c3 = madd(t, w, c3);
      if (C > 3) d3 = madd(t, q, d3);
    }
    if (R > 4) {
      t = v128.load32_splat(x4);
      a4 = madd(t, u, a4);
      if (C > 1) b4 = madd(t, v, b4);
      if (C > 2) c4 = madd(t, w, c4);
      if (C > 3) d4 = madd(t, q, d4);
    }
    m += ldm;
    x0 += step;
    if (R > 1) x1 += step;
    if (R > 2) x2 += step;
    if (R > 3) x3 += step;
    if (R > 4) x4 += step;
  }
  finishRow(C, y, a0, b0, c0, d0, descend, rate, keep);
  if (R > 1) finishRow(C, y + ldy, a1, b1, c1, d1, descend, rate, keep);
  if (R > 2) finishRow(C, y + 2 * ldy, a2, b2, c2, d2, descend, rate, keep);
  if (R > 3) finishRow(C, y + 3 * ldy, a3, b3, c3, d3, descend, rate, keep);
  if (R > 4) finishRow(C, y + 4 * ldy, a4, b4, c4, d4, descend, rate, keep);
}

// @ts-ignore: decorator
@inline
function finishRow(C: i32, y: usize, a: v128, b: v128, c: v128, d: v128, descend: bool, rate: f32, keep: f32): void {
  if (descend) {
    const r = f32x4.splat(-rate);
    const k = f32x4.splat(keep);
    a = madd(r, a, f32x4.mul(v128.load(y), k));
    if (C > 1) b = madd(r, b, f32x4.mul(v128.load(y, 16), k));
    if (C > 2) c = madd(r, c, f32x4.mul(v128.load(y, 32), k));
    if (C > 3) d = madd(r, d, f32x4.mul(v128.load(y, 48), k));
  }
  v128.store(y, a);
  if (C > 1) v128.store(y, b, 16);
  if (C > 2) v128.store(y, c, 32);
  if (C > 3) v128.store(y, d, 48);
}
