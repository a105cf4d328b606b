// How the command line is used, and above all misused: help that names every option, and a table of command lines that
// cannot be meant, each of which must end with exit code 2 and one plain line on standard error, having written nothing.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, inFolder, MAIN, nabla, quickNabla } from '../support/command.js';
import { idxBytes, images, writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';

describe('help', () => {
  const TRAIN = [
    ...[
      'data',
      'validation',
      'layers',
      'activation',
      'output',
      'neuron',
      'functions',
      'cost',
      'init',
      'from',
      'config',
      'epochs',
      'batch',
      'patience',
    ],
    ...['optimiser', 'eta', 'momentum', 'rho', 'beta1', 'beta2', 'epsilon', 'lambda', 'l1', 'dropout', 'max-norm', 'clip-norm'],
    ...['class-weights', 'schedule', 'seed'],
    ...['workers', 'shards', 'gradient', 'reproducible', 'input', 'kernels', 'run', 'trace', 'trace-steps', 'timeout', 'format', 'help'],
  ];
  const NETWORK = [
    ...TRAIN.slice(0, TRAIN.indexOf('from')),
    ...TRAIN.slice(TRAIN.indexOf('optimiser'), TRAIN.indexOf('seed') + 1),
    'shards',
    'gradient',
    'reproducible',
    'input',
    'kernels',
    'format',
  ];
  const BENCH = [...NETWORK, 'workers', 'batch', 'mode', 'rounds', 'seconds', 'save', 'html', 'compare', 'threshold'];
  const EVALUATE = ['data', 'split', 'workers', 'kernels', 'mistakes', 'format', 'help'];
  const PREDICT = ['top', 'scale', 'invert', 'header', 'label', 'kernels', 'format'];
  const VALUES = ['sigmoid', 'relu', 'softmax', 'log-likelihood', 'cross-entropy', 'glorot', 'partial', 'owned', 'relaxed', 'simd', 'scalar', 'json'];

  it.each([
    [['--help'], ['train', 'evaluate', 'predict', 'export', 'report', 'bench', 'plan', 'tune', 'complete', '--help', '--version', 'Exit codes']],
    [
      ['train', '--help'],
      [...TRAIN.map((name) => `--${name} `), ...VALUES],
    ],
    [['bench', '--help'], BENCH.map((name) => `--${name} `)],
    [['plan', '--help'], [...NETWORK, 'batch', 'cores'].map((name) => `--${name} `)],
    [['tune', '--help'], [...NETWORK, 'batch', 'workers', 'no-keep'].map((name) => `--${name} `)],
    [
      ['evaluate', '--help'],
      [...EVALUATE.map((name) => `--${name} `), '<run>', 'training, validation, test'],
    ],
    [
      ['predict', '--help'],
      [...PREDICT.map((name) => `--${name} <`), '--fit ', '<run> <files...>', 'standard input', 'auto, yes, no', 'none, first, last'],
    ],
  ])('nabla %o', async (args, names) => {
    const { code, stdout, stderr } = await inFolder((folder) => nabla(args, folder));
    expect([code, stderr]).toEqual([0, '']);
    expect(names.filter((name) => !stdout.replace(/\s+/g, ' ').includes(name))).toEqual([]);
  });

  it('--version is that of the package', async () => {
    const { code, stdout } = await inFolder((folder) => nabla(['--version'], folder));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

/**
 * Command lines that cannot be meant, what is said of each, and what is done to the folder before, which holds a small
 * data set of 24 samples with 6 inputs and 4 classes. What is checked after the data are read is checked on these (`-d`),
 * because the digits of `mnist` take half a second to load.
 */
const BAD: [args: string, says: RegExp, prepare?: (folder: string) => void][] = [
  ['trian', /unknown command 'trian'.*Did you mean train/],
  ['evalute', /unknown command 'evalute'.*Did you mean evaluate/],
  ['--verson', /unknown option '--verson'.*--version/],
  ['train --epoch 3', /unknown option '--epoch'.*Did you mean --epochs/],
  ['train --layer 784,10', /unknown option '--layer'.*Did you mean --layers/],
  ['train extra', /^error: extra: there is no such file or folder/],
  ['train --epochs', /'--epochs <x>' argument missing/],
  ['train -d --cost crossentropy', /cost: .*got 'crossentropy'\. Did you mean 'cross-entropy'/],
  ['train -d --activation sigmod', /activation: .*got 'sigmod'\. Did you mean 'sigmoid'/],
  ['train -d --activation softmax', /activation: .*got 'softmax'.*--output softmax/],
  ['train -d --output softmx', /output: .*Did you mean 'softmax'/],
  ['train -d --output tanh', /output: .*'cross-entropy'.*got 'tanh'/],
  ['train -d --init hee', /init: .*Did you mean 'he'/],
  ['train -d --kernels smid', /kernels: .*Did you mean 'simd'/],
  ['train -d --gradient partal', /gradient: .*Did you mean 'partial'/],
  ['train -d --input spars', /input: .*Did you mean 'sparse'/],
  ['train --format jsn', /'jsn' is invalid.*text, json/],
  ['train --layers 783,30,10', /layers: expected 784 inputs.*got 783/],
  ['train -d --layers 7,4', /layers: expected 6 inputs.*got 7/],
  ['train -d --layers 6,30,3', /layers: expected at least 4 outputs.*got 3/],
  ['train -d --layers 6', /layers: expected at least two sizes/],
  ['train -d --layers 6,0,4', /layers\[1\]: .*got 0/],
  ['train -d --layers 6,-5,4', /layers\[1\]: .*got -5/],
  ['train -d --layers 6,2.5,4', /layers\[1\]: .*got 2\.5/],
  ['train --layers 784,thirty,10', /layers: expected a number, got 'thirty'/],
  ['train --layers 784,,10', /layers: expected a number, got ''/],
  ['train -d --epochs 0', /epochs: .*got 0\./],
  ['train -d --epochs -1', /epochs: .*got -1\./],
  ['train -d --epochs=2.5', /epochs: .*got 2\.5/],
  ['train -d --epochs 1e400', /epochs: .*got Infinity/],
  ['train -d --batch 0', /batch: .*got 0\./],
  ['train -d --batch=-10', /batch: .*got -10/],
  ['train -d --eta 0', /eta: expected a finite number above 0, got 0/],
  ['train -d --eta Infinity', /eta: .*got Infinity/],
  ['train -d --lambda -1', /lambda: .*got -1\./],
  ['train -d --optimiser adm', /optimiser: .*got 'adm'\. Did you mean 'adam'/],
  ['train -d --momentum 1', /momentum: .*below 1, got 1/],
  ['train -d --optimiser sgd --beta1 0.5', /beta1: expected none with the optimiser 'sgd'.*adam, adamw/],
  ['train -d --dropout 0.5,0.5', /dropout: .*each of the 1 hidden layers, got \[0\.5, 0\.5\]/],
  ['train -d --dropout half', /dropout: expected a number, got 'half'/],
  ['train -d --max-norm 0', /maxNorm: .*above 0, got 0/],
  ['train -d --clip-norm -1', /clipNorm: .*got -1/],
  ['train -d --class-weights 1,2', /classWeights: expected 4 numbers.*got \[1, 2\]/],
  ['train -d --class-weights ballanced', /class-weights: expected a number, got 'ballanced'/],
  ['train -d --schedule cosin', /schedule: .*Did you mean 'cosine'/],
  ['train -d --schedule step:1,2,3', /schedule: expected constant, step:EPOCHS,FACTOR.*got 'step:1,2,3'/],
  ['train -d --schedule step:10:0.5', /schedule: expected constant, step:EPOCHS,FACTOR.*got 'step:10:0.5'/],
  ['train -d --schedule halve:x', /schedule: expected a number, got 'x'/],
  ['train -d --patience 0', /patience: .*got 0/],
  ['train -d --neuron 2=tanh', /neuron: expected a layer, a neuron and its f, such as '2:5=tanh', got '2=tanh'/],
  ['train -d --neuron 2:101=tanh', /neuron of layer 2: .*from 1 to 100, got 101/],
  ['train -d --functions nowhere.js', /functions: file:.*nowhere\.js cannot be imported/],
  ['train -d --functions f.js', /functions: .*f\.js: expected exports 'activations' or 'costs'/, (folder) => writeFileSync(join(folder, 'f.js'), '')],
  ['train -d --seed -1', /seed: .*got -1\./],
  ['train -d --shards 0', /shards: .*got 0\./],
  ['train --workers 0', /workers: .*got 0\./],
  ['train --workers 2.5', /workers: .*got 2\.5/],
  ['train -d --timeout 0', /timeout: .*got 0\./],
  ['train -d --timeout 3000000', /timeout: .*got 3000000\./],
  ...['epochs', 'eta', 'seed', 'workers', 'timeout'].map((name): [string, RegExp] => [
    `train --${name} ten`,
    new RegExp(`${name}: expected a number( or 'auto')?, got 'ten'`),
  ]),
  ['train -d --reproducible --gradient partial', /gradient: .*reproducible, got 'partial'/],
  ['train -d --reproducible --kernels relaxed', /kernels: .*reproducible, got 'relaxed'/],
  ['train -d --gradient owned --shards 4', /shards: expected none with gradient 'owned'.*got 4/],
  ['train --layers 784,2000,10 --shards 100000', /memory: expected at most [\d,]+ MB.*, got '608,\d+ MB'.*fewer shards/],
  ['train --layers 784,16777216,10', /memory: expected at most [\d,]+ MB.*, got '[\d,]+ MB'/],
  ['train --validation 100', /validation: .*8,000 \/ 1,000 \/ 1,000, got 100/],
  ['train -d --validation 24', /validation: expected fewer than the 24/],
  ['train --data nowhere', /nowhere: there is no such file or folder/],
  ['train --data a.csv --data b.csv', /^error: data: expected one source, or several files as one: --data 'part-\*\.csv', got 'b\.csv'\./],
  ['train --data file', /file: there are no samples in it/, (folder) => writeFileSync(join(folder, 'file'), 'x')],
  ['train --data empty', /empty: there is no train-images-idx3-ubyte/, (folder) => mkdirSync(join(folder, 'empty'))],
  ['train -d', /train-images-idx3-ubyte: byte 13: the file ends/, (folder) => writeIdxFolder(folder, { trainingImages: images(9).subarray(0, 13) })],
  ['train -d --layers 6,4', /train-labels-idx1-ubyte: byte 4: 0 labels/, (folder) => writeIdxFolder(folder, { trainingLabels: idxBytes([0], []) })],
  ['train --run .', /run: expected a folder without a run in it, got '\.'/, (folder) => writeFileSync(join(folder, 'run.json'), '{}')],
  ['train --run file', /run: expected a folder, got 'file'/, (folder) => writeFileSync(join(folder, 'file'), '')],
  ['train --run file/a/b', /run: expected a folder, got 'file\/a\/b'/, (folder) => writeFileSync(join(folder, 'file'), '')],
  ['train --run link/kept', /run: expected a folder, got 'link\/kept'/, (folder) => symlinkSync('nowhere', join(folder, 'link'))],
  ['train --run ', /run: expected a folder, got ''/],
  ['train -d --format json --epochs 0', /epochs: .*got 0/],
  ['train -d --trace nowhere/trace.json', /trace: expected a file in a folder that exists, got 'nowhere\/trace.json'/],
  ['train -d --trace file/trace.json', /trace: expected a file in a folder that exists/, (folder) => writeFileSync(join(folder, 'file'), '')],
  ['train -d --trace ', /trace: expected a file, not a folder, got ''/],
  ['train -d --trace-steps 0', /traceSteps: .*got 0/],
  ['bench -d --workers 0', /workers: expected a whole number from 1 to 1024, got 0/],
  ['train --workers max', /workers: expected a number or 'auto', got 'max'/],
  ['bench -d --workers two', /workers: expected a number, got 'two'/],
  ['bench -d --batch 21', /batch: expected a whole number from 1 to 20, got 21/],
  ['bench -d --mode strnog', /mode: .*Did you mean 'strong'/],
  ['bench -d --format xml', /format: expected one of text, json, csv, got 'xml'/],
  ['bench -d --rounds 0', /rounds: .*got 0/],
  ['bench -d --seconds 0', /seconds: .*got 0/],
  ['bench -d --threshold 100', /threshold: expected a percentage below 100, got 100/],
  ['bench -d --save nowhere/b.json', /save: expected a file in a folder that exists, got 'nowhere\/b.json'/],
  ['bench -d --compare nowhere.json', /nowhere\.json: there is no such file\./],
  ['bench -d --compare old.json', /old\.json: .*JSON/, (folder) => writeFileSync(join(folder, 'old.json'), '{"format":')],
  ['bench -d --compare old.json', /old\.json: .*nabla-bench\/1/, (folder) => writeFileSync(join(folder, 'old.json'), '{"format":"other"}')],
  ['plan -d --cores 0', /cores: expected a whole number from 1 to 1024, got 0/],
  ['plan -d --batch 0', /batch: .*got 0/],
  ['plan -d --layers 7,4', /layers: expected 6 inputs.*got 7/],
  ['tune -d --workers 0', /workers: .*got 0/],
  ['tune -d --kernels smid', /kernels: .*Did you mean 'simd'/],
  ['diagnose -d --optimiser foo', /optimiser: .*got 'foo'/],
  ['evaluate', /missing required argument 'run'/],
  ['evaluate nowhere', /nowhere: there is no such folder/],
  ['evaluate . --format json', /holds no run: there is no run\.json in it/],
  ['evaluate .', /run\.json: .*JSON/, (folder) => writeFileSync(join(folder, 'run.json'), '{"format":')],
  ['evaluate .', /run\.json: expected a run of format 1/, (folder) => writeFileSync(join(folder, 'run.json'), '{}')],
  ['evaluate .', /run\.json: expected a run of format 1/, (folder) => writeFileSync(join(folder, 'run.json'), 'null')],
  ['evaluate . --split tset', /split: .*Did you mean 'test'/],
  ['evaluate . --split val', /split: .*nabla calls it 'validation'\./],
  ['evaluate . --splits test', /unknown option '--splits'.*--split/],
  ['train --lr 0.1', /unknown option '--lr'\. nabla calls it --eta 0\.1\.$/m],
  ['train --learning-rate=0.1', /nabla calls it --eta 0\.1\.$/m],
  ['train --learningRate 0.1', /nabla calls it --eta 0\.1\.$/m],
  ['train --weight-decay 1e-4', /nabla calls it --lambda: the weight decay of other tools, times the number of training samples\.$/m],
  ['train --hidden_layer_sizes 30', /nabla calls it --hidden 30\.$/m],
  ['train --batch-size 32', /nabla calls it --batch 32\./],
  ['train --optimizer adam', /Did you mean --optimiser adam\?/],
  ['train --device gpu', /unknown option '--device'\. nabla computes on the cores/],
  ['train --zzz 1', /unknown option '--zzz'\.$/m],
  ['bench --batches 4,8', /nabla calls it --batch 4,8\./],
  ['bench --batch-size 4', /nabla calls it --batch 4\./],
  ['bench --threads 1,2', /nabla calls it --workers 1,2\./],
  ['tune --n-jobs 2', /nabla calls it --workers 2\./],
  ['evaluate . --lr 1', /unknown option '--lr'\.$/m],
  ['evaluate . --top-k 3', /nabla calls it --top 3\./],
  ['predict . x --top-k 3', /nabla calls it --top 3\./],
  ['diagnose runs/x', /too many arguments.* A saved run is named with --run\.$/m],
  ['fit', /unknown command 'fit'\. nabla calls it train\./],
  ['eval runs/x', /nabla calls it evaluate\./],
  ['serve', /unknown command 'serve'\. Write nabla train --watch\./],
  ['zzz', /unknown command 'zzz'\.$/m],
  ['train -d --activation logistic', /nabla calls it 'sigmoid'\./],
  ['train -d --activation ReLU', /Did you mean 'relu'\?/],
  ['train -d --optimiser sgdm', /nabla calls it 'momentum'\./],
  ['train -d --cost mse', /nabla calls it 'quadratic'\./],
  ['train -d --init xavier', /nabla calls it 'glorot'\./],
  ['train -d --schedule plateau', /nabla calls it 'halve'\./],
];

describe.concurrent('a bad command line ends with code 2, one line and nothing written:', { tags: ['longer'] }, () => {
  it.each(BAD)('nabla %s (%s)', (args, says, prepare) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      prepare?.(folder);
      const before = contents(folder);
      const { code, stdout, stderr } = await quickNabla(args.replace(/ -d\b/, ' --data .').split(' '), folder);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toMatch(says);
      expect(stderr).not.toContain('    at ');
      expect(stdout).toBe('');
      expect(code).toBe(2);
      expect(contents(folder)).toEqual(before);
    }),
  );
});

// npm makes it one when it links it, but not again where a checkout was rebuilt: npx then said 'Permission denied'.
it('what the build makes can be started by its name', needs(process.platform !== 'win32', 'Windows starts no file by its mode'), () => {
  const { status, stdout } = spawnSync(MAIN, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

it('without a command, the help goes to standard error with code 2', async () => {
  const { code, stdout, stderr } = await inFolder((folder) => nabla([], folder));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Usage: nabla/);
});
