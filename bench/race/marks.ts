// When a run first told so many digits right, and what several runs say together. Pure functions.

import { median } from '../measure.js';

/** The line that a side prints after an epoch. */
export interface Evaluation {
  /** Since the process was started. */
  readonly seconds: number;
  readonly accuracy: number;
}

/** For each mark the seconds of the first evaluation at or above it; null where there is none. */
export function firstAtMarks(evaluations: readonly Evaluation[], marks: readonly number[]): (number | null)[] {
  return marks.map((mark) => evaluations.find(({ accuracy }) => accuracy >= mark)?.seconds ?? null);
}

export interface Times {
  /** null where that run did not reach the mark: a run that does not counts as longer than any. */
  readonly minimum: number | null;
  readonly median: number | null;
  readonly maximum: number | null;
  /** How many of how many runs reached the mark. */
  readonly reached: number;
  readonly of: number;
}

export function summariseTimes(seconds: readonly (number | null)[]): Times {
  const times = seconds.map((time) => time ?? Number.POSITIVE_INFINITY);
  const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);
  return {
    minimum: finite(Math.min(...times)),
    median: finite(median(times)),
    maximum: finite(Math.max(...times)),
    reached: times.filter(Number.isFinite).length,
    of: times.length,
  };
}

/** "3.2 (3.1 to 3.6)"; "3.2" of one run; "3.2 (3.1 to –), 4 of 5"; "not reached"; "– (3.2 to –), 1 of 5". */
export function formatTimes(seconds: readonly (number | null)[]): string {
  const { minimum, median: middle, maximum, reached, of } = summariseTimes(seconds);
  if (reached === 0) return 'not reached';
  if (of === 1) return `${middle?.toFixed(1)}`;
  const [low, mid, high] = [minimum, middle, maximum].map((time) => time?.toFixed(1) ?? '–');
  return `${mid} (${low} to ${high})${reached < of ? `, ${reached} of ${of}` : ''}`;
}
