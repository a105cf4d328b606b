// Figures of a few things as bars from 0, a row each, with the figure at the end of its bar: for layers, and for splits where there is
// only one epoch, which a line between points would say less of. HTML: its names can wrap, its bars are as wide as the page allows.

import { html, type Markup, NOTHING } from '../markup/html.js';
import { across } from '../markup/plot.js';

export interface Bar {
  readonly name: string;
  /** Of the bar; the series that has it on the other charts of the page. */
  readonly colour: string;
  readonly value: number;
  readonly text: string;
}

/** @param most the value of a whole row; default: the largest of the bars */
export function bars(title: string, rows: readonly Bar[], { most, unit }: { most?: number; unit?: string } = {}): Markup {
  if (rows.length === 0) return NOTHING;
  const whole = most ?? Math.max(...rows.map(({ value }) => value));
  const share = (value: number): number => (whole > 0 ? Math.max(0, Math.min(1, value / whole)) : 0);
  return html`<figure>
<figcaption><strong>${title}</strong>${unit === undefined ? NOTHING : html` <span>${unit}</span>`}</figcaption>
<ul class="bars">
${rows.map(({ name, colour, value, text }) => html`<li><span class="name">${name}</span><span class="track"><span class="bar ${colour}" style="width:${across(share(value))}"></span></span><span class="figure">${text}</span></li>\n`)}</ul>
</figure>
`;
}
