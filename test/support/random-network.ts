// Networks with random parameters, for tests that hold an exported file against the reference in float64.

import { type ModelMetadata, metadataOf } from '#src/export/metadata.js';
import { layoutOf } from '#src/model/layout.js';
import { feedForward, parametersFrom } from '#src/model/reference.js';
import { type NetworkOptions, type NetworkSpecification, specifyNetwork } from '#src/model/specification.js';
import type { Random } from '#src/random.js';

export interface RandomNetwork {
  readonly network: NetworkSpecification;
  /** [P] in the book's order */
  readonly parameters: Float32Array;
  readonly metadata: ModelMetadata;
  /** Output activations of one sample, by the reference. */
  outputs(x: readonly number[]): number[];
}

/** Weights so large that z reaches both ends of every f. Any output goes with the quadratic cost. */
export function randomNetwork(random: Random, options: NetworkOptions): RandomNetwork {
  const network = specifyNetwork({ cost: 'quadratic', ...options });
  const parameters = new Float32Array(layoutOf(network.layers).parameters);
  let at = 0;
  for (const { I, O } of layoutOf(network.layers).layers) {
    for (const end = at + (I + 1) * O; at < end; at++) parameters[at] = (2 * random.uniform() - 1) * (4 / Math.sqrt(I));
  }
  return withParameters(network, parameters);
}

export function withParameters(network: NetworkSpecification, parameters: Float32Array): RandomNetwork {
  const tensors = parametersFrom(network, parameters);
  return {
    network,
    parameters,
    metadata: metadataOf({ network, parameters }),
    outputs: (x) => feedForward(network, tensors, x).activations[network.layers.length - 1],
  };
}

/** The largest difference between two lists of rows, where a value is large as a share of it; infinite where one is NaN or missing. */
export function furthest(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): number {
  if (ours.length !== theirs.length || ours.some((row, s) => row.length !== theirs[s].length)) return Number.POSITIVE_INFINITY;
  const gaps = ours.flatMap((row, s) => row.map((v, j) => Math.abs(v - theirs[s][j]) / Math.max(1, Math.abs(theirs[s][j]))));
  return gaps.reduce((worst, gap) => (gap <= worst ? worst : Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap), 0);
}
