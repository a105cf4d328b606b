// A gradient check as text for a terminal: its four questions, a table for each, and the verdict.

import { OPTIMISER_NAMES } from '../../functions/optimisers/index.js';
import { type Deviation, worse } from '../../insight/deviation.js';
import { type GradientCheck, isRight, type LayerCheck } from '../../insight/gradient-check.js';
import type { StepCheck } from '../../insight/step-check.js';
import type { UpdateCheck } from '../../insight/update-check.js';
import { count, noun } from '../../text.js';
import { TEXT_WIDTH } from '../words.js';
import { type Column, labelled, textTable, wrap } from './columns.js';
import { samplesText, subjectLines } from './subject-lines.js';

/** From this share of the largest gradient on, an allowance is worth a word: less of an error would not be seen. */
const COARSE = 1e-2;

/** What is plain descent with a limit on norms has a row of its own. */
const LIMITS: readonly string[] = ['max-norm', 'clip-norm'];

/** All of a check, in lines of at most 80 characters. */
export function checkTable(check: GradientCheck): string {
  const { layers } = check;
  return [
    ...headLines(check),
    '',
    'Is what BP1 to BP4 give the slope of the cost? (float64, five-point differences)',
    '',
    ...textTable([
      ...layerColumns(layers),
      { head: 'tried', cells: layers.map(({ differences }) => count(differences.checked)) },
      { head: 'of', cells: layers.map(({ parameters }) => count(parameters)) },
      { head: 'skipped', cells: layers.map(({ differences }) => count(differences.skipped)) },
      ...deviationColumns(layers.map(({ differences }) => differences)),
    ]),
    '',
    `Does a step go by it? (float32, ${check.kernels}; all parameters, ${ways(layers)})`,
    '',
    ...stepLines(layers),
    ...shardLines(check),
    '',
    `Do the optimisers' updates come to the reference's? (${check.steps} steps each)`,
    '',
    ...updateLines(check),
    '',
    ...wrap(
      "Errors are shares of the layer's largest |∂C/∂w|, those of updates of its largest |Δw|. A difference is skipped where C has a kink within its step of " +
        `${check.step} max(1, |w|).`,
      TEXT_WIDTH,
    ),
    ...noteLines(check),
    '',
    ...verdictLines(check),
    '',
  ].join('\n');
}

function headLines(check: GradientCheck): string[] {
  const { seed, samples, passedOver } = check;
  const others = passedOver === 0 ? '' : `; ${passedOver} others not taken, whose gradient changes when float32 rounds`;
  return subjectLines(check, `seed ${seed}`, `${samplesText(samples)}${others}`);
}

function layerColumns(layers: readonly LayerCheck[]): Column[] {
  return [
    { head: 'layer', cells: layers.map(({ layer }) => String(layer)) },
    { head: 'largest', cells: layers.map(({ largest }) => short(largest)) },
  ];
}

function deviationColumns(deviations: readonly Deviation[]): Column[] {
  return [
    { head: 'error', cells: deviations.map(({ error }) => short(error)) },
    { head: 'allowed', cells: deviations.map(({ allowed }) => short(allowed)) },
    { head: 'worst at', cells: deviations.map(({ worst }) => worst) },
    { head: '', cells: deviations.map(({ passed }) => (passed ? '' : 'WRONG')) },
  ];
}

/** Of each layer the way that comes out worst. */
function stepLines(layers: readonly LayerCheck[]): string[] {
  const worst = layers.map(({ kernels }) => kernels.reduce(worse));
  return textTable([
    ...layerColumns(layers),
    ...wayColumns(worst),
    { head: 'step', cells: worst.map(({ step }) => step) },
    ...deviationColumns(worst),
  ]);
}

function wayColumns(ways: readonly Pick<StepCheck, 'gradient' | 'input'>[]): Column[] {
  return [
    { head: 'gradient', cells: ways.map(({ gradient }) => gradient) },
    { head: 'input', cells: ways.map(({ input }) => input) },
  ];
}

function ways([{ kernels }]: readonly LayerCheck[]): string {
  return kernels.length === 1 ? 'one way' : `worst of ${kernels.length} ways`;
}

/** Of each optimiser, and of each limit on norms, what comes out worst. */
function updateLines({ updates }: GradientCheck): string[] {
  const worst = worstUpdates(updates);
  return textTable([
    { head: 'optimiser', cells: worst.map(({ optimiser }) => optimiser) },
    { head: 'with', cells: worst.map(({ extra }) => (extra === 'none' ? '' : extra)) },
    ...wayColumns(worst),
    ...deviationColumns(worst),
  ]);
}

function worstUpdates(updates: readonly UpdateCheck[]): UpdateCheck[] {
  const isOf =
    (row: string) =>
    ({ optimiser, extra }: UpdateCheck) =>
      row === (LIMITS.includes(extra) ? extra : optimiser);
  const rows = [...OPTIMISER_NAMES, ...LIMITS].map((row) => updates.filter(isOf(row)));
  return rows.filter(({ length }) => length > 0).map((row) => row.reduce(worse));
}

/** The optimiser with what goes with it: 'adam with L1, L2'. */
function updateName({ optimiser, extra }: UpdateCheck): string {
  return extra === 'none' ? optimiser : `${optimiser} with ${extra}`;
}

function shardLines({ layers, pieces }: GradientCheck): string[] {
  const found = layers.flatMap(({ shards }) => (shards ? [shards] : []));
  if (found.length < layers.length) return [];
  const numbers = pieces.length === 1 ? '2' : `${pieces.slice(0, -1).join(', ')} and ${pieces.at(-1)}`;
  return [
    '',
    `Is the sum over the shards the whole mini-batch's? (${numbers} pieces)`,
    '',
    ...textTable([...layerColumns(layers), ...deviationColumns(found)]),
  ];
}

function noteLines({ layers, updates }: GradientCheck): string[] {
  const coarse = layers.filter(isCoarse);
  const blind = layers.filter(({ differences }) => differences.skipped === differences.checked);
  const hidden = worstUpdates(updates.filter(({ allowed }) => allowed > COARSE));
  const numbers = (of: readonly LayerCheck[]): string => `${noun(of.length, 'layer')} ${of.map(({ layer }) => layer).join(', ')}`;
  const unseen = 'so small that an error of a hundredth would not be seen.';
  return [
    ...(coarse.length === 0 ? [] : ['', ...wrap(`The gradients of ${numbers(coarse)} are ${unseen}`, TEXT_WIDTH)]),
    ...(hidden.length === 0 ? [] : ['', ...wrap(`Steps of ${hidden.map(updateName).join('; ')} are ${unseen}`, TEXT_WIDTH)]),
    ...(blind.length === 0
      ? []
      : ['', ...wrap(`Every difference in ${numbers(blind)} meets a kink: try a smaller --step, or other samples.`, TEXT_WIDTH)]),
  ];
}

function isCoarse({ differences, kernels }: LayerCheck): boolean {
  return differences.allowed > COARSE || kernels.some(({ allowed }) => allowed > COARSE);
}

function verdictLines({ layers, updates, passed, seconds }: GradientCheck): string[] {
  const isHidden = layers.some(isCoarse) || updates.some(({ allowed }) => allowed > COARSE);
  if (passed) return [`right     ${isHidden ? 'as far as can be seen' : 'on all counts'}, in ${seconds.toFixed(1)} s`];
  const ofLayers = layers.filter((layer) => !isRight(layer)).flatMap(wrongLines);
  const ofUpdates = worstUpdates(updates)
    .filter((update) => !update.passed)
    .flatMap((update) => {
      const { gradient, input, layer, step } = update;
      return says(layer, update, `step ${step} of ${updateName(update)} by the reference changes it by`, `the step (${gradient}, ${input}) by`);
    });
  return [...ofLayers, ...ofUpdates];
}

/** What is wrong with one layer. */
function wrongLines({ layer, differences, kernels, shards }: LayerCheck): string[] {
  return [
    ...(differences.passed ? [] : says(layer, differences, 'differences give', 'BP1 to BP4')),
    ...kernels
      .filter(({ passed }) => !passed)
      .flatMap((way) => says(layer, way, 'the reference gives', `the step (${way.gradient}, ${way.input}, ${way.step})`)),
    ...(shards === undefined || shards.passed
      ? []
      : says(layer, shards, 'the whole gives', `its ${shards.pieces} pieces (${shards.gradient}, ${shards.input}, ${shards.step})`)),
  ];
}

function says(layer: number, { worst, expected, got }: Deviation, expectedBy: string, gotBy: string): string[] {
  return labelled('WRONG', `layer ${layer}, ${worst}: ${expectedBy} ${digits(expected)}, ${gotBy} ${digits(got)}`, TEXT_WIDTH);
}

function digits(value: number): string {
  return Number(value.toPrecision(5)).toString();
}

/** Two digits: 1.2e-7. */
function short(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
