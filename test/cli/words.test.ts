// The words that other tools use: each leads to one thing that there is, wherever it is written; and a name that is like none is not
// guessed.

import { describe, expect, it } from 'vitest';
import { meantBy, type NamedRows, proposal } from '#src/check.js';
import { nablaProgram } from '#src/cli/program.js';
import { COMMANDS, FLAGS, proposedCommand, proposedFlag } from '#src/cli/words.js';
import { ACTIVATIONS } from '#src/functions/activations.js';
import { COSTS } from '#src/functions/costs.js';
import { OPTIMISERS } from '#src/functions/optimisers/index.js';
import { SCHEDULE_WORDS } from '#src/functions/schedules.js';
import { diagnose, explain, train } from '#src/index.js';
import type { Rows } from '#src/option-row.js';
import type { TrainOptions } from '#src/options/options.js';
import { OPTIONS } from '#src/options/table.js';

const ROWS: Rows = OPTIONS;
const program = await nablaProgram();
const command = (name: string) => program.commands.find((one) => one.name() === name)!;

/** What each tool calls it: the flag as typed, and what is said of it. */
const FLAGS_OF_OTHERS: [tool: string, ours: string, words: readonly string[]][] = [
  ['learning rates', '--eta 5', ['--lr', '--learning-rate', '--learning_rate', '--learningRate', '--learning-rate-init']],
  ['mini-batches', '--batch 5', ['--batch-size', '--batch_size', '--minibatch', '--batchSize']],
  ['epochs', '--epochs 5', ['--num-epochs', '--n_epochs', '--max-iter', '--iterations', '--max_epochs']],
  ['optimisers', '--optimiser 5', ['--optimizer', '--solver', '--optim']],
  ['costs', '--cost 5', ['--loss', '--criterion', '--objective']],
  ['weight decay', '--lambda: ', ['--weight-decay', '--wd', '--l2', '--reg_lambda']],
  ['layers', '--layers: ', ['--sizes', '--arch', '--architecture', '--topology']],
  ['hidden layers', '--hidden 5', ['--hidden-layers', '--hidden_layer_sizes', '--hiddenLayers', '--units']],
  ['threads', '--workers 5', ['--threads', '--n-jobs', '--num_workers', '--nthread']],
  ['validation', '--validation: ', ['--val-split', '--validation_split', '--validation-fraction']],
  ['early stopping', '--patience: ', ['--early-stopping', '--early_stopping_rounds', '--n-iter-no-change']],
  ['seeds', '--seed 5', ['--random-state', '--random_seed', '--manual-seed']],
  ['folders', '--run 5', ['--output-dir', '--out', '--save-dir', '--logdir']],
  ['resuming', '--resume 5', ['--resume-from', '--resume_from_checkpoint', '--checkpoint']],
  ['momentum', '--momentum 5', ['--mu']],
];

describe('the command line', () => {
  it.each(FLAGS_OF_OTHERS)('%s: %s', (_, ours, words) => {
    for (const word of words)
      expect([word, proposedFlag(word, command('train'), [word, '5'])]).toEqual([
        word,
        expect.stringContaining(`nabla calls it ${ours}`.replace('nabla calls it --optimiser', '--optimiser')),
      ]);
  });

  it('is not told an option of another command, nor one that is merely like it', () => {
    expect(['--lr', '--epochs', '--zzz', '--l', '--warmth'].map((flag) => proposedFlag(flag, command('evaluate'), [flag]))).toEqual([
      '',
      '',
      '',
      '',
      '',
    ]);
    expect(proposedFlag('--lr', command('train'), ['--lr'])).toBe('nabla calls it --eta.');
    expect(proposedFlag('--lr=-1', command('train'), ['--lr=-1'])).toBe('nabla calls it --eta.');
    expect(proposedFlag('--data-dir', command('train'), ['--data-dir', 'my digits'])).toBe("nabla calls it --data 'my digits'.");
  });
});

describe('what is said of a flag can be typed', () => {
  it.each([
    ['--loss mse', 'nabla calls it --cost quadratic.'],
    ['--optimizer Adam', 'Did you mean --optimiser adam?'],
    ['--weight-init kaiming', 'nabla calls it --init he.'],
    ['--activation-function swish', 'nabla calls it --activation silu.'],
    ['--loss mine', 'nabla calls it --cost mine.'],
    ['--nesterov', 'Write --optimiser nesterov.'],
    ['--softmax', 'Write --output softmax.'],
    ['--learnig-rate 3', 'nabla calls it --eta 3.'],
    ['--random-sate 3', 'nabla calls it --seed 3.'],
    ['--neurons 30', 'Did you mean --neuron?'],
    ['--nodes 30', 'nabla calls it --hidden 30.'],
    ['--sizes 30', 'nabla calls it --layers: all sizes, also of inputs and outputs, such as 784,100,10.'],
    ['--beta 0.9', 'nabla has two of them: beta1 and beta2.'],
    ['--bias false', 'In nabla every neuron has a bias.'],
    ['--val 100', 'nabla calls it --validation: a number of samples or a file; shares are --split 0.8,0.1,0.1.'],
  ])('%s: %s', (typed, says) => {
    const args = typed.split(' ');
    expect(proposedFlag(args[0], command('train'), args)).toBe(says);
  });

  it('and of a word that is no command', () => {
    const said = ['help', 'version', 'resume'].map((word) => proposedCommand(word, program).replace(/^Write .* (\S*--\S+.*)$/, '$1'));
    expect(said).toEqual(['--help.', '--version.', '--resume RUN.']);
  });
});

describe('a library option', () => {
  it.each([
    ['learningRate', "nabla calls it 'eta'."],
    ['batch_size', "nabla calls it 'batch'."],
    ['hiddenLayers', "nabla calls it 'hidden'"],
    ['optimizer', "Did you mean 'optimiser'?"],
    ['neuron', "Did you mean 'neurons'?"],
  ])('%s', async (name, says) => {
    await expect(train({ [name]: 1 } as TrainOptions)).rejects.toThrow(says);
  });

  it('of other functions too, and of no kind', async () => {
    await expect(diagnose({ learningRate: 1 } as object)).rejects.toThrow("nabla calls it 'eta'.");
    await expect(explain({ loss: 'mse' } as object)).rejects.toThrow("nabla calls it 'cost'.");
    await expect(train({ zzz: 1 } as object)).rejects.toThrow(/got 'zzz'\.$/);
  });
});

describe('the tables', () => {
  const flagged = (name: string): string[] => command(name).options.map(({ long }) => String(long).slice(2));
  const TABLES: [name: string, rows: NamedRows, names: readonly string[]][] = [
    ['options', ROWS, Object.keys(OPTIONS)],
    ['activations', ACTIVATIONS, Object.keys(ACTIVATIONS)],
    ['costs', COSTS, Object.keys(COSTS)],
    ['optimisers', OPTIMISERS, Object.keys(OPTIMISERS)],
    ['schedules', SCHEDULE_WORDS, Object.keys(SCHEDULE_WORDS)],
    ['commands', COMMANDS, program.commands.map((one) => one.name())],
  ];
  it.each(TABLES)('of %s: every word leads to its row and no other', (_, rows, names) => {
    for (const [name, { also = [] }] of Object.entries(rows)) {
      expect(names).toContain(name);
      for (const word of also) expect([word, meantBy(word, names, rows)?.name]).toEqual([word, name]);
    }
  });

  it('of flags: every row is an option of a command', () => {
    const all = program.commands.flatMap((one) => flagged(one.name()));
    expect(Object.keys(FLAGS).filter((name) => !all.includes(name))).toEqual([]);
  });

  it('a row that is added brings its words', () => {
    expect(proposal('warmness', ['warmth', 'eta'], { warmth: { also: ['warmness'], differs: 'in degrees' } })).toBe(
      "nabla calls it 'warmth': in degrees.",
    );
  });
});

describe('a name that is spelt nearly so', () => {
  it.each([
    ['trian', 'train'],
    ['adm', 'adam'],
    ['tset', 'test'],
    ['crossentropy', 'cross-entropy'],
    ['MAX_NORM', 'max-norm'],
    ['normalize', 'normalise'],
    ['lr', undefined],
    ['l2', undefined],
    ['learningRate', undefined],
    ['list', undefined],
    ['x'.repeat(100_000), undefined],
    ['', undefined],
  ])('%s: %s', (word, meant) => {
    const names = ['train', 'adam', 'test', 'cross-entropy', 'max-norm', 'normalise', 'l1', 'patience', 'plan', 'eta'];
    expect(meantBy(word, names)?.name).toBe(meant);
  });
});
