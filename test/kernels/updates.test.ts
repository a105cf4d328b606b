// The kernels of learning against the equations: a step of every optimiser, norms and their limit, dropout, weighted rows. And
// the equations themselves against examples worked out by hand.

import { beforeAll, describe, expect, test } from 'vitest';
import { hyperparameters, OPTIMISER_NAMES, OPTIMISERS } from '#src/functions/optimisers/index.js';
import { power, rateFactor, type Schedule } from '#src/functions/schedules.js';
import { HYPER, HYPER_FLOATS, stride } from '#src/kernels/kernels.js';
import { dropoutFactor, dropoutKey, dropoutThreshold } from '#src/model/dropout.js';
import { Bench, KERNEL_SETS, randomRows, seeded } from '../support/bound-kernels.js';

const ETA = 0.1;
const NUMBERS = { momentum: 0.5, rho: 0.75, beta1: 0.5, beta2: 0.75, epsilon: 1e-8 };

describe('two steps worked out by hand, w = 1, ∇C = 2 and then 1', () => {
  test.each([
    // 1 - 0.1·2 = 0.8; 0.8 - 0.1·1
    ['sgd', [0.8, 0.7]],
    // v = -0.2, w = 0.8; v = 0.5·-0.2 - 0.1 = -0.2, w = 0.6
    ['momentum', [0.8, 0.6]],
    // v = -0.2, w = 1 - 0.1 - 0.2 = 0.7; v = -0.2, w = 0.7 - 0.1 - 0.1 = 0.5
    ['nesterov', [0.7, 0.5]],
    // r = 0.25·4 = 1, w = 1 - 0.2/1; r = 0.75 + 0.25 = 1, w = 0.8 - 0.1/1
    ['rmsprop', [0.8, 0.7]],
    // v̂ = 2, r̂ = 4: w = 1 - 0.1; v = 0.5·1 + 0.5·1 = 1, v̂ = 1/0.75 = 4/3; r = 0.75·1 + 0.25 = 1, r̂ = 1/0.4375 = 16/7
    ['adam', [0.9, 0.9 - (0.1 * (4 / 3)) / Math.sqrt(16 / 7)]],
    ['adamw', [0.9, 0.9 - (0.1 * (4 / 3)) / Math.sqrt(16 / 7)]],
  ] as const)('%s', (name, expected) => {
    const state = { s: 0, q: 0 };
    const first = OPTIMISERS[name].step(1, 2, state, hyperparameters(OPTIMISERS[name], NUMBERS, ETA, 1));
    const second = OPTIMISERS[name].step(first, 1, state, hyperparameters(OPTIMISERS[name], NUMBERS, ETA, 2));
    expect(first).toBeCloseTo(expected[0], 7);
    expect(second).toBeCloseTo(expected[1], 7);
  });

  test('adamw is adam with the decay taken out of the gradient', () => {
    expect(OPTIMISERS.adamw).toEqual({ ...OPTIMISERS.adam, decoupled: true });
    expect(OPTIMISERS.adam.decoupled).toBe(false);
  });
});

describe('schedules', () => {
  test.each([
    [{ kind: 'constant' }, [0, 39], [1, 1]],
    [{ kind: 'halve', patience: 3 }, [0, 39], [1, 1]],
    // ten steps an epoch: a third of η after two epochs, a ninth after four
    [{ kind: 'step', every: 2, factor: 1 / 3 }, [19, 20, 39, 40], [1, 1 / 3, 1 / 3, 1 / 9]],
    // 40 steps along half a cosine
    [{ kind: 'cosine', warmUp: 0 }, [0, 10, 20, 40], [1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0]],
    // rising over ten steps, then 30 along the cosine
    [{ kind: 'cosine', warmUp: 1 }, [0, 4, 9, 10, 25], [1 / 11, 5 / 11, 10 / 11, 1, 0.5]],
    // a fall of ten steps; of 20 from step 10 on; of 40 from step 30 on: whatever the run's epochs
    [
      { kind: 'restarts', first: 1, factor: 2 },
      [0, 5, 10, 15, 20, 29, 30, 40, 70],
      [1, 0.5, 1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0.5 - 0.5 * Math.cos(Math.PI / 20), 1, 0.5 + Math.SQRT1_2 / 2, 1],
    ],
    [{ kind: 'restarts', first: 2, factor: 1 }, [0, 10, 15, 20, 30, 1000, 1010], [1, 0.5, 0.5 - Math.SQRT1_2 / 2, 1, 0.5, 1, 0.5]],
    [{ kind: 'restarts', first: 1, factor: 3 }, [9, 10, 25, 40, 85, 130], [0.5 - 0.5 * Math.cos(Math.PI / 10), 1, 0.5, 1, 0.5, 1]],
  ] as [Schedule, number[], number[]][])('%o', (schedule, steps, factors) => {
    steps.forEach((t, k) => {
      expect(rateFactor(schedule, t, 4, 10)).toBeCloseTo(factors[k], 14);
    });
  });

  test('powers by squaring', () => {
    for (const n of [0, 1, 2, 3, 7, 64, 1001]) expect(power(0.999, n)).toBeCloseTo(0.999 ** n, 14);
  });
});

describe('dropout', () => {
  test('leaves out about p of the units, others for another step, sample, layer or seed', () => {
    const mask = (seed: number, t: number, l: number, sample: number): boolean[] =>
      Array.from({ length: 4000 }, (_, j) => dropoutFactor(dropoutKey(seed, t, l), sample, j, 0.3) === 0);
    const share = (a: boolean[]): number => a.filter(Boolean).length / a.length;
    const first = mask(1, 5, 0, 7);
    // Four deviations of a binomial share are 0.029.
    expect(Math.abs(share(first) - 0.3)).toBeLessThan(0.03);
    for (const other of [mask(2, 5, 0, 7), mask(1, 6, 0, 7), mask(1, 5, 1, 7), mask(1, 5, 0, 8), mask(2 ** 32 + 1, 5, 0, 7)]) {
      expect(Math.abs(share(other) - 0.3)).toBeLessThan(0.03);
      // Independent masks agree in 0.3² + 0.7² = 0.58 of the units.
      expect(Math.abs(share(other.map((v, j) => v === first[j])) - 0.58)).toBeLessThan(0.04);
    }
  });
});

describe.each(KERNEL_SETS)('%s', (name) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(name);
  });

  test.each(OPTIMISER_NAMES)('%s: three steps on slices with rows apart', (optimiser) => {
    const random = seeded('updates');
    bench.reset();
    // Columns 4 to 12 of a matrix of 20: what lies beside them must stay.
    const [R, n, O, from, t0] = [5, 8, 20, 4, 3];
    const W = randomRows(random, R, O);
    W[2][5] = 0;
    const [w, g, s, q] = [bench.matrix(R, O, W), bench.matrix(R, O), bench.matrix(R, O), bench.matrix(R, O)];
    const h = bench.bytes(HYPER_FLOATS * 4);
    const hyper = bench.floats(h, HYPER_FLOATS);
    const [scale, l2, l1] = [0.25, 0.5, 0.125];
    const { decoupled, states: count, step } = OPTIMISERS[optimiser];
    const expected = W.map((row) => [...row]);
    const states = W.map((row) => row.map(() => ({ s: 0, q: 0 })));
    for (let t = t0; t < t0 + 3; t++) {
      const G = randomRows(random, R, O, 4);
      G.forEach((row, r) => {
        bench.floats(g + r * stride(O) * 4, O).set(row);
      });
      const numbers = hyperparameters(OPTIMISERS[optimiser], NUMBERS, ETA, t);
      for (const [field, value] of Object.entries({ ...numbers, scale, l2, l1 })) hyper[HYPER[field as keyof typeof HYPER]] = value;
      const at = from * 4;
      bench.kernels.updates[optimiser](R, n, stride(O) * 4, w + at, g + at, s + at, q + at, h);
      for (let r = 0; r < R; r++) {
        for (let o = from; o < from + n; o++) {
          const v = expected[r][o];
          const gradient = scale * G[r][o] + (decoupled ? 0 : l2 * v) + l1 * Math.sign(v);
          const start = decoupled ? v - ETA * l2 * v : v;
          expected[r][o] = step(start, gradient, states[r][o], numbers);
        }
      }
    }
    bench.rows(w, R, O).forEach((row, r) => {
      row.forEach((v, o) => {
        expect(Math.abs(v - expected[r][o]), `row ${r}, column ${o}`).toBeLessThan(2e-6);
      });
    });
    const kept = [s, q].filter((address) => bench.rows(address, R, O).some((row) => row.some((v) => v !== 0)));
    expect(kept).toHaveLength(count);
  });

  test('sums of squares by cells, and the limit on the norms of columns', () => {
    const random = seeded('norms');
    bench.reset();
    const [I, O] = [7, 37];
    const W = randomRows(random, I, O);
    const w = bench.matrix(I, O, W);
    const sums = bench.bytes(8 * 8);
    const cells = new Float64Array(bench.memory.buffer, sums, 8);
    bench.kernels.squareSums(3, I, 16, 64, stride(O) * 4, w, sums);
    const columnSum = (o: number): number => W.reduce((sum, row) => sum + (row[o] ?? 0) ** 2, 0);
    [0, 1, 2].forEach((c) => {
      const expected = Array.from({ length: 16 }, (_, k) => columnSum(16 * c + k)).reduce((a, b) => a + b, 0);
      expect(cells[c]).toBeCloseTo(expected, 12);
    });
    expect([...cells.subarray(3)]).toEqual([0, 0, 0, 0, 0]);
    const most = 1.4;
    bench.kernels.maxNorm(I, 4, 40, O, w, most);
    const limited = bench.rows(w, I, O);
    const norms = W[0].map((_, o) => Math.sqrt(columnSum(o)));
    expect(norms.some((norm) => norm > most) && norms.some((norm) => norm < most)).toBe(true);
    norms.forEach((norm, o) => {
      const factor = o >= 4 && norm > most ? most / norm : 1;
      W.forEach((row, i) => {
        expect(Math.abs(limited[i][o] - factor * row[o])).toBeLessThan(1e-6);
      });
    });
    expect(bench.padding(w, I, O).every((v) => v === 0)).toBe(true);
  });

  test('dropout by its mask, in place or not; rows times their weights', () => {
    const random = seeded('dropout');
    bench.reset();
    const [S, O, p] = [3, 21, 0.4];
    const A = randomRows(random, S, O);
    const [a, d] = [bench.matrix(S, O, A), bench.matrix(S, O)];
    const samples = [70_000, 0, 12];
    const order = bench.bytes(12);
    new Uint32Array(bench.memory.buffer, order, 3).set(samples);
    const key = dropoutKey(3, 11, 1);
    bench.kernels.dropout(S, O, order, key, dropoutThreshold(p), 1 / (1 - p), a, d);
    const expected = A.map((row, s) => row.map((v, j) => Math.fround(v * Math.fround(dropoutFactor(key, samples[s], j, p)))));
    const near = (found: number[][], wanted: number[][]): void => {
      found.forEach((row, s) => {
        row.forEach((v, j) => {
          expect(Math.abs(v - wanted[s][j])).toBeLessThan(1e-6);
        });
      });
    };
    near(bench.rows(d, S, O), expected);
    expect(expected.flat().filter((v) => v === 0).length).toBeGreaterThan(10);
    bench.kernels.dropout(S, O, order, key, dropoutThreshold(p), 1 / (1 - p), a, a);
    expect(bench.rows(a, S, O)).toEqual(bench.rows(d, S, O));
    const factors = bench.matrix(1, 3, [[2, 0, 0.5]]);
    bench.kernels.scaleRows(S, O, factors, d);
    near(
      bench.rows(d, S, O),
      expected.map((row, s) => row.map((v) => v * [2, 0, 0.5][s])),
    );
    expect([...bench.padding(a, S, O), ...bench.padding(d, S, O)].every((v) => v === 0)).toBe(true);
  });
});
