// The page of an ensemble: what the average of its members comes to, beside what each of them does and their mean, their curves over one
// another, and the average's own confusions and mistakes. Made of the parts of a page of runs.

import { meanOf } from '../../experiments/members/mean.js';
import { nameOfPath } from '../../system/path-name.js';
import { count, plural } from '../../text.js';
import type { EnsembleReport } from '../data/ensemble-report.js';
import { cellsOf, comparedOf, gainTexts } from '../data/member-figures.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { page, table } from '../markup/page.js';
import { additionsPart } from './additions-part.js';
import { classScores } from './class-scores.js';
import { ALLOWS, MOST_RUNS, skipLink } from './run-page.js';
import { confusions, curves, mistakes, predictions, titled } from './run-parts.js';
import { RUN_STYLE } from './run-style.js';
import { configurationTable, machineTables } from './run-tables.js';

export function ensemblePage(report: EnsembleReport): string {
  const name = nameOfPath(report.path);
  const { members } = report;
  const runs = members.map(({ run }, k) => ({ ...run, name: `member ${k + 1}` }));
  const average = { ...report, name: 'the average' };
  const drawn = runs.slice(0, MOST_RUNS);
  const first = runs.slice(0, 1);
  const few =
    drawn.length < runs.length ? html`<p class="note">Of the first ${count(drawn.length)} of ${count(runs.length)} members.</p>\n` : NOTHING;
  const parts: [id: string, title: string, content: Markup][] = [
    ['outcome', '', outcome(report)],
    ['additions', 'What each member adds', additionsPart(report.additions ?? [])],
    ['curves', 'Learning curves of the members', html`${curves(drawn)}${few}`],
    ['figures', 'Figures beside the accuracy', report.assessed ? classScores(report.assessed, average.name, 'average') : NOTHING],
    ['confusions', 'Confusion matrix', confusions(average, 'average')],
    ['predictions', 'Predictions', predictions(average, 'average')],
    ['mistakes', 'Surest mistakes', mistakes(average)],
    report.copies
      ? ['settings', 'Settings of the members', html`${configurationTable(drawn)}${few}`]
      : ['settings', 'Settings of the first member; the others have the next seeds', configurationTable(first)],
    ['machine', 'Machine', machineTables(first)],
  ];
  const there = parts.filter(([, , { text }]) => text !== '');
  const sections = there.map(([id, title, content]) => html`<section id="${id}">${titled(title, content)}</section>\n`);
  return page({
    title: `Ensemble ${name}`,
    description: `${plural(members.length, 'network')} trained with nabla, and the average of their outputs: figures, curves, confusions.`,
    body: [skipLink(), html`<div id="report">\n${sections}</div>`],
    style: RUN_STYLE,
    allows: ALLOWS,
  });
}

/** The average's figures large, what it gains in a sentence, and all beside one another. */
function outcome({ members, average, copies, warnings, missing }: EnsembleReport): Markup {
  const figures = members.map((member) => member.figures);
  const mean = meanOf(figures);
  const compared = comparedOf([...figures, average]);
  const cells = cellsOf(compared, average);
  const gains = gainTexts(figures, mean, average);
  const rows = [
    ...members.map((member, k) => [`member ${k + 1}`, copies?.[k] ?? String(member.seed), ...cellsOf(compared, member.figures)]),
    ['mean of the members', '', ...cellsOf(compared, mean)],
    ['average of their outputs', '', ...cells],
  ];
  const doubts = warnings.map((text) => html`<div class="notice"><p>${text}</p></div>\n`);
  const left =
    missing.length === 0
      ? NOTHING
      : html`<div class="notice"><p>Not on this page:</p>\n<ul>${missing.map((why) => html`<li>${why}</li>`)}</ul></div>\n`;
  return html`<dl class="headline">
${compared.map(({ head }, k) => html`<div><dt>${head}, average of ${count(members.length)}</dt><dd>${cells[k]}</dd></div>\n`)}</dl>
${gains.map((text) => html`<p class="verdict">The average has ${text}.</p>\n`)}${doubts}${left}${table({
  caption: 'Members and their average',
  head: ['', copies ? 'run' : 'seed', ...compared.map(({ head }) => head)],
  rows,
})}`;
}
