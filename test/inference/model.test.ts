// A trained network asked by a program: the bits of `nabla predict`, one sample or many, names of classes, and what it refuses.

import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DatasetLike,
  datasetFrom,
  evaluate,
  exportRun,
  isBadInput,
  loadModel,
  type Model,
  predict,
  type TrainResult,
  train,
} from '#src/index.js';
import { quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';

const folder = temporaryFolder();
const path = (name: string): string => `${folder}/${name}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pictures of 2 × 2 bytes with the upper or the lower half lit. */
const inputs = Array.from({ length: 60 }, (_, k) =>
  Uint8Array.from([0, 1, 2, 3], (p) => ((k % 2 === 0) === p < 2 ? 200 + ((7 * k + p) % 56) : (3 * k) % 40)),
);
const labels = inputs.map((_, k) => (k % 2 === 0 ? 'up' : 'down'));
const csv = (rows: readonly ArrayLike<number>[]) => ({ name: 'a.csv', bytes: Buffer.from(rows.map((row) => Array.from(row).join(',')).join('\n')) });
let result: TrainResult;
let model: Model;

beforeAll(async () => {
  result = await train({ data: datasetFrom({ inputs, labels }), layers: [4, 6, 2], eta: 2, epochs: 20, workers: 1, run: path('run') });
  model = await loadModel(path('run'));
  await exportRun({ run: path('run'), to: 'js', out: path('net.mjs') });
  await exportRun({ run: path('run'), to: 'book', out: path('net.json') });
});

describe('loadModel', () => {
  it('says what the network is', () => {
    expect(model).toMatchObject({ inputs: 4, outputs: 2, scale: 1 / 255, classNames: ['down', 'up'], regression: false });
    expect(model.parameters).toEqual(result.parameters);
  });

  it('has the bits of nabla predict, for one and for more than fit into one pass', async () => {
    const { predictions } = await predict({ run: path('run'), files: [csv(inputs)], top: 2 });
    const many = model.predict(Array.from({ length: 40 }, () => inputs).flat());
    expect(many.length).toBe(2400);
    for (const [k, { top }] of predictions.entries()) {
      const { label, probability, output } = top[0];
      expect(many[k + 60]).toMatchObject({ label, probability, name: labels[k] });
      expect(many[k + 60].outputs[label]).toBe(output);
      expect(model.predict(inputs[k])).toEqual(many[k]);
    }
  });

  it('takes numbers of any kind, and bytes times the scale', async () => {
    const scaled = Array.from(inputs[0], (v) => v * Math.fround(1 / 255));
    const expected = model.predict(inputs[0]);
    for (const x of [scaled, Float64Array.from(scaled), Float32Array.from(scaled), Buffer.from(inputs[0]), Uint8ClampedArray.from(inputs[0])]) {
      expect(model.predict(x)).toEqual(expected);
    }
    expect(model.predict([])).toEqual([]);
    expect((await result.model()).predict(inputs[0])).toEqual(expected);
    expect((await loadModel(path('run'), { scale: 1 })).predict(inputs[0])).not.toEqual(expected);
  });

  it.each([
    ["a file in the book's JSON", 'net.json'],
    ['the weights of a run', 'run/weights.safetensors'],
  ])('reads %s', async (_, name) => {
    const other = await loadModel(path(name));
    expect(other.predict(inputs.map((row) => row)).map(({ label }) => label)).toEqual(model.predict(inputs).map(({ label }) => label));
    expect(other.scale).toBe(1 / 255);
  });

  it('gives the numbers of a regression, and no class', async () => {
    const data = datasetFrom({ inputs: [0, 1, 2, 3], targets: [0, 2, 4, 6], validation: 0, test: 0 });
    await train({ data, layers: [1, 1], epochs: 1, workers: 1, run: path('numbers') });
    const answer = (await loadModel(path('numbers'))).predict([2]);
    expect(answer).toEqual({ label: null, name: null, probability: null, outputs: [expect.any(Number)] });
  });
});

describe.each<[string, (x: unknown) => unknown]>([
  ['result.predict', (x) => result.predict(x as number[])],
  ['model.predict', (x) => model.predict(x as number[])],
])('%s refuses', (_, ask) => {
  it.each<[string, unknown, RegExp]>([
    ['too few', [0], /^predict: expected 4 inputs, got 1\.$/],
    ['too many', [0, 1, 2, 3, 4], /^predict: expected 4 inputs, got 5\.$/],
    ['bytes, too few', Uint8Array.of(1), /^predict: expected 4 inputs, got 1\.$/],
    ['what is not finite', [0, 1, Number.NaN, 1], /^predict\[2\]: expected a finite number that float32 can hold, got NaN\.$/],
    ['what float32 cannot hold', [0, 1e39, 1, 1], /^predict\[1\]: expected a finite number that float32 can hold, got 1e\+39\.$/],
    ['texts', ['0', '1', '2', '3'], /^predict\[0\]: expected a number, got '0'\.$/],
    ['a text', '0123', /^predict: expected an array of 4 inputs, got '0123'\.$/],
  ])('%s', (_, x, says) => {
    const error = (() => {
      try {
        return ask(x);
      } catch (thrown) {
        return thrown as Error;
      }
    })() as Error;
    expect(error.message).toMatch(says);
    expect(isBadInput(error)).toBe(true);
  });
});

it('result.predict scales bytes as the exported module does', async () => {
  const { predict: exported } = await import(path('net.mjs'));
  for (const x of inputs.slice(0, 4)) expect(result.predict(x)).toEqual(exported(x));
});

describe('classes keep the outputs that they were trained on, whatever number they have elsewhere', () => {
  /** The pictures with their classes in another order, or some of them, as a data set of other names counts them. */
  const called = (classNames: readonly string[], of = classNames): DatasetLike => {
    const samples = { values: inputs.filter((_, k) => of.includes(labels[k])), labels: labels.filter((label) => of.includes(label)) };
    return { inputs: 4, classNames, training: samples, test: samples };
  };
  const accuracy = async (data: DatasetLike) => (await evaluate({ run: path('run'), data, workers: 1 })).accuracy;

  it('in an evaluation', async () => {
    for (const data of [called(['down', 'up']), called(['up', 'down']), called(['up'])]) expect(await accuracy(data)).toBe(1);
    const { assessment } = await evaluate({ run: path('run'), data: called(['up']), workers: 1 });
    expect(assessment?.classes.map(({ name, samples }) => [name, samples])).toEqual([
      ['down', 0],
      ['up', 30],
    ]);
    await expect(accuracy(called(['left', 'up'], ['up']))).rejects.toThrow(
      /^'own data' has a class 'left', and the network has none of that name: its classes are called 'down' and 'up'\.$/,
    );
  });

  it('and have their names where the data have none', async () => {
    const { values } = called(['up', 'down']).training;
    const data = { inputs: 4, classes: 2, training: { values, labels: labels.map((label) => Number(label === 'up')) } };
    const { assessment } = await evaluate({ run: path('run'), data, split: 'training', workers: 1 });
    expect(assessment).toMatchObject({ correct: 60, classes: [{ name: 'down' }, { name: 'up' }] });
  });

  it('in a run that goes on, and in a new one from its network, unless that is of other classes', async () => {
    const options = { epochs: 1, workers: 1, run: path('next') };
    const namesAfter = async (data: DatasetLike) => (await (await train({ ...options, from: path('run'), data })).model()).classNames;
    expect(await namesAfter(called(['up', 'down']))).toEqual(['down', 'up']);
    rmSync(path('next'), { recursive: true });
    expect(
      await namesAfter({
        ...called(['up', 'down']),
        classNames: ['left', 'right'],
        training: { values: inputs, labels: labels.map(() => 0) },
        test: undefined,
      }),
    ).toEqual(['left', 'right']);
    const { training } = datasetFrom({ inputs, labels });
    const swapped = { ...datasetFrom({ inputs, labels }), classNames: ['up', 'down'], training };
    await expect(train({ resume: path('run'), epochs: 21, data: swapped })).rejects.toThrow(/^data: expected the samples that/);
  });

  it('in rows of CSV, whose labels may be names', async () => {
    const judged = (text: string) => predict({ run: path('run'), label: 'last', files: [{ name: 'a.csv', bytes: Buffer.from(text) }] });
    const { predictions } = await judged(`a,b,c,d,class\n${[...inputs[0], 'up'].join(',')}\n${[...inputs[1], '0'].join(',')}\n`);
    expect(predictions.map(({ label, top }) => [label, top[0].label])).toEqual([
      [1, 1],
      [0, 0],
    ]);
    await expect(judged(`${[...inputs[0], 'up'].join(',')}\n1,2,3,4,upp\n`)).rejects.toThrow(
      /^a\.csv: line 2, column 5: expected the name or the number of a class, got 'upp'\.$/,
    );
  });
});

it('evaluate warns of values that do not fit the scale, and not of the usual ones', async () => {
  const warningsOf = async (values: readonly Uint8Array[]) => {
    const training = { values, labels: labels.map((label) => Number(label === 'up')) };
    return (await evaluate({ run: path('run'), data: { inputs: 4, classes: 2, training }, split: 'training', workers: 1 })).warnings;
  };
  expect(await warningsOf(inputs.map((row) => row.map((v) => Math.round(v / 255))))).toEqual([
    expect.stringMatching(/^No value is above 1, .*--scale 1\.$/),
  ]);
  expect(await warningsOf(inputs)).toEqual([]);
});

it('nabla predict and nabla evaluate call classes by their names', async () => {
  const [data, [row]] = [datasetFrom({ inputs, labels }), inputs];
  const { assessment } = await evaluate({ run: path('run'), data, workers: 1 });
  expect(assessment?.classes.map(({ name }) => name)).toEqual(['down', 'up']);
  writeFileSync(path('a.csv'), `${row.join(',')},0\n`);
  const { stdout } = await quickNabla('predict run a.csv --label last'.split(' '), folder);
  writeFileSync(path('a\n\x1b[2J.csv'), row.join(','));
  expect((await quickNabla(['predict', 'run', 'a\n\x1b[2J.csv'], folder)).stdout, 'a name in one line').toMatch(/^a\?\?\[2J\.csv: up .*\n$/);
  expect(stdout).toMatch(/^a\.csv: up \([\d.]+ %\), down \([\d.]+ %\); wrong: down\n/);
});
