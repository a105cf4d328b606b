// The plain activations f and f'. Definitions and sources stand in functions/activations.ts.

import { elementwiseKernels } from '../elementwise.js';
import type { ActivationKernel, Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;
const LEAK = Math.fround(0.01);
const GELU_ROOT = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;
const geluTanh = (z: number): number => Math.tanh(GELU_ROOT * (z + GELU_CUBE * z ** 3));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Plain activations on `memory`. */
export function scalarActivations(memory: WebAssembly.Memory): Pick<Kernels, 'activations'> {
  const f32 = new Float32Array(memory.buffer);
  const { elementwise } = elementwiseKernels(memory);

  const softmax: ActivationKernel = {
    forward(S, O, z, a) {
      for (let s = 0; s < S; s++) {
        const from = at(z) + s * stride(O);
        const to = at(a) + s * stride(O);
        let top = Number.NEGATIVE_INFINITY;
        for (let o = 0; o < O; o++) top = Math.max(top, f32[from + o]);
        let sum = 0;
        for (let o = 0; o < O; o++) sum += Math.exp(f32[from + o] - top);
        for (let o = 0; o < O; o++) f32[to + o] = Math.exp(f32[from + o] - top) / sum;
      }
    },
    backward(S, O, _z, a, e) {
      for (let s = 0; s < S; s++) {
        const row = s * stride(O);
        let mean = 0;
        for (let o = 0; o < O; o++) mean += f32[at(a) + row + o] * f32[at(e) + row + o];
        for (let o = 0; o < O; o++) f32[at(e) + row + o] = f32[at(a) + row + o] * (f32[at(e) + row + o] - mean);
      }
    },
  };

  return {
    activations: {
      sigmoid: elementwise(sigmoid, (_z, a) => a * (1 - a)),
      tanh: elementwise(Math.tanh, (_z, a) => 1 - a * a),
      relu: elementwise(
        (z) => Math.max(z, 0),
        (z) => (z > 0 ? 1 : 0),
      ),
      'leaky-relu': elementwise(
        (z) => (z > 0 ? z : LEAK * z),
        (z) => (z > 0 ? 1 : LEAK),
      ),
      elu: elementwise(
        (z) => (z > 0 ? z : Math.expm1(z)),
        (z, a) => (z > 0 ? 1 : a + 1),
      ),
      gelu: elementwise(
        (z) => 0.5 * z * (1 + geluTanh(z)),
        (z) => {
          const t = geluTanh(z);
          return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_ROOT * (1 + 3 * GELU_CUBE * z * z);
        },
      ),
      silu: elementwise(
        (z) => z * sigmoid(z),
        (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
      ),
      softplus: elementwise((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid),
      linear: elementwise(
        (z) => z,
        () => 1,
      ),
      softmax,
    },
  };
}
