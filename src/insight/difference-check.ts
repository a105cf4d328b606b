// Checks BP1 to BP4 against the slope of the cost by finite differences, in float64: the first question of gradient-check.ts. Some parameters of
// each layer are tried, drawn by the seed; how a slope is found stands in differences.ts.

import type { Parameters } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { Random } from '../random.js';
import { type Deviation, deviation, worstPlace } from './deviation.js';
import { CostAlong, countDifferences, type Example } from './differences.js';
import type { ExactGradient } from './exact-gradient.js';
import type { LayerRange } from './parameter-name.js';

export interface DifferenceCheck extends Deviation {
  /** Parameters tried out, and how many of them said nothing, because C has a kink within the step. */
  readonly checked: number;
  readonly skipped: number;
}

/** What is tried out: a network at its parameters, [P] in the book's order, and how many of them and by what step. */
interface DifferenceRequest {
  readonly network: NetworkSpecification;
  readonly parameters: Float32Array;
  readonly weights: number;
  readonly seed: number;
  readonly step: number;
}

/** Of the largest gradient: over those 116 networks (see step-check.ts) 1e-11 to 1e-8 was usual, where C is not rounded worse. */
const DIFFERENCES_ALLOWED = 1e-7;
/**
 * Times the lower quartile of the fourth differences of C, over h. A fourth difference is a sum of roundings σ of C, of deviation
 * 8.4 σ and lower quartile 2.7 σ; a slope's deviation is 0.95 σ / h. So this allows eight deviations.
 */
const NOISE_ALLOWED = 3;

/** BP1 to BP4 compared with the cost's slope, for parameters drawn by the seed. */
export function checkDifferences(
  { network, parameters, weights, seed, step }: DifferenceRequest,
  ranges: readonly LayerRange[],
  exact: Parameters,
  examples: readonly Example[],
  { mean, largest }: ExactGradient,
): DifferenceCheck[] {
  const along = new CostAlong(network, exact, examples);
  const counts = countDifferences(network.layers, ranges, examples.length, weights);
  return ranges.map((range, l) => {
    const found = drawParameters(range, counts[l], seed).map((k) => along.difference(k, parameters[k], step));
    const noise = Math.max(lowerQuartile(found.map((d) => d.noise)), along.rounding);
    const allowed = DIFFERENCES_ALLOWED * largest[l] + (NOISE_ALLOWED * noise) / step;
    // A kink within the step makes C rougher than it makes the slope wrong; a wrong gradient leaves C smooth.
    const telling = found.filter(({ parameter, slope, roughness }) => {
      const error = Math.abs(slope - mean[parameter]);
      return !(error > allowed && 4 * roughness > error);
    });
    const at = worstPlace(
      telling.map(({ slope }) => slope),
      telling.map(({ parameter }) => mean[parameter]),
    );
    const [k, expected] = at < 0 ? [range.begin, Number.NaN] : [telling[at].parameter, telling[at].slope];
    const skipped = found.length - telling.length;
    return { ...deviation(network.layers, { k, expected, got: mean[k] }, largest[l], allowed), checked: found.length, skipped };
  });
}

/** Some of a layer's parameters in the book's order, drawn without replacement: up to a quarter biases, the rest weights. */
function drawParameters({ layer, begin, weights, biases, end }: LayerRange, count: number, seed: number): number[] {
  if (count >= weights + biases) return Array.from({ length: weights + biases }, (_, k) => begin + k);
  const random = Random.stream(seed, 'differences', layer);
  const ofBiases = Math.max(count - weights, Math.min(biases, Math.ceil(count / 4)));
  const draw = (from: number, n: number, wanted: number): number[] => {
    const drawn = new Set<number>();
    while (drawn.size < wanted) drawn.add(from + random.below(n));
    return [...drawn];
  };
  return [...draw(begin, weights, count - ofBiases), ...draw(end - biases, biases, ofBiases)].sort((a, b) => a - b);
}

/** Of the quieter ones: a kink within the step is no noise. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)];
}
