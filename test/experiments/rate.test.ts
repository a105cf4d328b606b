// The test of learning rates: what is read in a curve of costs; the curve itself against the float64 reference; the same for all workers;
// that it diverges and nobody minds; and the command.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fillOrder } from '#src/data/order.js';
import { readRates } from '#src/experiments/rate/read-rates.js';
import { type FindRateOptions, findRate } from '#src/index.js';
import { initialParameters } from '#src/model/initialisers.js';
import { costOf, parametersFrom } from '#src/model/reference.js';
import { ReferenceDescent } from '#src/model/reference-descent.js';
import { configure } from '#src/options/options.js';
import { seeded } from '../support/bound-kernels.js';
import { jsonLines, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { randomData } from '../support/reference-training.js';

const DATA = randomData(23, 5, 103, 8);
const OPTIONS = { data: DATA, layers: [23, 9, 5], activation: 'tanh', batch: 7, workers: 1, rates: 12, range: [0.001, 100] } as const;

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is read in a curve', () => {
  const random = seeded('rates', 1);
  const etas = Array.from({ length: 200 }, (_, k) => 10 ** (-4 + k / 33));
  /** Costs with some noise, as a function of log₁₀ η. */
  const curve = (of: (x: number) => number, noise = 0.05) =>
    etas.map((eta) => ({ eta, cost: of(Math.log10(eta)) + noise * (2 * random.uniform() - 1) }));
  const within = (value: number | null, [from, to]: readonly [number, number]): void => {
    expect(value).toBeGreaterThan(from);
    expect(value).toBeLessThan(to);
  };

  test('it falls, is least at 0.1, and blows up: a third of 0.1', () => {
    const fall = curve((x) => (x < -1 ? 2 - 1.8 / (1 + Math.exp(-6 * (x + 2))) : 0.2 + 0.5 * (x + 1) ** 2));
    const points = [...fall.slice(0, 150), { eta: 5, cost: null }];
    const { eta, largest, steepest, blowsUp, isOpen, smoothed } = readRates(points, 200);
    within(largest, [0.06, 0.16]);
    expect(eta).toBe(Number((largest! / 3).toPrecision(2)));
    within(steepest, [0.006, 0.016]);
    expect([blowsUp, isOpen, smoothed.length]).toEqual([5, false, 150]);
  });

  test('one that still falls at its end says so', () => {
    const { eta, blowsUp, isOpen } = readRates(
      curve((x) => 2 - 0.1 * x),
      200,
    );
    expect([eta === null, blowsUp, isOpen]).toEqual([false, null, true]);
  });

  test.each<[string, (x: number) => number, number]>([
    ['noise alone', () => 2, 0.5],
    ['no noise either', () => 2, 0],
    ['it only rises', (x) => 2 + x, 0.05],
  ])('no rate: %s', (_, of, noise) => expect(readRates(curve(of, noise), 200).eta).toBeNull());

  test.each([[[]], [[{ eta: 1, cost: null }]], [[{ eta: 1, cost: 2 }]]])('hardly anything: %o', (points) => {
    expect(readRates(points, 200)).toMatchObject({ eta: null, largest: null, steepest: null, blowsUp: points.length === 0 ? null : 1 });
  });
});

/** The mean cost of each rate's samples before their step, by the reference; each rate has 15 steps of 7 samples. */
function referenceCosts(options: FindRateOptions, etas: readonly number[]): number[] {
  const { network, learning, seed, batch } = configure({ ...OPTIONS, ...options, rates: undefined, range: undefined } as object, DATA);
  const n = DATA.training.labels.length;
  // A schedule by which every epoch's η is so many times that of the one before; a rate is an epoch.
  const rising = { ...learning, schedule: { kind: 'step', every: 1, factor: etas[1] / etas[0] } } as const;
  const descent = new ReferenceDescent(network, initialParameters(network, seed), { eta: etas[0], learning: rising, n, seed });
  const order = new Uint32Array(n);
  let [epoch, at] = [0, n];
  const next = (m: number) => {
    if (at === n) {
      fillOrder(order, seed, ++epoch);
      at = 0;
    }
    const taken = [...order.subarray(at, at + m)];
    at += taken.length;
    return taken.map((k) => ({
      x: [...DATA.training.values.subarray(23 * k, 23 * k + 23)],
      y: [0, 1, 2, 3, 4].map((j) => (j === DATA.training.labels[k] ? 1 : 0)),
      sample: k,
      label: DATA.training.labels[k],
    }));
  };
  return etas.map((_, k) => {
    let [sum, samples] = [0, 0];
    while (samples < 105) {
      const left = 105 - samples;
      const some = next(Math.min(batch, left));
      const parameters = parametersFrom(network, descent.values);
      for (const { x, y } of some) sum += costOf(network, parameters, x, y);
      descent.step(some, { epoch: k, step: 0, of: 1 });
      samples += some.length;
    }
    return sum / samples;
  });
}

describe('the curve', () => {
  test.each<FindRateOptions>([
    { input: 'sparse', lambda: 1 },
    { input: 'dense', optimiser: 'adam', range: [1e-5, 1] },
    { input: 'dense', gradient: 'partial', shards: 3, momentum: 0.7, clipNorm: 1 },
  ])('is that of the reference, with 1, 2 and 3 workers alike: %o', async (options) => {
    const all = { ...OPTIONS, ...options };
    const {
      points,
      range: [least, most],
    } = await findRate(all);
    const etas = Array.from({ length: 12 }, (_, k) => least * (most / least) ** (k / 11));
    for (const [k, { eta }] of points.entries()) expect(eta / etas[k]).toBeCloseTo(1, 12);
    // Beyond, it is wild, and float32 goes another way.
    const tame = points.findIndex(({ cost }) => cost === null || cost > 1.05 * (points[0].cost ?? 0));
    const compared = tame < 0 ? points.length : tame;
    expect(compared).toBeGreaterThan(6);
    const costs = referenceCosts(options, etas.slice(0, compared));
    for (const [k, cost] of costs.entries()) expect(points[k].cost! / cost).toBeCloseTo(1, 3);
    for (const workers of [2, 3]) expect((await findRate({ ...all, workers })).points).toEqual(points);
  });

  test('a cost that is infinite ends it, and is no error', async () => {
    const options = { ...OPTIONS, activation: 'relu', output: 'linear', cost: 'quadratic', range: [0.001, 1e30], rates: 100 } as const;
    const { points, blowsUp, range } = await findRate(options);
    expect(points.length).toBeLessThan(100);
    expect(blowsUp).toBe(points.at(-1)?.eta);
    expect(blowsUp).toBeLessThan(range[1]);
  });

  test('a signal stops it', async () => {
    const stop = new AbortController();
    const onProgress = (done: number) => void (done === 3 && stop.abort());
    await expect(findRate({ ...OPTIONS, signal: stop.signal, onProgress })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test.each<[object, RegExp]>([
    [{ eta: 1 }, /^eta: expected none.*got 1/],
    [{ schedule: 'cosine' }, /^schedule: expected none/],
    [{ growBatch: '1,2' }, /^growBatch: expected none/],
    [{ run: 'runs/x' }, /^run: expected none/],
    [{ rates: 5 }, /^rates: expected a whole number from 10 to 10000, got 5/],
    [{ range: [1] }, /^range: expected the least and the largest η, such as 0\.001,10/],
    [{ range: [1, 0.1] }, /^range: expected a largest η above the least, got '1,0\.1'/],
    [{ range: [0, 1] }, /^range: .*got 0/],
    [{ lr: 1 }, /nabla calls it 'eta'/],
  ])('refused: %o', async (options, says) => {
    await expect(findRate({ ...OPTIONS, ...options })).rejects.toThrow(says);
  });
});

test('the command says what to type, writes a page where one is asked for, and nothing else', async () => {
  const place = join(folder, 'place');
  const digits = join(folder, 'digits');
  for (const path of [place, digits]) mkdirSync(path);
  writeIdxFolder(digits);
  const words = ['rate', digits, '--hidden', '9', '--rates', '20', '--workers', '1', '--range=0.01,300'];
  const { code, stdout } = await quickNabla([...words, '--html', 'rate.html'], place);
  const [line] = /^.* train .* --eta [\d.e-]+$/m.exec(stdout) ?? ['none'];
  expect(line).toMatch(new RegExp(`train ${digits} --hidden 9 --workers 1 --eta [\\d.]+$`));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^η = [\d.]+, a third of [\d.]+/);
  expect(stdout).toContain('●');
  expect(readdirSync(place)).toEqual(['rate.html']);
  const page = readFileSync(join(place, 'rate.html'), 'utf8');
  expect(page).toContain('Cost while η rises');
  const [json] = jsonLines((await quickNabla([...words, '--format', 'json'], place)).stdout);
  expect(json).toMatchObject({ event: 'rate', rates: 20, range: [0.01, 300], layers: [6, 9, 4] });
  expect(line.endsWith(` --eta ${json.eta}`)).toBe(true);
  expect(json.next).toBe(line);
  const none = await quickNabla([...words.slice(0, -1), '--range', '1e-12,1e-10'], place);
  expect([none.code, none.stdout.startsWith('No learning rate')]).toEqual([1, true]);
});
