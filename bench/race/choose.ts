// The choice of recipes: every candidate on every side that can express it, judged by validation digits, with seeds that the race does
// not use. What is fastest to a mark there is what the side runs for that mark.

import { summariseTimes } from './marks.js';
import { CANDIDATES, describeRecipe, MARKS, type Recipe } from './recipes.js';
import { runOnce } from './run.js';
import { commandOf, type Side } from './sides.js';

/** A candidate on a side. */
export interface Trial {
  readonly recipe: Recipe;
  /** For each of MARKS the seconds with each seed, on validation digits; null where it was not reached. */
  readonly seconds: readonly (readonly (number | null)[])[];
  /** The highest validation accuracy with each seed. */
  readonly best: readonly number[];
}

export interface ChoiceResult {
  readonly side: string;
  /** Why there are no trials. */
  readonly reason?: string;
  readonly trials: readonly Trial[];
}

export interface Chosen {
  readonly mark: number;
  readonly trial: Trial;
}

/** For each mark the trial that reached it with most seeds; of those the fastest; where none reached it, the most accurate. */
export function bestRecipes(trials: readonly Trial[]): Chosen[] {
  if (trials.length === 0) return [];
  const key = (trial: Trial, k: number): number[] => {
    const { reached, median } = summariseTimes(trial.seconds[k]);
    return [-reached, median ?? Number.MAX_VALUE, -Math.min(...trial.best)];
  };
  return MARKS.map((mark, k) => ({ mark, trial: trials.toSorted((a, b) => compare(key(a, k), key(b, k)))[0] }));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const k = a.findIndex((value, place) => value !== b[place]);
  return k < 0 ? 0 : a[k] - b[k];
}

export interface RunSettings {
  readonly data: string;
  readonly seeds: readonly number[];
  /** Seconds that a run may take. */
  readonly limit: number;
  readonly pythons: readonly string[];
}

/** All candidates on a side. */
export async function chooseOn(side: Side, settings: RunSettings, tell: (progress: string) => void): Promise<ChoiceResult> {
  const trials: Trial[] = [];
  for (const recipe of CANDIDATES.filter(side.expresses)) {
    const trial = await tryRecipe(side, recipe, settings).catch((error: Error) => `failed: ${error.message}`);
    if (typeof trial === 'string') return { side: side.id, reason: trial, trials };
    trials.push(trial);
    const times = trial.seconds.map((list) => list.map((time) => time?.toFixed(1) ?? '–').join('/')).join(', ');
    tell(`${side.id}, ${recipe.id} (${describeRecipe(recipe)}): ${times} s; ${trial.best.map((share) => (100 * share).toFixed(2)).join(', ')} %`);
  }
  return { side: side.id, trials };
}

/** The trial, or why the side cannot run here. */
async function tryRecipe(side: Side, recipe: Recipe, { data, seeds, limit, pythons }: RunSettings): Promise<Trial | string> {
  const [seconds, best]: [(number | null)[][], number[]] = [MARKS.map(() => []), []];
  for (const seed of seeds) {
    const command = commandOf(side, { data, digits: 'validation', recipe, seed }, pythons);
    const run = 'unavailable' in command ? command : await runOnce(command, 'validation', MARKS, limit);
    if ('unavailable' in run) return `unavailable: ${run.unavailable}`;
    for (const [k, time] of run.seconds.entries()) seconds[k].push(time);
    best.push(run.best);
  }
  return { recipe, seconds, best };
}
