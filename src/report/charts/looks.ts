// How a series of a chart is told from the others: its colour, its mark and the way its line is drawn, with the legend that says so.

import { type SymbolType, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import { html, type Markup, NOTHING } from '../markup/html.js';

/** Colour and mark of a series, and how its line is drawn. Two series of a chart differ in a mark or a line, not in colour alone. */
export interface Look {
  readonly colour: string;
  /** 'none' where there are points alone. */
  readonly line: '' | 'dashed' | 'dotted' | 'none';
  /** Without one the look stands for lines of this kind. */
  readonly mark?: SymbolType;
}

const COLOURS = ['blue', 'vermilion', 'green', 'purple', 'neutral'] as const;
const MARKS = [symbolCircle, symbolDiamond, symbolSquare, symbolTriangle] as const;
/** Square pixels of a mark. */
const MARK_SIZE = 46;

/** The look of the k-th of several runs, layers or splits: no two of the first twenty are alike. */
export function lookOf(k: number, line: Look['line'] = ''): Look {
  return { colour: COLOURS[k % COLOURS.length], line, mark: MARKS[k % MARKS.length] };
}

/** Names with their lines; `more` stands after them, items of the list. */
export function legend(entries: readonly { readonly name: string; readonly look: Look }[], more: readonly Markup[] = []): Markup {
  return html`<ul class="legend">
${entries.map(({ name, look }) => html`<li>${keyOf(look)}<span>${name}</span></li>\n`)}${more}</ul>
`;
}

/** An entry of a legend with a key of its own: what is drawn in 34 by 14 pixels. */
export function legendEntry(key: Markup, name: string): Markup {
  return html`<li><svg class="key" viewBox="0 0 34 14" aria-hidden="true">${key}</svg><span>${name}</span></li>\n`;
}

/** A piece of the line with its mark. */
export function keyOf(look: Look): Markup {
  return html`<svg class="key" viewBox="0 0 34 14" aria-hidden="true">${look.line === 'none' ? NOTHING : html`<path class="${look.colour} stroke ${look.line}" d="M1,7H33"/>`}<g transform="translate(17,7)">${markOf(look)}</g></svg>`;
}

/** The mark around the origin. */
export function markOf({ colour, mark }: Pick<Look, 'colour' | 'mark'>): Markup {
  return mark ? html`<path class="${colour} fill" d="${symbol(mark, MARK_SIZE).digits(2)() ?? ''}"/>` : NOTHING;
}
