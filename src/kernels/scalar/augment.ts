// Plain kernels of augmentation: a picture seen through a map, a smooth random field, noise.

import { mix32 } from '../../random.js';
import { columns, type Kernels, UNIT_STEP } from '../kernels.js';

const at = (address: number): number => address >>> 2;

/** The n-th draw of a key, uniform in [-1, 1). */
const draw = (key: number, n: number): number => (mix32((key + Math.imul(n, UNIT_STEP)) >>> 0) | 0) / 2 ** 31;

/** Plain augmentation on `memory`. */
export function scalarAugment(memory: WebAssembly.Memory): Pick<Kernels, 'warp' | 'elasticField' | 'addNoise'> {
  const f32 = new Float32Array(memory.buffer);

  return {
    warp(H, W, C, map, field, _, x) {
      const [a, b, c, d, e, f] = f32.subarray(at(map), at(map) + 6);
      const picture = f32.slice(at(x), at(x) + H * W * C);
      const pixel = (row: number, column: number, channel: number): number =>
        row < 0 || row >= H || column < 0 || column >= W ? 0 : picture[(row * W + column) * C + channel];
      for (let r = 0; r < H; r++) {
        for (let k = 0; k < W; k++) {
          const place = r * columns(W) + k;
          const row = a * r + b * k + c + (field === 0 ? 0 : f32[at(field) + place]);
          const column = d * r + e * k + f + (field === 0 ? 0 : f32[at(field) + H * columns(W) + place]);
          const [top, left] = [Math.floor(row), Math.floor(column)];
          const [down, right] = [row - top, column - left];
          for (let channel = 0; channel < C; channel++) {
            const upper = (1 - right) * pixel(top, left, channel) + right * pixel(top, left + 1, channel);
            const lower = (1 - right) * pixel(top + 1, left, channel) + right * pixel(top + 1, left + 1, channel);
            f32[at(x) + (r * W + k) * C + channel] = (1 - down) * upper + down * lower;
          }
        }
      }
    },
    elasticField(H, W, R, Q, rows, cols, key, amount, _, field) {
      const ld = columns(W);
      for (let plane = 0; plane < 2; plane++) {
        for (let r = 0; r < H; r++) {
          for (let k = 0; k < ld; k++) {
            let sum = 0;
            for (let i = 0; i < R; i++) {
              for (let j = 0; j < Q; j++) sum += f32[at(rows) + r * R + i] * draw(key, (plane * R + i) * Q + j) * f32[at(cols) + j * ld + k];
            }
            f32[at(field) + (plane * H + r) * ld + k] = amount * sum;
          }
        }
      }
    },
    addNoise(n, key, amount, x) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < NOISE_DRAWS; k++) sum += draw(key, NOISE_DRAWS * i + k);
        f32[at(x) + i] += amount * sum;
      }
    },
  };
}

/** Draws that are added up for one value of noise. */
const NOISE_DRAWS = 4;
