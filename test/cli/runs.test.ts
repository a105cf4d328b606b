// Runs from the command line: the lines of `--format json`, weights that hash to what was reported and evaluate to what
// was reported, and every way in which a run ends early: diverged, interrupted, terminated, unheard.

import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { contents, inFolder, jsonLines, nabla, type Outcome, quickNabla, start } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { expectRefused } from '../support/refused.js';
import { SLOW } from '../support/slow.js';

const recordOf = (run: string) => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
const share = expect.toSatisfy((value) => typeof value === 'number' && value >= 0 && value <= 1, 'a share');
const positive = expect.toSatisfy((value) => typeof value === 'number' && value > 0, 'a number above zero');

/** The tensors of a safetensors file, read as its format says. */
function readTensors(path: string): { name: string; dtype: string; shape: number[]; bytes: Buffer }[] {
  const file = readFileSync(path);
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...header } = JSON.parse(file.subarray(8, begin).toString('utf8'));
  const tensors = (Object.entries(header) as [string, { dtype: string; shape: number[]; data_offsets: [number, number] }][])
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => ({ name, dtype, shape, bytes: file.subarray(begin + from, begin + to) }),
    );
  expect(tensors.reduce((sum, { bytes }) => sum + bytes.length, begin)).toBe(file.length);
  return tensors;
}

describe('train --epochs 2 --format json', () => {
  let folder: string;
  let outcome: Outcome;
  let events: Record<string, unknown>[];
  // One run for all tests of this block.
  beforeAll(async () => {
    folder = temporaryFolder();
    outcome = await quickNabla('train --layers 784,30,10 --epochs 2 --seed 5 --workers 2 --format json'.split(' '), folder);
    events = jsonLines(outcome.stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes start, epoch, epoch and done to standard output, and nothing else', () => {
    expect([outcome.code, outcome.stderr]).toEqual([0, '']);
    expect(events.map(({ event }) => event)).toEqual(['start', 'epoch', 'epoch', 'done']);
    const [start, first, second, done] = events;
    expect(start).toMatchObject({ network: [784, 30, 10], parameters: 23_860, samples: 8_000, gradient: 'owned', batch: 10, seed: 5 });
    expect(start).toMatchObject({ workers: positive, shards: start.workers, kernels: expect.toBeOneOf([...KERNEL_NAMES]) });
    for (const [epoch, line] of [first, second].entries()) {
      expect(line).toMatchObject({ epoch: epoch + 1, seconds: positive, samplesPerSecond: positive, trainingCost: positive });
      expect(line).toMatchObject({ validationAccuracy: share, testAccuracy: share });
    }
    expect(done).toMatchObject({ epochs: 2, testAccuracy: second.testAccuracy, seconds: positive, run: start.run });
    expect(second.trainingCost).toBeLessThan(first.trainingCost as number);
    expect(done.testAccuracy).toBeGreaterThan(0.8);
  });

  it('keeps the run where it says: record, a line per epoch, weights', () => {
    const run = join(folder, events[3].run as string);
    expect(readdirSync(folder)).toEqual(['runs']);
    expect(readdirSync(run).sort()).toEqual(['checkpoints', 'config.json', 'log.txt', 'metrics.jsonl', 'run.json', 'weights.safetensors']);
    expect(recordOf(run)).toMatchObject({ state: 'done', configuration: { seed: 5, epochs: 2 }, outcome: events[3] });
    expect(jsonLines(readFileSync(join(run, 'metrics.jsonl'), 'utf8'))).toEqual(events.slice(1, 3));
  });

  it('reports the SHA-256 of the weights as they lie in the file: layer by layer, [n_l][n_(l-1)], float32', () => {
    const tensors = readTensors(join(folder, events[3].run as string, 'weights.safetensors'));
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['layer2.weight', 'F32', [30, 784]],
      ['layer2.bias', 'F32', [30]],
      ['layer3.weight', 'F32', [10, 30]],
      ['layer3.bias', 'F32', [10]],
    ]);
    const hash = createHash('sha256').update(Buffer.concat(tensors.map(({ bytes }) => bytes)));
    expect(hash.digest('hex')).toBe(events[3].weightsSha256);
  });

  it.each([
    ['test', 'testAccuracy', []],
    ['validation', 'validationAccuracy', ['--split', 'validation']],
    ['test', 'testAccuracy', ['--workers', '3']],
  ])('evaluate gives the %s accuracy that was reported (%s, %o)', async (split, field, more) => {
    const before = contents(folder);
    const { code, stdout, stderr } = await quickNabla(['evaluate', events[3].run as string, '--format', 'json', ...more], folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(jsonLines(stdout)).toMatchObject([{ event: 'evaluation', split, samples: 1_000, accuracy: events[3][field], network: [784, 30, 10] }]);
    expect(contents(folder)).toEqual(before);
  });

  const edited = (name: string, edit: (bytes: Buffer) => string | Buffer) => (run: string) =>
    writeFileSync(join(run, name), edit(readFileSync(join(run, name))));
  const DAMAGE: [what: string, damage: (run: string) => void, says: RegExp][] = [
    [
      'weights cut short',
      edited('weights.safetensors', (bytes) => bytes.subarray(0, -4)),
      /weights\.safetensors: tensor layer3\.bias: .* offsets that fit .* the file's 95436 bytes of data/,
    ],
    ['no weights at all', edited('weights.safetensors', () => ''), /weights\.safetensors: .*at least 8 bytes, this one 0/],
    ['weights that are something else', edited('weights.safetensors', (bytes) => Buffer.alloc(bytes.length, 1)), /weights\.safetensors: byte 0/],
    [
      'a record of other layers',
      edited('run.json', (bytes) => bytes.toString().replace(/784,\s+30,/, '784, 31,')),
      /weights\.safetensors: tensor layer2\.weight: expected \[31,784\] for 784-31-10, got \[30,784\]/,
    ],
    ['a record of a network that cannot be', edited('run.json', (bytes) => bytes.toString().replace(/784,\s+30,/, '784, "thirty",')), /run\.json: /],
    ['a record cut short', edited('run.json', (bytes) => bytes.subarray(0, bytes.length / 2)), /run\.json: /],
  ];
  it.each(DAMAGE)('evaluate refuses a run with %s', (_, damage, says) =>
    inFolder(async (other) => {
      cpSync(join(folder, events[3].run as string), join(other, 'run'), { recursive: true });
      damage(join(other, 'run'));
      await expectRefused(['evaluate', 'run', '--format', 'json'], other, says);
    }),
  );
});

it('text for people: no control characters in a pipe, and what to type to see the run again', () =>
  inFolder(async (folder) => {
    // An epoch of the plain kernels lasts long enough for a progress line, were there a terminal.
    const { code, stdout, stderr } = await nabla('train --layers 784,20,10 --kernels scalar --epochs 1 --run kept'.split(' '), folder);
    expect([code, stderr]).toEqual([0, '']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(stdout).toMatch(/784-20-10,.*epoch 1\/1 .*test accuracy \d+\.\d\d %.*nabla evaluate kept\n$/s);
    expect((await quickNabla(['evaluate', 'kept'], folder)).stdout).toContain(stdout.match(/test (accuracy [\d.]+ %)/)?.[1]);
  }));

it('a folder of IDX files, nothing kept back: no validation accuracy, and the same data again for evaluate', () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder);
    const { code, stdout } = await quickNabla('train --data . --validation 0 --epochs 3 --layers 6,5,4 --run kept --format json'.split(' '), folder);
    const done = jsonLines(stdout)[4];
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ samples: 24, validationSamples: 0, testSamples: 8 });
    expect(done).toMatchObject({ event: 'done', validationAccuracy: null, testAccuracy: share });
    const again = await quickNabla(['evaluate', 'kept', '--format', 'json'], folder);
    expect(jsonLines(again.stdout)).toMatchObject([{ samples: 8, accuracy: done.testAccuracy }]);
    const none = await quickNabla(['evaluate', 'kept', '--split', 'validation'], folder);
    expect([none.code, none.stdout, none.stderr]).toEqual([2, '', expect.stringMatching(/^error: split: expected one with samples.*\n$/)]);
  }));

describe('a run that ends early', () => {
  it('diverged: code 1, one line that names epoch, step, layer and η, and the run kept as diverged', () =>
    inFolder(async (folder) => {
      const args = 'train --activation relu --cost quadratic --output linear --eta 1000 --epochs 3 --run kept --format json';
      const { code, stdout, stderr } = await nabla(args.split(' '), folder);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toMatch(/in epoch 1: .*in step \d+.*layer [23]\b.*η = 1000\b/);
      expect(jsonLines(stdout).map(({ event }) => event)).toEqual(['start']);
      expect(code).toBe(1);
      expect(recordOf(join(folder, 'kept'))).toMatchObject({ state: 'diverged', outcome: { error: expect.stringContaining('η = 1000') } });
    }));

  it.each(SLOW ? (['SIGINT', 'SIGTERM'] as const) : (['SIGINT'] as const))(
    '%s: code 130, one line, and weights that can be evaluated',
    { tags: ['longer'] },
    (signal) =>
      inFolder(async (folder) => {
        const run = start('train --layers 784,20,10 --epochs 100000 --run kept --format json'.split(' '), folder);
        await run.seen('"event":"epoch"');
        run.child.kill(signal);
        const guard = setTimeout(() => run.child.kill('SIGKILL'), 10_000);
        const { code, stdout, stderr } = await run.outcome;
        clearTimeout(guard);
        expect(code).toBe(130);
        expect(stderr).toMatch(/^[^\n]*epoch \d+[^\n]*\n$/);
        expect(new Set(jsonLines(stdout).map(({ event }) => event))).toEqual(new Set(['start', 'epoch']));
        expect(recordOf(join(folder, 'kept'))).toMatchObject({ state: 'interrupted' });
        const again = await quickNabla(['evaluate', 'kept', '--format', 'json'], folder);
        expect(again.code).toBe(0);
        expect(jsonLines(again.stdout)[0].accuracy).toBeGreaterThan(0.5);
      }),
  );

  it('unheard, as in `nabla train | head -1`: no stack, and the run is not left as if it went on', () =>
    inFolder(async (folder) => {
      const run = start('train --layers 784,20,10 --epochs 100000 --run kept --format json'.split(' '), folder, 20_000);
      await run.seen('"event":"start"');
      run.child.stdout?.destroy();
      const { code, stderr } = await run.outcome;
      expect(code).not.toBeNull();
      expect(code).not.toBe(0);
      expect(stderr).not.toMatch(/^ {4}at |Unhandled/m);
      expect(recordOf(join(folder, 'kept')).state).toBe('interrupted');
    }));
});
