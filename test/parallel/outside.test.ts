// Samples outside the arena, in shared buffers of their own: the same bits as with samples inside, whatever they are, wherever the
// splits lie, and with any number of workers; and when it is that they lie there. Sets of gigabytes: npm run bench:large.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { density, SPLITS } from '#src/data/dataset.js';
import { type Dataset, type TrainEvent, type TrainOptions, train } from '#src/index.js';
import { initialParameters } from '#src/model/initialisers.js';
import { configure } from '#src/options/options.js';
import { stepKind } from '#src/options/run-words.js';
import { addressable } from '#src/parallel/memory/arena.js';
import { bytesToShare, outsideSplits } from '#src/parallel/memory/samples.js';
import { haveRoomAsRecords } from '#src/parallel/memory/workspace.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { Session } from '#src/parallel/session.js';
import { saveProfile } from '#src/scaling/profile.js';
import { describeMachine } from '#src/system/machine.js';
import { chooseWorkers } from '#src/training/profiled-workers.js';
import { seeded } from '../support/bound-kernels.js';
import { temporaryFolder } from '../support/idx-folder.js';

/** No multiple of what a vector holds. */
const INPUTS = 37;
const COUNTS = { training: 230, validation: 130, test: 250 } as const;
const SEED = 3;
const { bytes: WHOLE } = addressable;

type Kind = 'bytes' | 'floats';
type Answer = 'classes' | 'numbers';
/** Where the values are: in arrays of their own, or in one shared buffer, out of order and with gaps. */
type Home = 'ordinary' | 'shared';

let pool: WorkerPool;
beforeAll(() => {
  pool = new WorkerPool(3);
});
afterAll(() => pool.close());
afterEach(() => {
  vi.unstubAllEnvs();
  addressable.bytes = WHOLE;
});

/** @param zeros share of inputs that are 0. @param first where a shared buffer has its first sample, in bytes */
function dataOf(kind: Kind, answer: Answer, home: Home, { zeros = 0, first = 0 } = {}): Dataset {
  const generator = seeded(`${kind} ${answer}`);
  const random = (): number => generator.uniform();
  const size = kind === 'bytes' ? 1 : 4;
  const total = Object.values(COUNTS).reduce((a, b) => a + b, 0) * INPUTS;
  const shared = new SharedArrayBuffer(first + (total + 120) * size);
  const places = { validation: 4, test: 4 + COUNTS.validation * INPUTS + 33, training: 4 + (COUNTS.validation + COUNTS.test) * INPUTS + 77 };
  const split = (name: keyof typeof COUNTS) => {
    const count = COUNTS[name];
    const buffer = home === 'shared' ? shared : new ArrayBuffer(count * INPUTS * size);
    const offset = home === 'shared' ? first + places[name] * size : 0;
    const values = kind === 'bytes' ? new Uint8Array(buffer, offset, count * INPUTS) : new Float32Array(buffer, offset, count * INPUTS);
    for (let k = 0; k < values.length; k++) values[k] = random() < zeros ? 0 : kind === 'bytes' ? 256 * random() : random() - 0.5;
    const labels = Uint16Array.from({ length: answer === 'classes' ? count : 0 }, () => 3 * random());
    return { values, labels, ...(answer === 'numbers' && { targets: Float32Array.from({ length: 3 * count }, random) }) };
  };
  const [training, validation, test] = [split('training'), split('validation'), split('test')];
  return { name: home, inputs: INPUTS, classes: 3, scale: kind === 'bytes' ? 1 / 255 : 1, training, validation, test };
}

/** Parameters and figures after an epoch, trained and evaluated with so many workers. @param most bytes of the arena */
async function trained(options: TrainOptions, data: Dataset, counts: readonly number[], most = WHOLE) {
  const configuration = configure(
    { layers: [INPUTS, 12, 3], batch: 7, eta: 0.3, lambda: 5, seed: SEED, input: 'dense', ...options, workers: 3 },
    data,
  );
  addressable.bytes = most;
  const session = await Session.start(configuration, data, initialParameters(configuration.network, SEED), pool);
  const begin = session.snapshot();
  const found: unknown[] = [];
  for (const workers of counts) {
    session.restore(begin);
    session.order(0).set(Uint32Array.from({ length: COUNTS.training }, (_, k) => (k * 7) % COUNTS.training));
    await session.attach({ ...configuration, workers });
    const parts = await session.runEpoch(0);
    const evaluations = [await session.evaluate('training'), await session.evaluate('validation'), await session.evaluate('test')];
    found.push({ cost: parts[0].state.cost, correct: session.state.correct, evaluations, parameters: [...session.parameters] });
  }
  return { found, bytes: session.memoryBytes };
}

const CASES = (['bytes', 'floats'] as const).flatMap((kind) =>
  (['classes', 'numbers'] as const).flatMap((answer) => [
    { kind, answer, home: 'shared' as const, gradient: 'owned' as const },
    { kind, answer, home: 'ordinary' as const, gradient: 'partial' as const, shards: 3 },
  ]),
);

test.each(CASES)('$kind, $answer, $gradient, $home memory: the bits of samples inside, with 1, 2 and 3 workers', async (row) => {
  const { kind, answer, home, ...options } = row;
  const inside = await trained(options, dataOf(kind, answer, home), [1]);
  // A byte less than would hold them.
  const outside = await trained(options, dataOf(kind, answer, home), [1, 2, 3], inside.bytes - 1);
  expect(outside.found).toEqual([inside.found[0], inside.found[0], inside.found[0]]);
  expect(outside.bytes).toBeGreaterThan(inside.bytes - 64 * 100);
});

test.each(['bytes', 'floats'] as const)('%s beyond 4 GiB of a buffer', async (kind) => {
  const far = dataOf(kind, 'classes', 'shared', { first: 4.5 * 2 ** 30 });
  const inside = await trained({}, dataOf(kind, 'classes', 'ordinary'), [1]);
  expect((await trained({}, far, [2], inside.bytes - 1)).found).toEqual(inside.found);
});

test('samples in a shared buffer are read where they are, and others are copied once', () => {
  const [shared, ordinary] = [dataOf('floats', 'classes', 'shared'), dataOf('floats', 'classes', 'ordinary')];
  expect([bytesToShare(shared), bytesToShare(ordinary)]).toEqual([0, 610 * INPUTS * 4]);
  for (const [k, { buffer, byteOffset }] of outsideSplits(shared).entries()) {
    const { values } = shared[SPLITS[k]];
    expect(buffer).toBe(values.buffer);
    expect(byteOffset).toBe(values.byteOffset);
  }
  for (const [k, { buffer }] of outsideSplits(ordinary).entries()) expect(new Float32Array(buffer)).toEqual(ordinary[SPLITS[k]].values);
});

describe('a run', () => {
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('that began with samples inside goes on with samples outside, to the same bits', async () => {
    const data = dataOf('bytes', 'classes', 'shared');
    const options: TrainOptions = { data, layers: [INPUTS, 12, 3], batch: 7, epochs: 4, seed: SEED, workers: 2, input: 'dense' };
    let bytes = 0;
    const onEvent = (e: TrainEvent): void => {
      if (e.event === 'start') bytes = e.memoryBytes;
    };
    const whole = await train({ ...options, onEvent });
    const run = join(folder, 'run');
    await train({ ...options, epochs: 2, run });
    addressable.bytes = bytes - 1;
    const { weightsSha256, testCost } = await train({ resume: run, data, epochs: 4, workers: 1 });
    expect({ weightsSha256, testCost }).toEqual({ weightsSha256: whole.weightsSha256, testCost: whole.testCost });
  });
});

describe('what does not fit', () => {
  test('is refused with both numbers where it is not the samples', async () => {
    await expect(trained({ layers: [INPUTS, 900, 3] }, dataOf('bytes', 'classes', 'shared'), [], 2 ** 20)).rejects.toThrow(
      /^memory: expected at most 1 MB \(what 32-bit addresses reach\), got '\d MB'\. Of these, 0 MB are gradient blocks and 1 MB data\. Use a smaller mini-batch or network\.$/,
    );
  });

  test('as records, and was asked for: dense input is named', async () => {
    const data = dataOf('floats', 'classes', 'shared');
    const big = { ...data, training: { values: new Float32Array(80_000 * INPUTS).fill(1), labels: new Uint16Array(80_000) } };
    await expect(trained({ input: 'sparse' }, big, [], 2 ** 23)).rejects.toThrow(/Use input 'dense', whose samples may lie outside/);
  });

  test('as records, and may be either: dense is taken', () => {
    const data = dataOf('bytes', 'classes', 'ordinary', { zeros: 0.9 });
    const chosen = (): string => configure({ layers: [INPUTS, 12, 3], workers: 1 }, data).input;
    expect(chosen()).toBe('sparse');
    addressable.bytes = 2 ** 18;
    expect(chosen()).toBe('dense');
    addressable.bytes = WHOLE;
    const { network } = configure({ layers: [INPUTS, 12, 3], workers: 1 }, data);
    const free = (bytes: number) => ({ bytes, whose: 'this machine has free' });
    expect([2 ** 18, 2 ** 21].map((bytes) => haveRoomAsRecords(data, 0.1, { network }, free(bytes)))).toEqual([false, true]);
  });

  test('as records: of what was tuned for as many zeros, dense settings are left', () => {
    const folder = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', folder);
    const data = dataOf('bytes', 'classes', 'ordinary', { zeros: 0.9 });
    const options: TrainOptions = { layers: [INPUTS, 12, 3] };
    const taken = (): string => chooseWorkers(options, configure(options, data), data).configuration.input;
    const configuration = configure(options, data);
    const { network, batch } = configuration;
    const setting = { workers: 1, shards: 1, gradient: 'owned', kernels: 'simd', samplesPerSecond: 1 } as const;
    const subject = { machine: describeMachine(), layers: network.layers, activations: network.activations, batch, step: stepKind(configuration) };
    saveProfile({ ...subject, density: density(data.training) }, [
      { ...setting, input: 'sparse' },
      { ...setting, input: 'dense' },
    ]);
    expect(taken()).toBe('sparse');
    addressable.bytes = 2 ** 18;
    expect(taken()).toBe('dense');
    rmSync(folder, { recursive: true });
  });
});
