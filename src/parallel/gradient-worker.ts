// A worker's end of a port: offers a GradientWorker there, which lasts until `close`. The same in every thread, of Node and of a page; what
// a thread loads (workers/) gives it the port.

import { type Endpoint, expose } from 'comlink';
import { heapBytes } from '#platform';
import { asError, NablaError } from '../errors.js';
import { type EpochOptions, type EpochPart, type EvaluationOptions, type EvaluationPart, type GradientWorker, reply } from './protocol.js';
import type { Stepper } from './step/stepper.js';
import { StepperCache } from './step/stepper-cache.js';

/** How a worker does what it is asked for: at once; or where its thread has other things to do, in parts (threads/parts.ts). */
export interface Pace {
  runEpoch(stepper: Stepper, options: EpochOptions): EpochPart | Promise<EpochPart>;
  evaluate(stepper: Stepper, options: EvaluationOptions): EvaluationPart | Promise<EvaluationPart>;
}

const AT_ONCE: Pace = { runEpoch: (stepper, options) => stepper.runEpoch(options), evaluate: (stepper, options) => stepper.evaluate(options) };

/** @param closed called when the session is to end; the answer to that very call has yet to leave */
export function offerGradientWorker(port: Endpoint, closed: () => void, pace: Pace = AT_ONCE): void {
  const stepperCache = new StepperCache();
  let stepper: Stepper | undefined;
  let messages = 0;
  port.addEventListener('message', () => messages++);

  /** Runs an action on the attached session; a failure also frees the siblings, which may be waiting at a barrier. */
  const attached = <T>(action: (stepper: Stepper) => T | Promise<T>) =>
    reply(async () => {
      if (!stepper) throw new Error('A worker was called before it was attached.');
      try {
        return await action(stepper);
      } catch (thrown) {
        stepper.poison();
        const error = asError(thrown);
        // Own functions were accepted when the session began: an error in them now is a failure of the worker, not bad input.
        throw error instanceof NablaError && error.code === 'BAD_DATA' ? new Error(error.message) : error;
      }
    });

  const worker: GradientWorker = {
    attach: (options, kernels, memory) =>
      reply(async () => {
        stepper = await stepperCache.attach(options, kernels, memory).catch((error) => Promise.reject(onlyHere(asError(error))));
      }),
    runEpoch: (options) => attached((s) => pace.runEpoch(s, options)),
    evaluate: (options) => attached((s) => pace.evaluate(s, options)),
    measure: () => reply(() => ({ heapBytes: heapBytes(), messages })),
    close: closed,
  };
  expose(worker, port);
}

/** Own functions were accepted on the main thread before. */
function onlyHere(error: Error): Error {
  if (!(error instanceof NablaError && error.code === 'BAD_DATA')) return error;
  return new NablaError('BAD_DATA', `${error.message} That was in a worker thread, which imports them too; on the main thread they were accepted.`);
}
