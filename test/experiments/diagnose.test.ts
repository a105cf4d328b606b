// The diagnosis of slow learning: its figures beside the float64 reference, its findings on networks that have the fault and
// on networks that have not, and the book's chapter 5 on its own images, where they are on this machine.

import { describe, expect, it, test } from 'vitest';
import { ACTIVATION_NAMES } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { activationNamed } from '#src/functions/custom.js';
import { diagnose, loadDataset, train } from '#src/index.js';
import { onlySamples } from '#src/insight/chosen-samples.js';
import { findingsOf } from '#src/insight/diagnosis.js';
import { measureSlowdown, openSlowdownProbe, slowdownOf } from '#src/insight/slowdown.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { INPUT_FORMATS } from '#src/model/input.js';
import { backpropagate, feedForward, parametersFrom } from '#src/model/reference.js';
import { type NetworkOptions, type NetworkSpecification, specifyNetwork } from '#src/model/specification.js';
import type { Slowdown } from '#src/options/events.js';
import { inFolder, jsonLines, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { mnistFolder, NEEDS_MNIST } from '../support/mnist-folder.js';
import { expectRefused } from '../support/refused.js';

const HIDDEN = ACTIVATION_NAMES.filter((name) => name !== 'softmax');

/** The figures worked out in float64, from the definitions. */
function byReference(network: NetworkSpecification, values: Float32Array, eta: number, data = smallData()) {
  const parameters = parametersFrom(network, values);
  const S = data.training.labels.length;
  const passes = Array.from({ length: S }, (_, s) => {
    const x = Array.from(data.training.values.subarray(7 * s, 7 * s + 7), (v) => v * data.scale);
    const y = [0, 1, 2, 3].map((j) => (j === data.training.labels[s] ? 1 : 0));
    return { y, ...feedForward(network, parameters, x), gradient: backpropagate(network, parameters, x, y) };
  });
  const largest = (name: string): number =>
    Math.max(...Array.from({ length: 2001 }, (_, k) => Math.abs(activationNamed(name).derivative(k / 100 - 10))));
  const last = network.activations.length - 1;
  const steepest = network.activations[last] === 'softmax' ? 0.25 : largest(network.activations[last]);
  const share = (isOne: (off: number, delta: number) => boolean): number =>
    passes.filter(({ y, activations, gradient }) => activations[last + 1].some((a, j) => isOne(Math.abs(a - y[j]), Math.abs(gradient.b[last][j]))))
      .length / S;
  const layers = network.activations.map((f, l) => {
    const mean = (of: (g: (typeof passes)[number]['gradient']) => number[]): number =>
      Math.hypot(...of(passes[0].gradient).map((_, k) => passes.reduce((sum, { gradient }) => sum + of(gradient)[k], 0) / S));
    const slopes = passes.map(({ zs, activations }) =>
      f === 'softmax' ? activations[l + 1].map((a) => a * (1 - a)) : zs[l].map((z) => activationNamed(f).derivative(z)),
    );
    const small = 0.05 * (f === 'softmax' ? 0.25 : largest(f));
    return {
      layer: l + 2,
      neurons: network.layers[l + 1],
      f,
      speed: mean((g) => g.b[l]),
      saturated: slopes.flat().filter((v) => Math.abs(v) < small).length / (S * network.layers[l + 1]),
      lowInputs: passes.flatMap(({ activations }) => activations[l]).filter((a) => Math.abs(a) < 0.05).length / (S * network.layers[l]),
      dead: network.layers[l + 1] - new Set(slopes.flatMap((row) => row.flatMap((v, j) => (v === 0 ? [] : [j])))).size,
      update: (eta * mean((g) => g.w[l].flat())) / Math.hypot(...parameters.w[l].flat()),
    };
  });
  return { layers, wrong: share((off) => off > 0.5), stuck: share((off, delta) => off > 0.5 && delta < 0.05 * steepest * off) };
}

async function figures(
  network: NetworkSpecification,
  values: Float32Array,
  eta: number,
  kernels: (typeof KERNEL_NAMES)[number] | 'auto' = 'auto',
  input: (typeof INPUT_FORMATS)[number] = 'dense',
  data = smallData(),
): Promise<Slowdown> {
  return measureSlowdown(network, values, data, eta, { kernels: await loadKernels(kernels), input });
}

describe('figures are those of the reference', () => {
  const check = (got: Slowdown, { layers: expected, wrong, stuck }: ReturnType<typeof byReference>): void => {
    expect([got.wrong, got.stuck]).toEqual([expect.closeTo(wrong, 10), expect.closeTo(stuck, 10)]);
    expect(got.layers).toHaveLength(expected.length);
    for (const [l, { speed, update, saturated, lowInputs, ...exact }] of expected.entries()) {
      const layer = got.layers[l];
      expect(layer).toMatchObject(exact);
      expect(layer.speed / speed).toBeCloseTo(1, 4);
      expect(layer.neuronSpeed / (speed / Math.sqrt(exact.neurons))).toBeCloseTo(1, 4);
      expect((layer.update ?? 0) / update).toBeCloseTo(1, 4);
      expect(layer.lowInputs).toBeCloseTo(lowInputs, 10);
      if (layer.saturated !== null) expect(layer.saturated).toBeCloseTo(saturated, 10);
    }
  };

  test.each(KERNEL_NAMES.flatMap((kernels) => INPUT_FORMATS.map((input) => ({ kernels, input }))))('$kernels, $input', async ({ kernels, input }) => {
    // N(0,1) weights of 7-40-20-4: some neurons are saturated, some activations low, and ReLU leaves some neurons dead.
    const network = specifyNetwork({ layers: [7, 40, 20, 4], activation: ['sigmoid', 'relu'], cost: 'quadratic', init: 'normal' });
    const values = initialParameters(network, 3);
    const expected = byReference(network, values, 0.3);
    const [first, second] = expected.layers;
    expect(first.saturated * second.lowInputs * second.dead).toBeGreaterThan(0);
    check(await figures(network, values, 0.3, kernels, input), expected);
  });

  test.each(HIDDEN.flatMap((activation) => COST_NAMES.flatMap((cost) => COSTS[cost].outputs.map((output) => ({ activation, cost, output })))))(
    '$activation, $cost on $output',
    async (options) => {
      const network = specifyNetwork({ layers: [7, 6, 5, 4], init: 'scaled', ...options });
      const values = initialParameters(network, 5);
      check(await figures(network, values, 1), byReference(network, values, 1));
    },
  );

  test('outputs that are wrong, and those of them that are stuck', async () => {
    const network = specifyNetwork({ layers: [7, 6, 4], cost: 'quadratic', init: 'scaled' });
    const values = initialParameters(network, 5);
    // Output 1 is near 0 on all samples, wrong for a quarter of them; the others are right, wrong or neither.
    values.set([-9, 1, -9, 0], values.length - 4);
    const expected = byReference(network, values, 1);
    expect(expected.stuck).toBeGreaterThan(0);
    expect(expected.stuck).toBeLessThan(expected.wrong);
    check(await figures(network, values, 1), expected);
  });

  test('bytes as inputs, and saturation left out where f rests on one side', async () => {
    const data = smallData({ bytes: true });
    const network = specifyNetwork({ layers: [7, 6, 5, 4], activation: ['relu', 'tanh'] });
    const values = initialParameters(network, 5);
    const got = await figures(network, values, 1, 'auto', 'sparse', data);
    check(got, byReference(network, values, 1, data));
    expect(got.layers.map(({ saturated }) => saturated === null)).toEqual([true, false, false]);
  });
});

test('a probe that is asked after every epoch says what a new one says', async () => {
  const network = specifyNetwork({ layers: [7, 6, 5, 4] });
  const arithmetic = { kernels: await loadKernels('auto'), input: 'sparse' } as const;
  const probe = await openSlowdownProbe(network, smallData(), arithmetic);
  for (const seed of [1, 2, 1]) {
    const values = initialParameters(network, seed);
    probe.parameters = values;
    expect(slowdownOf(probe, 0.5)).toEqual(await measureSlowdown(network, values, smallData(), 0.5, arithmetic));
  }
});

describe('findings', () => {
  const of = async (options: Partial<NetworkOptions>, { eta = 0.5, seed = 1, change = (_: Float32Array): void => {} } = {}) => {
    const network = specifyNetwork({ layers: [7, 30, 30, 4], ...options });
    const values = initialParameters(network, seed);
    change(values);
    return findingsOf(await figures(network, values, eta), network, false);
  };
  const names = (found: Awaited<ReturnType<typeof of>>): string[] => found.map(({ finding, layers }) => `${finding} ${layers.join(',')}`);

  test.each<[string, Partial<NetworkOptions>, Parameters<typeof of>[1], string[]]>([
    ['nothing of a network that starts well', {}, {}, []],
    ['nothing of a ReLU with He weights', { activation: 'relu', cost: 'log-likelihood' }, { eta: 0.1 }, []],
    ['vanishing through four layers of sigmoids', { layers: [7, 30, 30, 30, 30, 4] }, {}, ['vanishing 2']],
    ['nothing of the same in tanh', { layers: [7, 30, 30, 30, 30, 4], activation: 'tanh' }, {}, []],
    [
      'exploding through linear layers with N(0,1) weights',
      { layers: [7, 30, 30, 30, 4], activation: 'linear', output: 'linear', cost: 'quadratic', init: 'normal' },
      { eta: 1e-4 },
      ['exploding 2'],
    ],
    [
      'saturated by weights ten times too large',
      { init: 'scaled' },
      { change: (values) => values.set(values.map((v) => 10 * v)) },
      ['saturated 2,3'],
    ],
    [
      'dead where the biases of a ReLU are far below 0',
      { activation: 'relu', cost: 'log-likelihood' },
      { eta: 0.1, change: (values) => values.fill(-9, 7 * 30, 7 * 30 + 20) },
      ['dead 2,3'],
    ],
    [
      'low inputs where all neurons are off',
      { activation: ['relu', 'tanh'] },
      { change: (values) => values.fill(-9, 7 * 30, 8 * 30) },
      ['vanishing 2', 'dead 2', 'low-inputs 3,4'],
    ],
    ['steps too large', {}, { eta: 100 }, ['large-steps 3,4']],
    ['steps too small', {}, { eta: 1e-5 }, ['small-steps 2,3,4']],
  ])('%s', async (_, options, how, expected) => {
    const found = await of(options, how);
    expect(names(found)).toEqual(expected);
    for (const { text, advice } of found) expect(`${text} ${advice}`).toMatch(/^[A-Z].*\. Try [^\n]*\.$/);
  });

  test('stuck outputs: BP1 with the quadratic cost, and not where the cross-entropy cancels it', async () => {
    const change = (values: Float32Array): void => void values.fill(9, values.length - 4);
    expect(names(await of({ cost: 'quadratic', init: 'scaled' }, { change }))).toContain('stuck 4');
    expect(names(await of({ cost: 'cross-entropy', init: 'scaled' }, { change }))).not.toContain('stuck 4');
  });

  test('data that are nearly all zeros are what they are', async () => {
    const data = smallData();
    data.training.values.fill(0, 5);
    const network = specifyNetwork({ layers: [7, 30, 4] });
    const found = findingsOf(await figures(network, initialParameters(network, 1), 0.5, 'auto', 'sparse', data), network, false);
    expect(names(found)).toEqual(['low-inputs 2']);
    expect(found[0].advice).toMatch(/what the data are like/);
  });

  test("name the layers and the figures, and functions of nabla's own table", async () => {
    const [{ text, advice }] = await of({ layers: [7, 30, 30, 30, 30, 4] });
    expect(text).toMatch(/^Layer 2 learns \d\d+ times slower than layer 5, neuron for neuron/);
    expect(advice).toMatch(/reaches 1 \(tanh, relu\b.*\)/);
  });
});

describe('diagnose', () => {
  test('over several seeds: geometric means of what each seed gives, and their range', async () => {
    const options = { data: smallData(), layers: [7, 6, 5, 4] };
    const singles = await Promise.all([4, 5, 6].map((seed) => diagnose({ ...options, seed })));
    const several = await diagnose({ ...options, seed: 4, seeds: 3, samples: 12 });
    expect(several).toMatchObject({ seed: 4, seeds: 3, samples: 12, run: undefined, initialiser: 'scaled' });
    const [{ figures: all, range }] = several.stages;
    for (const l of [0, 1, 2]) {
      const speeds = singles.map(({ stages }) => stages[0].figures.layers[l].speed);
      expect(all.layers[l].speed / Math.cbrt(speeds.reduce((a, b) => a * b))).toBeCloseTo(1, 5);
      expect(range[l][0]).toBeCloseTo(Math.min(...speeds), 6);
      expect(range[l][1]).toBeCloseTo(Math.max(...speeds), 6);
    }
  });

  test('before and after training: the first look is at the initial weights, the second at what train() gives', async () => {
    const options = { data: smallData({ count: 40 }), layers: [7, 6, 4], epochs: 3, seed: 2, eta: 2, batch: 5, workers: 1 };
    const { stages } = await diagnose(options);
    const { parameters, network } = await train(options);
    expect(stages.map(({ epochs }) => epochs)).toEqual([0, 3]);
    const all = onlySamples(
      options.data,
      Array.from({ length: 40 }, (_, s) => s),
    );
    const expected = [initialParameters(network, 2), parameters].map((values) => figures(network, values, 2, 'auto', 'dense', all));
    for (const [stage, { layers, cost }] of (await Promise.all(expected)).entries()) {
      expect(stages[stage].figures.cost).toBeCloseTo(cost, 5);
      for (const [l, { speed }] of layers.entries()) expect(stages[stage].figures.layers[l].speed / speed).toBeCloseTo(1, 3);
    }
  });

  test("the book's first network starts saturated and stuck; with 1/√n_in and the cross-entropy it does not", async () => {
    const data = await loadDataset('mnist');
    const first = await diagnose({ data, layers: [784, 30, 10], cost: 'quadratic', eta: 3 });
    expect(first.stages[0].findings.map(({ finding }) => finding)).toEqual(['saturated', 'stuck']);
    const [{ findings, figures }] = (await diagnose({ data, layers: [784, 30, 10] })).stages;
    expect(findings).toEqual([]);
    expect(figures.stuck).toBe(0);
    expect(figures.layers[0].lowInputs).toBeGreaterThan(0.75);
  });

  test('weights that are no numbers are refused in words', async () => {
    await expect(
      diagnose({
        data: smallData(),
        layers: [7, 200, 200, 200, 4],
        activation: 'linear',
        output: 'linear',
        cost: 'quadratic',
        init: 'normal',
        eta: 50,
        epochs: 1,
      }),
    ).rejects.toMatchObject({ code: 'DIVERGED' });
  });
});

/**
 * The book, chapter 5: ‖∂C/∂b^l‖ of the hidden layers at the start, 1,000 training images, cross-entropy, 1/√n_in, one draw of the
 * weights. Over seeds these vary by a factor of two or three; the geometric mean of eleven must lie within two of the book's draw.
 */
const PUBLISHED = [
  { hidden: 2, speeds: [0.0657, 0.309] },
  { hidden: 3, speeds: [0.012, 0.06, 0.283] },
  { hidden: 4, speeds: [0.003, 0.0171, 0.0695, 0.285] },
];

describe('the full MNIST: the vanishing gradient of chapter 5', NEEDS_MNIST, () => {
  test.each(PUBLISHED)('$hidden hidden layers of 30', async ({ hidden, speeds }) => {
    const layers = [784, ...new Array<number>(hidden).fill(30), 10];
    const data = await loadDataset(mnistFolder);
    const [{ figures, findings }] = (await diagnose({ data, layers, seeds: 11, eta: 0.1 })).stages;
    const ours = figures.layers.slice(0, hidden).map(({ speed }) => speed);
    for (const [l, speed] of speeds.entries()) {
      expect(ours[l] / speed).toBeGreaterThan(1 / 2);
      expect(ours[l] / speed).toBeLessThan(2);
    }
    expect(findings.map(({ finding }) => finding)).toEqual(hidden > 2 ? ['vanishing'] : []);
  });

  test('four hidden layers: each learns faster than the one before, and the last 20 to 500 times as fast as the first', async () => {
    const data = await loadDataset(mnistFolder);
    const ratios: number[] = [];
    for (let seed = 1; seed <= 5; seed++) {
      const [{ figures }] = (await diagnose({ data, layers: [784, 30, 30, 30, 30, 10], seed, eta: 0.1 })).stages;
      const speeds = figures.layers.map(({ speed }) => speed);
      expect(speeds).toEqual(speeds.toSorted((a, b) => a - b));
      ratios.push(speeds[3] / speeds[0]);
    }
    const median = ratios.sort((a, b) => a - b)[2];
    expect(median).toBeGreaterThan(20);
    expect(median).toBeLessThan(500);
  });
});

describe('nabla diagnose', () => {
  it('writes one JSON line; before and after training, and of a saved run', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla('diagnose --data . --layers 6,5,4 --epochs 2 --format json'.split(' '), folder);
      const [line, ...more] = jsonLines(stdout);
      expect([code, stderr, more]).toEqual([0, '', []]);
      expect(line).toMatchObject({ event: 'diagnosis', network: [6, 5, 4], samples: 20, eta: 0.5, stages: [{ epochs: 0 }, { epochs: 2 }] });

      expect((await quickNabla('train --data . --layers 6,5,4 --epochs 2 --run r'.split(' '), folder)).code).toBe(0);
      const of = await quickNabla('diagnose --run r --format json'.split(' '), folder);
      expect([of.code, of.stderr]).toEqual([0, '']);
      const [saved] = jsonLines(of.stdout);
      expect(saved).toMatchObject({ run: 'r', network: [6, 5, 4], stages: [{ epochs: null }] });
      const last = (diagnosis: Record<string, unknown>) => (diagnosis.stages as { figures: Slowdown }[]).at(-1)!.figures;
      expect(last(saved).cost).toBeCloseTo(last(line).cost, 4);
    }));

  it('writes figures and findings in at most 80 columns', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla('diagnose --data . --layers 6,30,30,30,30,30,30,4 --seeds 3'.split(' '), folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^- Layer 2 learns \d,\d00 times slower than layer 7/m);
      expect(stdout).toMatch(/^‖∂C\/∂b‖ over 3 seeds$/m);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      const well = await quickNabla('diagnose --data . --layers 6,4 --eta 0.05'.split(' '), folder);
      expect(well.stdout).toMatch(/^Nothing here holds learning back\.$/m);
    }));

  const BAD: [args: string, says: RegExp][] = [
    ['diagnose --epoch 3', /unknown option '--epoch'.*--epochs/],
    ['diagnose -d --epochs -1', /epochs: .*got -1\./],
    ['diagnose -d --samples 0', /samples: .*from 1 to 20, got 0\./],
    ['diagnose -d --samples 21', /samples: .*from 1 to 20, got 21/],
    ['diagnose -d --seeds 0', /seeds: .*from 1 to 1000, got 0\./],
    ['diagnose -d --seeds 2 --epochs 1', /seeds: expected 1 beside a saved run or epochs of training, got 2/],
    ['diagnose -d --eta 0', /eta: expected a finite number above 0, got 0/],
    ['diagnose -d --epochs 1 --batch 0', /batch: .*got 0\./],
    ['diagnose -d --epochs 1 --lambda -1', /lambda: .*got -1\./],
    ['diagnose -d --output tanh', /output: .*'cross-entropy'.*got 'tanh'/],
    ['diagnose -d --kernels smid', /kernels: .*Did you mean 'simd'/],
    ['diagnose --run nowhere', /nowhere: there is no such folder/],
    ['diagnose --run nowhere --init he', /init: expected none beside a saved run.*got 'he'/],
    ['diagnose --format jsn', /'jsn' is invalid.*text, json/],
  ];
  it.each(BAD)('%s: code 2, one line, nothing written', (args, says) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      await expectRefused(args.replace(/ -d\b/, ' --data .').split(' '), folder, says);
    }),
  );
});

test('of the steps of another optimiser than plain descent the gradient does not tell, and nothing is said of them', async () => {
  const data = smallData();
  const plain = await diagnose({ data, layers: [7, 5, 4] });
  const adam = await diagnose({ data, layers: [7, 5, 4], optimiser: 'adam' });
  expect(plain.stages[0].figures.layers.every(({ update }) => typeof update === 'number')).toBe(true);
  expect(adam.stages[0].figures.layers.map(({ update }) => update)).toEqual([null, null]);
  expect([plain.eta, adam.eta]).toEqual([0.5, 0.001]);
});

test('a run tells of it before its first epoch and after each one, and trains to the same bits', async () => {
  const options = { data: smallData(), layers: [7, 5, 4], epochs: 3, kernels: 'simd' } as const;
  const seen: { epoch: number; cost: number }[] = [];
  const told = await train({ ...options, diagnose: true, onEvent: (e) => e.event === 'diagnosis' && seen.push(e) });
  const silent = await train({ ...options, onEvent: (e) => expect(e.event).not.toBe('diagnosis') });
  expect(told.weightsSha256).toBe(silent.weightsSha256);
  expect(seen.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  const start = await diagnose(options);
  expect(seen[0].cost).toBeCloseTo(start.stages[0].figures.cost, 5);
  expect(seen[3].cost).toBeLessThan(seen[0].cost);
});
