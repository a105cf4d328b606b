// Plain dropout: units left out by a hash of sample and unit.

import { mix32 } from '../../random.js';
import { type Kernels, stride, UNIT_STEP } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain dropout on `memory`. */
export function scalarDropout(memory: WebAssembly.Memory): Pick<Kernels, 'dropout'> {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);

  return {
    dropout(S, O, order, key, threshold, scale, from, to) {
      for (let s = 0; s < S; s++) {
        const row = mix32(key ^ mix32(u32[at(order) + s]));
        for (let o = 0; o < O; o++) {
          const kept = mix32(row + Math.imul(o, UNIT_STEP)) >= threshold >>> 0;
          f32[at(to) + s * stride(O) + o] = kept ? scale * f32[at(from) + s * stride(O) + o] : 0;
        }
      }
    },
  };
}
