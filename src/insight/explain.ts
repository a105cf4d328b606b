// One weight or bias of a small network explained: every path from it to the cost with its rate factors, their sum, what
// backpropagation gives for it, and what a finite difference gives. All in float64, on the reference; no thread and no kernel.

import { checkInteger } from '../check.js';
import { BESIDE_NAMES } from '../data/reading.js';
import { wrongValue } from '../errors.js';
import { backpropagate, costOf, feedForward, type Parameters, parametersFrom } from '../model/reference.js';
import { NETWORK_OPTIONS, type NetworkOptions, type NetworkSpecification } from '../model/specification.js';
import { namesOf } from '../option-row.js';
import { checkKnown } from '../options/unknown-option.js';
import { count } from '../text.js';
import { networkOf, placeOf, type Sample, type SubjectNetwork, type SubjectOptions, sampleOf } from './explain-options.js';
import { countPaths, type Path, type Place, pathsOf, placeName, type RateFactors, rateFactors, slopesOf, sumOf, valueAt } from './paths.js';

export interface ExplainOptions extends SubjectOptions {
  /** Paths that are written out at most; where there are more, explain refuses. Default: 10,000. */
  maxPaths?: number;
}

/** A neuron that lets hardly any change through. */
export interface Saturated {
  readonly layer: number;
  readonly neuron: number;
  /** f'(z) */
  readonly slope: number;
}

export interface Explanation {
  readonly network: NetworkSpecification;
  /** Where the parameters come from. */
  readonly parameters: { readonly seed: number } | { readonly run: string };
  /** The weight or bias: 'w²_{5,3}', where it stands, and its value. */
  readonly name: string;
  readonly place: Place;
  readonly value: number;
  readonly sample: Sample;
  /** C_x */
  readonly cost: number;
  /** z^2 … z^L */
  readonly weightedInputs: readonly (readonly number[])[];
  /** a^1 … a^L */
  readonly activations: readonly (readonly number[])[];
  /** f'(z) of layers 2 … L; of a softmax ∂a_j/∂z_j. */
  readonly slopes: readonly (readonly number[])[];
  readonly rates: RateFactors;
  readonly paths: readonly Path[];
  /** Σ of the paths' products. */
  readonly sum: number;
  /** Σ of their absolute values. */
  readonly absolute: number;
  /** The same derivative by backpropagation, and by the equation named. */
  readonly backpropagation: { readonly equation: 'BP3' | 'BP4'; readonly value: number };
  /** (C(w + h) - C(w - h)) / 2h, and its h. */
  readonly finiteDifference: { readonly value: number; readonly step: number };
  /** Neurons on the paths whose |f'(z)| is below SATURATED_SLOPE, the smallest first; outputs only where the cost does not compensate for it. */
  readonly saturated: readonly Saturated[];
}

const DEFAULT_MAX_PATHS = 10_000;
/** Beyond this the list of paths would not fit a usual heap. */
const MOST_PATHS = 1_000_000;
/** A tenth of the sigmoid's steepest slope: the activations below 0.026 and above 0.974. */
export const SATURATED_SLOPE = 0.025;
/**
 * The difference is off by about h²·C'''/6 for its formula and by ε·C/h for rounding, which are about equal at ε^⅓ = 6.1e-6; a
 * power of two close to it, so that w + h and w - h are exact.
 */
const STEP = 2 ** -17;

/** Every option beside those of the network; the type ensures that none is missing. */
const OPTION_NAMES: Readonly<Record<Exclude<keyof ExplainOptions, keyof NetworkOptions>, true>> = {
  seed: true,
  run: true,
  data: true,
  ...BESIDE_NAMES,
  sample: true,
  x: true,
  y: true,
  weight: true,
  bias: true,
  maxPaths: true,
};

/**
 * Follows a change of one weight or bias along every path to the cost of one sample.
 * Without options: the first weight of a 2-3-2-2 network of sigmoids with the quadratic cost, its parameters from seed 1.
 * @throws {RangeError} where there are more paths than `maxPaths`; the message says how many
 */
export async function explain(given: ExplainOptions = {}): Promise<Explanation> {
  const options = checkKnown(given, [...namesOf(NETWORK_OPTIONS), ...Object.keys(OPTION_NAMES)]);
  const network = await networkOf(options);
  const { spec, seed, run } = network;
  const place = placeOf(options, spec);
  checkCount(spec, place, checkInteger('maxPaths', options.maxPaths ?? DEFAULT_MAX_PATHS, 1, MOST_PATHS));
  const sample = await sampleOf(options, network);
  return { network: spec, parameters: run ? { run: run.path } : { seed }, ...followed(network, sample, place) };
}

function checkCount(spec: NetworkSpecification, place: Place, most: number): void {
  const paths = countPaths(spec, place.layer);
  if (paths <= most) return;
  throw wrongValue(
    'maxPaths',
    `at least the ${count(paths)} paths from ${placeName(place)} to the cost of ${spec.layers.join('-')}`,
    most,
    `Choose a weight in a later layer, a smaller network, or --max-paths up to ${count(MOST_PATHS)}.`,
  );
}

type Followed = Omit<Explanation, 'network' | 'parameters'>;

function followed({ spec, values }: SubjectNetwork, sample: Sample, place: Place): Followed {
  const { x, y } = sample;
  const parameters = parametersFrom(spec, values());
  const { zs, activations } = feedForward(spec, parameters, x);
  const slopes = zs.map((z, l) => slopesOf(spec, l + 2, z, activations[l + 1]));
  const rates = rateFactors(spec, parameters, sample, place);
  const paths = pathsOf(rates);
  const nabla = backpropagate(spec, parameters, x, y);
  const { sum, absolute } = sumOf(paths);
  const value = valueAt(parameters, place);
  const equation = place.input === undefined ? 'BP3' : 'BP4';
  const explained: Followed = {
    name: placeName(place),
    place,
    value,
    sample,
    cost: costOf(spec, parameters, x, y),
    weightedInputs: zs,
    activations,
    slopes,
    rates,
    paths,
    sum,
    absolute,
    backpropagation: { equation, value: valueAt(nabla, place) },
    finiteDifference: finiteDifference(value, (moved) => costOf(spec, replaced(parameters, place, moved), x, y)),
    saturated: saturatedOn(place, slopes, slowOutputs(nabla, activations, y)),
  };
  checkFinite(explained);
  return explained;
}

/** The same parameters but for one; all other rows are shared with the original. */
function replaced({ w, b }: Parameters, { layer, neuron, input }: Place, value: number): Parameters {
  const [l, j] = [layer - 2, neuron - 1];
  if (input === undefined) return { w, b: b.with(l, b[l].with(j, value)) };
  return { w: w.with(l, w[l].with(j, w[l][j].with(input - 1, value))), b };
}

/** ΔC ≈ (∂C/∂w) Δw, solved for ∂C/∂w: a central difference, its step in proportion to large parameters. */
function finiteDifference(at: number, cost: (value: number) => number): { value: number; step: number } {
  const step = STEP * 2 ** Math.max(0, Math.ceil(Math.log2(Math.abs(at))));
  return { value: (cost(at + step) - cost(at - step)) / (2 * step), step };
}

/** Outputs whose δ^L is small beside their error a^L - y. With the cross-entropy there are none: it compensates for the sigmoid's slope. */
function slowOutputs({ b }: Parameters, activations: readonly number[][], y: readonly number[]): boolean[] {
  const delta = b[b.length - 1];
  return activations[activations.length - 1].map((a, j) => Math.abs(delta[j]) < SATURATED_SLOPE * Math.abs(a - y[j]));
}

function saturatedOn({ layer: l, neuron: j }: Place, slopes: readonly (readonly number[])[], slow: readonly boolean[]): Saturated[] {
  const L = slopes.length + 1;
  return slopes
    .flatMap((row, m) => row.map((slope, k) => ({ layer: m + 2, neuron: k + 1, slope })))
    .filter(({ layer, neuron }) => layer > l || (layer === l && neuron === j))
    .filter(({ layer, neuron, slope }) => Math.abs(slope) < SATURATED_SLOPE && (layer < L || slow[neuron - 1]))
    .sort((one, other) => Math.abs(one.slope) - Math.abs(other.slope));
}

function checkFinite({ name, cost, sum, backpropagation }: Followed): void {
  if ([cost, sum, backpropagation.value].every(Number.isFinite)) return;
  throw wrongValue(
    'sample',
    `one with a finite cost and a finite ∂C/∂${name}`,
    `C = ${cost}, ∂C/∂${name} = ${sum}`,
    'Some factor is beyond float64: an output is saturated, or a sum too large. Choose another sample, or smaller weights.',
  );
}
