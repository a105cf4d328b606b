// Describes a run in a few words, which come from the options' rows: how its learning differs from plain stochastic gradient
// descent, for its first event, and which kind of step it takes, so that only measurements of the same kind are compared.

import { OPTIMISERS } from '../functions/optimisers/index.js';
import type { Learning } from '../model/learning.js';
import { LEARNING_OPTIONS } from '../model/learning-options.js';
import { isSet, type OptionRow, type Rows, rowsForPeople } from '../option-row.js';
import type { Figure } from './events.js';
import type { Configuration } from './options.js';
import { optionsOfConfiguration } from './run-again.js';
import { OPTIONS, type TrainOptions } from './table.js';

/**
 * What differs from plain stochastic gradient descent; undefined where nothing does.
 * @param by the figure that the run tells better epochs from worse ones by
 */
export function learningText(configuration: Configuration, by: Figure): string | undefined {
  const said = learningParts(optionsOfConfiguration(configuration), by);
  const parts = [optimiserText(configuration.learning), ...said].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** The rows' texts, those of learning first. */
export function learningParts(options: TrainOptions, by: Figure, rows: Rows = { ...LEARNING_OPTIONS, ...OPTIONS }): string[] {
  return rowsWithValues(rows, options).flatMap(([, { says }, value]) => (says ? [says(value, by as never)] : []));
}

function optimiserText(learning: Learning): string {
  const { optimiser } = learning;
  return optimiser === 'sgd' ? '' : `${optimiser} ${OPTIMISERS[optimiser].describe(learning)}`.trim();
}

/** The order in which profiles of `nabla tune` and reports of `nabla bench` have always named them; others follow. */
const FIRST: readonly string[] = ['optimiser', 'l1', 'clipNorm', 'maxNorm', 'dropout', 'classWeights', 'neurons'];

/** What changes the work of a step: what is fast for one kind is not for another. */
export function stepKind(configuration: Configuration): string {
  return stepParts(optionsOfConfiguration(configuration)).join(', ');
}

export function stepParts(options: TrainOptions, rows: Rows = OPTIONS): string[] {
  const place = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const said = rowsWithValues(rows, options).sort(([a], [b]) => place(a) - place(b));
  return said.flatMap(([, { step }, value]) => (step === undefined ? [] : [typeof step === 'string' ? step : step(value)]));
}

/** The rows whose options are set. */
function rowsWithValues(rows: Rows, options: TrainOptions): [name: string, row: OptionRow, value: never][] {
  const values: Readonly<Record<string, unknown>> = { ...options };
  return rowsForPeople(rows).flatMap(([name, row]) => (isSet(values[name]) ? [[name, row, values[name] as never]] : []));
}
