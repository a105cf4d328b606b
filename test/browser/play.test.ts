// The page of `nabla play` in a real browser, from what is published: it trains to the bits of Node, repeats what its address says, stops, goes on,
// saves, and asks nobody but its own server; served without headers, it trains on one core and says so.

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { LocalServer } from '#src/cli/local-server.js';
import { PAGE, PlayFiles } from '#src/cli/play-files.js';
import { filesOfRun } from '#src/cli/play-run.js';
import { evaluate, type TrainOptions, train } from '#src/index.js';
import { axeViolations, NEEDS_CHROMIUM, oneBrowser, type Seen, textsAmiss, textsOver, throughByTab } from '../support/browser.js';
import { inFolder } from '../support/command.js';

const files = new PlayFiles();
const inBrowser = oneBrowser();
const LIMIT = { timeout: 20_000 };

/** The page as the command serves it, at this address; whatever it complains of, and whatever it asks of others, fails. */
async function atPage(address: string, use: (seen: Seen) => Promise<void>, run?: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const own = run ? new PlayFiles(run) : files;
  const server = await LocalServer.open(0, 'port', (path, response) => {
    const name = path === '' ? PAGE : path;
    if (!own.names.includes(name)) return false;
    response.writeHead(200, own.headers(name)).end(own.content(name));
    return true;
  });
  try {
    await visit(server.url, address, use);
  } finally {
    server.close();
  }
}

/** As any web server has files: without a header of its own. */
async function atPlainServer(address: string, use: (seen: Seen) => Promise<void>): Promise<void> {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' };
  const server = createServer(({ url = '' }, response) => {
    const name = url.split('?')[0].slice(1) || PAGE;
    if (!files.names.includes(name)) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' }).end(files.content(name));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await visit(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, address, use);
  } finally {
    server.close().closeAllConnections();
  }
}

async function visit(url: string, address: string, use: (seen: Seen) => Promise<void>): Promise<void> {
  await inBrowser({}, async (seen) => {
    const asked: string[] = [];
    seen.page.on('request', (request) => asked.push(request.url()));
    await seen.page.goto(`${url}${address}`);
    await use(seen);
    expect(asked.filter((one) => !one.startsWith(url) && !/^(data|blob):/.test(one))).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });
}

const text = async (page: Page, id: string): Promise<string> => (await page.locator(`#${id}`).textContent()) ?? '';
const state = (page: Page) => expect.poll(() => text(page, 'state'), LIMIT);

/** Trains to the end. @returns the hash that the page shows */
async function trained(page: Page, button = 'start'): Promise<string> {
  const run = Number(await page.locator('#state').getAttribute('data-run'));
  await page.locator(`#${button}:enabled`).click();
  await expect.poll(() => page.locator(`#state[data-run="${run + 1}"]`).allTextContents(), LIMIT).toEqual([expect.stringMatching(/^Trained for/)]);
  return text(page, 'hash');
}

async function hashInNode(options: TrainOptions): Promise<string> {
  return (await train({ ...options, data: 'mnist' })).weightsSha256;
}

/** Options as an address and as Node has them: whatever the page leaves out of the trainer changes no bit. */
const OPTIONS: readonly (readonly [address: string, options: TrainOptions])[] = [
  [
    '?layers=784,30,10&eta=3&cost=quadratic&init=normal&epochs=2&kernels=simd',
    { layers: [784, 30, 10], eta: 3, cost: 'quadratic', init: 'normal', epochs: 2 },
  ],
  ['?hidden=20&epochs=1&seed=7&lambda=2&workers=2&kernels=simd', { hidden: [20], epochs: 1, seed: 7, lambda: 2 }],
  [
    '?hidden=16,12&activation=relu,tanh&optimiser=adam&dropout=0.1&batch=32&schedule=cosine:0&epochs=1&kernels=simd',
    {
      hidden: [16, 12],
      activation: ['relu', 'tanh'],
      optimiser: 'adam',
      dropout: 0.1,
      batch: 32,
      schedule: 'cosine',
      epochs: 1,
    },
  ],
  ['?hidden=10&gradient=partial&shards=2&epochs=1&kernels=scalar', { hidden: [10], gradient: 'partial', shards: 2, epochs: 1, kernels: 'scalar' }],
];

describe('the page of nabla play', NEEDS_CHROMIUM, () => {
  const repeats = async (address: string, options: TrainOptions): Promise<void> => {
    const expected = await hashInNode({ kernels: 'simd', ...options });
    await atPage(address, async ({ page }) => {
      expect(await trained(page)).toBe(expected);
      expect(await page.locator('[data-warning]').count()).toBe(0);
      expect(await text(page, 'same')).toMatch(/^nabla train --data mnist --(layers|hidden) .*--kernels (simd|scalar)$/);
    });
  };
  it.each(OPTIONS.slice(0, 1))('trains as its address says, to the bits of Node: %s', repeats);
  it.each(OPTIONS.slice(1))('trains as its address says, to the bits of Node: %s', { tags: ['slow'] }, repeats);

  it('begins with the network of the book, draws its curves while it trains, stops, and trains on', async () => {
    await atPage('', async ({ page }) => {
      await state(page).toBe('A network of 784-30-10, not trained yet.');
      // There is a digit to look at from the beginning.
      expect(await page.locator('#digit input[type=number]').inputValue()).toBe('1');
      await page.locator('#paths .three dd').first().waitFor();
      await page.locator('#step .stage').waitFor();
      await page.locator('input[name=epochs]').fill('100000');
      await page.locator('input[name=epochs]').blur();
      await expect.poll(() => page.url()).toMatch(/\?layers=784,30,10&cost=cross-entropy&init=scaled&eta=0\.5&batch=10&epochs=100000$/);
      await page.locator('#start').click();
      await expect.poll(() => page.locator('#play-cost-title, #play-layers-title').count(), LIMIT).toBe(2);
      await page.locator('#stop').click();
      await state(page).toMatch(/^Stopped in epoch \d+/);
      expect(await page.locator('#hash').count()).toBe(0);
      await page.locator('#go-on').click();
      await state(page).toMatch(/^Training: epoch/);
      await page.locator('#stop').click();
      await state(page).toMatch(/^Stopped in epoch/);
      await page.locator('#rewind').click();
      await expect.poll(() => page.locator('#rewind').isDisabled()).toBe(true);
      // At once, before the threads of the run have been started.
      await page.evaluate(async () => {
        document.querySelector<HTMLElement>('#start')?.click();
        while (!document.querySelector('#stop:enabled')) await new Promise(requestAnimationFrame);
        document.querySelector<HTMLElement>('#stop')?.click();
      });
      await state(page).toMatch(/^Stopped/);
    });
  });

  it('trains from the first weights again after a rewind, and lays its curves over one another', { tags: ['slow'] }, async () => {
    await atPage('?hidden=10&epochs=3&kernels=simd', async ({ page }) => {
      const first = await trained(page);
      await page.locator('#rewind').click();
      await page.locator('select[name=cost]').selectOption('quadratic');
      const other = await trained(page);
      await page.locator('select[name=cost]').selectOption('');
      expect(await trained(page)).toBe(first);
      expect(other).not.toBe(first);
      const curve = await page.locator('figure path.curve').first().getAttribute('d');
      expect(curve).toMatch(/^M0,[\d.]+(L500,[\d.]+)L1000,[\d.]+$/);
      const names = page.locator('.legend li', { hasText: /^run \d, (cross-entropy|quadratic)$/ });
      await expect
        .poll(() => names.allTextContents(), LIMIT)
        .toEqual(expect.arrayContaining(['run 1, cross-entropy', 'run 2, quadratic', 'run 3, cross-entropy']));
      expect(await page.locator('tbody tr th', { hasText: /^run \d, (cross-entropy|quadratic)$/ }).count()).toBe(3);
    });
  });

  it('says in a sentence what is wrong with an address, and trains once it is right', async () => {
    await atPage('?layers=784,5&eta=3', async ({ page }) => {
      await expect.poll(() => text(page, 'fault'), LIMIT).toMatch(/^layers: expected .*10/);
      await page.locator('input[name=layers]').fill('784, 5, 10');
      await page.locator('input[name=layers]').blur();
      await state(page).toBe('A network of 784-5-10, not trained yet.');
      expect(await page.locator('#fault').count()).toBe(0);
    });
  });

  it.each([
    ['?etha=3', /etha/],
    ['?scale=2', /^scale: expected none in a page/],
    ['?gradient=tree', /^gradient: expected one of partial, owned, got 'tree'/],
    ['?augment=rotate:10', /^augment: expected none in this page.*Train with it in Node\.$/],
  ] as const)('says what is wrong with %s', { tags: ['slow'] }, async (address, says) => {
    await atPage(address, ({ page }) => expect.poll(() => text(page, 'fault'), LIMIT).toMatch(says));
  });

  it('opens a saved run, trains on as Node does from it, and saves a network that Node reads', { tags: ['slow'] }, async () => {
    await inFolder(async (folder) => {
      const run = join(folder, 'a run');
      await train({ data: 'mnist', hidden: [12], epochs: 1, lambda: 1, run });
      const from = await filesOfRun(run);
      await atPage(
        '',
        async ({ page }) => {
          await state(page).toMatch(/a run: 784-12-10, trained for 1 epoch\.$/);
          await page.locator('select[name=kernels]').selectOption('simd');
          const expected = await hashInNode({ from: run, epochs: 1, lambda: 1, kernels: 'simd' });
          expect(await trained(page, 'go-on')).toBe(expected);
          expect(await text(page, 'same')).toBe(
            `nabla train --data mnist --from '${run}' --epochs 1 --optimiser sgd --eta 0.5 --lambda 1 --schedule constant --kernels simd`,
          );
          const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
          const file = join(folder, saved.suggestedFilename());
          await saved.saveAs(file);
          const { weightsSha256 } = await train({ data: 'mnist', from: file, epochs: 1, kernels: 'simd' });
          await page.locator('input[name=lambda]').fill('');
          await page.locator('input[name=lambda]').blur();
          expect(await trained(page, 'go-on')).toBe(weightsSha256);
          expect(await text(page, 'same')).toContain(`--from ${saved.suggestedFilename()} `);
        },
        from,
      );
      expect((await evaluate({ run })).accuracy).toBeGreaterThan(0.5);
    });
  });

  it('measures how it scales, with one hash for every count, and trains nothing else meanwhile', { tags: ['slow'] }, async () => {
    await atPage('?layers=784,10&kernels=simd', async ({ page }) => {
      await page.locator('#measure:enabled').click();
      await expect.poll(() => page.locator('#start').isDisabled(), LIMIT).toBe(true);
      await expect
        .poll(() => text(page, 'scaling-state'), { timeout: 40_000 })
        .toMatch(/Every count gave the same network to the last bit \(SHA-256 [0-9a-f]{16}…\)\.$/);
      expect(await page.locator('#play-scaling-desc').textContent()).toMatch(/measured: [\d,]+ at workers 1, [\d,]+ at workers \d/);
      await expect.poll(() => page.locator('#start').isDisabled(), LIMIT).toBe(false);
    });
  });

  it('served without headers, trains on one core to the same bits, and says so', async () => {
    const [address, options] = OPTIONS[0];
    const expected = await hashInNode({ kernels: 'simd', ...options });
    await atPlainServer(address, async ({ page }) => {
      expect(await trained(page)).toBe(expected);
      expect(await page.locator('[data-warning]').textContent()).toMatch(
        /^This page trains on one core, because .*Cross-Origin-Opener-Policy: same-origin/,
      );
      expect(await page.locator('[data-figure=workers]').textContent()).toBe('1');
      await page.locator('input[name=epochs]').fill('100000');
      await page.locator('input[name=epochs]').blur();
      await page.locator('#start:enabled').click();
      await state(page).toMatch(/^Training: epoch/);
      await page.locator('#stop').click();
      await state(page).toMatch(/^Stopped in epoch/);
    });
  });

  const isReadable = async (colorScheme: 'light' | 'dark', width: number): Promise<void> => {
    await atPage('?hidden=8&epochs=3&kernels=simd', async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.locator('#start:enabled').waitFor();
      for (let tabs = 0; tabs < 40 && !(await page.locator('#start:focus').count()); tabs++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await state(page).toMatch(/^Trained for/);
      await page.locator('#play-speed-title').waitFor({ state: 'attached' });
      // What is far from the window has no place yet.
      await page.locator('#panels > section').evaluateAll((all) => {
        for (const section of all) (section as HTMLElement).style.contentVisibility = 'visible';
      });
      expect(await axeViolations(page)).toEqual([]);
      expect([await textsOver(page), await textsAmiss(page)]).toEqual([[], []]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      const { unreached, unmarked, count } = await throughByTab(page);
      expect([unreached, unmarked]).toEqual([[], []]);
      // Of all six parts.
      expect(count).toBeGreaterThan(60);
    });
  };
  const READABLE = '%s and %i pixels wide: axe-core finds no fault, no text lies over another, and all is reached by Tab, which alone trains';
  it.each([['light', 1280]] as const)(READABLE, isReadable);
  it.each([
    ['dark', 380],
    ['light', 800],
    ['dark', 1600],
  ] as const)(READABLE, { tags: ['slow'] }, isReadable);

  it('shows the pictures of the weights, under buttons that cover nothing', () =>
    atPage('?hidden=10&epochs=1&kernels=simd', async ({ page }) => {
      await trained(page);
      const colours = async (): Promise<number> => {
        const { data } = PNG.sync.read(await page.locator('.mosaic').screenshot());
        return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
      };
      // Frames with their rounded corners alone are 98.
      await expect.poll(colours, LIMIT).toBeGreaterThan(250);
    }));

  it('is small: 90 KB of code, gzipped, and 3 more where there is no SIMD; none of Node in it', () => {
    const folder = fileURLToPath(new URL('../../dist/play', import.meta.url));
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
    const bytes = (names: readonly string[]): number =>
      names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
    const seldom = scripts.filter((name) => name.startsWith('scalar-'));
    expect(seldom.length).toBe(1);
    expect(bytes(seldom)).toBeLessThan(3000);
    expect(bytes(scripts.filter((name) => !seldom.includes(name)))).toBeLessThan(90 * 1024);
    for (const name of scripts)
      expect(readFileSync(join(folder, name), 'utf8').match(/["'`](node:\w+|worker_threads|piscina)["'`]/g), name).toBeNull();
  });
});
