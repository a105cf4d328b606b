// The plain activations f and f', the costs C_x and their gradients, and what is counted of outputs. Definitions and sources stand
// in model/.

import { elementwiseKernels } from '../elementwise.js';
import type { ActivationKernel, Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;
const TINY = 1.1754943508222875e-38;
const LEAK = Math.fround(0.01);
const GELU_ROOT = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;
const geluTanh = (z: number): number => Math.tanh(GELU_ROOT * (z + GELU_CUBE * z ** 3));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

type Functions = Pick<Kernels, 'exp' | 'activations' | 'costs' | 'sigmoidCrossEntropy' | 'softmaxLogLikelihood' | 'own' | 'hits'>;

/** Plain activations and costs on `memory`. */
export function scalarFunctions(memory: WebAssembly.Memory): Functions {
  const f32 = new Float32Array(memory.buffer);
  const { elementwise, costOf, gradientOf, own } = elementwiseKernels(memory);
  const difference = gradientOf((a, y) => a - y);

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
    exp(n, x, y) {
      for (let k = 0; k < n; k++) f32[at(y) + k] = Math.exp(f32[at(x) + k]);
    },

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

    costs: {
      quadratic: { value: costOf((_z, a, y) => 0.5 * (a - y) ** 2), gradient: difference },
      'cross-entropy': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY)) - (1 - y) * Math.log(Math.max(1 - a, TINY))),
        gradient: gradientOf((a, y) => (1 - y) / Math.max(1 - a, TINY) - y / Math.max(a, TINY)),
      },
      'log-likelihood': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY))),
        gradient: gradientOf((a, y) => -y / Math.max(a, TINY)),
      },
      huber: {
        value: costOf((_z, a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5)),
        gradient: gradientOf((a, y) => Math.max(-1, Math.min(1, a - y))),
      },
      hinge: {
        value: costOf((_z, a, y) => Math.max(0, 1 - (2 * y - 1) * a)),
        gradient: gradientOf((a, y) => ((2 * y - 1) * a < 1 ? 1 - 2 * y : 0)),
      },
    },

    sigmoidCrossEntropy: { value: costOf((z, _a, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))), gradient: difference },

    softmaxLogLikelihood: {
      value: costOf(
        (z, _a, y, logSum) => y * (logSum - z),
        (z) => {
          const top = z.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
          return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
        },
      ),
      gradient: difference,
    },

    own,

    hits(S, O, a, y) {
      let count = 0;
      for (let s = 0; s < S; s++) {
        const row = s * stride(O);
        let best = 0;
        for (let o = 1; o < O; o++) if (f32[at(a) + row + o] > f32[at(a) + row + best]) best = o;
        if (f32[at(y) + row + best] !== 0) count++;
      }
      return count;
    },
  };
}
