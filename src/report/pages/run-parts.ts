// The parts of a page of runs: of one run its headline and all there is of it; of several what they differ in and their curves, and
// the rest folded away. A page that is written (run-page.ts) and one of a run that goes on (live-page.ts) are made of them.

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
import { outcomeOf } from '../data/run-outcome.js';
import type { RunReport } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { classScores } from './class-scores.js';
import { type ComparedRun, comparison } from './comparison.js';
import { headline } from './headline.js';
import { configurationTable, machineTables, type NamedRun, summary } from './run-tables.js';
import { verdict } from './verdict.js';

/** A piece of the page that stands and is replaced by itself. */
export interface PagePart {
  /** Unique on the page. */
  readonly id: string;
  readonly tag: 'nav' | 'section';
  readonly content: Markup;
}

/** What a model comes to on the samples of a split. */
type NamedModel = Pick<NamedRun, 'assessed' | 'regression' | 'name'>;

/** All parts of which there is something to show; of several runs what they differ in and the curves, and the rest folded away. */
export function runParts(reports: readonly RunReport[], compared: readonly RunSummary[] = []): PagePart[] {
  const isOne = Math.max(reports.length, compared.length) === 1;
  const all = isOne ? [] : comparedRuns(reports, compared);
  const runs = isOne ? named(reports) : all.flatMap(({ name, path }) => reports.filter((run) => run.path === path).map((run) => ({ ...run, name })));
  const drawn = isOne ? runs : drawnOf(runs);
  const parts: [id: string, title: string, content: Markup][] = [
    [
      'outcome',
      '',
      isOne
        ? html`${headline(runs[0])}${summary(runs)}${leftOut(runs)}`
        : comparison(
            all,
            drawn.map(({ name }) => name),
          ),
    ],
    ['curves', 'Learning curves', curves(drawn)],
    ['runs', 'What came of each run', isOne ? NOTHING : html`${verdicts(runs)}${leftOut(runs)}${summary(runs)}`],
    ['epochs', 'Figures of the epochs', isOne ? NOTHING : each(runs, epochFigures)],
    ['speed', 'Speed', speed(runs, drawn)],
    ['figures', 'Figures beside the accuracy', each(runs, ({ assessed, name }, id) => (assessed ? classScores(assessed, name, id) : NOTHING))],
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
  const isFolded = (id: string): boolean => !isOne && !OPEN.includes(id);
  const [outcome, ...rest] = there.map(
    ([id, title, content]): PagePart => ({ id, tag: 'section', content: isFolded(id) ? folded(title, content) : titled(title, content) }),
  );
  return [outcome, { id: 'contents', tag: 'nav', content: links }, ...rest];
}

/** Parts of the page of several runs that are not folded away. */
const OPEN = ['outcome', 'curves'];

export function titled(title: string, content: Markup): Markup {
  return html`${title === '' ? NOTHING : html`<h2>${title}</h2>\n`}${content}`;
}

function folded(title: string, content: Markup): Markup {
  return html`<details class="fold"><summary><h2>${title}</h2></summary>\n${content}</details>\n`;
}

/** Those of several runs that have curves; one that has learnt nothing would only squeeze those of the others. */
function drawnOf(runs: readonly NamedRun[]): readonly NamedRun[] {
  const trained = runs.filter(({ epochs }) => epochs.length > 0);
  const learnt = trained.filter((run) => outcomeOf(run).nothingLearnt === undefined);
  return learnt.length > 0 ? learnt : trained;
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

/** @param runs those that are drawn */
export function curves(runs: readonly NamedRun[]): Markup {
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

function speed(runs: readonly NamedRun[], drawn: readonly NamedRun[]): Markup {
  const trained = planned(drawn).filter(({ epochs }) => epochs.length > 0);
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

export function confusions({ assessed, name }: NamedModel, id: string): Markup {
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
export function predictions({ regression, name }: NamedModel, id: string): Markup {
  if (!regression) return NOTHING;
  const { split, data, samples, r2, rmse, mae } = regression;
  const figures = [...(r2 === null ? [] : [`R² ${fixed(r2, 4)}`]), `RMSE ${digits(rmse)}`, `MAE ${digits(mae)}`].join(', ');
  return html`<p>${figures}, on the ${split} data of ${data}, ${plural(samples, 'sample')}.</p>
${fitCharts(regression, name, id)}<details><summary>Figures of the predictions</summary>${fitTables(regression, name)}</details>
`;
}

export function mistakes({ assessed, name }: NamedModel): Markup {
  if (!assessed) return NOTHING;
  const wrong = assessed.samples - assessed.correct;
  const table =
    assessed.pictures.length === 0 ? NOTHING : html`<details><summary>Figures of the mistakes</summary>${mistakeTable(assessed, name)}</details>\n`;
  const shown = `${count(assessed.mistakes.length)} of ${count(wrong)} mistakes, those with the largest outputs for the wrong class first.${assessed.pictures.length === 0 ? '' : ' Below each picture: its class, what the network named, and the output for that.'}`;
  return html`${wrong === 0 ? NOTHING : html`<p>${shown}</p>\n`}${mistakeGallery(assessed, name)}${table}`;
}

function layers(runs: readonly NamedRun[]): Markup {
  const content = each(runs, (run, id) => layerSpeeds(run, run.name, `${id}-layers`));
  if (content.text === '') return NOTHING;
  return html`<p>‖∂C/∂b‖ of a layer, the book's measure of its speed (chapter 5).</p>\n${content}`;
}
