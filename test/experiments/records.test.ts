// Records of plain networks that are run again: each seed is a run with the recipe, of which the errors are those of the test digits; hours become
// epochs, which can be said instead; one that was stopped goes on; and what cannot be is refused before anything is read.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curveOf } from '#src/experiments/records/curve.js';
import { RECIPE_NAMES, RECIPES } from '#src/experiments/records/recipes.js';
import { type RecordOptions, type RecordResult, reproduceRecord } from '#src/experiments/records/reproduce-record.js';
import { type EpochEvent, type TrainEvent, type TrainOptions, type TrainResult, train } from '#src/index.js';
import { recordText } from '#src/report/terminal/record-table.js';
import { describeMachine } from '#src/system/machine.js';
import { contents, inFolder, jsonLines, quickNabla } from '../support/command.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { refusal } from '../support/refused.js';

let data: string;
beforeAll(() => {
  data = temporaryFolder();
  const [training, test] = [40, 20];
  writeIdxFolder(data, {
    trainingImages: images(training, 28, 28),
    trainingLabels: labels(training, 10),
    testImages: images(test, 28, 28, 100),
    testLabels: labels(test, 10),
  });
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe('a record', () => {
  it('is the recipe with each seed, on all samples, and its error that of the test', async () => {
    const result = await reproduceRecord({ name: 'simard', data, seeds: 2, seed: 4, epochs: 2, workers: 1 });
    const { options } = RECIPES.simard;
    const runs: TrainResult[] = [];
    for (const seed of [4, 5]) runs.push(await train({ ...(options as TrainOptions), data, seed, epochs: 2, workers: 1 }));
    expect(result.errors).toEqual([4, 5].map((seed, k) => ({ seed, error: 100 * (1 - (runs[k].testAccuracy ?? Number.NaN)) })));
    expect(result.mean).toBeCloseTo((result.errors[0].error + result.errors[1].error) / 2, 12);
    expect(result).toMatchObject({ name: 'simard', mnist: false, layers: [784, 800, 10], epochs: 2, published: 0.7 });
    expect(result.ensemble).toBeGreaterThanOrEqual(0);
    const text = recordText(result);
    expect(text).toContain('784-800-10, one hidden layer, on digits that are moved and distorted; 2 epochs.');
    expect(text.replace(/\s+/g, ' ')).toContain('nothing is compared with what is published');
    expect(recordText({ ...result, mnist: true })).toContain('Published: 0.70 % (P. Simard');
  });

  it('takes hours for epochs, which it says', async () => {
    const told: unknown[] = [];
    const onEvent: RecordOptions['onEvent'] = (event) => event.event === 'pace' && told.push(event);
    const result = await reproduceRecord({ name: 'simard-plain', data, seeds: 1, hours: 1e-4, workers: 1, onEvent });
    expect(told).toEqual([{ event: 'pace', hours: 1e-4, secondsPerEpoch: expect.any(Number), epochs: result.epochs }]);
    const { secondsPerEpoch } = told[0] as { secondsPerEpoch: number };
    expect(result.epochs).toBe(Math.max(1, Math.floor((0.97 * 0.36) / secondsPerEpoch)));
    expect(result.ensemble).toBeUndefined();
  });

  it('goes on where it was stopped', () =>
    inFolder(async (folder) => {
      const whole = await reproduceRecord({ name: 'simard', data, seeds: 2, epochs: 3, workers: 1 });
      const [run, controller] = [join(folder, 'run'), new AbortController()];
      const stopped = reproduceRecord({
        name: 'simard',
        data,
        seeds: 2,
        epochs: 3,
        workers: 1,
        jobs: 1,
        run,
        signal: controller.signal,
        onEvent: ({ event }) => event === 'member' && controller.abort(),
      });
      const error = await stopped.catch((reason) => reason);
      expect(error.message).toMatch(/the others go on with: --resume /);
      expect(error.next).toMatchObject({ command: 'reproduce simard' });
      const again = await reproduceRecord({ name: 'simard', data, resume: run, workers: 1 });
      expect(again.errors).toEqual(whole.errors);
      expect(again.ensemble).toBe(whole.ensemble);
      expect(await refusal(() => reproduceRecord({ name: 'simard-plain', data, resume: run }))).toContain('dropout: expected none, as in');
    }));

  it('is trained by the command', () =>
    inFolder(async (folder) => {
      const line = ['reproduce', 'simard', '--data', data, '--epochs', '1', '--seeds', '2', '--run', 'kept', '--save', 'all.json', '--out', 'all.md'];
      const { code, stdout, stderr } = await quickNabla([...line, '--format', 'json'], folder);
      expect([code, stderr]).toEqual([0, '']);
      const events = jsonLines(stdout);
      expect(events.map(({ event }) => event)).toEqual(['members', 'member', 'member', 'averaged', 'record']);
      const { event: _, ...record } = events[4];
      expect(JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8'))).toEqual(record);
      expect(readFileSync(join(folder, 'all.md'), 'utf8')).toMatch(/^# simard\n/);
      expect((await quickNabla(['report', 'kept'], folder)).code).toBe(0);
    }));
});

it('on the command line too hours are taken, and a folder goes on with its own seeds', () =>
  inFolder(async (folder) => {
    const record = ['reproduce', 'simard-plain', '--data', data];
    const first = await quickNabla([...record, '--hours', '1e-4', '--seeds', '1', '--seed', '4', '--run', 'kept'], folder);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/\(to repeat it: --epochs \d+\)/);
    const again = await quickNabla([...record, '--resume', 'kept', '--save', 'all.json'], folder);
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8')).errors).toMatchObject([{ seed: 4 }]);
  }));

describe('how the error fell', () => {
  const curve = [4, 2, 1.5, 1.25, 1].map((error, k) => ({ epoch: k + 1, seconds: 30 * (k + 1), error }));
  const result: RecordResult = {
    name: 'ciresan',
    created: '2026-11-29T00:00:00.000Z',
    version: '0.1.0',
    machine: describeMachine(),
    mnist: true,
    layers: RECIPES.ciresan.options.layers,
    epochs: 5,
    published: 0.35,
    errors: [{ seed: 1, error: 1.1 }],
    mean: 1.1,
    seconds: 160,
    workers: 2,
  };

  it('is said after 1, 2, 4 epochs and the last', () => {
    expect(recordText({ ...result, curve }).replace(/\s+/g, ' ')).toContain(
      'as it was trained: 4.00 % after 30 s, 2.00 % after 60 s, 1.25 % after 2 min, 1.00 % after 3 min.',
    );
    expect(recordText(result)).not.toContain('held back');
  });

  it('is read from a run that is kept, over the time of all its epochs', () =>
    inFolder(async (folder) => {
      const epochs: EpochEvent[] = [];
      const onEvent = (event: TrainEvent): unknown => event.event === 'epoch' && epochs.push(event);
      const run = join(folder, 'kept');
      await train({ data, layers: [784, 4, 10], validation: 10, epochs: 3, workers: 1, run, onEvent });
      const errors = epochs.map(({ validationAccuracy }) => 100 * (1 - (validationAccuracy ?? Number.NaN)));
      expect(curveOf(run).map(({ epoch, error }) => [epoch, error])).toEqual(errors.map((error, k) => [k + 1, error]));
      expect(curveOf(run)[2].seconds).toBeCloseTo(epochs[0].seconds + epochs[1].seconds + epochs[2].seconds, 9);
      await train({ data, layers: [784, 4, 10], validation: 0, epochs: 2, workers: 1, run: join(folder, 'none') });
      expect(curveOf(join(folder, 'none'))).toEqual([]);
    }));
});

describe('refused', () => {
  it.each([
    [{ seeds: 0 }, 'seeds: expected a whole number from 1 to 100'],
    [{ hours: 0 }, 'hours: expected a finite number above 0'],
    [{ hours: 1e6 }, 'hours: expected at most 744'],
    [{ hours: 1, epochs: 3 }, 'epochs: expected none beside hours'],
    [{ hours: 1, resume: 'runs/x' }, 'hours: expected none beside the folder to resume'],
    [{ epochs: 1.5 }, 'epochs: expected a whole number'],
    [{ name: 'lecun' as never }, 'name: expected one of simard, simard-plain, ciresan'],
  ])('%j', async (options, says) => {
    expect(await refusal(() => reproduceRecord({ name: 'simard', data: 'nowhere', ...options }))).toContain(says);
  });

  it.each([
    ['--data mnist', /^error: data: expected a folder with the four IDX files of MNIST/],
    ['--data nowhere', /nowhere/],
    ['--data . --hours 0', /^error: hours: expected/],
    ['--data . --out /proc/x/y', /^error: out: expected/],
  ])('on the command line, %s', (words, says) =>
    inFolder(async (folder) => {
      const { code, stderr } = await quickNabla(['reproduce', 'simard', ...words.split(' ')], folder);
      expect(code).toBe(2);
      expect(stderr).toMatch(says);
      expect(contents(folder)).toEqual({});
    }),
  );
});

it('each recipe is a network for MNIST, with a source', () => {
  for (const name of RECIPE_NAMES) {
    const { options, source, published } = RECIPES[name];
    expect([options.layers[0], options.layers.at(-1), options.validation]).toEqual([784, 10, name === 'ciresan' ? 5000 : 0]);
    expect(source).toMatch(/, (20\d\d)$/);
    expect(published).toBeGreaterThan(0);
  }
});
