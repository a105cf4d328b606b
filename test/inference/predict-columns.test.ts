// Networks that were trained on the columns of a file, asked for other rows: columns by their names in any order, prepared as in training,
// to the bits of an evaluation; numbers in their own units; what is refused, and where; and the same in a program.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placesOf } from '#src/data/columns/locate.js';
import { classCalled } from '#src/data/columns/target.js';
import { type Answer, evaluate, loadModel, type Model, type Prediction, predict, type TrainResult, train } from '#src/index.js';
import { MAIN, quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { greyPng } from '../support/pictures.js';
import { expectRefused, refusal } from '../support/refused.js';

const folder = temporaryFolder();
const path = (name: string): string => `${folder}/${name}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** People with a class and with an income; every fifth has no age. */
const people = Array.from({ length: 120 }, (_, k) => {
  const [age, job, member] = [20 + ((7 * k) % 50), ['nurse', 'smith', 'pilot'][k % 3], k % 4 < 2];
  return {
    age: k % 5 === 4 ? '' : String(age),
    job,
    member: String(member),
    id: `p${k}`,
    kind: age > 45 || job === 'pilot' ? 'old' : 'new',
    pay: 1000 * (k % 3) + 20 * age,
  };
});
type Person = (typeof people)[number];
const paid = people.filter(({ age }) => age !== '');
const csvOf = (rows: readonly Person[], names: readonly (keyof Person)[], separator = ','): string =>
  [names, ...rows.map((row) => names.map((name) => row[name]))].map((row) => row.join(separator)).join('\n');
const FEATURES = ['age', 'job', 'member'] as const;
const csv = (text: string, name = 'a.csv') => ({ name, bytes: Buffer.from(text) });
const asked = async (text: string, run = 'kinds', more = {}): Promise<readonly Prediction[]> =>
  (await predict({ run: path(run), files: [csv(text)], top: 2, ...more })).predictions;
const says = (predictions: readonly Prediction[]) => predictions.map(({ top, outputs }) => ({ top, outputs }));

let trained: TrainResult;
let model: Model;
beforeAll(async () => {
  writeFileSync(path('people.csv'), csvOf(people, [...FEATURES, 'kind']));
  writeFileSync(path('pay.csv'), csvOf(paid, [...FEATURES, 'pay']));
  const common = { epochs: 15, workers: 1, batch: 8, seed: 3 };
  trained = await train({ ...common, data: path('people.csv'), target: 'kind', missing: 'mean', hidden: [6], run: path('kinds') });
  await train({ ...common, data: path('pay.csv'), target: 'pay', hidden: [6], run: path('pay') });
  model = await loadModel(path('kinds'));
});

describe('columns', () => {
  it('are found by their names in any order; others are left out with a warning, and the target is compared', async () => {
    const plain = await asked(csvOf(people, FEATURES));
    const { predictions, warnings } = await predict({
      run: path('kinds'),
      files: [csv(csvOf(people, ['kind', 'id', 'member', 'job', 'age']))],
      top: 2,
    });
    expect(says(predictions)).toEqual(says(plain));
    expect(warnings).toEqual(["a.csv: 1 column that the network was not trained on is left out: 'id'."]);
    expect(plain.map(({ label }) => label)).toEqual(people.map(() => null));
    expect(predictions.map(({ label, top }) => [label, top[0].name])).toEqual(
      people.map(({ kind }, k) => [kind === 'new' ? 0 : 1, predictions[k].top[0].label === 0 ? 'new' : 'old']),
    );
    expect(predictions[7]).toMatchObject({ file: 'a.csv', kind: 'csv', index: 7, of: 120 });
  });

  it.each<[string, (rows: readonly Person[]) => string, object]>([
    ['by their order without a header', (rows) => csvOf(rows, FEATURES).replace(/^.*\n/, ''), {}],
    ['by their order with the target', (rows) => csvOf(rows, [...FEATURES, 'kind']).replace(/^.*\n/, ''), {}],
    ['with another separator', (rows) => csvOf(rows, FEATURES, '|'), {}],
    [
      'in objects',
      (rows) =>
        rows.map(({ age, job, member }) => JSON.stringify({ job, member: member === 'true', age: age === '' ? null : Number(age) })).join('\n'),
      {},
    ],
    [
      'in lists',
      (rows) => rows.map(({ age, job, member }) => JSON.stringify([age === '' ? null : Number(age), job, member === 'true'])).join('\n'),
      {},
    ],
  ])('%s', async (_, made, more) => {
    expect(says(await asked(made(people), 'kinds', more))).toEqual(says(await asked(csvOf(people, FEATURES))));
  });

  it('lists in objects are a column for each entry, as in training', async () => {
    const rows = Array.from({ length: 30 }, (_, k) => ({ at: [k % 7, (3 * k) % 5], kind: k % 7 > 3 ? 'far' : 'near' }));
    writeFileSync(path('lists.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    await train({ data: path('lists.jsonl'), target: 'kind', hidden: [3], epochs: 1, workers: 1, run: path('lists') });
    const expected = says(await asked(rows.map((row) => JSON.stringify(row)).join('\n'), 'lists'));
    expect(says(await asked(JSON.stringify(rows), 'lists'))).toEqual(expected);
    const { name, probability } = (await loadModel(path('lists'))).predict({ at: [3, 4] });
    expect(expected[3].top[0]).toMatchObject({ name, probability });
  });

  it('have the bits of an evaluation of the same rows', async () => {
    writeFileSync(path('others.csv'), csvOf(people.slice(0, 90), ['kind', 'member', 'age', 'job']));
    const { correct, samples, assessment } = await evaluate({ run: path('kinds'), data: path('others.csv'), workers: 1, mistakes: 99 });
    const predictions = await asked(readFileSync(path('others.csv'), 'utf8'));
    expect([samples, correct]).toEqual([90, predictions.filter(({ label, top }) => label === top[0].label).length]);
    for (const { index, named, confidence } of assessment?.mistakes ?? [])
      expect(predictions[index].top[0]).toMatchObject({ label: named, output: confidence });
    expect(assessment?.mistakes.length).toBeGreaterThan(0);
  });

  it('words that training did not know are counted', async () => {
    const { warnings, predictions } = await predict({
      run: path('kinds'),
      files: [csv('age,job,member\n30,baker,true\n40,cook,false\n50,nurse,true\n')],
    });
    expect(warnings).toEqual(["a.csv: column 'job': words of 2 rows, such as 'baker', training did not know; they are taken as none of its words."]);
    expect(predictions.length).toBe(3);
  });

  it.each<[string, string, RegExp]>([
    [
      'text among numbers',
      'age,job,member\n30,nurse,true\nten,nurse,true\n',
      /(a|bad)\.csv: line 3, column 1 \('age'\): expected a number, as in training, got 'ten'\.\n?$/,
    ],
    [
      'text among true and false',
      'age,job,member\n30,nurse,perhaps\n',
      /line 2, column 3 \('member'\): expected a number, as in training, got 'perhaps'/,
    ],
    ['infinity', 'age,job,member\ninf,nurse,true\n', /line 2, column 1 \('age'\): expected a number that float32 can hold, got 'inf'/],
    ['a number too large', 'age,job,member\n1e39,nurse,true\n', /line 2, column 1.*float32 can hold, got '1e39'/],
    [
      'a missing column',
      'age,member\n30,true\n',
      /(a|bad)\.csv: expected a column 'job' as an input, as in training; its columns are 'age', 'member'\.\n?$/,
    ],
    ['too few columns without names', '30,nurse\n', /expected 3 columns, as the network was trained on, got 2/],
    ['too many columns without names', '30,nurse,true,old,7\n', /expected 3 columns.*got/],
    ['a row of another length', 'age,job,member\n30,nurse,true\n30,nurse\n', /line 3: expected 3 columns, as in the first row, got 2/],
    [
      'an unknown class',
      'age,job,member,kind\n30,nurse,true,newer\n',
      /line 2, column 4 \('kind'\): expected one of the 2 classes 'new' and 'old', got 'newer'/,
    ],
    ['only a header', 'age,job,member\n', /there are no samples in it, only a row of names/],
    ['an empty file', '', /the file is empty/],
    ['a list in a cell', '{"age":[30],"job":"nurse","member":true}\n', /line 1, column 'age': expected a number, as in training, got a list/],
    ['a text for a number', '{"age":"30","job":"nurse","member":true}\n', /line 1, column 'age': expected a number, as in training, got '30'/],
    ['a list of another length', '[30,"nurse"]\n', /line 1: expected 3 values, one for each column/],
  ])('%s is refused', async (_, text, expected) => {
    expect(await refusal(() => asked(text))).toMatch(expected);
    writeFileSync(path('bad.csv'), text);
    await expectRefused(['predict', 'kinds', 'bad.csv', '--out', 'answers.csv'], folder, expected);
  });

  it.each<[string, string, RegExp]>([
    ['a number', 'age,job,member\n30,nurse,true\n,nurse,true\n', /line 3, column 1 \('age'\): expected a value, got none\. Mend it/],
    ['a word', 'age,job,member\n30,NA,true\n', /line 2, column 2 \('job'\): expected a value, got none\. Mend it/],
    ['a key', '{"age":30,"member":true}\n', /line 1, column 'job': expected a value, got none/],
  ])('%s that is missing is refused where all had one in training', async (_, text, expected) => {
    expect(await refusal(() => asked(text, 'pay'))).toMatch(expected);
    expect((await asked(text)).length).toBeGreaterThan(0);
  });

  it('of another kind have no scale and no column of labels to be said', async () => {
    expect(await refusal(() => asked('1', 'kinds', { scale: 2 }))).toMatch(
      /^scale: expected none for a run whose columns have scales of their own, got 2/,
    );
    expect(await refusal(() => asked('1', 'kinds', { label: 'first' }))).toMatch(/^label: .*that of the target is found/);
    expect(await refusal(() => predict({ run: path('kinds'), files: [{ name: 'a.png', bytes: greyPng(2, 2, new Uint8Array(4)) }] }))).toMatch(
      /this is a PNG picture/,
    );
  });
});

describe('numbers', () => {
  it('are in their own units, and near what is stated', async () => {
    const predictions = await asked(csvOf(paid, [...FEATURES, 'pay']), 'pay');
    expect(predictions[0]).toMatchObject({ label: null, top: [], outputNames: ['pay'], targets: [people[0].pay] });
    const mean = predictions.reduce((sum, { outputs }) => sum + (outputs?.[0] ?? 0), 0) / paid.length;
    expect(mean).toBeGreaterThan(1500);
    expect(mean).toBeLessThan(2400);
    const { fit } = await evaluate({ run: path('pay'), data: path('pay.csv'), workers: 1, split: 'training' });
    writeFileSync(path('pay-again.csv'), csvOf(paid, [...FEATURES, 'pay']));
    const { stdout } = await quickNabla(['predict', 'pay', 'pay-again.csv'], folder);
    const [, r2] = /R² ([\d.]+), RMSE [\d.]+, MAE [\d.]+ over 96\n$/.exec(stdout) ?? [];
    expect(Number(r2)).toBeGreaterThan(0.5);
    expect(Math.abs(Number(r2) - (fit?.r2 ?? 0))).toBeLessThan(0.1);
    expect(stdout).toMatch(/^pay-again\.csv\[1\]: [\d.]+; stated: 400$/m);
  });
});

describe('pictures of a folder by class', () => {
  /** Dark on light, which a digit for MNIST's networks would not stay. */
  const picture = (side: number, k: number) => Uint8Array.from({ length: side * side }, (_, p) => (p % side === k % 2 ? 20 + k : 240));
  beforeAll(async () => {
    for (const [k, name] of ['left', 'right'].entries()) {
      mkdirSync(path(`pictures/${name}`), { recursive: true });
      for (let n = 0; n < 12; n++) writeFileSync(path(`pictures/${name}/${n}.png`), greyPng(4, 4, picture(4, 2 * n + k)));
    }
    await train({ data: path('pictures'), hidden: [4], epochs: 2, workers: 1, run: path('pictured') });
    await train({ data: path('pictures'), size: '2x2', hidden: [4], epochs: 2, workers: 1, run: path('small') });
  });

  it('become what they became in training', async () => {
    const model = await loadModel(path('pictured'));
    for (const k of [0, 5]) {
      const { predictions } = await predict({ run: path('pictured'), files: [{ name: 'a.png', bytes: greyPng(4, 4, picture(4, k)) }] });
      const { label, name, probability } = predictions[0].top[0];
      expect(model.predict(Array.from(picture(4, k)))).toMatchObject({ label, name, probability });
      expect(predictions[0]).toMatchObject({ kind: 'png', inverted: false });
    }
  });

  it('are scaled where those were, and refused in another size where they were not', async () => {
    const large = { name: 'a.png', bytes: greyPng(8, 8, picture(8, 1)) };
    expect((await predict({ run: path('small'), files: [large] })).predictions.length).toBe(1);
    expect(await refusal(() => predict({ run: path('pictured'), files: [large] }))).toMatch(
      /^a\.png: expected 4 × 4 pixels, as the network was trained on, got 8 × 8\.$/,
    );
  });
});

describe('in a program', () => {
  const rows = people.slice(0, 20);
  const objects = rows.map(({ age, job, member }) => ({
    age: age === '' ? null : Number(age),
    job,
    member: member === 'true',
    kind: 'neither',
    more: 'x',
  }));

  it('a model takes rows by names and in order, with the bits of nabla predict', async () => {
    const expected = (await asked(csvOf(rows, FEATURES))).map(({ top: [{ label, name, probability }] }) => ({ label, name, probability }));
    const lists = objects.map(({ age, job, member }) => [age, job, member]);
    const pick = ({ label, name, probability }: Answer) => ({ label, name, probability });
    expect(model.predict(objects).map(pick)).toEqual(expected);
    expect(model.predict(lists).map(pick)).toEqual(expected);
    expect([model.predict(objects[3]), model.predict(lists[3])].map(pick)).toEqual([expected[3], expected[3]]);
    expect([model.columns, model.outputNames]).toEqual([['age', 'job', 'member'], undefined]);
    expect((await trained.model()).predict(objects).map(pick)).toEqual(expected);
    const [first] = trained.predict(objects[0]);
    expect(first).toBeCloseTo(model.predict(objects[0]).outputs[0], 5);
  });

  it('numbers come in their own units', async () => {
    const pay = await loadModel(path('pay'));
    const expected = (await asked(csvOf(rows.slice(0, 4), FEATURES), 'pay')).map(({ outputs }) => outputs);
    expect(pay.predict(objects.slice(0, 4)).map(({ outputs }) => outputs)).toEqual(expected);
    expect(await refusal(() => pay.predict({ ...objects[0], age: null }))).toMatch(/^predict\.age: expected a value, got undefined/);
    expect([pay.outputNames, pay.regression]).toEqual([['pay'], true]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no such column', { age: 30, member: true }, /^predict: expected a value for each column, also for 'job' \(null where it is missing\)/],
    ['a text for a number', { age: '30', job: 'nurse', member: true }, /^predict\.age: expected a number, as in training, got '30'/],
    ['too few', [[30, 'nurse']], /^predict\[0\]: expected 3 values, one for each column that the network was trained on, got 2/],
    ['infinity', [Number.POSITIVE_INFINITY, 'nurse', true], /^predict\[0\]: expected a number that float32 can hold, got Infinity/],
    ['a text', 'nurse', /^predict: expected an object with values by the names of columns, or an array of values, got 'nurse'/],
  ])('%s is refused', async (_, given, expected) => {
    expect(await refusal(() => model.predict(given as never))).toMatch(expected);
  });
});

describe('nabla evaluate', () => {
  it('takes other data without one of the classes, and refuses a class that there is not', async () => {
    writeFileSync(
      path('one.csv'),
      csvOf(
        people.filter(({ kind }) => kind === 'old'),
        ['kind', 'member', 'job', 'age'],
      ),
    );
    const { samples, assessment } = await evaluate({ run: path('kinds'), data: path('one.csv'), workers: 1 });
    expect([samples, assessment?.classes.map((one) => one.samples)]).toEqual([people.filter(({ kind }) => kind === 'old').length, [0, samples]]);
    writeFileSync(path('new.csv'), 'kind,age,job,member\nold,30,nurse,true\nmiddle,30,nurse,true\n');
    await expectRefused(
      ['evaluate', 'kinds', '--data', 'new.csv'],
      folder,
      /new\.csv: line 3, column 1 \('kind'\): expected one of the 2 classes 'new' and 'old', got 'middle'/,
    );
    writeFileSync(path('text.csv'), 'kind,age,job,member\nold,30,nurse,true\nold,ten,nurse,true\n');
    await expectRefused(
      ['evaluate', 'kinds', '--data', 'text.csv'],
      folder,
      /line 3, column 2 \('age'\): expected a number, as in training, got 'ten'/,
    );
  });
});

describe('columns are found', () => {
  const target = { kind: 'classes' as const, name: '5', names: ['0', '1'] };
  const columns = ['2', '4'].map((name) => ({ name, kind: 'number' as const, subtract: 0, divide: 1 }));
  const of = (width: number) =>
    placesOf(
      { name: 'a.csv', names: Array.from({ length: width }, (_, k) => String(k + 1)), named: false },
      { named: false, columns, target },
      false,
    );

  it('by their order where there are no names; by their numbers where some were left out in training', () => {
    expect(of(2)).toEqual({ features: [0, 1], targets: [] });
    expect(of(3)).toEqual({ features: [0, 1], targets: [2] });
    expect(of(5)).toEqual({ features: [1, 3], targets: [4] });
    expect(() => of(1)).toThrow(/expected 2 columns, as the network was trained on, got 1/);
  });

  it('and classes that are numbers, or true and false, however they are written', () => {
    const classes = new Map([
      ['1', 0],
      ['2.5', 1],
      ['true', 2],
    ]);
    expect(['1', '1.0', '+1', '2.50', 'True', 'yes', '3'].map((text) => classCalled(text, classes))).toEqual([0, 0, 0, 1, 2, undefined, undefined]);
  });
});

describe('--out', () => {
  const rows = 'age,job,member,id,kind\n30,nurse,true,"a,1",new\n60,pilot,false,b2,old\n';
  const write = (name: string, text: string) => writeFileSync(path(name), text);

  it('writes CSV with the probabilities of all classes and the columns of the rows', async () => {
    write('rows.csv', rows);
    const { code, stdout, stderr } = await quickNabla(
      ['predict', 'kinds', 'rows.csv', '--out', 'answers.csv', '--probabilities', '--with-inputs'],
      folder,
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^answers\.csv: 2 predictions; right: \d of 2 \(\d+\.00 %\)\n$/)]);
    expect(stderr).toContain("left out: 'id'");
    const [header, first] = readFileSync(path('answers.csv'), 'utf8').split('\n');
    expect(header).toBe('age,job,member,id,kind,row,prediction,probability,probability_new,probability_old');
    expect(first).toMatch(/^30,nurse,true,"a,1",new,1,(new|old),0\.\d+,0\.\d+,0\.\d+$/);
  });

  it('writes JSON Lines by its name, with the next likely classes, and of which of several files', async () => {
    write('rows.csv', rows);
    const { code } = await quickNabla(['predict', 'kinds', 'rows.csv', 'rows.csv', '--out', 'answers.jsonl', '--top', '2'], folder);
    const lines = readFileSync(path('answers.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([code, lines.length]).toEqual([0, 4]);
    expect(Object.keys(lines[0])).toEqual(['file', 'row', 'prediction', 'probability', 'prediction_2', 'probability_2']);
    expect(lines[3]).toMatchObject({ file: 'rows.csv', row: 2 });
    expect((lines[0].probability as number) + (lines[0].probability_2 as number)).toBeCloseTo(1, 5);
  });

  it('writes to standard output, with what else there is to say on standard error; numbers have their own unit', async () => {
    write('pay-rows.csv', csvOf(paid.slice(0, 2), [...FEATURES, 'pay']));
    const { code, stdout, stderr } = await quickNabla(['predict', 'pay', 'pay-rows.csv', '--out', '-'], folder);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^row,prediction\n1,[\d.]+\n2,[\d.]+\n$/)]);
    expect(stderr).toMatch(/^R² .* over 2\n$/);
  });

  it('keeps the rows of good files where another one is bad, and leaves nothing where none is good', async () => {
    write('rows.csv', rows);
    write('bad.csv', 'age,job\n1,2\n');
    const { code, stderr } = await quickNabla(['predict', 'kinds', 'bad.csv', 'rows.csv', '--out', 'some.csv'], folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining('error: bad.csv: expected a column')]);
    expect(readFileSync(path('some.csv'), 'utf8').split('\n').length).toBe(4);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a name that says nothing',
      ['--out', 'answers'],
      /^error: out: expected a name that ends with \.csv, \.jsonl or \.ndjson, got 'answers'.*--to csv/,
    ],
    ['the file that is read', ['--out', './rows.csv'], /out: expected a file that is not read at the same time/],
    ['a folder', ['--out', '.'], /out: expected a file, not a folder/],
    ['no such format', ['--out', 'a.csv', '--to', 'xml'], /to: expected one of csv, jsonl, got 'xml'/],
    ['--to without --out', ['--to', 'csv'], /to: expected none without --out/],
    ['--probabilities without --out', ['--probabilities'], /probabilities: expected none without --out/],
    ['standard output for two', ['--out', '-', '--format', 'json'], /out: expected a file beside --format json/],
  ])('%s is refused', async (_, args, expected) => {
    write('rows.csv', rows);
    await expectRefused(['predict', 'kinds', 'rows.csv', ...args], folder, expected);
  });
});

describe('standard input', () => {
  /** A process that is asked one row after another, each when the row before has its answer. */
  async function conversation(args: readonly string[], texts: readonly string[]): Promise<{ answers: string[]; code: number | null }> {
    const child = spawn(process.execPath, [MAIN, 'predict', 'kinds', '-', ...args], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 30_000,
    });
    const answers: string[] = [];
    const left = [...texts];
    const next = (): void => {
      const text = left.shift();
      if (text === undefined) child.stdin.end();
      else child.stdin.write(text);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answers.push(text);
      next();
    });
    next();
    const [code] = (await once(child, 'close')) as [number | null];
    return { answers, code };
  }

  it('is answered row by row, also where a row is bad', async () => {
    const { answers, code } = await conversation(
      ['--format', 'json'],
      ['age,job,member\n30,nurse,true\n', 'ten,nurse,true\n', '30,nurse\n', '60,pilot,false\n'],
    );
    const events = answers.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(events.map(({ event, index, of }) => [event, index, of])).toEqual([
      ['prediction', 0, null],
      ['error', 1, undefined],
      ['error', 2, undefined],
      ['prediction', 3, null],
    ]);
    expect(events[1].message).toBe("standard input: line 3, column 1 ('age'): expected a number, as in training, got 'ten'.");
    expect(code).toBe(1);
  });

  it('of JSON Lines too, and as rows of CSV', async () => {
    const { answers, code } = await conversation(['--out', '-'], ['{"age":30,"job":"nurse","member":true}\n', '[60,"pilot",false]\n']);
    expect(answers.join('')).toMatch(/^row,prediction,probability\n1,(new|old),0\.\d+\n2,(new|old),0\.\d+\n$/);
    expect([answers.length, code]).toEqual([2, 0]);
  });

  it('that holds nothing, or lacks a column, is refused', async () => {
    const quick = async (text: string) => {
      const { stdout, stderr, code } = await nablaWithInput(['predict', 'kinds', '-'], text);
      return [code, stdout, stderr];
    };
    expect(await quick('')).toEqual([2, '', 'error: standard input: the file is empty.\n']);
    expect(await quick('age,job\n1,nurse\n')).toEqual([2, '', expect.stringContaining("error: standard input: expected a column 'member'")]);
  });

  async function nablaWithInput(args: readonly string[], text: string): Promise<{ stdout: string; stderr: string; code: number | null }> {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: 'pipe', timeout: 30_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      stdout += more;
    });
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      stderr += more;
    });
    child.stdin.end(text);
    const [code] = (await once(child, 'close')) as [number | null];
    return { stdout, stderr, code };
  }

  it('that is interrupted leaves nothing of the file', async () => {
    const child = spawn(process.execPath, [MAIN, 'predict', 'kinds', '-', '--out', 'stopped.csv'], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.write('age,job,member\n30,nurse,true\n');
    while (!readdirSync(folder).includes('stopped.csv.part')) await setTimeout(20);
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0]).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });

  it('may go on without end: memory stays as it is', { tags: ['slow'] }, async () => {
    const child = spawn(process.execPath, ['--max-old-space-size=120', MAIN, 'predict', 'kinds', '-', '--out', '-'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let rows = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      for (const byte of bytes) rows += byte === 10 ? 1 : 0;
    });
    child.stdin.write('age,job,member\n');
    const some = '30,nurse,true\nten,nurse,true\n60,pilot,false\n'.repeat(1000);
    for (let k = 0; k < 200; k++) if (!child.stdin.write(some)) await once(child.stdin, 'drain');
    child.stdin.end();
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(rows).toBe(1 + 400_000);
  });
});
