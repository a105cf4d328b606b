// What both charts of speed-ups, on a terminal and on a page, need to know of their axes.

import type { ScalingCurve } from '../../scaling/results.js';

/**
 * The top of the speed-up axis: the ideal of the most workers, unless every speed-up lies below half of it; then twice the
 * highest of them, so that they do not lie flat on the axis.
 */
export function speedUpTop(curves: readonly ScalingCurve[]): number {
  const points = curves.flatMap((curve) => curve.points);
  const highest = Math.max(...points.map(({ speedUp }) => speedUp.maximum));
  const ideal = Math.max(...points.map(({ workers }) => workers));
  return Math.max(highest, Math.min(ideal, 2 * highest));
}

/** Worker counts from which on a chart shows more than a sentence says. */
const LEAST_COUNTS = 3;

export function isWorthAChart(curves: readonly ScalingCurve[]): boolean {
  return workerCounts(curves).length >= LEAST_COUNTS;
}

/** The worker counts measured, ascending, each once. */
export function workerCounts(curves: readonly ScalingCurve[]): number[] {
  return [...new Set(curves.flatMap(({ points }) => points.map(({ workers }) => workers)))].sort((a, b) => a - b);
}

/** Those values, of an ascending list, whose labels do not run into one another: at least `gap` apart. The last is always among them. */
export function spaced(values: readonly number[], position: (value: number) => number, gap: number): number[] {
  const last = values[values.length - 1];
  const kept: number[] = [];
  for (const value of values) {
    const clear = kept.length === 0 || position(value) - position(kept[kept.length - 1]) >= gap;
    if (value === last || (clear && position(last) - position(value) >= gap)) kept.push(value);
  }
  return kept;
}
