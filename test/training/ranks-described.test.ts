// The processes of a run as its first event has them: by host, in the order of the first ranks, with the workers that each rank has said.

import { expect, test } from 'vitest';
import { ranksOf } from '#src/training/ranks/describe.js';

const worldOf = (hosts: readonly string[], name: string) => ({
  size: hosts.length,
  hosts,
  library: { path: 'libmpi.so', family: 'openmpi' as const, name },
});

test('ranks that are dealt out by turns are counted by host', () => {
  const said = [{ workers: 2 }, { workers: 1 }, { workers: 2 }, { workers: 3 }, { workers: 2 }];
  expect(ranksOf(worldOf(['b', 'a', 'b', 'a', 'b'], 'Open MPI 4.1.4'), said)).toEqual({
    size: 5,
    hosts: [
      { name: 'b', ranks: 3, workers: 6 },
      { name: 'a', ranks: 2, workers: 4 },
    ],
    mpi: 'Open MPI 4.1.4',
  });
});
