// The plain kernels of one step of each optimiser. Like all in this folder they read like the formulas, and judge the fast ones; the
// equations are those of functions/optimisers/, with numbers in float32.

import { byName } from '../../functions/names.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../../functions/optimisers/index.js';
import { type Hyperparameters, type Optimiser, settle } from '../../functions/optimisers/optimiser.js';
import { HYPER, type Kernels, type UpdateKernel } from '../kernels.js';

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

/** Plain steps of the optimisers on `memory`. */
export function scalarOptimisers(memory: WebAssembly.Memory): Pick<Kernels, 'updates'> {
  const f32 = new Float32Array(memory.buffer);

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
          f32[at(w) + k] = settle(stepOf(start, gradient, state, numbers));
          if (states > 0) f32[at(s) + k] = settle(state.s);
          if (states > 1) f32[at(q) + k] = settle(state.q);
        }
      }
    };

  return {
    updates: byName(OPTIMISER_NAMES, (name) => updateBy(OPTIMISERS[name])),
  };
}
