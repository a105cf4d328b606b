// The events that a search reports to its listener. But for progress they are the lines of `--format json`, and their order and what they
// hold hang neither on the clock nor on the number of cores; what does, `searched` alone has.

import type { ConfigTable } from '../../options/config-writer.js';
import type { Figure, TestFigures } from '../../options/events.js';
import type { Importance } from './importance.js';
import type { Rung, Strategy } from './plan.js';
import type { TrialFailure, TrialFigures } from './trial.js';

export interface SearchStartEvent {
  readonly event: 'search';
  readonly strategy: Strategy;
  /** What is looked for: 'eta', 'layers[1]'. */
  readonly parameters: readonly string[];
  readonly rungs: readonly Rung[];
  readonly seed: number;
  /** The figure that runs are compared by. */
  readonly by: Figure;
  readonly data: string;
  /** Training, validation and test samples. */
  readonly samples: readonly [number, number, number];
  readonly warnings: readonly string[];
  /** Folder of the search, if it is kept. */
  readonly folder?: string;
}

/** What is known of a search before anything is trained. */
export type SearchFacts = Omit<SearchStartEvent, 'event' | 'folder'>;

/** A run that has come to the end of a rung. */
interface SearchRunEvent extends Partial<TrialFigures> {
  readonly event: 'run';
  /** From 1. */
  readonly number: number;
  /** From 1. */
  readonly rung: number;
  /** What is looked for, as options of a configuration file. */
  readonly options: ConfigTable;
  /** Why it has no figures, where it has none. */
  readonly failure?: TrialFailure;
}

/** The end of a rung: the runs that go on, the best first. */
interface RungEvent {
  readonly event: 'rung';
  readonly rung: number;
  readonly epochs: number;
  readonly kept: readonly number[];
}

export interface SearchProgressEvent {
  readonly event: 'progress';
  /** Runs of the rung that have ended, and how many it has. */
  readonly done: number;
  readonly of: number;
  readonly rung: number;
  readonly rungs: number;
  /** Of all epochs of the search, those that are done. */
  readonly share: number;
}

export interface SearchDoneEvent extends SearchResult {
  readonly event: 'searched';
}

export type SearchEvent = SearchStartEvent | SearchRunEvent | RungEvent | SearchProgressEvent | SearchDoneEvent;

/** A run of a search, as far as it came. */
export type SearchRun = Omit<SearchRunEvent, 'event'>;

export interface SearchResult {
  /** All runs, the best first; those without figures last. */
  readonly runs: readonly SearchRun[];
  readonly best: SearchRun;
  readonly by: Figure;
  /** What the best network reaches on the test samples, which nothing else of the search has seen; absent where there are none. */
  readonly test?: SearchTest;
  /** What each parameter explains of it, the most important first; none where the runs are too few. */
  readonly importance: readonly Importance[];
  /** Threads in all, and runs at a time, at the most. */
  readonly workers: number;
  readonly jobs: number;
  readonly seconds: number;
  /** Folder of the search, the run of the best, and the options that train it again; absent where nothing is kept. */
  readonly folder?: string;
  readonly bestRun?: string;
  readonly bestOptions?: string;
}

/** How a search ended, as its folder keeps it. */
export type SearchEnd = Pick<SearchResult, 'test' | 'workers' | 'jobs' | 'seconds'>;

export interface SearchTest {
  readonly samples: number;
  readonly cost: number;
  readonly accuracy: number | null;
  readonly figures?: TestFigures;
}
