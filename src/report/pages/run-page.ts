// Runs as one HTML file to open, mail or keep: curves, confusions, mistakes, weights, speeds of the layers, settings and machine.
// It loads nothing. The page of a run that is going on (live-page.ts) is made of the same parts.

import { resolve } from 'node:path';
import { checkList, checkOptions, checkPath, checkSignal } from '../../check.js';
import { isBadInput, wrongValue } from '../../errors.js';
import type { RunSummary } from '../../runs/list.js';
import { distinctNames } from '../data/run-names.js';
import { collectRun, REPORT_OPTIONS, type ReportOptions, type RunReport } from '../data/run-report.js';
import { html, type Markup } from '../markup/html.js';
import { page } from '../markup/page.js';
import { type PagePart, runParts } from './run-parts.js';
import { RUN_STYLE } from './run-style.js';

/** Runs beside one another; the lines of more could not be told apart. */
export const MOST_RUNS = 8;

/**
 * Reads what a page shows of each run, one after another.
 * @param folders of runs, each once and at most MOST_RUNS
 * @throws {TypeError | RangeError} for what is no list of such folders
 * @throws {NablaError} BAD_DATA where a folder holds no record of a run, or where the data that the options name cannot be used
 * @param onBad told of a run that cannot be read, which is then passed over; without it the error is thrown
 */
export async function collectRuns(
  folders: readonly string[],
  given: ReportOptions = {},
  onBad?: (run: string, error: Error) => void,
): Promise<RunReport[]> {
  const options = checkOptions(given, Object.keys(REPORT_OPTIONS));
  const runs = checkList('runs', folders, 'a list of folders');
  for (const run of runs) checkPath('runs', run, 'a folder');
  if (runs.length < 1 || runs.length > MOST_RUNS) throw wrongValue('runs', `1 to ${MOST_RUNS} folders`, runs.length);
  const twice = runs.find((run, i) => runs.slice(0, i).some((other) => resolve(other) === resolve(run)));
  if (twice !== undefined) throw wrongValue('runs', 'each folder once', `${twice} twice`);
  const reports: RunReport[] = [];
  for (const run of runs) {
    checkSignal(options.signal, `${run} was read`);
    try {
      reports.push(await collectRun(run, options));
    } catch (error) {
      if (!onBad || !isBadInput(error)) throw error;
      onBad(run, error);
    }
  }
  return reports;
}

/**
 * @param compared all runs of a comparison, where they are more than those whose curves and parts are shown
 */
export function runPage(runs: readonly RunReport[], compared: readonly RunSummary[] = []): string {
  return page({
    ...titles(runs.length > compared.length ? runs : compared),
    body: [skipLink(), html`<div id="report">\n${runParts(runs, compared).map(standing)}</div>`],
    style: RUN_STYLE,
    allows: ALLOWS,
  });
}

/** What a page of runs may load beside its styles: the pictures that it holds itself. */
export const ALLOWS = "img-src data:; base-uri 'none'; form-action 'none'";

export function titles(runs: readonly { readonly path: string }[]): { title: string; description: string } {
  const names = distinctNames(runs.map(({ path }) => path)).join(', ');
  return {
    title: runs.length === 1 ? `Run ${names}` : `${runs.length} runs beside one another`,
    description: `Learning curves, confusions, weights and settings of ${names}, trained with nabla.`,
  };
}

export function skipLink(): Markup {
  return html`<a class="skip" href="#curves">Skip to the curves</a>\n`;
}

/** The part with its element. */
export function standing({ id, tag, content }: PagePart): Markup {
  return tag === 'nav' ? html`<nav id="${id}" aria-label="Parts of this page">${content}</nav>\n` : html`<section id="${id}">${content}</section>\n`;
}
