// The top of the page of several runs: which is the best, by what and by how much, and a table of all of them, the best first, with the
// settings in which they differ. The curves below have the colours of its lines.

import { differingSettings, type FieldName, fieldOf } from '../../runs/fields.js';
import { type Grade, type GradeKind, gradeOf } from '../../runs/grade.js';
import type { RunSummary } from '../../runs/list.js';
import { count, fixed, listed, percent, plural } from '../../text.js';
import { keyOf, lookOf } from '../charts/looks.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { costText } from '../words.js';

/** A run in the table. */
export interface ComparedRun extends RunSummary {
  readonly name: string;
  /** Samples of the test, where the run was measured again for the page. */
  readonly tested?: number;
}

/** Settings that are named in a sentence; of more it says how many. */
const MOST_NAMED = 4;

/** @param runs the best first @param drawn the names of those that have curves on the page, in their order */
export function comparison(runs: readonly ComparedRun[], drawn: readonly string[]): Markup {
  return html`${headlineOf(runs)}${cautions(runs)}${ranking(runs, drawn)}`;
}

/** The best run with its figure, and how far the second is behind. */
function headlineOf(runs: readonly ComparedRun[]): Markup {
  const [first, second] = runs;
  const best = gradeOf(first);
  if (!best) return html`<p class="verdict">No epoch of these runs has ended.</p>\n`;
  const next = isComparable(first, second) ? gradeOf(second) : undefined;
  const ahead = next && next.value !== best.value ? html`<div><dt>ahead of ${second.name}</dt><dd>${behindText(best, next)}</dd></div>\n` : NOTHING;
  return html`<dl class="headline">
<div><dt>${best.by} of ${first.name}</dt><dd>${gradeText(best)}</dd></div>
${ahead}</dl>
<p class="verdict">${[...lead(runs, best, next), ...unfinished(runs)].join(' ')}</p>
`;
}

/** Whether the figures of two runs say which is better: they are the same ones, of the same data, after as much. */
function isComparable(first: ComparedRun, second: ComparedRun | undefined): second is ComparedRun {
  return second !== undefined && second.state === first.state && second.data === first.data && gradeOf(second)?.by === gradeOf(first)?.by;
}

/** Which is the best, and by how much. */
function lead(runs: readonly ComparedRun[], best: Grade, next: Grade | undefined): string[] {
  const [first, second] = runs;
  const of = `of ${plural(runs.length, 'run')} by ${best.by}`;
  if (!next) return [`${first.name} is the best ${of}.`];
  const names = [...(first.network.join() === second.network.join() ? [] : ['layers']), ...differingSettings([first, second])];
  const what = names.length > MOST_NAMED ? `${count(names.length)} settings` : listed(names);
  if (best.value === next.value) {
    return [
      `${first.name} and ${second.name} are the best ${of}, one as good as the other; they ${what === '' ? 'have the same settings' : `differ in ${what}`}.`,
    ];
  }
  const differ = what === '' ? 'with the same settings' : `which differs in ${what}`;
  return [`${first.name} is the best ${of}, ${behindText(best, next)} ahead of ${second.name}, ${differ}.`, ...chance(first, second, best, next)];
}

function unfinished(runs: readonly ComparedRun[]): string[] {
  const n = runs.filter(({ state }) => state !== 'done').length;
  if (n === 0) return [];
  if (n === runs.length) return [n === 1 ? 'It is not done.' : 'None of them is done.'];
  return [n === 1 ? 'One of them is not done, and stands below.' : `${count(n)} of them are not done, and stand below.`];
}

/**
 * Whether two shares of n samples may differ so by chance alone: by less than twice the standard error of their difference, as if the
 * samples were not the same.
 */
function chance({ tested }: ComparedRun, second: ComparedRun, best: Grade, next: Grade): string[] {
  if (best.by !== 'test accuracy' || tested === undefined || tested !== second.tested) return [];
  const variance = (p: number): number => (p * (1 - p)) / tested;
  const error = Math.sqrt(variance(best.value) + variance(next.value));
  if (best.value - next.value >= 2 * error) return [];
  return [
    `On ${count(tested)} samples chance alone can make that: figures nearer than ${fixed(200 * error, 1)} points do not tell two networks apart.`,
  ];
}

/** How a figure is written, and how far the best is ahead of another. */
const GRADE_TEXTS: Readonly<Record<GradeKind, { text(value: number): string; ahead(best: number, next: number): string }>> = {
  share: { text: (value) => percent(value, 2), ahead: (best, next) => `${fixed(100 * (best - next), 2)} points` },
  'R²': { text: (value) => fixed(value, 4), ahead: (best, next) => `${costText(best - next)} of R²` },
  cost: { text: costText, ahead: (best, next) => (next > 0 ? `${percent(1 - best / next)} less cost` : costText(next - best)) },
};

function gradeText({ value, kind }: Grade): string {
  return GRADE_TEXTS[kind].text(value);
}

function behindText(best: Grade, next: Grade): string {
  return GRADE_TEXTS[best.kind].ahead(best.value, next.value);
}

/** What keeps the figures from saying anything beside one another. */
function cautions(runs: readonly ComparedRun[]): Markup {
  const data =
    new Set(runs.map((run) => run.data)).size > 1 ? ['These runs were trained on different data: their figures say little beside one another.'] : [];
  const costs = new Set(runs.map(({ settings }) => settings.cost));
  const cost = costs.size > 1 ? ['These runs have different costs, whose values say nothing beside one another.'] : [];
  return html`${[...data, ...cost].map((text) => html`<p class="note">${text}</p>\n`)}`;
}

/** Columns before the settings, and behind them. */
const FIRST = ['test', 'best', 'state', 'network'] as const satisfies readonly FieldName[];
const LAST = ['epochs', 'time'] as const satisfies readonly FieldName[];

function ranking(runs: readonly ComparedRun[], drawn: readonly string[]): Markup {
  const columns = [...FIRST, ...differingSettings(runs), ...LAST].map((key) => columnOf(key, runs)).filter(({ isTold }) => isTold);
  const caption = `${plural(runs.length, 'run')}, the best first, with the settings in which they differ`;
  const undrawn = runs.some(({ name, epochs }) => epochs > 0 && !drawn.includes(name));
  const row = ({ name }: ComparedRun, k: number): Markup =>
    html`<tr><th scope="row"><span class="who">${drawn.includes(name) ? keyOf(lookOf(drawn.indexOf(name))) : NOTHING}<span>${name}</span></span></th>${columns.map(({ cells, look }) => html`<td class="${look}">${cells[k] || '–'}</td>`)}</tr>\n`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="ranking">
<caption><span>${caption}</span></caption>
<thead><tr><th scope="col" class="word">run</th>${columns.map(({ head, look }) => html`<th scope="col" class="${look}">${head}</th>`)}</tr></thead>
<tbody>
${runs.map(row)}</tbody>
</table>
</div>
${undrawn ? html`<p class="note">Runs with a mark have curves below; those that have learnt nothing, or stand far down, have none.</p>\n` : NOTHING}`;
}

interface RankedColumn {
  readonly head: string;
  readonly cells: readonly string[];
  readonly isTold: boolean;
  /** Figures end in one column, words begin in one. */
  readonly look: 'word' | 'number';
}

/** Where a column of that name is left out, because all its cells say nothing or the usual. */
const UNTOLD: Readonly<Record<string, (cells: readonly string[]) => boolean>> = {
  state: (cells) => cells.every((text) => text === 'done'),
  network: (cells) => new Set(cells).size === 1,
};

function columnOf(head: string, runs: readonly ComparedRun[]): RankedColumn {
  const cells = runs.map((run) => cellOf(head, run));
  const isWords = cells.some((text) => /^[^-\d]/.test(text));
  const isTold = cells.some((text) => text !== '') && UNTOLD[head]?.(cells) !== true;
  return { head, cells, isTold, look: isWords ? 'word' : 'number' };
}

function cellOf(key: string, run: ComparedRun): string {
  const text = fieldOf('column', key).text(run);
  return key === 'best' && run.best ? `${text} (epoch ${run.best.epoch})` : text;
}
