// The dense matrix products: forward, BP2 and BP4 of a whole mini-batch, on row-major matrices whose rows are
// stride(n) floats. Every output element is one chain of multiply-adds in the order of its index, whatever tile it falls
// into; so its bits depend neither on the rows beside it nor on how rows are shared out among workers.
//
// One tile serves all three: in `relaxed`, three rows by twelve columns keep nine vectors of sums in registers, beside three of the right
// factor and three broadcast values, which makes the fifteen that V8 has to give. BP2 reads its right factor transposed.
// Measured in GFLOP/s on a Zen 3 core at 3.1 GHz, where four-lane multiply-adds end at 49.6 (128 × 512 × 512, relaxed): 44.6;
// tiles of 4 × 8 38.4, and 39.0 with a counter instead of an end address in the loop, whose general registers are as scarce.
// 2 × 20 and 3 × 16 spill (20 and 24 in the first-level cache), and so does a second round in the loop.

import { columns, fillTable, madd, stride, TABLE_BYTES } from './vector';

/** Inner block: a packed panel of 256 × 12 floats is 12 KB, three eighths of a first-level cache. */
const BLOCK: i32 = 256;
/** Rows and vectors of a tile. Without a fused multiply-add each product needs a register of its own for a moment: then 4 × 8. */
const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 3 : 4;
const TILE_VECTORS: i32 = ASC_FEATURE_RELAXED_SIMD ? 3 : 2;
const TILE_COLUMNS: i32 = 4 * TILE_VECTORS;
const TILE_BYTES: usize = <usize>TILE_VECTORS << 4;
/** Columns that are packed at a time: four panels. */
const STRIP_COLUMNS: i32 = 4 * TILE_COLUMNS;
/** From this many rows on, copying a panel of w into one contiguous run costs less than the page walks it saves. */
const PACK_ROWS: i32 = 24;
/** Rows of w shorter than this lie close enough together to be read in place. */
const PACK_STRIDE: i32 = 64;
/** Bytes of a worker's scratch memory; `kernels.ts` reserves as much. */
const SCRATCH_BYTES: usize = 1 << 19;

let scratch: usize = 0;

/** Gives this instance its own SCRATCH_BYTES of the shared memory: the table of constants, and packed panels, live there. */
export function setScratch(address: usize): void {
  fillTable(address);
  scratch = address + TABLE_BYTES;
}

/** Where packed panels begin. */
// @ts-ignore: decorator
@inline
export function scratchPanels(): usize {
  return scratch;
}

/** z[S][O] = x[S][I] w[I][O] + b[O]: the weighted inputs (book, chapter 2, equation 25). */
export function forward(S: i32, I: i32, O: i32, x: usize, w: usize, b: usize, z: usize): void {
  const ldx = <usize>stride(I) << 2;
  const ldo = <usize>stride(O) << 2;
  const packed = S >= PACK_ROWS && O >= PACK_STRIDE;
  for (let k = 0; k < I; k += BLOCK) {
    const K = min(BLOCK, I - k);
    const xk = x + (<usize>k << 2);
    const wk = w + <usize>k * ldo;
    const panelBytes = <usize>K * TILE_BYTES;
    for (let strip = 0; strip < columns(O); strip += STRIP_COLUMNS) {
      const width = min(STRIP_COLUMNS, columns(O) - strip);
      if (packed) packStrip(K, width >> 2, wk + (<usize>strip << 2), ldo, panelBytes);
      for (let o = 0; o < width; o += TILE_COLUMNS) {
        const column = <usize>(strip + o) << 2;
        const C = min(TILE_VECTORS, (width - o) >> 2);
        const panel = packed ? scratch + <usize>(o / TILE_COLUMNS) * panelBytes : wk + column;
        for (let s = 0; s < S; s += TILE_ROWS) {
          const to = z + <usize>s * ldo + column;
          const start = k == 0 ? b + column : to;
          tile(min(TILE_ROWS, S - s), C, K, xk + <usize>s * ldx, ldx, 4, panel, packed ? TILE_BYTES : ldo, start, k == 0 ? 0 : ldo, to, ldo, false, 0, 0);
        }
      }
    }
  }
}

/** K rows of V vectors into panels: each row once for all panels of a strip, because it is a page of its own and comes from afar. */
// @ts-ignore: decorator
@inline
function packStrip(K: i32, V: i32, from: usize, ld: usize, panelBytes: usize): void {
  const end = <usize>V << 4;
  let to = scratch;
  for (let k = 0; k < K; k++) {
    let panel = to;
    let at: usize = 0;
    for (; at + TILE_BYTES <= end; at += TILE_BYTES) {
      v128.store(panel, v128.load(from + at));
      v128.store(panel, v128.load(from + at, 16), 16);
      if (TILE_VECTORS == 3) v128.store(panel, v128.load(from + at, 32), 32);
      panel += panelBytes;
    }
    for (; at < end; at += 16) {
      v128.store(panel, v128.load(from + at));
      panel += 16;
    }
    from += ld;
    to += TILE_BYTES;
  }
}

/** Copies K rows of C vectors into rows of TILE_BYTES. */
// @ts-ignore: decorator
@inline
function packPanel(K: i32, C: i32, from: usize, ld: usize, to: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(to, v128.load(from));
    if (C > 1) v128.store(to, v128.load(from, 16), 16);
    if (C > 2) v128.store(to, v128.load(from, 32), 32);
    from += ld;
    to += TILE_BYTES;
  }
}

/**
 * e[S][I] = δ[S][O] wᵀ with w[I][O]: the first factor of BP2, (w^{l+1})ᵀ δ^{l+1}. Panels of w are transposed as they are
 * packed: the cost of that is one row of δ's, and the product then has the tile of the others.
 */
export function backward(S: i32, I: i32, O: i32, delta: usize, w: usize, e: usize): void {
  const ldo = <usize>stride(O) << 2;
  const lde = <usize>stride(I) << 2;
  for (let k = 0; k < O; k += BLOCK) {
    const K = min(BLOCK, O - k);
    const dk = delta + (<usize>k << 2);
    for (let i = 0; i < I; i += TILE_COLUMNS) {
      const C = min(TILE_VECTORS, (columns(I) - i) >> 2);
      packTransposed(K, C, I - i, w + <usize>i * ldo + (<usize>k << 2), ldo);
      for (let s = 0; s < S; s += TILE_ROWS) {
        const to = e + <usize>s * lde + (<usize>i << 2);
        tile(min(TILE_ROWS, S - s), C, K, dk + <usize>s * ldo, ldo, 4, scratch, TILE_BYTES, k == 0 ? 0 : to, lde, to, lde, false, 0, 0);
      }
    }
  }
}

/** Rows of K columns become C vectors of columns; of the rows only `rows` are there, the others count as zeros. */
function packTransposed(K: i32, C: i32, rows: i32, from: usize, ld: usize): void {
  const zero = f32x4.splat(0);
  for (let c = 0; c < C; c++) {
    let to = scratch + (<usize>c << 4);
    let at = from;
    for (let k = 0; k < K; k += 4) {
      const r0 = v128.load(at);
      const r1 = rows > 1 ? v128.load(at + ld) : zero;
      const r2 = rows > 2 ? v128.load(at + 2 * ld) : zero;
      const r3 = rows > 3 ? v128.load(at + 3 * ld) : zero;
      const p = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const q = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      v128.store(to, v128.shuffle<f32>(p, q, 0, 1, 4, 5));
      v128.store(to + TILE_BYTES, v128.shuffle<f32>(p, q, 2, 3, 6, 7));
      const t = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const u = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to + 2 * TILE_BYTES, v128.shuffle<f32>(t, u, 0, 1, 4, 5));
      v128.store(to + 3 * TILE_BYTES, v128.shuffle<f32>(t, u, 2, 3, 6, 7));
      at += 16;
      to += 4 * TILE_BYTES;
    }
    from += 4 * ld;
    rows -= 4;
  }
}

/**
 * dw[begin..end)[O] = Σ_s x[s][i] δ[s][o], in sample order: BP4 summed over S samples, for the input rows begin to end.
 * dw points at the row `begin`.
 */
export function weightGradient(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, dw: usize): void {
  gradientBlocks(begin, end, S, I, O, x, delta, dw, false, 0, 0);
}

/** w[i] ← keep·w[i] - rate·Σ_s x[s][i] δ[s] for the input rows begin to end: BP4 and its step at once. w points at the row `begin`. */
export function weightUpdate(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, w: usize, rate: f32, keep: f32): void {
  gradientBlocks(begin, end, S, I, O, x, delta, w, true, rate, keep);
}

/** BLOCK samples at a time, so that what is packed fits the scratch memory; later blocks add to the first, or descend further. */
function gradientBlocks(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, dw: usize, descend: bool, rate: f32, keep: f32): void {
  const ldx = <usize>stride(I) << 2;
  const ldo = <usize>stride(O) << 2;
  for (let s = 0; s < S; s += BLOCK) {
    const K = min(BLOCK, S - s);
    const xs = x + <usize>s * ldx;
    const ds = delta + <usize>s * ldo;
    const add = s > 0 && !descend;
    const kept: f32 = s == 0 ? keep : 1;
    if (K >= PACK_ROWS && O >= PACK_STRIDE) packedGradient(begin, end, K, I, O, xs, ldx, ds, ldo, dw, add, descend, rate, kept);
    else {
      for (let i = begin; i < end; i += TILE_ROWS) {
        const to = dw + <usize>(i - begin) * ldo;
        gradientRow(min(TILE_ROWS, end - i), K, columns(O), xs + (<usize>i << 2), ldx, ds, ldo, TILE_BYTES, to, ldo, add, descend, rate, kept);
      }
    }
  }
}

/** The scratch memory holds the inputs of a tile, [K][4], and after them as many panels of δ, [K][TILE_COLUMNS], as fit. */
function packedGradient(begin: i32, end: i32, K: i32, I: i32, O: i32, x: usize, ldx: usize, delta: usize, ldo: usize, dw: usize, add: bool, descend: bool, rate: f32, keep: f32): void {
  const panels = scratch + (<usize>K << 4);
  const panelBytes = <usize>K * TILE_BYTES;
  const atOnce = <i32>((SCRATCH_BYTES - TABLE_BYTES - (<usize>K << 4)) / panelBytes) * TILE_COLUMNS;
  for (let c = 0; c < columns(O); c += atOnce) {
    const width = min(atOnce, columns(O) - c);
    let panel = panels;
    for (let o = 0; o < width; o += TILE_COLUMNS) {
      packPanel(K, min(TILE_VECTORS, (width - o) >> 2), delta + (<usize>(c + o) << 2), ldo, panel);
      panel += panelBytes;
    }
    for (let i = begin; i < end; i += TILE_ROWS) {
      const R = min(TILE_ROWS, end - i);
      packInputs(K, R, i + 4 <= I, x + (<usize>i << 2), ldx);
      gradientRow(R, K, width, scratch, 16, panels, TILE_BYTES, panelBytes, dw + <usize>(i - begin) * ldo + (<usize>c << 2), ldo, add, descend, rate, keep);
    }
  }
}

/** R inputs of K samples into rows of 16 bytes; four at once where a row has as many left. */
// @ts-ignore: decorator
@inline
function packInputs(K: i32, R: i32, four: bool, from: usize, ld: usize): void {
  let to = scratch;
  for (let k = 0; k < K; k++) {
    if (four) v128.store(to, v128.load(from));
    else for (let r = 0; r < R; r++) f32.store(to + (<usize>r << 2), f32.load(from + (<usize>r << 2)));
    from += ld;
    to += 16;
  }
}

/** R rows of dw across all `width` columns; the panels of δ lie `step` bytes apart. */
// @ts-ignore: decorator
@inline
function gradientRow(R: i32, K: i32, width: i32, x: usize, ldx: usize, delta: usize, ldd: usize, step: usize, dw: usize, ldo: usize, add: bool, descend: bool, rate: f32, keep: f32): void {
  for (let o = 0; o < width; o += TILE_COLUMNS) {
    tile(R, min(TILE_VECTORS, (width - o) >> 2), K, x, 4, ldx, delta, ldd, add ? dw : 0, ldo, dw, ldo, descend, rate, keep);
    delta += step;
    dw += TILE_BYTES;
  }
}

/** `tileOf` for R rows and C vectors as literals, so that what is dead in a smaller tile, or in this module, vanishes. */
function tile(R: i32, C: i32, K: i32, x: usize, rowStep: usize, step: usize, m: usize, ldm: usize, start: usize, ldStart: usize, y: usize, ldy: usize, descend: bool, rate: f32, keep: f32): void {
  if (TILE_VECTORS == 3 && C == 3) {
    if (R == 3) tileOf(3, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 3, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  } else if (C == 2) {
    if (TILE_ROWS == 4 && R == 4) tileOf(4, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 3) tileOf(3, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else if (R == 2) tileOf(2, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
    else tileOf(1, 2, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
  } else {
    if (TILE_ROWS == 4 && R == 4) tileOf(4, 1, K, x, rowStep, step, m, ldm, start, ldStart, y, ldy, descend, rate, keep);
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
  let a0 = zero, b0 = zero, c0 = zero;
  let a1 = zero, b1 = zero, c1 = zero;
  let a2 = zero, b2 = zero, c2 = zero;
  let a3 = zero, b3 = zero, c3 = zero;
  if (start) {
    a0 = v128.load(start);
    if (C > 1) b0 = v128.load(start, 16);
    if (C > 2) c0 = v128.load(start, 32);
    if (R > 1) {
      a1 = v128.load(start + ldStart);
      if (C > 1) b1 = v128.load(start + ldStart, 16);
      if (C > 2) c1 = v128.load(start + ldStart, 32);
    }
    if (R > 2) {
      a2 = v128.load(start + 2 * ldStart);
      if (C > 1) b2 = v128.load(start + 2 * ldStart, 16);
      if (C > 2) c2 = v128.load(start + 2 * ldStart, 32);
    }
    if (R > 3) {
      a3 = v128.load(start + 3 * ldStart);
      if (C > 1) b3 = v128.load(start + 3 * ldStart, 16);
      if (C > 2) c3 = v128.load(start + 3 * ldStart, 32);
    }
  }
  let x0 = x;
  let x1 = x0 + rowStep;
  let x2 = x1 + rowStep;
  let x3 = x2 + rowStep;
  const end = m + <usize>K * ldm;
  while (m < end) {
    const u = v128.load(m);
    const v = C > 1 ? v128.load(m, 16) : zero;
    const w = C > 2 ? v128.load(m, 32) : zero;
    let t = v128.load32_splat(x0);
    a0 = madd(t, u, a0);
    if (C > 1) b0 = madd(t, v, b0);
    if (C > 2) c0 = madd(t, w, c0);
    if (R > 1) {
      t = v128.load32_splat(x1);
      a1 = madd(t, u, a1);
      if (C > 1) b1 = madd(t, v, b1);
      if (C > 2) c1 = madd(t, w, c1);
    }
    if (R > 2) {
      t = v128.load32_splat(x2);
      a2 = madd(t, u, a2);
      if (C > 1) b2 = madd(t, v, b2);
      if (C > 2) c2 = madd(t, w, c2);
    }
    if (R > 3) {
      t = v128.load32_splat(x3);
      a3 = madd(t, u, a3);
      if (C > 1) b3 = madd(t, v, b3);
      if (C > 2) c3 = madd(t, w, c3);
    }
    m += ldm;
    x0 += step;
    if (R > 1) x1 += step;
    if (R > 2) x2 += step;
    if (R > 3) x3 += step;
  }
  finishRow(C, y, a0, b0, c0, descend, rate, keep);
  if (R > 1) finishRow(C, y + ldy, a1, b1, c1, descend, rate, keep);
  if (R > 2) finishRow(C, y + 2 * ldy, a2, b2, c2, descend, rate, keep);
  if (R > 3) finishRow(C, y + 3 * ldy, a3, b3, c3, descend, rate, keep);
}

// @ts-ignore: decorator
@inline
function finishRow(C: i32, y: usize, a: v128, b: v128, c: v128, descend: bool, rate: f32, keep: f32): void {
  if (descend) {
    const r = f32x4.splat(-rate);
    const k = f32x4.splat(keep);
    a = madd(r, a, f32x4.mul(v128.load(y), k));
    if (C > 1) b = madd(r, b, f32x4.mul(v128.load(y, 16), k));
    if (C > 2) c = madd(r, c, f32x4.mul(v128.load(y, 32), k));
  }
  v128.store(y, a);
  if (C > 1) v128.store(y, b, 16);
  if (C > 2) v128.store(y, c, 32);
}

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
