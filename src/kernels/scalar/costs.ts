// The plain costs C_x and their gradients, built from the rows in functions/costs.ts, where definitions and sources stand; and
// `hits`, which counts the samples that are classified right.

import { COST_NAMES, COSTS, MATCHED_PAIRS } from '../../functions/costs.js';
import { byName } from '../../functions/names.js';
import { elementwiseKernels } from '../elementwise.js';
import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain costs on `memory`. */
export function scalarCosts(memory: WebAssembly.Memory): Pick<Kernels, 'costs' | 'matched' | 'hits'> {
  const f32 = new Float32Array(memory.buffer);
  const { costOf, gradientOf } = elementwiseKernels(memory);
  const difference = gradientOf((a, y) => a - y);

  return {
    costs: byName(COST_NAMES, (name) => {
      const { term, gradient } = COSTS[name].kernel ?? COSTS[name];
      return { value: costOf((_z, a, y) => term(a, y)), gradient: gradientOf(gradient) };
    }),

    matched: Object.fromEntries(
      MATCHED_PAIRS.map(({ cost, term, sharedOf }) => [
        cost,
        { value: costOf((z, _a, y, shared) => term(z, y, shared), sharedOf), gradient: difference },
      ]),
    ),

    hits(S, O, a, y) {
      let count = 0;
      for (let s = 0; s < S; s++) {
        const row = s * stride(O);
        let best = 0;
        for (let o = 1; o < O; o++) if (f32[at(a) + row + o] > f32[at(a) + row + best]) best = o;
        if (f32[at(y) + row + best] !== 0) count++;
      }
      return count;
    },
  };
}
