// Runs that are stopped and taken up again: killed at any moment, interrupted, with other workers afterwards. The run that was
// finished in pieces has the weights, the metrics and the costs of one that was never stopped.

import { spawn } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EpochEvent } from '#src/index.js';
import { METRICS } from '#src/runs/files.js';
import { Metrics } from '#src/runs/metrics.js';
import { seeded } from '../support/bound-kernels.js';
import { contents, inFolder, jsonLines, nabla, quickNabla, start } from '../support/command.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { SLOW } from '../support/slow.js';

/** In the slow part of the suite as many as the project promises. */
const KILLS = SLOW ? 50 : 2;

const random = seeded('resume');
let folder: string;
/** Hash and metrics of each kind of run, never stopped. */
const whole = new Map<string, Promise<{ hash: unknown; metrics: unknown[] }>>();

beforeAll(() => {
  folder = temporaryFolder();
  writeIdxFolder(folder, {
    trainingImages: images(3000, 28, 28),
    trainingLabels: labels(3000, 10),
    testImages: images(200, 28, 28),
    testLabels: labels(200, 10),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** So many that a signal sent in the first quarter comes before the end on a fast machine too: some 3 ms each. */
const EPOCHS = 60;
const BASE = `train --data . --layers 784,20,10 --batch 10 --epochs ${EPOCHS} --lambda 3 --seed 4 --format json`;
const KINDS = {
  plain: BASE,
  adam: `${BASE} --optimiser adam --eta 0.001 --schedule restarts:7,2 --smooth 0.1 --dropout 0.2 --ema 0.7 --gradient partial --shards 4`,
  momentum: `${BASE} --momentum 0.8 --eta 0.05 --schedule halve:16 --clip-norm 2 --input dense --average 3 --grow-batch 20,2.5,90`,
} as const;
type Kind = keyof typeof KINDS;
const FOREVER = KINDS.plain.replace(`--epochs ${EPOCHS}`, '--epochs 1000000').split(' ');
const KIND_NAMES = Object.keys(KINDS) as Kind[];

const numbersOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const { event, epoch, eta, trainingCost, trainingAccuracy, validationCost, validationAccuracy, testCost } = JSON.parse(line);
      return { event, epoch, eta, trainingCost, trainingAccuracy, validationCost, validationAccuracy, testCost };
    });
const metricsOf = (run: string): unknown[] => numbersOf(readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8'));

function wholeRun(kind: Kind): Promise<{ hash: unknown; metrics: unknown[] }> {
  const known = whole.get(kind);
  if (known) return known;
  const run = (async () => {
    const { stdout, stderr } = await quickNabla([...KINDS[kind].split(' '), '--workers', '1', '--run', `whole-${kind}`], folder);
    expect(stderr).toBe('');
    return { hash: jsonLines(stdout).at(-1)?.weightsSha256, metrics: metricsOf(`whole-${kind}`) };
  })();
  whole.set(kind, run);
  return run;
}

const recordOf = (run: string, none?: string) =>
  none !== undefined && !existsSync(join(folder, run)) ? {} : JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8'));
const resumeArgs = (run: string, workers: number): string[] => ['train', '--resume', run, '--workers', String(workers), '--format', 'json'];

const BEGUN = '"event":"start"';

/** What a run says at a random moment of its first quarter. */
const moment = (): string => {
  const epoch = random.below(EPOCHS / 4);
  return epoch === 0 ? BEGUN : `"epoch":${epoch},`;
};

/** Starts a run and kills it a little after it has said this; returns whether that came in time. */
async function kill(args: readonly string[], signal: NodeJS.Signals = 'SIGKILL', after = moment()): Promise<boolean> {
  const { child, outcome, seen } = start(args, folder);
  await seen(after);
  await new Promise((resolve) => setTimeout(resolve, random.below(20)));
  child.kill(signal);
  return (await outcome).code !== 0;
}

/** Takes a run up to its end, and holds it against the one that was never stopped. */
async function finishAndCompare(run: string, kind: Kind, workers: number): Promise<void> {
  const { hash, metrics } = await wholeRun(kind);
  if (recordOf(run).state !== 'done') {
    const { code, stdout, stderr } = await quickNabla(resumeArgs(run, workers), folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)?.weightsSha256).toBe(hash);
  }
  expect(recordOf(run)).toMatchObject({ state: 'done', outcome: { weightsSha256: hash } });
  expect(metricsOf(run)).toEqual(metrics);
  expect(readdirSync(join(folder, run, 'checkpoints')).filter((name) => !/^(step-\d+|best)\.safetensors(\.damaged)?$/.test(name))).toEqual([]);
}

describe('killed with SIGKILL at random moments', { tags: ['longer'] }, () => {
  /** In the middle of epochs; in the long version so many that most of the time one is being written. */
  const often = SLOW ? '0.1e' : '1.6e';
  let killed = 0;

  test.each(Array.from({ length: KILLS }, (_, k) => [k, KIND_NAMES[k % KIND_NAMES.length]] as const))(
    '%i: %s, once or twice, with any number of workers before and after',
    async (k, kind) => {
      const run = `killed-${k}`;
      const workers = (): number => 1 + random.below(3);
      if (await kill([...KINDS[kind].split(' '), '--workers', String(workers()), '--checkpoint-every', often, '--run', run])) killed++;
      if (random.below(2) === 0 && recordOf(run).state !== 'done' && (await kill(resumeArgs(run, workers()), 'SIGKILL', BEGUN))) killed++;
      await finishAndCompare(run, kind, workers());
    },
    120_000,
  );

  test('most of them came before the end', () => {
    expect(killed).toBeGreaterThanOrEqual(KILLS / 2);
  });
});

describe('taken up again', () => {
  const STOPS = [
    ['SIGINT', 'plain', 3],
    ['SIGTERM', 'adam', 2],
    ['SIGINT', 'momentum', 1],
  ] as const;
  test.each(SLOW ? STOPS : STOPS.slice(1, 2))(
    'after %s, without any checkpoint before: %s, with %i workers from there',
    async (signal, kind, workers) => {
      const run = `${signal}-${kind}`;
      const args = [...KINDS[kind].split(' '), '--workers', '2', '--checkpoint-every', 'never', '--run', run];
      expect(await kill(args, signal)).toBe(true);
      expect(recordOf(run)).toMatchObject({
        state: 'interrupted',
        outcome: { error: expect.stringContaining(`go on with: nabla train --resume ${run}`) },
      });
      await finishAndCompare(run, kind, workers);
    },
  );

  test('before its first checkpoint: from the beginning', async () => {
    expect(await kill([...KINDS.plain.split(' '), '--checkpoint-every', 'never', '--run', 'early'])).toBe(true);
    expect(existsSync(join(folder, 'early', 'checkpoints'))).toBe(false);
    await finishAndCompare('early', 'plain', 1);
  });

  test('with the newest checkpoint damaged: from the one before, with a warning', async () => {
    expect(await kill([...KINDS.momentum.split(' '), '--checkpoint-every', '0.9e', '--run', 'damaged'], 'SIGINT', '"epoch":2,')).toBe(true);
    const files = readdirSync(join(folder, 'damaged', 'checkpoints')).filter((name) => name.startsWith('step'));
    expect(files).toHaveLength(2);
    const newest = join(folder, 'damaged', 'checkpoints', files.sort()[1]);
    const bytes = readFileSync(newest);
    bytes[bytes.length >> 1] ^= 4;
    writeFileSync(newest, bytes);
    const { stdout, code } = await quickNabla(resumeArgs('damaged', 2), folder);
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0].warnings).toEqual([
      expect.stringMatching(/step-\d+\.safetensors: damaged: its checksum is not that of its content\. Going on from/),
    ]);
    await finishAndCompare('damaged', 'momentum', 1);
  });

  test('with its metrics changed: it says so, and the bits are the same', async () => {
    expect(await kill([...KINDS.plain.split(' '), '--run', 'edited'], 'SIGINT', '"epoch":2,')).toBe(true);
    const metrics = join(folder, 'edited', 'metrics.jsonl');
    writeFileSync(metrics, readFileSync(metrics, 'utf8').replace('"epoch":1,', '"epoch":9,'));
    const { stdout } = await quickNabla(resumeArgs('edited', 2), folder);
    expect(jsonLines(stdout)[0].warnings).toEqual([expect.stringMatching(/^edited: metrics\.jsonl is not what it was/)]);
    expect(jsonLines(stdout).at(-1)?.weightsSha256).toBe((await wholeRun('plain')).hash);
  });

  test('after it is done, for more epochs: as one that had asked for them from the start', async () => {
    const short = KINDS.plain.replace(`--epochs ${EPOCHS}`, '--epochs 11').split(' ');
    expect((await quickNabla([...short, '--run', 'more'], folder)).code).toBe(0);
    const { code, stderr } = await quickNabla(resumeArgs('more', 1), folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: resume: [^\n]* done after 11 epochs; --epochs N trains it for more\.\n$/)]);
    expect((await quickNabla([...resumeArgs('more', 1), '--epochs', String(EPOCHS)], folder)).code).toBe(0);
    const { hash } = await wholeRun('plain');
    expect(recordOf('more').outcome.weightsSha256).toBe(hash);
  });

  test.each([
    ['--schedule halve:1', 3],
    ['--patience 2', 4],
  ])('after it is done, for more epochs, where the pace counts: %s', async (more, first) => {
    const args = [...BASE.replace(`--epochs ${EPOCHS}`, '--epochs 12').replace('--lambda 3', '--eta 3').split(' '), ...more.split(' ')];
    const hash = jsonLines((await quickNabla([...args, '--run', `paced-${first}`], folder)).stdout).at(-1)?.weightsSha256;
    const run = `paced-again-${first}`;
    for (const epochs of [first, first + 1, 12]) {
      const start = epochs === first ? [...args, '--run', run] : resumeArgs(run, 2);
      if (recordOf(run, 'none').outcome?.stopped !== undefined) break;
      expect((await quickNabla([...start, '--epochs', String(epochs)], folder)).code).toBe(0);
    }
    expect(recordOf(run).outcome.weightsSha256).toBe(hash);
  });

  test('but not where its checkpoints are gone or damaged: nothing is touched', async () => {
    await wholeRun('plain');
    for (const damage of ['gone', 'damaged']) {
      cpSync(join(folder, 'whole-plain'), join(folder, damage), { recursive: true });
      const checkpoints = join(folder, damage, 'checkpoints');
      if (damage === 'gone') rmSync(checkpoints, { recursive: true });
      else for (const name of readdirSync(checkpoints)) writeFileSync(join(checkpoints, name), 'nothing');
      const before = contents(join(folder, damage));
      const { code, stderr } = await quickNabla([...resumeArgs(damage, 1), '--epochs', '31'], folder);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^error: [^\n]* [Tt]here is no [^\n]*checkpoint to go on from\. [^\n]*--from (gone|damaged)\.\n$/),
      ]);
      expect(contents(join(folder, damage))).toEqual(before);
    }
  });

  test('by two processes at once: one of them is refused', async () => {
    expect(await kill([...FOREVER, '--run', 'twice'], 'SIGINT', '"epoch":2,')).toBe(true);
    const both = [1, 2].map(() => start(resumeArgs('twice', 1), folder, 20_000));
    const codes = both.map(async ({ outcome }, k) => {
      const { code, stderr } = await outcome;
      // The other one would go on for days.
      both[1 - k].child.kill('SIGTERM');
      return [code, stderr];
    });
    expect((await Promise.all(codes)).sort()).toEqual([
      [130, expect.stringMatching(/^Stopped/)],
      [2, expect.stringMatching(/nobody is at work on/)],
    ]);
  });

  test.each([
    ['--eta 1', /^error: eta: expected none beside a run to resume/],
    ['--layers 784,10', /^error: layers: expected none beside a run to resume/],
    ['--run other', /^error: run: expected none beside a run to resume/],
    ['--epochs 1', /^error: epochs: expected at least \d+, where fixed stands, got 1\.\n$/],
  ])('but not with %s', async (more, message) => {
    if (!existsSync(join(folder, 'fixed'))) await kill([...KINDS.plain.split(' '), '--run', 'fixed'], 'SIGINT', '"epoch":3,');
    const before = contents(join(folder, 'fixed'));
    const { code, stderr } = await quickNabla([...resumeArgs('fixed', 1), ...more.split(' ')], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(contents(join(folder, 'fixed'))).toEqual(before);
  });

  test('but not while it is under way, and then when its process is gone', async () => {
    const { child, outcome, seen } = start([...FOREVER, '--run', 'busy'], folder);
    await seen('"event":"epoch"');
    const { code, stderr } = await quickNabla(resumeArgs('busy', 1), folder);
    expect([code, stderr]).toEqual([
      2,
      `error: resume: expected a run that nobody is at work on, got 'busy'. Process ${child.pid} is; wait for it, or end it. If it is none of nabla's, remove busy/lock-1.\n`,
    ]);
    child.kill('SIGKILL');
    await outcome;
    const again = start(resumeArgs('busy', 1), folder);
    await again.seen('"event":"epoch"');
    again.child.kill('SIGTERM');
    expect((await again.outcome).code).toBe(130);
    expect(existsSync(join(folder, 'busy', 'lock-2'))).toBe(false);
  });

  test('but not on other data, and not where there is no run', async () => {
    await inFolder(async (other) => {
      await wholeRun('plain');
      cpSync(join(folder, 'whole-plain'), join(other, 'run'), { recursive: true });
      writeIdxFolder(other, {
        trainingImages: images(3000, 28, 28, 1),
        trainingLabels: labels(3000, 10),
        testImages: images(200, 28, 28),
        testLabels: labels(200, 10),
      });
      expect(await quickNabla(['train', '--resume', 'run', '--epochs', '31', '--data', '.'], other)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: data: expected the samples that run was trained on/),
      });
      expect(await quickNabla(['train', '--resume', 'nowhere'], other)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: nowhere: there is no such folder\. Name the folder of a run\.\n$/),
      });
    });
  });
});

test('a disk that cannot take a checkpoint leaves the ones before as they were, says so once, and the run goes on', async () => {
  const run = 'full';
  const checkpoints = join(folder, run, 'checkpoints');
  // From the fourth epoch on, each file that a checkpoint is first written to is a device that is always full.
  mkdirSync(checkpoints, { recursive: true });
  for (let step = 1000; step <= 250 * EPOCHS; step += 250)
    symlinkSync('/dev/full', join(checkpoints, `step-${String(step).padStart(9, '0')}.safetensors.part`));
  const args = [...KINDS.plain.split(' '), '--checkpoint-every', '1e', '--keep-checkpoints', '1000', '--run', run];
  const { code, stdout, stderr } = await quickNabla(args, folder);
  const events = jsonLines(stdout);
  expect(events.filter(({ event }) => event === 'warning').map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^full\/checkpoints\/step-\d+\.safetensors cannot be written: no space is left on the disk \(ENOSPC\)\. The run goes on; what was saved before is as it was\.$/,
    ),
  ]);
  expect(events.filter(({ event }) => event === 'epoch')).toHaveLength(EPOCHS);
  // What it ends with cannot be written either.
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: full\/checkpoints\/step-000015000\.safetensors cannot be written: no space is left on the disk \(ENOSPC\)\.[^\n]*\n$/,
    ),
  ]);
  expect(recordOf(run)).toMatchObject({ state: 'failed', outcome: { error: expect.stringContaining('ENOSPC') } });
  // With room again, the run goes on from the last one that could be written.
  for (const name of readdirSync(checkpoints)) if (name.endsWith('.part')) rmSync(join(checkpoints, name));
  await finishAndCompare(run, 'plain', 2);
});

test('the best epoch is kept beside the last, and can be named wherever a run can', async () => {
  await inFolder(async (other) => {
    // Long after its best epoch on so few samples.
    writeIdxFolder(other, {
      trainingImages: images(60, 28, 28),
      trainingLabels: labels(60, 10),
      testImages: images(20, 28, 28),
      testLabels: labels(20, 10),
    });
    const args = 'train --data . --validation 30 --layers 784,10 --epochs 12 --batch 5 --eta 2 --run kept --format json';
    const epochs = jsonLines((await quickNabla(args.split(' '), other)).stdout).filter(({ event }) => event === 'epoch');
    const accuracies = epochs.map(({ validationAccuracy }) => Number(validationAccuracy));
    const best = Math.max(...accuracies);
    const evaluate = async (run: string): Promise<unknown> =>
      jsonLines((await quickNabla(['evaluate', run, '--split', 'validation', '--format', 'json'], other)).stdout)[0];
    expect(await evaluate('kept/checkpoints/best.safetensors')).toMatchObject({ accuracy: best });
    const newest = readdirSync(join(other, 'kept', 'checkpoints')).find((name) => name.startsWith('step-'));
    expect(await evaluate(`kept/checkpoints/${newest}`)).toMatchObject({ accuracy: accuracies.at(-1) });
    expect(await evaluate('kept')).toMatchObject({ accuracy: accuracies.at(-1) });
    expect(accuracies.at(-1)).not.toBe(best);
  });
});

test('an interrupt that cannot be saved says so, with exit code 1', async () => {
  const run = 'unsaved';
  const going = start([...FOREVER, '--checkpoint-every', 'never', '--run', run], folder);
  await going.seen('"epoch":2,');
  symlinkSync('/dev/full', join(folder, run, 'weights.safetensors.part'));
  going.child.kill('SIGINT');
  const { code, stderr } = await going.outcome;
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: Stopped in epoch \d+[^\n]*\. It could not be saved: unsaved\/weights\.safetensors cannot be written: no space is left on the disk \(ENOSPC\)\.[^\n]*\n$/,
    ),
  ]);
  // The checkpoint was tried all the same.
  rmSync(join(folder, run, 'weights.safetensors.part'), { force: true });
  const again = start(resumeArgs(run, 2), folder);
  await again.seen('"event":"epoch"');
  again.child.kill('SIGTERM');
  expect((await again.outcome).code).toBe(130);
});

test('a run that could save nothing at all begins anew', { tags: ['slow'] }, async () => {
  const run = 'nothing';
  const going = start([...FOREVER, '--checkpoint-every', 'never', '--run', run], folder);
  await going.seen('"epoch":2,');
  symlinkSync('/dev/full', join(folder, run, 'weights.safetensors.part'));
  writeFileSync(join(folder, run, 'checkpoints'), 'a file where a folder should be');
  going.child.kill('SIGINT');
  const { code, stderr } = await going.outcome;
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: Stopped in [^\n]*It could not be saved: [^\n]*go on from there: nabla train --resume nothing\n$/),
  ]);
  expect(recordOf(run).state).toBe('failed');
  for (const name of ['checkpoints', 'weights.safetensors.part']) rmSync(join(folder, run, name), { force: true });
  const again = start(resumeArgs(run, 2), folder);
  await again.seen('"event":"epoch","epoch":1,');
  again.child.kill('SIGTERM');
  expect((await again.outcome).code).toBe(130);
});

test('workers and diagnoses that were asked for are there again', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const going = async (args: string): Promise<unknown[]> => {
      const { stdout, stderr } = await quickNabla(`train ${args} --format json`.split(' '), other);
      expect(stderr).toBe('');
      return jsonLines(stdout);
    };
    await going('--data . --layers 6,5,4 --epochs 2 --workers 1 --diagnose --run kept');
    const [begun, ...rest] = await going('--resume kept --epochs 3');
    expect(begun).toMatchObject({ event: 'start', workers: 1 });
    expect(rest).toContainEqual(expect.objectContaining({ event: 'diagnosis', epoch: 3 }));
    expect(JSON.parse(readFileSync(join(other, 'kept', 'config.json'), 'utf8'))).toMatchObject({ workers: 1, diagnose: true });
  }));

test('what a run started from is its own: the run that it was trained further from may go on', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const hashOf = async (args: string): Promise<unknown> =>
      jsonLines((await quickNabla(`train ${args} --format json`.split(' '), other)).stdout).at(-1)?.weightsSha256;
    await hashOf('--data . --layers 6,5,4 --epochs 1 --run first');
    const second = await hashOf('--data . --from first --epochs 2 --eta 0.1 --run second');
    await hashOf('--resume first --epochs 3');
    expect(await hashOf('--config second/config.json --run third')).toBe(second);
    rmSync(join(other, 'first'), { recursive: true });
    // As if it had been killed before its first checkpoint.
    const record = JSON.parse(readFileSync(join(other, 'second', 'run.json'), 'utf8'));
    writeFileSync(join(other, 'second', 'run.json'), JSON.stringify({ ...record, state: 'running' }));
    for (const name of readdirSync(join(other, 'second', 'checkpoints')))
      if (name.startsWith('step')) rmSync(join(other, 'second', 'checkpoints', name));
    rmSync(join(other, 'second', 'weights.safetensors'));
    expect(await hashOf('--resume second')).toBe(second);
  }));

test('own functions that have changed are refused', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const module = join(other, 'own.mjs');
    writeFileSync(module, 'export const activations = { own: { f: Math.atan, derivative: (z) => 1 / (1 + z * z) } };\n');
    expect(
      (await quickNabla('train --data . --layers 6,5,4 --epochs 1 --functions own.mjs --activation own --run kept'.split(' '), other)).code,
    ).toBe(0);
    writeFileSync(module, 'export const activations = { own: { f: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 } };\n');
    const before = contents(join(other, 'kept'));
    const { code, stderr } = await nabla('train --resume kept --epochs 2'.split(' '), other);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error: functions: expected the module that kept was trained with, got 'file:[^']*own\.mjs'\. It has changed since[^\n]*\n$/,
      ),
    ]);
    expect(contents(join(other, 'kept'))).toEqual(before);
  }));

test('lines that a full disk would not take are there with the next checkpoint', () =>
  inFolder(async (other) => {
    const metrics = new Metrics(other);
    const line = (epoch: number): EpochEvent => ({ event: 'epoch', epoch }) as EpochEvent;
    metrics.add(line(1));
    const path = join(other, METRICS);
    const taken = readFileSync(path);
    rmSync(path);
    symlinkSync('/dev/full', path);
    expect(() => metrics.add(line(2))).toThrow(/ENOSPC/);
    await expect(metrics.sync()).rejects.toThrow(/cannot be written/);
    rmSync(path);
    // A part of the line had room.
    writeFileSync(path, `${taken}{"ev`);
    await metrics.sync();
    expect(readFileSync(path, 'utf8')).toBe([1, 2].map((epoch) => `${JSON.stringify(line(epoch))}\n`).join(''));
    expect(new Metrics(other, metrics.history).isChanged).toBe(false);
  }));

test('a trace that cannot be written is said, and the run goes on', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const { code, stdout, stderr } = await quickNabla('train --data . --layers 6,5,4 --epochs 2 --trace /dev/full --format json'.split(' '), other);
    expect([code, stderr]).toEqual([0, '']);
    expect(jsonLines(stdout).filter(({ event }) => event === 'warning')).toEqual([
      {
        event: 'warning',
        text: expect.stringMatching(
          /^The trace cannot be written to \/dev\/full: no space is left on the disk \(ENOSPC\)\. The run goes on without it\.$/,
        ),
      },
    ]);
    expect(jsonLines(stdout).at(-1)).not.toHaveProperty('trace');
  }));

test('a folder with files that a run would replace is refused, and they stay what they are', () =>
  inFolder(async (other) => {
    for (const name of ['config.json', 'metrics.jsonl', 'weights.safetensors', 'log.txt']) {
      mkdirSync(join(other, name, '..', `with-${name}`), { recursive: true });
      writeFileSync(join(other, `with-${name}`, name), 'mine');
      const { code, stderr } = await quickNabla(['train', '--layers', '784,10', '--epochs', '1', '--run', `with-${name}`], other);
      expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^error: run: expected a folder without '${name}', which a run writes`))]);
      expect(readFileSync(join(other, `with-${name}`, name), 'utf8')).toBe('mine');
    }
  }));

test('kernels blas without a library: the run goes on with others, and so it does when it is resumed', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const args = 'train --data . --layers 6,5,4 --epochs 2 --blas /nowhere/blas.so --run kept --format json';
    expect((await quickNabla(args.split(' '), other)).code).toBe(0);
    const { code, stderr } = await quickNabla('train --resume kept --epochs 3 --format json'.split(' '), other);
    expect([code, stderr]).toEqual([0, '']);
  }));

describe('kernels with the same bits: a run of one goes on with the other', () => {
  const GOES_ON = 'train --data . --layers 6,5,4 --epochs 2 --seed 3 --workers 1 --format json';
  /** The record of a run, as another machine or Node would have written it. */
  const changeRecord = (path: string, began: string, asked: string): void => {
    const { configuration, environment, ...record } = JSON.parse(readFileSync(path, 'utf8'));
    const changed = { ...record, configuration: { ...configuration, kernels: asked }, environment: { ...environment, kernels: began } };
    writeFileSync(path, JSON.stringify(changed));
  };

  const PAIRS = [
    ['relaxed', 'auto'],
    ['wide', 'wide'],
    ['wide', 'auto'],
    ['relaxed', 'blas'],
  ] as const;
  test.each(SLOW ? PAIRS : PAIRS.slice(0, 2))('it began with %s, asked for %s', { tags: ['longer'] }, (began, asked) =>
    inFolder(async (other) => {
      writeIdxFolder(other);
      const [first] = jsonLines((await quickNabla([...GOES_ON.split(' '), '--run', 'kept'], other)).stdout);
      const whole = jsonLines((await quickNabla([...GOES_ON.replace('2', '4').split(' '), '--run', 'whole'], other)).stdout).at(-1);
      changeRecord(join(other, 'kept', 'run.json'), began, asked);
      // Taken up twice: the second time its configuration is that of a run that was resumed.
      for (const epochs of [3, 4]) {
        const { code, stdout, stderr } = await quickNabla(`train --resume kept --epochs ${epochs} --format json`.split(' '), other);
        expect([code, stderr]).toEqual([0, '']);
        expect(jsonLines(stdout)[0].kernels).toBe(first.kernels);
        if (epochs === 4) expect(jsonLines(stdout).at(-1)?.weightsSha256).toBe(whole?.weightsSha256);
      }
    }),
  );

  test('relaxed stays relaxed where it was asked for by name', () =>
    inFolder(async (other) => {
      writeIdxFolder(other);
      await quickNabla([...GOES_ON.split(' '), '--kernels', 'relaxed', '--run', 'kept'], other);
      const { stdout } = await quickNabla('train --resume kept --epochs 3 --format json'.split(' '), other);
      expect(jsonLines(stdout)[0]).toMatchObject({ kernels: 'relaxed' });
    }));

  test('a run of others, which do not run here, is refused', () =>
    inFolder(async (other) => {
      writeIdxFolder(other);
      await quickNabla([...GOES_ON.split(' '), '--blas', '/nowhere/blas.so', '--run', 'kept'], other);
      changeRecord(join(other, 'kept', 'run.json'), 'blas', 'blas');
      const { code, stderr } = await quickNabla('train --resume kept --epochs 3 --format json'.split(' '), other);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/kept began with kernels 'blas', which do not run here \(no BLAS: .*--from kept/)]);
    }));
});

test('standard output on a disk that is full: a warning, and the run is kept', () =>
  inFolder(async (other) => {
    writeIdxFolder(other);
    const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [main, ...'train --data . --layers 6,5,4 --epochs 3 --run kept'.split(' ')], {
      cwd: other,
      stdio: ['ignore', full, 'pipe'],
      timeout: 30_000,
    });
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^warning {3}Standard output cannot be written: no space is left on the disk \(ENOSPC\)\. The run goes on\.\n$/),
    ]);
    expect(JSON.parse(readFileSync(join(other, 'kept', 'run.json'), 'utf8')).state).toBe('done');
  }));
