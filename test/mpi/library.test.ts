// What stands before a call of an MPI library: counts that it could not take are refused, a library is told from one of the other kind, and
// no wait is without an end. The libraries are loaded in a process of their own, and not initialised there.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Collectives, Parts } from '#src/mpi/collectives.js';
import { Deadline, newWatch } from '#src/mpi/deadline.js';
import { libraryName, type MpiCalls } from '#src/mpi/library.js';
import { FAMILIES, needsMpi } from '../support/mpirun.js';

describe('parts of a buffer', () => {
  const address = { address: () => 64 };

  test.each([[-1], [0.5], [2 ** 31], [Number.NaN], [Number.POSITIVE_INFINITY]])('a count of %f is refused, and so is such a place', (count) => {
    const says = new RangeError(`A part of ${count} elements cannot travel at once.`);
    expect(() => new Parts(address, [3, count], [0, 3])).toThrow(says);
    expect(() => new Parts(address, [3, 3], [0, count])).toThrow(says);
  });

  test('counts up to the largest of 32 bits are taken, nothing among them', () => {
    const parts = new Parts(address, [0, 2 ** 31 - 1], [2 ** 31 - 1, 0]);
    expect([0, 1].map((rank) => parts.countOf(rank))).toEqual([0, 2 ** 31 - 1]);
  });
});

test.each([
  ['MPICH Version:\t4.0.2\nMPICH Release date: …', 'MPICH 4.0.2'],
  ['MPICH Version:4.1', 'MPICH 4.1'],
  ['Open MPI v5.0.3, package: Debian', 'Open MPI 5.0.3'],
  ['Intel(R) MPI Library 2021.11 for Linux* OS\n\0', 'Intel(R) MPI Library 2021.11 for Linux* OS'],
])('%j is %s', (text, name) => expect(libraryName(text)).toBe(name));

describe('exchanges', () => {
  /** A library of which every exchange is done at a certain test. */
  function library(doneAt: number) {
    const posted: number[] = [];
    const tested: [count: number, requests: number][] = [];
    const watch = newWatch();
    const deadline = new Deadline(watch, 1000);
    const watched = (): boolean => new Int32Array(watch)[0] !== 0;
    const inCalls: boolean[] = [];
    const note = <T>(result: T): T => {
      inCalls.push(watched());
      return result;
    };
    const calls = {
      requestBytes: 8,
      address: () => 1000,
      iallgatherv: (...[, , , , request]: [unknown, unknown, unknown, unknown, number]) => note(posted.push(request)),
      ibcast: (...[, , , request]: [unknown, unknown, unknown, number]) => note(posted.push(request)),
      testAll: (count: number, requests: number) => note(tested.push([count, requests]) >= doneAt),
    };
    const collectives = new Collectives(calls as unknown as MpiCalls, deadline, 2);
    return { collectives, posted, tested, watched, inCalls, deadline };
  }
  const parts = new Parts({ address: () => 64 }, [1, 1], [0, 1]);
  const what = (): string => 'for nobody';

  test('each has a request of its own, they are tested together, and all calls are watched, but not the time between them', () => {
    const { collectives, posted, tested, watched, inCalls } = library(3);
    collectives.post('floats', 0, parts);
    collectives.postFromFirst('bytes', 0, 4);
    expect([posted, watched()]).toEqual([[1000, 1008], false]);
    collectives.finish(1000, what);
    expect([tested, watched()]).toEqual([Array.from({ length: 3 }, () => [2, 1000]), false]);
    expect(inCalls).toEqual(Array.from({ length: 5 }, () => true));
    // Nothing is under way: nothing is asked.
    expect(collectives.test()).toBe(true);
    expect(tested).toHaveLength(3);
  });

  test('more than there is room for are refused', () => {
    const { collectives } = library(1);
    collectives.post('floats', 0, parts);
    collectives.post('floats', 0, parts);
    expect(() => collectives.post('floats', 0, parts)).toThrow('More than 2 exchanges at once.');
  });

  test('one that is never done ends with RANK_LOST at its limit, on both kinds of threads, and the process is to end soon', async () => {
    const lost = expect.objectContaining({
      code: 'RANK_LOST',
      message: expect.stringMatching(/^Waited 0\.03 s for nobody: a process, its host or the network/),
    });
    const { collectives, watched, deadline } = library(Number.POSITIVE_INFINITY);
    collectives.post('floats', 0, parts);
    expect(() => collectives.finish(30, what)).toThrow(lost);
    await expect(collectives.finished(30, what)).rejects.toEqual(lost);
    expect([watched(), deadline.hasGivenUp]).toEqual([true, true]);
  });

  test('one that takes a while is waited for', async () => {
    const { collectives, watched } = library(60);
    collectives.post('floats', 0, parts);
    await collectives.finished(60_000, what);
    expect(watched()).toBe(false);
  });
});

/** What a script prints as JSON, run where nabla's modules are found. */
function inProcess(script: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('a library', () => {
  test('is told from one of the other kind, and from what is none', { ...needsMpi('openmpi'), ...needsMpi('mpich') }, () => {
    const script = `import { findMpi } from '#src/mpi/library.js';
      const found = ['openmpi', 'mpich'].map((family) => findMpi(family));
      const crossed = [findMpi('openmpi', found[1].path), findMpi('mpich', found[0].path), findMpi('mpich', 'libm.so.6'), findMpi('mpich', '/nowhere')];
      console.log(JSON.stringify([...found, ...crossed]));`;
    expect(inProcess(script)).toEqual([
      { path: expect.stringContaining('libmpi.so'), family: 'openmpi', name: expect.stringMatching(/^Open MPI/) },
      { path: expect.stringMatching(/mpich|libmpi/), family: 'mpich', name: expect.stringMatching(/^MPICH/) },
      { refused: 'it is MPICH, and the launcher needs Open MPI' },
      { refused: 'it is Open MPI, and the launcher needs MPICH' },
      { refused: expect.stringMatching(/^it cannot be used \(.*MPI_Get_library_version/) },
      { refused: expect.stringMatching(/^it cannot be used \(/) },
    ]);
  });

  for (const family of FAMILIES) {
    // A call before MPI_Init would end the process.
    test(`is not called with counts that it could not take, ${family}`, needsMpi(family), () => {
      const script = `import { bindMpi, findMpi } from '#src/mpi/library.js';
        const calls = bindMpi(findMpi('${family}'));
        const refusal = (call) => { try { call(); } catch (error) { return error.message; } };
        const counts = [-1, 2 ** 31, 1.5, NaN];
        console.log(JSON.stringify([
          calls.isInitialised,
          ...counts.map((count) => refusal(() => calls.ibcast('floats', 0, count, 0))),
          ...counts.map((count) => refusal(() => calls.testAll(count, 0))),
        ]));`;
      const counts = ['-1', '2147483648', '1.5', 'NaN'];
      const refused = (name: string): string[] => counts.map((count) => `${name} was to move ${count} elements at once.`);
      expect(inProcess(script)).toEqual([false, ...refused('MPI_Ibcast'), ...refused('MPI_Testall')]);
    });
  }
});
