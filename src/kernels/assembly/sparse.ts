// The first layer over inputs that are mostly zero: forward, update and gradient touch only the rows of w whose input is
// not. A mini-batch is held as entries: for each row s, counts[s] pairs of a byte offset into w (the input's number times
// the bytes of a row) and a float value, `capacity` apart from row to row.
//
// A panel is up to seven vectors of columns. Its accumulators (forward), or its piece of δ (backward), stay in registers
// while the entries of a sample go by; then an entry costs one load and one multiply-add a vector, and a store in backward.

import { madd, stride } from './vector';

/** Vectors of a panel: as many accumulators, as many loaded vectors and a broadcast value fill the 15 registers (see products.ts). */
const PANEL: i32 = 7;

/**
 * Entries of S samples from their records, each in one piece of memory: count (32-bit), the inputs' numbers (16-bit), the
 * values (bytes, times `scale`). Eight are widened at once, so up to seven entries past the last are written: `capacity` is a
 * multiple of eight. Samples come in random order from tens of megabytes: so the records of up to sixteen are touched before
 * the first of them is unpacked, and their cache lines and pages arrive side by side (measured: 125 ns a sample instead of 290).
 */
export function gatherSparseBytes(S: i32, order: usize, starts: usize, records: usize, scale: f32, rowBytes: i32, capacity: i32, offsets: usize, floats: usize, counts: usize): void {
  const factor = f32x4.splat(scale);
  const bytes = i32x4.splat(rowBytes);
  for (let first = 0; first < S; first += TOUCHED_AT_ONCE) {
    const last = min(first + TOUCHED_AT_ONCE, S);
    let touched: u32 = 0;
    for (let s = first; s < last; s++) {
      const record = recordOf(order + (<usize>s << 2), starts, records);
      touched |= load<u32>(record) | load<u32>(record, 64) | load<u32>(record, 128) | load<u32>(record, 192);
      touched |= load<u32>(record, 256) | load<u32>(record, 320) | load<u32>(record, 384) | load<u32>(record, 448);
    }
    touches = touched;
    for (let s = first; s < last; s++) {
      const record = recordOf(order + (<usize>s << 2), starts, records);
      const count = <usize>load<u32>(record);
      store<u32>(counts + (<usize>s << 2), <u32>count);
      let index = record + 4;
      let value = index + (count << 1);
      let to = (<usize>s * <usize>capacity) << 2;
      const end = to + (count << 2);
      for (; to < end; to += 32) {
        const i = v128.load(index);
        v128.store(offsets + to, i32x4.mul(i32x4.extend_low_i16x8_u(i), bytes));
        v128.store(offsets + to, i32x4.mul(i32x4.extend_high_i16x8_u(i), bytes), 16);
        const v = i16x8.extend_low_i8x16_u(v128.load64_zero(value));
        v128.store(floats + to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v)), factor));
        v128.store(floats + to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(v)), factor), 16);
        index += 16;
        value += 8;
      }
    }
  }
}

const TOUCHED_AT_ONCE: i32 = 16;

/** Keeps the loads that only touch memory from being optimised away. */
let touches: u32 = 0;

// @ts-ignore: decorator
@inline
function recordOf(order: usize, starts: usize, records: usize): usize {
  return records + <usize>load<u32>(starts + (<usize>load<u32>(order) << 2));
}

/** The same for float values. */
export function gatherSparseFloats(S: i32, order: usize, starts: usize, records: usize, rowBytes: i32, capacity: i32, offsets: usize, floats: usize, counts: usize): void {
  for (let s = 0; s < S; s++) {
    const record = recordOf(order + (<usize>s << 2), starts, records);
    const count = <usize>load<u32>(record);
    store<u32>(counts + (<usize>s << 2), <u32>count);
    const to = (<usize>s * <usize>capacity) << 2;
    memory.copy(floats + to, record + 4 + (count << 1), count << 2);
    for (let k: usize = 0; k < count; k++) {
      store<u32>(offsets + to + (k << 2), <u32>load<u16>(record + 4 + (k << 1)) * rowBytes);
    }
  }
}

/** z[s][o] = b[o] + factor · Σ_entries value · w[input][o] for o in [begin, end), multiples of four. */
export function sparseForward(S: i32, begin: i32, end: i32, O: i32, capacity: i32, offsets: usize, floats: usize, counts: usize, w: usize, b: usize, factor: f32, z: usize): void {
  const panels = ((end - begin) / 4 + PANEL - 1) / PANEL;
  for (let p = 0; p < panels; p++) {
    const first = begin + partOf(end - begin, panels, p);
    const V = (begin + partOf(end - begin, panels, p + 1) - first) >> 2;
    const column = <usize>first << 2;
    for (let s = 0; s < S; s++) {
      const row = (<usize>s * <usize>capacity) << 2;
      const count = load<u32>(counts + (<usize>s << 2));
      forwardPanel(V, count, offsets + row, floats + row, w + column, b + column, factor, z + ((<usize>s * <usize>stride(O)) << 2) + column);
    }
  }
}

/** Where part p of n columns begins, when they are cut into `parts` as evenly as vectors of four allow. */
// @ts-ignore: decorator
@inline
function partOf(n: i32, parts: i32, p: i32): i32 {
  return ((n / 4) * p / parts) << 2;
}

function forwardPanel(V: i32, count: u32, offsets: usize, floats: usize, w: usize, b: usize, factor: f32, z: usize): void {
  switch (V) {
    case 1: return forwardVectors(1, count, offsets, floats, w, b, factor, z);
    case 2: return forwardVectors(2, count, offsets, floats, w, b, factor, z);
    case 3: return forwardVectors(3, count, offsets, floats, w, b, factor, z);
    case 4: return forwardVectors(4, count, offsets, floats, w, b, factor, z);
    case 5: return forwardVectors(5, count, offsets, floats, w, b, factor, z);
    case 6: return forwardVectors(6, count, offsets, floats, w, b, factor, z);
    default: return forwardVectors(7, count, offsets, floats, w, b, factor, z);
  }
}

// @ts-ignore: decorator
@inline
function forwardVectors(V: i32, count: u32, offsets: usize, floats: usize, w: usize, b: usize, factor: f32, z: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
  const end = offsets + (<usize>count << 2);
  while (offsets < end) {
    const row = w + <usize>load<u32>(offsets);
    const t = v128.load32_splat(floats);
    a0 = madd(t, v128.load(row), a0);
    if (V > 1) a1 = madd(t, v128.load(row, 16), a1);
    if (V > 2) a2 = madd(t, v128.load(row, 32), a2);
    if (V > 3) a3 = madd(t, v128.load(row, 48), a3);
    if (V > 4) a4 = madd(t, v128.load(row, 64), a4);
    if (V > 5) a5 = madd(t, v128.load(row, 80), a5);
    if (V > 6) a6 = madd(t, v128.load(row, 96), a6);
    offsets += 4;
    floats += 4;
  }
  const f = f32x4.splat(factor);
  v128.store(z, madd(a0, f, v128.load(b)));
  if (V > 1) v128.store(z, madd(a1, f, v128.load(b, 16)), 16);
  if (V > 2) v128.store(z, madd(a2, f, v128.load(b, 32)), 32);
  if (V > 3) v128.store(z, madd(a3, f, v128.load(b, 48)), 48);
  if (V > 4) v128.store(z, madd(a4, f, v128.load(b, 64)), 64);
  if (V > 5) v128.store(z, madd(a5, f, v128.load(b, 80)), 80);
  if (V > 6) v128.store(z, madd(a6, f, v128.load(b, 96)), 96);
}

/**
 * w[input][o] -= rate · value · δ[s][o] for every entry and o in [begin, end), in sample order: BP4 and its update at once.
 * The columns are multiples of four.
 */
export function sparseUpdate(S: i32, begin: i32, end: i32, O: i32, capacity: i32, offsets: usize, floats: usize, counts: usize, delta: usize, w: usize, rate: f32): void {
  const panels = ((end - begin) / 4 + PANEL - 1) / PANEL;
  for (let p = 0; p < panels; p++) {
    const first = begin + partOf(end - begin, panels, p);
    const V = (begin + partOf(end - begin, panels, p + 1) - first) >> 2;
    const column = <usize>first << 2;
    for (let s = 0; s < S; s++) {
      const row = (<usize>s * <usize>capacity) << 2;
      const count = load<u32>(counts + (<usize>s << 2));
      updatePanel(V, count, offsets + row, floats + row, delta + ((<usize>s * <usize>stride(O)) << 2) + column, w + column, -rate);
    }
  }
}

function updatePanel(V: i32, count: u32, offsets: usize, floats: usize, delta: usize, w: usize, rate: f32): void {
  switch (V) {
    case 1: return updateVectors(1, count, offsets, floats, delta, w, rate);
    case 2: return updateVectors(2, count, offsets, floats, delta, w, rate);
    case 3: return updateVectors(3, count, offsets, floats, delta, w, rate);
    case 4: return updateVectors(4, count, offsets, floats, delta, w, rate);
    case 5: return updateVectors(5, count, offsets, floats, delta, w, rate);
    case 6: return updateVectors(6, count, offsets, floats, delta, w, rate);
    default: return updateVectors(7, count, offsets, floats, delta, w, rate);
  }
}

// @ts-ignore: decorator
@inline
function updateVectors(V: i32, count: u32, offsets: usize, floats: usize, delta: usize, w: usize, rate: f32): void {
  const zero = f32x4.splat(0);
  const f = f32x4.splat(rate);
  const d0 = f32x4.mul(f, v128.load(delta));
  const d1 = V > 1 ? f32x4.mul(f, v128.load(delta, 16)) : zero;
  const d2 = V > 2 ? f32x4.mul(f, v128.load(delta, 32)) : zero;
  const d3 = V > 3 ? f32x4.mul(f, v128.load(delta, 48)) : zero;
  const d4 = V > 4 ? f32x4.mul(f, v128.load(delta, 64)) : zero;
  const d5 = V > 5 ? f32x4.mul(f, v128.load(delta, 80)) : zero;
  const d6 = V > 6 ? f32x4.mul(f, v128.load(delta, 96)) : zero;
  const end = offsets + (<usize>count << 2);
  while (offsets < end) {
    const row = w + <usize>load<u32>(offsets);
    const t = v128.load32_splat(floats);
    v128.store(row, madd(t, d0, v128.load(row)));
    if (V > 1) v128.store(row, madd(t, d1, v128.load(row, 16)), 16);
    if (V > 2) v128.store(row, madd(t, d2, v128.load(row, 32)), 32);
    if (V > 3) v128.store(row, madd(t, d3, v128.load(row, 48)), 48);
    if (V > 4) v128.store(row, madd(t, d4, v128.load(row, 64)), 64);
    if (V > 5) v128.store(row, madd(t, d5, v128.load(row, 80)), 80);
    if (V > 6) v128.store(row, madd(t, d6, v128.load(row, 96)), 96);
    offsets += 4;
    floats += 4;
  }
}

/**
 * dw[input] = Σ_s value · δ[s], in sample order, for the rows that have an entry; all other rows are left as they are. A row
 * counts as written in this step when its stamp is `stamp`: so no block is ever cleared. `stamps` has one word per input.
 */
export function sparseGradient(S: i32, O: i32, capacity: i32, offsets: usize, floats: usize, counts: usize, delta: usize, dw: usize, stamps: usize, stamp: u32): void {
  const rowBytes = <usize>stride(O) << 2;
  const end = (<usize>(O + 3) & ~3) << 2;
  for (let s = 0; s < S; s++) {
    const from = (<usize>s * <usize>capacity) << 2;
    const count = <usize>load<u32>(counts + (<usize>s << 2));
    const d = delta + <usize>s * rowBytes;
    for (let k: usize = 0; k < count; k++) {
      const offset = <usize>load<u32>(offsets + from + (k << 2));
      const t = v128.load32_splat(floats + from + (k << 2));
      const row = dw + offset;
      const mark = stamps + ((offset / rowBytes) << 2);
      if (load<u32>(mark) == stamp) {
        for (let o: usize = 0; o < end; o += 16) v128.store(row + o, madd(t, v128.load(d + o), v128.load(row + o)));
      } else {
        store<u32>(mark, stamp);
        for (let o: usize = 0; o < end; o += 16) v128.store(row + o, f32x4.mul(t, v128.load(d + o)));
      }
    }
  }
}

/**
 * w[i] -= rate · Σ_c g_c[i] for rows i in [begin, end), over those of the `count` blocks whose stamp of the row is `stamp`, in
 * block order. Blocks lie `step` bytes apart, their stamps `stampStep`.
 */
export function sparseSgd(begin: i32, end: i32, O: i32, w: usize, blocks: usize, count: i32, step: usize, stamps: usize, stampStep: usize, stamp: u32, rate: f32): void {
  const rowBytes = <usize>stride(O) << 2;
  const columns = (<usize>(O + 3) & ~3) << 2;
  const r = f32x4.splat(-rate);
  for (let i = begin; i < end; i++) {
    const mark = stamps + (<usize>i << 2);
    const row = w + <usize>i * rowBytes;
    const block = blocks + <usize>i * rowBytes;
    let first = 0;
    while (first < count && load<u32>(mark + <usize>first * stampStep) != stamp) first++;
    if (first == count) continue;
    let second = first + 1;
    while (second < count && load<u32>(mark + <usize>second * stampStep) != stamp) second++;
    const g1 = block + <usize>first * step;
    if (second == count) {
      for (let o: usize = 0; o < columns; o += 16) v128.store(row + o, madd(r, v128.load(g1 + o), v128.load(row + o)));
      continue;
    }
    const g2 = block + <usize>second * step;
    for (let o: usize = 0; o < columns; o += 16) {
      let g = f32x4.add(v128.load(g1 + o), v128.load(g2 + o));
      for (let c = second + 1; c < count; c++) {
        if (load<u32>(mark + <usize>c * stampStep) == stamp) g = f32x4.add(g, v128.load(block + <usize>c * step + o));
      }
      v128.store(row + o, madd(r, g, v128.load(row + o)));
    }
  }
}

/** w ← factor · w for columns [begin, end) of I rows: what `sparseForward` was given as factor, made part of w. */
export function scaleColumns(I: i32, begin: i32, end: i32, O: i32, w: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let i = 0; i < I; i++) {
    const row = w + ((<usize>i * <usize>stride(O)) << 2);
    for (let o = begin; o < end; o += 4) {
      const at = row + (<usize>o << 2);
      v128.store(at, f32x4.mul(f, v128.load(at)));
    }
  }
}
