// A worker's cache of what it has built for the sessions it was attached to: one set of kernels for each session, one Stepper for
// each way its work was divided. Attached again, a worker uses the same objects, for which the engine has compiled its code.
// (With new ones, the first 6 ms of 784-30-10 ran at 22 to 25 µs a step instead of 17.)

import { loadFunctions } from '../../functions/custom.js';
import { bindKernels, type KernelChoice } from '../../kernels/bind.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { SessionOptions } from '../protocol.js';
import { Stepper } from './stepper.js';

/** What was built for a session. */
interface Built {
  readonly kernels: Kernels;
  /** By workers, shards and rows of a mini-batch. */
  readonly steppers: Map<string, Stepper>;
}

export class StepperCache {
  readonly #sessions = new Map<number, Built>();
  /** The session that each place has now. */
  readonly #places = new Map<number, number>();

  async attach(options: SessionOptions, choice: KernelChoice, memory: WebAssembly.Memory): Promise<Stepper> {
    const { session, workers, shards, batch, arena, index, ranks, place } = options;
    if (place !== undefined) this.#enter(place, session);
    const key = [workers, shards, batch].join(' ');
    const known = this.#sessions.get(session)?.steppers.get(key);
    if (known) return known;
    await loadFunctions(options.spec.functions);
    const { kernels, steppers } = this.#sessions.get(session) ?? {
      kernels: await bindKernels(choice, memory, arena.scratch[index]),
      steppers: new Map<string, Stepper>(),
    };
    this.#sessions.set(session, { kernels, steppers });
    // One worker of each rank speaks with the others. Loaded only there: alone, a worker starts without it.
    const openExchange = ranks && index === 0 && !options.solo ? (await import('../ranks/exchange.js')).exchangeOver(ranks) : undefined;
    const stepper = new Stepper(options, kernels, memory, openExchange);
    steppers.set(key, stepper);
    return stepper;
  }

  /** What was in a place before is over, and is forgotten. */
  #enter(place: number, session: number): void {
    const before = this.#places.get(place);
    if (before !== undefined && before !== session) this.#sessions.delete(before);
    this.#places.set(place, session);
  }
}
