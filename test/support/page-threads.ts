// The threads and memory of a browser's processes for pages, as the system counts them: a lock that was given back does not tell that its
// thread is gone. For tests and benchmarks.

import { readdirSync, readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';

/** A line to the browser of a page. */
export async function processesOf(page: Page): Promise<CDPSession> {
  return (await page.context().browser()?.newBrowserCDPSession()) as CDPSession;
}

/** Web Workers; undefined where the system has no /proc, or a process has ended meanwhile. */
export async function workerThreads(browser: CDPSession): Promise<number | undefined> {
  const names = await ofProcesses(browser, (process) =>
    readdirSync(`${process}/task`).map((id) => readFileSync(`${process}/task/${id}/comm`, 'utf8')),
  );
  return names?.flat().filter((name) => name.startsWith('DedicatedWorker')).length;
}

/** MB that the processes hold; undefined as above. */
export async function residentOf(browser: CDPSession): Promise<number | undefined> {
  const sizes = await ofProcesses(browser, (process) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`${process}/status`, 'utf8'))?.[1]) / 1024);
  return sizes?.reduce((sum, size) => sum + size, 0);
}

async function ofProcesses<T>(browser: CDPSession, read: (folder: string) => T): Promise<T[] | undefined> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  try {
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => read(`/proc/${id}`));
  } catch {
    return undefined;
  }
}
