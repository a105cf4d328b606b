// The skeleton of a report page: one HTML file that loads nothing and runs no script, light or dark as its reader's system
// is, readable on a telephone. The colours of charts are defined here once, as CSS variables.

import { html, Markup, NOTHING } from './html.js';

export interface PageParts {
  readonly title: string;
  /** One sentence for search and previews. */
  readonly description: string;
  readonly body: readonly Markup[];
  /** More rules of its own. */
  readonly style?: string;
  /** What its Content-Security-Policy allows beside inline styles, directives with semicolons between them. */
  readonly allows?: string;
  /** More for its head. */
  readonly head?: Markup;
}

export interface TableParts {
  readonly caption: string;
  /** The first column names its row. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The text of the file. */
export function page({ title, description, body, style = '', allows, head = NOTHING }: PageParts): string {
  const policy = ["default-src 'none'", "style-src 'unsafe-inline'", ...(allows === undefined ? [] : [allows])].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="description" content="${description}">
<title>${title}</title>
${head}<style>${new Markup(STYLE + style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

/** A table that scrolls sideways where the page is too narrow for it. */
export function table({ caption, head, rows }: TableParts): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>
</div>
`;
}

/** Names with their values. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): Markup {
  return html`<dl>
${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`;
}

/**
 * The colours of pages and drawings.
 * Text stands out from its ground by at least 7 to 1 in both schemes; lines and areas by at least 3 to 1 but for pale fills, which
 * have outlines. The hues are those of Okabe and Ito (Color Universal Design, 2008), darker or lighter as the ground asks.
 */
export const PALETTE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1b1f24; --soft: #4a5058; --line: #c9ced6; --band: #f4f6f8;
  --blue: #0072b2; --vermilion: #c44e00; --green: #00795a; --purple: #a64d7f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --ink: #eceff2; --soft: #b4bbc4; --line: #434a53; --band: #1d2126;
    --blue: #56b4e9; --vermilion: #ff8a4c; --green: #2fc79d; --purple: #e39ac0;
  }
}
`;

const STYLE = `${PALETTE}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { max-width: 46rem; margin: 0.5rem 0; }
cite { color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 0.5rem 1.5rem; margin: 1rem 0; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
.scroll:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.35rem; }
th, td { padding: 0.3rem 0.5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { white-space: normal; vertical-align: bottom; font-weight: 600; border-bottom: 2px solid var(--soft); }
tbody th { font-weight: 400; }
tbody tr:nth-child(even) { background: var(--band); }
svg { display: block; width: 100%; min-width: 20rem; max-width: 34rem; height: auto; font: 14px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .halo { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
svg .strong { font-weight: 600; }
svg .end { text-anchor: end; }
svg .middle { text-anchor: middle; }
svg .axis { stroke: var(--soft); fill: none; }
svg .grid { stroke: var(--line); fill: none; }
svg .blue { --series: var(--blue); }
svg .vermilion { --series: var(--vermilion); }
svg .green { --series: var(--green); }
svg .purple { --series: var(--purple); }
svg .neutral { --series: var(--soft); }
svg .stroke { stroke: var(--series); stroke-width: 2; fill: none; }
svg .fill { fill: var(--series); }
svg .open { fill: var(--ground); stroke: var(--series); stroke-width: 2; }
svg .outline { stroke: var(--series); stroke-width: 1; }
svg .dotted { stroke-dasharray: 1.5 5; stroke-linecap: round; }
svg .dashed { stroke-dasharray: 8 5; }
svg .tick { fill: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
svg .value { fill: var(--series); font-weight: 600; font-variant-numeric: tabular-nums; }
`;
