// The part of a page about what stands beside the accuracy of a run on classes: its figures, the means over the classes, and the charts of
// how far its outputs can be trusted.

import type { AverageFigures } from '../../inference/class-figures.js';
import { fixed, percent } from '../../text.js';
import { calibrationChart, calibrationTable, rocChart, rocTable } from '../charts/score-charts.js';
import type { Assessed } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { facts, table } from '../markup/page.js';

/** @param name of the run @param id unique on the page */
export function classScores(assessed: Assessed, name: string, id: string): Markup {
  const { roc, calibration, whyNot, split, data } = assessed;
  const of = `${name}, ${split} data of ${data}`;
  const charts = html`${roc ? rocChart(roc, of, id) : NOTHING}${calibration ? calibrationChart(calibration, of, id) : NOTHING}`;
  const tables = html`${roc ? rocTable(roc, of) : NOTHING}${calibration ? calibrationTable(calibration, of) : NOTHING}`;
  const what = roc ? (calibration ? 'Figures of both charts' : 'Figures of the curve') : 'Figures of the chart';
  return html`${facts(figuresOf(assessed))}${means(assessed, of)}${
    whyNot.logLoss === undefined ? NOTHING : html`<p class="note">No log-loss and no calibration: ${whyNot.logLoss}.</p>\n`
  }${charts.text === '' ? NOTHING : html`<div class="charts unit">${charts}</div>\n<details><summary>${what}</summary>${tables}</details>\n`}`;
}

function figuresOf({ accuracy, topK, logLoss, roc, calibration }: Assessed): [name: string, value: string][] {
  const found: [name: string, value: string | undefined][] = [
    ['accuracy', accuracy === null ? undefined : percent(accuracy, 2)],
    [`top-${topK?.k} accuracy`, topK ? percent(topK.accuracy, 2) : undefined],
    ['log-loss', logLoss === null ? undefined : fixed(logLoss, 4)],
    [`ROC AUC of class ${roc?.name ?? roc?.positive}`, roc ? fixed(roc.auc, 4) : undefined],
    ['calibration error, ten bins', calibration ? fixed(calibration.error, 4) : undefined],
  ];
  return found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function means({ macro, weighted }: Assessed, of: string): Markup {
  const row = (name: string, { precision, recall, f1 }: AverageFigures): string[] => [name, fixed(precision, 4), fixed(recall, 4), fixed(f1, 4)];
  return table({
    caption: `Means over the classes, plain (macro) and weighted by their samples: ${of}`,
    head: ['mean', 'precision', 'recall', 'F1'],
    rows: [row('plain', macro), row('weighted', weighted)],
  });
}
