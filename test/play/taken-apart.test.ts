// A step taken apart is the reference's step: its gradient is that of BP1 to BP4 and of the exact gradient, its figures fulfil the four
// equations one by one, its update is the reference's, and what it foretells is what happens. What does not learn is found where it is.

import { describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { exactGradients } from '#src/insight/exact-gradient.js';
import { layerRanges, parameterAt } from '#src/insight/parameter-name.js';
import { initialParameters } from '#src/model/initialisers.js';
import { specifyLearning } from '#src/model/learning.js';
import { backpropagate, parametersFrom, valuesOf } from '#src/model/reference.js';
import { ReferenceDescent } from '#src/model/reference-descent.js';
import { type NetworkOptions, type NetworkSpecification, specifyNetwork } from '#src/model/specification.js';
import { digitAt } from '#src/play/digits.js';
import { findingsOf, markOf } from '#src/play/step/findings.js';
import { inPieces, lookFor, lookForDead } from '#src/play/step/looking.js';
import { canRest, type StepSample, type StepTaken, takeStep } from '#src/play/step/taken-apart.js';
import type { Shown } from '#src/play/store.js';
import { seeded } from '../support/bound-kernels.js';

const SIZE = { eta: 0.5, lambda: 2, n: 40 };

function samplesOf(network: NetworkSpecification, count: number): StepSample[] {
  const random = seeded('taken apart');
  const [I, O] = [network.layers[0], network.layers[network.layers.length - 1]];
  return Array.from({ length: count }, (_, k) => ({
    input: Array.from({ length: I }, () => (random.below(3) === 0 ? 0 : random.uniform())),
    label: k % O,
  }));
}

function shownAs(network: NetworkSpecification, values: readonly number[]): Shown {
  const parameters = Float32Array.from(values);
  return { network, parameters, first: parameters, version: 1, epoch: 1 };
}

/** A step of a small network. */
function stepOf(options: Omit<NetworkOptions, 'layers'>, count = 3, layers = [5, 4, 6, 3]): StepTaken {
  const network = specifyNetwork({ layers, init: 'scaled', ...options });
  return takeStep(network, initialParameters(network, 7), samplesOf(network, count), SIZE);
}

const oneHot = (length: number, label: number): number[] => Array.from({ length }, (_, j) => (j === label ? 1 : 0));
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (v, k) => Math.abs(v - b[k])));

const CASES = [
  ...ACTIVATION_NAMES.filter((f) => f !== 'softmax').map((activation) => ({ activation, cost: 'quadratic', output: 'sigmoid' })),
  ...COST_NAMES.flatMap((cost) => COSTS[cost].outputs.slice(0, 2).map((output) => ({ activation: 'tanh', cost, output }))),
  { activation: 'sigmoid', cost: 'cross-entropy', output: 'sigmoid', neurons: [{ layer: 3, neuron: 2, f: 'relu' }] },
];

describe('a step taken apart', () => {
  it.each(CASES)('has the gradient and the update of the reference: $activation, $output, $cost', (options) => {
    const step = stepOf(options);
    const { network, before, samples } = step;
    const examples = samples.map(({ x, y }) => ({ x, y }));
    const parameters = parametersFrom(network, before);
    const each = examples.map(({ x, y }) => valuesOf(backpropagate(network, parameters, x, y)));
    const mean = each[0].map((_, k) => each.reduce((sum, g) => sum + g[k] / each.length, 0));
    expect(furthest(step.gradient, mean)).toBeLessThan(1e-14);
    const cuts = [{ begin: 0, end: samples.length }];
    const exact = exactGradients(network, layerRanges(network.layers), Float32Array.from(before), examples, backpropagate, cuts, 1);
    expect(furthest(step.gradient, exact.whole.mean)).toBeLessThan(1e-14);

    const learning = specifyLearning({ lambda: SIZE.lambda }, network.layers.length - 2, { counts: [] });
    const descent = new ReferenceDescent(network, before, { eta: SIZE.eta, n: SIZE.n, learning });
    descent.step(examples);
    expect(furthest(step.after, descent.values)).toBeLessThan(1e-14);
  });

  it.each(CASES)('has figures that fulfil BP1 to BP4: $activation, $output, $cost', (options) => {
    const step = stepOf(options, 1);
    const { network, gradient, before } = step;
    const [{ x, y, layers, label }] = step.samples;
    expect(y).toEqual(oneHot(3, label));
    const { w } = parametersFrom(network, before);
    layers.forEach(({ layer, z, slope, arriving, delta }, l) => {
      const last = l === layers.length - 1;
      // BP1 with a softmax sums over its outputs; else it is a product, as BP2 is.
      if (network.activations[l] !== 'softmax')
        delta.forEach((d, j) => {
          expect(d).toBeCloseTo(arriving[j] * slope[j], 12);
        });
      const next = layers[l + 1];
      if (!last)
        arriving.forEach((e, k) => {
          expect(e).toBeCloseTo(
            next.delta.reduce((sum, d, j) => sum + w[l + 1][j][k] * d, 0),
            12,
          );
        });
      const a = l === 0 ? x : layers[l - 1].a;
      z.forEach((zj, j) => {
        const at = (from?: number): number => parameterAt(network.layers, { layer, to: j + 1, from });
        const bias = before[at()];
        expect(zj).toBeCloseTo(
          a.reduce((sum, ak, k) => sum + before[at(k + 1)] * ak, bias),
          12,
        );
        expect(gradient[at()]).toBe(0 + delta[j]);
        a.forEach((ak, k) => {
          expect(gradient[at(k + 1)]).toBe(0 + ak * delta[j]);
        });
      });
    });
  });

  it('foretells what a small step does, and says what it did', () => {
    const network = specifyNetwork({ layers: [5, 4, 3], init: 'scaled' });
    const values = initialParameters(network, 7);
    const step = takeStep(network, values, samplesOf(network, 10), { eta: 1e-4, lambda: 0, n: 10 });
    expect(step.foretold).toBeLessThan(0);
    expect((step.costAfter - step.cost) / step.foretold).toBeCloseTo(1, 3);
    expect(step.cost).toBeCloseTo(
      step.samples.reduce((sum, { cost }) => sum + cost / 10, 0),
      14,
    );
    const again = takeStep(network, step.after, samplesOf(network, 10), { eta: 0, lambda: 0, n: 10 });
    expect(again.cost).toBe(step.costAfter);
    expect(again.samples[3].layers[1].a).toEqual(step.samples[3].outputAfter);
  });

  it('has a δ where the output has rounded to 0 or 1, of a matched pair', () => {
    const network = specifyNetwork({ layers: [1, 2], cost: 'cross-entropy' });
    // z = ±800: a is exactly 1 and 0, and both are wrong for class 1.
    const [pass] = takeStep(network, [800, -800, 0, 0], [{ input: [1], label: 1 }], SIZE).samples;
    expect(pass.layers[0].delta).toEqual([1, -1]);
  });
});

describe('what does not learn', () => {
  it('is a blank pixel, whose weights have no gradient', () => {
    const step = stepOf({ activation: 'sigmoid' }, 1);
    const [pass] = step.samples;
    const { blank } = findingsOf(pass);
    expect(blank).toEqual(pass.x.flatMap((v, k) => (v === 0 ? [k + 1] : [])));
    expect(blank.length).toBeGreaterThan(0);
    for (let j = 1; j <= 4; j++) for (const k of blank) expect(step.gradient[parameterAt(step.network.layers, { layer: 2, to: j, from: k })]).toBe(0);
  });

  it('is a saturated neuron, hidden, or an output that is wrong where f′ does not cancel', () => {
    // Neuron 1 of layer 2 has z = 9, neuron 2 has z = 0; both outputs have z = 12, and only the first should.
    const values = [9, 0, 0, 0, 12, 0, 12, 0, 0, 0];
    const step = (cost: 'quadratic' | 'cross-entropy') =>
      takeStep(specifyNetwork({ layers: [1, 2, 2], cost }), values, [{ input: [1], label: 0 }], SIZE).samples[0];
    const quadratic = step('quadratic');
    expect(findingsOf(quadratic).saturated).toEqual([
      { layer: 3, neuron: 2 },
      { layer: 2, neuron: 1 },
    ]);
    expect(findingsOf(step('cross-entropy')).saturated).toEqual([{ layer: 2, neuron: 1 }]);
    expect(quadratic.layers[0].z.map((_, j) => markOf(quadratic.layers[0], quadratic.y, false, j))).toEqual(['saturated', undefined]);
    expect(quadratic.layers[1].z.map((_, j) => markOf(quadratic.layers[1], quadratic.y, true, j))).toEqual([undefined, 'saturated']);
  });

  it('is a ReLU left of zero, and dead where it is so on every digit; a sigmoid never is', async () => {
    const network = specifyNetwork({ layers: [2, 3, 2], activation: 'relu' });
    // Layer 2: rests where x₁ < 0.5; always; never.
    const values = [1, 0, 1, 1, 1, 1, -0.5, -3, 1, ...[1, 1, 1, 1, 1, 1, 0, 0]];
    const digits = { pixels: Uint8Array.of(0, 255, 255, 0, 255, 9, 0, 9), labels: Uint8Array.of(0, 1, 0, 1), training: 2, validation: 0, test: 2 };
    const input = (k: number): StepSample => digitAt(digits, k);
    const [pass] = takeStep(network, values, [input(0)], SIZE).samples;
    expect(findingsOf(pass).saturated).toEqual([]);
    expect(findingsOf(pass).resting).toEqual([
      { layer: 2, neuron: 1 },
      { layer: 2, neuron: 2 },
    ]);
    expect(pass.layers[0].delta.slice(0, 2).map(Math.abs)).toEqual([0, 0]);
    expect(await inPieces(lookForDead(shownAs(network, values), digits))).toEqual([{ layer: 2, neuron: 2 }]);
    expect([
      canRest(network),
      canRest(specifyNetwork({ layers: [2, 3, 2] })),
      canRest(specifyNetwork({ layers: [2, 3, 2], activation: 'elu' })),
    ]).toEqual([true, false, false]);
  });

  it('is looked for among the test digits, and said to be none where there is none', async () => {
    const network = specifyNetwork({ layers: [2, 1, 2] });
    const digits = { pixels: Uint8Array.of(255, 255, 9, 9, 0, 255), labels: Uint8Array.of(0, 1, 0), training: 1, validation: 0, test: 2 };
    expect(digitAt(digits, 2)).toEqual({ input: Float32Array.of(0, 1), label: 0 });
    const look = (kind: 'blank' | 'saturated' | 'resting', weight: number) =>
      inPieces(lookFor(kind, shownAs(network, [weight, 0, 0, 0, 0, 0, 0]), digits));
    expect(await look('blank', 1)).toBe(2);
    expect(await look('saturated', 1)).toBeUndefined();
    expect(await look('saturated', 200)).toBe(1);
    expect(await look('resting', 200)).toBeUndefined();
  });
});
