// Which trial of a search is better than which: by what they have come to on the validation samples, of equal ones by the cost there, and
// then by their numbers, so that there is one order, whatever was trained first.

import type { Figure } from '../../options/events.js';
import { figureAt, merit } from '../../options/figure.js';
import type { TrialFailure, TrialFigures } from './trial.js';

/** How far a trial has come. */
export interface Trial {
  /** From 0. */
  readonly index: number;
  /** The last rung that it has come to the end of, from 0. */
  readonly rung: number;
  /** What it has come to there, or why it has come to nothing. */
  readonly figures?: TrialFigures;
  readonly failure?: TrialFailure;
}

/** Trials with the better one first; those of later rungs, which were trained for longer, before those of earlier ones, and failures last. */
export function ranked<T extends Trial>(trials: readonly T[], by: Figure, rungEpochs: (trial: T) => number): T[] {
  const meritOf = ({ figures }: T): number => (figures ? finite(merit(by, figureAt(by, figures))) : Number.NEGATIVE_INFINITY);
  const costOf = ({ figures }: T): number => finite(-(figures?.validationCost ?? Number.POSITIVE_INFINITY));
  const failed = ({ figures }: T): number => (figures ? 0 : 1);
  return trials.toSorted(
    (a, b) => failed(a) - failed(b) || rungEpochs(b) - rungEpochs(a) || meritOf(b) - meritOf(a) || costOf(b) - costOf(a) || a.index - b.index,
  );
}

/** What can be subtracted from itself. */
const finite = (value: number): number => (Number.isNaN(value) ? -Number.MAX_VALUE : Math.max(-Number.MAX_VALUE, value));
