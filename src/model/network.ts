// Forward pass and backpropagation of a range of rows, on kernels: BP1 to BP4 with a whole mini-batch as matrices. It
// works on rows begin to end of matrices that several threads may share, knows nothing of threads, and allocates nothing
// once it is built.

import type { ActivationName } from '../functions/activations.js';
import { type CostName, costRow } from '../functions/costs.js';
import { ownActivation, ownCost } from '../functions/custom.js';
import type { ActivationKernel, CostKernel, Descent, Kernels } from '../kernels/kernels.js';
import { stride } from '../kernels/kernels.js';
import { type Input, SparseInput } from './input.js';
import type { Layout } from './layout.js';
import { mixedActivation } from './neurons.js';
import type { NeuronScratch, Rows } from './rows.js';
import type { NetworkSpecification } from './specification.js';

/** Bytes of a row of n columns. */
const rowBytes = (n: number): number => stride(n) * 4;

/** One layer: sizes, the addresses of its parameters, f. */
interface Layer {
  readonly I: number;
  readonly O: number;
  readonly w: number;
  readonly b: number;
  readonly f: ActivationKernel;
}

/** What a step leaves out of hidden layers. */
export interface Dropout {
  /** to ← from with the units of layer l + 2 left out, for S rows from row `begin` on. */
  apply(l: number, S: number, O: number, begin: number, from: number, to: number): void;
}

/** f of layer l + 2 by its kernel, with its single neurons that have another. */
function layerFunction(
  kernels: Kernels,
  { activations, neurons }: NetworkSpecification,
  l: number,
  { address, rows }: NeuronScratch,
): ActivationKernel {
  const usual = functionKernel(kernels, activations[l]);
  const others = neurons.filter(({ layer }) => layer === l + 2).map(({ neuron, f }) => ({ column: neuron - 1, f: functionKernel(kernels, f) }));
  return others.length === 0 ? usual : mixedActivation(kernels, usual, others, address, rows);
}

function functionKernel(kernels: Kernels, name: string): ActivationKernel {
  const own = ownActivation(name);
  return own ? kernels.own.activation(own.f, own.derivative) : kernels.activations[name as ActivationName];
}

function costKernel(kernels: Kernels, name: string): CostKernel {
  const own = ownCost(name);
  return own ? kernels.own.cost(own.term, own.gradient) : kernels.costs[name as CostName];
}

/** The cost from z where it and the output are a pair whose BP1 is a - y. */
function matchedPair(kernels: Kernels, { layers, activations, neurons, cost }: NetworkSpecification): CostKernel | undefined {
  const output = activations[activations.length - 1];
  if (neurons.some(({ layer }) => layer === layers.length)) return undefined;
  return costRow(cost)?.matched?.output === output ? kernels.matched[cost as CostName] : undefined;
}

export class Network {
  readonly layers: readonly Layer[];
  readonly input: Input;
  /** Leaves out hidden units in training; rows whose matrices `d` are their `a` take no part in it. */
  dropout: Dropout | undefined;
  /** The same input where it is sparse. */
  readonly sparse: SparseInput | undefined;
  readonly #kernels: Kernels;
  readonly #cost: CostKernel;
  /** Whether the cost's gradient is δ^L at once: cost and output activation are a matched pair. */
  readonly #matched: boolean;

  /**
   * @param parameters address of the first parameter, in the order of `layout`
   * @param input over the same parameters (see inputOf)
   * @param scratch where single neurons with another f are mapped; unused where there are none
   */
  constructor(kernels: Kernels, spec: NetworkSpecification, layout: Layout, parameters: number, input: Input, scratch: NeuronScratch) {
    this.#kernels = kernels;
    this.input = input;
    this.sparse = input instanceof SparseInput ? input : undefined;
    this.layers = layout.layers.map(({ I, O, w, b }, l) => ({
      I,
      O,
      w: parameters + w * 4,
      b: parameters + b * 4,
      f: layerFunction(kernels, spec, l, scratch),
    }));
    const matched = matchedPair(kernels, spec);
    this.#cost = matched ?? costKernel(kernels, spec.cost);
    this.#matched = matched !== undefined;
  }

  /** a² = f(z²), then z^l = w^l a^{l-1} + b^l and a^l = f(z^l) of all later layers, for rows begin to end whose z² is there. */
  forwardFromZ(rows: Rows, begin: number, end: number): void {
    const S = end - begin;
    for (let l = 0; l < this.layers.length; l++) {
      const { I, O, w, b } = this.layers[l];
      const z = rows.z[l] + begin * rowBytes(O);
      if (l > 0) this.#kernels.forward(S, I, O, rows.d[l - 1] + begin * rowBytes(I), w, b, z);
      this.activate(rows, l, begin, end);
    }
  }

  /** a^l = f(z^l), with what dropout leaves of it, for rows begin to end. */
  activate(rows: Rows, l: number, begin: number, end: number): void {
    const { O, f } = this.layers[l];
    const S = end - begin;
    const row = begin * rowBytes(O);
    f.forward(S, O, rows.z[l] + row, rows.a[l] + row);
    if (rows.d[l] !== rows.a[l]) this.dropout?.apply(l, S, O, begin, rows.a[l] + row, rows.d[l] + row);
  }

  /** C_x of rows begin to end, after `forwardFromZ`; returns whether all are finite. */
  cost(rows: Rows, begin: number, end: number): boolean {
    const l = this.layers.length - 1;
    const { O } = this.layers[l];
    const row = begin * rowBytes(O);
    return this.#cost.value(end - begin, O, rows.z[l] + row, rows.a[l] + row, rows.y + row, rows.c + begin * 4) !== 0;
  }

  /** For how many of rows begin to end the output of their class is the largest, after `forwardFromZ`. */
  hits(rows: Rows, begin: number, end: number): number {
    const l = this.layers.length - 1;
    const { O } = this.layers[l];
    const row = begin * rowBytes(O);
    return this.#kernels.hits(end - begin, O, rows.a[l] + row, rows.y + row);
  }

  /** δ^L by BP1 and every earlier δ^l by BP2, for rows begin to end, after `forwardFromZ`. */
  backward(rows: Rows, begin: number, end: number): void {
    for (let l = this.layers.length - 1; l >= 0; l--) this.error(rows, l, begin, end);
  }

  /** δ of layer l + 2 alone, once that of the layer behind it is there. */
  error(rows: Rows, l: number, begin: number, end: number): void {
    const S = end - begin;
    if (l === this.layers.length - 1) {
      this.#outputError(rows, begin, S);
      return;
    }
    // BP2: δ^l = ((w^{l+1})ᵀ δ^{l+1}) ⊙ f'(z^l)
    const next = this.layers[l + 1];
    const { O, f } = this.layers[l];
    const row = begin * rowBytes(O);
    const delta = rows.delta[l] + row;
    this.#kernels.backward(S, O, next.O, rows.delta[l + 1] + begin * rowBytes(next.O), next.w, delta);
    if (rows.d[l] !== rows.a[l]) this.dropout?.apply(l, S, O, begin, delta, delta);
    f.backward(S, O, rows.z[l] + row, rows.a[l] + row, delta);
  }

  /** BP1: δ^L = ∇_a C ⊙ f'(z^L). For a matched pair both factors together are a - y. */
  #outputError(rows: Rows, begin: number, S: number): void {
    const l = this.layers.length - 1;
    const { O, f } = this.layers[l];
    const row = begin * rowBytes(O);
    const a = rows.a[l] + row;
    const delta = rows.delta[l] + row;
    this.#cost.gradient(S, O, a, rows.y + row, delta);
    if (!this.#matched) f.backward(S, O, rows.z[l] + row, a, delta);
    if (rows.weights !== 0) this.#kernels.scaleRows(S, O, rows.weights + begin * 4, delta);
  }

  /** BP3 for outputs from to upTo (multiples of four) of layer l, summed over rows begin to end, to db[upTo - from]. */
  biasGradient(rows: Rows, l: number, from: number, upTo: number, begin: number, end: number, db: number): void {
    const { O } = this.layers[l];
    this.#kernels.biasGradient(from, upTo, end - begin, O, rows.delta[l] + begin * rowBytes(O), db);
  }

  /** The same, applied at once to the layer's biases: b ← b - rate·Σ_s δ. Biases do not decay. */
  biasUpdate(rows: Rows, l: number, from: number, upTo: number, begin: number, end: number, { rate }: Descent): void {
    const { O, b } = this.layers[l];
    this.#kernels.biasUpdate(from, upTo, end - begin, O, rows.delta[l] + begin * rowBytes(O), b + from * 4, rate);
  }

  /** BP4 for inputs from to upTo of layer l, summed over rows begin to end, to dw[upTo - from][O]. */
  weightGradient(rows: Rows, l: number, from: number, upTo: number, begin: number, end: number, dw: number): void {
    const { I, O } = this.layers[l];
    this.#kernels.weightGradient(from, upTo, end - begin, I, O, this.#inputs(rows, l, begin), rows.delta[l] + begin * rowBytes(O), dw);
  }

  /** The same, applied at once: w ← keep·w - rate·Σ_s x δ. */
  weightUpdate(rows: Rows, l: number, from: number, upTo: number, begin: number, end: number, descent: Descent): void {
    const { I, O, w } = this.layers[l];
    const delta = rows.delta[l] + begin * rowBytes(O);
    this.#kernels.weightUpdate(from, upTo, end - begin, I, O, this.#inputs(rows, l, begin), delta, w + from * rowBytes(O), descent);
  }

  /** What layer l takes, from row `begin` on; for the first of the layers the dense input (a sparse one has its own gradient). */
  #inputs(rows: Rows, l: number, begin: number): number {
    return (l === 0 ? rows.x : rows.d[l - 1]) + begin * rowBytes(this.layers[l].I);
  }
}
