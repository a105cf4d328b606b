// The data of a saved run, read again: every command that needs them takes those that the run was trained on, split as they
// were, and refuses others unless they are named.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGradients, diagnose, evaluate, explain, predict, type TrainEvent, train } from '#src/index.js';
import { readConfig } from '#src/options/config-file.js';
import { readingBeside } from '#src/runs/data.js';
import { readRecord } from '#src/runs/record.js';
import { jsonLines, quickNabla } from '../support/command.js';
import { idxBytes, images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const events: TrainEvent[] = [];
beforeAll(async () => {
  const layers = [6, 5, 4];
  const onEvent = (event: TrainEvent) => events.push(event);
  writeIdxFolder(folder);
  await train({ data: folder, layers, validation: 7, seed: 3, epochs: 1, workers: 1, run: path('kept'), onEvent });
  // Under the name of others.
  await train({ data: { ...smallData({ inputs: 6 }), name: 'mnist' }, layers, epochs: 1, workers: 1, run: path('brought') });
  await train({ data: folder, layers, epochs: 1, workers: 1, run: path('changed') });
  await train({ data: folder, layers, epochs: 1, workers: 1, run: path('old') });
  await train({ data: folder, layers, epochs: 1, workers: 1, run: path('bare') });
  editData('changed', (data) => ({ ...data, sha256: '0'.repeat(64) }));
  editData('old', ({ sha256, ...data }) => data);
  editData('bare', () => undefined);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function editData(run: string, change: (data: Record<string, unknown>) => unknown): void {
  const file = join(path(run), 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...record, data: change(record.data) }));
}

/** What reads the data of a run. */
const READERS: [name: string, read: (options: { run: string; data?: string }) => Promise<object>][] = [
  ['evaluate', (options) => evaluate({ ...options, workers: 1 })],
  ['checkGradients', (options) => checkGradients({ ...options, samples: 2 })],
  ['diagnose', diagnose],
  ['explain', explain],
];

describe.each(READERS)('%s', (_, read) => {
  it.each(['kept', 'old'])('reads the data of %s', async (name) => {
    expect(await read({ run: path(name) })).toBeTypeOf('object');
  });

  it.each([
    ['brought', /brought: a program brought 'mnist' to this run, and no file holds it\. Say --data\.$/],
    ['changed', /changed: '.*' no longer holds the samples that this run was trained on\. Say --data .* to use it all the same\.$/],
    ['bare', /bare: this run does not say what it was trained on\. Say --data\.$/],
  ])('refuses what is not known to be the data of %s, and takes what is named', async (name, says) => {
    await expect(read({ run: path(name) })).rejects.toMatchObject({ code: 'BAD_DATA', message: expect.stringMatching(says) });
    expect(await read({ run: path(name), data: folder })).toBeTypeOf('object');
  });
});

it('files that change after the run are noticed; they are split as they were', async () => {
  const done = events.find((event) => event.event === 'done');
  expect(await evaluate({ run: path('kept'), split: 'validation' })).toMatchObject({ samples: 7, accuracy: done?.validationAccuracy });
  const before = await evaluate({ run: path('kept') });
  writeIdxFolder(folder, { testImages: images(8, 3, 2, 101) });
  await expect(evaluate({ run: path('kept') })).rejects.toMatchObject({ code: 'BAD_DATA', message: expect.stringContaining('no longer holds') });
  expect(await evaluate({ run: path('kept'), data: folder, split: 'validation' })).toMatchObject({ samples: 7 });
  writeIdxFolder(folder);
  expect(await evaluate({ run: path('kept') })).toEqual(before);
});

it('another split is for data that are named', async () => {
  const check = (more: string) => quickNabla(`check --run kept --validation 5${more}`.split(' '), folder);
  const { code, stderr } = await check('');
  expect([code, stderr]).toEqual([2, 'error: validation: expected none without data: those of kept are read as they were, got 5.\n']);
  expect(await check(' --data .')).toMatchObject({ code: 0, stderr: '' });
});

it('a split that has a seed of its own is drawn by it, and again whenever the data are read', async () => {
  const rows = Array.from({ length: 60 }, (_, k) => `${(k * k) % 17},${(k * 7) % 13},${k % 2 ? 'a' : 'b'}`);
  writeFileSync(path('rows.csv'), `x,y,label\n${rows.join('\n')}\n`);
  const small = { data: path('rows.csv'), layers: [2, 3, 2], epochs: 1, workers: 1 } as const;
  const results = [
    await train({ ...small, seed: 4, run: path('by-4') }),
    await train({ ...small, seed: 5, run: path('by-5') }),
    await train({ ...small, seed: 5, splitSeed: 4, run: path('5-by-4') }),
  ];
  const hashes = ['by-4', 'by-5', '5-by-4'].map((name) => readRecord(path(name)).data.sha256);
  expect([hashes[2] === hashes[0], hashes[1] === hashes[0]]).toEqual([true, false]);
  const evaluated = await evaluate({ run: path('5-by-4'), workers: 1 });
  expect(evaluated.cost).toBe(results[2].testCost);
  expect((await evaluate({ run: path('5-by-4'), data: path('rows.csv'), workers: 1 })).cost).toBe(results[2].testCost);
  // Also that of the package's digits, where they are named beside the run; others have none of it.
  expect(readingBeside({ source: 'mnist', splitSeed: 4 }, 'mnist', {}).splitSeed).toBe(4);
  expect(readingBeside({ source: 'mnist', splitSeed: 4 }, path('rows.csv'), {}).splitSeed).toBeUndefined();
  const { options } = readConfig(join(path('5-by-4'), 'config.json'));
  expect((await train(options)).weightsSha256).toBe(results[2].weightsSha256);
});

it('a network goes on to mnist without a word of a data set that only had that name', async () => {
  const brought = { ...smallData({ count: 40, inputs: 784, classes: 10, bytes: true }), name: 'mnist' };
  await train({ data: brought, layers: [784, 2, 10], epochs: 1, workers: 1, run: path('named') });
  const { code, stdout } = await quickNabla('train --from named --seed 5 --epochs 1 --batch 1000 --workers 1 --format json'.split(' '), folder);
  expect([code, jsonLines(stdout)[0].warnings]).toEqual([0, undefined]);
});

describe('data are read as they were for the run', () => {
  const other = (): string => path('other');
  const layers = [6, 5, 4];
  beforeAll(async () => {
    mkdirSync(other());
    writeIdxFolder(other());
    await train({ data: folder, layers, scale: 1 / 100, transpose: true, epochs: 2, workers: 1, run: path('turned') });
  });
  const cost = async (options: object): Promise<number | null> => (await evaluate({ run: path('turned'), workers: 1, ...options })).cost;

  it('by every reader, and where the same samples lie elsewhere', async () => {
    for (const [, read] of READERS) expect(await read({ run: path('turned') })).toBeTypeOf('object');
    expect(await cost({ data: other() })).toBe(await cost({}));
  });

  it('unless something else is said of what is named', async () => {
    const own = await cost({});
    for (const said of [{ scale: 1 / 255 }, { transpose: false }]) expect(await cost({ data: other(), ...said })).not.toBe(own);
    for (const said of [{ scale: 1 }, { transpose: true }])
      await expect(cost(said)).rejects.toThrow(/^(scale|transpose): expected none without data/);
  });

  it('by a run that goes on, one from its network, and one from its file', async () => {
    const resumed = await train({ resume: path('turned'), epochs: 3, workers: 1 });
    const straight = await train({ data: folder, layers, scale: 1 / 100, transpose: true, epochs: 3, workers: 1 });
    expect(resumed.parameters).toEqual(straight.parameters);
    const { options } = readConfig(join(path('turned'), 'config.json'));
    expect(options).toMatchObject({ scale: 1 / 100, transpose: true });
    await expect(train({ resume: path('turned'), scale: 1, epochs: 4 })).rejects.toThrow(/^scale: expected none beside a run to resume/);
    await train({ from: path('turned'), data: other(), epochs: 1, workers: 1, run: path('next') });
    expect(readRecord(path('next')).data).toMatchObject({ scale: 1 / 100, transpose: true, bytes: true });
  });

  it.each(['train', 'check', 'diagnose', 'explain', 'evaluate', 'report', 'predict', 'plan'])('nabla %s can be told not to', async (command) => {
    const { stdout } = await quickNabla([command, '--help'], folder);
    expect(stdout).toMatch(/^ {2}--transpose /m);
    expect(stdout).toMatch(/^ {2}--no-transpose /m);
  });

  it('nabla evaluate says on standard error what speaks against another scale', async () => {
    const { code, stdout, stderr } = await quickNabla(['evaluate', 'turned', '--data', other(), '--scale', '1', '--workers', '1'], folder);
    expect([code, stdout.split(':')[0]]).toEqual([0, 'turned']);
    expect(stderr).toMatch(/^warning {3}Inputs go up to \d+, taken as they are; .*\n$/);
  });

  it('by predict, with images', async () => {
    const image = images(1);
    const predicted = async (options: object) =>
      (await predict({ run: path('turned'), files: [{ name: 'a', bytes: image }], ...options })).predictions[0].top.map(({ output }) => output);
    expect(await predicted({})).toEqual(await predicted({ transpose: true, scale: 1 / 100 }));
    expect(await predicted({ transpose: false })).not.toEqual(await predicted({}));
  });

  it('a program that brings a data set says nothing of it beside', async () => {
    const data = smallData({ inputs: 6 });
    await expect(train({ data, layers, scale: 1 / 255 })).rejects.toThrow(/^scale: expected none beside a data set, which has its inputs/);
    await expect(evaluate({ run: path('kept'), data, transpose: true })).rejects.toThrow(/^transpose: expected none beside a data set/);
  });
});

describe('classes', () => {
  beforeAll(() => {
    mkdirSync(path('top'));
    // The training samples do not have the last one.
    writeIdxFolder(path('top'), { trainingLabels: labels(24, 3) });
  });

  it('are those of the network that is asked for, or saved', async () => {
    const start: TrainEvent[] = [];
    await train({ data: path('top'), layers: [6, 4], epochs: 1, workers: 1, onEvent: (event) => start.push(event) });
    expect(start[0]).toMatchObject({ network: [6, 4], warnings: [expect.stringMatching(/^No training sample is of class 3, but 2 samples/)] });
    for (const [, read] of READERS) expect(await read({ run: path('kept'), data: path('top') })).toBeTypeOf('object');
    expect(await train({ from: path('kept'), data: path('top'), epochs: 1, workers: 1 })).toMatchObject({ network: { layers: [6, 5, 4] } });
  });

  it('too many are refused, and how they were counted is said', async () => {
    const counted = 'labels are 0 to 3; sample 4 of t10k-labels-idx1-ubyte has the largest';
    await expect(train({ data: path('top'), layers: [6, 3] })).rejects.toThrow(`one for each class of 'top' (${counted}), got 3.`);
    await train({ data: { ...smallData({ inputs: 6, classes: 3 }), name: 'three' }, layers: [6, 3], epochs: 1, workers: 1, run: path('three') });
    for (const [, read] of READERS)
      await expect(read({ run: path('three'), data: path('top') })).rejects.toThrow(`4 classes (${counted}), which does not fit 6-3.`);
  });

  it('have weights as the network has outputs', async () => {
    const weighted = (classWeights: number[]) => train({ data: path('top'), layers: [6, 5], classWeights, epochs: 1, workers: 1 });
    expect(await weighted([1, 2, 1, 1, 1])).toBeTypeOf('object');
    await expect(weighted([1, 2, 1, 1])).rejects.toThrow(/^classWeights: expected 5 numbers, one for each class/);
  });
});

it('a run says what is odd about its data', async () => {
  const warned: (readonly string[] | undefined)[] = [];
  const onEvent = (event: TrainEvent): void => {
    if (event.event === 'start') warned.push(event.warnings);
  };
  const ones = (count: number): Buffer =>
    idxBytes(
      [count, 3, 2],
      Array.from({ length: 6 * count }, (_, k) => k % 2),
    );
  mkdirSync(path('ones'));
  writeIdxFolder(path('ones'), { trainingImages: ones(24), testImages: ones(8) });
  for (const scale of [undefined, 1]) await train({ data: path('ones'), layers: [6, 4], scale, epochs: 1, workers: 1, onEvent });
  expect(warned).toEqual([[expect.stringMatching(/^No value is above 1, so that with scale 1\/255 .*--scale 1\.$/)], undefined]);
});
