// The ceiling: how many copies have room, that the copies of a count train at the same time and are told of as one, and what the
// efficiency of it is. The speeds are made up; the threads are real.

import { afterEach, expect, test, vi } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { configure } from '#src/options/options.js';
import type { Division } from '#src/parallel/session-plan.js';
import { Ceiling, copiesWithRoom } from '#src/scaling/ceiling.js';
import { measureScaling } from '#src/scaling/measure.js';
import { underCeiling } from '#src/scaling/points.js';
import type { ScalingPoint } from '#src/scaling/results.js';
import { summarise } from '#src/scaling/statistics.js';
import { Trial } from '#src/scaling/trials.js';

afterEach(() => vi.restoreAllMocks());

const MB = 2 ** 20;
const samples = (n: number) => ({ values: new Uint8Array(6 * n).map((_, k) => (k * 37) % 256), labels: new Uint16Array(n).map((_, k) => k % 4) });
const DATA: Dataset = { name: 'made up', inputs: 6, classes: 4, scale: 1 / 255, training: samples(40), validation: samples(0), test: samples(0) };
const ONE = configure({ layers: [6, 5, 4], workers: 1, batch: 4 }, DATA);

test('copies that do not fit into half of the free memory are left out, and a sentence says from where on', () => {
  // A copy of 84 MB and its thread of 16 MB: 8 of them take 800 MB, 16 take 1,600.
  const free = (megabytes: number) => ({ bytes: megabytes * MB, whose: 'this machine has free' });
  expect(copiesWithRoom([2, 4, 8, 16], 84 * MB, free(3200))).toEqual({ most: 16 });
  expect(copiesWithRoom([2, 4, 8, 16], 84 * MB, free(3199))).toEqual({
    most: 8,
    note: 'No ceiling from 16 workers on: 16 separate runs of this network take up to 1,600 MB, and may take half of the 3,199 MB that this machine has free.',
  });
  expect(copiesWithRoom([2, 4], 84 * MB, free(399))).toEqual({
    most: 1,
    note: expect.stringMatching(/^No ceiling from 2 workers on: 2 separate runs/),
  });
  expect(copiesWithRoom([], 84 * MB, free(0))).toEqual({ most: 1 });
});

/** Trials that train 100 samples in a second alone and 80 beside another one, and take each a little longer than the one before. */
function pretendTrials(): { divisions: Division[] } {
  const divisions: Division[] = [];
  let [opened, busy] = [0, 0];
  vi.spyOn(Trial, 'open').mockImplementation(async () => {
    const milliseconds = 5 * ++opened;
    return {
      memoryBytes: MB,
      turn: async (division: Division) => {
        divisions.push(division);
        busy++;
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        const together = busy--;
        return { samples: together === 1 ? 100 : 80, steps: 1, seconds: 1, time: [] };
      },
    } as unknown as Trial;
  });
  return { divisions };
}

test('is what copies train at the same time over what one trains alone, in either order', async () => {
  const { divisions } = pretendTrials();
  const points = [1, 2, 3].flatMap((copies) => [4, 4, 2].map((batch) => ({ copies, batch })));
  const ceiling = await Ceiling.open(ONE, DATA, { points, bytes: MB, seconds: 0.1 });
  try {
    // A point asked for twice is measured once, and one copy is its own measure.
    expect(ceiling.turns).toHaveLength(4);
    for (const round of [0, 1, 2]) for (const take of ceiling.turns) await take(round);
    for (const batch of [2, 4]) {
      expect(ceiling.of(1, batch)).toEqual(summarise([1]));
      // The slowest copy is never alone: those before it train on until it is done.
      expect(ceiling.of(2, batch)).toEqual(summarise([1.6, 1.6, 1.6]));
      expect(ceiling.of(3, batch)?.median).toBeCloseTo(2.4, 12);
    }
    expect([ceiling.of(2, 8), ceiling.of(4, 4), ceiling.note]).toEqual([undefined, undefined, undefined]);
    expect(divisions.every(({ workers }) => workers === 1)).toBe(true);
  } finally {
    await ceiling.close();
  }
});

test('a network that has no room beside itself opens nothing, and has no ceiling', async () => {
  const open = vi.spyOn(Trial, 'open');
  const ceiling = await Ceiling.open(ONE, DATA, { points: [1, 2].map((copies) => ({ copies, batch: 4 })), bytes: 2 ** 50, seconds: 0.1 });
  expect(open).not.toHaveBeenCalled();
  expect([ceiling.turns, ceiling.of(2, 4), ceiling.note]).toEqual([[], undefined, expect.stringMatching(/^No ceiling from 2 workers on/)]);
  await ceiling.close();
});

test('efficiency is said of the ceiling: 6 times of 8 is 75 %', () => {
  const point = { workers: 16, speedUp: summarise([5, 6, 7]), efficiency: 6 / 16 } as ScalingPoint;
  expect(underCeiling(point, summarise([7, 8, 9.5]))).toEqual({ ...point, ceiling: summarise([7, 8, 9.5]), efficiencyOfCeiling: 0.75 });
  expect(underCeiling(point, undefined)).toEqual(point);
});

test('stands at every point of a measurement, one at one worker, or at none', async () => {
  const request = { workers: [1, 2], batches: [4], rounds: 2, seconds: 0.02, predict: false };
  const { curves, ceilingNote } = await measureScaling({ layers: [6, 5, 4] }, DATA, request);
  expect(ceilingNote).toBeUndefined();
  for (const { points } of curves) {
    expect(points.map(({ ceiling }) => ceiling?.median)).toEqual([1, expect.any(Number)]);
    for (const { speedUp, ceiling, efficiencyOfCeiling } of points) {
      expect(ceiling?.minimum).toBeGreaterThan(0);
      expect(efficiencyOfCeiling).toBe(speedUp.median / (ceiling?.median ?? Number.NaN));
    }
  }
  const [strong, weak] = curves.map(({ points }) => points[1].ceiling);
  expect(strong).toEqual(weak);
  const without = await measureScaling({ layers: [6, 5, 4] }, DATA, { ...request, modes: ['strong'], ceiling: false });
  expect(without.curves[0].points.every((point) => !('ceiling' in point))).toBe(true);
});
