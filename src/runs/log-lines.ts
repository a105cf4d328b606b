// The lines of a run's log.txt: what happened, in a sentence each.

import type { DoneEvent, EpochEvent, StartEvent, TrainEvent } from '../options/events.js';
import { bestText } from '../options/figure.js';
import { ranksText } from '../options/ranks.js';
import { plural } from '../text.js';

/** The line of an event; undefined for events that are not logged. */
export function logLine(event: TrainEvent): string | undefined {
  switch (event.event) {
    case 'start':
      return event.resumed
        ? `resumed in epoch ${event.resumed.epoch}, after ${event.resumed.samples} of ${event.samples} samples; ${whoText(event)}`
        : `started: ${event.network.join('-')} on ${event.samples} samples of ${event.data}; ${whoText(event)}, kernels ${event.kernels}`;
    case 'workers':
      return `${plural(event.workers, 'worker')}, chosen by ${event.why}`;
    case 'epoch':
      return `epoch ${event.epoch} of ${event.epochs}: cost ${event.trainingCost}${validationText(event)}`;
    case 'recovery':
    case 'warning':
      return `${event.event}: ${event.text}`;
    case 'done':
      return doneLine(event);
    default:
      return undefined;
  }
}

/** Who trains. */
function whoText({ ranks, workers }: StartEvent): string {
  return ranks ? `${ranksText(ranks)}, ${ranks.mpi}` : plural(workers, 'worker');
}

/** Nothing where no samples are kept back. */
function validationText({ validationAccuracy, validationCost }: EpochEvent): string {
  if (validationCost === null) return '';
  return validationAccuracy === null ? `, validation cost ${validationCost}` : `, validation accuracy ${validationAccuracy}`;
}

function doneLine({ epochs, stopped, best, restored, nothingLearnt, weightsSha256 }: DoneEvent): string {
  const why = stopped === undefined ? '' : `: ${stopped}`;
  const parts = [
    `done after ${plural(epochs, 'epoch')}${why}`,
    ...(best ? [`best ${bestText(best)}`] : []),
    `weights${restored ? ' of the best' : ''} ${weightsSha256}`,
  ];
  return `${parts.join('; ')}${nothingLearnt ? `. ${nothingLearnt.text}` : ''}`;
}
