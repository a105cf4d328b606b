// The plain scaling of matrices: by one factor per row, or by one for all.

import { settle } from '../../functions/optimisers/optimiser.js';
import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain scaling on `memory`. */
export function scalarScale(memory: WebAssembly.Memory): Pick<Kernels, 'scaleRows' | 'scale'> {
  const f32 = new Float32Array(memory.buffer);

  return {
    scaleRows(S, O, factors, e) {
      for (let s = 0; s < S; s++) for (let o = 0; o < O; o++) f32[at(e) + s * stride(O) + o] *= f32[at(factors) + s];
    },

    scale(n, w, factor) {
      for (let k = at(w); k < at(w) + n; k++) f32[k] = settle(f32[k] * factor);
    },
  };
}
