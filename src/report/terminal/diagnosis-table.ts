// A diagnosis as text for a terminal: the figures of each layer, and what they mean.

import type { Diagnosis, Stage } from '../../experiments/diagnose.js';
import { LOW_INPUT, SATURATED_SLOPE } from '../../insight/limits.js';
import { fixed, percent, plural } from '../../text.js';
import { TEXT_WIDTH } from '../words.js';
import { labelled, textTable, wrap } from './columns.js';
import { samplesText, subjectLines } from './subject-lines.js';

/** All of a diagnosis, in lines of at most 80 characters. */
export function diagnosisTable(diagnosis: Diagnosis): string {
  return [...headLines(diagnosis), ...diagnosis.stages.flatMap((stage) => ['', ...stageLines(stage, diagnosis)]), '', ...legend(), ''].join('\n');
}

function headLines(diagnosis: Diagnosis): string[] {
  const { seed, seeds, samples, eta } = diagnosis;
  return subjectLines(diagnosis, seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`, `${samplesText(samples)}; η ${eta}`);
}

function stageLines(stage: Stage, { seeds }: Diagnosis): string[] {
  const { figures, findings, epochs } = stage;
  const { layers, cost, wrong } = figures;
  const when = epochs === null ? 'The saved run' : epochs === 0 ? 'At the start' : `After ${plural(epochs, 'epoch')}`;
  return [
    `${when}: cost ${cost.toFixed(4)}, wrong by more than a half: ${percent(wrong)} of the samples`,
    '',
    ...textTable([
      { head: 'layer', cells: layers.map(({ layer }) => String(layer)) },
      { head: 'neurons', cells: layers.map(({ neurons }) => String(neurons)) },
      { head: 'f', cells: layers.map(({ f }) => f) },
      { head: '‖∂C/∂b‖', cells: layers.map(({ speed }) => short(speed)) },
      { head: '% saturated', cells: layers.map(({ saturated }) => (saturated === null ? '' : fixed(100 * saturated, 1))) },
      { head: '% low in', cells: layers.map(({ lowInputs }) => fixed(100 * lowInputs, 0)) },
      { head: 'dead', cells: layers.map(({ dead }) => fixed(dead, Number.isInteger(dead) ? 0 : 1)) },
      { head: '% step', cells: layers.map(({ update }) => (update === null ? '' : short(100 * update, 2))) },
    ]),
    ...(seeds === 1 ? [] : ['', ...rangeLines(stage, seeds)]),
    '',
    ...(findings.length === 0
      ? ['Nothing here holds learning back.']
      : findings.flatMap(({ text, advice }) => labelled('-', `${text} ${advice}`, TEXT_WIDTH, 2))),
  ];
}

/** How far the seeds are apart, in what the book measures. */
function rangeLines({ figures, range }: Stage, seeds: number): string[] {
  return [
    `‖∂C/∂b‖ over ${seeds} seeds`,
    '',
    ...textTable([
      { head: 'layer', cells: figures.layers.map(({ layer }) => String(layer)) },
      { head: 'geometric mean', cells: figures.layers.map(({ speed }) => short(speed)) },
      { head: 'min to max', cells: range.map(([least, most]) => `${short(least)} to ${short(most)}`) },
    ]),
  ];
}

function legend(): string[] {
  const least = `${SATURATED_SLOPE * 100} %`;
  return wrap(
    `‖∂C/∂b‖: how fast a layer learns, C the mean cost. Saturated: neurons with |f'(z)| below ${least} of f's largest slope. ` +
      `Low in: input activations below ${LOW_INPUT}. Dead: neurons with f'(z) = 0 on every sample. Step: η‖∂C/∂w‖ / ‖w‖.`,
    TEXT_WIDTH,
  );
}

/** So many digits, without an exponent where the number is of a common size. */
function short(value: number, digits = 3): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 1e-5 && Math.abs(value) < 1e5 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1);
}
