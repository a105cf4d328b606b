// The float64 reference against central differences: BP1 to BP4 for every activation, output and cost that fit together.
// From here on the reference judges all the rest.

import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES, type ActivationName } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { initialParameters } from '#src/model/initialisers.js';
import { fromBookOrder, layoutOf, toBookOrder } from '#src/model/layout.js';
import { specifyLearning } from '#src/model/learning.js';
import { backpropagate, costOf, feedForward, parametersFrom, valuesOf } from '#src/model/reference.js';
import { ReferenceDescent } from '#src/model/reference-descent.js';
import { specifyNetwork } from '#src/model/specification.js';
import { seeded } from '../support/bound-kernels.js';

const HIDDEN: readonly ActivationName[] = ACTIVATION_NAMES.filter((name) => name !== 'softmax');
const CASES = HIDDEN.flatMap((activation) => COST_NAMES.flatMap((cost) => COSTS[cost].outputs.map((output) => ({ activation, output, cost }))));

describe('the gradient of the reference', () => {
  test.each(CASES)('$activation, $output, $cost', ({ activation, output, cost }) => {
    const spec = specifyNetwork({ layers: [4, 5, 3, 3], activation, output, cost, init: 'scaled' });
    const random = seeded('reference');
    const x = Array.from({ length: 4 }, () => random.uniform());
    const y = [0, 1, 0];
    // The first start on which an output learns at all: ReLUs may all be dead, and a hinge may be content.
    const starts = Array.from({ length: 20 }, (_, k) => Array.from(initialParameters(spec, 3 + k), Number));
    const gradientOf = (values: number[]): number[] => valuesOf(backpropagate(spec, parametersFrom(spec, values), x, y));
    const values = starts.find((start) => Math.hypot(...gradientOf(start)) > 1e-3) ?? [];
    const gradient = gradientOf(values);
    const h = 1e-5;
    const at = (k: number, by: number): number => {
      const moved = [...values];
      moved[k] += by;
      return costOf(spec, parametersFrom(spec, moved), x, y);
    };
    // A five-point difference: its error falls with h⁴, so that rounding and not the formula is what remains.
    const differences = values.map((_, k) => (8 * (at(k, h) - at(k, -h)) - (at(k, 2 * h) - at(k, -2 * h))) / (12 * h));
    const size = Math.hypot(...differences);
    const error = Math.hypot(...gradient.map((g, k) => g - differences[k]));
    expect(size).toBeGreaterThan(1e-6);
    expect(error / size).toBeLessThan(1e-7);
  });

  test('a network worked out by hand: 1-1-1, sigmoid, quadratic', () => {
    // x = 1, w² = 0, b² = 0: a² = ½. w³ = 2, b³ = -1: z³ = 0, a³ = ½. y = 1: C = ⅛.
    const spec = specifyNetwork({ layers: [1, 1, 1], cost: 'quadratic' });
    const start = [0, 0, 2, -1];
    const parameters = parametersFrom(spec, start);
    expect(costOf(spec, parameters, [1], [1])).toBeCloseTo(1 / 8, 15);
    // δ³ = (½ - 1)·¼ = -⅛; ∂w³ = ½ δ³ = -1/16; δ² = 2 δ³ ¼ = -1/16; ∂w² = -1/16.
    expect(valuesOf(backpropagate(spec, parameters, [1], [1]))).toEqual([-1 / 16, -1 / 16, -1 / 16, -1 / 8]);
    // η = 8, λ = 1, n = 4, two equal samples: weights shrink by 1 - 8·1/4 = -1, then both move by 8 times the gradient.
    const sample = { x: [1], y: [1] };
    const learning = specifyLearning({ lambda: 1 }, 1, { counts: [] });
    const descent = new ReferenceDescent(spec, start, { eta: 8, learning, n: 4 });
    descent.step([sample, sample]);
    expect(descent.values).toEqual([0.5, 0.5, -1.5, 0]);
  });
});

test('a linear network is its matrices multiplied', () => {
  const spec = specifyNetwork({ layers: [2, 2, 1], activation: 'linear', output: 'linear', cost: 'quadratic' });
  const { activations } = feedForward(spec, parametersFrom(spec, [1, 2, 3, 4, 5, 6, 7, 8, 9]), [10, 20]);
  // w² x + b² = (55, 116); 7·55 + 8·116 + 9 = 1322
  expect(activations).toEqual([[10, 20], [55, 116], [1322]]);
});

test('book order and memory order convert into each other', () => {
  const layout = layoutOf([3, 5, 2]);
  const book = Float32Array.from({ length: layout.parameters }, (_, k) => k + 1);
  const memory = new Float32Array(layout.floats);
  fromBookOrder(layout, book, memory);
  expect(layout.parameters).toBe(3 * 5 + 5 + 5 * 2 + 2);
  expect(toBookOrder(layout, memory)).toEqual(book);
  // w²[j][k] = 1 + 3j + k lies at [k][j], rows of 5 padded to 8.
  expect([...memory.subarray(0, 10)]).toEqual([1, 4, 7, 10, 13, 0, 0, 0, 2, 5]);
  expect(layout.layers.every(({ w, b }) => w % 16 === 0 && b % 16 === 0)).toBe(true);
});
