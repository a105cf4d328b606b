// The file of the page, index.html: its head, its policy and its style, and the places that the script fills. Made by the build.

import { html } from '../report/markup/html.js';
import { page } from '../report/markup/page.js';
import { RUN_STYLE } from '../report/pages/run-style.js';
import { PLAY_STYLE } from './style.js';

/** What the page may do: run scripts that lie beside it, and fetch what lies there; nothing from elsewhere. */
const ALLOWS = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data: blob:";

export function playHtml(): string {
  return page({
    title: 'nabla: the chapter as a page',
    description: 'Trains a network on handwritten digits in this browser, and shows what it does.',
    // Without an icon of its own, a browser asks the server for one.
    head: html`<link rel="icon" href="data:,">\n<script type="module" src="page.js"></script>\n`,
    style: RUN_STYLE + PLAY_STYLE,
    allows: ALLOWS,
    body: [
      html`<nav id="panels-nav" aria-label="parts of the page"></nav>
<div id="panels"><p id="opening" role="status">Opening …</p></div>
<noscript><p class="notice">This page is a program: it needs JavaScript, and WebAssembly.</p></noscript>
`,
    ],
  });
}
