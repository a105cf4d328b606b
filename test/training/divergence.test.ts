// A run that diverges: it stops at the first cost that is no number, says where and what to try, and keeps the weights from
// before. The hint is the likeliest cause by what is known of the run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Dataset, type TrainEvent, type TrainOptions, train } from '#src/index.js';
import { configure } from '#src/options/options.js';
import { divergenceHint } from '#src/training/divergence-hint.js';
import { seeded } from '../support/bound-kernels.js';
import { inFolder, jsonLines, quickNabla } from '../support/command.js';
import { images, labels, writeIdxFolder } from '../support/idx-folder.js';

const random = seeded('divergence');

/** @param targets the largest, where they are numbers */
function dataset(largest: number, targets?: number): Dataset {
  const samples = (n: number): Dataset['training'] => ({
    values: Float32Array.from({ length: n * 8 }, () => (random.uniform() * 2 - 1) * largest),
    labels: Uint16Array.from({ length: targets === undefined ? n : 0 }, () => random.below(3)),
    targets: targets === undefined ? undefined : Float32Array.from({ length: n * 3 }, () => -targets * random.uniform()),
  });
  return { name: 'random', inputs: 8, classes: 3, scale: 1, training: samples(400), validation: samples(0), test: samples(40) };
}

const CASES: [what: string, options: TrainOptions, largest: number, hint: RegExp][] = [
  ['inputs of thousands', { activation: 'relu', output: 'softmax', cost: 'log-likelihood' }, 5000, /^Inputs reach \d+: scale them to about -1 to 1/],
  [
    'ReLU with weights of N(0,1)',
    { layers: [8, 60, 60, 3], activation: 'relu', init: 'normal', output: 'softmax', cost: 'log-likelihood' },
    1,
    /^With 'relu' and initial weights 'normal' .* --init he/,
  ],
  [
    'a linear output for classes',
    { activation: 'relu', init: 'he', output: 'linear', cost: 'quadratic' },
    1,
    /^An output 'linear' with cost 'quadratic' .* softmax with log-likelihood/,
  ],
  ['huber, whose slopes are at most 1', { activation: 'relu', cost: 'huber' }, 1, /^Try a smaller learning rate/],
  ['hinge, too', { activation: 'relu', cost: 'hinge' }, 1, /^Try a smaller learning rate/],
  [
    'nothing but η',
    { activation: 'sigmoid' },
    1,
    /^Try a smaller learning rate than η = 3, for example 0\.3, or a limit on the gradient \(--clip-norm 1\)\.$/,
  ],
  ['nothing but η, the gradient limited', { activation: 'sigmoid', clipNorm: 1 }, 1, /^Try a smaller learning rate than η = 3, for example 0\.3\.$/],
];

describe('the hint', () => {
  test.each(CASES)('%s', (_, options, largest, hint) => {
    const data = dataset(largest);
    expect(divergenceHint(configure({ eta: 3, workers: 1, ...options }, data), data)).toMatch(hint);
  });

  test.each<[what: string, targets: number, options: TrainOptions, hint: RegExp]>([
    ['may have a linear output', 1, { activation: 'tanh' }, /^Try a smaller learning rate/],
    [
      'with targets of hundreds of thousands',
      2e5,
      {},
      /^Targets reach (19\d|200)000: scale them to about -1 to 1, and the outputs back\. .* than 3\.$/,
    ],
    ['of such targets by a cost that is never steep', 2e5, { cost: 'huber' }, /^Try a smaller learning rate/],
  ])('a regression %s', (_, targets, options, hint) => {
    const data = dataset(1, targets);
    expect(divergenceHint(configure({ eta: 3, workers: 1, ...options }, data), data)).toMatch(hint);
  });

  test.each<[optimiser: TrainOptions['optimiser'], isShown: boolean]>([
    ['sgd', true],
    ['adam', false],
  ])('of columns shows the preset beside %s: %s', (optimiser, isShown) => {
    const preparation = { named: true, columns: [], target: { kind: 'numbers', columns: [] } } as const;
    const data = { ...dataset(1, 1), preparation };
    expect(divergenceHint(configure({ eta: 3, workers: 1, optimiser }, data), data).includes('--preset tabular')).toBe(isShown);
  });
});

describe('a run that diverges in its third epoch', () => {
  // η rises along a warm-up, so that the first epochs are sound.
  const args = (run: string, workers: number): string[] =>
    `train --data . --validation 0 --layers 784,20,10 --activation relu --init he --output linear --cost quadratic --epochs 40 --batch 10 --eta 30 --schedule cosine:30 --workers ${workers} --run ${run} --format json`.split(
      ' ',
    );

  test('ends with exit code 1, where and why; what it keeps is from before, and the same with any number of workers', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder, {
        trainingImages: images(600, 28, 28),
        trainingLabels: labels(600, 10),
        testImages: images(50, 28, 28),
        testLabels: labels(50, 10),
      });
      const kept: Buffer[] = [];
      for (const workers of [1, 3]) {
        const run = `with-${workers}`;
        const { code, stdout, stderr } = await quickNabla(args(run, workers), folder);
        const epochs = jsonLines(stdout).filter(({ event }) => event === 'epoch').length;
        expect(code).toBe(1);
        expect(epochs).toBeGreaterThan(0);
        expect(stderr).toMatch(
          new RegExp(
            `^error: Diverged in epoch ${epochs + 1}: the cost of sample \\d+ became infinite or NaN in step \\d+, first seen in layer [23] \\(worker [1-${workers}]\\)\\. An output 'linear' [^\\n]* The weights from before, of epoch ${epochs + 1} after 0 samples, are kept: nabla train --from ${run}\\n$`,
          ),
        );
        // They are numbers, and can be used.
        const again = await quickNabla(['evaluate', run, '--format', 'json'], folder);
        expect(jsonLines(again.stdout)[0]).toMatchObject({
          cost: jsonLines(stdout)
            .filter(({ event }) => event === 'epoch')
            .at(-1)?.testCost,
        });
        kept.push(readFileSync(join(folder, run, 'weights.safetensors')));
      }
      expect(kept[0].equals(kept[1])).toBe(true);
    }));
});

test('a run that is not kept tells the same', async () => {
  const events: TrainEvent[] = [];
  const running = train({
    data: dataset(1),
    layers: [8, 5, 3],
    activation: 'relu',
    output: 'linear',
    cost: 'quadratic',
    eta: 1e6,
    epochs: 2,
    workers: 2,
    onEvent: (e) => events.push(e),
  });
  await expect(running).rejects.toMatchObject({
    code: 'DIVERGED',
    message: expect.stringMatching(/^Diverged in epoch 1: the cost of sample \d+ [^\n]*η = 1000000, for example 100000\.$/),
  });
  expect(events.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual(['start']);
});
