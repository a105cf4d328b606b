// The plain kernels: loops that read like the formulas, over a Float32Array. They are the referee of the fast ones and
// the last resort where WebAssembly SIMD is missing; nobody has tried to make them fast. Sums are carried in float64 and
// rounded once, when they are stored.

import { elementwiseKernels } from './elementwise.js';
import type { ActivationKernel, Kernels } from './kernels.js';
import { PACKED_ROW, stride } from './kernels.js';
import { scalarUpdates } from './scalar-updates.js';

const TINY = 1.1754943508222875e-38;
const LEAK = Math.fround(0.01);
const GELU_ROOT = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;
const geluTanh = (z: number): number => Math.tanh(GELU_ROOT * (z + GELU_CUBE * z ** 3));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const at = (address: number): number => address >>> 2;

/** Plain kernels on `memory`. */
export function scalarKernels(memory: WebAssembly.Memory): Kernels {
  const f32 = new Float32Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const u16 = new Uint16Array(memory.buffer);
  const u8 = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const { elementwise, costOf, gradientOf, own } = elementwiseKernels(memory);
  const difference = gradientOf((a, y) => a - y);

  const softmax: ActivationKernel = {
    forward(S, O, z, a) {
      for (let s = 0; s < S; s++) {
        const from = at(z) + s * stride(O);
        const to = at(a) + s * stride(O);
        let top = Number.NEGATIVE_INFINITY;
        for (let o = 0; o < O; o++) top = Math.max(top, f32[from + o]);
        let sum = 0;
        for (let o = 0; o < O; o++) sum += Math.exp(f32[from + o] - top);
        for (let o = 0; o < O; o++) f32[to + o] = Math.exp(f32[from + o] - top) / sum;
      }
    },
    backward(S, O, _z, a, e) {
      for (let s = 0; s < S; s++) {
        const row = s * stride(O);
        let mean = 0;
        for (let o = 0; o < O; o++) mean += f32[at(a) + row + o] * f32[at(e) + row + o];
        for (let o = 0; o < O; o++) f32[at(e) + row + o] = f32[at(a) + row + o] * (f32[at(e) + row + o] - mean);
      }
    },
  };

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
    name: 'scalar',
    ...scalarUpdates(memory),

    forward(S, I, O, x, w, b, z) {
      for (let s = 0; s < S; s++) {
        for (let o = 0; o < O; o++) {
          let sum = f32[at(b) + o];
          for (let i = 0; i < I; i++) sum += f32[at(x) + s * stride(I) + i] * f32[at(w) + i * stride(O) + o];
          f32[at(z) + s * stride(O) + o] = sum;
        }
      }
    },

    backward(S, I, O, delta, w, e) {
      for (let s = 0; s < S; s++) {
        for (let i = 0; i < I; i++) {
          let sum = 0;
          for (let o = 0; o < O; o++) sum += f32[at(delta) + s * stride(O) + o] * f32[at(w) + i * stride(O) + o];
          f32[at(e) + s * stride(I) + i] = sum;
        }
      }
    },

    weightGradient(begin, end, S, I, O, x, delta, dw) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += f32[at(x) + s * stride(I) + i] * f32[at(delta) + s * stride(O) + o];
          f32[at(dw) + (i - begin) * stride(O) + o] = sum;
        }
      }
    },

    weightUpdate(begin, end, S, I, O, x, delta, w, rate, keep) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += f32[at(x) + s * stride(I) + i] * f32[at(delta) + s * stride(O) + o];
          const k = at(w) + (i - begin) * stride(O) + o;
          f32[k] = keep * f32[k] - rate * sum;
        }
      }
    },

    biasGradient(begin, end, S, O, delta, db) {
      for (let o = begin; o < end; o++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += f32[at(delta) + s * stride(O) + o];
        f32[at(db) + o - begin] = sum;
      }
    },

    biasUpdate(begin, end, S, O, delta, b, rate) {
      for (let o = begin; o < end; o++) {
        let sum = 0;
        for (let s = 0; s < S; s++) sum += f32[at(delta) + s * stride(O) + o];
        f32[at(b) + o - begin] -= rate * sum;
      }
    },

    exp(n, x, y) {
      for (let k = 0; k < n; k++) f32[at(y) + k] = Math.exp(f32[at(x) + k]);
    },

    activations: {
      sigmoid: elementwise(sigmoid, (_z, a) => a * (1 - a)),
      tanh: elementwise(Math.tanh, (_z, a) => 1 - a * a),
      relu: elementwise(
        (z) => Math.max(z, 0),
        (z) => (z > 0 ? 1 : 0),
      ),
      'leaky-relu': elementwise(
        (z) => (z > 0 ? z : LEAK * z),
        (z) => (z > 0 ? 1 : LEAK),
      ),
      elu: elementwise(
        (z) => (z > 0 ? z : Math.expm1(z)),
        (z, a) => (z > 0 ? 1 : a + 1),
      ),
      gelu: elementwise(
        (z) => 0.5 * z * (1 + geluTanh(z)),
        (z) => {
          const t = geluTanh(z);
          return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_ROOT * (1 + 3 * GELU_CUBE * z * z);
        },
      ),
      silu: elementwise(
        (z) => z * sigmoid(z),
        (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
      ),
      softplus: elementwise((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid),
      linear: elementwise(
        (z) => z,
        () => 1,
      ),
      softmax,
    },

    costs: {
      quadratic: { value: costOf((_z, a, y) => 0.5 * (a - y) ** 2), gradient: difference },
      'cross-entropy': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY)) - (1 - y) * Math.log(Math.max(1 - a, TINY))),
        gradient: gradientOf((a, y) => (1 - y) / Math.max(1 - a, TINY) - y / Math.max(a, TINY)),
      },
      'log-likelihood': {
        value: costOf((_z, a, y) => -y * Math.log(Math.max(a, TINY))),
        gradient: gradientOf((a, y) => -y / Math.max(a, TINY)),
      },
      huber: {
        value: costOf((_z, a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5)),
        gradient: gradientOf((a, y) => Math.max(-1, Math.min(1, a - y))),
      },
      hinge: {
        value: costOf((_z, a, y) => Math.max(0, 1 - (2 * y - 1) * a)),
        gradient: gradientOf((a, y) => ((2 * y - 1) * a < 1 ? 1 - 2 * y : 0)),
      },
    },
    sigmoidCrossEntropy: { value: costOf((z, _a, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))), gradient: difference },
    softmaxLogLikelihood: {
      value: costOf(
        (z, _a, y, logSum) => y * (logSum - z),
        (z) => {
          const top = z.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
          return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
        },
      ),
      gradient: difference,
    },
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

    sparseGradient(S, O, spans, delta, dw, stamps, stamp) {
      for (let s = 0; s < S; s++) {
        eachEntry(spans, s, (offset, value) => {
          const row = at(dw + offset);
          const mark = at(stamps) + offset / (stride(O) * 4);
          const written = u32[mark] === stamp;
          u32[mark] = stamp;
          for (let o = 0; o < O; o++) f32[row + o] = (written ? f32[row + o] : 0) + value * f32[at(delta) + s * stride(O) + o];
        });
      }
    },

    sparseSgd(begin, end, O, w, blocks, count, step, stamps, stampStep, stamp, rate) {
      for (let i = begin; i < end; i++) {
        for (let o = 0; o < O; o++) {
          let g = 0;
          for (let c = 0; c < count; c++) if (u32[at(stamps + c * stampStep) + i] === stamp) g += f32[at(blocks + c * step) + i * stride(O) + o];
          f32[at(w) + i * stride(O) + o] -= rate * g;
        }
      }
    },

    scaleColumns(I, begin, end, O, w, factor) {
      for (let i = 0; i < I; i++) for (let o = begin; o < end; o++) f32[at(w) + i * stride(O) + o] *= factor;
    },

    sgd(n, w, blocks, count, step, rate, keep) {
      for (let k = 0; k < n; k++) {
        let g = 0;
        for (let c = 0; c < count; c++) g += f32[at(blocks + c * step) + k];
        f32[at(w) + k] = keep * f32[at(w) + k] - rate * g;
      }
    },
  };
}
