// Several networks that are trained to be averaged: each has the bits of a run of its own, all are over the samples as the first has split
// them, the average is the mean of their outputs, and a training that was stopped goes on to the same.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  evaluate,
  exportRun,
  loadModel,
  type Member,
  type MembersEvent,
  type MembersOptions,
  type MembersResult,
  type TrainResult,
  train,
  trainMembers,
} from '#src/index.js';
import { contents, inFolder, jsonLines, quickNabla } from '../../support/command.js';
import { temporaryFolder } from '../../support/idx-folder.js';
import { smallData } from '../../support/insight-data.js';
import { expectRefused, refusal } from '../../support/refused.js';

ort.env.wasm.numThreads = 1;

const data = smallData({ count: 40 });
const OPTIONS = { data, hidden: [5], epochs: 3, batch: 5, eta: 2, seed: 7 } as const satisfies MembersOptions;

/** Rows whose split is drawn by the seed. */
const LINES = Array.from({ length: 60 }, (_, k) => `${(k * 37) % 60},${(k * 11) % 7},${(k * 37) % 60 < 30 ? 'low' : 'high'}`);
let folder: string;
let table: string;
/** Three members, one after another; and the same seeds as runs of their own. */
let whole: MembersResult;
let alone: TrainResult[];
const events: MembersEvent[] = [];
beforeAll(async () => {
  folder = temporaryFolder();
  table = join(folder, 'rows.csv');
  writeFileSync(table, ['a,b,kind', ...LINES].join('\n'));
  whole = await trainMembers({ ...OPTIONS, members: 3, jobs: 1, workers: 1, onEvent: (event) => events.push(event) });
  alone = [];
  for (const k of [0, 1, 2]) alone.push(await train({ ...OPTIONS, seed: 7 + k, workers: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What does not hang on the clock. */
const lasting = (events: readonly MembersEvent[]): MembersEvent[] => events.filter(({ event }) => event !== 'progress' && event !== 'averaged');

describe('members', () => {
  it('have the bits of runs of their own, on any number of cores', async () => {
    const heard: MembersEvent[] = [];
    const two = await trainMembers({ ...OPTIONS, members: 3, jobs: 2, workers: 1, onEvent: (event) => heard.push(event) });
    expect(lasting(heard)).toEqual(lasting(events));
    expect(events.filter(({ event }) => event === 'member')).toEqual(whole.members.map((member) => ({ event: 'member', ...member })));
    expect(two.parameters).toEqual(whole.parameters);
    for (const [k, member] of whole.members.entries()) {
      const { weightsSha256, testAccuracy } = alone[k];
      expect(member).toMatchObject({ number: k + 1, seed: 7 + k, weightsSha256, testAccuracy });
    }
    expect(new Set(whole.members.map(({ weightsSha256 }) => weightsSha256)).size).toBe(3);
  });

  it('are averaged: figures, and the model, are those of the mean of their outputs', async () => {
    const { members, network, parameters, mean, average } = whole;
    const P = parameters.length / 3;
    const model = await whole.model();
    expect([model.members, model.inputs]).toEqual([3, 7]);
    const rows = Array.from({ length: 40 }, (_, s) => data.test.values.subarray(7 * s, 7 * s + 7) as Float32Array);
    const outputs = rows.map((x) =>
      alone
        .map((result) => result.predict(x))
        .reduce((a, b) => a.map((v, j) => v + b[j]))
        .map((v) => v / 3),
    );
    let [cost, right] = [0, 0];
    for (const [s, a] of outputs.entries()) {
      expect(Math.max(...model.predict(rows[s]).outputs.map((v, j) => Math.abs(v - a[j])))).toBeLessThan(1e-6);
      for (const [j, v] of a.entries()) cost -= j === data.test.labels[s] ? Math.log(v) : Math.log(1 - v);
      if (a.indexOf(Math.max(...a)) === data.test.labels[s]) right++;
    }
    expect(network.cost).toBe('cross-entropy');
    expect(average.testCost).toBeCloseTo(cost / 40, 5);
    expect(average.testAccuracy).toBe(right / 40);
    expect(mean.testCost).toBeCloseTo(members.reduce((sum, { testCost }) => sum + (testCost as number), 0) / 3, 12);
    // C_x is convex in the outputs: the mean of them never costs more than they do in the mean.
    expect(average.testCost as number).toBeLessThan(mean.testCost as number);
    expect(parameters.subarray(P, 2 * P)).toEqual(alone[1].parameters);
  });

  it('share the split of the first, and are runs that work by themselves', () =>
    inFolder(async (own) => {
      const run = join(own, 'both');
      const result = await trainMembers({ data: table, target: 'kind', hidden: [4], epochs: 2, members: 2, workers: 1, run });
      for (const { run: member, seed, testAccuracy, testCost } of result.members) {
        expect(await evaluate({ run: member as string, workers: 1 })).toMatchObject({ accuracy: testAccuracy, cost: testCost });
        expect(JSON.parse(readFileSync(join(member as string, 'run.json'), 'utf8')).configuration.seed).toBe(seed);
      }
      expect(await evaluate({ run })).toMatchObject({ members: 2, workers: 1, accuracy: result.average.testAccuracy, cost: result.average.testCost });
      const longer = await train({ resume: join(run, 'members', '2'), epochs: 3, workers: 1 });
      expect(longer.epochs).toBe(3);
      // One of them is another network now.
      expect(await refusal(() => loadModel(run))).toContain('trained again since');
    }));

  it('of targets that are numbers are averaged in their own units, and exported so', async () => {
    // The second column is called as what the graph of a member might be.
    const lines = Array.from({ length: 60 }, (_, k) => `${k % 13},${['red', 'blue', 'green'][k % 3]},${100 + 3 * (k % 13) - (k % 3)}`);
    await inFolder(async (own) => {
      const numbers = join(own, 'numbers.csv');
      writeFileSync(numbers, ['b,member1.layer2.z,y', ...lines].join('\n'));
      const options = { data: numbers, target: 'y', task: 'regression', hidden: [4], epochs: 4, workers: 1, eta: 0.05 } as const;
      const result = await trainMembers({ ...options, members: 2, run: join(own, 'two') });
      const both = await loadModel(join(own, 'two'));
      const each = await Promise.all([1, 2].map((k) => loadModel(join(own, 'two', 'members', String(k)))));
      const row = { b: 5, 'member1.layer2.z': 'blue' };
      const [y] = both.predict(row).outputs;
      const [first, second] = each.map((model) => model.predict(row).outputs[0]);
      expect(first).not.toBeCloseTo(second, 3);
      expect(y).toBeCloseTo((first + second) / 2, 4);
      expect(result.average).toMatchObject({ testAccuracy: null, testFigures: { r2: expect.any(Number) } });
      expect(await evaluate({ run: join(own, 'two') })).toMatchObject({ accuracy: null, cost: result.average.testCost });
      await exportRun({ run: join(own, 'two'), to: 'js', out: join(own, 'two.mjs') });
      const { predict, metadata } = await import(pathToFileURL(join(own, 'two.mjs')).href);
      expect(predict(row)[0]).toBeCloseTo(y, 4);
      expect(metadata).toMatchObject({ members: 2, weightsSha256: result.average.weightsSha256, testCost: result.average.testCost });
      await exportRun({ run: join(own, 'two'), to: 'onnx', out: join(own, 'two.onnx') });
      const session = await ort.InferenceSession.create(readFileSync(join(own, 'two.onnx')));
      const [number, word] = session.inputNames;
      expect(word).not.toBe('member1.layer2.z');
      const { a } = await session.run({ [number]: new ort.Tensor('float32', [5], [1, 1]), [word]: new ort.Tensor('string', ['blue'], [1, 1]) });
      expect(a.data[0]).toBeCloseTo(y, 4);
      await session.release();
    });
  });
});

describe('a training of members that was stopped', () => {
  /** Stops in the middle of the second. */
  const stopped = async (run: string): Promise<{ code: string; message: string; next: unknown }> => {
    const stop = new AbortController();
    const hear = (event: MembersEvent): void => {
      if (event.event === 'progress' && event.share > 0.4) stop.abort();
    };
    return trainMembers({ ...OPTIONS, members: 3, jobs: 1, workers: 1, run, onEvent: hear, signal: stop.signal }).then(
      () => expect.fail('it went on'),
      (error) => error,
    );
  };

  it('says how it goes on, and does, to the same bits', () =>
    inFolder(async (own) => {
      const run = join(own, 'three');
      const error = await stopped(run);
      expect(error).toMatchObject({ code: 'INTERRUPTED', next: { command: 'train', options: expect.stringContaining('--members 3 --resume ') } });
      expect(error.message).toContain('Member 1 of 3 has ended');
      expect(await refusal(() => loadModel(run))).toMatch(/It goes on with: train --members 3 --resume/);
      const first = readFileSync(join(run, 'members', '1', 'run.json'), 'utf8');
      const heard: MembersEvent[] = [];
      const resumed = await trainMembers({ resume: run, data, workers: 1, onEvent: (event) => heard.push(event) });
      // The first is taken as it is, and the second goes on.
      expect(readFileSync(join(run, 'members', '2', 'log.txt'), 'utf8')).toContain('resumed in epoch 2');
      expect(readFileSync(join(run, 'members', '1', 'run.json'), 'utf8')).toBe(first);
      const without = ({ run: _, ...member }: Member): unknown => member;
      expect(resumed.members.map(without)).toEqual(whole.members.map(without));
      expect(resumed.average).toEqual(whole.average);
      expect(heard.flatMap((event) => (event.event === 'member' ? [event.number] : []))).toEqual([1, 2, 3]);
      expect((await loadModel(run)).parameters).toEqual(whole.parameters);
    }));

  it('goes on with its own options and samples alone', () =>
    inFolder(async (own) => {
      const run = join(own, 'three');
      await stopped(run);
      const before = contents(run);
      expect(await refusal(() => trainMembers({ resume: run, data, eta: 3 }))).toContain('eta: expected 2, as in');
      expect(await refusal(() => trainMembers({ resume: run, data, lambda: 3 }))).toContain('lambda: expected none, as in');
      expect(await refusal(() => trainMembers({ resume: run, data, members: 4 }))).toContain('members: expected 3, as in');
      expect(await refusal(() => trainMembers({ resume: run, data: smallData({ count: 41 }) }))).toContain('data: expected the samples');
      expect(await refusal(() => trainMembers({ resume: run, data, run: 'other' }))).toContain('run: expected none');
      expect(contents(run)).toEqual(before);
    }));

  it('reports a member that diverges, after the others have ended', async () => {
    const own = { ...data, training: { ...data.training, values: (data.training.values as Float32Array).map((v) => v * 1e30) } };
    const diverging = trainMembers({ ...OPTIONS, data: own, cost: 'quadratic', output: 'linear', activation: 'relu', members: 2, workers: 1 });
    await expect(diverging).rejects.toMatchObject({
      code: 'DIVERGED',
      message: expect.stringMatching(/^member 1: .* No member has ended; nothing is kept\.$/),
    });
  });
});

describe('bad options of members', () => {
  it.each([
    [{ members: 0 }, 'members: expected'],
    [{ members: 101 }, 'members: expected'],
    [{}, 'members: expected how many networks, from 1 to 100'],
    [{ members: 2, from: 'a' }, 'from: expected none beside members'],
    [{ members: 2, jobs: 0 }, 'jobs: expected'],
    [{ members: 2, seed: Number.MAX_SAFE_INTEGER }, 'seed: expected'],
    [{ members: 2, hidden: [0] }, 'hidden'],
    [{ members: 2, onEvent: 1 }, 'onEvent: expected a function'],
    [{ resume: '.' }, 'there is no ensemble in this folder'],
  ])('%o', async (options, says) => {
    expect(await refusal(() => trainMembers({ data, epochs: 1, ...options } as MembersOptions))).toContain(says);
  });
});

describe('nabla train --members', () => {
  it('shows each as it ends, their mean and their average, and keeps them in a folder', () =>
    inFolder(async (own) => {
      const args = ['train', table, '--target', 'kind', '--hidden', '4', '--epochs', '20', '--batch', '4', '--members', '2', '--seed', '5'];
      const { code, stdout, stderr } = await quickNabla([...args, '--run', 'two'], own);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^members {4}2 networks 2-4-2 for 20 epochs, seeds 5 to 6\n/);
      expect(stdout).toMatch(
        /\nmember 1 +5 +20 +[\d.]+ % +[\d.]+ %\nmember 2 +6 +20 +[\d.]+ % +[\d.]+ %\nmean +[\d.]+ % +[\d.]+ %\naverage +[\d.]+ % +[\d.]+ %\n/,
      );
      expect(stdout).toMatch(/kept {7}two: evaluate/);
      // What is resumed says by itself what it is; all of it has ended.
      const json = jsonLines((await quickNabla(['train', '--resume', 'two', '--format', 'json'], own)).stdout);
      expect(json.map(({ event }) => event)).toEqual(['members', 'member', 'member', 'averaged']);
      await expectRefused([...args, '--run', 'two'], own, /--resume two/);
      await expectRefused([...args, '--folds', '3'], own, /members: expected none beside folds/);
      await expectRefused(['train', table, '--from', 'two', '--target', 'kind'], own, /from: expected one network, .*two\/members\/1/);
      await expectRefused(['evaluate', 'two', '--workers', '2'], own, /workers: expected none for an average/);
      await expectRefused(['explain', '--run', 'two'], own, /several networks, whose average is one model. Name one of them: two\/members\/1/);
      expect((await quickNabla(['evaluate', 'two'], own)).stdout).toMatch(/^two: average of 2 networks 2-4-2 on/);
      const report = await quickNabla(['report', 'two', '--out', 'page.html'], own);
      expect([report.code, report.stdout]).toEqual([0, expect.stringMatching(/^page\.html: the average of 2 networks, \d+ kB\n$/)]);
    }));
});
