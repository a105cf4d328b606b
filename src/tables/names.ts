// Names of a table's columns: each once, wherever they come from.

import { quoted } from './table.js';

/** @throws what `bad` makes of two columns of one name */
export function checkNamesOnce(names: readonly string[], bad: (what: string) => Error): void {
  const seen = new Map<string, number>();
  for (const [k, name] of names.entries()) {
    const before = seen.get(name);
    if (before !== undefined) throw bad(`columns ${before + 1} and ${k + 1} are both called ${quoted(name)}. Give each column a name of its own.`);
    seen.set(name, k);
  }
}
