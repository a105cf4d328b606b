// Settings that are allowed and cannot be meant: each has a warning that names what to use instead; what the book does, what the
// READMEs show, and the defaults have none.

import { beforeAll, describe, expect, it } from 'vitest';
import { nablaProgram } from '#src/cli/program.js';
import { PUBLISHED_RUNS } from '#src/experiments/published-runs.js';
import { epochsOf, layersOf } from '#src/experiments/run-rules.js';
import type { Dataset, TrainOptions } from '#src/index.js';
import { settingWarnings } from '#src/options/doubts/index.js';
import { configure } from '#src/options/options.js';
import { nablaLines, readDocuments } from '../support/documentation.js';

/** As many samples as the package has digits, of one value each. */
function digits(training: number, inputs = 1): Dataset {
  const split = (n: number) => ({ values: new Uint8Array(n * inputs), labels: Uint16Array.from({ length: n }, (_, k) => k % 10) });
  return { name: 'digits', inputs, classes: 10, scale: 1 / 255, training: split(training), validation: split(100), test: split(100) };
}

function numbers(targets: readonly number[], kept = 1): Dataset {
  const split = (n: number) => ({
    values: new Float32Array(n),
    labels: new Uint16Array(0),
    targets: Float32Array.from({ length: n }, (_, k) => targets[k]),
  });
  return { name: 'numbers', inputs: 1, classes: 1, scale: 1, training: split(targets.length), validation: split(kept), test: split(1) };
}

let images: Dataset;
beforeAll(() => {
  images = digits(8000, 20);
});

const warningsOf = (options: TrainOptions, data: Dataset): string[] => settingWarnings(options, configure(options, data), data);
const ADAM = { optimiser: 'adam' } as const;
const RUN = { run: 'kept' };

describe('settings that cannot be meant', () => {
  it.each<[TrainOptions, says: RegExp]>([
    [{ cost: 'log-likelihood', output: 'sigmoid' }, /^The log-likelihood .* --output softmax .* --cost cross-entropy/],
    [{ layers: [20, 30, 11] }, /^No sample is of class 10: its output is never right\. For the 10 classes of 'digits': --layers 20,30,10$/],
    [{ layers: [20, 14] }, /the classes 10 to 13: .* --layers 20,10$/],
    [{ layers: [20, 10], activation: 'relu' }, /no hidden layer .* --output/],
    [{ neurons: [{ layer: 2, neuron: 5, f: 'sigmoid' }] }, /--neuron 2:5=sigmoid changes nothing/],
    [{ activation: 'relu', init: 'normal' }, /'relu' .* --init he/],
    [{ batch: 100_000 }, /100,000 .* 8,000 samples.* --batch 8000/],
    [{ eta: 100 }, /η = 100 .* sgd.* --eta 0\.5/],
    [{ eta: 100, cost: 'quadratic' }, /--eta 3/],
    [{ eta: 5, optimiser: 'momentum' }, /η = 5 .* momentum.* --eta 0\.1/],
    [{ ...ADAM, eta: 1 }, /η = 1 .* adam.* --eta 0\.001/],
    [{ optimiser: 'momentum', momentum: 0.999 }, /^A momentum of 0\.999 .* 1,000 times .* η = 0\.1\. Usual is --momentum 0\.9/],
    [{ optimiser: 'nesterov', momentum: 0.99, eta: 1 }, /^A momentum of 0\.99 .* --momentum 0\.9/],
    [{ schedule: { kind: 'step', every: 1, factor: 10 }, epochs: 5 }, /--schedule step:1,10 η grows from 0\.5 to 5000.* below 1/],
    [{ eta: 1e-30 }, /η = 1e-30 is so small that 24,000 steps/],
    [{ lambda: 1000 }, /^λ = 1000 outweighs .* weight decay of 0\.125\. .* --lambda 8\.$/],
    [{ ...ADAM, lambda: 1000 }, /^λ = 1000 outweighs/],
    [{ l1: 1000 }, /^λ₁ = 1000 .* --l1 8\.$/],
    [{ ...ADAM, l1: 1000 }, /^λ₁ = 1000/],
    [{ classWeights: [0, 0, 3, 0, 0, 0, 0, 0, 0, 0] }, /no class but 2 is learnt from.* balanced\.$/],
    [{ lambda: 16_000 }, /takes 100 % of every weight/],
    [{ lambda: 1e-4 }, /weight decay of 0\.0001 is --lambda 0\.8\.$/],
    [{ ...ADAM, lambda: 0.005 }, /weight decay of 0\.005 is --lambda 40\.$/],
    [{ l1: 5000 }, /λ₁ = 5000/],
    [{ layers: [20, 30, 10], dropout: 0.98 }, /--dropout 0\.98 leaves less than one of the 30 neurons of layer 2/],
    [{ augment: 'brightness:0.1 mix:3' }, /^mix:3 leaves of hardly a sample much more than half.* mix:0\.1 to mix:0\.4/],
    [{ augment: 'mix:0.001' }, /^mix:0\.001 mixes hardly a sample/],
    [{ maxNorm: 0.01 }, /--max-norm 0\.01 .* 2 to 4/],
    [{ clipNorm: 1e-12 }, /--clip-norm 1e-12/],
    [{ ...ADAM, beta2: 0.5 }, /--beta1 0\.9 --beta2 0\.999/],
    [{ patience: 30 }, /--patience 30 cannot end a run of 30 epochs early.* --restore-best/],
    [{ schedule: { kind: 'step', every: 30, factor: 0.5 } }, /η stays what it is/],
    [
      { schedule: { kind: 'restarts', first: 3, factor: 2 }, epochs: 6 },
      /--schedule restarts:3,2 a run of 6 epochs ends after 50\.0 % of a fall.*--epochs 3 or 9\.$/,
    ],
    [{ schedule: { kind: 'restarts', first: 8, factor: 2 }, epochs: 4 }, /after 50\.0 % of a fall.*--epochs 8\.$/],
    [{ average: 5, epochs: 5 }, /^--average 5 takes the mean of one network.*Begin earlier\.$/],
    [{ ema: 0.999 }, /^--ema 0\.999 is the decay of an epoch.* 30 epochs .*--average 1 alone/],
    [{ ema: 0.01 }, /^--ema 0\.01 is hardly a mean.* 100 times/],
    [{ growBatch: '30,2' }, /--grow-batch 30,2 mini-batches stay what they are in a run of 30 epochs/],
    [{ growBatch: '5,2,10' }, /--grow-batch 5,2,10 mini-batches stay/],
    [{ growBatch: '5,10' }, /--grow-batch 5,10 a mini-batch is all 8,000 samples from epoch 16 on/],
    [{ schedule: 'halve', epochs: 5 }, /η stays what it is/],
    [{ schedule: 'halve', patience: 4 }, /--patience 4 ends the run before --schedule halve:10/],
    [{ shards: 16 }, /Of 16 shards .* 6 are always empty.* --shards 10/],
    [{ ...RUN, checkpointEvery: '30e' }, /--checkpoint-every 30e .* 30 epochs/],
    [{ ...RUN, checkpointEvery: 'never', keepCheckpoints: 9 }, /--keep-checkpoints 9 keeps one/],
    [{ checkpointEvery: '1e' }, /^Nothing is kept/],
    [{ traceSteps: 5 }, /--trace FILE/],
  ])('%o', (options, says) => {
    expect(warningsOf(options, images)).toEqual([expect.stringMatching(says)]);
  });

  it.each<[TrainOptions, targets: number[], kept: number, says: RegExp]>([
    [
      { layers: [1, 1], output: 'sigmoid' },
      [-3, 16],
      1,
      /'numbers' reach from -3 to 16, and sigmoid outputs lie between 0 and 1\. Use --output linear/,
    ],
    [{ layers: [1, 2, 1], output: 'relu' }, [-3, 16], 1, /relu outputs are never below 0/],
    [{ layers: [1, 2, 1], patience: 3 }, [1, 2], 0, /^No samples are kept back .* training cost, .*--validation/],
    [{ layers: [1, 2, 1], schedule: 'halve' }, [1, 2], 0, /^No samples are kept back/],
  ])('of targets that are numbers: %o', (options, targets, kept, says) => {
    expect(warningsOf(options, numbers(targets, kept))).toEqual([expect.stringMatching(says)]);
  });
});

describe('no false alarm', () => {
  it.each(PUBLISHED_RUNS.map((run) => [run.id, run] as const))('the book: %s', (id, run) => {
    const data = digits(run.images ?? 50_000);
    const { cost, init, eta, lambda } = run;
    const options = { layers: layersOf(run, data), activation: 'sigmoid', cost, init, epochs: epochsOf(run), batch: 10, eta, lambda };
    // The book's own example of a rate that is far too large.
    expect(warningsOf(options, data)).toEqual(id === 'ch1-wild' ? [expect.stringContaining('η = 100')] : []);
  });

  it('the command lines of the READMEs', async () => {
    const seen: TrainOptions[] = [];
    const documents = readDocuments(new URL('../..', import.meta.url).pathname).filter(({ path }) => /^(src\/cli\/)?README\.md$/.test(path));
    const lines = documents.flatMap(({ blocks }) => blocks.flatMap(({ text }) => nablaLines(text)));
    for (const words of lines.filter(([command]) => command === 'train')) {
      const program = await nablaProgram();
      program.commands.find((command) => command.name() === 'train')?.action((options: TrainOptions) => void seen.push(options));
      await program.parseAsync(words, { from: 'user' });
    }
    expect(seen.length).toBeGreaterThan(5);
    const data = digits(8000, 784);
    for (const { functions, from, resume, ...options } of seen) {
      const own = typeof options.activation === 'string' ? options : { ...options, activation: undefined };
      expect(warningsOf({ runs: 'runs', ...own }, data)).toEqual([]);
    }
  });

  it('a decay as it is usual for few numbers', () => {
    expect(warningsOf({ layers: [1, 1], lambda: 10, eta: 0.1 }, numbers(Array.from({ length: 50 }, (_, k) => k)))).toEqual([]);
  });

  it.each<TrainOptions>([
    {},
    { ...ADAM },
    { optimiser: 'adamw', lambda: 800 },
    { optimiser: 'momentum', momentum: 0.99, eta: 0.01 },
    { schedule: { kind: 'step', every: 10, factor: 1.5 } },
    { schedule: { kind: 'restarts', first: 10, factor: 2 }, epochs: 30, average: 29 },
    { ema: 0.9 },
    { growBatch: '10,2' },
    { growBatch: '2,2,1000' },
    { classWeights: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1] },
    { activation: 'relu', cost: 'log-likelihood', optimiser: 'nesterov', eta: 0.15, batch: 128, dropout: 0.5 },
    { cost: 'hinge', optimiser: 'rmsprop', maxNorm: 3, clipNorm: 1 },
    { patience: 5, schedule: { kind: 'halve', patience: 3 }, batch: 8000, gradient: 'partial' },
    { ...RUN, checkpointEvery: '1e', keepCheckpoints: 100 },
    { output: 'softmax', cost: 'quadratic', l1: 1 },
  ])('%o', (options) => expect(warningsOf(options, images)).toEqual([]));
});
