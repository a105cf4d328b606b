// The plain reduction of the shards' gradient blocks, added in block order, together with its step.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain reductions on `memory`. */
export function scalarBlocks(memory: WebAssembly.Memory): Pick<Kernels, 'sgd' | 'sparseSgd'> {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);

  return {
    sgd(n, w, blocks, count, step, rate, keep) {
      for (let k = 0; k < n; k++) {
        let g = 0;
        for (let c = 0; c < count; c++) g += f32[at(blocks + c * step) + k];
        f32[at(w) + k] = keep * f32[at(w) + k] - rate * g;
      }
    },

    sparseSgd(begin, end, O, w, blocks, count, step, tags, tagStep, tag, rate) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let g = 0;
          for (let c = 0; c < count; c++) if (u32[at(tags + c * tagStep) + i] === tag) g += f32[at(blocks + c * step) + i * stride(O) + o];
          f32[at(w) + i * stride(O) + o] -= rate * g;
        }
      }
    },
  };
}
