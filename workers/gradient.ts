// The entry point of a worker thread, which piscina loads: one session, which offers a GradientWorker over the port that
// came with the task and lasts until `close`. While its promise is pending, piscina counts the thread as busy, so that every
// thread keeps exactly one session.

import { getHeapStatistics } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { expose } from 'comlink';
import { asError, NablaError } from '../src/errors.js';
import { type GradientWorker, reply } from '../src/parallel/protocol.js';
import type { Stepper } from '../src/parallel/step/stepper.js';
import { StepperCache } from '../src/parallel/step/stepper-cache.js';

export default function session({ port }: { port: MessagePort }): Promise<void> {
  return new Promise((resolve) => {
    const stepperCache = new StepperCache();
    let stepper: Stepper | undefined;
    let messages = 0;
    port.on('message', () => messages++);

    /** Runs an action on the attached session; a failure also frees the siblings, which may be waiting at a barrier. */
    const attached = <T>(action: (stepper: Stepper) => T) =>
      reply(() => {
        if (!stepper) throw new Error('A worker was called before it was attached.');
        try {
          return action(stepper);
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
      runEpoch: (options) => attached((s) => s.runEpoch(options)),
      evaluate: (options) => attached((s) => s.evaluate(options)),
      measure: () => reply(() => ({ heapBytes: getHeapStatistics().used_heap_size, messages })),
      close: () => {
        // After the answer to this very call has left.
        setImmediate(() => {
          port.close();
          resolve();
        });
      },
    };
    expose(worker, port as never);
  });
}

/** Own functions were accepted on the main thread before. */
function onlyHere(error: Error): Error {
  if (!(error instanceof NablaError && error.code === 'BAD_DATA')) return error;
  return new NablaError('BAD_DATA', `${error.message} That was in a worker thread, which imports them too; on the main thread they were accepted.`);
}
