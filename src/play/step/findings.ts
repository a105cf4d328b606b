// What does not learn from a sample, and which factor of which equation is zero, or nearly: blank pixels (BP4), saturated neurons (BP2, BP1),
// neurons that rest (ReLU left of zero). Figures in, plain data out; findings-list.ts says it in words, and looking.ts finds digits that have it.

import { SATURATED_SLOPE, WRONG } from '../../insight/limits.js';
import type { LayerPass, SamplePass } from './taken-apart.js';

/** A neuron, layers and neurons from 1 as in the book. */
export interface NeuronPlace {
  readonly layer: number;
  readonly neuron: number;
}

export interface Findings {
  /** Pixels that are 0, from 1: by BP4 their weights do not learn. */
  readonly blank: readonly number[];
  /**
   * Neurons whose f'(z) is not 0 but below a twentieth of its most: hidden ones, by BP2; outputs, by BP1, only where they are wrong and their error is
   * held back. The flattest first.
   */
  readonly saturated: readonly NeuronPlace[];
  /** Hidden neurons with f'(z) = 0: by BP2 nothing passes through them. */
  readonly resting: readonly NeuronPlace[];
}

type Pass = Pick<SamplePass, 'x' | 'y' | 'layers'>;

export function findingsOf({ x, y, layers }: Pass): Findings {
  const blank = x.flatMap((v, k) => (v === 0 ? [k + 1] : []));
  const hidden = layers.slice(0, -1);
  const places = (isOne: (pass: LayerPass, j: number) => boolean, among: readonly LayerPass[]): NeuronPlace[] =>
    among.flatMap((pass) => pass.z.flatMap((_, j) => (isOne(pass, j) ? [{ layer: pass.layer, neuron: j + 1 }] : [])));
  const relative = ({ layer, neuron }: NeuronPlace): number => Math.abs(layers[layer - 2].slope[neuron - 1]) / layers[layer - 2].steepest[neuron - 1];
  const saturated = [...places(isSaturated, hidden), ...places((pass, j) => isHeldBack(pass, y, j), layers.slice(-1))];
  return { blank, saturated: saturated.sort((a, b) => relative(a) - relative(b)), resting: places(isResting, hidden) };
}

function isSaturated({ slope, steepest }: LayerPass, j: number): boolean {
  return slope[j] !== 0 && Math.abs(slope[j]) < SATURATED_SLOPE * steepest[j];
}

export function isResting({ slope }: LayerPass, j: number): boolean {
  return slope[j] === 0;
}

/** An output that is wrong, and whose δ is small only because f'(z) is; where cost and f are a matched pair, none is. */
function isHeldBack({ a, delta, steepest }: LayerPass, y: readonly number[], j: number): boolean {
  const off = Math.abs(a[j] - y[j]);
  return off > WRONG && Math.abs(delta[j]) < SATURATED_SLOPE * steepest[j] * off;
}

/** What is marked at a neuron of a layer, in a word. */
export type Mark = 'saturated' | 'at rest';

/** @param output whether the layer is the last one */
export function markOf(pass: LayerPass, y: readonly number[], output: boolean, j: number): Mark | undefined {
  if (output) return isHeldBack(pass, y, j) ? 'saturated' : undefined;
  return isResting(pass, j) ? 'at rest' : isSaturated(pass, j) ? 'saturated' : undefined;
}
