// Samples as they are trained on: the rows are those that change the weights of a run; the sheet has them as pictures, of grey levels,
// colours and floats, of IDX files and of columns; and what has no pictures is refused.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type AugmentedSheet, type Dataset, describeData, loadDataset } from '#src/index.js';
import { augmentedRows } from '#src/profile/augmented-rows.js';
import { augmentedSheet } from '#src/profile/augmented-sheet.js';
import { Random } from '#src/random.js';
import { IDX_NAMES, idxBytes, labels, temporaryFolder } from '../support/idx-folder.js';
import { pooledTraining } from '../support/pooled-training.js';
import { refusal } from '../support/refused.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pooled = pooledTraining(1);

const MOVED = 'shift:1 rotate:20 scale:0.2 shear:0.2 elastic:sigma=2,alpha=6 brightness:0.3 erase:0.2';
const random = Random.stream(3, 'pictures');
const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.below(256));
const none = { values: new Uint8Array(0), labels: new Uint16Array(0) };

describe('rows', () => {
  const SIDE = 8;
  const I = SIDE * SIDE;
  const [S, lit, seed] = [5, 3, 11];
  /** One picture among black ones. */
  const values = new Uint8Array(S * I);
  values.set(bytes(I), lit * I);
  const targets = new Float32Array(S).fill(1);
  const empty = { ...none, targets: new Float32Array(0) };
  const training = { values, labels: new Uint16Array(0), targets };
  const data: Dataset = { name: 'lit', inputs: I, classes: 1, scale: 1 / 255, training, validation: empty, test: empty };
  const picture = { height: SIDE, width: SIDE, channels: 1 };

  it('of each epoch are what a run moves its weights along', async () => {
    const row = await augmentedRows(data, { augment: MOVED, picture, seed });
    const options = {
      data,
      layers: [I, 1],
      batch: S,
      workers: 1,
      seed,
      augment: MOVED,
      init: 'scaled',
      cost: 'quadratic',
      output: 'linear',
    } as const;
    const weights = async (epochs: number, eta: number) => (await pooled({ ...options, epochs, eta })).parameters.subarray(0, I);
    const after = [await weights(1, 1e-30), await weights(1, 0.1), await weights(2, 0.1)];
    for (const epoch of [1, 2]) {
      // All other inputs are 0, so that ∂C/∂w is a multiple of this sample's.
      const step = Array.from(after[epoch], (w, i) => after[epoch - 1][i] - w);
      const x = row(lit, epoch);
      const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a, (v, i) => v * b[i]).reduce((sum, v) => sum + v, 0);
      expect(Math.abs(dot(step, x)) / Math.sqrt(dot(step, step) * dot(x, x)), `epoch ${epoch}`).toBeGreaterThan(1 - 1e-6);
      expect(x).not.toEqual(row(lit, 3 - epoch));
    }
  });

  it('are the samples themselves before any epoch, and the same whatever was asked for before', async () => {
    const row = await augmentedRows(data, { augment: MOVED, picture, seed });
    const [first, other] = [row(lit, 2), row(0, 1)];
    expect([...row(lit)]).toEqual(Array.from(values.subarray(lit * I, (lit + 1) * I), (x) => Math.fround(x * Math.fround(1 / 255))));
    expect([row(lit, 2), row(0, 1)]).toEqual([first, other]);
  });
});

/** How far a picture was shifted in whole pixels, at most two: the place from which all of it comes. */
function shiftOf({ width: W, height: H, channels: C }: AugmentedSheet, before: Uint8Array, after: Uint8Array): string[] {
  const places = [-2, -1, 0, 1, 2].flatMap((down) => [-2, -1, 0, 1, 2].map((right) => [down, right] as const));
  const from = (r: number, c: number, k: number): number => (r < 0 || r >= H || c < 0 || c >= W ? 0 : before[(r * W + c) * C + k]);
  const isFrom = (down: number, right: number): boolean =>
    after.every((x, at) => x === from(Math.floor(at / (W * C)) - down, (Math.floor(at / C) % W) - right, at % C));
  return places.filter(([down, right]) => isFrom(down, right)).map(String);
}

describe('the sheet', () => {
  const write = (name: string, shape: readonly number[], count = 40): string => {
    const path = join(folder, name);
    mkdirSync(path);
    const images = (n: number): Buffer => idxBytes([n, ...shape], bytes(shape.reduce((a, b) => a * b, n)));
    const files = { trainingImages: images(count), trainingLabels: labels(count), testImages: images(8), testLabels: labels(8) };
    for (const [part, written] of Object.entries(files)) writeFileSync(join(path, IDX_NAMES[part as keyof typeof files]), written);
    return path;
  };

  it.each([
    ['grey', [9, 12]],
    ['colours', [8, 10, 3]],
  ])('has samples of each class as they are, and shifted by whole pixels: %s', async (name, shape) => {
    const { augmented, sheet, train } = await describeData(write(name, shape), { augment: ' shift:2 ', seed: 4 });
    const { pictures, ...size } = augmented!;
    expect(size).toEqual({ width: shape[1], height: shape[0], channels: shape[2] ?? 1, augment: 'shift:2', seed: 4, epochs: [1, 2, 3, 4, 5, 6] });
    expect(pictures.map(({ label }) => label)).toEqual(['0', '1', '2', '3'].flatMap((label) => [label, label, label]));
    expect([sheet?.width, sheet?.height, sheet?.channels]).toEqual([size.width, size.height, size.channels]);
    const shifts = pictures.flatMap(({ sample, label, pixels, changed }) => {
      expect(sample % 4).toBe(Number(label));
      return changed.map((one) => {
        const found = shiftOf(augmented!, pixels, one);
        expect(found.length, `sample ${sample}`).toBe(1);
        return found[0];
      });
    });
    expect(new Set(shifts).size).toBeGreaterThan(10);
    expect(train.options).toBe('--augment shift:2 --seed 4');
  });

  it('of columns is of the training rows that a run has, after a split by a seed of its own', async () => {
    const rows = Array.from({ length: 60 }, (_, k) => [k % 3, k + 101, ...Array.from({ length: 63 }, (_, i) => (i * k) % 250)]);
    const path = join(folder, 'pixels.csv');
    writeFileSync(path, rows.map((row) => row.join(',')).join('\n'));
    const options = { target: 1, split: [0.5, 0.2, 0.3], splitSeed: 5, seed: 2 };
    const { augmented, train } = await describeData(path, { ...options, augment: 'elastic:s=3,a=20 rotate:10' });
    expect(train.options).toBe("--split 0.5,0.2,0.3 --split-seed 5 --target 1 --augment 'rotate:10 elastic:sigma=3,alpha=20' --seed 2");
    const { training } = await loadDataset(path, options);
    expect(augmented?.pictures.length).toBe(9);
    for (const { sample, pixels, label, changed } of augmented!.pictures) {
      expect(pixels).toEqual(training.values.subarray(sample * 64, (sample + 1) * 64));
      expect(String(training.labels[sample])).toBe(label);
      expect(new Set([pixels, ...changed].map(String)).size).toBe(7);
    }
  });

  it('shows floats from the least to the most of the samples, and what goes beyond as black and white', async () => {
    const values = Float32Array.from({ length: 2 * 64 }, (_, k) => (k % 64) / 63 - 0.5);
    const data: Dataset = {
      name: 'floats',
      inputs: 64,
      classes: 2,
      scale: 1,
      training: { values, labels: Uint16Array.of(0, 1) },
      validation: { values: new Float32Array(0), labels: new Uint16Array(0) },
      test: { values: new Float32Array(0), labels: new Uint16Array(0) },
    };
    const { pictures } = await augmentedSheet(data, 'noise:5', 1);
    expect([...pictures[0].pixels]).toEqual(Array.from({ length: 64 }, (_, i) => Math.round((255 * i) / 63)));
    const far = pictures.flatMap(({ changed }) => changed.map((one) => one.filter((x) => x === 0 || x === 255).length));
    expect(Math.min(...far)).toBeGreaterThan(40);
  });

  it('of channels that are no colours has their mean, and of numbers to be predicted no classes', async () => {
    const values = Uint8Array.from({ length: 64 * 2 }, (_, k) => (k % 2 ? 100 : 50));
    const training = { values, labels: new Uint16Array(0), targets: Float32Array.of(7) };
    const part = { ...none, targets: new Float32Array(0) };
    const picture = { height: 8, width: 8, channels: 2 };
    const data: Dataset = { name: 'two', inputs: 128, classes: 1, scale: 1 / 255, picture, training, validation: part, test: part };
    const { channels, pictures } = await augmentedSheet(data, 'brightness:0.5', 1);
    expect([channels, pictures.map(({ label }) => label)]).toEqual([1, ['']]);
    expect(new Set(pictures[0].pixels)).toEqual(new Set([75]));
    expect(new Set(pictures[0].changed.map(([level]) => level)).size).toBeGreaterThan(4);
  });
});

test('what cannot be shown is refused', async () => {
  const table = join(folder, 'table.csv');
  writeFileSync(table, ['a,b,y', ...Array.from({ length: 30 }, (_, k) => `${k},${(k * 7) % 30},${k % 2 ? 'x' : 'z'}`)].join('\n'));
  const pixels = join(folder, 'unnamed.csv');
  writeFileSync(
    pixels,
    Array.from({ length: 12 }, (_, k) => [...Array.from({ length: 64 }, (_, i) => (k * i * 7) % 256), k * 1000].join(',')).join('\n'),
  );
  const says = (path: string, augment: unknown) => refusal(() => describeData(path, { augment } as never));
  expect(await says(table, 'noise:0.1')).toMatch(/^augment: expected samples that are pictures, to be shown, got 'table\.csv'\. /);
  expect(await says(table, 'rotate:5')).toContain('These samples are no pictures');
  expect(await says('there-is-none.csv', 'rotat:5')).toContain("Did you mean 'rotate'?");
  expect(await says('there-is-none.csv', 5)).toMatch(/^augment: expected a text/);
  expect(await says(pixels, 'rotate:5')).toMatch(/^The samples cannot be shown as they are trained on: /);
});

test('a picture that the inputs are not is refused', async () => {
  const training = { values: bytes(2 * 64), labels: Uint16Array.of(0, 1) };
  const of = (picture: unknown) => refusal(() => describeData({ inputs: 64, classes: 2, training, picture } as never, { augment: 'rotate:9' }));
  expect(await of({ height: 64, width: 64, channels: 1 })).toMatch(/^data\.picture: expected height · width · channels of 64, .*, got 4096\.$/);
  expect(await of({ height: 8, width: 8.5, channels: 1 })).toMatch(/^data\.picture\.width: expected /);
  expect(await of(true)).toMatch(/^data\.picture\.height: expected /);
});
