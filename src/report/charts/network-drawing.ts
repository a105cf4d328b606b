// A network drawn for one explanation, as an SVG file: layers as columns of circles, every edge that some path uses as wide as
// its rate factor and coloured by its sign, the chosen weight marked. It loads nothing, and is light or dark as its reader's
// system is. Coordinates are SVG units.

import { type Explanation, SATURATED_SLOPE } from '../../insight/explain.js';
import { count } from '../../text.js';
import { figure, ranked, routeText } from '../data/explained-paths.js';
import { html, Markup, NOTHING } from '../markup/html.js';
import { PALETTE } from '../markup/page.js';
import { columnsOf, type DrawnColumn, type DrawnNeuron } from './network-columns.js';

/** From one column to the next: at least, and for each row of the highest column; and from one neuron to the one below. */
const LEAST_GAP = 150;
const GAP_A_ROW = 25;
const ROW = 52;
const RADIUS = 21;
/** Room above the neurons for the heading, the legend and the columns' names, and below for the factors' names. */
const TOP = 152;
const BOTTOM = 62;
const MARGIN = 60;
/** The legend's width. */
const LEAST_WIDTH = 660;
/** Widths of the edges: of a factor of 0, and what the largest of its stage has more. */
const THIN = 0.75;
const WIDE = 7;

interface Frame {
  readonly columns: readonly DrawnColumn[];
  readonly width: number;
  readonly height: number;
  x(column: number): number;
  y(column: number, row: number): number;
}

/** The text of the file. */
export function networkDrawing(explained: Explanation): string {
  const frame = frameOf(columnsOf(explained));
  const { width, height, columns } = frame;
  // From the faintest to the chosen one, and the wide below the narrow, so that none is hidden.
  const drawn = columns.slice(1).flatMap((_, g) => edges(explained, frame, g));
  const sorted = KINDS.flatMap((kind) => drawn.filter((edge) => edge.kind === kind).sort((one, other) => other.width - one.width));
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${pathCount(explained)} from ${explained.name} to the cost</title>
<desc id="desc">${description(explained)}</desc>
<style>${new Markup(STYLE)}</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="heading" x="20" y="32">${pathCount(explained)} from ${symbol(explained.name)} to the cost; sum ${figure(explained.sum)}</text>
${legend(explained)}
${columns.map((column, c) => columnName(column, frame.x(c)))}
${sorted.map(({ markup }) => markup)}
${columns.flatMap((column, c) => neurons(explained, column, c, frame))}
${columns.slice(1).map((_, g) => factorName(explained, frame, g))}
</svg>
`.text;
}

function frameOf(columns: readonly DrawnColumn[]): Frame {
  const rows = Math.max(...columns.map(({ shown, left }) => shown.length + (left > 0 ? 1 : 0)));
  // Steep edges would run through the circles of the neurons beside.
  const gap = Math.max(LEAST_GAP, GAP_A_ROW * rows);
  const drawn = (columns.length - 1) * gap;
  const width = Math.max(LEAST_WIDTH, drawn + 2 * MARGIN);
  return {
    columns,
    width,
    height: TOP + rows * ROW + BOTTOM,
    x: (column) => (width - drawn) / 2 + column * gap,
    y: (column, row) => {
      const { shown, left } = columns[column];
      return TOP + ((rows - shown.length - (left > 0 ? 1 : 0)) / 2 + row + 0.5) * ROW;
    },
  };
}

const KINDS = ['faint', 'path', 'chosen'] as const;

interface Edge {
  readonly kind: (typeof KINDS)[number];
  readonly width: number;
  readonly markup: Markup;
}

/** The edges from column g to the next. Those of a stage are as wide as their factors, beside the largest of the stage. */
function edges({ rates, place, name, value }: Explanation, { columns, x, y }: Frame, g: number): Edge[] {
  const [from, to] = [columns[g], columns[g + 1]];
  const largest = largestOf(from, to);
  return to.shown.flatMap((head, row) =>
    from.shown.map((tail, k): Edge => {
      const line = `M${round(x(g))},${round(y(g, k))}L${round(x(g + 1))},${round(y(g + 1, row))}`;
      const rate = tail.onPath ? from.stage?.rates[head.index][tail.index] : undefined;
      if (rate !== undefined) {
        const sign = rate > 0 ? 'above' : rate < 0 ? 'below' : 'nought';
        const width = THIN + (largest === 0 ? 0 : (WIDE * Math.abs(rate)) / largest);
        const tip = `${from.stage?.name} = ${figure(rate)}, from ${tail.label} to ${head.label}`;
        return { kind: 'path', width, markup: html`<path class="edge ${sign}" stroke-width="${width}" d="${line}"><title>${tip}</title></path>\n` };
      }
      const chosen = to.weights === place.layer && head.index === place.neuron - 1 && tail.index + 1 === place.input;
      if (!chosen) return { kind: 'faint', width: 1, markup: html`<path class="edge faint" d="${line}"/>\n` };
      const tip = `${name} = ${figure(value)}; ${rates.first.name} = ${figure(rates.first.rate)}`;
      return { kind: 'chosen', width: 1, markup: html`<path class="edge chosen" d="${line}"><title>${tip}</title></path>\n` };
    }),
  );
}

/** The largest rate factor, by absolute value, of the edges that are drawn of a stage. */
function largestOf({ shown, stage }: DrawnColumn, to: DrawnColumn): number {
  const used = shown.filter(({ onPath }) => onPath);
  return Math.max(0, ...to.shown.flatMap(({ index: q }) => used.map(({ index: p }) => Math.abs(stage?.rates[q][p] ?? 0))));
}

/** Below each gap what its edges are, and how large the widest. */
function factorName({ rates, place }: Explanation, { columns, x, height }: Frame, g: number): Markup {
  const [from, to] = [columns[g], columns[g + 1]];
  const middle = (x(g) + x(g + 1)) / 2;
  const lines = from.stage ? [from.stage.name, `widest: ${figure(largestOf(from, to), 3)}`] : [];
  const first = to.weights === place.layer ? [rates.first.name, `= ${figure(rates.first.rate, 3)}`] : [];
  const both = lines.length > 0 ? lines : first;
  return html`${both.map((text, i) => html`<text class="middle${i === 0 ? '' : ' soft'}" x="${middle}" y="${height - 34 + 18 * i}">${text}</text>\n`)}`;
}

function neurons({ place }: Explanation, column: DrawnColumn, c: number, { x, y }: Frame): Markup[] {
  const bias = (neuron: DrawnNeuron): boolean => place.input === undefined && column.weights === place.layer && neuron.index === place.neuron - 1;
  const circles = column.shown.map((neuron, row) => {
    const classes = `neuron${bias(neuron) ? ' chosen' : ''}${neuron.saturated ? ' saturated' : ''}${neuron.onPath ? '' : ' off'}`;
    const slope = neuron.slope === undefined ? '' : `; f' = ${figure(neuron.slope)}`;
    return html`<g transform="translate(${x(c)},${y(c, row)})"><title>${neuron.label} = ${figure(neuron.value)}${slope}</title><circle class="${classes}" r="${RADIUS}"/><text class="middle small soft halo" y="-5">${neuron.label}</text><text class="middle small halo" y="10">${short(neuron.value)}</text></g>\n`;
  });
  if (column.left === 0) return circles;
  const row = column.shown.length;
  return [...circles, html`<text class="middle soft" x="${x(c)}" y="${y(c, row) + 4}">… ${count(column.left)} more</text>\n`];
}

function columnName({ title, detail }: DrawnColumn, x: number): Markup {
  return html`<text class="middle strong" x="${x}" y="${TOP - 26}">${title}</text><text class="middle soft" x="${x}" y="${TOP - 9}">${detail}</text>\n`;
}

function legend({ place, name, value }: Explanation): Markup {
  const entry = (column: number, row: number, sign: Markup, text: Markup): Markup =>
    html`<g transform="translate(${[20, 240, 440][column]},${60 + 24 * row})">${sign}<text x="38" y="5">${text}</text></g>\n`;
  const line = (classes: string): Markup => html`<path class="edge ${classes}" stroke-width="5" d="M0,0H28"/>`;
  const ring = (classes: string): Markup => html`<circle class="neuron ${classes}" cx="14" r="9"/>`;
  const weight = place.input !== undefined;
  return html`${[
    entry(0, 0, weight ? line('chosen') : ring('chosen'), html`${symbol(name)} = ${figure(value)}`),
    entry(0, 1, html`<path class="edge faint" d="M0,0H28"/>`, html`on no path`),
    entry(1, 0, line('above'), html`rate factor above 0`),
    entry(1, 1, line('below'), html`rate factor below 0`),
    entry(2, 0, ring('saturated'), html`saturated: f' below ${String(SATURATED_SLOPE)}`),
    entry(2, 1, html`<path class="edge nought" stroke-width="2" d="M0,0H28"/>`, html`rate factor 0`),
  ]}`;
}

/** w²_{5,3} with its index set lower. */
function symbol(name: string): Markup {
  const [, base, index] = /^(.*)_\{?([\d,]+)\}?$/.exec(name) ?? ['', name, ''];
  return html`${base}${index === '' ? NOTHING : html`<tspan class="small" dy="4">${index}</tspan><tspan dy="-4">\u200b</tspan>`}`;
}

function pathCount({ paths }: Explanation): string {
  return paths.length === 1 ? '1 path' : `${count(paths.length)} paths`;
}

function description(explained: Explanation): string {
  const { network, paths, cost, sum } = explained;
  const [largest] = ranked(paths);
  return (
    `The network ${network.layers.join('-')} with its activations for one sample, at a cost C of ${figure(cost)}. ` +
    `An edge is as wide as its rate factor beside the largest between the same two columns. ` +
    `The largest path is ${routeText(explained, largest)}, with a rate factor of ${figure(largest.product)}; the sum of all is ${figure(sum)}.`
  );
}

/** At most five characters, for a circle. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size < 10) return value.toFixed(2);
  return size < 1000 ? value.toFixed(0) : value.toExponential(0).replace('e+', 'e');
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

const STYLE = `${PALETTE}
text { fill: var(--ink); font: 14px system-ui, sans-serif; }
.heading { font-size: 18px; font-weight: 600; }
.strong { font-weight: 600; }
.soft { fill: var(--soft); }
.small { font-size: 12px; }
.halo { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
.middle { text-anchor: middle; }
.ground { fill: var(--ground); }
.edge { fill: none; }
.above { stroke: var(--blue); }
.below { stroke: var(--vermilion); }
.nought { stroke: var(--soft); stroke-dasharray: 1 4; }
.faint { stroke: var(--line); stroke-width: 1; }
.chosen { stroke: var(--purple); stroke-width: 5; }
.neuron { fill: var(--ground); stroke: var(--ink); stroke-width: 1.5; }
.neuron.off { stroke: var(--line); }
.neuron.saturated { stroke-dasharray: 4 3; }
.neuron.chosen { stroke: var(--purple); stroke-width: 4; }
`;
