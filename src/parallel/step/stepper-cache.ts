// A worker's cache of what it has built for the sessions it was attached to: one set of kernels for each session, one Stepper for
// each way its work was divided. Attached again, a worker uses the same objects, for which the engine has compiled its code.
// (With new ones, the first 6 ms of 784-30-10 ran at 22 to 25 µs a step instead of 17.)

import { loadFunctions } from '../../functions/custom.js';
import { bindKernels, type KernelChoice } from '../../kernels/bind.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { SessionOptions } from '../protocol.js';
import { Stepper } from './stepper.js';

export class StepperCache {
  readonly #kernels = new Map<number, Kernels>();
  readonly #steppers = new Map<string, Stepper>();

  async attach(options: SessionOptions, choice: KernelChoice, memory: WebAssembly.Memory): Promise<Stepper> {
    const { session, workers, shards, batch, arena, index, ranks } = options;
    const key = [session, workers, shards, batch].join(' ');
    const known = this.#steppers.get(key);
    if (known) return known;
    await loadFunctions(options.spec.functions);
    const kernels = this.#kernels.get(session) ?? (await bindKernels(choice, memory, arena.scratch[index]));
    this.#kernels.set(session, kernels);
    // One worker of each rank speaks with the others. Loaded only there: alone, a worker starts without it.
    const openExchange = ranks && index === 0 && !options.solo ? (await import('../ranks/exchange.js')).exchangeOver(ranks) : undefined;
    const stepper = new Stepper(options, kernels, memory, openExchange);
    this.#steppers.set(key, stepper);
    return stepper;
  }
}
