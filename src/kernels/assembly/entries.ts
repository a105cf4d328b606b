// A mini-batch whose inputs are mostly zero, in compressed sparse rows: entries of eight bytes, a byte offset into a panel of w (the
// input's number times the bytes of a panel's row) and a float value, row after row in one piece of memory, and
// two addresses a row, its span. Here they are unpacked from the samples, or from a dense row, and sorted by input; sparse.ts computes with them.

import { columns } from './vector';

const PANEL_SHIFT: i32 = 6;
/** Bytes of a row of a panel of w: PANEL_FLOATS in kernels.ts. */
export const PANEL_ROW: i32 = 1 << PANEL_SHIFT;
/** Bytes of a packed row of δ, as in kernels.ts. */
export const PACKED_ROW: i32 = 128;

/**
 * Entries of S samples from their records, each in one piece of memory: count (32-bit), the inputs' numbers (16-bit), the
 * values (bytes, times `scale`). Eight are widened at once, so up to seven entries past the last are written. Samples come in
 * random order from tens of megabytes: so the records of up to sixteen are touched before the first of them is unpacked, and
 * their cache lines and pages arrive side by side (measured: 125 ns a sample instead of 290).
 */
export function gatherSparseBytes(S: i32, order: usize, starts: usize, records: usize, scale: f32, entries: usize, spans: usize): void {
  const factor = f32x4.splat(scale);
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
      let index = record + 4;
      let value = index + (count << 1);
      const end = entries + (count << 3);
      setSpan(spans, s, entries, end);
      for (let to = entries; to < end; to += 64) {
        const i = v128.load(index);
        const low = i32x4.shl(i32x4.extend_low_i16x8_u(i), PANEL_SHIFT);
        const high = i32x4.shl(i32x4.extend_high_i16x8_u(i), PANEL_SHIFT);
        const v = i16x8.extend_low_i8x16_u(v128.load64_zero(value));
        const x = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v)), factor);
        const y = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(v)), factor);
        v128.store(to, v128.shuffle<f32>(low, x, 0, 4, 1, 5));
        v128.store(to, v128.shuffle<f32>(low, x, 2, 6, 3, 7), 16);
        v128.store(to, v128.shuffle<f32>(high, y, 0, 4, 1, 5), 32);
        v128.store(to, v128.shuffle<f32>(high, y, 2, 6, 3, 7), 48);
        index += 16;
        value += 8;
      }
      entries = end;
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

// @ts-ignore: decorator
@inline
function setSpan(spans: usize, row: i32, begin: usize, end: usize): void {
  store<u32>(spans + (<usize>row << 3), <u32>begin);
  store<u32>(spans + (<usize>row << 3), <u32>end, 4);
}

// @ts-ignore: decorator
@inline
export function beginOf(spans: usize, row: i32): usize {
  return <usize>load<u32>(spans + (<usize>row << 3));
}

// @ts-ignore: decorator
@inline
export function endOf(spans: usize, row: i32): usize {
  return <usize>load<u32>(spans + (<usize>row << 3), 4);
}

/** The same for float values. */
export function gatherSparseFloats(S: i32, order: usize, starts: usize, records: usize, entries: usize, spans: usize): void {
  for (let s = 0; s < S; s++) {
    const record = recordOf(order + (<usize>s << 2), starts, records);
    const count = <usize>load<u32>(record);
    const values = record + 4 + (count << 1);
    const end = entries + (count << 3);
    setSpan(spans, s, entries, end);
    for (let k: usize = 0; k < count; k++) {
      store<u32>(entries, <u32>load<u16>(record + 4 + (k << 1)) * PANEL_ROW);
      store<u32>(entries, load<u32>(values + (k << 2)), 4);
      entries += 8;
    }
  }
}

/** A dense row of a row's entries. */
export function spreadEntries(I: i32, span: usize, x: usize): void {
  for (let k: usize = 0; k < <usize>columns(I) << 2; k += 16) v128.store(x + k, f32x4.splat(0));
  const end = endOf(span, 0);
  for (let entry = beginOf(span, 0); entry < end; entry += 8) {
    store<u32>(x + <usize>load<u32>(entry) / (PANEL_ROW >> 2), load<u32>(entry, 4));
  }
}

/**
 * Entries of what is not zero in a dense row. Where a vector is all zeros, as most of a picture's are, nothing is written; else all
 * four are, and each that is zero is written over by the next: no branch that depends on a pixel.
 */
export function packEntries(I: i32, x: usize, entries: usize, span: usize): void {
  let to = entries;
  for (let i = 0; i < I; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    const rest = I - i;
    // Signs do not count: -0 is zero.
    const isSet = v128.not(f32x4.eq(v, f32x4.splat(0)));
    let set = i32x4.bitmask(isSet);
    if (rest < 4) set &= (1 << rest) - 1;
    if (set == 0) continue;
    const at = i * PANEL_ROW;
    store<u32>(to, at);
    store<f32>(to, f32x4.extract_lane(v, 0), 4);
    to += (set & 1) << 3;
    store<u32>(to, at + PANEL_ROW);
    store<f32>(to, f32x4.extract_lane(v, 1), 4);
    to += (set & 2) << 2;
    store<u32>(to, at + 2 * PANEL_ROW);
    store<f32>(to, f32x4.extract_lane(v, 2), 4);
    to += (set & 4) << 1;
    store<u32>(to, at + 3 * PANEL_ROW);
    store<f32>(to, f32x4.extract_lane(v, 3), 4);
    to += set & 8;
  }
  setSpan(span, 0, entries, to);
}

/**
 * Entries of S rows, sorted by input: counted, given their places, and written there, row after row, with offsets of packed rows of δ.
 */
export function groupEntries(S: i32, I: i32, factor: f32, spans: usize, groups: usize, groupSpans: usize): void {
  memory.fill(groupSpans, 0, <usize>I << 3);
  for (let s = 0; s < S; s++) {
    const end = endOf(spans, s);
    for (let entry = beginOf(spans, s); entry < end; entry += 8) {
      const count = groupOf(groupSpans, entry);
      store<u32>(count, load<u32>(count, 4) + 8, 4);
    }
  }
  let at = groups;
  for (let i = 0; i < I; i++) {
    const bytes = endOf(groupSpans, i);
    setSpan(groupSpans, i, at, at);
    at += bytes;
  }
  for (let s = 0; s < S; s++) {
    const end = endOf(spans, s);
    for (let entry = beginOf(spans, s); entry < end; entry += 8) {
      const span = groupOf(groupSpans, entry);
      const to = <usize>load<u32>(span, 4);
      store<u32>(to, s * PACKED_ROW);
      store<f32>(to, load<f32>(entry, 4) * factor, 4);
      store<u32>(span, <u32>to + 8, 4);
    }
  }
}

/** The span of an entry's input. */
// @ts-ignore: decorator
@inline
function groupOf(groupSpans: usize, entry: usize): usize {
  return groupSpans + ((<usize>load<u32>(entry) / PANEL_ROW) << 3);
}
