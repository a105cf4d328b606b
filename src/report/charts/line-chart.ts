// Lines over epochs, or over layers, as an SVG chart: axes, a line and a mark for each series, the last value of each beside it,
// and a strip over every point of the lower axis that tells all values there. Made for half of a page's width, so that its text
// stays readable on a telephone. Its legend is HTML, whose long names can wrap.

import { scaleLinear, scaleLog } from 'd3-scale';
import { line, type SymbolType, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { chart, keptApart, leftAxis, lowerAxis, type Tick } from '../markup/svg.js';

export const CHART_WIDTH = 400;
const HEIGHT = 290;
/** Where the points lie; to the right of it the last values. */
const AREA = { left: 66, right: 334, top: 42, bottom: 238 };
const INSET = 8;
/** Marks on a line; of more points every n-th has one, the last always. */
const MOST_MARKS = 20;
/** Strips that tell the values; of more points some share one. */
const MOST_STRIPS = 200;
/** Lines that have their last value beside them; of more, the legend and the table have to do. */
const MOST_LABELS = 4;
const LABEL_HEIGHT = 16;
/** A logarithmic axis with no more decades than this has ticks between the powers of ten. */
const FEW_DECADES = 3;
/** On an axis that does not begin at 0, values that hardly differ are not drawn far apart. */
const LEAST_ROOM = 0.5;

/** Colour and mark of a series, and how its line is drawn. Two series of a chart differ in a mark or a line, not in colour alone. */
export interface Look {
  readonly colour: string;
  readonly line: '' | 'dashed' | 'dotted';
  /** Without one the look stands for lines of this kind. */
  readonly mark?: SymbolType;
}

export interface Series {
  readonly name: string;
  readonly look: Look;
  /** x ascending; null where there is no value. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

export interface LineChartParts {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  /** What x counts, singular: 'epoch'. */
  readonly x: string;
  /** Above the left axis. */
  readonly y: string;
  /** 'zero' begins at 0, 'near' below the least value, 'log' is logarithmic where the values span more than a decade. */
  readonly scale: 'zero' | 'near' | 'log';
  /** Upper end of the axis that values cannot pass. */
  readonly most?: number;
  readonly show: (value: number) => string;
  /** Without it where one legend is for several charts. Default: true, but for a single series. */
  readonly legend?: boolean;
}

const COLOURS = ['blue', 'vermilion', 'green', 'purple', 'neutral'] as const;
const MARKS = [symbolCircle, symbolDiamond, symbolSquare, symbolTriangle] as const;

/** The look of the k-th of several runs, layers or splits: no two of the first twenty are alike. */
export function lookOf(k: number, line: Look['line'] = ''): Look {
  return { colour: COLOURS[k % COLOURS.length], line, mark: MARKS[k % MARKS.length] };
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** The chart with its legend; nothing where no series has a value. */
export function lineChart(parts: LineChartParts): Markup {
  const series = parts.series.filter(({ points }) => points.some(([, y]) => y !== null));
  if (series.length === 0) return NOTHING;
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const scales = scalesOf(parts, series, xs);
  const content = [
    leftAxis(scales.ticks, AREA, `${parts.y}${isLog(parts, series) ? ', logarithmic' : ''}`),
    lowerAxis(
      countTicks(xs, scales.x).map((x) => ({ at: scales.x(x), label: x.toLocaleString('en') })),
      AREA,
      parts.x,
    ),
    ...series.map((one) => drawn(one, scales)),
    ...endLabels(series, scales, parts.show),
    ...strips(parts, series, xs, scales.x),
  ];
  return html`<figure>
${series.length === 1 || parts.legend === false ? NOTHING : legend(series)}
${chart({ id: parts.id, title: parts.title, description: described(parts, series), width: CHART_WIDTH, height: HEIGHT, content })}</figure>
`;
}

/** Names with their lines. */
export function legend(entries: readonly { readonly name: string; readonly look: Look }[]): Markup {
  return html`<ul class="legend">
${entries.map(({ name, look }) => html`<li>${key(look)}<span>${name}</span></li>\n`)}</ul>
`;
}

/** A piece of the line with its mark. */
function key(look: Look): Markup {
  return html`<svg class="key" viewBox="0 0 34 14" aria-hidden="true"><path class="${look.colour} stroke ${look.line}" d="M1,7H33"/>${mark(look, 17, 7)}</svg>`;
}

function scalesOf(parts: LineChartParts, series: readonly Series[], xs: readonly number[]): Scales {
  const [first, last] = [xs[0], xs[xs.length - 1]];
  const x = scaleLinear(first === last ? [first - 1, last + 1] : [first, last], [AREA.left + INSET, AREA.right - INSET]);
  const values = valuesOf(series);
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  if (isLog(parts, series)) {
    const domain = [roundLog(least, Math.floor), roundLog(largest, Math.ceil)] as const;
    const y = scaleLog(domain, [AREA.bottom, AREA.top]);
    return { x, y, ticks: logTicks(domain).map((value) => ({ at: y(value), label: logLabel(value) })) };
  }
  const range = (largest - least || Math.abs(largest) || 1) / 10;
  const room = parts.scale === 'near' ? Math.max(LEAST_ROOM, range) : range;
  const bottom = parts.scale === 'near' ? least - room : Math.min(0, least);
  const y = scaleLinear([bottom, Math.min(largest + room, parts.most ?? Number.POSITIVE_INFINITY)], [AREA.bottom, AREA.top]);
  const format = y.tickFormat(5);
  return { x, y, ticks: y.ticks(5).map((value) => ({ at: y(value), label: format(value) })) };
}

function valuesOf(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.flatMap(([, y]) => (y === null ? [] : [y])));
}

/** Values of more than a decade, none of them zero. */
function isLog({ scale }: LineChartParts, series: readonly Series[]): boolean {
  const values = valuesOf(series);
  const least = Math.min(...values);
  return scale === 'log' && least > 0 && Math.max(...values) > 10 * least;
}

/** The nearest of 1, 2, 5, 10, … times a power of ten, in one direction. */
function roundLog(value: number, round: (v: number) => number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const steps = [1, 2, 5, 10];
  const within = value / power;
  return power * (round === Math.floor ? (steps.findLast((s) => s <= within + 1e-9) ?? 1) : (steps.find((s) => s >= within - 1e-9) ?? 10));
}

/** Powers of ten, at most seven of them; where they are few, twice and five times them too. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const step = Math.ceil((to - from) / 6);
  const factors = Math.log10(high / low) <= FEW_DECADES ? [1, 2, 5] : [1];
  const powers = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => 10 ** (from + k * step));
  return powers.flatMap((power) => factors.map((factor) => factor * power)).filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

function logLabel(value: number): string {
  if (value >= 0.001 && value < 1e6) return Number(value.toPrecision(1)).toLocaleString('en', { maximumFractionDigits: 3 });
  const digits = String(Math.floor(Math.log10(value) + 1e-9));
  const factor = Math.round(value / 10 ** Number(digits));
  return `${factor === 1 ? '' : `${factor}·`}10${digits.replace(/./g, (c) => SUPERSCRIPTS[c] ?? c)}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries([...'-0123456789'].map((c, k) => [c, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[k]]));

/** Whole numbers on the lower axis: all where they have room, else round ones. */
function countTicks(xs: readonly number[], x: (value: number) => number): number[] {
  if (xs.length <= 10 && xs.every((value, i) => i === 0 || x(value) - x(xs[i - 1]) >= 24)) return [...xs];
  return scaleLinear([xs[0], xs[xs.length - 1]], [0, 1])
    .ticks(6)
    .filter((value) => Number.isInteger(value));
}

function drawn({ look, points }: Series, { x, y }: Scales): Markup {
  const path = line<readonly [number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([at]) => x(at))
    .y(([, value]) => y(value as number))
    .digits(2);
  const there = points.flatMap(([at, value]) => (value === null ? [] : [[x(at), y(value)] as const]));
  const every = Math.ceil(there.length / MOST_MARKS);
  const marked = there.filter((_, i) => (there.length - 1 - i) % every === 0);
  return html`<path class="${look.colour} stroke curve ${look.line}" d="${path(points) ?? ''}"/>
${marked.map(([across, down]) => mark(look, across, down))}
`;
}

function mark({ colour, mark: type }: Look, x: number, y: number): Markup {
  if (!type) return NOTHING;
  return html`<path class="${colour} fill" transform="translate(${x},${y})" d="${symbol(type, 46).digits(2)() ?? ''}"/>`;
}

/** The last values of the series that end where the longest does, to the right of them. */
function endLabels(series: readonly Series[], { x, y }: Scales, show: (value: number) => string): Markup[] {
  const end = Math.max(...series.map(({ points }) => points[points.length - 1][0]));
  const ending = series.filter(({ points }) => points[points.length - 1][0] === end);
  if (ending.length > MOST_LABELS) return [];
  const labels = ending.map(({ points }) => {
    const value = lastOf(points);
    return { y: y(value) + 5, text: show(value) };
  });
  const placed = keptApart(labels, LABEL_HEIGHT, AREA.top + 5, AREA.bottom + 5);
  return placed.map(({ y: height, text }) => html`<text class="halo" x="${x(end) + 9}" y="${height}">${text}</text>\n`);
}

function lastOf(points: Series['points']): number {
  return points.findLast(([, y]) => y !== null)?.[1] as number;
}

/** A strip over each x that tells the values of all series there when it is pointed at. */
function strips({ x: what, show }: LineChartParts, series: readonly Series[], xs: readonly number[], x: (value: number) => number): Markup[] {
  const every = Math.ceil(xs.length / MOST_STRIPS);
  const shown = xs.filter((_, i) => i % every === 0 || i === xs.length - 1);
  const values = series.map(({ name, points }) => ({ name, at: new Map(points) }));
  return shown.map((value, i) => {
    const left = i === 0 ? AREA.left : (x(value) + x(shown[i - 1])) / 2;
    const right = i === shown.length - 1 ? AREA.right : (x(value) + x(shown[i + 1])) / 2;
    const told = values.flatMap(({ name, at }) => {
      const y = at.get(value);
      return y === undefined || y === null ? [] : [`${name} ${show(y)}`];
    });
    return html`<rect class="strip" x="${left}" y="${AREA.top}" width="${right - left}" height="${AREA.bottom - AREA.top}"><title>${`${what} ${value}: ${told.join(', ')}`}</title></rect>\n`;
  });
}

function described({ x, show }: LineChartParts, series: readonly Series[]): string {
  return series
    .map(({ name, points }) => {
      const [first] = points.find(([, y]) => y !== null) as readonly [number, number];
      const [last] = points.findLast(([, y]) => y !== null) as readonly [number, number];
      const from = show(points.find(([, y]) => y !== null)?.[1] as number);
      return first === last ? `${name}: ${from} at ${x} ${first}.` : `${name}: ${from} at ${x} ${first}, ${show(lastOf(points))} at ${x} ${last}.`;
    })
    .join(' ');
}
