// The name of a parameter in the book's notation. A place in the book's order becomes w^l_{jk}, from neuron k of layer l-1 to neuron j of
// layer l, or b^l_{j}; layers and neurons count from 1.

import { layoutOf } from '../model/layout.js';

/** One layer's stretch of the book's order: `weights` weights from `begin` on, then `biases` biases up to `end`. */
export interface LayerRange {
  /** The book's number, 2 … L. */
  readonly layer: number;
  readonly begin: number;
  readonly weights: number;
  readonly biases: number;
  readonly end: number;
}

/** The layers' stretches of the book's order. */
export function layerRanges(sizes: readonly number[]): LayerRange[] {
  let end = 0;
  return layoutOf(sizes).layers.map(({ number, I, O }) => {
    const begin = end;
    end += I * O + O;
    return { layer: number, begin, weights: I * O, biases: O, end };
  });
}

/** Where parameter k of the book's order stands: neuron j of `layer`, from neuron i of the layer before (absent for a bias). */
export interface ParameterPlace {
  readonly layer: number;
  readonly to: number;
  readonly from?: number;
}

export function placeOf(sizes: readonly number[], k: number): ParameterPlace {
  const range = layerRanges(sizes).find(({ end }) => k < end);
  if (!range) throw new Error(`There is no parameter ${k}.`);
  const { layer, begin, weights } = range;
  const at = k - begin;
  if (at >= weights) return { layer, to: at - weights + 1 };
  const I = sizes[layer - 2];
  return { layer, to: Math.floor(at / I) + 1, from: (at % I) + 1 };
}

/** The inverse: k in the book's order. */
export function parameterAt(sizes: readonly number[], { layer, to, from }: ParameterPlace): number {
  const { begin, weights } = layerRanges(sizes)[layer - 2];
  return begin + (from === undefined ? weights + to - 1 : (to - 1) * sizes[layer - 2] + from - 1);
}

/** w^2_{5,3}: layer 2, to neuron 5, from neuron 3; b^2_{5}: the bias of that neuron. */
export function parameterName(sizes: readonly number[], k: number): string {
  const { layer, to, from } = placeOf(sizes, k);
  return from === undefined ? `b^${layer}_{${to}}` : `w^${layer}_{${to},${from}}`;
}
