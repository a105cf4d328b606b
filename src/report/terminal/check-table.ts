// A gradient check as text for a terminal: its three questions, a table for each, and the verdict.

import type { Deviation } from '../../insight/deviation.js';
import { type GradientCheck, isRight, type LayerCheck } from '../../insight/gradient-check.js';
import type { KernelCheck } from '../../insight/kernel-check.js';
import { count, noun } from '../../text.js';
import { TEXT_WIDTH } from '../words.js';
import { type Column, labelled, textTable, wrap } from './columns.js';
import { samplesText, subjectLines } from './subject-lines.js';

/** From this share of the largest gradient on, an allowance is worth a word: less of an error would not be seen. */
const COARSE = 1e-2;

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
    `Do the kernels compute it? (float32, ${check.kernels}; all parameters, ${ways(layers)})`,
    '',
    ...kernelLines(layers),
    ...shardLines(check),
    '',
    ...wrap(
      "Errors are shares of the layer's largest |∂C/∂w|. A difference is skipped where C has a kink within its step of " +
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

/** Of each layer the gradient strategy and input with the largest error. */
function kernelLines(layers: readonly LayerCheck[]): string[] {
  const worst = layers.map(({ kernels }) => kernels.reduce(worse));
  return textTable([
    ...layerColumns(layers),
    { head: 'gradient', cells: worst.map(({ gradient }) => gradient) },
    { head: 'input', cells: worst.map(({ input }) => input) },
    ...deviationColumns(worst),
  ]);
}

function ways([{ kernels }]: readonly LayerCheck[]): string {
  return kernels.length === 1 ? 'one way' : `worst of ${kernels.length} ways`;
}

function worse(a: KernelCheck, b: KernelCheck): KernelCheck {
  return b.error <= a.error ? a : b;
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

function noteLines({ layers }: GradientCheck): string[] {
  const coarse = layers.filter(isCoarse);
  const blind = layers.filter(({ differences }) => differences.skipped === differences.checked);
  const numbers = (of: readonly LayerCheck[]): string => `${noun(of.length, 'layer')} ${of.map(({ layer }) => layer).join(', ')}`;
  return [
    ...(coarse.length === 0
      ? []
      : ['', ...wrap(`The gradients of ${numbers(coarse)} are so small that an error of a hundredth would not be seen.`, TEXT_WIDTH)]),
    ...(blind.length === 0
      ? []
      : ['', ...wrap(`Every difference in ${numbers(blind)} meets a kink: try a smaller --step, or other samples.`, TEXT_WIDTH)]),
  ];
}

function isCoarse({ differences, kernels }: LayerCheck): boolean {
  return differences.allowed > COARSE || kernels.some(({ allowed }) => allowed > COARSE);
}

function verdictLines({ layers, passed, seconds }: GradientCheck): string[] {
  if (passed) return [`right     ${layers.some(isCoarse) ? 'as far as can be seen' : 'on all counts'}, in ${seconds.toFixed(1)} s`];
  const says = (layer: number, { worst, expected, got }: Deviation, expectedBy: string, gotBy: string): string[] =>
    labelled('WRONG', `layer ${layer}, ${worst}: ${expectedBy} ${digits(expected)}, ${gotBy} ${digits(got)}`, TEXT_WIDTH);
  return layers
    .filter((layer) => !isRight(layer))
    .flatMap(({ layer, differences, kernels, shards }) => [
      ...(differences.passed ? [] : says(layer, differences, 'differences give', 'BP1 to BP4')),
      ...kernels
        .filter(({ passed }) => !passed)
        .flatMap((kernel) => says(layer, kernel, 'the reference gives', `the kernels (${kernel.gradient}, ${kernel.input})`)),
      ...(shards === undefined || shards.passed ? [] : says(layer, shards, 'the whole gives', 'its pieces')),
    ]);
}

function digits(value: number): string {
  return Number(value.toPrecision(5)).toString();
}

/** Two digits: 1.2e-7. */
function short(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
