// The best epoch of a run: by which figure, where it is said, and runs that end with its network instead of the last, with a folder and
// without, resumed, and with workers lost.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { type Dataset, type EpochEvent, type TrainEvent, type TrainOptions, type TrainResult, train } from '#src/index.js';
import { bestOf } from '#src/options/figure.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { collectRun } from '#src/report/data/run-report.js';
import { runPage } from '#src/report/pages/run-page.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { secondsText } from '#src/text.js';
import { seeded } from '../support/bound-kernels.js';
import { quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

const random = seeded('best network');
/** Noise: what is learnt of the training samples holds for no other, so that the best epoch is soon past. */
function noise(validation = 60, regression = false): Dataset {
  const split = (n: number): Dataset['training'] => ({
    values: Float32Array.from({ length: n * 8 }, () => random.uniform()),
    labels: Uint16Array.from({ length: regression ? 0 : n }, () => random.below(3)),
    targets: regression ? Float32Array.from({ length: 3 * n }, () => random.uniform()) : undefined,
  });
  return { name: 'noise', inputs: 8, classes: 3, scale: 1, training: split(60), validation: split(validation), test: split(60) };
}
const DATA = noise();
const OPTIONS: TrainOptions = { data: DATA, layers: [8, 6, 3], epochs: 12, eta: 1, seed: 3, workers: 1 };

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

async function run(options: TrainOptions = {}): Promise<TrainResult & { epochEvents: EpochEvent[]; events: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const result = await train({ ...(options.resume === undefined && OPTIONS), ...options, onEvent: (event) => events.push(event) });
  return { ...result, events, epochEvents: events.filter((event) => event.event === 'epoch') };
}

describe('which epoch is the best', () => {
  test.each([
    ['validation accuracy', DATA, (e: EpochEvent) => e.validationAccuracy],
    ['validation cost', noise(40, true), (e: EpochEvent) => -(e.validationCost as number)],
    ['training cost', noise(0), (e: EpochEvent) => -e.trainingCost],
  ] as const)('by the %s', async (by, data, merit) => {
    const { best, epochEvents, events } = await run({ data, patience: 50, epochs: 6, eta: 0.5 });
    const merits = epochEvents.map((e) => merit(e) as number);
    const first = merits.indexOf(Math.max(...merits));
    expect(best).toEqual({ epoch: first + 1, by, value: by === 'validation accuracy' ? merits[first] : -merits[first] });
    expect(bestOf(epochEvents)).toEqual(best);
    expect(epochEvents.map((e) => e.best === true)).toEqual(merits.map((m, k) => merits.slice(0, k).every((before) => before < m)));
    expect(events[0]).toMatchObject({ learning: expect.stringContaining(`without a better ${by}`) });
  });
});

describe('a run that ends with its best network', () => {
  const plain = run();
  /** The same run, ended after the epoch that is the best of the whole. */
  const short = plain.then(({ best }) => run({ epochs: best?.epoch }));

  test('there is something to tell apart', async () => {
    const { best, epochs, restored, weightsSha256 } = await plain;
    expect(best?.epoch).toBeLessThan(epochs);
    expect([restored, weightsSha256]).not.toEqual([undefined, (await short).weightsSha256]);
  });

  test.each([
    ['in memory', {}],
    ['in a folder', { run: join(folder, 'kept') }],
    ['by patience', { patience: 11 }],
    ['with several workers', { workers: 3 }],
  ])('%s: weights, figures and prediction are those of that epoch', async (_, options) => {
    const [best, restored] = [await short, await run({ restoreBest: true, ...options })];
    const { testAccuracy, testCost, validationAccuracy, trainingCost, weightsSha256 } = best;
    expect(restored).toMatchObject({ epochs: 12, restored: true, best: best.best });
    expect(restored).toMatchObject({ testAccuracy, testCost, validationAccuracy, trainingCost, weightsSha256 });
    expect(restored.parameters).toEqual(best.parameters);
    expect(restored.predict([1, 0, 1, 0, 1, 0, 1, 0])).toEqual(best.predict([1, 0, 1, 0, 1, 0, 1, 0]));
    if ('run' in options) {
      expect(SavedRun.open(options.run).parameters).toEqual(best.parameters);
      expect(SavedRun.open(`${options.run}@best`).parameters).toEqual(best.parameters);
      expect(SavedRun.open(`${options.run}@12`).parameters).toEqual((await plain).parameters);
    }
  });

  test.each([
    ['by default', {}],
    ['with patience and without', { patience: 11, restoreBest: false }],
  ])('%s: the last', async (_, options) => {
    const { weightsSha256, restored } = await run(options);
    expect([weightsSha256, restored]).toEqual([(await plain).weightsSha256, undefined]);
  });

  test('resumed, it goes on from its last state, and still knows a best epoch from before', async () => {
    const path = join(folder, 'resumed');
    const first = await run({ run: path, restoreBest: true, epochs: 11, checkpointEvery: 'never' });
    expect(first.restored).toBe(true);
    const on = await run({ resume: path, data: DATA, epochs: 12 });
    expect(on).toMatchObject({ restored: true, best: (await plain).best, weightsSha256: (await short).weightsSha256 });
    expect(SavedRun.open(`${path}@12`).parameters).toEqual((await plain).parameters);
    expect((await run({ resume: path, data: DATA, epochs: 13, restoreBest: false })).weightsSha256).toBe((await run({ epochs: 13 })).weightsSha256);
  });

  test('workers that are lost after the best epoch change nothing', async () => {
    const { best } = await short;
    const real = WorkerPool.prototype.runEpoch;
    let calls = 0;
    vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, options) {
      const running = real.call(this, options);
      if (++calls === (best?.epoch as number) + 1) this.endThread(0);
      return running;
    });
    const { weightsSha256, epochs } = await run({ restoreBest: true, timeout: 1500 });
    expect([weightsSha256, epochs]).toEqual([(await short).weightsSha256, 12]);
  });

  test('where its file is gone, the run says so and ends with the last', async () => {
    const path = join(folder, 'gone');
    await run({ run: path, epochs: 11, checkpointEvery: 'never' });
    rmSync(join(path, 'checkpoints', 'best.safetensors'));
    const { events, restored, weightsSha256 } = await run({ resume: path, data: DATA, epochs: 12, restoreBest: true });
    expect(events.filter(({ event }) => event === 'warning')).toEqual([
      { event: 'warning', text: expect.stringMatching(/^The network of epoch \d+, the best, is not kept any more: .* epoch 12, its last\.$/) },
    ]);
    expect([restored, weightsSha256]).toEqual([undefined, (await plain).weightsSha256]);
  });

  test('the report has the figures of that network, the best epoch, and the time of the last line', async () => {
    const path = join(folder, 'reported');
    await run({ run: path, restoreBest: true, epochs: 11 });
    const done = await run({ resume: path, data: DATA, epochs: 12 });
    const page = runPage([await collectRun(path, { data: DATA })]);
    const share = (value: number | null | undefined) => `${(100 * (value as number)).toFixed(2)} %`;
    expect(page).toContain(`<dt>test accuracy</dt><dd>${share(done.testAccuracy)}</dd>`);
    const best = `best validation accuracy, epoch ${done.best?.epoch}, whose network it ended with`;
    expect(page).toContain(`<dt>${best}</dt><dd>${share(done.best?.value)}</dd>`);
    expect(page).toContain(`<dt>12 epochs</dt><dd>${secondsText(done.seconds)}</dd>`);
    expect(readFileSync(join(path, 'log.txt'), 'utf8')).toMatch(/best [\d.]+ % after epoch \d+ \(validation accuracy\); weights of the best \w+/);
    expect(readdirSync(join(path, 'checkpoints')).sort()[0]).toBe('best.safetensors');
  });
});

describe('nothing learnt', () => {
  /** Classes of which the second is the commonest, told by the first input. */
  function unequal(validation = 40): Dataset {
    const split = (n: number) => {
      const labels = Uint16Array.from({ length: n }, (_, k) => (k % 4 === 0 ? 0 : 1));
      return { values: Float32Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? labels[k >> 1] : 0.5)), labels };
    };
    return { name: 'unequal', inputs: 2, classes: 2, scale: 1, training: split(80), validation: split(validation), test: split(20) };
  }
  /** y = x, centred. */
  function line(validation = 20): Dataset {
    const split = (n: number) => {
      const values = Float32Array.from({ length: n }, (_, k) => (2 * k) / Math.max(1, n - 1) - 1);
      return { values, labels: new Uint16Array(0), targets: values };
    };
    return { name: 'line', inputs: 1, classes: 1, scale: 1, training: split(40), validation: split(validation), test: split(10) };
  }
  const IDLE = { eta: 1e-6, epochs: 2, workers: 1 };
  const LEARNING = { eta: 0.5, epochs: 30, workers: 1 };

  test.each<[string, TrainOptions, says: RegExp, baseline: number]>([
    [
      'validation',
      { data: unequal(), layers: [2, 2] },
      /validation accuracy, [\d.]+ %, .* always saying 1, the commonest class \(75\.00 %\)\.$/,
      0.75,
    ],
    ['training', { data: unequal(0), layers: [2, 2] }, /training accuracy, [\d.]+ %, .* \(75\.00 %\)\./, 0.75],
    ['numbers', { data: line(), layers: [1, 1] }, /validation cost, [\d.]+, .* mean of the training targets \([\d.]+\)\./, 0.1842],
    ['numbers, training', { data: line(0), layers: [1, 1] }, /training cost, [\d.]+, .* mean/, 0.1752],
  ])('is said at the end, with what a diagnosis finds: %s', async (_, options, says, baseline) => {
    const idle = await train({ ...options, ...IDLE });
    expect(idle.nothingLearnt).toMatchObject({ text: expect.stringMatching(says), baseline: expect.closeTo(baseline, 3) });
    // There is always something to try.
    const { text = '', findings = [] } = idle.nothingLearnt ?? {};
    expect([text, ...findings.map(({ advice }) => advice)].join(' ')).toMatch(/Try|That is what the data are like/);
    expect((await train({ ...options, ...LEARNING })).nothingLearnt).toBeUndefined();
  });

  test.each<[string, TrainOptions, says: RegExp]>([
    ['a few validation samples tell nothing', { data: unequal(8), layers: [2, 2], ...IDLE }, /^It has learnt nothing: its training accuracy, /],
    ['nor a few targets', { data: line(9), layers: [1, 1], ...IDLE }, /^It has learnt nothing: its training cost, /],
    [
      'classes have their names',
      { data: { ...unequal(), classNames: ['outside', 'inside'] }, layers: [2, 2], ...IDLE },
      / always saying inside, the commonest class /,
    ],
    [
      'lost again',
      { data: line(), layers: [1, 1], ...LEARNING, batch: 40, schedule: { kind: 'step', every: 15, factor: 16 } },
      /^It has lost what it had learnt: its validation cost, .*; after epoch 15 it was 0\.0\d+\. Try a smaller --eta; --restore-best /,
    ],
    [
      'by heart',
      { data: noise(), layers: [8, 40, 3], epochs: 150, eta: 2, seed: 6, workers: 1 },
      /^It has learnt its training samples by heart, and nothing else: its validation accuracy, .*\(--lambda, --dropout\)\.$/,
    ],
  ])('is told from what is like it: %s', async (_, options, says) => {
    const { nothingLearnt, best } = await train(options);
    expect([best, nothingLearnt?.text]).toEqual([best, expect.stringMatching(says)]);
  });

  test('not where one answer is always right', async () => {
    const one = unequal();
    for (const split of [one.training, one.validation, one.test]) split.labels.fill(1);
    expect((await train({ data: one, layers: [2, 2], ...LEARNING })).nothingLearnt).toBeUndefined();
  });

  test('on the command line: a warning and what was found, before the outcome; in the log; in JSON; code 0', async () => {
    writeIdxFolder(folder);
    const text = await quickNabla('train --data . --layers 6,5,4 --epochs 1 --batch 1 --eta 1e4 --workers 1 --run wild'.split(' '), folder);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(
      /^warning {3}η = 10000 is far too large.*^epoch .*^warning {3}It has learnt nothing: .*^found .*^done .*^best .*, the last$/ms,
    );
    expect(readFileSync(join(folder, 'wild', 'log.txt'), 'utf8')).toMatch(/ done after 1 epoch; best .* It has learnt nothing: /);
  });
});
