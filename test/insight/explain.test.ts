// `nabla explain`: the paths from a weight to the cost, worked out by hand and compared with BP3 and BP4 over random networks
// of every activation, output and cost; and what the command prints, draws and refuses.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '#src/data/load.js';
import { ACTIVATION_NAMES, type ActivationName } from '#src/functions/activations.js';
import { COST_NAMES, COSTS } from '#src/functions/costs.js';
import { type ExplainOptions, type Explanation, explain } from '#src/insight/explain.js';
import { countPaths, type Place, pathsOf, rateFactors, slopesOf, sumOf } from '#src/insight/paths.js';
import { initialParameters } from '#src/model/initialisers.js';
import { backpropagate, feedForward, parametersFrom } from '#src/model/reference.js';
import { specifyNetwork } from '#src/model/specification.js';
import { networkDrawing } from '#src/report/charts/network-drawing.js';
import { figure } from '#src/report/data/explained-paths.js';
import { explanationText } from '#src/report/terminal/explanation.js';
import { train } from '#src/training/trainer.js';
import { inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';
import { expectRefused } from '../support/refused.js';

const HIDDEN = ACTIVATION_NAMES.filter((name): name is Exclude<ActivationName, 'softmax'> => name !== 'softmax');
const CASES = HIDDEN.flatMap((activation) => COST_NAMES.flatMap((cost) => COSTS[cost].outputs.map((output) => ({ activation, output, cost }))));

describe('paths worked out by hand', () => {
  it('two paths through a sigmoid to a linear output', () => {
    const spec = specifyNetwork({ layers: [1, 1, 2], output: 'linear', cost: 'quadratic' });
    const parameters = parametersFrom(spec, [0, 0, 2, -1, 0, 1]);
    // x = 3: a² = ½ with f' = ¼; a³ = (1, ½), y = (0, 1), so ∂C/∂a³ = (1, -½).
    const sample = { x: [3], y: [0, 1] };
    const rates = rateFactors(spec, parameters, sample, { layer: 2, neuron: 1, input: 1 });
    expect(pathsOf(rates)).toEqual([
      { route: [1, 1], factors: [0.75, 2, 1], product: 1.5 },
      { route: [1, 2], factors: [0.75, -1, -0.5], product: 0.375 },
    ]);
    expect([rates.first.name, ...rates.stages.map(({ name }) => name)]).toEqual(['∂a²/∂w', '∂a³/∂a²', '∂C/∂a³']);
    expect(sumOf(pathsOf(rates))).toEqual({ sum: 1.875, absolute: 1.875 });
    // The bias: ∂z/∂b = 1 in place of x.
    const bias = rateFactors(spec, parameters, sample, { layer: 2, neuron: 1 });
    expect([bias.first, sumOf(pathsOf(bias)).sum]).toEqual([{ name: '∂a²/∂b', rate: 0.25 }, 0.625]);
    // Into the output layer: w³_{2,1}, one path.
    expect(pathsOf(rateFactors(spec, parameters, sample, { layer: 3, neuron: 2, input: 1 }))).toEqual([
      { route: [2], factors: [0.5, -0.5], product: -0.25 },
    ]);
  });

  it('a softmax: from one z to every a', () => {
    const spec = specifyNetwork({ layers: [1, 2], cost: 'log-likelihood' });
    // z = (0, 0), a = (½, ½), y = (1, 0): ∂C/∂a = (-2, 0), ∂a_1/∂z_1 = ¼, ∂a_2/∂z_1 = -¼; in all a_1 - y_1 = -½.
    const parameters = parametersFrom(spec, [0, 0, 0, 0]);
    const { first, stages, start } = rateFactors(spec, parameters, { x: [3], y: [1, 0] }, { layer: 2, neuron: 1, input: 1 });
    expect([first, stages.map(({ name }) => name)]).toEqual([{ name: '∂z²/∂w', rate: 3 }, ['∂a²/∂z²', '∂C/∂a²']]);
    expect(pathsOf({ first, stages, start }).map(({ route, product }) => [route, product + 0])).toEqual([
      [[1, 1], -1.5],
      [[1, 2], 0],
    ]);
  });
});

/** A network of random sizes with a weight or bias of it and a sample. */
const networks = fc.record({
  inputs: fc.integer({ min: 1, max: 5 }),
  hidden: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4, size: 'max' }),
  outputs: fc.integer({ min: 2, max: 6 }),
  seed: fc.nat(),
  where: fc.tuple(fc.oneof(fc.constant(0), fc.nat()), fc.nat(), fc.option(fc.nat())),
  // Hundredths: below 1e-308 a number has fewer digits than the bound asks for.
  values: fc.array(
    fc.integer({ min: -100, max: 100 }).map((v) => v / 100),
    { minLength: 5, maxLength: 5 },
  ),
  label: fc.nat(),
});

/** 8 · 8 · 8 · 4 paths, with a softmax four times as many. */
const LARGE = {
  inputs: 5,
  hidden: [3, 8, 8, 8],
  outputs: 4,
  seed: 7,
  where: [0, 1, 2] as [number, number, number],
  values: [0.9, -0.3, 0.5, 1, -0.7],
  label: 2,
};

function setUp(
  functions: (typeof CASES)[number],
  { inputs, hidden, outputs, seed, where, values, label }: typeof networks extends fc.Arbitrary<infer T> ? T : never,
) {
  const layers = [inputs, ...hidden, outputs];
  const spec = specifyNetwork({ layers, ...functions, init: 'scaled' });
  const layer = 2 + (where[0] % (layers.length - 1));
  const neuron = 1 + (where[1] % layers[layer - 1]);
  const place: Place = where[2] === null ? { layer, neuron } : { layer, neuron, input: 1 + (where[2] % layers[layer - 2]) };
  const sample = { x: values.slice(0, inputs), y: Array.from({ length: outputs }, (_, j) => (j === label % outputs ? 1 : 0)) };
  return { spec, place, sample, parameters: parametersFrom(spec, initialParameters(spec, seed)) };
}

describe('random networks', () => {
  it.each(CASES)('the sum over the paths is what BP3 and BP4 give: $activation, $output, $cost', (functions) => {
    let most = 0;
    fc.assert(
      fc.property(networks, (network) => {
        const { spec, place, sample, parameters } = setUp(functions, network);
        const paths = pathsOf(rateFactors(spec, parameters, sample, place));
        const { sum, absolute } = sumOf(paths);
        const { w, b } = backpropagate(spec, parameters, sample.x, sample.y);
        const { layer: l, neuron: j, input: k } = place;
        const expected = k === undefined ? b[l - 2][j - 1] : w[l - 2][j - 1][k - 1];
        expect(Number.isFinite(expected)).toBe(true);
        expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-10 * absolute);
        expect(paths.filter(({ factors, product }) => Math.abs(factors.reduce((p, f) => p * f, 1) - product) > 1e-12)).toEqual([]);
        // Every route once, and as many as were counted.
        expect(BigInt(new Set(paths.map(({ route }) => route.join())).size)).toBe(countPaths(spec, l));
        most = Math.max(most, paths.length);
      }),
      { seed: 1, numRuns: 60, examples: [[LARGE]] },
    );
    expect(most).toBeGreaterThanOrEqual(2048);
  });

  it("f' of a layer is the slope of its activation; of a softmax that of a_j over z_j", () => {
    const spec = specifyNetwork({ layers: [2, 3], cost: 'log-likelihood' });
    const parameters = parametersFrom(spec, initialParameters(spec, 4));
    const { zs, activations } = feedForward(spec, parameters, [0.3, -0.8]);
    expect(slopesOf(spec, 2, zs[0], activations[1])).toEqual(activations[1].map((a) => expect.closeTo(a * (1 - a), 14)));
  });
});

describe('counting', () => {
  it.each<[layers: number[], layer: number, cost: 'quadratic' | 'log-likelihood', count: bigint]>([
    [[784, 30, 10], 2, 'quadratic', 10n],
    [[784, 30, 10], 3, 'quadratic', 1n],
    [[784, 30, 10], 2, 'log-likelihood', 100n],
    [[784, 30, 10], 3, 'log-likelihood', 10n],
    [[5, 200, 200, 200, 10], 2, 'quadratic', 400_000n],
    [[5, 99_991, 99_991, 99_991, 99_991, 3], 2, 'quadratic', 3n * 99_991n ** 3n],
  ])('%j from layer %i, %s: %i', (layers, layer, cost, count) => {
    expect(countPaths(specifyNetwork({ layers, cost }), layer)).toBe(count);
  });

  it('refuses more than maxPaths with the count, and takes as many', async () => {
    await expect(explain({ layers: [5, 200, 200, 200, 10] })).rejects.toThrow(
      new RangeError(
        'maxPaths: expected at least the 400,000 paths from w²_{1,1} to the cost of 5-200-200-200-10, got 10000. ' +
          'Choose a weight in a later layer, a smaller network, or --max-paths up to 1,000,000.',
      ),
    );
    await expect(explain({ maxPaths: 3 })).rejects.toThrow(/at least the 4 paths/);
    expect((await explain({ maxPaths: 4 })).paths).toHaveLength(4);
    // Beyond what a number tells apart, and without a parameter being made.
    await expect(explain({ layers: [5, 999, 999, 999, 999, 999, 999, 11] })).rejects.toThrow((11n * 999n ** 5n).toLocaleString('en'));
  });
});

describe('explain', () => {
  it.each<[ExplainOptions, name: string, equation: string]>([
    [{}, 'w²_{1,1}', 'BP4'],
    [{ weight: [3, 2, 3] }, 'w³_{2,3}', 'BP4'],
    [{ bias: [2, 3], cost: 'cross-entropy' }, 'b²_3', 'BP3'],
    [{ layers: [3, 4, 5, 3], activation: ['tanh', 'sigmoid'], cost: 'log-likelihood', weight: [2, 4, 2], seed: 8 }, 'w²_{4,2}', 'BP4'],
    [{ layers: [4, 2], cost: 'log-likelihood', bias: [2, 2] }, 'b²_2', 'BP3'],
    [{ x: [-0.5, 2], y: [0.25, 0.75], weight: [4, 2, 1] }, 'w⁴_{2,1}', 'BP4'],
  ])('%j: paths, backpropagation and finite difference agree', async (options, name, equation) => {
    const explained = await explain(options);
    const { sum, absolute, backpropagation, finiteDifference, paths } = explained;
    expect([explained.name, backpropagation.equation]).toEqual([name, equation]);
    expect(absolute).toBeGreaterThan(1e-6);
    expect(Math.abs(sum - backpropagation.value)).toBeLessThanOrEqual(1e-12 * absolute);
    expect(Math.abs(sum - finiteDifference.value)).toBeLessThanOrEqual(1e-9);
    expect(sum).toBeCloseTo(
      paths.reduce((total, { product }) => total + product, 0),
      14,
    );
  });

  it('takes the initial parameters of nabla train, and x and y from the seed', async () => {
    const explained = await explain({ seed: 5, weight: [3, 1, 2] });
    const spec = specifyNetwork({ layers: [2, 3, 2, 2], cost: 'quadratic' });
    expect(explained.value).toBe(parametersFrom(spec, initialParameters(spec, 5)).w[1][0][1]);
    const { x, y, origin } = explained.sample;
    expect([x.length, [...y].sort(), origin]).toEqual([2, [0, 1], 'seed']);
    expect((await explain({ seed: 6 })).sample.x).not.toEqual(x);
    expect((await explain({ seed: 5, x: [0.1, 0.2] })).sample).toEqual({ x: [0.1, 0.2], y, origin: 'given' });
  });

  it('names the neurons that choke a path, but no output whose slope the cost makes up for', async () => {
    const large = { layers: [1, 2, 2], x: [60], seed: 2 };
    const quadratic = await explain({ ...large, cost: 'quadratic', init: 'normal' });
    expect(quadratic.saturated).toEqual([{ layer: 2, neuron: 1, slope: expect.any(Number) }]);
    expect(quadratic.saturated[0].slope).toBe(quadratic.slopes[0][0]);
    // f' of an output is as small in both, but the cross-entropy divides by it.
    const output = { layers: [1, 2], weight: [2, 1, 1], x: [9], y: [0, 0], seed: 3, init: 'normal' } as const;
    const slow = await explain({ ...output, cost: 'quadratic' });
    const quick = await explain({ ...output, cost: 'cross-entropy' });
    expect(slow.slopes).toEqual(quick.slopes);
    expect(slow.slopes[0][0]).toBeLessThan(0.025);
    expect([slow.saturated.map(({ layer, neuron }) => [layer, neuron]), quick.saturated]).toEqual([[[2, 1]], []]);
  });

  it('refuses a sample whose rate factors are not finite', async () => {
    // z = 1e6 w: the sigmoid is exactly 0 or 1, and on the wrong side of some target.
    const options = { layers: [1, 1], x: [1e6], cost: 'cross-entropy' } as const;
    const outcomes = await Promise.allSettled([explain({ ...options, y: [0] }), explain({ ...options, y: [1] })]);
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toEqual(
      expect.objectContaining({ name: 'RangeError', message: expect.stringMatching(/^sample: expected one with a finite/) }),
    );
  });

  it.each<[unknown, RegExp]>([
    ['x', /options: expected an object/],
    [{ wieght: [2, 1, 1] }, /option: .*Did you mean 'weight'/],
    [{ weight: [2, 1] }, /weight: expected layer, neuron and input/],
    [{ weight: '2:1,1' }, /weight: expected layer, neuron and input/],
    [{ x: 'nothing' }, /x: expected a list of numbers/],
    [{ x: [1, Number.NaN] }, /x\[1\]: expected a finite number/],
    [{ run: 7 }, /run: expected the folder of a run/],
    [{ layers: [4096, 4097, 2], bias: [3, 1] }, /layers: expected a network of at most 16777216 parameters/],
    [{ maxPaths: 1e7 }, /maxPaths: expected a whole number from 1 to 1000000/],
  ])('refuses %j', async (options, says) => {
    await expect(explain(options as ExplainOptions)).rejects.toThrow(says);
  });
});

/** A data set of 24 training and 8 test samples of 6 inputs, and a run trained on it. */
let folder: string;
beforeAll(async () => {
  folder = temporaryFolder();
  writeIdxFolder(folder);
  const data = await loadDataset(folder);
  await train({ data: folder, layers: [6, 5, 4], epochs: 2, workers: 1, run: join(folder, 'kept') });
  expect(data.test.labels).toHaveLength(8);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a saved run', () => {
  it('gives its parameters, and a sample of its test split', async () => {
    const run = join(folder, 'kept');
    const explained = await explain({ run, sample: 3, weight: [3, 2, 5] });
    const { test, scale } = await loadDataset(folder);
    expect(explained.network).toMatchObject({ layers: [6, 5, 4], cost: 'cross-entropy' });
    expect(explained.sample.x).toEqual(Array.from(test.values.subarray(12, 18), (v) => v * scale));
    expect(explained.sample.y).toEqual([0, 1, 2, 3].map((j) => (j === test.labels[2] ? 1 : 0)));
    expect(explained.sample.origin).toEqual({ data: basename(folder), split: 'test', number: 3, label: test.labels[2] });
    // Its weights as they lie in the file: 6 · 5 + 5 floats of layer 2 before, then row 2, column 5 of layer 3.
    const floats = readFileSync(join(run, 'weights.safetensors')).subarray(-4 * (5 * 4 + 4));
    expect(explained.value).toBe(floats.readFloatLE(4 * (5 + 4)));
    expect(Math.abs(explained.sum - explained.finiteDifference.value)).toBeLessThan(1e-9);
    expect(explanationText(explained, 20)).toContain('sample 3 of the test split');
    const given = await explain({ run, x: [1, 2, 3, 4, 5, 6], y: [1, 0, 0, 0] });
    expect(given.sample).toEqual({ x: [1, 2, 3, 4, 5, 6], y: [1, 0, 0, 0], origin: 'given' });
  });
});

const SHOWN: ExplainOptions[] = [
  {},
  { bias: [4, 2] },
  { cost: 'log-likelihood' },
  { layers: [2, 1, 1] },
  { layers: [12, 9, 9, 9, 9], seed: 3, weight: [2, 9, 12] },
  { layers: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2] },
  { layers: [3, 40, 30], activation: 'relu', cost: 'log-likelihood', weight: [2, 40, 3] },
  { x: [0, 0] },
  { x: [-1.23456789e10, 1e-7], activation: 'tanh' },
];

describe('the text', () => {
  it.each(SHOWN)('%j: 80 columns, the count first, the largest paths, the sum', async (options) => {
    const explained = await explain(options);
    const { paths, sum, name, backpropagation } = explained;
    const text = explanationText(explained, 5);
    const lines = text.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[0]).toMatch(new RegExp(`^${paths.length.toLocaleString('en')} paths? leads? from `));
    expect(lines[0]).toContain(name);
    const largest = paths.map(({ product }) => product).sort((p, q) => Math.abs(q) - Math.abs(p));
    for (const product of largest.slice(0, 5)) expect(text).toContain(figure(product));
    if (paths.length > 5) expect(text).toMatch(new RegExp(`\\b${(paths.length - 5).toLocaleString('en')} others?\\b`));
    expect(text).toMatch(new RegExp(`\nsum of the paths +${figure(sum, 12).replace('+', '\\+')}\n${backpropagation.equation} `));
    expect(text).toMatch(/\nfinite difference .* central, h = \S+\n/);
  });

  it('says what it means: what dominates, what cancels, what is saturated, why all is 0', async () => {
    const meaning = async (options: ExplainOptions): Promise<string> => explanationText(await explain(options), 20).replace(/\s+/g, ' ');
    expect(await meaning({})).toContain('x1→2:1→3:1→4:2→C dominates, with 51.7 % of all that travels');
    expect(await meaning({})).toContain(
      "paths of opposite signs cancel, and 3.4 % of it is left; no neuron on the paths is saturated (f' below 0.025).",
    );
    expect(await meaning({ layers: [5, 9, 9, 9, 3], seed: 3 })).toMatch(
      /3:9→4:2→5:1→C, does not dominate, .* choke paths: 4:8 \(f' = 0\.0090\), .* and 2 more\. $/,
    );
    expect(await meaning({ weight: [4, 1, 1] })).toContain('This one path is all there is;');
    expect(await meaning({ x: [0, 0.5] })).toContain(
      'Every path is 0, because the input of the weight is 0 (BP4): from this sample w²_{1,1} learns nothing.',
    );
    expect(await meaning({ x: [-50, 0], activation: 'relu' })).toContain("because f' of neuron 2:1 is 0 (BP2)");
  });
});

/** The tags of a well-formed XML text; throws where it is not. */
function tagsOf(xml: string): { name: string; attributes: Record<string, string> }[] {
  const open: string[] = [];
  const tags = [...xml.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g)].map(([, end, name, rest, empty]) => {
    if (end) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
    return { end, name, attributes: Object.fromEntries([...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])) };
  });
  expect(open).toEqual([]);
  expect(xml.match(/</g)).toHaveLength(tags.length);
  expect(xml.match(/&(?!(amp|lt|gt|quot|#39);)/)).toBeNull();
  return tags.filter(({ end }) => !end);
}

/** How many edges of each kind a drawing has, without the five of its legend. */
function edgesOf(explained: Explanation): Record<string, number> {
  const counts: Record<string, number> = { path: 0, faint: 0, chosen: 0 };
  const inLegend = explained.place.input === undefined ? { path: 3, faint: 1, chosen: 0 } : { path: 3, faint: 1, chosen: 1 };
  for (const { name, attributes } of tagsOf(networkDrawing(explained))) {
    const [first, kind] = (attributes.class ?? '').split(' ');
    if (name === 'path' && first === 'edge') counts[['faint', 'chosen'].includes(kind) ? kind : 'path']++;
  }
  return Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, count - inLegend[kind as keyof typeof inLegend]]));
}

describe('the drawing', () => {
  it.each<[ExplainOptions, edges: Record<string, number>, circles: number]>([
    // 2·3 + 3·2 + 2·2 + 2 edges; from the chosen one's neuron 2 + 4 + 2 are on paths.
    [{}, { path: 8, faint: 9, chosen: 1 }, 10],
    [{ weight: [4, 1, 2] }, { path: 1, faint: 16, chosen: 1 }, 10],
    [{ bias: [3, 2] }, { path: 4, faint: 14, chosen: 0 }, 10],
    // A softmax has z and a, and 2·2 edges between them.
    [{ cost: 'log-likelihood' }, { path: 12, faint: 9, chosen: 1 }, 12],
    [{ cost: 'log-likelihood', weight: [4, 2, 1] }, { path: 4, faint: 17, chosen: 1 }, 12],
    // 11 of 30 inputs and of 40 neurons, all of 12.
    [{ layers: [30, 40, 12], weight: [2, 35, 29] }, { path: 24, faint: 11 * 11 - 1 + 10 * 12, chosen: 1 }, 11 + 11 + 12 + 1],
  ])('%j has its edges and neurons', async (options, edges, circles) => {
    const explained = await explain(options);
    const tags = tagsOf(networkDrawing(explained));
    expect(edgesOf(explained)).toEqual(edges);
    // One or two circles of the legend: saturated, and the bias.
    expect(tags.filter(({ name }) => name === 'circle')).toHaveLength(circles + (explained.place.input === undefined ? 2 : 1));
    expect(tags.map(({ name }) => name).slice(0, 3)).toEqual(['svg', 'title', 'desc']);
  });

  it('draws edges as wide as their rate factors, in the colour of their sign', async () => {
    const explained = await explain();
    const stage = explained.rates.stages[1];
    const largest = Math.max(...stage.rates.flat().map(Math.abs));
    const drawing = networkDrawing(explained);
    for (const [q, row] of stage.rates.entries()) {
      for (const [p, rate] of row.entries()) {
        const tip = `<title>${stage.name} = ${figure(rate)}, from 3:${p + 1} to 4:${q + 1}</title>`;
        const [, sign, width] = new RegExp(`class="edge (\\w+)" stroke-width="([\\d.]+)" d="[^"]*">${tip}`).exec(drawing) ?? [];
        expect([sign, Number(width)]).toEqual([rate > 0 ? 'above' : 'below', expect.closeTo(0.75 + (7 * Math.abs(rate)) / largest, 1)]);
      }
    }
  });

  it('keeps circles apart, and everything inside', async () => {
    const drawing = networkDrawing(await explain({ layers: [12, 30, 11, 3] }));
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(drawing)?.map(Number) ?? [];
    const circles = [...drawing.matchAll(/translate\(([\d.]+),([\d.]+)\)"><title>/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    expect(circles).toHaveLength(12 + 11 + 11 + 3 + 1);
    for (const [i, one] of circles.entries()) {
      expect(one.x > 21 && one.x < width - 21 && one.y > 21 && one.y < height - 21).toBe(true);
      for (const other of circles.slice(i + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(2 * 21 + 4);
    }
    expect(drawing).toContain('… 19 more');
  });

  it('escapes what it is given', async () => {
    const explained = await explain();
    const drawing = networkDrawing({ ...explained, network: { ...explained.network, cost: '<b>&"cost"' as 'quadratic' } });
    tagsOf(drawing);
    expect(drawing).toContain('&lt;b&gt;&amp;&quot;cost&quot;');
  });
});

/** Command lines that cannot be meant, run beside a data set and a run of it. */
const BAD: [args: string, says: RegExp][] = [
  ['extra', /too many arguments/],
  ['--wieght 2:1,1', /unknown option '--wieght'.*Did you mean --weight/],
  ['--weight', /'--weight <l:j,k>' argument missing/],
  ['--weight 2:1', /weight: expected layer:neuron,input such as 2:5,3, got '2:1'/],
  ['--weight 2:1,1.5', /weight: expected layer:neuron,input/],
  ['--weight 1:1,1', /weight, layer: expected a whole number from 2 to 4, got 1/],
  ['--weight 5:1,1', /weight, layer: .*got 5/],
  ['--weight 2:4,1', /weight, neuron of layer 2: expected a whole number from 1 to 3, got 4/],
  ['--weight 2:0,1', /weight, neuron of layer 2: .*got 0/],
  ['--weight 2:1,3', /weight, neuron of layer 1: expected a whole number from 1 to 2, got 3/],
  ['--bias 2', /bias: expected layer:neuron such as 2:5, got '2'/],
  ['--bias 2:1,1', /bias: expected layer:neuron/],
  ['--bias 3:3', /bias, neuron of layer 3: .*got 3/],
  ['--weight 2:1,1 --bias 2:1', /bias: expected none beside a weight/],
  ['--layers 2', /layers: expected at least two sizes/],
  ['--layers 2,x', /layers: expected a number, got 'x'/],
  ['--layers 2,0,1', /layers\[1\]: .*got 0/],
  ['--layers 5,200,200,200,10', /maxPaths: expected at least the 400,000 paths from w²_\{1,1\} .*got 10000\..*--max-paths/],
  ['--activation sigmod', /activation: .*Did you mean 'sigmoid'/],
  ['--output softmx', /output: .*Did you mean 'softmax'/],
  ['--cost quadratc', /cost: .*Did you mean 'quadratic'/],
  ['--init hee', /init: .*Did you mean 'he'/],
  ['--seed -1', /seed: .*got -1/],
  ['--seed ten', /seed: expected a number, got 'ten'/],
  ['--x 1', /x: expected 2 numbers, one for each input, got \[1\]/],
  ['--x 1,a', /x: expected a number, got 'a'/],
  ['--x 1,Infinity', /x\[1\]: expected a finite number, got Infinity/],
  ['--y 1,0,0', /y: expected 2 numbers, one for each output/],
  ['--x 1e308,1e308 --activation linear --output linear', /sample: expected one with a finite cost/],
  ['--sample 2', /sample: expected a run beside it, got 2/],
  ['--data .', /data: expected a run beside it/],
  ['--run nowhere', /nowhere: there is no such folder/],
  ['--run broken', /run\.json: .*JSON/],
  ['--run edited', /cost: .*got 'qadratic'/],
  ['--run kept --sample 9', /sample: expected a whole number from 1 to 8, got 9/],
  ['--run kept --sample 0', /sample: .*got 0/],
  ['--run kept --data nowhere', /nowhere: there is no such file or folder/],
  ['--run kept --data mnist', /kept: 'mnist' has 784 inputs and 10 classes, which does not fit 6-/],
  ['--run kept --layers 6,5,4', /layers: expected none beside a run, which has its own/],
  ['--run kept --cost quadratic', /cost: expected none beside a run/],
  ['--run kept --seed 2', /seed: expected none beside a run/],
  ['--run kept --x 1,2,3,4,5,6', /y: expected the target that belongs to x/],
  ['--run kept --x 1,2,3,4,5,6 --y 1,0,0,0 --sample 2', /sample: expected none beside x/],
  ['--run kept --weight 2:6,1', /weight, neuron of layer 2: expected a whole number from 1 to 5, got 6/],
  ['--max-paths 0', /maxPaths: expected a whole number from 1 to 1000000, got 0/],
  ['--max-paths 3', /maxPaths: expected at least the 4 paths/],
  ['--top 0', /top: expected a whole number of at least 1, got 0/],
  ['--top 1.5', /top: .*got 1\.5/],
  ['--format xml', /'xml' is invalid.*text, json/],
  ['--svg nowhere/n.svg', /svg: expected a file in a folder that exists, got 'nowhere\/n\.svg'/],
  ['--svg n.svg --weight 9:9,9', /weight, layer: .*got 9/],
  ['--format json --weight 9:9,9', /weight, layer: .*got 9/],
];

describe.concurrent('a bad command line ends with code 2, one line and nothing written:', () => {
  beforeAll(() => {
    const record = readFileSync(join(folder, 'kept/run.json'), 'utf8');
    for (const [name, text] of Object.entries({ broken: '{"format":', edited: record.replace('"cross-entropy"', '"qadratic"') })) copyRun(name, text);
  });

  it.each(BAD)('nabla explain %s (%s)', (args, says) => expectRefused(['explain', ...args.split(' ')], folder, says));
});

describe('the command', () => {
  it('--help names every option', async () => {
    const { code, stdout } = await quickNabla(['explain', '--help'], folder);
    const names = [
      'weight',
      'bias',
      'layers',
      'activation',
      'output',
      'cost',
      'init',
      'seed',
      'x',
      'y',
      'run',
      'data',
      'sample',
      'max-paths',
      'top',
      'svg',
    ];
    expect([code, [...names, 'format', 'help'].filter((name) => !stdout.includes(`--${name} `))]).toEqual([0, []]);
  });

  it('--format json: one line, which is the explanation', () =>
    inFolder(async (made) => {
      const { code, stdout, stderr } = await quickNabla('explain --weight 2:3,2 --seed 7 --format json --svg n.svg'.split(' '), made);
      expect([code, stderr]).toEqual([0, '']);
      const explained = await explain({ weight: [2, 3, 2], seed: 7 });
      expect(jsonLines(stdout)).toEqual([JSON.parse(JSON.stringify({ event: 'explanation', ...explained }))]);
      expect(readFileSync(join(made, 'n.svg'), 'utf8')).toBe(networkDrawing(explained));
    }));

  it('a saved run: text of its sample', async () => {
    const { code, stdout, stderr } = await quickNabla('explain --run kept --bias 2:5 --sample 8 --top 2'.split(' '), folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^4 paths lead from b²_5 to the cost C of 6-5-4\.\n/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /parameters of the run kept bias b²_5 .* sample 8 of the test split .* b → 2:5 → 3:\d → C .* 2 others .* BP3 /,
    );
  });

  it('a drawing that cannot be written: code 1', needs(existsSync('/dev/full'), 'no /dev/full'), () =>
    inFolder(async (made) => {
      const { code, stdout, stderr } = await nabla(['explain', '--svg', '/dev/full'], made);
      expect(stderr).toMatch(/^error: The drawing cannot be written to [^\n]+: no space is left on the disk \(ENOSPC\)\.\n$/);
      expect([code, stdout]).toEqual([1, '']);
    }),
  );

  it('prints what the README shows', async () => {
    const readme = readFileSync(fileURLToPath(new URL('../../src/insight/README.md', import.meta.url)), 'utf8');
    const shown = /\$ nabla explain\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    // The last bits of exp differ between versions of V8, and with them what is left of a difference.
    const steady = (text: string): string => text.replace(/off by [^;\n]+/g, 'off by').replace(/(finite difference +-?\d\.\d{5})\d+/, '$1');
    expect(steady((await quickNabla(['explain'], folder)).stdout)).toBe(steady(shown));
  });
});

/** A run beside the kept one with the same weights and another record. */
function copyRun(name: string, record: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'run.json'), record);
  writeFileSync(join(folder, name, 'weights.safetensors'), readFileSync(join(folder, 'kept/weights.safetensors')));
}
