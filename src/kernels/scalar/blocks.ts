// The plain reduction of the shards' gradient blocks, added in block order, together with its step.

import { inPanels, type Kernels } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Plain reductions on `memory`. */
export function scalarBlocks(memory: WebAssembly.Memory): Pick<Kernels, 'reduceBlocks' | 'reduceSparseBlocks'> {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);

  return {
    reduceBlocks(n, w, blocks, count, step, rate, keep) {
      for (let k = 0; k < n; k++) {
        let g = 0;
        for (let c = 0; c < count; c++) g += f32[at(blocks + c * step) + k];
        f32[at(w) + k] = keep * f32[at(w) + k] - rate * g;
      }
    },

    reduceSparseBlocks(begin, end, I, O, w, { address, step, tags, tagStep, count, tag }, rate) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let g = 0;
          for (let c = 0; c < count; c++) if (u32[at(tags + c * tagStep) + i] === tag) g += f32[at(address + c * step) + inPanels(I, i, o)];
          f32[at(w) + inPanels(I, i, o)] -= rate * g;
        }
      }
    },
  };
}
