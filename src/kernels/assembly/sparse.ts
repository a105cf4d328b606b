// The first layer over inputs that are mostly zero: forward, update and gradient touch only the rows of w whose input is
// not. The entries are those of entries.ts.
//
// w lies in panels of sixteen columns, [panel][I][16]. Two panels are gone through together, up to eight vectors of columns: their
// accumulators, or their piece of δ, stay in registers while the entries of a row
// go by; then an entry costs one load and one multiply-add a vector, and in `sparseUpdate` a store, which is what bounds it.
// Measured on a Zen 3 core over w in the first-level cache, in ns a vector: products 0.24, with twelve vectors 0.30, with two
// entries a round 0.41 (accumulators are spilled); updates 0.49 however many. Going over w in blocks that stay in that
// cache, all samples per block, gains nothing: 0.37 without blocks, 0.40 to 0.45 with them (784 × 30, mini-batch 10). In `wide` on a
// Xeon: updates 0.38 instead of 0.55 a vector, products 0.15 instead of 0.27.

import { beginOf, endOf, PACKED_ROW, PANEL_ROW } from './entries';
import { panelSpace } from './scratch';
import { madd, stride } from './vector';

/** Columns that are gone through together. */
export const COLUMNS: i32 = 32;

/** Vectors of the columns from `first` on that are gone through together. */
// @ts-ignore: decorator
@inline
export function vectorsFrom(first: i32, end: i32): i32 {
  return min(COLUMNS, end - first) >> 2;
}

/** Bytes from w to the panel that column `first` begins. */
// @ts-ignore: decorator
@inline
export function panelAt(first: i32, I: i32): usize {
  return <usize>(first >> 4) * <usize>I * PANEL_ROW;
}

/** z[s][o] = b[o] + factor · Σ_entries value · w[input][o] for S rows and o in [begin, end). */
export function sparseForward(S: i32, begin: i32, end: i32, I: i32, O: i32, spans: usize, w: usize, b: usize, factor: f32, z: usize): void {
  const ld = <usize>stride(O) << 2;
  const far = <usize>I * PANEL_ROW;
  for (let first = begin; first < end; first += COLUMNS) {
    const V = vectorsFrom(first, end);
    const panel = w + panelAt(first, I);
    const from = b + (<usize>first << 2);
    let to = z + (<usize>first << 2);
    for (let s = 0; s < S; s++) {
      product(V, beginOf(spans, s), endOf(spans, s), panel, far, from, 64, factor, to, 64);
      to += ld;
    }
  }
}

/** w[i][o] += Σ_entries value · δ[s][o] for I inputs and their entries, o in [begin, end): BP4 and its update at once. */
export function groupedUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize): void {
  const far = <usize>I * PANEL_ROW;
  for (let first = begin; first < end; first += COLUMNS) {
    const V = vectorsFrom(first, end);
    packRows(S, V, delta + (<usize>first << 2), <usize>stride(O) << 2);
    let row = w + panelAt(first, I);
    for (let i = 0; i < I; i++) {
      const entry = beginOf(groupSpans, i);
      const last = endOf(groupSpans, i);
      if (entry != last) product(V, entry, last, panelSpace(), 64, row, far, 1, row, far);
      row += PANEL_ROW;
    }
  }
}

/** S rows of V vectors into rows of PACKED_ROW bytes. */
export function packRows(S: i32, V: i32, from: usize, ld: usize): void {
  let to = panelSpace();
  for (let s = 0; s < S; s++) {
    for (let v: usize = 0; v < <usize>V << 4; v += 16) v128.store(to + v, v128.load(from + v));
    from += ld;
    to += PACKED_ROW;
  }
}

/**
 * y = c + factor · Σ_entries value · m[offset], V vectors: of each of the three the first four lie together, and the others so
 * many bytes from the first.
 */
export function product(V: i32, entry: usize, last: usize, m: usize, farM: usize, c: usize, farC: usize, factor: f32, y: usize, farY: usize): void {
  switch (V) {
    case 1: return productOf(1, entry, last, m, farM, c, farC, factor, y, farY);
    case 2: return productOf(2, entry, last, m, farM, c, farC, factor, y, farY);
    case 3: return productOf(3, entry, last, m, farM, c, farC, factor, y, farY);
    case 4: return productOf(4, entry, last, m, farM, c, farC, factor, y, farY);
    case 5: return productOf(5, entry, last, m, farM, c, farC, factor, y, farY);
    case 6: return productOf(6, entry, last, m, farM, c, farC, factor, y, farY);
    case 7: return productOf(7, entry, last, m, farM, c, farC, factor, y, farY);
    default: return productOf(8, entry, last, m, farM, c, farC, factor, y, farY);
  }
}

// @ts-ignore: decorator
@inline
function productOf(V: i32, entry: usize, last: usize, m: usize, farM: usize, c: usize, farC: usize, factor: f32, y: usize, farY: usize): void {
  const f = f32x4.splat(factor);
  const c4 = c + farC;
  let a0 = v128.load(c);
  let a1 = V > 1 ? v128.load(c, 16) : f;
  let a2 = V > 2 ? v128.load(c, 32) : f;
  let a3 = V > 3 ? v128.load(c, 48) : f;
  let a4 = V > 4 ? v128.load(c4) : f;
  let a5 = V > 5 ? v128.load(c4, 16) : f;
  let a6 = V > 6 ? v128.load(c4, 32) : f;
  let a7 = V > 7 ? v128.load(c4, 48) : f;
  for (; entry < last; entry += 8) {
    const row = m + <usize>load<u32>(entry);
    const row4 = row + farM;
    const t = f32x4.mul(f, v128.load32_splat(entry, 4));
    a0 = madd(t, v128.load(row), a0);
    if (V > 1) a1 = madd(t, v128.load(row, 16), a1);
    if (V > 2) a2 = madd(t, v128.load(row, 32), a2);
    if (V > 3) a3 = madd(t, v128.load(row, 48), a3);
    if (V > 4) a4 = madd(t, v128.load(row4), a4);
    if (V > 5) a5 = madd(t, v128.load(row4, 16), a5);
    if (V > 6) a6 = madd(t, v128.load(row4, 32), a6);
    if (V > 7) a7 = madd(t, v128.load(row4, 48), a7);
  }
  const y4 = y + farY;
  v128.store(y, a0);
  if (V > 1) v128.store(y, a1, 16);
  if (V > 2) v128.store(y, a2, 32);
  if (V > 3) v128.store(y, a3, 48);
  if (V > 4) v128.store(y4, a4);
  if (V > 5) v128.store(y4, a5, 16);
  if (V > 6) v128.store(y4, a6, 32);
  if (V > 7) v128.store(y4, a7, 48);
}

/** w[input][o] -= rate · value · δ[s][o] for every entry and o in [begin, end), in sample order: BP4 and its update at once. */
export function sparseUpdate(S: i32, begin: i32, end: i32, I: i32, O: i32, spans: usize, delta: usize, w: usize, rate: f32): void {
  const far = <usize>I * PANEL_ROW;
  for (let first = begin; first < end; first += COLUMNS) {
    const V = vectorsFrom(first, end);
    const panel = w + panelAt(first, I);
    let from = delta + (<usize>first << 2);
    for (let s = 0; s < S; s++) {
      addProducts(V, beginOf(spans, s), endOf(spans, s), from, panel, far, -rate);
      from += <usize>stride(O) << 2;
    }
  }
}

/** m[offset] += factor · value · δ for all entries, V vectors, of m the last four `far` bytes from the first. */
function addProducts(V: i32, entry: usize, last: usize, delta: usize, m: usize, far: usize, factor: f32): void {
  switch (V) {
    case 1: return addProductsOf(1, entry, last, delta, m, far, factor);
    case 2: return addProductsOf(2, entry, last, delta, m, far, factor);
    case 3: return addProductsOf(3, entry, last, delta, m, far, factor);
    case 4: return addProductsOf(4, entry, last, delta, m, far, factor);
    case 5: return addProductsOf(5, entry, last, delta, m, far, factor);
    case 6: return addProductsOf(6, entry, last, delta, m, far, factor);
    case 7: return addProductsOf(7, entry, last, delta, m, far, factor);
    default: return addProductsOf(8, entry, last, delta, m, far, factor);
  }
}

/** The value is multiplied with the factor, not δ: that product V8 would compute anew for every entry and vector. */
// @ts-ignore: decorator
@inline
function addProductsOf(V: i32, entry: usize, last: usize, delta: usize, m: usize, far: usize, factor: f32): void {
  const zero = f32x4.splat(0);
  const f = f32x4.splat(factor);
  const d0 = v128.load(delta);
  const d1 = V > 1 ? v128.load(delta, 16) : zero;
  const d2 = V > 2 ? v128.load(delta, 32) : zero;
  const d3 = V > 3 ? v128.load(delta, 48) : zero;
  const d4 = V > 4 ? v128.load(delta, 64) : zero;
  const d5 = V > 5 ? v128.load(delta, 80) : zero;
  const d6 = V > 6 ? v128.load(delta, 96) : zero;
  const d7 = V > 7 ? v128.load(delta, 112) : zero;
  for (; entry < last; entry += 8) {
    const row = m + <usize>load<u32>(entry);
    const t = f32x4.mul(f, v128.load32_splat(entry, 4));
    addTwo(V, t, d0, d1, row);
    if (V > 2) addTwo(V - 2, t, d2, d3, row + 32);
    if (V > 4) addTwo(V - 4, t, d4, d5, row + far);
    if (V > 6) addTwo(V - 6, t, d6, d7, row + far + 32);
  }
}

/** A vector, or two side by side where V is more than one. */
// @ts-ignore: decorator
@inline
function addTwo(V: i32, t: v128, d0: v128, d1: v128, row: usize): void {
  const first = madd(t, d0, v128.load(row));
  const second = V > 1 ? madd(t, d1, v128.load(row, 16)) : first;
  v128.store(row, first);
  if (V > 1) v128.store(row, second, 16);
}

/**
 * dw[input] = Σ_s value · δ[s], in sample order, for the rows that have an entry; all other rows are left as they are. A row
 * counts as written in this step when its tag is `tag`: so no block is ever cleared. `tags` has one word per input.
 */
export function sparseGradient(S: i32, I: i32, O: i32, spans: usize, delta: usize, dw: usize, tags: usize, tag: u32): void {
  const panelBytes = <usize>I * PANEL_ROW;
  const columnBytes = (<usize>(O + 3) & ~3) << 2;
  for (let s = 0; s < S; s++) {
    const end = endOf(spans, s);
    for (let entry = beginOf(spans, s); entry < end; entry += 8) {
      const offset = load<u32>(entry);
      const t = v128.load32_splat(entry, 4);
      const mark = tags + <usize>(offset >> 4);
      const written = load<u32>(mark) == tag;
      store<u32>(mark, tag);
      let row = dw + <usize>offset;
      for (let o: usize = 0; o < columnBytes; o += PANEL_ROW) {
        const bytes = min(<usize>PANEL_ROW, columnBytes - o);
        if (written) addRow(bytes, t, delta + o, row);
        else setRow(bytes, t, delta + o, row);
        row += panelBytes;
      }
    }
    delta += <usize>stride(O) << 2;
  }
}

// @ts-ignore: decorator
@inline
function addRow(bytes: usize, t: v128, delta: usize, row: usize): void {
  let o: usize = 0;
  for (; o + 16 < bytes; o += 32) addTwo(2, t, v128.load(delta + o), v128.load(delta + o, 16), row + o);
  if (o < bytes) addTwo(1, t, v128.load(delta + o), t, row + o);
}

// @ts-ignore: decorator
@inline
function setRow(bytes: usize, t: v128, delta: usize, row: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) v128.store(row + o, f32x4.mul(t, v128.load(delta + o)));
}
