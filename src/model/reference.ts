// The referee: forward pass and backpropagation in float64, sample by sample and matrix by vector, written to be compared
// with the book line by line. It is slow and shares no arithmetic with the kernels. The tests judge everything else by it.
//
// Weights here are as in the book: w[l][j][k] runs from neuron k of layer l to neuron j of layer l + 1.

import { ACTIVATIONS } from './activations.js';
import { COSTS } from './costs.js';
import type { NetworkSpecification } from './specification.js';

/** One matrix and one vector per layer after the first: weights and biases, or ∇w and ∇b. */
export interface Parameters {
  w: number[][][];
  b: number[][];
}

/** Parameters from the book's order, [P]. */
export function parametersFrom({ layers }: NetworkSpecification, values: ArrayLike<number>): Parameters {
  const w: number[][][] = [];
  const b: number[][] = [];
  let k = 0;
  for (let l = 1; l < layers.length; l++) {
    const [I, O] = [layers[l - 1], layers[l]];
    w.push(Array.from({ length: O }, () => Array.from({ length: I }, () => values[k++])));
    b.push(Array.from({ length: O }, () => values[k++]));
  }
  return { w, b };
}

/** The inverse: [P] in the book's order. */
export function valuesOf({ w, b }: Parameters): number[] {
  return w.flatMap((matrix, l) => [...matrix.flat(), ...b[l]]);
}

/** z^l and a^l of every layer for one sample; zs[0] belongs to layer 2, activations[0] is the input itself. */
export function feedForward(spec: NetworkSpecification, { w, b }: Parameters, x: readonly number[]): { zs: number[][]; activations: number[][] } {
  const zs: number[][] = [];
  const activations: number[][] = [[...x]];
  w.forEach((matrix, l) => {
    const a = activations[l];
    // z^l = w^l a^{l-1} + b^l
    const z = matrix.map((row, j) => row.reduce((sum, wjk, k) => sum + wjk * a[k], b[l]?.[j]));
    zs.push(z);
    activations.push(activate(spec, l, z));
  });
  return { zs, activations };
}

/** C_x of one sample. */
export function costOf(spec: NetworkSpecification, parameters: Parameters, x: readonly number[], y: readonly number[]): number {
  const { activations } = feedForward(spec, parameters, x);
  const output = activations[activations.length - 1];
  return output.reduce((sum, a, j) => sum + COSTS[spec.cost].term(a, y[j]), 0);
}

/** ∇b and ∇w of C_x for one sample, by BP1 to BP4. */
export function backpropagate(spec: NetworkSpecification, parameters: Parameters, x: readonly number[], y: readonly number[]): Parameters {
  const { zs, activations } = feedForward(spec, parameters, x);
  const last = zs.length - 1;
  const output = activations[last + 1];
  // BP1: δ^L = ∇_a C ⊙ f'(z^L)
  const nablaC = output.map((a, j) => COSTS[spec.cost].gradient(a, y[j]));
  let delta = timesDerivative(spec, last, zs[last], output, nablaC);
  const w: number[][][] = [];
  const b: number[][] = [];
  for (let l = last; l >= 0; l--) {
    const a = activations[l];
    // BP3: ∂C/∂b_j = δ_j
    b[l] = delta;
    // BP4: ∂C/∂w_jk = a_k δ_j
    w[l] = delta.map((d) => a.map((ak) => ak * d));
    if (l > 0) {
      // BP2: δ^l = ((w^{l+1})ᵀ δ^{l+1}) ⊙ f'(z^l)
      const matrix = parameters.w[l];
      const back = a.map((_, k) => delta.reduce((sum, d, j) => sum + matrix[j]?.[k] * d, 0));
      delta = timesDerivative(spec, l - 1, zs[l - 1], a, back);
    }
  }
  return { w, b };
}

/** f of layer l + 2 applied to a row of weighted inputs. */
export function activate({ activations }: NetworkSpecification, l: number, z: number[]): number[] {
  const name = activations[l];
  if (name !== 'softmax') return z.map(ACTIVATIONS[name].f);
  const top = Math.max(...z);
  const powers = z.map((v) => Math.exp(v - top));
  const sum = powers.reduce((s, p) => s + p, 0);
  return powers.map((p) => p / sum);
}

/** ∂C/∂z from ∂C/∂a: the product with f'(z), or with the Jacobian of the softmax, ∂a_k/∂z_j = a_k ([j = k] - a_j). */
export function timesDerivative({ activations }: NetworkSpecification, l: number, z: number[], a: number[], e: number[]): number[] {
  const name = activations[l];
  if (name !== 'softmax') return e.map((v, j) => v * ACTIVATIONS[name].derivative(z[j]));
  const mean = a.reduce((sum, ak, k) => sum + ak * e[k], 0);
  return a.map((aj, j) => aj * (e[j] - mean));
}

/** One step of gradient descent on a mini-batch: w ← (1 - ηλ/n) w - (η/m) Σ_x ∂C_x/∂w, and b without the decay. Returns the new parameters. */
export function descend(
  spec: NetworkSpecification,
  parameters: Parameters,
  batch: readonly { x: readonly number[]; y: readonly number[] }[],
  { eta, lambda, n }: { eta: number; lambda: number; n: number },
): Parameters {
  const gradients = batch.map(({ x, y }) => backpropagate(spec, parameters, x, y));
  const rate = eta / batch.length;
  const keep = 1 - (eta * lambda) / n;
  const total = (pick: (g: Parameters) => number): number => gradients.reduce((sum, g) => sum + pick(g), 0);
  return {
    w: parameters.w.map((matrix, l) => matrix.map((row, j) => row.map((v, k) => keep * v - rate * total((g) => g.w[l]?.[j]?.[k])))),
    b: parameters.b.map((row, l) => row.map((v, j) => v - rate * total((g) => g.b[l]?.[j]))),
  };
}
