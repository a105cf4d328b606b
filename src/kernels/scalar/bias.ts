// Plain BP3: the bias gradient, alone or with its step of gradient descent.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain bias gradients on `memory`. */
export function scalarBias(memory: WebAssembly.Memory): Pick<Kernels, 'biasGradient' | 'biasUpdate'> {
  const f32 = new Float32Array(memory.buffer);

  return {
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
  };
}
