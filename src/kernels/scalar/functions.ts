// The plain activations f and f', the costs C_x and their gradients, built from the rows in functions/, where definitions and
// sources stand; and what is counted of outputs.

import { ELEMENTWISE, ELEMENTWISE_NAMES, LAYERWISE, LAYERWISE_NAMES, type LayerwiseActivation } from '../../functions/activations.js';
import { COST_NAMES, COSTS, MATCHED_PAIRS } from '../../functions/costs.js';
import { byName } from '../../functions/names.js';
import { elementwiseKernels } from '../elementwise.js';
import type { ActivationKernel, Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

type Functions = Pick<Kernels, 'exp' | 'activations' | 'costs' | 'matched' | 'own' | 'hits'>;

/** Plain activations and costs on `memory`. */
export function scalarFunctions(memory: WebAssembly.Memory): Functions {
  const f32 = new Float32Array(memory.buffer);
  const { elementwise, costOf, gradientOf, own } = elementwiseKernels(memory);
  const difference = gradientOf((a, y) => a - y);

  /** A row of n floats. */
  const floats = (from: number, n: number): number[] => Array.from(f32.subarray(from, from + n));
  const layerwise = ({ f, backward }: LayerwiseActivation): ActivationKernel => ({
    forward(S, O, z, a) {
      for (let s = 0; s < S; s++) f32.set(f(floats(at(z) + s * stride(O), O)), at(a) + s * stride(O));
    },
    backward(S, O, _z, a, e) {
      for (let s = 0; s < S; s++) {
        const row = s * stride(O);
        f32.set(backward(floats(at(a) + row, O), floats(at(e) + row, O)), at(e) + row);
      }
    },
  });

  return {
    exp(n, x, y) {
      for (let k = 0; k < n; k++) f32[at(y) + k] = Math.exp(f32[at(x) + k]);
    },

    activations: {
      ...byName(ELEMENTWISE_NAMES, (name) => {
        const { f, derivative, kernel } = ELEMENTWISE[name];
        return elementwise(kernel?.f ?? f, kernel?.derivative ?? derivative);
      }),
      ...byName(LAYERWISE_NAMES, (name) => layerwise(LAYERWISE[name])),
    },

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

    own,

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
