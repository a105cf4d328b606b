// What a page and the thread that has its run say to each other. All that the page hears comes over one port, in one order: the last event is
// there before the result.

import { asError, type ErrorCode, NablaError } from '../errors.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { TrainEvent } from '../options/events.js';
import type { Ended } from '../training/ending.js';
import type { PageOptions } from './page-options.js';

/** From the page. */
export type Order =
  | { readonly order: 'train'; readonly options: PageOptions; readonly showing?: Showing }
  /** After the current step; or after the current epoch, with a result. */
  | { readonly order: 'stop'; readonly when: 'now' | 'epoch' };

/** To the page. */
export type News =
  | { readonly news: 'event'; readonly event: TrainEvent }
  | { readonly news: 'network'; readonly now: NetworkNow }
  | { readonly news: 'ended'; readonly ended: Ended }
  | { readonly news: 'failed'; readonly failure: Failure };

/** For a page that shows the network itself while it is trained. */
export interface Showing {
  /** By which it has the right of way over the workers (parallel/right-of-way.ts). */
  readonly way?: Int32Array;
  /** [P] in the book's order, that the run begins with. Default: they are drawn. */
  readonly from?: Float32Array;
}

/** The network of a run under way: before the first step, after each epoch and some times in between, and where it was stopped. */
export interface NetworkNow {
  readonly network: NetworkSpecification;
  /** [P] in the book's order: a copy. */
  readonly parameters: Float32Array;
  /** Whole epochs that it was trained for in this run. */
  readonly epoch: number;
}

/** An error as plain data. */
export interface Failure {
  readonly kind: 'TypeError' | 'RangeError' | 'Error';
  readonly code?: ErrorCode;
  readonly message: string;
}

export function failureOf(thrown: unknown): Failure {
  const error = asError(thrown);
  const { message } = error;
  if (error instanceof NablaError) return { kind: 'Error', code: error.code, message };
  return { kind: error instanceof TypeError ? 'TypeError' : error instanceof RangeError ? 'RangeError' : 'Error', message };
}

export function errorOf({ kind, code, message }: Failure): Error {
  if (code !== undefined) return new NablaError(code, message);
  return new { TypeError, RangeError, Error }[kind](message);
}
