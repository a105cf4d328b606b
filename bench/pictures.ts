// The README's pictures, written to bench/pictures/: a page of `nabla report` about a run that is trained here, and how training
// scales on the largest machine that bench/results/ has a record of. Both are drawn by what draws them for a user, and
// photographed in Chromium. Run: npm run bench:pictures

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { reportPage, train } from '../src/index.js';
import { speedUpChart } from '../src/report/charts/speed-up-chart.js';
import { html, type Markup } from '../src/report/markup/html.js';
import { page } from '../src/report/markup/page.js';
import { fitLaw } from '../src/scaling/laws.js';
import type { ScalingCurve } from '../src/scaling/results.js';
import { chromiumPath, inBrowser, NO_CHROMIUM } from '../test/support/browser.js';
import { NETWORKS } from './networks.js';
import { endWith } from './options.js';
import { newestRecords } from './page/records.js';
import { RESULTS } from './record.js';
import type { ScalingSide } from './scaling.js';

/** This file runs from dist/bench. */
const PICTURES = fileURLToPath(new URL('../../bench/pictures/', import.meta.url));
/** CSS pixels; a picture has as many. */
const WIDTH = 1200;

/** Parts of the report's page that would make the picture too high. */
const HIDDEN = ['contents', 'speed', 'weights', 'layers', 'settings', 'machine'];
/** Of the mistakes one row is enough. */
const REPORT_STYLE = `
${HIDDEN.map((id) => `#${id}`).join(', ')}, details { display: none; }
#outcome dl:not(.headline) { display: none; }
h2 { margin-top: 1.5rem; }
.gallery { max-height: 7.1rem; overflow: hidden; }
`;

/** The page of a run with fixed seeds: the digits of the package, the same bits on every machine. */
async function report(folder: string): Promise<string> {
  const run = join(folder, '784-100-10');
  await train({ run, seed: 1, reproducible: true, epochs: 20, lambda: 2 });
  return reportPage([run]);
}

/** What is shown of scaling: a network with little to share out, and one with much. */
const CURVES = [
  { network: 'N2b', gradient: 'partial' },
  { network: 'N3', gradient: 'owned' },
] as const;

/** The same chart as on the page of `nabla bench --html`, of measurements on record. */
function scaling(): string {
  const record = newestRecords(RESULTS).findLast(({ records }) => records.scaling !== undefined)?.records.scaling;
  if (!record) return endWith('bench/results/ has no record of bench:scaling.', 1);
  const { date, machine, results } = record;
  const charts = CURVES.map(({ network, gradient }) => {
    const { layers, batch } = NETWORKS.find(({ id }) => id === network) as (typeof NETWORKS)[number];
    const all = results.find((result) => result.network === network)?.sides ?? [];
    const sides = all.filter((side) => side.gradient === gradient && side.kernels !== 'blas' && side.workers <= machine.cores);
    return html`<figure><figcaption>${layers.join('-')}, mini-batch ${batch}, gradient ${gradient}</figcaption>${chartOf(sides, batch, network)}</figure>`;
  });
  return page({
    title: `Speed-up by workers on ${machine.cores} cores`,
    description: `Speed-up measured with up to ${machine.cores} workers.`,
    body: [html`<p>${machine.cpu}, Node ${machine.node}, ${date}: npm run bench:scaling</p>`, html`<div class="pair">${charts}</div>`],
    style: '.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } figure { margin: 0; } figcaption { margin-bottom: 0.5rem; }',
  });
}

function chartOf(sides: readonly ScalingSide[], batch: number, id: string): Markup {
  const points = sides.map(({ workers, speed, speedUp }): ScalingCurve['points'][number] => {
    const [samplesPerSecond, step] = [speed, (1e6 * batch) / speed.median];
    return { workers, batch, samplesPerSecond, speedUp, efficiency: speedUp.median / workers, step, time: [], imbalance: 0 };
  });
  const law = fitLaw(points.map(({ workers, speedUp }) => ({ workers, speedUp: speedUp.median })));
  return speedUpChart({ mode: 'strong', batch, points, law }, id);
}

/** A page as a picture, without the empty ground below it. */
async function photograph(name: string, content: string, folder: string, style = ''): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, content);
  await inBrowser({ width: WIDTH, colorScheme: 'light' }, async ({ page: tab, complaints }) => {
    await tab.goto(pathToFileURL(file).href);
    await tab.addStyleTag({ content: `main { padding-bottom: 1.5rem; }${style}` });
    const taken = PNG.sync.read(await tab.locator('main').screenshot());
    // Flat areas without filters: a sixth smaller than what Chromium writes.
    writeFileSync(join(PICTURES, `${name}.png`), PNG.sync.write(taken, { filterType: 0, deflateStrategy: 0, colorType: 2 }));
    if (complaints.length > 0) throw new Error(`${name}: ${complaints.join('; ')}`);
  });
  console.log(`bench/pictures/${name}.png`);
}

if (chromiumPath === undefined) endWith(NO_CHROMIUM, 1);
mkdirSync(PICTURES, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'nabla-pictures-'));
try {
  await photograph('report', await report(folder), folder, REPORT_STYLE);
  await photograph('scaling', scaling(), folder);
} finally {
  rmSync(folder, { recursive: true });
}
