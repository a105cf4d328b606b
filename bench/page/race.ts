// The race as Markdown: the README's table, the table of all figures, and the choice of the recipes.

import { bestRecipes, type ChoiceResult } from '../race/choose.js';
import { formatTimes } from '../race/marks.js';
import type { RaceResult } from '../race/race.js';
import { describeMark, describeRecipe, MARKS, type Recipe } from '../race/recipes.js';
import { SIDES } from '../race/sides.js';
import { table } from './markdown.js';

const HOW =
  'The clock runs from the start of the process to the line that tells the accuracy: imports, reading the digits and an evaluation of 10,000 digits after every epoch are in it, on every side. Median (minimum to maximum); a run that misses the mark counts as longer than any.';
const MARK_HEADINGS = MARKS.map(describeMark);

/** For the README: a line for each side, and the recipes below. @param source day and machine */
export function raceSummary(results: readonly RaceResult[], source: string): string {
  const sides = results.filter(({ reason }) => reason === undefined);
  const rows = sides.map(({ side, marks }) => [nameOf(side), ...marks.map(({ recipe, seconds }) => `${formatTimes(seconds)} \`${recipe.id}\``)]);
  const recipes = sides.flatMap(({ marks }) => marks.map(({ recipe }) => recipe));
  return [
    `Seconds from the command to so many of MNIST's test digits, each side with the recipe that was best for it on validation digits (${source}):`,
    table(['', ...MARK_HEADINGS], rows),
    `${recipeList(recipes)}\n\n${HOW}`,
  ].join('\n\n');
}

function nameOf(id: string): string {
  return SIDES.find((side) => side.id === id)?.name ?? id;
}

function recipeList(recipes: readonly Recipe[]): string {
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]));
  return `All are ReLU and softmax, with a rate that falls to 0 along a cosine. ${[...byId.values()].map((recipe) => `\`${recipe.id}\`: ${describeRecipe(recipe)}`).join('; ')}.`;
}

export function raceSection(results: readonly RaceResult[]): string {
  const rows = results.flatMap(({ side, what = '', reason, marks }) => {
    if (reason !== undefined) return [];
    return marks.map(({ mark, recipe, seconds, best, chosenBy }) => {
      const lowest = (100 * Math.min(...best)).toFixed(2);
      return [side, what, describeMark(mark), formatTimes(seconds), lowest, describeRecipe(recipe), formatTimes(chosenBy)];
    });
  });
  const headings = [
    'side',
    'what',
    'mark',
    'seconds',
    'best accuracy of the worst run, %',
    'recipe',
    'seconds on validation digits, when it was chosen',
  ];
  return [HOW, table(headings, rows, ['side', 'what', 'mark', 'recipe']), ...missing(results)].join('\n\n');
}

/** Every trial; bold what was chosen. */
export function choiceSection(results: readonly ChoiceResult[]): string {
  const rows = results.flatMap(({ side, trials }) => {
    const chosen = bestRecipes(trials);
    return trials.map((trial) => {
      const cells = trial.seconds.map((seconds, k) => (chosen[k].trial === trial ? `**${formatTimes(seconds)}**` : formatTimes(seconds)));
      return [side, trial.recipe.id, describeRecipe(trial.recipe), ...cells, (100 * Math.min(...trial.best)).toFixed(2)];
    });
  });
  const how = 'Seconds to each mark on the validation digits, which no side trains on here; bold what the side runs for that mark in the race.';
  const headings = ['side', 'id', 'recipe', ...MARK_HEADINGS, 'best accuracy of the worst run, %'];
  return [how, table(headings, rows, ['side', 'id', 'recipe']), ...missing(results)].join('\n\n');
}

function missing(results: readonly { readonly side: string; readonly reason?: string }[]): string[] {
  const lines = results.flatMap(({ side, reason }) => (reason === undefined ? [] : [`- ${side} ${reason}`]));
  return lines.length === 0 ? [] : [lines.join('\n')];
}
