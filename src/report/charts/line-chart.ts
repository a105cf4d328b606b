// Lines over epochs as a chart as wide as its place: axes, a line and marks for each series, the last value of each beside it, what
// happened at some epoch as a line across the plot, and a strip over every epoch that tells all values there. Its title and its legend
// are HTML, whose long names can wrap.

import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { across, marginsFor, PATH_WIDTH, placed, plot, plotLeftAxis, plotLowerAxis, stretched } from '../markup/plot.js';
import { keptApart } from '../markup/svg.js';
import { type AxisScale, countTicks, isLogarithmic, leftScale, logScale, type ScaleKind } from './axis-scale.js';
import { type Look, legend, legendEntry, markOf } from './looks.js';

const HEIGHT = 250;
/** Pixels above the plot, for half a number of the axis; and where the best epoch is named there. */
const ABOVE = 12;
const ABOVE_NAMED = 28;
/** Marks on a line; of more points every n-th has one, the last always. */
const MOST_MARKS = 20;
/** Strips that tell the values; of more points some share one. */
const MOST_STRIPS = 200;
/** Lines that have their last value beside them; of more, the legend and the table have to do. */
const MOST_LABELS = 4;
const LABEL_HEIGHT = 17;
/** The share of the width at each end where a text over a point stands beside it, not over its middle. */
const SIDE = 0.4;

export interface Series {
  readonly name: string;
  readonly look: Look;
  /** x ascending; null where there is no value. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

/** The point that counts most: a line across the plot with its text above, and a ring around the value. */
interface Highlight {
  readonly x: number;
  readonly y: number | null;
  readonly text: string;
}

/** Something that happened on the way, between two points or at one. */
interface Occasion {
  readonly x: number;
  /** What it says when it is pointed at. */
  readonly text: string;
}

export interface LineChartParts {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  /** What x counts, singular: 'epoch'. */
  readonly x: string;
  /** The unit of y, where it has one. */
  readonly unit?: string;
  readonly scale: ScaleKind;
  /** The values that decide between a linear and a logarithmic axis. Default: all. */
  readonly decisive?: readonly number[];
  /** Upper end of the axis that values cannot pass. */
  readonly most?: number;
  /** Where the lower axis ends, if that is beyond the last point. */
  readonly until?: number;
  readonly best?: Highlight;
  readonly occasions?: { readonly name: string; readonly all: readonly Occasion[] };
  readonly show: (value: number) => string;
  /** Without it where one legend is for several charts. Default: true, but for a single series. */
  readonly legend?: boolean;
}

interface Scales extends AxisScale {
  /** Shares of the width. */
  readonly x: (value: number) => number;
}

/** The chart with its legend; nothing where no series has a value. */
export function lineChart(parts: LineChartParts): Markup {
  const series = parts.series.filter(({ points }) => points.some(([, y]) => y !== null));
  if (series.length === 0) return NOTHING;
  const { best, show, until } = parts;
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const [first, last] = [xs[0], Math.max(xs[xs.length - 1], until ?? 0)];
  const values = valuesOf(series);
  const logarithmic = isLogarithmic(parts.scale, parts.decisive ?? values) && isLogarithmic(parts.scale, values);
  const scales: Scales = {
    x: scaleLinear(first === last ? [first - 1, last + 1] : [first, last], [0, 1]),
    ...(logarithmic ? logScale(values, HEIGHT) : leftScale(parts.scale, values, parts.most, HEIGHT)),
  };
  const { x, ticks } = scales;
  const ends = labelled(series).map(({ points }) => show(lastOf(points)));
  const margins = marginsFor(ticks, best ? ABOVE_NAMED : ABOVE, ends);
  const lower = countTicks(xs, first, last).map((value) => ({ at: x(value), label: value.toLocaleString('en') }));
  const content = [
    plotLeftAxis(ticks),
    plotLowerAxis(lower, HEIGHT, parts.x),
    ...(parts.occasions?.all ?? []).map((occasion) => occasionLine(occasion, x)),
    best ? highlightLine(best, x) : NOTHING,
    stretched(
      HEIGHT,
      series.map((one) => curve(one, scales)),
    ),
    ...series.flatMap((one) => marks(one, scales)),
    best && best.y !== null ? placed(x(best.x), scales.y(best.y), html`<circle class="ring" r="7"/>`) : NOTHING,
    ...endLabels(labelled(series), scales, show),
    ...strips(parts, series, xs, scales),
  ];
  return html`<figure>
${caption(parts, logarithmic)}${keys(parts, series)}${plot({ id: parts.id, title: parts.title, description: described(parts, series), height: HEIGHT, margins, content })}</figure>
`;
}

function caption({ title, unit }: LineChartParts, logarithmic: boolean): Markup {
  const notes = [...(unit === undefined ? [] : [unit]), ...(logarithmic ? ['logarithmic'] : [])];
  return html`<figcaption><strong>${title}</strong>${notes.length === 0 ? NOTHING : html` <span>${notes.join(', ')}</span>`}</figcaption>\n`;
}

function keys({ legend: shown, occasions }: LineChartParts, series: readonly Series[]): Markup {
  const happened = occasions && occasions.all.length > 0 ? [legendEntry(html`<path class="occasion" d="M17,0V14"/>`, occasions.name)] : [];
  if (series.length === 1 || shown === false) return happened.length === 0 ? NOTHING : legend([], happened);
  return legend(series, happened);
}

function valuesOf(series: readonly Series[]): number[] {
  return series.flatMap(({ points }) => points.flatMap(([, y]) => (y === null ? [] : [y])));
}

function curve({ look, points }: Series, { x, y }: Scales): Markup {
  const path = line<readonly [number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([at]) => PATH_WIDTH * x(at))
    .y(([, value]) => y(value as number))
    .digits(2);
  return html`<path class="${look.colour} stroke curve ${look.line}" d="${path(points) ?? ''}"/>\n`;
}

function marks({ look, points }: Series, { x, y }: Scales): Markup[] {
  const there = points.flatMap(([at, value]) => (value === null ? [] : [[x(at), y(value)] as const]));
  const every = Math.ceil(there.length / MOST_MARKS);
  const marked = there.filter((_, i) => (there.length - 1 - i) % every === 0);
  return marked.map(([at, down]) => placed(at, down, markOf(look)));
}

function highlightLine({ x: at, text }: Highlight, x: Scales['x']): Markup {
  const share = x(at);
  const anchor = share < SIDE ? '' : share > 1 - SIDE ? 'end' : 'middle';
  return html`<line class="best" x1="${across(share)}" x2="${across(share)}" y1="-6" y2="${HEIGHT}"/><text class="halo strong ${anchor}" x="${across(share)}" y="-12">${text}</text>\n`;
}

function occasionLine({ x: at, text }: Occasion, x: Scales['x']): Markup {
  const share = across(Math.max(0, x(at)));
  return html`<line class="occasion" x1="${share}" x2="${share}" y1="0" y2="${HEIGHT}"><title>${text}</title></line>\n`;
}

/** The series that end where the longest does; none where they are too many. */
function labelled(series: readonly Series[]): readonly Series[] {
  const end = Math.max(...series.map(({ points }) => points[points.length - 1][0]));
  const ending = series.filter(({ points }) => points[points.length - 1][0] === end);
  return ending.length > MOST_LABELS ? [] : ending;
}

/** The last values to the right of the lines' ends. */
function endLabels(series: readonly Series[], { x, y }: Scales, show: (value: number) => string): Markup[] {
  const labels = series.map(({ points, look }) => ({ y: y(lastOf(points)) + 5, text: show(lastOf(points)), colour: look.colour }));
  const at = series.length === 0 ? 0 : x((series[0].points.at(-1) as Series['points'][number])[0]);
  return keptApart(labels, LABEL_HEIGHT, 5, HEIGHT + 5).map(
    ({ y: height, text, colour }) => html`<text class="halo value ${colour}" x="${across(at)}" dx="10" y="${height}">${text}</text>\n`,
  );
}

function lastOf(points: Series['points']): number {
  return points.findLast(([, y]) => y !== null)?.[1] as number;
}

/** A strip over each x that tells the values of all series there when it is pointed at. */
function strips({ x: what, show }: LineChartParts, series: readonly Series[], xs: readonly number[], { x }: Scales): Markup[] {
  const every = Math.ceil(xs.length / MOST_STRIPS);
  const shown = xs.filter((_, i) => i % every === 0 || i === xs.length - 1);
  const values = series.map(({ name, points }) => ({ name, at: new Map(points) }));
  return shown.map((value, i) => {
    const left = i === 0 ? 0 : (x(value) + x(shown[i - 1])) / 2;
    const right = i === shown.length - 1 ? Math.min(1, x(value) + 0.5 * (x(value) - left)) || 1 : (x(value) + x(shown[i + 1])) / 2;
    const told = values.flatMap(({ name, at }) => {
      const y = at.get(value);
      return y === undefined || y === null ? [] : [`${name} ${show(y)}`];
    });
    return html`<rect class="strip" x="${across(left)}" y="0" width="${across(right - left)}" height="${HEIGHT}"><title>${`${what} ${value}: ${told.join(', ')}`}</title></rect>\n`;
  });
}

function described({ x, show, best }: LineChartParts, series: readonly Series[]): string {
  const lines = series.map(({ name, points }) => {
    const [first] = points.find(([, y]) => y !== null) as readonly [number, number];
    const [last] = points.findLast(([, y]) => y !== null) as readonly [number, number];
    const from = show(points.find(([, y]) => y !== null)?.[1] as number);
    return first === last ? `${name}: ${from} at ${x} ${first}.` : `${name}: ${from} at ${x} ${first}, ${show(lastOf(points))} at ${x} ${last}.`;
  });
  return [...lines, ...(best ? [`Marked: ${best.text}.`] : [])].join(' ');
}
