// What is shown of the weights into layer 2: they, or how far they have moved from the start, and what of them is worth a word. Numbers in, numbers and
// words out; the panel beside it draws them.

import { layerRanges } from '../../insight/parameter-name.js';
import { signed } from '../parts/figures.js';
import { pixelName } from '../parts/signed-picture.js';
import type { Shown } from '../store.js';

/** Which weights: as they are, or less what they were before the first step. */
export type Which = 'moved' | 'weights';

/** Of the weights into layer l, [n_l][n_(l-1)]. @param into filled, where it has the right size, instead of a new array */
export function weightsInto({ network, parameters, first }: Shown, layer: number, which: Which, into?: Float32Array): Float32Array {
  const { begin, weights } = layerRanges(network.layers)[layer - 2];
  const out = into?.length === weights ? into : new Float32Array(weights);
  if (which === 'weights') out.set(parameters.subarray(begin, begin + weights));
  else for (let k = 0; k < weights; k++) out[k] = parameters[begin + k] - first[begin + k];
  return out;
}

/** The weights from neuron j, from 1, of layer l into the next one, [n_(l+1)]. */
export function weightsFrom(shown: Shown, layer: number, neuron: number, which: Which): Float32Array {
  const [I, O] = shown.network.layers.slice(layer - 1, layer + 1);
  const all = weightsInto(shown, layer + 1, which);
  return Float32Array.from({ length: O }, (_, r) => all[r * I + neuron - 1]);
}

/** How many pixels of each sign are named. */
const NAMED = 3;

/** 'Ink raises z most at row 7, column 15 (+0.42), …; it lowers z most at …' */
export function strongestInWords(weights: ArrayLike<number>, side: number, which: Which): string {
  const order = Array.from(weights, (_, k) => k).sort((a, b) => weights[b] - weights[a]);
  const named = (ks: readonly number[]): string => ks.map((k) => `${pixelName(k, side)} (${signed(weights[k])})`).join('; ');
  const most = order.slice(0, NAMED).filter((k) => weights[k] > 0);
  const least = order
    .reverse()
    .slice(0, NAMED)
    .filter((k) => weights[k] < 0);
  if (most.length + least.length === 0) return which === 'moved' ? 'No weight has moved yet.' : 'All of its weights are 0.';
  const [up, down] = which === 'moved' ? ['Risen most', 'fallen most'] : ['Ink raises z most', 'it lowers z most'];
  const parts = [most.length > 0 ? `${up} at ${named(most)}` : '', least.length > 0 ? `${down} at ${named(least)}` : ''].filter(Boolean).join('. ');
  return `${parts[0].toUpperCase()}${parts.slice(1).replace(/\. ([a-z])/, (_, letter) => `. ${letter.toUpperCase()}`)}.`;
}
