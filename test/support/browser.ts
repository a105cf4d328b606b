// A browser for tests: the Chromium that is installed on this machine, without a window and without a network of its own, closed
// whatever happens. It is not part of the project, so a test that needs it is skipped where it is missing.

import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
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

/** Opens a browser with one page, hands it to `use`, and closes the browser. */
export async function inBrowser<T>(
  options: { width?: number; height?: number; colorScheme?: 'light' | 'dark' },
  use: (seen: Seen) => Promise<T>,
): Promise<T> {
  const { width = 1200, height = 900, colorScheme = 'light' } = options;
  // Chromium's sandbox does not start for root, as whom containers run; the pages here are our own.
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'], timeout: LIMIT });
  try {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
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
    await browser.close();
  }
}
