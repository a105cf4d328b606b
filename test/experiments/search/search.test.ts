// A search as a program calls it: what it finds hangs on options and seed alone, and each of its runs is the run that `train` makes of the
// same options, on every kind of data and with whatever makes a run go on, stop or change its rate. Then what stops it or fails in it.

import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { type SearchEvent, type SearchOptions, type SearchResult, search, searchRuns, type TrainOptions } from '#src/index.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { seeded } from '../../support/bound-kernels.js';
import { inFolder } from '../../support/command.js';
import { pooledTraining } from '../../support/pooled-training.js';
import { refusal } from '../../support/refused.js';

const random = seeded('search');

/** Samples of three classes, or of two numbers, that can be learnt. */
function dataset(kind: 'bytes' | 'floats' | 'sparse' | 'numbers', counts = [60, 20, 20]): Dataset {
  const [inputs, classes] = [6, kind === 'numbers' ? 2 : 3];
  const [training, validation, test] = counts.map((count) => {
    const labels = Uint16Array.from({ length: count }, () => random.below(classes));
    const shares = Float32Array.from({ length: count * inputs }, (_, k) => {
      if (kind === 'sparse' && random.below(4) > 0) return 0;
      return 0.6 * random.uniform() + (k % classes === labels[Math.floor(k / inputs)] ? 0.4 : 0);
    });
    const values = kind === 'bytes' || kind === 'sparse' ? Uint8Array.from(shares, (share) => 255 * share) : shares;
    if (kind !== 'numbers') return { values, labels };
    const targets = Float32Array.from(
      { length: 2 * count },
      (_, k) => values[Math.floor(k / 2) * inputs] + (k % 2) * values[Math.floor(k / 2) * inputs + 1],
    );
    return { values, labels: new Uint16Array(0), targets };
  });
  return { name: kind, inputs, classes, scale: kind === 'bytes' || kind === 'sparse' ? 1 / 255 : 1, training, validation, test };
}

const BYTES = dataset('bytes');
const trained = pooledTraining(2);

/** A search with all that it told of its runs. */
async function searched(options: SearchOptions): Promise<{ result: SearchResult; runs: SearchEvent[] }> {
  const runs: SearchEvent[] = [];
  const result = await search({ ...options, onEvent: (event) => void ((event.event === 'run' || event.event === 'rung') && runs.push(event)) });
  return { result, runs };
}

/** What hangs neither on the clock nor on the cores. */
const lasting = ({ runs, best, by, test }: SearchResult) => ({ runs, best, by, test });

const CASES: Record<string, SearchOptions & { data: Dataset }> = {
  'bytes, halving, entries and a range by logarithms': {
    data: BYTES,
    space: { hidden: { each: [{ from: 3, to: 12 }] }, eta: { from: 0.05, to: 5, log: true } },
    ...{ runs: 9, epochs: 9 },
  },
  'sparse input, random': {
    data: dataset('sparse'),
    input: 'sparse',
    space: { eta: { from: 0.1, to: 2 }, lambda: [0, 1] },
    strategy: 'random',
    runs: 4,
    epochs: 2,
  },
  'floats, grid, optimisers with schedules that warm up': {
    data: dataset('floats'),
    hidden: [5],
    schedule: { kind: 'cosine', warmUp: 2 },
    space: { optimiser: ['sgd', 'momentum', 'adam'], eta: [0.01, 0.1] },
    ...{ strategy: 'grid', epochs: 4 },
  },
  'numbers, halving with dropout': {
    data: dataset('numbers'),
    ...{ hidden: [8], cost: 'quadratic', output: 'linear', optimiser: 'adam' },
    space: { dropout: [0, 0.2, 0.4], eta: { from: 0.001, to: 0.1, log: true } },
    ...{ runs: 6, epochs: 6 },
  },
  'networks of very different size, depth and mini-batch': {
    data: BYTES,
    space: { hidden: [[2], [90, 40, 20], [3, 3]], batch: [1, 7, 500] },
    ...{ strategy: 'grid', epochs: 2, eta: 0.1 },
  },
  'early ends, the best epoch restored, rates that halve': {
    data: BYTES,
    ...{ patience: 2, restoreBest: true, hidden: [4], schedule: { kind: 'halve', patience: 1 } },
    space: { eta: { from: 0.5, to: 8, log: true } },
    ...{ runs: 9, epochs: 18 },
  },
  'gradients in shards': {
    data: BYTES,
    ...{ gradient: 'partial', shards: 3 },
    space: { activation: ['tanh', 'relu'], momentum: [0.5, 0.9] },
    ...{ strategy: 'grid', epochs: 2, optimiser: 'nesterov' },
  },
};

/** Cases of `npm test`; the others take their turn in the long version. */
const USUAL = ['bytes, halving, entries and a range by logarithms'];

describe('the same whatever runs at a time, and each run that came to its end is that of train', () => {
  const check = async (options: SearchOptions & { data: Dataset }): Promise<void> => {
    const one = await searched({ ...options, jobs: 1, workers: 1 });
    const many = await searched({ ...options, jobs: 3 });
    expect(many.runs).toEqual(one.runs);
    expect(lasting(many.result)).toEqual(lasting(one.result));
    const { space, strategy, runs, factor, ...fixed } = options;
    const last = one.result.runs.filter(({ rung }) => rung === one.result.best.rung);
    expect(last.length).toBeGreaterThan(0);
    for (const run of last) {
      const { weightsSha256 } = await trained({ ...fixed, ...optionsOf(run.options), workers: 1 } as TrainOptions & { data: Dataset });
      expect(weightsSha256).toBe(run.weightsSha256);
    }
  };
  const [usual, others] = [true, false].map((is) => Object.entries(CASES).filter(([name]) => USUAL.includes(name) === is));
  it.each(usual)('%s', (_, options) => check(options));
  it.each(others)('%s', { tags: ['slow'] }, (_, options) => check(options));
});

/** Options by their names, of a configuration file. */
const optionsOf = (table: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), value]));

/** Three small runs, one after another. */
const SMALL: SearchOptions = { data: BYTES, hidden: [3], space: { eta: [0.1, 0.2, 0.3] }, strategy: 'grid', epochs: 2, jobs: 1, workers: 1 };
const HALVING: SearchOptions = { data: BYTES, hidden: [3], space: { eta: { from: 0.1, to: 1 } }, runs: 4, factor: 2, epochs: 4, jobs: 1, workers: 1 };

/** What is left in the folder of temporary files. */
const leftOver = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('nabla-search-'));

afterEach(() => {
  vi.restoreAllMocks();
  expect(leftOver()).toEqual([]);
});

describe('what fails', () => {
  it('a run that diverges is last, and the others go on; where all do, that is the error', async () => {
    const wild = { ...SMALL, output: 'linear', cost: 'quadratic', activation: 'relu' } as const;
    const { runs, best } = await search({ ...wild, space: { eta: [1e30, 0.01, 0.02] } });
    // Which of its workers saw it first is not said, nor how the run would go on by itself.
    expect(runs.at(-1)?.failure?.text).toMatch(/^run 1: Diverged in epoch 1: [^(]*$/);
    expect((await search({ ...wild, space: { eta: [1e30, 0.01, 0.02] }, workers: 2 })).runs).toEqual(runs);
    expect(runs.map(({ number, failure }) => [number, failure?.code])).toEqual([
      [best.number, undefined],
      [expect.any(Number), undefined],
      [1, 'DIVERGED'],
    ]);
    await expect(search({ ...wild, space: { eta: [1e30, 1e31] } })).rejects.toMatchObject({
      code: 'DIVERGED',
      message: expect.stringMatching(/^No run of the search has come to a figure\. The first: run 1: /),
    });
  });

  it('of halving, runs that diverge are not kept, and where all of a rung do, the rung before has the best', async () => {
    const rungs: SearchEvent[] = [];
    const wild = { ...HALVING, output: 'linear', cost: 'quadratic', activation: 'relu', space: { eta: [0.01, 1e30, 1e31, 1e32] } } as const;
    const { best } = await search({ ...wild, onEvent: (event) => void (event.event === 'rung' && rungs.push(event)) });
    expect(rungs).toMatchObject([{ kept: [expect.any(Number)] }, { kept: [best.number] }]);
    expect(best.options).toEqual({ eta: 0.01 });
  });

  it('a worker that ends is replaced, and a run whose workers end again and again is told of, not kept, and comes right when the search goes on', () =>
    inFolder(async (folder) => {
      const expected = lasting(await search(HALVING));
      const real = WorkerPool.prototype.runEpoch;
      let calls = 0;
      vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, options) {
        if (++calls === 3) await this.endThread(0);
        return real.call(this, options);
      });
      expect(lasting(await search({ ...HALVING, folder: join(folder, 'once') }))).toEqual(expected);
      // In the evaluation at the end, which is no run's: three runs evaluate twice each, and then the best once more.
      const evaluate = WorkerPool.prototype.evaluate;
      let evaluations = 0;
      vi.spyOn(WorkerPool.prototype, 'evaluate').mockImplementation(async function (this: WorkerPool, options) {
        if (++evaluations === 7) await this.endThread(0);
        return evaluate.call(this, options);
      });
      const { test, ...short } = lasting(await search({ ...SMALL, data: BYTES }));
      expect([evaluations, test?.samples, short.runs.length]).toEqual([8, 20, 3]);
      // The first run is lost for good: three times in a row, twice.
      calls = 0;
      vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, options) {
        if (++calls <= 6) await this.endThread(0);
        return real.call(this, options);
      });
      const told: SearchEvent[] = [];
      const { runs } = await search({ ...HALVING, folder: join(folder, 'often'), onEvent: (event) => void told.push(event) });
      expect(runs.at(-1)).toMatchObject({
        number: 1,
        failure: { code: 'WORKER_LOST', text: expect.stringMatching(/^run 1: Worker 1 of 1 was lost/) },
      });
      expect(readFileSync(join(folder, 'often', 'journal.jsonl'), 'utf8')).not.toContain('failure');
      vi.restoreAllMocks();
      expect(lasting(await search({ resume: join(folder, 'often'), data: BYTES }))).toEqual(expected);
    }));

  it('a disk that is full ends the search, which goes on when there is room', () =>
    inFolder(async (folder) => {
      const kept = join(folder, 'search');
      const expected = lasting(await search(SMALL));
      // Where the third run will write its network is a device that is always full.
      const third = join(kept, 'trials', '0003');
      const part = join(third, 'weights.safetensors.part');
      let isFull = false;
      const fill = (event: SearchEvent): void => {
        if (isFull || event.event !== 'progress' || event.done < 2 || !existsSync(third)) return;
        symlinkSync('/dev/full', part);
        isFull = true;
      };
      const stopped = search({ ...SMALL, folder: kept, onEvent: fill });
      await expect(stopped).rejects.toMatchObject({
        code: 'NOT_SAVED',
        message: expect.stringMatching(/^run 3: .*ENOSPC.* What has ended is kept; the search goes on with: --resume \S*search$/),
      });
      rmSync(third, { recursive: true });
      expect(lasting(await search({ resume: kept, data: BYTES }))).toEqual(expected);
    }));
});

describe('a search that is stopped', () => {
  it.each(['run', 'progress', 'searched'] as const)('by what its listener throws at %s, and is no fault of a run', (at) =>
    inFolder(async (folder) => {
      const kept = join(folder, 'search');
      const onEvent = ({ event }: SearchEvent): void => {
        if (event === at) throw new Error('no more');
      };
      await expect(search({ ...HALVING, folder: kept, onEvent })).rejects.toThrow(/^no more$/);
      const journal = join(kept, 'journal.jsonl');
      if (existsSync(journal)) expect(readFileSync(journal, 'utf8')).not.toContain('failure');
      expect(readdirSync(kept).filter((name) => name.startsWith('lock'))).toEqual([]);
    }),
  );

  it('by a signal goes on to the same with other cores, from wherever it is asked', () =>
    inFolder(async (folder) => {
      const kept = join(folder, 'search');
      const expected = lasting(await search(HALVING));
      for (const stop of [2, 5, 6]) {
        const controller = new AbortController();
        let seen = 0;
        const onEvent = ({ event }: SearchEvent): void => {
          if (event === 'run' && ++seen === stop) controller.abort();
        };
        const given = existsSync(kept) ? { resume: kept, data: BYTES, jobs: stop } : { ...HALVING, folder: kept };
        await expect(search({ ...given, signal: controller.signal, onEvent })).rejects.toMatchObject({
          code: 'INTERRUPTED',
          message: `Stopped. What has ended is kept; the search goes on with: --resume ${kept}`,
        });
      }
      const { runs } = await searched({ resume: kept, data: BYTES, jobs: 2 });
      expect(runs.filter(({ event }) => event === 'run')).toHaveLength(4 + 2 + 1);
      expect(lasting(await search({ resume: kept, data: BYTES }))).toEqual(expected);
      await expect(search({ ...HALVING, folder: kept })).rejects.toThrow(
        /^folder: expected one without a search, .* This one goes on with --resume /,
      );
      await expect(search({ resume: kept, data: dataset('bytes') })).rejects.toThrow(
        /^data: expected the samples that \S+ has looked at, got 'others'/,
      );
    }));

  it('by a time: what has ended till then is compared, and a time in which nothing ends is said to be too short', async () => {
    const long = { ...SMALL, epochs: 100_000 };
    await expect(search({ ...long, forTime: 100 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
      message: expect.stringMatching(/^The time was over/),
    });
    const { runs: few } = await search({ ...SMALL, strategy: 'random', totalEpochs: 4, forTime: 60_000 });
    expect(few).toHaveLength(2);
  });

  it('by a time, tries other settings until then, also of networks that are larger than those before', async () => {
    const controller = new AbortController();
    const told: SearchEvent[] = [];
    const onEvent = (event: SearchEvent): void => {
      if (event.event === 'run' && told.push(event) === 8) controller.abort();
    };
    const sizes = { hidden: { each: [{ from: 2, to: 200 }] } };
    const running = search({
      ...{ data: BYTES, jobs: 2, workers: 1, strategy: 'random', runs: 2, epochs: 1, forTime: 600_000, space: sizes },
      ...{ signal: controller.signal, onEvent },
    });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const settings = told.map((event) => (event.event === 'run' ? (event.options.hidden as number[])[0] : 0));
    expect(told).toMatchObject(settings.map((_, k) => ({ number: k + 1 })));
    expect(new Set(settings).size).toBe(settings.length);
    expect(Math.max(...settings)).toBeGreaterThan(Math.max(...settings.slice(0, 2)));
  });

  it('as an iterator gives the runs in their order and the result; who leaves the loop stops it', () =>
    inFolder(async (folder) => {
      const expected = await searched(HALVING);
      const iterator = searchRuns({ ...HALVING, jobs: 3 });
      const taken: unknown[] = [];
      let next = await iterator.next();
      for (; !next.done; next = await iterator.next()) taken.push({ event: 'run', ...next.value });
      expect(taken).toEqual(expected.runs.filter(({ event }) => event === 'run'));
      expect(lasting(next.value)).toEqual(lasting(expected.result));
      const kept = join(folder, 'search');
      for await (const { number } of searchRuns({ ...HALVING, epochs: 4000, folder: kept })) if (number === 1) break;
      expect(readdirSync(kept).sort()).toEqual(['journal.jsonl', 'search.json', 'trials']);
      await expect(searchRuns({ ...HALVING, space: { eta: [] } }).next()).rejects.toThrow(/^space\.eta: expected at least one choice/);
      await expect(searchRuns({ ...HALVING, signal: AbortSignal.abort() }).next()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    }));
});

describe('a folder that has been damaged', () => {
  it('is gone on with to the same, whatever of its trials and its journal is lost', () =>
    inFolder(async (folder) => {
      const kept = join(folder, 'search');
      const expected = lasting(await search({ ...HALVING, folder: kept }));
      const journal = join(kept, 'journal.jsonl');
      const best = join(kept, 'trials', String(expected.best.number).padStart(4, '0'));
      // One that was trained in the first rung alone.
      const first = join(kept, 'trials', String(expected.runs.at(-1)?.number).padStart(4, '0'));
      const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
      const damages: Record<string, () => void> = {
        'a torn line': () => writeFileSync(journal, lines.join('\n').slice(0, -20)),
        'a line of the first rung': () => writeFileSync(journal, `${lines.slice(1).join('\n')}\n`),
        'lines without sense': () =>
          writeFileSync(journal, `null\n[]\n{"trial":0,"rung":0}\n{"trial":0,"rung":0,"figures":{}}\n\0\xff\n${lines.slice(4).join('\n')}\n`),
        'the journal, and the record of a run': () => [rmSync(journal), writeFileSync(join(best, 'run.json'), '{')],
        'the journal, and the checkpoints of a run': () => [rmSync(journal), rmSync(join(best, 'checkpoints'), { recursive: true })],
        'that runs had ended, for which there was no time': () => {
          rmSync(journal);
          for (const trial of readdirSync(join(kept, 'trials'))) {
            const record = join(kept, 'trials', trial, 'run.json');
            writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), state: 'running', outcome: undefined }));
          }
        },
        'the journal, and a run that its process had just ended': () => {
          rmSync(journal);
          writeFileSync(join(first, 'lock-1'), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, began: '1' }));
        },
        'all trials': () => rmSync(join(kept, 'trials'), { recursive: true }),
        'the options of the best': () => rmSync(join(best, 'config.json')),
        'the weights of the best': () => writeFileSync(join(best, 'weights.safetensors'), 'none'),
      };
      for (const [what, damage] of Object.entries(damages)) {
        damage();
        expect(lasting(await search({ resume: kept, data: BYTES, jobs: 1, workers: 1 })), what).toEqual(expected);
        // What was lost is there again.
        expect(readFileSync(journal, 'utf8').split('\n'), what).toEqual(expect.arrayContaining(lines));
        expect(
          readdirSync(kept, { recursive: true }).filter((path) => /lock-\d+$|\.part$/.test(String(path))),
          what,
        ).toEqual([]);
      }
    }));

  it('is refused where its record is no longer one', () =>
    inFolder(async (folder) => {
      const kept = join(folder, 'search');
      await search({ ...SMALL, space: { eta: [0.1] }, epochs: 1, folder: kept });
      const record = join(kept, 'search.json');
      const text = readFileSync(record, 'utf8');
      const cases: [text: string, says: RegExp][] = [
        ['', /search\.json: this is no JSON: .*an empty file/],
        [text.slice(0, 40), /search\.json: this is no JSON/],
        ['null', /search\.json: expected a search of format 1, got undefined/],
        [text.replace('"format": 1', '"format": 2'), /search\.json: expected a search of format 1, got 2/],
        ['{"format":1}', /search\.json: there is not in it what was looked for/],
        [text.replace('"eta"', '"etta"'), /got 'etta'/],
      ];
      for (const [damaged, says] of cases) {
        writeFileSync(record, damaged);
        expect(await refusal(() => search({ resume: kept, data: BYTES }))).toMatch(says);
      }
      rmSync(record);
      expect(await refusal(() => search({ resume: kept, data: BYTES }))).toMatch(/there is no search in this folder/);
      expect(readdirSync(kept).filter((name) => name.startsWith('lock'))).toEqual([]);
    }));
});

it('keeps the runs of the best, as many as are asked for, and the options that train the best again', () =>
  inFolder(async (folder) => {
    const kept = join(folder, 'search');
    const { runs, bestRun, bestOptions } = await search({ ...HALVING, folder: kept, keep: 2 });
    const names = runs.slice(0, 2).map(({ number }) => String(number).padStart(4, '0'));
    expect(readdirSync(join(kept, 'trials')).sort()).toEqual(names.sort());
    expect([bestRun, bestOptions]).toEqual([join(kept, 'trials', String(runs[0].number).padStart(4, '0')), join(kept, 'best.toml')]);
  }));

describe('a space that cannot be searched is refused before anything is written', () => {
  const bad: [what: string, options: SearchOptions, says: RegExp][] = [
    ['none', { space: undefined }, /^space: expected what to look for/],
    ['an empty one', { space: {} }, /^space: expected at least one option/],
    ['an unknown option', { space: { etta: [1] } as never }, /Did you mean 'eta'/],
    ['an option of the data', { space: { validation: [1, 2] } as never }, /^space: expected options of the network.* got 'validation'/],
    ['a fixed option too', { eta: 0.5 }, /^eta: expected either a value for all runs or some to look among/],
    [
      'epochs beside halving',
      { space: { epochs: [1, 2] }, strategy: 'halving', epochs: undefined },
      /^space\.epochs: expected none with strategy 'halving'/,
    ],
    ['layers that do not fit', { hidden: undefined, space: { layers: [[5, 3, 3]] } }, /^space: .*layers: expected 6 inputs/],
    ['a choice that is no value', { space: { optimiser: ['sgd', 'addam'] } }, /Did you mean 'adam'/],
    ['an end that is no value', { space: { eta: { from: -1, to: 1 } } }, /^space: expected settings that can be trained, got '\{"eta":-1\}'\. eta: /],
    [
      'too many of a grid',
      { space: { eta: { from: 0.1, to: 1, steps: 200 }, lambda: { from: 0, to: 1, steps: 60 } } },
      /^space: expected at most 10000 settings in a grid, got 12000/,
    ],
    ['no validation samples', { data: dataset('bytes', [20, 0, 10]) }, /^validation: expected samples to judge the runs by/],
    ['networks without room', { hidden: undefined, jobs: 1000, space: { hidden: [[16_000_000, 4], [3]] } }, /memory/],
    ['runs beside epochs of all', { strategy: 'random', runs: 3, totalEpochs: 9 }, /^totalEpochs: expected none beside runs/],
    ['epochs that are too few for one', { strategy: 'random', totalEpochs: 1 }, /^totalEpochs: expected at least 2, for one run/],
    ['runs of a grid', { runs: 2 }, /^runs: expected none with strategy 'grid'/],
    ['a factor without rungs', { factor: 2 }, /^factor: expected none with strategy 'grid'/],
    ['a factor near 1', { strategy: 'halving', factor: 1.000_001 }, /^factor: expected a finite number of at least 1\.1/],
    ['a time that no timer has', { strategy: 'random', forTime: 2 ** 31 }, /^forTime: expected a whole number from 1 to 2147483647/],
  ];
  it.each(bad)('%s', (_, options, says) =>
    inFolder(async (folder) => {
      const told: SearchEvent[] = [];
      const kept = join(folder, 'search');
      expect(await refusal(() => search({ ...SMALL, ...options, folder: kept, onEvent: (event) => void told.push(event) }))).toMatch(says);
      expect([existsSync(kept), told]).toEqual([false, []]);
    }),
  );
});
