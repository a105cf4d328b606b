// Whether the page of `nabla play` stays smooth while it trains on all cores: a digit is looked at, each part of the page is in the window for an
// equal share of the time, and every frame counts, those of the start too.

import type { Page } from 'playwright-core';
import { ASKED, type FramesResult } from './results.js';
import { atPlay, load } from './sites.js';

type Frames = Omit<FramesResult, 'network' | 'part' | 'seconds'>;

/** What the page keeps of its frames since it was last asked. */
interface FramesScope {
  frames: { -readonly [K in keyof Frames]: Frames[K] };
}

const NONE: Frames = { frames: 0, longest: 0, late: 0, tasks: 0, longestTask: 0, cause: '' };

/** @param seconds of training, over all parts */
export function measureFrames(network: string, seconds: number): Promise<FramesResult[]> {
  return atPlay('all', async (page, url) => {
    await load(page, `${url}?layers=${network.replaceAll('-', ',')}&cost=cross-entropy&init=scaled&epochs=1000000`);
    await page.getByRole('button', { name: 'Random' }).click();
    const parts = await page.locator('#panels > section').evaluateAll((sections) => sections.map(({ id }) => id));
    await page.evaluate(watch, { none: NONE, limit: ASKED.frame });
    await page.click('#start');
    const results: FramesResult[] = [];
    for (const part of parts) {
      await page.evaluate((part) => document.getElementById(part)?.scrollIntoView(), part);
      await page.waitForTimeout((1000 * seconds) / parts.length);
      results.push({ network, part, seconds: seconds / parts.length, ...(await taken(page)) });
    }
    await checkTraining(page);
    return results;
  });
}

/** @throws unless the page has trained all the time: one that does not is smooth, too */
async function checkTraining(page: Page): Promise<void> {
  const state = page.locator('#state');
  const epoch = async (): Promise<number> => Number(/^Training: epoch (\d+) /.exec((await state.textContent()) ?? '')?.[1] ?? 0);
  await state.scrollIntoViewIfNeeded();
  await page.waitForTimeout(1000);
  const before = await epoch();
  await page.waitForTimeout(1000);
  if (!(before > 1 && (await epoch()) > before)) throw new Error(`the page does not train: ${await state.textContent()}`);
}

/** What has been seen since the last time. */
async function taken(page: Page): Promise<Frames> {
  return page.evaluate((none) => {
    const scope = window as never as FramesScope;
    const { frames } = scope;
    scope.frames = { ...none };
    return frames;
  }, NONE);
}

/** A frame that came late, as a browser tells of it. */
interface LateFrame extends PerformanceEntry {
  readonly scripts: readonly {
    readonly duration: number;
    readonly invoker: string;
    readonly sourceURL: string;
    readonly sourceCharPosition: number;
  }[];
}

/** Runs in the page. */
function watch({ none, limit }: { none: Frames; limit: number }): void {
  const scope = window as never as FramesScope;
  scope.frames = { ...none };
  let [last, longestCause] = [performance.now(), 0];
  const frame = (now: number): void => {
    const seen = scope.frames;
    const gap = now - last;
    last = now;
    seen.frames++;
    seen.longest = Math.max(seen.longest, gap);
    if (gap > limit) seen.late++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      scope.frames.tasks++;
      scope.frames.longestTask = Math.max(scope.frames.longestTask, duration);
    }
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { duration, scripts } of list.getEntries() as LateFrame[]) {
      if (scope.frames.cause === '') longestCause = 0;
      const [most] = [...scripts].sort((a, b) => b.duration - a.duration);
      if (!most || duration < longestCause) continue;
      longestCause = duration;
      const file = most.sourceURL.split('/').at(-1);
      scope.frames.cause = `${most.duration.toFixed(0)} of ${duration.toFixed(0)} ms: ${most.invoker}, ${file}:${most.sourceCharPosition}`;
    }
  }).observe({ type: 'long-animation-frame' });
}
