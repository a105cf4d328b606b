// What workers lose to each other, measured: crossings of the barrier, with work of their own in between or without. Trains nothing.

import { LINE_FLOATS } from '../../model/layout.js';
import type { Arena } from '../memory/arena.js';
import type { ContentionOptions } from '../protocol.js';
import type { StepContext } from './contract.js';

/**
 * Crosses the barrier so many times, with the forward pass of some of the worker's evaluation rows in between.
 * @returns milliseconds
 */
export function measureContention(
  { options, network, barrier, memory }: StepContext,
  { crossings, rows: S, lines, together }: ContentionOptions,
): number {
  const { arena, workers, index } = options;
  if (!together && index > 0) return 0;
  const { rows } = arena.evaluation[index];
  const mine = linesOf(arena, memory, index, lines);
  const other = linesOf(arena, memory, together ? (index + 1) % workers : index, lines);
  const cross = (): void => {
    if (together) barrier.cross();
  };
  let sum = 0;
  network.input.gather(rows, 0, S, arena.orders[0]);
  barrier.enter(3, 0);
  cross();
  const begin = performance.now();
  for (let k = 0; k < crossings; k++) {
    if (S > 0) {
      network.input.forward(rows, 0, S);
      network.forwardFromZ(rows, 0, S);
    }
    for (let at = 0; at < mine.length; at += LINE_FLOATS) mine[at] = 0;
    cross();
    for (let at = 0; at < other.length; at += LINE_FLOATS) sum += other[at];
    if (lines > 0) cross();
    barrier.count(1);
  }
  const milliseconds = performance.now() - begin;
  barrier.enter(0, 0);
  // The sum is used, so that no compiler leaves the reads away.
  return Number.isNaN(sum) ? 0 : milliseconds;
}

/** Cache lines of a worker's evaluation targets and what follows them; zeros there harm nothing, an evaluation overwrites all of it. */
function linesOf(arena: Arena, memory: WebAssembly.Memory, worker: number, lines: number): Float32Array {
  const { rows } = arena.evaluation[worker];
  return new Float32Array(memory.buffer, rows.y, lines * LINE_FLOATS);
}
