// The columns of a data set as many small charts beside one another: a histogram for numbers, bars for words. Each says its range in
// text, so that no axis is needed.

import type { ColumnProfile, NumberProfile } from '../../profile/data-profile.js';
import { count, percent, plural } from '../../text.js';
import { figure, shortened, valuesTexts } from '../data/data-words.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { bars } from './bars.js';

/** Pixels down, and units across for each part. */
const HEIGHT = 64;
const PART = 10;
/** Words of a column that have a bar. */
const MOST_BARS = 6;

/** @param rows of the table; `id` is unique on the page */
export function columnChart(column: ColumnProfile, rows: number, id: string): Markup {
  const { name, numbers, frequent, constant } = column;
  if (constant || column.missing === rows || column.kind === 'date') return NOTHING;
  if (numbers)
    return html`<figure><figcaption><strong>${name}</strong></figcaption>
${histogram(name, numbers, id)}<p class="ends"><span>${figure(numbers.least)}</span><span>${figure(numbers.most)}</span></p></figure>
`;
  return frequent ? wordBars(column, rows) : NOTHING;
}

function histogram(name: string, { histogram: parts, least, most, mean, deviation }: NumberProfile, id: string): Markup {
  const largest = Math.max(...parts);
  const drawn = parts.map((n, k) => {
    // What is there is seen, however little it is.
    const height = n === 0 ? 0 : Math.max(1.5, (n / largest) * HEIGHT);
    return `M${k * PART + 0.5},${HEIGHT}v${(-height).toFixed(1)}h${PART - 1}V${HEIGHT}z`;
  });
  const at = most > least ? ((mean - least) / (most - least)) * parts.length * PART : 0;
  return html`<svg viewBox="0 0 ${parts.length * PART} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">${`${name}: ${figure(least)} to ${figure(most)}, mean ${figure(mean)} ± ${figure(deviation)}; the fullest part of the range has ${plural(largest, 'row')}`}</title>
<path class="blue fill" d="${drawn.join('')}"/><path class="mean" d="M${at},0V${HEIGHT}"/><path class="axis" d="M0,${HEIGHT}H${parts.length * PART}"/></svg>
`;
}

function wordBars({ name, frequent = [], distinct, missing }: ColumnProfile, rows: number): Markup {
  const there = rows - missing;
  const shown = frequent.slice(0, MOST_BARS);
  const rest = there - shown.reduce((sum, one) => sum + one.rows, 0);
  const others = distinct - shown.length;
  return bars(name, [
    ...shown.map((one) => ({ name: shortened(one.value), colour: 'blue', value: one.rows, text: percent(one.rows / there) })),
    ...(rest > 0 ? [{ name: `${count(others)} more`, colour: 'neutral', value: rest, text: percent(rest / there) }] : []),
  ]);
}

/** What a column holds in a cell of a table. */
export function valuesText(column: ColumnProfile, rows: number): string {
  return valuesTexts(column, rows)[0];
}
