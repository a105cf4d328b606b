// The first layer of a worker's own rows, as every strategy has it that does not cut that layer by neurons.

import type { Network } from '../../model/network.js';
import type { Rows } from '../../model/rows.js';
import type { Range } from './partition.js';
import { GATHER, type PhaseTimer } from './phase-timer.js';

/** Gathers the inputs of rows begin to end of a mini-batch, whose samples' numbers begin at the address `order`, and computes their z². */
export function forwardOwnRows({ input }: Network, rows: Rows, timer: PhaseTimer, { begin, end }: Range, order: number): void {
  if (begin === end) return;
  input.gather(rows, begin, end, order + begin * 4);
  timer.lap(GATHER);
  input.forward(rows, begin, end);
}
