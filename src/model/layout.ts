// Where the parameters of a network lie: the one list of its tensors. Memory order is the kernels' own; the order in
// which parameters are hashed, saved and exchanged is the book's, and this file converts between the two.
//
//   memory   w²[I][O…pad] | b²[O…pad] | w³[I][O…pad] | b³ | …      each tensor starts at a multiple of 64 bytes
//   book     w²[O][I]       b²[O]       w³[O][I]       b³   …      no padding
//
// 64 bytes is a cache line: ranges of parameters that start and end there never share a line between two workers.
//
// A first layer over sparse inputs is owned by neurons, and lies in panels of columns, w²[panel][I][16]: so what a worker owns is one
// piece of memory. Slices of neighbouring lines in the same rows would make two workers 1.3 to 1.7 times slower on a processor
// that fetches lines in pairs and ahead (bench/sharing.ts).

import { inPanels, PANEL_FLOATS, panelsOf, stride } from '../kernels/kernels.js';

export const LINE_FLOATS = 16;

interface LayerLayout {
  /** The book's number of the layer, 2 … L. */
  readonly number: number;
  readonly I: number;
  readonly O: number;
  /** Offsets from the first parameter, in floats. */
  readonly w: number;
  readonly b: number;
  /** Whether w lies in panels of columns. */
  readonly panels: boolean;
}

export interface Layout {
  readonly layers: readonly LayerLayout[];
  /** Floats from the first parameter to the end, padding included; a multiple of LINE_FLOATS. */
  readonly floats: number;
  /** P: weights and biases, without padding. */
  readonly parameters: number;
}

/** Index of the weight from input i to output o, from the layer's first. */
export function weightAt({ I, O, panels }: Pick<LayerLayout, 'I' | 'O' | 'panels'>, i: number, o: number): number {
  return panels ? inPanels(I, i, o) : i * stride(O) + o;
}

/** The layout of a network with these layer sizes, whose inputs may be sparse. */
export function layoutOf(sizes: readonly number[], sparse = false): Layout {
  const layers: LayerLayout[] = [];
  let floats = 0;
  let parameters = 0;
  for (let l = 1; l < sizes.length; l++) {
    const I = sizes[l - 1];
    const O = sizes[l];
    const w = floats;
    const panels = sparse && l === 1;
    const b = w + wholeLines(I * (panels ? panelsOf(O) * PANEL_FLOATS : stride(O)));
    floats = b + wholeLines(O);
    parameters += I * O + O;
    layers.push({ number: l + 1, I, O, w, b, panels });
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
  for (const layer of layout.layers) {
    const { I, O, w, b } = layer;
    for (let o = 0; o < O; o++) for (let i = 0; i < I; i++) out[k++] = memory[w + weightAt(layer, i, o)];
    for (let o = 0; o < O; o++) out[k++] = memory[b + o];
  }
  return out;
}

/** Writes parameters in the book's order into memory order; padding is left as it is (zero). */
export function fromBookOrder(layout: Layout, book: Float32Array | Float64Array, memory: Float32Array): void {
  let k = 0;
  for (const layer of layout.layers) {
    const { I, O, w, b } = layer;
    for (let o = 0; o < O; o++) for (let i = 0; i < I; i++) memory[w + weightAt(layer, i, o)] = book[k++];
    for (let o = 0; o < O; o++) memory[b + o] = book[k++];
  }
}
