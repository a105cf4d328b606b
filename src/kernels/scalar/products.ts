// The plain dense products of a layer: forward, BP2 and BP4, alone and with its step of gradient descent.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain products on `memory`. */
export function scalarProducts(memory: WebAssembly.Memory): Pick<Kernels, 'forward' | 'backward' | 'weightGradient' | 'weightUpdate'> {
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

    weightUpdate(begin, end, S, I, O, x, delta, w, { rate, keep }) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += f32[at(x) + s * stride(I) + i] * f32[at(delta) + s * stride(O) + o];
          const k = at(w) + (i - begin) * stride(O) + o;
          f32[k] = keep * f32[k] - rate * sum;
        }
      }
    },
  };
}
