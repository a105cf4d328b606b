// The activation functions f and their place in BP1 and BP2, over matrices [S][O]. `…Forward` computes a = f(z) and keeps
// the floats past O at zero; `…Backward` turns ∂C/∂a into δ = ∂C/∂a ⊙ f'(z), in place, from whichever of z and a is cheaper.
// Definitions and sources stand in functions/activations.ts. `kind` is a constant in every call of an inlined function here, so
// that the compiler leaves one loop per function.

import { clearPadding, columns, constants, exp, laneSum, log, madd, PAIRED, sigmoid, stride, tanh } from './vector';

const SIGMOID: i32 = 0;
const TANH: i32 = 1;
const RELU: i32 = 2;
const LEAKY_RELU: i32 = 3;
const ELU: i32 = 4;
const GELU: i32 = 5;
const SILU: i32 = 6;
const SOFTPLUS: i32 = 7;

const LEAK: f32 = 0.01;
const GELU_ROOT: f32 = 0.7978845608028654;
const GELU_CUBE: f32 = 0.044715;

/** tanh(√(2/π) (z + 0.044715 z³)) */
// @ts-ignore: decorator
@inline
function geluTanh(table: usize, z: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(z, z), z);
  return tanh(table, f32x4.mul(f32x4.splat(GELU_ROOT), madd(f32x4.splat(GELU_CUBE), cube, z)));
}

/** f(z) on four lanes. A ReLU by pmax with z first lets a NaN through: a diverged run must not look like a dead unit. */
// @ts-ignore: decorator
@inline
function f(kind: i32, table: usize, z: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (kind == SIGMOID) return sigmoid(table, z);
  if (kind == TANH) return tanh(table, z);
  if (kind == RELU) return f32x4.pmax(z, zero);
  if (kind == LEAKY_RELU) return v128.bitselect(z, f32x4.mul(z, f32x4.splat(LEAK)), f32x4.gt(z, zero));
  if (kind == ELU) return v128.bitselect(z, f32x4.sub(exp(table, z), one), f32x4.gt(z, zero));
  if (kind == GELU) return f32x4.mul(f32x4.mul(f32x4.splat(0.5), z), f32x4.add(one, geluTanh(table, z)));
  if (kind == SILU) return f32x4.mul(z, sigmoid(table, z));
  return f32x4.add(f32x4.pmax(z, zero), log(table, f32x4.add(one, exp(table, f32x4.neg(f32x4.abs(z))))));
}

/** e ⊙ f'(z) on four lanes. */
// @ts-ignore: decorator
@inline
function timesSlope(kind: i32, table: usize, z: v128, a: v128, e: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  // σ' = σ (1 - σ) = a (1 - a)
  if (kind == SIGMOID) return f32x4.mul(e, f32x4.mul(a, f32x4.sub(one, a)));
  // tanh' = 1 - tanh² = 1 - a²
  if (kind == TANH) return f32x4.mul(e, f32x4.sub(one, f32x4.mul(a, a)));
  // 1 where z > 0, else 0 (the subgradient at 0 is taken as 0)
  if (kind == RELU) return v128.and(e, f32x4.gt(z, zero));
  if (kind == LEAKY_RELU) return v128.bitselect(e, f32x4.mul(e, f32x4.splat(LEAK)), f32x4.gt(z, zero));
  // e^z = a + 1
  if (kind == ELU) return v128.bitselect(e, f32x4.mul(e, f32x4.add(a, one)), f32x4.gt(z, zero));
  if (kind == GELU) {
    const half = f32x4.splat(0.5);
    const t = geluTanh(table, z);
    const inner = f32x4.mul(f32x4.splat(GELU_ROOT), madd(f32x4.splat(3 * GELU_CUBE), f32x4.mul(z, z), one));
    const bell = f32x4.mul(f32x4.mul(half, z), f32x4.mul(f32x4.sub(one, f32x4.mul(t, t)), inner));
    return f32x4.mul(e, madd(half, f32x4.add(one, t), bell));
  }
  const s = sigmoid(table, z);
  // σ + z σ (1 - σ)
  if (kind == SILU) return f32x4.mul(e, f32x4.mul(s, madd(z, f32x4.sub(one, s), one)));
  return f32x4.mul(e, s);
}

// @ts-ignore: decorator
@inline
function forward(kind: i32, S: i32, O: i32, z: usize, a: usize): void {
  const table = constants();
  const end = z + (<usize>(S * stride(O)) << 2);
  let to = a;
  if (PAIRED) {
    for (; z + 16 < end; z += 32) {
      const first = f(kind, table, v128.load(z));
      const second = f(kind, table, v128.load(z, 16));
      v128.store(to, first);
      v128.store(to, second, 16);
      to += 32;
    }
  }
  for (; z < end; z += 16) {
    v128.store(to, f(kind, table, v128.load(z)));
    to += 16;
  }
  if (kind == SIGMOID || kind == SOFTPLUS) clearPadding(S, O, a);
}

// @ts-ignore: decorator
@inline
function backward(kind: i32, S: i32, O: i32, z: usize, a: usize, e: usize): void {
  const table = constants();
  const end = e + (<usize>(S * stride(O)) << 2);
  if (PAIRED) {
    for (; e + 16 < end; e += 32) {
      const first = timesSlope(kind, table, v128.load(z), v128.load(a), v128.load(e));
      const second = timesSlope(kind, table, v128.load(z, 16), v128.load(a, 16), v128.load(e, 16));
      v128.store(e, first);
      v128.store(e, second, 16);
      z += 32;
      a += 32;
    }
  }
  for (; e < end; e += 16) {
    v128.store(e, timesSlope(kind, table, v128.load(z), v128.load(a), v128.load(e)));
    z += 16;
    a += 16;
  }
}

export function sigmoidForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(SIGMOID, S, O, z, a);
}

export function sigmoidBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(SIGMOID, S, O, z, a, e);
}

export function tanhForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(TANH, S, O, z, a);
}

export function tanhBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(TANH, S, O, z, a, e);
}

export function reluForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(RELU, S, O, z, a);
}

export function reluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(RELU, S, O, z, a, e);
}

export function leakyReluForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(LEAKY_RELU, S, O, z, a);
}

export function leakyReluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(LEAKY_RELU, S, O, z, a, e);
}

export function eluForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(ELU, S, O, z, a);
}

export function eluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(ELU, S, O, z, a, e);
}

export function geluForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(GELU, S, O, z, a);
}

export function geluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(GELU, S, O, z, a, e);
}

export function siluForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(SILU, S, O, z, a);
}

export function siluBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(SILU, S, O, z, a, e);
}

export function softplusForward(S: i32, O: i32, z: usize, a: usize): void {
  forward(SOFTPLUS, S, O, z, a);
}

export function softplusBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {
  backward(SOFTPLUS, S, O, z, a, e);
}

export function linearForward(S: i32, O: i32, z: usize, a: usize): void {
  memory.copy(a, z, <usize>(S * stride(O)) << 2);
}

/** f' = 1 leaves e as it is. */
export function linearBackward(S: i32, O: i32, z: usize, a: usize, e: usize): void {}

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
