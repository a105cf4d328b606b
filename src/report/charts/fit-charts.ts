// What a network predicted for targets that are numbers: predicted against target, with the line on which they are the same, and what
// is left over against what was predicted. Some thousand points at most, each series in one path; the farthest are in a table.

import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { symbolCircle } from 'd3-shape';
import type { FitFigures, Pair } from '../../inference/regression.js';
import { count, fixed } from '../../text.js';
import type { Fitted } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { table } from '../markup/page.js';
import { marginsFor, PATH_WIDTH, type PlotTick, plot, plotLeftAxis, plotLowerAxis, stretched } from '../markup/plot.js';
import { legend, lookOf } from './looks.js';

const HEIGHT = 260;
/** Outputs that have a colour each; of more, all have the same. */
const MOST_COLOURS = 4;

interface ScatterParts {
  readonly id: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly output: number; readonly x: number; readonly y: number }[];
  /** Where a line is drawn: from the first to the second point. */
  readonly line: (least: number, largest: number) => readonly [readonly [number, number], readonly [number, number]];
  /** Whether both axes have the same range. */
  readonly square: boolean;
  readonly description: string;
}

/** Both charts. @param name of the run @param id unique on the page */
export function fitCharts({ pairs, rmse, r2, outputs: each }: Fitted, name: string, id: string): Markup {
  const finite = pairs.filter(({ target, predicted }) => Number.isFinite(target) && Number.isFinite(predicted));
  if (finite.length === 0) return NOTHING;
  const outputs = new Set(finite.map(({ output }) => output)).size;
  const fit = r2 === null ? '' : `R² ${fixed(r2, 4)}. `;
  const against = scatter({
    id: `${id}-predicted`,
    title: `Predicted against target, ${name}`,
    x: 'target',
    y: 'predicted; on the line both are the same',
    points: finite.map(({ output, target, predicted }) => ({ output, x: target, y: predicted })),
    line: (least, largest) => [
      [least, least],
      [largest, largest],
    ],
    square: true,
    description: `${fit}${count(finite.length)} points about the line on which both are the same.`,
  });
  const residuals = scatter({
    id: `${id}-residuals`,
    title: `Residuals, ${name}`,
    x: 'predicted',
    y: 'predicted less target',
    points: finite.map(({ output, target, predicted }) => ({ output, x: predicted, y: predicted - target })),
    line: (least, largest) => [
      [least, 0],
      [largest, 0],
    ],
    square: false,
    description: `What is left over, about 0; its root mean square is ${digits(rmse)}.`,
  });
  const several = outputs > 1 && outputs <= MOST_COLOURS;
  const key = several
    ? legend(
        Array.from({ length: outputs }, (_, k) => ({
          name: each[k]?.name ?? `output ${k + 1}`,
          look: { colour: lookOf(k).colour, line: 'none' as const, mark: symbolCircle },
        })),
      )
    : NOTHING;
  return html`${key}<div class="charts">${against}${residuals}</div>\n`;
}

function scatter({ id, title, x: beneath, y: above, points, line, square, description }: ScatterParts): Markup {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const range = rangeOf(square ? [...xs, ...ys] : xs);
  const x = scaleLinear(range, [0, 1]);
  const y = scaleLinear(square ? range : rangeOf([...ys, 0]), [HEIGHT, 0]);
  const [left, lower] = [ticksOf(y), ticksOf(x)];
  const [from, to] = line(range[0], range[1]);
  const spots = new Map<string, string[]>();
  const outputs = new Set(points.map(({ output }) => output)).size;
  for (const point of points) {
    const { colour } = lookOf(outputs <= MOST_COLOURS ? point.output : 0);
    const of = spots.get(colour) ?? [];
    spots.set(colour, of);
    of.push(`M${Math.round(PATH_WIDTH * x(point.x))},${Math.round(10 * y(point.y)) / 10}h0`);
  }
  const paths = [...spots].map(([colour, of]) => html`<path class="${colour} spots" d="${of.join('')}"/>`);
  const content = [
    plotLeftAxis(left),
    plotLowerAxis(lower, HEIGHT, beneath),
    stretched(HEIGHT, [html`<path class="ideal" d="M${PATH_WIDTH * x(from[0])},${y(from[1])}L${PATH_WIDTH * x(to[0])},${y(to[1])}"/>`, ...paths]),
  ];
  return html`<figure><figcaption><strong>${title.split(',')[0]}</strong> <span>${above}</span></figcaption>
${plot({ id, title, description, height: HEIGHT, margins: marginsFor(left), content })}</figure>
`;
}

/** Numbers that would be long have an exponent: there are several beside one another. */
function ticksOf(scale: ScaleLinear<number, number>): PlotTick[] {
  const farthest = Math.max(...scale.domain().map(Math.abs));
  const format = scale.tickFormat(5, farthest >= 1e5 || farthest < 1e-3 ? '~e' : undefined);
  const label = (value: number): string => (value === 0 ? '0' : format(value).replace('e+', 'e'));
  return scale.ticks(5).map((value) => ({ at: scale(value), label: label(value) }));
}

/** A little more than the values, so that no point lies on the edge. */
function rangeOf(values: readonly number[]): [number, number] {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  const room = (largest - least || Math.abs(largest) || 1) * 0.05;
  return [least - room, largest + room];
}

/** The figures of each output, and the samples that are farthest off. */
export function fitTables({ outputs, farthest, split, data, ...all }: Fitted, name: string): Markup {
  const row = (of: string, { r2, rmse, mae }: FitFigures): string[] => [of, r2 === null ? '–' : fixed(r2, 4), digits(rmse), digits(mae)];
  const rows = outputs.slice(0, 100).map((figures, k) => row(figures.name ?? String(k + 1), figures));
  const figures = table({
    caption: `Outputs of ${name} on the ${split} data of ${data}`,
    head: ['output', 'R²', 'RMSE', 'MAE'],
    rows: outputs.length === 1 ? rows : [...rows, row('all', all)],
  });
  const several = outputs.length > 1;
  const far = table({
    caption: `Farthest predictions of ${name} on the ${split} data of ${data}`,
    head: ['sample', ...(several ? ['output'] : []), 'target', 'predicted', 'predicted less target'],
    rows: farthest.map(({ index, output, target, predicted }: Pair) => [
      String(index + 1),
      ...(several ? [outputs[output]?.name ?? String(output + 1)] : []),
      digits(target),
      digits(predicted),
      digits(predicted - target),
    ]),
  });
  return html`${figures}${far}`;
}

/** Four digits. */
export function digits(value: number): string {
  const text = value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replace('-', '−').replace('e−', 'e-');
}
