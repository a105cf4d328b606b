// One step of each optimiser on a slice of the parameters. The equations and their sources stand in functions/optimisers/. `kind`
// is a constant in every call of an inlined function here.

import { beginOf, endOf, PANEL_ROW } from './entries';
import { panelSpace, sumRow, zeroRow } from './scratch';
import { COLUMNS, packRows, panelAt, product, vectorsFrom } from './sparse';
import { constants, madd, PAIRED, stride, withSign } from './vector';

const SGD: i32 = 0;
const MOMENTUM: i32 = 1;
const NESTEROV: i32 = 2;
const RMSPROP: i32 = 3;
const ADAM: i32 = 4;
const ADAMW: i32 = 5;

/** Byte offsets of the hyperparameters: HYPER in kernels.ts. */
const SCALE: usize = 0;
const ETA: usize = 4;
const L2: usize = 8;
const L1: usize = 12;
const FIRST: usize = 16;
const FIRST_REST: usize = 20;
const SECOND: usize = 24;
const SECOND_REST: usize = 28;
const EPSILON: usize = 32;
const FIRST_CORRECTION: usize = 36;
const SECOND_CORRECTION: usize = 40;

/** ∂C/∂w of four parameters from their summed gradients, with the terms of decay. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, table: usize, h: usize, x: v128, sum: v128): v128 {
  let d = f32x4.mul(sum, v128.load32_splat(h, SCALE));
  if (kind != ADAMW) d = madd(v128.load32_splat(h, L2), x, d);
  return f32x4.add(d, withSign(table, v128.load32_splat(h, L1), x));
}

/** The new s, where there is one. */
// @ts-ignore: decorator
@inline
function firstState(kind: i32, h: usize, d: v128, s: v128): v128 {
  const first = v128.load32_splat(h, FIRST);
  if (kind == MOMENTUM || kind == NESTEROV) return madd(f32x4.neg(v128.load32_splat(h, ETA)), d, f32x4.mul(first, s));
  const part = kind == RMSPROP ? f32x4.mul(d, d) : d;
  return madd(first, s, f32x4.mul(v128.load32_splat(h, FIRST_REST), part));
}

/** The new q of Adam and AdamW. */
// @ts-ignore: decorator
@inline
function secondState(h: usize, d: v128, q: v128): v128 {
  return madd(v128.load32_splat(h, SECOND), q, f32x4.mul(v128.load32_splat(h, SECOND_REST), f32x4.mul(d, d)));
}

/** The new w, from the new s and q. */
// @ts-ignore: decorator
@inline
function moved(kind: i32, h: usize, x: v128, d: v128, s: v128, q: v128): v128 {
  const eta = v128.load32_splat(h, ETA);
  if (kind == SGD) return madd(f32x4.neg(eta), d, x);
  if (kind == MOMENTUM) return f32x4.add(x, s);
  if (kind == NESTEROV) return f32x4.add(x, madd(v128.load32_splat(h, FIRST), s, f32x4.neg(f32x4.mul(eta, d))));
  const epsilon = v128.load32_splat(h, EPSILON);
  if (kind == RMSPROP) return f32x4.sub(x, f32x4.div(f32x4.mul(eta, d), f32x4.add(f32x4.sqrt(s), epsilon)));
  const start = kind == ADAMW ? f32x4.sub(x, f32x4.mul(f32x4.mul(eta, v128.load32_splat(h, L2)), x)) : x;
  const root = f32x4.sqrt(f32x4.mul(q, v128.load32_splat(h, SECOND_CORRECTION)));
  const mean = f32x4.mul(s, v128.load32_splat(h, FIRST_CORRECTION));
  return f32x4.sub(start, f32x4.div(f32x4.mul(eta, mean), f32x4.add(root, epsilon)));
}

/** The step of the vector k bytes on. */
// @ts-ignore: decorator
@inline
function one(kind: i32, table: usize, h: usize, k: usize, w: usize, g: usize, s: usize, q: usize): void {
  const zero = f32x4.splat(0);
  const x = v128.load(w + k);
  const d = slope(kind, table, h, x, v128.load(g + k));
  const v = kind == SGD ? zero : firstState(kind, h, d, v128.load(s + k));
  const u = kind >= ADAM ? secondState(h, d, v128.load(q + k)) : zero;
  const y = moved(kind, h, x, d, v, u);
  if (kind != SGD) v128.store(s + k, v);
  if (kind >= ADAM) v128.store(q + k, u);
  v128.store(w + k, y);
}

/** The step of that vector and of the next. */
// @ts-ignore: decorator
@inline
function two(kind: i32, table: usize, h: usize, k: usize, w: usize, g: usize, s: usize, q: usize): void {
  const zero = f32x4.splat(0);
  const x0 = v128.load(w + k);
  const x1 = v128.load(w + k, 16);
  const d0 = slope(kind, table, h, x0, v128.load(g + k));
  const d1 = slope(kind, table, h, x1, v128.load(g + k, 16));
  const v0 = kind == SGD ? zero : firstState(kind, h, d0, v128.load(s + k));
  const v1 = kind == SGD ? zero : firstState(kind, h, d1, v128.load(s + k, 16));
  const u0 = kind >= ADAM ? secondState(h, d0, v128.load(q + k)) : zero;
  const u1 = kind >= ADAM ? secondState(h, d1, v128.load(q + k, 16)) : zero;
  const y0 = moved(kind, h, x0, d0, v0, u0);
  const y1 = moved(kind, h, x1, d1, v1, u1);
  if (kind != SGD) {
    v128.store(s + k, v0);
    v128.store(s + k, v1, 16);
  }
  if (kind >= ADAM) {
    v128.store(q + k, u0);
    v128.store(q + k, u1, 16);
  }
  v128.store(w + k, y0);
  v128.store(w + k, y1, 16);
}

// @ts-ignore: decorator
@inline
function update(kind: i32, R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  const table = constants();
  const bytes = <usize>n << 2;
  for (let r = 0; r < R; r++) {
    let k: usize = 0;
    if (PAIRED) for (; k + 16 < bytes; k += 32) two(kind, table, h, k, w, g, s, q);
    for (; k < bytes; k += 16) one(kind, table, h, k, w, g, s, q);
    w += step;
    g += step;
    s += step;
    q += step;
  }
}

/** The step of rows of panels, with the sum of each row's gradients in between. */
// @ts-ignore: decorator
@inline
function updatePanels(kind: i32, I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  const far = <usize>I * PANEL_ROW;
  for (let first = begin; first < end; first += COLUMNS) {
    const V = vectorsFrom(first, end);
    packRows(S, V, delta + (<usize>first << 2), <usize>stride(O) << 2);
    let at = panelAt(first, I);
    for (let i = 0; i < I; i++) {
      const entry = beginOf(groupSpans, i);
      const last = endOf(groupSpans, i);
      let g = zeroRow();
      if (entry != last) {
        product(V, entry, last, panelSpace(), 64, g, 64, 1, sumRow(), 64);
        g = sumRow();
      }
      update(kind, 1, min(V, 4) << 2, 0, w + at, g, s + at, q + at, h);
      if (V > 4) update(kind, 1, (V - 4) << 2, 0, w + at + far, g + 64, s + at + far, q + at + far, h);
      at += PANEL_ROW;
    }
  }
}

export function sgdUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(SGD, R, n, step, w, g, s, q, h);
}

export function momentumUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(MOMENTUM, R, n, step, w, g, s, q, h);
}

export function nesterovUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(NESTEROV, R, n, step, w, g, s, q, h);
}

export function rmspropUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(RMSPROP, R, n, step, w, g, s, q, h);
}

export function adamUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(ADAM, R, n, step, w, g, s, q, h);
}

export function adamwUpdate(R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  update(ADAMW, R, n, step, w, g, s, q, h);
}

export function sgdSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(SGD, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}

export function momentumSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(MOMENTUM, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}

export function nesterovSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(NESTEROV, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}

export function rmspropSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(RMSPROP, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}

export function adamSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(ADAM, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}

export function adamwSparseUpdate(I: i32, S: i32, begin: i32, end: i32, O: i32, groupSpans: usize, delta: usize, w: usize, s: usize, q: usize, h: usize): void {
  updatePanels(ADAMW, I, S, begin, end, O, groupSpans, delta, w, s, q, h);
}
