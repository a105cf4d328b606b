// The plain first layer over inputs that are mostly zero: the products with the entries of entries.ts.

import type { Kernels } from '../kernels.js';
import { inPanels, stride } from '../kernels.js';
import { entryReader, memberReader } from './entries.js';

const at = (address: number): number => address >>> 2;

/** Plain sparse products on `memory`. */
export function scalarSparse(memory: WebAssembly.Memory): Pick<Kernels, 'sparseForward' | 'groupedUpdate' | 'sparseUpdate' | 'sparseGradient'> {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const eachEntry = entryReader(memory);
  const eachMember = memberReader(memory);

  return {
    sparseForward(S, begin, end, I, O, spans, w, b, factor, z) {
      for (let s = 0; s < S; s++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachEntry(spans, s, (input, value) => {
            sum += value * f32[at(w) + inPanels(I, input, o)];
          });
          f32[at(z) + s * stride(O) + o] = f32[at(b) + o] + factor * sum;
        }
      }
    },

    groupedUpdate(I, _S, begin, end, O, groupSpans, delta, w) {
      for (let i = 0; i < I; i++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachMember(groupSpans, i, (s, value) => {
            sum += value * f32[at(delta) + s * stride(O) + o];
          });
          f32[at(w) + inPanels(I, i, o)] += sum;
        }
      }
    },

    sparseUpdate(S, begin, end, I, O, spans, delta, w, rate) {
      for (let s = 0; s < S; s++) {
        eachEntry(spans, s, (input, value) => {
          for (let o = begin; o < end; o++) f32[at(w) + inPanels(I, input, o)] -= rate * value * f32[at(delta) + s * stride(O) + o];
        });
      }
    },

    sparseGradient(S, I, O, spans, delta, dw, tags, tag) {
      for (let s = 0; s < S; s++) {
        eachEntry(spans, s, (input, value) => {
          const written = u32[at(tags) + input] === tag;
          u32[at(tags) + input] = tag;
          for (let o = 0; o < O; o++) {
            const k = at(dw) + inPanels(I, input, o);
            f32[k] = (written ? f32[k] : 0) + value * f32[at(delta) + s * stride(O) + o];
          }
        });
      }
    },
  };
}
