// A chart that is as wide as its place, from a telephone to a whole page, while its text and lines keep their size: across, everything
// is placed in shares of the plot's width, down in pixels. What stands outside the plot, such as the numbers of its axes, stands in
// margins of fixed widths. Charts whose shape must not change have a fixed drawing instead (svg.ts).

import { html, type Markup } from './html.js';

export interface PlotParts {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  /** Pixels down, of the plot alone. */
  readonly height: number;
  /** Pixels beside the plot. */
  readonly margins: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly content: readonly Markup[];
}

/** A number of an axis; `at` is a share of the width on the lower axis, pixels from the top on the left one. */
export interface PlotTick {
  readonly at: number;
  readonly label: string;
}

/** Units across in paths, which can have no percentages. */
export const PATH_WIDTH = 1000;
/** Pixels that a digit takes, with some to spare: in bold at the end of a line, else at an axis. */
const DIGIT = 8;
const BOLD_DIGIT = 9.5;
/** Pixels below a plot: the numbers of the lower axis and its title. */
const BELOW = 46;

/** Below a certain width it scrolls in its place. */
export function plot({ id, title, description, height, margins, content }: PlotParts): Markup {
  const { left, right, top, bottom } = margins;
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0"><div class="plot" style="padding:${top}px ${right}px ${bottom}px ${left}px">
<svg xmlns="http://www.w3.org/2000/svg" style="height:${height}px" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${content}</svg>
</div></div>
`;
}

/** A share of the width, as an attribute has it. */
export function across(share: number): string {
  return `${Math.round(share * 1e4) / 100}%`;
}

/** Pixels right of a plot at whose end no value stands, for the last number of the lower axis, and above one without a name. */
const RIGHT = 20;
const ABOVE = 12;

/**
 * Room around a plot: for the numbers of its left axis, for what stands below.
 * @param above pixels for what stands above it
 * @param values what stands right of its end
 */
export function marginsFor(left: readonly PlotTick[], above = ABOVE, values: readonly string[] = []): PlotParts['margins'] {
  const numbers = left.map(({ label }) => label);
  return { left: roomFor('left', numbers), right: values.length === 0 ? RIGHT : roomFor('right', values), top: above, bottom: BELOW };
}

/** Room at an end of a plot for texts as long as the longest of these: `left` of it for the numbers of an axis, `right` for values. */
function roomFor(end: 'left' | 'right', texts: readonly string[]): number {
  return 14 + (end === 'left' ? DIGIT : BOLD_DIGIT) * Math.max(0, ...texts.map((text) => text.length));
}

/** What is drawn in paths: PATH_WIDTH units across, pixels down. */
export function stretched(height: number, content: readonly Markup[]): Markup {
  return html`<svg viewBox="0 0 ${PATH_WIDTH} ${height}" preserveAspectRatio="none" width="100%" height="${height}">${content}</svg>\n`;
}

/** What is drawn around a point, in pixels. */
export function placed(share: number, y: number, content: Markup): Markup {
  return html`<svg x="${across(share)}" y="${y}">${content}</svg>`;
}

/** The axis below a plot; its title stands under its middle. */
export function plotLowerAxis(ticks: readonly PlotTick[], height: number, title: string): Markup {
  return html`<line class="axis" x1="0" x2="100%" y1="${height}" y2="${height}"/>
${ticks.map(({ at, label }) => html`<line class="axis" x1="${across(at)}" x2="${across(at)}" y1="${height}" y2="${height + 5}"/><text class="tick middle" x="${across(at)}" y="${height + 20}">${label}</text>\n`)}
<text class="tick middle" x="50%" y="${height + 40}">${title}</text>
`;
}

/** The numbers to the left of a plot, with a line through it at each. */
export function plotLeftAxis(ticks: readonly PlotTick[]): Markup {
  return html`${ticks.map(({ at, label }) => html`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/><text class="tick end" x="-9" y="${at + 5}">${label}</text>\n`)}`;
}
