// The page of a search: the figures of a real search are on it, better stands higher for shares and for costs, runs that failed are shown,
// text of its folder is never markup, a search that has not ended has a page, and what is not nabla's is refused. In a browser nothing
// leaves the page.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '#src/experiments/search/journal.js';
import { type SearchResult, search, searchPage } from '#src/index.js';
import { inBrowser, NEEDS_CHROMIUM, textsAmiss } from '../support/browser.js';
import { inFolder, jsonLines, quickNabla } from '../support/command.js';
import { smallData } from '../support/insight-data.js';
import { curvesOf, unbalanced } from '../support/page-markup.js';
import { expectRefused, refusal } from '../support/refused.js';

const DATA = smallData({ count: 40, inputs: 5, classes: 2 });
const SPACE = { hidden: { each: [{ from: 2, to: 9 }] }, eta: { from: 0.01, to: 2, log: true }, optimiser: ['sgd', 'adam'] };

let folder: string;
let path: string;
let found: SearchResult;
let page: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
  path = join(folder, 'tried');
  found = await search({ data: DATA, space: SPACE, runs: 12, factor: 3, epochs: 9, folder: path, jobs: 1, workers: 1 });
  page = searchPage(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  readonly space?: object;
  readonly facts?: object;
  readonly entries: readonly Partial<Entry>[];
  readonly record?: object;
}

/** A folder as that of the search, with other things in it. */
function made(name: string, { space = { eta: { from: 0.001, to: 10, log: true } }, facts = {}, entries, record = {} }: Made): string {
  const at = join(folder, name);
  mkdirSync(at);
  const real = JSON.parse(readFileSync(join(path, 'search.json'), 'utf8'));
  const { end, ...rest } = real;
  const written = { ...rest, state: 'running', asked: { ...real.asked, space }, facts: { ...real.facts, ...facts }, ...record };
  writeFileSync(join(at, 'search.json'), JSON.stringify(written));
  writeFileSync(join(at, 'journal.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return at;
}

const costs = (validationCost: number) => ({ epochs: 4, trainingCost: validationCost, validationCost, validationAccuracy: null, weightsSha256: '' });
const REGRESSION = { by: 'validation cost', rungs: [{ runs: 6, epochs: 4 }], parameters: ['eta'] };
/** Five costs, the last run failed. */
const FIVE: Partial<Entry>[] = [
  ...[50, 0.02, 3, 700, 0.4].map((cost, trial) => ({ trial, rung: 0, upTo: 4, options: { eta: 10 ** (trial - 3) }, figures: costs(cost) })),
  {
    trial: 5,
    rung: 0,
    upTo: 4,
    options: { eta: 9 },
    failure: { code: 'DIVERGED', text: `run 6: Diverged in epoch 1: <b>"so"</b>. Try ${join('/secret', 'place')} --from x` },
  },
];

/** The body rows of the table of all runs, as texts. */
function rowsOf(text: string): string[][] {
  const [, table] = /<section id="table">.*?<tbody>(.*?)<\/tbody>/s.exec(text) as RegExpExecArray;
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell));
}

/** The heights at which the lines of the runs end, by the numbers of the runs. */
function endsOf(text: string): Record<string, number> {
  const ends = [...text.matchAll(/d="[^"]*L1000,([\d.]+)"><title>run (\d+)[,:]/g)];
  return Object.fromEntries(ends.map(([, y, number]) => [number, Number(y)]));
}

describe('the page of a search', () => {
  it('is one well-formed file that loads nothing and runs nothing', () => {
    expect(unbalanced(page)).toEqual([]);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|<link|@import|url\((?!#)|\son\w+=|NaN|undefined|Infinity|<img/,
    );
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...page.matchAll(/aria-labelledby="([^" ]+) ([^"]+)"|href="#([^"]+)"/g)].flatMap((m) => m.slice(1).filter(Boolean));
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
    expect(page).not.toContain(folder);
  });

  it('has every run in the order of the result, with its options and figures, and the best on top', () => {
    const percent = (share: number | null | undefined): string => `${(100 * (share as number)).toFixed(2)} %`;
    expect(rowsOf(page).map((row) => row.slice(0, 7))).toEqual(
      found.runs.map(({ number, validationAccuracy, options, rung, epochs }) => [
        ...[String(number), percent(validationAccuracy), String((options.hidden as number[])[0]), String(options.eta), String(options.optimiser)],
        ...[String(rung), String(epochs)],
      ]),
    );
    expect(found.runs.map(({ rung }) => rung)).toEqual([3, 2, 2, 2, ...Array(8).fill(1)]);
    expect(page).toContain(`<dt>validation accuracy of run ${found.best.number}</dt><dd>${percent(found.best.validationAccuracy)}</dd>`);
    expect(page).toContain(`<dt>on the test samples</dt><dd>${percent(found.test?.accuracy)}</dd>`);
    // 12 for one epoch, 4 of them for two more, one for six more.
    expect(page).toContain('<dt>epochs of them all</dt><dd>26</dd>');
  });

  it('has a line and a point for each run, one chart for each parameter, and what each explains', () => {
    expect(Object.keys(endsOf(page)).map(Number)).toEqual(found.runs.map(({ number }) => number).sort((a, b) => a - b));
    expect([...page.matchAll(/id="parameter-\d-title">([^<]+)/g)].map(([, title]) => title)).toEqual(
      ['hidden[0]', 'eta', 'optimiser'].map((key) => `validation accuracy by ${key}`),
    );
    expect(page.match(/class="spot"/g)?.length).toBe(3 * 12);
    for (const { parameter, share } of found.importance)
      expect(page).toMatch(new RegExp(`<span class="name">${parameter.replace(/[[\]]/g, '\\$&')}</span>.*?>${(100 * share).toFixed(0)} %`));
  });

  it('has the curves of the runs that are kept, as their metrics have them', () => {
    const best = curvesOf(page, 'curve-best');
    expect(best.map((points) => points.length)).toEqual([9, 3, 3, 3, 1, 1, 1, 1, 1, 1]);
    const bare = join(folder, 'bare');
    cpSync(path, bare, { recursive: true });
    rmSync(join(bare, 'trials'), { recursive: true });
    expect(searchPage(bare)).not.toContain('id="curves"');
  });

  it('says how the best is trained again, and its options', () => {
    expect(page).toContain('<code>nabla train --config tried/best.toml</code>');
    expect(page).toContain(`optimiser = &quot;${found.best.options.optimiser}&quot;`);
  });
});

describe('a search for numbers', () => {
  it('has the least cost highest and first, those that failed below all, and says why they did', () => {
    const text = searchPage(made('numbers', { facts: REGRESSION, entries: FIVE }));
    expect(rowsOf(text).map(([number]) => number)).toEqual(['2', '5', '3', '1', '4', '6']);
    expect(rowsOf(text).at(-1)?.slice(0, 3)).toEqual(['6', 'diverged', '9']);
    const ends = endsOf(text);
    const heights = [2, 5, 3, 1, 4, 6].map((number) => ends[number]);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(new Set(heights).size).toBe(6);
    expect(ends[6]).toBe(292);
    expect(text).toContain('<span>validation cost, less is better; the better the higher</span>');
    expect(text).toContain('Run 6: Diverged in epoch 1: &lt;b&gt;&quot;so&quot;&lt;/b&gt;.');
    expect(text).not.toMatch(/secret|--from/);
    expect(text).toContain('The search has not ended.');
    expect(text).not.toContain('id="again"');
  });

  it('places values on a logarithmic axis by their logarithms', () => {
    const text = searchPage(made('logarithms', { facts: REGRESSION, entries: FIVE }));
    // η of run 1 to 5: 0.001 to 10, a decade apart.
    const starts = [...text.matchAll(/d="M0,([\d.]+)L1000,[\d.]+"><title>run (\d)/g)].map(([, y, number]) => [Number(number), Number(y)]);
    expect(starts.filter(([number]) => number < 6).sort(([a], [b]) => a - b)).toEqual([1, 2, 3, 4, 5].map((n) => [n, 300 - 75 * (n - 1)]));
  });
});

describe('whatever its folder says', () => {
  const evil = '<script>alert(1)</script>"\'&';

  it('is text, never markup', () => {
    const options = { eta: evil };
    const text = searchPage(
      made('evil <i>name', {
        space: { eta: [evil, 1] },
        facts: { ...REGRESSION, data: evil, warnings: [evil] },
        entries: [
          { trial: 0, rung: 0, upTo: 4, options, figures: costs(1) },
          { trial: 1, rung: 0, upTo: 4, options: { eta: 1 }, figures: costs(2) },
          { trial: 2, rung: 0, upTo: 4, options, failure: { code: evil as never, text: evil } },
        ],
      }),
    );
    expect(text).not.toMatch(/<script|<i>name/);
    expect(text).toContain('Search evil &lt;i&gt;name');
    expect(unbalanced(text)).toEqual([]);
  });

  it('is shown as far as there is anything: nothing yet, one run, lines that are no lines', () => {
    expect(searchPage(made('nothing', { facts: REGRESSION, entries: [] }))).toContain('No run has come to a figure.');
    expect(rowsOf(searchPage(made('one', { facts: REGRESSION, entries: FIVE.slice(0, 1) })))).toHaveLength(1);
    const broken = made('broken', {
      facts: REGRESSION,
      entries: [...FIVE, { trial: 7, rung: 0 }, { trial: 8, rung: 0, upTo: 1, options: {}, figures: 3 as never }],
    });
    expect(searchPage(broken)).toContain('2 lines of the journal could not be read.');
    expect(unbalanced(searchPage(broken))).toEqual([]);
  });

  it('of 250 runs has 200 in the table and says how many more there are', () => {
    const entries = Array.from({ length: 250 }, (_, trial) => ({ ...FIVE[0], trial, figures: costs(1 + trial) }));
    const text = searchPage(made('many', { facts: REGRESSION, entries }));
    expect(rowsOf(text)).toHaveLength(200);
    expect(text).toContain('50 more are in the journal of the search.');
  });

  it.each<[string, object, object?]>([
    ['no facts', { facts: null }],
    ['an end that is none', { end: { seconds: 'long', jobs: 1 } }],
    ['another format', { format: 99 }],
    ['a figure of another kind', {}, { by: 'luck' }],
    ['rungs that are none', {}, { rungs: [null] }],
  ])('is refused where it has %s', async (name, record, facts = {}) => {
    const at = made(name, { facts: { ...REGRESSION, ...facts }, entries: FIVE, record });
    expect(await refusal(() => searchPage(at))).toMatch(
      /not what nabla wrote|expected a search of format 1, got 99|there is not in it what was looked for/,
    );
  });

  it('is refused where there is no search', async () => {
    expect(await refusal(() => searchPage(folder))).toMatch(/there is no search in this folder/);
  });
});

describe('the command line', () => {
  it('writes the page with --html at the end of a search, and with nabla report at any time', () =>
    inFolder(async (at) => {
      writeFileSync(join(at, 'rows.csv'), `a,b,kind\n${Array.from({ length: 60 }, (_, k) => `${k % 7},${k % 3},${k % 2 ? 'x' : 'y'}`).join('\n')}\n`);
      const args =
        'search rows.csv --target kind --hidden 3 --eta 0.1,0.5 --strategy grid --epochs 1 --jobs 1 --workers 1 --out tried --html page.html';
      const { code, stdout, stderr } = await quickNabla([...args.split(' '), '--format', 'json'], at);
      expect([code, stderr]).toEqual([0, '']);
      const [done, written] = jsonLines(stdout).slice(-2);
      expect([done.event, written.event, written.out]).toEqual(['searched', 'page', 'page.html']);
      const text = readFileSync(join(at, 'page.html'), 'utf8');
      expect(written.bytes).toBe(Buffer.byteLength(text));
      expect((await quickNabla(['report', 'tried'], at)).stdout).toMatch(/^tried\.html: 2 runs of a search, \d+ kB\n$/);
      expect(readFileSync(join(at, 'tried.html'), 'utf8')).toBe(text);
      await expectRefused(['report', 'tried', 'tried/trials/0001'], at, /expected one search by itself/);
      await expectRefused(['report', 'tried', '--data', 'mnist', '--out', 'x.html'], at, /data: expected none beside a search/);
      await expectRefused(['report', 'tried', '--out', 'none/x.html'], at, /out: expected a file in a folder that exists/);
    }));

  it('refuses a page that cannot be written before anything is trained', () =>
    inFolder((at) => expectRefused('search mnist --eta 0.1,0.5 --html none/x.html'.split(' '), at, /html: expected a file in a folder that exists/)));
});

/** Names and choices as long as they come, of eight parameters, and of each many. */
const WIDE = {
  hidden: { each: [[16, 32, 64], { from: 10, to: 500, log: true }, { from: 1, to: 3 }] },
  layers: [
    [5, 100, 100, 100, 2],
    [5, 30, 2],
    [5, 12345, 2],
  ],
  eta: { from: 1e-6, to: 10, log: true },
  activation: ['sigmoid', 'tanh', 'relu', 'leaky-relu', 'elu', 'gelu', 'softsign'],
  clipNorm: { from: 0.001, to: 0.002 },
  momentum: { from: 0, to: 0.2 },
};
const wideEntry = (trial: number): Partial<Entry> => ({
  ...{ trial, rung: trial % 2, upTo: 1 + 3 * (trial % 2) },
  options: {
    ...{ hidden: [16 * 2 ** (trial % 3), 10 + 24 * trial, 1 + (trial % 3)], layers: WIDE.layers[trial % 3], eta: 10 ** ((trial % 7) - 6) },
    ...{ activation: WIDE.activation[trial % 7], 'clip-norm': 0.001 + trial / 2e4, momentum: trial / 100 },
  },
  ...(trial === 7
    ? { failure: { code: 'DIVERGED', text: 'Diverged.' } }
    : { figures: { ...costs(1), validationAccuracy: 0.999 - trial ** 2 / 400 } }),
});

describe('in a browser', NEEDS_CHROMIUM, () => {
  it('keeps within the page, and no text of a chart leaves the drawing or runs into another', { tags: ['longer'] }, async () => {
    const rungs = [
      { runs: 20, epochs: 1 },
      { runs: 10, epochs: 4 },
    ];
    const wide = searchPage(made('wide', { space: WIDE, facts: { rungs }, entries: Array.from({ length: 20 }, (_, k) => wideEntry(k)) }));
    await inBrowser({ width: 380, colorScheme: 'dark' }, async ({ page: tab, complaints }) => {
      for (const text of [page, wide]) {
        const file = join(folder, 'page.html');
        writeFileSync(file, text);
        await tab.goto(pathToFileURL(file).href);
        expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
        expect(await textsAmiss(tab)).toEqual([]);
      }
      expect(complaints).toEqual([]);
    });
  });
});
