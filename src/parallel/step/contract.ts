// The interfaces between the parts of a training step: what a gradient strategy offers to the training loop (stepper.ts), and the
// context that all of them work in.

import type { Kernels } from '../../kernels/kernels.js';
import type { Augmenter } from '../../model/augmenter.js';
import type { Layout } from '../../model/layout.js';
import type { Network } from '../../model/network.js';
import type { Barrier } from '../barrier.js';
import type { SessionOptions } from '../protocol.js';
import type { SliceExchange } from '../ranks/slice-exchange.js';
import type { StepExchange } from '../ranks/step-exchange.js';
import type { TreeExchange } from '../ranks/tree-exchange.js';
import type { BatchShare } from './batch-share.js';
import type { PhaseTimer } from './phase-timer.js';
import type { Targets } from './targets.js';

/**
 * A gradient strategy: its parts of a step, in this order. Between `gradient` and `update` the training loop has a barrier of its
 * own. Each part reports its phases to the timer.
 */
export interface GradientStrategy {
  /** Gathers what this worker needs, and computes z² of its rows. */
  forward(share: BatchShare, order: number): void;
  /** After the errors δ of this worker's rows are there. */
  gradient(share: BatchShare): void;
  /** Between ranks, while their rows travel: whatever `update` needs of other ranks' rows and this process can make by itself. */
  others?(share: BatchShare, order: number): void;
  /** After all workers' errors and gradients are there: w ← keep·w - rate·Σ_x ∂C_x/∂w. */
  update(share: BatchShare): void;
  /** After the last step; where an epoch `ends` with it, the parameters are then as the layout says, for all to read. */
  end(ends: boolean): void;
}

/** What a worker's steps work on, once it is attached to a session: everything here is bound to the session's memory. */
export interface StepContext {
  readonly options: SessionOptions;
  readonly layout: Layout;
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  /** Changes what its input gathers, where samples are changed while an epoch is trained. */
  readonly augmenter?: Augmenter;
  readonly barrier: Barrier;
  readonly timer: PhaseTimer;
  readonly targets: Targets;
  /** Of several ranks, on the worker that speaks with the others. */
  readonly exchange?: Exchange;
}

/** Begins the exchange of a session. */
export type OpenExchange = (options: SessionOptions, layout: Layout, memory: WebAssembly.Memory, barrier: Barrier) => Exchange;

/** What a worker speaks of with other ranks. */
export interface Exchange {
  readonly step: StepExchange;
  readonly slices: SliceExchange;
  /** For gradients that are added up in a tree. */
  readonly tree?: TreeExchange;
}
