// One weight of a network followed to the cost of one digit, in float64: its strongest paths, and ∂C/∂w in three ways that share as little as
// they can: the sum over all paths, BP4, and how far C moves when the weight does. Computed anew for each change, in a few milliseconds.

import { CostAlong, type Difference, type Example, STEP } from '../../insight/differences.js';
import { parameterAt } from '../../insight/parameter-name.js';
import { countPaths, type Path, type Place, placeName, type RateFactors, rateFactors, valueAt } from '../../insight/paths.js';
import { pathSums, strongestPaths } from '../../insight/strongest-paths.js';
import { errorsOf } from '../../model/reference.js';
import type { NetworkSpecification } from '../../model/specification.js';
import { exactParameters } from '../exact.js';
import type { Shown } from '../store.js';

/** Paths that are shown. */
const SHOWN_PATHS = 10;

/** A weight, never a bias. */
export type WeightPlace = Required<Place>;

export interface Followed {
  readonly place: WeightPlace;
  /** 'w²_{5,3}' */
  readonly name: string;
  /** w */
  readonly value: number;
  /** The activation that the weight is multiplied with: a pixel, or a neuron. */
  readonly input: number;
  /** The number of the output layer. */
  readonly outputs: number;
  readonly rates: RateFactors;
  readonly strongest: readonly Path[];
  readonly paths: bigint;
  /** Σ of all paths' products, and of their sizes. */
  readonly sum: number;
  readonly absolute: number;
  /** a δ */
  readonly backpropagation: number;
  readonly difference: Difference;
  /** C as it is, and with the weight moved by t. */
  readonly cost: number;
  readonly costAt: (t: number) => number;
}

/** x, and y one-hot, as the reference takes them. */
export function exampleOf(input: ArrayLike<number>, label: number, classes: number): Example {
  return { x: Array.from(input), y: Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0)) };
}

export function followed(shown: Shown, example: Example, place: WeightPlace): Followed {
  const { network } = shown;
  const parameters = exactParameters(shown);
  const k = parameterAt(network.layers, { layer: place.layer, to: place.neuron, from: place.input });
  const value = valueAt(parameters, place);
  const rates = rateFactors(network, parameters, example, place);
  const { activations, deltas } = errorsOf(network, parameters, example.x, example.y);
  const input = activations[place.layer - 2][place.input - 1];
  const along = new CostAlong(network, parameters, [example]);
  return {
    place,
    name: placeName(place),
    value,
    input,
    outputs: network.layers.length,
    rates,
    strongest: strongestPaths(rates, SHOWN_PATHS),
    paths: countPaths(network, place.layer),
    ...pathSums(rates),
    backpropagation: input * deltas[place.layer - 2][place.neuron - 1],
    difference: along.difference(k, value, STEP),
    cost: along.cost(k, 0),
    costAt: (t) => along.cost(k, t),
  };
}

/** The weight of a layer along which C is steepest: where ∂C/∂w is the largest. */
export function steepest(shown: Shown, example: Example, layer: number): WeightPlace {
  const { activations, deltas } = errorsOf(shown.network, exactParameters(shown), example.x, example.y);
  // ∂C/∂w_jk = a_k δ_j is the largest where both are.
  return { layer, neuron: largestOf(deltas[layer - 2]), input: largestOf(activations[layer - 2]) };
}

/** The number, from 1, of the value that is largest in size, the first of equals. */
function largestOf(values: readonly number[]): number {
  return values.reduce((best, value, k) => (Math.abs(value) > Math.abs(values[best]) ? k : best), 0) + 1;
}

/** The same weight in another network, or the nearest that there is. */
export function placeWithin({ layers }: NetworkSpecification, { layer, neuron, input }: WeightPlace): WeightPlace {
  const within = (n: number, least: number, most: number): number => Math.min(most, Math.max(least, n));
  const l = within(layer, 2, layers.length);
  return { layer: l, neuron: within(neuron, 1, layers[l - 1]), input: within(input, 1, layers[l - 2]) };
}
