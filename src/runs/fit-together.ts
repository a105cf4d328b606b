// Whether networks that were trained apart can be averaged: what of each must be the same, a row for each kind of thing, and the one line that
// is said where it is not. Hidden layers, and how they were trained, may differ.

import { classNamesOf } from '../data/class-names.js';
import { wrongValue } from '../errors.js';
import { probabilityReading } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import { count } from '../text.js';
import { preparedOf } from './data.js';
import type { SavedRun } from './saved-run.js';

/** A run with its network, under the name that was given for it. */
export interface NamedMember {
  readonly name: string;
  readonly run: SavedRun;
  readonly network: NetworkSpecification;
}

interface Shared {
  /** What the value is compared by. */
  readonly of: (member: NamedMember) => unknown;
  readonly text: (member: NamedMember) => string;
  readonly next: string;
}

const outputsOf = ({ network: { layers } }: NamedMember): number => layers[layers.length - 1];
const recordOf = ({ run }: NamedMember) => run.record.data ?? {};
const namesOf = (member: NamedMember) => classNamesOf(recordOf(member));
const SPLIT = 'Train both on the same samples, split alike: with the same --seed, or --split-seed.';

/** In the order in which they are told: the first that differs explains those after it. */
const SHARED: readonly Shared[] = [
  {
    of: (member) => recordOf(member).regression === true,
    text: (member) => (recordOf(member).regression ? 'numbers as targets' : 'classes as targets'),
    next: 'A mean of numbers and probabilities says nothing.',
  },
  {
    of: ({ network }) => network.layers[0],
    text: ({ network }) => `${count(network.layers[0])} inputs`,
    next: 'Networks that are averaged take the same inputs.',
  },
  { of: outputsOf, text: (member) => `${count(outputsOf(member))} outputs`, next: 'Networks that are averaged give the same outputs.' },
  {
    of: namesOf,
    text: (member) => {
      const names = namesOf(member);
      return names ? `the classes ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}` : 'classes without names';
    },
    next: 'The same output has to stand for the same class.',
  },
  {
    of: (member) => preparedOf(recordOf(member)),
    text: (member) => (preparedOf(recordOf(member)) ? 'columns that are prepared in their way' : 'inputs that are no prepared columns'),
    next: SPLIT,
  },
  {
    of: (member) => recordOf(member).scale,
    text: (member) => `inputs times ${recordOf(member).scale ?? 'an unknown scale'}`,
    next: 'Train both with the same --scale.',
  },
  {
    of: ({ network }) => [network.activations.at(-1), probabilityReading(network)],
    text: ({ network }) => `${network.activations.at(-1)} outputs`,
    next: 'A mean of outputs that mean other things says nothing.',
  },
  { of: ({ network }) => network.cost, text: ({ network }) => `the cost '${network.cost}'`, next: 'What the average costs is one cost.' },
];

/** @throws {RangeError} naming the first two that do not fit together, and in what */
export function checkFitTogether(members: readonly NamedMember[]): void {
  const [first, ...others] = members;
  for (const other of others) {
    for (const { of, text, next } of SHARED) {
      if (JSON.stringify(of(first)) === JSON.stringify(of(other))) continue;
      const [expected, got] = [text(first), text(other)];
      throw wrongValue(other.name, `${expected}, as ${first.name} has`, expected === got ? 'others' : got, next);
    }
  }
}
