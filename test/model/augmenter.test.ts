// What is drawn for a sample: a function of seed, epoch and sample; fields with the stated σ and α; each kind within its bounds. And runs with
// all kinds at once: one hash for any number of workers and after a stop, evaluation of samples as they are.

import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { AUGMENTATIONS } from '#src/functions/augmentations.js';
import { type Dataset, type TrainEvent, train } from '#src/index.js';
import { bindKernels } from '#src/kernels/bind.js';
import { SCRATCH_BYTES } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { augmentationOf } from '#src/model/augmentation-text.js';
import { AugmentedSparseInput } from '#src/model/augmented-input.js';
import { Augmenter, augmenterBytes, fieldDeviation, rootOf } from '#src/model/augmenter.js';
import { SparseInput } from '#src/model/input.js';
import { layoutOf } from '#src/model/layout.js';
import type { Rows } from '#src/model/rows.js';
import { Random } from '#src/random.js';
import { inFolder } from '../support/command.js';
import { pooledTraining } from '../support/pooled-training.js';
import { refusal } from '../support/refused.js';

const SIDE = 28;
const PICTURE = { height: SIDE, width: SIDE, channels: 1 };
const ALL = 'shift:2 rotate:15 scale:0.15 shear:0.2 elastic:sigma=4,alpha=20 brightness:0.2 noise:0.05 erase:0.2';
/** Of these, those that leave zeros. */
const KEEPS_ZEROS = ALL.replace(' noise:0.05', '');
const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
const kernels = await bindKernels(await loadKernels('auto'), memory, 64);
const FIRST = 64 + SCRATCH_BYTES;

const training = { first: 0, of: Number.POSITIVE_INFINITY, count: 100 };

/** A picture as it is for some samples and epochs. */
function changed(text: string, picture: readonly number[], which: readonly (readonly [epoch: number, sample: number])[], seed = 1): number[][] {
  const plan = { augmentation: augmentationOf(text), inputs: SIDE * SIDE, picture: PICTURE };
  const room = FIRST + 4096;
  new Uint8Array(memory.buffer, room, augmenterBytes(plan)).fill(0);
  const augmenter = new Augmenter(kernels, memory, room, plan, { seed, training });
  return which.map(([epoch, sample]) => {
    augmenter.begin(epoch);
    const x = new Float32Array(memory.buffer, FIRST, SIDE * SIDE);
    x.set(picture);
    augmenter.change(sample, FIRST);
    return [...x];
  });
}

const random = Random.stream(5, 'picture');
const noisy = Array.from({ length: SIDE * SIDE }, () => Math.fround(random.uniform()));
const ones = new Array<number>(SIDE * SIDE).fill(1);

test('seed, epoch and sample say what is drawn, and nothing else does', () => {
  // A partner's row comes from elsewhere: mixing.test.ts.
  for (const name of Object.keys(AUGMENTATIONS).filter((one) => one !== 'mix')) {
    const text = ALL.split(' ').find((part) => part.startsWith(`${name}:`)) ?? '';
    const [a, b, c, again] = changed(text, noisy, [
      [1, 7],
      [2, 7],
      [1, 8],
      [1, 7],
    ]);
    expect(again, name).toEqual(a);
    for (const other of [b, c, ...changed(text, noisy, [[1, 7]], 2)]) expect(other, name).not.toEqual(a);
    expect(a, name).not.toEqual(noisy);
  }
});

test('a sparse row is changed as a dense one is, wherever it stands among others', () => {
  const S = 7;
  const values = Uint8Array.from({ length: S * SIDE * SIDE }, () => random.below(2) * random.below(256));
  const layout = layoutOf([SIDE * SIDE, 3], true);
  const held = FIRST + 2 ** 20;
  const [order, starts, records, spans, x, dense] = [held, held + 64, held + 128, held + 40_000, held + 41_000, held + 2 ** 20];
  const words = new Uint32Array(memory.buffer);
  words.set([5, 0, 3, 3, 6], order / 4);
  let at = 0;
  for (let s = 0; s < S; s++) {
    const row = values.subarray(s * SIDE * SIDE, (s + 1) * SIDE * SIDE);
    const set = [...row.keys()].filter((i) => row[i] > 0);
    words[starts / 4 + s] = at;
    words[(records + at) / 4] = set.length;
    new Uint16Array(memory.buffer, records + at + 4, set.length).set(set);
    new Uint8Array(memory.buffer, records + at + 4 + 2 * set.length, set.length).set(set.map((i) => row[i]));
    at += SparseInput.recordBytes(set.length, 1);
  }
  const plan = { augmentation: augmentationOf(KEEPS_ZEROS), inputs: SIDE * SIDE, picture: PICTURE };
  const augmenter = new Augmenter(kernels, memory, FIRST + 4096, plan, { seed: 1, training });
  augmenter.begin(2);
  const samples = { valueBytes: 1, scale: 1 / 255, values: records, starts } as const;
  const rows = { x, spans } as Rows;
  new AugmentedSparseInput(augmenter, memory, kernels, samples, layout, 0).gather(rows, 2, 7, order);
  for (const [k, sample] of [5, 0, 3, 3, 6].entries()) {
    const expected = new Float32Array(memory.buffer, dense, SIDE * SIDE);
    expected.set(values.subarray(sample * SIDE * SIDE, (sample + 1) * SIDE * SIDE));
    kernels.scale(SIDE * SIDE, dense, Math.fround(1 / 255));
    augmenter.change(sample, dense);
    kernels.spreadEntries(SIDE * SIDE, spans + (2 + k) * 8, dense + 4096);
    expect([...new Float32Array(memory.buffer, dense + 4096, SIDE * SIDE)]).toEqual([...expected]);
  }
});

test('a root of the covariance leaves a thousandth out, and takes few columns', () => {
  for (const [n, sigma, most] of [
    [28, 6, 8],
    [28, 4, 10],
    [28, 1, 28],
    [1, 3, 1],
    [64, 8, 14],
    [5, 0.1, 5],
  ]) {
    const root = rootOf(n, sigma);
    expect(root.length, `${n}, σ ${sigma}`).toBeLessThanOrEqual(most);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const product = root.reduce((sum, column) => sum + column[i] * column[j], 0);
        expect(Math.abs(product - Math.exp(-((i - j) ** 2) / (4 * sigma * sigma)))).toBeLessThan(0.03);
      }
    }
  }
});

test('a field is as strong as noise, uniform in [-1, 1), that a Gaussian of σ smooths and α multiplies', () => {
  const [sigma, alpha] = [4, 34];
  // The same by the definition: weights that add up to 1, far from any edge.
  const reach = 16;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((so, w) => so + (w / sum) ** 2, 0);
  expect(fieldDeviation({ sigma, alpha })).toBeCloseTo(alpha * Math.sqrt(squares * squares * (1 / 3)), 3);
  // A ramp shows how far each pixel has moved to the right.
  const ramp = Array.from({ length: SIDE * SIDE }, (_, k) => 100 + (k % SIDE));
  const fields = changed(
    `elastic:${sigma},${alpha}`,
    ramp,
    Array.from({ length: 4000 }, (_, s) => [1, s] as const),
  );
  const middle = (dr: number, dc: number) => fields.map((field) => field[(13 + dr) * SIDE + 13 + dc] - (113 + dc));
  const covariance = (a: readonly number[], b: readonly number[]): number => a.reduce((so, v, k) => so + v * b[k], 0) / a.length;
  const variance = fieldDeviation({ sigma, alpha }) ** 2;
  const here = middle(0, 0);
  expect(covariance(here, here) / variance).toBeCloseTo(1, 1);
  for (const [dr, dc] of [
    [0, 3],
    [4, 0],
    [-3, 3],
    [0, -8],
  ]) {
    expect(covariance(here, middle(dr, dc)) / variance).toBeCloseTo(Math.exp(-(dr * dr + dc * dc) / (4 * sigma * sigma)), 1);
  }
});

describe('each kind stays within its bounds and reaches them', () => {
  const many = Array.from({ length: 2000 }, (_, s) => [3, s] as const);
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

  it('brightness', () => {
    const [least, most] = range(changed('brightness:0.3', ones, many).map(([value]) => value));
    expect([least, most].map((value) => Number(value.toFixed(2)))).toEqual([0.7, 1.3]);
  });

  it('noise, of the deviation that is said', () => {
    const values = changed('noise:0.25', ones, many.slice(0, 100)).flat();
    const variance = values.reduce((sum, value) => sum + (value - 1) ** 2, 0) / values.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.25, 2);
  });

  it('shift, by whole pixels in all directions', () => {
    const dot = noisy.map((_, k) => (k === 14 * SIDE + 14 ? 1 : 0));
    const places = new Set(changed('shift:2', dot, many).map((picture) => picture.indexOf(1) - 14 * SIDE - 14));
    const expected = [-2, -1, 0, 1, 2].flatMap((down) => [-2, -1, 0, 1, 2].map((right) => down * SIDE + right));
    expect([...places].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  });

  it('erase, up to its share, and only in a rectangle', () => {
    for (const picture of changed('erase:0.2', ones, many)) {
      const zeros = picture.flatMap((value, k) => (value === 0 ? [k] : []));
      const [rows, cols] = [zeros.map((k) => Math.floor(k / SIDE)), zeros.map((k) => k % SIDE)];
      const area = zeros.length === 0 ? 0 : (Math.max(...rows) - Math.min(...rows) + 1) * (Math.max(...cols) - Math.min(...cols) + 1);
      expect(area).toBe(zeros.length);
      expect(area).toBeLessThan(0.2 * SIDE * SIDE + 2 * SIDE);
    }
  });

  it('rotate, scale and shear, about the middle', () => {
    // A ramp in a direction is a ramp again: its slopes are the rows of the map.
    const ramp = Array.from({ length: SIDE * SIDE }, (_, k) => 100 + (k % SIDE));
    const slopes = (text: string): [down: number[], right: number[]] => {
      const pictures = changed(text, ramp, many.slice(0, 500));
      const at = (picture: readonly number[], r: number, c: number): number => picture[r * SIDE + c];
      return [pictures.map((p) => at(p, 14, 13) - at(p, 13, 13)), pictures.map((p) => at(p, 13, 14) - at(p, 13, 13))];
    };
    const [sines, cosines] = slopes('rotate:30');
    for (const [k, sine] of sines.entries()) expect(sine * sine + cosines[k] * cosines[k]).toBeCloseTo(1, 3);
    expect(range(sines).map((value) => Number(value.toFixed(1)))).toEqual([-0.5, 0.5]);
    const [none, wide] = slopes('scale:0.2');
    expect(range(none).map((value) => Math.abs(Number(value.toFixed(3))))).toEqual([0, 0]);
    expect(range(wide).map((value) => Number(value.toFixed(2)))).toEqual([0.83, 1.25]);
    const [slant, same] = slopes('shear:0.4');
    expect(range(slant).map((value) => Number(value.toFixed(1)))).toEqual([-0.4, 0.4]);
    expect(range(same).map((value) => Number(value.toFixed(3)))).toEqual([1, 1]);
  });
});

describe('a run with all kinds', () => {
  const draw = Random.stream(9, 'data');
  const split = (count: number) => ({
    values: Uint8Array.from({ length: count * 64 }, () => draw.below(2) * draw.below(256)),
    labels: Uint16Array.from({ length: count }, () => draw.below(3)),
  });
  const data: Dataset = { name: 'dots', inputs: 64, classes: 3, scale: 1 / 255, training: split(61), validation: split(13), test: split(11) };
  const [everything, withoutNoise] = [`mix:0.3 ${ALL}`, `mix:0.3 ${KEEPS_ZEROS}`];
  const options = { data, layers: [64, 9, 3], epochs: 3, batch: 8, seed: 4, augment: everything } as const;
  const pooled = pooledTraining(3);

  // Nine neurons are less than a cache line: over sparse inputs two workers of three have none, and make entries for the other.
  it.each([
    ['owned', 'dense'],
    ['owned', 'sparse'],
    ['partial', 'dense'],
    ['partial', 'sparse'],
    ['tree', 'dense'],
  ] as const)('has one hash for 1, 2 and 3 workers: %s, %s', async (gradient, input) => {
    const shards = gradient === 'owned' ? undefined : 4;
    const augment = input === 'sparse' ? withoutNoise : everything;
    const hashes: string[] = [];
    for (const workers of [1, 2, 3]) hashes.push((await pooled({ ...options, gradient, input, augment, shards, workers })).weightsSha256);
    expect(new Set(hashes).size).toBe(1);
    const { weightsSha256 } = await pooled({ ...options, gradient, shards, workers: 1, augment: undefined, input });
    expect(weightsSha256).not.toBe(hashes[0]);
  });

  it.each([
    ['dense', everything],
    ['sparse', withoutNoise],
  ] as const)('goes on to the same after a stop: %s', (input, augment) =>
    inFolder(async (folder) => {
      const whole = await train({ ...options, input, augment, workers: 1 });
      const run = join(folder, 'run');
      const onEvent = ({ event }: { readonly event: string }) => (event === 'epoch' ? 'stop' : undefined);
      await train({ ...options, input, augment, run, workers: 1, onEvent });
      expect((await train({ resume: run, data, workers: 2 })).weightsSha256).toBe(whole.weightsSha256);
    }),
  );

  it('evaluates the samples as they are', async () => {
    const { parameters, validationCost } = await pooled({ ...options, workers: 2, epochs: 1 });
    const plain = await pooled({ ...options, workers: 2, epochs: 1, augment: undefined, from: undefined, eta: 1e-30 });
    expect(Number.isFinite(validationCost)).toBe(true);
    expect(parameters.length).toBe(plain.parameters.length);
  });

  it.each([[{ ...data, inputs: 32, training: { ...data.training, labels: new Uint16Array(122) } }, 'rotate:5', 'These samples are no pictures']])(
    'samples that are no pictures are refused',
    async (other, augment, says) => {
      const flat = { ...other, validation: undefined, test: undefined };
      expect(await refusal(() => train({ data: flat as never, layers: [32, 3], augment }))).toContain(says);
      expect((await train({ data: flat as never, layers: [32, 3], epochs: 1, augment: 'noise:0.1', workers: 1 })).epochs).toBe(1);
    },
  );

  it('sparse input is refused beside noise, and taken where zeros stay', async () => {
    expect(await refusal(() => train({ ...options, input: 'sparse' }))).toContain(
      "input: expected 'dense' or 'auto' beside an augmentation that leaves no zeros",
    );
    const few = { ...data, training: { ...data.training, values: data.training.values.map((value, k) => (k % 4 === 0 ? value : 0)) } };
    const inputOf = async (augment: string): Promise<unknown> => {
      const started: unknown[] = [];
      const onEvent = (event: TrainEvent) => {
        if (event.event === 'start') started.push(event.input);
      };
      await train({ ...options, data: few, epochs: 1, augment, workers: 1, onEvent });
      return started[0];
    };
    expect([await inputOf(withoutNoise), await inputOf(everything)]).toEqual(['sparse', 'dense']);
    // A quarter of the inputs is not zero, of a mixture nearly half.
    few.training.values = data.training.values.map((_, k) => (k % 4 === 0 ? 1 : 0));
    expect([await inputOf('brightness:0.1'), await inputOf('mix:0.3')]).toEqual(['sparse', 'dense']);
  });
});
