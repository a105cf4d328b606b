// A network in the book's own JSON, as `network2.py` of chapter 3 saves and loads it (Network.save, load):
//
//   {"sizes": [784, 30, 10], "weights": [w², w³], "biases": [b², b³], "cost": "CrossEntropyCost"}
//
// with w^l a list of n_l rows of n_(l-1) numbers, b^l a list of n_l rows of one number, and a sigmoid in every layer. The file
// holds float64; what is written here are float32 values, each with the fewest digits that give it back to the last bit.

import { wrongValue } from '../errors.js';
import type { CostName } from '../model/costs.js';
import { MAX_NEURONS, type NetworkSpecification, specifyNetwork } from '../model/specification.js';
import { JsonScanner, printable } from './json-scanner.js';

/** The book's classes, by our names. */
const COST_CLASSES = [
  ['quadratic', 'QuadraticCost'],
  ['cross-entropy', 'CrossEntropyCost'],
] as const satisfies readonly (readonly [CostName, string])[];

const FIELDS = ['sizes', 'weights', 'biases', 'cost'] as const;
type Field = (typeof FIELDS)[number];

/** Layers of the deepest network that is read. */
const MAX_LAYERS = 1000;
/** Parameters of the largest network that is written: at most 25 bytes each, what a JavaScript string can still hold. */
const MAX_PARAMETERS = 20_000_000;

/** A matrix of the file, and where its numbers go: row by row, from `at` on. */
interface Target {
  readonly rows: number;
  readonly columns: number;
  readonly at: number;
}

/**
 * The file's text.
 * @param parameters [P] in the book's order, finite
 * @throws {RangeError} for a network that the book's code cannot represent
 */
export function encodeBookJson({ layers, activations, neurons, cost }: NetworkSpecification, parameters: Float32Array): string {
  activations.forEach((f, l) => {
    if (f !== 'sigmoid') throw wrongValue(`the activation of layer ${l + 2}`, "'sigmoid', the only one that the book's code has", f);
  });
  if (neurons.length > 0) throw wrongValue('neurons', "none with another f than their layer's, which the book's code does not have", neurons.length);
  const costClass = COST_CLASSES.find(([name]) => name === cost)?.[1];
  if (costClass === undefined) throw wrongValue('the cost', `${COST_CLASSES.map(([name]) => `'${name}'`).join(' or ')}, as in the book's code`, cost);
  if (parameters.length > MAX_PARAMETERS) {
    throw wrongValue('the network', `at most ${MAX_PARAMETERS} weights and biases for the book's JSON`, parameters.length);
  }
  const { weights, biases } = targetsOf(layers);
  const list = (targets: readonly Target[]): string => `[${targets.map((target) => matrixText(target, parameters)).join(', ')}]`;
  return `{"sizes": [${layers.join(', ')}], "weights": ${list(weights)}, "biases": ${list(biases)}, "cost": "${costClass}"}\n`;
}

function matrixText({ rows, columns, at }: Target, parameters: Float32Array): string {
  const row = (j: number): string => `[${Array.from(parameters.subarray(at + j * columns, at + (j + 1) * columns), decimal).join(', ')}]`;
  return `[${Array.from({ length: rows }, (_, j) => row(j)).join(', ')}]`;
}

/** With a point in whole numbers, as Python writes them: so it reads a float, and -0 keeps its sign. */
function decimal(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

/**
 * Reads such a file. Sizes that it is too short for are refused before anything is made of them.
 * @param path to name it in errors
 * @returns the network, and [P] in the book's order
 * @throws {NablaError} BAD_DATA, naming the field; matrices, rows and numbers count from 0, as in Python
 */
export function decodeBookJson(path: string, bytes: Buffer): { network: NetworkSpecification; parameters: Float32Array<ArrayBuffer> } {
  const scanner = new JsonScanner(path, bytes);
  const starts = findFields(scanner);
  scanner.position = starts.sizes;
  const sizes = readSizes(scanner);
  scanner.position = starts.cost;
  const cost = readCost(scanner);
  const { weights, biases, parameters: P } = targetsOf(sizes);
  // A number and what divides it from the next take two bytes.
  if (2 * P > bytes.length)
    throw scanner.bad(`sizes: ${sizes.join('-')} has ${P} weights and biases, more than this file of ${bytes.length} bytes can hold`);
  const parameters = new Float32Array(P);
  scanner.position = starts.weights;
  readMatrices(scanner, 'weights', weights, parameters);
  scanner.position = starts.biases;
  readMatrices(scanner, 'biases', biases, parameters);
  return { network: specifyNetwork({ layers: sizes, activation: 'sigmoid', output: 'sigmoid', cost }), parameters };
}

/** Where the value of each field begins: a first walk over the whole file, because the sizes may stand last. */
function findFields(scanner: JsonScanner): Record<Field, number> {
  const starts: Partial<Record<Field, number>> = {};
  scanner.object("the book's JSON", (key) => {
    const field = FIELDS.find((name) => name === key);
    if (!field) throw scanner.bad(`expected the fields ${FIELDS.join(', ')}, got also '${printable(key)}'`);
    if (starts[field] !== undefined) throw scanner.bad(`the field ${field} stands twice`);
    starts[field] = scanner.position;
    scanner.skip(field);
  });
  scanner.end();
  const missing = FIELDS.find((name) => starts[name] === undefined);
  if (missing) throw scanner.bad(`the field ${missing} is missing; a network of the book has ${FIELDS.join(', ')}`);
  return starts as Record<Field, number>;
}

function readSizes(scanner: JsonScanner): number[] {
  const sizes: number[] = [];
  const count = scanner.list('sizes', (k) => {
    const size = scanner.number('sizes', k);
    if (!Number.isInteger(size) || size < 1 || size > MAX_NEURONS)
      throw scanner.bad(`sizes[${k}]: expected a whole number from 1 to ${MAX_NEURONS}, got ${size}`);
    if (k < MAX_LAYERS) sizes.push(size);
  });
  if (count < 2 || count > MAX_LAYERS) throw scanner.bad(`sizes: expected 2 to ${MAX_LAYERS} of them, got ${count}`);
  return sizes;
}

function readCost(scanner: JsonScanner): CostName {
  const given = scanner.text('cost');
  const cost = COST_CLASSES.find(([, name]) => name === given)?.[0];
  if (!cost) throw scanner.bad(`cost: expected ${COST_CLASSES.map(([, name]) => name).join(' or ')}, got '${printable(given)}'`);
  return cost;
}

function readMatrices(scanner: JsonScanner, field: Field, targets: readonly Target[], parameters: Float32Array): void {
  const found = scanner.list(field, (l) => {
    if (l >= targets.length) return scanner.skip(field);
    const { rows, columns, at } = targets[l];
    const matrix = `${field}[${l}]`;
    const count = scanner.list(matrix, (j) => {
      if (j < rows) readRow(scanner, `${matrix} row ${j}`, parameters.subarray(at + j * columns, at + (j + 1) * columns));
      else scanner.skip(matrix);
    });
    if (count !== rows) throw scanner.bad(`${matrix}: expected ${plural(rows, 'row')}, got ${count}`);
  });
  if (found !== targets.length) throw scanner.bad(`${field}: expected ${targets.length}, one for each layer after the first, got ${found}`);
}

function readRow(scanner: JsonScanner, what: string, row: Float32Array): void {
  const count = scanner.list(what, (k) => {
    const value = scanner.number(what, k);
    if (!Number.isFinite(Math.fround(value))) throw scanner.bad(`${what}, number ${k}: expected a number that float32 can hold, got ${value}`);
    if (k < row.length) row[k] = value;
  });
  if (count !== row.length) throw scanner.bad(`${what}: expected ${plural(row.length, 'number')}, got ${count}`);
}

/** The matrices of a network, with their places in the book's order: w², b², w³, b³, … */
function targetsOf(sizes: readonly number[]): { weights: Target[]; biases: Target[]; parameters: number } {
  let at = 0;
  const place = (rows: number, columns: number): Target => {
    const target = { rows, columns, at };
    at += rows * columns;
    return target;
  };
  const layers = sizes.slice(1).map((O, l) => ({ w: place(O, sizes[l]), b: place(O, 1) }));
  return { weights: layers.map(({ w }) => w), biases: layers.map(({ b }) => b), parameters: at };
}

function plural(count: number, of: string): string {
  return `${count} ${of}${count === 1 ? '' : 's'}`;
}
