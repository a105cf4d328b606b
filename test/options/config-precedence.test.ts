// Options typed beside a configuration file: every one of them beside the files that several runs have written, which hold every
// default, takes effect or is refused for its own value. What goes with it, or contradicts it, is set aside, and that is said.

import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainCommand } from '#src/cli/commands/train.js';
import { withConfig } from '#src/cli/config.js';
import { readingOf } from '#src/data/reading.js';
import { loadDataset, train } from '#src/index.js';
import { rowsForPeople } from '#src/option-row.js';
import { besideTyped } from '#src/options/config-precedence.js';
import { configText } from '#src/options/config-writer.js';
import { configure, type TrainOptions } from '#src/options/options.js';
import { COMMAND_LINE_ONLY, OPTIONS, RUN_ROWS } from '#src/options/table.js';
import { readRecord } from '#src/runs/record.js';
import { startOf } from '#src/training/start.js';
import { jsonLines, nabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

const folder = temporaryFolder();
const path = (...names: string[]): string => join(folder, ...names);

const DEEP = { layers: [6, 5, 5, 4], activation: ['tanh', 'relu'], dropout: [0.2, 0.3] } as const;
/** Runs that have written their files. */
const RUNS: Readonly<Record<string, TrainOptions>> = {
  sgd: {},
  adam: { optimiser: 'adam' },
  nesterov: { optimiser: 'nesterov', schedule: 'halve' },
  from: { layers: undefined, from: path('sgd') },
  shards: { shards: 3 },
  reproducible: { reproducible: true },
  deep: DEEP,
  even: { layers: [6, 5, 5, 4], activation: 'relu', dropout: 0.2 },
  neuron: { neurons: [{ layer: 2, neuron: 5, f: 'tanh' }], validation: 7 },
  flat: { layers: [6, 4], cost: 'log-likelihood' },
  hinge: { cost: 'hinge' },
};
const FILES = [...Object.keys(RUNS), 'blas'];

beforeAll(async () => {
  writeIdxFolder(folder);
  for (const [name, options] of Object.entries(RUNS)) {
    await train({ data: folder, layers: [6, 5, 4], epochs: 1, workers: 1, run: path(name), ...options });
  }
  // Of a run with a library that is not here.
  const { configuration, data } = readRecord(path('sgd'));
  await train({ data: folder, layers: [6, 5, 4], epochs: 1, workers: 1, run: path('blas') });
  writeFileSync(path('blas', 'config.json'), configText({ ...configuration, kernels: 'blas', blas: '/lib/blas.so' }, data, 'blas', {}));
  writeFileSync(
    path('f.mjs'),
    'export const costs = { fourth: { term: (a, y) => (a - y) ** 4, gradient: (a, y) => 4 * (a - y) ** 3, outputs: ["linear"] } };',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The configuration that `nabla train` makes of a file and words typed beside it, and what it says of the file. */
async function beside(file: string, ...words: string[]) {
  let made: ReturnType<typeof withConfig> | undefined;
  const command = trainCommand().action((_, { config, format, watch, ...flags }, command) => {
    made = withConfig(flags, config, command);
  });
  await command.exitOverride().parseAsync(['--config', path(file, 'config.json'), ...words.map(inFolder)], { from: 'user' });
  const { options, warnings } = made!;
  const { options: started } = await startOf({ ...options, run: undefined });
  const { seed } = started;
  const data = await loadDataset(started.data as string, { seed, ...readingOf(started) });
  const configuration = configure(started, data);
  const { from, network } = configuration;
  const [hidden, output] = [[...new Set(network.activations.slice(0, -1))], network.activations.at(-1)];
  return { ...configuration, from: from && relative(folder, from), hidden, output, warnings };
}

/** A word with @ before what is in the folder. */
const inFolder = (word: string): string => word.replace(/^@/, `${folder}/`);

/** The value that results beside every file, and why some refuse it for what it is. */
type Typed = [words: string, comes: object, refused?: Readonly<Record<string, RegExp>>];

const network = (network: object): object => ({ network });
const learning = (learning: object): object => ({ learning });
/** Files of optimisers without such a number, which no default has either. */
const without = (name: string, ...having: string[]): Readonly<Record<string, RegExp>> =>
  Object.fromEntries(FILES.filter((file) => !having.includes(file)).map((file) => [file, new RegExp(`^${name}: expected none with the optimiser`)]));

/** What only columns of a file have is refused beside a folder of IDX files, whatever file of options stands beside it. */
const ofColumns = (option: string): Readonly<Record<string, RegExp>> =>
  Object.fromEntries(FILES.map((file) => [file, new RegExp(`^${option}: expected none for a folder of IDX files`)]));

const TYPED: Readonly<Record<string, Typed[]>> = {
  test: [['--test @more', {}, ofColumns('test')]],
  split: [['--split 0.8,0.2', {}, ofColumns('split')]],
  'split-seed': [['--split-seed 3', {}]],
  size: [['--size 2x3', {}, ofColumns('size')]],
  colours: [['--colours grey', {}, ofColumns('colours')]],
  target: [['--target label', {}, ofColumns('target')]],
  task: [['--task regression', {}, ofColumns('task')]],
  features: [['--features 1,2', {}, ofColumns('features')]],
  drop: [['--drop 1', {}, ofColumns('drop')]],
  categorical: [['--categorical zip', {}, ofColumns('categorical')]],
  missing: [['--missing mean', {}, ofColumns('missing')]],
  separator: [['--separator ;', {}, ofColumns('separator')]],
  decimal: [['--decimal ,', {}, ofColumns('decimal')]],
  header: [['--header no', {}, ofColumns('header')]],
  hidden: [
    ['--hidden 7', network({ layers: [6, 7, 4] })],
    ['--hidden 7,7,7', network({ layers: [6, 7, 7, 7, 4] })],
  ],
  data: [['--data @', {}]],
  validation: [['--validation 3', {}]],
  scale: [['--scale 1/100', {}]],
  transpose: [['--transpose', {}]],
  'no-transpose': [['--no-transpose', {}]],
  layers: [
    ['--layers 6,7,4', network({ layers: [6, 7, 4] })],
    ['--layers 6,7,7,7,4', network({ layers: [6, 7, 7, 7, 4] })],
    ['--layers 6,4', network({ layers: [6, 4] })],
  ],
  activation: [['--activation silu', { hidden: expect.toBeOneOf([['silu'], []]) }]],
  output: [
    ['--output softmax', { output: 'softmax' }, { hinge: /^output: expected one that the cost 'hinge' is defined on/ }],
    ['--output sigmoid', { output: 'sigmoid' }, { hinge: /^output: expected one that the cost 'hinge' is defined on/ }],
  ],
  neuron: [['--neuron 2:1=elu', network({ neurons: [{ layer: 2, neuron: 1, f: 'elu' }] }), { flat: /^neurons: expected none in a softmax layer/ }]],
  functions: [['--functions @f.mjs', network({ functions: [expect.stringMatching(/f\.mjs$/)] })]],
  cost: [
    ['--cost quadratic', network({ cost: 'quadratic' })],
    ['--cost cross-entropy', network({ cost: 'cross-entropy' })],
    ['--cost log-likelihood', network({ cost: 'log-likelihood' })],
    ['--cost huber', network({ cost: 'huber' })],
    ['--cost hinge', network({ cost: 'hinge' })],
    ['--functions @f.mjs --cost fourth', { ...network({ cost: 'fourth' }), output: 'linear' }],
  ],
  init: [['--init glorot', network({ initialiser: 'glorot' })]],
  from: [
    [
      '--from @sgd',
      { from: 'sgd', ...network({ layers: [6, 5, 4], activations: ['sigmoid', 'sigmoid'] }) },
      { deep: /^dropout: .* one for each of the 1 hidden layers/ },
    ],
    ['--from @even', { from: 'even', ...network({ layers: [6, 5, 5, 4], activations: ['relu', 'relu', 'sigmoid'] }) }],
  ],
  epochs: [['--epochs 9', { epochs: 9 }]],
  batch: [['--batch 7', { batch: 7 }]],
  patience: [['--patience 4', { patience: 4, restoreBest: true }]],
  'restore-best': [['--restore-best', { restoreBest: true }]],
  'no-restore-best': [['--no-restore-best', { restoreBest: false }]],
  optimiser: [
    ['--optimiser sgd', learning({ optimiser: 'sgd' })],
    ['--optimiser momentum', learning({ optimiser: 'momentum' })],
    ['--optimiser nesterov', learning({ optimiser: 'nesterov' })],
    ['--optimiser rmsprop', { eta: 0.001, ...learning({ optimiser: 'rmsprop' }) }],
    ['--optimiser adam', { eta: 0.001, ...learning({ optimiser: 'adam' }) }],
    ['--optimiser adamw', { eta: 0.001, ...learning({ optimiser: 'adamw' }) }],
  ],
  eta: [['--eta 0.25', { eta: 0.25 }]],
  momentum: [['--momentum 0.5', { eta: 0.1, ...learning({ momentum: 0.5, optimiser: expect.toBeOneOf(['momentum', 'nesterov']) }) }]],
  rho: [['--rho 0.5', {}, without('rho')]],
  beta1: [['--beta1 0.5', learning({ beta1: 0.5 }), without('beta1', 'adam')]],
  beta2: [['--beta2 0.5', learning({ beta2: 0.5 }), without('beta2', 'adam')]],
  epsilon: [['--epsilon 1e-4', learning({ epsilon: 1e-4 }), without('epsilon', 'adam')]],
  lambda: [['--lambda 0.5', learning({ lambda: 0.5 })]],
  l1: [['--l1 0.5', learning({ l1: 0.5 })]],
  dropout: [['--dropout 0.5', {}, { flat: /^dropout: expected none without a hidden layer/ }]],
  'max-norm': [['--max-norm 2', learning({ maxNorm: 2 })]],
  'clip-norm': [['--clip-norm 2', learning({ clipNorm: 2 })]],
  'class-weights': [['--class-weights 1,2,3,4', learning({ classWeights: [1, 2, 3, 4] })]],
  smooth: [['--smooth 0.5', learning({ smooth: 0.5 }), { hinge: /^smooth: expected none with the cost 'hinge'/ }]],
  'grow-batch': [['--grow-batch 1,2', learning({ growBatch: '1,2' })]],
  ema: [['--ema 0.5', learning({ ema: 0.5 })]],
  augment: [['--augment noise:0.1', learning({ augment: 'noise:0.1' })]],
  schedule: [['--schedule step:1,0.5', learning({ schedule: { kind: 'step', every: 1, factor: 0.5 } })]],
  seed: [['--seed 9', { seed: 9 }]],
  workers: [['--workers 2', { workers: 2 }]],
  across: [['--across sliced', {}]],
  shards: [['--shards 8', { shards: 8, gradient: 'partial' }]],
  gradient: [
    ['--gradient owned', { gradient: 'owned' }],
    ['--gradient partial', { gradient: 'partial' }],
    ['--gradient tree', { gradient: 'tree' }],
  ],
  reproducible: [['--reproducible', { gradient: 'owned', kernels: 'simd', blas: undefined }]],
  input: [['--input sparse', { input: 'sparse' }]],
  kernels: [
    ['--kernels scalar', { kernels: 'scalar', blas: undefined }],
    ['--kernels auto', { kernels: 'auto', blas: undefined }],
    ['--kernels blas', { kernels: 'blas' }],
  ],
  blas: [['--blas other.so', { kernels: 'blas', blas: 'other.so' }]],
  diagnose: [['--diagnose', {}]],
  trace: [['--trace trace.json', {}]],
  'trace-steps': [['--trace-steps 7', {}]],
  timeout: [['--timeout 7', { timeout: 7000 }]],
  'checkpoint-every': [['--checkpoint-every 2e', { checkpointEvery: '2e' }]],
  'keep-checkpoints': [['--keep-checkpoints 3', { keepCheckpoints: 3 }]],
};

/** Plain options without a line there: a value that their own check takes. */
const ORDINARY: Typed[] = rowsForPeople(OPTIONS).flatMap(([name, { key, kind, plain, choices = [] }]) => {
  if (key in TYPED || !plain) return [];
  const value = kind === 'flag' ? true : [...choices, 1, 0.5].find((value) => isGood(() => plain.of(name, value)));
  return [[kind === 'flag' ? `--${key}` : `--${key} ${value}`, name in RUN_ROWS ? { [name]: value } : learning({ [name]: value })]];
});

function isGood(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

describe('beside the files of all runs', () => {
  it('every option is tried', () => {
    const options = trainCommand().options.map(({ long }) => String(long).slice(2));
    const tried = [...Object.keys(TYPED), ...ORDINARY.map(([words]) => words.slice(2).split(' ')[0])];
    expect(tried.sort()).toEqual(options.filter((name) => !COMMAND_LINE_ONLY.includes(name)).sort());
  });

  it.each([...Object.values(TYPED).flat(), ...ORDINARY])('%s', async (words, comes, refused = {}) => {
    for (const file of FILES) {
      const made = beside(file, ...words.split(' '));
      if (refused[file]) await expect(made, file).rejects.toThrow(refused[file]);
      else expect(await made, file).toMatchObject(comes);
    }
  });
});

/** What is typed beside what stands in a file; what of that still counts, and what is set aside by which option. */
const PAIRS: [typed: TrainOptions, file: TrainOptions, counts: TrainOptions, aside: Record<string, string[]>][] = [
  [{ optimiser: 'adamw' }, { optimiser: 'adam', beta1: 0.8, eta: 0.002 }, { beta1: 0.8, eta: 0.002 }, {}],
  [{ optimiser: 'rmsprop' }, { optimiser: 'adam', beta1: 0.8, epsilon: 1e-4, eta: 0.002 }, { epsilon: 1e-4, eta: 0.002 }, { optimiser: ['beta1'] }],
  [{ optimiser: 'adam' }, { eta: 0.002 }, { eta: 0.002 }, {}],
  [{ cost: 'hinge' }, { smooth: 0.1 }, {}, { cost: ['smooth'] }],
  [{ cost: 'hinge' }, { augment: 'mix:0.2 noise:0.1' }, {}, { cost: ['augment'] }],
  [{ cost: 'hinge' }, { augment: 'noise:0.1' }, { augment: 'noise:0.1' }, {}],
  [{ cost: 'huber' }, { augment: 'mix:0.2' }, { augment: 'mix:0.2' }, {}],
  [{ cost: 'huber' }, { smooth: 0.1 }, { smooth: 0.1 }, {}],
  [{ epochs: 3 }, { average: 4 }, {}, { epochs: ['average'] }],
  [{ epochs: 4 }, { average: 4 }, { average: 4 }, {}],
  [{ augment: 'noise:0.1' }, { input: 'sparse' }, {}, { augment: ['input'] }],
  [{ optimiser: 'adam', eta: 0.1 }, { optimiser: 'sgd', eta: 0.5 }, {}, {}],
  [{ momentum: 0.5 }, { optimiser: 'nesterov', momentum: 0.9, eta: 0.2 }, { optimiser: 'nesterov', eta: 0.2 }, {}],
  [{ momentum: 0.5 }, { optimiser: 'adam', beta1: 0.8, eta: 0.002 }, {}, { momentum: ['optimiser', 'beta1', 'eta'] }],
  [{ momentum: 0.5 }, { eta: 0.2 }, { eta: 0.2 }, {}],
  [{ layers: [6, 5, 4] }, { from: 'net.json' }, { from: 'net.json' }, {}],
  [{ layers: [6, 5, 4] }, { layers: [6, 5, 4], from: 'run' }, { from: 'run' }, {}],
  [{ layers: [6, 5, 4], cost: 'huber' }, { layers: [6, 5, 4], cost: 'quadratic', from: 'run' }, {}, { cost: ['from'] }],
  [{ activation: ['relu'] }, { activation: ['relu', 'relu'], init: 'glorot', from: 'run' }, { init: 'glorot', from: 'run' }, {}],
  [{ activation: ['relu'] }, { init: 'glorot' }, { init: 'glorot' }, {}],
  [{ activation: ['relu'] }, { activation: ['tanh'], init: 'glorot' }, {}, { activation: ['init'] }],
  [{ cost: 'quadratic' }, { cost: 'quadratic', output: 'tanh', init: 'he' }, { output: 'tanh', init: 'he' }, {}],
  [{ layers: [6, 7, 7, 4] }, { ...DEEP }, { activation: DEEP.activation, dropout: DEEP.dropout }, {}],
  [{ layers: [6, 7, 4] }, { ...DEEP }, {}, { layers: ['activation', 'dropout'] }],
  [{ layers: [6, 7, 4] }, { activation: ['relu', 'relu'], dropout: [0.1, 0.1] }, { activation: ['relu'], dropout: [0.1] }, {}],
  [{ layers: [6, 4] }, { activation: 'relu', dropout: 0.1 }, {}, { layers: ['activation', 'dropout'] }],
  [{ layers: [6, 7, 4] }, { layers: [6, 5, 4], neurons: [] }, {}, { layers: ['neuron'] }],
  [{ layers: [6, 5, 4] }, { layers: [6, 5, 4], neurons: [] }, { neurons: [] }, {}],
  [{ from: 'run' }, { dropout: [0.1, 0.1], functions: ['f.mjs'] }, { dropout: [0.1], functions: ['f.mjs'] }, {}],
  [{ data: 'mnist' }, { data: 'digits', validation: 7 }, {}, { data: ['validation'] }],
  [{ data: 'mnist' }, { data: 'digits', scale: 1, transpose: true }, { scale: 1 }, { data: ['transpose'] }],
  [{ data: 'moved' }, { data: 'digits', validation: 7, transpose: true }, { validation: 7, transpose: true }, {}],
  [{ gradient: 'partial' }, { gradient: 'partial', shards: 8 }, { shards: 8 }, {}],
  [{ gradient: 'tree' }, { gradient: 'tree', shards: 16 }, { shards: 16 }, {}],
  [{ gradient: 'tree' }, { gradient: 'partial', shards: 6, input: 'sparse' }, {}, { gradient: ['shards', 'input'] }],
  [{ shards: 16 }, { gradient: 'tree', shards: 8 }, { gradient: 'tree' }, {}],
  [{ input: 'sparse' }, { gradient: 'tree', shards: 8 }, {}, { input: ['gradient', 'shards'] }],
  [{ gradient: 'owned' }, { reproducible: true }, { reproducible: true }, {}],
  [{ gradient: 'partial' }, { reproducible: true }, {}, { gradient: ['reproducible'] }],
  [{ shards: 8 }, { reproducible: true }, {}, { shards: ['reproducible'] }],
  [{ kernels: 'blas' }, { kernels: 'simd', blas: 'lib.so' }, { blas: 'lib.so' }, {}],
  [{ kernels: 'simd' }, { reproducible: true }, { reproducible: true }, {}],
  [{ kernels: 'scalar' }, { reproducible: true }, {}, { kernels: ['reproducible'] }],
  [{ blas: 'lib.so' }, { reproducible: true, kernels: 'simd' }, {}, { blas: ['kernels', 'reproducible'] }],
  [{ patience: 3 }, { restoreBest: false }, {}, { patience: ['restore-best'] }],
  [{ patience: 3 }, { patience: 5, restoreBest: false }, { restoreBest: false }, {}],
  [{ epochs: 3 }, { activation: ['relu', 'relu'], maxNorm: 2 }, { activation: ['relu', 'relu'], maxNorm: 2 }, {}],
];

describe('what counts of a file', () => {
  it.each(PAIRS)('%o beside %o', (typed, file, counts, aside) => {
    const found = besideTyped(typed, file);
    expect([found.options, Object.fromEntries(found.aside)]).toEqual([counts, aside]);
  });
});

it('what is set aside is said, for people and programs', async () => {
  const words = 'train --config adam/config.json --optimiser sgd --shards 2 --workers 1'.split(' ');
  const says = ['--optimiser sets aside beta1, beta2, epsilon, eta of adam/config.json.', '--shards sets aside gradient of adam/config.json.'];
  const json = await nabla([...words, '--format', 'json'], folder);
  expect([json.code, json.stderr, jsonLines(json.stdout)[0].warnings]).toEqual([0, '', says]);
  expect((await nabla(words, folder)).stdout).toContain(says.map((text) => `warning   ${text}\n`).join(''));
});

it('a run that is resumed has its own, whatever a file says', async () => {
  const { code, stderr } = await nabla('train --config sgd/config.json --resume adam'.split(' '), folder);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: .*: expected none beside a run to resume, which has its own/)]);
});
