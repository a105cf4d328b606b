// What a step is taken on: the digit that is looked at, or the next mini-batch of ten training digits, in the order in which the run would take them; and
// with which η and λ. Read from the state of the page, as plain data.

import { fillOrder } from '../../data/order.js';
import type { StartEvent } from '../../options/events.js';
import { digitAt } from '../digits.js';
import type { PlayState, Shown } from '../store.js';
import type { StepSample, StepSize } from './taken-apart.js';

/** m, the book's. */
const BATCH = 10;

/** The settings of the run under way, or the last one. */
function startOf({ events }: PlayState): StartEvent | undefined {
  return events.find((event): event is StartEvent => event.event === 'start');
}

/** @param eta instead of the run's */
export function sizeOf(state: PlayState, eta: number | undefined): StepSize {
  const start = startOf(state);
  return { eta: eta ?? start?.eta ?? 0.5, lambda: start?.lambda ?? 0, n: start?.samples ?? state.digits?.training ?? 1 };
}

/** What a run does beside plain gradient descent, in its own words; undefined where nothing. */
export const moreThanPlain = (state: PlayState): string | undefined => startOf(state)?.learning;

/** The digit that is looked at. @param label what it is taken for where nobody knows it */
export function chosenSample({ chosen }: PlayState, label: number): StepSample | undefined {
  return chosen && { input: chosen.input, label: chosen.label ?? label };
}

/** The mini-batch that comes after so many others in the epoch after those done, as the seed orders it. */
export function nextBatch(state: PlayState, { epoch }: Shown, after: number): StepSample[] {
  const { digits } = state;
  if (!digits || digits.training === 0) return [];
  const order = new Uint32Array(digits.training);
  fillOrder(order, startOf(state)?.seed ?? 1, epoch + 1);
  const m = Math.min(BATCH, digits.training);
  const batches = Math.floor(digits.training / m);
  return Array.from(order.subarray((after % batches) * m, ((after % batches) + 1) * m), (k) => digitAt(digits, k));
}
