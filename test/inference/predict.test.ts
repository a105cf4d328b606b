// What a saved network says of new samples: the same of a digit in every kind of file, with the bits of an evaluation; how
// values are scaled; and the command with its lines, its standard input and its refusals.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess, type Dataset, evaluate, exportRun, isBadInput, loadDataset, type Prediction, predict, train } from '#src/index.js';
import { probabilitiesOf } from '#src/model/probabilities.js';
import { feedForward, parametersFrom } from '#src/model/reference.js';
import { readSavedNetwork } from '#src/runs/saved-network.js';
import { inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { idxBytes, temporaryFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { mnistFolder, NEEDS_MNIST } from '../support/mnist-folder.js';
import { greyPgm, greyPng, pngBytes } from '../support/pictures.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
let data: Dataset;
let digit: (k: number) => Uint8Array;
beforeAll(async () => {
  data = await loadDataset('mnist');
  digit = (k) => (data.test.values as Uint8Array).subarray(784 * k, 784 * (k + 1));
  await train({ data: 'mnist', layers: [784, 30, 10], epochs: 3, run: path('run') });
  await exportRun({ run: path('run'), to: 'book', out: path('net.json') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (name: string, content: Uint8Array) => ({ name, bytes: content });
const run = async (...files: Parameters<typeof predict>[0]['files'][number][]): Promise<readonly Prediction[]> =>
  (await predict({ run: path('run'), files })).predictions;

describe('a digit', () => {
  const rgba = (v: number): number[] => [v, v, v, 255];
  it.each<[string, (values: Uint8Array) => Uint8Array]>([
    ['PNG, grey and alpha', (v) => pngBytes({ width: 28, height: 28, depth: 8, colours: 4, pixels: Array.from(v, (g) => [g, 255]) })],
    ['PNG, RGBA, interlaced', (v) => pngBytes({ width: 28, height: 28, depth: 8, colours: 6, pixels: Array.from(v, rgba), interlaced: true })],
    ['PNG of 16 bits', (v) => pngBytes({ width: 28, height: 28, depth: 16, colours: 0, pixels: Array.from(v, (g) => [257 * g]) })],
    ['PGM', (v) => greyPgm(28, 28, v)],
    ['IDX', (v) => idxBytes([1, 28, 28], v)],
    ['gzipped IDX', (v) => gzipSync(idxBytes([1, 28, 28], v))],
    ['CSV', (v) => Buffer.from(v.join(','))],
  ])('has the same outputs, bit for bit, as %s', async (_, made) => {
    for (const k of [0, 333, 777]) {
      const [png, other] = await run(bytes('a.png', greyPng(28, 28, digit(k))), bytes('file', made(digit(k))));
      expect(other.top).toEqual(png.top);
      expect(png).toMatchObject({ file: 'a.png', kind: 'png', index: 0, of: 1, inverted: false, warnings: [], label: null, outputs: null });
      expect(png.top.length).toBe(3);
    }
  });

  it('that is dark on light has those of its negative', async () => {
    const [light, dark] = await run(
      bytes('a', greyPng(28, 28, digit(5))),
      bytes(
        'b',
        greyPng(
          28,
          28,
          digit(5).map((v) => 255 - v),
        ),
      ),
    );
    expect([light.inverted, dark.inverted, dark.top]).toEqual([false, true, light.top]);
  });

  it('has those of the reference, and their probabilities', async () => {
    const { network, parameters } = await readSavedNetwork(path('run'));
    const [{ top }] = (await predict({ run: path('run'), files: [bytes('a', greyPng(28, 28, digit(9)))], top: 99 })).predictions;
    const expected = feedForward(
      network,
      parametersFrom(network, parameters),
      Array.from(digit(9), (v) => v / 255),
    ).activations.at(-1) as number[];
    const probabilities = probabilitiesOf(network, expected);
    expect(top.map(({ label }) => label).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(top.map(({ output }) => output)).toEqual(top.map(({ output }) => output).sort((a, b) => b - a));
    for (const { label, output, probability } of top) {
      expect(output).toBeCloseTo(expected[label], 5);
      expect(probability).toBeCloseTo(probabilities[label], 5);
    }
  });
});

it('all test digits: hits and mistakes are those of an evaluation, to the bit', async () => {
  const { assessment, correct } = await evaluate({ run: path('run'), mistakes: 1000 });
  const predictions = await run(bytes('t10k', idxBytes([1000, 28, 28], data.test.values)));
  expect(predictions.map(({ index, of }) => [index, of])).toEqual(Array.from({ length: 1000 }, (_, k) => [k, 1000]));
  expect(predictions.filter(({ top, index }) => top[0].label === data.test.labels[index]).length).toBe(correct);
  for (const { index, named, confidence } of assessment?.mistakes ?? []) {
    expect(predictions[index].top[0]).toMatchObject({ label: named, output: confidence });
  }
  expect(assessment?.mistakes.length).toBeGreaterThan(10);
});

describe('the full MNIST', NEEDS_MNIST, () => {
  it('reads its file of test images', async () => {
    const set = await loadDataset(mnistFolder);
    const { network, parameters } = await readSavedNetwork(path('run'));
    const { correct } = await assess(network, parameters, set, 'test');
    const predictions = await run(join(mnistFolder as string, 't10k-images-idx3-ubyte.gz'));
    expect(predictions.length).toBe(10_000);
    expect(predictions.filter(({ top, index }) => top[0].label === set.test.labels[index]).length).toBe(correct);
  });
});

describe('scaling', () => {
  const inputs = Array.from({ length: 7 }, (_, k) => k / 8 - 0.25);
  const row = (values: readonly number[]) => bytes('a.csv', Buffer.from(values.join(',')));

  it('the same numbers, as they were in training or times what is said', async () => {
    await train({ data: smallData(), layers: [7, 4], epochs: 1, run: path('floats') });
    const [plain, scaled] = await Promise.all(
      [{ files: [row(inputs)] }, { files: [row(inputs.map((v) => 16 * v))], scale: 1 / 16 }].map((o) => predict({ run: path('floats'), ...o })),
    );
    expect([plain.scale, scaled.scale]).toEqual([1, 1 / 16]);
    expect(scaled.predictions[0].top).toEqual(plain.predictions[0].top);
    const twice = await predict({ run: path('floats'), files: [row(inputs)], scale: 2 });
    expect(twice.predictions[0].top).not.toEqual(plain.predictions[0].top);
  });

  it('CSV of a network of bytes holds bytes, or with scale 1 what they become', async () => {
    const bright = Array.from(digit(3), (v) => v * Math.fround(1 / 255));
    const [a] = await run(bytes('a.csv', Buffer.from(digit(3).join(','))));
    const [b] = (await predict({ run: path('run'), files: [bytes('b.csv', Buffer.from(bright.join(',')))], scale: 1 })).predictions;
    expect(b.top).toEqual(a.top);
  });

  it.each([
    ['run', '0.5,'.repeat(783), /^a\.csv: expected numbers from 0 to 255.*got none above 1\. Say --scale 1 /],
    ['net.json', '0.5,'.repeat(783), /^a\.csv: expected numbers from 0 to 255.*got none above 1\. Say --scale 1 /],
    ['run', '0,1,1,'.repeat(261), /^a\.csv: expected numbers from 0 to 255.*got none above 1\. Say --scale 1 .*--scale 1\/255\.$/],
    ['run', '256,'.repeat(783), /^a\.csv: line 1, column 1: expected a number from 0 to 255.*got '256'\. .*--scale\.$/],
  ])('CSV that %s was not trained on is refused, unless a scale is said', async (name, row, says) => {
    const files = [bytes('a.csv', Buffer.from(`${row}0`))];
    await expect(predict({ run: path(name), files })).rejects.toMatchObject({ code: 'BAD_DATA', message: expect.stringMatching(says) });
    for (const scale of [1, 1 / 255]) expect((await predict({ run: path(name), files, scale })).predictions.length).toBe(1);
  });

  it('images of 0 and 1 are refused as such rows are; nothing is said of a blank one, nor of one dark picture', async () => {
    const ones = idxBytes(
      [1, 28, 28],
      digit(3).map((v) => (v > 127 ? 1 : 0)),
    );
    await expect(run(bytes('a.idx', ones))).rejects.toThrow(/^a\.idx: expected numbers from 0 to 255.*got none above 1/);
    const dark = digit(3).map((v) => v >> 2);
    for (const values of [new Uint8Array(784), dark]) {
      const { warnings } = await predict({ run: path('run'), files: [bytes('a.csv', Buffer.from(values.join(',')))] });
      expect(warnings).toEqual([]);
    }
  });

  it('a warning where many samples are percentages, or inputs far larger than in training', async () => {
    const percent = Array.from({ length: 12 }, (_, k) => Array.from(digit(k), (v) => Math.round(v / 2.55)).join(',')).join('\n');
    const [low] = (await predict({ run: path('run'), files: [bytes('a.csv', Buffer.from(percent))] })).warnings;
    expect(low).toMatch(/^a\.csv: No value is above 100, .*--scale 1\/100\.$/);
    await train({ data: smallData(), layers: [7, 4], epochs: 1, run: path('numbers-0') });
    const files = [row([0, 255, 128, 7, 255, 3, 200])];
    const [high] = (await predict({ run: path('numbers-0'), files })).warnings;
    expect(high).toMatch(/^a\.csv: Inputs go up to 255, taken as they are; .*If they are bytes, say --scale 1\/255\.$/);
    expect((await predict({ run: path('numbers-0'), files, scale: 1 })).warnings).toEqual([]);
  });

  it('the names that pandas gives columns are no sample', async () => {
    const names = Array.from({ length: 784 }, (_, k) => k).join(',');
    const [a] = await run(bytes('a.csv', Buffer.from(`${names}\n${digit(3).join(',')}\n`)));
    const [b] = await run(bytes('b.csv', Buffer.from(digit(3).join(','))));
    expect(a).toEqual({ ...b, file: 'a.csv' });
  });

  it.each([
    ['pictures, of a network of numbers', 'floats', undefined, /^scale: expected one for the pixels of a\.pgm.*--scale 1\/255\.$/],
    ['a scale of nothing', 'zero', 0, /^scale: expected a finite number above 0, got 0/],
    ['a run that does not say', 'old', undefined, /^scale: .*does not say how its inputs were read.*--scale 1\/255/],
    ['a run that says nonsense', 'odd', undefined, /data\.scale of the run: expected a finite number/],
  ])('refused: %s', async (_, name, scale, says) => {
    await train({ data: smallData(), layers: [7, 4], epochs: 1, run: path(`${name}-scale`) });
    const file = join(path(`${name}-scale`), 'run.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    if (name === 'old') delete record.data.scale;
    if (name === 'odd') record.data.scale = 'large';
    writeFileSync(file, JSON.stringify(record));
    const error = await predict({ run: path(`${name}-scale`), files: [bytes('a.pgm', greyPgm(7, 1, Buffer.alloc(7)))], scale }).catch((e) => e);
    expect(error.message).toMatch(says);
    expect(isBadInput(error)).toBe(true);
  });
});

it("the book's JSON: the same classes, pixels times 1/255", async () => {
  const files = [bytes('a', greyPng(28, 28, digit(1)))];
  const [kept, book] = await Promise.all(['run', 'net.json'].map((name) => predict({ run: path(name), files })));
  expect(book.scale).toBe(1 / 255);
  expect(book.predictions[0].top.map(({ label }) => label)).toEqual(kept.predictions[0].top.map(({ label }) => label));
  expect(book.predictions[0].top[0].output).toBeCloseTo(kept.predictions[0].top[0].output, 5);
});

it('a regression gives its outputs, and names no class', async () => {
  const targets = Float32Array.from({ length: 24 }, (_, k) => k / 24);
  const split = { ...smallData().training, labels: new Uint16Array(0), targets };
  const regression = { ...smallData(), classes: 2, training: split, validation: split, test: split };
  const { network, parameters } = await train({ data: regression, layers: [7, 2], epochs: 1, run: path('numbers') });
  const x = [1, 0, 2, 0, 0, 0.5, 3];
  const labelled = predict({ run: path('numbers'), files: [bytes('a.csv', Buffer.from([1, ...x].join(',')))], label: 'first' });
  await expect(labelled).rejects.toThrow(/^label: expected 'none' for a network whose targets were numbers/);
  const [{ top, outputs }] = (await predict({ run: path('numbers'), files: [bytes('a.csv', Buffer.from(x.join(',')))] })).predictions;
  const expected = feedForward(network, parametersFrom(network, parameters), x).activations.at(-1) as number[];
  expect(top).toEqual([]);
  outputs?.forEach((a, j) => {
    expect(a).toBeCloseTo(expected[j], 5);
  });
  expect(outputs?.length).toBe(2);
});

describe('labels of rows', () => {
  const rows = (labels: readonly number[]) => bytes('a.csv', Buffer.from(labels.map((label, k) => [label, ...digit(k)].join(',')).join('\n')));
  const named = async (count: number): Promise<number[]> =>
    (await run(...Array.from({ length: count }, (_, k) => bytes(`${k}`, greyPng(28, 28, digit(k)))))).map(({ top }) => top[0].label);

  it('that are no classes of the network are refused, with line and column', async () => {
    const files = [rows([3, 10, 3])];
    await expect(predict({ run: path('run'), files, label: 'first' })).rejects.toMatchObject({
      code: 'BAD_DATA',
      message:
        'a.csv: line 2, column 1: expected a label from 0 to 9, one of 10 classes, got 10. No label is 0: those that count from 1 must be made to count from 0.',
    });
  });

  it('that seem to count from 1 are said to, though they are classes', async () => {
    const right = await named(15);
    const [from1, as0] = [right.map((label) => Math.min(9, label + 1)), right];
    const predicted = (labels: readonly number[]) => predict({ run: path('run'), files: [rows(labels)], label: 'first' });
    expect((await predicted(from1)).warnings).toEqual([
      expect.stringMatching(/: No label is 0, and \d+ of 15 would be right if they counted from 1/),
    ]);
    expect((await predicted(as0)).warnings).toEqual([]);
  });
});

describe('nabla predict', () => {
  it('a line for each sample, classes compared where they are stated, negatives said to be', async () => {
    writeFileSync(
      path('a.png'),
      greyPng(
        28,
        28,
        digit(0).map((v) => 255 - v),
      ),
    );
    const label = data.test.labels[0];
    writeFileSync(
      path('rows.csv'),
      `class,${digit(0)
        .map(() => 0)
        .join('x,')}x\n${label},${digit(0).join(',')}\n${(label + 1) % 10},${digit(0).join(',')}\n`,
    );
    const { code, stdout, stderr } = await nabla('predict run a.png rows.csv --label first --top 2'.split(' '), folder);
    expect([code, stderr]).toEqual([0, '']);
    const [png, first, second, sum, ...rest] = stdout.split('\n');
    expect(png).toMatch(/^a\.png: \d \(\d+\.\d\d %\), \d \(\d+\.\d\d %\); inverted$/);
    const says = png.slice('a.png: '.length, -'; inverted'.length);
    expect([first, second]).toEqual([`rows.csv[1]: ${says}; right`, `rows.csv[2]: ${says}; wrong: ${(label + 1) % 10}`]);
    expect([sum, ...rest]).toEqual(['right: 1 of 2 (50.00 %)', '']);
  });

  it('what makes an answer doubtful, on standard error and in JSON', async () => {
    const ink = (k: number): number => (k % 60 < 8 && k > 1200 && k < 2400 ? 30 : 200);
    writeFileSync(
      path('cut.png'),
      greyPng(
        60,
        60,
        Array.from({ length: 3600 }, (_, k) => ink(k)),
      ),
    );
    const { code, stdout, stderr } = await quickNabla('predict run cut.png --fit'.split(' '), folder);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^cut\.png: \d \(.*; inverted\n$/)]);
    expect(stderr).toMatch(/^warning {3}cut\.png: the ink touches the border \(left\): [^\n]+\n$/);
    const json = await quickNabla('predict run cut.png --fit --format json'.split(' '), folder);
    expect([json.stderr, jsonLines(json.stdout)]).toEqual(['', [expect.objectContaining({ warnings: [expect.stringMatching(/^the ink touches/)] })]]);
  });

  it('--format json: an object for each', async () => {
    writeFileSync(path('two.idx'), idxBytes([2, 28, 28], [...digit(0), ...digit(1)]));
    const { code, stdout } = await nabla('predict run two.idx --format json --top 1'.split(' '), folder);
    const expected = (await predict({ run: path('run'), files: [path('two.idx')], top: 1 })).predictions;
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual(expected.map((p) => ({ event: 'prediction', run: 'run', ...p, file: 'two.idx' })));
  });

  describe('one bad file of many', () => {
    const FILES = ['nothing.png', 'a.png', 'page.png', 'rows.csv', 'folder'];
    const SAYS = [
      'nothing.png: there is no such file.',
      'page.png: byte 0: this is an HTML page; PNG, JPEG, PGM, IDX and CSV can be read. A server has sent it in place of the file: download that again.',
      'folder: expected PNG, JPEG, PGM, IDX or CSV, got a folder. Name the files in it.',
    ];
    beforeAll(() => {
      writeFileSync(path('a.png'), greyPng(28, 28, digit(0)));
      writeFileSync(path('page.png'), '<!doctype html>');
      writeFileSync(path('rows.csv'), `${digit(1).join(',')}\n${digit(2).join(',')}\n`);
      mkdirSync(path('folder'));
    });

    it('the others are judged, in order, with an error line for each and code 1', async () => {
      const { code, stdout, stderr } = await quickNabla(['predict', 'run', ...FILES], folder);
      expect([code, stderr]).toEqual([1, SAYS.map((text) => `error: ${text}\n`).join('')]);
      expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual(['a.png', 'rows.csv[1]', 'rows.csv[2]', '']);
    });

    it('as JSON: an object in its place', async () => {
      const { code, stdout, stderr } = await quickNabla(['predict', 'run', ...FILES, '--format', 'json'], folder);
      expect([code, stderr]).toEqual([1, SAYS.map((text) => `error: ${text}\n`).join('')]);
      expect(jsonLines(stdout).map(({ event, file, index, message }) => [event, file, index ?? message])).toEqual([
        ['error', 'nothing.png', SAYS[0]],
        ['prediction', 'a.png', 0],
        ['error', 'page.png', SAYS[1]],
        ['prediction', 'rows.csv', 0],
        ['prediction', 'rows.csv', 1],
        ['error', 'folder', SAYS[2]],
      ]);
    });

    it.each(['text', 'json'])('where none can be read: nothing on standard output, and code 2 (%s)', async (format) => {
      const outcome = await quickNabla(['predict', 'run', 'nothing.png', 'folder', '--format', format], folder);
      expect(outcome).toEqual({ code: 2, stdout: '', stderr: `error: ${SAYS[0]}\nerror: ${SAYS[2]}\n` });
    });

    it('a program gets both, and an error where none can be read', async () => {
      const { predictions, failed } = await predict({ run: path('run'), files: FILES.map(path) });
      expect(predictions.map(({ file, index }) => [file, index])).toEqual([
        [path('a.png'), 0],
        [path('rows.csv'), 0],
        [path('rows.csv'), 1],
      ]);
      expect(failed.map(({ file, error }) => [file, error.message])).toEqual([0, 2, 4].map((k, i) => [path(FILES[k]), path(SAYS[i])]));
      expect(failed.every(({ error }) => isBadInput(error))).toBe(true);
      await expect(predict({ run: path('run'), files: [path('folder'), path('nothing.png')] })).rejects.toThrow(path(SAYS[2]));
    });

    it('what is wrong with the run or the options is no matter of one file', async () => {
      const { code, stdout, stderr } = await quickNabla(['predict', 'run', 'nothing.png', 'a.png', '--top', '0'], folder);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^error: top: [^\n]+\n$/)]);
    });
  });

  it('standard input is of any kind', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url)), 'predict', 'run', '-'], {
      cwd: folder,
    });
    child.stdin.end(gzipSync(greyPgm(28, 28, digit(0))));
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    const [{ top }] = await run(bytes('a', greyPng(28, 28, digit(0))));
    expect(out).toMatch(new RegExp(`^-: ${top[0].label} \\(${(100 * top[0].probability).toFixed(2)} %\\), `));
  });

  it.each<[string, RegExp]>([
    ['predict', /missing required argument 'run'/],
    ['predict run', /missing required argument 'files'/],
    ['predict run nothing.png', /^error: nothing\.png: there is no such file\.$/],
    ['predict run folder', /^error: folder: expected PNG, JPEG, PGM, IDX or CSV, got a folder\. Name the files in it\.$/],
    ['predict nowhere small.png', /nowhere: there is no such file or folder/],
    ['predict run small.png', /^error: small\.png: expected 28 × 28 pixels, .*got 2 × 1\. --fit/],
    ['predict run good.png --top 0', /top: expected a whole number of at least 1, got 0/],
    ['predict run good.png --scale 1/0', /scale: expected a finite number above 0, got Infinity/],
    ['predict run good.png --scale 1/2/3', /scale: expected a number, or one divided by another/],
    ['predict run good.png --invert ja', /invert: .*auto, yes, no.*got 'ja'/],
    ['predict run good.png --label second', /label: .*none, first, last/],
    ['predict run good.png --kernels smid', /kernels: .*Did you mean 'simd'/],
    ['predict run - -', /files: expected standard input once/],
  ])('%s: code 2, one line, nothing on standard output', (args, says) =>
    inFolder(async (other) => {
      mkdirSync(join(other, 'folder'));
      writeFileSync(join(other, 'small.png'), greyPng(2, 1, [1, 2]));
      writeFileSync(join(other, 'good.png'), greyPng(28, 28, digit(0)));
      const words = args.split(' ').map((word) => (word === 'run' ? path('run') : word));
      const { code, stdout, stderr } = await quickNabla(words, other);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.trimEnd()).toMatch(says);
      expect(stderr).toMatch(/^[^\n]+\n$/);
    }),
  );
});
