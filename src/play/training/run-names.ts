// What the runs of the page are called where they stand together: their number and the options in which they differ.

import { textOf } from '../address.js';
import type { PlayRun } from '../store.js';

export function runNames(runs: readonly PlayRun[]): string[] {
  const keys = [...new Set(runs.flatMap(({ options }) => Object.keys(options)))];
  const differing = keys.filter((key) => new Set(runs.map(({ options }) => textOf(options[key]))).size > 1);
  return runs.map(({ number, options, goesOn }) => {
    const said = differing.map((key) => `${key} ${textOf(options[key]) || 'as usual'}`);
    return [`run ${number}${goesOn ? ', going on' : ''}`, ...said].join(', ');
  });
}
