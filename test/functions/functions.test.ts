// Every activation with every cost and each output that it stands on, on every set of kernels: BP1 to BP4 and C_x beside the
// float64 reference, over dense and sparse inputs, with single neurons that have another f. (The reference itself is judged
// by finite differences, in reference.test.ts.)

import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { Probe } from '#src/insight/probe.js';
import { bindKernels } from '#src/kernels/bind.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { backpropagate, costOf, parametersFrom, valuesOf } from '#src/model/reference.js';
import { specifyNetwork } from '#src/model/specification.js';
import { randomData } from '../support/reference-training.js';

const HIDDEN = ACTIVATION_NAMES.filter((name) => name !== 'softmax');
const DATA = randomData(13, 6, 9, 12);
const NEURON_LISTS = [
  [],
  [
    { layer: 2, neuron: 4, f: 'tanh' },
    { layer: 3, neuron: 1, f: 'softplus' },
    { layer: 3, neuron: 5, f: 'linear' },
  ],
];

/** The largest difference, relative to the largest expected value. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  const size = Math.max(1e-6, ...expected.map(Math.abs));
  return Math.max(...expected.map((v, k) => Math.abs(v - found[k]))) / size;
}

describe.each(KERNEL_NAMES)('%s', async (name) => {
  const choice = await loadKernels(name);

  test.each(HIDDEN.flatMap((activation) => COST_NAMES.map((cost) => ({ activation, cost }))))('$activation, $cost', async ({ activation, cost }) => {
    for (const output of COSTS[cost].outputs) {
      for (const neurons of NEURON_LISTS) {
        const network = specifyNetwork({ layers: [13, 9, 7, 6], activation, output, cost, init: 'scaled', neurons });
        const values = initialParameters(network, 4);
        const parameters = parametersFrom(network, values);
        const samples = Array.from({ length: 9 }, (_, s) => ({
          x: [...DATA.training.values.subarray(13 * s, 13 * s + 13)],
          y: [0, 1, 2, 3, 4, 5].map((j) => (j === DATA.training.labels[s] ? 1 : 0)),
        }));
        const gradients = samples.map(({ x, y }) => valuesOf(backpropagate(network, parameters, x, y)));
        const sum = gradients[0].map((_, k) => gradients.reduce((total, g) => total + g[k], 0));
        const costs = samples.map(({ x, y }) => costOf(network, parameters, x, y));
        for (const input of ['dense', 'sparse'] as const) {
          const probe = await Probe.open({ network, data: DATA, input, bind: (memory, scratch) => bindKernels(choice, memory, scratch) });
          probe.parameters = values;
          expect(probe.run()).toBe(true);
          expect(distance(probe.costs, costs), `C_x, ${output}, ${input}`).toBeLessThan(1e-5);
          expect(distance(probe.gradient(), sum), `∇C, ${output}, ${input}, ${neurons.length} neurons`).toBeLessThan(2e-5);
        }
      }
    }
  });
});
