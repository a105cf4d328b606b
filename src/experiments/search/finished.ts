// The runs of a search as they come to the end of a rung, one after another, for `for await`.

import { checkObject } from '../../check.js';
import { asError } from '../../errors.js';
import type { SearchResult, SearchRun } from './events.js';
import { search } from './search.js';
import { checkCaller, type SearchOptions } from './search-options.js';

/**
 * The same search, as an iterator of its runs: each comes when it, and those before it in the order of their numbers, have ended. Who
 * leaves the loop stops the search; what has ended stays in its folder, from which it can go on.
 * @returns the result of the search, when all runs have been taken
 * @throws as `search`
 */
export async function* searchRuns(options: SearchOptions): AsyncGenerator<SearchRun, SearchResult, void> {
  const given = checkObject('options', options);
  checkCaller(given);
  const left = new AbortController();
  const waiting: SearchRun[] = [];
  let wake = (): void => {};
  let over = false;
  const signal = given.signal ? AbortSignal.any([given.signal, left.signal]) : left.signal;
  const running = search({
    ...given,
    signal,
    onEvent: (told) => {
      given.onEvent?.(told);
      if (told.event !== 'run') return;
      const { event, ...run } = told;
      waiting.push(run);
      wake();
    },
  }).finally(() => {
    over = true;
    wake();
  });
  // Whoever takes the runs hears of it at the end.
  running.catch(() => {});
  try {
    for (;;) {
      const run = waiting.shift();
      if (run) yield run;
      else if (over) return await running;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    left.abort();
    await running.catch(asError);
  }
}
