// What some values of one figure say together: mean, spread, and between which bounds the mean of many more of them would lie.

import { quantile } from './student.js';

/** Of intervals, the share of times that they hold what they are about. */
const CONFIDENCE = 0.95;

export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, over n - 1; null of one value. */
  readonly deviation: number | null;
  readonly least: number;
  readonly most: number;
  /** Where the mean of all values that there could be lies, with 95 % confidence, by Student's t; null of one value. */
  readonly interval: readonly [number, number] | null;
}

/** @param values finite; undefined where there are none */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const mean = meanOf(values);
  const deviation = values.length > 1 ? deviationOf(values, mean) : null;
  return {
    count: values.length,
    mean,
    deviation,
    least: values.reduce((least, value) => Math.min(least, value)),
    most: values.reduce((most, value) => Math.max(most, value)),
    interval: deviation === null ? null : around(mean, deviation / Math.sqrt(values.length), values.length - 1),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is less than this share of the values themselves is their rounding. */
const ROUNDING = 1e-12;

/** Over n - 1; 0 for values that are the same but for their rounding. */
export function deviationOf(values: readonly number[], mean = meanOf(values)): number {
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return deviation > ROUNDING * largest ? deviation : 0;
}

/** The interval of a mean with this standard error. */
export function around(mean: number, error: number, freedom: number): readonly [number, number] {
  const reach = error === 0 ? 0 : quantile(1 - CONFIDENCE, freedom) * error;
  return [mean - reach, mean + reach];
}
