// Who listens to a run: its events are told to a function of the user's, which may ask for the run's end.

import type { TrainEvent } from '../options/events.js';
import type { TrainOptions } from '../options/options.js';

/** Why a run has ended whose listener asked for it. */
export const ASKED_TO_STOP = 'its program asked for the end';

export class Listener {
  readonly #hear: TrainOptions['onEvent'];
  #isAsked = false;

  constructor(hear: TrainOptions['onEvent']) {
    this.#hear = hear;
  }

  tell(event: TrainEvent): void {
    if (this.#hear?.(event) === 'stop') this.#isAsked = true;
  }

  /** Why the run is to end after its current epoch; undefined where nobody has asked for that. */
  get stopped(): string | undefined {
    return this.#isAsked ? ASKED_TO_STOP : undefined;
  }
}
