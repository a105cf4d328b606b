// Presets: what each is for data of either kind, and how it gives way to what stands beside it.

import { describe, expect, it } from 'vitest';
import { presetText, withPreset } from '#src/options/presets.js';
import type { TrainOptions } from '#src/options/table.js';
import { contents, inFolder, jsonLines, quickNabla } from '../support/command.js';

describe('a preset', () => {
  it.each([
    [
      'tabular',
      '--hidden 100 --activation relu --output softmax --cost log-likelihood --init he --epochs 100 --batch 32 --optimiser adam --eta 0.01 --lambda 0.5 --dropout 0.1 --schedule cosine:0',
    ],
    [
      'book',
      '--hidden 100 --activation sigmoid --output sigmoid --cost cross-entropy --init scaled --epochs 30 --batch 10 --optimiser sgd --eta 0.5',
    ],
    [
      'modern',
      '--hidden 512 --activation relu --output softmax --cost log-likelihood --init he --epochs 20 --batch 128 --optimiser adamw --eta 0.002 --dropout 0.2 --schedule cosine:1',
    ],
  ] as const)('%s is said in full', (preset, text) => {
    expect(presetText(withPreset({ preset }, false))).toBe(`${preset}: ${text}`);
    expect(presetText(withPreset({ preset }, true))).not.toMatch(/--output|--cost/);
  });

  it.each<[string, TrainOptions, TrainOptions]>([
    ['what is said', { epochs: 7, batch: 5 }, { epochs: 7, batch: 5, eta: 0.01 }],
    ['nothing that is undefined', { epochs: undefined }, { epochs: 100 }],
    ['an optimiser, which has a rate of its own', { optimiser: 'sgd' }, { optimiser: 'sgd', eta: undefined }],
    ['sizes of all layers', { layers: [4, 20, 20, 3] }, { layers: [4, 20, 20, 3], hidden: undefined, dropout: [0.1] }],
    ['no hidden layer', { layers: [4, 3] }, { hidden: undefined, dropout: undefined, activation: undefined }],
    ['hidden layers', { hidden: [20, 20] }, { hidden: [20, 20], dropout: [0.1] }],
    ['another f, with its own start', { activation: 'tanh' }, { activation: 'tanh', init: undefined }],
    ['another cost, with its own output', { cost: 'cross-entropy' }, { cost: 'cross-entropy', output: undefined }],
    ['a network', { from: 'x' }, { activation: undefined, init: undefined, cost: undefined, eta: 0.01 }],
    ['no preset', { preset: undefined, epochs: 3 }, { epochs: 3, hidden: undefined }],
    ['epochs that are over before its warm-up', { preset: 'modern', epochs: 1 }, { epochs: 1, schedule: undefined }],
  ])('gives way to %s', (_, said, expected) => {
    const options = withPreset({ preset: 'tabular', ...said }, false);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, options[name as keyof TrainOptions]]))).toEqual(expected);
  });
});

it('is a word of the command line, whose options a run says', () =>
  inFolder(async (folder) => {
    const data = new URL('../fixtures/iris.csv', import.meta.url).pathname;
    const { stdout, code } = await quickNabla(
      ['train', '--data', data, '--preset', 'tabular', '--workers', '1', '--format', 'json', '--epochs', '20'],
      folder,
    );
    const [start, done] = [jsonLines(stdout)[0], jsonLines(stdout).at(-1)];
    expect([code, start.preset]).toEqual([0, expect.stringMatching(/^tabular: --hidden 100 .* --epochs 20 /)]);
    expect(done?.testAccuracy).toBeGreaterThan(0.85);
    const files = contents(folder);
    const wrong = await quickNabla(['train', '--data', data, '--preset', 'tabluar'], folder);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Did you mean 'tabular'?")]);
    expect(contents(folder)).toEqual(files);
  }));
