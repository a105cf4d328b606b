// The figures of a scaling measurement as text for a terminal: the verdict, then for each curve the rates and speed-ups, the law that
// fits them, what the machine gives at most, where the time of a step goes, and how near a prediction came.

import { phasesOf } from '../../parallel/step/phase-timer.js';
import type { ScalingCurve, ScalingPoint, ScalingReport } from '../../scaling/results.js';
import { verdictsOf } from '../../scaling/verdict.js';
import { fixed, percent } from '../../text.js';
import {
  curveTitle,
  deviation,
  lawInWords,
  measureOf,
  predictedSpeedUp,
  RATE_UNITS,
  ranksInWords,
  SPEED_UP_MEANING,
  scalingMeasures,
  signedPercent,
  TEXT_WIDTH,
  times,
  verdictsInWords,
} from '../words.js';
import { type Column, textTable, wrap } from './columns.js';

/** All figures of the report, in lines of at most 80 characters. */
export function scalingTable(report: ScalingReport): string {
  const { curves, ceilingNote } = report;
  const paragraph = (sentences: readonly string[]): string[] =>
    sentences.length === 0 ? [] : [`${sentences.flatMap((sentence) => wrap(sentence, TEXT_WIDTH)).join('\n')}\n`];
  return [
    ...paragraph(report.ranks ? [ranksInWords(report.ranks)] : []),
    ...paragraph(verdictsInWords(verdictsOf(curves))),
    ...curves.map((curve) => `${curveLines(curve).join('\n')}\n`),
    ...paragraph(report.rounds > 1 ? [SPEED_UP_MEANING] : []),
    ...paragraph(ceilingNote === undefined ? [] : [ceilingNote]),
  ].join('\n');
}

function curveLines({ mode, batch, points, law }: ScalingCurve): string[] {
  return [
    curveTitle({ mode, batch }),
    '',
    ...textTable(rateColumns(points)),
    ...(law ? ['', ...wrap(lawInWords(law), TEXT_WIDTH)] : []),
    ...ceilingLines(points),
    '',
    ...timeLines(points),
    ...predictionLines(points),
  ];
}

function rateColumns(points: readonly ScalingPoint[]): Column[] {
  const { rate, step } = scalingMeasures(points);
  const range = (show: (value: number) => string, least: number, most: number): string => `${show(least)} to ${show(most)}`;
  return [
    { head: 'workers', cells: points.map(({ workers }) => String(workers)) },
    { top: rate.unit, head: 'median', cells: points.map(({ samplesPerSecond: r }) => rate.show(r.median)) },
    { head: 'min to max', cells: points.map(({ samplesPerSecond: r }) => range(rate.show, r.minimum, r.maximum)) },
    { top: 'speed-up', head: 'median', cells: points.map(({ speedUp }) => times(speedUp.median)) },
    { head: 'min to max', cells: points.map(({ speedUp }) => range(times, speedUp.minimum, speedUp.maximum)) },
    { top: 'efficiency', head: '%', cells: points.map(({ efficiency }) => fixed(100 * efficiency, 0)) },
    { top: 'step', head: step.unit, cells: points.map((point) => step.show(point.step)) },
  ];
}

function ceilingLines(points: readonly ScalingPoint[]): string[] {
  const rows = points.flatMap(({ workers, speedUp, ceiling, efficiencyOfCeiling = 0 }) =>
    ceiling ? [{ workers, speedUp, ceiling, efficiencyOfCeiling }] : [],
  );
  if (rows.length === 0) return [];
  return [
    '',
    'what the machine gives (separate one-worker runs side by side, over one alone)',
    '',
    ...textTable([
      { head: 'workers', cells: rows.map(({ workers }) => String(workers)) },
      { head: 'ceiling', cells: rows.map(({ ceiling }) => times(ceiling.median)) },
      { head: 'min to max', cells: rows.map(({ ceiling }) => `${times(ceiling.minimum)} to ${times(ceiling.maximum)}`) },
      { head: 'speed-up', cells: rows.map(({ speedUp }) => times(speedUp.median)) },
      { head: 'of the ceiling', cells: rows.map(({ efficiencyOfCeiling }) => percent(efficiencyOfCeiling, 0)) },
    ]),
  ];
}

/** A line for each worker of each point. */
function timeLines(points: readonly ScalingPoint[]): string[] {
  const rows = points.flatMap((point) => point.time.map((time, worker) => ({ point, time, worker })));
  const { phase } = scalingMeasures(points);
  return [
    `where a step's time goes (${phase.unit} a step)`,
    '',
    ...textTable([
      { head: 'workers', cells: rows.map(({ point, worker }) => (worker === 0 ? String(point.workers) : '')) },
      { head: 'worker', cells: rows.map(({ worker }) => String(worker + 1)) },
      ...phasesOf(rows.map(({ time }) => time)).map((name) => ({ head: name, cells: rows.map(({ time }) => phase.show(time[name] ?? 0)) })),
      { top: 'imbalance', head: '%', cells: rows.map(({ point, worker }) => (worker === 0 ? fixed(100 * point.imbalance, 1) : '')) },
    ]),
  ];
}

function predictionLines(points: readonly ScalingPoint[]): string[] {
  const rows = points.flatMap((point) =>
    point.predicted === undefined ? [] : [{ ...point, measured: point.samplesPerSecond.median, predicted: point.predicted }],
  );
  if (rows.length === 0) return [];
  const rate = measureOf(
    rows.flatMap(({ measured, predicted }) => [measured, predicted]),
    RATE_UNITS,
  );
  return [
    '',
    `what was predicted (${rate.unit})`,
    '',
    ...textTable([
      { head: 'workers', cells: rows.map(({ workers }) => String(workers)) },
      { head: 'measured', cells: rows.map(({ measured }) => rate.show(measured)) },
      { head: 'predicted', cells: rows.map(({ predicted }) => rate.show(predicted)) },
      { head: 'deviation', cells: rows.map(({ measured, predicted }) => signedPercent(deviation(measured, predicted))) },
      { head: 'speed-up', cells: rows.map(({ speedUp }) => times(speedUp.median)) },
      { head: 'predicted', cells: rows.map((row) => times(predictedSpeedUp(row, { points }) ?? 1)) },
    ]),
    ...aloneLines(rows),
  ];
}

/** What the processes bring over one of them. */
function aloneLines(points: readonly ScalingPoint[]): string[] {
  const rows = points.flatMap(({ alone, workers, samplesPerSecond: { median }, predicted }) =>
    alone === undefined ? [] : [{ workers, alone, measured: median / alone, predicted: (predicted ?? 0) / alone }],
  );
  if (rows.length === 0) return [];
  const rate = measureOf(
    rows.map(({ alone }) => alone),
    RATE_UNITS,
  );
  return [
    '',
    `one process by itself (${rate.unit}), and how many times that all of them do`,
    '',
    ...textTable([
      { head: 'workers', cells: rows.map(({ workers }) => String(workers)) },
      { head: 'by itself', cells: rows.map(({ alone }) => rate.show(alone)) },
      { head: 'measured', cells: rows.map(({ measured }) => times(measured)) },
      { head: 'predicted', cells: rows.map(({ predicted }) => times(predicted)) },
    ]),
  ];
}
