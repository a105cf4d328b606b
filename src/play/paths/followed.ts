// One weight of a network followed to the cost of one digit, in float64: its strongest paths, and ∂C/∂w in three ways that share as little as
// they can: the sum over all paths, BP4, and how far C moves when the weight does. Computed anew for each change, in a few milliseconds.

import { CostAlong, type Difference, type Example, STEP } from '../../insight/differences.js';
import { parameterAt } from '../../insight/parameter-name.js';
import { countPaths, type Path, type Place, placeName, type RateFactors, rateFactors, valueAt } from '../../insight/paths.js';
import { pathSums, strongestPaths } from '../../insight/strongest-paths.js';
import { backpropagate, feedForward } from '../../model/reference.js';
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
  const { activations } = feedForward(network, parameters, example.x);
  const along = new CostAlong(network, parameters, [example]);
  return {
    place,
    name: placeName(place),
    value,
    input: activations[place.layer - 2][place.input - 1],
    outputs: network.layers.length,
    rates,
    strongest: strongestPaths(rates, SHOWN_PATHS),
    paths: countPaths(network, place.layer),
    ...pathSums(rates),
    backpropagation: valueAt(backpropagate(network, parameters, example.x, example.y), place),
    difference: along.difference(k, value, STEP),
    cost: along.cost(k, 0),
    costAt: (t) => along.cost(k, t),
  };
}

/** The weight of a layer along which C is steepest: where ∂C/∂w is the largest. */
export function steepest(shown: Shown, example: Example, layer: number): WeightPlace {
  const nabla = backpropagate(shown.network, exactParameters(shown), example.x, example.y).w[layer - 2];
  let [neuron, input, most] = [1, 1, -1];
  for (const [j, row] of nabla.entries()) {
    for (let k = 0; k < row.length; k++) if (Math.abs(row[k]) > most) [neuron, input, most] = [j + 1, k + 1, Math.abs(row[k])];
  }
  return { layer, neuron, input };
}

/** The same weight in another network, or the nearest that there is. */
export function placeWithin({ layers }: NetworkSpecification, { layer, neuron, input }: WeightPlace): WeightPlace {
  const within = (n: number, least: number, most: number): number => Math.min(most, Math.max(least, n));
  const l = within(layer, 2, layers.length);
  return { layer: l, neuron: within(neuron, 1, layers[l - 1]), input: within(input, 1, layers[l - 2]) };
}
