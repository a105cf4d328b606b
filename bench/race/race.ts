// The race itself: round after round every side runs its recipes, in an order that rotates, each round with a seed of its own. A
// recipe that was chosen for several marks runs once for all of them. Prints nothing; called by main.ts.

import { rotated } from '../measure.js';
import { bestRecipes, type ChoiceResult, type RunSettings } from './choose.js';
import type { Recipe } from './recipes.js';
import { runOnce } from './run.js';
import { commandOf, type Side } from './sides.js';

interface MarkResult {
  readonly mark: number;
  readonly recipe: Recipe;
  /** Round by round, on test digits; null where it was not reached. */
  readonly seconds: (number | null)[];
  /** The highest test accuracy seen, round by round: of runs that end at the recipe's last mark. */
  readonly best: number[];
  /** The same on validation digits, when the recipe was chosen: by seed. */
  readonly chosenBy: readonly (number | null)[];
}

export interface RaceResult {
  readonly side: string;
  /** Software and version, once it has been told. */
  what?: string;
  /** Why it has no figures. */
  reason?: string;
  readonly marks: readonly MarkResult[];
}

/** Runs the race. @param choices what each side runs */
export async function race(
  sides: readonly Side[],
  choices: readonly ChoiceResult[],
  settings: RunSettings,
  tell: (progress: string) => void,
): Promise<RaceResult[]> {
  const entries = sides.map((side) => ({ side, result: entryOf(side, choices) }));
  for (const [round, seed] of settings.seeds.entries()) {
    for (const { side, result } of rotated(entries, round)) {
      if (result.reason !== undefined) continue;
      tell(`round ${round + 1} of ${settings.seeds.length}: ${side.id}`);
      await runRecipes(side, result, seed, settings).catch((error: Error) => {
        result.reason = `failed: ${error.message}`;
      });
    }
  }
  return entries.map(({ result }) => result);
}

function entryOf(side: Side, choices: readonly ChoiceResult[]): RaceResult {
  const choice = choices.find((known) => known.side === side.id);
  const marks = bestRecipes(choice?.trials ?? []).map(({ mark, trial }, k): MarkResult => {
    return { mark, recipe: trial.recipe, seconds: [], best: [], chosenBy: trial.seconds[k] };
  });
  if (marks.length > 0) return { side: side.id, marks };
  return { side: side.id, marks, reason: choice?.reason ?? 'no recipe was chosen: --choose does it' };
}

/** One round of a side. */
async function runRecipes(side: Side, result: RaceResult, seed: number, { data, limit, pythons }: RunSettings): Promise<void> {
  for (const id of new Set(result.marks.map(({ recipe }) => recipe.id))) {
    const own = result.marks.filter(({ recipe }) => recipe.id === id);
    const command = commandOf(side, { data, digits: 'test', recipe: own[0].recipe, seed }, pythons);
    const marks = own.map(({ mark }) => mark);
    const run = 'unavailable' in command ? command : await runOnce(command, 'test', marks, limit);
    if ('unavailable' in run) {
      result.reason = `unavailable: ${run.unavailable}`;
      return;
    }
    result.what = run.what;
    for (const [k, { seconds, best }] of own.entries()) {
      seconds.push(run.seconds[k]);
      best.push(run.best);
    }
  }
}
