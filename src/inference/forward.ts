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
import { type Networks, networksOf } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { EVALUATION_ROWS } from '../parallel/memory/arena.js';
import { valueBytes } from '../parallel/memory/samples.js';
import { Workspace } from '../parallel/memory/workspace.js';

export interface ForwardOptions extends Networks {
  /** How values become inputs: bytes times scale, or floats as they are. */
  readonly values: { readonly bytes: boolean; readonly scale: number };
  readonly input: InputFormat;
  readonly kernels: KernelChoice;
}

export class Forward {
  /** Samples that one call of `outputs` takes at most. */
  static readonly rows = EVALUATION_ROWS;
  /** Networks alike share one, in the order of the networks. */
  readonly #passes: readonly Pass[];

  private constructor(passes: readonly Pass[]) {
    this.#passes = passes;
  }

  /** Plans the memory, binds the kernels and sets the parameters. @throws {RangeError} where they do not fit into memory */
  static async open(options: ForwardOptions): Promise<Forward> {
    const alike: { network: NetworkSpecification; sets: Float32Array[] }[] = [];
    for (const { network, parameters } of networksOf(options)) {
      const last = alike.at(-1);
      if (last && JSON.stringify(last.network) === JSON.stringify(network)) last.sets.push(parameters);
      else alike.push({ network, sets: [parameters] });
    }
    return new Forward(await Promise.all(alike.map(({ network, sets }) => Pass.open(options, network, sets))));
  }

  /**
   * a^L of S samples, [S][n_L]; of several networks their mean.
   * @param values [S][n_1], as many as Forward.rows samples or fewer, bytes or floats as `open` was told
   */
  outputs(values: Uint8Array | Float32Array): Float32Array {
    const all = this.outputsOfEach(values);
    return all.length === 1 ? all[0] : meanOutputs(all);
  }

  /** The same of each network, in their order. */
  outputsOfEach(values: Uint8Array | Float32Array): Float32Array[] {
    return this.#passes.flatMap((pass) => pass.outputs(values));
  }
}

/** The mean of the outputs of several networks, summed in their order in float64. @param all of each, [S][n_L] */
function meanOutputs(all: readonly Float32Array[]): Float32Array {
  const sums = new Float64Array(all[0].length);
  for (const outputs of all) for (const [k, a] of outputs.entries()) sums[k] += a;
  return Float32Array.from(sums, (sum) => sum / all.length);
}

/** Networks of one specification, which take turns in one memory. */
class Pass {
  readonly #scale: number;
  readonly #layers: readonly number[];
  readonly #workspace: Workspace;
  readonly #network: Network;
  /** The parameters of each as they lie in memory. */
  readonly #sets: readonly Float32Array[];

  private constructor(scale: number, { layers }: NetworkSpecification, workspace: Workspace, network: Network, sets: readonly Float32Array[]) {
    this.#scale = scale;
    this.#layers = layers;
    this.#workspace = workspace;
    this.#network = network;
    this.#sets = sets;
  }

  /** @param given parameters of each, [P] in the book's order */
  static async open({ values, input, kernels }: ForwardOptions, network: NetworkSpecification, given: readonly Float32Array[]): Promise<Pass> {
    const room = { valueBytes: values.bytes ? 1 : 4, scale: values.scale, count: Forward.rows } as const;
    const workspace = new Workspace({ network, data: room, input });
    const { layout, arena, memory, samples } = workspace;
    const bound = await bindKernels(kernels, memory, arena.scratch[0]);
    const sets = given.map((set) => {
      workspace.parameters = set;
      return given.length === 1 ? workspace.floats(arena.parameters) : workspace.floats(arena.parameters).slice();
    });
    const { parameters: address, staging, neurons } = arena;
    const first = inputOf(bound, input, samples, { memory, layout, parameters: address, staging: staging[0] });
    return new Pass(values.scale, network, workspace, new Network(bound, network, layout, address, first, neurons[0]), sets);
  }

  /** [S][n_L] of each. */
  outputs(values: Uint8Array | Float32Array): Float32Array[] {
    const S = values.length / this.#layers[0];
    const { arena, memory } = this.#workspace;
    const { rows, order } = arena.evaluation[0];
    this.#workspace.copy(this.#only(values));
    const indices = new Uint32Array(memory.buffer, order, S);
    for (let s = 0; s < S; s++) indices[s] = s;
    this.#network.input.gather(rows, 0, S, order);
    return this.#sets.map((set) => {
      if (this.#sets.length > 1) this.#workspace.floats(arena.parameters).set(set);
      return this.#outputsOfOne(S);
    });
  }

  /** Of the network whose parameters are in the workspace, over the rows that are gathered. */
  #outputsOfOne(S: number): Float32Array {
    const O = this.#layers[this.#layers.length - 1];
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
    const labels = new Uint16Array(0);
    const none = { values: values.subarray(0, 0), labels };
    const [inputs, classes] = [this.#layers[0], this.#layers[this.#layers.length - 1]];
    return { name: '', inputs, classes, scale: this.#scale, training: { values, labels }, validation: none, test: none };
  }
}

/** Milliseconds after which other work of this thread has its turn. */
const TURN = 50;

/** Samples first, first + 1, … of a split. */
interface SomeOutputs {
  readonly first: number;
  readonly end: number;
  /** a^L of each network, [S][n_L]. */
  readonly each: readonly Float32Array[];
  /** The same, or their mean. */
  readonly outputs: Float32Array;
}

/**
 * The outputs of all samples of a split, some at a time.
 * @throws {RangeError} where they do not fit into memory
 */
export async function* eachOutputs(
  { data, ...options }: Omit<ForwardOptions, 'values'> & { readonly data: Dataset },
  split: Split,
): AsyncGenerator<SomeOutputs> {
  const forward = await Forward.open({ ...options, values: { bytes: valueBytes(data) === 1, scale: data.scale } });
  const samples = countSamples(data, split);
  let turn = performance.now();
  for (let first = 0; first < samples; first += Forward.rows) {
    const end = Math.min(first + Forward.rows, samples);
    const each = forward.outputsOfEach(data[split].values.subarray(first * data.inputs, end * data.inputs));
    yield { first, end, each, outputs: each.length === 1 ? each[0] : meanOutputs(each) };
    if (performance.now() - turn > TURN) {
      await nextTurn();
      turn = performance.now();
    }
  }
}
