// The work of the only worker in parts of some 50 ms, between which its thread has a turn for what else waits: for a thread that is the
// worker's and the run's as well, and would hear nobody until the end of an epoch. The bits are those of the work at once: a part of an epoch
// takes the state of the one before it, and an evaluation is cut between its chunks.

import { nextTurn } from '#platform';
import type { Pace } from '../gradient-worker.js';
import { EVALUATION_ROWS } from '../memory/arena.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart } from '../protocol.js';
import type { Timings } from '../step/phase-timer.js';
import type { Stepper } from '../step/stepper.js';

/** Milliseconds of a part. */
const PART = 50;
/** By how much a part may be larger than the one before: the first is one step, of unknown length. */
const GROWTH = 8;

export const IN_PARTS: Pace = { runEpoch, evaluate };

/** How many steps, or chunks, the next part is to have. */
class PartSize {
  count = 1;

  /** Notes what a part of `count` took, in milliseconds. */
  note(took: number): void {
    this.count = Math.max(1, Math.floor(this.count * Math.min(GROWTH, PART / Math.max(took, 0.01))));
  }
}

async function runEpoch(stepper: Stepper, options: EpochOptions): Promise<EpochPart> {
  const { batch } = stepper.context.options;
  const { from, upTo, ends, t, at: beginning = t } = options;
  const size = new PartSize();
  let done: EpochPart | undefined;
  for (let at = from; at < upTo; ) {
    if (done) await nextTurn();
    const end = Math.min(upTo, at + size.count * batch);
    const begin = performance.now();
    const steps = done?.steps ?? 0;
    const place = { from: at, upTo: end, ends: ends && end === upTo, t: t + steps, at: beginning + steps };
    const part = stepper.runEpoch({ ...options, ...done?.state, ...place });
    size.note(performance.now() - begin);
    done = done ? joined(done, part) : part;
    if (part.stopped !== 0 || part.divergence) break;
    at = end;
  }
  return done ?? stepper.runEpoch(options);
}

function joined(before: EpochPart, { steps, stopped, state, divergence, timings }: EpochPart): EpochPart {
  return {
    steps: before.steps + steps,
    stopped,
    state,
    divergence: divergence && { ...divergence, step: before.steps + divergence.step },
    timings: before.timings && timings && bothTimings(before.timings, timings),
  };
}

function bothTimings(a: Timings, b: Timings): Timings {
  const sums = (x: readonly number[], y: readonly number[]): number[] => x.map((value, k) => value + y[k]);
  return {
    phases: sums(a.phases, b.phases),
    usual: sums(a.usual, b.usual),
    steps: a.steps + b.steps,
    trace: Float64Array.of(...a.trace, ...b.trace),
  };
}

async function evaluate(stepper: Stepper, { first, count }: EvaluationOptions): Promise<EvaluationPart> {
  const size = new PartSize();
  const costs: number[] = [];
  let correct = 0;
  for (let at = 0; at < count; ) {
    if (at > 0) await nextTurn();
    const end = Math.min(count, at + size.count * EVALUATION_ROWS);
    const begin = performance.now();
    const part = stepper.evaluate({ first: first + at, count: end - at });
    size.note(performance.now() - begin);
    costs.push(...part.costs);
    correct += part.correct;
    at = end;
  }
  return { costs, correct };
}
