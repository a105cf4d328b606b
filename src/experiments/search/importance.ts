// How much of what came of the runs of a search each parameter explains by itself. The runs are put in order by what they came to at the
// end of the first rung, where all of them were, those that failed last; asked is how much of the variance of their places lies between
// the values of a parameter: the correlation ratio, corrected for what chance alone gives it, ε² of T. L. Kelley (An unbiased correlation
// ratio measure, PNAS 21, 1935). Places and not figures, so that a single cost of 10³⁰ is not the whole variance. What two parameters
// do only together is not in it.

import type { ConfigTable } from '../../options/config-writer.js';
import type { Figure } from '../../options/events.js';
import { figureAt, merit } from '../../options/figure.js';
import { Random } from '../../random.js';
import { valueOfKey } from './space.js';
import type { TrialFigures } from './trial.js';

/** What a parameter explains. */
export interface Importance {
  /** As files and the command line write it. */
  readonly parameter: string;
  /** Of the variance of the runs' places, from 0 to 1. */
  readonly share: number;
  /** What one in twenty parameters without any effect would reach with so many runs: a share that is no larger may be chance. */
  readonly chance: number;
}

/** What came of a run in the first rung; without figures it failed. */
export interface FirstOutcome {
  readonly options: ConfigTable;
  readonly figures?: TrialFigures;
}

/** Fewer runs say nothing. */
const LEAST_RUNS = 10;
/** Numbers are put into groups of at least so many runs, and into at most so many groups. */
const LEAST_IN_GROUP = 5;
const MOST_GROUPS = 5;
/** Runs for each of a parameter's words, without which it is left out. */
const LEAST_FOR_WORD = 3;
/** Shufflings of the places that chance is measured by, and the share of them below what is called chance. */
const SHUFFLINGS = 500;
const BELOW_CHANCE = 0.95;

/** The parameters that can be judged, the most important first; none where there are too few runs, or where all came to the same. */
export function importanceOf(parameters: readonly string[], runs: readonly FirstOutcome[], by: Figure, seed: number): Importance[] {
  if (runs.length < LEAST_RUNS) return [];
  const places = placesOf(runs.map(({ figures }) => (figures ? finite(merit(by, figureAt(by, figures))) : Number.NEGATIVE_INFINITY)));
  if (places.every((place) => place === places[0])) return [];
  const judged = parameters.flatMap((parameter) => {
    const groups = groupsOf(runs.map(({ options }) => valueOfKey(options, parameter)));
    return groups === undefined ? [] : [{ parameter, groups }];
  });
  const shuffled = [...places];
  const stream = Random.stream(seed, 'importance');
  const byChance = Array.from({ length: SHUFFLINGS }, () => {
    stream.shuffle(shuffled);
    return judged.map(({ groups }) => explained(groups, shuffled));
  });
  const found = judged.map(({ parameter, groups }, k) => {
    const sorted = byChance.map((shares) => shares[k]).sort((a, b) => a - b);
    return { parameter, share: explained(groups, places), chance: sorted[Math.ceil(BELOW_CHANCE * SHUFFLINGS) - 1] };
  });
  return found.sort((a, b) => b.share - a.share);
}

const finite = (value: number): number => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value);

/** The place of each value in their order; equal values share the mean of theirs. */
function placesOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b || 0);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [place, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, place);
    last.set(value, place);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

/**
 * The group of each value, from 0: numbers by their quantiles, words each by itself.
 * @returns undefined where there is one group, or more than the runs can fill
 */
function groupsOf(values: readonly unknown[]): number[] | undefined {
  const isNumbers = values.every((value) => typeof value === 'number');
  const most = Math.min(MOST_GROUPS, Math.floor(values.length / LEAST_IN_GROUP));
  const keys = isNumbers && new Set(values).size > most ? quantilesOf(values as number[], most) : values.map((value) => JSON.stringify(value) ?? '');
  const names: (string | number)[] = [...new Set<string | number>(keys)];
  if (names.length < 2 || values.length < LEAST_FOR_WORD * names.length) return undefined;
  return keys.map((key) => names.indexOf(key));
}

/** Equal values are in one group. */
function quantilesOf(values: readonly number[], groups: number): number[] {
  const places = placesOf(values);
  return places.map((place) => Math.floor((groups * (place + 0.5)) / values.length));
}

/** ε² = 1 - (SSW / (n - k)) / (SST / (n - 1)) of n places in k groups, within them and in all; 0 where chance would give more. */
function explained(groups: readonly number[], places: readonly number[]): number {
  const n = places.length;
  const k = Math.max(...groups) + 1;
  const [counts, sums] = [new Float64Array(k), new Float64Array(k)];
  let squares = 0;
  for (const [i, place] of places.entries()) {
    counts[groups[i]]++;
    sums[groups[i]] += place;
    squares += place * place;
  }
  const sum = sums.reduce((a, b) => a + b);
  const between = sums.reduce((all, part, group) => all + part ** 2 / counts[group], 0);
  return Math.max(0, 1 - (squares - between) / (n - k) / ((squares - sum ** 2 / n) / (n - 1)));
}
