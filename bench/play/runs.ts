// What many runs leave behind on the page of `nabla play`: threads, which hold a lock each as long as they live, and memory, by the browser's own
// account of the page and by the system's of the processes that pages have.

import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { median } from '../measure.js';
import type { Grown, RunsResult } from './results.js';
import { atPlay, load } from './sites.js';

/** Runs before memory counts as that of the first ones; of the looks around the first and the last, the median is taken. */
const FIRST_RUNS = 3;
const LOOKS = 3;
/** Milliseconds that threads have to end. */
const GRACE = 2000;

interface Look {
  readonly threads: number;
  /** MB */
  readonly memory: number;
  readonly resident: number | undefined;
}

export function measureRuns(runs: number, network = '784-30-10'): Promise<RunsResult> {
  return atPlay('all', async (page, url) => {
    await load(page, `${url}?layers=${network.replaceAll('-', ',')}&cost=cross-entropy&init=scaled&epochs=3`);
    await page.getByRole('button', { name: 'Random' }).click();
    const processes = await page.context().browser()?.newBrowserCDPSession();
    const heap = await page.context().newCDPSession(page);
    const looks: Look[] = [];
    for (let run = 1; run <= runs; run++) {
      await page.click('#start:enabled');
      await page.waitForFunction((run) => document.querySelector(`#state[data-run="${run}"]`)?.textContent?.startsWith('Trained'), run);
      const threads = await threadsLeft(page);
      await heap.send('HeapProfiler.collectGarbage');
      looks.push({ threads, memory: await memoryOf(page), resident: processes && (await residentOf(processes)) });
    }
    const resident = looks.map((look) => look.resident).filter((size) => size !== undefined);
    return {
      runs,
      threads: Math.max(...looks.map(({ threads }) => threads)),
      memory: grown(looks.map(({ memory }) => memory)),
      ...(resident.length === looks.length && { resident: grown(resident) }),
    };
  });
}

function grown(sizes: readonly number[]): Grown {
  return { first: median(sizes.slice(FIRST_RUNS - 1, FIRST_RUNS - 1 + LOOKS)), last: median(sizes.slice(-LOOKS)) };
}

/** Threads of runs: by their locks, or by what the browser says there is. */
async function threadsLeft(page: Page): Promise<number> {
  const count = async (): Promise<number> => {
    const locks = await page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return [...held, ...pending].filter(({ name }) => name?.startsWith('nabla')).length;
    });
    return Math.max(locks, page.workers().length);
  };
  const end = performance.now() + GRACE;
  let left = await count();
  while (left > 0 && performance.now() < end) {
    await page.waitForTimeout(50);
    left = await count();
  }
  return left;
}

/** MB */
function memoryOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const scope = performance as never as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
    return (await scope.measureUserAgentSpecificMemory()).bytes / 2 ** 20;
  });
}

/** MB of all processes for pages; undefined where the system has no /proc. */
async function residentOf(browser: CDPSession): Promise<number | undefined> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  try {
    const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => readFileSync(`/proc/${id}/status`, 'utf8'));
    return sizes.reduce((sum, status) => sum + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024, 0);
  } catch {
    return undefined;
  }
}
