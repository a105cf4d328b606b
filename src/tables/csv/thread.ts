// What a thread of the fast CSV reader loads: it does the tasks that come over its port, one after another, and answers each.

import { parentPort, workerData } from 'node:worker_threads';
import { asError } from '../../errors.js';
import { Hand, type Hands, type Task, type ThrownThere } from './hand.js';

const hand = new Hand(workerData as Hands);

parentPort?.on('message', (task: Task) => {
  try {
    parentPort?.postMessage({ answer: hand.do(task) });
  } catch (thrown) {
    const error = asError(thrown);
    parentPort?.postMessage({ error: { error, code: (error as NodeJS.ErrnoException).code } satisfies ThrownThere });
  }
});
