// Serves the scripts of a page, as a program that uses `nabla/browser` does, and an empty page that has it: with the headers that isolate a
// page, or without.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ISOLATION_HEADERS } from '#src/browser/isolation.js';

const scripts = fileURLToPath(new URL('../../dist/browser', import.meta.url));

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>nabla</title>
<script type="module">window.nabla = await import('/nabla/index.js'); document.title = 'ready';</script>`;

/** As strict as a page with nabla can be. */
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:";

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm' };

export interface ServedPage {
  readonly url: string;
  /** What the page posts to /said, which is nothing of the library's but a test's: how a page tells of itself where nobody asks it. */
  readonly said: Promise<string>;
  close(): void;
}

/** A server on this machine. */
export async function servePage(isolated: boolean, page = PAGE): Promise<ServedPage> {
  let tell: (text: string) => void;
  const said = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    const { url = '/' } = request;
    if (url === '/said') return void text(request).then((body) => response.end(tell(body)));
    for (const [name, value] of Object.entries(isolated ? ISOLATION_HEADERS : {})) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', POLICY);
    const [, name] = /^\/nabla\/([\w-]+\.(?:js|wasm))$/.exec(url) ?? [];
    if (name === undefined) return void response.setHeader('Content-Type', 'text/html').end(page);
    try {
      const content = readFileSync(join(scripts, name));
      response.setHeader('Content-Type', TYPES[name.split('.')[1]]).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, said, close: () => void server.close().closeAllConnections() };
}
