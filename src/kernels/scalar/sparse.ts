// The plain first layer over inputs that are mostly zero: the entries of a mini-batch, unpacked from the samples and sorted by input,
// and the products with them.

import type { Kernels } from '../kernels.js';
import { PACKED_ROW, stride } from '../kernels.js';

const at = (address: number): number => address >>> 2;

type Sparse = Pick<
  Kernels,
  'gatherSparseBytes' | 'gatherSparseFloats' | 'groupEntries' | 'sparseProduct' | 'sparseUpdate' | 'sparseGradient' | 'sparseSgd' | 'scaleColumns'
>;

/** Plain sparse products on `memory`. */
export function scalarSparse(memory: WebAssembly.Memory): Sparse {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const u16 = new Uint16Array(memory.buffer);
  const u8 = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);

  function gatherEntries(
    S: number,
    order: number,
    starts: number,
    records: number,
    rowBytes: number,
    entries: number,
    spans: number,
    read: (values: number, k: number) => number,
  ): void {
    let to = at(entries);
    for (let s = 0; s < S; s++) {
      const record = records + u32[at(starts) + u32[at(order) + s]];
      const count = u32[at(record)];
      u32[at(spans) + 2 * s] = to * 4;
      for (let k = 0; k < count; k++) {
        u32[to++] = u16[(record + 4 + 2 * k) >>> 1] * rowBytes;
        f32[to++] = read(record + 4 + 2 * count, k);
      }
      u32[at(spans) + 2 * s + 1] = to * 4;
    }
  }

  function eachEntry(spans: number, row: number, visit: (offset: number, value: number) => void): void {
    const end = at(u32[at(spans) + 2 * row + 1]);
    for (let k = at(u32[at(spans) + 2 * row]); k < end; k += 2) visit(u32[k], f32[k + 1]);
  }

  return {
    gatherSparseBytes(S, order, starts, records, scale, rowBytes, entries, spans) {
      gatherEntries(S, order, starts, records, rowBytes, entries, spans, (values, k) => u8[values + k] * Math.fround(scale));
    },

    gatherSparseFloats(S, order, starts, records, rowBytes, entries, spans) {
      gatherEntries(S, order, starts, records, rowBytes, entries, spans, (values, k) => view.getFloat32(values + 4 * k, true));
    },

    groupEntries(S, I, factor, spans, groups, groupSpans) {
      const byInput = Array.from({ length: I }, (): { s: number; value: number }[] => []);
      for (let s = 0; s < S; s++) eachEntry(spans, s, (offset, value) => byInput[offset / PACKED_ROW].push({ s, value }));
      let to = at(groups);
      byInput.forEach((group, i) => {
        u32[at(groupSpans) + 2 * i] = to * 4;
        for (const { s, value } of group) {
          u32[to++] = s * PACKED_ROW;
          f32[to++] = value * factor;
        }
        u32[at(groupSpans) + 2 * i + 1] = to * 4;
      });
    },

    sparseProduct(R, M, begin, end, O, spans, m, c, stepC, factor, y) {
      const rowBytes = stride(O) * 4;
      for (let r = 0; r < R; r++) {
        for (let o = begin; o < end; o++) {
          let sum = 0;
          eachEntry(spans, r, (offset, value) => {
            const row = M === 0 ? offset : (offset / PACKED_ROW) * rowBytes;
            sum += value * f32[at(m + row) + o];
          });
          f32[at(y) + r * stride(O) + o] = f32[at(c + r * stepC) + o] + factor * sum;
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

    sparseSgd(begin, end, O, w, blocks, count, step, tags, tagStep, tag, rate) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let g = 0;
          for (let c = 0; c < count; c++) if (u32[at(tags + c * tagStep) + i] === tag) g += f32[at(blocks + c * step) + i * stride(O) + o];
          f32[at(w) + i * stride(O) + o] -= rate * g;
        }
      }
    },

    scaleColumns(I, begin, end, O, w, factor) {
      for (let i = 0; i < I; i++) for (let o = begin; o < end; o++) f32[at(w) + i * stride(O) + o] *= factor;
    },
  };
}
