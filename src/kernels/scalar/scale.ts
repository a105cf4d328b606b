// The plain scaling of matrices, by one factor per row or by one for all, and zeros for what has become too small.

import { settle } from '../../functions/optimisers/optimiser.js';
import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain scaling on `memory`. */
export function scalarScale(memory: WebAssembly.Memory): Pick<Kernels, 'scaleRows' | 'scale' | 'settle'> {
  const f32 = new Float32Array(memory.buffer);

  return {
    scaleRows(S, O, factors, e) {
      for (let s = 0; s < S; s++) for (let o = 0; o < O; o++) f32[at(e) + s * stride(O) + o] *= f32[at(factors) + s];
    },

    scale(n, w, factor) {
      for (let k = at(w); k < at(w) + n; k++) f32[k] *= factor;
    },

    settle(R, n, step, w) {
      for (let r = 0; r < R; r++) for (let k = at(w + r * step); k < at(w + r * step) + n; k++) f32[k] = settle(f32[k]);
    },
  };
}
