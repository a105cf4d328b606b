// What all that train several networks have in common: one process, options that a saved network completes, a folder of their own.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { laneCounts } from '#src/experiments/side-by-side.js';
import { crossValidate, search, train, trainMembers, trainSeeds } from '#src/index.js';
import { isTold } from '#src/mpi/agreement.js';
import { countCores } from '#src/system/cores.js';
import { inFolder } from '../support/command.js';
import { smallData } from '../support/insight-data.js';
import { refusal } from '../support/refused.js';

const data = smallData();
const base = { data, layers: [7, 4], epochs: 1, jobs: 1 } as const;
const SPACE = { eta: [0.1, 0.5] };
const ALL: readonly (readonly [what: string, train: (run?: string) => Promise<unknown>])[] = [
  ['seeds', (run) => trainSeeds({ ...base, seeds: 2, ...(run !== undefined && { run }) })],
  ['folds', (run) => crossValidate({ ...base, folds: 2, ...(run !== undefined && { run }) })],
  ['members', (run) => trainMembers({ ...base, members: 2, ...(run !== undefined && { run }) })],
  ['search', (folder) => search({ ...base, space: SPACE, runs: 2, ...(folder !== undefined && { folder }) })],
];

describe.each(ALL)('%s', (what, run) => {
  afterEach(() => vi.unstubAllEnvs());

  it('is for one process: refused where a launcher has started two, and told of by the first alone', async () => {
    vi.stubEnv('OMPI_COMM_WORLD_SIZE', '2');
    for (const rank of [0, 1]) {
      vi.stubEnv('OMPI_COMM_WORLD_RANK', String(rank));
      const error = await run().catch((thrown: unknown) => thrown);
      expect(String(error)).toContain(
        `${what}: expected one process, whose cores train several networks, got '2 that Open MPI's mpirun has started'`,
      );
      expect(isTold(error)).toBe(rank === 1);
    }
  });

  it('takes no folder in which there is something', () =>
    inFolder(async (folder) => {
      const other = join(folder, 'other');
      mkdirSync(join(other, 'seed-1'), { recursive: true });
      writeFileSync(join(other, 'seeds.json'), '{}');
      await refusal(() => run(other));
      expect(readdirSync(other).sort()).toEqual(['seed-1', 'seeds.json']);
      expect(readdirSync(join(other, 'seed-1'))).toEqual([]);
    }));
});

describe('a search from a saved network', () => {
  it('has room for its layers, and refuses others before anything is written', () =>
    inFolder(async (folder) => {
      const from = join(folder, 'from');
      await train({ data, layers: [7, 300, 4], epochs: 1, workers: 1, run: from });
      const found = await search({ data, from, space: SPACE, runs: 2, epochs: 1 });
      expect(found.runs.map(({ failure }) => failure)).toEqual([undefined, undefined]);
      const place = join(folder, 'search');
      const says = await refusal(() =>
        search({
          data,
          from,
          space: {
            layers: [
              [7, 5, 4],
              [7, 6, 4],
            ],
          },
          runs: 2,
          epochs: 1,
          folder: place,
        }),
      );
      expect(says).toContain('layers: expected [7, 300, 4], as in');
      expect(readdirSync(folder)).toEqual(['from']);
    }));
});

it('there are as many lanes as cores, and more threads in each where runs are fewer', () => {
  const cores = countCores().usable;
  expect(laneCounts(100, {})).toEqual({ lanes: cores, workers: 1 });
  expect(laneCounts(1, {})).toEqual({ lanes: 1, workers: cores });
  expect(laneCounts(100, { jobs: 3 })).toEqual({ lanes: 3, workers: Math.max(1, Math.floor(cores / 3)) });
  expect(laneCounts(100, { workers: 2 })).toEqual({ lanes: Math.max(1, Math.floor(cores / 2)), workers: 2 });
  expect(laneCounts(2, { jobs: 8, workers: 1 })).toEqual({ lanes: 2, workers: 1 });
});
