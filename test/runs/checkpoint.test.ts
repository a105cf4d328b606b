// Checkpoints as files: what is written comes back to the last bit, whatever is damaged is refused or passed over, the newest few
// stay and the best one too; and when they are due.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '#src/model/layout.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, weightsOf } from '#src/runs/checkpoint.js';
import { CheckpointFiles, newestCheckpoint } from '#src/runs/checkpoint-files.js';
import { CheckpointSchedule } from '#src/runs/checkpoint-schedule.js';
import { decodeTensors, encodeTensors } from '#src/runs/formats/safetensors.js';
import { seeded } from '../support/bound-kernels.js';
import { inFolder } from '../support/command.js';
import { fuzz } from '../support/fuzz.js';

const LAYERS = [6, 5, 3];
const P = layoutOf(LAYERS).parameters;
const random = seeded('checkpoint');
const numbers = (): Float32Array => Float32Array.from({ length: P }, () => random.normal());

function checkpoint(changed: Partial<Checkpoint> = {}): Checkpoint {
  return {
    layers: LAYERS,
    position: { epoch: 3, samples: 20, cost: 1.5, correct: 17, factor: 0.75, steps: 222, seconds: 1.25, epochSeconds: 0.5 },
    pace: { halvings: 1, best: { epoch: 2, figure: 0.5 }, sinceBest: 1, sinceChange: 0, judged: true },
    parameters: numbers(),
    states: [numbers(), numbers()],
    history: { bytes: 60, sha256: 'abc', last: { event: 'epoch', epoch: 2, epochs: 5, trainingCost: null, name: 'η' } },
    ...changed,
  };
}

const bytesOf = (c: Checkpoint): Buffer => Buffer.concat(encodeCheckpoint(c));

describe('a checkpoint as a file', () => {
  test.each([0, 1, 2])('with %i states of the optimiser comes back to the last bit', (states) => {
    const before = checkpoint({ states: Array.from({ length: states }, numbers) });
    before.parameters.set([Number.MIN_VALUE, -0, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(decodeCheckpoint('file', bytesOf(before), LAYERS, states)).toEqual(before);
  });

  test('with a mean of networks comes back to the last bit, and stands for the mean', () => {
    const before = checkpoint({ averaged: { networks: 4, parameters: numbers() } });
    const after = decodeCheckpoint('file', bytesOf(before), LAYERS, 2);
    expect(after).toEqual(before);
    expect(weightsOf(after)).toEqual(before.averaged?.parameters);
  });

  test('is a safetensors file of tensors in the book’s orientation', () => {
    const { tensors } = decodeTensors('file', bytesOf(checkpoint()));
    expect(Object.entries(tensors).map(([name, { shape }]) => [name, [...shape]])).toEqual(
      ['', 'state1.', 'state2.'].flatMap((prefix) => [
        [`${prefix}layer2.weight`, [5, 6]],
        [`${prefix}layer2.bias`, [5]],
        [`${prefix}layer3.weight`, [3, 5]],
        [`${prefix}layer3.bias`, [3]],
      ]),
    );
  });

  test('whichever bit is flipped, it is refused or means the same', () => {
    const sound = bytesOf(checkpoint());
    const expected = decodeCheckpoint('file', sound, LAYERS, 2);
    let refused = 0;
    for (let k = 0; k < sound.length; k++) {
      const bytes = Buffer.from(sound);
      bytes[k] ^= 1 << random.below(8);
      let read: Checkpoint | undefined;
      try {
        read = decodeCheckpoint('file', bytes, LAYERS, 2);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_DATA', message: expect.stringMatching(/^file: /) });
        refused++;
      }
      if (read) expect(read).toEqual(expected);
    }
    // But for blanks in the header, every bit counts.
    expect(refused).toBeGreaterThan(sound.length - 16);
  });

  test.each([
    ['of other layers', [6, 4, 3], 2, /expected a checkpoint of 6-4-3, got one of 6-5-3/],
    ['of another optimiser', LAYERS, 1, /expected 1 numbers kept by the optimiser of each parameter, got 2/],
  ])('%s is refused', (_, layers, states, message) => {
    expect(() => decodeCheckpoint('file', bytesOf(checkpoint()), layers, states)).toThrow(message);
  });

  test('another safetensors file is refused', () => {
    expect(() => decodeCheckpoint('file', Buffer.concat(encodeTensors({}, {})), LAYERS, 0)).toThrow(/file: this is no checkpoint/);
  });

  test('what is yet to be multiplied in belongs to the weights of the first layer alone', () => {
    const before = checkpoint();
    const after = weightsOf(before);
    for (let k = 0; k < P; k++) expect(after[k]).toBe(k < 30 ? Math.fround(before.parameters[k] * 0.75) : before.parameters[k]);
  });

  test('damaged at random: a refusal that names the file, or what was written', { tags: ['longer'] }, async () => {
    const sound = [checkpoint(), checkpoint({ history: { bytes: 0, sha256: '' } })].map(bytesOf);
    const whole = sound.map((bytes) => decodeCheckpoint('file', bytes, LAYERS, 2));
    const { refused } = await fuzz({
      name: 'checkpoint',
      sound,
      read: (bytes) => decodeCheckpoint('file', bytes, LAYERS, 2),
      named: 'file',
      most: 1 << 20,
      check: (result) => expect(whole).toContainEqual(result),
    });
    expect(refused).toBeGreaterThan(300);
  });
});

describe('the checkpoints of a run', () => {
  const at = (steps: number): Checkpoint => checkpoint({ position: { ...checkpoint().position, steps }, states: [] });

  test('the newest few stay, and the newest sound one is found', () =>
    inFolder(async (folder) => {
      const files = new CheckpointFiles(folder, 3);
      for (const steps of [10, 20, 90, 100, 1000]) await files.write(at(steps), undefined);
      const names = readdirSync(join(folder, 'checkpoints')).sort();
      expect(names).toEqual(['step-000000090.safetensors', 'step-000000100.safetensors', 'step-000001000.safetensors']);
      expect(newestCheckpoint(folder, LAYERS, 0).checkpoint?.position.steps).toBe(1000);
      writeFileSync(join(folder, 'checkpoints', names[2]), 'none');
      const { checkpoint: found, damaged } = newestCheckpoint(folder, LAYERS, 0);
      expect(found?.position.steps).toBe(100);
      expect(damaged).toEqual([expect.stringMatching(/step-000001000\.safetensors: /)]);
    }));

  test('a folder without any, with other files, and one too long to be read', () =>
    inFolder(async (folder) => {
      expect(newestCheckpoint(folder, LAYERS, 0)).toEqual({ checkpoint: undefined, damaged: [] });
      mkdirSync(join(folder, 'checkpoints'));
      writeFileSync(join(folder, 'checkpoints', 'step-1.safetensors'), '');
      writeFileSync(join(folder, 'checkpoints', 'step-000000001.safetensors'), Buffer.alloc(2 << 20));
      expect(newestCheckpoint(folder, LAYERS, 0).damaged).toEqual([expect.stringMatching(/expected at most [\d,]+ bytes, got 2,097,152\.$/)]);
    }));
});

describe('when checkpoints are due', () => {
  /** Where they fall, in samples of the run, by walking it as a run does. */
  function walk(every: string, training: number, batch: number, epochs: number): number[] {
    const schedule = new CheckpointSchedule(every, training, () => batch);
    const seen: number[] = [];
    let last = { epoch: 1, samples: 0 };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (let samples = 0; samples < training; ) {
        const next = schedule.stop(epoch, samples);
        expect(next).toBeGreaterThan(samples);
        samples = next;
        const at = samples === training ? { epoch: epoch + 1, samples: 0 } : { epoch, samples };
        if (schedule.isBetween(last, at)) {
          seen.push((at.epoch - 1) * training + at.samples);
          last = at;
        }
      }
    }
    return seen;
  }

  test.each([
    ['1e', 100, 10, 3, [100, 200, 300]],
    ['2e', 100, 10, 5, [200, 400]],
    ['0.5e', 100, 10, 2, [50, 100, 150, 200]],
    ['.25e', 100, 10, 1, [30, 50, 80, 100]],
    ['1.5e', 100, 10, 3, [150, 300]],
    ['0.5e', 95, 10, 2, [50, 95, 145, 190]],
    ['30s', 100, 10, 3, []],
    ['never', 100, 10, 3, []],
  ])('%s of %i samples in mini-batches of %i, %i epochs', (every, training, batch, epochs, expected) => {
    expect(walk(every, training, batch, epochs)).toEqual(expected);
  });

  test('whatever the numbers: at the end of a mini-batch, in order, as many as there should be', () => {
    const number = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1e-18, 1e-9, 0.01)), number, number, (tenths, training, batch) => {
        const seen = walk(`${(tenths / 10).toFixed(20)}e`, training, batch, 4);
        for (const [k, at] of seen.entries()) {
          expect(at % training === 0 || (at % training) % batch === 0).toBe(true);
          if (k > 0) expect(at).toBeGreaterThan(seen[k - 1]);
        }
        // Those that fall into one mini-batch are one.
        const ends = new Set(
          Array.from({ length: 4 * training * 10 }, (_, k) => Math.round((k + 1) * Math.max(1, (tenths / 10) * training)))
            .filter((due) => due > 0 && due <= 4 * training)
            .map((due) => {
              const before = Math.floor((due - 1) / training) * training;
              return before + Math.min(training, Math.ceil((due - before) / batch) * batch);
            }),
        );
        expect(seen).toEqual([...ends]);
      }),
    );
  });

  test.each(['', 'e', '0e', '5', '-1s', '5x', '1e3s', ' 5s', '0.0s'])("'%s' is refused", (text) => {
    expect(() => new CheckpointSchedule(text, 10, () => 1)).toThrow(/^checkpointEvery: expected epochs or time between checkpoints/);
  });
});
