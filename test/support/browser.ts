// A browser for tests: the Chromium that is installed on this machine, without a window and without a network of its own, closed
// whatever happens. It is not part of the project, so a test that needs it is skipped where it is missing.

import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { needs } from './needs.js';

/** Where Debian and others put it; NABLA_CHROMIUM names another place. */
const PLACES = [process.env.NABLA_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const chromiumPath: string | undefined = PLACES.find((path) => path !== undefined && existsSync(path));

export const NO_CHROMIUM = 'no Chromium (apt install chromium, or NABLA_CHROMIUM names one)';
export const NEEDS_CHROMIUM = needs(chromiumPath, NO_CHROMIUM);

/** Milliseconds for whatever a page is asked to do. */
const LIMIT = 20_000;

export interface Seen {
  readonly page: Page;
  /** What the page had to complain of: messages on its console, errors, requests that failed. */
  readonly complaints: string[];
}

/** How a page is looked at. */
export interface PageLook {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** For Chromium, where it is opened for this look alone. */
  readonly args?: readonly string[];
}

/** Opens a browser with one page, hands it to `use`, and closes the browser. */
export async function inBrowser<T>(look: PageLook, use: (seen: Seen) => Promise<T>): Promise<T> {
  const browser = await launched(look.args);
  try {
    return await inPage(browser, look, use);
  } finally {
    await browser.close();
  }
}

/** The same with one browser for all tests of the file that calls this: each has a page that shares nothing with the others. */
export function oneBrowser(): typeof inBrowser {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async (look, use) => {
    browser ??= launched();
    return inPage(await browser, look, use);
  };
}

/** Chromium's sandbox does not start for root, as whom containers run; the pages here are our own. */
const launched = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu', ...args], timeout: LIMIT });

async function inPage<T>(browser: Browser, look: PageLook, use: (seen: Seen) => Promise<T>): Promise<T> {
  const { width = 1200, height = 900, colorScheme = 'light' } = look;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  try {
    page.setDefaultTimeout(LIMIT);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // A page that is reloaded, or has heard the end, gives its connection up itself.
      if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
    });
    return await use({ page, complaints });
  } finally {
    await page.close();
  }
}

/** How far boxes may reach into one another, in pixels: boxes are taller than letters, so two lines of labels may share some of their height. */
const MAY_SHARE = { across: 1, down: 5 };

/** A piece of text where it is on a page. */
interface Placed {
  readonly says: string;
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** Which of some texts lie over one another. */
function overlaps(texts: readonly Placed[]): string[] {
  const shared = (a: Placed['box'], b: Placed['box']): boolean =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > MAY_SHARE.across &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > MAY_SHARE.down;
  return texts.flatMap((a, i) => texts.slice(i + 1).flatMap((b) => (shared(a.box, b.box) ? [`${a.says} over ${b.says}`] : [])));
}

/**
 * Texts that leave their drawing, or run into another one.
 * @param drawings a selector: of charts, whose texts are `text`, or of anything else with `text` of its own kind
 */
export async function textsAmiss(page: Page, drawings = 'svg[role="img"]'): Promise<string[]> {
  const charts = await page.locator(drawings).evaluateAll((found) =>
    found.map((chart) => ({
      frame: (chart.closest('.plot') ?? chart).getBoundingClientRect().toJSON() as Placed['box'],
      texts: [...chart.querySelectorAll('text')].map((text) => ({ says: text.textContent ?? '', box: text.getBoundingClientRect().toJSON() })),
    })),
  );
  return charts.flatMap(({ frame, texts }) => {
    const isOutside = ({ box }: Placed): boolean =>
      box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    return [...texts.filter(isOutside).map(({ says }) => `${says} outside`), ...overlaps(texts)];
  });
}

/** Texts of a page, not of its drawings, that lie over one another: each line of each piece of text that is to be seen, against all others. */
export async function textsOver(page: Page): Promise<string[]> {
  const lines = await page.evaluate(() => {
    const found: { says: string; box: Placed['box'] }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement as Element;
      const isSeen = parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!node.textContent?.trim() || !isSeen || parent.closest('svg, math, select, .unseen, style, script, noscript')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const says = node.textContent.trim().slice(0, 40);
      for (const box of range.getClientRects()) if (box.width > 0) found.push({ says, box: box.toJSON() });
    }
    return found;
  });
  return overlaps(lines);
}

/** What axe-core finds wrong with a page for those who cannot see it, or not well: each rule with where it is broken. */
export async function axeViolations(page: Page): Promise<string[]> {
  // As an expression, which a page's policy does not forbid.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as never as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
  });
}

/** What the Tab key does not reach, of all that can be used; and what it reaches without that being seen. */
export interface ByKeyboard {
  readonly unreached: readonly string[];
  readonly unmarked: readonly string[];
  /** How many things can be used, a group of radio buttons being one. */
  readonly count: number;
}

/** Goes through a page with the Tab key, from its beginning. */
export async function throughByTab(page: Page): Promise<ByKeyboard> {
  const usable = await page.evaluate(() => {
    const selector = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^="-"]), [contenteditable]';
    const all = [...document.querySelectorAll<HTMLInputElement>(selector)].filter(
      (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }),
    );
    const keys = new Map<string, Element>();
    // A group of radio buttons is one stop; the arrow keys go on within it.
    for (const one of all) keys.set(one.type === 'radio' ? `radio ${one.name}` : `${keys.size} ${one.outerHTML.slice(0, 90)}`, one);
    const key = (of: Element | null): string | undefined =>
      of instanceof HTMLInputElement && of.type === 'radio' ? `radio ${of.name}` : [...keys].find(([, one]) => one === of)?.[0];
    const reached = new Set<string>();
    const unmarked = new Set<string>();
    document.addEventListener('focusin', ({ target }) => {
      const found = key(target as Element);
      if (found === undefined) return;
      reached.add(found);
      // An input that is itself not to be seen is marked by what stands for it, beside it or around it.
      const one = target as HTMLElement;
      const standing = getComputedStyle(one).opacity === '0' ? [one.nextElementSibling, one.closest('label')] : [one];
      const marks = standing.map((element) => element && getComputedStyle(element).outlineStyle);
      if (marks.every((style) => !style || style === 'none')) unmarked.add(found);
    });
    (window as never as { walked: object }).walked = { keys: keys, reached, unmarked };
    (document.activeElement as HTMLElement | null)?.blur();
    return keys.size;
  });
  for (let k = 0; k < usable + 2; k++) await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const { keys, reached, unmarked } = (window as never as { walked: { keys: Map<string, Element>; reached: Set<string>; unmarked: Set<string> } })
      .walked;
    return { unreached: [...keys.keys()].filter((key) => !reached.has(key)), unmarked: [...unmarked], count: keys.size };
  });
}
