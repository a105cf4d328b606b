// Training in a page, in a real browser, from the scripts that are published: the same bits as in Node on several threads and on the page's
// one, Stop, and what becomes of a page whose threads are killed.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PageEvent } from '#src/browser/index.js';
import type { Dataset } from '#src/data/dataset.js';
import { type DoneEvent, type StartEvent, type TrainOptions, train } from '#src/index.js';
import { inBrowser, NEEDS_CHROMIUM } from '../support/browser.js';
import { smallData } from '../support/insight-data.js';
import { servePage } from '../support/page-server.js';
import { processesOf, workerThreads } from '../support/page-threads.js';
import { SLOW } from '../support/slow.js';

const DATA = smallData({ count: 400, inputs: 784, classes: 10, bytes: true });
const NETWORKS: Readonly<Record<string, TrainOptions>> = {
  'the book': { layers: [784, 30, 10], epochs: 2, seed: 3 },
  'ReLU, Adam, dropout': { layers: [784, 20, 10], activation: 'relu', optimiser: 'adam', eta: 0.002, dropout: [0.2], epochs: 2, batch: 16 },
};

/** What a run in a page came to. */
interface Outcome {
  readonly sha256?: string;
  readonly error?: string;
  readonly events: readonly PageEvent[];
  /** Milliseconds from the first progress or epoch to its end. */
  readonly took: number;
}

/** What the page has beside its own: the library, the samples, and the events of the run under way. */
interface PageScope {
  readonly nabla: typeof import('../../src/browser/index.js');
  data: Dataset;
  events: PageEvent[];
}

/** Puts the samples into the page. */
function bring(page: Page, { training, validation, test, ...rest }: Dataset): Promise<void> {
  const splits = [training, validation, test].map(
    ({ values, labels }) => [Buffer.from(values as Uint8Array).toString('base64'), [...labels]] as const,
  );
  return page.evaluate(
    ({ rest, splits }) => {
      const [training, validation, test] = splits.map(([text, labels]) => ({
        values: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
        labels: Uint16Array.from(labels),
      }));
      (window as never as PageScope).data = { ...rest, training, validation, test } as Dataset;
    },
    { rest, splits },
  );
}

/** Trains in the page. @param until true: stops there when it has begun; or the name of an event after whose epoch it is to end */
function trainIn(page: Page, options: object, until: string | boolean = false): Promise<Outcome> {
  return page.evaluate(
    async ({ options, until }) => {
      const scope = window as never as PageScope;
      scope.events = [];
      let stopped = 0;
      const onEvent = (event: PageEvent): unknown => {
        scope.events.push(event);
        if (event.event === until) return 'stop';
        if (until !== true || stopped > 0 || event.event !== 'epoch') return undefined;
        stopped = performance.now();
        return run.stop();
      };
      const run = scope.nabla.train({ data: scope.data, ...options, onEvent });
      const end = await run.ended.then(
        ({ weightsSha256 }) => ({ sha256: weightsSha256 }),
        (error) => ({ error: `${error.code}: ${error.message}` }),
      );
      return { ...end, events: scope.events, took: performance.now() - stopped };
    },
    { options, until },
  );
}

/** @param html of a page that tells of itself; without it, one that is told what to do */
async function inPage<T>(isolated: boolean, use: (page: Page, complaints: string[]) => Promise<T>, html?: string): Promise<T> {
  const server = await servePage(isolated, html);
  try {
    return await inBrowser({}, async ({ page, complaints }) => {
      await page.goto(server.url);
      if (html === undefined) {
        await expect.poll(() => page.title()).toBe('ready');
        await bring(page, DATA);
      }
      return use(page, complaints);
    });
  } finally {
    server.close();
  }
}

/** What does not hang on the clock, nor on the engine's logarithm. */
const lasting = ({ event, ...fields }: PageEvent) => {
  const { trainingCost, validationCost, testCost, trainingAccuracy, parameters, bits, kernels, learning } = fields as Record<string, unknown>;
  return { event, trainingCost, validationCost, testCost, trainingAccuracy, parameters, bits, kernels, learning };
};

const withoutProgress = (events: readonly PageEvent[]) => events.filter(({ event }) => event !== 'progress').map(lasting);

/** Ends the first of the page's threads that runs a script, as a crash does: without an event. */
async function kill(page: Page, script: string): Promise<void> {
  const found = () => page.workers().filter((worker) => worker.url().endsWith(script));
  await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThan(0);
  await found()
    .at(-1)
    ?.evaluate(() => self.close())
    .catch(() => {});
}

/** How many threads of runs there are in a page: each holds a lock. */
async function threads(): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].filter(({ name }) => name?.startsWith('nabla')).length;
}

const SHA256 = /^[0-9a-f]{64}$/;
const LONG = { ...NETWORKS['the book'], kernels: 'simd', epochs: 1_000_000 } as const;
/** A run on two workers that is under way when this returns; `until` names an event at which it is to end. */
async function running(page: Page, options: object, until?: string): Promise<{ readonly ends: Promise<Outcome> }> {
  const ends = trainIn(page, { ...options, workers: 2 }, until);
  ends.catch(() => {});
  const has = () => page.evaluate(() => (window as never as Partial<PageScope>).events?.some(({ event }) => event === 'epoch') ?? false);
  await expect.poll(has, { timeout: 10_000 }).toBe(true);
  return { ends };
}

describe('a page', NEEDS_CHROMIUM, () => {
  it.each([
    ['isolated, on threads of their own', true, [1, 2, 3]],
    ['not isolated, on its one thread, whatever was asked for', false, [2]],
  ] as const)('that is %s trains to the bits of Node, with its events', async (_, isolated, counts) => {
    await inPage(isolated, async (page, complaints) => {
      for (const options of Object.values(NETWORKS)) {
        for (const kernels of ['simd', 'relaxed'] as const) {
          const expected: PageEvent[] = [];
          const onEvent = (event: PageEvent): unknown => expected.push(event);
          const { weightsSha256, testFigures } = await train({ ...options, data: DATA, kernels, workers: 1, onEvent });
          for (const workers of counts) {
            const { sha256, events } = await trainIn(page, { ...options, kernels, workers });
            expect(sha256).toBe(weightsSha256);
            expect(withoutProgress(events)).toEqual(withoutProgress(expected));
            expect(events.at(-1)).toMatchObject({ workers: isolated ? workers : 1 });
            expect((events.at(-1) as DoneEvent).testFigures?.logLoss).toBeCloseTo(testFigures?.logLoss as number, 12);
            const [start] = events as readonly StartEvent[];
            expect(start.warnings?.some((text) => /one core.*Cross-Origin-Opener-Policy/.test(text)) ?? false).toBe(!isolated);
          }
        }
      }
      expect(complaints).toEqual([]);
    });
  });

  it.each(SLOW ? [true, false] : [true])(
    'stops a run after the step under way, leaves no thread behind, and trains again; isolated: %s',
    { tags: ['longer'] },
    async (isolated) => {
      await inPage(isolated, async (page) => {
        const { error, events, took } = await trainIn(page, LONG, true);
        expect(error).toMatch(/^INTERRUPTED: Stopped in epoch/);
        expect(events.at(-1)).toMatchObject({ event: 'error', code: 'INTERRUPTED' });
        expect(took).toBeLessThan(5000);
        expect((await trainIn(page, NETWORKS['the book'])).sha256).toMatch(SHA256);
        await expect.poll(() => page.evaluate(threads)).toBe(0);
      });
    },
  );

  it('leaves no thread of the system behind, run after run', { tags: ['slow'] }, async () => {
    await inPage(true, async (page) => {
      const browser = await processesOf(page);
      for (let run = 0; run < 3; run++) await trainIn(page, { ...NETWORKS['the book'], workers: 2 });
      // Undefined where there is no /proc.
      await expect.poll(async () => (await workerThreads(browser)) ?? 0, { timeout: 8000 }).toBe(0);
    });
  });

  it('replaces a worker that is killed, to the same bits; and trains again when the thread of its run was', async () => {
    await inPage(true, async (page) => {
      const first = await running(page, LONG, 'recovery');
      await kill(page, 'gradient.js');
      const { sha256, events } = await first.ends;
      const text = expect.stringMatching(/^Worker \d of 2 was lost at step \d+, .*: it was killed\.$/);
      expect(events).toContainEqual(expect.objectContaining({ event: 'recovery', code: 'WORKER_LOST', text }));
      const { epochs } = events.at(-1) as DoneEvent;
      expect((await train({ ...LONG, data: DATA, epochs, workers: 1 })).weightsSha256).toBe(sha256);

      const second = await running(page, LONG);
      await kill(page, 'conductor.js');
      const { error, events: heard } = await second.ends;
      expect(error).toBe('WORKER_LOST: The thread of the run (conductor.js) was lost: it was killed.');
      expect(heard.at(-1)).toMatchObject({ event: 'error', code: 'WORKER_LOST' });
      expect((await trainIn(page, NETWORKS['the book'])).sha256).toMatch(SHA256);
      await expect.poll(() => page.evaluate(threads)).toBe(0);
    });
  });

  it('is as the guide shows it', async () => {
    const guide = readFileSync(new URL('../../src/browser/README.md', import.meta.url), 'utf8');
    const example = /```html\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
    await inPage(
      true,
      async (page, complaints) => {
        await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^0 xor 1: 0\.0\d+,0\.9\d+$/);
        expect(await page.locator('pre').textContent()).toContain('"event": "done"');
        expect(complaints).toEqual([]);
      },
      `${example}<link rel="icon" href="data:,">`,
    );
  });

  it('refuses what means nothing there, in an event', async () => {
    const refused: readonly (readonly [options: object, text: RegExp])[] = [
      [{ run: 'here' }, /^run: expected none in a page, got 'here'\.$/],
      [{ kernels: 'blas' }, /^kernels: expected 'auto', 'relaxed', 'simd' or 'scalar' in a page, got 'blas'\.$/],
      [{ epoch: 2 }, /epochs/],
      [{ layers: [784, 5] }, /^layers: expected/],
      [{ data: 'mnist' }, /^data: expected samples in memory/],
    ];
    await inPage(false, async (page) => {
      for (const [options, text] of refused) {
        const { events, error } = await trainIn(page, options);
        expect(events).toEqual([{ event: 'error', text: expect.stringMatching(text) }]);
        expect(error).toBeDefined();
      }
    });
  });
});
