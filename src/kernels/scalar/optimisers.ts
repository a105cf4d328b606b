// The plain kernels of one step of each optimiser. Like all in this folder they read like the formulas, and judge the fast ones;
// equations and sources stand in functions/optimisers/.

import { OPTIMISER_STATES } from '../../functions/optimisers/index.js';
import { HYPER, type Kernels, type UpdateKernel } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** What an optimiser makes of a weight, its gradient and its state; it returns the weight and stores its state. */
type OptimiserStep = (w: number, g: number, state: { s: number; q: number }, h: Float32Array) => number;

const RULES: Readonly<Record<keyof Kernels['updates'], OptimiserStep>> = {
  sgd: (w, g, _, h) => w - h[HYPER.eta] * g,
  momentum(w, g, state, h) {
    state.s = h[HYPER.first] * state.s - h[HYPER.eta] * g;
    return w + state.s;
  },
  nesterov(w, g, state, h) {
    state.s = h[HYPER.first] * state.s - h[HYPER.eta] * g;
    return w + h[HYPER.first] * state.s - h[HYPER.eta] * g;
  },
  rmsprop(w, g, state, h) {
    state.s = h[HYPER.first] * state.s + h[HYPER.firstRest] * g * g;
    return w - (h[HYPER.eta] * g) / (Math.sqrt(state.s) + h[HYPER.epsilon]);
  },
  adam: adaptive,
  adamw: (w, g, state, h) => adaptive(w - h[HYPER.eta] * h[HYPER.l2] * w, g, state, h),
};

function adaptive(w: number, g: number, state: { s: number; q: number }, h: Float32Array): number {
  state.s = h[HYPER.first] * state.s + h[HYPER.firstRest] * g;
  state.q = h[HYPER.second] * state.q + h[HYPER.secondRest] * g * g;
  const root = Math.sqrt(state.q * h[HYPER.secondCorrection]);
  return w - (h[HYPER.eta] * state.s * h[HYPER.firstCorrection]) / (root + h[HYPER.epsilon]);
}

/** Plain steps of the optimisers on `memory`. */
export function scalarOptimisers(memory: WebAssembly.Memory): Pick<Kernels, 'updates'> {
  const f32 = new Float32Array(memory.buffer);

  const updateBy =
    (name: keyof Kernels['updates']): UpdateKernel =>
    (R, n, step, w, g, s, q, hyper) => {
      const h = f32.subarray(at(hyper));
      const decay = name === 'adamw' ? 0 : h[HYPER.l2];
      const state = { s: 0, q: 0 };
      for (let r = 0; r < R; r++) {
        for (let k = at(r * step); k < at(r * step) + n; k++) {
          const x = f32[at(w) + k];
          state.s = f32[at(s) + k];
          state.q = f32[at(q) + k];
          const gradient = h[HYPER.scale] * f32[at(g) + k] + decay * x + h[HYPER.l1] * Math.sign(x);
          f32[at(w) + k] = RULES[name](x, gradient, state, h);
          if (OPTIMISER_STATES[name] > 0) f32[at(s) + k] = state.s;
          if (OPTIMISER_STATES[name] > 1) f32[at(q) + k] = state.q;
        }
      }
    };

  return {
    updates: {
      sgd: updateBy('sgd'),
      momentum: updateBy('momentum'),
      nesterov: updateBy('nesterov'),
      rmsprop: updateBy('rmsprop'),
      adam: updateBy('adam'),
      adamw: updateBy('adamw'),
    },
  };
}
