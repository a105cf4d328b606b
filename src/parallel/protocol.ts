// What the main thread and a worker say to each other at the start and the end of things: the calls that comlink carries,
// as types, and the envelope in which an error keeps its code on the way (comlink passes on message and stack alone).

import { asError, type ErrorCode, NablaError } from '../errors.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { InputFormat, Samples } from '../model/input.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { Arena, GradientMode } from './arena.js';
import type { Waiting } from './barrier.js';

/** All that a worker needs to know of a session; plain data. */
export interface SessionOptions {
  readonly index: number;
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly batch: number;
  readonly spec: NetworkSpecification;
  readonly arena: Arena;
  readonly input: InputFormat;
  readonly samples: Samples;
  readonly waiting: Waiting;
}

export interface EpochOptions {
  /** Which of the arena's two sample orders. */
  readonly order: 0 | 1;
  /** Samples in it. */
  readonly training: number;
  readonly eta: number;
  /** What a weight is multiplied with in each step: 1 - ηλ/n. */
  readonly keep: number;
}

/** What one worker reports of an epoch. */
export interface EpochPart {
  /** Steps completed. */
  readonly steps: number;
  /** 0, or why the epoch ended before its last step. */
  readonly stopped: number;
  /** Sum of C_x over all samples of the steps completed; from worker 0 alone, 0 from the others. */
  readonly cost: number;
  /** Where this worker saw a cost that is not finite: step, row of the mini-batch, and the book's number of the layer. */
  readonly divergence: { readonly step: number; readonly row: number; readonly layer: number } | undefined;
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

/** Worker's side: runs `action` and packs what comes out. */
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
