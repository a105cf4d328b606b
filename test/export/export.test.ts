// Exported files (but for ONNX, see onnx.test.ts), each read by something that is not nabla: the module by a fresh Node,
// the JSON by a few lines that know nothing but what it says of itself, the tensors by Python; what travels with the
// parameters; and networks that no file can hold.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { isBadInput } from '#src/errors.js';
import { EXPORT_FORMAT_NAMES } from '#src/export/formats.js';
import { encodeJsModule } from '#src/export/js-module.js';
import { encodeJson } from '#src/export/json.js';
import type { ModelMetadata } from '#src/export/metadata.js';
import { encodeTensors } from '#src/export/safetensors.js';
import { ACTIVATION_NAMES, ELEMENTWISE, ELEMENTWISE_NAMES } from '#src/functions/activations.js';
import { type ExportFormatName, exportRun, type TrainOptions, type TrainResult, train } from '#src/index.js';
import { layoutOf } from '#src/model/layout.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { decodeTensors, encodeSafetensors, parametersOf } from '#src/runs/formats/safetensors.js';
import { shortestDecimal } from '#src/text.js';
import { randomRows, seeded } from '../support/bound-kernels.js';
import { contents, inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { NEEDS_SAFETENSORS, pythonOfTensors, runPython } from '../support/python.js';
import { furthest, type RandomNetwork, randomNetwork, withParameters } from '../support/random-network.js';
import { expectRefused } from '../support/refused.js';

/** Networks that between them have every f, hidden and as output, and single neurons. */
const NETWORKS: [what: string, options: NetworkOptions][] = [
  ...ACTIVATION_NAMES.map((f): [string, NetworkOptions] => [`${f} outputs`, { layers: [4, 5, 3], activation: 'tanh', output: f }]),
  ...ELEMENTWISE_NAMES.map((f): [string, NetworkOptions] => [`hidden ${f}`, { layers: [3, 6, 5, 2], activation: f, output: 'linear' }]),
  ['no hidden layer', { layers: [2, 1] }],
  ['softmax alone', { layers: [2, 3], output: 'softmax' }],
  [
    'single neurons',
    {
      layers: [3, 4, 3],
      neurons: [
        { layer: 2, neuron: 2, f: 'leaky-relu' },
        { layer: 2, neuron: 4, f: 'sigmoid' },
        { layer: 3, neuron: 1, f: 'gelu' },
      ],
    },
  ],
];
const made = NETWORKS.map(([what, options], k) => ({ what, ...randomNetwork(seeded('export', k), options) }));
const samples = made.map(({ network }, k) => randomRows(seeded('export-samples', k), 5, network.layers[0], 3));
/** As good as the same: both sides compute in float64. */
const ROUNDING = 1e-12;

describe('the formulas', () => {
  it.each(Object.entries(ELEMENTWISE).map(([name, { formula, f }]) => ({ name, formula, f })))('$name is $formula', ({ formula, f }) => {
    const read = new Function('z', `return ${formula}`);
    for (const z of [0, -0, 0.3, -0.3, 2, -2, 30, -30, 800, -800]) expect(read(z)).toBe(f(z));
  });
});

describe('the JavaScript module', () => {
  /** What a fresh Node prints that imports `files` (name: text) from a folder as modules a, b, … */
  const inNode = (texts: readonly string[], program: string, input: unknown): Promise<unknown> =>
    inFolder(async (folder) => {
      for (const [k, text] of texts.entries()) writeFileSync(join(folder, `net${k}.mjs`), text);
      const imports = texts.map((_, k) => `import * as net${k} from './net${k}.mjs';`).join('\n');
      const nets = `const nets = [${texts.map((_, k) => `net${k}`).join(', ')}];`;
      writeFileSync(
        join(folder, 'main.mjs'),
        `${imports}\n${nets}\nconst input = ${JSON.stringify(input)};\nconsole.log(JSON.stringify(${program}));`,
      );
      const { status, stdout, stderr } = spawnSync(process.execPath, ['main.mjs'], { cwd: folder, encoding: 'utf8', timeout: 50_000 });
      expect([status, stderr]).toEqual([0, '']);
      return JSON.parse(stdout);
    });

  it('comes to what the reference computes', async () => {
    const texts = made.map(({ network, parameters, metadata }) => encodeJsModule(network, parameters, metadata));
    const theirs = (await inNode(texts, 'nets.map(({ predict }, k) => input[k].map((x) => predict(x)))', samples)) as number[][][];
    for (const [k, { what, outputs }] of made.entries()) expect(furthest(theirs[k], samples[k].map(outputs)), what).toBeLessThan(ROUNDING);
  });

  const small = made.find(({ what }) => what === 'no hidden layer') as RandomNetwork;
  const text = (known: Partial<ModelMetadata> = {}) => encodeJsModule(small.network, small.parameters, { ...small.metadata, ...known });
  const CALLS = `[[3, 200], new Float32Array([3, 200]), new Uint8Array([3, 200]), new Uint8ClampedArray([3, 200]), [1], new Uint8Array(3), undefined, ['3', '200'], [3, NaN]]
    .map((x) => { try { return nets[0].predict(x); } catch (error) { return \`\${error.name}: \${error.message}\`; } })`;

  it('scales bytes, takes numbers as they are, and refuses what does not fit', async () => {
    const scale = 1 / 255;
    const plain = small.outputs([3, 200]);
    const scaled = small.outputs([3 * scale, 200 * scale]);
    const fits = 'RangeError: predict: expected 2 inputs, got';
    expect(await inNode([text({ scale })], CALLS, 0)).toEqual([
      ...[plain, plain, scaled, scaled, `${fits} 1.`, `${fits} 3.`, `${fits} undefined.`],
      'RangeError: predict[0]: expected a finite number, got string.',
      'RangeError: predict[1]: expected a finite number, got NaN.',
    ]);
    const unknown = 'TypeError: predict: it is not known how bytes become inputs of this network; give it numbers.';
    expect(await inNode([text()], CALLS, 0)).toMatchObject({ 2: unknown, 3: unknown });
  });

  it('carries what is known of the network, whatever is in it', async () => {
    const known = { ...small.metadata, data: `</script>\`\${1}\`"'\\\n\r\u2028 */ Zürich 数字`, testAccuracy: 0.95, regression: false };
    const { layers, activations, cost } = small.network;
    expect(await inNode([text(known)], 'nets[0].metadata', 0)).toEqual({ layers, activations, cost, ...known });
    expect(text(known)).not.toContain('</script');
  });

  it('needs nothing of Node, and has no function too many', () => {
    const code = text().replaceAll(/^ *(\/\/|\/?\*).*$/gm, '');
    expect(code).not.toMatch(/\b(import|require|process|Buffer|globalThis)\b/);
    expect(code).toMatch(/const sigmoid = /);
    expect(code).not.toMatch(/const (softmax|tanh|linear) = /);
  });
});

describe('the JSON', () => {
  interface File {
    layers: number[];
    activations: string[];
    neurons?: { layer: number; neuron: number; f: string }[];
    functions: Record<string, string>;
    parameters: { layer: number; weights: number[][]; biases: number[] }[];
  }
  /** a of the outputs, by what the file says of itself. */
  function evaluate({ activations, neurons = [], functions, parameters }: File, x: readonly number[]): number[] {
    let a = [...x];
    for (const [l, { layer, weights, biases }] of parameters.entries()) {
      const z = weights.map((row, j) => row.reduce((sum, w, k) => sum + Math.fround(w) * a[k], Math.fround(biases[j])));
      const powers = z.map((v) => Math.exp(v - Math.max(...z)));
      a = z.map((v, j) => {
        const name = neurons.find((other) => other.layer === layer && other.neuron === j + 1)?.f ?? activations[l];
        if (name === 'softmax') return powers[j] / powers.reduce((s, p) => s + p);
        return new Function('z', `return ${functions[name]}`)(v);
      });
    }
    return a;
  }

  it.each(made.map(({ what }, k) => [what, k] as const))('says all that it takes to compute: %s', (_, k) => {
    const { network, parameters, metadata, outputs } = made[k];
    const file: File = JSON.parse(encodeJson(network, parameters, metadata));
    expect(file).toMatchObject({ layers: network.layers, activations: network.activations, cost: network.cost, metadata });
    expect(Object.keys(file.functions).sort()).toEqual([...new Set([...network.activations, ...network.neurons.map(({ f }) => f)])].sort());
    expect(file.parameters.map(({ layer }) => layer)).toEqual(network.layers.slice(1).map((_, l) => l + 2));
    expect(
      furthest(
        samples[k].map((x) => evaluate(file, x)),
        samples[k].map(outputs),
      ),
    ).toBeLessThan(ROUNDING);
  });

  const float = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -149, max: 127 }).map((power) => 2 ** power),
    fc.integer({ min: -(10 ** 6), max: 10 ** 6 }).map((k) => Math.fround(k / 1000)),
  );

  it('has the bits of every float32', () => {
    fc.assert(
      fc.property(fc.array(float, { minLength: 6, maxLength: 6 }), (values) => {
        const network = specifyNetwork({ layers: [2, 2] });
        const parameters = Float32Array.from(values);
        const [{ weights, biases }] = (JSON.parse(encodeJson(network, parameters, small(network, parameters))) as File).parameters;
        const again = Float32Array.from([...weights.flat(), ...biases]);
        expect(new Uint32Array(again.buffer)).toEqual(new Uint32Array(parameters.buffer));
      }),
    );
  });
  const small = (network: RandomNetwork['network'], parameters: Float32Array): ModelMetadata => withParameters(network, parameters).metadata;

  /** The digits of a decimal that count. */
  const digits = (text: string): number => text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;

  /** Its bits come back, and from the nearest decimal of fewer digits they do not, or it is on the border to another float32. */
  function isShortest(value: number): boolean {
    const text = shortestDecimal(value);
    if (!Object.is(Math.fround(Number(text)), value)) return false;
    for (let fewer = 1; fewer < digits(text); fewer++) {
      const decimal = Number(value.toPrecision(fewer));
      const around = [decimal * (1 - Number.EPSILON), decimal, decimal * (1 + Number.EPSILON)].map(Math.fround);
      if (around.every((near) => near === value)) return false;
    }
    return true;
  }

  it('in no more digits than it takes', () => {
    fc.assert(fc.property(float, isShortest), { numRuns: 2000 });
    const powers = Array.from({ length: 277 }, (_, k) => 2 ** (k - 149));
    expect([...powers, ...powers.map((power) => -power)].filter((power) => !isShortest(power))).toEqual([]);
  });

  it.each([
    [0.1, '0.1'],
    [1 / 3, '0.33333334'],
    [-0, '-0'],
    [0, '0'],
    [-7, '-7'],
    [16777216, '16777216'],
    [2 ** -149, '1e-45'],
    [2 ** -126, '1.1754944e-38'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [1e21, '1e+21'],
  ])('%f is %s', (value, text) => {
    expect(shortestDecimal(Math.fround(value))).toBe(text);
  });
});

describe('the tensors', () => {
  const { network, parameters, metadata } = made[made.length - 1];
  const known = { ...metadata, data: 'Zürich 数字', scale: 1 / 255, classes: 3, testAccuracy: 0.9375 };
  const texts = Object.fromEntries(Object.entries(known).map(([name, value]) => [name, String(value)]));
  const { layers, activations, neurons, cost } = network;

  it('are those of a run, with what is known of it', () => {
    const read = decodeTensors('net.safetensors', encodeTensors(network, parameters, known));
    expect(parametersOf('net.safetensors', read.tensors, layers)).toEqual(parameters);
    const { network: described, ...rest } = read.metadata;
    expect(JSON.parse(described)).toEqual({ layers, activations, neurons, cost });
    expect(rest).toEqual(texts);
  });

  it("are read by Python's safetensors", NEEDS_SAFETENSORS, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'net.safetensors');
      writeFileSync(path, encodeTensors(network, parameters, known));
      const program = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework='numpy') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps({'metadata': file.metadata(),
        'tensors': {name: {'type': str(t.dtype), 'values': t.astype('float64').tolist()} for name, t in tensors.items()}}))`;
      const read = JSON.parse(runPython(['-c', program, path], '', pythonOfTensors));
      const { network: described, ...rest } = read.metadata;
      expect(JSON.parse(described)).toEqual({ layers, activations, neurons, cost });
      expect(rest).toEqual(texts);
      const names = ['layer2.weight', 'layer2.bias', 'layer3.weight', 'layer3.bias'];
      expect(Object.keys(read.tensors).sort()).toEqual([...names].sort());
      expect(names.map((name) => read.tensors[name].type)).toEqual(names.map(() => 'float32'));
      expect(names.flatMap((name) => read.tensors[name].values.flat())).toEqual([...parameters]);
      expect(read.tensors['layer2.weight'].values.map((row: number[]) => row.length)).toEqual([3, 3, 3, 3]);
    }),
  );
});

const random = seeded('export-run');
const split = (count: number): Dataset['training'] => ({
  values: Uint8Array.from({ length: 6 * count }, () => random.uniform() * 256),
  labels: Uint16Array.from({ length: count }, (_, k) => k % 4),
});
const classNames = ['a', 'b, c', '"d"', 'é'];
const data: Dataset = { name: 'bytes', inputs: 6, classes: 4, classNames, scale: 1 / 255, training: split(24), validation: split(8), test: split(8) };
const options: TrainOptions = { data, layers: [6, 5, 4], cost: 'quadratic', epochs: 2, batch: 5, workers: 2 };

/** What a format says of the network besides its tensors. */
async function knownOf(run: string, to: 'js' | 'json' | 'safetensors'): Promise<Record<string, unknown>> {
  return inFolder(async (folder) => {
    const out = join(folder, 'net.mjs');
    await exportRun({ run, to, out });
    if (to === 'js') return (await import(pathToFileURL(out).href)).metadata;
    if (to === 'json') return JSON.parse(readFileSync(out, 'utf8')).metadata;
    const texts = Object.entries(decodeTensors(out, readFileSync(out)).metadata).filter(([name]) => name !== 'network');
    return Object.fromEntries(texts.map(([name, value]) => [name, /^[\d.e-]+$|^true$|^false$|^\[/.test(value) ? JSON.parse(value) : value]));
  });
}

describe('what is known of a run travels along', () => {
  let folder: string;
  let run: string;
  let result: TrainResult;
  beforeAll(async () => {
    folder = temporaryFolder();
    run = join(folder, 'run');
    result = await train({ ...options, run });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A copy of the run with another record. */
  function changed(name: string, change: (record: { data: Record<string, unknown>; outcome: Record<string, unknown> }) => void): string {
    const path = join(folder, name);
    mkdirSync(path);
    copyFileSync(join(run, 'weights.safetensors'), join(path, 'weights.safetensors'));
    const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    change(record);
    writeFileSync(join(path, 'run.json'), JSON.stringify(record));
    return path;
  }
  const always = () => ({ producer: expect.stringMatching(/^nabla \d/), inputs: 6, outputs: 4, weightsSha256: result.weightsSha256 });
  const ofData = { data: 'bytes', scale: 1 / 255, regression: false, classes: 4, classNames };
  const figures = () => {
    const { trainingCost, validationAccuracy, testCost, testAccuracy } = result;
    return { epochs: 2, trainingCost, validationAccuracy, testCost, testAccuracy };
  };
  const created = expect.stringMatching(/^\d{4}-.*Z$/);

  it.each(['js', 'json', 'safetensors'] as const)('into %s', async (to) => {
    expect(await knownOf(run, to)).toMatchObject({ ...always(), ...ofData, ...figures(), created });
  });

  it('but nothing that is not known', async () => {
    const older = changed('older', ({ data }) => {
      for (const name of Object.keys(data)) if (name !== 'source') delete data[name];
    });
    expect(await knownOf(older, 'json')).toEqual({ ...always(), ...figures(), created });
    const regression = changed('regression', ({ data, outcome }) => {
      data.regression = true;
      delete data.classNames;
      outcome.testAccuracy = null;
    });
    const { testAccuracy, ...others } = figures();
    expect(await knownOf(regression, 'json')).toEqual({ ...always(), data: 'bytes', scale: 1 / 255, regression: true, ...others, created });
    const odd = changed('odd', ({ data, outcome }) => {
      Object.assign(data, { name: 5, scale: '1', regression: 0, classes: [4], classNames: 'abcd' });
      Object.assign(outcome, { epochs: '2', trainingCost: {}, validationAccuracy: null, testCost: null, testAccuracy: true });
    });
    expect(await knownOf(odd, 'json')).toEqual({ ...always(), created });
  });

  it('no figures of other weights', async () => {
    const other = changed('other', ({ outcome }) => {
      outcome.weightsSha256 = '0'.repeat(64);
    });
    expect(await knownOf(other, 'json')).toEqual({ ...always(), ...ofData, created });
    const failed = changed('failed', (record) => {
      Object.assign(record, { outcome: { error: 'interrupted' } });
    });
    expect(await knownOf(failed, 'json')).toEqual({ ...always(), ...ofData, created });
    const book = join(folder, 'book.json');
    await exportRun({ run, to: 'book', out: book });
    expect(await knownOf(book, 'json')).toEqual(always());
  });

  it('and the module that is exported predicts from bytes what the run predicts from inputs', async () => {
    const out = join(folder, 'net.mjs');
    await exportRun({ run, to: 'js', out });
    const { predict } = await import(pathToFileURL(out).href);
    for (let s = 0; s < 8; s++) {
      const bytes = data.test.values.slice(6 * s, 6 * s + 6);
      expect(predict(bytes)).toEqual(result.predict(Array.from(bytes, (byte) => byte * data.scale)));
    }
  });
});

describe('what cannot be exported is refused, and nothing written', () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    writeIdxFolder(folder);
    writeFileSync(
      join(folder, 'own.mjs'),
      `export const activations = { arctan: { f: Math.atan, derivative: (z) => 1 / (1 + z * z) } };
      export const costs = { half: { term: (a, y) => 0.5 * (a - y) ** 2, gradient: (a, y) => a - y } };`,
    );
    const functions = join(folder, 'own.mjs');
    await train({ ...options, functions, activation: 'arctan', run: join(folder, 'own') });
    await train({ ...options, functions, neurons: [{ layer: 2, neuron: 3, f: 'arctan' }], run: join(folder, 'neuron') });
    await train({ ...options, functions, cost: 'half', run: join(folder, 'own-cost') });
    await train({ ...options, run: join(folder, 'diverged') });
    writeFileSync(join(folder, 'diverged', 'weights.safetensors'), encodeSafetensors([6, 5, 4], new Float32Array(59).fill(Number.NaN), {}));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const OF_OWN = ['onnx', 'json', 'js'] as const;
  it.each([
    ...OF_OWN.map((to) => [
      'own',
      to,
      /^the network: expected activations that nabla itself has, for .+, got \[arctan of layer 2\]\. The format 'safetensors' /,
    ]),
    ...OF_OWN.map((to) => ['neuron', to, /got \[arctan of neuron 2:3\]\./]),
    ...EXPORT_FORMAT_NAMES.map((to) => ['diverged', to, /diverged: a weight or bias is NaN; this run ended as 'done'\.$/]),
    ...EXPORT_FORMAT_NAMES.map((to) => ['nowhere', to, /nowhere: there is no such file or folder/]),
  ] as [string, ExportFormatName, RegExp][])('%s as %s', async (run, to, says) => {
    const before = contents(folder);
    const error = await exportRun({ run: join(folder, run), to, out: join(folder, 'out') }).catch((thrown) => thrown);
    expect(error).toSatisfy(isBadInput);
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('\n');
    expect(contents(folder)).toEqual(before);
  });

  it.each(['onnx', 'json', 'js', 'safetensors'] as const)('but a cost of one’s own is no matter to %s', async (to) => {
    const out = join(folder, `cost.${to}`);
    expect((await exportRun({ run: join(folder, 'own-cost'), to, out })).bytes).toBe(readFileSync(out).length);
    rmSync(out);
  });

  it('own functions go into safetensors by name', async () => {
    const out = join(folder, 'net.safetensors');
    await exportRun({ run: join(folder, 'own'), to: 'safetensors', out });
    const { metadata } = decodeTensors(out, readFileSync(out));
    expect(JSON.parse(metadata.network).activations).toEqual(['arctan', 'sigmoid']);
    // Nothing of this machine's folders travels.
    expect(JSON.stringify(metadata)).not.toContain(folder);
    rmSync(out);
  });

  it.each([
    ['export own --to onnx --out x.onnx', /error: the network: expected activations that nabla itself has, for ONNX, got \[arctan of layer 2\]\./],
    ['export diverged --to js --out x.js', /error: diverged: a weight or bias is NaN/],
    ['export nowhere --to json --out x.json', /error: nowhere: there is no such file or folder/],
    ['export own --to javascript', /error: to: expected one of .*nabla calls it 'js'\./],
    ['export own --to onx --out x.onnx', /error: to: expected one of book, .* got 'onx'\. Did you mean 'onnx'\?/],
    ['export own-cost --to onnx --out none/x.onnx', /error: out: expected a file in a folder that exists/],
  ])('nabla %s', (line, says) => expectRefused(line.split(' '), folder, says));

  it('called after the run where no file is named', () =>
    inFolder(async (work) => {
      const run = join(folder, 'own-cost');
      const written = async (from: string, to: string): Promise<unknown> =>
        jsonLines((await quickNabla(['export', from, '--to', to, '--format', 'json'], work)).stdout)[0].out;
      expect(await written(run, 'onnx')).toBe('own-cost.onnx');
      expect(await written(join(run, 'weights.safetensors'), 'js')).toBe('own-cost.mjs');
      expect(await written(join(run, 'checkpoints', 'best.safetensors'), 'json')).toBe('own-cost-best.json');
      await expectRefused(['export', run, '--to', 'onnx'], work, /own-cost\.onnx: there is such a file already/);
    }));

  it.each([
    [encodeJson, 30_000_001, /^the network: expected at most 30000000 weights and biases for JSON/],
    [encodeJsModule, 50_000_001, /^the network: expected at most 50000000 weights and biases for a JavaScript module/],
  ])('more parameters than a text can hold', (encode, length, says) => {
    const network = specifyNetwork({ layers: [2, 2] });
    const { metadata } = withParameters(network, new Float32Array(layoutOf([2, 2]).parameters));
    expect(() => encode(network, { length } as Float32Array, metadata)).toThrow(says);
  });
});

it('nabla export --help names every format', async () => {
  const { code, stdout } = await inFolder((folder) => nabla(['export', '--help'], folder));
  expect(code).toBe(0);
  for (const name of EXPORT_FORMAT_NAMES) expect(stdout).toMatch(new RegExp(`\\b${name}: `));
});
