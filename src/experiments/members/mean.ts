// The mean of the figures of several members: beside it, what their average comes to says what it is worth.

import type { AveragedFigures } from './events.js';

/** Of each figure that all of them have; of test figures those that are numbers. */
export function meanOf(members: readonly AveragedFigures[]): AveragedFigures {
  const mean = (figure: (member: AveragedFigures) => unknown): number | null => {
    const values = members.map(figure).filter((value) => typeof value === 'number');
    return values.length === 0 || values.length < members.length ? null : values.reduce((a, b) => a + b, 0) / values.length;
  };
  const names = Object.keys(members[0]?.testFigures ?? {}) as (keyof NonNullable<AveragedFigures['testFigures']>)[];
  const figures = names.map((name) => [name, mean((member) => member.testFigures?.[name])] as const).filter(([, value]) => value !== null);
  return {
    validationCost: mean((member) => member.validationCost),
    validationAccuracy: mean((member) => member.validationAccuracy),
    testCost: mean((member) => member.testCost),
    testAccuracy: mean((member) => member.testAccuracy),
    ...(figures.length > 0 && { testFigures: Object.fromEntries(figures) }),
  };
}
