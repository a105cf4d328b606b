// Runs that were trained on columns of a file: whatever is read for their networks later is prepared as those columns were, and what is
// made again of a run is made to the same bits.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Dataset } from '#src/data/dataset.js';
import { evaluate, isBadInput, loadDataset, type TrainOptions, type TrainResult, train } from '#src/index.js';
import type { DataOptions } from '#src/runs/data.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

const folder = temporaryFolder();
const before = cwd();
const path = (...names: string[]): string => join(folder, ...names);

/** Rows that a few epochs learn: the larger x and y, the likelier 'high'. */
function people(rows: number, from: number, order = ['x', 'town', 'y', 'level']): string {
  const row = (k: number): Record<string, unknown> => {
    const [x, y] = [Math.sin(k * 1.7) * 40 + 1000, Math.cos(k * 2.3)];
    return { x: x.toFixed(3), town: k % 3 ? 'Ulm' : 'Kiel', y: y.toFixed(4), level: (x - 1000) / 40 + y > 0 ? 'high' : 'low', more: k };
  };
  return [order, ...Array.from({ length: rows }, (_, k) => order.map((name) => row(from + k)[name]))].map((values) => `${values.join()}\n`).join('');
}
const SETTINGS = { epochs: 4, workers: 1, hidden: [8], optimiser: 'adam', eta: 0.02 } as const;
let first: TrainResult;

const dataFor = (run: string, options: DataOptions = {}): Promise<Dataset> => SavedRun.open(path('runs', run)).data(options);
const recordOf = (run: string) => JSON.parse(readFileSync(path('runs', run, 'run.json'), 'utf8'));
const counted = ({ inputs, ...data }: Dataset): number[] =>
  (['training', 'validation', 'test'] as const).map((split) => data[split].values.length / inputs);
const shaOf = (run: string): string => recordOf(run).outcome.weightsSha256;

beforeAll(async () => {
  mkdirSync(path('runs'));
  mkdirSync(path('elsewhere'));
  mkdirSync(path('digits'));
  writeIdxFolder(path('digits'));
  writeFileSync(path('people.csv'), people(80, 0));
  writeFileSync(path('others.csv'), people(30, 500, ['level', 'more', 'y', 'town', 'x']));
  writeFileSync(path('short.csv'), people(30, 500, ['x', 'y', 'level']));
  chdir(folder);
  first = await train({ data: 'people.csv', test: 'others.csv', target: 'level', ...SETTINGS, run: 'runs/first' });
  chdir(path('elsewhere'));
});
afterAll(() => {
  chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe('a run', () => {
  it('keeps how its columns were prepared, what was decided, and where its files are', () => {
    const { data } = recordOf('first');
    expect(data.preparation.columns.map(({ name }: { name: string }) => name)).toEqual(['x', 'town', 'y']);
    expect(data.decisions.map(({ column }: { column: string }) => column)).toEqual(['x', 'town', 'y', 'level']);
    expect([data.source, data.test, data.scaling, data.scale]).toEqual([path('people.csv'), path('others.csv'), 'auto', 1]);
  });

  it('is evaluated on its own samples, from any folder', async () => {
    const own = await evaluate({ run: path('runs/first'), workers: 1 });
    expect([own.accuracy, own.assessment?.confusion.length]).toEqual([first.testAccuracy, 2]);
  });

  it.each<[string, string[]]>([
    ['check', ['check', '--run', 'RUN', '--samples', '2']],
    ['diagnose', ['diagnose', '--run', 'RUN']],
    ['explain', ['explain', '--run', 'RUN', '--sample', '1', '--weight', '2:1,1']],
    ['report', ['report', 'RUN', '--out', 'page.html']],
    ['evaluate', ['evaluate', 'RUN@best', '--data', path('others.csv')]],
  ])('is read again by %s', async (_, args) => {
    const { code, stderr } = await quickNabla(
      args.map((arg) => arg.replace('RUN', path('runs/first'))),
      path('elsewhere'),
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  it('of numbers has a sample without a class to explain', async () => {
    await train({ data: path('people.csv'), target: 'y', features: ['x'], ...SETTINGS, epochs: 1, run: path('runs/numbers') });
    const { code, stdout } = await quickNabla(['explain', '--run', path('runs/numbers')], path('elsewhere'));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/sample 1 of the test split of people\.csv;\s+x = /)]);
  });

  it('that is resumed, or made again by its file, ends with the same bits', async () => {
    writeFileSync(path('same.csv'), people(80, 0).replaceAll('\n', ',7\n').replace('level,7', 'level,same'));
    await train({ data: path('same.csv'), target: 'level', ...SETTINGS, run: path('runs/whole') });
    await train({
      data: path('same.csv'),
      target: 'level',
      ...SETTINGS,
      run: path('runs/parts'),
      onEvent: (e) => (e.event === 'epoch' && e.epoch === 2 ? 'stop' : undefined),
    });
    await train({ resume: path('runs/parts'), workers: 1 });
    expect([shaOf('parts'), recordOf('parts').data]).toEqual([shaOf('whole'), recordOf('whole').data]);
    const { code } = await quickNabla(['train', '--config', path('runs/whole/config.json'), '--run', path('runs/again')], path('elsewhere'));
    expect([code, shaOf('again')]).toEqual([0, shaOf('whole')]);
  });

  it('knows its samples when its file has changed, and prepares new ones as it did', async () => {
    writeFileSync(path('grown.csv'), people(80, 0));
    await train({ data: path('grown.csv'), target: 'level', ...SETTINGS, run: path('runs/grown') });
    writeFileSync(path('grown.csv'), people(90, 0).replaceAll('Kiel', 'Bonn'));
    await expect(dataFor('grown')).rejects.toThrow('no longer holds the samples that this run was trained on');
    const data = await dataFor('grown', { data: path('grown.csv') });
    expect([data.preparation, counted(data)]).toEqual([recordOf('grown').data.preparation, [72, 9, 9]]);
    await expect(train({ resume: path('runs/grown'), epochs: 9 })).rejects.toThrow('the samples that');
  });
});

describe('other data', () => {
  it('are prepared as the run’s own, all of them for the test', async () => {
    const data = await dataFor('first', { data: path('others.csv') });
    const own = await dataFor('first');
    expect([counted(data), data.preparation]).toEqual([[30, 0, 30], recordOf('first').data.preparation]);
    expect(data.test).toEqual(own.test);
    const kept = await dataFor('first', { data: path('others.csv'), validation: path('people.csv') });
    expect(counted(kept)).toEqual([30, 80, 30]);
  });

  it('with words that training did not know are said to have them, in an evaluation and where a run is tested on them', async () => {
    const says = (name: string) => [
      `${name}: column 'town': words of 7 rows, such as 'Bonn', training did not know; they are taken as none of its words.`,
    ];
    writeFileSync(path('bonn.csv'), people(20, 0).replaceAll('Kiel', 'Bonn'));
    const { warnings } = await evaluate({ run: path('runs/first'), data: path('bonn.csv'), workers: 1 });
    const data = await loadDataset(path('people.csv'), { test: path('bonn.csv'), target: 'level' });
    expect([warnings, data.warnings]).toEqual([says('bonn.csv'), says('bonn.csv')]);
    expect((await dataFor('first')).warnings).toBeUndefined();
  });

  it('without values lose those rows where the run’s own did', async () => {
    writeFileSync(path('holes.csv'), people(80, 0).replace(/\n[^,]*/, '\n'));
    await train({ data: path('holes.csv'), target: 'level', missing: 'drop', ...SETTINGS, run: path('runs/holes') });
    writeFileSync(path('more-holes.csv'), people(10, 0).replace(/\n[^,]*/, '\n?'));
    expect(counted(await dataFor('holes', { data: path('more-holes.csv') }))).toEqual([9, 0, 9]);
    await expect(dataFor('first', { data: path('more-holes.csv') })).rejects.toThrow(/line 2, column 1 \('x'\): expected a value, got none/);
  });

  it.each<[string, DataOptions, RegExp]>([
    ['a column', { data: path('short.csv') }, /short\.csv: expected a column 'town' as an input, as in training; its columns are 'x', 'y', 'level'/],
    ['rows', { data: path('digits') }, /digits: these are images; the network was trained on columns, 'x', 'town', 'y'\.$/],
    ['anything', { data: path('nothing.csv') }, /nothing\.csv: there is no such file/],
    ['the scale', { data: path('others.csv'), scale: 0.5 }, /scale: expected none: columns are scaled as when the network was trained/],
    ['a part', { data: path('others.csv'), validation: 5 }, /validation: expected a file, or none/],
  ])('are refused that have not %s', async (_, options, message) => {
    const error = await dataFor('first', options).catch((thrown) => thrown);
    expect(error.message).toMatch(message);
    expect(isBadInput(error)).toBe(true);
  });
});

describe('a run from another', () => {
  const from = (options: TrainOptions): Promise<TrainResult> =>
    train({ data: path('others.csv'), from: path('runs/first'), epochs: 2, workers: 1, ...options });

  it('has its columns prepared as that one', async () => {
    await from({ run: path('runs/tuned') });
    const { data } = recordOf('tuned');
    expect([data.preparation, data.classNames]).toEqual([recordOf('first').data.preparation, ['high', 'low']]);
    expect(data.decisions[1]).toEqual({ column: 'more', holds: 'numbers', use: 'left out: the network was trained without it' });
    expect(counted(await dataFor('tuned'))).toEqual([24, 3, 3]);
    const again = ['train', '--config', path('runs/tuned/config.json'), '--run', path('runs/tuned-again')];
    const { code, stderr } = await quickNabla(again, path('elsewhere'));
    expect([code, stderr, shaOf('tuned-again')]).toEqual([0, '', shaOf('tuned')]);
    await train({ resume: path('runs/tuned'), epochs: 3, workers: 1 });
    expect(recordOf('tuned').data.preparation).toEqual(data.preparation);
  });

  it('may say the same of its columns, and nothing else', async () => {
    await from({ target: 'level' });
    await expect(from({ target: 'town' })).rejects.toThrow(
      /target: expected level, or none, as in .*first: its network keeps its columns, got 'town'/,
    );
    await expect(from({ scale: 'minmax' })).rejects.toThrow(/scale: expected auto, or none/);
    await expect(from({ drop: ['x'] })).rejects.toThrow(/drop: expected none/);
    await expect(from({ data: path('short.csv') })).rejects.toThrow(/expected a column 'town'/);
  });

  it('warns of samples that are kept back now and were not then', async () => {
    const warnings: string[] = [];
    const onEvent: TrainOptions['onEvent'] = (e) => void (e.event === 'start' && warnings.push(...(e.warnings ?? [])));
    await from({ data: path('people.csv'), seed: 2, onEvent });
    expect(warnings.join()).toContain('was trained on another split of');
  });
});

describe('a program that loads a file itself', () => {
  it('keeps the preparation in its run', async () => {
    const data = await loadDataset(path('people.csv'), { target: 'level' });
    await train({ data, ...SETTINGS, run: path('runs/loaded') });
    expect(recordOf('loaded').data).toMatchObject({ brought: true, preparation: data.preparation });
    expect((await dataFor('loaded', { data })).training).toEqual(data.training);
    chdir(folder);
    // All of it: nobody knows how the program has split it.
    const named = await dataFor('loaded', { data: 'people.csv' });
    chdir(path('elsewhere'));
    expect([counted(named), named.preparation]).toEqual([[80, 0, 80], data.preparation]);
    const other = await loadDataset(path('people.csv'), { target: 'level', seed: 5 });
    await expect(dataFor('loaded', { data: other })).rejects.toThrow(/data: expected samples that are prepared as those were/);
    await expect(train({ data: other, from: path('runs/loaded') })).rejects.toThrow(/expected samples that are prepared/);
  });
});
