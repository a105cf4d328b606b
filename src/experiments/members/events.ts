// The events of several networks that are trained to be averaged. But for progress they are the lines of `--format json`; their order and
// what they hold hang neither on the clock nor on the number of cores, but in `averaged`, the last.

import type { Split } from '../../data/dataset.js';
import type { CurvePoint, Goodness } from '../../inference/contributions.js';
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

/** By how much an average is better with a member than without it: a mean over samples, of right answers or of less cost. */
export interface Addition {
  readonly mean: number;
  /** Where it lies with 95 % confidence; null where nothing is known of the spread. */
  readonly interval: readonly [number, number] | null;
  /** How likely one so far from 0 is by luck alone: McNemar's of answers, Student's of costs; null where that cannot be said. */
  readonly p: number | null;
}

export interface MemberAddition {
  /** What the member comes to by itself, and the average of the others. */
  readonly alone: Goodness;
  readonly without: Goodness;
  /** Samples that the average has right with it and wrong without it, and the other way round. */
  readonly gained: number;
  readonly lost: number;
  /** Null where targets are numbers. */
  readonly accuracy: Addition | null;
  readonly cost: Addition;
}

/** What members add to their average, on the samples of a split. */
export interface SplitAdditions {
  readonly split: Split;
  readonly samples: number;
  readonly average: Goodness;
  readonly members: readonly MemberAddition[];
  /** Of the average of one, two … of them. */
  readonly curve: readonly CurvePoint[];
  /** Share of the samples for which two of them name different classes, [K][K]; null where targets are numbers. */
  readonly disagreement: readonly (readonly number[])[] | null;
}

/** A run as a member of an average, with what its network comes to on the samples of that. */
export interface AveragedRun extends AveragedFigures {
  /** From 1. */
  readonly number: number;
  /** As it was named. */
  readonly name: string;
  /** Sizes of its layers. */
  readonly network: readonly number[];
  readonly weightsSha256: string;
}

/** Runs that were trained apart and are averaged. */
export interface AveragedRuns {
  /** The samples that all was measured on. */
  readonly data: string;
  readonly members: readonly AveragedRun[];
  /** The mean of the members' figures. */
  readonly mean: AveragedFigures;
  /** Those of the mean of their outputs. */
  readonly average: AveragedFigures & { readonly weightsSha256: string };
  /** What each of them adds: on the samples for validation and for the test, as far as there are some. */
  readonly additions: readonly SplitAdditions[];
  /** What is to be known of these figures. */
  readonly warnings: readonly string[];
  /** Folder of the average, if it is kept. */
  readonly run?: string;
}
