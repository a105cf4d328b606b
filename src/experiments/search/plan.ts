// What a search trains, as a plan made before anything is trained: which settings, in which rungs, for how many epochs. A rung trains
// those that are left up to its epoch and keeps the best of them for the next one; a grid and a random search have one rung.
// Successive halving: K. Jamieson and A. Talwalkar, Non-stochastic best arm identification and hyperparameter optimization, 2016.

import { checkInteger, checkNumber, checkOneOf } from '../../check.js';
import { wrongValue } from '../../errors.js';
import { MOST_SETTINGS, type Setting, type Space } from './space.js';

export const STRATEGIES = ['halving', 'random', 'grid'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface PlanOptions {
  /** Default: 'halving'. */
  strategy?: Strategy;
  /** Settings that are tried. Default: 27; of a grid all. */
  runs?: number;
  /** By how much halving divides the runs, and multiplies their epochs, from rung to rung. Default: 3. */
  factor?: number;
  /** Epochs of all runs together, at most: so many settings are tried as they allow. */
  totalEpochs?: number;
  /** Milliseconds after which no more is trained: what is found then hangs on the clock. Halving begins again with other settings until then. */
  forTime?: number;
}

/** A rung: so many runs are trained up to an epoch. */
export interface Rung {
  readonly runs: number;
  readonly epochs: number;
}

/** What is tried, once through. */
export interface Bracket {
  readonly settings: readonly Setting[];
  readonly rungs: readonly Rung[];
}

const USUAL_RUNS = 27;
const USUAL_FACTOR = 3;
/** With less, rungs would be many and hardly differ. */
const LEAST_FACTOR = 1.1;
/** What a timer can wait, in milliseconds. */
const MOST_TIME = 2 ** 31 - 1;

export interface CheckedPlan extends Required<Pick<PlanOptions, 'strategy' | 'factor'>> {
  readonly runs: number | undefined;
  readonly totalEpochs: number | undefined;
  readonly forTime: number | undefined;
}

/** @throws {TypeError | RangeError} for options that do not fit */
export function checkPlan({ strategy = 'halving', runs, factor, totalEpochs, forTime }: PlanOptions): CheckedPlan {
  checkOneOf('strategy', strategy, STRATEGIES);
  if (runs !== undefined) checkInteger('runs', runs, 1, MOST_SETTINGS);
  if (factor !== undefined && strategy !== 'halving') throw wrongValue('factor', `none with strategy '${strategy}', which has no rungs`, factor);
  if (factor !== undefined) checkNumber('factor', factor, LEAST_FACTOR);
  if (totalEpochs !== undefined) checkInteger('totalEpochs', totalEpochs, 1);
  if (totalEpochs !== undefined && runs !== undefined)
    throw wrongValue('totalEpochs', 'none beside runs: either says how many settings are tried', totalEpochs);
  if (forTime !== undefined) checkInteger('forTime', forTime, 1, MOST_TIME);
  if (strategy === 'grid' && (runs ?? totalEpochs) !== undefined) {
    throw wrongValue(
      runs === undefined ? 'totalEpochs' : 'runs',
      "none with strategy 'grid', which tries all settings",
      runs ?? totalEpochs,
      'Draw some of them: strategy random.',
    );
  }
  return { strategy, runs, factor: factor ?? USUAL_FACTOR, totalEpochs, forTime };
}

/**
 * The rungs of so many runs: each keeps about one in `factor` of the one before, and multiplies its epochs with it; the last is trained
 * for all epochs. Where epochs are few there are fewer rungs.
 */
export function rungsOf(runs: number, epochs: number, factor: number): Rung[] {
  const count = Math.min(Math.floor(logarithm(runs, factor)), Math.floor(logarithm(epochs, factor)));
  const all = Array.from({ length: count + 1 }, (_, k) => ({
    runs: k === 0 ? runs : Math.max(1, Math.floor(runs / factor ** k + TINY)),
    epochs: k === count ? epochs : Math.max(1, Math.floor(epochs / factor ** (count - k) + TINY)),
  }));
  // With a small factor some keep all of their runs, or train them no further.
  return all.filter((rung, k) => rung.runs !== all[k + 1]?.runs).filter((rung, k, left) => rung.epochs !== left[k - 1]?.epochs);
}

/** What powers and logarithms of whole numbers may be off by. */
const TINY = 1e-9;
const logarithm = (value: number, base: number): number => Math.log(value) / Math.log(base) + TINY;

/** Epochs of all runs of some rungs. */
export function epochsOf(rungs: readonly Rung[]): number {
  return rungs.reduce((sum, { runs, epochs }, k) => sum + runs * (epochs - (rungs[k - 1]?.epochs ?? 0)), 0);
}

/**
 * What is tried, once through.
 * @param epochs of a run that is trained to its end
 * @param bracket the how manieth time, from 0: each has settings of its own
 * @throws {RangeError} where the space has none, or too many
 */
export function bracketOf(space: Space, plan: CheckedPlan, epochs: number, seed: number, bracket = 0): Bracket {
  const { strategy, factor } = plan;
  if (strategy === 'grid') {
    const settings = space.grid();
    return { settings, rungs: [{ runs: settings.length, epochs }] };
  }
  const rungs = (runs: number): Rung[] => (strategy === 'halving' ? rungsOf(runs, epochs, factor) : [{ runs, epochs }]);
  const { totalEpochs } = plan;
  const wanted = totalEpochs === undefined ? (plan.runs ?? USUAL_RUNS) : most((runs) => epochsOf(rungs(runs)) <= totalEpochs);
  if (wanted === 0) throw wrongValue('totalEpochs', `at least ${epochs}, for one run`, plan.totalEpochs);
  const settings = space.draw(wanted * (bracket + 1), seed).slice(wanted * bracket);
  return { settings, rungs: settings.length === 0 ? [] : rungs(settings.length) };
}

/** The most runs that are allowed, though fewer may not be: one run more may begin with a shorter rung. 0 where there are none. */
function most(allowed: (runs: number) => boolean): number {
  for (let runs = MOST_SETTINGS; runs > 0; runs--) if (allowed(runs)) return runs;
  return 0;
}
