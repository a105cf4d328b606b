// A data set as a page: what it has, what is odd, what training would make of it, each column with its histogram, the classes in each
// part, some pictures. One HTML file that loads nothing and runs no script.

import { SPLITS } from '../../data/dataset.js';
import type { AugmentedSheet, ClassBalance, DataProfile } from '../../profile/data-profile.js';
import { withoutFolders } from '../../system/path-name.js';
import { shellPath } from '../../system/shell-word.js';
import { count, noun, percent, plural } from '../../text.js';
import { bars } from '../charts/bars.js';
import { columnChart, valuesText } from '../charts/histogram.js';
import { augmentedPictures, pictureSheet } from '../charts/picture-sheet.js';
import { changedText, distinctText, duplicatesText, figure, kindText, networkText, splitText } from '../data/data-words.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { page, table } from '../markup/page.js';
import { RUN_STYLE } from './run-style.js';

/** Columns that have a chart, and classes that have a bar. */
const MOST_CHARTS = 60;
const MOST_BARS = 30;
const MOST_ROWS = 200;

const STYLE = `${RUN_STYLE}
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.25rem 2rem; margin: 1rem 0; align-items: start; }
.multiples > * { min-width: 0; }
.multiples svg { min-width: 0; max-width: none; height: 64px; margin-top: 0.35rem; }
.multiples .bars { gap: 0.2rem 0.6rem; font-size: 0.85rem; margin: 0.35rem 0; grid-template-columns: fit-content(8rem) 1fr max-content; }
.multiples .bars .track { height: 0.9rem; }
.multiples svg .mean { stroke: var(--vermilion); stroke-width: 2; vector-effect: non-scaling-stroke; fill: none; }
.multiples svg .axis { vector-effect: non-scaling-stroke; }
.ends { display: flex; justify-content: space-between; margin: 0.1rem 0 0; font-size: 0.85rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.bars .neutral { --series: var(--soft); }
.sheet { list-style: none; margin: 0.75rem 0; padding: 0; display: grid; gap: 0.6rem; }
.sheet li { display: grid; grid-template-columns: minmax(1.5rem, max-content) 1fr; gap: 0.75rem; align-items: center; }
.sheet strong { min-width: 1.5rem; max-width: 7rem; }
.sheet span { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.sheet img { width: 3.25rem; height: auto; image-rendering: pixelated; border: 1px solid var(--line); }
.sheet.changed li { grid-template-columns: minmax(1.5rem, max-content) max-content 1fr; align-items: start; }
.sheet.changed > li > img { outline: 2px solid var(--blue); outline-offset: 1px; }
.words th, .words td { text-align: left; }
pre { overflow-x: auto; background: var(--band); padding: 0.6rem 0.8rem; margin: 0.75rem 0; }
pre code { font: 0.9rem ui-monospace, monospace; }
`;

/**
 * The text of the page. It has the names of files and none of their folders.
 * @param sources what the data are called on the command line, without folders
 */
export function dataPage(profile: DataProfile, sources: readonly string[]): string {
  const { name, sheet, augmented, classes } = profile;
  const parts: [id: string, title: string, content: Markup][] = [
    ['training', 'What train would do', training(profile, sources)],
    ['classes', 'Classes', classes ? balance(classes) : NOTHING],
    ['pictures', 'Pictures', sheet ? pictureSheet(sheet) : NOTHING],
    ['augmented', 'As they are trained on', augmented ? changes(augmented) : NOTHING],
    ['distributions', 'Distributions', distributions(profile)],
    ['columns', 'Columns', columnTables(profile)],
    ['same', 'Rows that are the same', sameRows(profile)],
  ];
  const there = parts.filter(([, , { text }]) => text !== '');
  return page({
    title: `Data ${name}`,
    description: `Columns, classes and rows of ${name}, and what nabla would make of them.`,
    body: [
      html`<a class="skip" href="#training">Skip to what train would do</a>\n<section id="outcome">${headline(profile)}${warnings(profile)}</section>\n`,
      html`<nav aria-label="Parts of this page"><ul>${there.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>\n`,
      ...there.map(([id, title, content]) => html`<section id="${id}"><h2>${title}</h2>\n${content}</section>\n`),
    ],
    style: STYLE,
    allows: "img-src data:; base-uri 'none'; form-action 'none'",
  });
}

function headline(profile: DataProfile): Markup {
  const { rows, width, classes, target } = profile;
  const large: [string, string][] = [
    [count(rows), noun(rows, 'row')],
    [count(width), noun(width, 'column')],
    ...(classes ? [[count(classes.length), noun(classes.length, 'class', 'classes')] satisfies [string, string]] : []),
  ];
  const what = target?.kind === 'classes' ? 'a class' : 'a number';
  const predicted = target ? ` To be predicted: ${target.columns.join(', ')}, ${what}.` : '';
  return html`<dl class="headline">
${large.map(([value, what]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>\n`)}</dl>
<p class="verdict">${`Rows: ${splitText(profile)}.${predicted}`}</p>
`;
}

function warnings({ warnings: all }: DataProfile): Markup {
  if (all.length === 0) return NOTHING;
  return html`<div class="notice">${all.map((text) => html`<p>${text}</p>`)}</div>\n`;
}

function training({ train: { options, added, refused, decisions, network } }: DataProfile, sources: readonly string[]): Markup {
  const command = `nabla train ${sources.map((source) => shellPath(source)).join(' ')} ${options}`.trim();
  return html`${refused === undefined ? NOTHING : html`<div class="notice"><p>${`It would refuse the data: ${withoutFolders(refused)}`}</p></div>\n`}
${network ? html`<pre><code>${command}</code></pre>\n<p>${`Network: ${networkText(network)}.`}</p>\n` : NOTHING}
${added.length === 0 ? NOTHING : html`<ul>${added.map((why) => html`<li>${why}</li>`)}</ul>\n`}
${decisions ? html`<div class="words">${table({ caption: 'What becomes of each column', head: ['column', 'holds', 'use'], rows: decisions.slice(0, MOST_ROWS).map(({ column, holds, use }) => [column, holds, use]) })}</div>` : NOTHING}`;
}

function balance(classes: readonly ClassBalance[]): Markup {
  const shown = classes.slice(0, MOST_BARS);
  const there = SPLITS.filter((split) => classes.some((one) => one[split] > 0));
  const sums = new Map(there.map((split) => [split, classes.reduce((sum, one) => sum + one[split], 0)]));
  const charts = there.map((split) =>
    bars(
      split,
      shown.map((one) => ({ name: one.name, colour: 'blue', value: one[split], text: percent(one[split] / (sums.get(split) ?? 1)) })),
      { unit: `${count(sums.get(split) ?? 0)} rows` },
    ),
  );
  const more = classes.length - shown.length;
  const rows = classes.slice(0, MOST_ROWS).map((one) => [one.name, ...there.map((split) => count(one[split]))]);
  return html`<div class="multiples">${charts}</div>
${more > 0 ? html`<p class="note">${`The first ${shown.length} of ${count(classes.length)} classes.`}</p>\n` : NOTHING}<details><summary>Rows of each class</summary>${table({ caption: 'Rows of each class in each part', head: ['class', ...there], rows })}</details>
`;
}

function changes(sheet: AugmentedSheet): Markup {
  return html`<p class="note">${changedText(sheet)}</p>\n${augmentedPictures(sheet)}`;
}

function distributions({ columns, described: { rows } }: DataProfile): Markup {
  const charts = columns.slice(0, MOST_CHARTS).map((column, k) => columnChart(column, rows, `column-${k}`));
  if (charts.every(({ text }) => text === '')) return NOTHING;
  const more = columns.length - charts.length;
  return html`<p class="note">The vertical line is the mean; shares are of the values that are there.${more > 0 ? ` The first ${MOST_CHARTS} of ${count(columns.length)} columns.` : ''}</p>
<div class="multiples">${charts}</div>
`;
}

function columnTables({ columns, pixels, described: { rows } }: DataProfile): Markup {
  const picture = pixels
    ? html`<p>${`${count(pixels.count)} columns are a picture of ${pixels.width} × ${pixels.height} pixels, from ${figure(pixels.least)} to ${figure(pixels.most)}, mean ${figure(pixels.mean)} ± ${figure(pixels.deviation)}; ${count(pixels.constant)} of them are the same in every row.`}</p>\n`
    : NOTHING;
  if (columns.length === 0) return picture;
  const shown = columns.slice(0, MOST_ROWS);
  const caption = `${shown.length === columns.length ? 'All columns' : `The first ${MOST_ROWS} of ${count(columns.length)} columns`}, over ${plural(rows, 'row')}`;
  return html`${picture}<div class="words">${table({
    caption,
    head: ['column', 'holds', 'missing', 'distinct', 'values'],
    rows: shown.map((column) => [
      column.name,
      kindText(column),
      column.missing === 0 ? '' : count(column.missing),
      distinctText(column),
      valuesText(column, rows),
    ]),
  })}</div>`;
}

function sameRows(profile: DataProfile): Markup {
  const { examples } = profile.duplicates;
  const list = examples.map((places) => html`<li>${places.map((place) => withoutFolders(place)).join(', ')}</li>`);
  return html`<p>${duplicatesText(profile)}</p>\n${examples.length === 0 ? NOTHING : html`<details><summary>Where some of them stand</summary><ul>${list}</ul></details>`}`;
}
