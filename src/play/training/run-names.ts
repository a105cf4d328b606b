// What the runs of the page are called where they stand together: their number, and that in which they differ, as their first events have it.

import { textOf } from '../address.js';
import type { PlayRun } from '../store.js';

/** What may differ, in words. */
const FACETS: readonly ((run: PlayRun) => string)[] = [
  ({ start }) => start?.network.join('-') ?? '',
  ({ start }) => [...new Set(start?.activations)].join(' and '),
  ({ start }) => start?.cost ?? '',
  ({ options }) => (options.init === undefined ? 'usual weights' : `${textOf(options.init)} weights`),
  ({ start }) => `η ${start?.eta}`,
  ({ start }) => `λ ${start?.lambda}`,
  ({ start }) => `m ${start?.batch}`,
  ({ start }) => start?.learning ?? 'plain steps',
  ({ start }) => `seed ${start?.seed}`,
  ({ start }) => start?.kernels ?? '',
];

export function runNames(runs: readonly PlayRun[]): string[] {
  const begun = runs.filter(({ start }) => start !== undefined);
  const differing = FACETS.filter((facet) => new Set(begun.map(facet)).size > 1);
  return runs.map((run) => {
    const said = run.start ? differing.map((facet) => facet(run)) : [];
    return [`run ${run.number}${run.goesOn ? ', going on' : ''}`, ...said].join(', ');
  });
}
