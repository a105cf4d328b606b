// A plain mini-batch whose inputs are mostly zero, in compressed sparse rows: unpacked from the samples, and sorted by input.

import type { Kernels } from '../kernels.js';
import { columns, PACKED_ROW, PANEL_FLOATS } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** Bytes of an input's row in a panel of w: what offsets count, where they do not count packed rows of δ. */
const PANEL_ROW = PANEL_FLOATS * 4;

type Visit = (spans: number, row: number, visit: (number: number, value: number) => void) => void;

/** What shows each entry of a row in turn, by its input; or, of an input, by its row. */
export const entryReader = (memory: WebAssembly.Memory): Visit => reader(memory, PANEL_ROW);
export const memberReader = (memory: WebAssembly.Memory): Visit => reader(memory, PACKED_ROW);

function reader(memory: WebAssembly.Memory, rowBytes: number): Visit {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  return (spans, row, visit) => {
    const end = at(u32[at(spans) + 2 * row + 1]);
    for (let k = at(u32[at(spans) + 2 * row]); k < end; k += 2) visit(u32[k] / rowBytes, f32[k + 1]);
  };
}

type EntryKernels = Pick<Kernels, 'gatherSparseBytes' | 'gatherSparseFloats' | 'spreadEntries' | 'packEntries' | 'groupEntries'>;

/** Plain entries on `memory`. */
export function scalarEntries(memory: WebAssembly.Memory): EntryKernels {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const u16 = new Uint16Array(memory.buffer);
  const u8 = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const eachEntry = entryReader(memory);

  function gatherEntries(
    S: number,
    order: number,
    starts: number,
    records: number,
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
        u32[to++] = u16[(record + 4 + 2 * k) >>> 1] * PANEL_ROW;
        f32[to++] = read(record + 4 + 2 * count, k);
      }
      u32[at(spans) + 2 * s + 1] = to * 4;
    }
  }

  return {
    gatherSparseBytes(S, order, starts, records, scale, entries, spans) {
      gatherEntries(S, order, starts, records, entries, spans, (values, k) => u8[values + k] * Math.fround(scale));
    },

    gatherSparseFloats(S, order, starts, records, entries, spans) {
      gatherEntries(S, order, starts, records, entries, spans, (values, k) => view.getFloat32(values + 4 * k, true));
    },

    spreadEntries(I, span, x) {
      f32.fill(0, at(x), at(x) + columns(I));
      eachEntry(span, 0, (input, value) => {
        f32[at(x) + input] = value;
      });
    },

    packEntries(I, x, entries, span) {
      let to = at(entries);
      u32[at(span)] = to * 4;
      for (let i = 0; i < I; i++) {
        if (f32[at(x) + i] === 0) continue;
        u32[to++] = i * PANEL_ROW;
        f32[to++] = f32[at(x) + i];
      }
      u32[at(span) + 1] = to * 4;
    },

    groupEntries(S, I, factor, spans, groups, groupSpans) {
      const byInput = Array.from({ length: I }, (): { s: number; value: number }[] => []);
      for (let s = 0; s < S; s++) eachEntry(spans, s, (input, value) => byInput[input].push({ s, value }));
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
  };
}
