// The plain norms: of ∇C, cell by cell, and the limit on those of the weights into each neuron.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain norms on `memory`. */
export function scalarNorms(memory: WebAssembly.Memory): Pick<Kernels, 'squareSums' | 'maxNorm'> {
  const f32 = new Float32Array(memory.buffer);
  const f64 = new Float64Array(memory.buffer);

  return {
    squareSums(C, R, n, stepC, stepR, g, sums) {
      for (let c = 0; c < C; c++) {
        let sum = 0;
        for (let r = 0; r < R; r++) {
          const row = at(g + c * stepC + r * stepR);
          for (let k = 0; k < n; k++) sum += f32[row + k] ** 2;
        }
        f64[(sums >>> 3) + c] = sum;
      }
    },

    maxNorm(I, begin, end, O, w, most) {
      for (let o = begin; o < end; o++) {
        let sum = 0;
        for (let i = 0; i < I; i++) sum += f32[at(w) + i * stride(O) + o] ** 2;
        const norm = Math.sqrt(sum);
        if (norm > most) for (let i = 0; i < I; i++) f32[at(w) + i * stride(O) + o] *= most / norm;
      }
    },
  };
}
