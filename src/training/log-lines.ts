// The lines of a run's log.txt: what happened, in a sentence each.

import { counted } from './counted.js';
import type { TrainEvent } from './events.js';

/** undefined for what the log does not hold. */
export function logLine(event: TrainEvent): string | undefined {
  switch (event.event) {
    case 'start':
      return event.resumed
        ? `resumed in epoch ${event.resumed.epoch}, after ${event.resumed.samples} of ${event.samples} samples; ${counted(event.workers, 'worker')}`
        : `started: ${event.network.join('-')} on ${event.samples} samples of ${event.data}; ${counted(event.workers, 'worker')}, kernels ${event.kernels}`;
    case 'workers':
      return `${counted(event.workers, 'worker')}, chosen by ${event.why}`;
    case 'epoch':
      return `epoch ${event.epoch} of ${event.epochs}: cost ${event.trainingCost}, validation accuracy ${event.validationAccuracy ?? 'none'}`;
    case 'recovery':
    case 'warning':
      return `${event.event}: ${event.text}`;
    case 'done':
      return `done after ${counted(event.epochs, 'epoch')}${event.stopped === undefined ? '' : `: ${event.stopped}`}; weights ${event.weightsSha256}`;
    default:
      return undefined;
  }
}
