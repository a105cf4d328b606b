// The pages of runs in a browser: the report as a file, and the page of a run while it goes on, reloaded in its midst.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpochEvent, train } from '#src/index.js';
import { collectRun, type RunReport } from '#src/report/data/run-report.js';
import { runPage } from '#src/report/pages/run-page.js';
import { NEEDS_CHROMIUM, oneBrowser, textsAmiss } from '../support/browser.js';
import { inFolder, start } from '../support/command.js';
import { smallData } from '../support/insight-data.js';
import { SLOW } from '../support/slow.js';

const inBrowser = oneBrowser();

/** Two targets that are numbers. */
const wave = (n: number) => {
  const values = Float32Array.from({ length: 2 * n }, (_, k) => Math.sin(k));
  return { values, labels: new Uint16Array(0), targets: values.map((v) => 1e4 * v * v - 2e3) };
};
const WAVES = { name: 'waves', inputs: 2, classes: 2, scale: 1, training: wave(60), validation: wave(20), test: wave(90) };

const DATA = smallData({ count: 60, inputs: 64, classes: 4, bytes: true });

/** Two classes, for which there is a ROC curve. */
const PAIR = smallData({ count: 40, inputs: 5, classes: 2 });

/** Points of the lines of a chart. */
const pointsOf = (page: Page, chart: string): Promise<number[]> =>
  page
    .locator(`svg[aria-labelledby^="${chart}-title"] path.curve`)
    .evaluateAll((paths) => paths.map((path) => (path.getAttribute('d') ?? '').split(/[ML]/).length - 1));

describe('a report in a browser', NEEDS_CHROMIUM, () => {
  let folder: string;
  /** Pages by name, as files. */
  const urls = new Map<string, string>();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
    // A name as long as they come, without a place to break it.
    const paths = ['one', '2026-11-23T10-06-10-784-2500-2000-1500-1000-500-10', 'three'].map((name) => join(folder, name));
    for (const [i, run] of paths.entries()) await train({ data: DATA, layers: [64, 6, 4], epochs: 4, seed: i, workers: 1, run });
    const reports: RunReport[] = [];
    for (const run of paths) reports.push(await collectRun(run, { data: DATA }));
    const last = reports[0].epochs.at(-1) as EpochEvent;
    const phases = { gather: 0.1, forward: 0.4, backward: 0.25, update: 0.2, wait: 0.05 };
    const numbers = join(folder, 'numbers');
    await train({ data: WAVES, layers: [2, 5, 2], epochs: 3, workers: 1, run: numbers, eta: 0.01 });
    const regression = await collectRun(numbers, { data: WAVES });
    const pair = join(folder, 'pair');
    await train({ data: PAIR, layers: [5, 2], epochs: 2, workers: 1, run: pair });
    const epochs = (count: number): EpochEvent[] =>
      Array.from({ length: count }, (_, i) => ({ ...last, epoch: i + 1, trainingCost: 3 / (i + 1), phases }));
    const pages: Record<string, RunReport[]> = {
      '1 epoch': [{ ...reports[0], epochs: epochs(1) }],
      '4 epochs': [reports[0]],
      '300 epochs': [{ ...reports[0], epochs: epochs(300), resumptions: [150, 290].map((epoch) => ({ epoch, samples: 30, of: 60 })) }],
      'going on': [{ ...reports[0], goingOn: { epochs: 40 } }],
      numbers: [regression],
      'two classes': [await collectRun(pair, { data: PAIR })],
      '3 runs': reports,
    };
    for (const [name, runs] of Object.entries(pages)) {
      const path = join(folder, `${name}.html`);
      writeFileSync(path, runPage(runs));
      urls.set(name, pathToFileURL(path).href);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const CASES: [name: string, points: number[], scheme: 'light' | 'dark', width: number][] = [
    ['1 epoch', [], 'light', 380],
    ['4 epochs', [4, 4, 4], 'light', 1200],
    ['300 epochs', [300, 300, 300], 'dark', 380],
    ['3 runs', [4, 4, 4], 'dark', 1200],
    ['3 runs', [4, 4, 4], 'light', 380],
  ];
  // The long version draws each page in every way that is listed.
  const some = SLOW ? CASES : CASES.filter((_, k) => k % 2 === 0).slice(0, 2);

  it.each(some)(
    '%s (lines of %o points), %s, %i pixels wide: drawn as meant, nothing beside the page, no complaint',
    { tags: ['longer'] },
    (name, points, colorScheme, width) =>
      inBrowser({ width, colorScheme }, async ({ page, complaints }) => {
        await page.goto(urls.get(name) as string);
        expect(await pointsOf(page, 'curve-cost')).toEqual(points);
        // With every table open.
        await page.locator('details').evaluateAll((all) => {
          for (const details of all) (details as HTMLDetailsElement).open = true;
        });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        const pictures = await page.locator('img').evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth));
        expect(pictures.length).toBeGreaterThan(20);
        expect(pictures.every((side) => side === 8)).toBe(true);
        const keys = await page.locator('svg.key').evaluateAll((all) => all.map((key) => key.getBoundingClientRect().width));
        expect(keys).toEqual(keys.map(() => 34));
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 27)');
        expect(complaints).toEqual([]);
      }),
  );

  it.each(['300 epochs', 'numbers', ...(SLOW ? ['1 epoch', 'going on', 'two classes', '4 epochs', '3 runs'] : [])])(
    '%s: no text of a chart leaves the drawing or runs into another',
    { tags: ['longer'] },
    (name) =>
      inBrowser({ width: 380 }, async ({ page }) => {
        await page.goto(urls.get(name) as string);
        expect(await textsAmiss(page)).toEqual([]);
      }),
  );

  it('charts are as wide as the page allows, and text keeps its size', async () => {
    const found: [number, number][] = [];
    for (const width of [380, 1280])
      await inBrowser({ width }, async ({ page }) => {
        await page.goto(urls.get('numbers') as string);
        const chart = page.locator('figure:has(svg[aria-labelledby^="curve-cost-title"])');
        const tick = chart.locator('text.tick').first();
        found.push([(await chart.boundingBox())!.width / width, (await tick.boundingBox())!.height]);
      });
    expect(found.every(([share]) => share > 0.9)).toBe(true);
    expect(found[1][1]).toBe(found[0][1]);
  });

  it('charts side by side stand on one line, whatever stands above them', () =>
    inBrowser({}, async ({ page }) => {
      await page.goto(urls.get('300 epochs') as string);
      const charts = page.locator('#speed .charts svg[role="img"]');
      const [one, other, ...more] = await charts.evaluateAll((all) =>
        all.map((chart) => chart.getBoundingClientRect()).map(({ x, bottom }) => [x, bottom]),
      );
      expect(more).toEqual([]);
      expect(other[0]).toBeGreaterThan(one[0] + 300);
      expect(other[1]).toBeCloseTo(one[1], 0);
    }));

  it('can be read by keyboard: the first step skips to the curves, and charts, tables and their summaries are reached', () =>
    inBrowser({ width: 380 }, async ({ page }) => {
      await page.goto(urls.get('4 epochs') as string);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#curves$/);
      const reached = new Set<string>();
      for (let k = 0; k < 12; k++) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''));
      }
      for (const name of ['Cost by epoch', 'Accuracy by epoch', 'Figures of 4 epochs', 'Speed by epoch']) expect([...reached]).toContain(name);
    }));
});

describe('a run in a browser', NEEDS_CHROMIUM, () => {
  it('grows while it goes on, after a reload too, and ends with the whole report', { timeout: 90_000 }, () =>
    inFolder(async (folder) => {
      const running = start(
        'train --layers 784,60,10 --input dense --kernels simd --epochs 60 --workers 1 --diagnose --watch --run watched'.split(' '),
        folder,
        80_000,
      );
      try {
        const [url] = /http\S+/.exec(await running.seen('epoch ')) as RegExpExecArray;
        await inBrowser({ width: 380, colorScheme: 'dark' }, async ({ page, complaints }) => {
          await page.goto(url);
          const grownBeyond = async (least: number): Promise<number> => {
            const grown = (than: number): boolean => (document.querySelector('path.curve')?.getAttribute('d') ?? '').split(/[ML]/).length - 1 > than;
            await page.waitForFunction(grown, least);
            return (await pointsOf(page, 'curve-cost'))[0];
          };
          const first = await grownBeyond(1);
          await page.locator('summary').first().click();
          const later = await grownBeyond(first);
          expect(await page.locator('details').first().getAttribute('open')).not.toBeNull();
          // One epoch after another, and as many as the page says.
          const [says, points] = await page.evaluate(() => [
            document.getElementById('live-state')?.textContent,
            (document.querySelector('path.curve')?.getAttribute('d') ?? '').split(/[ML]/).length - 1,
          ]);
          expect(says).toBe(`Running, ${points} of 60 epochs so far.`);
          await page.reload();
          // Everything so far is there at once, before any message.
          expect((await pointsOf(page, 'curve-cost'))[0]).toBeGreaterThanOrEqual(later);
          expect(await page.locator('section#weights').count()).toBe(0);
          await grownBeyond(later);
          const { code } = await running.outcome;
          expect(code).toBe(0);
          await page.locator('section#weights img').first().waitFor();
          expect(await page.locator('#live-state').textContent()).toBe('Done, 60 of 60 epochs.');
          expect(await page.locator('#live-text').textContent()).toContain('nabla report watched keeps it');
          for (const chart of ['curve-cost', 'curve-accuracy']) expect(await pointsOf(page, chart)).toEqual([60, 60, 60]);
          expect(await page.locator('section').evaluateAll((all) => all.map(({ id }) => id))).toEqual(
            'outcome curves speed figures confusions mistakes weights layers settings machine'.split(' '),
          );
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
          expect(complaints).toEqual([]);
        });
      } finally {
        running.child.kill('SIGKILL');
      }
    }),
  );

  it('that diverges says so on its page', { timeout: 60_000, tags: ['slow'] }, () =>
    inFolder(async (folder) => {
      const fatal =
        'train --layers 784,2000,10 --activation relu --output linear --cost quadratic --eta 1e-4 --schedule step:1,1e9 --batch 100 --epochs 9 --workers 1 --watch';
      // The browser first: it may take longer to open than this run does to diverge.
      await inBrowser({}, async ({ page, complaints }) => {
        const running = start(fatal.split(' '), folder);
        try {
          const [url] = /http\S+/.exec(await running.seen('watch ')) as RegExpExecArray;
          await page.goto(url);
          const { code, stderr } = await running.outcome;
          expect(code).toBe(1);
          expect(stderr).toMatch(/^error: Diverged/);
          await page.waitForFunction(() => document.getElementById('live-progress')?.hidden);
          expect(await page.locator('#live-state').textContent()).toMatch(/^Diverged after \d of 9 epochs: Diverged in epoch \d/);
          expect(complaints).toEqual([]);
        } finally {
          running.child.kill('SIGKILL');
        }
      });
    }),
  );
});
