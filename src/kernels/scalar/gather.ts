// Plain gathering: copies the samples and targets of a mini-batch, in the order in which they are drawn, to rows; and columns
// of a matrix.

import type { Kernels } from '../kernels.js';
import { stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

type Gather = Pick<Kernels, 'gatherBytes' | 'gatherFloats' | 'gatherColumn' | 'scatterColumn' | 'gatherOneHot'>;

/** Plain gathering on `memory`. */
export function scalarGather(memory: WebAssembly.Memory): Gather {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const u16 = new Uint16Array(memory.buffer);
  const u8 = new Uint8Array(memory.buffer);

  return {
    gatherBytes(S, I, order, bytes, scale, x) {
      for (let s = 0; s < S; s++) {
        const from = bytes + u32[at(order) + s] * I;
        for (let i = 0; i < I; i++) f32[at(x) + s * stride(I) + i] = u8[from + i] * Math.fround(scale);
      }
    },

    gatherFloats(S, I, order, floats, x) {
      for (let s = 0; s < S; s++) {
        const from = at(floats) + u32[at(order) + s] * I;
        f32.copyWithin(at(x) + s * stride(I), from, from + I);
      }
    },

    gatherColumn(S, step, from, to) {
      for (let s = 0; s < S; s++) f32[at(to) + s] = f32[at(from + s * step)];
    },

    scatterColumn(S, step, from, to) {
      for (let s = 0; s < S; s++) f32[at(to + s * step)] = f32[at(from) + s];
    },

    gatherOneHot(S, O, order, labels, y) {
      for (let s = 0; s < S; s++) {
        const row = at(y) + s * stride(O);
        f32.fill(0, row, row + O);
        f32[row + u16[(labels >>> 1) + u32[at(order) + s]]] = 1;
      }
    },
  };
}
