// Classes by their names, where a network that was trained on classes with names meets other samples: the same class may have
// another number in these. A network's outputs keep the classes that they were trained on.

import { NablaError } from '../errors.js';
import { listed } from '../text.js';
import { type Dataset, isRegression, type Samples } from './dataset.js';
import type { DataRecord } from './record.js';

/** Names that a message lists. */
const MOST_LISTED = 4;

/** What the classes of a run are called; undefined where they have no names, or its record was written by somebody else. */
export function classNamesOf(record: { readonly [name in keyof DataRecord]?: unknown } | undefined): readonly string[] | undefined {
  const { classNames } = record ?? {};
  return Array.isArray(classNames) && classNames.every((name) => typeof name === 'string') ? classNames : undefined;
}

/**
 * The data set with the classes that a network has: by their names, in whatever order and however many of them it has itself, or by their
 * numbers where it has no names.
 * @param names what the network's classes are called; undefined where they have no names
 * @throws {NablaError} BAD_DATA for a class of another name
 */
export function withClassNames(data: Dataset, names: readonly string[] | undefined): Dataset {
  if (names === undefined || isRegression(data)) return data;
  const own = data.classNames;
  if (own === undefined) return data.classes > names.length ? data : { ...data, classes: names.length, classNames: names };
  const numbers = own.map((name) => names.indexOf(name));
  const other = own.find((_, k) => numbers[k] < 0);
  if (other !== undefined) {
    const called = [...names.slice(0, MOST_LISTED).map((name) => `'${name}'`), ...(names.length > MOST_LISTED ? ['so on'] : [])];
    const what = `'${data.name}' has a class '${other}', and the network has none of that name`;
    throw new NablaError('BAD_DATA', `${what}: its classes are called ${listed(called)}.`);
  }
  if (numbers.length === names.length && numbers.every((number, k) => number === k)) return data;
  const renumbered = ({ labels, ...samples }: Samples): Samples => ({ ...samples, labels: labels.map((label) => numbers[label]) });
  const [training, validation, test] = [data.training, data.validation, data.test].map(renumbered);
  return { ...data, classes: names.length, classNames: names, training, validation, test };
}
