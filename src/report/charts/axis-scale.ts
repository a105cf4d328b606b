// From values to places on the axes of a chart: which scale an axis has, linear or logarithmic, where it begins and ends, and which
// numbers stand beside it.

import { scaleLinear, scaleLog } from 'd3-scale';
import { fixed } from '../../text.js';
import { logLabel, logTicks, roundLog } from '../data/log-axis.js';
import type { PlotTick } from '../markup/plot.js';

/** On an axis that does not begin at 0, values that hardly differ are not drawn far apart. */
const LEAST_ROOM = 0.5;

/** Decimals from which on numbers are written with a power of ten: costs may be as small as numbers are. */
const MOST_DECIMALS = 6;

/** 'zero' begins at 0, 'near' below the least value, 'log' is logarithmic where the values span more than a decade. */
export type ScaleKind = 'zero' | 'near' | 'log';

export interface AxisScale {
  /** Pixels from the top. */
  readonly y: (value: number) => number;
  readonly ticks: readonly PlotTick[];
}

/** Whether an axis is logarithmic: its values span more than a decade, and none of them is zero. */
export function isLogarithmic(kind: ScaleKind, values: readonly number[]): boolean {
  const least = Math.min(...values);
  return kind === 'log' && least > 0 && Math.max(...values) > 10 * least;
}

/**
 * The left axis over all values of a chart.
 * @param most upper end of the axis that values cannot pass
 * @param height pixels
 */
export function leftScale(kind: ScaleKind, values: readonly number[], most: number | undefined, height: number): AxisScale {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  const range = (largest - least || Math.abs(largest) || 1) / 10;
  const room = kind === 'near' ? Math.max(LEAST_ROOM, range) : range;
  const bottom = kind === 'near' ? least - room : Math.min(0, least);
  const y = scaleLinear([bottom, Math.min(largest + room, most ?? Number.POSITIVE_INFINITY)], [height, 0]);
  return { y, ticks: labelledTicks(y.ticks(5), y) };
}

/** With as many decimals as tell neighbours apart: what d3's own format gives, without the 2 kB of it that a page would load. */
export function labelledTicks(ticks: readonly number[], y: (value: number) => number): PlotTick[] {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const label = (value: number): string =>
    decimals > MOST_DECIMALS && value !== 0 ? scientific(value) : fixed(value, Math.min(decimals, MOST_DECIMALS));
  return ticks.map((value) => ({ at: y(value), label: label(value).replace('-', '−') }));
}

/** 2.5e−9 */
const scientific = (value: number): string => Number(value.toPrecision(6)).toExponential().replaceAll('-', '−');

/** The same, logarithmic. */
export function logScale(values: readonly number[], height: number): AxisScale {
  const domain = [roundLog(Math.min(...values), Math.floor), roundLog(Math.max(...values), Math.ceil)] as const;
  const y = scaleLog(domain, [height, 0]);
  return { y, ticks: logTicks(domain).map((value) => ({ at: y(value), label: logLabel(value) })) };
}

/** Whole numbers on the lower axis, from `first` to `last`: all where they are few, else round ones. */
export function countTicks(xs: readonly number[], first: number, last: number): number[] {
  if (last - first < 10 && xs.every(Number.isInteger)) return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  return scaleLinear([first, last], [0, 1])
    .ticks(6)
    .filter((value) => Number.isInteger(value));
}
