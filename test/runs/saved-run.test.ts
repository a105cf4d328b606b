// A saved run opened as one object: by which paths, what each of them stands for, what is read when, and what is refused.

import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { train } from '#src/index.js';
import { decodeTensors, parametersOf } from '#src/runs/formats/safetensors.js';
import { readSavedNetwork } from '#src/runs/saved-network.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

const LAYERS = [6, 5, 4];
const folder = temporaryFolder();
const run = join(folder, 'run');
const checkpoints = join(run, 'checkpoints');
/** Of the checkpoints after epochs 1 to 3. */
let steps: string[];

beforeAll(async () => {
  writeIdxFolder(folder);
  // Each part of it ends with a checkpoint.
  await train({ data: folder, layers: LAYERS, epochs: 1, eta: 3, workers: 1, checkpointEvery: 'never', run });
  for (const epochs of [2, 3]) await train({ resume: run, epochs, keepCheckpoints: 3 });
  steps = readdirSync(checkpoints)
    .filter((name) => name.startsWith('step-'))
    .sort();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The parameters of a file, as it has them. */
function parametersIn(path: string): Float32Array {
  return parametersOf(path, decodeTensors(path, readFileSync(path)).tensors, LAYERS);
}

/** A copy of the run without some of its files. */
function copyWithout(name: string, ...files: readonly string[]): string {
  const copy = join(folder, name);
  cpSync(run, copy, { recursive: true });
  for (const file of files) rmSync(join(copy, file), { recursive: true });
  return copy;
}

describe('what a path stands for', () => {
  test('there is something to tell apart', () => {
    expect(steps).toHaveLength(3);
    const [first, last] = [steps[0], steps[2]].map((name) => parametersIn(join(checkpoints, name)));
    expect(first).not.toEqual(last);
    expect(parametersIn(join(run, 'weights.safetensors'))).toEqual(last);
  });

  test.each([
    ['the folder', () => run, () => steps[2]],
    ['its weights', () => join(run, 'weights.safetensors'), () => steps[2]],
    ['a checkpoint', () => join(checkpoints, steps[0]), () => steps[0]],
    ['its best network', () => join(checkpoints, 'best.safetensors'), () => 'best.safetensors'],
    ['its best network by name', () => `${run}@best`, () => 'best.safetensors'],
    ['the end of an epoch by name', () => `${run}@1`, () => steps[0]],
    ['the same with a slash and a zero', () => `${run}/@02`, () => steps[1]],
    ['the folder of a run that has not ended', () => copyWithout('going', 'weights.safetensors'), () => steps[2]],
    ['weights that it will have when it has ended', () => join(copyWithout('will', 'weights.safetensors'), 'weights.safetensors'), () => steps[2]],
  ])('%s', async (_, path, file) => {
    const saved = SavedRun.open(path());
    expect(saved.path).toBe(path());
    expect(saved.record).toEqual(SavedRun.openFolder(saved.folder).record);
    expect(saved.parameters).toEqual(parametersIn(join(checkpoints, file())));
    expect(saved.parameters).toBe(saved.parameters);
    expect(await saved.network()).toMatchObject({ layers: LAYERS, activations: ['sigmoid', 'sigmoid'] });
    expect(saved.log().epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(saved.newestCheckpoint()).toMatchObject({ checkpoint: { position: { epoch: 4, samples: 0 } }, damaged: [] });
    expect((await saved.data()).inputs).toBe(LAYERS[0]);
  });

  test('where the newest checkpoint is damaged, the one before it counts', () => {
    const copy = copyWithout('damaged', 'weights.safetensors');
    writeFileSync(join(copy, 'checkpoints', steps[2]), 'none');
    const saved = SavedRun.open(copy);
    expect(saved.hasWeights).toBe(false);
    expect(saved.parameters).toEqual(parametersIn(join(checkpoints, steps[1])));
    expect(saved.newestCheckpoint().damaged).toEqual([expect.stringContaining(steps[2])]);
  });
});

test('only the record is read when it is opened, and only then', async () => {
  const copy = copyWithout('lost', 'weights.safetensors', 'checkpoints', 'metrics.jsonl');
  const saved = SavedRun.open(copy);
  rmSync(join(copy, 'run.json'));
  expect(saved.configuration.network.layers).toEqual(LAYERS);
  expect(saved.log().epochs).toEqual([]);
  expect(() => saved.parameters).toThrow(`${copy}: this run has saved nothing that can be used yet.`);
  copyFileSync(join(run, 'weights.safetensors'), join(copy, 'weights.safetensors'));
  expect(saved.parameters).toEqual(SavedRun.open(run).parameters);
});

describe('a network by its name', () => {
  test('a folder with that name comes first, and a file with an @ in its name is that file', async () => {
    const copy = copyWithout('odd@best');
    expect(SavedRun.open(copy).folder).toBe(copy);
    expect(SavedRun.open(`${copy}@3`).parameters).toEqual(parametersIn(join(checkpoints, steps[2])));
    await expect(readSavedNetwork(join(folder, 'none@best'))).rejects.toThrow(/none@best: there is no such file or folder/);
  });

  test.each([
    [
      '@7',
      /@7: this run keeps no network of the end of epoch 7; it keeps @best \(epoch \d\), @1, @2 and @3\. --checkpoint-every 1e --keep-checkpoints 100 /,
    ],
    ['@last', /@last: expected the run's name with @best or the number of an epoch, such as @12; it keeps @best/],
  ])('%s is refused, with what there is', async (name, says) => {
    const refused = expect.objectContaining({ code: 'BAD_DATA', message: expect.stringMatching(says) });
    expect(() => SavedRun.open(`${run}${name}`)).toThrow(refused);
    await expect(readSavedNetwork(`${run}${name}`)).rejects.toEqual(refused);
  });

  test('a run with nothing kept yet, or a damaged file, has none', () => {
    expect(() => SavedRun.open(`${copyWithout('bare', 'checkpoints')}@best`)).toThrow(/no network of a best epoch yet; it keeps none yet\.$/);
    const copy = copyWithout('torn');
    writeFileSync(join(copy, 'checkpoints', steps[1]), 'none');
    expect(() => SavedRun.open(`${copy}@2`)).toThrow(/it keeps @best \(epoch \d\), @1 and @3\./);
  });

  test('none is left out, however short the epochs are', async () => {
    const path = join(folder, 'short');
    await train({
      data: folder,
      layers: LAYERS,
      epochs: 20,
      eta: 1e-3,
      batch: 60,
      workers: 1,
      checkpointEvery: '1e',
      keepCheckpoints: 100,
      run: path,
    });
    for (let epoch = 1; epoch <= 20; epoch++) expect(() => SavedRun.open(`${path}@${epoch}`)).not.toThrow();
  });

  test('is no name for all of a run', () => {
    expect(() => SavedRun.openFolder(`${run}@best`)).toThrow(`${run}@best: this names one network of a run. Name all of it: ${run}`);
  });

  test('a new run starts from it', async () => {
    await train({ data: folder, from: `${run}@1`, epochs: 1, eta: 1, workers: 1, run: join(folder, 'further') });
    expect(parametersIn(join(folder, 'further', 'checkpoints', 'start.safetensors'))).toEqual(parametersIn(join(checkpoints, steps[0])));
  });
});

test.each([
  ['a folder without a run', (path: string) => mkdirSync(path), 'this folder holds no run: there is no run.json in it.'],
  ['a file', (path: string) => writeFileSync(path, '{}'), 'this is a file. Name the folder of a run, or one of its checkpoints.'],
  ['nothing', () => undefined, 'there is no such folder. Name the folder of a run.'],
])('%s is refused', (name, make, says) => {
  const path = join(folder, name);
  make(path);
  expect(() => SavedRun.open(path)).toThrow(expect.objectContaining({ code: 'BAD_DATA', message: `${path}: ${says}` }));
});

test('where all of a run is meant, a part of it is refused', () => {
  for (const path of [join(checkpoints, steps[0]), join(run, 'weights.safetensors')]) {
    expect(() => SavedRun.openFolder(path)).toThrow(`${path}: this is no folder. Name the folder of a run.`);
  }
});

test('a record whose network cannot be names the file that it stands in, whatever was opened', async () => {
  const copy = copyWithout('bad');
  const file = join(copy, 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  record.configuration.network.activations = ['sigmoid'];
  writeFileSync(file, JSON.stringify(record));
  for (const path of [copy, join(copy, 'weights.safetensors'), join(copy, 'checkpoints', steps[0])]) {
    const says = { code: 'BAD_DATA', message: expect.stringContaining(`${file}: activations: expected 2 of them`) };
    await expect(SavedRun.open(path).network()).rejects.toMatchObject(says);
    await expect(readSavedNetwork(path)).rejects.toMatchObject(says);
  }
});
