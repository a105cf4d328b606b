// What the SVG charts of a page share: the frame with its title and description, axes, and labels that keep apart.
// Coordinates are SVG units; colours and line styles are classes of page.ts.

import { html, type Markup } from './html.js';

export interface ChartParts {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly content: readonly Markup[];
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Label {
  readonly y: number;
  readonly text: string;
}

/** A chart that shrinks with the page down to a readable size, and scrolls below that. */
export function chart({ id, title, description, width, height, content }: ChartParts): Markup {
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${content}</svg>
</div>
`;
}

/** A horizontal axis below an area from `left` to `right` and up to `top`; `title` stands under its middle. */
export function lowerAxis(ticks: readonly Tick[], area: { left: number; right: number; top: number; bottom: number }, title: string): Markup {
  const { left, right, top, bottom } = area;
  return html`<path class="axis" d="M${left},${bottom}H${right}"/>
${ticks.map(({ at }) => html`<path class="grid" d="M${at},${bottom}V${top}"/><path class="axis" d="M${at},${bottom}v5"/>\n`)}
${ticks.map(({ at, label }) => html`<text class="middle" x="${at}" y="${bottom + 20}">${label}</text>\n`)}
<text class="middle" x="${(left + right) / 2}" y="${bottom + 43}">${title}</text>
`;
}

/** A vertical axis at the left of such an area; `title` stands above it. */
export function leftAxis(ticks: readonly Tick[], area: { left: number; right: number; top: number; bottom: number }, title: string): Markup {
  const { left, right, top, bottom } = area;
  return html`<path class="axis" d="M${left},${bottom}V${top}"/>
${ticks.map(({ at }) => html`<path class="grid" d="M${left},${at}H${right}"/>\n`)}
${ticks.map(({ at, label }) => html`<text class="end" x="${left - 8}" y="${at + 5}">${label}</text>\n`)}
<text x="2" y="${top - 14}">${title}</text>
`;
}

/**
 * Labels with at least `gap` between their heights, in the order of their heights: from `top` down, those below `bottom` then
 * moved up again.
 */
export function keptApart<L extends Label>(labels: readonly L[], gap: number, top: number, bottom: number): L[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  let least = top;
  const down = sorted.map((label) => {
    const placed = Math.max(label.y, least);
    least = placed + gap;
    return { ...label, y: placed };
  });
  return down.map((label, i) => ({ ...label, y: Math.min(label.y, bottom - (down.length - 1 - i) * gap) }));
}
