// How many samples of each class the parts have.

import { type Dataset, SPLITS, type Split } from '../data/dataset.js';
import type { ClassBalance } from './data-profile.js';

/** @param names of the classes, in the order of their numbers */
export function classBalance(names: readonly string[], parts: Readonly<Record<Split, { readonly labels: Uint16Array }>>): ClassBalance[] {
  const [training, validation, test] = SPLITS.map((split) => {
    const counts = new Uint32Array(names.length);
    for (const label of parts[split].labels) counts[label]++;
    return counts;
  });
  return names.map((name, c) => ({ name, training: training[c], validation: validation[c], test: test[c] }));
}

/** Names of the classes: their own, or their numbers. */
export const namesOf = ({ classes, classNames }: Dataset): readonly string[] => classNames ?? Array.from({ length: classes }, (_, c) => String(c));
