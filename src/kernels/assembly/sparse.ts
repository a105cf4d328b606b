// The first layer over inputs that are mostly zero: forward, update and gradient touch only the rows of w whose input is
// not. The entries are those of entries.ts.
//
// A panel is up to eight vectors of columns. Its accumulators, or its piece of δ, stay in registers while the entries of a row
// go by; then an entry costs one load and one multiply-add a vector, and in `sparseUpdate` a store, which is what bounds it.
// Measured on a Zen 3 core over w in the first-level cache, in ns a vector: products 0.24, with panels of twelve 0.30, with two
// entries a round 0.41 (accumulators are spilled); updates 0.49 whatever the panel. Going over w in blocks that stay in that
// cache, all samples per block, gains nothing: 0.37 without blocks, 0.40 to 0.45 with them (784 × 30, mini-batch 10).

import { beginOf, endOf, PACKED_ROW } from './entries';
import { panelSpace } from './scratch';
import { madd, stride } from './vector';

/** Vectors of a panel. */
const PANEL: i32 = PACKED_ROW / 16;

/** z[s][o] = b[o] + factor · Σ_entries value · w[offset][o] for S rows and o in [begin, end), multiples of four. */
export function sparseForward(S: i32, packed: i32, begin: i32, end: i32, O: i32, spans: usize, w: usize, b: usize, factor: f32, z: usize): void {
  sparseProduct(S, packed, begin, end, O, spans, w, b, 0, factor, z);
}

/** w[i][o] += Σ_entries value · δ[offset][o] for I inputs and their entries, o in [begin, end), multiples of four: BP4 and its update at once. */
export function groupedUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize): void {
  sparseProduct(I, S, begin, end, O, groupSpans, delta, w, stride(O) << 2, 1, w);
}

/**
 * y[r][o] = c[r][o] + factor · Σ_entries value · m[offset][o] for R rows and o in [begin, end). Rows of c lie stepC bytes apart. With
 * M rows of m its panels are packed first, and offsets are into them.
 */
function sparseProduct(R: i32, M: i32, begin: i32, end: i32, O: i32, spans: usize, m: usize, c: usize, stepC: i32, factor: f32, y: usize): void {
  const ld = <usize>stride(O) << 2;
  const panels = ((end - begin) / 4 + PANEL - 1) / PANEL;
  for (let p = 0; p < panels; p++) {
    const first = begin + partOf(end - begin, panels, p);
    const V = (begin + partOf(end - begin, panels, p + 1) - first) >> 2;
    const column = <usize>first << 2;
    let panel = m + column;
    if (M > 0) {
      packRows(M, V, panel, ld);
      panel = panelSpace();
    }
    let from = c + column;
    let to = y + column;
    for (let r = 0; r < R; r++) {
      const entry = beginOf(spans, r);
      const last = endOf(spans, r);
      // A row without entries changes nothing where y is c.
      if (entry != last || from != to) productPanel(V, entry, last, panel, from, factor, to);
      from += stepC;
      to += ld;
    }
  }
}

/** M rows of V vectors into rows of PACKED_ROW bytes. */
function packRows(M: i32, V: i32, from: usize, ld: usize): void {
  let to = panelSpace();
  for (let k = 0; k < M; k++) {
    for (let v: usize = 0; v < <usize>V << 4; v += 16) v128.store(to + v, v128.load(from + v));
    from += ld;
    to += PACKED_ROW;
  }
}

/** Where part p of n columns begins, when they are cut into `parts` as evenly as vectors of four allow. */
// @ts-ignore: decorator
@inline
function partOf(n: i32, parts: i32, p: i32): i32 {
  return ((n / 4) * p / parts) << 2;
}

function productPanel(V: i32, entry: usize, last: usize, m: usize, c: usize, factor: f32, y: usize): void {
  switch (V) {
    case 1: return productVectors(1, entry, last, m, c, factor, y);
    case 2: return productVectors(2, entry, last, m, c, factor, y);
    case 3: return productVectors(3, entry, last, m, c, factor, y);
    case 4: return productVectors(4, entry, last, m, c, factor, y);
    case 5: return productVectors(5, entry, last, m, c, factor, y);
    case 6: return productVectors(6, entry, last, m, c, factor, y);
    case 7: return productVectors(7, entry, last, m, c, factor, y);
    default: return productVectors(8, entry, last, m, c, factor, y);
  }
}

// @ts-ignore: decorator
@inline
function productVectors(V: i32, entry: usize, last: usize, m: usize, c: usize, factor: f32, y: usize): void {
  const f = f32x4.splat(factor);
  let a0 = v128.load(c);
  let a1 = V > 1 ? v128.load(c, 16) : f;
  let a2 = V > 2 ? v128.load(c, 32) : f;
  let a3 = V > 3 ? v128.load(c, 48) : f;
  let a4 = V > 4 ? v128.load(c, 64) : f;
  let a5 = V > 5 ? v128.load(c, 80) : f;
  let a6 = V > 6 ? v128.load(c, 96) : f;
  let a7 = V > 7 ? v128.load(c, 112) : f;
  for (; entry < last; entry += 8) {
    const row = m + <usize>load<u32>(entry);
    const t = f32x4.mul(f, v128.load32_splat(entry, 4));
    a0 = madd(t, v128.load(row), a0);
    if (V > 1) a1 = madd(t, v128.load(row, 16), a1);
    if (V > 2) a2 = madd(t, v128.load(row, 32), a2);
    if (V > 3) a3 = madd(t, v128.load(row, 48), a3);
    if (V > 4) a4 = madd(t, v128.load(row, 64), a4);
    if (V > 5) a5 = madd(t, v128.load(row, 80), a5);
    if (V > 6) a6 = madd(t, v128.load(row, 96), a6);
    if (V > 7) a7 = madd(t, v128.load(row, 112), a7);
  }
  v128.store(y, a0);
  if (V > 1) v128.store(y, a1, 16);
  if (V > 2) v128.store(y, a2, 32);
  if (V > 3) v128.store(y, a3, 48);
  if (V > 4) v128.store(y, a4, 64);
  if (V > 5) v128.store(y, a5, 80);
  if (V > 6) v128.store(y, a6, 96);
  if (V > 7) v128.store(y, a7, 112);
}

/**
 * w[input][o] -= rate · value · δ[s][o] for every entry and o in [begin, end), in sample order: BP4 and its update at once.
 * The columns are multiples of four.
 */
export function sparseUpdate(S: i32, begin: i32, end: i32, O: i32, spans: usize, delta: usize, w: usize, rate: f32): void {
  const panels = ((end - begin) / 4 + PANEL - 1) / PANEL;
  for (let p = 0; p < panels; p++) {
    const first = begin + partOf(end - begin, panels, p);
    const V = (begin + partOf(end - begin, panels, p + 1) - first) >> 2;
    const column = <usize>first << 2;
    for (let s = 0; s < S; s++) {
      updatePanel(V, beginOf(spans, s), endOf(spans, s), delta + ((<usize>s * <usize>stride(O)) << 2) + column, w + column, -rate);
    }
  }
}

function updatePanel(V: i32, entry: usize, last: usize, delta: usize, w: usize, rate: f32): void {
  switch (V) {
    case 1: return updateVectors(1, entry, last, delta, w, rate);
    case 2: return updateVectors(2, entry, last, delta, w, rate);
    case 3: return updateVectors(3, entry, last, delta, w, rate);
    case 4: return updateVectors(4, entry, last, delta, w, rate);
    case 5: return updateVectors(5, entry, last, delta, w, rate);
    case 6: return updateVectors(6, entry, last, delta, w, rate);
    case 7: return updateVectors(7, entry, last, delta, w, rate);
    default: return updateVectors(8, entry, last, delta, w, rate);
  }
}

/** The value is multiplied with the rate, not δ: that product V8 would compute anew for every entry and vector. */
// @ts-ignore: decorator
@inline
function updateVectors(V: i32, entry: usize, last: usize, delta: usize, w: usize, rate: f32): void {
  const zero = f32x4.splat(0);
  const f = f32x4.splat(rate);
  const d0 = v128.load(delta);
  const d1 = V > 1 ? v128.load(delta, 16) : zero;
  const d2 = V > 2 ? v128.load(delta, 32) : zero;
  const d3 = V > 3 ? v128.load(delta, 48) : zero;
  const d4 = V > 4 ? v128.load(delta, 64) : zero;
  const d5 = V > 5 ? v128.load(delta, 80) : zero;
  const d6 = V > 6 ? v128.load(delta, 96) : zero;
  const d7 = V > 7 ? v128.load(delta, 112) : zero;
  for (; entry < last; entry += 8) {
    const row = w + <usize>load<u32>(entry);
    const t = f32x4.mul(f, v128.load32_splat(entry, 4));
    v128.store(row, madd(t, d0, v128.load(row)));
    if (V > 1) v128.store(row, madd(t, d1, v128.load(row, 16)), 16);
    if (V > 2) v128.store(row, madd(t, d2, v128.load(row, 32)), 32);
    if (V > 3) v128.store(row, madd(t, d3, v128.load(row, 48)), 48);
    if (V > 4) v128.store(row, madd(t, d4, v128.load(row, 64)), 64);
    if (V > 5) v128.store(row, madd(t, d5, v128.load(row, 80)), 80);
    if (V > 6) v128.store(row, madd(t, d6, v128.load(row, 96)), 96);
    if (V > 7) v128.store(row, madd(t, d7, v128.load(row, 112)), 112);
  }
}

/**
 * dw[input] = Σ_s value · δ[s], in sample order, for the rows that have an entry; all other rows are left as they are. A row
 * counts as written in this step when its tag is `tag`: so no block is ever cleared. `tags` has one word per input.
 */
export function sparseGradient(S: i32, O: i32, spans: usize, delta: usize, dw: usize, tags: usize, tag: u32): void {
  const rowBytes = <usize>stride(O) << 2;
  const columnBytes = (<usize>(O + 3) & ~3) << 2;
  // ⌈2³² / rowBytes⌉: exact for multiples of rowBytes below 2³², and a tenth of a division's time.
  const reciprocal = (0xffffffff / <u64>rowBytes) + 1;
  for (let s = 0; s < S; s++) {
    const d = delta + <usize>s * rowBytes;
    const end = endOf(spans, s);
    for (let entry = beginOf(spans, s); entry < end; entry += 8) {
      const offset = load<u32>(entry);
      const t = v128.load32_splat(entry, 4);
      const row = dw + <usize>offset;
      const mark = tags + (<usize>((<u64>offset * reciprocal) >> 32) << 2);
      if (load<u32>(mark) == tag) {
        for (let o: usize = 0; o < columnBytes; o += 16) v128.store(row + o, madd(t, v128.load(d + o), v128.load(row + o)));
      } else {
        store<u32>(mark, tag);
        for (let o: usize = 0; o < columnBytes; o += 16) v128.store(row + o, f32x4.mul(t, v128.load(d + o)));
      }
    }
  }
}
