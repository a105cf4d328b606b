// The threads of the fast CSV reader: each is given one task at a time, and the next one when it has answered. Without threads the tasks
// are done here, one after another, and between them the caller's other work. Nothing waits without a limit, and a thread that ends
// early is an error.

import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { NablaError } from '../../errors.js';
import { ownFile } from '../../system/own-file.js';
import { endOfThread, threadsRefused } from '../../system/threads.js';
import { type Answer, Hand, type Hands, type Task, type ThrownThere } from './hand.js';

/** What each thread loads. */
const THREAD = 'dist/src/tables/csv/thread.js';
/** Milliseconds that a task of some MB may take, and how often that is looked at. */
const LIMIT = 60_000;
const LOOK = 1_000;
/** When a look comes so late the process was stopped, or the machine slept: that is no fault of the threads. */
const STOPPED = 5_000;

/** Does tasks; the answer may come later. */
interface Member {
  do<T extends Task>(task: T): Promise<Answer<T>>;
  kill(): Promise<unknown>;
  end(): Promise<unknown>;
}

export class Crew {
  readonly #members: readonly Member[];

  /** @param threads 0 for none: all is done on this one */
  constructor(threads: number, hands: Hands) {
    this.#members = threads === 0 ? [here(hands)] : Array.from({ length: threads }, (_, k) => threadFor(hands, k, threads));
  }

  /** The same task for everyone. */
  all<T extends Task>(task: T | ((member: number) => T)): Promise<Answer<T>[]> {
    return Promise.all(this.#members.map((member, k) => member.do(typeof task === 'function' ? task(k) : task)));
  }

  /**
   * Shares out tasks, in this order.
   * @param between called before each; throws to give up
   * @param until whether an answer ends it: tasks that nobody has begun are left out
   */
  async each<T extends Task>(tasks: readonly T[], between: (task: T) => void, until: (answer: Answer<T>) => boolean): Promise<Answer<T>[]> {
    const answers: Answer<T>[] = [];
    let next = 0;
    const work = async (member: Member): Promise<void> => {
      while (next < tasks.length) {
        const k = next++;
        between(tasks[k]);
        answers[k] = await member.do(tasks[k]);
        if (until(answers[k])) next = tasks.length;
      }
    };
    await Promise.all(this.#members.map(work));
    return answers;
  }

  /** Ends one thread by force, as if it had crashed. */
  async endThread(member: number): Promise<void> {
    await this.#members[member].kill();
  }

  /** Ends the threads, whatever they are at. */
  async end(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
  }
}

function here(hands: Hands): Member {
  const hand = new Hand(hands);
  return {
    do: async (task) => {
      await setImmediate();
      return hand.do(task);
    },
    kill: async () => {},
    end: async () => {},
  };
}

function threadFor(hands: Hands, k: number, threads: number): Member {
  const thread = startThread(hands, threads);
  let settle: { resolve: (answer: never) => void; reject: (error: Error) => void; since: number } | undefined;
  let lost: NablaError | undefined;
  const fail = (error: NablaError): void => {
    lost ??= error;
    settle?.reject(lost);
  };
  const who = `Thread ${k + 1} of ${threads}, which reads CSV,`;
  const died = (why: string): void => fail(new NablaError('WORKER_LOST', `${who} was lost: ${why}.`));
  thread.on('message', ({ answer, error }) => (error === undefined ? settle?.resolve(answer as never) : settle?.reject(received(error))));
  thread.on('error', (error) => died(endOfThread(error).replace(/\.$/, '')));
  thread.on('exit', (code) => died(`it ended with code ${code}`));
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    if (settle && now - last > LOOK + STOPPED) settle.since = now;
    last = now;
    if (settle && now - settle.since > LIMIT) fail(new NablaError('TIMED_OUT', `${who} has not answered for ${LIMIT / 1000} s.`));
  }, LOOK);
  return {
    do: (task) =>
      new Promise<never>((resolve, reject) => {
        if (lost) reject(lost);
        settle = { resolve, reject, since: performance.now() };
        thread.postMessage(task);
      }).finally(() => {
        settle = undefined;
      }),
    kill: () => thread.terminate(),
    end: () => {
      clearInterval(watch);
      lost ??= new NablaError('FREED', 'The reading of CSV has ended.');
      settle?.reject(lost);
      return thread.terminate();
    },
  };
}

/** An error's code does not come over a port by itself. */
function received({ error, code }: ThrownThere): Error {
  return Object.assign(error, code === undefined ? {} : { code });
}

function startThread(hands: Hands, threads: number): Worker {
  const file = ownFile(THREAD);
  try {
    return new Worker(file, { workerData: hands });
  } catch (error) {
    throw threadsRefused(threads, error);
  }
}
