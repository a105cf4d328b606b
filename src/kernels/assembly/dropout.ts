// Dropout: units left out by a hash of sample and unit, so that no bit depends on which worker computes it.

import { columns, mixLanes, PAIRED, stride } from './vector';

/** A bijection of 32-bit words: mix32 of random.ts. */
// @ts-ignore: decorator
@inline
function mix(x: u32): u32 {
  let z = x + 0x9e3779b9;
  z = (z ^ (z >> 16)) * 0x21f0aaad;
  z = (z ^ (z >> 15)) * 0x735a2d97;
  return z ^ (z >> 15);
}

const UNIT_STEP: i32 = 0x9e3779b1;

/** to = scale·from, or 0 where the unit is dropped (see kernels.ts). */
export function dropout(S: i32, O: i32, order: usize, key: u32, threshold: i32, scale: f32, from: usize, to: usize): void {
  const ld = <usize>stride(O) << 2;
  const bytes = <usize>columns(O) << 2;
  const factor = f32x4.splat(scale);
  const limit = i32x4.splat(threshold);
  for (let s = 0; s < S; s++) {
    const row = mix(key ^ mix(load<u32>(order + (<usize>s << 2))));
    let x = i32x4.add(i32x4.splat(row), i32x4(0, UNIT_STEP, 2 * UNIT_STEP, 3 * UNIT_STEP));
    let k: usize = 0;
    if (PAIRED) {
      let y = i32x4.add(x, i32x4.splat(4 * UNIT_STEP));
      for (; k + 16 < bytes; k += 32) {
        const first = v128.and(f32x4.mul(v128.load(from + k), factor), i32x4.ge_u(mixLanes(x), limit));
        const second = v128.and(f32x4.mul(v128.load(from + k, 16), factor), i32x4.ge_u(mixLanes(y), limit));
        v128.store(to + k, first);
        v128.store(to + k, second, 16);
        x = i32x4.add(x, i32x4.splat(8 * UNIT_STEP));
        y = i32x4.add(y, i32x4.splat(8 * UNIT_STEP));
      }
    }
    for (; k < bytes; k += 16) {
      const kept = i32x4.ge_u(mixLanes(x), limit);
      v128.store(to + k, v128.and(f32x4.mul(v128.load(from + k), factor), kept));
      x = i32x4.add(x, i32x4.splat(4 * UNIT_STEP));
    }
    from += ld;
    to += ld;
  }
}
