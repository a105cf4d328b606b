// The events of several networks that are trained to be averaged. But for progress they are the lines of `--format json`; their order and
// what they hold hang neither on the clock nor on the number of cores, but in `averaged`, the last.

import type { TestFigures } from '../../options/events.js';
import type { OfTheNetwork, SeveralFacts } from '../several-events.js';

export interface MembersStartEvent extends SeveralFacts {
  readonly event: 'members';
  readonly members: number;
  /** Of the first; the others have the next ones. */
  readonly seed: number;
  /** Folder of the ensemble, if it is kept. */
  readonly run?: string;
}

/** What a member has come to; nothing of it hangs on the clock. */
export interface Member extends Omit<OfTheNetwork, 'best'> {
  /** From 1. */
  readonly number: number;
  readonly seed: number;
}

interface MemberEvent extends Member {
  readonly event: 'member';
}

export interface MembersProgressEvent {
  readonly event: 'progress';
  /** Members that have ended, and how many there are. */
  readonly done: number;
  readonly of: number;
  /** Of all epochs, those that are trained. */
  readonly share: number;
}

/** What an average, or a mean of figures, comes to; null where there are no such samples, or for what it has no meaning. */
export interface AveragedFigures {
  readonly validationCost: number | null;
  readonly validationAccuracy: number | null;
  readonly testCost: number | null;
  readonly testAccuracy: number | null;
  readonly testFigures?: TestFigures;
}

export interface MembersFigures {
  readonly members: readonly Member[];
  /** The mean of the members' figures. */
  readonly mean: AveragedFigures;
  /** Those of the mean of their outputs: what the ensemble as one model comes to. */
  readonly average: AveragedFigures & { readonly weightsSha256: string };
  /** Runs at a time, and threads in all. */
  readonly jobs: number;
  readonly workers: number;
  readonly seconds: number;
  /** Folder of the ensemble, if it is kept. */
  readonly run?: string;
}

export interface MembersDoneEvent extends MembersFigures {
  readonly event: 'averaged';
}

export type MembersEvent = MembersStartEvent | MemberEvent | MembersProgressEvent | MembersDoneEvent;
