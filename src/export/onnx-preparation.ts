// What stands before and after the network in the ONNX model of a run whose data were columns of a file: nodes that make its inputs of
// raw columns, as data/columns/apply.ts does, and that turn standardised outputs into numbers of the target's own units. Arithmetic
// is in float64 and its results are rounded to float32, as there, so that the inputs have the same bits.
//
// Where all columns hold numbers, they are one matrix x; else each is an input of its own, as scikit-learn's converter has it.

import { inputsOfColumn, type PreparedColumn, type PreparedNumber, type PreparedOutput, type PreparedWords } from '../data/columns/preparation.js';
import { MISSING_TEXTS } from '../tables/kinds.js';
import { ELEMENT, type Graph, matrixOf } from './onnx-graph.js';
import type { ModelPreparation } from './preparation.js';
import type { Message } from './protobuf.js';

/** Columns [N, n], and where in them each input of a column stands. */
interface Piece {
  readonly name: string;
  readonly inputs: readonly { readonly column: PreparedColumn; readonly at: number }[];
}

/**
 * Adds the nodes from raw columns to the network's inputs.
 * @returns what goes in, and the name of the inputs [N, n_1]
 */
export function prepareColumns(graph: Graph, { columns, plain }: ModelPreparation): { inputs: Message[]; prepared: string } {
  if (plain) return preparePlain(graph, plain);
  const numbers = columns.filter((column) => column.kind !== 'words');
  const words = columns.filter((column) => column.kind === 'words');
  const names = inputNamesOf(columns);
  if (words.length === 0) {
    const x = matrixOf('x', columns.length, 'columns of N samples as the data have them, named in the metadata; NaN where a value is missing');
    return { inputs: [x], prepared: inOrder(graph, columns, prepareNumbers(graph, numbers, 'x')) };
  }
  const alone = (column: PreparedColumn): string => names.get(column) as string;
  const pieces = [
    ...(numbers.length > 0 ? prepareNumbers(graph, numbers, together(graph, numbers.map(alone), 'prepared.numbers')) : []),
    ...words.map((column, w) => prepareWords(graph, column, alone(column), `prepared.words${w + 1}`)),
  ];
  return { inputs: columns.map((column) => inputOf(column, alone(column))), prepared: inOrder(graph, columns, pieces) };
}

function preparePlain(graph: Graph, { count, scale }: NonNullable<ModelPreparation['plain']>): { inputs: Message[]; prepared: string } {
  const inputs = [matrixOf('x', count, 'columns of N samples as the data have them')];
  if (scale === 1) return { inputs, prepared: 'x' };
  graph.node('Mul', ['x', graph.constant(scale)], 'prepared');
  return { inputs, prepared: 'prepared' };
}

function inputOf({ name, kind }: PreparedColumn, input: string): Message {
  if (kind === 'words') return matrixOf(input, 1, `column '${name}': words; an empty text where it is missing`, ELEMENT.string);
  return matrixOf(input, 1, `column '${name}': ${kind === 'boolean' ? '1 for true, 0 for false' : 'numbers'}; NaN where it is missing`);
}

/** Names that the graph has for values of its own. */
const RESERVED = /^(?:a|prepared|layer\d+|member\d+|constant)(?:\.|$)/;

/** What the inputs are called: as their columns are, with lines before a name that something else has. */
function inputNamesOf(columns: readonly PreparedColumn[]): Map<PreparedColumn, string> {
  const taken = new Set(columns.map(({ name }) => name));
  const names = columns.map((column): [PreparedColumn, string] => {
    const { name } = column;
    let free = name;
    while (free === '' || RESERVED.test(free) || (free !== name && taken.has(free))) free = `_${free}`;
    taken.add(free);
    return [column, free];
  });
  return new Map(names);
}

/** Matrices side by side. @returns the name of the whole */
function together(graph: Graph, parts: readonly string[], name: string): string {
  if (parts.length === 1) return parts[0];
  graph.node('Concat', parts, name, { axis: 1 });
  return name;
}

/** (x - subtract) / divide, with a fill where x is missing: NaN where there is none, so that such a row's outputs are NaN too. */
function prepareNumbers(graph: Graph, columns: readonly PreparedNumber[], from: string): Piece[] {
  const filled = columns.some(({ fill }) => fill !== undefined);
  const [missing, raw, whole] = ['prepared.missing', 'prepared.raw', 'prepared.whole'];
  graph.node('Cast', [from], raw, { to: ELEMENT.double });
  if (filled) {
    const fills = columns.map(({ fill = Number.NaN }) => fill);
    graph.doubles('prepared.fill', fills);
    graph.node('IsNaN', [from], missing);
    graph.node('Where', [missing, 'prepared.fill', raw], whole);
  }
  graph.doubles(
    'prepared.subtract',
    columns.map(({ subtract }) => subtract),
  );
  graph.doubles(
    'prepared.divide',
    columns.map(({ divide }) => divide),
  );
  graph.node('Sub', [filled ? whole : raw, 'prepared.subtract'], 'prepared.shifted');
  graph.node('Div', ['prepared.shifted', 'prepared.divide'], 'prepared.quotient');
  graph.node('Cast', ['prepared.quotient'], 'prepared.scaled', { to: ELEMENT.float });
  const scaled = { name: 'prepared.scaled', inputs: columns.map((column) => ({ column, at: 0 })) };
  if (!columns.some(({ indicator }) => indicator)) return [scaled];
  graph.node('Cast', [missing], 'prepared.indicators', { to: ELEMENT.float });
  // Those of columns without an indicator have no place among the inputs and are left out with the order.
  return [scaled, { name: 'prepared.indicators', inputs: columns.map((column) => ({ column, at: column.indicator ? 1 : -1 })) }];
}

/** A row of a table for each word, then for all other words, then for a missing one. */
function prepareWords(graph: Graph, column: PreparedWords, input: string, prefix: string): Piece {
  const { words, other, fill, indicator } = column;
  const width = inputsOfColumn(column);
  const n = words.length;
  const rows = new Float32Array((n + 2) * width);
  for (let k = 0; k < n; k++) rows[k * width + k] = 1;
  if (other) rows[n * width + n] = 1;
  const missing = rows.subarray((n + 1) * width);
  if (fill === undefined) missing.fill(Number.NaN);
  else if (fill >= 0) missing[fill] = 1;
  if (indicator) missing[width - 1] = 1;
  graph.floats(`${prefix}.table`, [n + 2, width], rows);
  const texts = MISSING_TEXTS.flatMap(spellings).filter((text) => !words.includes(text));
  const numbers = [...words.keys(), ...texts.map(() => n + 1)];
  graph.mlNode('LabelEncoder', [input], `${prefix}.number`, { keys_strings: [...words, ...texts], values_int64s: numbers, default_int64: n });
  graph.node('Gather', [`${prefix}.table`, `${prefix}.number`], `${prefix}.rows`, { axis: 0 });
  // [N, 1, width]
  graph.node('Flatten', [`${prefix}.rows`], `${prefix}.inputs`, { axis: 1 });
  return { name: `${prefix}.inputs`, inputs: Array.from({ length: width }, (_, at) => ({ column, at })) };
}

/** A text with each of its letters small and capital. */
function spellings(text: string): string[] {
  return [...text].reduce<string[]>(
    (begun, letter) => [...new Set([letter.toLowerCase(), letter.toUpperCase()])].flatMap((one) => begun.map((start) => start + one)),
    [''],
  );
}

/** The inputs in the order of the columns. @returns their name */
function inOrder(graph: Graph, columns: readonly PreparedColumn[], pieces: readonly Piece[]): string {
  const whole = together(
    graph,
    pieces.map(({ name }) => name),
    'prepared.together',
  );
  const places = new Map<PreparedColumn, number[]>(columns.map((column) => [column, []]));
  for (const [place, { column, at }] of pieces.flatMap(({ inputs }) => inputs).entries()) {
    if (at >= 0) (places.get(column) as number[])[at] = place;
  }
  const order = columns.flatMap((column) => places.get(column) as number[]);
  const all = pieces.reduce((sum, { inputs }) => sum + inputs.length, 0);
  if (order.length === all && order.every((place, k) => place === k)) return whole;
  graph.integers('prepared.order', order);
  graph.node('Gather', [whole, 'prepared.order'], 'prepared', { axis: 1 });
  return 'prepared';
}

/** y = a · deviation + mean, in float64. @param from the name of the network's outputs [N, n_L] */
export function restoreTargets(graph: Graph, outputs: readonly PreparedOutput[], from: string, to: string): void {
  graph.doubles(
    'prepared.deviation',
    outputs.map(({ deviation }) => deviation),
  );
  graph.doubles(
    'prepared.mean',
    outputs.map(({ mean }) => mean),
  );
  graph.node('Cast', [from], 'prepared.outputs', { to: ELEMENT.double });
  graph.node('Mul', ['prepared.outputs', 'prepared.deviation'], 'prepared.spread');
  graph.node('Add', ['prepared.spread', 'prepared.mean'], 'prepared.targets');
  graph.node('Cast', ['prepared.targets'], to, { to: ELEMENT.float });
}
