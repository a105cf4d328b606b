// How much faster a newer Node would train a network, where this one cannot join vectors: from Node 24 on the kernels `wide` take eight
// lanes at once (see kernels/wide.ts). A rough sum over one worker's step, for a hint and nothing else.

import { engine } from '#platform';
import type { KernelName } from '../kernels/kernels.js';
import { joinsVectors } from '../kernels/wide.js';
import type { Configuration } from '../options/options.js';

/**
 * Nanoseconds for a vector's multiply-add with `relaxed` (see SPARSE_BELOW in options/options.ts), and how many times as fast `wide` is: the
 * tile of a dense product, and the rows of a sparse first layer, which wait for memory too.
 */
const DENSE = { ns: 0.18, times: 1.7 };
const SPARSE = { ns: 0.3, times: 1.3 };
/**
 * What stays as it is, in nanoseconds: barriers and calls of a step, gathering an input, a neuron's f and f'; and the step of an optimiser that
 * keeps a state of each parameter (784-100-10 in mini-batches of ten: 30,000 samples/s with Adam, 300,000 without).
 *
 * With these the networks N1 to N4 of the benchmarks come to 1.2, 1.3, 1.3 (N2b), 1.6 and 1.7; measured on a Zen 5, one worker, Node 24 with
 * `wide` beside Node 24 with `relaxed`: 1.2, 1.25, 1.25, 1.65 and 1.7.
 */
const REST = { step: 2000, input: 0.2, neuron: 1, update: 4 };

/** Less than this is not worth a word. */
const WORTH_SAYING = 1.15;

type Subject = Pick<Configuration, 'network' | 'batch' | 'input' | 'learning'>;

/**
 * How many times as fast `wide` is as `relaxed`, estimated.
 * @param density share of the inputs that are not zero
 */
export function timesFasterWide({ network: { layers }, batch, input, learning }: Subject, density: number): number {
  const [first, ...others] = layers.slice(1).map((O, l) => layers[l] * O);
  const isSparse = input === 'sparse';
  // Two products in the first layer, which hands no error on, and three in the others; four lanes.
  const sparse = isSparse ? (SPARSE.ns * 2 * density * first) / 4 : 0;
  const dense = (DENSE.ns * ((isSparse ? 0 : 2 * first) + 3 * sum(others))) / 4;
  const update = learning.optimiser === 'sgd' ? 0 : REST.update * (first + sum(others));
  const rest = REST.input * layers[0] + REST.neuron * sum(layers.slice(1)) + (REST.step + update) / batch;
  return (sparse + dense + rest) / (sparse / SPARSE.times + dense / DENSE.times + rest);
}

/**
 * What to say of a newer Node at the start of a run; nothing where it would not help, or where these kernels were asked for.
 * @param kernels that the run computes with
 */
export function newerNodeHint(
  configuration: Subject & Pick<Configuration, 'kernels'>,
  kernels: KernelName,
  density: number,
  versions: { readonly v8: string; readonly node: string } | undefined = engine,
  arch: string | undefined = engine?.arch,
): string | undefined {
  if (!versions || configuration.kernels !== 'auto' || kernels !== 'relaxed' || arch !== 'x64' || joinsVectors(versions, arch)) return undefined;
  const times = timesFasterWide(configuration, density);
  if (times < WORTH_SAYING) return undefined;
  return `Node 24 or later would train this network about ${times.toFixed(1)} times as fast as Node ${versions.node}.`;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
