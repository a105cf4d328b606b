// Kernels of every set that runs here, each on a memory of its own, with helpers to put matrices in and take them out.
// Addresses come from a bump allocator; rows are padded as the kernels expect.

import { bindKernels } from '#src/kernels/bind.js';
import { inPanels, KERNEL_NAMES, type KernelName, type Kernels, PANEL_FLOATS, panelsOf, SCRATCH_BYTES, stride } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { Random } from '#src/random.js';

export class Bench {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  #next = 64 + SCRATCH_BYTES;

  private constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.memory = memory;
  }

  static async open(name: KernelName): Promise<Bench> {
    const pages = 512;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return new Bench(await bindKernels(await loadKernels(name), memory, 64), memory);
  }

  /** Forgets everything that was put in. */
  reset(): void {
    this.#next = 64 + SCRATCH_BYTES;
  }

  bytes(count: number): number {
    const address = this.#next;
    this.#next = Math.ceil((address + count) / 64) * 64;
    new Uint8Array(this.memory.buffer, address, this.#next - address).fill(0);
    return address;
  }

  /** A matrix of zeros, or of the given rows. */
  matrix(rows: number, columns: number, values?: readonly number[][]): number {
    const address = this.bytes(rows * stride(columns) * 4);
    const floats = this.floats(address, rows * stride(columns));
    values?.forEach((row, r) => {
      row.forEach((v, c) => {
        floats[r * stride(columns) + c] = v;
      });
    });
    return address;
  }

  /** A matrix in panels of columns, as the weights of a sparse first layer lie. */
  panels(rows: number, columns: number, values: readonly number[][]): number {
    const address = this.bytes(panelsOf(columns) * rows * PANEL_FLOATS * 4);
    const floats = this.#panelFloats(address, rows, columns);
    values.forEach((row, r) => {
      row.forEach((v, c) => {
        floats[inPanels(rows, r, c)] = v;
      });
    });
    return address;
  }

  /** The rows of such a matrix. */
  panelRows(address: number, rows: number, columns: number): number[][] {
    const floats = this.#panelFloats(address, rows, columns);
    return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => floats[inPanels(rows, r, c)]));
  }

  /** What lies past the last column of it. */
  panelPadding(address: number, rows: number, columns: number): number[] {
    const floats = this.#panelFloats(address, rows, columns);
    const last = (panelsOf(columns) - 1) * PANEL_FLOATS;
    return [...floats.subarray(last * rows)].filter((_, k) => last + (k % PANEL_FLOATS) >= columns);
  }

  #panelFloats(address: number, rows: number, columns: number): Float32Array {
    return this.floats(address, panelsOf(columns) * rows * PANEL_FLOATS);
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  rows(address: number, rows: number, columns: number): number[][] {
    const floats = this.floats(address, rows * stride(columns));
    return Array.from({ length: rows }, (_, r) => [...floats.subarray(r * stride(columns), r * stride(columns) + columns)]);
  }

  /** What lies past the last column of each row: must always be zero. */
  padding(address: number, rows: number, columns: number): number[] {
    const floats = this.floats(address, rows * stride(columns));
    return [...floats].filter((_, k) => k % stride(columns) >= columns);
  }
}

export const KERNEL_SETS: readonly KernelName[] = KERNEL_NAMES;

/** Random float32 rows, uniform in ±scale. */
export function randomRows(random: Random, rows: number, columns: number, scale = 1): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround((2 * random.uniform() - 1) * scale)));
}

export function seeded(name: string, index = 0): Random {
  return Random.stream(20, name, index);
}
