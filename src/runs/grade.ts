// Which of several runs did better: by the accuracy on the test samples, or where there is none on others; where targets are numbers by
// R² on the test samples, or where that is not known by the cost. Runs that are done stand before those that are not, and those before the ones that failed.

import type { RunFigures, RunState, RunSummary } from './list.js';

/** What a figure is, and so how it is written, and which of two is better: of costs the smaller. */
export type GradeKind = 'share' | 'R²' | 'cost';

/** The figure that a run is judged by beside others. */
export interface Grade {
  readonly by: string;
  readonly value: number;
  readonly kind: GradeKind;
}

/** By falling weight; accuracies come first, so that the others decide only where targets are numbers. */
const GRADES: readonly (readonly [name: keyof RunFigures, by: string, kind: GradeKind])[] = [
  ['testAccuracy', 'test accuracy', 'share'],
  ['validationAccuracy', 'validation accuracy', 'share'],
  ['trainingAccuracy', 'training accuracy', 'share'],
  ['testR2', 'test R²', 'R²'],
  ['testCost', 'test cost', 'cost'],
  ['validationCost', 'validation cost', 'cost'],
  ['trainingCost', 'training cost', 'cost'],
];

/** Undefined where no epoch has ended, or with a cost that is no number. */
export function gradeOf({ figures }: Pick<RunSummary, 'figures'>): Grade | undefined {
  const found = GRADES.find(([name]) => typeof figures[name] === 'number');
  return found && { by: found[1], value: figures[found[0]] as number, kind: found[2] };
}

const STAGES: Readonly<Record<RunState, number>> = { done: 0, running: 1, interrupted: 1, killed: 1, diverged: 2, failed: 2 };

/** From the best to the worst; of equal ones the earlier first. */
export function byOutcome<R extends RunSummary>(runs: readonly R[]): R[] {
  return runs.toSorted((a, b) => {
    const [x, y] = [placeOf(a), placeOf(b)];
    const k = x.findIndex((value, i) => value !== y[i]);
    return k < 0 ? a.created.localeCompare(b.created) : x[k] - y[k];
  });
}

/** Numbers that compare one after another, the smaller the better. */
function placeOf(run: RunSummary): [stage: number, kind: number, value: number] {
  const grade = gradeOf(run);
  const kind = grade ? GRADES.findIndex(([, by]) => by === grade.by) : GRADES.length;
  return [STAGES[run.state], kind, grade ? (grade.kind === 'cost' ? grade.value : -grade.value) : 0];
}

/** Of each data set the best run that is done: runs of other data, or other figures, say nothing beside one another. */
export function bestOfEachData(runs: readonly RunSummary[]): RunSummary[] {
  const found = new Map<string, RunSummary>();
  for (const run of byOutcome(runs)) {
    const kind = JSON.stringify([run.data, gradeOf(run)?.by]);
    if (run.state === 'done' && gradeOf(run) && !found.has(kind)) found.set(kind, run);
  }
  return [...found.values()];
}
