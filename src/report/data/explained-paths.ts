// What the text and the drawing of an explanation share: its paths in their order, the way that each takes, and its figures.

import type { Explanation } from '../../insight/explain.js';
import type { Path } from '../../insight/paths.js';

/** Four digits, with an exponent where there would be many zeros. */
export function figure(value: number, digits = 4): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-3 && size < 10 ** digits ? value.toPrecision(digits) : value.toExponential(digits - 1);
}

/** 'x3 → 2:5 → 3:1 → 4:2 → C': the neurons that a path comes through, as layer:neuron. */
export function routeText({ place: { layer, input }, rates }: Explanation, { route }: Path, arrow = ' → '): string {
  const start = input === undefined ? 'b' : layer === 2 ? `x${input}` : `${layer - 1}:${input}`;
  const nodes = rates.stages.map(({ from }, k) => `${from.symbol === 'z' ? 'z' : ''}${from.layer}:${route[k]}`);
  return [start, ...nodes, 'C'].join(arrow);
}

/** The paths from the largest to the smallest. */
export function ranked(paths: readonly Path[]): Path[] {
  return [...paths].sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
}
