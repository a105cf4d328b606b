// How a mini-batch is cut among ranks: each has a range of its rows, and its workers share that. One rank has all of them.

import { partition, type Range } from '../step/partition.js';

/** The place of this process among those of a run, as a step sees it. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/** Of a process that shares its run with no other. */
export const ALONE: Place = { rank: 0, size: 1 };

/**
 * Rows of a mini-batch of m samples that a rank has.
 * @param shards where a rank has whole ones: those that the mini-batch is cut into, whatever the number of ranks
 */
export function rowsOfRank(m: number, { rank, size }: Place, shards?: number): Range {
  if (shards === undefined) return partition(m, size, rank);
  const { begin, end } = partition(shards, size, rank);
  return { begin: partition(m, shards, begin).begin, end: partition(m, shards, end - 1).end };
}

/** The same of all ranks, in order. */
export function rowsOfRanks(m: number, size: number, shards?: number): Range[] {
  return Array.from({ length: size }, (_, rank) => rowsOfRank(m, { rank, size }, shards));
}

/** Bytes of a rank's rows of a matrix up to which they travel with others: copying them costs less than an exchange of their own. */
const SHORT = 8192;

/** Whether the rows of a matrix of m rows of so many floats travel by themselves; by the largest part, so that all come to the same. */
export function travelsAlone(m: number, floats: number, size: number): boolean {
  return Math.ceil(m / size) * floats * 4 > SHORT;
}

/** Part `index` of the rows outside of a range, cut into `parts`: at most two ranges, in order. */
export function partOfOthers(m: number, mine: Range, parts: number, index: number): Range[] {
  const { begin, end } = partition(m - (mine.end - mine.begin), parts, index);
  const gap = mine.end - mine.begin;
  const before = { begin, end: Math.min(end, mine.begin) };
  const after = { begin: Math.max(begin, mine.begin) + gap, end: end + gap };
  return [before, after].filter((range) => range.begin < range.end);
}
