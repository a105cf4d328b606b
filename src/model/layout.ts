// Where the parameters of a network lie: the one list of its tensors. Memory order is the kernels' own; the order in
// which parameters are hashed, saved and exchanged is the book's, and this file converts between the two.
//
//   memory   w²[I][O…pad] | b²[O…pad] | w³[I][O…pad] | b³ | …      each tensor starts at a multiple of 64 bytes
//   book     w²[O][I]       b²[O]       w³[O][I]       b³   …      no padding
//
// 64 bytes is a cache line: ranges of parameters that start and end there never share a line between two workers.

import { stride } from '../kernels/kernels.js';

export const LINE_FLOATS = 16;

interface LayerLayout {
  /** The book's number of the layer, 2 … L. */
  readonly number: number;
  readonly I: number;
  readonly O: number;
  /** Offsets from the first parameter, in floats. */
  readonly w: number;
  readonly b: number;
}

export interface Layout {
  readonly layers: readonly LayerLayout[];
  /** Floats from the first parameter to the end, padding included; a multiple of LINE_FLOATS. */
  readonly floats: number;
  /** P: weights and biases, without padding. */
  readonly parameters: number;
}

/** The layout of a network with these layer sizes. */
export function layoutOf(sizes: readonly number[]): Layout {
  const layers: LayerLayout[] = [];
  let floats = 0;
  let parameters = 0;
  for (let l = 1; l < sizes.length; l++) {
    const I = sizes[l - 1];
    const O = sizes[l];
    const w = floats;
    const b = w + wholeLines(I * stride(O));
    floats = b + wholeLines(O);
    parameters += I * O + O;
    layers.push({ number: l + 1, I, O, w, b });
  }
  return { layers, floats, parameters };
}

function wholeLines(floats: number): number {
  return Math.ceil(floats / LINE_FLOATS) * LINE_FLOATS;
}

/** The parameters in the book's order, from memory order. */
export function toBookOrder(layout: Layout, memory: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(layout.parameters);
  let k = 0;
  for (const { I, O, w, b } of layout.layers) {
    for (let o = 0; o < O; o++) for (let i = 0; i < I; i++) out[k++] = memory[w + i * stride(O) + o];
    for (let o = 0; o < O; o++) out[k++] = memory[b + o];
  }
  return out;
}

/** Writes parameters in the book's order into memory order; padding is left as it is (zero). */
export function fromBookOrder(layout: Layout, book: Float32Array | Float64Array, memory: Float32Array): void {
  let k = 0;
  for (const { I, O, w, b } of layout.layers) {
    for (let o = 0; o < O; o++) for (let i = 0; i < I; i++) memory[w + i * stride(O) + o] = book[k++];
    for (let o = 0; o < O; o++) memory[b + o] = book[k++];
  }
}
