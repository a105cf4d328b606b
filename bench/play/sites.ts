// What the measurements visit: the page of `nabla play`, as the command serves it or without the headers that isolate it, and an empty page that has
// the library for pages and the samples of the benchmark.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { ISOLATION_HEADERS } from '../../src/browser/isolation.js';
import { LocalServer } from '../../src/cli/local-server.js';
import { PAGE, PlayFiles } from '../../src/cli/play-files.js';
import type { Dataset, Samples } from '../../src/data/dataset.js';
import { inBrowser } from '../../test/support/browser.js';
import type { Cores } from './results.js';

const play = new PlayFiles();
/** Of the library for pages; this file runs from dist/bench/play. */
const library = new URL('../../browser/', import.meta.url);

/** A window as on a small screen. */
const WINDOW = { width: 1400, height: 900 };
/** Asked for the memory of a page, a browser answers after its next collection, which takes up to 20 s; so it collects at once. */
const ARGS = ['--enable-blink-features=ForceEagerMeasureMemory'];

/** Of different complaints, so many are told. */
const MOST_COMPLAINTS = 3;

/** @param content of a file of this name; undefined where there is none */
async function visit<T>(content: (name: string) => Uint8Array | undefined, cores: Cores, use: (page: Page, url: string) => Promise<T>): Promise<T> {
  const server = await LocalServer.open(0, 'port', (path, response) => {
    const name = path || PAGE;
    const found = content(name);
    if (!found) return false;
    const headers = Object.entries(play.headers(name)).filter(([header]) => cores === 'all' || !(header in ISOLATION_HEADERS));
    response.writeHead(200, Object.fromEntries(headers)).end(found);
    return true;
  });
  try {
    return await inBrowser({ ...WINDOW, args: ARGS }, async ({ page, complaints }) => {
      const result = await use(page, server.url);
      if (complaints.length > 0)
        throw new Error(`the page complains ${complaints.length} times: ${[...new Set(complaints)].slice(0, MOST_COMPLAINTS).join('; ')}`);
      return result;
    });
  } finally {
    server.close();
  }
}

/** The page of `nabla play` at its server, not yet loaded. */
export function atPlay<T>(cores: Cores, use: (page: Page, url: string) => Promise<T>): Promise<T> {
  return visit((name) => (play.names.includes(name) ? play.content(name) : undefined), cores, use);
}

/** Loads the page of `nabla play`. @returns milliseconds until one can train */
export async function load(page: Page, url: string): Promise<number> {
  await page.goto(url);
  const usable = await page.waitForFunction(() => document.querySelector('#start:enabled') && performance.now());
  return Number(await usable.jsonValue());
}

/** Clicks, and waits for what the click shall bring. @returns milliseconds from one to the other, by the page's clock: to the frame after it was drawn */
export async function timeClick(page: Page, button: string, until: string): Promise<number> {
  await page.evaluate((until) => {
    const scope = window as never as { shown: Promise<number> };
    scope.shown = new Promise((resolve) => {
      const began = ({ timeStamp }: Event): void => {
        const look = (): unknown => (document.querySelector(until) ? resolve(performance.now() - timeStamp) : requestAnimationFrame(look));
        requestAnimationFrame(look);
      };
      document.addEventListener('click', began, { capture: true, once: true });
    });
  }, until);
  await page.click(button);
  return page.evaluate(() => (window as never as { shown: Promise<number> }).shown);
}

/** What the page with the library has. */
export interface LibraryScope {
  nabla: typeof import('../../src/browser/index.js');
  data: Dataset;
}

/** An isolated page with the library and these samples. */
export function atLibrary<T>(data: Dataset, use: (page: Page) => Promise<T>): Promise<T> {
  const names = readdirSync(fileURLToPath(library));
  const made = new Map([
    [PAGE, Buffer.from('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>nabla</title>')],
    [
      'samples',
      Buffer.concat([data.training, data.validation, data.test].flatMap(({ values, labels }) => [values as Uint8Array, Uint8Array.from(labels)])),
    ],
  ]);
  const content = (name: string): Uint8Array | undefined =>
    made.get(name) ?? (names.includes(name) ? readFileSync(new URL(name, library)) : undefined);
  return visit(content, 'all', async (page, url) => {
    await page.goto(url);
    await bring(page, data);
    return use(page);
  });
}

function bring(page: Page, { training, validation, test, ...rest }: Dataset): Promise<void> {
  const counts = [training, validation, test].map(({ labels }) => labels.length);
  return page.evaluate(
    async ({ rest, counts }) => {
      const scope = window as never as LibraryScope;
      scope.nabla = await import(new URL('index.js', location.href).href);
      const file = await (await fetch('samples')).arrayBuffer();
      // Shared with the threads of runs, as the page of `nabla play` has it: no run copies them.
      const bytes = new Uint8Array(new SharedArrayBuffer(file.byteLength));
      bytes.set(new Uint8Array(file));
      let at = 0;
      const take = (length: number): Uint8Array => {
        at += length;
        return bytes.subarray(at - length, at);
      };
      const [training, validation, test] = counts.map((n): Samples => ({ values: take(n * rest.inputs), labels: Uint16Array.from(take(n)) }));
      scope.data = { ...rest, training, validation, test };
    },
    { rest, counts },
  );
}
