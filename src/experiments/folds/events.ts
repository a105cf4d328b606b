// The events that a cross-validation reports to its listener, and its result. But for progress they are the lines of `--format json`, in the order of
// the folds; nothing of them hangs on the clock or on the number of cores, but the last one.

import type { FoldFigures, MetricName, Spread } from './metrics.js';

/** How samples were dealt out: classes in proportion, groups as a whole. */
interface FoldKind {
  readonly stratified: boolean;
  /** Groups that there are; absent where samples stand each for itself. */
  readonly groups?: number;
}

export interface FoldsStartEvent extends FoldKind {
  readonly event: 'folds';
  readonly folds: number;
  readonly seed: number;
  readonly data: string;
  /** Samples in all folds together. */
  readonly samples: number;
  /** Samples of each fold. */
  readonly sizes: readonly number[];
  /** Samples for the test, which no network sees and nothing looks at. */
  readonly testSamples: number;
  /** Sizes of the layers; of the first fold's network, where words in columns make them differ. */
  readonly network: readonly number[];
  readonly epochs: number;
  readonly warnings: readonly string[];
  /** Folder of the runs, if they are kept. */
  readonly run?: string;
}

/** What came of a fold: the figures of a network on it, trained on all others. */
export interface FoldResult {
  /** From 1. */
  readonly fold: number;
  /** Of the fold. */
  readonly samples: number;
  readonly trainingSamples: number;
  /** Epochs trained; absent where it has failed. */
  readonly epochs?: number;
  readonly figures: FoldFigures;
  readonly weightsSha256?: string;
  /** Why the run ended before its last epoch, if it did. */
  readonly stopped?: string;
  /** Where its network is no better than an answer that looks at no input. */
  readonly nothingLearnt?: string;
  readonly run?: string;
  /** Why it has no figures, where it has none. */
  readonly failure?: { readonly code: string; readonly text: string };
}

export interface FoldEvent extends FoldResult {
  readonly event: 'fold';
}

export interface FoldsProgressEvent {
  readonly event: 'progress';
  /** Folds that have ended. */
  readonly done: number;
  readonly of: number;
  /** Of the work of all. */
  readonly share: number;
}

export interface FoldsDoneEvent extends Omit<CrossValidation, 'outOfFold'> {
  readonly event: 'cross-validated';
}

export type FoldsEvent = FoldsStartEvent | FoldEvent | FoldsProgressEvent | FoldsDoneEvent;

export interface CrossValidation {
  readonly folds: readonly FoldResult[];
  /** Of each figure over the folds that have it. */
  readonly metrics: Readonly<Partial<Record<MetricName, Spread>>>;
  /** Where it was asked for. */
  readonly outOfFold?: OutOfFold;
  /** Runs at a time, and threads in all, at the most. */
  readonly jobs: number;
  readonly workers: number;
  readonly seconds: number;
}

/**
 * What networks say of samples that they have not seen, in the order of the source. S samples, O outputs: one for each class, or numbers
 * in their own units.
 */
export interface OutOfFold {
  /** [S] numbers of rows, or of samples for training and then for validation, from 1. */
  readonly rows: Uint32Array;
  /** [S] from 1; 0 where the fold's run has failed. */
  readonly folds: Uint16Array;
  /** [S][O], a^L; NaN where the fold's run has failed. */
  readonly outputs: Float32Array;
  /** [S][O] for classes: what the outputs are read as; see Prediction. */
  readonly probabilities?: Float32Array;
  /** [S] the classes that samples are of. */
  readonly labels?: Uint16Array;
  /** [S][O] or the numbers that they have. */
  readonly targets?: Float32Array;
  readonly classNames?: readonly string[];
  /** What the numbers are called, where they have names. */
  readonly outputNames?: readonly string[];
}
