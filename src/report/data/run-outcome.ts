// What came of a run, as its record and its log have it: the epoch whose network it ended with, its best one, and the time that all of it
// took. Runs that have not ended, or were interrupted, have it as far as they came; runs of older versions say less.

import type { BestEpoch, DoneEvent, EpochEvent } from '../../options/events.js';
import { bestOf } from '../../options/figure.js';
import type { RunLog } from '../../runs/log.js';

export interface RunOutcome {
  /** The epoch whose network the run ended with, or has come to. */
  readonly ending: EpochEvent | undefined;
  /** Whether that is its best epoch because it was to end with it. */
  readonly restored: boolean;
  readonly best: BestEpoch | undefined;
  /** From the first step to the last evaluation, of all parts of a run that was resumed; undefined where only its epochs tell. */
  readonly seconds: number | undefined;
  /** R² on the test samples, where targets are numbers and the run has ended. */
  readonly testR2: number | undefined;
  /** That it is no better than an answer that looks at no input, where it is so. */
  readonly nothingLearnt: string | undefined;
}

export function outcomeOf({ record: { outcome }, epochs }: Pick<RunLog, 'record' | 'epochs'>): RunOutcome {
  const done: Partial<DoneEvent> = typeof outcome === 'object' && outcome !== null ? outcome : {};
  const best = bestOf(epochs);
  const restored = done.restored === true;
  return {
    ending: restored ? epochs.find(({ epoch }) => epoch === (done.best ?? best)?.epoch) : epochs.at(-1),
    restored,
    best,
    seconds: typeof done.seconds === 'number' ? done.seconds : undefined,
    testR2: typeof done.testFigures?.r2 === 'number' ? done.testFigures.r2 : undefined,
    nothingLearnt: done.nothingLearnt?.text,
  };
}
