// C against one weight, the others held: the curve, the line that ∂C/∂w predicts from where the weight is, and the point to which it was moved.

import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { line, symbolCircle } from 'd3-shape';
import { labelledTicks } from '../../report/charts/axis-scale.js';
import { type Look, legend, markOf } from '../../report/charts/looks.js';
import { figure } from '../../report/data/explained-paths.js';
import { html, type Markup, NOTHING } from '../../report/markup/html.js';
import { marginsFor, PATH_WIDTH, type PlotTick, placed, plot, plotLeftAxis, plotLowerAxis, stretched } from '../../report/markup/plot.js';
import type { Followed } from './followed.js';

/** How far a weight is moved to either side: a sigmoid comes from one end to the other within it. */
export const SPAN = 4;
const [HEIGHT, POINTS] = [220, 80];
const CURVE: Look = { colour: 'blue', line: '' };
const TANGENT: Look = { colour: 'vermilion', line: 'dashed' };
const POINT: Look = { colour: 'blue', line: 'none', mark: symbolCircle };

type Place = readonly [t: number, cost: number];

export const COST_LEGEND = legend([
  { name: 'C', look: CURVE },
  { name: 'as ∂C/∂w predicts', look: TANGENT },
  { name: 'where the weight is', look: POINT },
]);

/** @param t by how much the weight is moved */
export function costChart(found: Followed, t: number): Markup {
  const { name, value, cost, costAt } = found;
  const curve = curveOf(found);
  if (!Number.isFinite(cost) || curve.length === 0) return NOTHING;
  const y = costScale([...curve.map(([, c]) => c), cost]);
  const ticks = labelledTicks(y.ticks(5), y);
  const moved = costAt(t);
  const content = [
    plotLeftAxis(ticks),
    plotLowerAxis(weightTicks(value), HEIGHT, 'w'),
    stretched(HEIGHT, lines(found, curve, y)),
    placed(x(0), y(cost), html`<circle class="vermilion open" r="5"/>`),
    Number.isFinite(moved) ? placed(x(t), y(moved), html`<g transform="scale(1.5)">${markOf(POINT)}</g>`) : NOTHING,
  ];
  const description = `The cost of this digit for ${name} from ${figure(value - SPAN)} to ${figure(value + SPAN)}; it is ${figure(cost)} now, and ${figure(moved)} where the weight was moved to.`;
  return plot({ id: 'paths-cost', title: `C against w = ${name}`, description, height: HEIGHT, margins: marginsFor(ticks), content });
}

/** A share of the width. */
const x = scaleLinear([-SPAN, SPAN], [0, 1]);

/** C at places all over the span, where it is finite. */
function curveOf({ costAt }: Followed): Place[] {
  const all = Array.from({ length: POINTS + 1 }, (_, k): number => SPAN * ((2 * k) / POINTS - 1));
  return all.map((t): Place => [t, costAt(t)]).filter(([, c]) => Number.isFinite(c));
}

function weightTicks(value: number): PlotTick[] {
  const at = scaleLinear([value - SPAN, value + SPAN], [0, 1]);
  return labelledTicks(at.ticks(6), at);
}

/** What ∂C/∂w predicts, and the curve above it. */
function lines({ cost, backpropagation }: Followed, curve: readonly Place[], y: (c: number) => number): Markup[] {
  const path = line<Place>()
    .x(([t]) => PATH_WIDTH * x(t))
    .y(([, c]) => y(c))
    .digits(2);
  const predicted = (t: number): number => cost + backpropagation * t;
  const tangent = withinHeight((t) => y(predicted(t))).map((t): Place => [t, predicted(t)]);
  return [
    html`<path class="${TANGENT.colour} stroke ${TANGENT.line}" d="${path(tangent) ?? ''}"/>`,
    html`<path class="${CURVE.colour} stroke" d="${path([...curve]) ?? ''}"/>`,
  ];
}

/** Hardly any weight of the first layer moves C by much: so the axis shows what there is of it, with some room. */
function costScale(costs: readonly number[]): ScaleLinear<number, number> {
  const [least, largest] = [Math.min(...costs), Math.max(...costs)];
  const room = (largest - least) / 8 || Math.abs(largest) / 2 || 1;
  return scaleLinear([least - room, largest + room], [HEIGHT, 0]);
}

/** The ends of that part of a straight line over the weight's span that lies within the plot. */
function withinHeight(y: (t: number) => number): readonly [number, number] {
  const [left, right] = [y(-SPAN), y(SPAN)];
  if (left === right) return [-SPAN, SPAN];
  const where = (height: number): number => Math.min(SPAN, Math.max(-SPAN, SPAN * ((2 * (height - left)) / (right - left) - 1)));
  const [a, b] = [where(0), where(HEIGHT)];
  return a < b ? [a, b] : [b, a];
}
