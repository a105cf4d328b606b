// A network on the calling thread, to be inspected: what one training step of η = 0 over S samples leaves in its memory, as
// float32 arrays in the book's order: z, a, δ, C_x, slopes of f, and the norms of ∇C. It computes no gradient of its own and
// starts no thread; the diagnosis of learning stands on it, and a training run may ask it between epochs.

import { countSamples, type Dataset } from '../data/dataset.js';
import { layerwiseActivation } from '../functions/activations.js';
import { stride } from '../kernels/kernels.js';
import { type Layout, toBookOrder } from '../model/layout.js';
import type { Rows } from '../model/rows.js';
import type { NetworkSpecification } from '../model/specification.js';
import { TrainingStep, type TrainingStepOptions } from './training-step.js';

/** The S samples to look at are the training samples of `data`. */
export type ProbeOptions = Pick<TrainingStepOptions, 'network' | 'data' | 'input' | 'bind'>;

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
  readonly #step: TrainingStep;
  readonly #spare: Spare;

  private constructor({ network, data }: ProbeOptions, step: TrainingStep, spare: Spare) {
    this.network = network;
    this.layout = step.workspace.layout;
    this.data = data;
    this.samples = step.samples;
    this.#step = step;
    this.#spare = spare;
  }

  /**
   * Plans the memory, binds the kernels and copies the samples; the parameters are zeros until they are set.
   * @throws {RangeError} where so many samples do not fit into memory
   */
  static async open(options: ProbeOptions): Promise<Probe> {
    const S = countSamples(options.data, 'training');
    const widest = stride(Math.max(...options.network.layers)) * 4;
    const spareBytes = (2 * GRID.length + Math.max(S, GRID.length)) * widest;
    // Of the two gradient strategies this one leaves the gradient in memory: in its block.
    const step = await TrainingStep.open({ ...options, gradient: 'partial', spareBytes });
    const z = step.workspace.spare;
    return new Probe(options, step, { z, a: z + GRID.length * widest, e: z + 2 * GRID.length * widest });
  }

  /** Weights and biases, [P] in the book's order. */
  set parameters(values: Float32Array | Float64Array) {
    this.#step.workspace.parameters = values;
  }

  /** The step; returns whether all costs are finite. The parameters stay as they are, unless the gradient is infinite or NaN. */
  run(): boolean {
    // Over sparse inputs, rows of w² that no sample touches are not written.
    if (this.#step.network.sparse) this.#gradient.fill(0);
    return this.#step.run({ eta: 0 });
  }

  /** C_x, [S]. */
  get costs(): Float32Array {
    return this.#step.workspace.floats(this.#rows.c, this.samples).slice();
  }

  /** z of layer l, [S][O] without padding. */
  z(l: number): Float32Array {
    return this.#matrix(this.#rows.z[l], this.samples, this.layout.layers[l].O);
  }

  /** a of layer l, [S][O]. */
  a(l: number): Float32Array {
    return this.#matrix(this.#rows.a[l], this.samples, this.layout.layers[l].O);
  }

  /** δ of layer l, [S][O]: of C_x, not of its mean. */
  delta(l: number): Float32Array {
    return this.#matrix(this.#rows.delta[l], this.samples, this.layout.layers[l].O);
  }

  /** The targets y, [S][n_L]. */
  get targets(): Float32Array {
    return this.#matrix(this.#rows.y, this.samples, this.network.layers[this.network.layers.length - 1]);
  }

  /** f'(z) of layer l, [S][O], by the kernel that BP1 and BP2 use; of the softmax ∂a_j/∂z_j = a_j (1 - a_j). */
  slopes(l: number): Float32Array {
    const layerwise = layerwiseActivation(this.network.activations[l]);
    if (layerwise) return this.a(l).map((a) => layerwise.slope(a));
    return this.#slopes(l, this.samples, this.#rows.z[l], this.#rows.a[l]);
  }

  /**
   * f'(z) of each neuron of layer l at the same z, [zs][O]: what its f is, whatever it is called. At most as many zs as
   * `GRID` has. Not for the softmax, whose neurons have no f of their own.
   */
  slopesAt(l: number, zs: ArrayLike<number>): Float32Array {
    const { O, f } = this.#step.network.layers[l];
    const z = this.#step.workspace.floats(this.#spare.z, zs.length * stride(O)).fill(0);
    for (let r = 0; r < zs.length; r++) z.fill(zs[r], r * stride(O), r * stride(O) + O);
    f.forward(zs.length, O, this.#spare.z, this.#spare.a);
    return this.#slopes(l, zs.length, this.#spare.z, this.#spare.a);
  }

  /** The largest |f'(z)| of each neuron of layer l, [O], as found on a grid. */
  largestSlopes(l: number): Float32Array {
    const { O } = this.layout.layers[l];
    const largest = new Float32Array(O);
    const layerwise = layerwiseActivation(this.network.activations[l]);
    if (layerwise) return largest.fill(layerwise.steepest);
    const slopes = this.slopesAt(l, GRID);
    for (let k = 0; k < slopes.length; k++) largest[k % O] = Math.max(largest[k % O], Math.abs(slopes[k]));
    return largest;
  }

  /** Σ_x ∂C_x/∂w and Σ_x ∂C_x/∂b over all samples after `run`, [P] in the book's order. */
  gradient(): Float32Array<ArrayBuffer> {
    return toBookOrder(this.layout, this.#gradient);
  }

  /** ‖Σ_x ∂C_x/∂w^l‖ and ‖Σ_x ∂C_x/∂b^l‖ of every layer after `run`. */
  gradientNorms(): { readonly w: number; readonly b: number }[] {
    return this.#norms(this.#gradient);
  }

  /** ‖w^l‖ and ‖b^l‖ of every layer. */
  parameterNorms(): { readonly w: number; readonly b: number }[] {
    return this.#norms(this.#step.parameters);
  }

  get #gradient(): Float32Array {
    return this.#step.workspace.floats(this.#step.workspace.arena.blocks);
  }

  get #rows(): Rows {
    return this.#step.workspace.arena.rows;
  }

  /** Padding is zero, and adds nothing. */
  #norms(memory: Float32Array): { w: number; b: number }[] {
    const { layers, floats } = this.layout;
    return layers.map(({ w, b }, l) => ({ w: norm(memory.subarray(w, b)), b: norm(memory.subarray(b, layers[l + 1]?.w ?? floats)) }));
  }

  #slopes(l: number, rows: number, z: number, a: number): Float32Array {
    const { O, f } = this.#step.network.layers[l];
    this.#step.workspace.floats(this.#spare.e, rows * stride(O)).fill(1);
    f.backward(rows, O, z, a, this.#spare.e);
    return this.#matrix(this.#spare.e, rows, O);
  }

  #matrix(address: number, rows: number, n: number): Float32Array {
    const padded = this.#step.workspace.floats(address, rows * stride(n));
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
