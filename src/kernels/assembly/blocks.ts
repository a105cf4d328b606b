// The reduction of the shards' gradient blocks, added in block order, together with its step: over whole stretches of parameters,
// and over the rows of a sparse first layer that a block has written.

import { madd, stride } from './vector';

/**
 * w ← keep·w - rate·g for n parameters, with g the sum of `count` blocks `step` bytes apart, added in block order.
 * n is a multiple of four.
 */
export function reduceBlocks(n: i32, w: usize, blocks: usize, count: i32, step: usize, rate: f32, keep: f32): void {
  const r = f32x4.splat(-rate);
  const k = f32x4.splat(keep);
  const end = w + (<usize>n << 2);
  for (; w < end; w += 16) {
    let g = v128.load(blocks);
    let from = blocks;
    for (let c = 1; c < count; c++) {
      from += step;
      g = f32x4.add(g, v128.load(from));
    }
    v128.store(w, madd(r, g, f32x4.mul(v128.load(w), k)));
    blocks += 16;
  }
}

/**
 * w[i] -= rate · Σ_c g_c[i] for rows i in [begin, end), over those of the `count` blocks whose tag of the row is `tag`, in
 * block order. Blocks lie `step` bytes apart, their tags `tagStep`.
 */
export function reduceSparseBlocks(begin: i32, end: i32, O: i32, w: usize, blocks: usize, count: i32, step: usize, tags: usize, tagStep: usize, tag: u32, rate: f32): void {
  const rowBytes = <usize>stride(O) << 2;
  const columns = (<usize>(O + 3) & ~3) << 2;
  const r = f32x4.splat(-rate);
  for (let i = begin; i < end; i++) {
    const mark = tags + (<usize>i << 2);
    const row = w + <usize>i * rowBytes;
    const block = blocks + <usize>i * rowBytes;
    let first = 0;
    while (first < count && load<u32>(mark + <usize>first * tagStep) != tag) first++;
    if (first == count) continue;
    let second = first + 1;
    while (second < count && load<u32>(mark + <usize>second * tagStep) != tag) second++;
    const g1 = block + <usize>first * step;
    if (second == count) {
      for (let o: usize = 0; o < columns; o += 16) v128.store(row + o, madd(r, v128.load(g1 + o), v128.load(row + o)));
      continue;
    }
    const g2 = block + <usize>second * step;
    for (let o: usize = 0; o < columns; o += 16) {
      let g = f32x4.add(v128.load(g1 + o), v128.load(g2 + o));
      for (let c = second + 1; c < count; c++) {
        if (load<u32>(mark + <usize>c * tagStep) == tag) g = f32x4.add(g, v128.load(block + <usize>c * step + o));
      }
      v128.store(row + o, madd(r, g, v128.load(row + o)));
    }
  }
}
