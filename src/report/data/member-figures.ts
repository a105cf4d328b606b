// The figures that the members of an ensemble and their average have in common, as people read them, and by how much the average is better:
// what the terminal and the page say of them.

import type { AveragedFigures } from '../../experiments/members/events.js';
import { fixed, percent } from '../../text.js';

export interface Compared {
  readonly head: string;
  of(figures: AveragedFigures): number | null | undefined;
  text(value: number): string;
  /** Whether it is the better the less it is. */
  readonly isCost?: true;
  /** How far apart two values are: of costs how much less the lesser one is. */
  apart(more: number, less: number): string;
}

const points = (more: number, less: number): string => `${fixed(100 * (more - less), 2)} points`;
const lessCost = (more: number, less: number): string => `${percent(1 - less / more)} less cost`;
const costText = (value: number): string => value.toPrecision(4);

/** Shares of right answers; or costs and R² where targets are numbers. */
const OF_CLASSES: readonly Compared[] = [
  { head: 'validation', of: ({ validationAccuracy }) => validationAccuracy, text: (value) => percent(value, 2), apart: points },
  { head: 'test', of: ({ testAccuracy }) => testAccuracy, text: (value) => percent(value, 2), apart: points },
];
const OF_NUMBERS: readonly Compared[] = [
  { head: 'validation', of: ({ validationCost }) => validationCost, text: costText, isCost: true, apart: lessCost },
  { head: 'test cost', of: ({ testCost }) => testCost, text: costText, isCost: true, apart: lessCost },
  {
    head: 'test R²',
    of: ({ testFigures }) => testFigures?.r2,
    text: (value) => fixed(value, 4),
    apart: (more, less) => `${fixed(more - less, 4)} of R²`,
  },
];

/** The figures that all of them have. */
export function comparedOf(all: readonly AveragedFigures[]): readonly Compared[] {
  const isOfClasses = all.some(({ validationAccuracy, testAccuracy }) => typeof (validationAccuracy ?? testAccuracy) === 'number');
  return (isOfClasses ? OF_CLASSES : OF_NUMBERS).filter(({ of }) => all.every((figures) => typeof of(figures) === 'number'));
}

/** A cell for each of the figures; '' where there is none. */
export function cellsOf(compared: readonly Compared[], figures: AveragedFigures): string[] {
  return compared.map(({ of, text }) => {
    const value = of(figures);
    return typeof value === 'number' ? text(value) : '';
  });
}

/** 'test 97.90 %: 0.83 points above the mean of theirs, 0.41 points above the best of them', of each figure. */
export function gainTexts(members: readonly AveragedFigures[], mean: AveragedFigures, average: AveragedFigures): string[] {
  return comparedOf([...members, mean, average]).map((compared) => {
    const { head, of, text, isCost } = compared;
    const values = members.map((member) => of(member) as number);
    const best = isCost ? Math.min(...values) : Math.max(...values);
    const own = of(average) as number;
    return `${head} ${text(own)}: ${against(compared, own, of(mean) as number, 'the mean of theirs')}, ${against(compared, own, best, 'the best of them')}`;
  });
}

function against({ isCost, apart }: Compared, own: number, other: number, whose: string): string {
  if (own === other) return `as ${whose}`;
  const far = own > other ? apart(own, other) : apart(other, own);
  if (isCost) return own < other ? `${far} than ${whose}` : `${far} for ${whose}`;
  return `${far} ${own > other ? 'above' : 'below'} ${whose}`;
}
