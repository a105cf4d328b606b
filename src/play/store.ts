// What the parts of the page of `nabla play` share: the digits, the network as it is, the digit that is looked at. Each part reads the state and
// changes it through the store; nobody calls another part. Plain data, and no element of a page.

import type { NetworkSpecification } from '../model/specification.js';
import type { TrainEvent } from '../options/events.js';

/** Handwritten digits of 28 × 28 pixels: those trained on, then those for validation, then those for the test. */
export interface Digits {
  /** [count][784] bytes. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

/** A network as it is shown. */
export interface Shown {
  readonly network: NetworkSpecification;
  /** [P] in the book's order; another array, or at least another `version`, whenever they have changed. */
  readonly parameters: Float32Array;
  /** As they were before the first step. */
  readonly first: Float32Array;
  /** Counts up with every change. */
  readonly version: number;
  /** Epochs that it has been trained for. */
  readonly epoch: number;
}

/** The digit that is looked at. */
export interface Chosen {
  /** [784], from 0 to 1: what the network is given, after preparation. */
  readonly input: Float32Array;
  /** Its class, where it is known. */
  readonly label?: number;
  /** Its number among the test digits, where it is one of them. */
  readonly test?: number;
}

export interface PlayState {
  readonly digits?: Digits;
  readonly shown?: Shown;
  readonly chosen?: Chosen;
  readonly isTraining: boolean;
  /** Of the run under way, or the last one, without those of progress. */
  readonly events: readonly TrainEvent[];
}

export type Listener = (state: PlayState, before: PlayState) => void;

export class Store {
  #state: PlayState = { isTraining: false, events: [] };
  readonly #listeners = new Set<Listener>();

  get state(): PlayState {
    return this.#state;
  }

  /** Changes some of it, and tells all who listen. */
  change(changed: Partial<PlayState>): void {
    const before = this.#state;
    this.#state = { ...before, ...changed };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A part of the page: made once, it fills an element and keeps it up to date. */
export interface Panel {
  /** Its address in the page, and its heading. */
  readonly id: string;
  readonly title: string;
  /** Fills its element. Called once, when the page is there. */
  open(element: HTMLElement, store: Store): void;
}
