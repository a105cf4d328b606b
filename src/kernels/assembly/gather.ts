// Gathering: copies the samples and targets of a mini-batch, in the order in which they are drawn, to rows; and columns of a matrix.

import { stride } from './vector';

/**
 * x[s][0..I) = scale · bytes[order[s]][0..I) for S samples. Eight bytes widen to two vectors at a time (as signed integers, whose
 * conversion is one instruction of x86 where that of unsigned ones takes ten); the floats past
 * I are left alone (they are zero from the start).
 */
export function gatherBytes(S: i32, I: i32, order: usize, bytes: usize, scale: f32, x: usize): void {
  const ld = <usize>stride(I) << 2;
  const factor = f32x4.splat(scale);
  for (let s = 0; s < S; s++) {
    const from = bytes + <usize>load<u32>(order + (<usize>s << 2)) * <usize>I;
    let i = 0;
    for (; i + 8 <= I; i += 8) {
      const wide = i16x8.extend_low_i8x16_u(v128.load64_zero(from + <usize>i));
      const to = x + (<usize>i << 2);
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(wide)), factor));
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(wide)), factor), 16);
    }
    for (; i < I; i++) f32.store(x + (<usize>i << 2), <f32>load<u8>(from + <usize>i) * scale);
    x += ld;
  }
}

/** x[s][0..I) = floats[order[s]][0..I) for S samples; the samples lie I floats apart. */
export function gatherFloats(S: i32, I: i32, order: usize, floats: usize, x: usize): void {
  const ld = <usize>stride(I) << 2;
  for (let s = 0; s < S; s++) {
    const from = floats + ((<usize>load<u32>(order + (<usize>s << 2)) * <usize>I) << 2);
    memory.copy(x, from, <usize>I << 2);
    x += ld;
  }
}

/** to[s] = from[s·step], step in bytes, for S floats. */
export function gatherColumn(S: i32, step: usize, from: usize, to: usize): void {
  for (let s: usize = 0; s < <usize>S; s++) f32.store(to + (s << 2), f32.load(from + s * step));
}

/** to[s·step] = from[s] */
export function scatterColumn(S: i32, step: usize, from: usize, to: usize): void {
  for (let s: usize = 0; s < <usize>S; s++) f32.store(to + s * step, f32.load(from + (s << 2)));
}

/** y[s][j] = 1 where j is the label of sample order[s], else 0. */
export function gatherOneHot(S: i32, O: i32, order: usize, labels: usize, y: usize): void {
  const ld = <usize>stride(O) << 2;
  for (let s = 0; s < S; s++) {
    // memory.fill would be a call out of the module, slower than a few stores.
    for (let o: usize = 0; o < ld; o += 16) v128.store(y + o, f32x4.splat(0));
    const label = load<u16>(labels + (<usize>load<u32>(order + (<usize>s << 2)) << 1));
    f32.store(y + (<usize>label << 2), 1);
    y += ld;
  }
}
