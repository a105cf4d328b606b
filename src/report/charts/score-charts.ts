// How far the outputs of a network can be trusted: for two classes the ROC curve, and for any whether probabilities come true, both from 0
// to 1 across and down, beside the line that a network without knowledge, or one that is right about itself, would give.

import { symbolCircle } from 'd3-shape';
import type { Calibration } from '../../inference/calibration.js';
import type { Roc } from '../../inference/score-figures.js';
import { count, fixed, percent } from '../../text.js';
import { html, type Markup } from '../markup/html.js';
import { table } from '../markup/page.js';
import { marginsFor, PATH_WIDTH, type PlotTick, placed, plot, plotLeftAxis, plotLowerAxis, stretched } from '../markup/plot.js';
import { type Look, legend, legendEntry, markOf } from './looks.js';

const HEIGHT = 260;
/** Rows of the table of a curve. */
const MOST_ROWS = 21;
/** How strong the bars are behind a line. */
const BAR_OPACITY = 0.16;
const POINTS: Look = { colour: 'blue', line: '', mark: symbolCircle };

interface UnitChart {
  /** Unique on the page. */
  readonly id: string;
  /** Names the chart, and what it is of. */
  readonly title: string;
  /** What stands beside its name. */
  readonly note: string;
  readonly across: string;
  readonly key: Markup;
  /** In the plot, stretched as it is wide. */
  readonly drawn: readonly Markup[];
  /** Around points. */
  readonly placed?: readonly Markup[];
  readonly description: string;
}

const down = (share: number): number => HEIGHT * (1 - share);
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const LEFT: readonly PlotTick[] = TICKS.map((value) => ({ at: down(value), label: fixed(value, 1) }));
const LOWER: readonly PlotTick[] = TICKS.map((value) => ({ at: value, label: fixed(value, 1) }));
const DIAGONAL = html`<path class="ideal" d="M0,${HEIGHT}L${PATH_WIDTH},0"/>`;

function unitChart({ id, title, note, across: beneath, key, drawn, placed: points = [], description }: UnitChart): Markup {
  const content = [plotLeftAxis(LEFT), plotLowerAxis(LOWER, HEIGHT, beneath), stretched(HEIGHT, [DIAGONAL, ...drawn]), ...points];
  return html`<figure><figcaption><strong>${title.split(',')[0]}</strong> <span>${note}</span></figcaption>
${key}${plot({ id, title, description, height: HEIGHT, margins: marginsFor(LEFT), content })}</figure>
`;
}

const idealEntry = (name: string): Markup => legendEntry(html`<path class="ideal" d="M1,7H33"/>`, name);

function path(points: readonly (readonly [across: number, down: number])[]): Markup {
  const d = points.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${Math.round(10 * PATH_WIDTH * x) / 10},${Math.round(100 * down(y)) / 100}`).join('');
  return html`<path class="blue stroke curve " d="${d}"/>`;
}

const rocClass = ({ positive, name }: Roc): string => name ?? String(positive);

/** @param of what was assessed: a run on some data, in words; `id` is unique on the page */
export function rocChart(roc: Roc, of: string, id: string): Markup {
  const positive = rocClass(roc);
  return unitChart({
    id: `${id}-roc`,
    title: `ROC curve, ${of}`,
    note: `share of class ${positive} that is found; AUC ${fixed(roc.auc, 4)}`,
    across: 'share of the other class that is taken for it',
    key: legend([{ name: 'for every threshold', look: { colour: 'blue', line: '' } }], [idealEntry('without knowledge')]),
    drawn: [path(roc.curve.map(({ falsePositives, truePositives }) => [falsePositives, truePositives]))],
    description: `The area under the curve of class ${positive} is ${fixed(roc.auc, 4)}; under the diagonal it is 0.5, and 1 where one threshold tells all samples apart.`,
  });
}

/** The class whose probability is meant, in words. */
const calibrated = ({ of, name }: Calibration): string => (of === null ? 'the class named' : `class ${name ?? of}`);

/** The same. */
export function calibrationChart(calibration: Calibration, of: string, id: string): Markup {
  const { error, bins } = calibration;
  const samples = bins.reduce((sum, bin) => sum + bin.samples, 0);
  const points = bins.flatMap(({ predicted, observed, samples: n }) => (predicted === null || observed === null ? [] : [{ predicted, observed, n }]));
  const bars = bins.flatMap(({ from, to, samples: n }) => {
    const height = (HEIGHT * n) / samples;
    if (n === 0) return [];
    return [
      html`<path class="neutral fill outline" fill-opacity="${BAR_OPACITY}" d="M${PATH_WIDTH * from},${HEIGHT}V${HEIGHT - height}H${PATH_WIDTH * to}V${HEIGHT}"/>`,
    ];
  });
  const key = html`<path class="neutral fill outline" fill-opacity="${BAR_OPACITY}" d="M1,13V1H33V13Z"/>`;
  return unitChart({
    id: `${id}-calibration`,
    title: `Calibration, ${of}`,
    note: `share for which it came true; error ${fixed(error, 4)}`,
    across: `probability of ${calibrated(calibration)}`,
    key: legend([{ name: 'mean of a bin', look: POINTS }], [legendEntry(key, 'share of the samples'), idealEntry('as it says')]),
    drawn: [...bars, path(points.map(({ predicted, observed }) => [predicted, observed]))],
    placed: points.map(({ predicted, observed, n }) =>
      placed(
        predicted,
        down(observed),
        html`<g><title>${`${percent(predicted)} said, ${percent(observed)} of ${count(n)} came true`}</title>${markOf(POINTS)}</g>`,
      ),
    ),
    description: `In ten bins of the probability of ${calibrated(calibration)}: what came true against what was said. On the diagonal both are the same; the mean distance from it is ${fixed(error, 4)}.`,
  });
}

/** Points of the curve, all over it. */
export function rocTable(roc: Roc, of: string): Markup {
  const { curve } = roc;
  const every = Math.ceil((curve.length - 1) / (MOST_ROWS - 1)) || 1;
  const rows = curve.filter((_, k) => k % every === 0 || k === curve.length - 1);
  return table({
    caption: `ROC curve of class ${rocClass(roc)}, ${of}`,
    head: ['threshold', 'of the class found', 'of the other taken for it'],
    rows: rows.map(({ threshold, truePositives, falsePositives }) => [
      threshold === null || !Number.isFinite(threshold) ? '–' : fixed(threshold, 4),
      percent(truePositives, 2),
      percent(falsePositives, 2),
    ]),
  });
}

export function calibrationTable(calibration: Calibration, of: string): Markup {
  const share = (value: number | null): string => (value === null ? '–' : percent(value, 2));
  return table({
    caption: `Calibration of the probability of ${calibrated(calibration)}, ${of}`,
    head: ['probability', 'samples', 'mean', 'came true'],
    rows: calibration.bins.map(({ from, to, samples, predicted, observed }) => [
      `${fixed(from, 1)} to ${fixed(to, 1)}`,
      count(samples),
      share(predicted),
      share(observed),
    ]),
  });
}
