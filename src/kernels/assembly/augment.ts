// Augmentation: a picture seen through a map, a smooth random field, noise. What is drawn is a hash of a key and a number, so that no bit
// depends on which worker computes it.

import { columns, madd, mixLanes } from './vector';

const UNIT_STEP: i32 = 0x9e3779b1;

/** The draws of four numbers' hashes, uniform in [-1, 1). */
// @ts-ignore: decorator
@inline
function drawn(hashed: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(hashed), f32x4.splat(4.656612873077393e-10));
}

/**
 * x = x seen through a map and a field (see kernels.ts). The picture is copied into a frame of zeros, so that no pixel has to be looked for
 * outside. Of a picture of a digit half of the vectors see nothing but background and are not blended: a picture takes 1.5 µs
 * instead of 1.7.
 */
export function warp(H: i32, W: i32, C: i32, map: usize, field: usize, padded: usize, x: usize): void {
  const line = <usize>(W + 3) * <usize>C;
  // A pixel of frame before the picture and two after it: they stay zero.
  for (let r = 0; r < H; r++) copyRow(W * C, x + ((<usize>(r * W) * <usize>C) << 2), padded + ((<usize>(r + 1) * line + <usize>C) << 2));
  findExtent(H, W * C, x);
  // In pixels of the frame, whose first row and column are zeros: what lies at a place before the first or past the last is 0.
  const firstRow = f32x4.splat(<f32>extent0);
  const lastRow = f32x4.splat(<f32>(extent1 + 1));
  const firstColumn = f32x4.splat(<f32>(extent2 / C));
  const lastColumn = f32x4.splat(<f32>((extent3 - 1) / C + 2));
  const a = f32x4.splat(f32.load(map));
  const b = f32x4.splat(f32.load(map, 4));
  const c = f32x4.splat(f32.load(map, 8));
  const d = f32x4.splat(f32.load(map, 12));
  const e = f32x4.splat(f32.load(map, 16));
  const f = f32x4.splat(f32.load(map, 20));
  const mostRow = f32x4.splat(<f32>(H + 1));
  const mostColumn = f32x4.splat(<f32>(W + 1));
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const plane = (<usize>H * <usize>columns(W)) << 2;
  let place = field;
  for (let r = 0; r < H; r++) {
    const row = f32x4.splat(<f32>r);
    const rowPart = f32x4.add(madd(a, row, c), one);
    const columnPart = f32x4.add(madd(d, row, f), one);
    for (let k = 0; k < W; k += 4) {
      const column = f32x4.add(f32x4.splat(<f32>k), f32x4(0, 1, 2, 3));
      let v = madd(b, column, rowPart);
      let u = madd(e, column, columnPart);
      if (field != 0) {
        v = f32x4.add(v, v128.load(place));
        u = f32x4.add(u, v128.load(place + plane));
        place += 16;
      }
      const to = x + ((<usize>(r * W + k) * <usize>C) << 2);
      const left4 = W - k < 4 ? W - k : 4;
      const sees = v128.and(
        v128.and(f32x4.gt(v, firstRow), f32x4.lt(v, lastRow)),
        v128.and(f32x4.gt(u, firstColumn), f32x4.lt(u, lastColumn)),
      );
      if (C == 1 && left4 == 4 && !v128.any_true(sees)) {
        v128.store(to, zero);
        continue;
      }
      // From the frame's first pixel on; what is further away is as zero as the frame.
      v = f32x4.pmin(f32x4.pmax(v, zero), mostRow);
      u = f32x4.pmin(f32x4.pmax(u, zero), mostColumn);
      const top = f32x4.floor(v);
      const left = f32x4.floor(u);
      const down = f32x4.sub(v, top);
      const right = f32x4.sub(u, left);
      const first = i32x4.mul(
        i32x4.add(i32x4.mul(i32x4.trunc_sat_f32x4_s(top), i32x4.splat(W + 3)), i32x4.trunc_sat_f32x4_s(left)),
        i32x4.splat(C << 2),
      );
      const p0 = padded + <usize>i32x4.extract_lane(first, 0);
      const p1 = padded + <usize>i32x4.extract_lane(first, 1);
      const p2 = padded + <usize>i32x4.extract_lane(first, 2);
      const p3 = padded + <usize>i32x4.extract_lane(first, 3);
      for (let channel: usize = 0; channel < <usize>C; channel++) {
        const at = channel << 2;
        const value = blended(p0 + at, p1 + at, p2 + at, p3 + at, <usize>C << 2, line << 2, right, down);
        if (C == 1 && left4 == 4) v128.store(to, value);
        else {
          f32.store(to + at, f32x4.extract_lane(value, 0));
          if (left4 > 1) f32.store(to + at + (<usize>C << 2), f32x4.extract_lane(value, 1));
          if (left4 > 2) f32.store(to + at + (<usize>C << 3), f32x4.extract_lane(value, 2));
          if (left4 > 3) f32.store(to + at + <usize>C * 12, f32x4.extract_lane(value, 3));
        }
      }
    }
  }
}

/** n floats; memory.copy would be a call out of the module for each row. */
// @ts-ignore: decorator
@inline
function copyRow(n: i32, from: usize, to: usize): void {
  let k = 0;
  for (; k + 4 <= n; k += 4) v128.store(to + (<usize>k << 2), v128.load(from + (<usize>k << 2)));
  for (; k < n; k++) f32.store(to + (<usize>k << 2), f32.load(from + (<usize>k << 2)));
}

/** Rows, and floats of a row, outside which a picture is 0: the first, and one past the last; those of a row may be too wide by three. */
let extent0: i32 = 0;
let extent1: i32 = 0;
let extent2: i32 = 0;
let extent3: i32 = 0;

/** Finds them for a picture of H rows of n floats. */
function findExtent(H: i32, n: i32, x: usize): void {
  extent0 = H;
  extent1 = 0;
  extent2 = n;
  extent3 = 1;
  const ld = <usize>n << 2;
  for (let k = 0; k < n; k += 4) {
    // Past a row's end lies the next one.
    const from = x + (<usize>k << 2);
    let any = f32x4.splat(0);
    for (let r = 0; r < H; r++) {
      const v = f32x4.ne(v128.load(from + <usize>r * ld), f32x4.splat(0));
      any = v128.or(any, v);
      if (!v128.any_true(v)) continue;
      extent0 = min(extent0, r);
      extent1 = max(extent1, r + 1);
    }
    if (!v128.any_true(any)) continue;
    extent2 = min(extent2, k);
    extent3 = max(extent3, min(n, k + 4));
  }
}

/** The values between four pixels each, the upper left ones at four places. */
// @ts-ignore: decorator
@inline
function blended(p0: usize, p1: usize, p2: usize, p3: usize, next: usize, line: usize, right: v128, down: v128): v128 {
  const upper = between(four(p0, p1, p2, p3), four(p0 + next, p1 + next, p2 + next, p3 + next), right);
  const lower = between(
    four(p0 + line, p1 + line, p2 + line, p3 + line),
    four(p0 + line + next, p1 + line + next, p2 + line + next, p3 + line + next),
    right,
  );
  return between(upper, lower, down);
}

// @ts-ignore: decorator
@inline
function between(from: v128, to: v128, share: v128): v128 {
  return madd(share, f32x4.sub(to, from), from);
}

// @ts-ignore: decorator
@inline
function four(p0: usize, p1: usize, p2: usize, p3: usize): v128 {
  let v = v128.load32_zero(p0);
  v = v128.load32_lane(p1, v, 1);
  v = v128.load32_lane(p2, v, 2);
  return v128.load32_lane(p3, v, 3);
}

/** field = amount · A N B in two planes, N drawn (see kernels.ts). */
export function elasticField(
  H: i32,
  W: i32,
  R: i32,
  Q: i32,
  rows: usize,
  cols: usize,
  key: u32,
  amount: f32,
  temporary: usize,
  field: usize,
): void {
  const ld = <usize>columns(W) << 2;
  const drawn0 = temporary + <usize>R * ld;
  drawMany(2 * R * Q, key, amount, drawn0);
  for (let plane = 0; plane < 2; plane++) {
    multiply(R, Q, ld, drawn0 + ((<usize>(plane * R) * <usize>Q) << 2), cols, temporary);
    multiply(H, R, ld, rows, temporary, field);
    field += <usize>H * ld;
  }
}

/** The first n draws of a key, times an amount; up to three more are written. */
// @ts-ignore: decorator
@inline
function drawMany(n: i32, key: u32, amount: f32, to: usize): void {
  let hashed = i32x4.add(i32x4.splat(key), i32x4(0, UNIT_STEP, 2 * UNIT_STEP, 3 * UNIT_STEP));
  for (let k = 0; k < n; k += 4) {
    v128.store(to + (<usize>k << 2), f32x4.mul(drawn(mixLanes(hashed)), f32x4.splat(amount)));
    hashed = i32x4.add(hashed, i32x4.splat(4 * UNIT_STEP));
  }
}

/** to[m][n] = Σ_k a[m][k] b[k][n], rows of b and of the product `ld` bytes apart, four vectors of a row at a time. */
function multiply(M: i32, K: i32, ld: usize, a: usize, b: usize, to: usize): void {
  let n: usize = 0;
  for (; n + 64 <= ld; n += 64) multiplyPart(4, M, K, ld, a, b + n, to + n);
  const V = <i32>(ld - n) >> 4;
  if (V == 3) multiplyPart(3, M, K, ld, a, b + n, to + n);
  else if (V == 2) multiplyPart(2, M, K, ld, a, b + n, to + n);
  else if (V == 1) multiplyPart(1, M, K, ld, a, b + n, to + n);
}

// @ts-ignore: decorator
@inline
function multiplyPart(V: i32, M: i32, K: i32, ld: usize, a: usize, b: usize, to: usize): void {
  const zero = f32x4.splat(0);
  for (let m = 0; m < M; m++) {
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let row = b;
    for (let k = 0; k < K; k++) {
      const t = v128.load32_splat(a);
      s0 = madd(t, v128.load(row), s0);
      if (V > 1) s1 = madd(t, v128.load(row, 16), s1);
      if (V > 2) s2 = madd(t, v128.load(row, 32), s2);
      if (V > 3) s3 = madd(t, v128.load(row, 48), s3);
      a += 4;
      row += ld;
    }
    v128.store(to, s0);
    if (V > 1) v128.store(to, s1, 16);
    if (V > 2) v128.store(to, s2, 32);
    if (V > 3) v128.store(to, s3, 48);
    to += ld;
  }
}

/** x[i] += amount · the sum of four draws, for n floats, a multiple of four. */
export function addNoise(n: i32, key: u32, amount: f32, x: usize): void {
  const factor = f32x4.splat(amount);
  // Value i has the draws 4i to 4i + 3.
  let first = i32x4.add(i32x4.splat(key), i32x4(0, 4 * UNIT_STEP, 8 * UNIT_STEP, 12 * UNIT_STEP));
  for (let i = 0; i < n; i += 4) {
    let sum = f32x4.splat(0);
    let next = first;
    for (let k = 0; k < 4; k++) {
      sum = f32x4.add(sum, drawn(mixLanes(next)));
      next = i32x4.add(next, i32x4.splat(UNIT_STEP));
    }
    v128.store(x, madd(factor, sum, v128.load(x)));
    first = i32x4.add(first, i32x4.splat(16 * UNIT_STEP));
    x += 16;
  }
}
