// What one worker of each rank exchanges with the others, put together for a session. Loaded only where several ranks share a run.

import type { Layout } from '../../model/layout.js';
import type { Barrier } from '../barrier.js';
import { GRADIENTS } from '../modes.js';
import type { RankShare, SessionOptions } from '../protocol.js';
import type { Exchange, OpenExchange } from '../step/contract.js';
import { Link } from './link.js';
import { SliceExchange } from './slice-exchange.js';
import { StepExchange } from './step-exchange.js';
import { TreeExchange } from './tree-exchange.js';

/** @param ranks those of the session */
export function exchangeOver(ranks: RankShare): OpenExchange {
  return (options, layout, memory, barrier) => open(ranks, options, layout, memory, barrier);
}

function open(ranks: RankShare, options: SessionOptions, layout: Layout, memory: WebAssembly.Memory, barrier: Barrier): Exchange {
  const { arena, input, batch, gradient } = options;
  const link = new Link(ranks, memory);
  const slices = new SliceExchange(link, layout, arena, ranks.sliced, input === 'sparse', batch);
  const step = new StepExchange(options, link, layout, barrier, slices.movesColumns ? 1 : 0);
  const sums = GRADIENTS[gradient].travels === 'sums';
  return { slices, step, ...(sums && { tree: new TreeExchange(options, link, layout) }) };
}
