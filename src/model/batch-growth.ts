// Mini-batches that grow from epoch to epoch: '20,2,1280', every 20 epochs twice as large, up to 1,280 samples. Instead of an η that
// falls, or beside it: the noise of a step goes with η/m, and larger mini-batches are fewer steps, which more workers share (S. L. Smith,
// P.-J. Kindermans, C. Ying and Q. V. Le, Don't decay the learning rate, increase the batch size, ICLR 2018). A function of the epoch
// alone, so that every worker and every run that goes on comes to the same.

import { checkInteger, checkNumber } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { power } from '../functions/schedules.js';

interface BatchGrowth {
  /** After every so many epochs a mini-batch is multiplied with `factor`. */
  readonly every: number;
  readonly factor: number;
  /** The most samples that it becomes. Default: all. */
  readonly most?: number;
}

const EXPECTED = "epochs, a factor and, if you like, the most samples, such as '20,2' or '20,2,1280'";

/** What a text says. @throws {TypeError | RangeError} */
export function batchGrowthOf(text: unknown): BatchGrowth {
  if (typeof text !== 'string') throw wrongKind('growBatch', EXPECTED, text);
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (parts.length < 2 || parts.length > 3 || parts.some(Number.isNaN)) throw wrongValue('growBatch', EXPECTED, text);
  const [every, factor, most] = parts;
  return {
    every: checkInteger('epochs of growBatch', every, 1),
    factor: checkNumber('factor of growBatch', factor, 1, true),
    ...(most !== undefined && { most: checkInteger('most samples of growBatch', most, 1) }),
  };
}

/** The same as text, always written in one way. */
export function batchGrowthText({ every, factor, most }: BatchGrowth): string {
  return [every, factor, ...(most === undefined ? [] : [most])].join();
}

interface Batches {
  /** Samples per step in the first epoch. */
  readonly batch: number;
  readonly learning: { readonly growBatch?: string };
}

/**
 * Samples per step in each epoch, from 1.
 * @param training n: no mini-batch has more
 */
export function batchesOf({ batch, learning: { growBatch } }: Batches, training: number): (epoch: number) => number {
  if (growBatch === undefined) return () => batch;
  const { every, factor, most = training } = batchGrowthOf(growBatch);
  // What is at most the first one leaves it as it is.
  const largest = Math.max(batch, Math.min(most, training));
  return (epoch) => Math.min(largest, Math.round(batch * power(factor, Math.floor((epoch - 1) / every))));
}
