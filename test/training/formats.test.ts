// The same pictures in every format that people keep them in: as IDX files, as an archive of NumPy, as Parquet with PNG pictures in it, as
// folders of PNG pictures, as CSV and as JSON Lines. The same network comes out, to the bit.

import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { loadDataset, type TrainEvent, train } from '#src/index.js';
import { idxBytes, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { greyPng } from '../support/pictures.js';

const folder = temporaryFolder();
const path = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CLASSES = 3;
const PIXELS = 64;

interface Part {
  readonly pictures: readonly number[][];
  readonly labels: readonly number[];
}

/** So many of each class, class after class, by the rule of fixtures/formats.py. */
function partOf(first: number, each: number): Part {
  const labels = Array.from({ length: CLASSES * each }, (_, k) => Math.floor(k / each));
  const shade = (label: number, i: number): number => (Math.floor(i / 22) === label ? 1 : 4);
  const pixel = (s: number, i: number, label: number): number => Math.floor(((37 * s + 11 * i + 5 * s * i) % 256) / shade(label, i));
  return { labels, pictures: labels.map((label, k) => Array.from({ length: PIXELS }, (_, i) => pixel(first + k, i, label))) };
}

const PARTS = { train: partOf(0, 10), val: partOf(30, 2), test: partOf(36, 4) };
const both: Part = {
  labels: [...PARTS.train.labels, ...PARTS.val.labels],
  pictures: [...PARTS.train.pictures, ...PARTS.val.pictures],
};

const idxImages = ({ pictures }: Part): Buffer => idxBytes([pictures.length, 8, 8], pictures.flat());
const idxLabels = ({ labels }: Part): Buffer => idxBytes([labels.length], labels);
const csv = ({ pictures, labels }: Part): string =>
  [['label', ...Array.from({ length: PIXELS }, (_, i) => `pixel${i}`)], ...pictures.map((picture, k) => [labels[k], ...picture])].join('\n');
const json = ({ pictures, labels }: Part): string => pictures.map((image, k) => JSON.stringify({ image, label: labels[k] })).join('\n');

beforeAll(() => {
  const kept = PARTS.test;
  mkdirSync(path('idx'));
  writeIdxFolder(path('idx'), {
    trainingImages: idxImages(both),
    trainingLabels: idxLabels(both),
    testImages: idxImages(kept),
    testLabels: idxLabels(kept),
  });
  for (const [name, part] of Object.entries(PARTS)) {
    writeFileSync(path(`${name}.csv`), csv(part));
    writeFileSync(path(`${name}.jsonl`), json(part));
    for (const [k, picture] of part.pictures.entries()) {
      const own = path('png', name, String(part.labels[k]));
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, `${k}.png`), greyPng(8, 8, picture));
    }
  }
  mkdirSync(path('parquet'));
  for (const name of ['train', 'test']) copyFileSync(fixture(`formats-${name}.parquet`), path('parquet', `${name}.parquet`));
});

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

async function trained(data: string, parts: { readonly validation?: string; readonly test?: string } = {}): Promise<string> {
  const { weightsSha256 } = await train({ data, ...parts, hidden: [5], epochs: 2, batch: 5, workers: 2, reproducible: true });
  return weightsSha256;
}

describe('the same pictures', () => {
  let sha256: string;
  beforeAll(async () => {
    sha256 = await trained(path('idx'));
  });

  it.each([
    ['as arrays of NumPy', () => trained(fixture('formats.npz'))],
    ['as PNG pictures in Parquet, written by pyarrow and Pillow', () => trained(path('parquet'))],
    ['as folders of PNG pictures', () => trained(path('png'))],
    ['as CSV with the label first, as on Kaggle', () => trained(path('train.csv'), { validation: path('val.csv'), test: path('test.csv') })],
    ['as JSON Lines', () => trained(path('train.jsonl'), { validation: path('val.jsonl'), test: path('test.jsonl') })],
  ])('%s give the same weights', async (_, weights) => {
    expect(await weights()).toBe(sha256);
  });

  it('in another order do not', async () => {
    const { labels, pictures } = PARTS.train;
    writeFileSync(path('other.csv'), csv({ labels: labels.toReversed(), pictures: pictures.toReversed() }));
    expect(await trained(path('other.csv'), { validation: path('val.csv'), test: path('test.csv') })).not.toBe(sha256);
  });
});

test('pictures that come class by class have every class among those for validation', async () => {
  for (const part of ['train', 'test']) cpSync(path('png', part), path('by-class', part), { recursive: true });
  const { training, validation } = await loadDataset(path('by-class'));
  expect([training, validation].map(({ labels }) => new Set(labels).size)).toEqual([CLASSES, CLASSES]);
});

describe('while files are read', () => {
  it('a run says how far that is, before its first event', async () => {
    const events: TrainEvent[] = [];
    await train({ data: path('parquet'), hidden: [5], epochs: 1, workers: 1, onEvent: (event) => void events.push(event) });
    const reading = events.filter(({ event }) => event === 'reading');
    expect(reading).toContainEqual({ event: 'reading', file: path('parquet', 'train.parquet'), done: 36, of: 36, unit: 'rows' });
    expect(events.findIndex(({ event }) => event === 'start')).toBe(reading.length);
  });

  it('it can be stopped', async () => {
    const controller = new AbortController();
    const run = train({ data: path('parquet'), hidden: [5], epochs: 1, workers: 1, signal: controller.signal, onEvent: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
