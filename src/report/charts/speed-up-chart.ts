// One curve of speed-ups as an SVG chart: measured medians with their ranges, the ideal line, the ceiling of the machine, the
// law that fits, and what was predicted.

import { scaleLinear } from 'd3-scale';
import { line, symbol, symbolCircle, symbolDiamond } from 'd3-shape';
import { speedUpOf } from '../../scaling/laws.js';
import type { ScalingCurve } from '../../scaling/results.js';
import { plural } from '../../text.js';
import { spaced, speedUpTop, workerCounts } from '../data/speed-up-axes.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { chart, keptApart, type Label, leftAxis, lowerAxis } from '../markup/svg.js';
import { curveTitle, lawName, predictedSpeedUp, times } from '../words.js';

const WIDTH = 500;
const HEIGHT = 424;
/** Where the points lie; to the right of it the labels of the lines. */
const AREA = { left: 40, right: 372, top: 112, bottom: 372 };
/** Room between the axes and the first and last points. */
const INSET = 20;
/** Pieces of the drawn line of a law. */
const LAW_PIECES = 60;
/** Room that a number below the axis, a speed-up beside its point and a line of text need. */
const TICK_WIDTH = 20;
const LABEL_WIDTH = 48;
const LABEL_HEIGHT = 18;

interface Scales {
  /** The highest speed-up that has room. */
  readonly top: number;
  readonly x: (workers: number) => number;
  readonly y: (speedUp: number) => number;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** The chart of a curve; `id` is unique on the page. */
export function speedUpChart(curve: ScalingCurve, id: string): Markup {
  const scales = scalesOf(curve);
  const { x, y, ticks, format } = scales;
  const counts = workerCounts([curve]);
  const labelled = spaced(counts, x, TICK_WIDTH);
  const content = [
    html`<defs><clipPath id="${id}-area"><rect x="${AREA.left}" y="${AREA.top - 6}" width="${WIDTH}" height="${AREA.bottom - AREA.top + 6}"/></clipPath></defs>\n`,
    legend(curve),
    leftAxis(
      ticks.map((value) => ({ at: y(value), label: format(value) })),
      AREA,
      'speed-up over one worker (times)',
    ),
    lowerAxis(
      labelled.map((workers) => ({ at: x(workers), label: String(workers) })),
      AREA,
      'workers',
    ),
    html`<g clip-path="url(#${id}-area)">\n${lines(curve, scales)}</g>\n`,
    ...predictedPoints(curve, scales),
    ...measuredPoints(curve, scales),
    ...pointLabels(curve, scales),
    ...lineLabels(curve, scales),
  ];
  return chart({ id, title: `Speed-up, ${curveTitle(curve)}`, description: described(curve), width: WIDTH, height: HEIGHT, content });
}

function scalesOf(curve: ScalingCurve): Scales {
  const predicted = curve.points.map((point) => predictedSpeedUp(point, curve) ?? 0);
  const top = Math.max(speedUpTop([curve]), ...predicted);
  const y = scaleLinear([0, top], [AREA.bottom, AREA.top]);
  const x = scaleLinear([1, Math.max(2, mostWorkers(curve))], [AREA.left + INSET, AREA.right - INSET]);
  return { top, x, y, ticks: y.ticks(5), format: y.tickFormat(5) };
}

function mostWorkers({ points }: ScalingCurve): number {
  return points[points.length - 1].workers;
}

/** The ideal line, the ceiling's and the law's. */
function lines(curve: ScalingCurve, { x, y }: Scales): Markup[] {
  const most = mostWorkers(curve);
  const path = line<number>().x(x).digits(2);
  const ideal = path.y((workers) => y(workers))([1, most]) ?? '';
  const ceiling = line<[workers: number, ceiling: number]>(
    ([workers]) => x(workers),
    ([, times]) => y(times),
  ).digits(2)(ceilings(curve));
  const { law } = curve;
  const steps = Array.from({ length: LAW_PIECES + 1 }, (_, i) => 1 + ((most - 1) * i) / LAW_PIECES);
  return [
    html`<path class="neutral stroke dotted" d="${ideal}"/>\n`,
    ceiling ? html`<path class="purple stroke" d="${ceiling}"/>\n` : NOTHING,
    law ? html`<path class="vermilion stroke dashed" d="${path.y((workers) => y(speedUpOf(law, workers)))(steps) ?? ''}"/>\n` : NOTHING,
  ];
}

/** The median ceiling of each worker count that has one. */
function ceilings({ points }: ScalingCurve): [workers: number, ceiling: number][] {
  return points.flatMap(({ workers, ceiling }) => (ceiling ? [[workers, ceiling.median]] : []));
}

function measuredPoints({ points }: ScalingCurve, { x, y }: Scales): Markup[] {
  return points.map(({ workers, speedUp: { minimum, median, maximum } }) => {
    const tip = `${plural(workers, 'worker')}: measured ${times(median)} (${times(minimum)} to ${times(maximum)})`;
    return html`<g class="blue"><title>${tip}</title>${bar(x(workers), y(minimum), y(maximum))}${dot(x(workers), y(median))}</g>\n`;
  });
}

function predictedPoints(curve: ScalingCurve, { x, y }: Scales): Markup[] {
  return curve.points.map((point) => {
    const speedUp = predictedSpeedUp(point, curve);
    if (speedUp === undefined) return NOTHING;
    return html`<g class="green"><title>${plural(point.workers, 'worker')}: predicted ${times(speedUp)}</title>${diamond(x(point.workers), y(speedUp))}</g>\n`;
  });
}

/** A range from minimum to maximum, with a cross-bar at each end. */
function bar(x: number, low: number, high: number): Markup {
  return html`<path class="stroke" d="M${x},${low}V${high}M${x - 6},${low}h12M${x - 6},${high}h12"/>`;
}

function dot(x: number, y: number): Markup {
  return html`<path class="fill" transform="translate(${x},${y})" d="${symbol(symbolCircle, 70).digits(2)() ?? ''}"/>`;
}

function diamond(x: number, y: number): Markup {
  return html`<path class="open" transform="translate(${x},${y})" d="${symbol(symbolDiamond, 150).digits(2)() ?? ''}"/>`;
}

/** The medians to the right of their points, but for the first, which is 1, the last, and those without room up to the next. */
function pointLabels({ points }: ScalingCurve, { x, y }: Scales): Markup[] {
  return points
    .slice(0, -1)
    .filter(({ workers }, i) => i > 0 && x(points[i + 1].workers) - x(workers) >= LABEL_WIDTH)
    .map(({ workers, speedUp: { median, minimum } }) => {
      const height = Math.min(Math.max(y(median) + 18, y(minimum) + 5), AREA.bottom - 5);
      return html`<text class="halo" x="${x(workers) + 9}" y="${height}">${times(median)}</text>\n`;
    });
}

/** The value of each line at the right; an ideal line that leaves the chart before is named where it does. */
function lineLabels(curve: ScalingCurve, { x, y, top }: Scales): Markup[] {
  const most = mostWorkers(curve);
  const last = curve.points[curve.points.length - 1];
  const predicted = predictedSpeedUp(last, curve);
  const ends = [
    ...(most > top ? [] : [{ name: 'ideal', speedUp: most }]),
    { name: 'measured', speedUp: last.speedUp.median },
    ...(last.ceiling ? [{ name: 'ceiling', speedUp: last.ceiling.median }] : []),
    ...(curve.law ? [{ name: curve.law.name, speedUp: speedUpOf(curve.law, most) }] : []),
    ...(predicted === undefined ? [] : [{ name: 'predicted', speedUp: predicted }]),
  ];
  const labels: Label[] = ends.map(({ name, speedUp }) => ({ y: y(speedUp) + 5, text: `${name} ${times(speedUp)}` }));
  const placed = keptApart(labels, LABEL_HEIGHT, AREA.top + 5, AREA.bottom);
  const right = placed.map(({ y: height, text }) => html`<text class="halo" x="${AREA.right + 4}" y="${height}">${text}</text>\n`);
  return most > top ? [html`<text class="halo" x="${x(top) + 10}" y="${AREA.top + 14}">ideal</text>\n`, ...right] : right;
}

function legend({ law, points }: ScalingCurve): Markup {
  const entry = (column: number, row: number, sign: Markup, text: string): Markup =>
    html`<g transform="translate(${12 + 235 * column},${14 + 24 * row})">${sign}<text x="26" y="4">${text}</text></g>\n`;
  const stretch = (classes: string): Markup => html`<path class="${classes} stroke" d="M-10,0H20"/>`;
  return html`${[
    entry(0, 0, html`<g class="blue">${bar(5, 8, -8)}${dot(5, 0)}</g>`, 'measured: median, range'),
    entry(1, 0, stretch('neutral dotted'), 'ideal: one a worker'),
    law ? entry(0, 1, stretch('vermilion dashed'), `${lawName(law)}, fitted`) : NOTHING,
    points.some(({ predicted }) => predicted !== undefined)
      ? entry(1, 1, html`<g class="green">${diamond(5, 0)}</g>`, 'predicted beforehand')
      : NOTHING,
    points.some(({ ceiling }) => ceiling !== undefined) ? entry(0, 2, stretch('purple'), 'ceiling: separate one-worker runs side by side') : NOTHING,
  ]}`;
}

function described(curve: ScalingCurve): string {
  const measured = curve.points.map(({ workers, speedUp }) => `${times(speedUp.median)} with ${plural(workers, 'worker')}`).join(', ');
  const [, most] = ceilings(curve).at(-1) ?? [];
  const ceiling = most === undefined ? '' : ` Separate one-worker runs side by side reach ${times(most)}.`;
  return `Median speed-up over one worker: ${measured}. The ideal is as many times as workers.${ceiling}`;
}
