// The events of a training with several seeds. But for progress and reading they are the lines of `--format json`, in the order of the
// seeds; what hangs on the clock, `trained` alone has.

import type { ReadingEvent } from '../../options/events.js';
import type { OfTheNetwork, SeveralFacts } from '../several-events.js';
import type { Spread } from '../statistics/spread.js';
import type { FigureName } from './figures.js';

export interface SeedsStartEvent extends SeveralFacts {
  readonly event: 'seeds';
  readonly seeds: readonly number[];
  /** By which the samples were drawn that all of them have; absent where a program has split them. */
  readonly splitSeed?: number;
  /** Folder of the runs, if they are kept. */
  readonly folder?: string;
}

/** The run of one seed: its figures, or why it has none. */
export interface SeedRun extends Partial<OfTheNetwork> {
  readonly seed: number;
  readonly failure?: { readonly code: string; readonly text: string };
}

interface SeedRunEvent extends SeedRun {
  readonly event: 'run';
}

export interface SeedsProgressEvent {
  readonly event: 'progress';
  /** Runs that have ended, of how many, and the share of the work that is done. */
  readonly done: number;
  readonly of: number;
  readonly share: number;
}

/** A figure over the seeds that have it. */
export interface FigureSpread extends Spread {
  readonly figure: FigureName;
}

export interface SeedsResult {
  /** In the order of the seeds. */
  readonly runs: readonly SeedRun[];
  /** The one that the runs are judged by comes first. */
  readonly figures: readonly FigureSpread[];
  /** Threads in all, and runs at a time, at the most. */
  readonly workers: number;
  readonly jobs: number;
  readonly seconds: number;
  readonly folder?: string;
}

export interface SeedsDoneEvent extends SeedsResult {
  readonly event: 'trained';
}

export type SeedsEvent = SeedsStartEvent | SeedRunEvent | SeedsProgressEvent | SeedsDoneEvent | ReadingEvent;
