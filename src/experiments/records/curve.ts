// How the error of a run that is kept fell over the time that it was trained.

import { SavedRun } from '../../runs/saved-run.js';

/** The error on the digits held back, per cent, after an epoch, and the seconds trained until then. */
export interface CurvePoint {
  readonly epoch: number;
  readonly seconds: number;
  readonly error: number;
}

/** Per cent. */
export const errorOf = (accuracy: number | null): number => 100 * (1 - (accuracy ?? Number.NaN));

/** @returns nothing where no digits were held back */
export function curveOf(run: string): CurvePoint[] {
  let seconds = 0;
  return SavedRun.openFolder(run)
    .log()
    .epochs.flatMap(({ epoch, seconds: took, validationAccuracy }) => {
      seconds += took;
      return validationAccuracy === null ? [] : { epoch, seconds, error: errorOf(validationAccuracy) };
    });
}
