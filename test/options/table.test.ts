// The table of options itself: every row is a flag, a key of files, an offer of the shells, and so on, exactly as it says; and a
// row that is put into it appears in all that is derived, without being named anywhere else.

import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { trainCommand } from '#src/cli/commands/train.js';
import { completableCommands } from '#src/cli/completion/completable.js';
import { addGroups } from '#src/cli/flags.js';
import type { Reading } from '#src/data/reading.js';
import { LEARNING_OPTIONS } from '#src/model/learning-options.js';
import { NETWORK_OPTIONS } from '#src/model/specification.js';
import { atLeast, type OptionRow, plain, plainValues, type RowsOf, rowsForPeople, share, wholeNumber } from '#src/option-row.js';
import { CONFIG_KEYS, configKeys } from '#src/options/config-keys.js';
import { configTable } from '#src/options/config-writer.js';
import { type Configuration, checkOptionNames, configure, type TrainOptions } from '#src/options/options.js';
import { optionsOfConfiguration, optionsOfRun } from '#src/options/run-again.js';
import { learningParts, learningText, stepKind, stepParts } from '#src/options/run-words.js';
import { COMMAND_LINE_ONLY, mayResumeWith, OPTIONS, RUN_ROWS } from '#src/options/table.js';

const ROWS = rowsForPeople(OPTIONS);
const samples = { values: new Float32Array(24), labels: Uint16Array.from([0, 1, 2, 3]) };
const DATA = { name: 'digits', inputs: 6, classes: 4, scale: 1, training: samples, validation: samples, test: samples };
const { name, inputs, classes, scale } = DATA;
/** All that can be said of how data are read. */
const READING: Required<Omit<Reading, 'scale'>> = {
  validation: 7,
  test: 'test.csv',
  split: [0.8, 0.2],
  splitSeed: 11,
  target: ['y'],
  task: 'regression',
  drop: ['id'],
  features: ['x'],
  categorical: ['zip'],
  missing: 'mean',
  transpose: true,
  size: '2x3',
  colours: 'grey',
  separator: ';',
  decimal: ',',
  header: 'yes',
};
const RECORD = { name, inputs, classes, scale, source: 'digits', ...READING, brought: false, regression: false, sha256: '' };

/** Every option that a run is written with. */
const FULL: TrainOptions = {
  layers: [6, 5, 4],
  neurons: [{ layer: 2, neuron: 5, f: 'tanh' }],
  functions: ['data:,x'],
  optimiser: 'adam',
  patience: 4,
  dropout: 0.5,
  maxNorm: 3,
  clipNorm: 2,
  l1: 0.1,
  classWeights: 'balanced',
  schedule: 'halve',
  shards: 3,
  kernels: 'blas',
  timeout: 1500,
};

describe('every row', () => {
  it('has a key of its own, and is a flag of nabla train under its name, in this order', () => {
    const own = ROWS.map(([name, { key }]) => [`--${key}`, name]);
    const flags = trainCommand().options.map((option) => [option.long, option.attributeName()]);
    expect(flags.filter(([long]) => own.some(([flag]) => flag === long))).toEqual(own);
    expect(new Set(own.map(([flag]) => flag)).size).toBe(ROWS.length);
  });

  it('is told by its help, with the default that a run has', () => {
    const { network, learning, ...values } = configure({ layers: [6, 4] }, DATA);
    const defaults: Record<string, unknown> = { ...values, ...learning };
    for (const [name, { key, help, plain }] of ROWS) {
      const { description } = trainCommand().options.find(({ long }) => long === `--${key}`)!;
      expect(description.startsWith(help)).toBe(true);
      if (!plain || name === 'batch') continue;
      expect([name, plain.usual]).toEqual([name, defaults[name]]);
      if (name !== 'timeout' && plain.usual !== undefined) expect(description).toBe(`${help} (default: ${plain.usual})`);
    }
  });

  it('is a key of files, or for the command line alone', () => {
    const keys = ROWS.filter(([, { commandLineOnly }]) => !commandLineOnly).map(([, { key }]) => key);
    expect(Object.keys(CONFIG_KEYS)).toEqual(keys);
    expect([...COMMAND_LINE_ONLY].sort()).toEqual(
      [
        ...['config', 'format', 'help', 'mpi', 'preset', 'resume', 'run', 'watch', 'watch-port'],
        ...['folds', 'group', 'jobs', 'members', 'out-of-fold', 'seeds'],
      ].sort(),
    );
  });

  it('offers what it can be', () => {
    const [{ options }] = completableCommands(new Command('nabla').addCommand(trainCommand()));
    for (const [, { key, choices, kind }] of ROWS) {
      const offered = options.find(({ flags }) => flags.includes(`--${key}`))!;
      if (choices) expect(offered.values?.names).toEqual(choices);
      expect(offered.values === undefined).toBe(kind === 'flag');
    }
    expect(options.filter(({ values }) => values?.paths === 'runs').map(({ flags }) => flags[0])).toEqual(['--from', '--resume']);
    expect(options.filter(({ again }) => again).map(({ flags }) => flags[0])).toEqual(['--neuron', '--functions']);
  });

  it('can be said anew of a resumed run, or not', () => {
    const may = ['data', 'epochs', 'workers', 'resume', 'checkpointEvery', 'keepCheckpoints', 'diagnose', 'trace', 'traceSteps', 'timeout'];
    expect(Object.keys(OPTIONS).filter((name) => mayResumeWith(name))).toEqual(expect.arrayContaining([...may, 'onEvent', 'signal']));
    const never = [...Object.keys(NETWORK_OPTIONS), ...Object.keys(LEARNING_OPTIONS), 'batch', 'eta', 'seed', 'gradient', 'shards', 'kernels'];
    expect(never.filter((name) => mayResumeWith(name))).toEqual([]);
    expect(['toString', '__proto__', 'nothing'].filter((name) => mayResumeWith(name))).toEqual([]);
  });

  it('is written beside a run, but for those that say where a run goes, or stand for others', () => {
    const table = configTable(configure(FULL, DATA), RECORD, 'blas', { workers: 2, diagnose: true });
    const isUnset = ([name, { plain }]: (typeof ROWS)[number]) => plain !== undefined && plain.usual === undefined && !(name in FULL);
    const missing = ROWS.filter((row) => !(row[1].key in table) && !isUnset(row)).map(([name]) => name);
    const ofOthers = ['momentum', 'rho'];
    expect(missing).toEqual([
      'hidden',
      'preset',
      'from',
      ...ofOthers,
      'across',
      'mpi',
      'reproducible',
      'blas',
      'run',
      'resume',
      'trace',
      'traceSteps',
    ]);
    expect(Object.keys(table)).toEqual(Object.keys(CONFIG_KEYS).filter((key) => key in table));
    expect(table).toMatchObject({ neuron: ['2:5=tanh'], schedule: 'halve:10', timeout: 1.5, 'class-weights': [1, 1, 1, 1] });
  });

  it('makes the same run again', () => {
    for (const options of [{}, FULL, { from: 'x' }, { optimiser: 'momentum', gradient: 'owned' }] satisfies TrainOptions[]) {
      const configuration = configure({ layers: [6, 5, 4], workers: 2, ...options }, DATA);
      const again = optionsOfRun(configuration, RECORD, configuration.kernels === 'auto' ? 'simd' : configuration.kernels, { workers: 2 });
      checkOptionNames(again);
      expect({ ...configure(again, DATA), kernels: 'simd' }).toEqual({ ...configuration, kernels: 'simd' });
    }
  });

  it.each([
    ['auto', 'relaxed', 'wide'],
    ['auto', 'wide', 'wide'],
    ['wide', 'relaxed', 'wide'],
    ['blas', 'relaxed', 'wide'],
    ['relaxed', 'relaxed', 'relaxed'],
    ['auto', 'simd', 'simd'],
    ['blas', 'blas', 'blas'],
    ['scalar', 'scalar', 'scalar'],
  ] as const)('made with kernels %s, which were %s: again with %s', (asked, ran, again) => {
    const configuration = configure({ layers: [6, 5, 4], workers: 2, kernels: asked }, DATA);
    expect(optionsOfRun(configuration, RECORD, ran, {}).kernels).toBe(again);
  });

  it('has its words in the first event, and for the kind of step', () => {
    const configuration = configure(FULL, DATA);
    expect(learningText(configuration, 'validation accuracy')).toBe(
      'adam β 0.9, 0.999; λ₁ 0.1; dropout 0.5; norms of weights up to 3; norm of ∇C up to 2; classes weighted; η halved after 10 epochs without a better validation accuracy; ends after 4 epochs without a better validation accuracy; ends with the network of the best epoch',
    );
    expect(stepKind(configuration)).toBe('adam, λ₁, limit on ∇C, limit on norms, dropout, class weights, 1 neurons with another f');
    const plainRun = configure({ layers: [6, 5, 4] }, DATA);
    expect([learningText(plainRun, 'validation accuracy'), stepKind(plainRun)]).toEqual([undefined, 'sgd']);
  });
});

const warmth: OptionRow<number> = {
  key: 'warmth-of-it',
  kind: 'number',
  group: 'learning',
  help: 'how warm it is',
  choices: ['3', '4'],
  plain: plain(atLeast(0), 0),
  resume: true,
  says: (degrees: number) => `${degrees} degrees`,
  step: (degrees: number) => `warmth ${degrees}`,
};
/** The table with a row that is made up. */
const WITH = { ...OPTIONS, warmthOfIt: warmth };

describe('a row that is put into the table', () => {
  it('is a flag with its help wherever its group is, and is offered', () => {
    const command = addGroups(new Command('try'), ['learning'], {}, WITH);
    expect(command.helpInformation()).toMatch(/--warmth-of-it <x>\s+how warm it is \(default: 0\)/);
    command.exitOverride().parse(['--warmth-of-it', '2.5'], { from: 'user' });
    expect(command.opts()).toEqual({ warmthOfIt: 2.5 });
    expect(addGroups(new Command('try'), ['step'], {}, WITH).helpInformation()).not.toContain('warmth');
    const [{ options }] = completableCommands(new Command('nabla').addCommand(command));
    expect(options.find(({ flags }) => flags.includes('--warmth-of-it'))?.values?.names).toEqual(['3', '4']);
  });

  it('is a key of files, and may be told to a resumed run', () => {
    expect(configKeys(WITH)['warmth-of-it']).toEqual(['warmthOfIt', CONFIG_KEYS.eta[1]]);
    expect(configKeys({ warmth: { ...warmth, commandLineOnly: true } })).toEqual({});
    expect(mayResumeWith('warmthOfIt', WITH)).toBe(true);
  });

  it('is checked, kept, written again, and has its words', () => {
    const rows = { ...RUN_ROWS, warmthOfIt: warmth };
    expect(plainValues(rows, {})).toMatchObject({ warmthOfIt: 0, epochs: 30 });
    expect(plainValues(rows, { warmthOfIt: 3 })).toMatchObject({ warmthOfIt: 3 });
    expect(() => plainValues(rows, { warmthOfIt: -1 })).toThrow('warmthOfIt: expected a finite number of at least 0, got -1.');
    const made = { ...configure({}, DATA), warmthOfIt: 3 } as Configuration;
    const again = optionsOfConfiguration(made, rows);
    expect(again).toMatchObject({ warmthOfIt: 3, epochs: 30 });
    expect([learningParts(again, 'training cost', WITH), stepParts(again, WITH)]).toEqual([
      ['', '3 degrees'],
      ['sgd', 'warmth 3'],
    ]);
    expect(stepParts({ ...again, warmthOfIt: 0 } as TrainOptions, WITH)).toEqual(['sgd']);
  });
});

describe('checks', () => {
  it.each([
    [wholeNumber(1), 0, 'x: expected a whole number of at least 1, got 0.'],
    [wholeNumber(1, 3), 4, 'x: expected a whole number from 1 to 3, got 4.'],
    [share, 1, 'x: expected a number of at least 0 and below 1, got 1.'],
  ])('%o of %o', (check, value, says) => {
    expect(() => plain(check).of('x', value)).toThrow(says);
  });

  it('leave out what has no default', () => {
    expect(plain(share).of('x', undefined)).toBe(undefined);
    expect(plain(share, 0.5).of('x', undefined)).toBe(0.5);
  });
});

describe('the compiler', () => {
  interface Two {
    one?: number;
    two?: string;
  }
  const one = { key: 'one', kind: 'number', group: 'step', help: '', plain: plain(atLeast(0), 1) } as const;
  const two = { key: 'two', kind: 'text', group: 'step', help: '' } as const;

  it('asks for a row for each option, of its type, and for no other', () => {
    const right = { one, two } satisfies RowsOf<Two>;
    // @ts-expect-error an option has no row
    const missing = { one } satisfies RowsOf<Two>;
    // @ts-expect-error its row is of another type
    const other = { one: two, two: { ...two, plain: plain(atLeast(0), 1) } } satisfies RowsOf<Two>;
    // @ts-expect-error there is no such option
    const more = { one, two, three: two } satisfies RowsOf<Two>;
    const value: number = plainValues(right, {}).one;
    expect([value, missing, other, more]).toHaveLength(4);
  });
});
