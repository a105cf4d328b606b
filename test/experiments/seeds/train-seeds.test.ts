// The same run with several seeds: each is what `train` makes of it by itself, in the order of the seeds whatever ends first, and what
// fails or is stopped takes nothing from the others.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate, type SeedsEvent, type SeedsOptions, train, trainSeeds } from '#src/index.js';
import { temporaryFolder } from '../../support/idx-folder.js';
import { smallData } from '../../support/insight-data.js';
import { refusal } from '../../support/refused.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = smallData({ count: 30 });
const small: SeedsOptions = { data, layers: [7, 5, 4], epochs: 2, batch: 4, seeds: 3, seed: 4 };
/** Its costs grow some hundredfold in each epoch; of these seeds 4 begins with larger ones, and comes beyond float32 by the last. */
const wild: SeedsOptions = {
  ...small,
  ...{ seed: 3, seeds: 3, epochs: 13, reproducible: true },
  ...{ activation: 'relu', output: 'linear', cost: 'quadratic', eta: 2.5 },
};

const recordIn = (path: string) => JSON.parse(readFileSync(join(path, 'seeds.json'), 'utf8'));
const hashes = (runs: readonly { weightsSha256?: string }[]) => runs.map(({ weightsSha256 }) => weightsSha256);

function listening(options: SeedsOptions): { events: SeedsEvent[]; options: SeedsOptions } {
  const events: SeedsEvent[] = [];
  return { events, options: { ...options, onEvent: (event) => void (event.event !== 'progress' && events.push(event)) } };
}

describe('each seed', () => {
  it('has the bits that it has by itself, on samples that the first has drawn', async () => {
    const rows = Array.from({ length: 80 }, (_, k) => `${(k * k) % 17},${(k * 7) % 13},${k % 3 ? 'a' : 'b'}`);
    const file = join(folder, 'rows.csv');
    writeFileSync(file, `x,y,label\n${rows.join('\n')}\n`);
    const { runs } = await trainSeeds({ data: file, hidden: [3], epochs: 2, dropout: 0.2, seeds: 3, seed: 4, run: join(folder, 'many') });
    const alone = [4, 5, 6].map((seed) => train({ data: file, hidden: [3], epochs: 2, dropout: 0.2, seed, splitSeed: 4, workers: 1 }));
    expect(hashes(runs)).toEqual(hashes(await Promise.all(alone)));
    expect(runs.map(({ seed }) => seed)).toEqual([4, 5, 6]);
    // A run that is kept finds its samples again, though its own seed would draw others.
    const again = await evaluate({ run: join(folder, 'many', 'seed-6'), workers: 1 });
    expect(again.cost).toBe(runs[2].testCost);
    expect(recordIn(join(folder, 'many'))).toMatchObject({ state: 'done', seeds: [4, 5, 6], splitSeed: 4, network: [2, 3, 2] });
  });

  it('is told in order, and the same whatever the number of runs at a time', async () => {
    const told = await Promise.all(
      [1, 3].map(async (jobs) => {
        const { events, options } = listening({ ...small, jobs });
        await trainSeeds(options);
        return events;
      }),
    );
    const [one, three] = told.map((events) => JSON.stringify(events.slice(0, -1)));
    expect(three).toBe(one);
    expect(told[0].map((event) => (event.event === 'run' ? event.seed : event.event))).toEqual(['seeds', 4, 5, 6, 'trained']);
    expect(one).not.toMatch(/seconds|peakBytes/);
  });

  it('may start from a network that is larger than what the options would have', async () => {
    const from = join(folder, 'from');
    await train({ data, layers: [7, 300, 4], epochs: 1, workers: 1, run: from });
    const { runs } = await trainSeeds({ data, from, epochs: 1, seeds: 2 });
    const alone = [1, 2].map((seed) => train({ data, from, epochs: 1, seed, workers: 1 }));
    expect(hashes(runs)).toEqual(hashes(await Promise.all(alone)));
  });
});

it('of every figure there are mean, spread and bounds, the deciding one first', async () => {
  const { runs, figures } = await trainSeeds({ ...small, seeds: 4 });
  const accuracies = runs.map(({ testAccuracy }) => testAccuracy as number);
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / 4;
  const deviation = Math.sqrt(accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
  expect(figures[0].figure).toBe('test-accuracy');
  expect(figures[0].mean).toBeCloseTo(mean, 12);
  expect(figures[0].deviation).toBeCloseTo(deviation, 12);
  expect([figures[0].least, figures[0].most, figures[0].count]).toEqual([Math.min(...accuracies), Math.max(...accuracies), 4]);
  // t_0.975 of three degrees of freedom.
  expect(figures[0].interval?.[1]).toBeCloseTo(mean + (3.182446305 * deviation) / 2, 9);
  expect(figures.map(({ figure }) => figure)).toEqual(expect.arrayContaining(['test-log-loss', 'test-macro-f1', 'validation-cost', 'training-cost']));
});

describe('a seed that diverges', () => {
  it('is told, and the figures are of the others', async () => {
    const { runs, figures } = await trainSeeds({ ...wild, run: join(folder, 'wild') });
    expect(runs.map(({ seed, failure }) => [seed, failure?.code])).toEqual([
      [3, undefined],
      [4, 'DIVERGED'],
      [5, undefined],
    ]);
    expect(runs[1].failure?.text).toMatch(/^seed 4: Diverged in epoch 1[0-3]: /);
    expect(figures[0]).toMatchObject({ figure: 'test-accuracy', count: 2 });
    expect(recordIn(join(folder, 'wild')).runs).toHaveLength(3);
  });

  it('ends all where every one does, and the folder says so', async () => {
    const options = { ...wild, eta: 100, run: join(folder, 'wild') };
    await expect(trainSeeds(options)).rejects.toMatchObject({ code: 'DIVERGED', message: expect.stringMatching(/^seed 3: /) });
    expect(recordIn(options.run)).toMatchObject({ state: 'failed', figures: [] });
  });
});

describe('what is stopped', () => {
  it('keeps the seeds that have ended, and says how the others go on', async () => {
    const stop = new AbortController();
    const run = join(folder, 'stopped');
    const onEvent = (event: SeedsEvent) => void (event.event === 'run' && event.seed === 5 && stop.abort());
    const options: SeedsOptions = { ...small, epochs: 200, seeds: 6, jobs: 1, run, signal: stop.signal, onEvent };
    await expect(trainSeeds(options)).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('Stopped after 2 of 6 seeds. They are kept in'),
    });
    const { state, runs } = recordIn(run);
    expect([state, runs.map(({ seed }: { seed: number }) => seed)]).toEqual(['interrupted', [4, 5]]);
    expect(readdirSync(join(run, 'seed-4'))).toContain('weights.safetensors');
    expect(existsSync(join(run, 'seed-9'))).toBe(false);
  });

  it('by what a listener throws ends with that error', async () => {
    const onEvent = (event: SeedsEvent): void => {
      if (event.event === 'run') throw new Error('no more');
    };
    await expect(trainSeeds({ ...small, onEvent })).rejects.toThrow('no more');
  });
});

describe('bad options are refused before anything is written', () => {
  const run = (): string => join(folder, 'run');
  it.each([
    ['one seed', { seeds: 1 }, 'seeds: expected a whole number from 2 to 1000, got 1.'],
    ['too many', { seeds: 1001 }, 'seeds: expected a whole number from 2 to 1000, got 1001.'],
    ['a run to resume', { resume: 'x' }, "got 'resume'"],
    ['no network of these data', { layers: [3, 4] }, 'layers: expected 7 inputs'],
    ['no jobs', { jobs: 0 }, 'jobs: expected'],
    ['a seed of the split beside samples that are split', { splitSeed: 3 }, 'splitSeed: expected none beside a data set'],
    ['a word of other tools', { lr: 3 }, "nabla calls it 'eta'"],
  ])('%s', async (_, options, says) => {
    expect(await refusal(() => trainSeeds({ ...small, run: run(), ...options } as SeedsOptions))).toContain(says);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a folder that has something in it', async () => {
    writeFileSync(join(folder, 'notes'), '');
    expect(await refusal(() => trainSeeds({ ...small, run: folder }))).toContain('run: expected a new folder, or an empty one');
  });

  it('several processes', async () => {
    Object.assign(process.env, { PMI_RANK: '0', PMI_SIZE: '2' });
    try {
      expect(await refusal(() => trainSeeds(small))).toContain('seeds: expected one process');
    } finally {
      delete process.env.PMI_RANK;
      delete process.env.PMI_SIZE;
    }
  });
});
