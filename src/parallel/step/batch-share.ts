// One worker's share of a mini-batch: its shards, its rows, and the rate with which their gradient is applied.

import { rateFactor } from '../../functions/schedules.js';
import { GRADIENTS } from '../modes.js';
import type { SessionOptions } from '../protocol.js';
import { ALONE, partOfOthers, rowsOfRank } from '../ranks/rows.js';
import { partition, type Range, within } from './partition.js';

/**
 * Which rows a worker and its shards have in a mini-batch of m samples, and how its gradient is applied. Rate and decay
 * travel in this object: a fraction that is passed from function to function is boxed, 16 bytes of garbage a step.
 */
export interface BatchShare {
  /** η of the current step, η/m, and what weights are multiplied with, 1 - ηλ/n. */
  eta: number;
  rate: number;
  keep: number;
  /** Number of the step in its run, from 0. */
  t: number;
  readonly m: number;
  readonly rows: Range;
  /** Rows of all workers of this process; of one process alone, the whole mini-batch. */
  readonly ofRank: Range;
  /** My part of the whole mini-batch, whichever process has it. */
  readonly ofAll: Range;
  /** My part of the rows of other processes; none where there is one. */
  readonly others: readonly Range[];
  /** My shards that are not empty, with their numbers. */
  readonly shards: readonly (Range & { readonly shard: number })[];
  /** Shards of all workers that are not empty: always the first ones. */
  readonly filled: number;
}

/** This worker's share of a mini-batch of m samples. */
export function shareOf(options: SessionOptions, m: number, eta: number): BatchShare {
  const { index, workers, shards, gradient, learning, training, ranks = ALONE } = options;
  const whole = GRADIENTS[gradient].travels === 'sums';
  const { rank, size } = ranks;
  // Each rank has whole shards, or all ranks cut their rows into shards.
  const mine = whole ? within(partition(shards, size, rank), workers, index) : partition(shards, workers, index);
  const ofRank = rowsOfRank(m, ranks, whole ? shards : undefined);
  const own: (Range & { shard: number })[] = [];
  for (let shard = mine.begin; shard < mine.end; shard++) {
    const range = whole ? partition(m, shards, shard) : within(ofRank, shards, shard);
    if (range.begin < range.end) own.push({ ...range, shard });
  }
  const rows = { begin: own[0]?.begin ?? 0, end: own[own.length - 1]?.end ?? 0 };
  return {
    m,
    rows,
    ofRank,
    ofAll: partition(m, workers, index),
    others: partOfOthers(m, ofRank, workers, index),
    shards: own,
    filled: Math.min(m, shards),
    eta,
    rate: eta / m,
    keep: 1 - (eta * learning.lambda) / training,
    t: 0,
  };
}

/** Sets η of a step, by the schedule. @param at its number if all epochs had as many steps as this one */
export function setRate(share: BatchShare, { learning, training, batch }: SessionOptions, eta: number, at: number, epochs: number): void {
  share.eta = eta * rateFactor(learning.schedule, at, epochs, Math.ceil(training / batch));
  share.rate = share.eta / share.m;
  share.keep = 1 - (share.eta * learning.lambda) / training;
}
