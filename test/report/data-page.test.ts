// A described data set as text for terminals of any width, and as a page, read as markup and in a browser.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pixelPainter } from '#src/cli/terminal.js';
import { type DataProfile, describeData } from '#src/index.js';
import { dataPage } from '#src/report/pages/data-page.js';
import { augmentedSheetText, contactSheetText } from '#src/report/terminal/contact-sheet.js';
import { dataText, sheetText } from '#src/report/terminal/data-table.js';
import { inBrowser, NEEDS_CHROMIUM } from '../support/browser.js';
import { readPng, unbalanced } from '../support/page-markup.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, rows: readonly (readonly unknown[])[]): string => {
  writeFileSync(join(folder, name), rows.map((row) => row.join(',')).join('\n'));
  return join(folder, name);
};

/** Every kind of column, a name as long as they come, text that would be markup, rows twice. */
const LONG = 'a_name_of_a_column_that_goes_on_and_on_without_a_place_to_break_it';
const ROWS = Array.from({ length: 60 }, (_, k) => [
  k * 1000.5,
  (k * 37) % 11,
  ['<b>bold</b>', 'x&y', 'z'][k % 3],
  k % 2 === 0,
  '2024-01-02',
  k % 4 ? `c${k % 4}` : '',
]);
const TABLE = [[LONG, 'n', 'word', 'flag', 'when', 'y'], ...ROWS, ROWS[5], ROWS[5]];
const WIDE = Array.from({ length: 30 }, (_, k) => [...Array.from({ length: 90 }, (_, i) => k * i), `class ${k % 26}`]);
const PIXELS = Array.from({ length: 40 }, (_, k) => [k % 4, ...Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 255 : k))]);

const profiles: Record<string, DataProfile> = {};
beforeAll(async () => {
  profiles.columns = await describeData(file('<people>.csv', TABLE), { target: 'y' });
  profiles.wide = await describeData(file('wide.csv', [[...Array.from({ length: 90 }, (_, i) => `v${i}`), 'class'], ...WIDE]));
  profiles.pictures = await describeData(file('pixels.csv', PIXELS), { target: 1 });
  profiles.augmented = await describeData(file('again.csv', PIXELS), { target: 1, augment: 'rotate:30 erase:0.5', seed: 3 });
  profiles.unknown = await describeData(
    file('unknown.csv', [
      ['a', 'b'],
      [1, 2],
      [3, 4],
    ]),
  );
});
const NAMES = ['columns', 'wide', 'pictures', 'augmented', 'unknown'];

describe('text', () => {
  it.each(NAMES.flatMap((name) => [60, 79, 120].map((width) => [name, width] as const)))('%s in %i columns: no line is longer', (name, width) => {
    const pictures = profiles[name].sheet ? contactSheetText(profiles[name].sheet, width) : [];
    const lines = dataText(profiles[name], { width, pictures, command: 'C' }).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/undefined|NaN|Infinity|\[object/);
  });

  it('has columns, classes with bars, rows that are the same, warnings, and what train would do', () => {
    const text = dataText(profiles.columns, { width: 110, command: 'nabla train it' });
    expect(text).toMatch(/^<people>\.csv: 62 rows, 6 columns; \d+ for training, \d+ for validation, \d+ for test, drawn by --seed$/m);
    expect(text).toMatch(/^n +numbers +11 +[▁-█ ]{12} +0 to 10, mean /m);
    expect(text).toMatch(/^when +dates +such as 2024-01-02$/m);
    expect(text).toMatch(/^c1 +\d+ +\d+ +\d+ +3\d\.\d % +█{20,}/m);
    expect(text).toMatch(/^same rows +2 rows repeat others: 1 set of rows with the same inputs, with the same answers/m);
    expect(text).toMatch(/^needed +--missing drop: rows have no 'y'/m);
    expect(text).toMatch(/^command +nabla train it$/m);
  });

  it('of many columns and classes has the first, and says how many more there are', () => {
    const text = dataText(profiles.wide, { width: 79, command: 'C' });
    expect(text).toContain('… and 68 more columns');
    expect(text).toContain('… and 6 more classes, of 1 to 2 rows');
  });

  it('has no letter of a file that steers a terminal', async () => {
    const path = file('steer.csv', [
      ['a\u001b[2J', 'y'],
      [1, 'x\u001b[31m'],
      [2, 'z\u009b1m'],
    ]);
    const text = dataText(await describeData(path, { target: 'y' }), { width: 79, command: 'C' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});

describe('pictures on a terminal', () => {
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 255 : 0));
  const sheet = { width: 8, height: 8, channels: 1, pictures: ['a', 'a', 'b'].map((label) => ({ label, pixels })) };

  it('are dots without colours: the left half is white', () => {
    expect(contactSheetText(sheet, 40)).toEqual(['a         a         b', ...new Array(4).fill('⣿⣿⣿⣿      ⣿⣿⣿⣿      ⣿⣿⣿⣿')]);
  });

  it.each([
    [{ COLORTERM: 'truecolor' }, '\x1b[38;2;255;255;255;48;2;255;255;255m▀\x1b[0m'],
    [{ TERM: 'xterm-256color' }, '\x1b[38;5;231;48;5;231m▀\x1b[0m'],
    [{ TERM: 'xterm' }, undefined],
    [{ COLORTERM: 'truecolor', NO_COLOR: '1' }, undefined],
    [{ COLORTERM: 'truecolor', TERM: 'dumb' }, undefined],
  ])('are half blocks in colours where there are some: %o', (environment, white) => {
    const paint = pixelPainter({ isTTY: true } as never, environment);
    expect(paint?.([255, 255, 255], [255, 255, 255])).toBe(white);
    if (paint) expect(contactSheetText(sheet, 40, paint)[1].slice(0, (white ?? '').length)).toBe(white);
    expect(pixelPainter({ isTTY: false } as never, environment)).toBeUndefined();
  });

  it('stand beside themselves as they are trained on, in as many epochs as there is room for', () => {
    const changed = [1, 2, 3].map((epoch) => pixels.map((level, i) => (i < 16 * epoch ? 0 : level)));
    const pictures = sheet.pictures.map((one, sample) => ({ ...one, sample, changed }));
    const augmented = { ...sheet, augment: 'erase:0.5', seed: 1, epochs: [1, 2, 3], pictures };
    const rows = (width: number): string[] => augmentedSheetText(augmented, width);
    expect(rows(40).slice(0, 6)).toEqual([
      'a         epoch 1   epoch 2   epoch 3',
      '⣿⣿⣿⣿',
      '⣿⣿⣿⣿      ⣿⣿⣿⣿',
      '⣿⣿⣿⣿      ⣿⣿⣿⣿      ⣿⣿⣿⣿',
      '⣿⣿⣿⣿      ⣿⣿⣿⣿      ⣿⣿⣿⣿      ⣿⣿⣿⣿',
      '',
    ]);
    const heads = (width: number): string[] => rows(width).filter((line) => /^[ab]/.test(line));
    expect(heads(37)).toEqual(['a', 'a', 'b'].map((label) => `${label}         epoch 1   epoch 2`));
    expect(heads(5)).toEqual(['a', 'a', 'b'].map((label) => `${label}      epoc…`));
    const many = Array.from({ length: 60 }, (_, k) => ({ ...pictures[0], label: `b${k % 20}` }));
    const labels = augmentedSheetText({ ...augmented, pictures: many }, 40).filter((line) => line.startsWith('b'));
    expect(labels.map((line) => line.split(' ')[0])).toEqual(Array.from({ length: 10 }, (_, k) => `b${k}`));
  });

  it('are printed alone, with what they show and the command', () => {
    const parts = { width: 60, pictures: ['PICTURES'], command: 'nabla train it' };
    expect(sheetText(profiles.augmented, parts).replaceAll('\n', ' ')).toMatch(
      /^again\.csv: 40 rows, 65 columns; .* Each training sample as it is, then as the first epochs of a run with seed 3 train on it: rotate:30 erase:0\.5 {2}PICTURES {2}command +nabla train it $/,
    );
    expect(sheetText(profiles.pictures, parts)).toMatch(/^pixels\.csv: [^\n]*\n[^\n]*\n\nPICTURES\n\ncommand +nabla train it\n$/);
  });

  it('are as many of each class as there is room for', () => {
    const many = { ...sheet, pictures: Array.from({ length: 100 }, (_, k) => ({ label: `c${Math.floor(k / 10)}`, pixels })) };
    const labels = contactSheetText(many, 58)
      .filter((line) => line.startsWith('c'))
      .flatMap((line) => line.split(/ +/));
    expect(labels).toEqual(Array.from({ length: 20 }, (_, k) => `c${Math.floor(k / 2)}`));
  });
});

describe('the page', () => {
  it.each(NAMES)('of %s is one file that loads and runs nothing, closes what it opens, and names no folder', (name) => {
    const page = dataPage(profiles[name], [`${name}.csv`]);
    expect(unbalanced(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<link|\son\w+=|src="(?!data:)|href="(?!#)/);
    expect(page).not.toContain(folder);
    expect(page.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/undefined|NaN|Infinity|\[object/);
  });

  it('has a histogram or bars for each column, and text as text', () => {
    const page = dataPage(profiles.columns, ['<people>.csv']);
    expect(page).not.toContain('<b>bold');
    expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect([...page.matchAll(/role="img"/g)].length).toBe(2);
    // Parts of a histogram that have rows are drawn, the fullest of them as high as the chart.
    const [, d] = /class="blue fill" d="([^"]*)"/.exec(page.slice(page.indexOf('column-1-title'))) as RegExpExecArray;
    const heights = [...d.matchAll(/v(-?[\d.]+)h/g)].map(([, height]) => -Number(height));
    const { histogram } = profiles.columns.columns[1].numbers!;
    expect(heights.map((height) => height > 0)).toEqual(histogram.map((n) => n > 0));
    expect(Math.max(...heights)).toBe(64);
    expect(page).toContain(`nabla train &#39;&lt;people&gt;.csv&#39; ${profiles.columns.train.options}`);
  });

  it('has pictures of each class, pixel by pixel', () => {
    const page = dataPage(profiles.pictures, ['pixels.csv']);
    const images = [...page.matchAll(/<img src="([^"]*)"/g)].map(([, url]) => readPng(url));
    expect(images.map(({ pixels }) => Uint8Array.from(pixels))).toEqual(profiles.pictures.sheet!.pictures.map(({ pixels }) => pixels));
  });

  it('has samples as they are and beside each as it is in some epochs', () => {
    const page = dataPage(profiles.augmented, ['again.csv']);
    const { pictures, epochs } = profiles.augmented.augmented!;
    const images = [...page.slice(page.indexOf('<section id="augmented">')).matchAll(/<img src="([^"]*)"[^>]*alt="([^"]*)"/g)];
    const expected = pictures.flatMap(({ label, pixels, changed }) => [
      { what: `a sample of ${label} as it is`, pixels },
      ...changed.map((one, k) => ({ what: `the same in epoch ${epochs[k]}`, pixels: one })),
    ]);
    expect(images.map(([, url, what]) => ({ what, pixels: Uint8Array.from(readPng(url).pixels) }))).toEqual(expected);
    expect(page).toContain('with seed 3 train on it: rotate:30 erase:0.5</p>');
    expect(page).toContain('nabla train again.csv --target 1 --augment &#39;rotate:30 erase:0.5&#39; --seed 3');
  });

  it('fits a telephone and a wide window, light and dark, without a complaint', NEEDS_CHROMIUM, () =>
    inBrowser({}, async ({ page, complaints }) => {
      for (const [name, width, colorScheme] of [
        ['columns', 380, 'dark'],
        ['augmented', 1280, 'light'],
        ['augmented', 380, 'light'],
        ['columns', 1280, 'dark'],
      ] as const) {
        const path = join(folder, `${name}.html`);
        writeFileSync(path, dataPage(profiles[name], [`${name}.csv`]));
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(pathToFileURL(path).href);
        await page.locator('details').evaluateAll((all) => {
          for (const details of all) (details as HTMLDetailsElement).open = true;
        });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        const broken = await page.locator('img').evaluateAll((all) => all.filter((image) => (image as HTMLImageElement).naturalWidth !== 8).length);
        expect(broken).toBe(0);
        const charts = await page.locator('.multiples > *').evaluateAll((all) => all.map((chart) => chart.getBoundingClientRect().width));
        expect(charts.length).toBeGreaterThan(2);
        expect(Math.min(...charts)).toBeGreaterThan(200);
      }
      expect(complaints).toEqual([]);
    }),
  );
});
