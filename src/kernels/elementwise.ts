// Makes kernels over matrices from functions of one number: the plain kernels' activations and costs, and those of
// functions that a user brings. Sums are carried in float64 and rounded once, when they are stored.

import type { ActivationKernel, CostKernel, OwnKernels } from './kernels.js';
import { stride } from './kernels.js';

type Term = (z: number, a: number, y: number, offset: number) => number;

interface ElementwiseKernels {
  /** An activation that maps each z on its own; f' may use z and a. */
  elementwise(f: (z: number) => number, derivative: (z: number, a: number) => number): ActivationKernel;
  /** C_x = offset(row of z) + Σ_o term(z, a, y, offset) */
  costOf(term: Term, offsetOf?: (z: Float32Array) => number): CostKernel['value'];
  /** e[s][o] = g(a, y) */
  gradientOf(g: (a: number, y: number) => number): CostKernel['gradient'];
  readonly own: OwnKernels;
}

export function elementwiseKernels(memory: WebAssembly.Memory): ElementwiseKernels {
  const f32 = new Float32Array(memory.buffer);
  const at = (address: number): number => address >>> 2;

  const elementwise: ElementwiseKernels['elementwise'] = (f, derivative) => ({
    forward(S, O, z, a) {
      const ld = stride(O);
      for (let s = 0; s < S; s++) for (let o = 0; o < O; o++) f32[at(a) + s * ld + o] = f(f32[at(z) + s * ld + o]);
    },
    backward(S, O, z, a, e) {
      const ld = stride(O);
      for (let s = 0; s < S; s++) {
        for (let o = 0; o < O; o++) {
          const k = s * ld + o;
          f32[at(e) + k] *= derivative(f32[at(z) + k], f32[at(a) + k]);
        }
      }
    },
  });

  const costOf: ElementwiseKernels['costOf'] = (term, offsetOf) => (S, O, z, a, y, c) => {
    const ld = stride(O);
    let total = 0;
    for (let s = 0; s < S; s++) {
      const row = s * ld;
      const offset = offsetOf ? offsetOf(f32.subarray(at(z) + row, at(z) + row + O)) : 0;
      let sum = 0;
      for (let o = row; o < row + O; o++) sum += term(f32[at(z) + o], f32[at(a) + o], f32[at(y) + o], offset);
      f32[at(c) + s] = sum;
      total += f32[at(c) + s];
    }
    return Number.isFinite(total) ? 1 : 0;
  };

  const gradientOf: ElementwiseKernels['gradientOf'] = (g) => (S, O, a, y, e) => {
    const ld = stride(O);
    for (let s = 0; s < S; s++) {
      for (let o = 0; o < O; o++) f32[at(e) + s * ld + o] = g(f32[at(a) + s * ld + o], f32[at(y) + s * ld + o]);
    }
  };

  const own: OwnKernels = {
    activation: elementwise,
    cost: (term, gradient) => ({ value: costOf((_z, a, y) => term(a, y)), gradient: gradientOf(gradient) }),
  };
  return { elementwise, costOf, gradientOf, own };
}
