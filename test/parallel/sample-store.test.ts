// The samples of many sessions: where the splits of a data set are that is made of the stored one, also in a ring; how the memory behind
// them is divided; and that no session writes outside of its place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dataset, firstSamples, type Samples } from '#src/data/dataset.js';
import { initialParameters } from '#src/model/initialisers.js';
import { type Configuration, configure, type TrainOptions } from '#src/options/options.js';
import { type Place, SampleStore } from '#src/parallel/memory/sample-store.js';
import { bytesBeside } from '#src/parallel/memory/workspace.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { seeded } from '../support/bound-kernels.js';

const random = seeded('store');
const INPUTS = 5;
const samples = (count: number): Samples => ({
  values: Uint8Array.from({ length: INPUTS * count }, () => (random.below(2) === 0 ? 0 : random.below(256))),
  labels: Uint16Array.from({ length: count }, () => random.below(3)),
});
const DATA: Dataset = { name: 'stored', inputs: INPUTS, classes: 3, scale: 1 / 255, training: samples(24), validation: samples(9), test: samples(7) };

/** Samples from … up to … of some. */
const view = ({ values, labels }: Samples, from: number, upTo: number): Samples => ({
  values: values.subarray(INPUTS * from, INPUTS * upTo),
  labels: labels.subarray(from, upTo),
});
const NONE = samples(0);
/** The splits as a store finds them. */
const found = (data: Partial<Dataset>, stored: Dataset = DATA, ring = false) => {
  const [place] = new SampleStore({ data: stored, ring }, 'dense', () => [{ count: 1, bytes: 64 }]).divide({ count: 1, bytes: 64 });
  return place.splits({ ...stored, training: NONE, validation: NONE, test: NONE, ...data });
};
const everywhere = Number.POSITIVE_INFINITY;

describe('where splits are', () => {
  it('those that were stored, one after another', () => {
    expect(found(DATA)).toEqual({
      training: { first: 0, of: everywhere },
      validation: { first: 24, of: everywhere },
      test: { first: 33, of: everywhere },
    });
  });

  it('parts of any of them, as any split', () => {
    const { training, validation, test } = DATA;
    expect(found({ training: view(validation, 2, 9), validation: view(training, 20, 24), test: view(test, 0, 1) })).toEqual({
      training: { first: 26, of: everywhere },
      validation: { first: 20, of: everywhere },
      test: { first: 33, of: everywhere },
    });
    expect(found({ training: firstSamples(DATA, 4).training, validation: firstSamples(DATA, 4).training }).validation).toEqual({
      first: 0,
      of: everywhere,
    });
  });

  it('in a ring, also those that go on with the first after the last', () => {
    const values = new Uint8Array(2 * DATA.training.values.length);
    values.set(DATA.training.values);
    values.set(DATA.training.values, DATA.training.values.length);
    const labels = Uint16Array.of(...DATA.training.labels, ...DATA.training.labels);
    const stored: Dataset = { ...DATA, training: view({ values, labels }, 0, 24) };
    fc.assert(
      fc.property(fc.nat(47), fc.integer({ min: 1, max: 24 }), (from, count) => {
        fc.pre(from + count <= 48);
        expect(found({ training: view({ values, labels }, from, from + count) }, stored, true).training).toEqual({ first: from % 24, of: 24 });
      }),
    );
    // What is evaluated is one piece.
    expect(found({ validation: view({ values, labels }, 20, 24) }, stored, true).validation).toEqual({ first: 20, of: 24 });
    expect(found({ validation: view({ values, labels }, 26, 28) }, stored, true).validation).toEqual({ first: 2, of: 24 });
    expect(() => found({ validation: view({ values, labels }, 20, 26) }, stored, true)).toThrow('none of those that are stored');
    expect(() => found({ training: view({ values, labels }, 20, 30) }, stored)).toThrow('The training samples are none of those that are stored.');
  });

  it('nowhere, where they are others', () => {
    expect(() => found({ validation: samples(3) })).toThrow('The validation samples are none of those that are stored.');
    const whole = Uint8Array.of(...DATA.training.values, ...DATA.validation.values);
    const stored = { ...DATA, training: { ...DATA.training, values: whole.subarray(0, 24 * INPUTS) } };
    const beyond = { values: whole.subarray(20 * INPUTS, 26 * INPUTS), labels: new Uint16Array(6) };
    expect(() => found({ training: beyond }, stored)).toThrow('none of those that are stored');
  });
});

describe('places', () => {
  it('lie one after another behind the samples, each at a line of memory, however the memory is divided', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 9 }), bytes: fc.integer({ min: 1, max: 5000 }) }), { minLength: 1, maxLength: 4 }),
        (all) => {
          const store = new SampleStore({ data: DATA }, 'dense', () => all);
          for (const division of all) {
            const places = store.divide(division);
            expect(places).toHaveLength(division.count);
            let end = 40 * INPUTS;
            for (const { base, bytes, memory } of places) {
              expect([base % 64, base >= end, bytes]).toEqual([0, true, division.bytes]);
              end = base + bytes;
              expect(end).toBeLessThanOrEqual(memory.buffer.byteLength);
            }
          }
          const most = Math.max(...all.map(({ count, bytes }) => count * 64 * Math.ceil(bytes / 64)));
          expect(store.hasRoomFor({ count: 1, bytes: most + 1 })).toBe(false);
          expect(() => store.divide({ count: 1, bytes: most + 1 })).toThrow('There is no room');
        },
      ),
      { numRuns: 30 },
    );
  });

  it('have numbers of their own, which they keep when a store is divided anew, or made again in its memory', () => {
    const make = (before?: SampleStore): SampleStore => new SampleStore({ data: DATA }, 'dense', () => [{ count: 3, bytes: 64 }], before);
    const store = make();
    const numbersOf = (made: SampleStore, count: number): number[] => made.divide({ count, bytes: 64 }).map(({ number }) => number);
    const numbers = numbersOf(store, 3);
    expect(numbersOf(store, 2)).toEqual(numbers.slice(0, 2));
    expect(numbersOf(make(store), 3)).toEqual(numbers);
    expect(new Set([...numbers, ...numbersOf(make(), 3)]).size).toBe(6);
  });
});

const GUARD = 0xa5;
const SESSIONS: Record<string, TrainOptions> = {
  'dense input, plain steps': { hidden: [7] },
  'sparse input, Adam, dropout': { hidden: [6, 4], input: 'sparse', optimiser: 'adam', eta: 0.01, dropout: 0.2 },
  'gradients of shards, a mini-batch larger than the samples': { hidden: [9], gradient: 'partial', shards: 3, batch: 60 },
  'gradients of a tree, a neuron with an f of its own': {
    hidden: [5],
    gradient: 'tree',
    shards: 4,
    batch: 7,
    neurons: [{ layer: 2, neuron: 3, f: 'tanh' }],
  },
};

describe('a session', () => {
  it.each(Object.entries(SESSIONS))('writes in its place alone: %s', async (_, options) => {
    const configuration = { ...configure(options, DATA), workers: 2 };
    const bytes = (outside: boolean): number => bytesBeside({ ...configuration, data: DATA }, outside);
    const store = new SampleStore({ data: DATA }, configuration.input, (outside) => [{ count: 3, bytes: bytes(outside) }]);
    const places = store.divide({ count: 3, bytes: bytes(store.outside) });
    const [before, place, after] = places;
    const memory = new Uint8Array(place.memory.buffer);
    memory.fill(GUARD, before.base, before.base + before.bytes);
    // What another session left in the place is no zeros.
    memory.fill(GUARD, place.base, place.base + place.bytes);
    memory.fill(GUARD, after.base, memory.length);
    const held = memory.slice(0, before.base);
    const parameters = await trainedIn(place, configuration);
    expect([
      held.every((byte, k) => byte === memory[k]),
      isGuard(memory, before.base, place.base),
      isGuard(memory, after.base, memory.length),
    ]).toEqual([...[true, true, true]]);
    expect(parameters).toEqual(await trainedIn(undefined, configuration));
  });
});

const isGuard = (memory: Uint8Array, from: number, upTo: number): boolean => memory.subarray(from, upTo).every((byte) => byte === GUARD);

async function trainedIn(place: Place | undefined, configuration: Configuration): Promise<Float32Array> {
  const pool = new WorkerPool(2);
  try {
    const session = await Session.start(configuration, DATA, initialParameters(configuration.network, 1), pool, { place });
    for (const epoch of [1, 2]) {
      session.drawOrder((epoch % 2) as 0 | 1, epoch);
      await session.runEpoch((epoch % 2) as 0 | 1);
      for (const split of ['training', 'validation', 'test'] as const) await session.evaluate(split);
    }
    return session.parameters;
  } finally {
    await pool.close();
  }
}
