// The data of a saved run, read again: every command that needs them takes those that the run was trained on, split as they
// were, and refuses others unless they are named.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGradients, diagnose, evaluate, explain, type TrainEvent, train } from '#src/index.js';
import { jsonLines, nabla } from '../support/command.js';
import { images, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
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
  ['evaluate', evaluate],
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
  const check = (more: string) => nabla(`check --run kept --validation 5${more}`.split(' '), folder);
  const { code, stderr } = await check('');
  expect([code, stderr]).toEqual([2, 'error: validation: expected none without data: those of kept are split as they were, got 5.\n']);
  expect(await check(' --data .')).toMatchObject({ code: 0, stderr: '' });
});

it('a network goes on to mnist without a word of a data set that only had that name', async () => {
  const brought = { ...smallData({ count: 40, inputs: 784, classes: 10, bytes: true }), name: 'mnist' };
  await train({ data: brought, layers: [784, 2, 10], epochs: 1, workers: 1, run: path('named') });
  const { code, stdout } = await nabla('train --from named --seed 5 --epochs 1 --batch 1000 --workers 1 --format json'.split(' '), folder);
  expect([code, jsonLines(stdout)[0].warnings]).toEqual([0, undefined]);
});
