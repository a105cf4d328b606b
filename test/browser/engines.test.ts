// Training in pages of Firefox and of WebKitGTK, as they are installed: the same bits as in Node, on as many threads as the page may have. The page
// runs by itself, and sends what it came to.

import { describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { type TrainOptions, train } from '#src/index.js';
import { smallData } from '../support/insight-data.js';
import { needs } from '../support/needs.js';
import { OTHER_BROWSERS, type OtherBrowser, openIn } from '../support/other-browsers.js';
import { servePage } from '../support/page-server.js';

/** Milliseconds for a browser that starts for the first time, on a machine that is busy. */
const LIMIT = 90_000;

const DATA = smallData({ count: 400, inputs: 784, classes: 10, bytes: true });
const NETWORK: TrainOptions = { layers: [784, 30, 10], epochs: 2, seed: 3 };
const KERNELS = ['simd', 'relaxed'] as const;
const COUNTS = [1, 2, 3];

/** What the page sends. */
interface Outcome {
  readonly runs: readonly PageRun[];
}

interface PageRun {
  readonly kernels: string;
  readonly asked: number;
  readonly workers?: number;
  /** What its first event says of one core. */
  readonly alone?: string;
  readonly sha256?: string;
  readonly error?: string;
}

/** A page that trains with all kernels on all counts of workers. */
function trainingPage({ training, validation, test, ...rest }: Dataset): string {
  const splits = [training, validation, test].map(({ values, labels }) => [Buffer.from(values as Uint8Array).toString('base64'), [...labels]]);
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>nabla</title><script type="module">
    const { train } = await import('/nabla/index.js');
    const [training, validation, test] = ${JSON.stringify(splits)}.map(([text, labels]) => ({
      values: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), labels: Uint16Array.from(labels) }));
    const data = { ...${JSON.stringify(rest)}, training, validation, test };
    const runs = [];
    for (const kernels of ${JSON.stringify(KERNELS)}) for (const asked of ${JSON.stringify(COUNTS)}) {
      let start;
      const onEvent = (event) => { if (event.event === 'start') start = event; };
      const end = await train({ ...${JSON.stringify(NETWORK)}, data, kernels, workers: asked, onEvent }).ended.then(
        ({ weightsSha256 }) => ({ sha256: weightsSha256 }), ({ message }) => ({ error: message }));
      runs.push({ kernels, asked, workers: start?.workers, alone: start?.warnings?.find((text) => text.includes('one core')), ...end });
    }
    await fetch('/said', { method: 'POST', body: JSON.stringify({ runs }) });
  </script>`;
}

/** What a browser's page is to come to. */
async function expected({ shares, kernels: has }: OtherBrowser): Promise<PageRun[]> {
  const runs: PageRun[] = [];
  for (const kernels of KERNELS) {
    const { weightsSha256 } = await train({ ...NETWORK, data: DATA, kernels, workers: 1 });
    for (const asked of COUNTS) {
      const one = { kernels, asked };
      if (!has.includes(kernels)) runs.push({ ...one, error: `Kernels '${kernels}' do not run here: this browser lacks them. Use kernels 'auto'.` });
      else if (shares) runs.push({ ...one, workers: asked, sha256: weightsSha256 });
      else runs.push({ ...one, workers: 1, alone: expect.stringContaining('one core, because this browser lets no'), sha256: weightsSha256 });
    }
  }
  return runs;
}

describe.each(OTHER_BROWSERS)('$name', (browser) => {
  const { missing } = browser;
  it('trains to the bits of Node', { ...needs(missing === undefined, missing ?? ''), tags: ['slow'], timeout: 2 * LIMIT }, async () => {
    const server = await servePage(true, trainingPage(DATA));
    try {
      const { runs } = JSON.parse(await openIn(browser, server.url, server.said, LIMIT)) as Outcome;
      expect(runs).toEqual(await expected(browser));
    } finally {
      server.close();
    }
  });
});
