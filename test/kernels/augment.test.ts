// The kernels of augmentation: each set against the formulas in float64, written here once more; a map and its inverse; whole shifts, which
// must be exact; and fields that have the covariance that is said.

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { columns, UNIT_STEP } from '#src/kernels/kernels.js';
import { mix32 } from '#src/random.js';
import { Bench, KERNEL_SETS, seeded } from '../support/bound-kernels.js';

const draw = (key: number, n: number): number => (mix32((key + Math.imul(n, UNIT_STEP)) >>> 0) | 0) / 2 ** 31;

interface Shape {
  readonly H: number;
  readonly W: number;
  readonly C: number;
}

const SHAPES: readonly Shape[] = [
  { H: 1, W: 1, C: 1 },
  { H: 2, W: 3, C: 1 },
  { H: 7, W: 4, C: 1 },
  { H: 8, W: 9, C: 3 },
  { H: 5, W: 6, C: 2 },
  { H: 28, W: 28, C: 1 },
];

describe.each(KERNEL_SETS)('%s', (name) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(name);
  });

  /** A picture seen through a map and a field, by the kernel. */
  function warped({ H, W, C }: Shape, picture: readonly number[], map: readonly number[], field?: readonly (readonly number[])[]): number[] {
    bench.reset();
    const size = H * W * C;
    const [x, m, padded] = [bench.bytes(size * 4), bench.bytes(24), bench.bytes(((H + 3) * (W + 3) * C + 4) * 4)];
    bench.floats(x, size).set(picture);
    bench.floats(m, 6).set(map);
    const planes = field ? bench.bytes(2 * H * columns(W) * 4) : 0;
    field?.forEach((plane, p) => {
      for (let r = 0; r < H; r++) bench.floats(planes, 2 * H * columns(W)).set(plane.slice(r * W, (r + 1) * W), (p * H + r) * columns(W));
    });
    bench.kernels.warp(H, W, C, m, planes, padded, x);
    return [...bench.floats(x, size)];
  }

  const random = seeded('augment');
  const numbers = (count: number, scale = 1): number[] => Array.from({ length: count }, () => Math.fround((2 * random.uniform() - 1) * scale));

  test('a picture seen through a map and a field', () => {
    for (const shape of SHAPES) {
      const { H, W, C } = shape;
      for (let k = 0; k < 8; k++) {
        const picture = numbers(H * W * C);
        const map = [1, 0, 0, 0, 1, 0].map((value) => Math.fround(value + (2 * random.uniform() - 1) * (k < 4 ? 0.3 : 3)));
        const field = k % 2 === 0 ? undefined : [numbers(H * W, 2), numbers(H * W, 2)];
        const pixel = (r: number, c: number, channel: number): number =>
          r < 0 || c < 0 || r >= H || c >= W ? 0 : picture[(r * W + c) * C + channel];
        const got = warped(shape, picture, map, field);
        for (let r = 0; r < H; r++) {
          for (let c = 0; c < W; c++) {
            const v = map[0] * r + map[1] * c + map[2] + (field?.[0][r * W + c] ?? 0);
            const u = map[3] * r + map[4] * c + map[5] + (field?.[1][r * W + c] ?? 0);
            const [t, l] = [Math.floor(v), Math.floor(u)];
            const near = (row: number, column: number): number => Math.max(0, 1 - Math.abs(v - row)) * Math.max(0, 1 - Math.abs(u - column));
            for (let channel = 0; channel < C; channel++) {
              const expected = [t, t + 1].flatMap((row) => [l, l + 1].map((column) => near(row, column) * pixel(row, column, channel)));
              // A float32 place is off by what its size allows, and the value by that times the step between neighbours.
              expect(Math.abs(got[(r * W + c) * C + channel] - expected.reduce((a, b) => a + b, 0))).toBeLessThan(1e-4);
            }
          }
        }
      }
    }
  });

  test('whole shifts are exact, and what comes from outside is 0', () => {
    for (const shape of SHAPES) {
      const { H, W, C } = shape;
      const picture = numbers(H * W * C);
      for (const [down, right] of [
        [0, 0],
        [1, 0],
        [0, -1],
        [-2, 3],
        [H, 0],
        [0, W + 5],
        [-1e6, 1e6],
      ]) {
        const got = warped(shape, picture, [1, 0, -down, 0, 1, -right]);
        const expected = picture.map((_, k) => {
          const [r, c] = [Math.floor(k / C / W) - down, (Math.floor(k / C) % W) - right];
          return r < 0 || c < 0 || r >= H || c >= W ? 0 : picture[(r * W + c) * C + (k % C)];
        });
        expect(got).toEqual(expected);
      }
    }
  });

  test('through a map and back through its inverse a smooth picture is itself, where it stays inside', () => {
    const [H, W] = [28, 28];
    // Five pixels wide, and nothing at the edge.
    const blob = Array.from({ length: H * W }, (_, k) => Math.exp(-((Math.floor(k / W) - 13) ** 2 + ((k % W) - 14.5) ** 2) / 25));
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.double({ min: 0.85, max: 1.15, noNaN: true }), (angle, size) => {
        const [a, b] = [size * Math.cos(angle), -size * Math.sin(angle)];
        const about = (p: number, q: number): number[] => [p, q, 13.5 - 13.5 * (p + q), -q, p, 13.5 - 13.5 * (p - q)];
        const there = warped({ H, W, C: 1 }, blob, about(a, b));
        const back = warped({ H, W, C: 1 }, there, about(a / (size * size), -b / (size * size)));
        for (const [k, value] of back.entries()) expect(Math.abs(value - blob[k])).toBeLessThan(0.04);
      }),
      { numRuns: 30 },
    );
  });

  test('a field is amount · A N B', () => {
    for (const [H, W, R, Q] of [
      [1, 1, 1, 1],
      [5, 7, 3, 2],
      [28, 28, 9, 8],
      [13, 4, 13, 4],
    ]) {
      bench.reset();
      const ld = columns(W);
      const [rows, cols] = [bench.bytes(H * R * 4), bench.bytes(Q * ld * 4)];
      const [A, B] = [numbers(H * R), numbers(Q * W)];
      bench.floats(rows, H * R).set(A);
      for (let j = 0; j < Q; j++) bench.floats(cols, Q * ld).set(B.slice(j * W, (j + 1) * W), j * ld);
      const [temporary, field] = [bench.bytes((R * ld + 2 * R * Q + 4) * 4), bench.bytes(2 * H * ld * 4)];
      bench.kernels.elasticField(H, W, R, Q, rows, cols, -77, 1.5, temporary, field);
      const got = bench.floats(field, 2 * H * ld);
      for (let p = 0; p < 2; p++) {
        for (let r = 0; r < H; r++) {
          for (let c = 0; c < W; c++) {
            let sum = 0;
            for (let i = 0; i < R; i++) for (let j = 0; j < Q; j++) sum += A[r * R + i] * draw(-77, (p * R + i) * Q + j) * B[j * W + c];
            expect(got[(p * H + r) * ld + c]).toBeCloseTo(1.5 * sum, 4);
          }
        }
      }
    }
  });

  test('noise is the sum of four draws of its own for each value', () => {
    bench.reset();
    const before = numbers(40);
    const x = bench.bytes(160);
    bench.floats(x, 40).set(before);
    bench.kernels.addNoise(40, 12_345, 0.25, x);
    for (const [i, value] of bench.floats(x, 40).entries()) {
      const sum = [0, 1, 2, 3].reduce((so, k) => so + draw(12_345, 4 * i + k), 0);
      expect(value).toBeCloseTo(before[i] + 0.25 * sum, 6);
    }
  });
});
