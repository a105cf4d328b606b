// The plain activations f and f', built from the rows in functions/activations.ts, where definitions and sources stand.

import { ELEMENTWISE, ELEMENTWISE_NAMES, LAYERWISE, LAYERWISE_NAMES, type LayerwiseActivation } from '../../functions/activations.js';
import { byName } from '../../functions/names.js';
import { elementwiseKernels } from '../elementwise.js';
import type { ActivationKernel, Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain activations on `memory`. */
export function scalarActivations(memory: WebAssembly.Memory): Pick<Kernels, 'activations'> {
  const f32 = new Float32Array(memory.buffer);
  const { elementwise } = elementwiseKernels(memory);

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
    activations: {
      ...byName(ELEMENTWISE_NAMES, (name) => {
        const { f, derivative, kernel } = ELEMENTWISE[name];
        return elementwise(kernel?.f ?? f, kernel?.derivative ?? derivative);
      }),
      ...byName(LAYERWISE_NAMES, (name) => layerwise(LAYERWISE[name])),
    },
  };
}
