// Configuration files: every option of `nabla train` in one, the command line over the file over the defaults, files that
// cannot be used, and a run's own configuration, which starts the same run again.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { trainCommand } from '#src/cli/commands/train.js';
import { isBadInput } from '#src/index.js';
import { rowsForPeople } from '#src/option-row.js';
import { readConfig } from '#src/options/config-file.js';
import { CONFIG_KEYS } from '#src/options/config-keys.js';
import { configTableOf, configText } from '#src/options/config-writer.js';
import { COMMAND_LINE_ONLY, OPTIONS } from '#src/options/table.js';
import { inFolder, jsonLines, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { expectRefused } from '../support/refused.js';
import { SLOW } from '../support/slow.js';

const long = ({ long: name }: Option): string => String(name).slice(2);
/** A flag and its `--no-` are one option. */
const said = ({ negate }: Option): boolean => !negate;

/** Each key with a value in TOML and what it stands for, in a file in the folder /f. */
const VALUES: Readonly<Record<string, [toml: string, option: unknown]>> = {
  data: ['"digits"', '/f/digits'],
  validation: ['7', 7],
  layers: ['[6, 5, 4]', [6, 5, 4]],
  activation: ['["relu", "tanh"]', ['relu', 'tanh']],
  output: ['"softmax"', 'softmax'],
  neuron: [
    '["2:5=tanh", "3:1=relu"]',
    [
      { layer: 2, neuron: 5, f: 'tanh' },
      { layer: 3, neuron: 1, f: 'relu' },
    ],
  ],
  functions: ['["f.mjs", "../g.mjs", "data:,x"]', ['/f/f.mjs', '/g.mjs', 'data:,x']],
  cost: ['"log-likelihood"', 'log-likelihood'],
  init: ['"he"', 'he'],
  from: ['"../net.json"', '/net.json'],
  epochs: ['3', 3],
  batch: ['10', 10],
  patience: ['4', 4],
  optimiser: ['"adam"', 'adam'],
  eta: ['0.5', 0.5],
  momentum: ['0.8', 0.8],
  rho: ['0.7', 0.7],
  beta1: ['0.6', 0.6],
  beta2: ['0.5', 0.5],
  epsilon: ['1e-6', 1e-6],
  lambda: ['5', 5],
  l1: ['0.1', 0.1],
  dropout: ['[0.5, 0.25]', [0.5, 0.25]],
  'max-norm': ['3', 3],
  'clip-norm': ['2.5', 2.5],
  'class-weights': ['"balanced"', 'balanced'],
  smooth: ['0.1', 0.1],
  average: ['3', 3],
  ema: ['0.8', 0.8],
  'grow-batch': ['"2,2"', '2,2'],
  schedule: ['{ kind = "cosine", warm-up = 2 }', { kind: 'cosine', warmUp: 2 }],
  seed: ['9', 9],
  workers: ['"auto"', 'auto'],
  shards: ['8', 8],
  gradient: ['"partial"', 'partial'],
  reproducible: ['true', true],
  input: ['"sparse"', 'sparse'],
  kernels: ['"simd"', 'simd'],
  blas: ['"lib/blas.so"', '/f/lib/blas.so'],
  diagnose: ['true', true],
  trace: ['"t.json"', '/f/t.json'],
  'trace-steps': ['12', 12],
  timeout: ['1.5', 1500],
  'checkpoint-every': ['"0.5e"', '0.5e'],
  'keep-checkpoints': ['3', 3],
};

/** For keys without one there, by their kinds. */
const ORDINARY: Readonly<Record<string, [toml: string, option: unknown]>> = {
  number: ['7', 7],
  scale: ['"1/100"', 0.01],
  numberOrPath: ['7', 7],
  numbers: ['[0.5, 0.5]', [0.5, 0.5]],
  texts: ['["a", "b"]', ['a', 'b']],
  path: ['"t.csv"', '/f/t.csv'],
  flag: ['true', true],
  text: ['"x"', 'x'],
};
const KEYS = rowsForPeople(OPTIONS).flatMap(([option, { key, kind }]) =>
  key in CONFIG_KEYS ? [[key, option, ...(VALUES[key] ?? ORDINARY[kind])] as const] : [],
);

/** Reads a configuration with this text, as if it lay in /f. */
const read = (text: string, name = 'net.toml'): Promise<Record<string, unknown>> =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'f'));
    writeFileSync(join(folder, 'f', name), text);
    const { options } = readConfig(join(folder, 'f', name));
    return JSON.parse(JSON.stringify(options).replaceAll(`"${folder}/`, '"/'));
  });

describe('what may stand in a file', () => {
  it('every option of nabla train has a key, but those for the command line alone, and no other has', () => {
    const options = trainCommand().options.filter(said).map(long);
    expect([...options.filter((name) => !COMMAND_LINE_ONLY.includes(name))].sort()).toEqual(Object.keys(CONFIG_KEYS).sort());
  });

  it('every key stands for the attribute that the command line gives the same option', () => {
    const attributes = trainCommand()
      .options.filter(said)
      .map((option) => [long(option), option.attributeName()] as const);
    const own = attributes.filter(([name]) => !COMMAND_LINE_ONLY.includes(name));
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(Object.entries(CONFIG_KEYS).map(([key, [option]]) => [key, option])));
  });

  it.each(KEYS)('%s stands for %s: %s is %o', async (key, option, toml, value) => {
    expect(await read(`${key} = ${toml}\n`)).toEqual({ [option]: value });
  });

  it.each([
    ['functions = "f.mjs"', { functions: ['/f/f.mjs'] }],
    ['neuron = "2:5=tanh"', { neurons: [{ layer: 2, neuron: 5, f: 'tanh' }] }],
    ['activation = "relu"', { activation: 'relu' }],
    ['dropout = 0.5', { dropout: 0.5 }],
    ['class-weights = [1, 2.5]', { classWeights: [1, 2.5] }],
    ['workers = 4', { workers: 4 }],
    ['data = "mnist"', { data: 'mnist' }],
    ['blas = "libopenblas.so.0"', { blas: 'libopenblas.so.0' }],
    ['schedule = "step:10,0.5"', { schedule: { kind: 'step', every: 10, factor: 0.5 } }],
    ['[schedule]\nkind = "step"\nevery = 5', { schedule: { kind: 'step', every: 5 } }],
    ['schedule = "halve"', { schedule: 'halve' }],
    ['\ufeffepochs = 3 # and a comment', { epochs: 3 }],
    ['', {}],
  ])('%s', async (toml, options) => expect(await read(toml)).toEqual(options));

  it.each([
    ['constant', 'constant'],
    ['halve', 'halve'],
    [{ kind: 'halve' }, 'halve'],
    [{ kind: 'step', every: 5 }, 'step:5'],
    [{ kind: 'step', every: 5, factor: 0.1 }, 'step:5,0.1'],
  ])('the schedule %j is written as %s', (schedule, text) => expect(configTableOf({ schedule })).toEqual({ schedule: text }));

  it('JSON by its name or by how it begins, with a note under #', async () => {
    const json = '{ "#": "small", "layers": [6, 5, 4], "max-norm": 3 }';
    for (const name of ['net.json', 'net.JSON', 'net']) expect(await read(json, name)).toEqual({ layers: [6, 5, 4], maxNorm: 3 });
    expect(await read('epochs = 3', 'net.conf')).toEqual({ epochs: 3 });
  });
});

/** Files that cannot be used, and what is said of each after its name. */
const BAD: [name: string, text: string | Buffer, says: RegExp][] = [
  ['c.toml', 'class-weight = [1]', /^there is no option 'class-weight'\. Did you mean 'class-weights'\?$/],
  ['c.toml', 'epoch = 3', /^there is no option 'epoch'\. Did you mean 'epochs'\?$/],
  ['c.toml', 'maxNorm = 3', /^there is no option 'maxNorm'\. Did you mean 'max-norm'\?$/],
  ['c.toml', 'neurons = []', /Did you mean 'neuron'\?$/],
  ['c.toml', 'lr = 0.1', /^there is no option 'lr'\. nabla calls it 'eta'\.$/],
  ['c.toml', 'weight_decay = 1', /nabla calls it 'lambda': the weight decay of other tools/],
  ['c.toml', 'zzz = 1', /^there is no option 'zzz'\.$/],
  ['c.toml', 'run = "x"', /^run: this is for the command line alone/],
  ['c.toml', 'epochs = "ten"', /^epochs: expected a number, got 'ten'\.$/],
  ['c.toml', 'epochs = nan', /^epochs: expected a number, got NaN\.$/],
  ['c.toml', 'epochs = 2020-01-01', /^epochs: expected a number, got a date\.$/],
  ['c.toml', 'layers = "6,5,4"', /^layers: expected a list of numbers, got '6,5,4'\.$/],
  ['c.toml', 'layers = [6, "five", 4]', /^layers: expected a list of numbers, got \[6, 'five', 4\]\.$/],
  ['c.toml', 'layers = [[6], [4]]', /^layers: expected a list of numbers, got a list of 2\.$/],
  ['c.toml', '[layers]\na = 1', /^layers: expected a list of numbers, got a table\.$/],
  ['c.toml', 'reproducible = 1', /^reproducible: expected true or false, got 1\.$/],
  ['c.toml', 'workers = "all"', /^workers: expected a number or 'auto', got 'all'\.$/],
  ['c.toml', 'neuron = ["2=tanh"]', /^neuron: expected a layer, a neuron and its f.*got '2=tanh'\.$/],
  ['c.toml', 'schedule = "step:1,2,3"', /^schedule: expected constant, step:EPOCHS.*got 'step:1,2,3'\.$/],
  ['c.toml', 'schedule = { kind = "step", patience = 3 }', /^schedule: expected a text such as 'step:10,0\.5'.*got a table\.$/],
  ['c.toml', 'timeout = 0', /^timeout: expected a number of seconds from 0\.001 to 2147483, got 0\.$/],
  ['c.toml', 'epochs = 3\nepochs = 4', /^line 2, column 1: trying to redefine/],
  ['c.toml', 'epochs = 3\n  layers = [1, 2', /^line 2, column 17: expected comma or end of structure\.$/],
  ['c.toml', `layers = ${'['.repeat(5000)}`, /^line 1, column \d+: .*nested/],
  ['c.toml', Buffer.from([0x61, 0xff, 0xfe]), /^expected a configuration in TOML or JSON, got bytes that are no text in UTF-8\./],
  ['c.toml', `#${'x'.repeat(1_000_000)}`, /^expected at most 1,000,000 bytes, got 1,000,001\.$/],
  ['c.toml', '__proto__ = { epochs = 3 }', /^there is no option '__proto__'/],
  ['c.toml', 'constructor.prototype.epochs = 3', /^there is no option 'constructor'/],
  ['c.json', '{ "__proto__": { "epochs": 3 } }', /^there is no option '__proto__'/],
  ['c.json', '{ "a\\nb\\u001b[2K": 1 }', /^there is no option 'a\?b\?\[2K'/],
  ['c.json', '{\n  "epochs": 3\n  "seed": 1 }', /^line 3, column 3: expected a comma or \}, got '"'\.$/],
  ['c.json', '{\n"epochs":', /^line 2, column 10: expected a value, got the end of the file\.$/],
  ['c.json', '{ "epochs": x\n}', /^line 1, column 13: expected a value, got 'x'\.$/],
  ['c.json', '[1]', /^expected an object with options, got \[1\]\.$/],
  ['c.json', 'null', /^expected an object with options, got null\.$/],
  ['c.json', `{ "layers": ${'['.repeat(9000)}${']'.repeat(9000)} }`, /^layers: expected a list of numbers, got a list of 1\.$/],
  ['c.json', '{ "epochs": null }', /^epochs: expected a number, got null\.$/],
];

describe('files that cannot be used:', () => {
  it.each(BAD)('%s with %o', (name, text, says) =>
    inFolder(async (folder) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      const error = thrownBy(() => readConfig(path));
      expect(isBadInput(error)).toBe(true);
      expect(error.message).toMatch(/^[^\n]+$/);
      expect(error.message.startsWith(`${path}: `)).toBe(true);
      expect(error.message.slice(path.length + 2)).toMatch(says);
    }),
  );
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}

/** Command lines with a configuration that end with code 2 and one line. */
const REFUSED: [text: string, args: string, says: RegExp][] = [
  ['epoch = 3', '', /^error: c\.toml: there is no option 'epoch'/],
  ['epochs = 0', '', /^error: c\.toml: epochs: expected a whole number of at least 1, got 0\./],
  ['max-norm = 0', '', /^error: c\.toml: maxNorm: /],
  ['neuron = "2:9=tanh"', '', /^error: c\.toml: neuron of layer 2: .*got 9\./],
  ['schedule = { kind = "step", every = 0 }\nepochs = 3', '', /^error: c\.toml: epochs of the schedule: /],
  ['shards = 4\ngradient = "owned"', '', /^error: c\.toml: shards: expected none with gradient 'owned'/],
  ['epochs = 3', '--epochs 0', /^error: epochs: expected/],
  ['epochs = 3', '--eta 0', /^error: eta: expected/],
  ['data = "nowhere"', '', /^error: .*\/nowhere: there is no such file or folder/],
  ['data = { brought = "sine" }', '', /^error: c\.toml: data: a program brought 'sine'.*Say --data\./],
];

describe('on the command line', () => {
  it.each(REFUSED)('%s %s', (text, args, says) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      writeFileSync(join(folder, 'c.toml'), text.includes('data') ? text : `data = "."\n${text}`);
      await expectRefused(['train', '--config', 'c.toml', '--layers', '6,5,4', ...args.split(' ').filter(Boolean)], folder, says);
    }),
  );

  it('a file that is not there, and a folder', () =>
    inFolder(async (folder) => {
      const missing = await quickNabla(['train', '--config', 'no.toml'], folder);
      expect([missing.code, missing.stderr]).toEqual([2, 'error: no.toml: there is no such file. Name a configuration in TOML or JSON.\n']);
      const { code, stderr } = await quickNabla(['train', '--config', '.'], folder);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^error: \.: expected a configuration in TOML or JSON, got a folder\. Name a configuration in TOML or JSON\.\n$/),
      ]);
    }));

  it('wins over the file, and the file over the defaults; paths begin at the file', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'set', 'data'), { recursive: true });
      writeIdxFolder(join(folder, 'set', 'data'));
      const text = 'data = "data"\nlayers = [6, 5, 4]\nepochs = 2\nbatch = 3\nseed = 4\nlambda = 0.5\ntimeout = 7.5\nschedule = "cosine:1"\n';
      writeFileSync(join(folder, 'set', 'net.toml'), text);
      const { code, stdout, stderr } = await quickNabla(
        'train --config set/net.toml --seed 1 --batch 10 --run kept --format json'.split(' '),
        folder,
      );
      expect([code, stderr]).toEqual([0, '']);
      // Typed, though they are the defaults; from the file; and defaults.
      expect(jsonLines(stdout)[0]).toMatchObject({ seed: 1, batch: 10, network: [6, 5, 4], epochs: 2, lambda: 0.5, eta: 0.5, samples: 20 });
      const { configuration } = JSON.parse(readFileSync(join(folder, 'kept', 'run.json'), 'utf8'));
      expect(configuration).toMatchObject({ timeout: 7500, learning: { schedule: { kind: 'cosine', warmUp: 1 } } });
    }));

  it('data that a program brought are said anew', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      writeFileSync(join(folder, 'c.json'), '{ "data": { "brought": "sine" }, "layers": [6, 5, 4], "epochs": 1 }');
      expect((await quickNabla('train --config c.json --data . --format json'.split(' '), folder)).code).toBe(0);
    }));
});

/** Of two names: a process takes each only once, and these runs share one. */
const own = (name: string): string => `export const activations = { ${name}: { f: (z) => z ** 3, derivative: (z) => 3 * z * z } };`;

/** Runs whose configuration must start them again. */
const RUNS: [args: string, workers?: number][] = [
  [''],
  ['--workers 3', 3],
  ['--gradient partial --workers 2'],
  ['--shards 3'],
  ['--reproducible'],
  ['--kernels scalar --input dense'],
  ['--optimiser momentum --momentum 0.8 --eta 0.05'],
  ['--optimiser nesterov'],
  ['--optimiser rmsprop --rho 0.8 --epsilon 1e-5'],
  ['--optimiser adam --beta1 0.8 --beta2 0.9'],
  ['--optimiser adamw --lambda 0.3 --clip-norm 0.5'],
  ['--lambda 0.3 --l1 0.01 --max-norm 0.7'],
  ['--layers 6,5,5,4 --dropout 0.2,0.3 --activation tanh,relu'],
  ['--layers 6,4 --cost log-likelihood'],
  ['--schedule step:1,0.3 --patience 2'],
  ['--schedule cosine:1 --grow-batch 1,2,13 --batch 6'],
  ['--schedule restarts:1,2 --smooth 0.1 --average 1 --ema 0.8'],
  ['--schedule halve:1'],
  ['--class-weights balanced'],
  ['--class-weights 1,2,0.3,0.1 --validation 5 --seed 8 --batch 1000'],
  ['--neuron 2:5=tanh --neuron 3:1=sigmoid --init normal'],
  ['--functions f.mjs --activation cubed --eta 0.01'],
  ['--from first'],
  ['--from first --functions g.mjs --optimiser adam'],
];

describe("a run's own configuration starts it again, from another folder:", () => {
  // The long version repeats all of them.
  it.each(RUNS.filter((_, k) => SLOW || k % 2 === 0))('nabla train %s', (args, workers) =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'elsewhere'));
      writeIdxFolder(folder);
      writeFileSync(join(folder, 'f.mjs'), own('cubed'));
      writeFileSync(join(folder, 'g.mjs'), own('alsoCubed'));
      const words = args.split(' ').filter(Boolean);
      const layers = args.includes('--layers') ? [] : ['--layers', '6,5,4'];
      if (args.includes('--from')) await trained(`--data . --layers 6,5,4 --neuron 2:1=tanh --epochs 1 --seed 3 --run first`.split(' '), folder);
      const first = await trained(['--data', '.', '--epochs', '3', '--run', 'kept', ...layers, ...words], folder);
      const { configuration } = JSON.parse(readFileSync(join(folder, 'kept', 'run.json'), 'utf8'));
      copyFileSync(join(folder, 'kept', 'config.json'), join(folder, 'elsewhere', 'config.json'));
      const again = await trained(['--config', 'config.json', '--run', 'again'], join(folder, 'elsewhere'));
      expect(again.done.weightsSha256).toBe(first.done.weightsSha256);
      if (workers !== undefined) expect(again.start.workers).toBe(workers);
      const { configuration: same } = JSON.parse(readFileSync(join(folder, 'elsewhere', 'again', 'run.json'), 'utf8'));
      expect(withoutChoices(same)).toEqual(withoutChoices(configuration));
    }),
  );

  it('says of data that no file holds who had them', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      await trained('--data . --layers 6,5,4 --epochs 1 --run kept'.split(' '), folder);
      const { configuration, data } = JSON.parse(readFileSync(join(folder, 'kept', 'run.json'), 'utf8'));
      writeFileSync(join(folder, 'config.json'), configText(configuration, { ...data, source: 'sine', brought: true }, 'simd', {}));
      expect(readConfig(join(folder, 'config.json'))).toMatchObject({ brought: 'sine', options: { layers: [6, 5, 4], kernels: 'simd' } });
    }));
});

async function trained(args: readonly string[], cwd: string): Promise<{ start: Record<string, unknown>; done: Record<string, unknown> }> {
  const { code, stdout, stderr } = await quickNabla(['train', '--format', 'json', ...args], cwd);
  expect([code, stderr]).toEqual([0, '']);
  const events = jsonLines(stdout);
  return { start: events[0], done: events.at(-1) as Record<string, unknown> };
}

/** What may differ: kernels that are now named, workers that are chosen again, shards where there are none, a path that is now whole. */
function withoutChoices({ kernels, workers, shards, from, ...rest }: Record<string, unknown>): object {
  return rest;
}
