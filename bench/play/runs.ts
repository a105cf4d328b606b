// What many runs leave behind on the page of `nabla play`: threads, as the system counts those of the browser's processes for pages (a lock that
// was given back does not tell that its thread is gone), and memory, by the browser's own account of the page and by what the processes hold.

import type { CDPSession, Page } from 'playwright-core';
import { processesOf, residentOf, workerThreads } from '../../test/support/page-threads.js';
import { median } from '../measure.js';
import type { Grown, RunsResult } from './results.js';
import { atPlay, load } from './sites.js';

/** Runs after which memory counts as that of the first ones; there and at the end it is the median of so many looks. */
const FIRST_RUNS = 3;
const LOOKS = 3;
/** Milliseconds that threads have to end. */
const GRACE = 2000;

interface Look {
  /** MB */
  readonly memory: number;
  readonly resident: number | undefined;
}

export function measureRuns(runs: number, network = '784-30-10'): Promise<RunsResult> {
  return atPlay('all', async (page, url) => {
    await load(page, `${url}?layers=${network.replaceAll('-', ',')}&cost=cross-entropy&init=scaled&epochs=3`);
    await page.getByRole('button', { name: 'Random' }).click();
    const processes = await processesOf(page);
    const heap = await page.context().newCDPSession(page);
    const looks: Look[] = [];
    let threads = 0;
    for (let run = 1; run <= runs; run++) {
      await page.click('#start:enabled');
      await page.waitForFunction((run) => document.querySelector(`#state[data-run="${run}"]`)?.textContent?.startsWith('Trained'), run);
      threads = Math.max(threads, await threadsLeft(page, processes));
      // A browser waits a minute for the memory of a thread that does not answer: so only where it is needed.
      const isLook = (run >= FIRST_RUNS && run < FIRST_RUNS + LOOKS) || run > runs - LOOKS;
      if (!isLook) continue;
      await heap.send('HeapProfiler.collectGarbage');
      looks.push({ memory: await memoryOf(page), resident: await residentOf(processes) });
    }
    const resident = looks.map((look) => look.resident).filter((size) => size !== undefined);
    return {
      runs,
      threads,
      memory: grown(looks.map(({ memory }) => memory)),
      ...(resident.length === looks.length && { resident: grown(resident) }),
    };
  });
}

function grown(sizes: readonly number[]): Grown {
  return { first: median(sizes.slice(0, LOOKS)), last: median(sizes.slice(-LOOKS)) };
}

async function threadsLeft(page: Page, browser: CDPSession): Promise<number> {
  const end = performance.now() + GRACE;
  let left = await countThreads(page, browser);
  while (left > 0 && performance.now() < end) {
    await page.waitForTimeout(50);
    left = await countThreads(page, browser);
  }
  return left;
}

/** Web Workers: by the system where it has /proc, by the locks that they hold, and by the browser's list, which lacks those that workers started. */
async function countThreads(page: Page, browser: CDPSession): Promise<number> {
  const locks = await page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [...held, ...pending].filter(({ name }) => name?.startsWith('nabla')).length;
  });
  return Math.max(locks, page.workers().length, (await workerThreads(browser)) ?? 0);
}

/** MB */
function memoryOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const scope = performance as never as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
    return (await scope.measureUserAgentSpecificMemory()).bytes / 2 ** 20;
  });
}
