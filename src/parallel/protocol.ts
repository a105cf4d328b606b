// The messages between the main thread and a worker, outside the steps of an epoch: the calls that comlink carries, as types, and
// the envelope in which an error keeps its code on the way (comlink passes on message and stack alone).

import { asError, type ErrorCode, NablaError } from '../errors.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { InputFormat, Samples } from '../model/input.js';
import type { Learning } from '../model/learning.js';
import type { TrainingSamples } from '../model/mixing.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { RankOptions } from '../mpi/world.js';
import type { Waiting } from './barrier.js';
import type { Arena } from './memory/arena.js';
import type { GradientMode } from './modes.js';
import type { Timing, Timings } from './step/phase-timer.js';

/** All that a worker needs to know of a session; plain data. The arena may be planned for more workers, shards and rows. */
export interface SessionOptions {
  /** Tells the sessions of a process apart. */
  readonly session: number;
  readonly index: number;
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly batch: number;
  readonly learning: Learning;
  readonly seed: number;
  /** n: training samples. */
  readonly training: number;
  /** Where they are; absent where they are the first ones. */
  readonly trainingPlace?: Pick<TrainingSamples, 'first' | 'of'>;
  readonly spec: NetworkSpecification;
  readonly arena: Arena;
  readonly input: InputFormat;
  readonly samples: Samples;
  readonly waiting: Waiting;
  /** Where somebody who shows the run has the right of way over its workers (right-of-way.ts). */
  readonly way?: Int32Array;
  /** The other workers are not there, and barriers are passed at once: to time this worker's share of a step by itself. */
  readonly solo?: boolean;
  /** This process's place among those that share the run; absent where it is the only one. */
  readonly ranks?: RankShare;
  /** Number of its place in a memory that sessions have one after another; absent where it has a memory of its own. */
  readonly place?: number;
}

/** This process's place among several, and which layers are sliced among them (see ranks/slices.ts). */
export interface RankShare extends RankOptions {
  readonly sliced: readonly boolean[];
}

/** State of an epoch, which one part of it hands to the next. */
export interface EpochState {
  /** Sum of C_x over the samples so far, in their order. */
  readonly cost: number;
  /** Hits among them: the class had the largest output. Each worker adds its own, worker 0 to those before. */
  readonly correct: number;
  /** What the weights of a sparse first layer have yet to be multiplied with (see SparseInput); 1 elsewhere. */
  readonly factor: number;
}

/** Before its first part. */
export const EPOCH_BEGINS: EpochState = { cost: 0, correct: 0, factor: 1 };

/** An epoch, or a part of one. */
export interface EpochOptions extends EpochState {
  /** Which of the arena's two sample orders. */
  readonly order: 0 | 1;
  /** Samples from…upTo of it; `from` is where a mini-batch begins. */
  readonly from: number;
  readonly upTo: number;
  /** Whether the epoch ends here: the parameters are then as the layout says, for all to read. */
  readonly ends: boolean;
  /** η, before a schedule changes it from step to step. */
  readonly eta: number;
  /** Number of the part's first step in its run, from 0, and how many epochs the run has. */
  readonly t: number;
  readonly epochs: number;
  /** Where in the schedule of η it is: its number if all epochs before had as many steps as this one. Default: t. */
  readonly at?: number;
  /** The epoch whose order it is, from 1, where it was drawn as every process would draw it. */
  readonly drawn?: number;
  /** Where it is given, the workers report where their time went. */
  readonly timing?: Timing;
}

/** A cost that is not finite: step of the part, row of the mini-batch, the book's number of the layer. Of several ranks: whose it was. */
export interface Divergence {
  readonly step: number;
  readonly row: number;
  readonly layer: number;
  /** From 1, and the rank from 0. */
  readonly worker?: number;
  readonly rank?: number;
}

/** What one worker reports of an epoch. */
export interface EpochPart {
  /** Steps completed. */
  readonly steps: number;
  /** 0, or why the epoch ended before its last step. */
  readonly stopped: number;
  /** State of the epoch now; only worker 0 knows the cost. */
  readonly state: EpochState;
  /** Where this worker saw a cost that is not finite. */
  readonly divergence: Divergence | undefined;
  /** Of the worker that speaks for its rank: milliseconds of its exchanges with the others, and bytes that it sent. */
  readonly exchange?: { readonly milliseconds: number; readonly bytes: number };
  readonly timings: Timings | undefined;
}

export interface EvaluationOptions {
  /** First sample, counted over all splits. */
  readonly first: number;
  readonly count: number;
}

export interface EvaluationPart {
  /** Sum of C_x of each chunk of this worker, in order. */
  readonly costs: readonly number[];
  readonly correct: number;
}

/** What a worker has used so far. */
export interface Usage {
  readonly heapBytes: number;
  /** Messages it has received. */
  readonly messages: number;
}

/** What a worker offers over its port. */
export interface GradientWorker {
  attach(options: SessionOptions, kernels: KernelChoice, memory: WebAssembly.Memory): Promise<Reply<void>>;
  runEpoch(options: EpochOptions): Promise<Reply<EpochPart>>;
  evaluate(options: EvaluationOptions): Promise<Reply<EvaluationPart>>;
  measure(): Promise<Reply<Usage>>;
  close(): void;
}

/** A result, or an error as plain data. */
export type Reply<T> =
  | { readonly value: T }
  | { readonly error: { readonly code: ErrorCode | undefined; readonly message: string; readonly stack: string | undefined } };

/** Worker's side: runs `action` and packs its result or error. */
export async function reply<T>(action: () => T | Promise<T>): Promise<Reply<T>> {
  try {
    return { value: await action() };
  } catch (thrown) {
    const error = asError(thrown);
    return { error: { code: error instanceof NablaError ? error.code : undefined, message: error.message, stack: error.stack } };
  }
}

/** Main thread's side: unpacks, throwing what the worker threw. */
export function unpack<T>(answer: Reply<T>): T {
  if ('value' in answer) return answer.value;
  const { code, message, stack } = answer.error;
  if (code) throw new NablaError(code, message);
  throw Object.assign(new Error(message), { stack });
}
