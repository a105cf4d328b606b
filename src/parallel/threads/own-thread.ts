// No threads at all: the only worker is served by the thread that has the run. For pages that may not share memory between threads; the
// memory is WebAssembly's all the same, and the bits are those of one worker anywhere.

import { offerGradientWorker } from '../gradient-worker.js';
import { IN_PARTS } from './parts.js';
import type { StartThreads, Thread, Threads } from './threads.js';

type Listener = EventListenerOrEventListenerObject;

/** One end of a connection within a thread: what is sent arrives as it is, not as a copy, in a microtask of its own. */
class OwnPort implements Pick<MessagePort, 'addEventListener' | 'removeEventListener' | 'close'> {
  readonly #listeners = new Set<Listener>();
  #other: OwnPort | undefined;

  static pair(): readonly [OwnPort, OwnPort] {
    const [one, other] = [new OwnPort(), new OwnPort()];
    [one.#other, other.#other] = [other, one];
    return [one, other];
  }

  postMessage(data: unknown): void {
    const event = { type: 'message', data, origin: '' } as MessageEvent;
    queueMicrotask(() => this.#other?.hear(event));
  }

  hear(event: MessageEvent): void {
    for (const listener of [...this.#listeners]) {
      if (typeof listener === 'function') listener(event);
      else listener.handleEvent(event);
    }
  }

  addEventListener(_: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    this.#other = undefined;
    this.#listeners.clear();
  }
}

/** @param count 1: more would take turns, and wait for each other without end */
export const startOwnThread: StartThreads = (count): Threads => {
  if (count !== 1) throw new Error(`One thread cannot be ${count} workers.`);
  const [port, served] = OwnPort.pair();
  let end: (why: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  offerGradientWorker(served, () => end('its session ended early'), IN_PARTS);
  const terminate = async (): Promise<void> => {
    served.close();
    end('it was ended');
  };
  const thread: Thread = { port, ended, terminate };
  return { all: [thread], loads: 'nothing more', terminate };
};
