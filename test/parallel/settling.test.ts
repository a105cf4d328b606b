// Subnormal numbers: what decays into them becomes 0 within 32 steps, parameters and optimisers' states alike, in every way that a step is
// taken and by every set of kernels, and what is larger stays as it is.

import { describe, expect, it, test } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { OPTIMISER_NAMES } from '#src/functions/optimisers/index.js';
import { settle, settles } from '#src/functions/optimisers/optimiser.js';
import { waysOf } from '#src/insight/step-check.js';
import { TrainingStep } from '#src/insight/training-step.js';
import { bindKernels } from '#src/kernels/bind.js';
import type { KernelName } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { INPUT_FORMATS } from '#src/model/input.js';
import { specifyLearning } from '#src/model/learning.js';
import type { LearningOptions } from '#src/model/learning-options.js';
import { specifyNetwork } from '#src/model/specification.js';
import { GRADIENT_MODES } from '#src/parallel/modes.js';
import { Bench, KERNEL_SETS } from '../support/bound-kernels.js';

const TINY = 1e-40;
/** Of seven inputs the fourth is never lit. */
const DARK = 3;
const INPUTS = 7;
const LAYERS = [INPUTS, 21, 4];

function someData(): Dataset {
  const count = 12;
  const values = Float32Array.from({ length: count * INPUTS }, (_, k) => (k % INPUTS === DARK ? 0 : ((k * 37) % 23) / 23));
  const training = { values, labels: Uint16Array.from({ length: count }, (_, k) => k % 4) };
  const none = { values: new Float32Array(0), labels: new Uint16Array(0) };
  return { name: 'some', inputs: INPUTS, classes: 4, scale: 1, training, validation: none, test: none };
}

const isSubnormal = (v: number): boolean => v !== 0 && Math.abs(v) < 2 ** -126;

/** A step with weights of the dark input, and states of all parameters, that are subnormal; then how many of them are left. */
async function leftAfter(
  t: number,
  way: { gradient: (typeof GRADIENT_MODES)[number]; input: (typeof INPUT_FORMATS)[number] },
  options: LearningOptions,
  kernels: KernelName,
) {
  const network = specifyNetwork({ layers: LAYERS });
  const learning = specifyLearning(options, LAYERS.length - 2, { counts: [] });
  const choice = await loadKernels(kernels);
  const step = await TrainingStep.open({
    network,
    data: someData(),
    ...way,
    learning,
    bind: (memory, scratch) => bindKernels(choice, memory, scratch),
  });
  step.attach(learning);
  // In the book's order a neuron's weights from all inputs follow one another.
  const book = step.workspace.parameters.map((_, k) => (k < INPUTS * LAYERS[1] && k % INPUTS === DARK ? TINY : 0.25));
  step.workspace.parameters = book;
  for (const state of step.states) for (let k = 0; k < state.length; k++) if (step.parameters[k] !== 0) state[k] = TINY;
  expect(step.run({ eta: 0.01, t })).toBe(true);
  const all = [step.parameters, ...step.states];
  return { left: all.map((values) => values.filter(isSubnormal).length), zeros: step.workspace.parameters.filter((v) => v === 0).length };
}

const WAYS = waysOf(GRADIENT_MODES, INPUT_FORMATS);
const CASES = [
  { optimiser: 'sgd', lambda: 0.01 },
  { optimiser: 'sgd', lambda: 0.01, clipNorm: 1 },
  ...OPTIMISER_NAMES.filter((name) => name !== 'sgd').map((optimiser) => ({ optimiser, lambda: 0.001 })),
] as const;

describe.each(WAYS)('$gradient, $input', (way) => {
  test.each(CASES)('$optimiser, λ $lambda, limit $clipNorm', async (options) => {
    const before = await leftAfter(30, way, options, 'simd');
    const after = await leftAfter(31, way, options, 'simd');
    expect(Math.max(...before.left)).toBeGreaterThan(0);
    expect(after.left.every((count) => count === 0)).toBe(true);
    // Only the weights of the dark input have gone, where the optimiser did not move them.
    expect(after.zeros).toBeLessThanOrEqual(LAYERS[1]);
  });
});

test('plain descent without decay has nothing that shrinks, and leaves all as it is', async () => {
  const { left, zeros } = await leftAfter(31, { gradient: 'owned', input: 'dense' }, {}, 'simd');
  expect([left[0], zeros]).toEqual([LAYERS[1], 0]);
});

describe('the kernel', () => {
  const VALUES = [1, -1, 2 ** -126, -(2 ** -126), 2 ** -127, -(2 ** -149), 0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-38, -1.2e-38];

  it.each(KERNEL_SETS)('of %s does as the function does, to rows only', async (name) => {
    const bench = await Bench.open(name);
    const w = bench.bytes(2 * 64);
    const floats = bench.floats(w, 32);
    for (const row of [0, 16]) floats.set(VALUES, row);
    floats.fill(TINY, 12, 16);
    const before = Array.from(floats);
    bench.kernels.settle(2, 12, 64, w);
    expect(Array.from(floats)).toEqual(before.map((v, k) => (k % 16 < 12 ? settle(v) + 0 : v)));
  });
});

it('is time every 32 steps, by the number of the step alone', () => {
  expect(Array.from({ length: 100 }, (_, t) => t).filter(settles)).toEqual([31, 63, 95]);
});
