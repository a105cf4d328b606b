// Whether samples fit a network: as many values as it has inputs, and no more classes, or as many numbers of a target, than it has
// outputs. The one check for all that bring a network and data together; where classes were counted, it says how.

import { NablaError } from '../errors.js';
import { plural } from '../text.js';
import { type Dataset, isRegression } from './dataset.js';

/** What layers were expected to have, in words, and what they have. */
export interface Misfit {
  readonly expected: string;
  readonly got: number;
}

/** @param layers sizes of the layers, inputs first */
export function misfitOf(layers: readonly number[], data: Dataset): Misfit | undefined {
  const { name, inputs, classes } = data;
  const [I, O] = [layers[0], layers[layers.length - 1]];
  if (I !== inputs) return { expected: `${plural(inputs, 'input')}, as many as the samples of '${name}' have values`, got: I };
  if (isRegression(data)) {
    const expected = `${plural(classes, 'output')}, as many as the targets of '${name}' have numbers`;
    return O === classes ? undefined : { expected, got: O };
  }
  const expected = `at least ${plural(classes, 'output')}, one for each class of '${name}'${countedText(data)}`;
  return O >= classes ? undefined : { expected, got: O };
}

/**
 * Refuses data that do not fit the network of a run.
 * @param run its path, for the message
 * @throws {NablaError} BAD_DATA
 */
export function checkFits(run: string, layers: readonly number[], data: Dataset): void {
  if (!misfitOf(layers, data)) return;
  const what = isRegression(data) ? plural(data.classes, 'number') : plural(data.classes, 'class', 'classes');
  const has = `'${data.name}' has ${plural(data.inputs, 'input')} and ${what}${countedText(data)}`;
  throw new NablaError('BAD_DATA', `${run}: ${has}, which does not fit ${layers.join('-')}.`);
}

/** How classes were counted, where they were. */
function countedText({ counted }: Dataset): string {
  return counted === undefined ? '' : ` (${counted})`;
}
