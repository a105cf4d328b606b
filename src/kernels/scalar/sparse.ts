// The plain first layer over inputs that are mostly zero: the products with the entries of entries.ts.

import type { Kernels } from '../kernels.js';
import { PACKED_ROW, stride } from '../kernels.js';
import { entryReader } from './entries.js';

const at = (address: number): number => address >>> 2;

/** Plain sparse products on `memory`. */
export function scalarSparse(memory: WebAssembly.Memory): Pick<Kernels, 'sparseForward' | 'groupedUpdate' | 'sparseUpdate' | 'sparseGradient'> {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const eachEntry = entryReader(memory);

  return {
    sparseForward(S, packed, begin, end, O, spans, w, b, factor, z) {
      const rowBytes = stride(O) * 4;
      for (let s = 0; s < S; s++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachEntry(spans, s, (offset, value) => {
            const row = packed === 0 ? offset : (offset / PACKED_ROW) * rowBytes;
            sum += value * f32[at(w + row) + o];
          });
          f32[at(z) + s * stride(O) + o] = f32[at(b) + o] + factor * sum;
        }
      }
    },

    groupedUpdate(I, _S, begin, end, O, groupSpans, delta, w) {
      for (let i = 0; i < I; i++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachEntry(groupSpans, i, (offset, value) => {
            sum += value * f32[at(delta) + (offset / PACKED_ROW) * stride(O) + o];
          });
          f32[at(w) + i * stride(O) + o] += sum;
        }
      }
    },

    sparseUpdate(S, begin, end, O, spans, delta, w, rate) {
      for (let s = 0; s < S; s++) {
        eachEntry(spans, s, (offset, value) => {
          for (let o = begin; o < end; o++) f32[at(w + offset) + o] -= rate * value * f32[at(delta) + s * stride(O) + o];
        });
      }
    },

    sparseGradient(S, O, spans, delta, dw, tags, tag) {
      for (let s = 0; s < S; s++) {
        eachEntry(spans, s, (offset, value) => {
          const row = at(dw + offset);
          const mark = at(tags) + offset / (stride(O) * 4);
          const written = u32[mark] === tag;
          u32[mark] = tag;
          for (let o = 0; o < O; o++) f32[row + o] = (written ? f32[row + o] : 0) + value * f32[at(delta) + s * stride(O) + o];
        });
      }
    },
  };
}
