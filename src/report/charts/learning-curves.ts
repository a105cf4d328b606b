// How runs learned, epoch by epoch: cost and accuracy, training beside validation and test, and samples per second. Several runs
// lie over one another; each then has a colour and a mark, and its line says which samples the figure is of.

import type { EpochEvent } from '../../options/events.js';
import { bestOf } from '../../options/figure.js';
import { namesRanks } from '../../options/ranks.js';
import type { Resumption } from '../../runs/resumptions.js';
import { count, fixed, percent } from '../../text.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { table } from '../markup/page.js';
import { costText, measureOf, RATE_UNITS } from '../words.js';
import { type Bar, bars } from './bars.js';
import { type LineChartParts, lineChart, type Series } from './line-chart.js';
import { type Look, legend, lookOf } from './looks.js';

/** What the curves need of a run. */
export interface CurveRun {
  /** Told apart from the other runs' names. */
  readonly name: string;
  readonly epochs: readonly EpochEvent[];
  readonly resumptions?: readonly Resumption[];
  /** The last epoch of a run that goes on: where the lower axis ends. */
  readonly until?: number;
}

/** Rows of a table; of more epochs some are left out. */
const MOST_ROWS = 300;

type Figure = (epoch: EpochEvent) => number | null;

interface Split {
  readonly name: string;
  readonly line: Look['line'];
  readonly cost: Figure;
  readonly accuracy: Figure;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const TRAINING: Split = { name: 'training', line: '', cost: (e) => finite(e.trainingCost), accuracy: (e) => e.trainingAccuracy };
const VALIDATION: Split = { name: 'validation', line: 'dashed', cost: (e) => e.validationCost, accuracy: (e) => e.validationAccuracy };
const TEST: Split = { name: 'test', line: 'dotted', cost: (e) => e.testCost, accuracy: (e) => e.testAccuracy };

/** Accuracy and cost. `id` is unique on the page. */
export function learningCurves(runs: readonly CurveRun[], id: string): Markup {
  return html`${curvesLegend(runs)}<div class="charts">${accuracyCurve(runs, id)}${costCurve(runs, id)}</div>`;
}

export function accuracyCurve(runs: readonly CurveRun[], id: string): Markup {
  if (isOneEpoch(runs)) return barsOf(runs[0].epochs[0], 'accuracy', (value) => percent(value, 2), 1);
  return lineChart({
    ...shared(runs),
    id: `${id}-accuracy`,
    title: 'Accuracy by epoch',
    series: seriesOf(runs, 'accuracy'),
    unit: '%',
    scale: 'near',
    most: 100,
    best: runs.length === 1 ? highlight(runs[0], 'accuracy') : undefined,
    show: (value) => fixed(value, 2),
  });
}

export function costCurve(runs: readonly CurveRun[], id: string): Markup {
  if (isOneEpoch(runs)) return barsOf(runs[0].epochs[0], 'cost', costText);
  return lineChart({
    ...shared(runs),
    id: `${id}-cost`,
    title: 'Cost by epoch',
    series: seriesOf(runs, 'cost'),
    scale: 'log',
    decisive: decisiveCosts(runs),
    best: runs.length === 1 ? highlight(runs[0], 'cost') : undefined,
    show: costText,
  });
}

/** A run of one epoch has no line: a line has two ends. */
const isOneEpoch = (runs: readonly CurveRun[]): boolean => runs.length === 1 && runs[0].epochs.length === 1 && runs[0].until === undefined;

const shared = (runs: readonly CurveRun[]) => ({ x: 'epoch', legend: runs.length === 1, ...(runs.length === 1 ? happenings(runs[0]) : {}) });

/** How the only epoch went. */
function barsOf(epoch: EpochEvent, what: 'cost' | 'accuracy', text: (value: number) => string, most?: number): Markup {
  const rows = [TRAINING, VALIDATION, TEST].flatMap((split, k): Bar[] => {
    const value = split[what](epoch);
    return value === null ? [] : [{ name: split.name, colour: lookOf(k).colour, value, text: text(value) }];
  });
  return bars(`${what === 'cost' ? 'Cost' : 'Accuracy'} after one epoch`, rows, { most });
}

/** What the validation costs, or else what there is, decides over the axis: a training's cost that falls to nothing shall not squeeze it. */
function decisiveCosts(runs: readonly CurveRun[]): number[] {
  const finite = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null && Number.isFinite(v));
  const of = (split: Split): number[] => runs.flatMap(({ epochs }) => finite(epochs.map(split.cost)));
  return [VALIDATION, TEST].map(of).find((values) => values.length > 0) ?? of(TRAINING);
}

/** What is marked in both charts of one run: where it was resumed, and where its end is planned. */
function happenings({ resumptions = [], until }: CurveRun): Pick<LineChartParts, 'occasions' | 'until'> {
  const all = resumptions.map(({ epoch, samples, of, by }) => ({
    x: epoch - 1 + samples / of,
    text: `resumed in epoch ${count(epoch)}, after ${count(samples)} of ${count(of)} samples${by !== undefined && namesRanks(by) ? `, with ${by}` : ''}`,
  }));
  return { occasions: { name: 'resumed', all }, until };
}

/** The best epoch by the validation's accuracy, and by its cost: each chart has its own. */
function highlight({ epochs }: CurveRun, what: 'cost' | 'accuracy'): LineChartParts['best'] {
  const best = bestOf(epochs, `validation ${what}`);
  if (!best) return undefined;
  const { epoch, value } = best;
  const text = what === 'accuracy' ? `best ${percent(value, 2)}` : `least ${costText(value)}`;
  return { x: epoch, y: what === 'accuracy' ? 100 * value : value, text: `${text}, epoch ${count(epoch)}` };
}

const ALONE: Readonly<Record<string, Split>> = Object.fromEntries([VALIDATION, TEST].map((split) => [split.name, { ...split, line: '' }]));

/** Runs that have a line for the training too; of more, the lines would hide each other. */
export const FEW_RUNS = 2;

/** The splits that a run of several is drawn with; one alone has whole lines. */
function splitsOf({ epochs }: CurveRun, runs: readonly CurveRun[]): Split[] {
  const beside = besideTraining(epochs);
  return runs.length > FEW_RUNS ? [ALONE[beside.name]] : [TRAINING, beside];
}

/** Of both charts of several runs: the runs by colour and mark, the samples by line. One run has a legend in each chart. */
export function curvesLegend(runs: readonly CurveRun[]): Markup {
  if (runs.length === 1) return NOTHING;
  const splits = new Set(runs.flatMap((run) => splitsOf(run, runs)));
  const kinds = [...splits].map(({ name, line }) => ({ name, look: { colour: 'neutral', line } }));
  return html`${legend(runs.map(({ name }, k) => ({ name, look: lookOf(k) })))}${legend(kinds)}`;
}

/** Of one run all splits. */
function seriesOf(runs: readonly CurveRun[], what: 'cost' | 'accuracy'): Series[] {
  const points = (epochs: readonly EpochEvent[], split: Split): Series['points'] =>
    epochs.map((e) => {
      const value = split[what](e);
      return [e.epoch, value === null ? null : what === 'accuracy' ? 100 * value : value];
    });
  if (runs.length === 1) {
    return [TRAINING, VALIDATION, TEST].map((split, k) => ({
      name: split.name,
      look: lookOf(k, split.line),
      points: points(runs[0].epochs, split),
    }));
  }
  return runs.flatMap((run, k) =>
    splitsOf(run, runs).map((split) => ({
      name: `${run.name}, ${split.name}`,
      look: lookOf(k, split.line),
      points: points(run.epochs, split),
    })),
  );
}

function besideTraining(epochs: readonly EpochEvent[]): Split {
  return epochs.some(({ validationCost }) => validationCost !== null) ? VALIDATION : TEST;
}

/** Samples per second of each epoch; nothing of one that is the only one, whose speed is said elsewhere. */
export function throughputCurve(runs: readonly CurveRun[], id: string): Markup {
  if (isOneEpoch(runs)) return NOTHING;
  const rate = measureOf(
    runs.flatMap(({ epochs }) => epochs.map(({ samplesPerSecond }) => samplesPerSecond)),
    RATE_UNITS,
  );
  return lineChart({
    id,
    title: 'Speed by epoch',
    series: runs.map(({ name, epochs }, k) => ({
      name: runs.length === 1 ? 'samples per second' : name,
      look: lookOf(k),
      points: epochs.map((e) => [e.epoch, e.samplesPerSecond * rate.factor]),
    })),
    x: 'epoch',
    unit: rate.unit,
    scale: 'zero',
    until: runs.length === 1 ? runs[0].until : undefined,
    show: (value) => rate.show(value / rate.factor),
  });
}

/** The figures behind the curves of one run. */
export function epochTable({ name, epochs }: CurveRun): Markup {
  const every = Math.ceil(epochs.length / MOST_ROWS);
  const rows = epochs.filter((_, i) => i % every === 0 || i === epochs.length - 1);
  const maybe = (value: number | null, show: (value: number) => string): string => (value === null ? '–' : show(value));
  const columns: readonly (readonly [head: string, cell: (e: EpochEvent) => string])[] = [
    ['epoch', (e) => String(e.epoch)],
    ['training cost', (e) => maybe(finite(e.trainingCost), costText)],
    ['validation cost', (e) => maybe(e.validationCost, costText)],
    ['test cost', (e) => maybe(e.testCost, costText)],
    ['training accuracy, %', (e) => maybe(e.trainingAccuracy, (v) => fixed(100 * v, 2))],
    ['validation accuracy, %', (e) => maybe(e.validationAccuracy, (v) => fixed(100 * v, 2))],
    ['test accuracy, %', (e) => maybe(e.testAccuracy, (v) => fixed(100 * v, 2))],
    ['η', (e) => (e.eta === undefined ? '–' : String(Number(e.eta.toPrecision(4))))],
    ['seconds', (e) => fixed(e.seconds, 3)],
    ['samples/s', (e) => count(e.samplesPerSecond)],
  ];
  const shown = columns.filter(([, cell]) => epochs.some((e) => cell(e) !== '–'));
  return table({
    caption: every === 1 ? `Epochs of ${name}` : `Epochs of ${name}, one in ${every} and the last`,
    head: shown.map(([head]) => head),
    rows: rows.map((e) => shown.map(([, cell]) => cell(e))),
  });
}
