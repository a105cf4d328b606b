// The plain costs C_x and their gradients, and the hits. Definitions and sources stand in functions/costs.ts.

import { elementwiseKernels } from '../elementwise.js';
import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;
const TINY = 1.1754943508222875e-38;

type Costs = Pick<Kernels, 'costs' | 'sigmoidCrossEntropy' | 'softmaxLogLikelihood' | 'hits'>;

/** Plain costs on `memory`. */
export function scalarCosts(memory: WebAssembly.Memory): Costs {
  const f32 = new Float32Array(memory.buffer);
  const { costOf, gradientOf } = elementwiseKernels(memory);
  const difference = gradientOf((a, y) => a - y);

  return {
    costs: {
      quadratic: { value: costOf((_z, a, y) => 0.5 * (a - y) ** 2), gradient: difference },
      'cross-entropy': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY)) - (1 - y) * Math.log(Math.max(1 - a, TINY))),
        gradient: gradientOf((a, y) => (1 - y) / Math.max(1 - a, TINY) - y / Math.max(a, TINY)),
      },
      'log-likelihood': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY))),
        gradient: gradientOf((a, y) => -y / Math.max(a, TINY)),
      },
      huber: {
        value: costOf((_z, a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5)),
        gradient: gradientOf((a, y) => Math.max(-1, Math.min(1, a - y))),
      },
      hinge: {
        value: costOf((_z, a, y) => Math.max(0, 1 - (2 * y - 1) * a)),
        gradient: gradientOf((a, y) => ((2 * y - 1) * a < 1 ? 1 - 2 * y : 0)),
      },
    },

    sigmoidCrossEntropy: { value: costOf((z, _a, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))), gradient: difference },

    softmaxLogLikelihood: {
      value: costOf(
        (z, _a, y, logSum) => y * (logSum - z),
        (z) => {
          const top = z.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
          return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
        },
      ),
      gradient: difference,
    },

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
