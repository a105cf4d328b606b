// A network on the calling thread, to be looked into: forward pass, cost, BP1 to BP4 of S samples on any set of kernels, over
// a memory of its own, and what they leave there as float32 arrays in the book's order. It trains nothing and starts no
// thread; the gradient check and the diagnosis of learning stand on it, and a training run may call it between epochs.

import { availableMemory } from 'node:process';
import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { isBadInput, wrongValue } from '../errors.js';
import { columns, type KernelName, type Kernels, stride } from '../kernels/kernels.js';
import type { GroupedRows, InputFormat, Samples } from '../model/input.js';
import { fromBookOrder, type Layout, layoutOf, toBookOrder } from '../model/layout.js';
import { specifyLearning } from '../model/learning.js';
import { Network } from '../model/network.js';
import type { NetworkSpecification } from '../model/specification.js';
import { type Arena, allocateArena, planArena } from '../parallel/memory/arena.js';
import { copySamples, recordBytes, valueBytes } from '../parallel/memory/samples.js';
import type { GradientMode } from '../parallel/modes.js';

export interface ProbeOptions {
  readonly network: NetworkSpecification;
  /** The S samples to look at are its training samples; the other splits are best empty. */
  readonly data: Dataset;
  readonly input: InputFormat;
  /** Whose arithmetic computes ∇w and ∇b: blocks of rows ('partial'), or updates of the weights ('owned'). Default: 'partial'. */
  readonly gradient?: GradientMode;
  /** Binds kernels to the probe's memory; `scratch` is the address of SCRATCH_BYTES there (see bindKernels). */
  readonly bind: (memory: WebAssembly.Memory, scratch: number) => Promise<Kernels>;
}

/** Weighted inputs at which a slope's largest value is looked for: -10 to 10 in steps of a quarter. */
const GRID = Float32Array.from({ length: 81 }, (_, k) => (k - 40) / 4);

/** Addresses of matrices beside the arena: z, a and e of a grid, and e of all samples, each as wide as the widest layer. */
interface Spare {
  readonly z: number;
  readonly a: number;
  readonly e: number;
}

/** Layers are counted as in model/network.ts: l = 0 is the book's layer 2. */
export class Probe {
  readonly network: NetworkSpecification;
  readonly layout: Layout;
  readonly data: Dataset;
  /** S */
  readonly samples: number;
  readonly gradientMode: GradientMode;
  readonly kernels: KernelName;
  readonly #arena: Arena;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #net: Network;
  readonly #spare: Spare;
  /** Number of the last ∇ of a sparse first layer: its rows carry it (see sparseGradient in kernels.ts). */
  #tag = 0;
  /** 'owned': the parameters while their place holds a gradient. */
  #kept: Float32Array | undefined;

  private constructor(options: ProbeOptions, arena: Arena, spare: Spare, memory: WebAssembly.Memory, kernels: Kernels) {
    const { network, data, input, gradient = 'partial' } = options;
    this.network = network;
    this.layout = layoutOf(network.layers);
    this.data = data;
    this.samples = countSamples(data, 'training');
    this.gradientMode = gradient;
    this.kernels = kernels.name;
    this.#arena = arena;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#spare = spare;
    const samples: Samples = { valueBytes: valueBytes(data), scale: data.scale, values: arena.values, starts: arena.starts };
    this.#net = new Network(kernels, network, this.layout, arena.parameters, input, samples, arena.neurons[0]);
    copySamples(data, input, arena, memory);
    const order = new Uint32Array(memory.buffer, arena.orders[0], this.samples);
    for (let s = 0; s < order.length; s++) order[s] = s;
  }

  /**
   * Plans the memory, binds the kernels and copies the samples; the parameters are zeros until they are set.
   * @throws {RangeError} where so many samples do not fit into memory
   */
  static async open(options: ProbeOptions): Promise<Probe> {
    const { network, data, input, gradient = 'partial', bind } = options;
    const layout = layoutOf(network.layers);
    const S = countSamples(data, 'training');
    const widest = stride(Math.max(...network.layers)) * 4;
    try {
      const arena = planArena({
        layout,
        batch: S,
        workers: 1,
        shards: 1,
        gradient,
        otherNeurons: network.neurons.length,
        learning: specifyLearning({}, network.layers.length - 2, { counts: [] }),
        realTargets: isRegression(data),
        samples: S + countSamples(data, 'validation') + countSamples(data, 'test'),
        training: S,
        input,
        valueBytes: valueBytes(data),
        recordBytes: recordBytes(data, input),
      });
      const z = arena.bytes;
      const spare = { z, a: z + GRID.length * widest, e: z + 2 * GRID.length * widest };
      const memory = allocateArena({ ...arena, bytes: spare.e + Math.max(S, GRID.length) * widest }, availableMemory());
      return new Probe(options, arena, spare, memory, await bind(memory, arena.scratch[0]));
    } catch (error) {
      if (!isBadInput(error)) throw error;
      throw wrongValue('samples', 'as many as fit into memory at once', S, 'Use fewer samples, or a smaller network.');
    }
  }

  /** Weights and biases, [P] in the book's order. */
  set parameters(values: Float32Array | Float64Array) {
    fromBookOrder(this.layout, values, this.#parameters);
  }

  /** Forward pass, C_x, BP1 and BP2 of samples begin to end, all by default; returns whether their costs are finite. */
  run(begin = 0, end = this.samples): boolean {
    const { rows, entries, orders, labels, targets } = this.#arena;
    const { sparse, input } = this.#net;
    const O = this.network.layers[this.network.layers.length - 1];
    const order = orders[0] + begin * 4;
    if (sparse && this.gradientMode === 'owned') {
      const own = this.#whole(begin, end, entries[0]);
      sparse.gatherBatch(own, end, order);
      sparse.forwardColumns(own, end, 0, columns(this.network.layers[1]));
    } else {
      input.gather(rows, begin, end, order);
      input.forward(rows, begin, end);
    }
    const y = rows.y + begin * stride(O) * 4;
    if (targets !== 0) this.#kernels.gatherFloats(end - begin, O, order, targets, y);
    else this.#kernels.gatherOneHot(end - begin, O, order, labels, y);
    this.#net.forwardFromZ(rows, begin, end);
    const finite = this.#net.cost(rows, begin, end);
    this.#net.backward(rows, begin, end);
    return finite;
  }

  /** C_x, [S]. */
  get costs(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#arena.rows.c, this.samples).slice();
  }

  /** z of layer l, [S][O] without padding. */
  z(l: number): Float32Array {
    return this.#matrix(this.#arena.rows.z[l], this.samples, this.layout.layers[l].O);
  }

  /** a of layer l, [S][O]. */
  a(l: number): Float32Array {
    return this.#matrix(this.#arena.rows.a[l], this.samples, this.layout.layers[l].O);
  }

  /** δ of layer l, [S][O]: of C_x, not of its mean. */
  delta(l: number): Float32Array {
    return this.#matrix(this.#arena.rows.delta[l], this.samples, this.layout.layers[l].O);
  }

  /** The targets y, [S][n_L]. */
  get targets(): Float32Array {
    return this.#matrix(this.#arena.rows.y, this.samples, this.network.layers[this.network.layers.length - 1]);
  }

  /** f'(z) of layer l, [S][O], by the kernel that BP1 and BP2 use; of the softmax ∂a_j/∂z_j = a_j (1 - a_j). */
  slopes(l: number): Float32Array {
    if (this.network.activations[l] === 'softmax') return this.a(l).map((a) => a * (1 - a));
    return this.#slopes(l, this.samples, this.#arena.rows.z[l], this.#arena.rows.a[l]);
  }

  /**
   * f'(z) of each neuron of layer l at the same z, [zs][O]: what its f is, whatever it is called. At most as many zs as
   * `GRID` has. Not for the softmax, whose neurons have no f of their own.
   */
  slopesAt(l: number, zs: ArrayLike<number>): Float32Array {
    const { O, f } = this.#net.layers[l];
    const z = new Float32Array(this.#memory.buffer, this.#spare.z, zs.length * stride(O)).fill(0);
    for (let r = 0; r < zs.length; r++) z.fill(zs[r], r * stride(O), r * stride(O) + O);
    f.forward(zs.length, O, this.#spare.z, this.#spare.a);
    return this.#slopes(l, zs.length, this.#spare.z, this.#spare.a);
  }

  /** The largest |f'(z)| of each neuron of layer l, [O], as found on a grid. */
  largestSlopes(l: number): Float32Array {
    const { O } = this.layout.layers[l];
    const largest = new Float32Array(O);
    if (this.network.activations[l] === 'softmax') return largest.fill(0.25);
    const slopes = this.slopesAt(l, GRID);
    for (let k = 0; k < slopes.length; k++) largest[k % O] = Math.max(largest[k % O], Math.abs(slopes[k]));
    return largest;
  }

  /**
   * BP3 and BP4 after `run`: Σ_x ∂C_x/∂w and Σ_x ∂C_x/∂b over samples begin to end, [P] in the book's order. Of a part of
   * the samples by 'partial' only, which is the way that has shards.
   */
  gradient(begin = 0, end = this.samples): Float32Array<ArrayBuffer> {
    this.#compute(begin, end);
    const sum = toBookOrder(this.layout, this.#gradientMemory);
    this.#restore();
    return sum;
  }

  /** ‖Σ_x ∂C_x/∂w^l‖ and ‖Σ_x ∂C_x/∂b^l‖ of every layer, over all samples, after `run`. */
  gradientNorms(): { readonly w: number; readonly b: number }[] {
    this.#compute(0, this.samples);
    const norms = this.#norms(this.#gradientMemory);
    this.#restore();
    return norms;
  }

  /** ‖w^l‖ and ‖b^l‖ of every layer. */
  parameterNorms(): { readonly w: number; readonly b: number }[] {
    return this.#norms(this.#parameters);
  }

  #compute(begin: number, end: number): void {
    if (this.gradientMode === 'partial') this.#partialGradient(begin, end);
    else this.#ownedGradient(begin, end);
  }

  /** As parallel/partial.ts does: to a block beside the parameters, which has their offsets. */
  #partialGradient(begin: number, end: number): void {
    const { rows, blocks, parameters, tags } = this.#arena;
    const { layers, sparse } = this.#net;
    const shift = blocks - parameters;
    // Over sparse inputs, rows of w² that no sample touches are not written.
    if (sparse) this.#gradientMemory.fill(0);
    this.#tag++;
    for (const [l, { I, O, w, b }] of layers.entries()) {
      if (l === 0 && sparse) sparse.gradient(rows, begin, end, w + shift, tags, this.#tag);
      else this.#net.weightGradient(rows, l, 0, I, begin, end, w + shift);
      this.#net.biasGradient(rows, l, 0, columns(O), begin, end, b + shift);
    }
  }

  /** As parallel/owned.ts does, w ← w - rate·Σ_x ∂C_x/∂w, but with w = 0 and rate = -1: what is there then is the gradient itself. */
  #ownedGradient(begin: number, end: number): void {
    const { rows, entries } = this.#arena;
    const { layers, sparse } = this.#net;
    const descent = { rate: -1, keep: 1 };
    const own = sparse && this.#whole(begin, end, entries[0]);
    this.#kept = this.#parameters.slice();
    this.#parameters.fill(0);
    for (const [l, { I, O }] of layers.entries()) {
      if (l === 0 && own) sparse.update(own, end, 0, columns(O), descent);
      else this.#net.weightUpdate(rows, l, 0, I, begin, end, descent);
      this.#net.biasUpdate(rows, l, 0, columns(O), begin, end, descent);
    }
  }

  #restore(): void {
    if (this.#kept) this.#parameters.set(this.#kept);
    this.#kept = undefined;
  }

  #whole(begin: number, end: number, rows: GroupedRows): GroupedRows {
    if (begin !== 0 || end !== this.samples) throw new Error("Gradient 'owned' over sparse inputs takes all samples at once.");
    return rows;
  }

  get #parameters(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#arena.parameters, this.layout.floats);
  }

  get #gradientMemory(): Float32Array {
    const at = this.gradientMode === 'partial' ? this.#arena.blocks : this.#arena.parameters;
    return new Float32Array(this.#memory.buffer, at, this.layout.floats);
  }

  /** Padding is zero, and adds nothing. */
  #norms(memory: Float32Array): { w: number; b: number }[] {
    const { layers, floats } = this.layout;
    return layers.map(({ w, b }, l) => ({ w: norm(memory.subarray(w, b)), b: norm(memory.subarray(b, layers[l + 1]?.w ?? floats)) }));
  }

  #slopes(l: number, rows: number, z: number, a: number): Float32Array {
    const { O, f } = this.#net.layers[l];
    new Float32Array(this.#memory.buffer, this.#spare.e, rows * stride(O)).fill(1);
    f.backward(rows, O, z, a, this.#spare.e);
    return this.#matrix(this.#spare.e, rows, O);
  }

  #matrix(address: number, rows: number, n: number): Float32Array {
    const padded = new Float32Array(this.#memory.buffer, address, rows * stride(n));
    const out = new Float32Array(rows * n);
    for (let r = 0; r < rows; r++) out.set(padded.subarray(r * stride(n), r * stride(n) + n), r * n);
    return out;
  }
}

function norm(values: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}
