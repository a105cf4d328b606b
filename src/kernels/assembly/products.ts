// The dense matrix products: forward, BP2 and BP4 of a whole mini-batch, on row-major matrices whose rows are
// stride(n) floats. Every output element is one chain of multiply-adds in the order of its index, whatever tile it falls
// into; so its bits depend neither on the rows beside it nor on how rows are shared out among workers.
//
// All three have one tile (tile.ts): BP2 reads its right factor transposed, and what lies pages apart is packed first.

import { PANEL_SPACE, panelSpace } from './scratch';
import { TILE_BYTES, TILE_COLUMNS, TILE_VECTORS, tile, tileRows } from './tile';
import { columns, stride } from './vector';

/** Inner block: a packed panel of 256 × 12 floats is 12 KB, three eighths of a first-level cache; of 256 × 16, half. */
const BLOCK: i32 = 256;
/** Columns that are packed at a time: four panels. */
const STRIP_COLUMNS: i32 = 4 * TILE_COLUMNS;
/** From this many rows on, copying a panel of w into one contiguous run costs less than the page walks it saves. */
const PACK_ROWS: i32 = 24;
/** Rows of w shorter than this lie close enough together to be read in place. */
const PACK_STRIDE: i32 = 64;
/** z[S][O] = x[S][I] w[I][O] + b[O]: the weighted inputs (book, chapter 2, equation 25). */
export function forward(S: i32, I: i32, O: i32, x: usize, w: usize, b: usize, z: usize): void {
  const ldx = <usize>stride(I) << 2;
  const ldo = <usize>stride(O) << 2;
  const packed = S >= PACK_ROWS && O >= PACK_STRIDE;
  const rows = tileRows();
  for (let k = 0; k < I; k += BLOCK) {
    const K = min(BLOCK, I - k);
    const xk = x + (<usize>k << 2);
    const wk = w + <usize>k * ldo;
    const panelBytes = <usize>K * TILE_BYTES;
    for (let strip = 0; strip < columns(O); strip += STRIP_COLUMNS) {
      const width = min(STRIP_COLUMNS, columns(O) - strip);
      if (packed) packPanels(K, width >> 2, wk + (<usize>strip << 2), ldo, panelSpace(), panelBytes);
      for (let o = 0; o < width; o += TILE_COLUMNS) {
        const column = <usize>(strip + o) << 2;
        const C = min(TILE_VECTORS, (width - o) >> 2);
        const panel = packed ? panelSpace() + <usize>(o / TILE_COLUMNS) * panelBytes : wk + column;
        for (let s = 0; s < S; s += rows) {
          const to = z + <usize>s * ldo + column;
          const start = k == 0 ? b + column : to;
          tile(min(rows, S - s), C, K, xk + <usize>s * ldx, ldx, 4, panel, packed ? TILE_BYTES : ldo, start, k == 0 ? 0 : ldo, to, ldo, false, 0, 0);
        }
      }
    }
  }
}

/**
 * K rows of V vectors into panels of TILE_VECTORS, `panelBytes` apart, whose rows take TILE_BYTES. Each row is read once for all
 * panels, because it is a page of its own and comes from afar.
 */
// @ts-ignore: decorator
@inline
function packPanels(K: i32, V: i32, from: usize, ld: usize, to: usize, panelBytes: usize): void {
  const end = <usize>V << 4;
  for (let k = 0; k < K; k++) {
    let panel = to;
    let at: usize = 0;
    for (; at + TILE_BYTES <= end; at += TILE_BYTES) {
      v128.store(panel, v128.load(from + at));
      v128.store(panel, v128.load(from + at, 16), 16);
      if (TILE_VECTORS > 2) v128.store(panel, v128.load(from + at, 32), 32);
      if (TILE_VECTORS > 3) v128.store(panel, v128.load(from + at, 48), 48);
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

/**
 * e[S][I] = δ[S][O] wᵀ with w[I][O]: the first factor of BP2, (w^{l+1})ᵀ δ^{l+1}. Panels of w are transposed as they are
 * packed: the cost of that is one row of δ's, and the product then has the tile of the others.
 */
export function backward(S: i32, I: i32, O: i32, delta: usize, w: usize, e: usize): void {
  const ldo = <usize>stride(O) << 2;
  const lde = <usize>stride(I) << 2;
  const rows = tileRows();
  for (let k = 0; k < O; k += BLOCK) {
    const K = min(BLOCK, O - k);
    const dk = delta + (<usize>k << 2);
    for (let i = 0; i < I; i += TILE_COLUMNS) {
      const C = min(TILE_VECTORS, (columns(I) - i) >> 2);
      packTransposed(K, C, I - i, w + <usize>i * ldo + (<usize>k << 2), ldo);
      for (let s = 0; s < S; s += rows) {
        const to = e + <usize>s * lde + (<usize>i << 2);
        tile(min(rows, S - s), C, K, dk + <usize>s * ldo, ldo, 4, panelSpace(), TILE_BYTES, k == 0 ? 0 : to, lde, to, lde, false, 0, 0);
      }
    }
  }
}

/** Rows of K columns become C vectors of columns; of the rows only `rows` are there, the others count as zeros. */
function packTransposed(K: i32, C: i32, rows: i32, from: usize, ld: usize): void {
  const zero = f32x4.splat(0);
  for (let c = 0; c < C; c++) {
    let to = panelSpace() + (<usize>c << 4);
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
  const rows = tileRows();
  for (let s = 0; s < S; s += BLOCK) {
    const K = min(BLOCK, S - s);
    const xs = x + <usize>s * ldx;
    const ds = delta + <usize>s * ldo;
    const add = s > 0 && !descend;
    const kept: f32 = s == 0 ? keep : 1;
    if (K >= PACK_ROWS && O >= PACK_STRIDE) packedGradient(begin, end, K, I, O, xs, ldx, ds, ldo, dw, add, descend, rate, kept);
    else {
      for (let i = begin; i < end; i += rows) {
        const to = dw + <usize>(i - begin) * ldo;
        gradientRow(min(rows, end - i), K, columns(O), xs + (<usize>i << 2), ldx, ds, ldo, TILE_BYTES, to, ldo, add, descend, rate, kept);
      }
    }
  }
}

/** The scratch memory holds the inputs of a tile, [K][4] or [K][8], and after them as many panels of δ, [K][TILE_COLUMNS], as fit. */
function packedGradient(begin: i32, end: i32, K: i32, I: i32, O: i32, x: usize, ldx: usize, delta: usize, ldo: usize, dw: usize, add: bool, descend: bool, rate: f32, keep: f32): void {
  const rows = tileRows();
  const inputStep: usize = rows > 4 ? 32 : 16;
  const panels = panelSpace() + <usize>K * inputStep;
  const panelBytes = <usize>K * TILE_BYTES;
  const atOnce = <i32>((PANEL_SPACE - <usize>K * inputStep) / panelBytes) * TILE_COLUMNS;
  for (let c = 0; c < columns(O); c += atOnce) {
    const width = min(atOnce, columns(O) - c);
    packPanels(K, width >> 2, delta + (<usize>c << 2), ldo, panels, panelBytes);
    for (let i = begin; i < end; i += rows) {
      const R = min(rows, end - i);
      packInputs(K, R, i + 4 <= I, x + (<usize>i << 2), ldx, inputStep);
      gradientRow(R, K, width, panelSpace(), inputStep, panels, TILE_BYTES, panelBytes, dw + <usize>(i - begin) * ldo + (<usize>c << 2), ldo, add, descend, rate, keep);
    }
  }
}

/** R inputs of K samples into rows of `step` bytes; four at once where a row has as many left. */
// @ts-ignore: decorator
@inline
function packInputs(K: i32, R: i32, four: bool, from: usize, ld: usize, step: usize): void {
  let to = panelSpace();
  for (let k = 0; k < K; k++) {
    if (four) {
      v128.store(to, v128.load(from));
      if (R > 4) f32.store(to, f32.load(from, 16), 16);
    } else for (let r = 0; r < R; r++) f32.store(to + (<usize>r << 2), f32.load(from + (<usize>r << 2)));
    from += ld;
    to += step;
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
