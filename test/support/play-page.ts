// Single parts of the page of `nabla play` in a page of their own, without the rest of it: bundled as they are published, in the report's
// colours, with a store that a test fills.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import type { Digits, PlayState, Shown, Store } from '#src/play/store.js';
import { html } from '#src/report/markup/html.js';
import { page } from '#src/report/markup/page.js';
import { RUN_STYLE } from '#src/report/pages/run-style.js';
import { inBrowser, type Seen } from './browser.js';

const play = fileURLToPath(new URL('../../dist/src/play', import.meta.url));

/** What the page of a test has beside its own. */
export interface PlayScope {
  store: Store;
}

/** The part's module, from the folder of the page's parts, and its name in it. */
export type Part = readonly [module: string, name: string];

type Options = Parameters<typeof inBrowser>[0];

/** Opens a page with these parts one below the other, and hands it to `use`. */
export async function withParts<T>(parts: readonly Part[], options: Options, use: (seen: Seen) => Promise<T>): Promise<T> {
  const server = await serve(parts);
  try {
    return await inBrowser(options, async (seen) => {
      await seen.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await seen.page.waitForFunction(() => 'store' in window);
      return use(seen);
    });
  } finally {
    server.close().closeAllConnections();
  }
}

async function serve(parts: readonly Part[]): Promise<Server> {
  const scripts = await scriptsOf(parts.map(([module]) => module));
  const start = startOf(parts);
  const server = createServer(({ url = '/' }, response) => {
    const script = url === '/start.js' ? start : scripts.get(url);
    if (script === undefined) response.setHeader('Content-Type', 'text/html').end(PAGE);
    else response.setHeader('Content-Type', 'text/javascript').end(script);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const made = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** By their paths on the server; bundled once for all tests of a file. */
function scriptsOf(modules: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = made.get(modules.join());
  if (known) return known;
  const scripts = bundled(modules);
  made.set(modules.join(), scripts);
  return scripts;
}

async function bundled(modules: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const input = Object.fromEntries(['store', ...modules].map((module) => [module.replaceAll('/', '-'), join(play, `${module}.js`)]));
  const bundle = await rolldown({ input, platform: 'browser', onLog: refuse });
  const { output } = await bundle.generate({ format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', minify: true });
  await bundle.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code] as const] : [])));
}

/** Whatever a bundler only warns of, such as something of Node's, is wrong in a page. */
function refuse(level: string, { message }: { message: string }): void {
  if (level === 'warn') throw new Error(message);
}

const PAGE = page({
  title: 'Parts of the page',
  description: 'For tests.',
  body: [html`<div id="parts"></div><script type="module" src="/start.js"></script>`],
  style: RUN_STYLE,
  allows: "script-src 'self'; img-src data:",
  head: html`<link rel="icon" href="data:,">`,
});

function startOf(parts: readonly Part[]): string {
  const imports = parts.map(([module, name], k) => `import { ${name} as part${k} } from '/${module.replaceAll('/', '-')}.js';`);
  return `import { Store } from '/store.js';
${imports.join('\n')}
const store = new Store();
for (const part of [${parts.map((_, k) => `part${k}`).join(', ')}]) {
  const section = document.createElement('section');
  section.id = part.id;
  section.innerHTML = '<h2></h2><div></div>';
  section.firstChild.textContent = part.title;
  document.getElementById('parts').append(section);
  part.open(section.lastChild, store);
}
window.store = store;`;
}

/** Changes the state of the page, as another of its parts does. */
export async function fill(page: Page, { digits, shown }: { digits?: Digits; shown?: Shown }): Promise<void> {
  const list = (values: Float32Array): number[] => [...values];
  const given = {
    digits: digits && { ...digits, pixels: [...digits.pixels], labels: [...digits.labels] },
    shown: shown && { ...shown, parameters: list(shown.parameters), first: list(shown.first) },
  };
  await page.evaluate(({ digits, shown }) => {
    const { store } = window as never as PlayScope;
    const changed: { -readonly [K in keyof PlayState]?: PlayState[K] } = {};
    if (digits) changed.digits = { ...digits, pixels: Uint8Array.from(digits.pixels), labels: Uint8Array.from(digits.labels) };
    if (shown) changed.shown = { ...shown, parameters: Float32Array.from(shown.parameters), first: Float32Array.from(shown.first) };
    store.change(changed);
  }, given);
}
