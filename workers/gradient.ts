// The entry point of a worker thread of Node, which piscina loads: one session, which offers a GradientWorker over the port that came with
// the task and lasts until `close`. While its promise is pending, piscina counts the thread as busy, so that every thread keeps exactly one
// session.

import type { MessagePort } from 'node:worker_threads';
import { offerGradientWorker } from '../src/parallel/gradient-worker.js';

export default function session({ port }: { port: MessagePort }): Promise<void> {
  return new Promise((resolve) => {
    offerGradientWorker(port as never, () => {
      // After the answer to this very call has left.
      setImmediate(() => {
        port.close();
        resolve();
      });
    });
  });
}
