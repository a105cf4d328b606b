// The forward pass of a trained network on the calling thread: samples in, output activations out, on the same kernels and
// the same first layer as the workers' evaluation, so that each output has the same bits as there. Of several networks that are one
// model, the mean of their outputs. It starts no thread and keeps no samples: `assess` runs a whole split through it, `predict` a few
// pictures.

import { nextTurn } from '#platform';
import { countSamples, type Dataset, type Split } from '../data/dataset.js';
import { bindKernels, type KernelChoice } from '../kernels/bind.js';
import { stride } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import { Network } from '../model/network.js';
import { inputOf } from '../model/outside-input.js';
import { setsOf } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { EVALUATION_ROWS } from '../parallel/memory/arena.js';
import { valueBytes } from '../parallel/memory/samples.js';
import { Workspace } from '../parallel/memory/workspace.js';

export interface ForwardOptions {
  readonly network: NetworkSpecification;
  /** [K][P]: of K networks, each in the book's order. */
  readonly parameters: Float32Array;
  /** How values become inputs: bytes times scale, or floats as they are. */
  readonly values: { readonly bytes: boolean; readonly scale: number };
  readonly input: InputFormat;
  readonly kernels: KernelChoice;
}

export class Forward {
  /** Samples that one call of `outputs` takes at most. */
  static readonly rows = EVALUATION_ROWS;
  readonly #options: ForwardOptions;
  readonly #workspace: Workspace;
  readonly #network: Network;
  /** The parameters of each as they lie in memory, of which the workspace holds one; none where there is one network. */
  readonly #sets: readonly Float32Array[];

  private constructor(options: ForwardOptions, workspace: Workspace, network: Network, sets: readonly Float32Array[]) {
    this.#options = options;
    this.#workspace = workspace;
    this.#network = network;
    this.#sets = sets;
  }

  /** Plans the memory, binds the kernels and sets the parameters. @throws {RangeError} where they do not fit into memory */
  static async open(options: ForwardOptions): Promise<Forward> {
    const { network, parameters, values, input, kernels } = options;
    const room = { valueBytes: values.bytes ? 1 : 4, scale: values.scale, count: Forward.rows } as const;
    const workspace = new Workspace({ network, data: room, input });
    const { layout, arena, memory, samples } = workspace;
    const bound = await bindKernels(kernels, memory, arena.scratch[0]);
    const sets = setsOf(network.layers, parameters).map((set) => {
      workspace.parameters = set;
      return workspace.floats(arena.parameters).slice();
    });
    const { parameters: address, staging, neurons } = arena;
    const first = inputOf(bound, input, samples, { memory, layout, parameters: address, staging: staging[0] });
    return new Forward(options, workspace, new Network(bound, network, layout, address, first, neurons[0]), sets.length === 1 ? [] : sets);
  }

  /**
   * a^L of S samples, [S][n_L]; of several networks their mean, summed in their order in float64.
   * @param values [S][n_1], as many as Forward.rows samples or fewer, bytes or floats as `open` was told
   */
  outputs(values: Uint8Array | Float32Array): Float32Array {
    const { layers } = this.#options.network;
    const [inputs, O] = [layers[0], layers[layers.length - 1]];
    const S = values.length / inputs;
    const { arena, memory } = this.#workspace;
    const { rows, order } = arena.evaluation[0];
    this.#workspace.copy(this.#only(values));
    const indices = new Uint32Array(memory.buffer, order, S);
    for (let s = 0; s < S; s++) indices[s] = s;
    this.#network.input.gather(rows, 0, S, order);
    if (this.#sets.length === 0) return this.#outputsOfOne(S, O);
    const sums = new Float64Array(S * O);
    for (const set of this.#sets) {
      this.#workspace.floats(arena.parameters).set(set);
      for (const [k, a] of this.#outputsOfOne(S, O).entries()) sums[k] += a;
    }
    return Float32Array.from(sums, (sum) => sum / this.#sets.length);
  }

  /** Of the network whose parameters are in the workspace, over the rows that are gathered. */
  #outputsOfOne(S: number, O: number): Float32Array {
    const { rows } = this.#workspace.arena.evaluation[0];
    this.#network.input.forward(rows, 0, S);
    this.#network.forwardFromZ(rows, 0, S);
    const padded = this.#workspace.floats(rows.a[rows.a.length - 1], S * stride(O));
    const out = new Float32Array(S * O);
    for (let s = 0; s < S; s++) out.set(padded.subarray(s * stride(O), s * stride(O) + O), s * O);
    return out;
  }

  /** These samples as a data set without labels. */
  #only(values: Uint8Array | Float32Array): Dataset {
    const { network, values: kind } = this.#options;
    const labels = new Uint16Array(0);
    const none = { values: values.subarray(0, 0), labels };
    const [inputs, classes] = [network.layers[0], network.layers[network.layers.length - 1]];
    return { name: '', inputs, classes, scale: kind.scale, training: { values, labels }, validation: none, test: none };
  }
}

/** Milliseconds after which other work of this thread has its turn. */
const TURN = 50;

/**
 * The outputs of all samples of a split, some at a time: of samples first, first + 1, …, [S][n_L].
 * @throws {RangeError} where they do not fit into memory
 */
export async function* eachOutputs(
  { data, ...options }: Omit<ForwardOptions, 'values'> & { readonly data: Dataset },
  split: Split,
): AsyncGenerator<{ first: number; end: number; outputs: Float32Array }> {
  const forward = await Forward.open({ ...options, values: { bytes: valueBytes(data) === 1, scale: data.scale } });
  const samples = countSamples(data, split);
  let turn = performance.now();
  for (let first = 0; first < samples; first += Forward.rows) {
    const end = Math.min(first + Forward.rows, samples);
    yield { first, end, outputs: forward.outputs(data[split].values.subarray(first * data.inputs, end * data.inputs)) };
    if (performance.now() - turn > TURN) {
      await nextTurn();
      turn = performance.now();
    }
  }
}
