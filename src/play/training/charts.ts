// The charts of the page's runs: how they learn, over one another; how fast; and how fast each layer of the latest one learns.

import type { EpochEvent } from '../../options/events.js';
import { layerSpeeds } from '../../report/charts/layer-speeds.js';
import { accuracyCurve, type CurveRun, costCurve, curvesLegend, throughputCurve } from '../../report/charts/learning-curves.js';
import { html, type Markup, NOTHING } from '../../report/markup/html.js';
import type { PlayRun } from '../store.js';
import { runNames } from './run-names.js';

/** Runs that lie over one another: as many as have a colour of their own. */
const MOST_RUNS = 4;
/** Points of a line: of more epochs some are left out, and the last stays. Drawn anew many times a second, more would cost frames. */
const MOST_POINTS = 40;

function thinned<T>(all: readonly T[]): readonly T[] {
  const every = Math.ceil(all.length / MOST_POINTS);
  return every === 1 ? all : all.filter((_, k) => (all.length - 1 - k) % every === 0);
}

/** The latest runs that have an epoch to show. */
function shownRuns(runs: readonly PlayRun[]): readonly PlayRun[] {
  return runs.filter(({ epochs }) => epochs.length > 0).slice(-MOST_RUNS);
}

function curveRuns(runs: readonly PlayRun[]): CurveRun[] {
  const names = runNames(runs);
  return runs.map(({ epochs, done, error }, k) => {
    const isOver = done !== undefined || error !== undefined;
    return { name: names[k], epochs: thinned<EpochEvent>(epochs), ...(!isOver && runs.length === 1 && { until: epochs[0].epochs }) };
  });
}

/** A chart of the latest runs; nothing where none has an epoch yet. */
const ofRuns =
  (chart: (runs: readonly CurveRun[]) => Markup) =>
  (runs: readonly PlayRun[]): Markup => {
    const shown = curveRuns(shownRuns(runs));
    return shown.length === 0 ? NOTHING : chart(shown);
  };

/** The learning curves one by one: both in one frame would make it too long. */
const curvesHead = ofRuns((runs) => html`<h3>How it learns</h3>${curvesLegend(runs)}`);
const accuracies = ofRuns((runs) => accuracyCurve(runs, 'play'));
const costs = ofRuns((runs) => costCurve(runs, 'play'));

/** The speed of each layer of the latest run. */
function layerCurves(runs: readonly PlayRun[]): Markup {
  const run = runs.at(-1);
  if (!run || run.epochs.length === 0) return NOTHING;
  return html`<h3>How fast each layer learns</h3>
${layerSpeeds({ diagnoses: thinned(run.diagnoses), speeds: undefined }, `run ${run.number}`, 'play-layers')}`;
}

/** Samples per second, of each run. */
const throughput = ofRuns((runs) => html`<h3>Speed</h3><div class="charts unit">${throughputCurve(runs, 'play-speed')}</div>`);

/** In the order in which they are drawn. */
export const CHARTS = [curvesHead, accuracies, costs, layerCurves, throughput];

/** A run of two epochs that nobody sees: charts that were made of it before the first real one find their code compiled, and take 50 ms less. */
export const UNSEEN_RUN: PlayRun = {
  ...{ number: 0, options: {}, goesOn: false, diagnoses: [] },
  epochs: [1, 2].map((epoch) => {
    const [training, others] = [
      { trainingCost: epoch, trainingAccuracy: 1 },
      { validationCost: null, validationAccuracy: null, testCost: 1, testAccuracy: 1 },
    ];
    return { event: 'epoch', epoch, epochs: 2, eta: 1, seconds: 1, secondsLeft: 1, samplesPerSecond: 1, ...training, ...others };
  }),
};
