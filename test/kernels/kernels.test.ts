// Every set of kernels against the formulas in float64, for sizes around the tiles; and the promises that the floors
// above rely on: padding stays zero, a row's bits do not depend on its neighbours, nothing large becomes NaN.

import { beforeAll, describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES, type ActivationName, ELEMENTWISE, type ElementwiseName, layerwiseActivation } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { PANEL_FLOATS, panelsOf, RECORD_READ_AHEAD, stride } from '#src/kernels/kernels.js';
import { Bench, KERNEL_SETS, randomRows, seeded } from '../support/bound-kernels.js';
import { needs } from '../support/needs.js';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 13, 31];
/** [S, I, O]: all small combinations, and sizes that reach packing, blocking and long tails. */
const SHAPES = [
  ...SIZES.flatMap((S) => SIZES.flatMap((I) => SIZES.map((O) => [S, I, O] as const))),
  [10, 785, 31],
  [31, 785, 100],
  [24, 300, 64],
  [25, 257, 65],
  [257, 31, 67],
  [300, 7, 1030],
  [64, 512, 131],
] as const;

/** Largest |a - b| over the matrices, relative to the largest |b|. */
function distance(a: number[][], b: number[][]): number {
  let size = 1e-30;
  let largest = 0;
  a.forEach((row, r) => {
    row.forEach((v, c) => {
      size = Math.max(size, Math.abs(b[r][c]));
      largest = Math.max(largest, Math.abs(v - b[r][c]));
    });
  });
  return largest / size;
}

/** Sparse samples as records, the way a session stores them: count, 16-bit inputs, values of one or four bytes. */
function putRecords(memory: WebAssembly.Memory, starts: number, records: number, samples: { i: number; v: number }[][], valueBytes: 1 | 4): void {
  const view = new DataView(memory.buffer);
  let at = 0;
  samples.forEach((entries, s) => {
    view.setUint32(starts + 4 * s, at, true);
    view.setUint32(records + at, entries.length, true);
    entries.forEach(({ i, v }, k) => {
      view.setUint16(records + at + 4 + 2 * k, i, true);
      const to = records + at + 4 + 2 * entries.length + valueBytes * k;
      if (valueBytes === 1) view.setUint8(to, v);
      else view.setFloat32(to, v, true);
    });
    at += (4 + entries.length * (2 + valueBytes) + 3) & ~3;
  });
}

const product = (a: number[][], b: number[][]): number[][] => a.map((row) => b[0].map((_, c) => row.reduce((sum, v, k) => sum + v * b[k][c], 0)));
const transpose = (a: number[][]): number[][] => a[0].map((_, c) => a.map((row) => row[c]));

/** f of a layer's z, and what it makes of ∂C/∂a. */
function rowFunctions(name: ActivationName): { f(z: number[]): number[]; backward(z: number[], e: number[]): number[] } {
  const layerwise = layerwiseActivation(name);
  if (layerwise) return { f: layerwise.f, backward: (z, e) => layerwise.backward(layerwise.f(z), e) };
  const { f, derivative } = ELEMENTWISE[name as ElementwiseName];
  return { f: (z) => z.map(f), backward: (z, e) => e.map((v, j) => v * derivative(z[j])) };
}

describe.each(KERNEL_SETS)('%s', (name) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(name);
  });

  test('products of every shape', () => {
    const random = seeded('products');
    for (const [S, I, O] of SHAPES) {
      bench.reset();
      const [X, W, B, D] = [randomRows(random, S, I), randomRows(random, I, O), randomRows(random, 1, O), randomRows(random, S, O)];
      const [x, w, b, d] = [bench.matrix(S, I, X), bench.matrix(I, O, W), bench.matrix(1, O, B), bench.matrix(S, O, D)];
      const [z, e, dw, db] = [bench.matrix(S, O), bench.matrix(S, I), bench.matrix(I, O), bench.matrix(1, O)];
      bench.kernels.forward(S, I, O, x, w, b, z);
      bench.kernels.backward(S, I, O, d, w, e);
      bench.kernels.weightGradient(0, I, S, I, O, x, d, dw);
      bench.kernels.biasGradient(0, stride(O), S, O, d, db);
      bench.kernels.weightUpdate(0, I, S, I, O, x, d, w, { rate: 0.25, keep: 0.9375 });
      bench.kernels.biasUpdate(0, stride(O), S, O, d, b, 0.25);
      const shape = `S ${S}, I ${I}, O ${O}`;
      const withBias = product(X, W).map((row) => row.map((v, o) => v + B[0][o]));
      expect(distance(bench.rows(z, S, O), withBias), `forward ${shape}`).toBeLessThan(3e-6);
      expect(distance(bench.rows(e, S, I), product(D, transpose(W))), `backward ${shape}`).toBeLessThan(3e-6);
      expect(distance(bench.rows(dw, I, O), product(transpose(X), D)), `weightGradient ${shape}`).toBeLessThan(3e-6);
      const updated = product(transpose(X), D).map((row, i) => row.map((g, o) => 0.9375 * W[i][o] - 0.25 * g));
      expect(distance(bench.rows(w, I, O), updated), `weightUpdate ${shape}`).toBeLessThan(3e-6);
      expect(distance(bench.rows(db, 1, O), product([X.map(() => 1)], D)), `biasGradient ${shape}`).toBeLessThan(3e-6);
      const updatedB = product([X.map(() => 1)], D).map((row) => row.map((g, o) => B[0][o] - 0.25 * g));
      expect(distance(bench.rows(b, 1, O), updatedB), `biasUpdate ${shape}`).toBeLessThan(3e-6);
      for (const [address, rows, columns] of [
        [z, S, O],
        [e, S, I],
        [dw, I, O],
        [db, 1, O],
      ]) {
        expect(bench.padding(address, rows, columns).every((v) => v === 0)).toBe(true);
      }
    }
  });

  test('a part of the rows has the bits that all rows have', needs(name !== 'blas', 'a BLAS promises no bits for a part of the rows'), () => {
    const random = seeded('parts');
    for (const [S, I, O] of [
      [31, 45, 37],
      [64, 300, 100],
      [7, 785, 10],
    ] as const) {
      bench.reset();
      const [x, w, b, d] = [
        bench.matrix(S, I, randomRows(random, S, I)),
        bench.matrix(I, O, randomRows(random, I, O)),
        bench.matrix(1, O, randomRows(random, 1, O)),
        bench.matrix(S, O, randomRows(random, S, O)),
      ];
      const [z, e, dw] = [bench.matrix(S, O), bench.matrix(S, I), bench.matrix(I, O)];
      const [z2, e2, dw2] = [bench.matrix(S, O), bench.matrix(S, I), bench.matrix(I, O)];
      bench.kernels.forward(S, I, O, x, w, b, z);
      bench.kernels.backward(S, I, O, d, w, e);
      bench.kernels.weightGradient(0, I, S, I, O, x, d, dw);
      for (const [begin, end] of [
        [0, 1],
        [1, 3],
        [3, S],
      ]) {
        bench.kernels.forward(end - begin, I, O, x + begin * stride(I) * 4, w, b, z2 + begin * stride(O) * 4);
        bench.kernels.backward(end - begin, I, O, d + begin * stride(O) * 4, w, e2 + begin * stride(I) * 4);
      }
      for (const [begin, end] of [
        [0, 5],
        [5, I - 2],
        [I - 2, I],
      ]) {
        bench.kernels.weightGradient(begin, end, S, I, O, x, d, dw2 + begin * stride(O) * 4);
      }
      expect(bench.rows(z2, S, O)).toEqual(bench.rows(z, S, O));
      expect(bench.rows(e2, S, I)).toEqual(bench.rows(e, S, I));
      expect(bench.rows(dw2, I, O)).toEqual(bench.rows(dw, I, O));
    }
  });

  test.each(ACTIVATION_NAMES)('%s, forward and backward', (activation) => {
    const random = seeded('activation');
    for (const O of SIZES) {
      bench.reset();
      const S = 3;
      const [Z, E] = [randomRows(random, S, O, 6), randomRows(random, S, O)];
      const [z, a, e] = [bench.matrix(S, O, Z), bench.matrix(S, O), bench.matrix(S, O, E)];
      bench.kernels.activations[activation].forward(S, O, z, a);
      bench.kernels.activations[activation].backward(S, O, z, a, e);
      const { f, backward } = rowFunctions(activation);
      const expectedA = Z.map(f);
      const expectedE = E.map((row, s) => backward(Z[s], row));
      expect(distance(bench.rows(a, S, O), expectedA)).toBeLessThan(1e-6);
      expect(distance(bench.rows(e, S, O), expectedE)).toBeLessThan(2e-6);
      expect(bench.padding(a, S, O).every((v) => v === 0)).toBe(true);
      expect(bench.padding(e, S, O).every((v) => v === 0)).toBe(true);
    }
  });

  test.each(ACTIVATION_NAMES)('%s: no NaN for inputs of any size; NaN is passed on', (activation) => {
    bench.reset();
    const Z = [[-3e38, -1000, -104, -88, -1e-40, 0, 1e-40, 17, 88.7, 104, 1000, 3e38]];
    const [z, a] = [bench.matrix(1, 12, Z), bench.matrix(1, 12)];
    bench.kernels.activations[activation].forward(1, 12, z, a);
    expect(bench.rows(a, 1, 12)[0].every((v) => !Number.isNaN(v))).toBe(true);
    bench.floats(z, 1)[0] = Number.NaN;
    bench.kernels.activations[activation].forward(1, 12, z, a);
    expect(bench.floats(a, 1)[0]).toBeNaN();
  });

  test('costs and their gradients', () => {
    const random = seeded('costs');
    const { kernels } = bench;
    for (const O of SIZES) {
      const S = 4;
      const A = randomRows(random, S, O).map((row) => row.map((v) => Math.fround(0.5 + 0.49 * v)));
      const Y = A.map((row) => row.map((_, j) => (j === random.below(O) ? 1 : 0)));
      for (const name of COST_NAMES) {
        const { value: cost, gradient } = kernels.costs[name];
        const costs = COSTS[name];
        bench.reset();
        const [a, y, c, e] = [bench.matrix(S, O, A), bench.matrix(S, O, Y), bench.bytes(S * 4), bench.matrix(S, O)];
        expect(cost(S, O, a, a, y, c)).toBe(1);
        gradient(S, O, a, y, e);
        const expected = A.map((row, s) => row.reduce((sum, v, j) => sum + costs.term(v, Y[s][j]), 0));
        const found = [...bench.floats(c, S)];
        expect(distance([found], [expected])).toBeLessThan(2e-6);
        bench.floats(a, 1)[0] = Number.NaN;
        expect(cost(S, O, a, a, y, c)).toBe(0);
        expect(
          distance(
            bench.rows(e, S, O),
            A.map((row, s) => row.map((v, j) => costs.gradient(v, Y[s][j]))),
          ),
          name,
        ).toBeLessThan(2e-6);
        expect(
          bench.padding(e, S, O).every((v) => v === 0),
          name,
        ).toBe(true);
      }
    }
  });

  test('costs of matched pairs, from z: right where a has rounded to 0 or 1', () => {
    const { kernels } = bench;
    const Z = [
      [40, -40, 3, 0.5, -1],
      [200, 90, -200, 0, 1],
    ];
    const Y = [
      [0, 1, 1, 0, 0],
      [0, 0, 1, 0, 0],
    ];
    const soft = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
    const entropy = Z.map((row, s) => row.reduce((sum, v, j) => sum + soft(v) - v * Y[s][j], 0));
    const likelihood = Z.map((row, s) => {
      const top = Math.max(...row);
      const logSum = top + Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
      return row.reduce((sum, v, j) => sum + Y[s][j] * (logSum - v), 0);
    });
    for (const [cost, activation, expected] of [
      [kernels.matched['cross-entropy'], kernels.activations.sigmoid, entropy],
      [kernels.matched['log-likelihood'], kernels.activations.softmax, likelihood],
    ] as const) {
      bench.reset();
      const [z, a, y, c] = [bench.matrix(2, 5, Z), bench.matrix(2, 5), bench.matrix(2, 5, Y), bench.bytes(8)];
      activation.forward(2, 5, z, a);
      cost?.value(2, 5, z, a, y, c);
      expect(distance([[...bench.floats(c, 2)]], [expected])).toBeLessThan(1e-6);
    }
  });

  test('hits: the first of the largest outputs counts', () => {
    const random = seeded('hits');
    for (const O of SIZES) {
      const S = 60;
      // Few values, so that many are alike; all below zero in every other row, where padding is not to count.
      const A = Array.from({ length: S }, (_, s) => Array.from({ length: O }, () => random.below(3) - (s % 2 === 0 ? 0 : 4)));
      const Y = A.map((row) => row.map((_, j) => (j === random.below(O) ? 1 : 0)));
      bench.reset();
      const [a, y] = [bench.matrix(S, O, A), bench.matrix(S, O, Y)];
      const expected = A.filter((row, s) => Y[s][row.indexOf(Math.max(...row))] === 1).length;
      expect(bench.kernels.hits(S, O, a, y)).toBe(expected);
    }
  });

  test('gathering bytes, floats and targets by an order', () => {
    const random = seeded('gather');
    for (const I of [1, 3, 7, 8, 9, 31, 785]) {
      bench.reset();
      const [samples, S] = [9, 5];
      const raw = Array.from({ length: samples * I }, () => random.below(256));
      const bytes = bench.bytes(raw.length);
      new Uint8Array(bench.memory.buffer, bytes, raw.length).set(raw);
      const floats = bench.bytes(raw.length * 4);
      bench.floats(floats, raw.length).set(raw);
      const labels = bench.bytes(samples * 2);
      new Uint16Array(bench.memory.buffer, labels, samples).set(raw.slice(0, samples).map((v) => v % 6));
      const order = [8, 0, 3, 3, 7];
      const indices = bench.bytes(S * 4);
      new Uint32Array(bench.memory.buffer, indices, S).set(order);
      const [x, x2, y] = [bench.matrix(S, I), bench.matrix(S, I), bench.matrix(S, 6, randomRows(random, S, 6))];
      bench.kernels.gatherBytes(S, I, indices, bytes, 1 / 255, x);
      bench.kernels.gatherFloats(S, I, indices, floats, x2);
      bench.kernels.gatherOneHot(S, 6, indices, labels, y);
      const picked = order.map((k) => raw.slice(k * I, (k + 1) * I));
      expect(bench.rows(x, S, I)).toEqual(picked.map((row) => row.map((v) => Math.fround(v * Math.fround(1 / 255)))));
      expect(bench.rows(x2, S, I)).toEqual(picked);
      expect(bench.rows(y, S, 6)).toEqual(order.map((k) => Array.from({ length: 6 }, (_, j) => (j === raw[k] % 6 ? 1 : 0))));
    }
  });

  test('reduceBlocks: w ← keep·w - rate·Σ blocks, in block order', () => {
    const random = seeded('reduceBlocks');
    for (const count of [1, 2, 3, 8]) {
      bench.reset();
      const n = 24;
      const [W, G] = [randomRows(random, 1, n), randomRows(random, count, n)];
      const [w, g] = [bench.matrix(1, n, W), bench.matrix(count, n, G)];
      bench.kernels.reduceBlocks(n, w, g, count, stride(n) * 4, 0.25, 0.9375);
      const expected = W[0].map((v, k) => 0.9375 * v - 0.25 * G.reduce((sum, row) => sum + row[k], 0));
      expect(distance(bench.rows(w, 1, n), [expected])).toBeLessThan(1e-6);
    }
  });

  test('sparse rows: forward, update, gradient with tags, and the sum over blocks', () => {
    const random = seeded('sparse');
    for (const [S, I, O] of [
      [1, 1, 1],
      [3, 9, 5],
      [7, 31, 30],
      [5, 40, 48],
      [6, 785, 100],
      [4, 33, 131],
    ]) {
      bench.reset();
      const { kernels, memory } = bench;
      const X = randomRows(random, S, I).map((row) => row.map((v) => (random.below(3) === 0 ? v : 0)));
      const [W, B, D] = [randomRows(random, I, O), randomRows(random, 1, O), randomRows(random, S, O)];
      const [w, b, d, z] = [bench.panels(I, O, W), bench.matrix(1, O, B), bench.matrix(S, O, D), bench.matrix(S, O)];
      const entries = X.map((row) => row.flatMap((v, i) => (v === 0 ? [] : [{ i, v }])));
      const total = entries.flat().length;
      const [starts, records] = [bench.bytes(S * 4), bench.bytes(total * 6 + S * 8 + RECORD_READ_AHEAD)];
      const [rows, spans] = [bench.bytes((total + 8) * 8), bench.bytes(S * 8)];
      const order = bench.bytes(S * 4);
      putRecords(memory, starts, records, entries, 4);
      new Uint32Array(memory.buffer, order, S).set(X.map((_, s) => s));
      kernels.gatherSparseFloats(S, order, starts, records, rows, spans);

      // In two parts of the columns, each of whole panels.
      const end = (O + 3) & ~3;
      const half = Math.min(end, Math.ceil(O / 2 / PANEL_FLOATS) * PANEL_FLOATS);
      const parts = [
        [0, half],
        [half, end],
      ];
      for (const [from, upTo] of parts) kernels.sparseForward(S, from, upTo, I, O, spans, w, b, 0.5, z);
      const expectedZ = product(X, W).map((row) => row.map((v, o) => 0.5 * v + B[0][o]));
      expect(distance(bench.rows(z, S, O), expectedZ)).toBeLessThan(2e-6);

      // Two shards: the first of one sample, the second of the rest; a stale block must not show.
      const step = panelsOf(O) * I * PANEL_FLOATS * 4;
      const [stale, next] = [bench.panels(I, O, randomRows(random, I, O)), bench.panels(I, O, randomRows(random, I, O))];
      expect(next - stale).toBe(step);
      const tagStep = Math.ceil(I / 16) * 64;
      const tags = bench.bytes(2 * tagStep);
      kernels.sparseGradient(1, I, O, spans, d, stale, tags, 9);
      kernels.sparseGradient(S - 1, I, O, spans + 8, d + stride(O) * 4, next, tags + tagStep, 9);
      const nabla = product(transpose(X), D);
      const w2 = bench.panels(I, O, W);
      const blocks = { address: stale, step, tags, tagStep, count: 2, tag: 9 };
      const middle = Math.floor(I / 3);
      kernels.reduceSparseBlocks(0, middle, I, O, w2, blocks, 0.25);
      kernels.reduceSparseBlocks(middle, I, I, O, w2, blocks, 0.25);
      const expectedW = W.map((row, i) => row.map((v, o) => v - 0.25 * nabla[i][o]));
      expect(distance(bench.panelRows(w2, I, O), expectedW)).toBeLessThan(2e-6);

      // The update by inputs.
      const [w3, groups, groupSpans] = [bench.panels(I, O, W), bench.bytes((total + 8) * 8), bench.bytes(I * 8)];
      kernels.groupEntries(S, I, -0.25, spans, groups, groupSpans);
      for (const [from, upTo] of parts) kernels.groupedUpdate(I, S, from, upTo, O, groupSpans, d, w3);
      expect(distance(bench.panelRows(w3, I, O), expectedW)).toBeLessThan(2e-6);
      expect(bench.panelPadding(w3, I, O).every((v) => v === 0)).toBe(true);

      for (const [from, upTo] of parts) kernels.sparseUpdate(S, from, upTo, I, O, spans, d, w, 0.25);
      expect(distance(bench.panelRows(w, I, O), expectedW)).toBeLessThan(2e-6);
      kernels.scale(panelsOf(O) * I * PANEL_FLOATS, w, 2);
      const doubled = expectedW.map((row) => row.map((v) => 2 * v));
      expect(distance(bench.panelRows(w, I, O), doubled)).toBeLessThan(2e-6);
      expect(bench.panelPadding(w, I, O).every((v) => v === 0)).toBe(true);
    }
  });

  test('a row of entries as a dense one, and back', () => {
    const { kernels, memory } = bench;
    const random = seeded('spread');
    for (const I of [1, 3, 4, 9, 30, 785]) {
      for (const kept of [0, 1, 3]) {
        bench.reset();
        const row = Array.from({ length: I }, () => (random.below(3) < kept ? Math.fround(random.uniform() - 0.5) : 0));
        const set = row.flatMap((v, i) => (v === 0 ? [] : [{ i, v }]));
        const [x, back, entries, span] = [bench.matrix(1, I, [row]), bench.matrix(1, I), bench.bytes(((I + 7) & ~7) * 8), bench.bytes(8)];
        // Minus zero is zero, and what lies past the row's end is no part of it.
        if (row[0] === 0) bench.floats(x, 1)[0] = -0;
        if (I % 4 > 0) bench.floats(x, I + 1)[I] = 7;
        kernels.packEntries(I, x, entries, span);
        const [from, end] = new Uint32Array(memory.buffer, span, 2);
        expect([from, end]).toEqual([entries, entries + 8 * set.length]);
        const words = [...new Uint32Array(memory.buffer, from, 2 * set.length)];
        expect(words.filter((_, k) => k % 2 === 0)).toEqual(set.map(({ i }) => i * PANEL_FLOATS * 4));
        expect([...bench.floats(from, 2 * set.length)].filter((_, k) => k % 2 === 1)).toEqual(set.map(({ v }) => v));
        bench.floats(back, I).fill(9);
        kernels.spreadEntries(I, span, back);
        expect(bench.rows(back, 1, I)).toEqual([row]);
      }
    }
  });

  test('gathering sparse bytes: eight at a time, by an order, scaled', () => {
    const { kernels, memory } = bench;
    const random = seeded('entries');
    bench.reset();
    const lengths = [0, 1, 7, 8, 9, 16, 23];
    const samples = lengths.map((n) => Array.from({ length: n }, () => ({ i: random.below(65_536), v: 1 + random.below(255) })));
    const [starts, records] = [bench.bytes(32), bench.bytes(1024 + RECORD_READ_AHEAD)];
    putRecords(memory, starts, records, samples, 1);
    const chosen = [6, 0, 4, 4, 1, 3];
    const order = bench.bytes(24);
    new Uint32Array(memory.buffer, order, 6).set(chosen);
    const [rows, spans] = [bench.bytes(6 * 24 * 8), bench.bytes(6 * 8)];
    kernels.gatherSparseBytes(6, order, starts, records, 1 / 255, rows, spans);
    chosen.forEach((sample, s) => {
      const entries = samples[sample];
      const [from, end] = new Uint32Array(memory.buffer, spans + 8 * s, 2);
      expect(end - from).toBe(entries.length * 8);
      expect([...new Uint32Array(memory.buffer, from, entries.length * 2)].filter((_, k) => k % 2 === 0)).toEqual(
        entries.map(({ i }) => i * PANEL_FLOATS * 4),
      );
      const values = [...bench.floats(from, entries.length * 2)].filter((_, k) => k % 2 === 1);
      expect(values).toEqual(entries.map(({ v }) => Math.fround(v * Math.fround(1 / 255))));
    });
  });
});
