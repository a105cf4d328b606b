// What the parts of the page of `nabla play` share: the digits, the network as it is, the digit that is looked at. Each part reads the state and
// changes it through the store; nobody calls another part. Plain data, and no element of a page.

import type { NetworkSpecification } from '../model/specification.js';
import type { DiagnosisEvent, DoneEvent, EpochEvent, ProgressEvent, StartEvent, TrainEvent } from '../options/events.js';
import type { PlayOptions } from './address.js';

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
  /** What Node's `--from` takes for it, where it is saved: a run, or a file. */
  readonly saved?: string;
}

/** The digit that is looked at. */
export interface Chosen {
  /** [784], from 0 to 1: what the network is given, after preparation. */
  readonly input: Float32Array;
  /** Its class, where it is known. */
  readonly label?: number;
  /** Its number among the test digits, from 1, where it is one of them. */
  readonly test?: number;
}

/** A run of this page. */
export interface PlayRun {
  /** From 1. */
  readonly number: number;
  readonly options: PlayOptions;
  /** Whether it began with the network that was there, and what that is saved as, where it is. */
  readonly goesOn: boolean;
  readonly from?: string;
  readonly start?: StartEvent;
  /** These lists are one and the same while they grow; the run around them is another one whenever it has changed. */
  readonly epochs: readonly EpochEvent[];
  readonly diagnoses: readonly DiagnosisEvent[];
  readonly progress?: ProgressEvent;
  readonly done?: DoneEvent;
  /** What ended it early. */
  readonly error?: string;
}

export interface PlayState {
  readonly digits?: Digits;
  readonly shown?: Shown;
  readonly chosen?: Chosen;
  readonly isTraining: boolean;
  /** Whether runs are measured one after another, none of which is shown. */
  readonly isMeasuring: boolean;
  /** Of the run under way, or the last one, without those of progress. */
  readonly events: readonly TrainEvent[];
  /** Options of the next run. */
  readonly options: PlayOptions;
  /** All of this page, the last one at work or the latest. */
  readonly runs: readonly PlayRun[];
  /** What is wrong, as a sentence. */
  readonly fault?: string;
}

export type Listener = (state: PlayState, before: PlayState) => void;

export class Store {
  #state: PlayState = { isTraining: false, isMeasuring: false, events: [], options: {}, runs: [] };
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
