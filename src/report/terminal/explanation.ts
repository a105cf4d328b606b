// An explanation as text of at most 80 columns: how many paths there are, the paths with their rate factors, what they add up
// to beside backpropagation and a finite difference, and what that means.

import { type Explanation, SATURATED_SLOPE, type Saturated } from '../../insight/explain.js';
import { type Path, superscript } from '../../insight/paths.js';
import { count, noun, percent } from '../../text.js';
import { figure, ranked, routeText } from '../data/explained-paths.js';
import { functionsText, TEXT_WIDTH } from '../words.js';
import { textTable, wrap } from './columns.js';

/** Longer vectors are not written out. */
const MAX_SHOWN = 8;
/** Saturated neurons that are named. */
const MAX_NAMED = 3;
const SIGN_WIDTH = 11;

/** The text; `top` paths are written out, the largest by absolute value. */
export function explanationText(explained: Explanation, top: number): string {
  const { name, paths, network } = explained;
  const lead = paths.length === 1 ? '1 path leads' : `${count(paths.length)} paths lead`;
  return [
    ...wrap(`${lead} from ${name} to the cost C of ${network.layers.join('-')}.`, TEXT_WIDTH),
    '',
    ...facts(explained),
    '',
    ...pathLines(explained, top),
    '',
    ...comparison(explained),
    '',
    ...wrap(meaning(explained), TEXT_WIDTH),
    '',
  ].join('\n');
}

function facts(explained: Explanation): string[] {
  const { network, parameters, name, value, rates } = explained;
  const from = 'run' in parameters ? `of the run ${parameters.run}` : `'${network.initialiser}' from seed ${parameters.seed}`;
  return [
    ...fact('network', `${functionsText(network.activations)}, cost ${network.cost}; parameters ${from}`),
    ...fact(explained.place.input === undefined ? 'bias' : 'weight', `${name} = ${figure(value)}, ${whereText(explained)}`),
    ...fact('sample', sampleText(explained)),
    ...fact('all paths', `begin with ${rates.first.name} = ${firstText(explained)}`),
  ];
}

function fact(sign: string, text: string): string[] {
  return wrap(text, TEXT_WIDTH - SIGN_WIDTH).map((line, i) => `${(i === 0 ? sign : '').padEnd(SIGN_WIDTH)}${line}`);
}

function whereText({ place: { layer, neuron, input } }: Explanation): string {
  const to = `neuron ${neuron} of layer ${layer}`;
  if (input === undefined) return `of ${to}`;
  return layer === 2 ? `from input ${input} to ${to}` : `from neuron ${input} of layer ${layer - 1} to ${to}`;
}

function sampleText({ sample: { x, y, origin }, activations, cost }: Explanation): string {
  const from = typeof origin === 'object' ? [`sample ${count(origin.number)} of the test split of ${origin.data}${classText(origin.label)}`] : [];
  const shown = [
    ['x', x],
    ['y', y],
    [`a${superscript(activations.length)}`, activations[activations.length - 1]],
  ] as const;
  const vectors = shown
    .filter(([, v]) => v.length <= MAX_SHOWN)
    .map(([name, v]) => `${name} = (${v.map((c) => String(Number(figure(c)))).join(', ')})`);
  return [...from, ...vectors, `C = ${figure(cost)}`].join('; ');
}

const classText = (label: number | null): string => (label === null ? '' : `, class ${label}`);

/** a¹_1 f'(z²_1) = 0.71 × 0.2345 = 0.1665 */
function firstText({ place: { layer, neuron, input }, rates, activations, slopes }: Explanation): string {
  const before = input === undefined ? [] : [{ sign: `a${superscript(layer - 1)}_${input}`, rate: activations[layer - 2][input - 1] }];
  const slope = rates.first.name.startsWith('∂a') ? [{ sign: `f'(z${superscript(layer)}_${neuron})`, rate: slopes[layer - 2][neuron - 1] }] : [];
  const both = [...before, ...slope];
  if (both.length === 0) return '1';
  const signs = both.map(({ sign }) => sign).join(' ');
  const product = both.length > 1 ? ` = ${both.map(({ rate }) => figure(rate)).join(' × ')}` : '';
  return `${signs}${product} = ${figure(rates.first.rate)}`;
}

/** A table where it fits, with or without spaces in its routes; else a line for each route and one below it for the factors. */
function pathLines(explained: Explanation, top: number): string[] {
  const sorted = ranked(explained.paths);
  const shown = sorted.slice(0, top);
  const rest = sorted.slice(top);
  const others = rest.length === 0 ? [] : [`${count(rest.length)} ${noun(rest.length, 'other')}`];
  const restSum = rest.reduce((sum, { product }) => sum + product, 0);
  for (const arrow of [' → ', '→']) {
    const lines = pathTable(explained, shown, arrow, others, restSum);
    if (lines.every((line) => line.length <= TEXT_WIDTH)) return lines;
  }
  const blocks = shown.flatMap((path) => [
    ...wrap(`${figure(path.product)} = ${path.factors.map((f) => figure(f)).join(' × ')}`, TEXT_WIDTH),
    ...wrap(routeText(explained, path), TEXT_WIDTH - 4).map((line) => `    ${line}`),
  ]);
  return [
    ...wrap(`Each product is ${factorNames(explained).join(' × ')}.`, TEXT_WIDTH),
    ...blocks,
    ...others.map((text) => `${figure(restSum)} = ${text}`),
  ];
}

function factorNames({ rates: { first, stages } }: Explanation): string[] {
  return [first.name, ...stages.map(({ name }) => name)];
}

function pathTable(explained: Explanation, shown: readonly Path[], arrow: string, others: readonly string[], restSum: number): string[] {
  const routes = ['path', ...shown.map((path) => routeText(explained, path, arrow)), ...others];
  const width = Math.max(...routes.map((text) => text.length));
  const [head, ...cells] = routes.map((text) => text.padEnd(width));
  const factors = factorNames(explained).map((name, i) => ({
    head: name,
    cells: [...shown.map(({ factors: f }) => figure(f[i], 3)), ...others.map(() => '')],
  }));
  const products = [...shown.map(({ product }) => figure(product)), ...others.map(() => figure(restSum))];
  return textTable([{ head, cells }, ...factors, { head: 'product', cells: products }]);
}

function comparison({ sum, backpropagation, finiteDifference }: Explanation): string[] {
  const { value, step } = finiteDifference;
  const rows = [
    ['sum of the paths', figure(sum, 12), ''],
    [backpropagation.equation, figure(backpropagation.value, 12), `off by ${figure(Math.abs(backpropagation.value - sum), 2)}`],
    ['finite difference', figure(value, 12), `off by ${figure(Math.abs(value - sum), 2)}; central, h = ${figure(step, 3)}`],
  ];
  const width = Math.max(...rows.map(([, number]) => number.length));
  return rows.map(([sign, number, off]) => `${sign.padEnd(19)}${number.padStart(width)}   ${off}`.trimEnd());
}

/** Which path carries most, and what stands in the way. */
function meaning(explained: Explanation): string {
  const { absolute, sum, paths, saturated } = explained;
  if (absolute === 0) return `Every path is 0, because ${zeroText(explained)}: from this sample ${explained.name} learns nothing.`;
  const [largest] = ranked(paths);
  const share = Math.abs(largest.product) / absolute;
  const route = routeText(explained, largest, '→');
  const most = share > 0.5 ? `${route} dominates` : `The largest of them, ${route}, does not dominate`;
  const carries = `${most}, with ${percent(share)} of all that travels (the sum of absolute values, ${figure(absolute)})`;
  const left = Math.abs(sum) / absolute;
  const cancelled = left < 0.9 ? `; paths of opposite signs cancel, and ${percent(left)} of it is left` : '';
  const first = paths.length === 1 ? 'This one path is all there is' : `${carries}${cancelled}`;
  return `${first}; ${saturatedText(saturated)}.`;
}

function saturatedText(saturated: readonly Saturated[]): string {
  if (saturated.length === 0) return `no neuron on the paths is saturated (f' below ${SATURATED_SLOPE})`;
  const named = saturated.slice(0, MAX_NAMED).map(({ layer, neuron, slope }) => `${layer}:${neuron} (f' = ${figure(slope, 2)})`);
  const more = saturated.length > MAX_NAMED ? ` and ${count(saturated.length - MAX_NAMED)} more` : '';
  return `saturated neurons choke paths: ${named.join(', ')}${more}`;
}

function zeroText({ place: { layer, neuron, input }, activations, slopes }: Explanation): string {
  if (input !== undefined && activations[layer - 2][input - 1] === 0) return 'the input of the weight is 0 (BP4)';
  if (slopes[layer - 2][neuron - 1] === 0) return `f' of neuron ${layer}:${neuron} is 0 (BP2)`;
  return 'on each of them some rate factor is 0';
}
