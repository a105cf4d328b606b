// Speed-up against workers as a chart of characters, for a terminal: each curve with a mark and a line of dots of its own,
// the ideal line, the ceiling of the machine, and axes. It can be read without colour.

import { scaleLinear } from 'd3-scale';
import type { ScalingCurve, ScalingReport } from '../../scaling/results.js';
import { listed, plural } from '../../text.js';
import { spaced, speedUpTop, workerCounts } from '../data/speed-up-axes.js';
import { curveTitle, TEXT_WIDTH, times } from '../words.js';
import { type ChartColour, DOTS_ACROSS, DOTS_DOWN, type Paint, Picture } from './braille.js';
import { wrap } from './columns.js';

export interface TerminalChartOptions {
  /** Characters across; at least 40. */
  readonly width?: number;
  /** Lines of the chart without its legend; at least 8. */
  readonly height?: number;
  /** Colours the chart; without it there is none. `styleText` of node:util fits. */
  readonly paint?: Paint;
}

const LEAST_WIDTH = 40;
const LEAST_HEIGHT = 8;
/** Lines that are not the picture: the titles of both axes, the lower axis and its numbers. */
const FRAME_LINES = 4;
/** Characters between the axes and the first and last points. */
const MARGIN = 3;

/** Marks, and which dots of a line are set: the first `on` of every `period`. */
const STYLES: readonly { mark: string; colour: ChartColour; dash: readonly [number, number] }[] = [
  { mark: '●', colour: 'cyan', dash: [1, 1] },
  { mark: '◆', colour: 'yellow', dash: [4, 7] },
  { mark: '▲', colour: 'green', dash: [2, 4] },
  { mark: '■', colour: 'magenta', dash: [1, 2] },
  { mark: '○', colour: 'cyan', dash: [6, 9] },
  { mark: '◇', colour: 'yellow', dash: [3, 4] },
  { mark: '△', colour: 'green', dash: [2, 6] },
  { mark: '□', colour: 'magenta', dash: [1, 3] },
];
const IDEAL_DASH = [1, 5] as const;
const CEILING_DASH = [3, 9] as const;

interface Frame {
  readonly rows: number;
  readonly columns: number;
  readonly counts: readonly number[];
  /** Positions in dots of the picture. */
  readonly x: (workers: number) => number;
  readonly y: (speedUp: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** Characters that the numbers of the left axis take. */
  readonly labels: number;
}

/** The median speed-ups of all curves over their worker counts. */
export function terminalChart({ curves }: ScalingReport, options: TerminalChartOptions = {}): string {
  const { width = TEXT_WIDTH, height = 18, paint = (_colour, text) => text } = options;
  const frame = frameOf(curves, Math.max(width, LEAST_WIDTH), Math.max(height, LEAST_HEIGHT) - FRAME_LINES);
  const picture = drawn(curves, frame);
  const lines = [
    'speed-up over one worker',
    ...Array.from({ length: frame.rows }, (_, row) => `${leftAxis(row, frame)}${picture.row(row, paint)}`),
    ...lowerAxis(frame),
    '',
    ...legend(curves, Math.max(width, LEAST_WIDTH), paint),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function frameOf(curves: readonly ScalingCurve[], width: number, rows: number): Frame {
  const counts = workerCounts(curves);
  const y = scaleLinear([0, speedUpTop(curves)], [rows * DOTS_DOWN - 1, 0]);
  const format = y.tickFormat(5);
  const ticks = y.ticks(5).map((value) => ({ value, label: format(value) }));
  const labels = Math.max(...ticks.map(({ label }) => label.length));
  const columns = width - labels - 2;
  const x = scaleLinear([1, Math.max(2, ...counts)], [MARGIN * DOTS_ACROSS, (columns - MARGIN) * DOTS_ACROSS - 1]);
  return { rows, columns, counts, x: (workers) => Math.round(x(workers)), y: (speedUp) => Math.round(y(speedUp)), ticks, labels };
}

function drawn(curves: readonly ScalingCurve[], { rows, columns, counts, x, y }: Frame): Picture {
  const picture = new Picture(columns, rows);
  const most = Math.max(...counts);
  picture.line([x(1), y(1)], [x(most), y(most)], IDEAL_DASH, 'gray');
  for (const path of ceilings(curves)) {
    for (let end = 1; end < path.length; end++) {
      const [from, to] = [path[end - 1], path[end]].map(([workers, ceiling]) => [x(workers), y(ceiling)] as const);
      picture.line(from, to, CEILING_DASH, 'gray');
    }
  }
  const paths = curves.map(({ points }) => points.map(({ workers, speedUp }) => [x(workers), y(speedUp.median)] as const));
  for (const [i, path] of paths.entries()) {
    const { colour, dash } = STYLES[i % STYLES.length];
    for (let end = 1; end < path.length; end++) picture.line(path[end - 1], path[end], dash, colour);
  }
  for (const [i, path] of paths.entries()) {
    const { mark, colour } = STYLES[i % STYLES.length];
    for (const [across, down] of path) picture.mark(across, down, mark, colour);
  }
  return picture;
}

/** The median ceilings over their worker counts, once for each mini-batch: curves of both modes share them. */
function ceilings(curves: readonly ScalingCurve[]): (readonly [workers: number, ceiling: number])[][] {
  const distinct = new Map(curves.map((curve) => [curve.batch, curve.points]));
  return [...distinct.values()]
    .map((points) => points.flatMap(({ workers, ceiling }) => (ceiling ? [[workers, ceiling.median] as const] : [])))
    .filter((path) => path.length > 0);
}

function leftAxis(row: number, { y, ticks, labels }: Frame): string {
  const tick = ticks.find(({ value }) => Math.floor(y(value) / DOTS_DOWN) === row);
  return tick ? `${tick.label.padStart(labels)} ┤` : `${' '.repeat(labels)} │`;
}

/** The axis with a tick at each worker count, its numbers as far as they have room, and its title. */
function lowerAxis({ x, counts, columns, labels }: Frame): string[] {
  const column = (workers: number): number => Math.floor(x(workers) / DOTS_ACROSS);
  const axis = Array.from({ length: columns }, () => '─');
  for (const workers of counts) axis[column(workers)] = '┬';
  let numbers = '';
  for (const workers of spaced(counts, column, 5)) {
    const label = String(workers);
    numbers += label.padStart(column(workers) + Math.ceil((label.length + 1) / 2) - numbers.length);
  }
  const indent = ' '.repeat(labels + 1);
  return [`${indent}└${axis.join('')}`, `${indent} ${numbers}`, `${indent} ${'workers'.padStart((columns + 'workers'.length) >> 1)}`];
}

function legend(curves: readonly ScalingCurve[], width: number, paint: Paint): string[] {
  const entries = curves.map(({ mode, batch, points }, i) => {
    const { workers, speedUp } = points[points.length - 1];
    const { mark, colour } = STYLES[i % STYLES.length];
    return { sign: paint(colour, ` ${mark} `), text: `${curveTitle({ mode, batch })}: ${times(speedUp.median)} with ${plural(workers, 'worker')}` };
  });
  const ideal = { sign: paint('gray', '⡀⠐⠁'), text: 'ideal: as many times the speed as workers' };
  const last = ceilings(curves).map((path) => path[path.length - 1]);
  const figures = last.map(([workers, ceiling]) => `${times(ceiling)} with ${plural(workers, 'worker')}`);
  const ceiling = { sign: paint('gray', '⠒⠂ '), text: `ceiling: separate one-worker runs side by side, ${listed(figures)}` };
  return [...entries, ideal, ...(last.length > 0 ? [ceiling] : [])].flatMap(({ sign, text }) =>
    wrap(text, width - 5).map((line, i) => ` ${i === 0 ? sign : '   '} ${line}`),
  );
}
