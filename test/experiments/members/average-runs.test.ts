// Runs that were trained apart as one model: what is averaged, what is refused, what the folder holds, and that whatever takes an ensemble
// takes it.

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AverageRunsOptions,
  averageRuns,
  evaluate,
  exportRun,
  loadModel,
  type Model,
  predict,
  reportPage,
  type TrainOptions,
  train,
  trainMembers,
  trainSeeds,
} from '#src/index.js';
import { listRuns } from '#src/runs/list.js';
import { inFolder, jsonLines, quickNabla } from '../../support/command.js';
import { temporaryFolder } from '../../support/idx-folder.js';
import { expectRefused, refusal } from '../../support/refused.js';

ort.env.wasm.numThreads = 1;

/** Rows whose classes a network learns in part. */
const LINES = Array.from({ length: 160 }, (_, k) => {
  const [a, b] = [(k * 37) % 60, (k * 11) % 17];
  return `${a},${b},${a + 3 * b + ((k * 7) % 31) < 70 ? 'low' : 'high'}`;
});
const NUMBERS = Array.from({ length: 120 }, (_, k) => `${k % 13},${(k * 5) % 11},${(k % 13) + 2 * ((k * 5) % 11)}`);

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = temporaryFolder();
  writeFileSync(at('rows.csv'), ['a,b,kind', ...LINES].join('\n'));
  writeFileSync(at('numbers.csv'), ['a,b,y', ...NUMBERS].join('\n'));
  const rows = {
    data: at('rows.csv'),
    target: 'kind',
    splitSeed: 1,
    batch: 4,
    workers: 1,
    kernels: 'simd',
    gradient: 'owned',
    input: 'dense',
    epochs: 4,
  } as const satisfies TrainOptions;
  const one = async (run: string, options: TrainOptions): Promise<unknown> => train({ ...rows, ...options, run: at(run) });
  await one('small', { hidden: [3], seed: 1, eta: 1, checkpointEvery: '1e', keepCheckpoints: 10 } as TrainOptions);
  await one('deep', { hidden: [8, 4], activation: 'relu', seed: 2, eta: 0.1 });
  await one('softmax', { hidden: [3], cost: 'log-likelihood', seed: 3, eta: 0.3 });
  await one('apart', { hidden: [3], seed: 4, splitSeed: 2 });
  await one('plain', { hidden: [3], seed: 5, scale: 'none' } as TrainOptions);
  await one('numbers', { data: at('numbers.csv'), target: 'y', task: 'regression', hidden: [4], eta: 0.03, seed: 1 } as TrainOptions);
  await one('numbers-2', { data: at('numbers.csv'), target: 'y', task: 'regression', hidden: [5], eta: 0.03, seed: 2 } as TrainOptions);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SAMPLE = { a: 20, b: 9 };
const outputsOf = (model: Model): readonly number[] => model.predict(SAMPLE).outputs;

describe('an average of runs', () => {
  it('is the mean of their outputs, with what each adds, in a folder that stands by itself', async () => {
    const run = at('both');
    const result = await averageRuns({ runs: [at('small'), `${at('deep')}@best`], run });
    const each = await Promise.all([at('small'), `${at('deep')}@best`].map((path) => loadModel(path)));
    const mean = outputsOf(each[0]).map((v, j) => (v + outputsOf(each[1])[j]) / 2);
    const near = (values: readonly number[]): void => {
      expect(Math.max(...values.map((v, j) => Math.abs(v - mean[j])))).toBeLessThan(1e-6);
    };
    near(outputsOf(await result.model()));
    // Without the runs that it is of.
    for (const name of ['small', 'deep']) renamed(name, `${name}-away`);
    try {
      const model = await loadModel(run);
      near(outputsOf(model));
      expect([model.members, model.networks?.map(({ layers }) => layers)]).toEqual([
        2,
        [
          [2, 3, 2],
          [2, 8, 4, 2],
        ],
      ]);
      const { testAccuracy: accuracy, testCost: cost } = result.average;
      expect(await evaluate({ run })).toMatchObject({
        members: 2,
        networks: [
          [2, 3, 2],
          [2, 8, 4, 2],
        ],
        accuracy,
        cost,
      });
      for (const [k, { testAccuracy, validationAccuracy, weightsSha256 }] of result.members.entries()) {
        const member = join(run, 'members', String(k + 1));
        expect((await evaluate({ run: member, workers: 1 })).accuracy).toBe(testAccuracy);
        expect(JSON.parse(readFileSync(join(member, 'run.json'), 'utf8')).outcome).toMatchObject({ validationAccuracy, testAccuracy, weightsSha256 });
        expect(existsSync(join(member, 'checkpoints'))).toBe(false);
      }
      writeFileSync(at('sample.csv'), 'a,b\n20,9\n');
      const [{ top }] = (await predict({ run, files: [at('sample.csv')] })).predictions;
      expect(top[0].probability).toBeCloseTo(Math.max(...mean) / (mean[0] + mean[1]), 5);
    } finally {
      for (const name of ['small', 'deep']) renamed(`${name}-away`, name);
    }
    const { additions, members } = result;
    expect(additions.map(({ split }) => split)).toEqual(['validation', 'test']);
    for (const { split, members: added, curve, average } of additions) {
      const figure = split === 'test' ? 'testAccuracy' : 'validationAccuracy';
      expect(added.map(({ alone }) => alone.accuracy)).toEqual(members.map((member) => member[figure]));
      // Of two the others are one.
      expect(added[0].without).toEqual(added[1].alone);
      expect(average.accuracy).toBe(result.average[figure]);
      expect(curve[1].inOrder.accuracy).toBe(average.accuracy);
    }
    const summary = listRuns([folder]).runs.find(({ path }) => path === run);
    expect(summary).toMatchObject({ members: 2, differ: true, state: 'done', figures: { testAccuracy: result.average.testAccuracy } });
  });

  it('is one file in every format that computes, with other hidden layers in it', async () => {
    const run = at('exported');
    await averageRuns({ runs: [at('deep'), at('small')], run });
    const mean = outputsOf(await loadModel(run));
    const far = (values: readonly number[]): number => Math.max(...values.map((v, j) => Math.abs(v - mean[j])));
    await exportRun({ run, to: 'js', out: at('net.mjs') });
    const module = await import(pathToFileURL(at('net.mjs')).href);
    expect(far(module.predict(SAMPLE))).toBeLessThan(1e-6);
    await exportRun({ run, to: 'onnx', out: at('net.onnx') });
    const session = await ort.InferenceSession.create(readFileSync(at('net.onnx')));
    const { a } = await session.run({ x: new ort.Tensor('float32', [SAMPLE.a, SAMPLE.b], [1, 2]) });
    expect(far(Array.from(a.data as Float32Array))).toBeLessThan(1e-6);
    await session.release();
    await exportRun({ run, to: 'json', out: at('net.json') });
    const json = JSON.parse(readFileSync(at('net.json'), 'utf8'));
    expect(json.members.map(({ layers, activations }: { layers: number[]; activations: string[] }) => [layers, activations])).toEqual([
      [
        [2, 8, 4, 2],
        ['relu', 'relu', 'sigmoid'],
      ],
      [
        [2, 3, 2],
        ['sigmoid', 'sigmoid'],
      ],
    ]);
    expect(json.about).toContain('those that stand in the entry of each');
    expect(await refusal(() => exportRun({ run, to: 'book', out: at('net.book') }))).toContain('the average of 2');
  });

  it('takes a run as far as the network that is named', async () => {
    const run = at('early');
    await averageRuns({ runs: [`${at('small')}@2`, at('deep')], run });
    const member = join(run, 'members', '1');
    const lines = jsonLines(readFileSync(join(member, 'metrics.jsonl'), 'utf8'));
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(JSON.parse(readFileSync(join(member, 'run.json'), 'utf8')).outcome).toMatchObject({ epochs: 2, best: { epoch: expect.any(Number) } });
    const [ours, theirs] = await Promise.all([loadModel(member), loadModel(`${at('small')}@2`)]);
    expect(ours.parameters).toEqual(theirs.parameters);
    const page = await reportPage([run]);
    expect(page).toContain('small@2');
    expect(page).toContain('What each member adds');
  });

  it('of numbers adds cost', async () => {
    const { additions, average, mean } = await averageRuns({ runs: [at('numbers'), at('numbers-2')] });
    expect(average).toMatchObject({ testAccuracy: null, testFigures: { r2: expect.any(Number) } });
    expect(average.testCost as number).toBeLessThan(mean.testCost as number);
    for (const { members, disagreement } of additions) {
      expect(disagreement).toBeNull();
      for (const { accuracy, cost, without, alone } of members) {
        expect([accuracy, alone.accuracy]).toEqual([null, null]);
        const [low, high] = cost.interval as [number, number];
        expect(low < cost.mean && cost.mean < high && (cost.p as number) <= 1 && without.cost > 0).toBe(true);
      }
    }
  });

  it('takes an ensemble for its members, and several seeds for their runs', async () => {
    const options = { data: at('rows.csv'), target: 'kind', hidden: [3], epochs: 2, workers: 1, splitSeed: 1 } as const;
    await trainMembers({ ...options, members: 2, seed: 11, run: at('pair') });
    await trainSeeds({ ...options, seeds: 2, seed: 21, run: at('seeds') });
    const result = await averageRuns({ runs: [at('pair'), at('seeds')], run: at('four') });
    expect(result.members.map(({ name }) => name)).toEqual([
      at('pair', 'members', '1'),
      at('pair', 'members', '2'),
      at('seeds', 'seed-21'),
      at('seeds', 'seed-22'),
    ]);
    expect(result.networks).toBeUndefined();
    expect((await loadModel(at('four'))).members).toBe(4);
  });
});

function renamed(from: string, to: string): void {
  renameSync(at(from), at(to));
}

describe('what does not fit together', () => {
  it.each<[what: string, runs: () => string[], says: RegExp]>([
    ['one network', () => ['small'], /runs: expected from 2 to 100 networks, got 1/],
    ['the same twice', () => ['small', 'small'], /runs: expected each network once, got '.*twice'/],
    ['classes and numbers', () => ['small', 'numbers'], /numbers: expected classes as targets, as .*small has, got 'numbers as targets'/],
    ['other outputs', () => ['small', 'softmax'], /softmax: expected sigmoid outputs, as .*small has, got 'softmax outputs'/],
    ['another split of columns', () => ['small', 'apart'], /apart: expected .* as .*small has, got .*--split-seed/],
    ['another scale of columns', () => ['small', 'plain'], /plain: expected columns that are prepared in their way, as .*small has/],
    ['no run', () => ['small', 'nowhere'], /nowhere: there is no such folder/],
    ['no such network', () => ['small', 'deep@99'], /deep@99: this run keeps no network of the end of epoch 99/],
  ])('%s', async (_, runs, says) => {
    expect(await refusal(() => averageRuns({ runs: runs().map((name) => at(name)), run: at('none') }))).toMatch(says);
    expect(existsSync(at('none'))).toBe(false);
  });

  it.each<[AverageRunsOptions, string]>([
    [{ runs: 'a' as unknown as string[] }, 'runs: expected a list of folders of runs'],
    [{ runs: [] }, 'runs: expected from 2 to 100 networks'],
    [{ runs: [], scale: 1 } as AverageRunsOptions, 'runs: expected'],
  ])('%o', async (options, says) => {
    expect(await refusal(() => averageRuns(options))).toContain(says);
  });

  it('other samples under the same preparation are refused, or measured on what is named', () =>
    inFolder(async (own) => {
      const digits = (seed: number) => train({ data: 'mnist', hidden: [4], epochs: 1, batch: 100, seed, workers: 1, run: join(own, String(seed)) });
      await digits(1);
      await digits(2);
      const runs = [1, 2].map((seed) => join(own, String(seed)));
      expect(await refusal(() => averageRuns({ runs }))).toMatch(/2: expected the samples of .*1, split alike, got 'others'.*--split-seed.*--data/);
      const { warnings } = await averageRuns({ runs, data: 'mnist', run: join(own, 'both') });
      expect(warnings).toEqual([expect.stringContaining('may have learnt what the average is measured on')]);
      const page = await reportPage([join(own, 'both')]);
      expect(page).toContain('2 was trained on other samples than these');
      expect(page).not.toContain(own);
    }));
});

describe('nabla ensemble', () => {
  it('shows each run, their average and what each adds; keeps it; writes a page', async () => {
    const args = ['ensemble', 'small', 'deep@best', '--run', 'shown', '--html', 'shown.html'];
    const { code, stdout, stderr } = await quickNabla(args, folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ +run +network +validation +test\nmember 1 +small +2-3-2 +[\d.]+ % +[\d.]+ %\nmember 2 +deep@best +2-8-4-2 +[\d.]+ %/);
    expect(stdout).toMatch(/What each member adds, on 16 validation samples\n\n +alone +without it +adds +between +p +less cost\nmember 1 /);
    expect(stdout).toMatch(/\nmembers +1 +2\nthe first +[\d.]+ % +[\d.]+ %\nin the mean +[\d.]+ % +[\d.]+ %\n/);
    expect(stdout).toMatch(/\nkept {7}shown, with copies of the networks/);
    expect(stdout).toMatch(/\nshown\.html: \d+ kB\n$/);
    expect(readFileSync(at('shown.html'), 'utf8')).toContain('deep@best');
    expect((await quickNabla(['evaluate', 'shown'], folder)).stdout).toMatch(/^shown: average of 2 networks 2-…-2 on/);
    expect((await quickNabla(['runs', '.'], folder)).stdout).toMatch(/\nshown +done .* 2-…-2 ×2/);
    await expectRefused(args, folder, /run: expected one without an ensemble, got 'shown'. Name another folder/);
    await expectRefused(['train', '--resume', 'shown'], folder, /resume: expected an ensemble whose members were trained together/);
    await expectRefused(['ensemble', 'small', 'softmax'], folder, /softmax: expected sigmoid outputs/);
    await expectRefused(['ensemble', 'small', 'deep', '--html', 'nowhere/page.html'], folder, /html: expected a file in a folder that exists/);
  });

  it('is a line of JSON', async () => {
    const { stdout } = await quickNabla(['ensemble', 'numbers', 'numbers-2', '--run', 'json', '--format', 'json'], folder);
    const [line, ...more] = jsonLines(stdout);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      event: 'ensemble',
      run: 'json',
      members: [{ name: 'numbers' }, { name: 'numbers-2' }],
      additions: [{ split: 'validation' }, { split: 'test' }],
    });
    expect(line).not.toHaveProperty('parameters');
  });
});
