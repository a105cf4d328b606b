// The race and the choice of its recipes as plain text. Pure functions of the results; main.ts prints them.

import { bestRecipes, type ChoiceResult } from './choose.js';
import { formatTimes } from './marks.js';
import type { RaceResult } from './race.js';
import { describeMark, describeRecipe } from './recipes.js';

export function formatRace(results: readonly RaceResult[]): string {
  return results.flatMap(raceLines).join('\n');
}

function raceLines({ side, what, reason, marks }: RaceResult): string[] {
  if (reason !== undefined) return [`${side} ${reason}`];
  const lines = marks.map(({ mark, recipe, seconds }) => {
    return `  ${describeMark(mark).padEnd(7)} ${formatTimes(seconds).padEnd(28)} ${describeRecipe(recipe)}`;
  });
  return [`${side} (${what}), seconds to`, ...lines];
}

export function formatChoices(results: readonly ChoiceResult[]): string {
  return results.flatMap(choiceLines).join('\n');
}

function choiceLines({ side, reason, trials }: ChoiceResult): string[] {
  if (reason !== undefined) return [`${side} ${reason}`];
  const lines = bestRecipes(trials).map(({ mark, trial }, k) => {
    return `  ${describeMark(mark).padEnd(7)} ${formatTimes(trial.seconds[k]).padEnd(28)} ${trial.recipe.id}: ${describeRecipe(trial.recipe)}`;
  });
  return [`${side}, seconds on validation digits to`, ...lines];
}
