// What a run in a page shows of its network while it is trained: copies, made in the run's own thread, which has nothing to do while the workers
// train. So it is the same on all cores and on one, and the page's thread copies nothing.

import type { TrainEvent } from '../options/events.js';
import type { Configuration } from '../options/options.js';
import type { Session } from '../parallel/session.js';
import type { NetworkNow } from './protocol.js';

/** Events with which the network is shown; of those of progress there are ten a second. */
const SHOWN: readonly TrainEvent['event'][] = ['start', 'progress', 'epoch'];

/** @returns what is told each event before the page is; without one, it shows the network as it was left */
export function networkNow(
  session: Session,
  { network, learning, input }: Configuration,
  tell: (now: NetworkNow) => void,
): (event?: TrainEvent) => void {
  // Within an epoch, decayed weights over sparse inputs are yet to be multiplied with a factor that is the workers' own (model/input.ts).
  const isWhole = input === 'dense' || learning.lambda === 0;
  let epoch = 0;
  return (event) => {
    if (event && !SHOWN.includes(event.event)) return;
    if (event?.event === 'epoch') epoch = event.epoch;
    const isBetween = event?.event === 'start' || event?.event === 'epoch';
    if (isBetween || isWhole) tell({ network, parameters: session.parameters, epoch });
  };
}
