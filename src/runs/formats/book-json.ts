// A network in the book's own JSON, as `network2.py` of chapter 3 saves and loads it (Network.save, load):
//
//   {"sizes": [784, 30, 10], "weights": [w², w³], "biases": [b², b³], "cost": "CrossEntropyCost"}
//
// with w^l a list of n_l rows of n_(l-1) numbers, b^l a list of n_l rows of one number, and a sigmoid in every layer. The file
// holds float64; what is written here are float32 values, each with the fewest digits that give it back to the last bit.

import { NablaError, wrongValue } from '../../errors.js';
import type { CostName } from '../../functions/costs.js';
import { MAX_NEURONS, type NetworkSpecification, specifyNetwork } from '../../model/specification.js';
import { textOf } from '../../system/input-file.js';
import { parseJson } from '../../system/json-text.js';
import { plural, printable } from '../../text.js';

/** The book's classes of costs, with our names. */
const COST_CLASSES = [
  ['quadratic', 'QuadraticCost'],
  ['cross-entropy', 'CrossEntropyCost'],
] as const satisfies readonly (readonly [CostName, string])[];

const FIELDS = ['sizes', 'weights', 'biases', 'cost'] as const;
type Field = (typeof FIELDS)[number];

/** Layers of the deepest network that is read. */
const MAX_LAYERS = 1000;
/** Parameters of the largest network that is written: at 25 bytes each at most, what is still read (see saved-network.ts). */
const MAX_PARAMETERS = 2_500_000;

/** What a file should be. */
export const BOOK_JSON = {
  what: "the folder of a run, or a file in the book's JSON",
  next: "Name the folder of a run, or a file in the book's JSON.",
};

/** Most characters of the file that a message repeats. */
const LONGEST = 100;

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

/** Makes the error for what is wrong with a file. */
type Bad = (what: string) => NablaError;

/**
 * Reads such a file. Sizes that it is too short for are refused before anything is made of them.
 * @param path to name it in errors
 * @returns the network, and [P] in the book's order
 * @throws {NablaError} BAD_DATA, naming the field and, in brackets, what of it, as Python would: counted from 0
 */
export function decodeBookJson(path: string, bytes: Uint8Array): { network: NetworkSpecification; parameters: Float32Array<ArrayBuffer> } {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${path}: ${what}.`);
  const file = fieldsOf(path, bytes, bad);
  const sizes = readSizes(file.sizes, bad);
  const cost = COST_CLASSES.find(([, name]) => name === file.cost)?.[0];
  if (!cost) throw bad(`cost: expected ${COST_CLASSES.map(([, name]) => name).join(' or ')}, got ${shown(file.cost)}`);
  const { weights, biases, parameters: P } = targetsOf(sizes);
  // A number and what divides it from the next take two bytes.
  if (2 * P > bytes.length) throw bad(`sizes: ${sizes.join('-')} has ${P} weights and biases, more than this file of ${bytes.length} bytes can hold`);
  const parameters = new Float32Array(P);
  readMatrices('weights', file.weights, weights, parameters, bad);
  readMatrices('biases', file.biases, biases, parameters, bad);
  return { network: specifyNetwork({ layers: sizes, activation: 'sigmoid', output: 'sigmoid', cost }), parameters };
}

function fieldsOf(path: string, bytes: Uint8Array, bad: Bad): Record<Field, unknown> {
  const { value: file, fault } = parseJson(textOf(path, bytes, BOOK_JSON));
  if (fault) throw bad(`this is no JSON: ${printable(fault.text, LONGEST)}. ${BOOK_JSON.next.slice(0, -1)}`);
  if (typeof file !== 'object' || file === null || Array.isArray(file)) throw bad(`expected an object with ${FIELDS.join(', ')}, got ${shown(file)}`);
  const other = Object.keys(file).find((key) => !(FIELDS as readonly string[]).includes(key));
  if (other !== undefined) throw bad(`expected the fields ${FIELDS.join(', ')}, got also '${printable(other, LONGEST)}'`);
  const missing = FIELDS.find((name) => !Object.hasOwn(file, name));
  if (missing) throw bad(`the field ${missing} is missing; a network of the book has ${FIELDS.join(', ')}`);
  return file as Record<Field, unknown>;
}

function readSizes(given: unknown, bad: Bad): number[] {
  const sizes = listOf('sizes', given, bad);
  if (sizes.length < 2 || sizes.length > MAX_LAYERS) throw bad(`sizes: expected 2 to ${MAX_LAYERS} of them, got ${sizes.length}`);
  for (const [k, size] of sizes.entries()) {
    if (!Number.isInteger(size) || (size as number) < 1 || (size as number) > MAX_NEURONS)
      throw bad(`sizes[${k}]: expected a whole number from 1 to ${MAX_NEURONS}, got ${shown(size)}`);
  }
  return sizes as number[];
}

function readMatrices(field: Field, given: unknown, targets: readonly Target[], parameters: Float32Array, bad: Bad): void {
  const matrices = listOf(field, given, bad);
  if (matrices.length !== targets.length)
    throw bad(`${field}: expected ${targets.length}, one for each layer after the first, got ${matrices.length}`);
  for (const [l, { rows, columns, at }] of targets.entries()) {
    const matrix = listOf(`${field}[${l}]`, matrices[l], bad);
    if (matrix.length !== rows) throw bad(`${field}[${l}]: expected ${plural(rows, 'row')}, got ${matrix.length}`);
    for (let j = 0; j < rows; j++) {
      readRow(`${field}[${l}][${j}]`, matrix[j], parameters.subarray(at + j * columns, at + (j + 1) * columns), bad);
    }
  }
}

function readRow(what: string, given: unknown, row: Float32Array, bad: Bad): void {
  const values = listOf(what, given, bad);
  if (values.length !== row.length) throw bad(`${what}: expected ${plural(row.length, 'number')}, got ${values.length}`);
  for (let k = 0; k < row.length; k++) {
    const value = values[k];
    if (typeof value !== 'number') throw bad(`${what}[${k}]: expected a number, got ${shown(value)}`);
    if (!Number.isFinite(Math.fround(value))) throw bad(`${what}[${k}]: expected a number that float32 can hold, got ${value}`);
    row[k] = value;
  }
}

function listOf(what: string, given: unknown, bad: Bad): readonly unknown[] {
  if (!Array.isArray(given)) throw bad(`${what}: expected a list, got ${shown(given)}`);
  return given;
}

/** A value of the file in a message. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'string' ? `'${printable(value, LONGEST)}'` : String(value);
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
