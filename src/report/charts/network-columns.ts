// What a drawing of a network shows: its columns, layer by layer, z^L beside a^L where a softmax couples them, and the cost;
// of each as many neurons as have room, those that most travels through first.

import type { Explanation } from '../../insight/explain.js';
import type { Stage } from '../../insight/paths.js';

export interface DrawnNeuron {
  /** In its column, from 0. */
  readonly index: number;
  /** '2:5', 'z4:1', 'C' */
  readonly label: string;
  readonly value: number;
  /** f'(z), where there is one. */
  readonly slope?: number;
  /** Whether some path comes through it. */
  readonly onPath: boolean;
  readonly saturated: boolean;
}

export interface DrawnColumn {
  readonly title: string;
  readonly detail: string;
  /** The layer whose weights lead into this column, if any do. */
  readonly weights?: number;
  readonly shown: readonly DrawnNeuron[];
  /** Neurons without room. */
  readonly left: number;
  /** The stage of rate factors from here to the next column, where paths take it. */
  readonly stage?: Stage;
}

/** Neurons of a column that have room; beyond it one row less, and a line that says how many are left out. */
const MAX_ROWS = 12;

/** The columns of a drawing, the input first and the cost last. */
export function columnsOf(explained: Explanation): DrawnColumn[] {
  const { network, activations, slopes, weightedInputs, cost, rates } = explained;
  const L = network.layers.length;
  const softmax = rates.stages.some(({ from }) => from.symbol === 'z');
  const layers = activations.flatMap((values, m): DrawnColumn[] => {
    const layer = m + 1;
    if (layer === 1) return [columnOf(explained, { symbol: 'a', layer, values, detail: 'input' })];
    const f = network.activations[m - 1];
    const own = { symbol: 'a', layer, values, slopes: slopes[m - 1], detail: String(f) } as const;
    if (layer < L || !softmax) return [{ ...columnOf(explained, own), weights: layer }];
    const weighted = columnOf(explained, { symbol: 'z', layer, values: weightedInputs[m - 1], detail: 'weighted input' });
    return [{ ...weighted, weights: layer }, columnOf(explained, own)];
  });
  const end = { index: 0, label: 'C', value: cost, onPath: true, saturated: false };
  return [...layers, { title: 'cost', detail: network.cost, shown: [end], left: 0 }];
}

interface Values {
  readonly symbol: 'a' | 'z';
  readonly layer: number;
  readonly values: readonly number[];
  readonly slopes?: readonly number[];
  readonly detail: string;
}

function columnOf({ rates, paths, place, saturated }: Explanation, { symbol, layer, values, slopes, detail }: Values): DrawnColumn {
  const position = rates.stages.findIndex(({ from }) => from.symbol === symbol && from.layer === layer);
  const through = values.map(() => 0);
  const onPath = new Set<number>();
  if (position >= 0) {
    for (const { route, product } of paths) {
      const index = route[position] - 1;
      through[index] += Math.abs(product);
      onPath.add(index);
    }
  }
  if (layer === place.layer - 1 && place.input !== undefined) {
    through[place.input - 1] = Number.POSITIVE_INFINITY;
    onPath.add(place.input - 1);
  }
  const indices = withRoom(through, onPath);
  return {
    title: `layer ${layer}`,
    detail,
    shown: indices.map((index) => ({
      index,
      label: `${symbol === 'z' ? 'z' : ''}${layer}:${index + 1}`,
      value: values[index],
      slope: slopes?.[index],
      onPath: onPath.has(index),
      saturated: symbol === 'a' && saturated.some((on) => on.layer === layer && on.neuron === index + 1),
    })),
    left: values.length - indices.length,
    stage: position < 0 ? undefined : rates.stages[position],
  };
}

/** The indices of the neurons that are shown, in their order. */
function withRoom(through: readonly number[], onPath: ReadonlySet<number>): number[] {
  const all = through.map((_, index) => index);
  if (all.length <= MAX_ROWS) return all;
  const first = (index: number): number => (onPath.has(index) ? 0 : 1);
  return all
    .sort((p, q) => first(p) - first(q) || through[q] - through[p] || p - q)
    .slice(0, MAX_ROWS - 1)
    .sort((p, q) => p - q);
}
