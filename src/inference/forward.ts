// The forward pass of a trained network on the calling thread: samples in, output activations out, on the same kernels and
// the same first layer as the workers' evaluation, so that each output has the same bits as there. It starts no thread and
// keeps no samples: `assess` runs a whole split through it, `predict` a few pictures.

import { availableMemory } from 'node:process';
import type { Dataset } from '../data/dataset.js';
import { bindKernels, type KernelChoice } from '../kernels/bind.js';
import { stride } from '../kernels/kernels.js';
import { type InputFormat, SparseInput } from '../model/input.js';
import { fromBookOrder, layoutOf } from '../model/layout.js';
import { specifyLearning } from '../model/learning.js';
import { Network } from '../model/network.js';
import type { NetworkSpecification } from '../model/specification.js';
import { type Arena, allocateArena, EVALUATION_ROWS, planArena } from '../parallel/memory/arena.js';
import { copySamples } from '../parallel/memory/samples.js';

export interface ForwardOptions {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
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
  readonly #arena: Arena;
  readonly #memory: WebAssembly.Memory;
  readonly #network: Network;

  private constructor(options: ForwardOptions, arena: Arena, memory: WebAssembly.Memory, network: Network) {
    this.#options = options;
    this.#arena = arena;
    this.#memory = memory;
    this.#network = network;
  }

  /** Plans the memory, binds the kernels and sets the parameters. @throws {RangeError} where they do not fit into memory */
  static async open(options: ForwardOptions): Promise<Forward> {
    const { network, parameters, values, input, kernels } = options;
    const layout = layoutOf(network.layers);
    const valueBytes = values.bytes ? 1 : 4;
    const arena = planArena({
      layout,
      batch: 1,
      workers: 1,
      shards: 1,
      gradient: 'owned',
      otherNeurons: network.neurons.length,
      learning: specifyLearning({}, network.layers.length - 2, { counts: [] }),
      realTargets: false,
      samples: Forward.rows,
      training: 0,
      input,
      valueBytes,
      recordBytes: input === 'sparse' ? Forward.rows * SparseInput.recordBytes(network.layers[0], valueBytes) : 0,
    });
    const memory = allocateArena(arena, availableMemory());
    const bound = await bindKernels(kernels, memory, arena.scratch[0]);
    const samples = { valueBytes, scale: values.scale, values: arena.values, starts: arena.starts } as const;
    fromBookOrder(layout, parameters, new Float32Array(memory.buffer, arena.parameters, layout.floats));
    return new Forward(options, arena, memory, new Network(bound, network, layout, arena.parameters, input, samples, arena.neurons[0]));
  }

  /**
   * a^L of S samples, [S][n_L].
   * @param values [S][n_1], as many as Forward.rows samples or fewer, bytes or floats as `open` was told
   */
  outputs(values: Uint8Array | Float32Array): Float32Array {
    const { layers } = this.#options.network;
    const [inputs, O] = [layers[0], layers[layers.length - 1]];
    const S = values.length / inputs;
    const { rows, order } = this.#arena.evaluation[0];
    copySamples(this.#only(values), this.#options.input, this.#arena, this.#memory);
    const indices = new Uint32Array(this.#memory.buffer, order, S);
    for (let s = 0; s < S; s++) indices[s] = s;
    this.#network.input.gather(rows, 0, S, order);
    this.#network.input.forward(rows, 0, S);
    this.#network.forwardFromZ(rows, 0, S);
    const padded = new Float32Array(this.#memory.buffer, rows.a[rows.a.length - 1], S * stride(O));
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
