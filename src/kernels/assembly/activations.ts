// The activation functions f and their place in BP1 and BP2, over matrices [S][O]. `…Forward` computes a = f(z) and keeps
// the floats past O at zero; `…Backward` turns ∂C/∂a into δ = ∂C/∂a ⊙ f'(z), in place, from whichever of z and a is cheaper.

import { columns, constants, exp, laneSum, madd, sigmoid, stride, tanh } from './vector';

/** Puts zeros back past column O, where f(0) may have left something else. */
// @ts-ignore: decorator
@inline
function clearPadding(S: i32, O: i32, a: usize): void {
  const ld = stride(O);
  if (ld == O) return;
  let row = a;
  for (let s = 0; s < S; s++) {
    for (let o = O; o < ld; o++) f32.store(row + (<usize>o << 2), 0);
    row += <usize>ld << 2;
  }
}

/** y = e^x over n floats, a multiple of four. */
function exponential(n: i32, x: usize, y: usize): void {
  const table = constants();
  const end = x + (<usize>n << 2);
  for (; x < end; x += 16) {
    v128.store(y, exp(table, v128.load(x)));
    y += 16;
  }
}
export { exponential as exp };

export function sigmoidForward(S: i32, O: i32, z: usize, a: usize): void {
  const table = constants();
  const end = z + (<usize>(S * stride(O)) << 2);
  let to = a;
  for (; z < end; z += 16) {
    v128.store(to, sigmoid(table, v128.load(z)));
    to += 16;
  }
  clearPadding(S, O, a);
}

/** σ' = σ (1 - σ) = a (1 - a) */
export function sigmoidBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const one = f32x4.splat(1);
  for (; e < end; e += 16) {
    const v = v128.load(a);
    v128.store(e, f32x4.mul(v128.load(e), f32x4.mul(v, f32x4.sub(one, v))));
    a += 16;
  }
}

export function tanhForward(S: i32, O: i32, z: usize, a: usize): void {
  const table = constants();
  const end = z + (<usize>(S * stride(O)) << 2);
  for (; z < end; z += 16) {
    v128.store(a, tanh(table, v128.load(z)));
    a += 16;
  }
}

/** tanh' = 1 - tanh² = 1 - a² */
export function tanhBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const one = f32x4.splat(1);
  for (; e < end; e += 16) {
    const v = v128.load(a);
    v128.store(e, f32x4.mul(v128.load(e), f32x4.sub(one, f32x4.mul(v, v))));
    a += 16;
  }
}

/** max(z, 0), by pmax with z first, which lets a NaN through: a diverged run must not look like a dead unit. */
export function reluForward(S: i32, O: i32, z: usize, a: usize): void {
  const end = z + (<usize>(S * stride(O)) << 2);
  const zero = f32x4.splat(0);
  for (; z < end; z += 16) {
    v128.store(a, f32x4.pmax(v128.load(z), zero));
    a += 16;
  }
}

/** f' = 1 where z > 0, else 0 (the subgradient at 0 is taken as 0). */
export function reluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  const end = e + (<usize>(S * stride(O)) << 2);
  const zero = f32x4.splat(0);
  for (; e < end; e += 16) {
    v128.store(e, v128.and(v128.load(e), f32x4.gt(v128.load(z), zero)));
    z += 16;
  }
}

/** a_j = e^{z_j} / Σ_k e^{z_k} per row (book, chapter 3, equation 78), after subtracting the row's largest z. */
export function softmaxForward(S: i32, O: i32, z: usize, a: usize): void {
  const table = constants();
  const vectors = columns(O) >> 2;
  const ld = <usize>stride(O) << 2;
  const padding = i32x4.gt_s(i32x4(1, 2, 3, 4), i32x4.splat(O - ((vectors - 1) << 2)));
  for (let s = 0; s < S; s++) {
    let top = f32x4.splat(-f32.MAX_VALUE);
    for (let v = 0; v < vectors; v++) {
      let value = v128.load(z + (<usize>v << 4));
      if (v == vectors - 1) value = v128.bitselect(top, value, padding);
      top = f32x4.pmax(top, value);
    }
    top = f32x4.pmax(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
    top = f32x4.pmax(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2));
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      let value = exp(table, f32x4.sub(v128.load(z + (<usize>v << 4)), top));
      if (v == vectors - 1) value = v128.andnot(value, padding);
      v128.store(a + (<usize>v << 4), value);
      sum = f32x4.add(sum, value);
    }
    const factor = f32x4.splat(1 / laneSum(sum));
    for (let v = 0; v < vectors; v++) {
      const at = a + (<usize>v << 4);
      v128.store(at, f32x4.mul(v128.load(at), factor));
    }
    z += ld;
    a += ld;
  }
}

/** The softmax couples a row: δ_j = a_j (e_j - Σ_k a_k e_k). */
export function softmaxBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  const vectors = columns(O) >> 2;
  const ld = <usize>stride(O) << 2;
  for (let s = 0; s < S; s++) {
    let sum = f32x4.splat(0);
    for (let v = 0; v < vectors; v++) {
      sum = madd(v128.load(a + (<usize>v << 4)), v128.load(e + (<usize>v << 4)), sum);
    }
    const mean = f32x4.splat(laneSum(sum));
    for (let v = 0; v < vectors; v++) {
      const at = e + (<usize>v << 4);
      v128.store(at, f32x4.mul(v128.load(a + (<usize>v << 4)), f32x4.sub(v128.load(at), mean)));
    }
    a += ld;
    e += ld;
  }
}
