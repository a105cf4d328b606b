// One worker's place in a session, taken by this thread: it runs that worker's share of each step, while the others are not
// there and barriers are passed at once. So the work of one worker among any number of them can be timed by itself, with
// the trainer's own code on the trainer's own memory. What it trains is worthless.

import type { KernelChoice } from '../kernels/bind.js';
import { Control } from '../parallel/barrier.js';
import type { EpochOptions, EpochPart, SessionOptions } from '../parallel/protocol.js';
import type { SessionPool } from '../parallel/session-plan.js';
import type { Stepper } from '../parallel/step/stepper.js';
import { StepperCache } from '../parallel/step/stepper-cache.js';

/** Milliseconds before each turn in which this thread does what it has to do besides. */
const BREATH = 2;

export class SoloPool implements SessionPool {
  readonly #stepperCache = new StepperCache();
  #stepper: Stepper | undefined;
  #control: Control | undefined;

  async attach(session: Omit<SessionOptions, 'index'>, kernels: KernelChoice, memory: WebAssembly.Memory): Promise<void> {
    // A turn leaves this thread no time for anything else, and other ranks may want to hear that it is still there.
    await new Promise((resolve) => void setTimeout(resolve, BREATH));
    this.#control = new Control(memory, session.arena.control, session.workers);
    this.#stepper = await this.#stepperCache.attach({ ...session, index: 0, solo: true }, kernels, memory);
  }

  get control(): Control {
    if (!this.#control) throw new Error('No session is attached.');
    return this.#control;
  }

  async runEpoch(options: EpochOptions): Promise<EpochPart[]> {
    this.control.clear();
    return [(this.#stepper as Stepper).runEpoch(options)];
  }

  evaluate = notHere;
  measure = notHere;
}

function notHere(): never {
  throw new Error('Only the first worker is here, and only to train.');
}
