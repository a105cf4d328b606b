// Training in a page. A thread of its own has the run (conductor.ts); here, on the page's thread, is what tells its events and takes orders.

import type { Row } from '../data/numbers.js';
import { asError, NablaError, wrongKind } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { inputsOf } from '../inference/inputs.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent } from '../options/events.js';
import { lifeOf } from '../system/worker-life.js';
import type { Ended } from '../training/ending.js';
import type { PageEvent } from './events.js';
import type { PageOptions } from './page-options.js';
import { errorOf, failureOf, type NetworkNow, type News, type Order, type Showing } from './protocol.js';

/** Milliseconds that the thread of a run has to end: a step, and what conductor.ts waits for. */
const ENDS_WITHIN = 10_000;

/** A run under way. */
export interface Training {
  /** Stops it after the current step: its last event is then an error INTERRUPTED. */
  stop(): void;
  /** Its result; rejects with the error that ended it. Whoever listens to the events need not look at it. */
  readonly ended: Promise<PageResult>;
}

/** What a run in a page gives: its last event, and its network. */
export interface PageResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Output activations a^L for one sample, [n_L], in float64: its numbers as they are, those of a Uint8Array times the data's scale. */
  predict(x: Row): number[];
}

/**
 * Trains a network in a page: on all cores where it is cross-origin isolated, otherwise on one, to the same bits; the first event says which.
 * Never throws: whatever is wrong is the last event, and what `ended` rejects with.
 */
export function train(options: PageOptions): Training {
  return new PageTraining(options);
}

/** What whoever shows the network says beside the options. */
export interface Show extends Showing {
  readonly onNetwork: (now: NetworkNow) => void;
  /** When its threads may start. Default: at once. */
  readonly begins?: Promise<unknown>;
}

/** The same for the page of `nabla play`, which shows the network while it is trained, and may begin with one. */
export function trainShown(options: PageOptions, show: Show): Training {
  return new PageTraining(options, show);
}

class PageTraining implements Training {
  readonly ended: Promise<PageResult>;
  readonly #show: Show | undefined;
  readonly #listener: PageOptions['onEvent'];
  #conductor: Worker | undefined;
  #isStopping = false;
  #settle: { readonly resolve: (result: PageResult) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(given: PageOptions, show?: Show) {
    this.#show = show;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ended.catch(() => {});
    const { onEvent, signal, ...options } = { ...given };
    this.#listener = onEvent;
    // Not before whoever called has the run in hand.
    void Promise.resolve(show?.begins).then(() => this.#begin(options, signal));
  }

  stop(): void {
    this.#isStopping = true;
    this.#order({ order: 'stop', when: 'now' });
  }

  #begin(options: Omit<PageOptions, 'onEvent' | 'signal'>, signal: AbortSignal | undefined): void {
    try {
      if (this.#listener !== undefined && typeof this.#listener !== 'function') throw wrongKind('onEvent', 'a function', this.#listener);
      const conductor = new Worker(new URL('./conductor.js', import.meta.url), { type: 'module', name: 'nabla' });
      this.#conductor = conductor;
      conductor.addEventListener('message', ({ data }: MessageEvent<News>) => void this.#hear(data));
      const lost = (why: string): NablaError => new NablaError('WORKER_LOST', `The thread of the run (conductor.js) was lost: ${why}.`);
      lifeOf(conductor).ended.then((why) => this.#fail(lost(why)));
      const { onNetwork: _, begins: __, ...showing } = this.#show ?? {};
      this.#order({ order: 'train', options: fromHere(options), ...(this.#show && { showing }) });
      if (signal?.aborted || this.#isStopping) this.stop();
      signal?.addEventListener('abort', () => this.stop());
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #order(order: Order): void {
    this.#conductor?.postMessage(order);
  }

  async #hear(news: News): Promise<void> {
    try {
      if (news.news === 'event') this.#tell(news.event);
      else if (news.news === 'network') this.#show?.onNetwork(news.now);
      else if (news.news === 'failed') this.#fail(errorOf(news.failure));
      else if (news.news === 'ended') this.#finish(await resultOf(news.ended));
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #tell(event: PageEvent): void {
    if (this.#settle && this.#listener?.(event) === 'stop') this.#order({ order: 'stop', when: 'epoch' });
  }

  #finish(result: PageResult): void {
    this.#settle?.resolve(result);
    this.#leave();
  }

  /** The first failure is the one that counts: after it, nothing is told any more. */
  #fail(error: Error): void {
    if (!this.#settle) return;
    const { reject } = this.#settle;
    const { code, message } = failureOf(error);
    try {
      this.#tell({ event: 'error', ...(code !== undefined && { code }), text: message });
    } finally {
      this.#leave();
      reject(error);
    }
  }

  /** The thread of the run ends by itself, after those that it has started; one that does not is ended. */
  #leave(): void {
    this.#settle = undefined;
    this.stop();
    setTimeout(() => this.#conductor?.terminate(), ENDS_WITHIN);
  }
}

/** Modules with own functions by addresses that mean the same in a thread, whose own address is another one. */
function fromHere<T extends Pick<PageOptions, 'functions'>>(options: T): T {
  const { functions } = options;
  if (functions === undefined) return options;
  const address = (path: unknown): unknown => (typeof path === 'string' ? new URL(path, document.baseURI).href : path);
  return { ...options, functions: Array.isArray(functions) ? functions.map(address) : address(functions) };
}

async function resultOf({ done, trained, data }: Ended): Promise<PageResult> {
  const { network, parameters } = trained;
  await loadFunctions(network.functions);
  const forPrediction = parametersFrom(network, parameters);
  const { event: _, ...figures } = done;
  return {
    ...figures,
    network,
    parameters,
    predict: (x) => {
      const inputs = inputsOf('predict', x, network.layers[0], data.scale);
      return feedForward(network, forPrediction, Array.from(inputs)).activations[network.layers.length - 1];
    },
  };
}
