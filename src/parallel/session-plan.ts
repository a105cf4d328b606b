// What a session is asked to compute, on what, and what it gives: the words that session.ts and those who drive it have in common. Plain data.

import type { KernelName } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import type { Learning } from '../model/learning.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { Place } from './memory/sample-store.js';
import type { GradientMode } from './modes.js';
import type { WorkerPool } from './pool.js';
import type { EpochState, RankShare } from './protocol.js';
import type { Timing } from './step/phase-timer.js';

/** Mean cost and accuracy over a split; null where it is empty, and the accuracy of a regression too. */
export interface Evaluation {
  readonly samples: number;
  readonly cost: number | null;
  readonly accuracy: number | null;
  readonly correct: number | null;
}

/** What a session is to compute: the part of a run's configuration that the workers see. */
export interface SessionConfiguration extends Division {
  readonly network: NetworkSpecification;
  readonly learning: Learning;
  readonly gradient: GradientMode;
  readonly input: InputFormat;
  readonly kernels: KernelName | 'auto';
  /** Path of the library for kernels 'blas'. */
  readonly blas?: string;
  readonly epochs: number;
  readonly eta: number;
  readonly seed: number;
  /** Milliseconds that a worker may wait for another one. */
  readonly timeout: number;
}

/** The threads of a session, or what stands for them. */
export interface SessionPool extends Pick<WorkerPool, 'attach' | 'runEpoch' | 'evaluate' | 'measure' | 'control'> {
  /** Where other processes have parameters of their own: those that `put` brings stand in for them, until `standDown`. */
  standIn?(put: () => void): Promise<void>;
  standDown?(): Promise<void>;
  /** Where other processes share the work: they share it out anew, too. */
  divide?(division: Division): Promise<void>;
}

/** How the work of a session is shared out: at most the workers, shards and rows that its memory was planned for. */
export interface Division {
  readonly workers: number;
  /** For gradients that have blocks. */
  readonly shards: number;
  /** Samples per step: m. */
  readonly batch: number;
}

/** Where a session is, if it is not the only one of its process or in a memory of its own. */
export interface SessionPlace {
  /** This process's place, where several share the run; the pool is then one that knows of the others. */
  readonly ranks?: RankShare;
  /** Its place in a memory that holds the samples already. */
  readonly place?: Place;
  /** Where somebody who shows the run is to have the right of way over its workers (right-of-way.ts): while few cores are left to them. */
  readonly way?: Int32Array;
}

/** Which part of an epoch to run, and whether to time it. */
export interface EpochRequest {
  /** Samples from…upTo of the order. Default: all. `from` is where a mini-batch begins, and the part before it has been run. */
  readonly from?: number;
  readonly upTo?: number;
  readonly timing?: Timing;
}

/** A session's memory of what training changes, in the layout of the session itself. */
export interface Snapshot {
  /** [layout.floats]; in the middle of an epoch, those of a sparse first layer are yet to be multiplied with the state's factor. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** What the optimiser keeps of each parameter, [layout.floats] each. */
  readonly states: readonly Float32Array<ArrayBuffer>[];
  readonly state: EpochState;
  /** Steps trained so far. */
  readonly t: number;
}
