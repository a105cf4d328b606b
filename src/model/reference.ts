// The reference: forward pass and backpropagation in float64, sample by sample and matrix by vector, written to be compared
// with the book line by line. It is slow and shares no arithmetic with the kernels. The tests judge everything else by it.
//
// Weights here are as in the book: w[l][j][k] runs from neuron k of layer l to neuron j of layer l + 1.

import { type Activation, layerwiseActivation } from '../functions/activations.js';
import { activationNamed, costNamed } from '../functions/custom.js';
import type { NetworkSpecification } from './specification.js';

/** One matrix and one vector per layer after the first: weights and biases, or ∇w and ∇b. */
export interface Parameters {
  w: number[][][];
  b: number[][];
}

/** The same to be read alone: the rows may be parts of a typed array, whose numbers a float64 holds as they are. */
export interface GivenParameters {
  readonly w: readonly (readonly ArrayLike<number>[])[];
  readonly b: readonly ArrayLike<number>[];
}

/** Parameters from the book's order, [P]. */
export function parametersFrom(spec: NetworkSpecification, values: ArrayLike<number>): Parameters {
  let k = 0;
  // Rows of known length: an array that grows took three times as long, Array.from and a spread fifteen times.
  return inLayers(spec, (count) => {
    const row = new Array<number>(count);
    for (let i = 0; i < count; i++) row[i] = values[k++];
    return row;
  });
}

/** The same to be read alone, and nothing is copied: the rows are parts of `values`. */
export function parametersWithin(spec: NetworkSpecification, values: Float32Array | Float64Array): GivenParameters {
  let end = 0;
  return inLayers<ArrayLike<number>>(spec, (count) => {
    end += count;
    return values.subarray(end - count, end);
  });
}

/** @param next a row of so many numbers, in the book's order */
function inLayers<Row>({ layers }: NetworkSpecification, next: (count: number) => Row): { w: Row[][]; b: Row[] } {
  const w: Row[][] = [];
  const b: Row[] = [];
  for (let l = 1; l < layers.length; l++) {
    const [I, O] = [layers[l - 1], layers[l]];
    w.push(Array.from({ length: O }, () => next(I)));
    b.push(next(O));
  }
  return { w, b };
}

/** The inverse: [P] in the book's order. */
export function valuesOf({ w, b }: Parameters): number[] {
  return w.flatMap((matrix, l) => [...matrix.flat(), ...b[l]]);
}

/** z^l = w^l a^{l-1} + b^l. In loops: a function called for each weight is slow until it is compiled, and a page draws by this. */
export function weightedInputs(w: readonly ArrayLike<number>[], b: ArrayLike<number>, a: readonly number[]): number[] {
  const z = new Array<number>(w.length);
  for (let j = 0; j < w.length; j++) {
    const row = w[j];
    let sum = b[j];
    for (let k = 0; k < row.length; k++) sum += row[k] * a[k];
    z[j] = sum;
  }
  return z;
}

/** What the activation of unit j of hidden layer l + 2 is multiplied with: dropout's factor. */
export type UnitFactor = (l: number, j: number) => number;

/** z^l and a^l of every layer for one sample; zs[0] belongs to layer 2, activations[0] is the input itself. */
export function feedForward(
  spec: NetworkSpecification,
  { w, b }: GivenParameters,
  x: readonly number[],
  factor?: UnitFactor,
): { zs: number[][]; activations: number[][] } {
  const zs: number[][] = [];
  const activations: number[][] = [[...x]];
  w.forEach((matrix, l) => {
    const a = activations[l];
    const z = weightedInputs(matrix, b[l], a);
    zs.push(z);
    const f = activate(spec, l, z);
    activations.push(factor && l < w.length - 1 ? f.map((v, j) => v * factor(l, j)) : f);
  });
  return { zs, activations };
}

/** C_x of one sample. */
export function costOf(spec: NetworkSpecification, parameters: GivenParameters, x: readonly number[], y: readonly number[]): number {
  const { activations } = feedForward(spec, parameters, x);
  const output = activations[activations.length - 1];
  return output.reduce((sum, a, j) => sum + costNamed(spec.cost).term(a, y[j]), 0);
}

/** ∇b and ∇w of C_x for one sample, by BP1 to BP4. */
export function backpropagate(
  spec: NetworkSpecification,
  parameters: GivenParameters,
  x: readonly number[],
  y: readonly number[],
  factor?: UnitFactor,
): Parameters {
  const { activations, deltas } = errorsOf(spec, parameters, x, y, factor);
  // BP4: ∂C/∂w_jk = a_k δ_j
  const w = deltas.map((delta, l) => delta.map((d) => activations[l].map((ak) => ak * d)));
  // BP3: ∂C/∂b_j = δ_j
  return { w, b: deltas };
}

/** δ^l of each layer for one sample, by BP1 and BP2, and the activations on the way; deltas[0] belongs to layer 2, activations[0] is the input. */
export function errorsOf(
  spec: NetworkSpecification,
  parameters: GivenParameters,
  x: readonly number[],
  y: readonly number[],
  factor?: UnitFactor,
): { activations: number[][]; deltas: number[][] } {
  const { zs, activations } = feedForward(spec, parameters, x, factor);
  const last = zs.length - 1;
  const output = activations[last + 1];
  // BP1: δ^L = ∇_a C ⊙ f'(z^L)
  const nablaC = output.map((a, j) => costNamed(spec.cost).gradient(a, y[j]));
  const deltas: number[][] = [];
  deltas[last] = timesDerivative(spec, last, zs[last], output, nablaC);
  for (let l = last; l > 0; l--) {
    // BP2: δ^l = ((w^{l+1})ᵀ δ^{l+1}) ⊙ f'(z^l)
    const [a, delta, matrix] = [activations[l], deltas[l], parameters.w[l]];
    const back = a.map((_, k) => delta.reduce((sum, d, j) => sum + matrix[j]?.[k] * d, 0));
    const through = factor ? back.map((v, k) => v * factor(l - 1, k)) : back;
    deltas[l - 1] = timesDerivative(spec, l - 1, zs[l - 1], a, through);
  }
  return { activations, deltas };
}

/** f of layer l + 2 applied to a row of weighted inputs. */
export function activate(spec: NetworkSpecification, l: number, z: number[]): number[] {
  const layerwise = layerwiseActivation(spec.activations[l]);
  if (layerwise) return layerwise.f(z);
  const fs = functionsOf(spec, l);
  return z.map((v, j) => fs(j).f(v));
}

/** ∂C/∂z from ∂C/∂a: the product with f'(z), or with the Jacobian of an f that maps the layer together. */
export function timesDerivative(spec: NetworkSpecification, l: number, z: number[], a: number[], e: number[]): number[] {
  const layerwise = layerwiseActivation(spec.activations[l]);
  if (layerwise) return layerwise.backward(a, e);
  const fs = functionsOf(spec, l);
  return e.map((v, j) => v * fs(j).derivative(z[j]));
}

/** f of each neuron of layer l + 2, by its number from 0: the layer's, or its own. */
function functionsOf({ activations, neurons }: NetworkSpecification, l: number): (j: number) => Activation {
  const usual = activationNamed(activations[l]);
  const others = new Map(neurons.filter(({ layer }) => layer === l + 2).map(({ neuron, f }) => [neuron - 1, activationNamed(f)]));
  return (j) => others.get(j) ?? usual;
}
