// The binary tree that the gradients of a mini-batch's shards are added up in. It hangs on the shards alone, never on who has them, so the
// bits of the sum do not either: with eight shards
//
//   ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7))
//
// A sum lies where its first shard's does. Shards without samples are always the last ones; nothing is added for them.

import { partition, type Range } from './partition.js';

/** The sum of shards from…from + span is added to that of to…from, of as many shards. */
export interface Addition {
  readonly to: number;
  readonly from: number;
  readonly span: number;
}

/** All additions of a mini-batch whose first `filled` shards have samples, in an order in which they can be done. */
function additionsOf(filled: number): Addition[] {
  const list: Addition[] = [];
  for (let span = 1; span < filled; span *= 2) {
    for (let to = 0; to + span < filled; to += 2 * span) list.push({ to, from: to + span, span });
  }
  return list;
}

/** Which of the additions a rank can do by itself, because it has all of their shards, and which no rank can. */
export function shareAdditions(filled: number, shards: number, { rank, size }: { rank: number; size: number }) {
  const ranges = Array.from({ length: size }, (_, r) => partition(shards, size, r));
  const has = ({ begin, end }: Range, { to, span }: Addition): boolean => begin <= to && to + 2 * span <= end;
  const all = additionsOf(filled);
  return {
    own: all.filter((addition) => has(ranges[rank], addition)),
    across: all.filter((addition) => !ranges.some((range) => has(range, addition))),
  };
}

/** The largest parts of the tree that lie in a range of shards, by their first ones: what a rank's additions leave of its shards. */
export function subtreesOf({ begin, end }: Range): number[] {
  const firsts: number[] = [];
  let span: number;
  for (let first = begin; first < end; first += span) {
    firsts.push(first);
    span = 1;
    while (first % (2 * span) === 0 && first + 2 * span <= end) span *= 2;
  }
  return firsts;
}
