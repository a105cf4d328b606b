// The network of a run's best epoch, for a run that shall end with it. A run with a folder has it in the recorder until it is on the disk,
// and then there, as any such run; one without a folder keeps a copy of the parameters in memory, and only where it is wanted. What the
// run goes on from when it is resumed, or when workers are lost, is always its last state.

import type { RateState } from '../runs/checkpoint.js';
import type { Measured } from './rate-and-stopping.js';
import type { RunRecorder } from './run-recorder.js';

/** What a run ends with. */
interface Ending {
  /** The epoch that the network is of. */
  readonly measured: Measured;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  readonly restored?: true;
  /** Why it is not the best network, though that was wanted. */
  readonly warning?: string;
}

export class BestNetwork {
  readonly #recorder: RunRecorder | undefined;
  readonly #wanted: boolean;
  /** Where there is no recorder. */
  #parameters: Float32Array | undefined;

  /** @param wanted whether the run shall end with it */
  constructor(recorder: RunRecorder | undefined, wanted: boolean) {
    this.#recorder = recorder;
    this.#wanted = wanted;
  }

  /**
   * Keeps the network of the best epoch so far.
   * @param parameters [P] in the book's order; a copy of its own
   */
  keep({ best }: RateState, parameters: Float32Array): void {
    if (this.#recorder && best) this.#recorder.keepBest(best, parameters);
    else if (this.#wanted) this.#parameters = parameters;
  }

  /**
   * What the run ends with after its last epoch.
   * @param network of that epoch, [P] in the book's order
   */
  ending(last: Measured, { best }: RateState, network: Float32Array): Ending {
    if (!this.#wanted || best === undefined || best.epoch === last.epoch) return { measured: last, parameters: network };
    const { epoch, measured } = best;
    const parameters = this.#recorder ? this.#recorder.bestParameters(epoch) : this.#parameters;
    if (parameters && measured) return { measured: measured as Measured, parameters, restored: true };
    // A checkpoint of an older version knows the best epoch, but not all of its figures.
    const why = parameters ? 'comes from an older version, which kept too little of it' : 'is not kept any more';
    const warning = `The network of epoch ${epoch}, the best, ${why}: the run ends with that of epoch ${last.epoch}, its last.`;
    return { measured: last, parameters: network, warning };
  }
}
