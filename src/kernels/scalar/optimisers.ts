// The plain kernels of one step of each optimiser. Like all in this folder they read like the formulas, and judge the fast ones; the
// equations are those of functions/optimisers/, with numbers in float32.

import { byName } from '../../functions/names.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../../functions/optimisers/index.js';
import type { Hyperparameters, Optimiser } from '../../functions/optimisers/optimiser.js';
import { HYPER, inPanels, type Kernels, type SparseUpdateKernel, stride, type UpdateKernel } from '../kernels.js';
import { memberReader } from './entries.js';

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
export function scalarOptimisers(memory: WebAssembly.Memory): Pick<Kernels, 'updates' | 'sparseUpdates'> {
  const f32 = new Float32Array(memory.buffer);
  const eachMember = memberReader(memory);

  /** Updates the k-th parameter by its summed gradient. */
  type Move = (k: number, sum: number) => void;

  const moveBy = ({ step: stepOf, decoupled, states }: Optimiser, w: number, s: number, q: number, hyper: number): Move => {
    const h = f32.subarray(at(hyper));
    const numbers = hyperparametersIn(h);
    const decay = decoupled ? 0 : h[HYPER.l2];
    const state = { s: 0, q: 0 };
    return (k, sum) => {
      const x = f32[at(w) + k];
      state.s = f32[at(s) + k];
      state.q = f32[at(q) + k];
      const gradient = h[HYPER.scale] * sum + decay * x + h[HYPER.l1] * Math.sign(x);
      const start = decoupled ? x - h[HYPER.eta] * h[HYPER.l2] * x : x;
      f32[at(w) + k] = stepOf(start, gradient, state, numbers);
      if (states > 0) f32[at(s) + k] = state.s;
      if (states > 1) f32[at(q) + k] = state.q;
    };
  };

  const updateBy =
    (optimiser: Optimiser): UpdateKernel =>
    (R, n, step, w, g, s, q, hyper) => {
      const move = moveBy(optimiser, w, s, q, hyper);
      for (let r = 0; r < R; r++) for (let k = at(r * step); k < at(r * step) + n; k++) move(k, f32[at(g) + k]);
    };

  const sparseUpdateBy =
    (optimiser: Optimiser): SparseUpdateKernel =>
    (I, _S, begin, end, O, groupSpans, delta, w, s, q, hyper) => {
      const move = moveBy(optimiser, w, s, q, hyper);
      for (let i = 0; i < I; i++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachMember(groupSpans, i, (row, value) => {
            sum += value * f32[at(delta) + row * stride(O) + o];
          });
          move(inPanels(I, i, o), sum);
        }
      }
    };

  return {
    updates: byName(OPTIMISER_NAMES, (name) => updateBy(OPTIMISERS[name])),
    sparseUpdates: byName(OPTIMISER_NAMES, (name) => sparseUpdateBy(OPTIMISERS[name])),
  };
}
