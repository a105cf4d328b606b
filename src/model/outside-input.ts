// Dense inputs from samples outside the memory that the kernels work on, in shared buffers of their own: there may be more of them
// than 32-bit addresses reach. A row is copied in as its sample is asked for, and is then what it would be with the samples inside,
// to the bit; floats go straight to their row, bytes to room for one sample, from where the same kernel scales them.

import { type Kernels, stride } from '../kernels/kernels.js';
import { DenseInput, type GatheredRows, type Input, type InputFormat, type OutsideSplit, type Samples, SparseInput } from './input.js';
import type { Layout } from './layout.js';
import type { Rows } from './rows.js';

/** Bytes of the room that a worker needs for the bytes of a sample: a sample number, which stays 0, and a line further on the sample. */
export const stagingBytes = (inputs: number): number => LINE_BYTES + inputs;
const LINE_BYTES = 64;

/** Where an input works. */
export interface InputPlace {
  readonly memory: WebAssembly.Memory;
  readonly layout: Layout;
  /** Address of the first parameter. */
  readonly parameters: number;
  /** Address of stagingBytes of this worker's own, zeros; unused unless the samples are bytes and outside. */
  readonly staging: number;
}

/** The first layer's input over samples of a format, wherever they lie. */
export function inputOf(kernels: Kernels, format: InputFormat, samples: Samples, place: InputPlace): Input {
  const { layout, parameters } = place;
  if (format === 'sparse') return new SparseInput(kernels, samples, layout, parameters);
  const dense = new DenseInput(kernels, samples, layout, parameters);
  return samples.outside ? new OutsideInput(kernels, dense, samples, samples.outside, place) : dense;
}

class OutsideInput implements Input {
  readonly #kernels: Kernels;
  readonly #dense: DenseInput;
  readonly #samples: Samples;
  readonly #splits: readonly OutsideSplit[];
  readonly #I: number;
  readonly #staging: number;
  readonly #staged: Uint8Array;
  /** The whole memory. */
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;

  constructor(kernels: Kernels, dense: DenseInput, samples: Samples, splits: readonly OutsideSplit[], { memory, layout, staging }: InputPlace) {
    this.#kernels = kernels;
    this.#dense = dense;
    this.#samples = samples;
    this.#splits = splits;
    this.#I = layout.layers[0].I;
    this.#staging = staging;
    this.#staged = new Uint8Array(memory.buffer, staging + LINE_BYTES, samples.valueBytes === 1 ? this.#I : 0);
    this.#floats = new Float32Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  gather(rows: GatheredRows, begin: number, end: number, order: number): void {
    const bytes = this.#samples.valueBytes === 1;
    for (let s = begin; s < end; s++) {
      const sample = this.#words[order / 4 + s - begin];
      const row = rows.x + s * stride(this.#I) * 4;
      if (bytes) this.#gatherBytes(sample, row);
      else this.#gatherFloats(sample, row);
    }
  }

  forward(rows: Rows, begin: number, end: number): void {
    this.#dense.forward(rows, begin, end);
  }

  /**
   * A new view of each row costs 0.06 µs, and 100 bytes of garbage that the next scavenge takes: copying a row of 1,000 floats takes
   * 0.8 µs, and 1.2 to 1.6 in a loop over one view of all. (Past 2³¹ elements such a loop takes 27 ns an element on Node 24.)
   */
  #gatherFloats(sample: number, row: number): void {
    const { buffer, byteOffset } = this.#locate(sample);
    this.#floats.set(new Float32Array(buffer, byteOffset, this.#I), row / 4);
  }

  #gatherBytes(sample: number, row: number): void {
    const { buffer, byteOffset } = this.#locate(sample);
    this.#staged.set(new Uint8Array(buffer, byteOffset, this.#I));
    this.#kernels.gatherBytes(1, this.#I, this.#staging, this.#staging + LINE_BYTES, this.#samples.scale, row);
  }

  /** Where the values of a sample begin. */
  #locate(sample: number): { buffer: SharedArrayBuffer; byteOffset: number } {
    let k = 0;
    let within = sample;
    while (within >= this.#splits[k].samples) within -= this.#splits[k++].samples;
    const { buffer, byteOffset } = this.#splits[k];
    return { buffer, byteOffset: byteOffset + within * this.#I * this.#samples.valueBytes };
  }
}
