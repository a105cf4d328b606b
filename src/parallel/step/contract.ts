// What the parts of a training step know of each other: what a gradient strategy has to offer to the worker that walks through an
// epoch, and what that worker has bound to the memory of its session.

import type { Network } from '../../model/network.js';
import type { Barrier } from '../barrier.js';
import type { SessionOptions } from '../protocol.js';
import type { Shares } from './shares.js';
import type { Targets } from './targets.js';

/**
 * A way to the gradient: its parts of a step, in this order. Between `gradient` and `update` stands a barrier of the step's own.
 * Each takes the laps of what it does.
 */
export interface GradientStrategy {
  /** Gathers what this worker needs and sees to it that z² of its rows is there. */
  forward(shares: Shares, order: number): void;
  /** After the errors δ of this worker's rows are there. */
  gradient(shares: Shares): void;
  /** After all workers' errors and gradients are there: w ← keep·w - rate·Σ_x ∂C_x/∂w. */
  update(shares: Shares): void;
  /** After the last step; where an epoch `ends` with it, the parameters are then as the layout says, for all to read. */
  end(ends: boolean): void;
}

/** What a worker has bound to the memory of a session. */
export interface Bound {
  readonly options: SessionOptions;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  readonly barrier: Barrier;
  readonly targets: Targets;
}
