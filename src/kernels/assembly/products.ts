// The three matrix products of backpropagation, and the bias gradient. Row-major float32; a row of n columns takes
// stride(n) floats. Every output element is one chain of multiply-adds in the order of its index, whatever tile it falls
// into and wherever a block ends: so the bits of a row depend neither on its neighbours nor on how rows were shared out.
//
// Tiles. V8 has 15 vector registers of x86-64 for a function. In a loop body it issues all loads first and the
// multiply-adds, which have no effects, as late as it can; so what must fit the registers is accumulators *plus all loaded
// operands of an iteration*. 4 rows × 8 columns take 8 accumulators, 2 vectors and 4 broadcasts: 14. The textbook's 6 × 8
// takes 20, and its accumulators are spilled and reloaded in every iteration: measured 27 GFLOP/s instead of 45 (256 × 2000
// × 2500, relaxed, one core of a Zen 4). Unrolling makes it worse for the same reason. The dot-product form (BP2) has 2 × 4
// accumulators and 6 operands: 14 again, 48 instead of 29.

import { columns, fillTable, laneSum, laneSums, madd, stride, TABLE_BYTES } from './vector';

/** Inner block: a packed panel of 256 × 8 floats is 8 KB, a quarter of a first-level cache. */
const BLOCK: i32 = 256;
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

/** z[S][O] = x[S][I] w[I][O] + b[O]: the weighted inputs (book, chapter 2, equation 25). */
export function forward(S: i32, I: i32, O: i32, x: usize, w: usize, b: usize, z: usize): void {
  const ldx = <usize>stride(I) << 2;
  const ldo = <usize>stride(O) << 2;
  const packed = S >= PACK_ROWS && O >= PACK_STRIDE;
  for (let k = 0; k < I; k += BLOCK) {
    const K = min(BLOCK, I - k);
    const xk = x + (<usize>k << 2);
    for (let o = 0; o < columns(O); o += 8) {
      const column = <usize>o << 2;
      const wide = columns(O) - o >= 8;
      let panel = w + <usize>k * ldo + column;
      let ldw = ldo;
      if (packed) {
        packPanel(K, wide, panel, ldo);
        panel = scratch;
        ldw = 32;
      }
      const init = k == 0 ? b + column : 0;
      for (let s = 0; s < S; s += 4) {
        forwardTile(min(4, S - s), wide, K, xk + <usize>s * ldx, ldx, panel, ldw, init, z + <usize>s * ldo + column, ldo);
      }
    }
  }
}

/** Copies K rows of 8 (or 4) columns into rows of 32 bytes in the scratch memory. */
// @ts-ignore: decorator
@inline
function packPanel(K: i32, wide: bool, from: usize, ld: usize): void {
  let to = scratch;
  for (let k = 0; k < K; k++) {
    v128.store(to, v128.load(from));
    if (wide) v128.store(to, v128.load(from, 16), 16);
    from += ld;
    to += 32;
  }
}

function forwardTile(R: i32, wide: bool, K: i32, x: usize, ldx: usize, w: usize, ldw: usize, init: usize, z: usize, ldz: usize): void {
  if (wide) {
    if (R == 4) forwardRows(4, true, K, x, ldx, w, ldw, init, z, ldz);
    else if (R == 3) forwardRows(3, true, K, x, ldx, w, ldw, init, z, ldz);
    else if (R == 2) forwardRows(2, true, K, x, ldx, w, ldw, init, z, ldz);
    else forwardRows(1, true, K, x, ldx, w, ldw, init, z, ldz);
  } else {
    if (R == 4) forwardRows(4, false, K, x, ldx, w, ldw, init, z, ldz);
    else if (R == 3) forwardRows(3, false, K, x, ldx, w, ldw, init, z, ldz);
    else if (R == 2) forwardRows(2, false, K, x, ldx, w, ldw, init, z, ldz);
    else forwardRows(1, false, K, x, ldx, w, ldw, init, z, ldz);
  }
}

/** One tile of z: R rows (a literal, so that dead rows vanish) by 8 or 4 columns; starts from `init`, or from z itself when that is 0. */
// @ts-ignore: decorator
@inline
function forwardRows(R: i32, wide: bool, K: i32, x: usize, ldx: usize, w: usize, ldw: usize, init: usize, z: usize, ldz: usize): void {
  const z0 = z;
  const z1 = z0 + ldz;
  const z2 = z1 + ldz;
  const z3 = z2 + ldz;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
  if (init) {
    a0 = v128.load(init);
    if (wide) b0 = v128.load(init, 16);
    a1 = a0; a2 = a0; a3 = a0;
    b1 = b0; b2 = b0; b3 = b0;
  } else {
    a0 = v128.load(z0);
    if (R > 1) a1 = v128.load(z1);
    if (R > 2) a2 = v128.load(z2);
    if (R > 3) a3 = v128.load(z3);
    if (wide) {
      b0 = v128.load(z0, 16);
      if (R > 1) b1 = v128.load(z1, 16);
      if (R > 2) b2 = v128.load(z2, 16);
      if (R > 3) b3 = v128.load(z3, 16);
    }
  }
  let x0 = x;
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  for (let k = 0; k < K; k++) {
    const u = v128.load(w);
    const v = wide ? v128.load(w, 16) : zero;
    let t = v128.load32_splat(x0);
    a0 = madd(t, u, a0);
    if (wide) b0 = madd(t, v, b0);
    if (R > 1) {
      t = v128.load32_splat(x1);
      a1 = madd(t, u, a1);
      if (wide) b1 = madd(t, v, b1);
    }
    if (R > 2) {
      t = v128.load32_splat(x2);
      a2 = madd(t, u, a2);
      if (wide) b2 = madd(t, v, b2);
    }
    if (R > 3) {
      t = v128.load32_splat(x3);
      a3 = madd(t, u, a3);
      if (wide) b3 = madd(t, v, b3);
    }
    w += ldw;
    x0 += 4;
    if (R > 1) x1 += 4;
    if (R > 2) x2 += 4;
    if (R > 3) x3 += 4;
  }
  v128.store(z0, a0);
  if (R > 1) v128.store(z1, a1);
  if (R > 2) v128.store(z2, a2);
  if (R > 3) v128.store(z3, a3);
  if (wide) {
    v128.store(z0, b0, 16);
    if (R > 1) v128.store(z1, b1, 16);
    if (R > 2) v128.store(z2, b2, 16);
    if (R > 3) v128.store(z3, b3, 16);
  }
}

/**
 * e[S][I] = δ[S][O] wᵀ with w[I][O]: the first factor of BP2, (w^{l+1})ᵀ δ^{l+1}. Both operands are read along their rows:
 * no transposed copy of w. Lanes carry every fourth o, and are added at the end by `laneSum`.
 */
export function backward(S: i32, I: i32, O: i32, delta: usize, w: usize, e: usize): void {
  const ldo = <usize>stride(O) << 2;
  const lde = <usize>stride(I) << 2;
  const vectors = columns(O) >> 2;
  for (let i = 0; i < I; i += 4) {
    const wi = w + <usize>i * ldo;
    const ei = e + (<usize>i << 2);
    if (I - i >= 4) {
      let s = 0;
      for (; s + 2 <= S; s += 2) backwardTile(2, vectors, delta + <usize>s * ldo, wi, ldo, ei + <usize>s * lde, lde);
      if (s < S) backwardTile(1, vectors, delta + <usize>s * ldo, wi, ldo, ei + <usize>s * lde, lde);
    } else {
      for (let r = 0; r < I - i; r++) {
        for (let s = 0; s < S; s++) {
          const sum = dot(vectors, delta + <usize>s * ldo, wi + <usize>r * ldo);
          f32.store(ei + <usize>s * lde + (<usize>r << 2), sum);
        }
      }
    }
  }
}

/** R rows of δ (1 or 2) against four rows of w. */
// @ts-ignore: decorator
@inline
function backwardTile(R: i32, vectors: i32, delta: usize, w: usize, ldo: usize, e: usize, lde: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
  let d0 = delta;
  let d1 = d0 + ldo;
  let w0 = w;
  let w1 = w0 + ldo;
  let w2 = w1 + ldo;
  let w3 = w2 + ldo;
  for (let v = 0; v < vectors; v++) {
    const p = v128.load(d0);
    const q = R > 1 ? v128.load(d1) : zero;
    let u = v128.load(w0);
    a0 = madd(p, u, a0);
    if (R > 1) b0 = madd(q, u, b0);
    u = v128.load(w1);
    a1 = madd(p, u, a1);
    if (R > 1) b1 = madd(q, u, b1);
    u = v128.load(w2);
    a2 = madd(p, u, a2);
    if (R > 1) b2 = madd(q, u, b2);
    u = v128.load(w3);
    a3 = madd(p, u, a3);
    if (R > 1) b3 = madd(q, u, b3);
    d0 += 16;
    if (R > 1) d1 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  v128.store(e, laneSums(a0, a1, a2, a3));
  if (R > 1) v128.store(e + lde, laneSums(b0, b1, b2, b3));
}

// @ts-ignore: decorator
@inline
function dot(vectors: i32, a: usize, b: usize): f32 {
  let sum = f32x4.splat(0);
  for (let v = 0; v < vectors; v++) {
    sum = madd(v128.load(a), v128.load(b), sum);
    a += 16;
    b += 16;
  }
  return laneSum(sum);
}

/** What becomes of a tile's sum: it is stored, added to what is there, or applied to w as a step of gradient descent. */
const STORE: i32 = 0;
const ADD: i32 = 1;
const DESCEND: i32 = 2;

/**
 * dw[begin..end)[O] = Σ_s x[s][i] δ[s][o], in sample order: BP4 summed over S samples, for the input rows begin to end.
 * dw points at the row `begin`.
 */
export function weightGradient(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, dw: usize): void {
  gradientBlocks(begin, end, S, I, O, x, delta, dw, STORE, ADD, 0, 0);
}

/** w[i] ← keep·w[i] - rate·Σ_s x[s][i] δ[s] for the input rows begin to end: BP4 and its step at once. w points at the row `begin`. */
export function weightUpdate(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, w: usize, rate: f32, keep: f32): void {
  gradientBlocks(begin, end, S, I, O, x, delta, w, DESCEND, DESCEND, rate, keep);
}

/** BLOCK samples at a time, so that what is packed fits the scratch memory; the first block ends as `first` says, later ones as `later`. */
function gradientBlocks(begin: i32, end: i32, S: i32, I: i32, O: i32, x: usize, delta: usize, dw: usize, first: i32, later: i32, rate: f32, keep: f32): void {
  const ldx = <usize>stride(I) << 2;
  const ldo = <usize>stride(O) << 2;
  for (let s = 0; s < S; s += BLOCK) {
    const K = min(BLOCK, S - s);
    const xs = x + <usize>s * ldx;
    const ds = delta + <usize>s * ldo;
    const mode = s == 0 ? first : later;
    const kept: f32 = s == 0 ? keep : 1;
    if (K >= PACK_ROWS && O >= PACK_STRIDE) packedGradient(begin, end, K, O, xs, ldx, ds, ldo, dw, mode, rate, kept);
    else {
      for (let i = begin; i < end; i += 4) {
        const to = dw + <usize>(i - begin) * ldo;
        gradientRow(min(4, end - i), K, columns(O), xs + (<usize>i << 2), ldx, ds, ldo, 32, to, ldo, mode, rate, kept);
      }
    }
  }
}

/** The scratch memory holds a tile of x, [K][4] in rows of 16 bytes, and after it as many panels of δ, [K][8], as fit. */
function packedGradient(begin: i32, end: i32, K: i32, O: i32, x: usize, ldx: usize, delta: usize, ldo: usize, dw: usize, mode: i32, rate: f32, keep: f32): void {
  const inputs = <usize>K << 4;
  const tile = <usize>K << 5;
  const panels = scratch + inputs;
  const atOnce = min(<i32>((SCRATCH_BYTES - TABLE_BYTES - inputs) / tile), (columns(O) + 7) >> 3) << 3;
  for (let c = 0; c < columns(O); c += atOnce) {
    const width = min(atOnce, columns(O) - c);
    let to = panels;
    for (let o = 0; o < width; o += 8) {
      let from = delta + (<usize>(c + o) << 2);
      const wide = width - o >= 8;
      for (let k = 0; k < K; k++) {
        v128.store(to, v128.load(from));
        if (wide) v128.store(to, v128.load(from, 16), 16);
        from += ldo;
        to += 32;
      }
    }
    for (let i = begin; i < end; i += 4) {
      const R = min(4, end - i);
      packInputs(K, R, x + (<usize>i << 2), ldx);
      gradientRow(R, K, width, scratch, 16, panels, 32, tile, dw + <usize>(i - begin) * ldo + (<usize>c << 2), ldo, mode, rate, keep);
    }
  }
}

// @ts-ignore: decorator
@inline
function packInputs(K: i32, R: i32, from: usize, ld: usize): void {
  let to = scratch;
  for (let k = 0; k < K; k++) {
    // A tile of four may be read whole; the last one of a row of inputs may not reach past it.
    if (R == 4) v128.store(to, v128.load(from));
    else for (let r = 0; r < R; r++) f32.store(to + (<usize>r << 2), f32.load(from + (<usize>r << 2)));
    from += ld;
    to += 16;
  }
}

/** R rows of dw across all `width` columns; the panels of δ lie `step` bytes apart. */
// @ts-ignore: decorator
@inline
function gradientRow(R: i32, K: i32, width: i32, x: usize, ldx: usize, delta: usize, ldd: usize, step: usize, dw: usize, ldo: usize, mode: i32, rate: f32, keep: f32): void {
  for (let o = 0; o < width; o += 8) {
    gradientTile(R, width - o >= 8, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    delta += step;
    dw += 32;
  }
}

function gradientTile(R: i32, wide: bool, K: i32, x: usize, ldx: usize, delta: usize, ldd: usize, dw: usize, ldo: usize, mode: i32, rate: f32, keep: f32): void {
  if (wide) {
    if (R == 4) gradientRows(4, true, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else if (R == 3) gradientRows(3, true, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else if (R == 2) gradientRows(2, true, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else gradientRows(1, true, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
  } else {
    if (R == 4) gradientRows(4, false, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else if (R == 3) gradientRows(3, false, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else if (R == 2) gradientRows(2, false, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
    else gradientRows(1, false, K, x, ldx, delta, ldd, dw, ldo, mode, rate, keep);
  }
}

// @ts-ignore: decorator
@inline
function gradientRows(R: i32, wide: bool, K: i32, x: usize, ldx: usize, delta: usize, ldd: usize, dw: usize, ldo: usize, mode: i32, rate: f32, keep: f32): void {
  const w0 = dw;
  const w1 = w0 + ldo;
  const w2 = w1 + ldo;
  const w3 = w2 + ldo;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
  if (mode == ADD) {
    a0 = v128.load(w0);
    if (R > 1) a1 = v128.load(w1);
    if (R > 2) a2 = v128.load(w2);
    if (R > 3) a3 = v128.load(w3);
    if (wide) {
      b0 = v128.load(w0, 16);
      if (R > 1) b1 = v128.load(w1, 16);
      if (R > 2) b2 = v128.load(w2, 16);
      if (R > 3) b3 = v128.load(w3, 16);
    }
  }
  for (let k = 0; k < K; k++) {
    const u = v128.load(delta);
    const v = wide ? v128.load(delta, 16) : zero;
    let t = v128.load32_splat(x);
    a0 = madd(t, u, a0);
    if (wide) b0 = madd(t, v, b0);
    if (R > 1) {
      t = v128.load32_splat(x, 4);
      a1 = madd(t, u, a1);
      if (wide) b1 = madd(t, v, b1);
    }
    if (R > 2) {
      t = v128.load32_splat(x, 8);
      a2 = madd(t, u, a2);
      if (wide) b2 = madd(t, v, b2);
    }
    if (R > 3) {
      t = v128.load32_splat(x, 12);
      a3 = madd(t, u, a3);
      if (wide) b3 = madd(t, v, b3);
    }
    x += ldx;
    delta += ldd;
  }
  if (mode == DESCEND) {
    const r = f32x4.splat(-rate);
    const k = f32x4.splat(keep);
    a0 = madd(r, a0, f32x4.mul(v128.load(w0), k));
    if (R > 1) a1 = madd(r, a1, f32x4.mul(v128.load(w1), k));
    if (R > 2) a2 = madd(r, a2, f32x4.mul(v128.load(w2), k));
    if (R > 3) a3 = madd(r, a3, f32x4.mul(v128.load(w3), k));
    if (wide) {
      b0 = madd(r, b0, f32x4.mul(v128.load(w0, 16), k));
      if (R > 1) b1 = madd(r, b1, f32x4.mul(v128.load(w1, 16), k));
      if (R > 2) b2 = madd(r, b2, f32x4.mul(v128.load(w2, 16), k));
      if (R > 3) b3 = madd(r, b3, f32x4.mul(v128.load(w3, 16), k));
    }
  }
  v128.store(w0, a0);
  if (R > 1) v128.store(w1, a1);
  if (R > 2) v128.store(w2, a2);
  if (R > 3) v128.store(w3, a3);
  if (wide) {
    v128.store(w0, b0, 16);
    if (R > 1) v128.store(w1, b1, 16);
    if (R > 2) v128.store(w2, b2, 16);
    if (R > 3) v128.store(w3, b3, 16);
  }
}

/** db[o] = Σ_s δ[s][o] for o in [begin, end), in sample order: BP3 summed over S samples. begin and end are multiples of four. */
export function biasGradient(begin: i32, end: i32, S: i32, O: i32, delta: usize, db: usize): void {
  const ld = <usize>stride(O) << 2;
  for (let o = begin; o < end; o += 4) {
    let from = delta + (<usize>o << 2);
    let sum = f32x4.splat(0);
    for (let s = 0; s < S; s++) {
      sum = f32x4.add(sum, v128.load(from));
      from += ld;
    }
    v128.store(db + (<usize>(o - begin) << 2), sum);
  }
}
