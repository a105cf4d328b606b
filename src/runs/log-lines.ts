// The lines of a run's log.txt: what happened, in a sentence each.

import type { TrainEvent } from '../options/events.js';
import { plural } from '../text.js';

/** The line of an event; undefined for events that are not logged. */
export function logLine(event: TrainEvent): string | undefined {
  switch (event.event) {
    case 'start':
      return event.resumed
        ? `resumed in epoch ${event.resumed.epoch}, after ${event.resumed.samples} of ${event.samples} samples; ${plural(event.workers, 'worker')}`
        : `started: ${event.network.join('-')} on ${event.samples} samples of ${event.data}; ${plural(event.workers, 'worker')}, kernels ${event.kernels}`;
    case 'workers':
      return `${plural(event.workers, 'worker')}, chosen by ${event.why}`;
    case 'epoch':
      return `epoch ${event.epoch} of ${event.epochs}: cost ${event.trainingCost}, validation accuracy ${event.validationAccuracy ?? 'none'}`;
    case 'recovery':
    case 'warning':
      return `${event.event}: ${event.text}`;
    case 'done':
      return `done after ${plural(event.epochs, 'epoch')}${event.stopped === undefined ? '' : `: ${event.stopped}`}; weights ${event.weightsSha256}`;
    default:
      return undefined;
  }
}
