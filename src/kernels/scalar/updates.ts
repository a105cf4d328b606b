// The plain kernels of learning: one step of each optimiser, norms and their limit, dropout. Like all in this folder they read like
// the formulas, and judge the fast ones; the optimisers' equations are those of functions/optimisers/, with numbers in float32.

import { byName } from '../../functions/names.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../../functions/optimisers/index.js';
import type { Hyperparameters, Optimiser } from '../../functions/optimisers/optimiser.js';
import { mix32 } from '../../random.js';
import { HYPER, type Kernels, stride, UNIT_STEP, type UpdateKernel } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** What a step goes by, of the floats that an update kernel reads. */
const hyperparametersIn = (h: Float32Array): Hyperparameters => ({
  eta: h[HYPER.eta],
  first: h[HYPER.first],
  firstRest: h[HYPER.firstRest],
  second: h[HYPER.second],
  secondRest: h[HYPER.secondRest],
  epsilon: h[HYPER.epsilon],
  firstCorrection: h[HYPER.firstCorrection],
  secondCorrection: h[HYPER.secondCorrection],
});

/** Plain kernels of learning on `memory`. */
export function scalarUpdates(memory: WebAssembly.Memory): Pick<Kernels, 'updates' | 'squareSums' | 'maxNorm' | 'dropout' | 'scaleRows'> {
  const f32 = new Float32Array(memory.buffer);
  const f64 = new Float64Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);

  const updateBy =
    ({ step: stepOf, decoupled, states }: Optimiser): UpdateKernel =>
    (R, n, step, w, g, s, q, hyper) => {
      const h = f32.subarray(at(hyper));
      const numbers = hyperparametersIn(h);
      const decay = decoupled ? 0 : h[HYPER.l2];
      const state = { s: 0, q: 0 };
      for (let r = 0; r < R; r++) {
        for (let k = at(r * step); k < at(r * step) + n; k++) {
          const x = f32[at(w) + k];
          state.s = f32[at(s) + k];
          state.q = f32[at(q) + k];
          const gradient = h[HYPER.scale] * f32[at(g) + k] + decay * x + h[HYPER.l1] * Math.sign(x);
          const start = decoupled ? x - h[HYPER.eta] * h[HYPER.l2] * x : x;
          f32[at(w) + k] = stepOf(start, gradient, state, numbers);
          if (states > 0) f32[at(s) + k] = state.s;
          if (states > 1) f32[at(q) + k] = state.q;
        }
      }
    };

  return {
    updates: byName(OPTIMISER_NAMES, (name) => updateBy(OPTIMISERS[name])),

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

    dropout(S, O, order, key, threshold, scale, from, to) {
      for (let s = 0; s < S; s++) {
        const row = mix32(key ^ mix32(u32[at(order) + s]));
        for (let o = 0; o < O; o++) {
          const kept = mix32(row + Math.imul(o, UNIT_STEP)) >= threshold >>> 0;
          f32[at(to) + s * stride(O) + o] = kept ? scale * f32[at(from) + s * stride(O) + o] : 0;
        }
      }
    },

    scaleRows(S, O, factors, e) {
      for (let s = 0; s < S; s++) for (let o = 0; o < O; o++) f32[at(e) + s * stride(O) + o] *= f32[at(factors) + s];
    },
  };
}
