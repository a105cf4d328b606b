// What follows a click on the page of `nabla play`: the first curve after Train, and the last event after Stop; on all cores, and on the one of a
// page that is not isolated.

import type { Page } from 'playwright-core';
import { summarise } from '../measure.js';
import type { Cores, CurveResult, StopResult } from './results.js';
import { atPlay, load, timeClick } from './sites.js';

/** A curve of two points or more: one alone draws no line. */
const CURVE = '#training path.curve[d*="L"]';
const STOPPED = '#start:enabled';

/** The page as it opens by itself, loaded anew each time; nothing of it is kept by the browser. */
export function measureCurve(cores: Cores, loads: number): Promise<CurveResult> {
  return atPlay(cores, async (page, url) => {
    const [opened, curve]: [number[], number[]] = [[], []];
    for (let k = 0; k < loads; k++) {
      opened.push(await load(page, url));
      curve.push(await timeClick(page, '#start', CURVE));
    }
    return { cores, opened: summarise(opened), curve: summarise(curve) };
  });
}

/** Stops runs that go on for ever, each after another while: in training, or in the evaluation after an epoch. */
export function measureStop(cores: Cores, network: string, times: number): Promise<StopResult> {
  return atPlay(cores, async (page, url) => {
    await page.addInitScript(noteNews);
    await load(page, `${url}?layers=${network.replaceAll('-', ',')}&cost=cross-entropy&init=scaled&epochs=1000000`);
    const [lastEvent, shown]: [number[], number[]] = [[], []];
    for (let k = 0; k < times; k++) {
      await timeClick(page, '#start', '#stop');
      await page.waitForFunction(() => document.querySelector('#state')?.textContent?.startsWith('Training'));
      await page.waitForTimeout(300 + ((k * 137) % 700));
      shown.push(await timeClick(page, '#stop', STOPPED));
      lastEvent.push(await sinceClick(page));
    }
    return { cores, network, lastEvent: summarise(lastEvent), shown: summarise(shown) };
  });
}

interface NewsScope {
  clickedAt: number;
  heardAt: number;
}

/** Runs in the page before its script: notes when the latest click was, and when its thread last heard of a run. */
function noteNews(): void {
  const scope = window as never as NewsScope;
  addEventListener('click', ({ timeStamp }) => Object.assign(scope, { clickedAt: timeStamp }), true);
  window.Worker = class extends Worker {
    constructor(script: string | URL, options?: WorkerOptions) {
      super(script, options);
      this.addEventListener('message', ({ data }) => {
        if (data?.news !== undefined) scope.heardAt = performance.now();
      });
    }
  };
}

function sinceClick(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { clickedAt, heardAt } = window as never as NewsScope;
    return heardAt - clickedAt;
  });
}
