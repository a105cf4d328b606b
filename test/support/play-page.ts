// Single parts of the page of `nabla play` in a page of their own, without the rest of it: bundled as they are published, in the report's
// colours, with a store that a test fills.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import type { Dataset } from '#src/data/dataset.js';
import { testDigit } from '#src/play/digits.js';
import type { Digits, PlayState, Shown, Store } from '#src/play/store.js';
import { html } from '#src/report/markup/html.js';
import { page } from '#src/report/markup/page.js';
import { RUN_STYLE } from '#src/report/pages/run-style.js';
import type { inBrowser, PageLook, Seen } from './browser.js';

const play = fileURLToPath(new URL('../../dist/src/play', import.meta.url));

/** What the page of a test has beside its own. */
export interface PlayScope {
  store: Store;
}

/** The part's module, from the folder of the page's parts, and its name in it. */
export type Part = readonly [module: string, name: string];

/** Opens a page with these parts one below the other, and hands it to `use`. */
export type WithParts = <T>(parts: readonly Part[], look: PageLook, use: (seen: Seen) => Promise<T>) => Promise<T>;

export function partsIn(browser: typeof inBrowser): WithParts {
  return async (parts, look, use) => {
    const server = await serve(parts);
    try {
      return await browser(look, async (seen) => {
        await seen.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        await seen.page.waitForFunction(() => 'store' in window);
        return use(seen);
      });
    } finally {
      server.close().closeAllConnections();
    }
  };
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

/** The digits of a data set of bytes as the page has them. */
export function digitsOf({ training, validation, test }: Dataset): Digits {
  const splits = [training, validation, test];
  const joined = (of: (split: Dataset['training']) => ArrayLike<number>): Uint8Array =>
    Uint8Array.from(splits.flatMap((split) => Array.from(of(split))));
  return {
    pixels: joined(({ values }) => values),
    labels: joined(({ labels }) => labels),
    ...{ training: training.labels.length, validation: validation.labels.length, test: test.labels.length },
  };
}

/** What a store is filled with. */
interface Filled {
  readonly digits?: Digits;
  readonly shown?: Pick<Shown, 'network' | 'parameters' | 'first'> & Partial<Shown>;
  /** The number of a test digit that is chosen, of these digits. */
  readonly test?: number;
  readonly state?: Partial<PlayState>;
}

/** Changes the state of the page, as another of its parts does. */
export function fill(page: Page, { digits, shown, test, state = {} }: Filled): Promise<void> {
  const chosen = digits && test !== undefined ? testDigit(digits, test) : undefined;
  const sent = {
    digits: digits && { ...digits, pixels: base64(digits.pixels), labels: base64(digits.labels) },
    shown: shown && { ...shown, parameters: base64(shown.parameters), first: base64(shown.first) },
    chosen: chosen && { ...chosen, input: base64(chosen.input) },
    state,
  };
  return page.evaluate(({ digits, shown, chosen, state }) => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const floats = (text: string): Float32Array => new Float32Array(bytes(text).buffer);
    (window as never as PlayScope).store.change({
      ...(digits && { digits: { ...digits, pixels: bytes(digits.pixels), labels: bytes(digits.labels) } }),
      ...(shown && { shown: { version: 1, epoch: 1, ...shown, parameters: floats(shown.parameters), first: floats(shown.first) } }),
      ...(chosen && { chosen: { ...chosen, input: floats(chosen.input) } }),
      ...state,
    });
  }, sent);
}

const base64 = (array: Uint8Array | Float32Array): string => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
