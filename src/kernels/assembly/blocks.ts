// The reduction of the shards' gradient blocks, added in block order, together with its step: over whole stretches of parameters,
// and over the rows of a sparse first layer that a block has written.

import { PANEL_ROW } from './entries';
import { madd, PAIRED } from './vector';

/**
 * w ← keep·w - rate·g for n parameters, with g the sum of `count` blocks `step` bytes apart, added in block order.
 * n is a multiple of four.
 */
export function reduceBlocks(n: i32, w: usize, blocks: usize, count: i32, step: usize, rate: f32, keep: f32): void {
  const r = f32x4.splat(-rate);
  const k = f32x4.splat(keep);
  const end = w + (<usize>n << 2);
  if (PAIRED) {
    for (; w + 16 < end; w += 32) {
      let g = v128.load(blocks);
      let h = v128.load(blocks, 16);
      let from = blocks;
      for (let c = 1; c < count; c++) {
        from += step;
        g = f32x4.add(g, v128.load(from));
        h = f32x4.add(h, v128.load(from, 16));
      }
      const first = madd(r, g, f32x4.mul(v128.load(w), k));
      const second = madd(r, h, f32x4.mul(v128.load(w, 16), k));
      v128.store(w, first);
      v128.store(w, second, 16);
      blocks += 32;
    }
  }
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
 * w[i] -= rate · Σ_c g_c[i] for rows i in [begin, end) of the I of a sparse first layer, over those of the `count` blocks whose tag of the
 * row is `tag`, in block order. Blocks lie `step` bytes apart, their tags `tagStep`.
 */
export function reduceSparseBlocks(begin: i32, end: i32, I: i32, O: i32, w: usize, blocks: usize, count: i32, step: usize, tags: usize, tagStep: usize, tag: u32, rate: f32): void {
  const panelBytes = <usize>I * PANEL_ROW;
  const bytes = <usize>((O + 15) >> 4) * panelBytes;
  const r = f32x4.splat(-rate);
  for (let i = begin; i < end; i++) {
    const mark = tags + (<usize>i << 2);
    let first = 0;
    while (first < count && load<u32>(mark + <usize>first * tagStep) != tag) first++;
    if (first == count) continue;
    for (let at = <usize>i * PANEL_ROW; at < bytes; at += panelBytes) {
      const row = w + at;
      const block = blocks + at + <usize>first * step;
      let g0 = v128.load(block);
      let g1 = v128.load(block, 16);
      let g2 = v128.load(block, 32);
      let g3 = v128.load(block, 48);
      for (let c = first + 1; c < count; c++) {
        if (load<u32>(mark + <usize>c * tagStep) != tag) continue;
        const other = blocks + at + <usize>c * step;
        g0 = f32x4.add(g0, v128.load(other));
        g1 = f32x4.add(g1, v128.load(other, 16));
        g2 = f32x4.add(g2, v128.load(other, 32));
        g3 = f32x4.add(g3, v128.load(other, 48));
      }
      g0 = madd(r, g0, v128.load(row));
      g1 = madd(r, g1, v128.load(row, 16));
      g2 = madd(r, g2, v128.load(row, 32));
      g3 = madd(r, g3, v128.load(row, 48));
      v128.store(row, g0);
      v128.store(row, g1, 16);
      v128.store(row, g2, 32);
      v128.store(row, g3, 48);
    }
  }
}
