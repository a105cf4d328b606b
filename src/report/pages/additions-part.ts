// What each member adds to an average, as a part of its page: tables and sentences for either split, the curves over the number of members, and
// who disagrees with whom.

import type { SplitAdditions } from '../../experiments/members/events.js';
import type { Goodness } from '../../inference/contributions.js';
import { count, fixed, percent } from '../../text.js';
import { type LineChartParts, lineChart } from '../charts/line-chart.js';
import { lookOf } from '../charts/looks.js';
import { ADDS_MEANING, additionHeads, additionRows, disagreementText, LESS_COST_MEANING, luckText } from '../data/additions-words.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { table } from '../markup/page.js';
import { costText } from '../words.js';

/** Members up to which the table of all pairs can be read. */
const MOST_PAIRED = 12;
const MEAN_MEANING =
  'The first: those on top of the table, in its order. In the mean: over as many that follow one another, beginning with each of them in turn.';

export function additionsPart(additions: readonly SplitAdditions[]): Markup {
  if (additions.length === 0) return NOTHING;
  const [{ disagreement }] = additions;
  return html`${additions.map(splitTable)}<p class="note">${disagreement ? ADDS_MEANING : LESS_COST_MEANING}</p>
<div class="charts">${disagreement ? accuracyChart(additions) : NOTHING}${costChart(additions)}</div>
<p class="note">${MEAN_MEANING}</p>
${additions.map(pairs)}`;
}

function splitTable(split: SplitAdditions): Markup {
  const rows = additionRows(split).map((cells, k) => [`member ${k + 1}`, ...cells]);
  return html`<p>${luckText(split)}</p>
${table({ caption: `What each member adds, on ${count(split.samples)} ${split.split} samples`, head: ['', ...additionHeads(split)], rows })}`;
}

function accuracyChart(additions: readonly SplitAdditions[]): Markup {
  return lineChart({
    ...chartOf(additions, ({ accuracy }) => 100 * (accuracy ?? 0)),
    id: 'members-accuracy',
    title: 'Accuracy by members',
    unit: '%',
    scale: 'near',
    most: 100,
    show: (value) => fixed(value, 2),
  });
}

function costChart(additions: readonly SplitAdditions[]): Markup {
  return lineChart({ ...chartOf(additions, ({ cost }) => cost), id: 'members-cost', title: 'Cost by members', scale: 'log', show: costText });
}

/** Two lines for either split. */
function chartOf(additions: readonly SplitAdditions[], of: (goodness: Goodness) => number): Pick<LineChartParts, 'series' | 'x'> {
  const series = additions.flatMap(({ split, curve }, k) => [
    { name: `${split}, the first`, look: lookOf(k), points: curve.map(({ members, inOrder }) => [members, of(inOrder)] as const) },
    { name: `${split}, in the mean`, look: lookOf(k, 'dashed'), points: curve.map(({ members, mean }) => [members, of(mean)] as const) },
  ]);
  return { series, x: 'members' };
}

function pairs(split: SplitAdditions): Markup {
  const text = disagreementText(split);
  if (text === undefined) return NOTHING;
  const { disagreement } = split;
  const all = disagreement && disagreement.length > 2 && disagreement.length <= MOST_PAIRED ? disagreement : [];
  const rows = all.map((row, m) => [`member ${m + 1}`, ...row.map((share, n) => (m === n ? '–' : percent(share, 2)))]);
  const caption = `Share of the ${count(split.samples)} ${split.split} samples for which two members name different classes`;
  return html`<p>${split.split === 'test' ? 'Test' : 'Validation'}: ${text}</p>
${rows.length === 0 ? NOTHING : table({ caption, head: ['', ...rows.map(([name]) => name)], rows })}`;
}
