// How many epochs of a training fit into some hours on this machine: found in its first epochs, which are trained for that and thrown away.

import { NablaError } from '../../errors.js';
import type { TrainOptions } from '../../options/options.js';
import type { OpenedData } from '../../training/plan.js';
import { trainSeveral } from '../side-by-side.js';

/** Epochs that are measured, after one in which code is compiled. Of large networks one takes minutes. */
const MEASURED = 2;
/** Of the time, what is left for whatever else a run does. */
const SPARE = 0.03;

export interface Pace {
  /** Seconds of an epoch of one network on all cores, with all that belongs to it. */
  readonly secondsPerEpoch: number;
  readonly epochs: number;
}

/**
 * @param hours of one network on all cores
 * @throws {NablaError} what ends the training; INTERRUPTED
 */
export async function paceOf(options: TrainOptions, opened: OpenedData, hours: number, signal?: AbortSignal): Promise<Pace> {
  const times: number[] = [];
  const epochs = 1 + MEASURED;
  const [outcome] = await trainSeveral({ data: opened.data }, [{ name: 'the pace', options: { ...options, epochs }, opened }], {
    ...(signal && { signal }),
    onEvent: (_, { event }) => event === 'epoch' && times.push(performance.now()),
  });
  if (outcome?.error) throw outcome.error;
  if (times.length < epochs) throw new NablaError('INTERRUPTED', 'Stopped before the first run began. Nothing is kept.');
  const secondsPerEpoch = (times[MEASURED] - times[0]) / 1000 / MEASURED;
  return { secondsPerEpoch, epochs: Math.max(1, Math.floor(((1 - SPARE) * hours * 3600) / secondsPerEpoch)) };
}
