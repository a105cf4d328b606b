// A page with panels of `nabla play` alone, without trainer and pad: bundled as the real one is, with a store that a test fills by hand. For tests of a
// panel by itself, and to look at it.

import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import type { Dataset } from '#src/data/dataset.js';
import type { NetworkSpecification } from '#src/model/specification.js';
import type { Digits, PlayState } from '#src/play/store.js';
import { html } from '#src/report/markup/html.js';
import { page as pageOf } from '#src/report/markup/page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A panel by its file below src/play/ and the name of its export. */
export interface PanelFile {
  readonly file: string;
  readonly name: string;
}

/** The script of a page with some panels, which has the store as `window.store`. */
export async function bundlePanels(panels: readonly PanelFile[]): Promise<string> {
  const entry = [
    `import { Store } from '#src/play/store.js';`,
    ...panels.map(({ file, name }) => `import { ${name} } from '#src/play/${file}';`),
    `const store = new Store();`,
    `Object.assign(window, { store });`,
    `for (const panel of [${panels.map(({ name }) => name).join(', ')}]) panel.open(document.getElementById(panel.id), store);`,
  ].join('\n');
  const bundle = await rolldown({
    cwd: root,
    input: 'panels',
    platform: 'browser',
    // Whatever a page does not have, such as a module of Node, is only warned of.
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
    plugins: [
      { name: 'entry', resolveId: (id) => (id === 'panels' ? `${root}/panels.js` : null), load: (id) => (id === `${root}/panels.js` ? entry : null) },
    ],
  });
  const { output } = await bundle.generate({ format: 'es', codeSplitting: false, minify: true });
  await bundle.close();
  return output[0].code;
}

/** Puts the panels into the page of a browser, each in a section of its own. */
export async function openPanels(page: Page, script: string, ids: readonly string[]): Promise<void> {
  const body = ids.map((id) => html`<section aria-labelledby="${id}-title"><h2 id="${id}-title">${id}</h2><div id="${id}"></div></section>\n`);
  const head = html`<link rel="icon" href="data:,">`;
  await page.setContent(
    pageOf({ title: 'Panels', description: 'Panels by themselves.', body, head, allows: "script-src 'unsafe-inline'; img-src data:" }),
  );
  await page.addScriptTag({ content: script, type: 'module' });
  await page.waitForFunction(() => 'store' in window);
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

/** What a store is filled with, arrays as such. */
export interface Filled {
  readonly digits?: Digits;
  readonly shown?: {
    readonly network: NetworkSpecification;
    readonly parameters: Float32Array;
    readonly first: Float32Array;
    readonly version?: number;
    readonly epoch?: number;
  };
  /** The number of a test digit. */
  readonly test?: number;
  readonly state?: Partial<PlayState>;
}

/** Fills the store of the page. */
export function fill(page: Page, { digits, shown, test, state = {} }: Filled): Promise<void> {
  const sent = {
    digits: digits && { ...digits, pixels: base64(digits.pixels), labels: base64(digits.labels) },
    shown: shown && { ...shown, parameters: base64(shown.parameters), first: base64(shown.first) },
    test,
    state,
  };
  return page.evaluate(({ digits, shown, test, state }) => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const floats = (text: string): Float32Array => new Float32Array(bytes(text).buffer);
    const { store } = window as never as {
      store: { change(changed: object): void; state: { digits: { pixels: Uint8Array; labels: Uint8Array; training: number; validation: number } } };
    };
    if (digits) store.change({ digits: { ...digits, pixels: bytes(digits.pixels), labels: bytes(digits.labels) } });
    if (shown) store.change({ shown: { version: 1, epoch: 1, ...shown, parameters: floats(shown.parameters), first: floats(shown.first) } });
    if (test !== undefined) {
      const all = store.state.digits;
      const k = all.training + all.validation + test;
      store.change({ chosen: { input: Float32Array.from(all.pixels.subarray(784 * k, 784 * (k + 1)), (v) => v / 255), label: all.labels[k], test } });
    }
    store.change(state);
  }, sent);
}

const base64 = (array: Uint8Array | Float32Array): string => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
