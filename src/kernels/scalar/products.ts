// The plain dense products of a layer: forward, BP2, BP3 and BP4, alone and with their step of gradient descent.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

type Products = Pick<Kernels, 'forward' | 'backward' | 'weightGradient' | 'weightUpdate' | 'biasGradient' | 'biasUpdate' | 'sgd'>;

/** Plain products on `memory`. */
export function scalarProducts(memory: WebAssembly.Memory): Products {
  const f32 = new Float32Array(memory.buffer);

  return {
    forward(S, I, O, x, w, b, z) {
      for (let s = 0; s < S; s++) {
        for (let o = 0; o < O; o++) {
          let sum = f32[at(b) + o];
          for (let i = 0; i < I; i++) sum += f32[at(x) + s * stride(I) + i] * f32[at(w) + i * stride(O) + o];
          f32[at(z) + s * stride(O) + o] = sum;
        }
      }
    },

    backward(S, I, O, delta, w, e) {
      for (let s = 0; s < S; s++) {
        for (let i = 0; i < I; i++) {
          let sum = 0;
          for (let o = 0; o < O; o++) sum += f32[at(delta) + s * stride(O) + o] * f32[at(w) + i * stride(O) + o];
          f32[at(e) + s * stride(I) + i] = sum;
        }
      }
    },

    weightGradient(begin, end, S, I, O, x, delta, dw) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += f32[at(x) + s * stride(I) + i] * f32[at(delta) + s * stride(O) + o];
          f32[at(dw) + (i - begin) * stride(O) + o] = sum;
        }
      }
    },

    weightUpdate(begin, end, S, I, O, x, delta, w, rate, keep) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += f32[at(x) + s * stride(I) + i] * f32[at(delta) + s * stride(O) + o];
          const k = at(w) + (i - begin) * stride(O) + o;
          f32[k] = keep * f32[k] - rate * sum;
        }
      }
    },

    biasGradient(begin, end, S, O, delta, db) {
      for (let o = begin; o < end; o++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += f32[at(delta) + s * stride(O) + o];
        f32[at(db) + o - begin] = sum;
      }
    },

    biasUpdate(begin, end, S, O, delta, b, rate) {
      for (let o = begin; o < end; o++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += f32[at(delta) + s * stride(O) + o];
        f32[at(b) + o - begin] -= rate * sum;
      }
    },

    sgd(n, w, blocks, count, step, rate, keep) {
      for (let k = 0; k < n; k++) {
        let g = 0;
        for (let c = 0; c < count; c++) g += f32[at(blocks + c * step) + k];
        f32[at(w) + k] = keep * f32[at(w) + k] - rate * g;
      }
    },
  };
}
