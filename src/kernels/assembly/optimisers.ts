// One step of each optimiser on a slice of the parameters. The equations and their sources stand in functions/optimisers/. `kind`
// is a constant in every call of an inlined function here.

import { madd } from './vector';

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

/** l1·sgn w: the bits of l1 with the sign of w, and 0 where w is 0. */
// @ts-ignore: decorator
@inline
function signed(l1: v128, w: v128): v128 {
  const sign = v128.bitselect(w, l1, i32x4.splat(0x80000000));
  return v128.andnot(sign, f32x4.eq(w, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function update(kind: i32, R: i32, n: i32, step: usize, w: usize, g: usize, s: usize, q: usize, h: usize): void {
  const scale = v128.load32_splat(h, SCALE);
  const eta = v128.load32_splat(h, ETA);
  const l2 = v128.load32_splat(h, L2);
  const l1 = v128.load32_splat(h, L1);
  const first = v128.load32_splat(h, FIRST);
  const bytes = <usize>n << 2;
  for (let r = 0; r < R; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      let x = v128.load(w + k);
      let d = f32x4.mul(v128.load(g + k), scale);
      if (kind != ADAMW) d = madd(l2, x, d);
      d = f32x4.add(d, signed(l1, x));
      if (kind == SGD) {
        x = madd(f32x4.neg(eta), d, x);
      } else if (kind == MOMENTUM) {
        const v = madd(f32x4.neg(eta), d, f32x4.mul(first, v128.load(s + k)));
        v128.store(s + k, v);
        x = f32x4.add(x, v);
      } else if (kind == NESTEROV) {
        const v = madd(f32x4.neg(eta), d, f32x4.mul(first, v128.load(s + k)));
        v128.store(s + k, v);
        x = f32x4.add(x, madd(first, v, f32x4.neg(f32x4.mul(eta, d))));
      } else if (kind == RMSPROP) {
        const v = madd(first, v128.load(s + k), f32x4.mul(v128.load32_splat(h, FIRST_REST), f32x4.mul(d, d)));
        v128.store(s + k, v);
        x = f32x4.sub(x, f32x4.div(f32x4.mul(eta, d), f32x4.add(f32x4.sqrt(v), v128.load32_splat(h, EPSILON))));
      } else {
        if (kind == ADAMW) x = f32x4.sub(x, f32x4.mul(f32x4.mul(eta, l2), x));
        const v = madd(first, v128.load(s + k), f32x4.mul(v128.load32_splat(h, FIRST_REST), d));
        const u = madd(v128.load32_splat(h, SECOND), v128.load(q + k), f32x4.mul(v128.load32_splat(h, SECOND_REST), f32x4.mul(d, d)));
        v128.store(s + k, v);
        v128.store(q + k, u);
        const root = f32x4.sqrt(f32x4.mul(u, v128.load32_splat(h, SECOND_CORRECTION)));
        const mean = f32x4.mul(v, v128.load32_splat(h, FIRST_CORRECTION));
        x = f32x4.sub(x, f32x4.div(f32x4.mul(eta, mean), f32x4.add(root, v128.load32_splat(h, EPSILON))));
      }
      v128.store(w + k, x);
    }
    w += step;
    g += step;
    s += step;
    q += step;
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
