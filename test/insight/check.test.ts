// The gradient check, judged in both senses: it passes on every function, cost and set of kernels that nabla has, and it
// fails on faults that are put in, naming the question, the layer and the parameter. Faults are a reference that is wrong by
// a sign or a factor, and kernels that are, in the step that trains.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { ELEMENTWISE, ELEMENTWISE_NAMES } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { OPTIMISER_NAMES } from '#src/functions/optimisers/index.js';
import { checkGradients } from '#src/index.js';
import { countDifferences } from '#src/insight/differences.js';
import { type CheckRequest, checkNetwork } from '#src/insight/gradient-check.js';
import { layerRanges, parameterName, placeOf } from '#src/insight/parameter-name.js';
import { Probe } from '#src/insight/probe.js';
import { STEP_FORMS } from '#src/insight/step-check.js';
import { bindKernels } from '#src/kernels/bind.js';
import { HYPER, KERNEL_NAMES, type Kernels, stride } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { INPUT_FORMATS } from '#src/model/input.js';
import { specifyLearning } from '#src/model/learning.js';
import { backpropagate, costOf, feedForward, parametersFrom } from '#src/model/reference.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { GRADIENT_MODES } from '#src/parallel/modes.js';
import { checkTable } from '#src/report/terminal/check-table.js';
import { inFolder, jsonLines, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { expectRefused } from '../support/refused.js';

const PAIRS = COST_NAMES.flatMap((cost) => COSTS[cost].outputs.map((output) => ({ cost, output })));

type Found = Awaited<ReturnType<typeof checkNetwork>>;

/** What is wrong: question, way, layer and parameter of everything that did not pass. */
function faults({ layers, updates }: Pick<Found, 'layers' | 'updates'>): string[] {
  return [
    ...layers.flatMap(({ layer, differences, kernels, shards }) => [
      ...(differences.passed ? [] : [`differences ${layer} ${differences.worst}`]),
      ...kernels.filter(({ passed }) => !passed).map((way) => `step ${way.gradient} ${way.input} ${way.step} ${layer} ${way.worst}`),
      ...(shards === undefined || shards.passed ? [] : [`shards ${layer} ${shards.worst}`]),
    ]),
    ...updates
      .filter(({ passed }) => !passed)
      .map(({ optimiser, extra, gradient, input, layer, worst }) => `update ${optimiser} ${extra} ${gradient} ${input} ${layer} ${worst}`),
  ];
}

const WAYS = ['partial dense', 'partial sparse', 'owned dense', 'owned sparse', 'tree dense'].flatMap((way) =>
  STEP_FORMS.map((step) => `${way} ${step}`),
);

/** A check of 7-6-5-4 (tanh, sigmoid, sigmoid; quadratic) on five samples, every parameter tried out, but for what `changed` says. */
async function checkSmall(changed: Partial<CheckRequest> = {}, options: Partial<NetworkOptions> = {}): Promise<Found> {
  const network = specifyNetwork({ layers: [7, 6, 5, 4], activation: ['tanh', 'sigmoid'], cost: 'quadratic', init: 'scaled', ...options });
  const choice = await loadKernels('auto');
  return checkNetwork({
    network,
    learning: specifyLearning({}, network.layers.length - 2, { counts: [] }),
    parameters: initialParameters(network, 4),
    data: smallData(),
    seed: 1,
    samples: 5,
    weights: 1000,
    step: 1e-4,
    inputs: INPUT_FORMATS,
    gradients: GRADIENT_MODES,
    bind: (memory, scratch) => bindKernels(choice, memory, scratch),
    backpropagate,
    ...changed,
  });
}

describe('the check passes', () => {
  describe.each(ELEMENTWISE_NAMES)('hidden layers %s', (activation) => {
    test.each(PAIRS)('$cost on $output', async ({ cost, output }) => {
      const found = await checkSmall({}, { activation, cost, output });
      expect(faults(found)).toEqual([]);
      // That it is right is worth something only where an error of a thousandth would have been seen.
      for (const { differences, kernels } of found.layers) {
        expect(differences.checked - differences.skipped).toBeGreaterThan(0.8 * differences.checked);
        for (const { allowed } of [differences, ...kernels]) expect(allowed).toBeLessThan(1e-3);
      }
      for (const { allowed } of found.updates) expect(allowed).toBeLessThan(1e-2);
    });
  });

  test.each(KERNEL_NAMES)('kernels %s: both ways to the gradient, dense and sparse inputs', async (kernels) => {
    const result = await checkGradients({ data: smallData({ bytes: true }), layers: [7, 40, 150, 4], kernels, samples: 12, weights: 30 });
    expect(faults(result)).toEqual([]);
    expect(result).toMatchObject({ passed: true, pieces: [2, 3, 4, 5, 6, 7, 8] });
    for (const { kernels: ways } of result.layers) {
      expect(ways.map(({ gradient, input, step }) => `${gradient} ${input} ${step}`)).toEqual(WAYS);
    }
  });

  /** What once was refused: a step of Adam that rounding hardly moves, gradients that cancel with decay, squares below float32, one lucky draw. */
  test.each([
    { layers: [784, 12, 10], activation: 'relu', cost: 'log-likelihood', samples: 6, seed: 1 },
    { layers: [784, 12, 10], activation: 'tanh', samples: 1, seed: 71, kernels: 'relaxed', optimiser: 'adam', epsilon: 1e-30 },
    { layers: [784, 10], cost: 'quadratic', output: 'sigmoid', init: 'normal', samples: 9, seed: 136, optimiser: 'adam', epsilon: 1e-30 },
    { layers: [784, 40, 40, 40, 10], activation: 'softplus', cost: 'quadratic', init: 'normal', samples: 6, seed: 15 },
  ] as const)('digits, $layers, seed $seed', async (options) => {
    expect(faults(await checkGradients({ data: 'mnist', weights: 10, kernels: 'simd', ...options }))).toEqual([]);
  });

  test('a mini-batch large enough for packed panels and sorted entries', async () => {
    const data = smallData({ count: 40 });
    expect(faults(await checkGradients({ data, layers: [7, 140, 4], samples: 40, weights: 20 }))).toEqual([]);
  });
});

describe('the check fails on a reference', () => {
  afterEach(() => vi.restoreAllMocks());

  test.each([2, 3, 4])('whose sign is flipped in layer %i', async (layer) => {
    const wrong = await checkSmall({
      backpropagate: (...of) => {
        const gradient = backpropagate(...of);
        gradient.w[layer - 2] = gradient.w[layer - 2].map((row) => row.map((g) => -g));
        return gradient;
      },
    });
    const found = faults(wrong);
    expect(found.every((fault) => fault.includes(` ${layer} w^${layer}_{`))).toBe(true);
    const questions = found.map((fault) => fault.replace(/ .*/, ''));
    expect(questions.filter((question) => question !== 'update')).toEqual(['differences', ...WAYS.map(() => 'step')]);
    // Of the updates, plain ones are judged with their gradient: with and without decay, on each way.
    expect(questions.filter((question) => question === 'update')).toHaveLength(WAYS.length);
  });

  test.each([
    ['w^2_{6,7}', (g: ReturnType<typeof backpropagate>) => (g.w[0][5][6] *= 1.01)],
    ['w^3_{5,3}', (g: ReturnType<typeof backpropagate>) => (g.w[1][4][2] *= 1.01)],
    ['w^4_{1,2}', (g: ReturnType<typeof backpropagate>) => (g.w[2][0][1] += 1e-5)],
    ['b^3_{4}', (g: ReturnType<typeof backpropagate>) => (g.b[1][3] *= 0.99)],
  ])('that is off in %s alone, and names it', async (name, spoil) => {
    const found = faults(
      await checkSmall({
        backpropagate: (...of) => {
          const gradient = backpropagate(...of);
          spoil(gradient);
          return gradient;
        },
      }),
    );
    expect(found).toContain(`differences ${name[2]} ${name}`);
    expect(found.every((fault) => fault.endsWith(` ${name[2]} ${name}`))).toBe(true);
  });

  test("whose tanh' is off by a thousandth: in the layer that has it, and in no other", async () => {
    const { derivative } = ELEMENTWISE.tanh;
    vi.spyOn(ELEMENTWISE.tanh, 'derivative').mockImplementation((z) => 1.001 * derivative(z));
    const found = faults(await checkSmall()).map((fault) => fault.replace(/ [bw]\^.*/, ''));
    expect(found.filter((fault) => !fault.startsWith('update'))).toEqual(['differences 2', ...WAYS.map((way) => `step ${way} 2`)]);
    expect(found.every((fault) => fault.endsWith(' 2'))).toBe(true);
  });
});

describe('the check fails on kernels', () => {
  type Fault = (kernels: Kernels, memory: Float32Array) => Partial<Kernels>;
  const scaled = (memory: Float32Array, address: number, floats: number, factor: number): void => {
    for (let k = 0; k < floats; k++) memory[address / 4 + k] *= factor;
  };
  const ways = (pattern: RegExp): string[] => WAYS.filter((way) => pattern.test(way));
  const ALL = WAYS;
  const BLOCKS = ways(/partial|tree|owned.*optimiser/);
  const OWNED = ways(/owned.*plain/);
  /** Steps over sparse inputs that apply ∇w² as they compute it: all but plain descent, and but for a limit on the norm of ∇C. */
  const FUSED = OPTIMISER_NAMES.flatMap((name) => [
    ...(name === 'sgd' ? [] : [`${name} none`]),
    `${name} L1, L2`,
    ...(name === 'sgd' ? ['sgd max-norm'] : []),
  ]);
  /**
   * Ways that come out wrong in layers 2, 3 and 4, whether the shards do, and which optimisers. A sparse first layer has kernels of
   * its own, and plain descent is the one optimiser that is judged together with its gradient.
   */
  const FAULTS: [what: string, wrong: [string[], string[], string[]], shards: boolean, optimisers: string[], fault: Fault][] = [
    [
      "σ' too large by a hundredth",
      [ALL, ALL, ALL],
      false,
      ['sgd none', 'sgd L2'],
      ({ activations }, memory) => {
        const { forward, backward } = activations.sigmoid;
        const wrong: typeof backward = (S, O, z, a, e) => {
          backward(S, O, z, a, e);
          scaled(memory, e, S * stride(O), 1.01);
        };
        return { activations: { ...activations, sigmoid: { forward, backward: wrong } } };
      },
    ],
    [
      'BP2 with its sign flipped in layer 3, and flipped back in layer 2',
      [[], ALL, []],
      false,
      ['sgd none', 'sgd L2'],
      (k, memory) => ({
        backward: (S, I, O, delta, w, e) => {
          k.backward(S, I, O, delta, w, e);
          scaled(memory, e, S * stride(I), -1);
        },
      }),
    ],
    [
      'BP4 of a block without its last sample',
      [ways(/partial dense|tree|owned dense optimiser/), BLOCKS, BLOCKS],
      true,
      ['sgd none', 'sgd L2'],
      (k, memory) => ({
        weightGradient: (b, e, S, I, O, x, delta, dw) => {
          // Kernels are never called for no sample, and leave what was there.
          if (S === 1) memory.fill(0, dw / 4, dw / 4 + (e - b) * stride(O));
          else k.weightGradient(b, e, S - 1, I, O, x, delta, dw);
        },
      }),
    ],
    [
      'BP4 of an update without its last sample',
      [ways(/owned dense plain/), OWNED, OWNED],
      false,
      ['sgd none', 'sgd L2'],
      (k) => ({ weightUpdate: (b, e, S, I, O, x, delta, w, descent) => k.weightUpdate(b, e, S - 1, I, O, x, delta, w, descent) }),
    ],
    [
      'BP3 of a block without its first sample',
      [BLOCKS, BLOCKS, BLOCKS],
      true,
      ['sgd none', 'sgd L2'],
      (k) => ({ biasGradient: (b, e, S, O, delta, db) => k.biasGradient(b, e, S - 1, O, delta + 4 * stride(O), db) }),
    ],
    [
      'BP3 of an update without its last sample',
      [OWNED, OWNED, OWNED],
      false,
      ['sgd none', 'sgd L2'],
      (k) => ({ biasUpdate: (b, e, S, O, delta, to, rate) => k.biasUpdate(b, e, S - 1, O, delta, to, rate) }),
    ],
    [
      'a sparse gradient without its last sample',
      [ways(/partial sparse/), [], []],
      true,
      ['sgd none', 'sgd L2'],
      (k) => ({ sparseGradient: (S, I, O, spans, delta, dw, tags, tag) => k.sparseGradient(S - 1, I, O, spans, delta, dw, tags, tag) }),
    ],
    [
      'a sparse update that skips an entry',
      [ways(/owned sparse plain/), [], []],
      false,
      ['sgd none', 'sgd L2', ...FUSED],
      (k, { buffer }) => ({
        sparseUpdate: (S, b, e, I, O, spans, delta, w, rate) => {
          const [begin, end] = [0, 1].map((word) => new Uint32Array(buffer, spans + 4 * word, 1));
          if (end[0] > begin[0]) end[0] -= 8;
          k.sparseUpdate(S, b, e, I, O, spans, delta, w, rate);
          end[0] += 8;
        },
      }),
    ],
    [
      'a sum of gradients by inputs that skips an entry',
      [ways(/owned sparse optimiser/), [], []],
      false,
      FUSED,
      (k, { buffer }) => ({
        groupEntries: (S, I, factor, spans, groups, groupSpans) => {
          k.groupEntries(S, I, factor, spans, groups, groupSpans);
          const all = new Uint32Array(buffer, groupSpans, 2 * I);
          const last = all.findLastIndex((word, k) => k % 2 === 1 && word > all[k - 1]);
          if (last > 0) all[last] -= 8;
        },
      }),
    ],
    [
      'a sum over blocks that leaves out the last of several',
      [[], [], []],
      true,
      ['sgd none', 'sgd L2'],
      (k) => ({ reduceBlocks: (n, w, blocks, count, step, rate, keep) => k.reduceBlocks(n, w, blocks, Math.max(1, count - 1), step, rate, keep) }),
    ],
    [
      'Adam without its bias corrections',
      [[], [], []],
      false,
      ['adam none', 'adam L1, L2'],
      ({ updates }, memory) => ({
        updates: {
          ...updates,
          adam: (R, n, step, w, g, s, q, hyper) => {
            memory.fill(1, hyper / 4 + HYPER.firstCorrection, hyper / 4 + HYPER.secondCorrection + 1);
            updates.adam(R, n, step, w, g, s, q, hyper);
          },
        },
      }),
    ],
    [
      'RMSProp that forgets its state',
      [[], [], []],
      false,
      ['rmsprop none', 'rmsprop L1, L2'],
      ({ updates }, memory) => ({
        updates: {
          ...updates,
          rmsprop: (R, n, step, w, g, s, q, hyper) => {
            updates.rmsprop(R, n, step, w, g, s, q, hyper);
            for (let r = 0; r < R; r++) memory.fill(0, (s + r * step) / 4, (s + r * step) / 4 + n);
          },
        },
      }),
    ],
    [
      'AdamW whose decay goes into the gradient',
      [[], [], []],
      false,
      ['adamw L1, L2'],
      ({ updates }) => ({ updates: { ...updates, adamw: updates.adam } }),
    ],
    ['no limit on the norm of weights', [[], [], []], false, ['sgd max-norm'], () => ({ maxNorm: () => {} })],
    [
      'a limit on the norm of ∇C that sees the half of it',
      [[], [], []],
      false,
      ['sgd clip-norm'],
      (k) => ({ squareSums: (C, R, n, stepC, stepR, g, sums) => k.squareSums(C >> 1, R, n, stepC, stepR, g, sums) }),
    ],
  ];

  async function checkFaulty(fault: Fault): Promise<Found> {
    const choice = await loadKernels('simd');
    return checkSmall({
      bind: async (memory, scratch) => {
        const kernels = await bindKernels(choice, memory, scratch);
        return { ...kernels, ...fault(kernels, new Float32Array(memory.buffer)) };
      },
    });
  }

  it.each(FAULTS)('%s', async (_, wrong, shards, optimisers, fault) => {
    const { layers, updates } = await checkFaulty(fault);
    const failed = layers.map(({ kernels }) => kernels.filter(({ passed }) => !passed).map((way) => `${way.gradient} ${way.input} ${way.step}`));
    expect(failed).toEqual(wrong);
    expect(layers.every(({ shards }) => shards?.passed)).toBe(!shards);
    expect(layers.every(({ differences }) => differences.passed)).toBe(true);
    const off = updates.filter(({ passed }) => !passed).map(({ optimiser, extra }) => `${optimiser} ${extra}`);
    expect([...new Set(off)]).toEqual(optimisers);
  });

  const VERDICTS: [what: string, says: RegExp][] = [
    ['BP3 of an update without its last sample', /^WRONG layer 2, b\^2_{\d}: the reference gives \S+, the step \(owned, sparse, plain\) \S+$/],
    ['a sparse update that skips an entry', /^WRONG layer 2, w\^2_{\d,\d}: the reference gives \S+, the step \(owned, sparse, plain\) \S+$/],
    ['a sum over blocks that leaves', /^WRONG layer 3, [wb]\^3_{[\d,]+}: the whole gives \S+, its \d pieces \(partial, \w+, \w+\) \S+$/],
    ['Adam without', /^WRONG layer \d, \S+: step \d of adam( with L1, L2)? by the reference changes it by \S+, the step \(\w+, \w+\) by \S+$/],
  ];
  it.each(VERDICTS)('%s: the verdict names way, layer and parameter', async (what, says) => {
    const [, , , , fault] = FAULTS.find(([name]) => name.startsWith(what)) as (typeof FAULTS)[number];
    const of = { network: [7, 6, 5, 4], activations: ['tanh', 'sigmoid', 'sigmoid'], cost: 'quadratic', initialiser: 'scaled', run: undefined };
    const by = { data: 'small', seed: 1, kernels: 'simd', kernelsNote: undefined, step: 1e-4, passed: false, seconds: 1 } as const;
    const text = checkTable({ ...of, ...by, ...(await checkFaulty(fault)) });
    const lines = text
      .slice(text.indexOf('\nWRONG'))
      .replace(/\s+/g, ' ')
      .trim()
      .split(/ (?=WRONG )/);
    expect(lines).toContainEqual(expect.stringMatching(says));
  });
});

describe('a difference across a kink', () => {
  // z²_1 = 0.00005 on the only sample: 2h beyond its kink, and within rounding of nothing.
  const network = specifyNetwork({ layers: [1, 2, 2], activation: 'relu', cost: 'quadratic', output: 'linear' });
  const parameters = Float32Array.from([1, 1, -0.99995, 0.5, 0.3, -0.4, 0.2, 0.1, 0, 0]);
  const one = { values: Float32Array.from([1]), labels: Uint16Array.from([1]) };
  const data = { name: 'one', inputs: 1, classes: 2, scale: 1, training: one, validation: one, test: one };
  const request = { network, parameters, data, samples: 1, inputs: ['dense'] as const };

  test('is skipped and counted, and is no fault', async () => {
    const found = await checkSmall(request);
    const [second, third] = found.layers;
    expect([second.differences.skipped, third.differences.skipped]).toEqual([2, 0]);
    expect(faults(found)).toEqual([]);
    expect(second.shards).toBeUndefined();
  });

  test('hides no fault elsewhere in its layer', async () => {
    const wrong = await checkSmall({
      ...request,
      backpropagate: (...of) => {
        const gradient = backpropagate(...of);
        gradient.w[0][1][0] *= -1;
        return gradient;
      },
    });
    expect(faults(wrong)[0]).toBe('differences 2 w^2_{2,1}');
  });

  test('is none with a step that does not reach it', async () => {
    const [second] = (await checkSmall({ ...request, step: 1e-5 })).layers;
    expect(second.differences).toMatchObject({ skipped: 0, passed: true });
  });
});

describe('names and numbers', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 });

  test('a parameter has the name under which the reference holds it', () => {
    fc.assert(
      fc.property(sizes, (layers) => {
        const ranges = layerRanges(layers);
        const P = ranges[ranges.length - 1].end;
        const { w, b } = parametersFrom(
          specifyNetwork({ layers, cost: 'quadratic' }),
          Array.from({ length: P }, (_, k) => k),
        );
        for (let k = 0; k < P; k++) {
          const { layer, to, from } = placeOf(layers, k);
          expect(from === undefined ? b[layer - 2][to - 1] : w[layer - 2][to - 1][from - 1]).toBe(k);
        }
      }),
    );
    expect(parameterName([784, 30, 10], 784 * 4 + 2)).toBe('w^2_{5,3}');
    expect(parameterName([784, 30, 10], 784 * 30 + 30 + 300)).toBe('b^3_{1}');
  });

  test('all are tried out where there are few, and a bounded number where a network is very large', () => {
    const counts = (layers: number[], wanted: number, S = 5): number[] => countDifferences(layers, layerRanges(layers), S, wanted);
    expect(counts([7, 6, 4], 200)).toEqual([48, 28]);
    expect(counts([784, 100, 10], 200)).toEqual([200, 200]);
    const large = counts([784, 2500, 2000, 1500, 1000, 500, 10], 200);
    expect(Math.min(...large)).toBeGreaterThanOrEqual(2);
    expect(large[0]).toBeLessThan(10);
  });
});

describe('the probe', () => {
  const cases = KERNEL_NAMES.flatMap((kernels) => INPUT_FORMATS.map((input) => ({ kernels, input })));

  test.each(cases)('holds z, a, δ, C and ∇ of the reference: $kernels, $input', async ({ kernels, input }) => {
    const data = smallData({ bytes: true });
    const network = specifyNetwork({ layers: [7, 9, 5, 4], activation: ['tanh', 'relu'], cost: 'log-likelihood' });
    const values = initialParameters(network, 2);
    const choice = await loadKernels(kernels);
    const probe = await Probe.open({ network, data, input, bind: (memory, scratch) => bindKernels(choice, memory, scratch) });
    probe.parameters = values;
    expect(probe.run()).toBe(true);
    const parameters = parametersFrom(network, values);
    const near = (got: ArrayLike<number>, expected: readonly number[]): void => {
      expect(got.length).toBe(expected.length);
      expect(Math.max(...expected.map((v, k) => Math.abs(v - got[k])))).toBeLessThan(2e-6);
    };
    const sum = new Array<number>(probe.layout.parameters).fill(0);
    for (let s = 0; s < 12; s++) {
      const x = Array.from(data.training.values.subarray(7 * s, 7 * s + 7), (v) => v / 255);
      const y = [0, 1, 2, 3].map((j) => (j === data.training.labels[s] ? 1 : 0));
      const { zs, activations } = feedForward(network, parameters, x);
      const g = backpropagate(network, parameters, x, y);
      const row = (of: Float32Array): Float32Array => of.subarray((s * of.length) / 12, ((s + 1) * of.length) / 12);
      for (const l of [0, 1, 2]) {
        near(row(probe.z(l)), zs[l]);
        near(row(probe.a(l)), activations[l + 1]);
        near(row(probe.delta(l)), g.b[l]);
      }
      near(row(probe.targets), y);
      near(probe.costs.subarray(s, s + 1), [costOf(network, parameters, x, y)]);
      near(
        row(probe.slopes(1)),
        zs[1].map((z) => (z > 0 ? 1 : 0)),
      );
      [...g.w.flatMap((matrix, l) => [...matrix.flat(), ...g.b[l]])].forEach((v, k) => {
        sum[k] += v;
      });
    }
    near(probe.gradient(), sum);
    // Reading a gradient leaves all as it was.
    near(probe.gradient(), sum);
    const norms = probe.gradientNorms();
    const [{ end }] = layerRanges(network.layers);
    expect(norms[0].w).toBeCloseTo(Math.hypot(...sum.slice(0, end - 9)), 4);
    expect(norms[0].b).toBeCloseTo(Math.hypot(...sum.slice(end - 9, end)), 4);
    expect(probe.parameterNorms()[0].w).toBeCloseTo(Math.hypot(...values.subarray(0, end - 9)), 4);
    expect(probe.run()).toBe(true);
    near(probe.gradient(), sum);
  });
});

test('samples are checked as they are, with their own targets, where training changes both', async () => {
  const found = await checkGradients({ data: smallData({}), layers: [7, 6, 4], cost: 'log-likelihood', smooth: 0.3, augment: 'noise:0.5' });
  expect(faults(found)).toEqual([]);
});

test('outputs saturated beyond all arithmetic are refused in words', async () => {
  const refused = checkGradients({
    data: smallData({ bytes: true }),
    layers: [7, 200, 200, 4],
    activation: 'linear',
    init: 'normal',
    cost: 'cross-entropy',
  });
  await expect(refused).rejects.toMatchObject({ code: 'NO_GRADIENT', message: expect.stringMatching(/saturated.*--init scaled/) });
});

describe('nabla check', () => {
  it('writes one JSON line, and the same for a saved run', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla('check --data . --layers 6,5,4 --samples 3 --format json'.split(' '), folder);
      const [line, ...more] = jsonLines(stdout);
      expect([code, stderr, more]).toEqual([0, '', []]);
      expect(line).toMatchObject({ event: 'check', passed: true, network: [6, 5, 4], samples: 3, seed: 1, pieces: [2, 3] });

      expect((await quickNabla('train --data . --layers 6,5,4 --epochs 1 --seed 3 --run r --eta 0.1'.split(' '), folder)).code).toBe(0);
      const of = await quickNabla('check --run r --format json'.split(' '), folder);
      expect([of.code, of.stderr]).toEqual([0, '']);
      expect(jsonLines(of.stdout)).toMatchObject([{ passed: true, network: [6, 5, 4], run: 'r', seed: 3, samples: 5 }]);
    }));

  it('writes tables of at most 80 columns, and the verdict', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout } = await quickNabla('check --data . --layers 6,5,5,5,5,4 --activation relu --cost log-likelihood'.split(' '), folder);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^right {5}on all counts, in [\d.]+ s$/m);
      expect(stdout.match(/worst at/g)).toHaveLength(4);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }));

  it('ends with code 1 where there is nothing that could be checked', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla(
        'check --data . --layers 6,900,900,4 --activation linear --init normal --cost cross-entropy'.split(' '),
        folder,
      );
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error: On all of 20 samples [^\n]+\n$/);
    }));

  const BAD: [args: string, says: RegExp][] = [
    ['check --sample 3', /unknown option '--sample'.*--samples/],
    ['check -d --samples 0', /samples: .*from 1 to 20, got 0\./],
    ['check -d --samples 21', /samples: .*from 1 to 20, got 21/],
    ['check -d --samples five', /samples: expected a number, got 'five'/],
    ['check -d --weights 0', /weights: .*got 0\./],
    ['check -d --step 0', /step: expected a finite number above 0, got 0/],
    ['check -d --kernels smid', /kernels: .*Did you mean 'simd'/],
    ['check -d --gradient partal', /gradient: .*Did you mean 'partial'/],
    ['check -d --input spars', /input: .*Did you mean 'sparse'/],
    ['check -d --activation sigmod', /activation: .*Did you mean 'sigmoid'/],
    ['check -d --layers 7,4', /layers: expected 6 inputs.*got 7/],
    ['check --run nowhere', /nowhere: there is no such folder/],
    ['check --run nowhere --layers 6,4', /layers: expected none beside a saved run.*got \[6, 4\]/],
    ['check --run nowhere --cost quadratic', /cost: expected none beside a saved run.*got 'quadratic'/],
    ['check --format jsn', /'jsn' is invalid.*text, json/],
    [
      'check -d --layers 6,16777216,16777216,4',
      /layers: expected weights that fit into the [\d,]+ MB that this machine has free, got '6,16777216,16777216,4: [\d,]+ MB'/,
    ],
  ];
  it.each(BAD)('%s: code 2, one line, nothing written', (args, says) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      await expectRefused(args.replace(/ -d\b/, ' --data .').split(' '), folder, says);
    }),
  );

  it('says what is wrong with a run that has diverged', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      expect((await quickNabla('train --data . --layers 6,5,4 --epochs 1 --run r --eta 0.1'.split(' '), folder)).code).toBe(0);
      const file = join(folder, 'r', 'weights.safetensors');
      const bytes = readFileSync(file);
      bytes.writeFloatLE(Number.NaN, bytes.length - 4);
      writeFileSync(file, bytes);
      const { code, stderr } = await quickNabla('check --run r'.split(' '), folder);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: On all of \d+ samples/)]);
    }));
});
