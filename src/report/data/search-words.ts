// What is said of the runs of a search, in the words that terminal and page share: their figures, the values that were looked for, what
// the parameters explain.

import type { SearchRun, SearchTest } from '../../experiments/search/events.js';
import type { Importance } from '../../experiments/search/importance.js';
import { valueOfKey } from '../../experiments/search/space.js';
import type { Figure } from '../../options/events.js';
import { figureAt, figureText } from '../../options/figure.js';
import { count, percent } from '../../text.js';
import { shortened } from './data-words.js';

/** Characters of the longest value. */
const MOST_VALUE = 14;

/** The figure that a run is judged by; undefined where it has none. */
export function judgedBy(run: SearchRun, by: Figure): number | undefined {
  if (run.failure) return undefined;
  const { trainingCost = Number.NaN, validationCost = null, validationAccuracy = null } = run;
  const value = figureAt(by, { trainingCost, validationCost, validationAccuracy });
  return Number.isFinite(value) ? value : undefined;
}

/** '97.12 %', of a run that has failed why. */
export function judgedText(run: SearchRun, by: Figure): string {
  const value = judgedBy(run, by);
  if (value !== undefined) return figureText(by, value);
  return run.failure && run.failure.code !== 'DIVERGED' ? 'failed' : 'diverged';
}

/** '96.53 %', 'R² 0.9629', 'cost 0.1234'. */
export function testFigureText({ accuracy, cost, figures }: SearchTest): string {
  if (accuracy !== null) return percent(accuracy, 2);
  return figures?.r2 !== undefined ? `R² ${figures.r2.toFixed(4)}` : `cost ${cost.toPrecision(4)}`;
}

export function testText(test: SearchTest): string {
  return `${testFigureText(test)} on ${count(test.samples)} test samples, which no run has seen`;
}

/** The values that were looked for, by their names, as texts. */
export function valuesOf(options: SearchRun['options'], parameters: readonly string[]): Record<string, string> {
  return Object.fromEntries(parameters.map((name) => [name, valueText(valueOfKey(options, name))]));
}

export function valueText(value: unknown, most = MOST_VALUE): string {
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return shortened(text, most);
}

/** 'eta 46 %, lambda 4 %': what the parameters explain; those that explain no more than chance may are only named. */
export function importanceText(importance: readonly Importance[]): string {
  const clear = importance.filter(({ share, chance }) => share > chance);
  const rest = importance.filter((one) => !clear.includes(one)).map(({ parameter }) => parameter);
  const told = clear.map(({ parameter, share }) => `${parameter} ${percent(share, 0)}`);
  if (told.length === 0) return 'no parameter explains more of the runs than chance may';
  return `${told.join(', ')}${rest.length === 0 ? '' : `; no more than chance may: ${rest.join(', ')}`}`;
}
