// The parameters of a network, layer by layer: views of the one array in the book's order.

import { layoutOf } from '../model/layout.js';

export interface LayerTensors {
  /** The book's number of the layer, 2 … L. */
  readonly number: number;
  readonly I: number;
  readonly O: number;
  /** [O][I], row by row */
  readonly weights: Float32Array;
  /** [O] */
  readonly biases: Float32Array;
}

/** @param parameters [P] in the book's order */
export function tensorsOf(sizes: readonly number[], parameters: Float32Array): LayerTensors[] {
  let at = 0;
  return layoutOf(sizes).layers.map(({ number, I, O }) => {
    const biases = at + I * O;
    const tensors = { number, I, O, weights: parameters.subarray(at, biases), biases: parameters.subarray(biases, biases + O) };
    at = biases + O;
    return tensors;
  });
}
