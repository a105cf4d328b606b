// A search as one HTML file to open, mail or keep: the best options and what they reach, all runs over all parameters, what each parameter
// explains, how the best learned, and every run with its figures. It loads nothing and runs no script.

import type { SearchRun } from '../../experiments/search/events.js';
import { figureAt } from '../../options/figure.js';
import { shellPath } from '../../system/shell-word.js';
import { count, duration, fixed, listed, percent, plural } from '../../text.js';
import { bars } from '../charts/bars.js';
import { lineChart } from '../charts/line-chart.js';
import { lookOf } from '../charts/looks.js';
import { parallelCoordinates } from '../charts/parallel-coordinates.js';
import { parameterCharts } from '../charts/parameter-charts.js';
import { collectSearch, keysOf, type SearchReport } from '../data/search-report.js';
import { judgedBy, judgedText, testFigureText, valuesOf } from '../data/search-words.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { facts as factList, page, table } from '../markup/page.js';
import { costText } from '../words.js';
import { RUN_STYLE } from './run-style.js';

/** Rows of the table of all runs. */
const MOST_ROWS = 200;
/** Runs that have failed whose reasons are told. */
const MOST_REASONS = 20;

const STYLE = `${RUN_STYLE}
.wide .plot { min-width: var(--least); }
.multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 0.5rem 2rem; margin: 0.5rem 0; }
.multiples > * { min-width: 0; }
.multiples > figure:only-child { max-width: 40rem; }
.bars .neutral { --series: var(--soft); }
svg .faint { stroke-width: 1.25; stroke-opacity: 0.5; }
svg .first { stroke-width: 3.5; }
svg .spot { fill-opacity: 0.85; }
pre { overflow-x: auto; background: var(--band); padding: 0.6rem 0.8rem; margin: 0.75rem 0; }
pre code { font: 0.9rem ui-monospace, monospace; }
`;

/**
 * The page of a search, whether it has ended or not.
 * @param folder of the search
 * @throws {NablaError} BAD_DATA where there is no search in the folder, or what is there is not nabla's
 */
export function searchPage(folder: string): string {
  return searchPageOf(collectSearch(folder));
}

export function searchPageOf(report: SearchReport): string {
  const { name, runs } = report;
  const parts: [id: string, title: string, content: Markup][] = [
    ['runs', 'All runs', parallelCoordinates(report, 'parallel')],
    ['parameters', 'Each parameter', parameterCharts(report, 'parameter')],
    ['importance', 'What the parameters explain', importance(report)],
    ['curves', 'How the best learned', curves(report)],
    ['again', 'Train the best again', again(report)],
    ['table', 'Every run', runs.length === 0 ? NOTHING : html`${everyRun(report)}${failures(report)}`],
    ['search', 'The search', about(report)],
  ];
  const there = parts.filter(([, , { text }]) => text !== '');
  return page({
    title: `Search ${name}`,
    description: `Settings that were tried on ${report.facts.data}, and what came of them, searched with nabla.`,
    body: [
      html`<a class="skip" href="#table">Skip to the table of all runs</a>\n<section id="outcome">${headline(report)}</section>\n`,
      html`<nav aria-label="Parts of this page"><ul>${there.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>\n`,
      ...there.map(([id, title, content]) => html`<section id="${id}"><h2>${title}</h2>\n${content}</section>\n`),
    ],
    style: STYLE,
    allows: "base-uri 'none'; form-action 'none'",
  });
}

const valuesText = ({ parameters }: SearchReport, { options }: SearchRun): string =>
  listed(Object.entries(valuesOf(options, keysOf(parameters))).map(([name, value]) => `${name} ${value}`));

function headline(report: SearchReport): Markup {
  const { runs, facts, end, epochs } = report;
  const best = bestOf(report);
  const large: [string, string][] = [
    ...(best ? [[judgedText(best, facts.by), `${facts.by} of run ${best.number}`] satisfies [string, string]] : []),
    ...(end?.test ? [[testFigureText(end.test), 'on the test samples'] satisfies [string, string]] : []),
    [count(runs.length), 'runs'],
    [count(epochs), 'epochs of them all'],
  ];
  return html`<dl class="headline">
${large.map(([figure, name]) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>\n`)}</dl>
<p class="verdict">${verdict(report, best).join(' ')}</p>
`;
}

const bestOf = ({ runs: [first], facts }: SearchReport): SearchRun | undefined =>
  first && judgedBy(first, facts.by) !== undefined ? first : undefined;

function verdict(report: SearchReport, best: SearchRun | undefined): string[] {
  const { runs, facts, end } = report;
  const failed = runs.filter((run) => judgedBy(run, facts.by) === undefined).length;
  return [
    best ? `The best of ${plural(runs.length, 'run')} by ${facts.by} has ${valuesText(report, best)}.` : 'No run has come to a figure.',
    ...(end?.test
      ? [`The ${count(end.test.samples)} test samples were looked at once, by the best alone: that figure is the one to quote.`]
      : best
        ? ['The figure of the best of many is a little too good: it was chosen by it.']
        : []),
    ...(failed > 0 ? [`${failed === 1 ? 'One run' : `${count(failed)} runs`} failed, and ${failed === 1 ? 'stands' : 'stand'} last.`] : []),
    ...(end ? [] : ['The search has not ended.']),
  ];
}

function importance({ importance: found, runs, parameters }: SearchReport): Markup {
  if (found.length === 0)
    return runs.length === 0 ? NOTHING : html`<p>Nothing that could be told from chance: the runs are too few, or all came to the same.</p>\n`;
  const untold = keysOf(parameters).filter((key) => !found.some(({ parameter }) => parameter === key));
  const rows = found.map(({ parameter, share, chance }) => ({
    name: parameter,
    colour: share > chance ? 'blue' : 'neutral',
    value: share,
    text: share > chance ? percent(share, 0) : `${percent(share, 0)}, chance`,
  }));
  return html`${bars('What each parameter explains', rows, { most: 1, unit: 'of the variance of the runs’ places in their order' })}
<p class="note">The correlation ratio ε² over groups of like values, of all runs at the end of the first rung, those that failed last; corrected for what chance alone would give it. Grey, and called chance, is what no more than one in twenty parameters without any effect would pass: ${listed(found.map(({ parameter, chance }) => `${percent(chance, 0)} for ${parameter}`))}. What parameters do only together is not in it, and it holds for the ranges that were looked in.${untold.length === 0 ? '' : ` Of ${listed(untold)} there are too few runs for each value.`}</p>
`;
}

function curves({ curves: shown, facts: { by } }: SearchReport): Markup {
  if (shown.every(({ epochs }) => epochs.length < 2)) return NOTHING;
  const isShare = by === 'validation accuracy';
  const chart = lineChart({
    id: 'curve-best',
    title: `${by[0].toUpperCase()}${by.slice(1)} by epoch`,
    series: shown.map(({ number, epochs }, k) => ({
      name: `run ${number}`,
      look: lookOf(k),
      points: epochs.map((epoch) => {
        const value = figureAt(by, epoch);
        return [epoch.epoch, Number.isFinite(value) ? (isShare ? 100 * value : value) : null];
      }),
    })),
    x: 'epoch',
    ...(isShare && { unit: '%', most: 100 }),
    scale: isShare ? 'near' : 'log',
    show: isShare ? (value) => fixed(value, 2) : costText,
  });
  return html`<p>${plural(shown.length, 'run')}, the best first, whose folders are kept.</p>\n<div class="curves">${chart}</div>\n`;
}

function again({ name, bestOptions }: SearchReport): Markup {
  if (bestOptions === undefined) return NOTHING;
  return html`<p>In the folder above that of the search, on the same samples:</p>
<pre tabindex="0"><code>nabla train --config ${shellPath(`${name}/best.toml`)}</code></pre>
<details><summary>best.toml, with the names of files without their folders</summary>
<pre tabindex="0"><code>${bestOptions}</code></pre>
</details>
`;
}

function everyRun(report: SearchReport): Markup {
  const { runs, parameters, facts } = report;
  const keys = keysOf(parameters);
  const shown = runs.slice(0, MOST_ROWS);
  const cost = (value: number | null | undefined): string => (typeof value === 'number' ? costText(value) : '–');
  const hasCost = facts.by !== 'validation cost';
  const more = runs.length - shown.length;
  return html`${table({
    caption: `${more === 0 ? plural(runs.length, 'run') : `The first ${shown.length} of ${count(runs.length)} runs`}, the best first; those of later rungs, which were trained for longer, before those of earlier ones`,
    head: ['run', facts.by, ...keys, 'rung', 'epochs', ...(hasCost ? ['validation cost'] : []), 'training cost'],
    rows: shown.map((run) => {
      const values = valuesOf(run.options, keys);
      return [
        String(run.number),
        judgedText(run, facts.by),
        ...keys.map((key) => values[key]),
        String(run.rung),
        run.failure || run.epochs === undefined ? '–' : String(run.epochs),
        ...(hasCost ? [cost(run.validationCost)] : []),
        cost(run.trainingCost),
      ];
    }),
  })}${more === 0 ? NOTHING : html`<p class="note">${count(more)} more are in the journal of the search.</p>\n`}`;
}

/** Why runs failed. */
function failures({ runs }: SearchReport): Markup {
  const failed = runs.flatMap(({ number, failure }) => (failure ? [{ number, text: failure.text }] : []));
  if (failed.length === 0) return NOTHING;
  const shown = failed.slice(0, MOST_REASONS);
  return html`<details><summary>Why ${plural(failed.length, 'run')} failed</summary>
<ul>
${shown.map(({ number, text }) => html`<li>${`Run ${number}: ${text}`}</li>\n`)}</ul>
${failed.length > shown.length ? html`<p>And ${count(failed.length - shown.length)} more.</p>\n` : NOTHING}</details>
`;
}

function about({ facts, end, missing }: SearchReport): Markup {
  const { strategy, rungs, seed, by, data, samples, warnings } = facts;
  const plan = rungs.map(({ runs, epochs }) => `${plural(runs, 'run')} for ${plural(epochs, 'epoch')}`).join(', ');
  const notes = [...warnings, ...missing];
  return html`${factList([
    ['strategy', `${strategy}: ${plan}`],
    ['seed', String(seed)],
    ['judged by', by],
    ['data', data],
    ['samples', `${count(samples[0])} for training, ${count(samples[1])} for validation, ${count(samples[2])} for the test`],
    ...(end ? [['time', `${duration(end.seconds)}, ${plural(end.jobs, 'run')} at a time`] as const] : []),
  ])}${notes.length === 0 ? NOTHING : html`<ul>${notes.map((text) => html`<li>${text}</li>\n`)}</ul>\n`}`;
}
