// A network in the book's own JSON, as `network2.py` of chapter 3 saves and loads it (Network.save, load):
//
//   {"sizes": [784, 30, 10], "weights": [w², w³], "biases": [b², b³], "cost": "CrossEntropyCost"}
//
// with w^l a list of n_l rows of n_(l-1) numbers, b^l a list of n_l rows of one number, and a sigmoid in every layer. The file
// holds float64. Here it is read; book-json-text.ts writes it.

import { NablaError } from '../../errors.js';
import { MAX_NEURONS, type NetworkSpecification, specifyNetwork } from '../../model/specification.js';
import { textOf } from '../../system/input-file.js';
import { parseJson } from '../../system/json-text.js';
import { plural, printable } from '../../text.js';
import { COST_CLASSES, type Target, targetsOf } from './book-json-text.js';

const FIELDS = ['sizes', 'weights', 'biases', 'cost'] as const;
type Field = (typeof FIELDS)[number];

/** Layers of the deepest network that is read. */
const MAX_LAYERS = 1000;

/** What a file should be. */
export const BOOK_JSON = {
  what: "the folder of a run, or a file in the book's JSON",
  next: "Name the folder of a run, or a file in the book's JSON.",
};

/** Most characters of the file that a message repeats. */
const LONGEST = 100;

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
