// Writes a network in the book's own JSON (book-json.ts says what that is), in Node and in a page: float32 values, each with the fewest digits that
// give it back to the last bit.

import { wrongValue } from '../../errors.js';
import type { CostName } from '../../functions/costs.js';
import type { NetworkSpecification } from '../../model/specification.js';

/** The book's classes of costs, with our names. */
export const COST_CLASSES = [
  ['quadratic', 'QuadraticCost'],
  ['cross-entropy', 'CrossEntropyCost'],
] as const satisfies readonly (readonly [CostName, string])[];

/** Parameters of the largest network that is written: at 25 bytes each at most, what is still read (see saved-network.ts). */
const MAX_PARAMETERS = 2_500_000;

/** A matrix of the file, and where its numbers go: row by row, from `at` on. */
export interface Target {
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

/** The matrices of a network, with their places in the book's order: w², b², w³, b³, … */
export function targetsOf(sizes: readonly number[]): { weights: Target[]; biases: Target[]; parameters: number } {
  let at = 0;
  const place = (rows: number, columns: number): Target => {
    const target = { rows, columns, at };
    at += rows * columns;
    return target;
  };
  const layers = sizes.slice(1).map((O, l) => ({ w: place(O, sizes[l]), b: place(O, 1) }));
  return { weights: layers.map(({ w }) => w), biases: layers.map(({ b }) => b), parameters: at };
}
