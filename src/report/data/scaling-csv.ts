// The figures of a scaling measurement for a spreadsheet: a row for each point, numbers in full.

import { phasesOf, type StepPhase } from '../../parallel/step/phase-timer.js';
import type { ScalingPoint, ScalingReport } from '../../scaling/results.js';
import { csvText } from './csv.js';

const header = (phases: readonly StepPhase[]): string[] => [
  'mode',
  'batch',
  'workers',
  'samples_per_step',
  'samples_per_second_median',
  'samples_per_second_min',
  'samples_per_second_max',
  'speed_up_median',
  'speed_up_min',
  'speed_up_max',
  'efficiency',
  'step_us',
  ...phases.map((phase) => `${phase}_us`),
  'imbalance',
  'predicted_samples_per_second',
  'ceiling_median',
  'ceiling_min',
  'ceiling_max',
  'efficiency_of_ceiling',
];

/**
 * A header and a row for each point. `batch` is the curve's: samples a step of strong scaling, samples a step and worker of weak
 * scaling. The time of a phase is the mean over the workers; a prediction or a ceiling that is not there is an empty field.
 */
export function scalingCsv(report: ScalingReport): string {
  const phases = phasesOf(report.curves.flatMap(({ points }) => points.flatMap(({ time }) => time)));
  const rows = report.curves.flatMap(({ mode, batch, points }) => points.map((point) => [mode, batch, ...pointFields(point, phases)]));
  return csvText([header(phases), ...rows]);
}

function pointFields(point: ScalingPoint, names: readonly StepPhase[]): (string | number)[] {
  const { workers, batch, samplesPerSecond: rate, speedUp, efficiency, step, time, imbalance, predicted, ceiling, efficiencyOfCeiling } = point;
  const phases = names.map((phase) => time.reduce((sum, worker) => sum + (worker[phase] ?? 0), 0) / time.length);
  return [
    ...[workers, batch, rate.median, rate.minimum, rate.maximum, speedUp.median, speedUp.minimum, speedUp.maximum],
    ...[efficiency, step, ...phases, imbalance, predicted ?? ''],
    ...[ceiling?.median ?? '', ceiling?.minimum ?? '', ceiling?.maximum ?? '', efficiencyOfCeiling ?? ''],
  ];
}
