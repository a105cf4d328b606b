// The processes of a run in words: as few as 64 ranks on 8 hosts leave room for, true where hosts differ; and read back from a record,
// whatever that holds.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namesRanks, type RankHost, ranksText, readRanks } from '#src/options/ranks.js';

const host = (name: string, ranks: number, workers: number): RankHost => ({ name, ranks, workers });
const textOf = (...hosts: RankHost[]): string => ranksText({ size: hosts.reduce((sum, { ranks }) => sum + ranks, 0), hosts, mpi: '' });
const EIGHT = Array.from({ length: 8 }, (_, i) => host(`node${i + 1}.cluster.example.org`, 8, 16));

it.each<[string, RankHost[]]>([
  ['2 ranks × 1 worker on host a', [host('a', 2, 2)]],
  ['1 rank × 4 workers on host a', [host('a', 1, 4)]],
  // Bound by their launcher, the ranks of a host may have different numbers of workers.
  ['2 ranks with 3 workers on host a', [host('a', 2, 3)]],
  ['4 ranks × 1 worker on 2 hosts (a and b)', [host('a', 2, 2), host('b', 2, 2)]],
  ['64 ranks × 2 workers on 8 hosts (node1, node2, node3 and 5 more)', EIGHT],
  ['3 ranks with 4 workers on 2 hosts (a: 2 ranks × 1 worker; b: 1 rank × 2 workers)', [host('a', 2, 2), host('b', 1, 2)]],
  [
    '68 ranks with 136 workers on 9 hosts (node1, node2, node3 and 5 more: 8 ranks × 2 workers each; last: 4 ranks × 2 workers)',
    [...EIGHT, host('last', 4, 8)],
  ],
  // Names that are the same without their domains, and addresses, stay whole.
  ['2 ranks × 1 worker on 2 hosts (a.x and a.y)', [host('a.x', 1, 1), host('a.y', 1, 1)]],
  ['2 ranks × 1 worker on 2 hosts (10.0.0.1 and 10.0.0.2)', [host('10.0.0.1', 1, 1), host('10.0.0.2', 1, 1)]],
  ['2 ranks × 1 worker on host a?[2Jb', [host('a\x1b[2Jb', 2, 2)]],
])('%s', (text, hosts) => {
  expect(textOf(...hosts)).toBe(text);
  expect(namesRanks(text)).toBe(true);
});

it('names no ranks where there are only workers', () => expect(['2 workers', '1 worker', ''].map(namesRanks)).toEqual([false, false, false]));

it('is never longer than some lines, however many hosts there are and however they differ', () => {
  const hosts = fc.array(
    fc.record({ name: fc.string({ maxLength: 255 }), ranks: fc.integer({ min: 1, max: 256 }), workers: fc.integer({ min: 1, max: 4096 }) }),
    {
      minLength: 1,
      maxLength: 300,
    },
  );
  fc.assert(fc.property(hosts, (all) => void expect(textOf(...all).length).toBeLessThan(520)));
});

it('comes back from a record, and is nothing where that holds something else', () => {
  const ranks = { size: 64, hosts: EIGHT, mpi: 'MPICH 4.0.2' };
  expect(readRanks(JSON.parse(JSON.stringify(ranks)))).toEqual(ranks);
  for (const other of [undefined, null, 2, {}, { ...ranks, size: '2' }, { ...ranks, hosts: [] }, { ...ranks, hosts: [null] }, { ...ranks, mpi: 1 }])
    expect(readRanks(other)).toBeUndefined();
  fc.assert(fc.property(fc.jsonValue(), (value) => void expect(() => readRanks(value)).not.toThrow()));
});
