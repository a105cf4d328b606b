// Golden runs: costs, first gradients and final parameters of small networks, recorded by an independent implementation in
// NumPy (golden/golden.py, which says what stands in golden/golden.json). The float64 reference must give the same
// numbers, and so must every set of kernels that runs here, on one worker and on two.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import type { ActivationName } from '#src/functions/activations.js';
import type { CostName } from '#src/functions/costs.js';
import { KERNEL_NAMES, type KernelName } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { specifyLearning } from '#src/model/learning.js';
import { backpropagate, costOf, parametersFrom, valuesOf } from '#src/model/reference.js';
import { ReferenceDescent } from '#src/model/reference-descent.js';
import { type NetworkSpecification, specifyNetwork } from '#src/model/specification.js';
import { configure, type TrainOptions } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { NEEDS_NUMPY, runPython } from '../support/python.js';

interface Problem {
  readonly layers: number[];
  readonly activations: ActivationName[];
  readonly cost: CostName;
  readonly batch: number;
  readonly inputs: number[][];
  readonly labels: number[];
  readonly orders: [number[], number[]];
  readonly parameters: number[];
  readonly gradient: number[];
}

interface Run {
  readonly name: string;
  readonly problem: string;
  readonly eta: number;
  readonly lambda: number;
  readonly optimiser: { readonly name: string } & Readonly<Record<string, number | string>>;
  readonly costs: number[];
  readonly parameters: number[];
}

/** The options of the trainer for how a run learns. */
const learningOptions = ({ optimiser: { name, mu, ...constants }, lambda }: Run): Partial<TrainOptions> =>
  ({ optimiser: name, lambda, ...(mu === undefined ? constants : { momentum: mu }) }) as Partial<TrainOptions>;

const script = fileURLToPath(new URL('golden/golden.py', import.meta.url));
const golden = JSON.parse(readFileSync(new URL('golden/golden.json', import.meta.url), 'utf8')) as { problems: Record<string, Problem>; runs: Run[] };
const runs = golden.runs.map((run) => ({ ...run, of: golden.problems[run.problem] }));

/** Costs of ten steps, the mean gradient of the first, the parameters after the last. */
interface Outcome {
  costs: number[];
  gradient: number[];
  parameters: number[];
}

/** Where numbers differ from the recorded ones by more than `tolerance` of themselves, or of one. */
function differences(outcome: Outcome, { costs, parameters, of }: Run & { of: Problem }, tolerance: number): string[] {
  const expected: Outcome = { costs, gradient: of.gradient, parameters };
  return (['costs', 'gradient', 'parameters'] as const).flatMap((what) => {
    expect(outcome[what]).toHaveLength(expected[what].length);
    return expected[what].flatMap((e, k) => {
      const got = outcome[what][k];
      return Math.abs(got - e) <= tolerance * Math.max(1, Math.abs(e)) ? [] : [`${what}[${k}]: expected ${e}, got ${got}`];
    });
  });
}

function specificationOf({ layers, activations, cost }: Problem): NetworkSpecification {
  return specifyNetwork({ layers, activation: activations.slice(0, -1), output: activations[activations.length - 1], cost });
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The run by the reference. */
function runReference(run: Run & { of: Problem }): Outcome {
  const { of, eta } = run;
  const spec = specificationOf(of);
  const n = of.labels.length;
  const outputs = of.layers[of.layers.length - 1];
  const samples = of.inputs.map((x, k) => ({ x, y: Array.from({ length: outputs }, (_, j) => (j === of.labels[k] ? 1 : 0)) }));
  const costs: number[] = [];
  let gradient: number[] = [];
  const learning = specifyLearning(learningOptions(run), of.layers.length - 2, { counts: [] });
  const descent = new ReferenceDescent(spec, of.parameters, { eta, learning, n });
  for (const order of of.orders) {
    for (let from = 0; from < n; from += of.batch) {
      const chosen = order.slice(from, from + of.batch).map((k) => samples[k]);
      const parameters = parametersFrom(spec, descent.values);
      costs.push(mean(chosen.map(({ x, y }) => costOf(spec, parameters, x, y))));
      if (costs.length === 1) {
        const each = chosen.map(({ x, y }) => valuesOf(backpropagate(spec, parameters, x, y)));
        gradient = each[0].map((_, k) => mean(each.map((g) => g[k])));
      }
      descent.step(chosen);
    }
  }
  return { costs, gradient, parameters: [...descent.values] };
}

/** The run by worker threads, step by step. The gradient is what plain descent with η = 1 takes off the parameters. */
async function runWorkers(run: Run & { of: Problem }, options: TrainOptions, pool: WorkerPool): Promise<Outcome> {
  const { of, eta } = run;
  const n = of.labels.length;
  const [inputs, classes] = [of.layers[0], of.layers[of.layers.length - 1]];
  const none = { values: new Float32Array(0), labels: new Uint16Array(0) };
  const training = { values: Float32Array.from(of.inputs.flat()), labels: Uint16Array.from(of.labels) };
  const data: Dataset = { name: run.name, inputs, classes, scale: 1, training, validation: none, test: none };
  const { layers, activations, cost, batch } = of;
  const network = { layers, activation: activations.slice(0, -1), output: activations[activations.length - 1], cost };
  const start = async (more: Partial<TrainOptions>): Promise<Session> => {
    const configuration = configure({ ...options, ...network, batch, ...more }, data);
    const session = await Session.start(configuration, data, Float32Array.from(of.parameters), pool);
    session.order(0).set(of.orders[0]);
    session.order(1).set(of.orders[1]);
    return session;
  };
  const plain = await start({ eta: 1, lambda: 0 });
  await plain.runEpoch(0, { upTo: batch });
  const gradient = Array.from(plain.parameters, (after, k) => of.parameters[k] - after);
  const session = await start({ eta, ...learningOptions(run) });
  const costs: number[] = [];
  for (const order of [0, 1] as const) {
    let before = 0;
    for (let from = 0; from < n; from += batch) {
      const upTo = Math.min(n, from + batch);
      const [{ state }] = await session.runEpoch(order, { from, upTo });
      costs.push((state.cost - before) / (upTo - from));
      before = state.cost;
    }
  }
  return { costs, gradient, parameters: [...session.parameters] };
}

test.each(runs)('the reference, $name: to 1e-12', (run) => {
  expect(differences(runReference(run), run, 1e-12)).toEqual([]);
});

/** The sets that run here; 'blas' without a library and 'relaxed' without a processor that has it do not. */
const available: KernelName[] = [];
for (const name of KERNEL_NAMES) {
  const choice = await loadKernels(name).catch(() => undefined);
  if (choice?.name === name) available.push(name);
}

test(`there are runs to compare and kernels to compare them with (here: ${available.join(', ')})`, () => {
  expect(golden.runs.every(({ costs }) => costs.length === 10)).toBe(true);
  expect(runs.map(({ name }) => name)).toEqual(expect.arrayContaining(['sigmoid-quadratic', 'tanh-cross-entropy', 'relu-softmax']));
  expect(runs.map(({ optimiser }) => optimiser.name)).toEqual(expect.arrayContaining(['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw']));
  expect(available).toContain('scalar');
});

const WAYS = (['dense', 'sparse'] as const).flatMap((input) => [
  { input, gradient: 'owned' as const },
  { input, gradient: 'partial' as const },
]);
const CASES = available.flatMap((kernels) => [1, 2].map((workers) => ({ kernels, workers })));

describe.each(CASES)('kernels $kernels, $workers workers', ({ kernels, workers }) => {
  let pool: WorkerPool;
  beforeAll(() => {
    pool = new WorkerPool(workers);
  });
  afterAll(() => pool.close());

  test.each(runs.flatMap((run) => WAYS.map((way) => ({ run, way, ...way, name: run.name }))))(
    '$name, gradient $gradient, $input input: to 1e-5',
    async ({ run, way }) => {
      expect(differences(await runWorkers(run, { ...way, kernels, workers }, pool), run, 1e-5)).toEqual([]);
    },
  );
});

test('golden.json is what golden.py computes', NEEDS_NUMPY, () => {
  expect(runPython([script, '--check'])).toBe('golden.json is what this script computes\n');
});
