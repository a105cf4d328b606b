// What a test of learning rates has found, for a terminal: the rate, a chart of the cost over η, and what to type next.

import { scaleLinear, scaleLog } from 'd3-scale';
import type { FoundRate } from '../../experiments/rate/find-rate.js';
import { count, plural } from '../../text.js';
import { logLabel, logTicks } from '../data/log-axis.js';
import { costAxis } from '../data/rate-axes.js';
import { rateInWords } from '../words.js';
import { DOTS_ACROSS, DOTS_DOWN, type Paint, Picture } from './braille.js';
import { wrap } from './columns.js';

interface RateTextOptions {
  /** Columns of text. */
  readonly width: number;
  readonly paint: Paint;
}

/** Lines of the picture, and the most columns that it has. */
const ROWS = 14;
const MOST_COLUMNS = 100;

/** @param again the command that trains with it */
export function rateText(found: FoundRate, again: string | undefined, { width, paint }: RateTextOptions): string {
  const { layers, data, optimiser, batch, trained, seconds, kernels, workers, points } = found;
  return [
    ...wrap(rateInWords(found), width),
    '',
    ...rateChart(found, Math.min(width, MOST_COLUMNS), paint),
    '',
    ...wrap(
      `${layers.join('-')} on ${data}, ${optimiser}, mini-batch ${batch}, kernels ${kernels}: ${plural(points.length, 'rate')}, ${count(trained)} samples in ${seconds.toFixed(1)} s with ${plural(workers, 'worker')}`,
      width,
    ),
    ...(again === undefined ? [] : ['', again]),
    '',
  ].join('\n');
}

/** The mean cost of each rate as a dot, smoothed as a line, and where it is least and where to train as marks. */
function rateChart({ points, smoothed, eta, largest }: FoundRate, width: number, paint: Paint): string[] {
  const costs = costAxis(points, smoothed);
  if (costs === undefined || points.length < 2) return [];
  const y = scaleLinear(costs, [ROWS * DOTS_DOWN - 1, 0]);
  const ticks = y.ticks(4).map((value) => ({ row: Math.floor(y(value) / DOTS_DOWN), label: y.tickFormat(4)(value) }));
  const labels = Math.max(...ticks.map(({ label }) => label.length));
  const columns = width - labels - 2;
  const domain = [points[0].eta, points[points.length - 1].eta] as const;
  const x = scaleLog(domain, [0, columns * DOTS_ACROSS - 1]);
  const picture = new Picture(columns, ROWS);
  const at = ({ eta, cost }: { eta: number; cost: number }): [number, number] => [Math.round(x(eta)), Math.round(y(Math.min(cost, costs[1])))];
  for (const { eta, cost } of points) if (cost !== null && cost <= costs[1]) picture.dot(...at({ eta, cost }), 'gray');
  for (const [k, point] of smoothed.entries()) if (k > 0) picture.line(at(smoothed[k - 1]), at(point), [1, 1], 'cyan');
  const marked = (rate: number | null, mark: string, colour: 'green' | 'yellow'): void => {
    const point = smoothed.find((one) => rate !== null && one.eta >= rate);
    if (point) picture.mark(...at(point), mark, colour);
  };
  marked(largest, '▲', 'yellow');
  marked(eta, '●', 'green');
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const label = ticks.find((tick) => tick.row === row)?.label;
    return `${(label ?? '').padStart(labels)} ${label === undefined ? '│' : '┤'}${picture.row(row, paint)}`;
  });
  return ['cost', ...rows, ...lowerAxis(domain, (value) => Math.floor(x(value) / DOTS_ACROSS), columns, labels)].map((line) => line.trimEnd());
}

/** The axis with a tick at each power of ten, its numbers as far as they have room, and its title. */
function lowerAxis(domain: readonly [number, number], column: (eta: number) => number, columns: number, labels: number): string[] {
  const axis = Array.from({ length: columns }, () => '─');
  let numbers = '';
  for (const value of logTicks(domain)) {
    const label = logLabel(value);
    const begin = Math.max(0, column(value) - (label.length >> 1));
    if (numbers !== '' && begin <= numbers.length) continue;
    axis[column(value)] = '┬';
    numbers = numbers.padEnd(begin) + label;
  }
  const indent = ' '.repeat(labels + 1);
  const title = '● train with   ▲ least cost   η';
  return [`${indent}└${axis.join('')}`, `${indent} ${numbers}`, `${indent} ${title.padStart((columns + title.length) >> 1)}`];
}
