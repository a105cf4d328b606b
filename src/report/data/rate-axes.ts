// How far the axis of the cost goes in a chart of it over rates: what is blown up would press the rest flat.

import type { RatePoint } from '../../experiments/rate/read-rates.js';

/** Of the fall from the first cost to the least, what the axis shows above the first. */
const ABOVE = 0.4;

/** Undefined where no cost is finite. */
export function costAxis(points: readonly RatePoint[], smoothed: readonly { readonly cost: number }[]): [number, number] | undefined {
  const costs = points.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  if (costs.length === 0) return undefined;
  const [first, least] = [smoothed[0].cost, Math.min(...costs)];
  const most = Math.min(Math.max(...costs), first + ABOVE * (first - least));
  return [least, most > least ? most : least + 1];
}
