// Runs as one HTML file to open, mail or keep: curves, confusions, mistakes, weights, speeds of the layers, settings and machine.
// It loads nothing. The page of a run that is going on (live-page.ts) is made of the same parts.

import { resolve } from 'node:path';
import { checkList, checkOptions, checkPath, checkSignal } from '../../check.js';
import { isBadInput, wrongValue } from '../../errors.js';
import { byOutcome } from '../../runs/grade.js';
import { type RunSummary, summaryOf } from '../../runs/list.js';
import { count, fixed, noun, plural } from '../../text.js';
import { classTable, commonest, confusionMap, confusionTable } from '../charts/confusion-map.js';
import { digits, fitCharts, fitTables } from '../charts/fit-charts.js';
import { layerSpeeds } from '../charts/layer-speeds.js';
import { epochTable, FEW_RUNS, learningCurves, throughputCurve } from '../charts/learning-curves.js';
import { mistakeGallery, mistakeTable } from '../charts/mistake-gallery.js';
import { phaseChart } from '../charts/phase-chart.js';
import { weightPictures } from '../charts/weight-pictures.js';
import { distinctNames } from '../data/run-names.js';
import { collectRun, REPORT_OPTIONS, type ReportOptions, type RunReport } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { page } from '../markup/page.js';
import { type ComparedRun, comparison } from './comparison.js';
import { headline } from './headline.js';
import { RUN_STYLE } from './run-style.js';
import { configurationTable, machineTables, type NamedRun, summary } from './run-tables.js';
import { verdict } from './verdict.js';

/** Runs beside one another; the lines of more could not be told apart. */
export const MOST_RUNS = 8;

/** A piece of the page that stands and is replaced by itself. */
export interface PagePart {
  /** Unique on the page. */
  readonly id: string;
  readonly tag: 'nav' | 'section';
  readonly content: Markup;
}

/**
 * The page of one run, or of several over one another: one self-contained HTML file.
 * @param runs folders of runs, each once and at most MOST_RUNS
 * @throws {TypeError | RangeError} for what is no list of such folders
 * @throws {NablaError} BAD_DATA where a folder holds no record of a run, or where the data that the options name cannot be used
 */
export async function reportPage(runs: readonly string[], options: ReportOptions = {}): Promise<string> {
  return runPage(await collectRuns(runs, options));
}

/**
 * Reads what a page shows of each run, one after another.
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

/** All parts of which there is something to show; of several runs what they differ in and the curves, and the rest folded away. */
export function runParts(reports: readonly RunReport[], compared: readonly RunSummary[] = []): PagePart[] {
  const isOne = Math.max(reports.length, compared.length) === 1;
  const all = isOne ? [] : comparedRuns(reports, compared);
  const runs = isOne ? named(reports) : all.flatMap(({ name, path }) => reports.filter((run) => run.path === path).map((run) => ({ ...run, name })));
  const drawn = runs.filter(({ epochs }) => epochs.length > 0).map(({ name }) => name);
  const parts: [id: string, title: string, content: Markup][] = [
    ['outcome', isOne ? '' : 'Outcome', html`${isOne ? html`${headline(runs[0])}${summary(runs)}` : comparison(all, drawn)}${leftOut(runs)}`],
    ['curves', 'Learning curves', curves(runs)],
    ['runs', 'What came of each run', isOne ? NOTHING : html`${verdicts(runs)}${summary(runs)}`],
    ['epochs', 'Figures of the epochs', isOne ? NOTHING : each(runs, epochFigures)],
    ['speed', 'Speed', speed(runs)],
    ['confusions', 'Confusion matrix', each(runs, confusions)],
    ['predictions', 'Predictions', each(runs, predictions)],
    ['mistakes', 'Surest mistakes', each(runs, mistakes)],
    ['weights', 'Weights of the first layer', each(runs, ({ firstLayer }) => (firstLayer ? weightPictures(firstLayer) : NOTHING))],
    ['layers', 'How fast each layer learns', layers(runs)],
    ['settings', 'Settings', configurationTable(runs)],
    ['machine', 'Machine', machineTables(runs)],
  ];
  const there = parts.filter(([, , { text }]) => text !== '');
  const links = html`<ul>${there.slice(1).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`;
  const open = ['outcome', 'curves'];
  const [outcome, ...rest] = there.map(([id, title, content]): PagePart => {
    if (!isOne && !open.includes(id))
      return { id, tag: 'section', content: html`<details class="fold"><summary><h2>${title}</h2></summary>\n${content}</details>\n` };
    return { id, tag: 'section', content: html`${title === '' || id === 'outcome' ? NOTHING : html`<h2>${title}</h2>\n`}${content}` };
  });
  return [outcome, { id: 'contents', tag: 'nav', content: links }, ...rest];
}

/** Under names that tell them apart. */
function named<R extends { readonly path: string }>(runs: readonly R[]): (R & { name: string })[] {
  const names = distinctNames(runs.map(({ path }) => path));
  return runs.map((run, k) => ({ ...run, name: names[k] }));
}

/** The runs of the table, the best first, with names that tell them apart. */
function comparedRuns(reports: readonly RunReport[], compared: readonly RunSummary[]): ComparedRun[] {
  const of = new Map(reports.map((run) => [run.path, run]));
  const runs = byOutcome(compared.length > 0 ? compared : reports.map(summaryOf));
  return named(runs).map((run) => {
    const { assessed } = of.get(run.path) ?? {};
    return { ...run, ...(assessed?.split === 'test' && { tested: assessed.samples }) };
  });
}

/** What happened in each run, in a sentence or two. */
function verdicts(runs: readonly NamedRun[]): Markup {
  return html`<ul>${runs.map((run) => html`<li><strong>${run.name}</strong>: ${verdict(run)}</li>\n`)}</ul>\n`;
}

/** One run's content as it is, that of several under their names. */
function each(runs: readonly NamedRun[], content: (run: NamedRun, id: string) => Markup): Markup {
  const pieces = runs.map((run, i) => ({ run, piece: content(run, `run-${i + 1}`) })).filter(({ piece }) => piece.text !== '');
  return html`${pieces.map(({ run, piece }) => (runs.length === 1 ? piece : html`<h3>${run.name}</h3>\n${piece}`))}`;
}

function leftOut(runs: readonly NamedRun[]): Markup {
  const sentences = runs.flatMap(({ name, missing }) => missing.map((why) => (runs.length === 1 ? why : `${name}: ${why}`)));
  if (sentences.length === 0) return NOTHING;
  return html`<div class="notice"><p>Not on this page:</p>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>
`;
}

const MOMENTS =
  'A training figure is a mean over an epoch, of each sample at the moment it was trained on, while the network still changes; validation and test are measured after the epoch.';

function curves(runs: readonly NamedRun[]): Markup {
  const trained = planned(runs).filter(({ epochs }) => epochs.length > 0);
  if (trained.length === 0) return html`<p>No epoch has ended yet.</p>\n`;
  const [only] = trained;
  const table =
    runs.length > 1
      ? NOTHING
      : html`<details><summary>Figures of ${count(only.epochs.length)} ${noun(only.epochs.length, 'epoch')}</summary>${epochTable(only)}</details>\n`;
  return html`${learningCurves(trained, 'curve')}${runs.length > FEW_RUNS ? NOTHING : html`<p class="note">${MOMENTS}</p>\n`}${table}`;
}

function epochFigures(run: NamedRun): Markup {
  return run.epochs.length === 0 ? NOTHING : epochTable(run);
}

function speed(runs: readonly NamedRun[]): Markup {
  const trained = planned(runs).filter(({ epochs }) => epochs.length > 0);
  if (trained.length === 0) return NOTHING;
  const phases = each(runs, ({ name, epochs }, id) => phaseChart(name, epochs, `${id}-phases`));
  const rates = throughputCurve(trained, 'throughput');
  if (runs.length > 1) return html`<div class="charts">${rates}</div>\n${phases}`;
  return rates.text + phases.text === '' ? NOTHING : html`<div class="charts">${rates}${phases}</div>\n`;
}

/** Runs that go on have axes up to their planned ends. */
function planned(runs: readonly NamedRun[]): (NamedRun & { until?: number })[] {
  return runs.map((run) => ({ ...run, until: run.goingOn?.epochs }));
}

function confusions({ assessed, name }: NamedRun, id: string): Markup {
  if (!assessed) return NOTHING;
  const { split, data, samples, correct } = assessed;
  const on = `${split} data of ${data}`;
  const of = `${name}, ${on}`;
  const most = commonest(assessed);
  return html`<p>${count(correct)} of ${count(samples)} samples right, on the ${on}.</p>
<div class="beside">${confusionMap(assessed, of, `${id}-confusion`)}
<div><p>${most.length === 0 ? 'No sample was taken for another class.' : 'The commonest confusions:'}</p><ol>${most.map((text) => html`<li>${text}</li>`)}</ol></div></div>
<details><summary>Figures of the classes</summary>${classTable(assessed, of)}${confusionTable(assessed, of)}</details>
`;
}

/** What was predicted for targets that are numbers. */
function predictions({ regression, name }: NamedRun, id: string): Markup {
  if (!regression) return NOTHING;
  const { split, data, samples, r2, rmse, mae } = regression;
  const figures = [...(r2 === null ? [] : [`R² ${fixed(r2, 4)}`]), `RMSE ${digits(rmse)}`, `MAE ${digits(mae)}`].join(', ');
  return html`<p>${figures}, on the ${split} data of ${data}, ${plural(samples, 'sample')}.</p>
${fitCharts(regression, name, id)}<details><summary>Figures of the predictions</summary>${fitTables(regression, name)}</details>
`;
}

function mistakes({ assessed, name }: NamedRun): Markup {
  if (!assessed) return NOTHING;
  const wrong = assessed.samples - assessed.correct;
  const table =
    assessed.pictures.length === 0 ? NOTHING : html`<details><summary>Figures of the mistakes</summary>${mistakeTable(assessed, name)}</details>\n`;
  const shown = `${count(assessed.mistakes.length)} of ${count(wrong)} mistakes, those with the largest outputs for the wrong class first. Below each picture: its class, what the network named, and the output for that.`;
  return html`${wrong === 0 ? NOTHING : html`<p>${shown}</p>\n`}${mistakeGallery(assessed, name)}${table}`;
}

function layers(runs: readonly NamedRun[]): Markup {
  const content = each(runs, (run, id) => layerSpeeds(run, run.name, `${id}-layers`));
  if (content.text === '') return NOTHING;
  return html`<p>‖∂C/∂b‖ of a layer, the book's measure of its speed (chapter 5).</p>\n${content}`;
}
