// What the events of several runs over the same samples have in common: what is trained on what, and what a run of them has come to.

import type { DoneEvent } from '../options/events.js';

/** The network and the samples of all runs. */
export interface SeveralFacts {
  readonly network: readonly number[];
  readonly epochs: number;
  readonly data: string;
  /** Training, validation and test samples, the same for all. */
  readonly samples: readonly [number, number, number];
  readonly warnings: readonly string[];
}

/** What one run has come to; nothing of it hangs on the clock. */
export type OfTheNetwork = Pick<
  DoneEvent,
  | 'epochs'
  | 'trainingCost'
  | 'validationCost'
  | 'validationAccuracy'
  | 'testCost'
  | 'testAccuracy'
  | 'testFigures'
  | 'best'
  | 'restored'
  | 'nothingLearnt'
  | 'stopped'
  | 'weightsSha256'
  | 'run'
>;
