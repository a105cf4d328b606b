// The thread of a rank's heart (src/mpi/heart.ts): while it has the turn, it takes part in an exchange of messages once a second.

import { parentPort, workerData } from 'node:worker_threads';
import { asError } from '../src/errors.js';
import { Deadline } from '../src/mpi/deadline.js';
import { ALIVE, type HeartOptions } from '../src/mpi/heart.js';
import { bindMpi } from '../src/mpi/library.js';
import { Messages } from '../src/mpi/messages.js';
import { Turn } from '../src/mpi/turn.js';

const { ranks, turn: shared, texts } = workerData as HeartOptions;
const turn = new Turn(shared);
const messages = new Messages(bindMpi(ranks.library), new Deadline(ranks.watch, ranks.limit), ranks);

/** Well within what an exchange may take. */
const pace = Math.min(ALIVE, ranks.limit / 4);

for (let isLost = false; !isLost; ) {
  const text = texts[turn.await(pace)];
  try {
    messages.togetherNow(text);
    turn.spoken();
  } catch (error) {
    parentPort?.postMessage(asError(error).message);
    turn.lost();
    isLost = true;
  }
}
